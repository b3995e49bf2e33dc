"""Words that headers and row labels of any table print, loaded from ``data/table_words.toml``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import msgspec

from datasets.data_files.forms import Form, SomeSigns, SomeWords, complete, one_meaning
from datasets.data_files.loading import data_file
from datasets.model import Stage
from datasets.tables.layouts import ColumnMeaning
from datasets.vocabulary.concepts import known_concepts
from datasets.vocabulary.plain import meanings, plain
from datasets.vocabulary.units import units

_YEAR = re.compile(r"^(20\d\d)年?度?")
_MEASURE = re.compile(r"[（(](?:单位：)?([^（）()]{1,6}(?:（套）)?)[）)]$")
_COMPARED = re.compile(r"[比较].*(?:20\d\d|上年|去年|预算|执行|决算)|^增减|^同比")


class WordList(Form, frozen=True, kw_only=True):
    """A section with one list."""

    words: SomeSigns


class Labels(Form, frozen=True, kw_only=True):
    """``[labels]``: heads of columns that are neither amounts nor names of what the amounts are."""

    codes: SomeWords
    names: SomeWords
    units: SomeWords
    projects: SomeWords
    remarks: SomeWords


class Elsewhere(Form, frozen=True, kw_only=True):
    """``[elsewhere]``: concepts whose names mean something else in a header."""

    concepts: SomeWords

    def __post_init__(self) -> None:
        known_concepts("concepts", self.concepts)


class TableWordsFile(Form, frozen=True, kw_only=True):
    """``table_words.toml``."""

    periods: dict[Literal["prior", "current"], SomeWords]
    stages: Annotated[dict[Stage, SomeWords], msgspec.Meta(min_length=1)]
    amounts: WordList
    totals: WordList
    comparisons: dict[Literal["change", "rate", "share"], SomeSigns]
    bare_rates: WordList
    labels: Labels
    elsewhere: Elsewhere

    def __post_init__(self) -> None:
        complete("periods", self.periods, ("prior", "current"))
        complete("comparisons", self.comparisons, ("change", "rate", "share"))
        one_meaning("periods", {str(key): words for key, words in self.periods.items()}, plain)
        one_meaning("stages", {str(key): words for key, words in self.stages.items()}, plain)
        one_meaning("comparisons", {str(key): words for key, words in self.comparisons.items()}, plain)
        said = {"amounts": self.amounts.words, "totals": self.totals.words, "names": self.labels.names}
        said |= {f"comparisons.{role}": words for role, words in self.comparisons.items()}
        one_meaning("amounts", said, plain)
        labels = ("codes", "names", "projects", "remarks")  # a column of units is one of names too
        one_meaning("labels", {setting: getattr(self.labels, setting) for setting in labels}, plain)


@dataclass(frozen=True, slots=True)
class Words:
    """``table_words.toml`` in plain form."""

    periods: dict[str, str]
    stages: dict[str, str]
    amounts: frozenset[str]
    totals: frozenset[str]
    comparisons: dict[str, str]
    bare_rates: frozenset[str]
    codes: frozenset[str]
    names: tuple[str, ...]
    units: frozenset[str]
    projects: frozenset[str]
    remarks: frozenset[str]
    elsewhere: frozenset[str]


@cache
def words() -> Words:
    """The words of the data file."""
    data = data_file("datasets", "data", "table_words.toml").record(TableWordsFile)

    def every(printed: Sequence[str]) -> frozenset[str]:
        return frozenset(map(plain, printed))

    return Words(
        meanings(data.periods.items()),
        meanings(data.stages.items()),
        every(data.amounts.words),
        every(data.totals.words),
        meanings(data.comparisons.items()),
        every(data.bare_rates.words),
        every(data.labels.codes),
        tuple(map(plain, data.labels.names)),
        every(data.labels.units),
        every(data.labels.projects),
        every(data.labels.remarks),
        frozenset(data.elsewhere.concepts),
    )


def measured(word: str) -> tuple[str, str]:
    """A plain word without the unit in brackets behind it, and that unit: 金额（万元）, 公务用车保有量（辆）."""
    match = _MEASURE.search(word)
    if match is None or not match.start() or match[1] not in units() or match[1] == "%":
        return word, ""
    return word[: match.start()], match[1]


def dated(word: str) -> tuple[str, ColumnMeaning]:
    """A plain word without the year or 上年, 本年 before it, and that period: "prior", "current" or a year."""
    year = _YEAR.match(word)
    if year:
        return word[year.end() :], ColumnMeaning(period=year[1])
    prefix = next((said for said in _periods() if word.startswith(said)), "")
    rest = word.removeprefix(prefix)
    if prefix and (staged(rest)[0] == "" if rest else words().periods[prefix] == "prior"):
        return rest, ColumnMeaning(period=words().periods[prefix])
    return word, ColumnMeaning()


def staged(word: str) -> tuple[str, str]:
    """A plain word without 预算数, 决算数, … behind it, and the stage that says; a name may keep nothing else."""
    said = next((printed for printed in _stages() if word.endswith(printed)), "")
    return (word.removesuffix(said), words().stages[said]) if said else (word, "")


@cache
def _periods() -> tuple[str, ...]:
    return tuple(sorted(words().periods, key=len, reverse=True))


@cache
def _stages() -> tuple[str, ...]:
    return tuple(sorted(words().stages, key=len, reverse=True))


def compares(word: str) -> bool:
    """True for a header over a comparison: 2024年预算数比2023年执行数."""
    return bool(_COMPARED.search(word))
