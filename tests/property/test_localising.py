"""A figure in which two sums meet is blamed first, and its value found again, whatever the numbers."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from checks.judging.verdicts import judge
from checks.localising.causes import causes
from checks.localising.solving import substituted
from checks.model import Outcome
from tests.unit.building import figure, instance

CENT = Decimal("0.01")
cents = st.integers(min_value=1, max_value=10**7).map(lambda number: number * CENT)
parts = st.lists(cents, min_size=2, max_size=5)


@given(inner=parts, outer=parts, wrong=cents)
def test_the_shared_figure_of_two_sums_is_blamed_first_and_mended(
    inner: list[Decimal], outer: list[Decimal], wrong: Decimal
) -> None:
    right = sum(inner, Decimal(0))
    assume(abs(wrong - right) > CENT * (len(inner) + len(outer) + 3))
    shared = figure(f"{wrong:.2f}")
    total = figure(f"{right + sum(outer, Decimal(0)):.2f}")
    verdicts = [
        judge(instance([shared], [f"{value:.2f}" for value in inner], rule="inner")),
        judge(instance([total], [shared, *(f"{value:.2f}" for value in outer)], rule="outer")),
    ]
    [cause] = causes(verdicts, {})
    best = cause.candidates[0]
    assert best.figure is shared
    assert abs(best.value - right) <= CENT * (len(inner) + len(outer) + 2)
    for verdict in verdicts:
        assert judge(substituted(verdict.instance, {shared.id: best.value})).outcome is not Outcome.BROKEN


@given(first=parts, second=parts, by=st.integers(50, 10**6))
def test_sums_that_hold_are_left_alone_by_a_fault_elsewhere(
    first: list[Decimal], second: list[Decimal], by: int
) -> None:
    sound = judge(instance([f"{sum(first, Decimal(0)):.2f}"], [f"{value:.2f}" for value in first], rule="sound"))
    total = sum(second, Decimal(0)) + by
    broken = judge(instance([f"{total:.2f}"], [f"{value:.2f}" for value in second], rule="broken"))
    assert [cause.verdicts for cause in causes([sound, broken], {})] == [(broken,)]
