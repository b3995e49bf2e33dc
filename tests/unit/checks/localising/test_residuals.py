"""A gap that equals a sum of known items is explained by them; a coincidence that is cheap stays unsaid."""

from __future__ import annotations

from decimal import Decimal

from checks.localising.residuals import explain
from datasets.model import Figure, Role, Scope
from tests.unit.building import figure, verdict


def explained(part: str, *others: Figure) -> list[list[str]]:
    broken = verdict(["2100.00"], [part])
    residual = explain(broken, (*others, *broken.instance.figures))
    return [[each.printed for each in items] for items in residual.sets] if residual else []


def project(printed: str, code: str) -> Figure:
    return figure(printed, scope=Scope(function_code=code))


def test_an_amount_that_is_exactly_the_gap_explains_it() -> None:
    assert explained("1919.66", figure("180.34", concept="own_funds")) == [["180.34"]]


def test_an_amount_near_the_gap_explains_nothing() -> None:
    assert explained("1919.66", figure("180.35", concept="own_funds")) == []


def test_two_items_that_were_left_out_explain_the_gap_together() -> None:
    items = [project(printed, f"20{number}") for number, printed in enumerate(["112.17", "68.17", "530.40", "91.93"])]
    assert explained("1919.66", *items) == [["112.17", "68.17"]]


def test_three_and_four_items_are_tried_too() -> None:
    three = [project(printed, f"20{number}") for number, printed in enumerate(["512.17", "68.13", "530.40", "91.93"])]
    assert explained("989.30", *three) == [["512.17", "68.13", "530.40"]]
    four = [project(printed, f"20{number}") for number, printed in enumerate(["512.17", "68.13", "530.40", "91.91"])]
    assert explained("897.39", *four) == [["512.17", "68.13", "530.40", "91.91"]]


def test_among_many_small_items_some_sum_always_fits_and_explains_nothing() -> None:
    """Forty items below ten, at cents, have a hundred thousand sums: one of them is any gap."""
    items = [project(f"{Decimal(number * number * 37 % 991) / 100:.2f}", f"20{number}") for number in range(1, 41)]
    assert explained("2080.17", *items) == []


def test_what_few_items_explain_is_not_explained_by_more() -> None:
    items = [project(printed, f"20{number}") for number, printed in enumerate(["180.34", "112.17", "68.17"])]
    assert explained("1919.66", *items) == [["180.34"]]


def test_a_round_gap_is_explained_by_a_sibling_only() -> None:
    stranger = figure("180.00", concept="own_funds")
    sibling = figure("180.00", scope=Scope(carryover="opening"))
    assert explained("1920.00", stranger) == []
    assert explained("1920.00", stranger, sibling) == [["180.00"]]


def test_an_item_of_another_fund_explains_nothing_unless_it_is_a_sibling() -> None:
    assert explained("1919.66", figure("180.34", concept="own_funds", scope=Scope(fund="general"))) == []
    assert explained("1919.66", figure("180.34", scope=Scope(fund="general"))) == [["180.34"]]


def test_a_sibling_explains_better_than_a_stranger() -> None:
    stranger = figure("180.34", concept="own_funds")
    sibling = figure("180.34", scope=Scope(carryover="opening"), concept_label="结转支出", line=9)
    residual = explain(verdict(["210.00"], ["29.66"]), [stranger, sibling])
    assert residual is not None
    assert residual.figures == (sibling,)


def test_a_gap_that_many_facts_have_is_explained_by_none() -> None:
    several = [figure("180.34", concept=f"fact_{number}") for number in range(3)]
    assert explained("1919.66", *several) == []
    assert len(explained("1919.66", *several[:2])) == 2


def test_one_fact_printed_often_counts_once() -> None:
    assert explained("1919.66", *(figure("180.34", concept="own_funds") for _ in range(5))) == [["180.34"]]


def test_another_unit_role_or_document_explains_nothing() -> None:
    assert explained("1919.66", figure("180.34", "元", concept="own_funds")) == []
    assert explained("1919.66", figure("180.34", concept="own_funds", role=Role.CHANGE)) == []
    assert explained("1919.66", figure("180.34", concept="own_funds", document="乙.txt")) == []
    assert explained("1919.66", figure("180.34", concept="")) == []


def test_a_figure_of_the_sum_does_not_explain_its_gap() -> None:
    doubled = figure("105.00")
    assert explain(verdict([figure("210.00")], [doubled]), [doubled]) is None


def test_only_sums_have_gaps_in_money() -> None:
    broken = verdict([figure("57.00", "%")], ["158.00", "280.00"], "ratio")
    assert explain(broken, [figure("0.57", "%", concept="own_funds")]) is None


def test_the_chance_of_a_fit_grows_with_the_items_and_the_step() -> None:
    broken = verdict(["2100.00"], ["1919.66"])
    right = figure("180.34", concept="own_funds")
    alone = explain(broken, [right])
    crowd = explain(broken, [right, *(project(f"{number}.17", str(number)) for number in range(150, 170))])
    assert alone is not None
    assert crowd is not None
    assert alone.chance < crowd.chance
    assert (alone.known, crowd.known) == (1, 21)
