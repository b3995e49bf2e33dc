from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from datasets.vocabulary.units import Interval

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
places = st.integers(min_value=0, max_value=4)
shares_of_an_interval = st.integers(min_value=0, max_value=1000).map(lambda n: Decimal(n) / 1000)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low = draw(amounts)
    return Interval(low, low + abs(draw(amounts)))


def point(interval: Interval, share: Decimal) -> Decimal:
    return interval.low + (interval.high - interval.low) * share


@given(amounts, places)
def test_the_printed_interval_contains_the_true_value(true: Decimal, decimals: int) -> None:
    quantum = Decimal(1).scaleb(-decimals)
    interval = Interval.printed(true.quantize(quantum), quantum)
    assert interval.low <= true <= interval.high
    assert interval.width == quantum


@given(intervals(), intervals(), shares_of_an_interval, shares_of_an_interval)
def test_sums_differences_and_products_contain_those_of_any_points(
    a: Interval, b: Interval, share: Decimal, other: Decimal
) -> None:
    x, y = point(a, share), point(b, other)
    for found, value in ((a + b, x + y), (a - b, x - y), (-a, -x), (a * b, x * y)):
        assert found.low <= value <= found.high


@given(intervals(), intervals(), shares_of_an_interval, shares_of_an_interval)
def test_a_quotient_is_rounded_outwards(a: Interval, b: Interval, share: Decimal, other: Decimal) -> None:
    quotient = a / b
    if quotient is None:
        assert b.low <= 0 <= b.high
        return
    x, y = point(a, share), point(b, other)
    slack = abs(quotient.low * y) * Decimal("1e-25") + Decimal("1e-25")  # multiplying back rounds too
    low, high = sorted((quotient.low * y, quotient.high * y))
    assert low - slack <= x <= high + slack


@given(intervals(), intervals())
def test_meeting_is_mutual(a: Interval, b: Interval) -> None:
    assert a.meets(b) == b.meets(a) == (max(a.low, b.low) <= min(a.high, b.high))
