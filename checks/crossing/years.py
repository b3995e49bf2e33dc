"""One year against the next: the prior year that a text implies or a column prints, and carry-over from year to year.

A budget's 上年执行数 is an estimate of January and no figure of the final accounts, so the two are never compared.
Where the text says that last year was restated (机构改革, 口径调整), a difference is told but accuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from checks.crossing.settings import OpeningsRule, RestatedConceptsRule
from checks.crossing.sources import (
    Source,
    document,
    fact_of,
    pair,
    restated,
    restates,
    year_of,
)
from checks.judging.printings import change_measure, level_of
from checks.model import Instance, Relation, Severity, Term, Unchecked
from datasets.model import Figure, Kind
from datasets.narrative.reading import Statement
from datasets.vocabulary.names import KIND_NAMES
from datasets.vocabulary.units import factor_between

MINUS_ONE = Decimal(-1)
Compared = tuple[Statement, Figure, Figure]


def implied_priors(source: Source, ordered: Sequence[Source], relation: Relation) -> Iterator[Instance]:
    """Current - change against the figure of last year's document."""
    whole = _has_earlier(source, ordered) and restated(source, relation)
    for statement, level, change in _compared_with_last_year(source):
        wanted = _prior_document(statement, source)
        if wanted is None:
            continue
        kind, year, stage = wanted
        prior = document(ordered, kind, year)
        figure = prior.figure(fact_of(level), stage) if prior else None
        factor = factor_between(figure.unit, level.unit) if figure else None
        if figure is not None and factor is not None:
            left = (Term(level), Term(change, weight=MINUS_ONE))
            instance = Instance(relation, "sum", left, (Term(figure, factor=factor),), unit=level.unit)
            yield _graded(instance, is_restated=whole or restates(statement.paragraph.text, relation))


def missing_priors(source: Source, ordered: Sequence[Source], relation: Relation) -> Iterator[Unchecked]:
    """The documents without which the implied prior year stays unchecked."""
    wanted = {_prior_document(statement, source) for statement, _, _ in _compared_with_last_year(source)}
    for kind, year in sorted({(each[0], each[1]) for each in wanted if each is not None}):
        if document(ordered, kind, year) is None:
            reason = f"缺少{year}年{KIND_NAMES[kind]}，推算的上年数无从核对"
            yield Unchecked(relation.id, reason, (source.path,))


def printed_priors(ordered: Sequence[Source], relation: Relation) -> Iterator[Instance]:
    """What a column or sentence prints for an earlier year against the document of that year."""
    for source in ordered:
        is_restated: bool | None = None
        for (fact, stage, period), figure in source.facts.items():
            if not stage or not period.isdecimal() or int(period) >= source.year:
                continue
            if stage == "outturn" and source.kind is Kind.BUDGET:
                continue
            kind = Kind.BUDGET if stage == "original_budget" else Kind.FINAL_ACCOUNTS
            earlier = document(ordered, kind, int(period))
            known = earlier.figure(fact, stage) if earlier else None
            instance = pair(relation, figure, known) if known is not None else None
            if instance is not None:
                if is_restated is None:
                    is_restated = restated(source, relation)
                yield _graded(instance, is_restated=is_restated)


def openings(ordered: Sequence[Source], relation: Relation) -> Iterator[Instance]:
    """年初结转 of the final accounts against 年末结转 of the year before, in the same scope."""
    pairs = dict(OpeningsRule.of(relation).pairs)
    for source in ordered:
        before = document(ordered, Kind.FINAL_ACCOUNTS, source.year - 1)
        if source.kind is not Kind.FINAL_ACCOUNTS or before is None:
            continue
        is_restated = restated(source, relation)
        for (fact, stage, period), opening in source.facts.items():
            if fact[0] not in pairs or period != str(source.year):
                continue
            closing = before.figure(fact_of(opening, pairs[fact[0]]), stage)
            instance = pair(relation, opening, closing) if closing is not None else None
            if instance is not None:
                yield _graded(instance, is_restated=is_restated)


def priors_within_budget(source: Source, ordered: Sequence[Source], relation: Relation) -> Iterator[Instance]:
    """The prior year that final accounts imply, against the budget document of that prior year."""
    wanted = set(RestatedConceptsRule.of(relation).concepts)
    year = source.year - 1
    budget = document(ordered, Kind.BUDGET, year)
    if source.kind is not Kind.FINAL_ACCOUNTS or budget is None:
        return
    whole = restated(source, relation)
    for statement, level, change in _compared_with_last_year(source):
        figure = budget.figure(fact_of(level), "original_budget")
        factor = factor_between(figure.unit, level.unit) if figure else None
        if statement.subject.concept in wanted and figure is not None and factor is not None:
            instance = Instance(
                relation,
                "bound",
                (Term(level, label="本年决算数"), Term(change, weight=MINUS_ONE, label="增减额")),
                (Term(figure, factor=factor, label=f"{year}年预算数"),),
                unit=level.unit,
                assumptions=("上年决算数与上年预算数口径相同",),
            )
            yield _graded(instance, is_restated=whole or restates(statement.paragraph.text, relation))


def _compared_with_last_year(source: Source) -> Iterator[Compared]:
    """Statements with a level of this year and its change against the year before, in one unit."""
    for statement in source.reading.statements:
        change, base = statement.change, statement.base
        if change is None or base is None or base.base != "prior_year":
            continue
        level = level_of(statement, source.printings)
        if level is None or change.unit != level.unit or level.scope.stage is None:
            continue
        if year_of(level) == str(source.year):
            yield statement, level, change


def _prior_document(statement: Statement, source: Source) -> tuple[Kind, int, str] | None:
    """Kind and year of the document that prints the prior figure, and its stage there; None where none does."""
    if statement.base is None:
        return None
    stage = change_measure(statement.base, source.kind).rpartition("|")[2]
    if source.kind is Kind.BUDGET and stage != "original_budget":
        return None
    return Kind.BUDGET if stage == "original_budget" else Kind.FINAL_ACCOUNTS, source.year - 1, stage


def _has_earlier(source: Source, ordered: Sequence[Source]) -> bool:
    return any(other.year == source.year - 1 for other in ordered)


def _graded(instance: Instance, *, is_restated: bool) -> Instance:
    return replace(instance, severity=Severity.INFO) if is_restated else instance
