"""Tables to meanings: title, unit, header rows, what each column and each row reports.

Columns are bound by header words and rows by codes and names, as :mod:`datasets.layouts` says; never by position.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from datasets.layouts import ColumnMeaning, Layout
from datasets.model import Cell, Table
from datasets.numerals import decimals_of
from datasets.table_heads import (
    LABEL_CODE,
    NUMBERING,
    headers_of,
    is_amount,
    is_caption_number,
    last_header_row,
    numbers_columns,
    title_and_unit,
    unit_of,
)
from datasets.vocabulary import economic_codes, function_classes, function_names, names, plain, unnumbered

_CODE = re.compile(r"^\d{1,7}$")
_STEP_DIGITS = 2
_LEADING_YEAR = re.compile(r"^20\d\d年度?")
_TOTALS = frozenset(
    {"合计", "总计", "小计", "收入总计", "支出总计", "本年收入合计", "本年支出合计", "收入合计", "支出合计"}
)
_CODE_HEADERS = frozenset(
    {"类", "款", "项", "科目编码", "功能分类科目编码", "经济分类科目编码", "功能分类", "编码", "科目代码"}
)
_NAME_HEADERS = ("科目名称", "名称", "项目", "科目")
#: What the rows below a line item are, until the next such item says otherwise.
_CARRYOVER_BELOW = {
    "opening_carryover_and_surplus": "opening",
    "opening_fiscal_carryover": "opening",
    "opening_nonfiscal_carryover": "opening",
    "current_year_revenue": "current",
    "total_revenue": "",
}
_MASKS = frozenset({"***", "**", "涉密", "*"})
#: How a blank is printed where cells are not left empty; accounting formats of spreadsheets print zero as a dash.
_DASHES = frozenset({"-", "--", "---", "－", "—", "——", "/"})
_NO_AMOUNT = _MASKS | _DASHES


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A column of amounts: its position, its header words from top to bottom, its meaning."""

    column: int
    header: str
    meaning: ColumnMeaning


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row of one panel: its label and what it reports.

    ``total`` marks 合计; ``carryover`` is "opening" below 上年结转结余, "current" below 本年收入.
    """

    row: int
    label: str
    concept: str = ""
    fund: str = ""
    function_code: str = ""
    economic_code: str = ""
    project: str = ""
    carryover: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns that share a label column: a table has one panel, or two side by side (收入 | 支出)."""

    columns: tuple[ColumnReading, ...]
    rows: tuple[RowReading, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table with its meaning; ``unit`` is the printed money unit.

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

    def leaf(self, column: int) -> str:
        """The lowest header word over a column, "" when there is none."""
        return self.headers.get(column, ("",))[-1]

    def text(self, row: int, column: int) -> str:
        """The plain text of a cell, "" when there is none."""
        cell = self.grid.get((row, column))
        return plain(cell.text) if cell else ""


def read_table(table: Table, identifier: str, title: str, unit: str, layout: Layout) -> TableReading:
    """Bind the columns and rows of a table whose layout is known."""
    grid = {(cell.row, cell.column): cell for cell in table.cells}
    header_end = last_header_row(table)
    headers = headers_of(table, header_end)
    body = _Body(table, grid, headers, header_end, _label_columns(table, grid, headers, header_end), layout)
    panels = (_wide_panel(body),) if layout.rows == "wide" and not _has_items(body) else tuple(_panels(body))
    quanta = _quanta(table, panels, header_end)
    return TableReading(
        identifier, title, unit, layout, table, panels, quanta, grid, frozenset(_numbering(body)), body.labels
    )


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
    labels = set()
    for column in range(1, table.columns + 1):
        leaf = headers.get(column, ("",))[-1]
        below = (grid.get((row, column)) for row in range(header_end + 1, table.rows + 1))
        words = [text for cell in below if cell is not None and (text := plain(cell.text)) and text not in _NO_AMOUNT]
        wordy = sum(not is_amount(text) for text in words)
        named = leaf.endswith(_NAME_HEADERS) and not any("." in text for text in words)
        if leaf in _CODE_HEADERS or leaf in NUMBERING or named or wordy * 2 > len(words):
            labels.add(column)
    return frozenset(labels)


def _panel_bounds(label_columns: frozenset[int], width: int) -> list[tuple[int, int]]:
    """First and last column of each panel; a panel opens at a label column behind a column of amounts."""
    bounds: list[tuple[int, int]] = []
    start = 1
    for column in range(2, width + 1):
        if column in label_columns and column - 1 not in label_columns:
            bounds.append((start, column - 1))
            start = column
    bounds.append((start, width))
    return bounds


def _panels(body: _Body) -> Iterator[Panel]:
    for start, end in _panel_bounds(body.labels, body.table.columns):
        panel = _panel(body, start, end)
        if panel is not None:
            yield panel


def _has_items(body: _Body) -> bool:
    """True when the rows name items (合计, 因公出国（境）费, …): the same table printed downwards instead of across."""
    rows = range(body.header_end + 1, body.table.rows + 1)
    named = [name for row in rows for column in body.labels if (name := unnumbered(body.text(row, column))) in names()]
    return len(named) > 1


def _wide_panel(body: _Body) -> Panel:
    """Rows of amounts without labels: the headers name both concept and stage."""
    columns = tuple(
        ColumnReading(column, "·".join(words), _stacked_meaning(words, body.layout))
        for column, words in sorted(body.headers.items())
    )
    rows = tuple(
        RowReading(row, "")
        for row in range(body.header_end + 1, body.table.rows + 1)
        if any(is_amount(body.text(row, column.column)) for column in columns)
    )
    return Panel(columns, rows, "wide")


def _stacked_meaning(words: tuple[str, ...], layout: Layout) -> ColumnMeaning:
    """Header words from top to bottom, each filling in or replacing what the words above it say."""
    meaning = ColumnMeaning()
    for word in _without_years(words):
        stated = layout.columns.get(word) or ColumnMeaning(concept=names().get(word, ""))
        meaning = ColumnMeaning(
            stated.concept or meaning.concept,
            stated.fund or meaning.fund,
            stated.stage or meaning.stage,
            stated.economic_code or meaning.economic_code,
        )
    return meaning if meaning.concept else replace(meaning, concept="?")


def _panel(body: _Body, start: int, end: int) -> Panel | None:
    """The panel of some columns; None when they hold no labels, no amounts or no rows."""
    layout = body.layout
    labels = [column for column in range(start, end + 1) if column in body.labels]
    amounts = [column for column in range(start, end + 1) if column not in body.labels and body.headers.get(column)]
    if not labels or not amounts:
        return None
    rows = tuple(_rows(body, labels))
    if not rows:
        return None
    columns = tuple(
        ColumnReading(column, "·".join(body.headers[column]), _column_meaning(body.headers[column], layout))
        for column in amounts
    )
    if layout.rows != "panels":
        return Panel(columns, rows, layout.rows)
    has_codes = sum(bool(row.function_code) for row in rows) * 2 > len(rows)
    grand_total = "total_expenditure" if has_codes else "total_revenue"
    rows = tuple(replace(row, concept=grand_total) if row.label == "总计" and not row.concept else row for row in rows)
    return Panel(columns, rows, "functions" if has_codes else "panels")


def _rows(body: _Body, labels: list[int]) -> Iterator[RowReading]:
    """The rows of a panel; those below 上年结转结余 and 本年收入 are told apart by ``carryover``."""
    project_column = next((column for column in labels if body.leaf(column) == "项目名称"), None)
    carryover = ""
    for row in range(body.header_end + 1, body.table.rows + 1):
        texts = {column: body.text(row, column) for column in labels if body.leaf(column) not in NUMBERING}
        reading = _row_reading(row, texts, body.layout, carryover, project_column)
        if reading is None:
            continue
        carryover = _CARRYOVER_BELOW.get(reading.concept, carryover)
        yield reading


def _column_meaning(words: tuple[str, ...], layout: Layout) -> ColumnMeaning:
    for word in reversed(_without_years(words)):
        if word in layout.columns:
            return layout.columns[word]
        concept = names().get(word)
        if concept:
            return ColumnMeaning(concept=concept)
    return ColumnMeaning(concept="?")


def _without_years(words: tuple[str, ...]) -> tuple[str, ...]:
    """Header words without the year before them (2024年机关运行经费预算数)."""
    return tuple(_LEADING_YEAR.sub("", word) for word in words)


def _joined_code(pieces: list[str]) -> str:
    """类, 款 and 项 in one code; a 款 or 项 printed with one digit is read with its leading zero (301|2 is 30102)."""
    head, *rest = pieces or [""]
    return head + "".join(piece.zfill(_STEP_DIGITS) for piece in rest)


def _row_reading(
    row: int, texts: dict[int, str], layout: Layout, carryover: str, project_column: int | None
) -> RowReading | None:
    """What a row is about, None for a filler row without any label."""
    filled = [text for text in texts.values() if text]
    if not filled:
        return None
    code = _joined_code([text for text in filled if _CODE.match(text)])
    project = texts.get(project_column, "") if project_column else ""
    words = [
        text
        for column, text in texts.items()
        if text and not _CODE.match(text) and text not in _CODE_HEADERS and column != project_column
    ]
    label = words[0] if words else ""
    match = LABEL_CODE.match(label)
    if match and not code:
        code, label = match[1], label[match.end() :]
    if project in _TOTALS and not label:
        label, project = project, ""
    name = unnumbered(label)
    if name in _TOTALS:
        concept = names().get(name, "") if name not in ("合计", "总计", "小计") else layout.total
        return RowReading(row, name, concept=layout.row_names.get(name, concept), total=True)
    if code and layout.rows == "economic":
        return RowReading(row, name, economic_code=code)
    if code in function_names() or (code and layout.rows in ("functions", "panels")):
        return RowReading(row, name, function_code=code, project=project)
    if layout.rows == "economic" and name in economic_codes():
        return RowReading(row, name, economic_code=economic_codes()[name])
    concept = names().get(name, "?")
    if layout.rows == "panels" and concept == "?" and name in function_classes():
        return RowReading(row, name, function_code=function_classes()[name])
    stated = concept.startswith(("opening_", "closing_", "total_", "current_year_"))
    return RowReading(row, name, concept=concept, carryover="" if stated else carryover)


def _quanta(table: Table, panels: tuple[Panel, ...], header_end: int) -> dict[int, tuple[Decimal, bool]]:
    """Step of the last printed digit of each amount column, and whether it was taken from the rest of the table."""
    finest: dict[int, int] = {}
    amount_columns = {column.column for panel in panels for column in panel.columns}
    for cell in table.cells:
        text = plain(cell.text)
        if cell.row > header_end and cell.column in amount_columns and is_amount(text):
            finest[cell.column] = max(finest.get(cell.column, 0), decimals_of(text))
    of_table = max(finest.values(), default=0)
    return {
        column: (Decimal(1).scaleb(-(decimals or of_table)), not decimals and bool(of_table))
        for column, decimals in finest.items()
    }


__all__ = [
    "ColumnReading",
    "Panel",
    "RowReading",
    "TableReading",
    "is_amount",
    "is_caption_number",
    "read_table",
    "title_and_unit",
    "unit_of",
]
