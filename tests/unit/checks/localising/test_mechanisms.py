"""Slips of the pen by name: what turns the right number into the printed one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checks.localising import mechanisms
from checks.localising.mechanisms import Mechanism, mechanism, telling
from datasets.model import Role
from tests.unit.building import figure


@pytest.mark.parametrize(
    ("printed", "right", "slip"),
    [
        ("5341.22", "5314.22", mechanisms.SWAPPED),
        ("15.29", "15.26", mechanisms.ONE_DIGIT),
        ("123.4", "12.34", mechanisms.TEN),
        ("0.1234", "1.234", mechanisms.TEN),
        ("165000", "16500", mechanisms.TEN),
        ("12.50", "125000", mechanisms.UNIT),
        ("125000", "12.50", mechanisms.UNIT),
        ("2961.8", "2961.68", None),
        ("10", "14", mechanisms.ONE_DIGIT),
        ("543", "5443", mechanisms.LOST),
        ("-63.14", "63.14", mechanisms.SIGN),
        ("12", "31", None),
        ("28", "32", None),
        ("120.60", "133.25", None),
    ],
)
def test_a_slip_is_named(printed: str, right: str, slip: Mechanism | None) -> None:
    assert mechanism(figure(printed), Decimal(right), ()) == slip


def test_a_share_in_the_same_sentence_was_pasted_as_the_amount() -> None:
    share = figure("29.44", "%", role=Role.SHARE)
    assert mechanism(figure("29.44"), Decimal(105), [share]) == mechanisms.SHARE
    assert mechanism(figure("29.44"), Decimal(105), [figure("29.44", "%", role=Role.RATE)]) is None


def test_a_short_share_is_equal_by_chance() -> None:
    assert mechanism(figure("10"), Decimal(35), [figure("10", "%", role=Role.SHARE)]) is None


def test_a_share_is_not_pasted_into_itself() -> None:
    share = figure("29.44", "%", role=Role.SHARE)
    assert mechanism(share, Decimal("31.50"), [share]) is None


@pytest.mark.parametrize(("printed", "right"), [("95.32", "-4.68"), ("4.68", "95.32"), ("104.68", "4.68")])
def test_a_completion_printed_as_a_change_is_recognised(printed: str, right: str) -> None:
    assert mechanism(figure(printed, "%", role=Role.RATE), Decimal(right), ()) == mechanisms.COMPLEMENT
    assert mechanism(figure(printed), Decimal(right), ()) is None


def test_what_is_right_already_has_no_slip() -> None:
    assert mechanism(figure("12.30"), Decimal("12.30"), ()) is None
    assert mechanism(figure("12.30", value=None), Decimal("12.30"), ()) is None


@pytest.mark.parametrize(
    ("printed", "right", "tells"),
    [("15.29", "15.26", True), ("100", "104", True), ("5", "7", False), ("45", "47", False)],
)
def test_a_slip_between_short_numbers_is_not_worth_a_word(printed: str, right: str, tells: bool) -> None:
    assert telling(Decimal(printed), Decimal(right)) is tells
