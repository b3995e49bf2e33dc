"""Judges instances by interval arithmetic on Decimals: exact, within rounding, broken with the gap, or undecided."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from checks.model import Instance, Outcome, Term, Verdict
from checks.relations.settings import RateRule
from datasets.model import Figure
from datasets.vocabulary.units import HUNDRED, ZERO, Interval

ONE = Decimal(1)
ZERO_BASE = "基数为 0 或可能为 0，比率没有意义"


def judge(instance: Instance) -> Verdict:
    """How the instance comes out; numbers are in ``instance.unit``."""
    return _KINDS[instance.arithmetic](instance, verdict_id(instance))


def decide(instance: Instance) -> Verdict:
    """Likewise without the id, for a search that tries many values."""
    return _KINDS[instance.arithmetic](instance, "")


def verdict_id(instance: Instance) -> str:
    """The same for the same rule at the same figures, or where there are none, about the same thing."""
    left = [term.figure.id for term in instance.left]
    right = [term.figure.id for term in instance.right]
    words = [f"{word.document}@{word.place.start}:{word.printed}" for word in instance.words]
    about = [] if left or right else [instance.where]
    parts = [instance.relation.id, instance.arithmetic, *left, *right, *words, *about]
    return sha256("|".join(parts).encode()).hexdigest()[:16]


def interval(term: Term) -> Interval:
    """The true values that a term can stand for, in the unit of the instance."""
    figure = term.figure
    number = figure.value if figure.value is not None else ZERO
    return Interval.printed(number, quantum_of(figure)).scaled(term.weight * term.factor)


def quantum_of(figure: Figure) -> Decimal:
    """The rounding step that the printed number stands for."""
    # "0万元" says that there was none; no one rounds 0.4 to it.
    return figure.quantum if figure.value or figure.quantum < ONE else ZERO


def value(term: Term) -> Decimal:
    """The printed value of a term in the unit of the instance."""
    return (term.figure.value if term.figure.value is not None else ZERO) * term.weight * term.factor


def total(terms: Iterable[Term]) -> Interval:
    """The sum of terms as an interval."""
    result = Interval(ZERO, ZERO)
    for term in terms:
        result = result + interval(term)
    return result


def _value(terms: Iterable[Term]) -> Decimal:
    return sum((value(term) for term in terms), ZERO)


def _face(terms: Iterable[Term]) -> tuple[Decimal, Decimal]:
    """The sum of terms at face value, and how far rounding may carry it: the middle and half the width of the total."""
    stated = width = ZERO
    for term in terms:
        figure, scale = term.figure, term.weight * term.factor
        if figure.value is not None:
            stated += figure.value * scale
        width += quantum_of(figure) * abs(scale)
    return stated, width / 2


def _sum(instance: Instance, identifier: str) -> Verdict:
    # Two intervals meet when their middles are no further apart than half of both widths.
    (stated, left), (expected, right) = _face(instance.left), _face(instance.right)
    slack = left + right
    return _compared(instance, identifier, stated, expected, slack, holds=abs(stated - expected) <= slack)


def _bound(instance: Instance, identifier: str) -> Verdict:
    (stated, left), (expected, right) = _face(instance.left), _face(instance.right)
    slack = left + right
    if stated <= expected:
        return Verdict(identifier, instance, Outcome.EXACT, stated, expected, ZERO, slack)
    return _compared(instance, identifier, stated, expected, slack, holds=stated - expected <= slack)


def _compared(
    instance: Instance, identifier: str, stated: Decimal, expected: Decimal, slack: Decimal, *, holds: bool
) -> Verdict:
    gap = stated - expected
    outcome = Outcome.WITHIN_ROUNDING if holds else Outcome.BROKEN
    return Verdict(identifier, instance, outcome if gap else Outcome.EXACT, stated, expected, gap, slack)


def _rate(instance: Instance, identifier: str, numerator: Interval, denominator: Interval, shift: Decimal) -> Verdict:
    """A printed percentage against a quotient; undecided where the base may be zero."""
    term = instance.left[0]
    stated = value(term)
    if all(value(base) == 0 for base in instance.right):  # nothing of nothing: 0, or 100 where nothing was planned
        if isinstance(instance.relation, RateRule) and instance.relation.all_of_nothing and stated == HUNDRED:
            return Verdict(identifier, instance, Outcome.UNDECIDED, stated, reason=ZERO_BASE)
        return _compared(instance, identifier, stated, ZERO, interval(term).width / 2, holds=stated == 0)
    if numerator.low == numerator.high == 0 and shift == 0:
        expected_interval: Interval | None = Interval(ZERO, ZERO)
    else:
        expected_interval = numerator / denominator
    if expected_interval is None:
        return Verdict(identifier, instance, Outcome.UNDECIDED, stated, reason=ZERO_BASE)
    expected_interval = (expected_interval - Interval(shift, shift)).scaled(HUNDRED)
    middle = (expected_interval.low + expected_interval.high) / 2
    printed = interval(term)
    outcome = Outcome.WITHIN_ROUNDING if printed.meets(expected_interval) else Outcome.BROKEN
    quantum = term.figure.quantum or ONE
    expected = middle.quantize(quantum, ROUND_HALF_UP)
    if outcome is not Outcome.BROKEN and expected == stated:
        outcome = Outcome.EXACT
    gap = stated - expected
    return Verdict(identifier, instance, outcome, stated, expected, gap, (printed.width + expected_interval.width) / 2)


def _ratio(instance: Instance, identifier: str) -> Verdict:
    part, whole = instance.right
    return _rate(instance, identifier, interval(part), interval(whole), ZERO)


def _growth(instance: Instance, identifier: str) -> Verdict:
    current, prior = instance.right
    return _rate(instance, identifier, interval(current), interval(prior), ONE)


def _growth_of_change(instance: Instance, identifier: str) -> Verdict:
    change, level = instance.right
    if value(change) == 0 and value(instance.left[0]) == 0:  # 持平, whatever the base
        return Verdict(identifier, instance, Outcome.EXACT, ZERO, ZERO, ZERO, ZERO)
    return _rate(instance, identifier, interval(change), interval(level) - interval(change), ZERO)


def _product(instance: Instance, identifier: str) -> Verdict:
    product = Interval(ONE, ONE)
    expected = ONE
    for term in instance.right:
        product = product * interval(term)
        expected *= value(term)
    left = total(instance.left)
    slack = (left.width + product.width) / 2
    return _compared(instance, identifier, _value(instance.left), expected, slack, holds=left.meets(product))


def _zero_implies_zero(instance: Instance, identifier: str) -> Verdict:
    if _value(instance.left) != 0:
        return Verdict(identifier, instance, Outcome.UNDECIDED, reason="前提不成立（不为 0）")
    right = total(instance.right)
    stated = _value(instance.right)
    return _compared(instance, identifier, stated, ZERO, right.width / 2, holds=right.low <= 0 <= right.high)


def _logic(instance: Instance, identifier: str) -> Verdict:
    if instance.holds is None:
        return Verdict(identifier, instance, Outcome.UNDECIDED, reason=instance.note)
    return Verdict(identifier, instance, Outcome.EXACT if instance.holds else Outcome.BROKEN)


_KINDS = {
    "sum": _sum,
    "bound": _bound,
    "ratio": _ratio,
    "growth": _growth,
    "growth_of_change": _growth_of_change,
    "product": _product,
    "zero_implies_zero": _zero_implies_zero,
    "logic": _logic,
}
