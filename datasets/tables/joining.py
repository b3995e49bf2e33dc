"""Tables that a page break tore apart: the next piece has no title of its own and goes on below the first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from datasets.model import Block, Cell, Paragraph, Table
from datasets.tables.heads import last_header_row, title_and_unit
from datasets.vocabulary.plain import plain

#: What may stand between the pieces: page numbers, 续表, a repeated unit line.
_BETWEEN = re.compile(r"^[-—–\s]*(?:第?\d{1,3}页?|续表|[（(]续表?[）)]|接上页|.{0,3}单位[：:].{1,6})?[-—–\s]*$")
_FEWEST_COLUMNS = 3


def joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks of a document, each table whole."""
    found: list[Block] = []
    between: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            between.append(block)
            continue
        last = found[-1] if found else None
        piece = _continues(last, block) if isinstance(last, Table) and all(map(_is_nothing, between)) else None
        if piece is not None and isinstance(last, Table):
            found[-1] = replace(last, cells=(*last.cells, *piece))
        else:
            found.extend((*between, block))
        between = []
    return (*found, *between)


def _is_nothing(block: Block) -> bool:
    return isinstance(block, Paragraph) and bool(_BETWEEN.match(plain(block.text)))


def _continues(first: Table, second: Table) -> tuple[Cell, ...] | None:
    """The cells of the second table as further rows of the first; None where it is a table of its own."""
    if second.columns != first.columns or first.columns < _FEWEST_COLUMNS or title_and_unit(second, ())[0]:
        return None
    header, repeated = last_header_row(first), last_header_row(second)
    if header >= first.rows or not header:
        return None
    if repeated and _words(second, range(1, repeated + 1)) != _words(first, range(header - repeated + 1, header + 1)):
        return None
    down = first.rows - repeated
    return tuple(replace(cell, row=cell.row + down) for cell in second.cells if cell.row > repeated)


def _words(table: Table, rows: Sequence[int]) -> list[str]:
    return [plain(cell.text) for cell in table.cells if cell.row in rows and plain(cell.text)]
