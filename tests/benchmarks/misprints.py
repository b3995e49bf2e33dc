"""Misprints of one numeral, planted in a document as printed, before anything is read out of it.

The kinds are the slips that people make: a digit wrong, two digits swapped, a digit dropped (before the number was
grouped by threes, or, "dropped-raw", out of the grouped number: 1,106,000 -> 1,06,000), the decimal point moved, yuan
for ten thousand yuan, the neighbour's value, last year's value, the sign (or 增加 for 减少).
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from datasets.facsimile import BlockData, CellData, document_bytes
from datasets.model import Block, Cell, Document, Figure, Fragment, Paragraph, Place, Role, Table
from datasets.vocabulary.numerals import number

#: Amounts of money in yuan, and what they are printed in elsewhere.
_YUAN_PER_UNIT = {"万元": Decimal(10000), "元": Decimal("0.0001")}
#: Words that tell the direction of a change, each with its opposite of the same length.
_OPPOSITES = (("增加", "减少"), ("增长", "下降"), ("提高", "降低"), ("上升", "下降"))
_OPPOSITE = {word: pair[1 - index] for pair in reversed(_OPPOSITES) for index, word in enumerate(pair)}
#: A direction stands right before its number: 增加12.30万元, 下降5%.
_DIRECTION_AT = 4


@dataclass(frozen=True, slots=True)
class Misprint:
    """``text`` printed in the place of the characters ``start`` to ``end``; ``value`` is what the figure then says."""

    figure: Figure
    kind: str
    start: int
    end: int
    text: str
    value: Decimal

    @property
    def stretch(self) -> tuple[int, int]:
        """Where word and number stand in the misprinted text."""
        shift = len(self.text) - (self.end - self.start)
        return min(self.start, self.figure.place.start), max(self.start + len(self.text), self.figure.place.end + shift)


class Misprints:
    """What can go wrong with the figures of one document; neighbours are sought among all ``known`` figures."""

    def __init__(self, document: Document, known: Sequence[Figure]) -> None:
        self._text = document.text
        path = str(document.path)
        self.figures = tuple(figure for figure in known if figure.document == path and figure.value is not None)
        self._neighbours: dict[tuple[str, int | None, int | None], list[Figure]] = defaultdict(list)
        for figure in self.figures:
            for key in _vicinities(figure):
                self._neighbours[key].append(figure)
        self._by_concept: dict[tuple[str, str], list[Figure]] = defaultdict(list)
        for figure in known:
            if figure.concept and figure.value is not None:
                self._by_concept[figure.concept, figure.unit].append(figure)

    def of(self, figure: Figure, kind: str, chance: random.Random) -> Misprint | None:
        """One misprint of that kind that changes the value by more than its own rounding; None where none exists."""
        if kind == "sign":
            return self._sign(figure)
        texts = self._borrowed(figure, kind) if kind in _BORROWED else KINDS[kind](figure)
        possible = [made for text in texts if (made := self._misprint(figure, kind, text)) is not None]
        return chance.choice(possible) if possible else None

    def _misprint(self, figure: Figure, kind: str, text: str) -> Misprint | None:
        leading_zero = text[:1] == "0" and text[:2] not in ("0", "0.")
        value = None if leading_zero else number(text)
        if value is None or figure.value is None:
            return None
        value = -value if figure.value < 0 else value
        if abs(value - figure.value) <= figure.quantum:
            return None
        return Misprint(figure, kind, figure.place.start, figure.place.end, text, value)

    def _sign(self, figure: Figure) -> Misprint | None:
        if not figure.value:
            return None
        start = figure.place.start
        if figure.table and figure.role is Role.LEVEL:
            return Misprint(figure, "sign", start, start, "-", -figure.value) if figure.value > 0 else None
        if figure.role not in (Role.CHANGE, Role.RATE) or figure.table:
            return None
        before = self._text[max(0, start - _DIRECTION_AT) : start]
        found = max(((before.rfind(word), word) for word in _OPPOSITE), default=(-1, ""))
        if found[0] < 0:
            return None
        at = start - len(before) + found[0]
        return Misprint(figure, "sign", at, at + len(found[1]), _OPPOSITE[found[1]], -figure.value)

    def _borrowed(self, figure: Figure, kind: str) -> Iterator[str]:
        if kind == "neighbour":
            for key in _vicinities(figure):
                row = self._neighbours[key]
                index = bisect_left(row, figure.place.start, key=lambda other: other.place.start)
                yield from (
                    row[near].printed
                    for near in (index - 1, index + 1)
                    if 0 <= near < len(row) and row[near].unit == figure.unit
                )
            return
        here = replace(figure.scope, period=None)
        for other in self._by_concept[figure.concept, figure.unit]:
            elsewhere = other.scope.period not in (None, figure.scope.period)
            if elsewhere and other.role is figure.role and replace(other.scope, period=None) == here:
                yield other.printed


def _vicinities(figure: Figure) -> tuple[tuple[str, int | None, int | None], ...]:
    """Row and column of a table, or the line of a text."""
    if figure.table:
        return (figure.table, figure.row, None), (figure.table, None, figure.column)
    return (("", figure.place.line or figure.place.block or figure.place.page, None),)


def _digits(figure: Figure) -> list[int]:
    return [index for index, character in enumerate(figure.printed) if character.isdecimal()]


def _one_digit(figure: Figure) -> Iterator[str]:
    printed = figure.printed
    for index in _digits(figure):
        yield from (printed[:index] + digit + printed[index + 1 :] for digit in "0123456789" if digit != printed[index])


def _swapped(figure: Figure) -> Iterator[str]:
    printed = figure.printed
    for first, second in pairwise(_digits(figure)):
        if printed[first] != printed[second]:
            yield (
                printed[:first] + printed[second] + printed[first + 1 : second] + printed[first] + printed[second + 1 :]
            )


def _dropped(figure: Figure) -> Iterator[str]:
    """Without one digit, grouped anew where the number is grouped."""
    for shorter in _shortened(figure.printed.replace(",", "")):
        whole, point, decimals = shorter.partition(".")
        yield (f"{int(whole):,}" if "," in figure.printed else whole) + point + decimals


def _dropped_raw(figure: Figure) -> Iterator[str]:
    """Without one digit, the commas left where they are."""
    if "," in figure.printed:
        yield from _shortened(figure.printed)


def _shortened(printed: str) -> Iterator[str]:
    for index, character in enumerate(printed):
        shorter = printed[:index] + printed[index + 1 :]
        if character.isdecimal() and shorter[:1].isdecimal() and shorter[-1:].isdecimal():
            yield shorter


def _ten(figure: Figure) -> Iterator[str]:
    if figure.value:
        yield f"{abs(figure.value) * 10:f}"
        yield f"{abs(figure.value) / 10:f}"


def _unit(figure: Figure) -> Iterator[str]:
    factor = _YUAN_PER_UNIT.get(figure.unit)
    if factor is not None and figure.value:
        moved = f"{abs(figure.value) * factor:f}"
        yield moved.rstrip("0").rstrip(".") if "." in moved else moved


#: Kinds whose text comes out of the printed numeral itself; the others look around.
KINDS: Mapping[str, Callable[[Figure], Iterator[str]]] = {
    "digit": _one_digit,
    "swapped": _swapped,
    "dropped": _dropped,
    "dropped-raw": _dropped_raw,
    "ten": _ten,
    "unit": _unit,
}
_BORROWED = ("neighbour", "last-year")
ALL_KINDS = (*KINDS, *_BORROWED, "sign")


# -- printing ----------------------------------------------------------------------------------------------------------


def misprinted(document: Document, misprint: Misprint) -> Document:
    """The document with the misprint in its text, all that follows moved along; it is another file by its hash."""
    start, end, text = misprint.start, misprint.end, misprint.text
    shift = len(text) - (end - start)

    def moved(position: int, *, opens: bool) -> int:
        behind = position >= end and (position > start or not opens)
        return position + shift if behind else position

    def place(old: Place) -> Place:
        return replace(old, start=moved(old.start, opens=True), end=moved(old.end, opens=False))

    printed = document.text[:start] + text + document.text[end:]

    def cell(old: Cell) -> Cell:
        at = place(old.place)
        return replace(old, place=at, text=printed[at.start : at.end])

    def block(old: Block) -> Block:
        at = place(old.place)
        if isinstance(old, Table):
            return Table(tuple(map(cell, old.cells)), at)
        return Paragraph(printed[at.start : at.end], at)

    def fragment(old: Fragment) -> Fragment:
        return replace(old, start=moved(old.start, opens=True))

    return replace(
        document,
        text=printed,
        blocks=tuple(map(block, document.blocks)),
        line_starts=tuple(moved(position, opens=True) for position in document.line_starts),
        fragments=tuple(map(fragment, document.fragments)),
        sha256=document.sha256[::-1],
    )


def as_word_file(document: Document, folder: Path) -> Path:
    """The document printed anew as a Word file of the same name, to be read from its bytes."""
    path = folder / document.path.with_suffix(".docx").name
    blocks = [_block_data(block) for block in document.blocks]
    path.write_bytes(document_bytes({"title": document.path.stem, "blocks": blocks}))
    return path


def _block_data(block: Block) -> BlockData:
    if isinstance(block, Paragraph):
        return {"paragraph": block.text}
    rows: list[list[str | CellData]] = [[] for _ in range(block.rows)]
    for cell in sorted(block.cells, key=lambda cell: (cell.row, cell.column)):
        rows[cell.row - 1].append(CellData(text=cell.text, rows=cell.row_span, columns=cell.column_span))
    return {"table": rows}
