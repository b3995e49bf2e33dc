"""The classifications of expenditure as lists: what a code is called in a year, which codes a name stands for.

The lists are ``functional_classification.csv``, ``economic_classification.csv`` (departmental budgets) and
``government_economic_classification.csv``. A blank year means that it is not known, so nothing is concluded from it; a
code that no list has is no error, for provinces and later years add their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from datasets.data_files.forms import Form, Positive, SomeWords, Word
from datasets.data_files.loading import data_file
from datasets.vocabulary.concepts import CodeRow, EconomicRow, parent_code, rows_of
from datasets.vocabulary.plain import plain

_FILES: Mapping[str, tuple[str, type[CodeRow]]] = {
    "2": ("functional_classification.csv", CodeRow),
    "3": ("economic_classification.csv", EconomicRow),
    "5": ("government_economic_classification.csv", CodeRow),
}
_CODE_LENGTHS = {"2": (3, 5, 7), "3": (3, 5), "5": (3, 5)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A code and one of its names; ``since`` and ``until`` are the first and last year of it, None where unknown.

    ``name`` is plain, ``source`` says what vouches for the entry.
    """

    code: str
    name: str
    since: int | None
    until: int | None
    source: str

    def valid_in(self, year: int) -> bool:
        """True unless the year is known to lie outside."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


class Classification:
    """One list: entries by code, and codes by name."""

    def __init__(self, entries: Mapping[str, tuple[Entry, ...]]) -> None:
        self._entries = entries
        codes: dict[str, list[str]] = {}
        for code, named in entries.items():
            for entry in named:
                codes.setdefault(name_key(entry.name), []).append(code)
        self._codes = {key: tuple(dict.fromkeys(found)) for key, found in codes.items()}

    def __len__(self) -> int:
        """Number of codes."""
        return len(self._entries)

    def listed(self, code: str) -> bool:
        """True when the code stands in the list, in whichever year."""
        return code in self._entries

    def entries(self, code: str) -> tuple[Entry, ...]:
        """Every name that the code has had, in the order of the list."""
        return self._entries.get(code, ())

    def names(self, code: str, year: int) -> tuple[str, ...]:
        """The names of a code in a year; several where the year of a renaming is not known."""
        return tuple(entry.name for entry in self.entries(code) if entry.valid_in(year))

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes that have or had a name, spelled alike; none where the list does not know it."""
        return self._codes.get(name_key(name), ())

    def renamed(self, code: str, name: str, year: int) -> Entry | None:
        """The name that replaced ``name`` before ``year``; None where it did not, or no year of the change is known.

        In the first year of the new name both may be printed: that year's budget was drawn up before.
        """
        key = name_key(name)
        old = next((e for e in self.entries(code) if name_key(e.name) == key and e.until is not None), None)
        if old is None or old.until is None:
            return None
        return next(
            (e for e in self.entries(code) if e.since == old.until + 1 and e.since < year and e.until is None), None
        )


@cache
def classification(first_digit: str) -> Classification:
    """The list whose codes begin with a digit: 2 functional, 3 economic of departments, 5 economic of governments.

    Any other digit has an empty list.
    """
    found: dict[str, list[Entry]] = {}
    for row in rows_of(*_FILES[first_digit]) if first_digit in _FILES else ():
        entry = Entry(row.code, plain(row.name), _year(row.since), _year(row.until), row.source)
        found.setdefault(entry.code, []).append(entry)
    return Classification({code: tuple(entries) for code, entries in found.items()})


def classification_of(code: str) -> Classification:
    """The list that a code belongs to."""
    return classification(code[:1])


def is_code(text: str) -> bool:
    """True for digits that are as long as a code of 类, 款 or 项 of one of the classifications."""
    return text.isdecimal() and len(text) in _CODE_LENGTHS.get(text[:1], ())


def with_lost_zero(code: str, name: str) -> str:
    """A code of 4 or 6 digits with the zero that a spreadsheet dropped: 3012 津贴补贴 is 30102.

    The name must tell which zero it is; a code that it does not mend is returned as it is.
    """
    if not code.isdecimal() or len(code) not in (4, 6):
        return code
    mended = {f"{code[:position]}0{code[position:]}" for position in range(3, len(code), 2)}
    fits = [c for c in mended if any(names_alike(name, entry.name) for entry in classification_of(c).entries(c))]
    return fits[0] if len(fits) == 1 else code


def parents(code: str) -> tuple[str, ...]:
    """The codes above a code, nearest first: 2060101 → 20601, 206."""
    above = parent_code(code)
    return (above, *parents(above)) if above else ()


@cache
def name_key(name: str) -> str:
    """A name as it is compared: one kind of brackets and of spelling, without 支出 and the like at its end."""
    key = plain(name)
    for spelling, meant in _settings().spellings:
        key = key.replace(spelling, meant)
    for ending in _settings().endings:
        if key.endswith(ending) and len(key) > len(ending):
            return key.removesuffix(ending)
    return key


@cache
def names_alike(printed: str, listed: str) -> bool:
    """True when a printed name can be the listed one: spelled alike, shortened, cut off, or with words added."""
    first, second = name_key(printed), name_key(listed)
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= _settings().shortest and _in_order(shorter, longer)


def one_character_apart(first: str, second: str) -> bool:
    """True when two names of one length differ in a single character, as misprints do."""
    a, b = name_key(first), name_key(second)
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def transposed(first: str, second: str) -> bool:
    """True when two names have the same characters in another order: 社区城乡管理 for 城乡社区管理."""
    a, b = name_key(first), name_key(second)
    return a != b and sorted(a) == sorted(b)


def _in_order(shorter: str, longer: str) -> bool:
    rest = iter(longer)
    return all(character in rest for character in shorter)


class CodeNamesFile(Form, frozen=True, kw_only=True):
    """``code_names.toml``."""

    spellings: tuple[tuple[Word, str], ...]
    endings: SomeWords
    shortest_abbreviation: Positive


@dataclass(frozen=True, slots=True)
class _Settings:
    spellings: tuple[tuple[str, str], ...]
    endings: tuple[str, ...]
    shortest: int


@cache
def _settings() -> _Settings:
    data = data_file("datasets", "data", "code_names.toml").record(CodeNamesFile)
    return _Settings(
        tuple((plain(spelling), plain(meant)) for spelling, meant in data.spellings),
        tuple(sorted(data.endings, key=len, reverse=True)),
        data.shortest_abbreviation,
    )


def _year(text: str) -> int | None:
    return int(text) if text else None
