"""The budget of a year against the final accounts of the same year.

What the final accounts call 年初预算数 is what the budget document prints; 全年预算数 includes what was added in the
course of the year and is compared with no budget document, nor is a 预算数 that does not say which it is. An opening
carry-over in a budget is an estimate, so none is compared with the final accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from checks.crossing.settings import EstimatesRule
from checks.crossing.sources import Fact, Source, document, function_of, pair
from checks.judging.verdicts import decide
from checks.model import Instance, Outcome, Relation, Term
from checks.relations.settings import ConceptsRule
from datasets.model import Figure, Kind
from datasets.vocabulary.units import factor_between

SAME_SCOPE = "两份文件对上年结转的处理相同"
_ORIGINAL = "original_budget"


def original_budgets(ordered: Sequence[Source], relation: Relation) -> Iterator[Instance]:
    """年初预算数 in the final accounts against the budget document, in the same fund, item and project."""
    estimates = set(EstimatesRule.of(relation).estimates)
    for accounts in ordered:
        if accounts.kind is not Kind.FINAL_ACCOUNTS:
            continue
        budget = document(ordered, Kind.BUDGET, accounts.year)
        if budget is None:
            continue
        for (fact, stage, period), figure in accounts.facts.items():
            if stage != _ORIGINAL or period != str(accounts.year) or fact[0] in estimates:
                continue
            known = budget.figure(fact, _ORIGINAL)
            instance = pair(relation, figure, known) if known is not None else None
            if instance is not None and not _differs_by_carryover(instance, fact, budget, estimates):
                yield replace(instance, assumptions=(SAME_SCOPE,))


def _differs_by_carryover(instance: Instance, fact: Fact, budget: Source, estimates: set[str]) -> bool:
    """True where one document counts the opening carry-over of the item in and the other does not."""
    if decide(instance).outcome is not Outcome.BROKEN:
        return False
    for figure in budget.levels:
        scope = figure.scope
        is_carryover = figure.concept in estimates or scope.carryover == "opening"
        if is_carryover and (scope.function_code or "") == function_of(fact) and _explains(instance, figure):
            return True
    return False


def _explains(instance: Instance, carryover: Figure) -> bool:
    factor = factor_between(carryover.unit, instance.unit)
    if factor is None or not carryover.value:
        return False
    term = Term(carryover, factor=factor)
    both = (
        replace(instance, left=(*instance.left, term)),
        replace(instance, right=(*instance.right, term)),
    )
    return any(decide(each).outcome is not Outcome.BROKEN for each in both)


def within_full_year_budget(source: Source, relation: Relation) -> Iterator[Instance]:
    """三公 outturn does not exceed the full-year budget printed beside it."""
    for concept in ConceptsRule.of(relation).concepts:
        for (fact, stage, period), budget in source.facts.items():
            if fact[0] != concept or stage != "full_year_budget" or period != str(source.year):
                continue
            outturn = source.figure(fact, "outturn")
            instance = pair(relation, outturn, budget, "bound") if outturn is not None else None
            if instance is not None:
                yield instance
