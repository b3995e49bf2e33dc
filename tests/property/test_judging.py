"""One figure moved past the slack breaks exactly the relations that contain it; moved within, it breaks none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from checks.judging.verdicts import judge
from checks.localising.solving import substituted
from checks.model import Instance, Outcome
from datasets.model import Figure
from tests.unit.building import figure, instance

CENT = Decimal("0.01")
cents = st.integers(min_value=0, max_value=10**9).map(lambda number: number * CENT)
parts = st.lists(cents, min_size=1, max_size=6)
HOLDS = {Outcome.EXACT, Outcome.WITHIN_ROUNDING}


def printed(value: Decimal) -> Figure:
    return figure(f"{value:.2f}")


def two_sums(first: list[Decimal], second: list[Decimal]) -> list[Instance]:
    """A total of subtotals, and the first subtotal of its parts: the two share that subtotal and nothing else."""
    head = printed(sum(first, Decimal(0)))
    others = [printed(value) for value in second]
    total = printed((head.value or Decimal(0)) + sum(second, Decimal(0)))
    inner = instance([head], [printed(value) for value in first], rule="inner")
    return [inner, instance([total], [head, *others], rule="outer")]


def outcomes(sums: list[Instance], moved: Figure, by: Decimal) -> list[bool]:
    assert moved.value is not None
    return [judge(substituted(each, {moved.id: moved.value + by})).outcome in HOLDS for each in sums]


@given(first=parts, second=parts, data=st.data())
def test_a_figure_moved_past_the_slack_breaks_exactly_the_relations_that_contain_it(
    first: list[Decimal], second: list[Decimal], data: st.DataObject
) -> None:
    sums = two_sums(first, second)
    moved = data.draw(st.sampled_from([each for one in sums for each in one.figures]))
    slack = max(judge(each).slack or Decimal(0) for each in sums)
    assert outcomes(sums, moved, slack + CENT) == [moved not in each.figures for each in sums]
    assert outcomes(sums, moved, -slack - CENT) == [moved not in each.figures for each in sums]


@given(first=parts, second=parts, data=st.data())
def test_a_figure_moved_within_the_slack_breaks_nothing(
    first: list[Decimal], second: list[Decimal], data: st.DataObject
) -> None:
    sums = two_sums(first, second)
    moved = data.draw(st.sampled_from([each for one in sums for each in one.figures]))
    slack = min(judge(each).slack or Decimal(0) for each in sums if moved in each.figures)
    steps = data.draw(st.integers(min_value=-int(slack / CENT), max_value=int(slack / CENT)))
    assert outcomes(sums, moved, steps * CENT) == [True, True]


@given(values=parts, shift=st.lists(st.integers(-5, 5), min_size=6, max_size=6))
def test_true_values_rounded_to_print_always_hold(values: list[Decimal], shift: list[int]) -> None:
    true = [value + Decimal(step) / 1000 for value, step in zip(values, shift, strict=False)]
    total = sum(true, Decimal(0))
    made = judge(instance([printed(total)], [printed(value) for value in true]))
    assert made.outcome in HOLDS


@given(part=cents, rest=cents)
def test_a_share_computed_from_the_printed_numbers_holds(part: Decimal, rest: Decimal) -> None:
    whole = part + rest
    share = part / whole * 100 if whole else Decimal(0)
    percent = replace(figure(f"{share:.2f}"), unit="%")
    made = judge(instance([percent], [printed(part), printed(whole)], "ratio", unit="%"))
    assert made.outcome is not Outcome.BROKEN
