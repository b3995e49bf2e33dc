"""Rows of cell texts to grids: where one table ends, which rows were broken, which header cell spans which columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from datasets.model import Cell, Place, Table

_TITLE = re.compile(r"表$|表[（(].*[）)]$")
_NUMBER = re.compile(r"^[-－]?[\d,，]+(\.\d+)?%?$")
#: Words that begin a group of columns beside another: its total, a comparison (but not the next word of one).
_GROUP_HEADS = re.compile(r"(?:合计|小计|增减额|增减金额|增减$)")
_TOTAL = re.compile(r"合计|总计|小计")
_CODE = re.compile(r"^(?:\d{2,3}|\d{5}|\d{7})$")
_NOTHING = re.compile(r"(?!)")
_STEPS = ("类", "款", "项")
_BLANKS = str.maketrans("", "", " \t\n\u3000\xa0")


@dataclass(frozen=True, slots=True)
class Piece:
    """Start and end of a cell in the decoded text."""

    start: int
    end: int


def grids(text: str, rows: list[list[Piece]], line_starts: tuple[int, ...]) -> list[Table]:
    """The tables in a run of rows; a row that is nothing but a title opens a new one."""
    tables: list[list[list[Piece]]] = [[]]
    for row in rows:
        words = [_squeezed(text, piece) for piece in row]
        filled = [word for word in words if word]
        if (
            tables[-1]
            and len(filled) == 1
            and _TITLE.search(filled[0])
            and len(row) == 1
            and _has_data(text, tables[-1])
        ):
            tables.append([])
        tables[-1].append(row)
    return [_table(text, pieces, line_starts) for pieces in tables if pieces]


def _squeezed(text: str, piece: Piece) -> str:
    return text[piece.start : piece.end].translate(_BLANKS)


def _has_data(text: str, rows: list[list[Piece]]) -> bool:
    return any(len(row) > 1 for row in rows) and any(_squeezed(text, piece) for row in rows for piece in row[1:])


def _table(text: str, rows: list[list[Piece]], line_starts: tuple[int, ...]) -> Table:
    width = _width(rows)
    rows = _mended(rows, width)
    spans = _spans(text, rows, width)
    cells = []
    for row_number, (row, columns) in enumerate(zip(rows, spans, strict=True), start=1):
        for piece, (column, span) in zip(row, columns, strict=True):
            place = Place(piece.start, piece.end, line=bisect_right(line_starts, piece.start))
            cells.append(Cell(row_number, column, text[piece.start : piece.end], place, column_span=span))
    first, last = rows[0][0], rows[-1][-1]
    return Table(tuple(cells), Place(first.start, last.end, line=bisect_right(line_starts, first.start)))


def _width(rows: list[list[Piece]]) -> int:
    """Number of columns: the widest row that occurs more than once, else the widest."""
    counts = Counter(len(row) for row in rows)
    return max((length for length, count in counts.items() if count > 1), default=max(counts))


def _mended(rows: list[list[Piece]], width: int) -> list[list[Piece]]:
    """Join rows that a paragraph break inside a cell tore apart: short neighbours that add up to the full width.

    Only below the first full row, where every row of a regular table has the same number of cells.
    """
    mended: list[list[Piece]] = []
    regular = False
    for row in rows:
        if regular and mended and len(mended[-1]) < width and len(row) < width and len(mended[-1]) + len(row) == width:
            mended[-1] = [*mended[-1], *row]
            continue
        regular = regular or len(row) == width
        mended.append(row)
    return mended


def _spans(text: str, rows: list[list[Piece]], width: int) -> list[list[tuple[int, int]]]:
    """Column and span of every piece: full rows one by one, short header rows laid over the row below them."""
    placed: list[list[tuple[int, int]]] = []
    codes = _code_columns(text, rows, width)
    regular = False
    for number, row in enumerate(rows):
        regular = regular or len(row) == width
        covered = width - len(row) + 1
        if regular and covered > 1 and codes >= set(range(covered)) and _TOTAL.fullmatch(_squeezed(text, row[0])):
            placed.append([(1, covered), *((column, 1) for column in range(covered + 1, width + 1))])
            continue
        below = rows[number + 1] if number + 1 < len(rows) else []
        if len(row) < width and len(row) > 1 and len(below) == width:
            spans = _header_spans(text, row, below, _label_columns(text, rows, width))
            if spans:
                placed.append(spans)
                continue
        placed.append([(column, 1) for column in range(1, len(row) + 1)])
    for number in range(len(rows) - 2, -1, -1):
        placed[number] = _over_placed(text, rows, placed, number, width)
    return placed


def _over_placed(
    text: str, rows: list[list[Piece]], placed: list[list[tuple[int, int]]], number: int, width: int
) -> list[tuple[int, int]]:
    """Let a short header row over an already spread header row take its outer groups.

    Groups that repeat below (预算数 and 决算数 over the same items) are equal; else the last cell spans the rest.
    """
    row, below = rows[number], placed[number + 1]
    covers = sum(span for _, span in below)
    if not (1 < len(row) < len(below) and covers == width and any(span > 1 for _, span in below)):
        return placed[number]
    runs = _runs([bool(_squeezed(text, piece)) for piece in rows[number + 1]])
    if len(runs) == len(row) and len(runs) < len(below):
        return [(below[run[0]][0], sum(below[index][1] for index in run)) for run in runs]
    step = _period([_squeezed(text, piece) for piece in rows[number + 1]], len(row))
    columns = [column for column, _ in (below[::step] if step else below[: len(row)])]
    ends = [*columns[1:], width + 1]
    return [(column, end - column) for column, end in zip(columns, ends, strict=True)]


def _period(words: list[str], groups: int) -> int:
    """How many cells each of ``groups`` equal header groups has (合计 … 接待费 twice), 0 when they do not repeat."""
    step, rest = divmod(len(words), groups)
    repeated = not rest and all(word == words[number % step] for number, word in enumerate(words))
    return step if repeated else 0


def _label_columns(text: str, rows: list[list[Piece]], width: int) -> set[int]:
    """Columns (0-based) of a full-width grid whose filled cells are mostly words."""
    words: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    full = [row for row in rows if len(row) == width]
    for row in full[1:]:
        for column, piece in enumerate(row):
            word = _squeezed(text, piece)
            if word:
                (numbers if _NUMBER.match(word) else words)[column] += 1
    return {column for column in words if words[column] > numbers[column]}


def _code_columns(text: str, rows: list[list[Piece]], width: int) -> set[int]:
    """Columns (0-based) that no row of the full width fills with anything but words and codes: a total covers them."""
    full = [row for row in rows if len(row) == width]
    words = [[_squeezed(text, row[column]) for row in full[1:]] for column in range(width)]
    return {
        column
        for column, found in enumerate(words)
        if all(not _NUMBER.match(word) or _CODE.match(word) for word in found)
    }


def _runs(filled: list[bool]) -> list[list[int]]:
    """Cells that one cell above covers: filled ones side by side together, an empty one continues its own."""
    runs: list[list[int]] = []
    for index, is_filled in enumerate(filled):
        if runs and is_filled and filled[index - 1]:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _code_runs(words: list[str]) -> list[list[int]]:
    """Each cell alone but for 类, 款 and 项, which stand under one header."""
    runs: list[list[int]] = []
    for index, word in enumerate(words):
        if runs and word in _STEPS and words[index - 1] in _STEPS:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _header_spans(
    text: str, row: list[Piece], below: list[Piece], label_columns: set[int]
) -> list[tuple[int, int]] | None:
    """Lay header cells over the cells below: an empty cell below continues one cell down, filled ones are spanned.

    None when the cells cannot be laid out in that way.
    """
    words = [_squeezed(text, piece) for piece in below]
    if all(words):
        runs = _code_runs(words)
        if len(runs) == len(row) and len(runs) < len(words):
            return [(run[0] + 1, len(run)) for run in runs]
    panels = [column in label_columns and column - 1 not in label_columns for column in range(len(words))]
    for opens in (_NOTHING, _GROUP_HEADS):
        runs = _runs_of_words(words, panels, opens)
        if len(runs) == len(row):
            return [(run[0] + 1, len(run)) for run in runs]
    return None


def _runs_of_words(words: list[str], panels: list[bool], opens: re.Pattern[str]) -> list[list[int]]:
    """Runs of filled cells; a panel of a row without empty cells and a word that opens a group begin a new one."""
    runs: list[list[int]] = []
    for column, word in enumerate(words):
        if runs and word and words[column - 1] and not (panels[column] and all(words)) and not opens.match(word):
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs
