"""The words of performance tables, loaded from ``data/performance.toml``, and what a value cell says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Annotated, Literal, get_args

import msgspec

from datasets.data_files.forms import Form, SomeSigns, SomeWords, Word, complete, one_meaning
from datasets.data_files.loading import data_file
from datasets.vocabulary.concepts import known_concepts
from datasets.vocabulary.numerals import NUMERAL, number
from datasets.vocabulary.plain import meanings, plain, unnumbered
from datasets.vocabulary.units import units

_BRACKETS_AT_END = re.compile(r"（[^（）]*）$")
_EDITING_REMAINS = re.compile(r"\[bookmark[^\]]*\]", re.IGNORECASE)
_QUALIFIER = re.compile(r"^[“”][^“”]{1,12}[“”](?=.{4})")
_BLANK = r"[ \t\n\u3000\xa0]*"
#: A date, as far as it is printed; see :func:`read_date`.
DATE = re.compile(
    rf"(?P<year>(?:19|20)\d\d){_BLANK}(?:年|[./-]){_BLANK}"
    rf"(?:(?P<month>1[0-2]|0?[1-9])(?!\d){_BLANK}(?:月|[./-])?{_BLANK}"
    rf"(?:(?P<day>[12]\d|3[01]|0?[1-9])(?!\d){_BLANK}日?)?)?"
)
_WEIGHT = re.compile(r"[（(]\s*(\d{1,3}(?:\.\d+)?)\s*分\s*[）)]\s*$")
_RANGE = re.compile(
    rf"^{_BLANK}({NUMERAL.pattern}){_BLANK}([^\d\s.．\-－—–~～至到]{{0,4}}?){_BLANK}(?:[-－—–~～]|至|到){{1,2}}{_BLANK}"
    rf"({NUMERAL.pattern}){_BLANK}([^\d\s]{{0,5}}){_BLANK}$"
)
#: Units behind a range of days or months, which is a period and no range of values.
_CALENDAR = ("年", "月", "日", "号", "月份")
#: Characters; more behind a number make it part of a phrase.
_LONGEST_MEASURE_WORD = 3
_UNIT_BRACKETS = str.maketrans("", "", "（）()")


@dataclass(frozen=True, slots=True)
class Words:
    """``performance.toml``, each printed word in plain form pointing to what it means."""

    title: str
    overall: tuple[str, ...]
    totals: frozenset[str]
    subtotals: frozenset[str]
    headers: Mapping[str, str]
    stages: Mapping[str, str]
    sources: Mapping[str, str]
    concepts: Mapping[str, Sequence[str]]
    heads: frozenset[str]
    goal: frozenset[str]
    outcome: frozenset[str]
    prose_units: re.Pattern[str]
    placeholders: frozenset[str]
    fillers: frozenset[str]
    approximate: tuple[str, ...]
    operators: Mapping[str, str]
    suffixes: Mapping[str, str]
    unit_classes: Mapping[str, str]
    units: re.Pattern[str]
    endings: tuple[str, ...]
    cost: str
    timeliness: str
    satisfaction: str
    open_names: tuple[str, ...]
    deductions: tuple[str, ...]
    execution_names: frozenset[str]
    grade_labels: frozenset[str]
    head_scores: frozenset[str]
    money_labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueText:
    """A value cell in its parts: where its one number stands, and the operator, unit and date that it prints.

    ``date`` is ISO, cut to what is printed (2023-05); ``start`` is None for a value in words.
    """

    operator: str = ""
    start: int | None = None
    end: int | None = None
    unit: str = ""
    date: str | None = None
    negative: bool = False


#: What a column of the indicators is, a column of the funds, a row of the funds, and a class of measure words.
Header = Literal[
    "level1", "level2", "name", "target", "medium", "outcome", "weight", "score", "completion", "prior",
    "basis", "scoring", "proof", "reason", "unit", "operator", "project", "goal",
]  # fmt: skip
FundStage = Literal[
    "original_budget",
    "full_year_budget",
    "outturn",
    "rate",
]
Source = Literal[
    "total", "fiscal", "general", "government_funds", "state_capital", "special_account", "carryover",
    "upper_level", "own_level", "provincial", "municipal", "county", "other", "basic", "project",
]  # fmt: skip
UnitClass = Literal[
    "persons", "things", "households", "events", "devices", "documents", "money", "ratio", "length", "area",
    "mass", "time",
]  # fmt: skip
Comparison = Literal[">=", "<=", ">", "<", "="]


class ProseSection(Form, frozen=True, kw_only=True):
    """``[prose]`` of ``performance.toml``: the cells in words."""

    heads: SomeWords
    goal: SomeWords
    outcome: SomeWords
    units: SomeWords


class ValuesSection(Form, frozen=True, kw_only=True):
    """``[values]``: what a cell prints beside its number."""

    placeholders: SomeSigns
    fillers: SomeWords
    approximate: SomeWords
    operators: dict[Comparison, SomeSigns]
    suffixes: Annotated[dict[Comparison, SomeSigns], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        complete("operators", self.operators, get_args(Comparison))
        one_meaning("operators", {str(key): words for key, words in self.operators.items()}, plain)
        one_meaning("suffixes", {str(key): words for key, words in self.suffixes.items()}, plain)


class NamesSection(Form, frozen=True, kw_only=True):
    """``[names]``: words of the names of indicators."""

    endings: SomeWords
    cost: Word
    deductions: SomeWords
    execution: SomeWords
    timeliness: Word
    satisfaction: Word
    open: SomeWords


class PerformanceFile(Form, frozen=True, kw_only=True):
    """``performance.toml``."""

    REPEATS = frozenset({"concepts"})

    title: Word
    overall: SomeWords
    totals: SomeWords
    subtotals: SomeWords
    money_labels: SomeWords
    head_scores: SomeWords
    grades: SomeWords
    headers: dict[Header, SomeWords]
    stages: dict[FundStage, SomeWords]
    sources: dict[Source, SomeWords]
    concepts: dict[Source, tuple[Word, Word]]
    prose: ProseSection
    values: ValuesSection
    units: dict[UnitClass, SomeSigns]
    names: NamesSection

    def __post_init__(self) -> None:
        for setting, wanted in (("headers", Header), ("stages", FundStage), ("sources", Source), ("units", UnitClass)):
            words: dict[str, tuple[str, ...]] = getattr(self, setting)
            complete(setting, words, get_args(wanted))
            one_meaning(setting, words, plain)
        known_concepts("concepts", [concept for pair in self.concepts.values() for concept in pair])


def _longest_first(printed: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, printed), key=len, reverse=True)))


@cache
def words() -> Words:
    """The data file, read once."""
    data = data_file("datasets", "data", "performance.toml").record(PerformanceFile)
    classes = meanings(data.units.items())
    return Words(
        title=data.title,
        overall=tuple(data.overall),
        totals=frozenset(data.totals),
        subtotals=frozenset(data.subtotals),
        headers=meanings(data.headers.items()),
        stages=meanings(data.stages.items()),
        sources=meanings(data.sources.items()),
        concepts=dict[str, Sequence[str]](data.concepts.items()),
        heads=frozenset(data.prose.heads),
        goal=frozenset(data.prose.goal),
        outcome=frozenset(data.prose.outcome),
        prose_units=_longest_first(data.prose.units),
        placeholders=frozenset(plain(word) for word in data.values.placeholders),
        fillers=frozenset(data.values.fillers),
        approximate=tuple(data.values.approximate),
        operators=meanings(data.values.operators.items()),
        suffixes=meanings(data.values.suffixes.items()),
        unit_classes=classes,
        units=_longest_first([*{*classes, *map(plain, units())}]),
        endings=tuple(sorted(data.names.endings, key=len, reverse=True)),
        cost=data.names.cost,
        timeliness=data.names.timeliness,
        satisfaction=data.names.satisfaction,
        open_names=tuple(data.names.open),
        deductions=tuple(data.names.deductions),
        execution_names=frozenset(data.names.execution),
        grade_labels=frozenset(data.grades),
        head_scores=frozenset(data.head_scores),
        money_labels=tuple(data.money_labels),
    )


def is_performance_title(title: str) -> bool:
    """True for the title of a table that this module can read."""
    return words().title in title and "表" in title


@lru_cache(maxsize=4096)
def meaning(section: Literal["headers", "stages", "sources"], text: str) -> str:
    """What a printed header or label means by a section of the data file, "" when that does not know it."""
    table: Mapping[str, str] = getattr(words(), section)
    name = unnumbered(text)
    return table.get(name) or table.get(_BRACKETS_AT_END.sub("", name), "")


def is_total(label: str) -> bool:
    """True for the first word of the row that closes the indicators: 总分, also 总分（100分）."""
    return _BRACKETS_AT_END.sub("", label) in words().totals


def is_subtotal(name: str) -> bool:
    """True for a row that adds up some indicators or all of them instead of being one."""
    name = _BRACKETS_AT_END.sub("", unnumbered(name))
    return name in words().subtotals or name in words().totals


def weight_in_brackets(text: str) -> tuple[int, int] | None:
    """Where the digits of a weight behind a name stand, as in 产出指标（50分）."""
    match = _WEIGHT.search(text)
    return match.span(1) if match else None


@lru_cache(maxsize=1024)
def unit_class(unit: str) -> str:
    """The kind of thing a unit counts or measures, "price" for 万元/家, that of 次 for 次/年, "" when unknown."""
    counted, slash, _ = plain(unit).partition("/")
    kind = words().unit_classes.get(counted, "")
    return "price" if slash and kind in ("money", "") else kind


def is_placeholder(text: str) -> bool:
    """True for a blank cell and for signs that stand for nothing, such as - and /."""
    return not text or text in words().placeholders


def unit_in_name(name: str) -> str:
    """The unit in brackets at the end of an indicator's name, as in 新建路灯（盏）."""
    match = _BRACKETS_AT_END.search(name)
    inner = match[0][1:-1].partition("/")[0] if match else ""
    return inner if inner in words().unit_classes else ""


@cache
def core_name(name: str) -> str:
    """A name without editing remains, unit in brackets, quoted qualifier before it and 数量, 人数 behind it."""
    core = _EDITING_REMAINS.sub("", name)
    core = _QUALIFIER.sub("", _BRACKETS_AT_END.sub("", core)).strip("。；，")
    for ending in words().endings:
        if core.endswith(ending) and len(core) > len(ending) + 1:
            return core[: -len(ending)]
    return core


def read_date(match: re.Match[str]) -> str:
    """The ISO form of a date found by :data:`DATE`, as far as it is printed."""
    parts = (match["year"], match["month"], match["day"])
    return "-".join(part.zfill(2) for part in parts if part)


@dataclass(frozen=True, slots=True)
class RangeText:
    """A value cell that prints a range such as 10-15次: where its two numbers stand, and their unit."""

    low: tuple[int, int]
    high: tuple[int, int]
    unit: str


def read_range(text: str) -> RangeText | None:
    """Take a range apart, None for anything else; dates and periods are no ranges of values."""
    match = _RANGE.match(text)
    if match is None or DATE.search(text):
        return None
    low, first, high, second = match.groups()
    unit = plain(second) or plain(first)
    if unit in _CALENDAR or (first and second and plain(first) != unit) or number(low) >= number(high):
        return None
    return RangeText(match.span(1), match.span(3), unit)


@lru_cache(maxsize=4096)
def read_value(text: str) -> ValueText:
    """Take a target, outcome or prior-year cell apart; positions are those in ``text`` as printed."""
    date = DATE.search(text)
    if date:
        operator, rest = plain(text[: date.start()]), plain(text[date.end() :])
        known = words().operators.get(operator, "" if not operator else None)
        suffix = words().suffixes.get(rest, "=" if not rest else None)
        if known is not None and suffix is not None:
            return ValueText(operator="<=" if suffix == "<=" else known, date=read_date(date))
    found = list(NUMERAL.finditer(text))
    if len(found) != 1:
        return ValueText()
    return _number(text, *found[0].span())


def _number(text: str, start: int, end: int) -> ValueText:
    before, behind = plain(text[:start]), plain(text[end:])
    negative = before[-1:] in ("-", "－") and before[:-1] in ("", *words().operators)
    before = before[:-1] if negative else before
    if before and before not in words().operators and before not in words().fillers:
        return ValueText()
    operator = words().operators.get(before, "")
    unit, tail = _unit(behind)
    if tail is None:
        return ValueText()
    return ValueText(operator or words().suffixes.get(tail, ""), start, end, unit, None, negative)


def _unit(behind: str) -> tuple[str, str | None]:
    """The unit at the start of a text and what follows it; None when that makes the number part of a phrase."""
    bare = behind.translate(_UNIT_BRACKETS) if behind[:1] == "（" else behind
    if not bare or bare in words().suffixes:
        return "", bare
    match = words().units.match(bare)
    if match is None:
        return (bare, "") if len(bare) <= _LONGEST_MEASURE_WORD else ("", None)
    unit, tail = match[0], bare[match.end() :]
    if tail.startswith("/"):
        return bare, ""
    if tail and tail not in words().suffixes and len(tail) > _LONGEST_MEASURE_WORD:
        return unit, None
    return unit, tail
