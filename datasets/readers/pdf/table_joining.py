"""A table that runs over several pages: is it the same table, which rows are its header printed again."""

from __future__ import annotations

import re
from dataclasses import replace

from datasets.readers.pdf.lines import ends_sentence, starts_item
from datasets.readers.pdf.tables import AMOUNT, Grid, GridCell, nearest
from datasets.readers.pdf.wrapping import goes_on, usable_width
from datasets.vocabulary.plain import plain

_SAME_EDGE = 4.0  # points that a column boundary may move from page to page
_ALMOST_FULL = 1.0  # font sizes: a line with so little room may be full for reasons that cannot be measured
_LONGEST_NAME = 20
_TITLE_ROWS = 3
_IDEOGRAPHS = re.compile(r"[一-鿿]")
_CONTINUED = ("（续）", "(续)", "续表", "（续表）", "(续表)")


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
    repeated = _repeated_header(_on_edges(above, edges), _on_edges(below, edges))
    if repeated:
        return not _begins_anew(_on_edges(above, edges), _on_edges(below, edges), repeated)
    words = [cell for cell in first if cell.lines]
    is_title = len(words) == 1 and words[0].column_span == below.columns and not _is_amount(words[0])
    own_header = (
        any(cell.row_span > 1 for cell in words)
        and any(cell.column_span > 1 for cell in words)
        and not any(_is_amount(cell) or _is_sentence(cell) for row in (1, 2) for cell in below.row_cells(row))
    )
    return not is_title and (not own_header or _is_mere_title(above))


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
                last[cell.column].row_span += cell.row_span - 1
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


def _is_mere_title(grid: Grid) -> bool:
    """True for the title and the unit of a table whose header is on the next page."""
    return grid.rows <= _TITLE_ROWS and "单位：" in "".join(map(_words, grid.row_cells(grid.rows)))


def _begins_anew(above: Grid, below: Grid, header: int) -> bool:
    """True when the same words open the first row below the header on both pages: another form of the same kind."""
    openings = [_words(cell) for grid in (above, below) for cell in grid.row_cells(header + 1) if cell.column == 1]
    return len(openings) > 1 and openings[0] == openings[1] and bool(_IDEOGRAPHS.search(openings[0]))


def _is_rest_of_row(above: Grid, below: Grid) -> bool:
    """True when the first row of the next page is the overflow of the last row here.

    Only where each of its words can go on from the same column, most of them from a line that is full, and the row is
    else blank.
    """
    last = {cell.column: cell for cell in above.row_cells(above.rows) if cell.row_span == 1}
    rest = [cell for cell in below.row_cells(1) if cell.lines]
    if not rest or len(rest) >= sum(bool(cell.lines) for cell in last.values()):
        return False
    if not all(_can_run_over(last.get(cell.column), cell) for cell in rest):
        return False
    return 2 * sum(_runs_over(last[cell.column], cell) for cell in rest) > len(rest)


def _can_run_over(above: GridCell | None, below: GridCell) -> bool:
    if above is None or not above.lines or above.column_span != below.column_span:
        return False
    if _is_amount(below) or starts_item(below.lines[0].text):
        return False
    return _runs_over(above, below, _ALMOST_FULL * above.lines[-1].size)


def _runs_over(above: GridCell, below: GridCell, slack: float = 0.0) -> bool:
    return goes_on(above.lines[-1], below.lines[0], usable_width(above.lines, above.box) - slack)


def _words(cell: GridCell) -> str:
    return plain("".join(line.text for line in cell.lines))


def _is_sentence(cell: GridCell) -> bool:
    """True for words that no header holds."""
    return bool(cell.lines) and ends_sentence(cell.lines[-1].text) and len(_words(cell)) > _LONGEST_NAME


def _is_amount(cell: GridCell) -> bool:
    return bool(AMOUNT.fullmatch(_words(cell)))
