"""What the suites expect, read from ``suites/expectations.toml`` into records; no Great Expectations, no pandas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal, get_args

import msgspec

from datasets.data_files.forms import (
    FiscalYear,
    Form,
    Positive,
    SomeWords,
    Text,
    Word,
    WrongWordError,
    compiled,
    complete,
    first_doubled,
    known,
    share_of_all,
)
from datasets.data_files.loading import data_file
from datasets.model import Kind, Scope
from datasets.vocabulary.concepts import concepts, known_concepts
from datasets.vocabulary.units import Dimension, units

SEVERITIES = ("critical", "warning", "info")
LANGUAGES = ("zh", "en")
#: The library's pages do not show how bad a failure is, so each sentence begins with it.
SEVERITY_WORDS = {
    "zh": {"critical": "【必须】", "warning": "【应当】", "info": "【提示】"},
    "en": {"critical": "[critical] ", "warning": "[warning] ", "info": "[info] "},
}
QUANTUM = "_quantum"


_UNITS, _SUM, _PAIR = "units:", "sum:", "pair:"
#: The expectations that are used: those of the library and of great_expectations/plugins.
ExpectationType = Literal[
    "expect_column_values_to_be_in_set", "expect_column_values_to_be_null", "expect_column_values_to_be_unique",
    "expect_column_values_to_match_regex", "expect_column_values_to_not_be_null",
    "expect_column_values_to_not_match_regex", "expect_printed_sum_to_match", "expect_printed_value_not_above",
    "expect_printings_to_agree", "expect_table_row_count_to_be_between",
]  # fmt: skip
#: Frames that suites run on, and the columns of frames that are named here and are no concepts.
Frame = Literal[
    "cross_document_links", "documents", "figures", "findings", "performance", "staff_and_assets",
    "three_public_expenses", "verdicts",
]  # fmt: skip
Column = Literal[
    "accounted", "amount", "broken_gap", "ceiling", "complete", "count", "document", "document_id", "error",
    "expected", "explained_gap", "figure_id", "figure_ids", "finding_id", "fiscal_year", "gap", "held_by_rule",
    "identified", "missing_concepts", "money_quantum", "mostly_read", "moved", "number", "outcome", "outturn",
    "path", "place", "place_key", "printed", "project_full_year", "project_outturn", "readable", "repeated",
    "repeated_other", "role", "same_fact", "same_fact_other", "score", "severity", "share", "slack",
    "slack_of_broken", "standing", "standing_later", "standing_later_other", "standing_other", "stated",
    "stated_change", "sum_of_scores", "sum_of_weights", "unit_of_area", "unit_of_money", "unit_of_persons",
    "unit_of_vehicles", "unusual_concepts", "value_of_houses", "value_of_vehicles", "verdict", "verdict_id",
    "verdict_key", "warning", "weight",
]  # fmt: skip
#: The frames that are made of concepts, see :class:`WideFrame`.
_WIDE = ("staff_and_assets", "three_public_expenses")
#: The words of columns with a closed set.
ColumnWord = Literal["齐全", "exact", "within_rounding", "verified"]


def _known_columns(setting: str, columns: Iterable[str]) -> None:
    known(setting, columns, {*get_args(Column), *concepts()}, what="列（checks/suites/frames.py）", what_en="column")


class Arguments(Form, frozen=True, kw_only=True):
    """The arguments of an expectation; lists of columns are "sum:" or "pair:" and names, values also "units:money"."""

    column: str = ""
    column_list: str = ""
    value_set: tuple[ColumnWord, ...] | str = ()
    regex: str = ""
    mostly: Decimal | None = None
    min_value: Positive | None = None

    def __post_init__(self) -> None:
        _known_columns("column", [self.column] if self.column else [])
        if self.column_list and not self.column_list.startswith((_SUM, _PAIR)):
            raise WrongWordError(
                "column_list", self.column_list, "应以 sum: 或 pair: 开头", "should begin with sum: or pair:"
            )
        _known_columns("column_list", self.columns)
        if isinstance(self.value_set, str):
            words = [f"{_UNITS}{dimension}" for dimension in get_args(Dimension)]
            known("value_set", [self.value_set], words, what="单位集", what_en="set of units")
        compiled("regex", self.regex)
        if self.mostly is not None:
            share_of_all("mostly", self.mostly)

    @property
    def columns(self) -> list[str]:
        """The columns of ``column_list``."""
        return self.column_list.partition(":")[2].split(",") if self.column_list else []


#: The expectation that takes a list to be added up.
_SUMS = "expect_printed_sum_to_match"
#: The arguments that each expectation needs, and those that it may have.
_ARGUMENTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "expect_column_values_to_be_in_set": (frozenset({"column", "value_set"}), frozenset({"mostly"})),
    "expect_column_values_to_be_null": (frozenset({"column"}), frozenset({"mostly"})),
    "expect_column_values_to_be_unique": (frozenset({"column"}), frozenset({"mostly"})),
    "expect_column_values_to_match_regex": (frozenset({"column", "regex"}), frozenset({"mostly"})),
    "expect_column_values_to_not_be_null": (frozenset({"column"}), frozenset({"mostly"})),
    "expect_column_values_to_not_match_regex": (frozenset({"column", "regex"}), frozenset({"mostly"})),
    "expect_printed_sum_to_match": (frozenset({"column_list"}), frozenset()),
    "expect_printed_value_not_above": (frozenset({"column_list"}), frozenset()),
    "expect_printings_to_agree": (frozenset({"column_list"}), frozenset()),
    "expect_table_row_count_to_be_between": (frozenset({"min_value"}), frozenset()),
}


class ExpectationEntry(Form, frozen=True, kw_only=True):
    """``[[suite.expectation]]`` or an entry of a template."""

    type: ExpectationType
    arguments: Arguments
    severity: Literal["critical", "warning", "info"]
    text: Text
    text_en: Text

    def __post_init__(self) -> None:
        needed, allowed = _ARGUMENTS[self.type]
        given = {key for key in Arguments.__struct_fields__ if getattr(self.arguments, key) not in ("", (), None)}
        pairs = self.arguments.column_list.startswith(_PAIR)
        if self.arguments.column_list and pairs == (self.type == _SUMS):
            raise WrongWordError(
                "arguments", self.arguments.column_list, f"{_SUM} 只用于 {_SUMS}", f"is no list for {self.type}"
            )
        complete("arguments", given, sorted(needed))
        known(
            "arguments",
            sorted(given),
            needed | allowed,
            what=f" {self.type} 的参数",
            what_en=f"argument of {self.type}",
        )


class SuiteEntry(Form, frozen=True, kw_only=True):
    """``[[suite]]``, see :class:`SuiteDefinition`."""

    name: Word
    title: Word
    title_en: Word
    frame: Frame
    index: SomeWords
    expectation: tuple[ExpectationEntry, ...] = ()
    templates: tuple[str, ...] = ()
    kind: Kind | None = None
    years: tuple[FiscalYear, ...] = ()

    def __post_init__(self) -> None:
        _known_columns("index", self.index)
        for setting in ("name", "title", "title_en"):
            if ("{year}" in getattr(self, setting)) != (self.kind is not None):
                raise WrongWordError(
                    setting,
                    getattr(self, setting),
                    "{year} 要和 kind 一起用",
                    "goes with kind if it holds {year}",
                )
        if bool(self.years) and self.kind is None:
            raise WrongWordError("years", str(self.years[0]), "要和 kind 一起用", "goes with kind")
        if not self.expectation and not self.templates:
            raise WrongWordError("templates", "", "没有任何期望", "has no expectation")


class FrameEntry(Form, frozen=True, kw_only=True):
    """``[frame.NAME]``, see :class:`WideFrame`."""

    groups: Annotated[tuple[Annotated[tuple[str, ...], msgspec.Meta(min_length=1)], ...], msgspec.Meta(min_length=1)]
    ignore_axes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known_concepts("groups", (concept for group in self.groups for concept in group))
        known("ignore_axes", self.ignore_axes, Scope.__dataclass_fields__, what="口径轴", what_en="axis of scope")


class ConceptList(Form, frozen=True, kw_only=True):
    """A list of concepts."""

    concepts: SomeWords

    def __post_init__(self) -> None:
        known_concepts("concepts", self.concepts)


class WantedConcepts(Form, frozen=True, kw_only=True):
    """``[usual]``: what documents of each kind state, alternatives joined by "|"."""

    budget: SomeWords
    final_accounts: SomeWords

    def __post_init__(self) -> None:
        for setting, wanted in (("budget", self.budget), ("final_accounts", self.final_accounts)):
            known_concepts(setting, (name for alternatives in wanted for name in alternatives.split("|")))


class RequiredConcepts(WantedConcepts, frozen=True, kw_only=True):
    """``[required]``: asked of documents that print at least ``fewest_tables`` tables."""

    fewest_tables: Positive


class Links(Form, frozen=True, kw_only=True):
    """``[links]``: concepts that stand, counts of persons, and ceilings."""

    standing: SomeWords
    headcount: SomeWords
    ceilings: SomeWords

    def __post_init__(self) -> None:
        known_concepts("standing", self.standing)
        known_concepts("headcount", self.headcount)
        known_concepts("ceilings", self.ceilings)


class ExpectationsFile(Form, frozen=True, kw_only=True):
    """``expectations.toml``."""

    frame: dict[Frame, FrameEntry]
    sums: Annotated[tuple[ConceptList, ...], msgspec.Meta(min_length=1)]
    repeated: ConceptList
    required: RequiredConcepts
    usual: WantedConcepts
    links: Links
    template: dict[str, Annotated[tuple[ExpectationEntry, ...], msgspec.Meta(min_length=1)]]
    suite: Annotated[tuple[SuiteEntry, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        complete("frame", self.frame, _WIDE)
        first_doubled("suite", self.suite, "name")
        names = (name for suite in self.suite for name in suite.templates)
        known("suite", names, self.template, what=" [[template.…]]", what_en="template")
        used = {name for suite in self.suite for name in suite.templates}
        known("template", self.template, used, what="有文件用到的 templates", what_en="template that a suite takes in")


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation: its Great Expectations type and arguments, how bad a failure is, and what it says."""

    type: str
    arguments: Mapping[str, object]
    severity: str
    text: str
    text_en: str

    def words(self, lang: str) -> str:
        """The sentence in ``zh`` or ``en``, its severity first."""
        return SEVERITY_WORDS[lang][self.severity] + (self.text_en if lang == "en" else self.text)


@dataclass(frozen=True, slots=True)
class SuiteDefinition:
    """A suite: the frame it runs on, the columns that identify a failing row, and what it expects.

    ``kind`` is set for suites of one kind of document and fiscal year; their ``name`` holds ``{year}`` and ``years``
    are those that ship in the committed context.
    """

    name: str
    title: str
    title_en: str
    frame: str
    index: tuple[str, ...]
    expected: tuple[Expected, ...]
    kind: Kind | None = None
    years: tuple[int, ...] = ()

    def named(self, year: int) -> str:
        """The name of the suite for a fiscal year."""
        return self.name.format(year=year)

    def words(self, lang: str, year: int) -> str:
        """What a reader calls the suite, in ``zh`` or ``en``."""
        return (self.title_en if lang == "en" else self.title).format(year=year)


@dataclass(frozen=True, slots=True)
class WideFrame:
    """A frame with one column per concept and a row per group of concepts that stand together.

    Figures need not agree on the ignored axes of scope to share a row.
    """

    name: str
    groups: Annotated[tuple[Annotated[tuple[str, ...], msgspec.Meta(min_length=1)], ...], msgspec.Meta(min_length=1)]
    ignored_axes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything ``expectations.toml`` says; a sum lists its total first.

    ``required`` and ``usual`` are by kind of document, each a tuple of alternatives; they are asked of a document that
    prints at least ``fewest_tables`` tables.
    """

    suites: tuple[SuiteDefinition, ...]
    wide: tuple[WideFrame, ...]
    sums: tuple[tuple[str, ...], ...]
    repeated: frozenset[str]
    required: Mapping[str, tuple[tuple[str, ...], ...]]
    usual: Mapping[str, tuple[tuple[str, ...], ...]]
    fewest_tables: int
    standing: frozenset[str]
    headcount: frozenset[str]
    ceilings: frozenset[str]


def _with_quanta(names: Sequence[str]) -> list[str]:
    return [name + quantum for name in names for quantum in ("", QUANTUM)]


def _spelled(arguments: Arguments) -> dict[str, object]:
    """The arguments as Great Expectations takes them: columns with their quanta, units by name, shares as floats."""
    spelled: dict[str, object] = {}
    if arguments.column:
        spelled["column"] = arguments.column
    if arguments.column_list:
        spelled["column_list"] = _with_quanta(arguments.columns)
    if isinstance(arguments.value_set, str):
        dimension = arguments.value_set.removeprefix(_UNITS)
        spelled["value_set"] = [unit.name for unit in units().values() if unit.dimension == dimension]
    elif arguments.value_set:
        spelled["value_set"] = list(arguments.value_set)
    if arguments.regex:
        spelled["regex"] = arguments.regex
    if arguments.mostly is not None:
        spelled["mostly"] = float(arguments.mostly)
    if arguments.min_value is not None:
        spelled["min_value"] = arguments.min_value
    return spelled


def _expected(entry: ExpectationEntry) -> Expected:
    return Expected(entry.type, _spelled(entry.arguments), entry.severity, entry.text, entry.text_en)


def _suite(entry: SuiteEntry, templates: Mapping[str, Sequence[ExpectationEntry]]) -> SuiteDefinition:
    shared = [expected for name in entry.templates for expected in templates[name]]
    return SuiteDefinition(
        name=entry.name,
        title=entry.title,
        title_en=entry.title_en,
        frame=entry.frame,
        index=entry.index,
        expected=tuple(_expected(expected) for expected in (*entry.expectation, *shared)),
        kind=entry.kind,
        years=entry.years,
    )


def _alternatives(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.split("|")) for name in names)


@cache
def definitions() -> Definitions:
    """The definitions of the project.

    Raises:
        DataFileError: a key, column, concept or expectation is unknown or missing.
    """
    file = data_file("checks", "suites", "expectations.toml").record(ExpectationsFile)
    return Definitions(
        suites=tuple(_suite(entry, file.template) for entry in file.suite),
        wide=tuple(WideFrame(name, entry.groups, entry.ignore_axes) for name, entry in file.frame.items()),
        sums=tuple(entry.concepts for entry in file.sums),
        repeated=frozenset(file.repeated.concepts),
        required=_by_kind(file.required),
        usual=_by_kind(file.usual),
        fewest_tables=file.required.fewest_tables,
        standing=frozenset(file.links.standing),
        headcount=frozenset(file.links.headcount),
        ceilings=frozenset(file.links.ceilings),
    )


def _by_kind(wanted: WantedConcepts) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {Kind.BUDGET: _alternatives(wanted.budget), Kind.FINAL_ACCOUNTS: _alternatives(wanted.final_accounts)}


def title_of(name: str, lang: str) -> str:
    """What a reader calls the suite of a name; a name that no definition has is its own title."""
    position, year = place_of_suite(name)
    return definitions().suites[position].words(lang, year) if position < len(definitions().suites) else name


def place_of_suite(name: str) -> tuple[int, int]:
    """Where a suite stands among the definitions, and its fiscal year (0 for none): the order to list suites in."""
    suites = definitions().suites
    for position, definition in enumerate(suites):
        year = re.fullmatch(re.escape(definition.name).replace(r"\{year\}", r"(\d{4})"), name)
        if year is not None:
            return position, int(year[1]) if definition.kind else 0
    return len(suites), 0
