"""All relations of performance tables: within a table, within a document, and to the year before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from checks.barrier import Guard, unguarded
from checks.model import Instance, Relation
from checks.performance import arithmetic, duplicates, grades, indicators, money, reasons, scoring, texts
from checks.performance import years as crossing
from checks.performance.settings import (
    DigitsRule,
    FundsTotalRule,
    IndicatorGradeRule,
    LearnedRule,
    MissingReasonRule,
    NamedRatesRule,
    OutcomeWordsRule,
    PowerOfTenRule,
    ReasonSignRule,
    ScoringSettings,
    SharedSumRule,
    TextActionRule,
    TextDateRule,
    TextFundsRule,
    TextIndicatorRule,
    TextListRule,
    TotalGradeRule,
    UnitsRule,
    WeightsRule,
)
from datasets.model import Identity, Kind
from datasets.performance.model import PerformanceTable

Relations = Mapping[str, Relation]

#: Relations that one table alone can break.
TABLE_RULES: dict[str, Callable[[PerformanceTable, Relation], Iterator[Instance]]] = {
    "performance-funds-total": money.funds_total,
    "performance-execution-rate": money.execution_rate,
    "performance-total-score": money.total_score,
    "performance-inverse-completion": indicators.inverse_completion,
    "performance-words-completion": indicators.rates_of_words,
    "performance-score-within-weight": indicators.scores_within_weights,
    "performance-met-but-zero": indicators.met_but_zero,
    "performance-unmet-but-full": indicators.unmet_but_full,
    "performance-total-grade": grades.total_grade,
    "performance-total-repeated": grades.total_repeated,
    "performance-indicator-grade": grades.indicator_grades,
    "performance-block-sum": grades.block_sums,
    "performance-share-above-whole": grades.impossible_rates,
    "performance-target-direction": grades.target_directions,
    "performance-reason-missing": reasons.missing_reasons,
    "performance-reason-sign": reasons.reasons_fit,
    "performance-text-indicator": texts.text_indicators,
    "performance-text-funds": texts.text_funds,
    "performance-text-list": texts.text_lists,
    "performance-text-action": texts.text_actions,
    "performance-text-product": arithmetic.text_products,
    "performance-text-products": arithmetic.text_tiers,
    "performance-power-of-ten": arithmetic.powers_of_ten,
    "performance-text-date": texts.text_dates,
}
#: Relations that compare the tables of a document, or learn from them what is usual there.
DOCUMENT_RULES: dict[str, Callable[[Sequence[PerformanceTable], Relation], Iterator[Instance]]] = {
    "performance-execution-score": money.execution_score,
    "performance-weights": money.weights,
    "performance-block-weights": money.block_weights,
    "performance-cost-funds": money.cost_funds,
    "performance-projects-within-overall": money.projects_within_overall,
    "performance-unit": indicators.units_agree,
    "performance-outcome-in-words": indicators.outcomes_in_words,
    "performance-completion-rate": indicators.completion_rates,
    "performance-scoring-rule": scoring.score_rules,
    "performance-project-twice": duplicates.repeated_projects,
    "performance-same-outcome": crossing.same_outcomes,
}
SCORING, LABELS, PRIOR = "performance-scoring-rule", "performance-scoring-label", "performance-prior-year"
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "performance-funds-total": FundsTotalRule,
    "performance-execution-rate": Relation,
    "performance-total-score": Relation,
    "performance-inverse-completion": Relation,
    "performance-words-completion": Relation,
    "performance-score-within-weight": Relation,
    "performance-met-but-zero": Relation,
    "performance-unmet-but-full": Relation,
    "performance-total-grade": TotalGradeRule,
    "performance-total-repeated": Relation,
    "performance-indicator-grade": IndicatorGradeRule,
    "performance-block-sum": Relation,
    "performance-share-above-whole": NamedRatesRule,
    "performance-target-direction": NamedRatesRule,
    "performance-reason-missing": MissingReasonRule,
    "performance-reason-sign": ReasonSignRule,
    "performance-text-indicator": TextIndicatorRule,
    "performance-text-funds": TextFundsRule,
    "performance-text-list": TextListRule,
    "performance-text-action": TextActionRule,
    "performance-text-product": Relation,
    "performance-text-products": Relation,
    "performance-power-of-ten": PowerOfTenRule,
    "performance-text-date": TextDateRule,
    "performance-execution-score": Relation,
    "performance-weights": WeightsRule,
    "performance-block-weights": SharedSumRule,
    "performance-cost-funds": SharedSumRule,
    "performance-projects-within-overall": Relation,
    "performance-unit": UnitsRule,
    "performance-outcome-in-words": OutcomeWordsRule,
    "performance-completion-rate": Relation,
    "performance-scoring-rule": ScoringSettings,
    "performance-project-twice": DigitsRule,
    "performance-same-outcome": DigitsRule,
    "performance-scoring-label": LearnedRule,
    "performance-prior-year": Relation,
}


class PerformanceReading(Protocol):
    """What these checks need of a document as read."""

    @property
    def identity(self) -> Identity:
        """Entity, level, kind and year."""

    @property
    def performance(self) -> tuple[PerformanceTable, ...]:
        """The performance tables in the order of the document."""


def table_instances(table: PerformanceTable, relations: Relations, guard: Guard = unguarded) -> Iterator[Instance]:
    """The relations within one table; a relation that is not in the mapping is left out."""
    for name, rule in TABLE_RULES.items():
        if name in relations:
            yield from guard(rule, table, relations[name])


def document_instances(
    tables: Sequence[PerformanceTable], identity: Identity, relations: Relations, guard: Guard = unguarded
) -> Iterator[Instance]:
    """The relations within and among the performance tables of one document."""
    for table in tables:
        yield from table_instances(table, relations, guard)
    for name, rule in DOCUMENT_RULES.items():
        if name in relations:
            yield from guard(rule, tables, relations[name])
    if SCORING in relations and LABELS in relations:
        rules = scoring.scoring_rules(relations[SCORING])
        yield from guard(scoring.scoring_labels, tables, relations[LABELS], rules)
    if PRIOR in relations:
        yield from guard(crossing.earlier_projects, tables, identity.fiscal_year, relations[PRIOR])


def prior_year_instances(
    readings: Sequence[PerformanceReading], relations: Relations, guard: Guard = unguarded
) -> Iterator[Instance]:
    """The relations of each document with the final accounts of the same entity a year before."""
    if PRIOR not in relations:
        return
    for reading in readings:
        for earlier in readings:
            if _is_year_before(earlier.identity, reading.identity):
                yield from guard(crossing.last_year, reading.performance, earlier.performance, relations[PRIOR])


def _is_year_before(earlier: Identity, later: Identity) -> bool:
    return (
        earlier.kind is Kind.FINAL_ACCOUNTS
        and earlier.fiscal_year == later.fiscal_year - 1
        and (earlier.entity, earlier.level) == (later.entity, later.level)
    )
