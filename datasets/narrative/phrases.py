"""The phrase list of the narrative, compiled: change words, bases of comparison, stages, reasons, section headings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import msgspec

from datasets.data_files.forms import Form, Row, SomeWords, Word, WrongWordError, compiled, known, one_meaning
from datasets.data_files.loading import data_file
from datasets.model import Stage
from datasets.vocabulary.concepts import concepts, known_concepts, names, rows_of, same_measure
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import Dimension, units


@dataclass(frozen=True, slots=True)
class Base:
    """What a change is measured against, and the stage of that figure ("" = not said).

    ``base`` is "prior_year", "budget", or "year:2019" for a year further back.
    """

    base: str
    stage: str

    def period(self, period: str) -> str:
        """The year of the base in a document on the year ``period``."""
        if self.base.startswith("year:"):
            return self.base.removeprefix("year:")
        return str(int(period) - 1) if self.base == "prior_year" and period.isdigit() else period


@dataclass(frozen=True, slots=True)
class Joint:
    """A name for two subjects: how the list of concepts spells it, the names of each, and the other concept by one."""

    canonical: str
    each: tuple[str, ...]
    twins: dict[str, str]


@dataclass(frozen=True, slots=True)
class Companion:
    """What a number of another dimension right behind a concept reports (车辆2辆，价值46.63万元).

    ``words`` are those that may stand between the two.
    """

    concept: str
    words: re.Pattern[str]

    def fits(self, between: str) -> bool:
        """True when nothing else stands between concept and number."""
        return bool(self.words.fullmatch(between))


_TWO = 2
_FUND_BEHIND = re.compile(r"(?:一般公共预算|公共财政预算|政府性基金预算|国有资本经营预算)(?:为|是|：)?$")
_WHOLE = r"(?P<whole>[^，。；占]*?)(?:的?比重为?|的?比例为?|比为?|比达到?)?的?"
_BUDGET = r"(?P<of>[^，。；]*?预算数?)"


class BaseEntry(Form, frozen=True, kw_only=True):
    """``[[base]]``, see :class:`Base`."""

    words: SomeWords
    base: Literal["prior_year", "budget"]
    stage: Stage | Literal[""]

    def __post_init__(self) -> None:
        if self.base == "budget" and self.stage == "outturn":
            raise WrongWordError("stage", self.stage, "不是预算的阶段", "is no stage of a budget")


class StageEntry(Form, frozen=True, kw_only=True):
    """``[[stage]]``: words that name the stage of a level."""

    words: SomeWords
    stage: Stage


class JointEntry(Form, frozen=True, kw_only=True):
    """``[[joint]]``, see :class:`Joint`."""

    words: SomeWords
    canonical: Word
    each: SomeWords
    twins: Annotated[dict[str, str], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        known_concepts("twins", [*self.twins, *self.twins.values()])
        for concept, twin in self.twins.items():
            same_measure("twins", concept, twin)
        if len(self.each) < _TWO:
            raise WrongWordError("each", self.each[0], "只有一个名称", "is alone")
        known("canonical", [self.canonical], names(), what="概念的名称", what_en="name of a concept")
        known("each", self.each, names(), what="概念的名称", what_en="name of a concept")


class PhrasesFile(Form, frozen=True, kw_only=True):
    """``phrases.toml``."""

    increase: SomeWords
    decrease: SomeWords
    no_change_behind: Annotated[str, msgspec.Meta(pattern=r"\A[一-鿿]+\Z")]
    unchanged: SomeWords
    reason: SomeWords
    share: SomeWords
    deviation: SomeWords
    completion: SomeWords
    execution: SomeWords
    lone_items: Annotated[dict[Word, str], msgspec.Meta(min_length=1)]
    greater: SomeWords
    less: SomeWords
    equal: SomeWords
    counted: Annotated[dict[Word, str], msgspec.Meta(min_length=1)]
    base: Annotated[tuple[BaseEntry, ...], msgspec.Meta(min_length=1)]
    stage: Annotated[tuple[StageEntry, ...], msgspec.Meta(min_length=1)]
    joint: Annotated[tuple[JointEntry, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        known_concepts("lone_items", self.lone_items.values())
        directions = {setting: getattr(self, setting) for setting in ("increase", "decrease", "unchanged")}
        one_meaning("", directions, plain)
        one_meaning("", {setting: getattr(self, setting) for setting in ("greater", "less", "equal")}, plain)
        one_meaning("base", {f"[[base]] {number}": e.words for number, e in enumerate(self.base, 1)}, plain)
        one_meaning("stage", {f"[[stage]] {number}": e.words for number, e in enumerate(self.stage, 1)}, plain)
        one_meaning("joint", {f"[[joint]] {number}": e.words for number, e in enumerate(self.joint, 1)}, plain)
        known(
            "counted",
            self.counted.values(),
            units(),
            what="单位（datasets/data/units.csv）",
            what_en="unit of units.csv",
        )
        for noun, unit in self.counted.items():
            if not units()[unit].exact:
                raise WrongWordError("counted", unit, "不是数数的单位", "is no unit that counts", at=(noun,))
        kinds = {setting: getattr(self, setting) for setting in ("share", "deviation", "completion", "execution")}
        one_meaning("", kinds, plain)


class CompanionRow(Row, frozen=True, kw_only=True):
    """A row of ``companions.csv``, see :class:`Companion`."""

    KEY = ("concept", "dimension")

    concept: str
    dimension: Dimension
    companion: str
    words: Word

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept])
        known_concepts("companion", [self.companion])
        compiled("words", self.words)
        compiled("words", _behind(self.words))
        wanted = concepts()[self.companion].dimension
        if self.companion == self.concept or wanted not in (self.dimension, "count", "any"):
            said, said_en = f"报告的是 {wanted}，不是 {self.dimension}", f"measures {wanted}, not {self.dimension}"
            raise WrongWordError("companion", self.companion, said, said_en)


class ContextRow(Row, frozen=True, kw_only=True):
    """A row of ``contexts.csv``: behind these words a concept means another one; "" is none that is known."""

    KEY = ("words", "concept")

    words: Word
    concept: str
    concept_in_context: str

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept])
        known_concepts("concept_in_context", [self.concept_in_context] if self.concept_in_context else [])
        same_measure("concept_in_context", self.concept, self.concept_in_context)


@cache
def _data() -> PhrasesFile:
    return data_file("datasets", "data", "phrases.toml").record(PhrasesFile)


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def change_pattern() -> re.Pattern[str]:
    """A change word at the end of the words before a number; group ``up`` or ``down`` is set."""
    up, down = _either(_data().increase), _either(_data().decrease)
    return re.compile(
        rf"(?<![{_data().no_change_behind}])(?:(?P<up>{up})|(?P<down>{down}))(?:率|幅度)?(?:了|为|是|约|近|达到?|：)*$"
    )


@cache
def reason_pattern() -> re.Pattern[str]:
    """The words that open a reason."""
    return re.compile(_either(_data().reason))


@cache
def unchanged_pattern() -> re.Pattern[str]:
    """The words that say that nothing changed; 基本持平 says less."""
    return re.compile(rf"(?<!基本)(?<!大致)(?<!大体)(?<!总体)(?:{_either(_data().unchanged)})")


@cache
def _joints() -> dict[str, Joint]:
    return {
        word: Joint(entry.canonical, tuple(entry.each), dict(entry.twins))
        for entry in _data().joint
        for word in (*entry.words, entry.canonical)
    }


@cache
def joint_pattern() -> re.Pattern[str]:
    """A name that stands for two subjects at once: 收、支总计."""
    return re.compile(_either(list(_joints())))


def joint_names(words: str) -> Joint:
    """The subjects of a name that :func:`joint_pattern` found."""
    return _joints()[words]


@cache
def comparison_pattern() -> re.Pattern[str]:
    """“决算数小于（年初）预算数”: group ``words`` says which is larger."""
    words = _either([*_data().greater, *_data().less, *_data().equal])
    return re.compile(rf"决算数?[ \u3000]*(?P<words>{words})[ \u3000]*(?:年初|全年|调整后?)?预算")


def comparison_sign(words: str) -> int:
    """1 where the outturn is said to be larger than the budget, -1 smaller, 0 equal."""
    return 1 if words in _data().greater else -1 if words in _data().less else 0


@cache
def percent_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What a percentage is, by the words before it, tried in this order."""
    data = _data()
    return (
        ("deviation", re.compile(rf"(?:{_either(data.deviation)})(?:为|是)?$")),
        ("execution", re.compile(rf"(?:{_either(data.execution)})(?:为|是|达到?)?$")),
        ("share", re.compile(rf"(?:{_either(data.share)}){_WHOLE}$")),
        ("completion", re.compile(rf"(?:{_either(data.completion)})(?P<base>[^，。；]*?)的?$|为{_BUDGET}的$")),
    )


@cache
def lone_items() -> re.Pattern[str]:
    """Short names of costs that report a concept only where nothing stands before them."""
    return re.compile(_either(_data().lone_items))


def lone_item(name: str) -> str:
    """The concept of a name that :func:`lone_items` found."""
    return _data().lone_items[name]


@cache
def counted_noun() -> re.Pattern[str]:
    """A noun right before a number that says what is counted; group ``noun``."""
    return re.compile(rf"(?P<noun>{_either(list(_data().counted))})(?:共|为|是|：|:)?[ \u3000]*$")


def counted_unit(noun: str) -> str:
    """The unit of a number behind a noun that :func:`counted_noun` found."""
    return _data().counted[noun]


@cache
def _bases() -> dict[str, Base]:
    return {word: Base(entry.base, entry.stage) for entry in _data().base for word in entry.words}


@cache
def base_pattern() -> re.Pattern[str]:
    """比上年预算, 与年初预算相比, 较2023年度决算数, 同比: group ``words``, or ``year`` and ``stage``, or neither."""
    stage = "预算执行数|(?:年初|全年|调整)?预算数?|决算数?|执行数"
    what = r"(?:财政拨款)?(?:(?:收入|支出|收支)(?=决算|预算|执行))?"
    year = rf"(?P<year>(?:19|20)\d\d)年度?(?!上年|去年)(?:当年)?{what}(?P<stage>{stage})?"
    own = r"(?:本单位|我单位|本部门|我部门)?(?:\d{4}年)?"
    return re.compile(rf"(?:比|较|与|同|和|对比)(?:{year}|{own}(?P<words>{_either(list(_bases()))}))|同比")


def last_base(words: str) -> re.Match[str] | None:
    """The last base of comparison that the words name."""
    last = None
    for last in base_pattern().finditer(words):  # noqa: B007 - the last one counts
        pass
    return last


def base_of(match: re.Match[str], period: str) -> Base:
    """The base that :func:`base_pattern` found in a document on the year ``period``."""
    if match["words"]:
        return _bases()[match["words"]]
    year, stage = match["year"], _stages().get(match["stage"] or "", "")
    if not year or int(year) == int(period) - 1:
        return Base("prior_year", "original_budget" if stage == "budget" else stage)
    return Base("budget" if year == period and "budget" in stage else f"year:{year}", stage)


@cache
def _stages() -> dict[str, str]:
    return {word: entry.stage for entry in _data().stage for word in entry.words}


@cache
def stage_pattern() -> re.Pattern[str]:
    """The words that name the stage of the level behind them; group ``words``."""
    return re.compile(rf"(?P<words>{_either(list(_stages()))})(?:为|是|：)?$")


def stage_behind(words: str) -> re.Match[str] | None:
    """The stage right before a number; the 预算 of 一般公共预算 is the name of a fund and none."""
    found = stage_pattern().search(words)
    return None if found is not None and _FUND_BEHIND.search(words) else found


def stage_of(match: re.Match[str]) -> str:
    """The stage that :func:`stage_pattern` found; "budget" where it is not said which."""
    return _stages()[match["words"]]


@cache
def completed_pattern() -> re.Pattern[str]:
    """完成年初预算 right before an amount: the amount is the budget that a percentage behind it refers to."""
    return re.compile(rf"(?:{_either(_data().completion)})了?(?P<words>{_either([*_stages(), '预算'])})$")


def completed_stage(match: re.Match[str]) -> str:
    """The stage that :func:`completed_pattern` found."""
    return _stages().get(match["words"], "budget")


def _behind(words: str) -> str:
    """The pattern of what may stand between a concept and the number of its companion."""
    return rf"[，、；：]?(?:其中：?)?(?:{words})(?:为|是|共|约)?"


@cache
def companions() -> dict[tuple[str, str], Companion]:
    """Companions by concept and dimension of the number."""
    return {
        (row.concept, row.dimension): Companion(row.companion, re.compile(_behind(row.words)))
        for row in rows_of("companions.csv", CompanionRow)
    }


@cache
def contexts() -> tuple[tuple[str, str, str], ...]:
    """Words earlier in the sentence that turn a concept into another (安排购置 … 大型设备 is a plan, no stock)."""
    return tuple((row.words, row.concept, row.concept_in_context) for row in rows_of("contexts.csv", ContextRow))
