"""Glyphs to printed lines, and the question whether a line goes on in the next one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from datasets.readers.pdf.page import Box, Glyph

_OFF_BASELINE = 0.4  # of the font size: indices and notes stay on their line
_ASCENT, _DESCENT = 0.88, 0.12
_BLANK = 0.6  # a gap of this share of the font size is a blank ...
_DIGIT_BLANK = 0.4  # ... between two digits less is enough, ...
_LETTER_BLANK = 0.2  # ... between Latin letters much less
_PARTED = 2.5  # a gap of this many font sizes parts columns
#: What cannot be broken at the end of a line: a word, a numeral and its unit, or an ideograph, with what clings to it.
_FIRST_TOKEN = re.compile(
    r"[（(“‘《〈「『〔【\[]*(?:[0-9A-Za-z.,%:/+\-]+[一-鿿]?|.)[）)”’》〉」』〕】\]，。、；：！？,.;:!?%％]*"
)
_SENTENCE_ENDS = "。；！？：;!?:"
_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+[条章节部款项]|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+[、．.]"
    r"|\d{1,3}[、．](?!\d)|\d{1,3}\.(?!\d)|[①-⑳]|注[：:]|说明[：:])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, or the part of one that stands in a table cell.

    ``parted`` marks a line with a wide gap inside, as between the columns of a table: it is no part of a sentence.
    """

    text: str
    page: int
    left: float
    right: float
    baseline: float
    size: float
    blank_after: bool = False
    parted: bool = False

    @property
    def box(self) -> Box:
        """Left, top, right, bottom on the page."""
        top, bottom = self.baseline - _ASCENT * self.size, self.baseline + _DESCENT * self.size
        return round(self.left, 1), round(top, 1), round(self.right, 1), round(bottom, 1)

    @property
    def middle(self) -> float:
        """Height of the middle of the characters."""
        return self.baseline - 0.35 * self.size


def lines_of(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """The printed lines from top to bottom; a line ends where nothing more stands on its baseline."""
    return [line for row in rows_of(glyphs) if (line := line_of(row, page)) is not None]


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs by baseline from top to bottom, each row left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.baseline):
        if rows and glyph.baseline - rows[-1][0].baseline <= _OFF_BASELINE * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [sorted(row, key=lambda g: g.left) for row in rows]


def line_of(row: list[Glyph], page: int) -> Line | None:
    """A line from its glyphs left to right, None when they are all blank."""
    ink = [glyph for glyph in row if not glyph.text.isspace()]
    if not ink:
        return None
    size = Counter(round(glyph.size, 1) for glyph in ink).most_common(1)[0][0]
    return Line(
        text=text_of(row).strip(),
        page=page,
        left=ink[0].left,
        right=ink[-1].right,
        baseline=ink[0].baseline,
        size=size,
        blank_after=row[-1].text.isspace(),
        parted=any(after.left - before.right > _PARTED * size for before, after in pairwise(ink)),
    )


def text_of(row: list[Glyph]) -> str:
    """The text of glyphs on one baseline, with a blank where the print leaves one."""
    parts: list[str] = []
    last: Glyph | None = None
    for glyph in row:
        if last is not None and glyph.left - last.right > _least_gap(last, glyph):
            parts.append(" ")
        parts.append(glyph.text)
        last = glyph
    return "".join(parts)


def _least_gap(last: Glyph, glyph: Glyph) -> float:
    if last.text.isspace() or glyph.text.isspace():
        return float("inf")
    size = min(last.size, glyph.size)
    if last.text.isascii() and glyph.text.isascii():
        letters = last.text.isalpha() or glyph.text.isalpha()
        return size * (_LETTER_BLANK if letters else _DIGIT_BLANK)
    return size * _BLANK


def starts_item(text: str) -> bool:
    """True for a line that opens with a number of a list or a heading."""
    return bool(_NUMBERED.match(text))


def ends_sentence(text: str) -> bool:
    """True for a line that closes a sentence."""
    return text.rstrip("”’）)").endswith(tuple(_SENTENCE_ENDS))


def room_needed(line: Line) -> float:
    """How much room the line above would have needed to take the first word of this one."""
    token = _FIRST_TOKEN.match(line.text)
    return sum(_width(character) for character in token[0]) * line.size if token else line.size


def _width(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5


def glue(above: Line, below: Line) -> str:
    """What stands between two lines of one paragraph: a blank between Latin words, else nothing."""
    left, right = above.text[-1:], below.text[:1]
    if not (left.isascii() and right.isascii()):
        return ""
    if above.blank_after and left.isalnum() and right.isalnum():
        return " "
    return " " if left.isalpha() and right.isalpha() else ""
