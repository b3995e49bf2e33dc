"""Concepts, their printed names and the classification codes, as data that a finance person can extend.

Names are compared after :func:`plain`: blanks gone, brackets and quotation marks of one kind, numbering stripped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Self, TypeVar, get_args

from datasets.data_files.forms import Identifier, Row, Word, WrongWordError, doubled, known
from datasets.data_files.loading import data_rows
from datasets.model import Fund
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import Dimension, exact_dimensions

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


class ConceptRow(Row, frozen=True, kw_only=True):
    """A row of ``concepts.csv``: ``aliases`` are joined by "|"; ``means`` is another concept, "@" and a fund."""

    id: Identifier
    label: Word
    label_en: Word
    dimension: ConceptDimension
    aliases: str
    means: str
    fund_scoped: Literal["yes", "no", "narrow"]

    def __post_init__(self) -> None:
        for alias in self.aliases.split("|") if self.aliases else ():
            if not _LETTER.search(alias) or "｜" in alias or alias.count("（") != alias.count("）"):
                raise WrongWordError("aliases", self.aliases, f"其中 {alias!r} 不是名称", f"holds {alias!r}, no name")
        _, at, fund = self.means.partition("@")
        if bool(at) != bool(self.means):
            raise WrongWordError("means", self.means, "应写作 概念@资金口径", "is written concept@fund")
        known("means", [fund] if fund else [], get_args(Fund), what="资金口径", what_en="fund")

    @classmethod
    def between(cls, rows: Sequence[Self]) -> Iterator[tuple[int, WrongWordError]]:
        """Concepts that are there twice, or mean one that is not."""
        yield from doubled(rows, "id", lambda row: row.id)
        named: dict[str, str] = {}
        for number, row in enumerate(rows):
            for alias in filter(None, (row.label, *row.aliases.split("|"))):
                other = named.setdefault(plain(alias), row.id)
                if other != row.id:
                    yield (
                        number,
                        WrongWordError("aliases", alias, f"已是 {other} 的名称", f"is already a name of {other}"),
                    )
        ids = {row.id for row in rows}
        by_id = {row.id: row for row in rows}
        yield from doubled(rows, "label_en", lambda row: row.label_en)
        for number, row in enumerate(rows):
            meant = row.means.partition("@")[0]
            if meant and meant not in by_id:
                yield number, WrongWordError("means", meant, "不是已有的概念", "is no known concept", ids)
            elif meant and (by_id[meant].means or by_id[meant].dimension != row.dimension):
                said, said_en = "另有所指，或不是一类量", "means another itself, or measures something else"
                yield number, WrongWordError("means", meant, said, said_en)


_LETTER = re.compile(r"[^\W\d_]")


class CodeRow(Row, frozen=True, kw_only=True):
    """A row of a classification: ``since`` and ``until`` are the first and last year that the name is in force."""

    code: str
    name: Word
    since: str
    until: str
    source: Word

    def __post_init__(self) -> None:
        checked_code(self.code, self.since, self.until)

    @classmethod
    def between(cls, rows: Sequence[Self]) -> Iterator[tuple[int, WrongWordError]]:
        """Codes of another list, without the one above them, or with two names for one year."""
        codes = {row.code for row in rows}
        first = rows[0].code[:1]
        named: dict[str, list[Self]] = {}
        for number, row in enumerate(rows):
            above = parent_code(row.code)
            if row.code[:1] != first:
                said, said_en = f"不属于这张表（{first} 开头）", f"is no code of this list, which begin with {first}"
                yield number, WrongWordError("code", row.code, said, said_en)
            elif above and above not in codes:
                yield number, WrongWordError("code", row.code, f"没有上级 {above}", f"has no {above} above it", codes)
            for other in named.setdefault(row.code, []):
                if plain(other.name) == plain(row.name) or _both_in_force(row, other):
                    said, said_en = (
                        f"与“{other.name}”重复或年度重叠",
                        f"is doubled or overlaps in time with {other.name}",
                    )
                    yield number, WrongWordError("code", row.code, said, said_en)
            named[row.code].append(row)


class EconomicRow(CodeRow, frozen=True, kw_only=True):
    """A row of the economic classification of departments; ``group`` is the half of basic expenditure it is part of."""

    group: Literal["personnel", "operating", ""]


class AppropriationRow(Row, frozen=True, kw_only=True):
    """The fund that an appropriation is of."""

    KEY = ("concept",)

    concept: str
    fund: Fund

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept])


class FundConceptRow(Row, frozen=True, kw_only=True):
    """What a concept is called in the column of one fund."""

    KEY = ("concept",)

    concept: str
    of_one_fund: str

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept])
        known_concepts("of_one_fund", [self.of_one_fund])
        same_measure("of_one_fund", self.concept, self.of_one_fund)


class NameRow(Row, frozen=True, kw_only=True):
    """What a name reports that says nothing of what is counted: 公务接待 in 万元 is money, in 人次 are guests."""

    KEY = ("name", "dimension")

    name: Word
    dimension: Dimension
    concept: str

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept])
        known("name", [self.name], names(), what="概念的名称（concepts.csv）", what_en="name of concepts.csv")
        wanted = concepts()[self.concept].dimension
        if wanted != self.dimension and (wanted != "count" or self.dimension not in exact_dimensions()):
            raise WrongWordError(
                "concept",
                self.concept,
                f"量纲是 {wanted}，不是 {self.dimension}",
                f"measures {wanted}, not {self.dimension}",
            )


def checked_code(code: str, since: str, until: str) -> None:
    """Check a code of a classification and the years it is in force.

    Raises:
        WrongWordError: the code has no 3, 5 or 7 digits, or a year no four.
    """
    if not re.fullmatch(r"[0-9]{3}(?:[0-9]{2}){0,2}", code):
        raise WrongWordError("code", code, "不是 3、5 或 7 位数字", "is no code of 3, 5 or 7 digits")
    for setting, year in (("since", since), ("until", until)):
        if year and not re.fullmatch(r"(?:19|20)[0-9]{2}", year):
            raise WrongWordError(setting, year, "不是年份", "is no year")
    if since and until and since > until:
        raise WrongWordError("until", until, f"早于 since（{since}）", f"lies before since ({since})")


def known_concepts(setting: str, words: Iterable[str]) -> None:
    """Check that words are ids of concepts, see :func:`datasets.data_files.forms.known`."""
    known(setting, words, concepts(), what="概念（datasets/data/concepts.csv）", what_en="concept of concepts.csv")


def same_measure(setting: str, concept: str, other: str) -> None:
    """Check that two concepts are two, and measure the same; "" is none.

    Raises:
        WrongWordError: they are one, or measure different things.
    """
    if other == concept:
        raise WrongWordError(setting, other, "就是它自己", "is the same one")
    if other and concepts()[other].dimension != concepts()[concept].dimension:
        raise WrongWordError(setting, other, f"与 {concept} 不是一类量", f"measures something else than {concept}")


_Row = TypeVar("_Row", bound=Row)


@cache
def rows_of(name: str, form: type[_Row]) -> tuple[_Row, ...]:
    """The rows of a CSV file of ``datasets/data``.

    Raises:
        DataFileError: a row says something impossible, or what another says.
    """
    return data_rows("datasets", "data", name, form)


def _both_in_force(row: CodeRow, other: CodeRow) -> bool:
    """True for two rows that are known to have a year in common."""
    if not (row.since or row.until) or not (other.since or other.until):
        return False
    return (row.since or row.until) <= (other.until or other.since) and (other.since or other.until) <= (
        row.until or row.since
    )


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
        for row in data_rows("datasets", "data", "concepts.csv", ConceptRow)
    }


@cache
def names() -> dict[str, str]:
    """Concept id by plain printed name."""
    return {alias: concept.id for concept in concepts().values() for alias in concept.aliases}


@cache
def _names_by_dimension() -> dict[tuple[str, str], str]:
    return {(plain(row.name), row.dimension): row.concept for row in rows_of("names_by_dimension.csv", NameRow)}


def named_in(name: str, dimension: str) -> str:
    """The concept that a plain name has where a number of a dimension stands with it, "" for an unknown name."""
    return _names_by_dimension().get((name, dimension)) or names().get(name, "")


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


@cache
def economic_items() -> dict[str, str]:
    """Economic code in force by each way that sentences spell its name: without 的, with 支出 behind it."""
    spelled: dict[str, str] = {}
    for name, code in economic_codes().items():
        short = name.replace("的", "")
        for spelling in (name, short, f"{short}支出" if not short.endswith(("支出", "费")) else short):
            spelled.setdefault(spelling, code)
    return spelled


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
