"""The short cuts of the search give what the long way gives."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from checks.judging.verdicts import decide, judge
from checks.localising.mechanisms import digits_slipped, heads_slipped
from checks.localising.solving import holds_after, substituted
from checks.model import Outcome
from tests.unit.building import figure, instance

CENT = Decimal("0.01")
printed = st.one_of(
    st.integers(0, 10**6).map(lambda number: f"{number * CENT:.2f}"),
    st.integers(0, 30).map(str),
)


@given(
    left=printed,
    right=st.lists(printed, min_size=1, max_size=4),
    new=st.integers(0, 40).map(Decimal),
    at=st.integers(0, 4),
    kind=st.sampled_from(["sum", "bound"]),
)
def test_a_moved_gap_tells_what_adding_up_again_tells(
    left: str, right: list[str], new: Decimal, at: int, kind: str
) -> None:
    made = instance([left], right, kind)
    changed = {made.figures[at % len(made.figures)].id: new}
    again = decide(substituted(made, changed)).outcome is not Outcome.BROKEN
    assert holds_after(judge(made), changed) == again


@given(left=printed, whole=printed, new=st.integers(0, 40).map(Decimal))
def test_a_percentage_is_judged_again(left: str, whole: str, new: Decimal) -> None:
    made = instance([figure("50.00", "%")], [left, whole], "ratio", unit="%")
    changed = {made.right[0].figure.id: new}
    again = decide(substituted(made, changed)).outcome is not Outcome.BROKEN
    assert holds_after(judge(made), changed) == again


@given(
    old=st.integers(1, 10**7), other=st.integers(1, 10**7), at=st.integers(0, 7), digit=st.sampled_from("0123456789")
)
def test_the_quick_test_of_the_leading_digits_never_hides_a_slip(old: int, other: int, at: int, digit: str) -> None:
    text = str(old)
    slipped = {
        text[:at] + digit + text[at + 1 :],
        text[:at] + digit + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
        text + "000",
        str(other),
    }
    for new in {str(int(candidate)) for candidate in slipped if candidate}:
        for near in (new[:-2] + "00", new[:-2] + "99") if len(new) > 2 else (new,):
            if new != text and digits_slipped(text, new):
                assert heads_slipped(text, near)
                assert heads_slipped(near, text)
