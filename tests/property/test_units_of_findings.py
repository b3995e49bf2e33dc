"""Every number that a verdict or a finding states carries the unit it has: over all rules, and for any misprint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checks.audit import Audit
from checks.families import load_rules
from checks.judging.scopes import _SAME_COUNT
from checks.judging.verdicts import decide, value
from checks.localising.solving import slack_at, substituted
from checks.model import PERCENTAGES, Finding, Instance, Outcome, Term, Verdict
from checks.rule_cases import audited, load_cases
from datasets.vocabulary.units import exactly, factor_between, units
from tests.unit.building import figure, instance

#: Units of numbers that are neither money nor counts: a score has none printed, an indicator any that it names.
_FREE = frozenset({"", "分"})
#: Sums whose factor is a price, which makes money of a count: 50 家 at 2 万元/家.
_PRICED = frozenset({"performance-text-products"})


@cache
def audits() -> tuple[Audit, ...]:
    return tuple(audited(case) for case in load_cases())


def verdicts() -> Iterator[Verdict]:
    for audit in audits():
        for verdict in audit.verdicts:
            if verdict.instance.arithmetic != "logic" and verdict.stated is not None:
                yield verdict


def brought_to(term: Term, unit: str) -> bool:
    """Whether the factor of a term is what brings its figure to a unit."""
    own = term.figure.unit
    counts = all(known is not None and known.exact for known in (units().get(own), units().get(unit)))
    if own == unit or own in _FREE or unit in _FREE or counts or {own, unit} in _SAME_COUNT:
        return abs(term.factor) == 1
    return factor_between(own, unit) == abs(term.factor)


def test_the_cases_of_the_rules_state_numbers_of_nearly_every_rule_that_does_arithmetic() -> None:
    spoken = {verdict.instance.relation.id for verdict in verdicts()}
    reckoned = {
        relation.id for relation in load_rules().values() if relation.arithmetic in {"sum", "bound", "same", "tree"}
    }
    assert len(spoken & reckoned) >= len(reckoned) * 9 // 10
    assert {verdict.instance.arithmetic for verdict in verdicts()} >= PERCENTAGES | {
        "sum",
        "product",
        "zero_implies_zero",
    }


def test_the_numbers_of_a_verdict_are_in_its_unit_for_every_rule() -> None:
    mixed = []
    for verdict in verdicts():
        made = verdict.instance
        stating = made.right if made.arithmetic == "zero_implies_zero" else made.left
        compared = (*made.left, *made.right) if made.arithmetic in {"sum", "bound"} else stating
        mixed += [
            (made.relation.id, made.arithmetic, verdict.unit, term.figure.unit, term.factor)
            for term in compared
            if not brought_to(term, verdict.unit) and made.relation.id not in _PRICED
        ]
    assert mixed == []


def broken() -> Iterator[tuple[Finding, Audit]]:
    for audit in audits():
        for finding in audit.findings:
            if finding.stated and finding.expected:
                yield finding, audit


def test_the_numbers_of_a_finding_are_in_the_unit_of_the_figure_that_prints_what_is_stated() -> None:
    told = list(broken())
    assert len(told) > 100
    for finding, audit in told:
        by_id = {figure.id: figure for figure in audit.figures}
        suspect = next((by_id.get(e.figure_id) for e in finding.evidence if e.role == "suspect"), None)
        if finding.repairs and suspect is not None and finding.repairs[0].evidence == 0:
            assert finding.unit == suspect.unit, finding.rule
            assert suspect.value is not None
            assert abs(Decimal(finding.stated)) == abs(suspect.value), finding.rule
        else:
            units = {verdict.unit for verdict in audit.verdicts if verdict.instance.relation.id == finding.rule}
            assert finding.unit in units, finding.rule


# -- the slack at one term is what its value may be off by -------------------------------------------------------------

AMOUNTS = st.decimals(Decimal(1), Decimal(100_000), places=2).map(str)
COARSE = st.decimals(Decimal(10), Decimal(100_000), places=1).map(str)


def _percent(number: Decimal) -> str:
    return f"{number:.2f}"


def _ratio(part: str, whole: str) -> Instance:
    rate = _percent(100 * Decimal(part) / Decimal(whole))
    return instance([figure(rate, "%")], [part, whole], kind="ratio", unit="%")


def _growth(current: str, prior: str) -> Instance:
    rate = _percent(100 * (Decimal(current) / Decimal(prior) - 1))
    return instance([figure(rate, "%")], [current, prior], kind="growth", unit="%")


def _growth_of_change(change: str, level: str) -> Instance:
    assume(Decimal(level) > Decimal(change) + 1)
    rate = _percent(100 * Decimal(change) / (Decimal(level) - Decimal(change)))
    return instance([figure(rate, "%")], [change, level], kind="growth_of_change", unit="%")


def _product(count: str, price: str) -> Instance:
    return instance([f"{Decimal(count) * Decimal(price):.2f}"], [count, price], kind="product")


def _sum(first: str, second: str) -> Instance:
    return instance([f"{Decimal(first) + Decimal(second):.2f}"], [first, second])


def _edge(made: Instance, term: Term, start: Decimal, direction: int) -> Decimal:
    """How far the value of a term can go until the relation breaks, to a billionth of that."""

    def holds(distance: Decimal) -> bool:
        moved = {term.figure.id: start + direction * distance}
        return decide(substituted(made, moved)).outcome is not Outcome.BROKEN

    near, far = Decimal(0), Decimal("0.001")
    while holds(far):
        near, far = far, far * 2
        if far > Decimal(10) ** 15:
            return far
    for _ in range(40):
        middle = (near + far) / 2
        near, far = (middle, far) if holds(middle) else (near, middle)
    return near


@pytest.mark.parametrize("make", [_ratio, _growth, _growth_of_change, _product, _sum])
@given(first=AMOUNTS, second=COARSE)
@settings(max_examples=25)
def test_the_slack_at_a_term_is_half_of_what_its_value_may_be(
    make: Callable[[str, str], Instance], first: str, second: str
) -> None:
    @exactly
    def check() -> None:
        made = make(first, second)
        verdict = decide(made)
        assume(verdict.outcome in (Outcome.EXACT, Outcome.WITHIN_ROUNDING))
        for term in (*made.left, *made.right):
            slack = slack_at(verdict, term)
            start = value(term)
            reach = _edge(made, term, start, 1) + _edge(made, term, start, -1)
            if slack is None:
                continue
            assert abs(reach / 2 - slack) <= slack * Decimal("1e-6") + Decimal("1e-9"), (
                made.arithmetic,
                term.figure.printed,
            )

    check()
