"""Prints the data of :mod:`datasets.facsimile` as a PDF, the way office programs do.

Lines break where they are full: between ideographs, at blanks, and, in a cell too narrow for a word, inside the word;
no closing mark begins a line. Tables are ruled, merged cells too, and go on over page breaks, but titles and headers
stay with what they head. Every page bears its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from datasets.facsimile import BlockData, CellData, DocumentData, PlacedCell, place_cells
from tests.pdf_writer import Sheet, pdf

_WIDTH, _HEIGHT, _MARGIN = 842.0, 595.0, 50.0
_SIZE, _TABLE_SIZE, _PADDING = 12.0, 8.0, 3.0
_LEADING = 1.5
_MEASURE = _WIDTH - 2 * _MARGIN
_NARROWEST, _WIDEST = 4.0, 14.0  # columns, in characters
_WORD = re.compile(r"[!-~]+|[^!-~]")
_FEW_ROWS = 3
_CLOSING = "，。、；：！？）》”’】％"


def pdf_bytes(data: DocumentData, height: float = _HEIGHT) -> bytes:
    """The document as a PDF of pages of that height, in points."""
    press = _Press(height)
    for block in data["blocks"]:
        press.put(block)
    return pdf(*press.finished())


def _width_of(text: str, size: float) -> float:
    return sum(0.6 if character.isascii() else 1.0 for character in text) * size


def _wrapped(text: str, room: float, size: float, indent: float = 0.0) -> list[str]:
    """The lines of a text; a newline always ends one."""
    lines: list[str] = []
    for piece in text.split("\n"):
        line, free = "", room - indent
        for word in _WORD.findall(piece):
            if _width_of(line + word, size) <= free:
                line += word
                continue
            if word in _CLOSING and len(line) > 1:
                line, word = line[:-1], line[-1] + word  # noqa: PLW2901 - no line begins with a closing mark
            if line:
                lines.append(line)
                line, free = "", room
            while _width_of(word, size) > room:
                cut = max(1, int(room / size / 0.6))
                lines.append(word[:cut])
                word = word[cut:]  # noqa: PLW2901 - what is left of the word
            line = word
        lines.append(line)
    return lines


@dataclass
class _Press:
    """Fills pages from top to bottom."""

    height: float
    sheets: list[Sheet] = field(default_factory=list)
    top: float = inf

    @property
    def foot(self) -> float:
        return self.height - _MARGIN

    def finished(self) -> list[Sheet]:
        for number, sheet in enumerate(self.sheets, start=1):
            sheet.text(_WIDTH / 2, self.height - _MARGIN / 2, f"- {number} -", 9)
        return self.sheets

    def put(self, block: BlockData) -> None:
        if "table" in block:
            self._table(block["table"])
            return
        text = block["heading"] if "heading" in block else block["paragraph"]
        indent = 2 * _SIZE
        for number, line in enumerate(_wrapped(text, _MEASURE, _SIZE, indent)):
            self._room(_SIZE * _LEADING)
            self.sheets[-1].text(_MARGIN + (0 if number else indent), self.top + _SIZE, line, _SIZE)
            self.top += _SIZE * _LEADING
        self.top += _SIZE * 0.5

    def _room(self, height: float) -> None:
        if self.top + height > self.foot:
            self.sheets.append(Sheet(_WIDTH, self.height))
            self.top = _MARGIN

    def _table(self, rows: Sequence[Sequence[str | CellData]]) -> None:
        cells = place_cells(rows)
        xs = _edges(cells)
        heights = _heights(cells, xs, len(rows))
        for first, last in _pages(heights, _kept_together(cells, len(rows)), self.foot - self.top, self.foot - _MARGIN):
            self._room(sum(heights[first:last]))
            ys = [self.top]
            for height in heights[first:last]:
                ys.append(ys[-1] + height)
            self._part(cells, xs, ys, first)
            self.top = ys[-1] + 1.0
        self.top += _SIZE

    def _part(self, cells: Sequence[PlacedCell], xs: Sequence[float], ys: Sequence[float], first: int) -> None:
        """The rows of a table that stand on this page; a cell cut by the page break has its words on the first one."""
        last = first + len(ys) - 1
        sheet = self.sheets[-1]
        for cell in cells:
            top, bottom = max(cell.row - 1, first), min(cell.row - 1 + cell.rows, last)
            if top >= bottom:
                continue
            left, right = xs[cell.column - 1], xs[cell.column - 1 + cell.columns]
            upper, lower = ys[top - first], ys[bottom - first]
            sheet.rule(left, upper, right, upper).rule(left, lower, right, lower)
            sheet.rule(left, upper, left, lower).rule(right, upper, right, lower)
            if top == cell.row - 1:
                for number, line in enumerate(_lines(cell, xs)):
                    baseline = upper + _PADDING + _TABLE_SIZE * (_LEADING * number + 1)
                    sheet.text(left + _PADDING, baseline, line, _TABLE_SIZE)


def _kept_together(cells: Sequence[PlacedCell], rows: int) -> set[int]:
    """The rows (0-based) that may not open a page: below a title, or inside a cell merged over few rows (headers)."""
    columns = max(cell.column + cell.columns - 1 for cell in cells)
    titles = {cell.row for cell in cells if cell.columns == columns and cell.row < _FEW_ROWS}
    short = [cell for cell in cells if 1 < cell.rows <= _FEW_ROWS]
    return ({row for cell in short for row in range(cell.row, cell.row - 1 + cell.rows)} | titles) & set(range(rows))


def _pages(heights: Sequence[float], kept: set[int], room: float, page: float) -> list[tuple[int, int]]:
    """First and last row (excluded) of the part of a table on each page; ``room`` is what is left of the first."""
    parts: list[tuple[int, int]] = []
    first, used = 0, 0.0
    for row, height in enumerate(heights):
        group = height + sum(_hanging(heights, kept, row + 1))
        if row not in kept and row > first and used + group > room:
            parts.append((first, row))
            first, used, room = row, 0.0, page
        elif row == 0 and group > room:
            room = page
        used += height
    return [*parts, (first, len(heights))]


def _hanging(heights: Sequence[float], kept: set[int], start: int) -> list[float]:
    """The heights of the rows from ``start`` that hang on the one before."""
    end = start
    while end in kept:
        end += 1
    return list(heights[start:end])


def _edges(cells: Sequence[PlacedCell]) -> list[float]:
    """The column boundaries: each column as wide as its longest cell, within bounds, all of them within the page."""
    columns = max(cell.column + cell.columns - 1 for cell in cells)
    widths = [_NARROWEST] * columns
    for cell in cells:
        if cell.columns == 1:
            longest = max(_width_of(line, 1.0) for line in cell.text.split("\n"))
            widths[cell.column - 1] = max(widths[cell.column - 1], min(longest + 0.5, _WIDEST))
    full = [width * _TABLE_SIZE + 2 * _PADDING for width in widths]
    scale = min(1.0, _MEASURE / sum(full))
    edges = [_MARGIN]
    for width in full:
        edges.append(edges[-1] + width * scale)
    return edges


def _lines(cell: PlacedCell, xs: Sequence[float]) -> list[str]:
    room = xs[cell.column - 1 + cell.columns] - xs[cell.column - 1] - 2 * _PADDING
    return _wrapped(cell.text, room, _TABLE_SIZE)


def _heights(cells: Sequence[PlacedCell], xs: Sequence[float], rows: int) -> list[float]:
    heights = [_TABLE_SIZE * _LEADING + 2 * _PADDING] * rows
    for cell in sorted(cells, key=lambda cell: cell.rows):
        needed = len(_lines(cell, xs)) * _TABLE_SIZE * _LEADING + 2 * _PADDING
        span = range(cell.row - 1, cell.row - 1 + cell.rows)
        missing = needed - sum(heights[row] for row in span)
        if missing > 0:
            heights[span[-1]] += missing
    return heights
