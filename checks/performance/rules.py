"""All relations of performance tables: within a table, within a document, and to the year before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from checks.barrier import Guard, unguarded
from checks.context import Context
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

SCORING, LABELS, PRIOR = "performance-scoring-rule", "performance-scoring-label", "performance-prior-year"
#: Relations that one table alone can break.
TABLE_RULES: Mapping[str, tuple[type[Relation], Callable[[PerformanceTable, Relation], Iterator[Instance]]]] = {
    "performance-funds-total": (FundsTotalRule, money.funds_total),
    "performance-execution-rate": (Relation, money.execution_rate),
    "performance-total-score": (Relation, money.total_score),
    "performance-inverse-completion": (Relation, indicators.inverse_completion),
    "performance-words-completion": (Relation, indicators.rates_of_words),
    "performance-score-within-weight": (Relation, indicators.scores_within_weights),
    "performance-met-but-zero": (Relation, indicators.met_but_zero),
    "performance-unmet-but-full": (Relation, indicators.unmet_but_full),
    "performance-total-grade": (TotalGradeRule, grades.total_grade),
    "performance-total-repeated": (Relation, grades.total_repeated),
    "performance-indicator-grade": (IndicatorGradeRule, grades.indicator_grades),
    "performance-block-sum": (Relation, grades.block_sums),
    "performance-share-above-whole": (NamedRatesRule, grades.impossible_rates),
    "performance-target-direction": (NamedRatesRule, grades.target_directions),
    "performance-reason-missing": (MissingReasonRule, reasons.missing_reasons),
    "performance-reason-sign": (ReasonSignRule, reasons.reasons_fit),
    "performance-text-indicator": (TextIndicatorRule, texts.text_indicators),
    "performance-text-funds": (TextFundsRule, texts.text_funds),
    "performance-text-list": (TextListRule, texts.text_lists),
    "performance-text-action": (TextActionRule, texts.text_actions),
    "performance-text-product": (Relation, arithmetic.text_products),
    "performance-text-products": (Relation, arithmetic.text_tiers),
    "performance-power-of-ten": (PowerOfTenRule, arithmetic.powers_of_ten),
    "performance-text-date": (TextDateRule, texts.text_dates),
}
#: Relations that compare the tables of a document, or learn from them what is usual there.
DOCUMENT_RULES: Mapping[
    str, tuple[type[Relation], Callable[[Sequence[PerformanceTable], Relation], Iterator[Instance]]]
] = {
    "performance-execution-score": (Relation, money.execution_score),
    "performance-weights": (WeightsRule, money.weights),
    "performance-block-weights": (SharedSumRule, money.block_weights),
    "performance-cost-funds": (SharedSumRule, money.cost_funds),
    "performance-projects-within-overall": (Relation, money.projects_within_overall),
    "performance-unit": (UnitsRule, indicators.units_agree),
    "performance-outcome-in-words": (OutcomeWordsRule, indicators.outcomes_in_words),
    "performance-completion-rate": (Relation, indicators.completion_rates),
    SCORING: (ScoringSettings, scoring.score_rules),
    "performance-project-twice": (DigitsRule, duplicates.repeated_projects),
    "performance-same-outcome": (DigitsRule, crossing.same_outcomes),
}
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    **{rule: form for rules in (TABLE_RULES, DOCUMENT_RULES) for rule, (form, _) in rules.items()},
    LABELS: LearnedRule,
    PRIOR: Relation,
}


def table_instances(table: PerformanceTable, relations: Relations, guard: Guard = unguarded) -> Iterator[Instance]:
    """The relations within one table; a relation that is not in the mapping is left out."""
    for name, (_, rule) in TABLE_RULES.items():
        if name in relations:
            yield from guard(rule, table, relations[name])


def document_instances(
    tables: Sequence[PerformanceTable], identity: Identity, relations: Relations, guard: Guard = unguarded
) -> Iterator[Instance]:
    """The relations within and among the performance tables of one document."""
    for table in tables:
        yield from table_instances(table, relations, guard)
    for name, (_, rule) in DOCUMENT_RULES.items():
        if name in relations:
            yield from guard(rule, tables, relations[name])
    if SCORING in relations and LABELS in relations:
        rules = scoring.scoring_rules(relations[SCORING])
        yield from guard(scoring.scoring_labels, tables, relations[LABELS], rules)
    if PRIOR in relations:
        yield from guard(crossing.earlier_projects, tables, identity.fiscal_year, relations[PRIOR])


def instances(context: Context) -> Iterator[Instance]:
    """All relations within one document."""
    reading = context.reading
    yield from document_instances(reading.performance, reading.identity, context.rules, context.guard)


def prior_years(context: Context) -> Iterator[Instance]:
    """The relations of each document with the final accounts of the same entity a year before."""
    relation = context.rules[PRIOR]
    for reading in context.readings:
        for earlier in context.readings:
            if _is_year_before(earlier.identity, reading.identity):
                yield from context.guard(crossing.last_year, reading.performance, earlier.performance, relation)


def _is_year_before(earlier: Identity, later: Identity) -> bool:
    return (
        earlier.kind is Kind.FINAL_ACCOUNTS
        and earlier.fiscal_year == later.fiscal_year - 1
        and (earlier.entity, earlier.level) == (later.entity, later.level)
    )
