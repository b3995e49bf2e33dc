"""Tables whose cells are parted by nothing but blanks, as a page that was copied prints them: 合 计 65.00 64.87.

Only what is plainly a table is one: a line of header words, and below it at least two lines of a name and as many
amounts as there are headers. Names may hold blanks, amounts may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from datasets.readers.text.grid import Piece

_AMOUNT = r"[-－]?\d[\d,，]*(?:\.\d+)?%?"
_BLANKS = r"[ \u3000]"
_ROW = re.compile(
    rf"{_BLANKS}*(?P<name>[^\d，。；\t|｜][^，。；\t|｜]*?){_BLANKS}+(?P<amounts>{_AMOUNT}(?:{_BLANKS}+{_AMOUNT})*){_BLANKS}*"
)
_CELL = re.compile(r"[^ \u3000]+")
_FEWEST_ROWS = 2
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that may be a row: its number, its name and its amounts."""

    line: int
    name: Piece
    amounts: tuple[Piece, ...]


def rows_in_columns(text: str, lines: Sequence[tuple[int, int]]) -> dict[int, list[Piece]]:
    """The cells of each line that belongs to such a table, by the number of the line.

    Args:
        text: the whole text.
        lines: start and end of each line.
    """
    found: dict[int, list[Piece]] = {}
    for rows in _runs([row for number, line in enumerate(lines) if (row := _row(text, number, line)) is not None]):
        count = len(rows[0].amounts)
        above = _header(text, lines[rows[0].line - 1], count) if rows[0].line else None
        if above is None or len(rows) < _FEWEST_ROWS:
            continue
        found[rows[0].line - 1] = above
        found.update({row.line: [row.name, *row.amounts] for row in rows})
    return found


def _runs(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows of one number of amounts on lines right below each other."""
    numbered = enumerate(rows)
    for _, group in groupby(numbered, key=lambda pair: (pair[1].line - pair[0], len(pair[1].amounts))):
        yield [row for _, row in group]


def _row(text: str, number: int, line: tuple[int, int]) -> _Row | None:
    match = _ROW.fullmatch(text, *line)
    if match is None or len(match["name"]) > _LONGEST_NAME:
        return None
    cells = (Piece(*cell.span()) for cell in _CELL.finditer(text, match.start("amounts"), match.end("amounts")))
    return _Row(number, Piece(*match.span("name")), tuple(cells))


def _header(text: str, line: tuple[int, int], count: int) -> list[Piece] | None:
    """The header words of a line: the last ones stand over the amounts, what is before them over the names."""
    words = [Piece(*word.span()) for word in _CELL.finditer(text, *line)]
    printed = text[slice(*line)]
    if len(words) <= count or re.search(r"[，。；：]|(?<!\d)\d{1,3}(?!\d)", printed):
        return None
    over = words[-count:]
    return [Piece(words[0].start, words[-count - 1].end), *over]
