"""Columns of a table that compare two others of the row: 增减额 and 增减% against this year and the year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checks.model import Instance, Relation, Term
from datasets.model import Figure, Role
from datasets.reading import Reading
from datasets.tables.reading import Panel, RowReading, TableReading

#: The rule of a change that a table prints beside its two amounts.
TABLE_CHANGE = "table-change"
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "table-change": Relation,
    "table-growth": Relation,
}


def table_comparisons(reading: Reading, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """Each printed change and rate of change against the amounts beside it, where one of each year stands there."""
    for table in reading.tables:
        for panel in table.panels:
            if any(column.meaning.role in ("change", "rate") for column in panel.columns):
                for row in panel.rows:
                    yield from _of_row(reading, table, panel, row, relations)


def _of_row(
    reading: Reading, table: TableReading, panel: Panel, row: RowReading, relations: Mapping[str, Relation]
) -> Iterator[Instance]:
    found = {
        column.column: figure
        for column in panel.columns
        if (figure := reading.cells.get((table.id, row.row, column.column))) is not None and figure.concept
    }
    year = str(reading.identity.fiscal_year)
    for column in panel.columns:
        compared = found.get(column.column)
        if compared is None or compared.role not in (Role.CHANGE, Role.RATE):
            continue
        current = [f for f in found.values() if _same_item(f, compared) and f.scope.period == year]
        prior = [f for f in found.values() if _same_item(f, compared) and f.scope.period == str(int(year) - 1)]
        if len(current) != 1 or len(prior) != 1:
            continue
        now, before = Term(current[0]), Term(prior[0])
        if compared.role is Role.CHANGE:
            minus = Term(before.figure, -before.weight)
            yield Instance(relations[TABLE_CHANGE], "sum", (Term(compared),), (now, minus), compared.unit, table.title)
        elif _in_percent(table, row, column.column, column.header):
            yield Instance(
                relations["table-growth"], "growth", (Term(compared),), (now, before), compared.unit, table.title
            )


def _same_item(figure: Figure, compared: Figure) -> bool:
    scope, other = figure.scope, compared.scope
    axes = ("entity", "fund", "carryover", "function_code", "economic_code", "project")
    return (
        figure.role is Role.LEVEL
        and figure.concept == compared.concept
        and all(getattr(scope, axis) == getattr(other, axis) for axis in axes)
    )


def _in_percent(table: TableReading, row: RowReading, column: int, header: str) -> bool:
    """True where the header or the cell says so; a bare rate may be a share of one."""
    cell = table.grid.get((row.row, column))
    return any(sign in text for text in (header, cell.text if cell else "") for sign in "%％")
