"""The settings of the rules of performance tables; ``relations/performance.toml`` explains each list and number."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from checks.model import Relation
from datasets.data_files.forms import Form, Positive, SomeWords, share_of_all
from datasets.performance.words import FundStage, Source, UnitClass


class FundsTotalRule(Relation, frozen=True, kw_only=True):
    """``partitions``: sources of funds that together make up the total."""

    partitions: tuple[tuple[Source, ...], ...]


class SharedSumRule(Relation, frozen=True, kw_only=True):
    """What holds in this share of at least so many tables is the custom of the document."""

    minimum_tables: Positive
    share: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        share_of_all("share", self.share)


class WeightsRule(SharedSumRule, frozen=True, kw_only=True):
    """What weights add up to by the rules (points), with the execution rate among them and without."""

    usual_with_execution: tuple[int, ...]
    usual_without_execution: tuple[int, ...]


class OutcomeWordsRule(Relation, frozen=True, kw_only=True):
    """Words of indicators and outcomes; ``habit`` and ``habit_reached`` are shares of all outcomes."""

    qualitative: SomeWords
    excused: SomeWords
    reached: SomeWords
    habit: Decimal
    habit_reached: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        share_of_all("habit", self.habit)
        share_of_all("habit_reached", self.habit_reached)


class UnitsRule(Relation, frozen=True, kw_only=True):
    """Classes of units that nobody mixes; ``habit`` is the share of differing units that makes one."""

    habit: Decimal
    distinct: tuple[UnitClass, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        share_of_all("habit", self.habit)


class LearnedRule(Relation, frozen=True, kw_only=True):
    """So many scores must fit, and this share of all."""

    minimum: Positive
    share: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        share_of_all("share", self.share)


class PieceEntry(Form, frozen=True, kw_only=True):
    """A piece of a scoring rule: from this rate of completion (1 = 100 %) the share is ``at`` + ``slope`` * rate."""

    from_: Decimal = msgspec.field(name="from")
    at: Decimal
    slope: Decimal


class ScoringEntry(Form, frozen=True, kw_only=True):
    """A candidate for the rule by which a document scores."""

    id: str
    title: str
    title_en: str
    source: str
    pieces: tuple[PieceEntry, ...]


class ScoringSettings(LearnedRule, frozen=True, kw_only=True):
    """The candidates, in the order they are tried."""

    rules: tuple[ScoringEntry, ...]


class TextIndicatorRule(Relation, frozen=True, kw_only=True):
    """Words between an indicator's name and its number in the text; ``shortest_name`` in characters."""

    shortest_name: Positive
    connectors: SomeWords
    floors_before: SomeWords
    floors_behind: SomeWords


class TextActionRule(Relation, frozen=True, kw_only=True):
    """Words of what is done with persons; ``reach`` in characters between the word and the number."""

    kind_of_unit: UnitClass
    reach: Positive
    general: SomeWords
    actions: SomeWords


class TextFundsRule(Relation, frozen=True, kw_only=True):
    """The stage of the funds by the words that name it in the text."""

    connectors: SomeWords
    phrases: dict[str, FundStage]


class TextListRule(Relation, frozen=True, kw_only=True):
    """``tail`` characters before each number must return in the outcome; ``sums`` are words of a total."""

    tail: Positive
    sums: SomeWords


class PowerOfTenRule(Relation, frozen=True, kw_only=True):
    """Classes of units whose numbers are compared, from so many significant digits on."""

    kinds_of_unit: tuple[UnitClass, ...]
    digits: Positive


class TextDateRule(Relation, frozen=True, kw_only=True):
    """Verbs that make a date one of completion, within ``reach`` characters; words before it that do not."""

    not_before: SomeWords
    verbs: SomeWords
    reach: Positive


class DigitsRule(Relation, frozen=True, kw_only=True):
    """``digits``: significant digits that make equal numbers no coincidence."""

    digits: Positive


class TotalGradeRule(Relation, frozen=True, kw_only=True):
    """The lowest total score (of 100) of each grade."""

    lowest: dict[str, int]


class GradeBand(Form, frozen=True, kw_only=True):
    """Opening words of an outcome and the shares of the weight (%) that go with them, ends included."""

    words: SomeWords
    from_: Decimal = msgspec.field(name="from")
    to: Decimal


class IndicatorGradeRule(Relation, frozen=True, kw_only=True):
    """The grades, longer wordings first."""

    grades: tuple[GradeBand, ...]


class NamedRatesRule(Relation, frozen=True, kw_only=True):
    """How names of indicators end that are rates, and words that make them something else."""

    names: SomeWords
    not_in: SomeWords


class MissingReasonRule(Relation, frozen=True, kw_only=True):
    """Reasons that say nothing."""

    nothing: SomeWords


class ReasonSignRule(Relation, frozen=True, kw_only=True):
    """Words of a reason that say that more, or less, was reached than planned."""

    more: SomeWords
    less: SomeWords
