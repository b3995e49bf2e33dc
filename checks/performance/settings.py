"""The settings of the rules of performance tables; ``relations/performance.toml`` explains each list and number."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated

import msgspec

from checks.model import Relation
from datasets.data_files.forms import (
    Form,
    Positive,
    Slug,
    SomeSigns,
    SomeWords,
    Word,
    WrongWordError,
    first_doubled,
    number_within,
    one_meaning,
    share_of_all,
)
from datasets.performance.words import FundStage, Source, UnitClass
from datasets.vocabulary.plain import plain

#: Marks of a perfect score, and the most that a rate of completion or a share of a weight can be.
_FULL_MARKS, _MOST_COMPLETION = 100, 100
_Points = Annotated[tuple[Positive, ...], msgspec.Meta(min_length=1)]


class FundsTotalRule(Relation, frozen=True, kw_only=True):
    """``partitions``: sources of funds that together make up the total."""

    partitions: Annotated[
        tuple[Annotated[tuple[Source, ...], msgspec.Meta(min_length=2)], ...], msgspec.Meta(min_length=1)
    ]


class SharedSumRule(Relation, frozen=True, kw_only=True):
    """What holds in this share of at least so many tables is the custom of the document."""

    minimum_tables: Positive
    share: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        share_of_all("share", self.share)


class WeightsRule(SharedSumRule, frozen=True, kw_only=True):
    """What weights add up to by the rules (points), with the execution rate among them and without."""

    usual_with_execution: _Points
    usual_without_execution: _Points


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
    distinct: Annotated[tuple[UnitClass, ...], msgspec.Meta(min_length=2)]

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

    def __post_init__(self) -> None:
        number_within("from", self.from_, 0, _MOST_COMPLETION)
        number_within("at", self.at, -_MOST_COMPLETION, _MOST_COMPLETION)
        number_within("slope", self.slope, -_MOST_COMPLETION, _MOST_COMPLETION)


class ScoringEntry(Form, frozen=True, kw_only=True):
    """A candidate for the rule by which a document scores."""

    id: Slug
    title: Word
    title_en: Word
    source: Word
    pieces: Annotated[tuple[PieceEntry, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        for number, (before, piece) in enumerate(pairwise(self.pieces), 1):
            if piece.from_ <= before.from_:
                said, said_en = f"不大于前一段的 {before.from_}", f"is no more than the {before.from_} above it"
                raise WrongWordError("pieces", str(piece.from_), said, said_en, at=(number, "from"))


class ScoringSettings(LearnedRule, frozen=True, kw_only=True):
    """The candidates, in the order they are tried."""

    rules: Annotated[tuple[ScoringEntry, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        first_doubled("rules", self.rules, "id")


class TextIndicatorRule(Relation, frozen=True, kw_only=True):
    """Words between an indicator's name and its number in the text; ``shortest_name`` in characters."""

    shortest_name: Positive
    connectors: SomeSigns
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

    connectors: SomeSigns
    phrases: Annotated[dict[Word, FundStage], msgspec.Meta(min_length=1)]


class TextListRule(Relation, frozen=True, kw_only=True):
    """``tail`` characters before each number must return in the outcome; ``sums`` are words of a total."""

    tail: Positive
    sums: SomeWords


class PowerOfTenRule(Relation, frozen=True, kw_only=True):
    """Classes of units whose numbers are compared, from so many significant digits on."""

    kinds_of_unit: Annotated[tuple[UnitClass, ...], msgspec.Meta(min_length=1)]
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

    lowest: Annotated[dict[Word, Annotated[int, msgspec.Meta(ge=0, le=_FULL_MARKS)]], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        for (name, lowest), (below, lower) in pairwise(self.lowest.items()):
            if lower > lowest:
                said, said_en = f"高于前面 {name} 的 {lowest}", f"is above the {lowest} of {name} before it"
                raise WrongWordError("lowest", f"{below} = {lower}", said, said_en)


class GradeBand(Form, frozen=True, kw_only=True):
    """Opening words of an outcome and the shares of the weight (%) that go with them, ends included."""

    words: SomeWords
    from_: Decimal = msgspec.field(name="from")
    to: Decimal

    def __post_init__(self) -> None:
        number_within("to", self.to, 0, _FULL_MARKS)
        number_within("from", self.from_, 0, _FULL_MARKS)
        if self.from_ > self.to:
            raise WrongWordError("to", str(self.to), f"小于 from 的 {self.from_}", f"is below the {self.from_} of from")


class IndicatorGradeRule(Relation, frozen=True, kw_only=True):
    """The grades, longer wordings first."""

    grades: Annotated[tuple[GradeBand, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        for number, band in enumerate(self.grades):
            for word in band.words:
                before = next((w for above in self.grades[:number] for w in above.words if word.startswith(w)), None)
                if before is not None:
                    said, said_en = (
                        f"轮不到它：前面的 {before} 已经符合",
                        f"is never reached, for {before} above it fits",
                    )
                    raise WrongWordError("grades", word, said, said_en)


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

    def __post_init__(self) -> None:
        super().__post_init__()
        one_meaning("", {"more": self.more, "less": self.less}, plain)
