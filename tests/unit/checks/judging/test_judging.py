"""How each kind of relation is judged: exact, within the rounding of print, broken with gap and slack, or left open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from checks.judging.verdicts import interval, judge, verdict_id
from checks.model import Instance, Outcome, Term, WordEvidence
from datasets.model import Role
from tests.unit.building import figure, instance, relation, terms, verdict


def percent(printed: str, role: Role = Role.RATE) -> Term:
    return Term(figure(printed, "%", role=role))


def judged(kind: str, left: Term, *right: str) -> tuple[Outcome, str]:
    made = judge(Instance(relation(kind=kind), kind, (left,), terms(*right), unit="%"))
    return made.outcome, f"{made.expected}"


def test_a_sum_that_adds_up_is_exact() -> None:
    made = verdict(["120.50"], ["33.00", "80.00", "7.50"])
    assert (made.outcome, made.gap) == (Outcome.EXACT, Decimal(0))


def test_a_sum_off_by_what_rounding_explains_holds() -> None:
    made = verdict(["120.51"], ["33.00", "80.00", "7.50"])
    assert (made.outcome, made.gap, made.slack) == (Outcome.WITHIN_ROUNDING, Decimal("0.01"), Decimal("0.02"))


def test_a_sum_off_by_exactly_the_slack_still_holds() -> None:
    assert verdict(["120.52"], ["33.00", "80.00", "7.50"]).outcome is Outcome.WITHIN_ROUNDING


def test_a_sum_off_by_more_than_rounding_explains_is_broken_with_gap_and_slack() -> None:
    made = verdict(["120.60"], ["33.00", "80.00", "7.50"])
    assert made.outcome is Outcome.BROKEN
    assert (made.stated, made.expected) == (Decimal("120.60"), Decimal("120.50"))
    assert (made.gap, made.slack) == (Decimal("0.10"), Decimal("0.02"))


def test_counts_have_no_rounding() -> None:
    assert verdict([figure("45", "人")], [figure("23", "人"), figure("22", "人")]).outcome is Outcome.EXACT
    made = verdict([figure("46", "人")], [figure("23", "人"), figure("22", "人")])
    assert (made.outcome, made.slack) == (Outcome.BROKEN, Decimal(0))


def test_a_number_printed_coarsely_agrees_with_one_printed_finely() -> None:
    assert verdict(["46"], ["45.5"]).outcome is Outcome.WITHIN_ROUNDING
    assert verdict(["50"], ["45.5"]).outcome is Outcome.BROKEN


def test_a_bare_zero_says_that_there_is_none_and_lends_no_slack() -> None:
    assert interval(Term(figure("0"))).width == 0
    assert verdict(["66.40"], ["28.34", "0", "38.09"]).outcome is Outcome.BROKEN
    assert interval(Term(figure("0.00"))).width == Decimal("0.01")


def test_terms_are_converted_and_weighted() -> None:
    left = Term(figure("1.55"))
    yuan = Term(figure("15500", "元"), factor=Decimal("0.0001"))
    assert judge(Instance(relation(), "sum", (left,), (yuan,), unit="万元")).outcome is Outcome.EXACT
    minus = Term(figure("0.11"), weight=Decimal(-1))
    made = judge(Instance(relation(), "sum", (Term(figure("4.78")), minus), terms("4.67"), unit="万元"))
    assert (made.outcome, made.stated) == (Outcome.EXACT, Decimal("4.67"))


def test_a_bound_holds_below_and_at_the_bound_and_within_rounding_above() -> None:
    assert verdict(["4.67"], ["5.00"], "bound").outcome is Outcome.EXACT
    assert verdict(["5.00"], ["5.00"], "bound").outcome is Outcome.EXACT
    assert verdict(["5.01"], ["5.00"], "bound").outcome is Outcome.WITHIN_ROUNDING
    made = verdict(["5.02"], ["5.00"], "bound")
    assert (made.outcome, made.gap) == (Outcome.BROKEN, Decimal("0.02"))


def test_a_share_must_lie_in_the_interval_of_part_over_whole() -> None:
    assert judged("ratio", percent("71.65", Role.SHARE), "2106.66", "2940.05") == (Outcome.EXACT, "71.65")
    assert judged("ratio", percent("71.73", Role.SHARE), "2106.66", "2940.05") == (Outcome.BROKEN, "71.65")


def test_a_share_of_small_amounts_has_the_rounding_of_the_amounts() -> None:
    # 0.02 / 0.30 is anything from 4.9 % to 8.5 %.
    assert judged("ratio", percent("7.11", Role.SHARE), "0.02", "0.30")[0] is Outcome.WITHIN_ROUNDING
    assert judged("ratio", percent("8.60", Role.SHARE), "0.02", "0.30")[0] is Outcome.BROKEN


def test_growth_against_a_printed_base() -> None:
    assert judged("growth", percent("12.81"), "15.68", "13.90") == (Outcome.EXACT, "12.81")
    assert judged("growth", percent("11.00"), "15.68", "13.90")[0] is Outcome.BROKEN
    assert judged("growth", percent("-11.35"), "13.90", "15.68")[0] is Outcome.EXACT


def test_growth_of_a_change_rests_on_the_implied_base() -> None:
    # 40.78 after an increase of 5.94: the base is 34.84.
    assert judged("growth_of_change", percent("17.05"), "5.94", "40.78") == (Outcome.EXACT, "17.05")
    assert judged("growth_of_change", percent("14.57"), "5.94", "40.78") == (Outcome.BROKEN, "17.05")
    assert judged("growth_of_change", percent("-2.09"), "-63.14", "2961.68") == (Outcome.EXACT, "-2.09")


def test_a_percentage_of_a_zero_base_is_left_open() -> None:
    assert judged("growth", percent("100"), "29.44", "0.00")[0] is Outcome.UNDECIDED
    assert judged("growth_of_change", percent("100"), "29.44", "29.44")[0] is Outcome.UNDECIDED
    assert "基数为 0" in verdict([figure("100", "%")], ["29.44", "0.00"], "growth").reason


def test_nothing_of_nothing_can_only_be_zero_percent() -> None:
    assert judged("growth", percent("0.00"), "0.00", "0.00")[0] is Outcome.EXACT
    assert judged("ratio", percent("0.00"), "0.00", "0.00")[0] is Outcome.EXACT
    assert judged("growth_of_change", percent("1.00"), "0.00", "0.00") == (Outcome.BROKEN, "0")


def test_no_change_is_zero_percent_whatever_the_base() -> None:
    assert judged("growth_of_change", percent("0.00"), "0.00", "0.004")[0] is Outcome.EXACT


def test_a_product_of_quantity_and_price() -> None:
    price = Term(figure("3500", "元", quantum=Decimal(0)), factor=Decimal("0.0001"))
    lamps = Term(figure("33", "个"))
    made = judge(Instance(relation(), "product", terms("11.51"), (lamps, price), unit="万元"))
    assert (made.outcome, made.expected, made.gap) == (Outcome.BROKEN, Decimal("11.55"), Decimal("-0.04"))
    assert judge(Instance(relation(), "product", terms("11.55"), (lamps, price), unit="万元")).outcome is Outcome.EXACT


def test_zero_implies_zero_says_nothing_unless_the_premise_is_zero() -> None:
    none, one = figure("0", "人"), figure("1", "人")
    assert verdict([none], ["0.00"], "zero_implies_zero").outcome is Outcome.EXACT
    made = verdict([none], ["2.20"], "zero_implies_zero")
    assert (made.outcome, made.stated, made.expected) == (Outcome.BROKEN, Decimal("2.20"), Decimal(0))
    assert verdict([one], ["2.20"], "zero_implies_zero").outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("holds", "outcome"), [(True, Outcome.EXACT), (False, Outcome.BROKEN), (None, Outcome.UNDECIDED)]
)
def test_a_statement_without_arithmetic_is_what_its_reader_found(holds: bool | None, outcome: Outcome) -> None:
    made = verdict([figure("7", "个")], [], "logic", holds=holds, note="列出 6 个")
    assert made.outcome is outcome
    assert made.reason == ("" if holds is not None else "列出 6 个")


def test_the_id_of_a_verdict_names_the_rule_and_its_figures() -> None:
    one = instance(["1.00"], ["1.00"])
    assert judge(one).id == verdict_id(one) == verdict_id(replace(one, assumptions=("随便",)))
    assert verdict_id(one) != verdict_id(replace(one, relation=relation("another")))
    assert verdict_id(one) != verdict_id(instance(["1.00"], ["1.00"]))
    worded = replace(one, words=(WordEvidence("甲.txt", one.left[0].figure.place, "大于"),))
    assert verdict_id(one) != verdict_id(worded)
    elsewhere = replace(one, words=(WordEvidence("甲.txt", one.right[0].figure.place, "大于"),))
    assert verdict_id(elsewhere) != verdict_id(worded)
