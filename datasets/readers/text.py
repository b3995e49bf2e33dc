"""Plain text with one table cell a line, each cell line opened by a tab; a blank line ends a row.

Word dumps of this shape lose the borders of merged cells: a cell merged downwards leaves empty cells below it, a cell
merged sideways is printed once. :mod:`datasets.readers.text_grid` finds the columns again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from hashlib import sha256
from pathlib import Path

from datasets.model import Block, Document, Paragraph, Place
from datasets.readers.decoding import decode
from datasets.readers.text_grid import Piece, grids

_CAPTION_LIKE = re.compile(
    r"单位[：:]|^\s*(附?表|第)\s*[\d一二三四五六七八九十]+|[。；：:]|^[（(]?[一二三四五六七八九十]+[、）)]"
)
_LONGEST_CELL_PARAGRAPH = 20


def read_text(path: Path, data: bytes) -> Document:
    """Read a plain-text dump.

    Raises:
        InputError: when the bytes are no text.
    """
    decoded = decode(path, data)
    text = decoded.text
    starts = _line_starts(text)
    blocks: list[Block] = []
    for paragraph, rows in _segments(text, starts):
        if paragraph is not None:
            start, end = paragraph
            blocks.append(Paragraph(text[start:end], _place(starts, start, end)))
        else:
            blocks.extend(grids(text, rows, starts))
    return Document(path, sha256(data).hexdigest(), "txt", text, tuple(blocks), starts, decoded.problems)


def _line_starts(text: str) -> tuple[int, ...]:
    starts = [0]
    starts.extend(match.end() for match in re.finditer("\n", text))
    return tuple(starts)


def _place(starts: tuple[int, ...], start: int, end: int) -> Place:
    return Place(start, end, line=bisect_right(starts, start))


def _segments(text: str, starts: tuple[int, ...]) -> list[tuple[tuple[int, int] | None, list[list[Piece]]]]:
    """Split the lines into paragraphs and runs of table rows."""
    segments: list[tuple[tuple[int, int] | None, list[list[Piece]]]] = []
    rows: list[list[Piece]] = []
    blanks = 0
    ends = (*(start - 1 for start in starts[1:]), len(text))
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        line = text[start:end]
        if line.startswith("\t"):
            if rows and blanks > 1:
                segments.append((None, rows))
                rows = []
            if not rows or blanks:
                rows.append([])
            rows[-1].append(Piece(start + 1, end))
            blanks = 0
        elif not line.strip():
            blanks += 1
        elif rows and _continues_cell(text, line, starts, number, blanks):
            rows[-1][-1] = Piece(rows[-1][-1].start, end)
            blanks = 0
        else:
            if rows:
                segments.append((None, rows))
                rows = []
            segments.append(((start, end), []))
            blanks = 0
    if rows:
        segments.append((None, rows))
    return segments


def _continues_cell(text: str, line: str, starts: tuple[int, ...], number: int, blanks: int) -> bool:
    """True when a line without a tab is a further paragraph of the cell above it."""
    if blanks == 0:
        return True
    next_is_cell = number + 1 < len(starts) and text.startswith("\t", starts[number + 1])
    return blanks == 1 and next_is_cell and len(line) <= _LONGEST_CELL_PARAGRAPH and not _CAPTION_LIKE.search(line)
