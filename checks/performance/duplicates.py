"""One project reported twice: the same funds to the last digit under two names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from checks.model import Instance, Relation
from checks.performance.settings import DigitsRule
from checks.performance.shared import cell_words, terms, value_of, where
from datasets.model import Figure
from datasets.performance.model import PerformanceTable

_Amounts = tuple[tuple[str, str, Decimal], ...]


def repeated_projects(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K16: two project tables of one kind whose amounts agree in every source and stage, and have telling digits."""
    digits = DigitsRule.of(relation).digits
    found: dict[tuple[str, _Amounts], list[PerformanceTable]] = defaultdict(list)
    for table in tables:
        amounts = tuple(sorted((source, stage, value_of(figure)) for source, stage, figure in _amounts(table)))
        telling = any(len(value.normalize().as_tuple().digits) >= digits for _, _, value in amounts)
        if not table.overall and table.project and telling:
            found[table.kind, amounts].append(table)
    for same in found.values():
        for table, other in pairwise(same):
            yield _repeated(table, other, relation)


def _amounts(table: PerformanceTable) -> Iterator[tuple[str, str, Figure]]:
    for row in table.funds:
        for stage, figure in row.amounts.items():
            if figure.value:
                yield row.source, stage, figure


def _repeated(table: PerformanceTable, other: PerformanceTable, relation: Relation) -> Instance:
    totals = [one.amount("total", stage) for one in (table, other) for stage in ("original_budget", "outturn")]
    return Instance(
        relation,
        "logic",
        (),
        terms(totals),
        where=f"{where(table)}、{where(other)}",
        note=f"项目“{table.project}”和“{other.project}”的各项资金完全相同，可能是同一项目报了两次。",
        note_en="two projects have exactly the same funds; they may be one project reported twice.",
        words=tuple(cell_words(one, one.project_cell, "suspect") for one in (table, other) if one.project_cell),
        holds=False,
    )
