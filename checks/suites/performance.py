"""The frame of the suite ``performance``: weights, scores and funds of performance tables, row by row and in total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import pandas as pd

from checks.suites.definitions import QUANTUM
from checks.suites.frames import Entry, Row, entries, framed, pair_of, whereabouts
from datasets.model import Role

ROLES = frozenset({Role.WEIGHT, Role.SCORE, Role.LEVEL})
TOTALS = {Role.WEIGHT: "total_weight", Role.SCORE: "total_score"}
SUMS = {Role.WEIGHT: "sum_of_weights", Role.SCORE: "sum_of_scores"}
#: Stages whose funds are laid side by side, and the columns for them.
STAGES = {"full_year_budget": "project_full_year", "outturn": "project_outturn"}
NUMBERS = (
    "score", "weight", *TOTALS.values(), *SUMS.values(), "project_fiscal", "project_total", *reversed(STAGES.values()),
)  # fmt: skip
PERFORMANCE_COLUMNS = ("figure_ids", "document", "place", *(name + q for name in NUMBERS for q in ("", QUANTUM)))


def performance_frame(figures: pd.DataFrame) -> pd.DataFrame:
    """One row for each scored row of a table, each total, and the funds of each stage."""
    concerned = figures["table"].notna() & (
        figures["role"].isin([Role.WEIGHT, Role.SCORE])
        | figures["concept"].fillna("").isin(["project_total", "project_fiscal"])
    )
    rows = (row for table in _tables(entries(figures[concerned], ROLES)) for row in _rows_of(table))
    return framed(rows, PERFORMANCE_COLUMNS)


def _tables(sizes: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The figures of one table after another: tables of one title follow each other, each from its first row on."""
    table: list[Entry] = []
    for entry in sizes:
        if table and not _continues(table[-1], entry):
            yield table
            table = []
        table.append(entry)
    if table:
        yield table


def _continues(last: Entry, entry: Entry) -> bool:
    same = (last.document, last.table) == (entry.document, entry.table)
    return same and last.axis("project") == entry.axis("project") and int(last.row or 0) <= int(entry.row or 0)


def _rows_of(table: Sequence[Entry]) -> Iterator[Row]:
    scored: dict[str, dict[str, Entry]] = {}
    for entry in table:
        if entry.role in TOTALS and entry.concept not in TOTALS.values():
            scored.setdefault(entry.row, {}).setdefault(entry.role, entry)
    for by_role in scored.values():
        row = whereabouts(list(by_role.values()))
        for role, entry in by_role.items():
            row |= _number(str(role), entry)
        yield row
    yield from _totals(table, list(scored.values()))
    yield from _funds([entry for entry in table if entry.role == Role.LEVEL])


def _totals(table: Sequence[Entry], scored: Sequence[dict[str, Entry]]) -> Iterator[Row]:
    for role, concept in TOTALS.items():
        totals = [entry for entry in table if entry.concept == concept]
        parts = [by_role[role] for by_role in scored if role in by_role]
        # A row of which nothing was printed leaves the sum open, and two totals leave open which is meant.
        if len(totals) == 1 and parts and len(parts) == len(scored):
            yield whereabouts([*totals, *parts]) | pair_of(concept, _as(totals[0]), SUMS[role], _sum(parts))


def _funds(levels: Sequence[Entry]) -> Iterator[Row]:
    found: dict[tuple[str, str], Entry] = {}
    for entry in levels:
        found.setdefault((entry.axis("stage"), entry.concept), entry)
    for (stage, concept), fiscal in found.items():
        total = found.get((stage, "project_total"))
        number = total.number_in(fiscal.unit) if total is not None else None
        if concept == "project_fiscal" and total is not None and number is not None:
            yield whereabouts((fiscal, total)) | pair_of(concept, _as(fiscal), "project_total", number)
    budget, outturn = (found.get((stage, "project_total")) for stage in STAGES)
    number = budget.number_in(outturn.unit) if budget is not None and outturn is not None else None
    if budget is not None and outturn is not None and number is not None:
        names = STAGES[outturn.axis("stage")], STAGES[budget.axis("stage")]
        yield whereabouts((outturn, budget)) | pair_of(names[0], _as(outturn), names[1], number)


def _as(entry: Entry) -> tuple[str, str]:
    return entry.value, entry.quantum


def _number(name: str, entry: Entry) -> Row:
    return {name: entry.value, name + QUANTUM: entry.quantum}


def _sum(parts: Iterable[Entry]) -> tuple[str, str]:
    values, quanta = zip(*((Decimal(part.value), Decimal(part.quantum)) for part in parts), strict=True)
    return format(sum(values), "f"), format(sum(quanta), "f")
