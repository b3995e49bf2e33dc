"""Performance tables against one another: one outcome in two tables, the year before, and what the budget promised."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from checks.model import Instance, Relation, Term
from checks.performance.settings import DigitsRule
from checks.performance.shared import (
    NAMES_ARE_ALIKE,
    cell_words,
    factor_to,
    shown,
    terms,
    value_of,
    where,
)
from datasets.performance.model import Indicator, PerformanceTable
from datasets.performance.words import unit_class

_YEAR = re.compile(r"^(20\d\d)年度?")
_BRACKETS = re.compile(r"（[^（）]*）")
_SHORTEST_NAME = 5


def same_outcomes(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K13: an outcome of many digits printed in two tables is one indicator and has one target."""
    digits = DigitsRule.of(relation).digits
    found: dict[tuple[str, str], list[tuple[PerformanceTable, Indicator]]] = defaultdict(list)
    for table in tables:
        for indicator in table.indicators:
            outcome, target = indicator.outcome, indicator.target
            if outcome is None or outcome.figure is None or target is None or target.figure is None:
                continue
            value = value_of(outcome.figure).normalize()
            # Percentages of satisfaction and the like coincide, costs of two projects are two things.
            if indicator.is_cost or unit_class(outcome.unit) in ("ratio", "") or len(value.as_tuple().digits) < digits:
                continue
            found[outcome.unit, str(value)].append((table, indicator))
    for places in found.values():
        for number, (table, indicator) in enumerate(places):
            for earlier, other in places[:number]:
                if earlier is not table:
                    yield _one_target(table, indicator, earlier, other, relation)


def _one_target(
    table: PerformanceTable, indicator: Indicator, earlier: PerformanceTable, other: Indicator, relation: Relation
) -> Instance:
    target, first = indicator.target, other.target
    if target is None or first is None or indicator.outcome is None or target.figure is None or first.figure is None:
        raise ValueError(indicator.name)  # same_outcomes has seen them all
    return Instance(
        relation,
        "logic",
        terms([first.figure, target.figure]),
        terms([value.figure for value in (other.outcome, indicator.outcome) if value]),
        unit=target.unit,
        where=where(table, indicator),
        assumptions=(NAMES_ARE_ALIKE,),
        note=(
            f"完成值{indicator.outcome.text}在“{other.name}”和“{indicator.name}”中相同，"
            f"目标值却分别是{first.text}和{target.text}。"
        ),
        note_en=f"one outcome in two tables, but targets {first.figure.printed} and {target.figure.printed}.",
        words=(cell_words(earlier, other.name_cell), cell_words(table, indicator.name_cell)),
        holds=target.figure.value == first.figure.value,
    )


def earlier_projects(tables: Sequence[PerformanceTable], year: int, relation: Relation) -> Iterator[Instance]:
    """G7: a project of this year and the same project of an earlier year in one document."""
    evaluations = [table for table in tables if table.kind == "project_evaluation"]
    for table in evaluations:
        name = _project_name(table)
        if len(name) < _SHORTEST_NAME or _named_year(table, year) < year:
            continue
        earlier = [other for other in evaluations if _named_year(other, year) < year and name in other.project]
        if len(earlier) == 1:
            yield from _prior_values(table, earlier[0], relation)


def last_year(
    tables: Sequence[PerformanceTable], earlier: Sequence[PerformanceTable], relation: Relation
) -> Iterator[Instance]:
    """G7: 上年完成 against the outcome in last year's document, project by project of the same name."""
    by_name: dict[tuple[bool, str], list[PerformanceTable]] = defaultdict(list)
    for table in earlier:
        if table.is_evaluation:
            by_name[table.overall, _project_name(table)].append(table)
    for table in tables:
        same = by_name.get((table.overall, _project_name(table)), [])
        if len(same) == 1:
            yield from _prior_values(table, same[0], relation)


def kept_targets(table: PerformanceTable, target: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """F6: the targets of a self-evaluation are those of the budget, indicator by indicator of one name.

    A target may be changed by due procedure in the course of the year, so a difference is for a person to look at.
    """
    promised = _by_core(target.indicators)
    for core, indicators in _by_core(table.indicators).items():
        planned = promised.get(core, [])
        if len(planned) != 1 or len(indicators) != 1:
            continue
        told, stated = indicators[0].target, planned[0].target
        if told is None or stated is None or told.figure is None or stated.figure is None:
            continue
        factor = factor_to(stated, told)
        if factor is None:
            continue
        yield Instance(
            relation,
            "logic",
            terms([told.figure]),
            (Term(stated.figure, factor=factor),),
            unit=told.unit or stated.unit,
            where=where(table, indicators[0]),
            assumptions=(NAMES_ARE_ALIKE,),
            note=f"“{indicators[0].name}”的目标值，自评表印的是{told.text}，预算公开的是{stated.text}。",
            note_en=f"the self-evaluation has the target {told.figure.printed}, the budget {stated.figure.printed}.",
            words=(cell_words(target, planned[0].name_cell),),
            holds=value_of(told.figure) == value_of(stated.figure) * factor,
        )


def _by_core(indicators: Iterable[Indicator]) -> dict[str, list[Indicator]]:
    found: dict[str, list[Indicator]] = defaultdict(list)
    for indicator in indicators:
        found[indicator.core].append(indicator)
    return found


def _project_name(table: PerformanceTable) -> str:
    """The name without the year before it and what stands in brackets."""
    return _YEAR.sub("", _BRACKETS.sub("", table.project))


def _named_year(table: PerformanceTable, default: int) -> int:
    match = _YEAR.match(table.project)
    return int(match[1]) if match else default


def _prior_values(table: PerformanceTable, earlier: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    by_core = _by_core(earlier.indicators)
    for indicator in table.indicators:
        same = by_core.get(indicator.core, [])
        prior, outcome = indicator.prior, same[0].outcome if len(same) == 1 else None
        if prior is None or outcome is None or prior.figure is None or outcome.figure is None:
            continue
        factor = factor_to(outcome, prior)
        if factor is None:
            continue
        yield Instance(
            relation,
            "sum",
            terms([prior.figure]),
            (Term(outcome.figure, factor=factor),),
            unit=prior.unit or outcome.unit,
            where=where(table, indicator),
            assumptions=(NAMES_ARE_ALIKE,),
            note=(
                f"上年完成值印的是{shown(prior.figure)}，上年项目“{earlier.project or earlier.title}”"
                f"的业绩值是{shown(outcome.figure)}。"
            ),
            note_en=f"last year's value is printed as {prior.figure.printed}, it was {outcome.figure.printed}.",
            words=(cell_words(earlier, same[0].name_cell),),
        )
