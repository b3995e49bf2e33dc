"""Sums of items that equal a gap are found as brute force finds them, and how many there are is never undercounted."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from checks.localising.residuals import _Sums

values = st.lists(st.integers(1, 60), min_size=1, max_size=9)


@given(values=values, target=st.integers(1, 200), size=st.integers(1, 4))
def test_every_set_that_adds_up_is_found_once(values: list[int], target: int, size: int) -> None:
    brute = [c for c in combinations(range(len(values)), size) if sum(values[index] for index in c) == target]
    assert _Sums(values).equal(target, size) == brute


@given(values=values, target=st.integers(1, 200), size=st.integers(1, 4))
def test_the_estimate_never_counts_fewer_sums_than_there_are(values: list[int], target: int, size: int) -> None:
    low, high = -(-target // 2), target * 3 // 2
    brute = sum(low <= sum(values[index] for index in c) <= high for c in combinations(range(len(values)), size))
    assert _Sums(values).near(target, size) >= brute
