"""The units that a document says it is made up of: their names, and how many it says there are.

部门决算单位构成 names the units whose accounts a department consolidates, in a table, in a numbered list or in one
sentence; 机构设置 often says only their number (下属5家预算单位). Both are statements to be checked against the
documents of those units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Annotated, Literal

import msgspec

from datasets.data_files.forms import Form, SomeWords, Word, WrongWordError, compiled, one_meaning
from datasets.data_files.loading import data_file
from datasets.model import Block, Cell, Document, Level, Paragraph, Place, Table
from datasets.vocabulary.plain import plain
from datasets.vocabulary.whole import whole

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)} | {"两": 2}
_ITEM = re.compile(r"^\s*(?:\d{1,2}\s*[.．、)）]|[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]+)\s*[）)]|[①-⑳])\s*")
_INLINE_ITEM = re.compile(r"(?:\d{1,2}\s*[.．、)）](?!\d)|[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]+)\s*[）)]|[①-⑳])")
_ENDS = re.compile(r"[；;。]")
_LONGEST_NAME = 40
_LINES_TO_THE_LIST = 3
_HEAD_ROWS = 3
_NAME = re.compile(r"[一-鿿A-Za-z0-9（）()“”·\-－]{3,40}")
_AMOUNT = re.compile(r"^-?[\d,，]*\d\.\d+$")


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit that the document lists among those it covers.

    ``name`` is as printed without the level words, ``level`` is HEAD_OFFICE where they say 本级, ``note`` what stands
    beside it (备注, 单位性质), ``place`` that of the printed name.
    """

    name: str
    level: Level
    place: Place
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many units the document says there are; ``counts`` says whether the head office is one of them."""

    count: int
    counts: Literal["subordinate", "in_scope"]
    place: Place
    printed: str


def listed_units(document: Document) -> tuple[ListedUnit, ...]:
    """The units that the document names as those it covers, each once, in printed order; () where it names none."""
    found: dict[tuple[str, Level], ListedUnit] = {}
    for unit in _all_units(document):
        found.setdefault((plain(unit.name), unit.level), unit)
    return tuple(found.values())


def unit_counts(document: Document) -> tuple[UnitCount, ...]:
    """The numbers of units that the document states."""
    found: list[UnitCount] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            found.extend(_counts_in(document, block))
    return tuple(found)


def _all_units(document: Document) -> Iterator[ListedUnit]:
    blocks = document.blocks
    for number, block in enumerate(blocks):
        if isinstance(block, Table):
            continue
        opening = _opening(block)
        if opening is None:
            continue
        listed = list(_listed_inline(document, block, opening)) or list(_listed_below(document, blocks[number + 1 :]))
        yield from listed


def _opening(paragraph: Paragraph) -> int | None:
    """Where in a paragraph a list of units opens, None where none does."""
    text = plain(paragraph.text)
    ends = [match.end() for pattern in _words().opening for match in pattern.finditer(text)]
    return _origin(paragraph.text)[min(ends)] if ends else None


def _origin(text: str) -> list[int]:
    """For each character of the plain text, and for its end, the position that it has in the text."""
    return [*(position for position, old in enumerate(text) for _ in plain(old)), len(text)]


def _listed_inline(document: Document, paragraph: Paragraph, start: int) -> Iterator[ListedUnit]:
    """甲局本级、乙中心和丙所。 or 1.甲局本级；2.乙中心。 behind the opening words."""
    text = paragraph.text
    sentence = re.compile(r"[^。\n]*").match(text, start)
    if sentence is None:
        return
    rest = sentence[0].lstrip("：:，, 　")
    at = start + len(sentence[0]) - len(rest)
    parted = (
        _INLINE_ITEM if _INLINE_ITEM.search(rest) else re.compile(r"[、，；;]|(?<=[一-鿿）)])(?:和|及|以及)(?=[一-鿿])")
    )
    position = 0
    names: list[ListedUnit] = []
    for separator in [*parted.finditer(rest), None]:
        piece = rest[position : separator.start() if separator else len(rest)]
        unit = _unit(document, paragraph.place, piece, at + position)
        if unit is None and piece.strip("；;、，, 　"):
            return  # something else than a list of names: better none than half of it
        if unit is not None:
            names.append(unit)
        position = separator.end() if separator else len(rest)
    yield from names


def _listed_below(document: Document, following: Sequence[Block]) -> Iterator[ListedUnit]:
    """Numbered lines, or a table, below the opening words."""
    items = list(takewhile(lambda block: isinstance(block, Paragraph) and bool(_ITEM.match(block.text)), following))
    if items:
        for block in items:
            number = _ITEM.match(block.text) if isinstance(block, Paragraph) else None
            if isinstance(block, Paragraph) and number is not None:
                unit = _unit(document, block.place, block.text[number.end() :], number.end())
                if unit is not None:
                    yield unit
        return
    for block in following[:_LINES_TO_THE_LIST]:
        if isinstance(block, Table):
            yield from _listed_in_table(document, block)
            return


def _listed_in_table(document: Document, table: Table) -> Iterator[ListedUnit]:
    """The column of names of a table without amounts."""
    words = _words()
    head = next((cell for cell in table.cells if cell.row <= _HEAD_ROWS and plain(cell.text) in words.columns), None)
    if head is None or any(_AMOUNT.match(plain(cell.text)) for cell in table.cells):
        return
    notes = {cell.column for cell in table.cells if cell.row == head.row and plain(cell.text) in words.notes}
    beside: dict[int, list[str]] = {}
    for cell in table.cells:
        if cell.row > head.row and cell.column in notes and cell.text.strip():
            beside.setdefault(cell.row, []).append(cell.text.strip())
    for cell in table.cells:
        if cell.row > head.row and cell.column == head.column and plain(cell.text) not in words.columns:
            unit = _unit_in_cell(document, cell, "；".join(beside.get(cell.row, ())))
            if unit is not None:
                yield unit


def _unit_in_cell(document: Document, cell: Cell, note: str) -> ListedUnit | None:
    return _unit(document, cell.place, cell.text, 0, note)


def _unit(document: Document, place: Place, text: str, start: int, note: str = "") -> ListedUnit | None:
    """The unit that a piece of text names, None where it is no name; ``start`` is that of the piece at ``place``."""
    bare = text.rstrip("；;。、，, \n　等").rstrip()
    lead = len(bare) - len(bare.lstrip())
    bare = bare.strip()
    printed = plain(bare)
    if len(printed) > _LONGEST_NAME or not _NAME.fullmatch(printed) or not re.search(r"[一-鿿]{2}", printed):
        return None
    if not _words().ending.search(printed):
        return None
    name, level = printed, Level.UNIT
    for word in _words().head_office:
        for suffix in (f"（{word}）", word):
            if printed.endswith(suffix) and len(printed) > len(suffix):
                name, level = printed.removesuffix(suffix), Level.HEAD_OFFICE
                break
        if level is Level.HEAD_OFFICE:
            break
    begin = start + lead
    return ListedUnit(name, level, document.within(place, begin, begin + len(bare)), note)


def _counts_in(document: Document, paragraph: Paragraph) -> Iterator[UnitCount]:
    text = plain(paragraph.text)
    for counts, pattern in _words().counts:
        for match in pattern.finditer(text):
            origin = _origin(paragraph.text)
            group = "count" if "count" in match.groupdict() and match["count"] else 0
            start, end = origin[match.start(group)], origin[match.end(group) - 1] + 1
            count = _number(match["count"]) if group else 0
            yield UnitCount(count, counts, document.within(paragraph.place, start, end), match[0])


def _number(printed: str) -> int:
    """5, 五, 十二 or 二十."""
    if printed.isdecimal():
        return whole(printed)
    tens, ten, ones = printed.rpartition("十")
    return (_DIGITS.get(tens, 1) if ten else 0) * 10 + _DIGITS.get(ones, 0)


class NameWords(Form, frozen=True, kw_only=True):
    """``[names]``: how names of bodies end, and what stands in their place in a template."""

    endings: SomeWords
    placeholders: Word

    def __post_init__(self) -> None:
        compiled("placeholders", self.placeholders)


class CountEntry(Form, frozen=True, kw_only=True):
    """``[[units.count]]``: a number of units; "subordinate" leaves the head office out, "in_scope" takes it in.

    The group ``count`` of the pattern is the number; a pattern that ``says_none`` has no such group.
    """

    counts: Literal["subordinate", "in_scope"]
    pattern: Word
    says_none: bool = False

    def __post_init__(self) -> None:
        found = compiled("pattern", self.pattern, () if self.says_none else ("count",))
        if self.says_none and "count" in found.groupindex:
            raise WrongWordError(
                "says_none",
                "true",
                "与 pattern 里的组 count 不能同时用",
                "cannot go with the group count of its pattern",
            )


class UnitWords(Form, frozen=True, kw_only=True):
    """``[units]``: the words by which the units of a department are found."""

    opening: SomeWords
    columns: SomeWords
    notes: SomeWords
    head_office: SomeWords
    count: Annotated[tuple[CountEntry, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        for pattern in self.opening:
            if compiled("opening", pattern).search(""):
                raise WrongWordError("opening", pattern, "什么也没有的地方也符合", "fits where nothing stands")
        for setting in ("columns", "notes", "head_office"):
            for word in getattr(self, setting):
                if plain(word) != word:
                    said, said_en = f"应写作 {plain(word)}", f"is compared as {plain(word)}"
                    raise WrongWordError(setting, word, said, said_en)
        one_meaning("", {"columns": self.columns, "notes": self.notes}, plain)


class TitleWords(Form, frozen=True, kw_only=True):
    """``[titles]``: what titles are made of beside name, year and kind, and how names of places end."""

    fillers: SomeWords
    places: SomeWords


class IdentityFile(Form, frozen=True, kw_only=True):
    """``identity.toml``."""

    names: NameWords
    units: UnitWords
    titles: TitleWords


@dataclass(frozen=True, slots=True)
class _Words:
    opening: tuple[re.Pattern[str], ...]
    columns: frozenset[str]
    notes: frozenset[str]
    head_office: tuple[str, ...]
    ending: re.Pattern[str]
    counts: tuple[tuple[Literal["subordinate", "in_scope"], re.Pattern[str]], ...]


@cache
def identity_words() -> IdentityFile:
    """``datasets/data/identity.toml``.

    Raises:
        DataFileError: it says something impossible.
    """
    return data_file("datasets", "data", "identity.toml").record(IdentityFile)


@cache
def _words() -> _Words:
    units = identity_words().units
    endings = "|".join(map(re.escape, (*identity_words().names.endings, *units.head_office)))
    return _Words(
        tuple(re.compile(pattern) for pattern in units.opening),
        frozenset(units.columns),
        frozenset(units.notes),
        units.head_office,
        re.compile(rf"(?:{endings})(?:（[^（）]{{1,12}}）)?$"),
        tuple((entry.counts, re.compile(entry.pattern)) for entry in units.count),
    )
