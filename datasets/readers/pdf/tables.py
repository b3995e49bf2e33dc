"""Ruling lines to grids: which cells a page draws, and which words stand in which cell."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from datasets.readers.pdf.lines import Line, lines_of, rows_of
from datasets.readers.pdf.page import Box, Glyph, PageContent

_SNAP = 3.0  # lines closer than this are one line
_MIDDLE = 0.35  # of the font size: the middle of a character above its baseline
_WORD_GAP = 0.15  # of the font size: glyphs closer than this belong to one word
#: A cell or line that is nothing but a number.
AMOUNT = re.compile(r"[-－]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?%?")

Edge = dict[str, Any]


@dataclass(slots=True)
class GridCell:
    """A cell of a grid; ``row`` and ``column`` are 1-based, ``width`` is in points, ``page`` is where it stands."""

    row: int
    column: int
    row_span: int
    column_span: int
    page: int
    box: Box
    lines: list[Line] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Distance between the rules on both sides."""
        return self.box[2] - self.box[0]


@dataclass(slots=True)
class Grid:
    """A ruled table on one page, or several of them joined.

    ``edges`` are the column boundaries in points, ``captions`` the paragraphs printed before it.
    """

    page: int
    edges: list[float]
    top: float
    bottom: float
    rows: int
    cells: list[GridCell]
    captions: list[str] = field(default_factory=list)
    last_page: int = 0

    def __post_init__(self) -> None:
        self.last_page = self.last_page or self.page

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.edges) - 1

    def row_cells(self, row: int) -> list[GridCell]:
        """The cells that begin in a row, left to right."""
        return sorted((cell for cell in self.cells if cell.row == row), key=lambda cell: cell.column)


def find_grids(page: PageContent) -> tuple[list[Grid], list[Glyph]]:
    """The tables of a page from top to bottom, and the glyphs that stand in none of them.

    A frame around text (one column) is no table.
    """
    frames = [_frame(cells, page.number) for cells in _ruled_cells(page)]
    frames = [frame for frame in frames if frame.columns > 1]
    outside: list[Glyph] = []
    inside: dict[int, list[Glyph]] = {}
    by_size = sorted(frames, key=lambda frame: (frame.edges[-1] - frame.edges[0]) * (frame.bottom - frame.top))
    for glyph in page.glyphs:
        x, y = (glyph.left + glyph.right) / 2, glyph.baseline - _MIDDLE * glyph.size
        for frame in by_size:  # a table inside a cell of another one keeps its words
            if frame.edges[0] <= x <= frame.edges[-1] and frame.top <= y <= frame.bottom:
                inside.setdefault(id(frame), []).append(glyph)
                break
        else:
            outside.append(glyph)
    return [_filled(frame, inside.get(id(frame), [])) for frame in frames], outside


def _ruled_cells(page: PageContent) -> list[list[Box]]:
    """The cells that the rules of a page enclose, by table."""
    edges = [
        _edge(rule.left, rule.top, rule.right, rule.bottom)
        for rule in page.rules
        if rule.right > rule.left or rule.bottom > rule.top
    ]
    if not edges:
        return []
    edges = merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
    edges = merge_edges(edges + _open_sides(edges), _SNAP, _SNAP, _SNAP, _SNAP)
    cells = intersections_to_cells(edges_to_intersections(edges, _SNAP, _SNAP))
    return cells_to_tables(cells)


def _edge(left: float, top: float, right: float, bottom: float) -> Edge:
    """A rule as pdfplumber knows it."""
    return {
        "x0": left,
        "x1": right,
        "top": top,
        "bottom": bottom,
        "doctop": top,
        "width": right - left,
        "height": bottom - top,
        "orientation": "h" if right - left > bottom - top else "v",
    }


def _open_sides(edges: list[Edge]) -> list[Edge]:
    """The outer borders of tables that are printed without them.

    Only between two horizontal rules of the same extent with a vertical rule between them: two rules alone may be the
    ornaments of a page.
    """
    level = sorted((e for e in edges if e["orientation"] == "h"), key=lambda e: (e["x0"], e["x1"], e["top"]))
    upright = [e for e in edges if e["orientation"] == "v"]
    sides: list[Edge] = []
    for above, below in pairwise(level):
        if abs(above["x0"] - below["x0"]) > _SNAP or abs(above["x1"] - below["x1"]) > _SNAP:
            continue
        crossing = [e for e in upright if e["top"] <= above["top"] + _SNAP and e["bottom"] >= below["top"] - _SNAP]
        if not any(above["x0"] + _SNAP < e["x0"] < above["x1"] - _SNAP for e in crossing):
            continue
        sides.extend(
            _edge(x, above["top"], x, below["top"])
            for x in (above["x0"], above["x1"])
            if not any(abs(e["x0"] - x) <= _SNAP for e in crossing)
        )
    return sides


def _frame(cells: list[Box], page: int) -> Grid:
    """The grid of a table without its words."""
    xs = _boundaries([x for cell in cells for x in (cell[0], cell[2])])
    ys = _boundaries([y for cell in cells for y in (cell[1], cell[3])])
    grid = Grid(page, xs, ys[0], ys[-1], len(ys) - 1, [])
    for box in cells:
        left, right = nearest(xs, box[0]), nearest(xs, box[2])
        top, bottom = nearest(ys, box[1]), nearest(ys, box[3])
        if left < right and top < bottom:
            grid.cells.append(GridCell(top + 1, left + 1, bottom - top, right - left, page, box))
    grid.cells.sort(key=lambda cell: (cell.row, cell.column))
    return grid


def _boundaries(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 1:
            found.append(value)
    return found


def nearest(boundaries: list[float], value: float) -> int:
    """Index of the boundary closest to a value."""
    return min(range(len(boundaries)), key=lambda index: abs(boundaries[index] - value))


def _filled(grid: Grid, glyphs: list[Glyph]) -> Grid:
    """The grid with its words."""
    ys = _boundaries([y for cell in grid.cells for y in (cell.box[1], cell.box[3])])
    owners: dict[tuple[int, int], GridCell] = {}
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                owners[row, column] = cell
    contents: dict[int, list[Glyph]] = {}
    for word in _words(glyphs):
        for part in _parts_by_cell(word, grid, ys, owners):
            cell = _owner(part, grid, ys, owners)
            contents.setdefault(id(cell), []).extend(part)
    for cell in grid.cells:
        cell.lines = lines_of(contents.get(id(cell), ()), grid.page)
    grid.cells.sort(key=lambda cell: (cell.row, cell.column))
    return grid


def _words(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Glyphs on one baseline that touch."""
    words: list[list[Glyph]] = []
    for row in rows_of(glyphs):
        last: Glyph | None = None
        for glyph in row:
            if last is not None and _touch(last, glyph):
                words[-1].append(glyph)
            else:
                words.append([glyph])
            last = glyph
    return words


def _touch(last: Glyph, glyph: Glyph) -> bool:
    if last.text.isspace() or glyph.text.isspace():
        return False
    return abs(glyph.left - last.right) <= _WORD_GAP * glyph.size and abs(glyph.baseline - last.baseline) <= 1


def _parts_by_cell(
    word: list[Glyph], grid: Grid, ys: list[float], owners: dict[tuple[int, int], GridCell]
) -> list[list[Glyph]]:
    """A word whole when it is an amount (it may spill over its cell), else cut where a cell ends."""
    if AMOUNT.fullmatch("".join(glyph.text for glyph in word)):
        return [word]
    parts: list[list[Glyph]] = []
    last: tuple[int, int] | None = None
    for glyph in word:
        slot = _slot([glyph], grid, ys)
        same = last is not None and owners.get(slot) is owners.get(last) and (slot in owners or slot == last)
        if same:
            parts[-1].append(glyph)
        else:
            parts.append([glyph])
        last = slot
    return parts


def _slot(word: list[Glyph], grid: Grid, ys: list[float]) -> tuple[int, int]:
    """Row and column of the middle of a word."""
    x = (word[0].left + word[-1].right) / 2
    y = word[0].baseline - _MIDDLE * word[0].size
    row = min(max(bisect_right(ys, y), 1), grid.rows)
    column = min(max(bisect_right(grid.edges, x), 1), grid.columns)
    return row, column


def _owner(word: list[Glyph], grid: Grid, ys: list[float], owners: dict[tuple[int, int], GridCell]) -> GridCell:
    """The cell a word stands in; a place that no rules enclose gets a cell of its own, so that no word is lost."""
    slot = _slot(word, grid, ys)
    if slot not in owners:
        row, column = slot
        box = (grid.edges[column - 1], ys[row - 1], grid.edges[column], ys[row])
        owners[slot] = GridCell(row, column, 1, 1, grid.page, box)
        grid.cells.append(owners[slot])
    return owners[slot]


def split_stacked_rows(grid: Grid) -> Grid:
    """Rows whose lines are ruled only left and right: one row a line, where every cell keeps to the same lines.

    Amounts stacked in a cell belong to the labels beside them only if the baselines say so; otherwise the row stays.
    """
    cells: list[GridCell] = []
    added = 0
    for row in range(1, grid.rows + 1):
        inside = grid.row_cells(row)
        count = _stacked_lines(inside)
        for cell in inside:
            if count < 2:  # noqa: PLR2004 - one line a row is the rule
                cells.append(replace(cell, row=cell.row + added))
                continue
            levels = _levels(inside)
            cells.extend(
                GridCell(
                    cell.row + added + number,
                    cell.column,
                    1,
                    cell.column_span,
                    cell.page,
                    cell.box,
                    [line for line in cell.lines if abs(line.baseline - level) <= 1],
                )
                for number, level in enumerate(levels)
            )
        added += max(count - 1, 0)
    return Grid(grid.page, grid.edges, grid.top, grid.bottom, grid.rows + added, cells) if added else grid


def _levels(cells: list[GridCell]) -> list[float]:
    levels: list[float] = []
    for baseline in sorted(line.baseline for cell in cells for line in cell.lines):
        if not levels or baseline - levels[-1] > 1:
            levels.append(baseline)
    return levels


def _stacked_lines(cells: list[GridCell]) -> int:
    """How many rows a ruled row really holds, 1 when that cannot be told."""
    if any(cell.row_span > 1 for cell in cells):
        return 1
    levels = _levels(cells)
    filled = [cell for cell in cells if cell.lines]
    stacked = [
        cell
        for cell in filled
        if len(cell.lines) > 1 and all("." in line.text and AMOUNT.fullmatch(line.text) for line in cell.lines)
    ]
    return len(levels) if stacked and len(filled[0].lines) == len(levels) else 1
