"""Tables to meanings: title, unit, header rows, what each column and each row reports.

Columns are bound by header words and rows by codes and names, as :mod:`datasets.tables.layouts` says; never by
position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from datasets.model import Cell, Table
from datasets.tables.columns import ColumnReading, read_columns
from datasets.tables.heads import (
    NUMBERING,
    headers_of,
    is_amount,
    is_caption,
    is_caption_number,
    last_header_row,
    numbers_columns,
    title_and_unit,
    unit_of,
)
from datasets.tables.layouts import ColumnMeaning, Layout
from datasets.tables.rows import RowReading, read_rows
from datasets.tables.words import measured, words
from datasets.vocabulary.concepts import names
from datasets.vocabulary.numerals import decimals_of
from datasets.vocabulary.plain import plain, unnumbered

_MASKS = frozenset({"***", "**", "涉密", "*"})
#: How a blank is printed where cells are not left empty; accounting formats of spreadsheets print zero as a dash.
_DASHES = frozenset({"-", "--", "---", "－", "—", "——", "/"})
#: Items that only the side of expenditure lists.
_OUTLAYS = frozenset({"current_year_expenditure", "basic_expenditure", "project_expenditure", "surplus_distribution"})
_NO_AMOUNT = _MASKS | _DASHES
_FEW_AMOUNTS = 8


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns that share a label column: a table has one panel, or two side by side (收入 | 支出)."""

    columns: tuple[ColumnReading, ...]
    rows: tuple[RowReading, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table with its meaning; ``unit`` is the printed money unit, ``unit_said`` False where it was taken over.

    ``quanta`` is the step of the last printed digit by column, and whether it was inferred from the rest of the table.
    ``numbering`` are the cells (row, column) that only number the rows (行次) or the columns (栏次); ``labels`` are the
    columns of codes and names.
    """

    id: str
    title: str
    unit: str
    layout: Layout
    table: Table
    panels: tuple[Panel, ...]
    quanta: dict[int, tuple[Decimal, bool]]
    grid: dict[tuple[int, int], Cell]
    numbering: frozenset[tuple[int, int]] = frozenset()
    labels: frozenset[int] = frozenset()
    unit_said: bool = True

    def amount(self, row: int, column: int) -> str:
        """The plain text of a cell, "" when it is blank, dashed or absent."""
        cell = self.grid.get((row, column))
        text = plain(cell.text) if cell else ""
        return "" if text in _DASHES else text


@dataclass(frozen=True, slots=True)
class _Body:
    """A table with its header told from its data; ``labels`` are the columns of codes and names."""

    table: Table
    grid: dict[tuple[int, int], Cell]
    headers: dict[int, tuple[str, ...]]
    header_end: int
    labels: frozenset[int]
    layout: Layout
    year: int | None

    @property
    def rows(self) -> range:
        """The numbers of the rows below the header."""
        return range(self.header_end + 1, self.table.rows + 1)

    def leaf(self, column: int) -> str:
        """The lowest header word over a column, "" when there is none."""
        return self.headers.get(column, ("",))[-1]

    def text(self, row: int, column: int) -> str:
        """The plain text of a cell, "" when there is none."""
        cell = self.grid.get((row, column))
        return plain(cell.text) if cell else ""


def read_table(
    table: Table, identifier: str, title: str, unit: str, layout: Layout, year: int | None = None
) -> TableReading:
    """Bind the columns and rows of a table whose layout is known; ``year`` is that of the document."""
    grid = {(cell.row, cell.column): cell for cell in table.cells}
    header_end = last_header_row(table)
    headers = headers_of(table, header_end)
    labels = _label_columns(table, grid, headers, header_end)
    body = _Body(table, grid, headers, header_end, labels, layout, year)
    if layout.rows == "lines" and not labels:  # printed across instead of downwards
        body = replace(body, layout=replace(layout, rows="wide"))
    panels = (_wide_panel(body),) if body.layout.rows == "wide" and not _has_items(body) else tuple(_panels(body))
    quanta = _quanta(table, panels, header_end)
    return TableReading(
        identifier, title, unit, layout, table, panels, quanta, grid, frozenset(_numbering(body)), body.labels
    )


def with_unit_of(reading: TableReading, others: Sequence[TableReading]) -> TableReading:
    """A table that names no unit takes the one that all tables before it name; that is an inference."""
    said = {table.unit for table in others if table.unit}
    if reading.unit or len(said) != 1:
        return reading
    return replace(reading, unit=said.pop(), unit_said=False)


def _numbering(body: _Body) -> Iterator[tuple[int, int]]:
    """The cells that only number rows or columns."""
    rows = {row for row, cells in body.table.by_row() if numbers_columns([plain(cell.text) for cell in cells])}
    for cell in body.table.cells:
        above = body.leaf(cell.column) in NUMBERING
        if plain(cell.text).isdecimal() and (above or (cell.row in rows and cell.row <= body.header_end)):
            yield cell.row, cell.column


def _label_columns(
    table: Table, grid: dict[tuple[int, int], Cell], headers: dict[int, tuple[str, ...]], header_end: int
) -> frozenset[int]:
    """Columns of codes and names; all others hold amounts."""
    known = words()
    labels = set()
    for column in range(1, table.columns + 1):
        leaf = headers.get(column, ("",))[-1]
        below = (grid.get((row, column)) for row in range(header_end + 1, table.rows + 1))
        texts = [text for cell in below if cell is not None and (text := plain(cell.text)) and text not in _NO_AMOUNT]
        texts = [text for text in texts if text != leaf]  # headers in a row of totals, or repeated on the next page
        wordy = sum(not is_amount(text.rstrip("%％")) for text in texts)
        named = leaf.endswith(known.names) and not any("." in text for text in texts)
        if leaf in known.codes or leaf in known.units or leaf in NUMBERING or named or wordy * 2 > len(texts):
            labels.add(column)
    return frozenset(labels)


def _panel_bounds(body: _Body) -> list[tuple[int, int]]:
    """First and last column of each panel; a panel opens at a label column behind a column of amounts.

    Amounts to the left of all labels belong to the labels on their right; remarks between amounts open no panel.
    """
    labels = {column for column in body.labels if body.leaf(column) not in words().remarks} or body.labels
    bounds: list[tuple[int, int]] = []
    start = 1
    for column in range(2, body.table.columns + 1):
        opens = column in labels and column - 1 not in body.labels
        if opens and any(before in labels for before in range(start, column)):
            bounds.append((start, column - 1))
            start = column
    bounds.append((start, body.table.columns))
    return bounds


def _panels(body: _Body) -> Iterator[Panel]:
    for start, end in _panel_bounds(body):
        panel = _panel(body, start, end)
        if panel is not None:
            yield panel


def _has_items(body: _Body) -> bool:
    """True when the rows name items (合计, 因公出国（境）费, …): the same table printed downwards instead of across."""
    named = [
        name
        for row in body.rows
        for column in body.labels
        if (name := unnumbered(measured(body.text(row, column))[0])) in names()
        or name in body.layout.row_names
        or name in words().totals
    ]
    return len(set(named)) > 1


def _wide_panel(body: _Body) -> Panel:
    """Rows of amounts under headers that name both concept and stage; a label is a unit, a stage or nothing."""
    labels = {column for column in body.labels if body.leaf(column) in words().units or _filled(body, column)}
    columns = [column for column in sorted(body.headers) if column not in labels]
    readings = tuple(_concrete(column, body) for column in read_columns(columns, body.headers, body.layout, body.year))
    filled = [row for row in body.rows if any(is_amount(body.text(row, column)) for column in columns)]
    labelled = {row.row: row for row in read_rows(_labels(body, sorted(labels), filled), body.layout)}
    rows = [labelled.get(row, RowReading(row, "")) for row in filled]
    if len(rows) == 1:
        rows = [replace(rows[0], concept="")]
    return Panel(readings, tuple(rows), "wide")


def _concrete(column: ColumnReading, body: _Body) -> ColumnReading:
    """A column that must name its concept: a total is that of the table."""
    total = body.layout.concept if body.leaf(column.column) in words().totals else "?"
    return replace(column, meaning=replace(column.meaning, concept=column.meaning.concept or total))


def _filled(body: _Body, column: int) -> bool:
    return any(body.text(row, column) for row in body.rows)


def _labels(body: _Body, columns: list[int], rows: list[int] | range) -> list[tuple[int, tuple[tuple[str, str], ...]]]:
    return [(row, tuple((body.leaf(column), body.text(row, column)) for column in columns)) for row in rows]


def _panel(body: _Body, start: int, end: int) -> Panel | None:
    """The panel of some columns; None when they hold no labels, no amounts or no rows."""
    layout = body.layout
    labels = [column for column in range(start, end + 1) if column in body.labels]
    amounts = [column for column in range(start, end + 1) if column not in body.labels and body.headers.get(column)]
    if not labels or not amounts:
        return None
    rows = read_rows(_labels(body, labels, body.rows), layout)
    if not rows:
        return None
    # Words over labels too name a block of rows, not what an amount is.
    blocks = frozenset(word for column in labels for word in body.headers.get(column, ())[:-1])
    columns = read_columns(amounts, body.headers, layout, body.year, blocks)
    if layout.rows != "panels":
        return Panel(columns, rows, layout.rows)
    has_codes = sum(bool(row.function_code) for row in rows) * 2 > len(rows)
    spends = has_codes or any(row.function_code or row.concept in _OUTLAYS for row in rows)
    grand_total = "total_expenditure" if spends else "total_revenue"
    rows = tuple(replace(row, concept=grand_total) if row.label == "总计" and not row.concept else row for row in rows)
    return Panel(columns, rows, "functions" if has_codes else "panels")


def _quanta(table: Table, panels: tuple[Panel, ...], header_end: int) -> dict[int, tuple[Decimal, bool]]:
    """Step of the last printed digit of each amount column, and whether it was taken from the rest of the table.

    Among many amounts a step counts when two print it: a lone number with more digits than all others is a slip, or a
    figure of another kind, and says nothing of how the others were rounded. Among few, where trailing zeros are
    dropped, one may be all that shows the step.
    """
    printed: dict[int, list[int]] = {}
    amount_columns = {column.column for panel in panels for column in panel.columns}
    for cell in table.cells:
        text = plain(cell.text)
        if cell.row > header_end and cell.column in amount_columns and is_amount(text):
            printed.setdefault(cell.column, []).append(decimals_of(text))
    of_all = sorted((decimals for column in printed.values() for decimals in column), reverse=True)
    of_table = of_all[0 if len(of_all) <= _FEW_AMOUNTS else 1] if of_all else 0
    return {
        column: (Decimal(1).scaleb(-(min(max(decimals), of_table) or of_table)), not max(decimals) and bool(of_table))
        for column, decimals in printed.items()
    }


__all__ = [
    "ColumnMeaning",
    "ColumnReading",
    "Panel",
    "RowReading",
    "TableReading",
    "is_amount",
    "is_caption",
    "is_caption_number",
    "read_table",
    "title_and_unit",
    "unit_of",
    "with_unit_of",
]
