"""Tables printed without vertical rules: columns told by the white between them, where that leaves no doubt.

A block of lines becomes a table only when every amount stands in a column of amounts, and the same strips of white run
through all its lines. Anything less stays lines of text: an amount in a guessed column is worse than one in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from datasets.readers.pdf.lines import Line, line_of, rows_of
from datasets.readers.pdf.page import Glyph
from datasets.readers.pdf.tables import AMOUNT, Grid, GridCell

_CHUNK_GAP = 1.2  # of the font size: wider gaps part two columns
_LEAST_ROWS = 3
_LEAST_MONEY_SHARE = 0.5  # page numbers in a table of contents are whole numbers; money has decimals
_NONE = frozenset({"-", "－", "—", "–", "——", "--"})  # printed where there is no amount
_FARTHEST = 4.0  # font sizes between the lines of one table


@dataclass(frozen=True, slots=True)
class _Row:
    """A line cut at its wide gaps."""

    glyphs: list[Glyph]
    chunks: list[Line]

    @property
    def amounts(self) -> int:
        return sum(bool(AMOUNT.fullmatch(chunk.text)) for chunk in self.chunks)

    @property
    def baseline(self) -> float:
        return self.chunks[0].baseline

    @property
    def is_data(self) -> bool:
        """True for words followed by amounts."""
        return self.amounts > 0 and len(self.chunks) > 1


def find_aligned(glyphs: list[Glyph], page: int) -> tuple[list[Grid], list[Glyph]]:
    """The tables among glyphs that no rules enclose, and the glyphs that remain."""
    rows = [_Row(row, chunks) for row in rows_of(glyphs) if (chunks := _chunks(row, page))]
    grids: list[Grid] = []
    taken: set[int] = set()
    index = 0
    while index < len(rows):
        end = _end_of_block(rows, index)
        grid = _grid(rows[index:end], page) if end - index >= _LEAST_ROWS else None
        if grid is not None:
            first = _with_header(grid, rows, index)
            grids.append(grid)
            taken.update(range(first, end))
        index = max(end, index + 1)
    return grids, [glyph for number, row in enumerate(rows) if number not in taken for glyph in row.glyphs]


def _chunks(row: list[Glyph], page: int) -> list[Line]:
    parts: list[list[Glyph]] = []
    for glyph in row:
        if glyph.text.isspace():
            continue
        if parts and glyph.left - parts[-1][-1].right <= _CHUNK_GAP * glyph.size:
            parts[-1].append(glyph)
        else:
            parts.append([glyph])
    return [line for part in parts if (line := line_of(part, page)) is not None]


def _end_of_block(rows: list[_Row], start: int) -> int:
    """The row behind the last one of a run of data rows; wrapped labels between them belong to the run."""
    if not rows[start].is_data:
        return start
    end = start + 1
    for number in range(start + 1, len(rows)):
        row, above = rows[number], rows[number - 1]
        if row.baseline - above.baseline > _FARTHEST * row.chunks[0].size:
            break
        if row.is_data:
            end = number + 1
        elif len(row.chunks) > 1 or number - end > 1:
            break
    return end


def _grid(rows: list[_Row], page: int) -> Grid | None:
    """The table of a block of rows, None when its columns are in doubt."""
    if sum(row.is_data for row in rows) < _LEAST_ROWS:
        return None
    strips = _strips([chunk for row in rows for chunk in row.chunks])
    columns = [[chunk for row in rows for chunk in row.chunks if left <= chunk.left <= right] for left, right in strips]
    if len(strips) < 2 or not all(_is_pure(column) for column in columns):  # noqa: PLR2004 - words and amounts
        return None
    if any(_column_of(row.chunks, strips) is None for row in rows):
        return None
    amounts = [chunk for column in columns for chunk in column if AMOUNT.fullmatch(chunk.text)]
    if sum("." in chunk.text for chunk in amounts) < _LEAST_MONEY_SHARE * len(amounts):
        return None
    middles = [(left[1] + right[0]) / 2 for left, right in pairwise(strips)]
    edges = [strips[0][0], *middles, strips[-1][1]]
    grid = Grid(page, edges, rows[0].chunks[0].box[1], rows[-1].chunks[0].box[3], 0, [])
    for row in rows:
        _add_row(grid, {c: [chunk] for c, chunk in (_column_of(row.chunks, strips) or {}).items()}, row)
    return grid


def _strips(chunks: list[Line]) -> list[tuple[float, float]]:
    """Left and right end of each column: chunks that overlap from above share a column."""
    strips: list[tuple[float, float]] = []
    for chunk in sorted(chunks, key=lambda c: c.left):
        if strips and chunk.left <= strips[-1][1]:
            strips[-1] = (strips[-1][0], max(strips[-1][1], chunk.right))
        else:
            strips.append((chunk.left, chunk.right))
    return strips


def _is_pure(column: list[Line]) -> bool:
    """True for a column of amounts only, or of words (codes among them) only."""
    amounts = sum(bool(AMOUNT.fullmatch(chunk.text)) or chunk.text in _NONE for chunk in column)
    decimals = sum("." in chunk.text and bool(AMOUNT.fullmatch(chunk.text)) for chunk in column)
    return amounts == len(column) or not decimals


def _column_of(chunks: list[Line], strips: list[tuple[float, float]]) -> dict[int, Line] | None:
    """The chunks by column, None when two of them share one."""
    found: dict[int, Line] = {}
    for chunk in chunks:
        column = next((n for n, (left, right) in enumerate(strips) if left <= chunk.left <= right), None)
        if column is None or column in found:
            return None
        found[column] = chunk
    return found


def _add_row(grid: Grid, by_column: dict[int, list[Line]], row: _Row, *, at_top: bool = False) -> None:
    top, bottom = row.chunks[0].box[1], row.chunks[0].box[3]
    if at_top:
        for cell in grid.cells:
            cell.row += 1
        grid.top = top
    grid.rows += 1
    for column in range(grid.columns):
        box = (grid.edges[column], top, grid.edges[column + 1], bottom)
        number = 1 if at_top else grid.rows
        grid.cells.append(GridCell(number, column + 1, 1, 1, grid.page, box, by_column.get(column, [])))


def _with_header(grid: Grid, rows: list[_Row], start: int) -> int:
    """Add the rows of column heads above a block; returns the first row that now belongs to the table.

    A head that spans columns, or two heads over one column, ends it: those lines stay text above the table.
    """
    first = start
    while first > 0:
        row, below = rows[first - 1], rows[first]
        if len(row.chunks) < 2 or row.amounts or below.baseline - row.baseline > _FARTHEST * row.chunks[0].size:  # noqa: PLR2004
            break
        by_column: dict[int, list[Line]] = {}
        for chunk in row.chunks:
            middle = (chunk.left + chunk.right) / 2
            over = [
                n for n, (left, right) in enumerate(pairwise(grid.edges)) if chunk.left < right and chunk.right > left
            ]
            nearest = [n for n, (left, right) in enumerate(pairwise(grid.edges)) if left <= middle <= right]
            column = over[0] if len(over) == 1 else (nearest[0] if len(nearest) == 1 and len(over) < 3 else None)  # noqa: PLR2004
            if column is None or column in by_column:
                return first
            by_column[column] = [chunk]
        _add_row(grid, by_column, row, at_top=True)
        first -= 1
    return first
