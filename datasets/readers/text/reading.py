"""Plain text with its tables: one cell a line behind a tab, or one row a line between tabs or bars.

With a cell a line, a blank line ends a row. Word dumps of this shape lose the borders of merged cells: a cell merged
downwards leaves empty cells below it, a cell merged sideways is printed once; :mod:`datasets.readers.text.grid` finds
the columns again. Rows of a line each are what spreadsheets paste (tabs) and Markdown prints (bars).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby, pairwise
from pathlib import Path

from datasets.model import Block, Document, Paragraph, Place
from datasets.readers.common.broken_lines import join_broken
from datasets.readers.common.decoding import decode
from datasets.readers.text.columns import rows_in_columns
from datasets.readers.text.grid import Piece, grids

_CAPTION_LIKE = re.compile(
    r"单位[：:]|^\s*(附?表|第)\s*[\d一二三四五六七八九十]+|[。；：:]|^[（(]?[一二三四五六七八九十]+[、）)]"
)
_LONGEST_CELL_PARAGRAPH = 20
_BARRED = re.compile(r"\s*[|｜].*[|｜]\s*")
_BAR = re.compile(r"[|｜]")
#: The line of Markdown between header and body.
_RULE_LINE = re.compile(r"[\s|｜:\-—]+")


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
    joined = tuple(join_broken(text, blocks))
    return Document(path, sha256(data).hexdigest(), "txt", text, joined, starts, decoded.problems)


def _line_starts(text: str) -> tuple[int, ...]:
    starts = [0]
    starts.extend(match.end() for match in re.finditer("\n", text))
    return tuple(starts)


def _place(starts: tuple[int, ...], start: int, end: int) -> Place:
    return Place(start, end, line=bisect_right(starts, start))


def _segments(text: str, starts: tuple[int, ...]) -> Iterator[tuple[tuple[int, int] | None, list[list[Piece]]]]:
    """Split the lines into paragraphs and runs of table rows."""
    lines = list(zip(starts, (*(start - 1 for start in starts[1:]), len(text)), strict=True))
    whole = _row_lines(text, lines)
    for in_rows, numbers in groupby(range(len(lines)), key=whole.__contains__):
        run = list(numbers)
        if in_rows:
            yield None, [row for number in run for row in whole[number]]
        else:
            yield from _cell_lines(text, lines[run[0] : run[-1] + 1])


def _cell_lines(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int] | None, list[list[Piece]]]]:
    """Paragraphs and runs of table rows among lines that hold a cell each."""
    rows: list[list[Piece]] = []
    blanks = 0
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        if line.startswith("\t"):
            if rows and blanks > 1:
                yield None, rows
                rows = []
            if not rows or blanks:
                rows.append([])
            rows[-1].append(Piece(start + 1, end))
            blanks = 0
        elif not line.strip():
            blanks += 1
        elif rows and _continues_cell(text, lines, number, blanks):
            rows[-1][-1] = Piece(rows[-1][-1].start, end)
            blanks = 0
        else:
            if rows:
                yield None, rows
                rows = []
            yield (start, end), []
            blanks = 0
    if rows:
        yield None, rows


def _row_lines(text: str, lines: list[tuple[int, int]]) -> dict[int, list[list[Piece]]]:
    """The lines that hold a whole row each, by their number: none or one row; a line that stands alone is no table."""
    found = {}
    for number, (start, end) in enumerate(lines):
        cells = _cells_of_line(text, start, end)
        if cells is not None:
            found[number] = cells
    return {
        **{number: [row] for number, row in rows_in_columns(text, lines).items()},
        **{number: rows for number, rows in found.items() if number - 1 in found or number + 1 in found},
    }


def _cells_of_line(text: str, start: int, end: int) -> list[list[Piece]] | None:
    """The row that a line holds, as a list of one; an empty list for a rule of Markdown; None for any other line."""
    line = text[start:end]
    if _BARRED.fullmatch(line):
        bars = [start + match.start() for match in _BAR.finditer(line)]
        if _RULE_LINE.fullmatch(line):
            return []
        return [[Piece(left + 1, right) for left, right in pairwise(bars)]] if len(bars) > 2 else None  # noqa: PLR2004 - two cells
    if line.rfind("\t") <= 0:
        return None
    ends = [start - 1, *(start + match.start() for match in re.finditer("\t", line)), end]
    return [[Piece(left + 1, right) for left, right in pairwise(ends)]]


def _continues_cell(text: str, lines: list[tuple[int, int]], number: int, blanks: int) -> bool:
    """True when a line without a tab is a further paragraph of the cell above it."""
    if blanks == 0:
        return True
    line = text[slice(*lines[number])]
    next_is_cell = number + 1 < len(lines) and text.startswith("\t", lines[number + 1][0])
    return blanks == 1 and next_is_cell and len(line) <= _LONGEST_CELL_PARAGRAPH and not _CAPTION_LIKE.search(line)
