"""The lines of a table cell: which of them go on in the next one, and which were ended on purpose.

A cell is narrow, so its lines break inside numerals and between a numeral and its unit. What goes on is joined; two
amounts printed one above the other stay two.
"""

from __future__ import annotations

import re
from itertools import pairwise

from datasets.readers.pdf.lines import Line, ends_sentence, glue, room_needed, starts_item
from datasets.readers.pdf.page import Box
from datasets.vocabulary.units import units

#: What Word, WPS and LibreOffice leave free on both sides of a cell together, unless told otherwise, in points.
_MARGINS = 10.8
_AMOUNT = re.compile(r"[-－]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?%?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_COMPLETE = re.compile(r"\.\d\d+$|%$")
_HEAD_OF_NUMERAL = re.compile(r"(?<![\d.,，])(\d[\d,，]*\.?\d*)$")
_TAIL_OF_NUMERAL = re.compile(r"^[.,，]?\d[\d,，]*(?:\.\d+)?")
_DIGIT_ROOM = 1.3  # a column with less than this many font sizes left is full
_UNIT = re.compile(r"[%％‰]|[万亿]?元|" + "|".join(sorted(map(re.escape, units()), key=len, reverse=True)))
_BRACKETED_UNIT = re.compile(r"\d[（(][^）)]{1,4}[）)]")  # 0（份）: programs do not part a digit and a bracket
#: How wide a sign is differs from font to font. Nobody ends a line on purpose inside a numeral or before its unit, so
#: there a line counts as full although a sign or two might have found room.
_SIGN = 1.0  # font sizes
_GAP_OF_SCRIPTS = 0.25  # font sizes, which programs leave between an ideograph and a digit


def wrapped_cell_text(lines: list[Line], box: Box) -> list[tuple[str, Line]]:
    """The lines of a cell in that box, each with what joins it to the one before: "" or a newline.

    A line that had room for the next word was ended on purpose; only a full one goes on.
    """
    if not lines:
        return []
    width = usable_width(lines, box)
    joints = ("" if goes_on(above, below, width) else "\n" for above, below in pairwise(lines))
    return [
        ("", lines[0]),
        *((joint or glue(above, below), below) for joint, (above, below) in zip(joints, pairwise(lines), strict=True)),
    ]


def usable_width(lines: list[Line], box: Box) -> float:
    """How wide a line of a cell may be: without twice the least distance to a side, as far as programs leave any."""
    inset = min(min(line.left - box[0], box[2] - line.right) for line in lines)
    return box[2] - box[0] - min(max(2 * inset, 0.0), max(_MARGINS, lines[0].size))


def goes_on(above: Line, below: Line, width: float) -> bool:
    """True when a line of a cell goes on in the next one; ``width`` is what a line may fill."""
    if starts_item(below.text) and ends_sentence(above.text):
        return False
    room = width - (above.right - above.left)
    if _AMOUNT.fullmatch(above.text) and _AMOUNT.fullmatch(below.text):
        return room < _DIGIT_ROOM * above.size and _is_one_numeral(above.text, below.text)
    return room < _needed(above.text, below)


def _needed(above: str, below: Line) -> float:
    """The room that a line would have needed to take what opens the next one."""
    signs = 0.0
    bracketed = _BRACKETED_UNIT.match(below.text)
    if bracketed:
        signs += len(bracketed[0]) - 1
    if above[-1:].isascii() != below.text[:1].isascii():
        signs += _GAP_OF_SCRIPTS
    if _breaks_a_numeral(above, below.text) or (above[-1:].isdigit() and _UNIT.match(below.text)):
        signs += _SIGN
    return room_needed(below) + signs * below.size


def _is_one_numeral(above: str, below: str) -> bool:
    """True where two lines of digits can be one amount: never behind its decimals, nor two years, nor odd groups."""
    if _COMPLETE.search(above) or (_YEAR.fullmatch(above) and _YEAR.fullmatch(below)):
        return False
    return bool(_AMOUNT.fullmatch(above + below))


def _breaks_a_numeral(above: str, below: str) -> bool:
    """True where the digits at the end of a line and those that open the next one can be one numeral."""
    head, tail = _HEAD_OF_NUMERAL.search(above), _TAIL_OF_NUMERAL.match(below)
    return bool(head and tail and _is_one_numeral(head[1].rstrip("."), tail[0]))
