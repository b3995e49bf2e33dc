"""Cells of tables that hold no figure: a blank that stands for zero, a blank that says nothing, a figure withheld.

A blank counts as zero only where its row and its column each hold a figure. A column (or row) that is wholly blank is
an assumption to be named, a blank total over figures a finding of its own. What a table has no cell for is no part of
its sums, provided that all of its rows and columns are understood. A masked cell (``***``, 涉密) is undisclosed, one
with digits that could not be read as a figure is illegible, and no sum over either can be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from checks.model import Instance, Relation, Term, WordEvidence
from datasets.model import Cell, Figure, Kind, Role, Scope
from datasets.reading import Reading
from datasets.tables.facts import cell_fact
from datasets.tables.reading import ColumnReading, Panel, RowReading, TableReading
from datasets.vocabulary.plain import plain

#: What stands in a cell that is undisclosed.
MASKS = frozenset({"***", "**", "*", "涉密"})
#: Header and row words of a total over everything beside or below it; 小计 may cover any part of it.
_TOTALS = frozenset({"合计", "总计"})
_DIGIT = re.compile(r"\d")


class Blank(Enum):
    """What a table says of a figure that is not printed.

    ``OMITTED`` is a total left blank, ``ABSENT`` has no cell, ``UNREAD`` has none that is understood, ``ILLEGIBLE`` has
    one with digits of which no figure was made.
    """

    WITHHELD = "withheld"
    ILLEGIBLE = "illegible"
    OMITTED = "omitted"
    ZERO = "zero"
    UNKNOWN = "unknown"
    UNREAD = "unread"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class BlankCell:
    """A cell that would hold a figure of this concept and scope."""

    concept: str
    scope: Scope
    says: Blank


class Blanks:
    """The blank cells of one document, by table."""

    def __init__(self, reading: Reading) -> None:
        self._tables: Mapping[str, TableReading] = {f"table:{table.id}": table for table in reading.tables}
        self._figures = reading.cells
        stage = "original_budget" if reading.identity.kind is Kind.BUDGET else "outturn"
        period = str(reading.identity.fiscal_year)
        self._document = Scope(entity=reading.identity.entity, stage=stage, period=period)
        self._unnamed = {table for (table, _, _), figure in reading.cells.items() if not figure.concept}
        self.of = cache(self._of)

    def understood(self, vicinity: str) -> bool:
        """True for a table in which every figure reports a known concept."""
        table = self._tables.get(vicinity)
        return table is not None and table.id not in self._unnamed

    def _of(self, vicinity: str) -> tuple[BlankCell, ...]:
        """The blank cells of a table by the vicinity of its figures; none outside of tables."""
        table = self._tables.get(vicinity)
        if table is None:
            return ()
        return tuple(cell for panel in table.panels for cell in self._of_panel(table, panel))

    def _of_panel(self, table: TableReading, panel: Panel) -> Iterator[BlankCell]:
        filled = [
            (row.row, column.column)
            for row in panel.rows
            for column in panel.columns
            if (table.id, row.row, column.column) in self._figures
        ]
        read, rows, columns = set(filled), {row for row, _ in filled}, {column for _, column in filled}
        for row in panel.rows:
            for column in panel.columns:
                text = table.amount(row.row, column.column)
                masked = text in MASKS
                if text and not masked and ((row.row, column.column) in read or not _DIGIT.search(text)):
                    continue
                in_row, in_column = row.row in rows, column.column in columns
                says = Blank.ZERO if in_row and in_column else Blank.UNKNOWN
                if (row.total and in_column) or (_is_total(column) and in_row):
                    says = Blank.OMITTED
                fact = cell_fact(table, row, column, self._document)
                if fact.role is Role.LEVEL:
                    if text:
                        says = Blank.WITHHELD if masked else Blank.ILLEGIBLE
                    yield BlankCell(fact.concept, fact.scope, says)


def _is_total(column: ColumnReading) -> bool:
    return column.header.rpartition("·")[2] in _TOTALS


# -- blank totals ------------------------------------------------------------------------------------------------------


def blank_totals(reading: Reading, relation: Relation) -> Iterator[Instance]:
    """A blank 合计 or 总计 over figures; one instance a row or column of totals, at its first blank cell."""
    for table in reading.tables:
        for panel in table.panels:
            for row in panel.rows:
                if row.total and row.label in _TOTALS:
                    yield from _over_rows(reading, relation, table, panel, row)
            for column in panel.columns:
                if _is_total(column):
                    yield from _beside_columns(reading, relation, table, panel, column)


def _over_rows(
    reading: Reading, relation: Relation, table: TableReading, panel: Panel, total: RowReading
) -> Iterator[Instance]:
    items = [row.row for row in panel.rows if not row.total]
    for column in panel.columns:
        cell = _blank(table, total.row, column.column)
        parts = [(table.id, row, column.column) for row in items]
        figures = [reading.cells[part] for part in parts if part in reading.cells]
        if cell is not None and figures:
            yield _instance(reading, relation, table, cell, f"{total.label}（{column.header}）", figures)
            return


def _beside_columns(
    reading: Reading, relation: Relation, table: TableReading, panel: Panel, total: ColumnReading
) -> Iterator[Instance]:
    group = total.header.rpartition("·")[0]
    others = [column.column for column in panel.columns if column is not total and column.header.startswith(group)]
    for row in panel.rows:
        cell = _blank(table, row.row, total.column)
        parts = [(table.id, row.row, column) for column in others]
        figures = [reading.cells[part] for part in parts if part in reading.cells]
        if cell is not None and any(figure.value for figure in figures):
            yield _instance(reading, relation, table, cell, f"{row.label}（{total.header}）", figures)
            return


def _blank(table: TableReading, row: int, column: int) -> Cell | None:
    cell = table.grid.get((row, column))
    return cell if cell is not None and not plain(cell.text) else None


def _instance(
    reading: Reading, relation: Relation, table: TableReading, cell: Cell, name: str, figures: list[Figure]
) -> Instance:
    words = WordEvidence(
        reading.path,
        cell.place,
        "",
        role="suspect",
        quote=name,
        table=table.title,
        row=cell.row,
        column=cell.column,
    )
    return Instance(
        relation,
        "logic",
        (),
        tuple(map(Term, figures)),
        where=f"{table.title}：{name}",
        holds=False,
        note=f"《{table.title}》{name}为空，其下有 {len(figures)} 个数",
        note_en=f"the total {name} of {table.title} is blank over {len(figures)} figures",
        words=(words,),
    )
