"""Scoring rules: candidates are data, a document's own rule is learned from its scores, deviations are reported."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from checks.model import Instance, Relation, Severity
from checks.performance.settings import LearnedRule, ScoringSettings
from checks.performance.shared import (
    LEARNED,
    PERCENT,
    cell_words,
    interval,
    is_inverse,
    numbers,
    plain_number,
    terms,
    value_of,
    where,
)
from datasets.model import Figure
from datasets.performance.model import Indicator, PerformanceTable
from datasets.vocabulary.numerals import decimals_of
from datasets.vocabulary.units import ZERO, Interval

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Piece:
    """From a completion rate on, the share of the weight is ``at`` + ``slope`` * rate."""

    start: Decimal
    at: Decimal
    slope: Decimal


@dataclass(frozen=True, slots=True)
class ScoringRule:
    """The share of the weight that a completion rate (1 = 100 %) earns, piecewise linear, 0 below the first piece."""

    id: str
    title: str
    title_en: str
    pieces: tuple[Piece, ...]

    def share(self, rate: Decimal) -> Decimal:
        """Share of the weight at an exact rate."""
        share = ZERO
        for piece in self.pieces:
            if rate >= piece.start:
                share = piece.at + piece.slope * rate
        return share

    def shares(self, rates: Interval) -> Interval:
        """All shares that the rates of an interval can earn: at its ends, at every bend in it, on both sides of it."""
        reached = [self.share(rates.low), self.share(rates.high)]
        previous: Piece | None = None
        for piece in self.pieces:
            if rates.low <= piece.start <= rates.high:
                reached.append(piece.at + piece.slope * piece.start)
                # Coming from below counts only where the interval reaches below.
                if rates.low < piece.start:
                    reached.append(previous.at + previous.slope * piece.start if previous else ZERO)
            previous = piece
        return Interval(min(reached), max(reached))


@dataclass(frozen=True, slots=True)
class Scored:
    """An indicator with weight, completion rate as an interval (1 = 100 %), and score."""

    table: PerformanceTable
    indicator: Indicator
    rates: Interval
    weight: Figure
    score: Figure
    rate: Figure | None

    @property
    def trivial(self) -> bool:
        """True at 100 %, where every rule gives the full weight."""
        return self.rates.low <= ONE <= self.rates.high

    @property
    def over(self) -> bool:
        """True above 100 %."""
        return self.rates.low > ONE

    def fits(self, rule: ScoringRule) -> bool:
        """True when the printed score is one that the rule can give."""
        expected = rule.shares(self.rates).scaled(value_of(self.weight))
        return expected.meets(self.printed_score)

    @property
    def printed_score(self) -> Interval:
        """Printed decimals decide how finely the score was rounded; a score without any stands for a whole one."""
        decimals = decimals_of(self.score.printed)
        quantum = ONE.scaleb(-decimals) if decimals else self.score.quantum
        return Interval.printed(value_of(self.score), quantum)


def scoring_rules(relation: Relation) -> tuple[ScoringRule, ...]:
    """The candidate rules of the settings."""
    return tuple(
        ScoringRule(
            entry.id,
            entry.title,
            entry.title_en,
            tuple(Piece(piece.from_, piece.at, piece.slope) for piece in entry.pieces),
        )
        for entry in ScoringSettings.of(relation).rules
    )


def scored(table: PerformanceTable, indicator: Indicator) -> Scored | None:
    """The indicator when its rate is known: as printed, else outcome over target where more is better."""
    weight, score, completion = indicator.weight, indicator.score, indicator.completion
    if weight is None or score is None or not weight.value:
        return None
    if completion is not None:
        if completion.unit != "%":
            return None
        return Scored(table, indicator, interval(completion).scaled(PERCENT), weight, score, completion)
    pair = numbers(indicator)
    if pair is None or is_inverse(indicator) or pair[0] <= 0:
        return None
    rate = pair[1] / pair[0]
    return Scored(table, indicator, Interval(rate, rate), weight, score, None)


class Practice:
    """Which candidate rules the scores of one label follow; one score is left out when it is itself on trial."""

    def __init__(self, group: Sequence[Scored], rules: Sequence[ScoringRule], relation: Relation) -> None:
        self.rules = rules
        self.minimum, self.share = LearnedRule.of(relation).minimum, LearnedRule.of(relation).share
        # Most scores are the full weight at 100 %: judged once for all of them.
        known: dict[tuple[Interval, Decimal, Interval], set[str]] = {}
        self.fitting: dict[int, set[str]] = {}
        for one in group:
            key = (one.rates, value_of(one.weight), one.printed_score)
            if key not in known:
                known[key] = {rule.id for rule in rules if one.fits(rule)}
            self.fitting[id(one)] = known[key]
        telling = [one for one in group if not one.trivial]
        self.telling = len(telling)
        self.counts = Counter(rule for one in telling for rule in self.fitting[id(one)])

    def adopted(self, without: Scored | None = None) -> list[ScoringRule]:
        """The rules that enough scores at other rates than 100 % follow, all but those of one score."""
        left_out = without is not None and id(without) in self.fitting and not without.trivial
        own = self.fitting[id(without)] if left_out else set()
        telling = self.telling - left_out
        return [
            rule
            for rule in self.rules
            if (count := self.counts[rule.id] - (rule.id in own)) >= self.minimum and count >= self.share * telling
        ]


def score_rules(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K6: each score against the rule that the other scores of its label follow (leave one out)."""
    rules = scoring_rules(relation)
    groups: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for one in _all_scored(tables):
        groups[one.table.kind, one.indicator.scoring].append(one)
    for group in groups.values():
        # Scores above 100 % tell nothing of how a target that was missed is scored, and the reverse.
        below = Practice([one for one in group if not one.over], rules, relation)
        above = Practice([one for one in group if one.over or one.trivial], rules, relation)
        for one in group:
            practice = above if one.over else below
            known = practice.adopted(without=one) or (above.adopted() if one.trivial else [])
            if known:
                yield _against_rule(one, known, practice.fitting[id(one)], relation)


def _all_scored(tables: Sequence[PerformanceTable]) -> Iterator[Scored]:
    for table in tables:
        for indicator in table.indicators:
            one = scored(table, indicator)
            if one is not None:
                yield one


def _of_score(one: Scored, relation: Relation) -> Instance:
    """The frame of what is said of a score: it rests on rate and weight, and on what the document itself does."""
    return Instance(
        relation,
        "logic",
        terms([one.score]),
        terms([one.rate, one.weight]),
        unit="分",
        where=where(one.table, one.indicator),
        assumptions=(LEARNED,),
    )


def _against_rule(one: Scored, known: Sequence[ScoringRule], fitting: set[str], relation: Relation) -> Instance:
    rule = next((rule for rule in known if rule.id in fitting), known[0])
    middle = (one.rates.low + one.rates.high) / 2
    full = rule.share(middle) * value_of(one.weight)
    expected = plain_number(full.quantize(Decimal("0.01")))
    # A target set far too low may be docked at discretion (财预〔2020〕10号), whatever the document does elsewhere.
    docked = one.over and value_of(one.score) < full
    label = one.indicator.scoring or "得分"
    cell = one.indicator.scoring_cell
    rate = plain_number((middle * 100).quantize(Decimal("0.01")))
    return replace(
        _of_score(one, relation),
        note=(
            f"本文件“{label}”的其他指标都是{rule.title}；完成率{rate}%、权重{one.weight.printed}分应得{expected}分，"
            f"印的是{one.score.printed}分。"
        ),
        note_en=(
            f"other scores of this label follow: {rule.title_en}; rate {rate}%, weight {one.weight.printed} give "
            f"{expected}, printed {one.score.printed}."
        ),
        words=(cell_words(one.table, cell),) if cell and one.indicator.scoring else (),
        severity=Severity.INFO if docked else None,
        holds=rule.id in fitting,
    )


def scoring_labels(
    tables: Sequence[PerformanceTable], relation: Relation, rules: Sequence[ScoringRule]
) -> Iterator[Instance]:
    """K6: an indicator of a category scored by another label than nearly all others, with another result."""
    minimum, share = LearnedRule.of(relation).minimum, LearnedRule.of(relation).share
    by_category: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    by_label: dict[str, list[Scored]] = defaultdict(list)
    for one in _all_scored(tables):
        if one.indicator.scoring:
            by_category[one.table.kind, one.indicator.level2 or one.indicator.level1].append(one)
            by_label[one.indicator.scoring].append(one)
    for (_, category), group in by_category.items():
        labels = Counter(one.indicator.scoring for one in group)
        usual, count = labels.most_common(1)[0]
        for one in group:
            same = one.indicator.scoring == usual
            others = len(group) - 1
            if count - same < minimum or count - same < share * others:
                continue
            known = [] if same else Practice(by_label[usual], rules, relation).adopted()
            if same or known:
                yield _label(one, category, usual, relation, holds=same or any(map(one.fits, known)))


def _label(one: Scored, category: str, usual: str, relation: Relation, *, holds: bool) -> Instance:
    cell = one.indicator.scoring_cell
    role = "evidence" if holds else "suspect"
    return replace(
        _of_score(one, relation),
        note=(
            f"本文件其他{category}都按“{usual}”，这里按“{one.indicator.scoring}”，得{one.score.printed}分"
            f"（权重{one.weight.printed}分）。"
        ),
        note_en=f"other indicators of this category are scored by another label; printed score {one.score.printed}.",
        words=(cell_words(one.table, cell, role),) if cell else (),
        holds=holds,
    )
