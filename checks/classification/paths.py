"""Subjects named in sentences, A（类）B（款）C（项）, against the rows of the tables and against the list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from checks.model import Instance, Relation, WordEvidence
from datasets.model import Figure, Paragraph, Role
from datasets.reading import Reading
from datasets.vocabulary.classification import (
    Entry,
    classification,
    is_code,
    name_key,
    names_alike,
    parents,
    transposed,
)
from datasets.vocabulary.concepts import parent_code
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import Interval, factor_between, units

_NAME = r"[^；。，：:,;\d（）()“”\"「」]+(?:[（(][^）)类款项\d]{1,6}[）)][^；。，：:,;\d（）()“”\"「」]*)?"
_FIRST = r"[^；。，：:,;、.．\d（）()“”\"「」]+"
_PATH = re.compile(
    rf"(?P<c>{_FIRST})[（(]\s*\d*\s*类\s*[）)]\s*”?\s*(?P<s>{_NAME})[（(]\s*\d*\s*款\s*[）)]"
    rf"(?:\s*(?P<i>{_NAME})[（(]\s*\d*\s*项\s*[）)])?"
)
_LENGTHS = {2: 5, 3: 7}
_DIGITS = (3, 5, 7)
_MOST_PLACES = 4
#: What may join the levels of a path: 教育支出（类）-普通教育（款）.
_DASHES = "-－—–· \u3000"
_LEVELS = ("类", "款", "项")
_LEVELS_EN = ("class", "section", "item")
#: 年初预算, 支出决算; what comes later is a change or the year before.
_MOST_AMOUNTS = 2


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a printed path: its name, and where that stands in the paragraph."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Path:
    """A printed path from 类 downwards, and the first amounts behind it: its budget, its outturn."""

    levels: tuple[_Level, ...]
    block: Paragraph
    amounts: tuple[Figure, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(level.name for level in self.levels)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The function codes that the tables of a document print: names, and figures by code."""

    names: Mapping[str, str]
    figures: Mapping[str, Sequence[Figure]]

    def chains(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every code whose names are all printed, with these names."""
        yield from ((code, chain) for code in self.names if (chain := self.chain(code)) is not None)

    def chain(self, code: str) -> tuple[str, ...] | None:
        """The names from 类 down to the code; None when one is printed nowhere."""
        codes = (*reversed(parents(code)), code)
        found = [self.names.get(step, "") for step in codes]
        return tuple(found) if all(found) else None


def path_instances(reading: Reading, relation: Relation) -> Iterator[Instance]:
    """Every path of the text that can be compared with a table or with the list."""
    rows = _rows(reading)
    paths = list(_paths(reading))
    taken = {code for path in paths for code in _codes_in(rows, path.names)}
    for path in paths:
        if _codes_in(rows, path.names):
            yield _instance(reading, relation, path, None, "")
            continue
        expected, why = _expected(path, rows, taken, reading.identity.fiscal_year)
        wrong = _wrong_levels(path, expected) if expected is not None else []
        # An old name is a finding of its own.
        if wrong and not all(_newer(number, path.names[number], reading.identity.fiscal_year) for number in wrong):
            yield _instance(reading, relation, path, expected, why)


def old_name_instances(reading: Reading, relation: Relation) -> Iterator[Instance]:
    """Names in the paths of the text that were given up years ago, one instance for each; not those of the tables."""
    year = reading.identity.fiscal_year
    in_tables = {plain(row.label) for table in reading.tables for panel in table.panels for row in panel.rows}
    found: dict[tuple[int, str], list[tuple[_Path, _Level]]] = {}
    for path in _paths(reading):
        for number, level in enumerate(path.levels):
            if level.name not in in_tables:
                found.setdefault((number, level.name), []).append((path, level))
    for (number, name), places in found.items():
        entries = _newer(number, name, year)
        if entries:
            since, now = entries[0].since, "、".join(dict.fromkeys(entry.name for entry in entries))
            yield Instance(
                relation,
                "logic",
                (),
                (),
                where=name,
                holds=False,
                note=f"{_LEVELS[number]}“{name}”自 {since} 年起称“{now}”",
                note_en=f"“{name}” has been “{now}” since {since}",
                words=tuple(_words(reading, path, level) for path, level in places[:_MOST_PLACES]),
            )


def _newer(number: int, name: str, year: int) -> list[Entry]:
    """The names that took the place of a name of 类, 款 or 项; none where any code still has it."""
    codes = [code for code in classification("2").codes(name) if len(code) == _DIGITS[number]]
    newer = [entry for code in codes if (entry := classification("2").renamed(code, name, year)) is not None]
    return newer if len(newer) == len(codes) else []


def _rows(reading: Reading) -> _Rows:
    names: dict[str, str] = {}
    figures: dict[str, list[Figure]] = {}
    for table in reading.tables:
        for panel in table.panels:
            for row in panel.rows:
                code = row.function_code
                if not is_code(code) or not row.label:
                    continue
                names.setdefault(code, plain(row.label))
                cells = (reading.cells.get((table.id, row.row, column.column)) for column in panel.columns)
                figures.setdefault(code, []).extend(cell for cell in cells if cell is not None and cell.value)
    return _Rows(names, figures)


def _paths(reading: Reading) -> Iterator[_Path]:
    amounts = [figure for figure in reading.figures if not figure.table and _is_money(figure)]
    for block in reading.document.blocks:
        if not isinstance(block, Paragraph):
            continue
        for match in _PATH.finditer(block.text):
            levels = tuple(_level(match, group) for group in ("c", "s", "i") if match[group])
            yield _Path(levels, block, _amounts_behind(block, match.end(), amounts))


def _level(match: re.Match[str], group: str) -> _Level:
    """A level without the blanks around its name; the words of the sentence before a 类 are cut off."""
    start, end = match.span(group)
    text = match[group]
    start += len(text) - len(text.lstrip(_DASHES))
    end -= len(text) - len(text.rstrip())
    name = plain(text.lstrip(_DASHES))
    if group == "c":
        known = next((name[i:] for i in range(len(name)) if _is_class(name[i:])), name)
        if known != name and match.string[start:end].endswith(known):
            start, name = end - len(known), known
    return _Level(name, start, end)


def _is_class(name: str) -> bool:
    return any(not parent_code(code) for code in classification("2").codes(name))


def _is_money(figure: Figure) -> bool:
    unit = units().get(figure.unit)
    return figure.role is Role.LEVEL and unit is not None and unit.dimension == "money" and bool(figure.value)


def _amounts_behind(block: Paragraph, end: int, amounts: Sequence[Figure]) -> tuple[Figure, ...]:
    """The first amounts behind a path, before another path."""
    another = _PATH.search(block.text, end)
    first = block.place.start + end
    last = block.place.start + (another.start() if another else len(block.text))
    return tuple(figure for figure in amounts if first <= figure.place.start < last)[:_MOST_AMOUNTS]


def _codes_in(rows: _Rows, names: Sequence[str]) -> list[str]:
    """The codes of the tables whose names from 类 downwards are those of the path."""
    return [code for code, chain in rows.chains() if all(_fits(names, chain))]


def _expected(path: _Path, rows: _Rows, taken: set[str], year: int) -> tuple[tuple[str, ...] | None, str]:
    """The names that should stand there, and what tells: the row of the amount, or the names alone.

    A name is "" where it cannot be told.
    """
    by_amount = _row_of_amount(path, rows, taken)
    if by_amount is not None:
        return rows.chain(by_amount), f"表中同一金额是 {by_amount} 的"
    listed = _Listed(year)
    if any(all(_fits(path.names, chain)) for _, chain in listed.chains(path.names[-1], len(path.names))):
        return None, ""
    for chains, said in ((rows.chains(), "表"), (listed.chains(path.names[-1], len(path.names)), "政府收支分类科目")):
        below = [(code, chain) for code, chain in chains if _same_below(path.names, chain)]
        if len(below) == 1:
            return below[0][1], f"{said}中“{path.names[-1]}”是 {below[0][0]}"
    turned = [(code, chain) for code, chain in rows.chains() if _same_but_turned(path.names, chain)]
    if len(turned) == 1:
        return turned[0][1], f"表中 {turned[0][0]} 的名称字同而次序不同"
    return _shifted(path.names, listed), "“款”与“类”同名，“项”是款的名称"


def _same_below(names: Sequence[str], chain: Sequence[str]) -> bool:
    """True where 款 and 项 are spelled alike, whatever the 类."""
    return len(names) == len(chain) and list(map(name_key, names[1:])) == list(map(name_key, chain[1:]))


def _same_but_turned(names: Sequence[str], chain: Sequence[str]) -> bool:
    """True where a name has the characters of the table's in another order, and all others are those of the table."""
    if len(names) != len(chain):
        return False
    return any(map(transposed, names, chain)) and all(
        name_key(name) == name_key(right) or transposed(name, right) for name, right in zip(names, chain, strict=True)
    )


def _shifted(names: Sequence[str], listed: _Listed) -> tuple[str, ...] | None:
    """The path one level up: 类 printed twice, and the 款 in the place of the 项."""
    if len(names) != len(_LEVELS) or name_key(names[0]) != name_key(names[1]):
        return None
    sections = [chain for _, chain in listed.chains(names[2], 2) if names_alike(names[0], chain[0])]
    return (*sections[0], "") if len(sections) == 1 else None


@dataclass(frozen=True, slots=True)
class _Listed:
    """The functional classification of a year; what was in force the year before may still be printed."""

    year: int

    def chains(self, name: str, levels: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every code of so many levels that has the name, with the names from 类 down to it."""
        listed = classification("2")
        for code in listed.codes(name):
            steps = (*reversed(parents(code)), code)
            if len(steps) != levels:
                continue
            named = [[e.name for e in listed.entries(step) if self._in_force(e)] for step in steps]
            yield from ((code, chain) for chain in product(*named))

    def _in_force(self, entry: Entry) -> bool:
        return entry.valid_in(self.year) or entry.valid_in(self.year - 1)


def _row_of_amount(path: _Path, rows: _Rows, taken: set[str]) -> str | None:
    """The only row, named nowhere else in the text, that prints an amount of the path and shares a name with it."""
    length = _LENGTHS[len(path.levels)]
    printed = {name_key(name) for name in path.names}
    found = [
        code
        for code, figures in rows.figures.items()
        if len(code) == length
        and code not in taken
        and printed & set(map(name_key, rows.chain(code) or ()))
        and any(_equal(amount, figure) for amount in path.amounts for figure in figures)
    ]
    return found[0] if len(found) == 1 else None


def _equal(amount: Figure, other: Figure) -> bool:
    factor = factor_between(other.unit, amount.unit)
    if factor is None or amount.value is None or other.value is None:
        return False
    first = Interval.printed(amount.value, amount.quantum)
    return first.meets(Interval.printed(other.value, other.quantum).scaled(factor))


def _wrong_levels(path: _Path, expected: Sequence[str]) -> list[int]:
    """The levels whose printed name is that of another subject or a garbled one; none when merely worded freely."""
    wrong = [number for number, fits in enumerate(_fits(path.names, expected)) if not fits]
    known = all(
        classification("2").codes(path.names[number]) or transposed(path.names[number], expected[number])
        for number in wrong
    )
    return wrong if known else []


def _fits(names: Sequence[str], chain: Sequence[str]) -> list[bool]:
    """By level, whether the printed name can be the one of the chain.

    A 款 or 项 that repeats the 类 is no abbreviation: 城乡社区支出 is not short for 城乡社区管理事务.
    """
    if len(names) != len(chain):
        return [False]
    keys = [name_key(name) for name in names]
    return [
        name_key(right) == key if level and key == keys[0] else bool(right) and names_alike(name, right)
        for level, (name, right, key) in enumerate(zip(names, chain, keys, strict=True))
    ]


def _instance(reading: Reading, relation: Relation, path: _Path, expected: Sequence[str] | None, why: str) -> Instance:
    wrong = _wrong_levels(path, expected) if expected else []
    blamed = wrong or [len(path.levels) - 1]
    told = [n for n in wrong if expected and expected[n]]
    said = "，".join(f"{_LEVELS[n]}“{path.names[n]}”应为“{expected[n]}”" for n in told) if expected else ""
    said_en = ", ".join(f"{_LEVELS_EN[n]} “{path.names[n]}” for “{expected[n]}”" for n in told) if expected else ""
    return Instance(
        relation,
        "logic",
        (),
        (),
        where="·".join(path.names),
        holds=not wrong,
        note=f"{said}（{why}）" if said else "",
        note_en=said_en,
        words=tuple(_words(reading, path, path.levels[number]) for number in blamed),
    )


def _words(reading: Reading, path: _Path, level: _Level) -> WordEvidence:
    text = path.block.text
    quote = text[path.levels[0].start : path.levels[-1].end]
    place = reading.document.within(path.block.place, level.start, level.end)
    return WordEvidence(reading.path, place, text[level.start : level.end], role="suspect", quote=quote)
