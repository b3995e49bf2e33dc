"""The numerals of a table entered into the register: amounts with what their row and column say, and all the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from datasets.model import Binding, Cell, Figure, Role, Scope, Table
from datasets.register import Register
from datasets.tables.facts import cell_fact
from datasets.tables.reading import ColumnReading, RowReading, TableReading, is_amount
from datasets.vocabulary.function_paths import FunctionPaths
from datasets.vocabulary.labels import label_of
from datasets.vocabulary.numerals import NUMBER_IN_CELL, NUMERAL, is_misgrouped
from datasets.vocabulary.plain import plain

#: Where codes may stand in a table whose layout is not known: one column for the whole code, or one each for 类, 款 and
#: 项, behind a number of the row.
FIRST_COLUMNS = frozenset({1, 2, 3, 4})
#: Codes of 类 to 项, and of units of a department.
_CODE_LENGTHS = (1, 2, 3, 5, 6, 7, 9)
_NO_PATHS = FunctionPaths({})
_RATE = re.compile(r"[%％]$")


def enter_table(reading: TableReading, scope: Scope, register: Register) -> dict[tuple[str, int, int], Figure]:
    """Enter the amounts of a table; the figures by (table id, row, column)."""
    entered = {}
    for panel in reading.panels:
        for row in panel.rows:
            for column in panel.columns:
                cell = reading.grid.get((row.row, column.column))
                match = NUMBER_IN_CELL.search(cell.text) if cell is not None and _is_value(cell, column) else None
                if cell is not None and match is not None:
                    figure = _Amount(reading, row, column, cell, match.span()).enter(scope, register)
                    if figure.role is not Role.UNREAD:
                        entered[reading.id, row.row, column.column] = figure
    return entered


def _is_value(cell: Cell, column: ColumnReading) -> bool:
    text = plain(cell.text)
    return is_amount(_RATE.sub("", text) if column.meaning.role in ("rate", "share") else text)


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount of a table whose row and column are known; ``span`` is that of the digits in the cell."""

    reading: TableReading
    row: RowReading
    column: ColumnReading
    cell: Cell
    span: tuple[int, int]

    def enter(self, document: Scope, register: Register) -> Figure:
        reading, row, column, cell = self.reading, self.row, self.column, self.cell
        fact = cell_fact(reading, row, column, document)
        quantum, inferred = reading.quanta.get(column.column, (None, False))
        start, end = self.span
        # A list of projects need not hold all of them.
        listed = reading.layout.rows == "projects"
        certain = fact.concept and fact.unit and reading.unit_said and not listed and not is_misgrouped(cell.text)
        return register.add(
            register.document.within(cell.place, start, end),
            cell.text[start:end],
            fact.role,
            unit=fact.unit,
            concept=fact.concept,
            scope=fact.scope,
            binding=Binding.CERTAIN if certain else Binding.INFERRED,
            quantum=quantum,
            quantum_inferred=inferred,
            negative=cell.text.strip().startswith(("-", "－")),
            table=reading.title,
            row=row.row,
            column=column.column,
            quote=f"{row.label or '合计'}｜{column.header}｜{plain(cell.text)}",
            label=label_of(fact.concept, fact.scope, _NO_PATHS, row="" if row.total else row.label) or row.label,
        )


def enter_rest(
    table: Table, title: str, numbering: frozenset[tuple[int, int]], labels: frozenset[int], register: Register
) -> None:
    """Every numeral of a table that is no amount: numbers of rows and columns, codes, captions, numbers in names."""
    for cell in table.cells:
        found = NUMERAL.search(cell.text)
        if found is None:
            continue
        start, end = found.span()
        numbers = (cell.row, cell.column) in numbering
        if numbers or _is_code(cell, found[0], labels):
            register.add(
                register.document.within(cell.place, start, end),
                found[0],
                Role.ORDINAL if numbers else Role.CODE,
                table=title,
                row=cell.row,
                column=cell.column,
                quote=found[0],
            )
        else:
            register.add_text(cell.text, cell.place, table=title, row=cell.row, column=cell.column)


def _is_code(cell: Cell, printed: str, labels: frozenset[int]) -> bool:
    """True for a cell in a column of labels that is nothing but the digits of a code."""
    return (
        cell.column in labels and len(printed) in _CODE_LENGTHS and printed.isdecimal() and cell.text.strip() == printed
    )
