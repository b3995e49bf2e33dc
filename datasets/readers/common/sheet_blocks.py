"""A worksheet to paragraphs and tables: titles, unit lines and notes stand around the tables, as on paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from datasets.model import Place
from datasets.readers.common.assembling import Assembly, GridCell

_TITLE = re.compile(r"表$|表[（(].*[）)]$")
#: What stands above a table beside its title: office, unit, number of the table, year.
_CAPTION = re.compile(
    r"^(?:(?:编制|填报|公开|预算)?(?:部门|单位)(?:名称|编码)?[：:]|(?:金额)?单位[：:]|(?:附?表|公开|附件|财决|预算)\s*[\d一二三四五六七八九十]+[-\d]*\s*表?$"
    r"|[（(]?20\d\d年度?[）)]?$)"
)
_NOTE = re.compile(r"^(?:注|说明|备注|填表|制表|单位负责人|负责人|联系)|。$")
_SIGNATURE = re.compile(r"^(?!其中)[^\d：:]{2,10}[：:]")
_SHORTEST_TITLE = 4
_AMOUNT = re.compile(r"^[-－—]?[\d,，]+(?:\.\d+)?%?$")
_LONGEST_LABEL = 40
_MOST_CELLS = 1_000_000  # a grid above that has a stray cell far away; then only filled cells are kept
_GAP = "    "


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell with text, or a merged one, at its 1-based place in the sheet."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1


def append_sheet(assembly: Assembly, name: str | None, cells: Iterable[SheetCell]) -> None:
    """Append what a worksheet shows; ``name`` is None for a file that has no worksheets, such as CSV."""
    _Sheet(assembly, name, cells).append()


def reference(row: int, column: int) -> str:
    """The name of a cell, such as C5."""
    return f"{get_column_letter(column)}{row}"


class _Sheet:
    def __init__(self, assembly: Assembly, name: str | None, cells: Iterable[SheetCell]) -> None:
        self._assembly = assembly
        self._name = name
        self._cells = {(cell.row, cell.column): cell for cell in cells}
        rows: dict[int, list[SheetCell]] = {}
        for cell in sorted(self._cells.values(), key=lambda cell: (cell.row, cell.column)):
            if cell.text.strip():
                rows.setdefault(cell.row, []).append(cell)
        self._rows = list(rows.items())

    def append(self) -> None:
        """Alternate between lines of text and tables until the rows are used up."""
        titled = False
        rest = self._rows
        while rest:
            lines = next((n for n, (_, cells) in enumerate(rest) if not _is_caption(cells)), len(rest))
            titled = any(_TITLE.search(cell.text.strip()) for _, cells in rest[:lines] for cell in cells)
            self._lines(rest[:lines])
            rest = rest[lines:]
            end = next((n for n in range(1, len(rest)) if _begins_anew(rest, n)), len(rest))
            table, rest = rest[:end], rest[end:]
            notes = len(table)
            while notes > 1 and _is_note(table, notes - 1):
                notes -= 1
            if table:
                self._title(titled, table)
                self._table(table[:notes])
                self._lines(table[notes:])

    def _lines(self, rows: list[tuple[int, list[SheetCell]]]) -> None:
        for _, cells in rows:
            self._assembly.paragraph(_GAP.join(cell.text for cell in cells), self._place(cells[0].row, cells[0].column))

    def _title(self, titled: bool, table: list[tuple[int, list[SheetCell]]]) -> None:  # noqa: FBT001
        """A table without a title bears that of its worksheet."""
        head = [cell.text for _, cells in table[:3] for cell in cells]
        name = self._name or ""
        if not titled and len(name) >= _SHORTEST_TITLE and _TITLE.search(name) and not any(map(_TITLE.search, head)):
            self._assembly.paragraph(name, Place(0, 0, sheet=name))

    def _table(self, rows: list[tuple[int, list[SheetCell]]]) -> None:
        filled = [cell for _, cells in rows for cell in cells]
        top, bottom = rows[0][0], max(cell.row + cell.row_span for cell in filled) - 1
        left, right = min(cell.column for cell in filled), max(cell.column + cell.column_span for cell in filled) - 1
        if (bottom - top + 1) * (right - left + 1) <= _MOST_CELLS:
            cells = list(self._grid(top, bottom, left, right))
        else:
            cells = filled
        grid = [
            GridCell(
                cell.row - top + 1,
                cell.column - left + 1,
                cell.text,
                cell.row_span,
                cell.column_span,
                self._place(cell.row, cell.column),
            )
            for cell in cells
        ]
        self._assembly.table(grid, self._place(top, left))

    def _grid(self, top: int, bottom: int, left: int, right: int) -> Iterator[SheetCell]:
        """Every cell of an area, blank ones too, merged ones once."""
        covered: set[tuple[int, int]] = set()
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) in covered:
                    continue
                cell = self._cells.get((row, column), SheetCell(row, column, ""))
                covered.update(
                    (r, c)
                    for r in range(row, min(row + cell.row_span, bottom + 1))
                    for c in range(column, min(column + cell.column_span, right + 1))
                )
                yield SheetCell(
                    row,
                    column,
                    cell.text,
                    min(cell.row_span, bottom - row + 1),
                    min(cell.column_span, right - column + 1),
                )

    def _place(self, row: int, column: int) -> Place:
        return Place(0, 0, sheet=self._name, cell=reference(row, column))


def _is_caption(cells: list[SheetCell]) -> bool:
    """True for a row of text above a table: one cell alone, or nothing but office, unit, number and year."""
    texts = [cell.text.strip() for cell in cells]
    if len(cells) == 1:
        return cells[0].row_span == 1 and not _AMOUNT.match(texts[0])
    return all(_CAPTION.match(text) for text in texts)


def _begins_anew(rows: list[tuple[int, list[SheetCell]]], number: int) -> bool:
    """True where another table of a sheet begins: a title or caption below a gap, or a title with captions."""
    row, cells = rows[number]
    if not _is_caption(cells):
        return False
    last_row, last_cells = rows[number - 1]
    gap = row > last_row + max(cell.row_span for cell in last_cells)
    texts = [cell.text.strip() for cell in cells]
    titled = any(_TITLE.search(text) or _CAPTION.match(text) for text in texts)
    followed = number + 1 < len(rows) and all(_CAPTION.match(cell.text.strip()) for cell in rows[number + 1][1])
    return titled and (gap or followed)


def _is_note(rows: list[tuple[int, list[SheetCell]]], number: int) -> bool:
    """True for a row below a table: a remark, signatures, or one long text alone."""
    row, cells = rows[number]
    texts = [cell.text.strip() for cell in cells]
    if len(cells) > 1:
        return all(_SIGNATURE.match(text) for text in texts)
    last_row, last_cells = rows[number - 1]
    gap = row > last_row + max(cell.row_span for cell in last_cells)
    return not _AMOUNT.match(texts[0]) and (bool(_NOTE.search(texts[0])) or gap or len(texts[0]) > _LONGEST_LABEL)
