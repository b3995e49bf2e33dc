"""A table that runs over several pages: is it the same table, which rows are its header printed again."""

from __future__ import annotations

from dataclasses import replace

from datasets.readers.pdf_lines import room_needed, starts_item
from datasets.readers.pdf_tables import AMOUNT, Grid, GridCell, nearest
from datasets.vocabulary import plain

_SAME_EDGE = 4.0  # points that a column boundary may move from page to page
_CONTINUED = ("（续）", "(续)", "续表", "（续表）", "(续表)")
_ROW_FULL = 0.5  # of the font size


def same_words(text: str, other: str) -> bool:
    """True when two captions differ in nothing but blanks and a note that the table goes on."""
    return _bare(text) == _bare(other)


def _bare(text: str) -> str:
    text = plain(text)
    for note in _CONTINUED:
        text = text.replace(plain(note), "")
    return text


def continues_table(above: Grid, below: Grid) -> bool:
    """True when a table on the next page has the columns of this one and no title or header of its own."""
    if below.page != above.last_page + 1:
        return False
    edges = _common_edges(above.edges, below.edges)
    if edges is None:
        return False
    first = below.row_cells(1)
    if _repeated_header(_on_edges(above, edges), _on_edges(below, edges)):
        return True
    words = [cell for cell in first if cell.lines]
    is_title = len(words) == 1 and words[0].column_span == below.columns and not _is_amount(words[0])
    own_header = (
        any(cell.row_span > 1 for cell in words)
        and any(cell.column_span > 1 for cell in words)
        and not any(_is_amount(cell) for row in (1, 2) for cell in below.row_cells(row))
    )
    return not is_title and not own_header


def joined_grid(above: Grid, below: Grid) -> Grid:
    """Both parts as one table; header rows printed again are dropped, a row cut by the page break is mended."""
    edges = _common_edges(above.edges, below.edges)
    if edges is None:
        return above
    above, below = _on_edges(above, edges), _on_edges(below, edges)
    skipped = _repeated_header(above, below)
    first = skipped + 1
    cells = list(above.cells)
    if not skipped and _is_rest_of_row(above, below):
        last = {cell.column: cell for cell in above.row_cells(above.rows)}
        for cell in below.row_cells(1):
            if cell.lines:
                last[cell.column].lines.extend(cell.lines)
        first += 1
    shift = above.rows - first + 1
    cells.extend(replace(cell, row=cell.row + shift) for cell in below.cells if cell.row >= first)
    return replace(above, rows=above.rows + below.rows - first + 1, cells=cells, last_page=below.page)


def _common_edges(above: list[float], below: list[float]) -> list[float] | None:
    """The finer of two sets of column boundaries when it holds the other one, outer borders included, else None.

    A page may show fewer boundaries: a lone 合计 row merges the columns of the codes.
    """
    finer, coarser = (above, below) if len(above) >= len(below) else (below, above)
    if abs(finer[0] - coarser[0]) > _SAME_EDGE or abs(finer[-1] - coarser[-1]) > _SAME_EDGE:
        return None
    if any(min(abs(edge - other) for other in finer) > _SAME_EDGE for edge in coarser):
        return None
    return finer


def _on_edges(grid: Grid, edges: list[float]) -> Grid:
    """The grid with its columns counted along finer boundaries."""
    if len(grid.edges) == len(edges):
        return grid
    index = [nearest(edges, edge) for edge in grid.edges]
    cells = []
    for cell in grid.cells:
        left, right = index[cell.column - 1], index[cell.column + cell.column_span - 1]
        cells.append(replace(cell, column=left + 1, column_span=right - left))
    return replace(grid, edges=edges, cells=cells)


def _repeated_header(above: Grid, below: Grid) -> int:
    """How many rows at the top of a continuation repeat the header."""
    count = 0
    for row in range(1, min(above.rows, below.rows) + 1):
        cells = below.row_cells(row)
        shown = [(cell.column, cell.column_span, cell.row_span, _words(cell)) for cell in cells]
        known = [(cell.column, cell.column_span, cell.row_span, _words(cell)) for cell in above.row_cells(row)]
        if shown != known or any(_is_amount(cell) for cell in cells):
            break
        count = row
    while count and any(cell.row <= count < cell.row + cell.row_span - 1 for cell in below.cells):
        count -= 1
    rows_with_words = {cell.row for cell in below.cells if cell.lines and cell.row <= count}
    return count if rows_with_words else 0


def _is_rest_of_row(above: Grid, below: Grid) -> bool:
    """True when the first row of the next page is the overflow of the last row here.

    Only where each of its words goes on from a full line of the same column, and the row is else blank.
    """
    last = {cell.column: cell for cell in above.row_cells(above.rows) if cell.row_span == 1}
    rest = [cell for cell in below.row_cells(1) if cell.lines]
    if not rest or len(rest) >= sum(bool(cell.lines) for cell in last.values()):
        return False
    return all(_runs_over(last.get(cell.column), cell) for cell in rest)


def _runs_over(above: GridCell | None, below: GridCell) -> bool:
    if above is None or not above.lines or above.column_span != below.column_span or below.row_span > 1:
        return False
    line, rest = above.lines[-1], below.lines[0]
    if _is_amount(below) or starts_item(rest.text) or len(above.lines) == 1:
        return False
    longest = max(each.right - each.left for each in above.lines)
    return (line.right - line.left) + room_needed(rest) > longest + _ROW_FULL * line.size


def _words(cell: GridCell) -> str:
    return plain("".join(line.text for line in cell.lines))


def _is_amount(cell: GridCell) -> bool:
    return bool(AMOUNT.fullmatch(_words(cell)))
