"""Concepts, their printed names and the classification codes, as data that a finance person can extend.

Names are compared after :func:`plain`: blanks gone, brackets and quotation marks of one kind, numbering stripped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar, get_args

import msgspec

from datasets.data_files.forms import Form, WrongWordError, known
from datasets.data_files.loading import data_rows, doubled
from datasets.model import Fund
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import Dimension

#: Digits of the code of a 类; a 款 has two more, a 项 four more.
CLASS_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Concept:
    """What a figure can report; ``dimension`` is a :data:`ConceptDimension`.

    ``means`` and ``fund`` say that the name stands for another concept within one fund (一般公共预算财政拨款支出 is
    expenditure of the general public budget). ``fund_scoped`` concepts exist once for each fund; those that are
    ``fund_in_narrow`` carry a fund only in a section about a single one; all others carry none.
    """

    id: str
    label: str
    label_en: str
    dimension: str
    aliases: tuple[str, ...]
    means: str = ""
    fund: str = ""
    fund_scoped: bool = False
    fund_in_narrow: bool = False


#: "count" is a number of things that are counted in several units (批次, 人次, 个), "any" that of an indicator.
ConceptDimension = Dimension | Literal["any", "count"]


class ConceptRow(Form, frozen=True, kw_only=True):
    """A row of ``concepts.csv``: ``aliases`` are joined by "|"; ``means`` is another concept, "@" and a fund."""

    id: str
    label: str
    label_en: str
    dimension: ConceptDimension
    aliases: str
    means: str
    fund_scoped: Literal["yes", "no", "narrow"]

    def __post_init__(self) -> None:
        fund = self.means.partition("@")[2]
        known("means", [fund] if fund else [], get_args(Fund), what="资金口径", what_en="fund")


class CodeRow(Form, frozen=True, kw_only=True):
    """A row of a classification: ``since`` and ``until`` are the first and last year that the name is in force."""

    code: str
    name: str
    since: str
    until: str
    source: str

    def __post_init__(self) -> None:
        checked_code(self.code, self.since, self.until)


class EconomicRow(CodeRow, frozen=True, kw_only=True):
    """A row of the economic classification of departments; ``group`` is the half of basic expenditure it is part of."""

    group: Literal["personnel", "operating", ""]


class AppropriationRow(Form, frozen=True, kw_only=True):
    """The fund that an appropriation is of."""

    concept: str
    fund: Fund

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept])


class FundConceptRow(Form, frozen=True, kw_only=True):
    """What a concept is called in the column of one fund."""

    concept: str
    of_one_fund: str

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept])
        known_concepts("of_one_fund", [self.of_one_fund])


def checked_code(code: str, since: str, until: str) -> None:
    """Check a code of a classification and the years it is in force.

    Raises:
        WrongWordError: the code has no 3, 5 or 7 digits, or a year no four.
    """
    if not re.fullmatch(r"\d{3}(?:\d\d){0,2}", code):
        raise WrongWordError("code", code, "不是 3、5 或 7 位数字", "is no code of 3, 5 or 7 digits")
    for setting, year in (("since", since), ("until", until)):
        if year and not re.fullmatch(r"(?:19|20)\d\d", year):
            raise WrongWordError(setting, year, "不是年份", "is no year")
    if since and until and since > until:
        raise WrongWordError("until", until, f"早于 since（{since}）", f"lies before since ({since})")


def known_concepts(setting: str, words: Iterable[str]) -> None:
    """Check that words are ids of concepts, see :func:`datasets.data_files.forms.known`."""
    known(setting, words, concepts(), what="概念（datasets/data/concepts.csv）", what_en="concept of concepts.csv")


_Row = TypeVar("_Row", bound=msgspec.Struct)


@cache
def rows_of(name: str, form: type[_Row]) -> tuple[_Row, ...]:
    """The rows of a CSV file of ``datasets/data``.

    Raises:
        DataFileError: a row says something impossible.
    """
    return data_rows("datasets", "data", name, form)


def wrong_concepts(rows: Sequence[ConceptRow]) -> Iterator[tuple[int, WrongWordError]]:
    """Concepts that are there twice, or mean one that is not."""
    yield from doubled(rows, "id", lambda row: row.id)
    named: dict[str, str] = {}
    for number, row in enumerate(rows):
        for alias in filter(None, (row.label, *row.aliases.split("|"))):
            other = named.setdefault(plain(alias), row.id)
            if other != row.id:
                yield number, WrongWordError("aliases", alias, f"已是 {other} 的名称", f"is already a name of {other}")
    ids = {row.id for row in rows}
    for number, row in enumerate(rows):
        meant = row.means.partition("@")[0]
        if meant and meant not in ids:
            yield number, WrongWordError("means", meant, "不是已有的概念", "is no known concept", ids)


@cache
def concepts() -> dict[str, Concept]:
    """All concepts by id.

    Raises:
        DataFileError: a row says something impossible.
    """
    return {
        row.id: Concept(
            row.id,
            row.label,
            row.label_en,
            row.dimension,
            tuple(plain(alias) for alias in (row.label, *row.aliases.split("|")) if alias),
            row.means.partition("@")[0],
            row.means.partition("@")[2],
            row.fund_scoped == "yes",
            row.fund_scoped == "narrow",
        )
        for row in data_rows("datasets", "data", "concepts.csv", ConceptRow, wrong_concepts)
    }


@cache
def names() -> dict[str, str]:
    """Concept id by plain printed name."""
    return {alias: concept.id for concept in concepts().values() for alias in concept.aliases}


@cache
def name_pattern() -> re.Pattern[str]:
    """Finds the longest printed name of a concept at each position of a plain text."""
    return re.compile("|".join(sorted(map(re.escape, names()), key=len, reverse=True)))


@cache
def function_names() -> dict[str, str]:
    """Newest name by functional classification code (3, 5 or 7 digits)."""
    return _newest_names(rows_of("functional_classification.csv", CodeRow))


def _newest_names(rows: Sequence[CodeRow]) -> dict[str, str]:
    """One name for each code: that in force, the last in the file where several are, else the last there was."""
    ended = {row.code: plain(row.name) for row in rows if row.until}
    return ended | {row.code: plain(row.name) for row in rows if not row.until}


@cache
def function_classes() -> dict[str, str]:
    """Code of a class of expenditure (3 digits) by its plain name."""
    return {name: code for code, name in function_names().items() if len(code) == CLASS_LENGTH}


@cache
def economic_names() -> dict[str, str]:
    """Newest name by economic classification code of departmental budgets (3 or 5 digits)."""
    return _newest_names(rows_of("economic_classification.csv", EconomicRow))


@cache
def government_economic_names() -> dict[str, str]:
    """Newest name by economic classification code of governments (3 or 5 digits)."""
    return _newest_names(rows_of("government_economic_classification.csv", CodeRow))


@cache
def economic_codes() -> dict[str, str]:
    """Economic code in force by plain name; of two codes with one name (房屋建筑物购建) the first in the file."""
    in_force = [row for row in rows_of("economic_classification.csv", EconomicRow) if not row.until]
    return {plain(row.name): row.code for row in reversed(in_force)}


def parent_code(code: str) -> str:
    """The code one step up in a classification: 2060101 → 20601 → 206 → "" (the total)."""
    return code[:-2] if len(code) > CLASS_LENGTH else ""


@cache
def appropriation_funds() -> dict[str, str]:
    """The fund that an appropriation is of, by concept: 政府性基金预算拨款 → government_funds."""
    return {row.concept: row.fund for row in rows_of("appropriation_funds.csv", AppropriationRow)}


@cache
def concepts_of_one_fund() -> dict[str, str]:
    """What a concept of all appropriations is called in the column of one fund (年末财政拨款结转 by fund)."""
    return {row.concept: row.of_one_fund for row in rows_of("fund_concepts.csv", FundConceptRow)}
