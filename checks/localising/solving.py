"""Which value of one figure mends a broken relation, by exact arithmetic at the figure's own decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation

from checks.judging.verdicts import ONE, decide, interval, value
from checks.model import PERCENTAGES, Instance, Outcome, Term, Verdict
from datasets.model import Figure, Role
from datasets.vocabulary.numerals import decimals_of
from datasets.vocabulary.units import HUNDRED, ZERO, Interval


def plausible(figure: Figure, repaired: Decimal) -> bool:
    """False for a repair that no one would print: the same number, or one of the other sign.

    A change may have its direction wrong (增加 for 减少), but then its digits are right; all else is never negative.
    """
    printed = figure.value or ZERO
    if repaired == figure.value:
        return False
    if figure.role not in (Role.CHANGE, Role.RATE):
        return repaired >= 0 or printed < 0
    return printed * repaired >= 0 or repaired == -printed


def substituted(instance: Instance, values: Mapping[str, Decimal]) -> Instance:
    """The instance with other values for some figures."""

    def changed(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        if not any(term.figure.id in values for term in terms):
            return terms
        return tuple(
            replace(term, figure=replace(term.figure, value=values[term.figure.id]))
            if term.figure.id in values
            else term
            for term in terms
        )

    return replace(instance, left=changed(instance.left), right=changed(instance.right))


def holds_after(verdict: Verdict, values: Mapping[str, Decimal]) -> bool:
    """Whether what was judged still holds, or is open, with other values for some of its figures.

    A sum is not added up again: its gap moves by the changes.
    """
    instance = verdict.instance
    stated, expected, slack = verdict.stated, verdict.expected, verdict.slack
    if instance.arithmetic not in ("sum", "bound") or stated is None or expected is None or slack is None:
        return decide(substituted(instance, values)).outcome is not Outcome.BROKEN
    gap = stated - expected
    for sign, terms in ((1, instance.left), (-1, instance.right)):
        for term in terms:
            new = values.get(term.figure.id)
            if new is None:
                continue
            if term.figure.quantum >= 1 and not (new and term.figure.value):  # a bare 0 has a rounding of its own
                return decide(substituted(instance, values)).outcome is not Outcome.BROKEN
            gap += sign * (new - (term.figure.value or ZERO)) * term.weight * term.factor
    return gap <= slack if instance.arithmetic == "bound" else abs(gap) <= slack


def solve(verdict: Verdict, term: Term) -> Decimal | None:
    """The value of a term's figure that makes the verdict hold; None if there is none.

    It has the decimals of the figure, or in the sum of a sentence as many as the finest of its numbers.
    """
    instance, figure = verdict.instance, term.figure
    try:
        exact = _solved(instance, verdict, term)
    except (DivisionByZero, InvalidOperation):
        return None
    if exact is None:
        return None
    quantum = figure.quantum or Decimal(1).scaleb(-decimals_of(figure.printed))
    if instance.arithmetic == "sum" and figure.quantum and not figure.table:
        terms = (*instance.left, *instance.right)
        steps = (other.figure.quantum * abs(other.factor / term.factor) for other in terms if other.figure.quantum)
        quantum = min(quantum, *steps)
    rounded = exact.quantize(quantum, ROUND_HALF_UP)
    return rounded if holds_after(verdict, {figure.id: rounded}) else None


def slack_at(verdict: Verdict, term: Term) -> Decimal | None:
    """What the rounding of all figures explains of a gap at one term, in the unit of its figure.

    Half the width of all values of the term for which the verdict holds, its own rounding included; None where these
    have no bound.
    """
    instance, scale = verdict.instance, abs(term.weight * term.factor)
    if verdict.slack is None or not scale:
        return None
    if term in instance.left or instance.arithmetic in ("sum", "bound", "zero_implies_zero"):
        return verdict.slack / scale
    solved = _solved_interval(instance, term)
    return None if solved is None else (solved.width + interval(term).width) / 2 / scale


def _solved_interval(instance: Instance, term: Term) -> Interval | None:
    """The values of a term on the right that make a product or a percentage what is printed."""
    stated = interval(instance.left[0])
    if instance.arithmetic == "product":
        others = Interval(ONE, ONE)
        for other in instance.right:
            if other is not term:
                others = others * interval(other)
        return stated / others
    if instance.arithmetic not in PERCENTAGES:
        return None
    first, second = (interval(each) for each in instance.right)
    hundred = Interval(HUNDRED, HUNDRED)
    # Of 100 parts of the base: what the first number is of the second.
    part = {"ratio": stated, "growth": hundred + stated}.get(instance.arithmetic)
    if part is None:  # of a change and the level that it led to
        rest = hundred / (hundred + stated)
        part = None if rest is None else (Interval(ONE, ONE) - rest).scaled(HUNDRED)
    if part is None:
        return None
    if term is instance.right[0]:
        return (second * part).scaled(ONE / HUNDRED)
    return first.scaled(HUNDRED) / part


def _solved(instance: Instance, verdict: Verdict, term: Term) -> Decimal | None:
    printed = term.figure.value
    if printed is None:
        return None
    scale = term.weight * term.factor
    is_left = term in instance.left
    if instance.arithmetic in ("sum", "bound"):
        gap = (verdict.gap or ZERO) / scale
        return printed - gap if is_left else printed + gap
    if instance.arithmetic == "zero_implies_zero":
        return None if is_left else ZERO
    if is_left:
        return verdict.expected / scale if verdict.expected is not None else None
    stated = value(instance.left[0])
    if instance.arithmetic == "product":
        others = Decimal(1)
        for other in instance.right:
            if other is not term:
                others *= value(other)
        return stated / others / scale
    return _quotient_term(instance, stated, is_first=term is instance.right[0]) / scale


def _quotient_term(instance: Instance, stated: Decimal, *, is_first: bool) -> Decimal:
    """The first or the second number on the right that makes the printed percentage right."""
    first, second = (value(term) for term in instance.right)
    growth = HUNDRED + stated
    if instance.arithmetic == "ratio":
        return stated * second / HUNDRED if is_first else first * HUNDRED / stated
    if instance.arithmetic == "growth":
        return second * growth / HUNDRED if is_first else first * HUNDRED / growth
    return second * stated / growth if is_first else first * growth / stated
