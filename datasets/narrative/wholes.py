"""Wholes and their parts in prose: 总建筑面积13459平方米，其中地上8103平方米（其中计容7998平方米，…），地下….

Only the grammar is read here; whether the parts add up is decided by the checks. A list whose words do not say that
it is complete is *open*: none of its parts can be more than the whole, and nothing more is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated

import msgspec

from datasets.data_files.forms import Form, SomeWords, WrongWordError, one_meaning
from datasets.data_files.loading import data_file
from datasets.narrative.phrases import change_pattern, joint_pattern, last_base
from datasets.narrative.quantities import Quantity
from datasets.narrative.sentences import noun_before, sentences
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import Dimension, dimension_of

_CLAUSE = re.compile(r"[，。；：、（]")
_STOP = re.compile(r"[。；]")
_FEWEST = 2
_AMONG = re.compile(r"(?P<whole>[一-鿿（）]{2,20}?)(?<!其)(?:之中|中|里)[，、：]?(?:其中)?(?P<rest>[^，。；：]*)$")
_KIND = re.compile(r"(?:的?(?:预算|支出|金额|资金|经费|数量|总数|合计|规模|安排|投入|数|额))+$")


class Ground(StrEnum):
    """Why the parts make the whole, or that they need not (``OPEN``)."""

    COMPLEMENT = "complement"
    COMPLETE = "complete"
    REST = "rest"
    TOTAL = "total"
    SIDES = "sides"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Part:
    """A part: what it is called, and where its digits begin in the text."""

    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Partition:
    """Parts of one whole; ``wholes`` are the places it may stand at, the likeliest first."""

    wholes: tuple[Part, ...]
    parts: tuple[Part, ...]
    ground: Ground


class Complement(Form, frozen=True, kw_only=True):
    """Names that leave nothing out."""

    names: SomeWords
    dimensions: Annotated[tuple[Dimension, ...], msgspec.Meta(min_length=1)]


class PartitionsFile(Form, frozen=True, kw_only=True):
    """``partitions.toml``."""

    additive: Annotated[tuple[Dimension, ...], msgspec.Meta(min_length=1)]
    opening: SomeWords
    complete: SomeWords
    sides: SomeWords
    total: SomeWords
    rest: SomeWords
    complement: Annotated[tuple[Complement, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        lists = ("opening", "complete", "sides", "total", "rest")
        one_meaning("", {setting: getattr(self, setting) for setting in lists}, plain)
        for entry in self.complement:
            if len(entry.names) < _FEWEST:
                raise WrongWordError("complement", entry.names[0], "只有一个名称", "is alone", ())


@cache
def _data() -> PartitionsFile:
    return data_file("datasets", "data", "partitions.toml").record(PartitionsFile)


@cache
def _opening() -> re.Pattern[str]:
    words = "|".join(map(re.escape, [*_data().sides, *_data().complete, *_data().opening]))
    return re.compile(rf"(?:^|[，。；：（、])(?P<words>{words})(?:有|：|，|的)?")


@cache
def _total() -> re.Pattern[str]:
    return re.compile(rf"[，；。、](?:以上)?(?:{'|'.join(map(re.escape, _data().total))})(?:为|是|：)?$")


@cache
def _additive() -> frozenset[str]:
    return frozenset(_data().additive)


@cache
def worth_reading() -> re.Pattern[str]:
    """Finds a paragraph that may name the parts of something: the quick answer for nearly all paragraphs."""
    names = {name for entry in _data().complement for name in entry.names}
    words = [*_data().opening, *_data().complete, *names, "合计", "共计"]
    return re.compile("|".join(map(re.escape, words)))


def partitions(text: str) -> Iterator[Partition]:
    """The partitions of a paragraph, in the order of their parts."""
    if not worth_reading().search(text):
        return
    found = sentences(text)
    if found is None:
        return
    levels = [quantity for quantity in found.quantities if _is_level(quantity)]
    claimed: set[int] = set()
    for number in range(len(levels)):
        complement = _complement(levels, number)
        if complement is not None and levels[number].numeral.start not in claimed:
            claimed.update(part.start for part in complement.parts)
            yield complement
    unclear = [quantity for quantity in found.quantities if _may_be_level(quantity)]
    yield from _lists(levels, claimed, unclear)


def _is_level(quantity: Quantity) -> bool:
    """An amount that adds up and is no change of one; amounts in a reason explain, they do not report."""
    return (
        _dimension(quantity) in _additive() and not quantity.in_reason and not change_pattern().search(quantity.words)
    )


def _part(quantity: Quantity) -> Part:
    return Part(_name(quantity), quantity.numeral.start)


def _name(quantity: Quantity) -> str:
    noun = noun_before(quantity.words)
    opening = _opening().search(f"，{noun}")
    return noun[opening.end() - 1 :] if opening and opening.start() == 0 else noun


def _clause(quantity: Quantity) -> str:
    """The words of the clause that the number ends, without those that open a list."""
    clause = _CLAUSE.split(quantity.words)[-1]
    opening = _opening().match(f"，{clause}")
    return clause[opening.end() - 1 :] if opening else clause


# -- names that leave nothing out --------------------------------------------------------------------------------------


def _complement(levels: Sequence[Quantity], number: int) -> Partition | None:
    """The amounts from ``number`` on that are called by names which leave nothing out, with what they are parts of."""
    first = levels[number]
    for entry in _data().complement:
        if _dimension(first) not in entry.dimensions:
            continue
        named = _called(levels[number:], entry.names)
        if not named or named[0] is not first:
            continue
        wholes = _wholes_of_complement(levels[:number], first, _shared(first, entry.names))
        if wholes:
            return Partition(tuple(map(_part, wholes)), tuple(map(_part, named)), Ground.COMPLEMENT)
    return None


def _called(levels: Sequence[Quantity], names: Sequence[str]) -> list[Quantity]:
    """For each name the first amount of one sentence called so; [] where one is missing, or printed twice."""
    found: dict[str, Quantity] = {}
    first = levels[0]
    for quantity in levels:
        if quantity is not first and "。" in quantity.words:
            break
        called = next((name for name in names if _clause(quantity).startswith(name)), None)
        if called is None or _dimension(quantity) != _dimension(first):
            continue
        if called in found:
            break
        found[called] = quantity
    complete = len(found) == len(names)
    return list(found.values()) if complete else []


def _shared(quantity: Quantity, names: Sequence[str]) -> str:
    """What a name says beside the word that tells it apart: 建筑面积 of 地上建筑面积."""
    name = _name(quantity)
    return _KIND.sub("", next((name.removeprefix(word) for word in names if name.startswith(word)), ""))


def _wholes_of_complement(before: Sequence[Quantity], first: Quantity, shared: str) -> list[Quantity]:
    """What complementary parts may be parts of: what 其中 or a bracket follows, or an amount of that name."""
    same = [quantity for quantity in before if _dimension(quantity) == _dimension(first)]
    among = _AMONG.search(first.words)
    if among:
        return [q for q in same if among["whole"] in _name(q) or _name(q) in among["whole"]][-1:]
    opened = _opening().search(first.words)
    bracketed = first.bracket is not None and bool(same) and same[-1].bracket is None
    if opened and _STOP.search(first.words[: opened.start() + 1]):
        return _wholes(before, first)[::-1]  # “。其中”: of the sentence before, its head before all else
    if bracketed or (opened and not _STOP.search(first.words[opened.end() :])):
        return same[-1:]
    adjacent = not _STOP.search(first.words) and len(shared) >= _FEWEST
    return same[-1:] if adjacent and same and _name(same[-1]).endswith(shared) else []


# -- lists -------------------------------------------------------------------------------------------------------------


def _lists(levels: Sequence[Quantity], claimed: set[int], unclear: Sequence[Quantity]) -> Iterator[Partition]:
    for number, first in enumerate(levels):
        opening = _opening().search(first.words)
        if opening is None or first.numeral.start in claimed or _STOP.search(first.words[opening.end() :]):
            continue
        of_sides = opening["words"] in _data().sides
        wholes = _both_sides(levels[:number]) if of_sides else _wholes(levels[:number], first)
        parts = _parts(levels[number:])
        if not wholes or not parts or _unclear_between(first, parts[-1], unclear):
            continue
        behind = levels[number + len(parts) :]
        if behind and _total().search(behind[0].words) and _dimension(behind[0]) == _dimension(first):
            if len(parts) >= _FEWEST and _of_one_rank(parts):
                yield Partition((_part(behind[0]),), tuple(map(_part, parts)), Ground.TOTAL)
                yield Partition((_part(wholes[0]),), (_part(behind[0]),), Ground.TOTAL)
            continue
        ground = _ground(opening["words"], parts, wholes)
        yield Partition(tuple(map(_part, wholes)), tuple(map(_part, parts)), Ground.SIDES if of_sides else ground)


def _may_be_level(quantity: Quantity) -> bool:
    """A change without a base may as well be the name of a part: 支持企业增长30万元."""
    changed = _dimension(quantity) in _additive() and change_pattern().search(quantity.words) is not None
    return changed and not quantity.in_reason and last_base(quantity.words) is None


def _unclear_between(first: Quantity, last: Quantity, unclear: Sequence[Quantity]) -> bool:
    same = _dimension(first)
    return any(
        first.numeral.start <= quantity.numeral.start <= last.numeral.end and _dimension(quantity) == same
        for quantity in unclear
    )


def _wholes(before: Sequence[Quantity], first: Quantity) -> list[Quantity]:
    """The amounts of the same dimension that the opening word can refer back to, nearest first."""
    found: list[Quantity] = []
    for quantity in reversed(before):
        if _dimension(quantity) == _dimension(first) and (first.bracket is not None or quantity.bracket is None):
            found.append(quantity)
        if "。" in quantity.words:
            break
    return found


def _both_sides(before: Sequence[Quantity]) -> list[Quantity]:
    """The last amount that is the total of revenue and of expenditure (收支总预算)."""
    return [quantity for quantity in before if joint_pattern().search(quantity.words)][-1:]


def _parts(levels: Sequence[Quantity]) -> list[Quantity]:
    """The amounts of a list: of one dimension and one bracket, each with a name, to the end of the sentence."""
    first = levels[0]
    parts: list[Quantity] = []
    for quantity in levels:
        if quantity is not first and (
            "。" in quantity.words
            or _total().search(quantity.words)
            or (_opening().search(quantity.words) and quantity.bracket is None)
        ):
            break
        if quantity.bracket != first.bracket:
            if quantity.bracket is None:
                break
            continue
        if _dimension(quantity) == _dimension(first):
            parts.append(quantity)
    return parts


def _ground(opening: str, parts: Sequence[Quantity], wholes: Sequence[Quantity]) -> Ground:
    """What the words of a list say of its being complete."""
    names = [_name(quantity) for quantity in parts]
    if len(parts) < _FEWEST or not all(names) or len(set(names)) != len(names) or not _of_one_rank(parts):
        return Ground.OPEN
    if opening in _data().complete and len(wholes) == 1:
        return Ground.COMPLETE
    rest = next((word for word in _data().rest if names[-1].startswith(word)), None)
    if rest is None:
        return Ground.OPEN
    kind = names[-1].removeprefix(rest)
    alike = all(name.endswith(kind) for name in names) and bool(kind)
    return Ground.REST if alike or not plain(kind) else Ground.OPEN


def _of_one_rank(parts: Sequence[Quantity]) -> bool:
    """True when one mark separates all parts: behind A，B；C the last may be beside the whole, not part of it."""
    return len({"；" if "；" in quantity.words else "，" for quantity in parts[1:]}) <= 1


def _dimension(quantity: Quantity) -> str:
    return dimension_of(quantity.numeral.unit)
