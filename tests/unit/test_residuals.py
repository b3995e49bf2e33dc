"""A gap that equals a known amount is explained by it; a coincidence that is cheap stays unsaid."""

from __future__ import annotations

from checks.residuals import explain
from datasets.model import Figure, Role, Scope
from tests.unit.building import figure, verdict


def explained(part: str, *others: Figure) -> list[str]:
    broken = verdict(["210.00"], [part])
    return [each.printed for each in explain(broken, (*others, *broken.instance.figures))]


def test_an_amount_that_is_exactly_the_gap_explains_it() -> None:
    assert explained("29.66", figure("180.34", concept="own_funds")) == ["180.34"]


def test_an_amount_near_the_gap_explains_nothing() -> None:
    assert explained("29.66", figure("180.35", concept="own_funds")) == []


def test_a_round_gap_is_explained_by_a_sibling_only() -> None:
    stranger = figure("180.00", concept="own_funds")
    sibling = figure("180.00", scope=Scope(carryover="opening"))
    assert explained("30.00", stranger) == []
    assert explained("30.00", stranger, sibling) == ["180.00"]


def test_a_sibling_explains_better_than_a_stranger() -> None:
    stranger = figure("180.34", concept="own_funds")
    sibling = figure("180.34", scope=Scope(carryover="opening"), concept_label="结转支出", line=9)
    broken = verdict(["210.00"], ["29.66"])
    assert explain(broken, [stranger, sibling]) == (sibling,)


def test_a_gap_that_many_facts_have_is_explained_by_none() -> None:
    several = [figure("180.34", concept=f"fact_{number}") for number in range(3)]
    assert explained("29.66", *several) == []
    assert len(explained("29.66", *several[:2])) == 2


def test_one_fact_printed_often_counts_once() -> None:
    assert explained("29.66", *(figure("180.34", concept="own_funds") for _ in range(5))) == ["180.34"]


def test_another_unit_role_or_document_explains_nothing() -> None:
    assert explained("29.66", figure("180.34", "元", concept="own_funds")) == []
    assert explained("29.66", figure("180.34", concept="own_funds", role=Role.CHANGE)) == []
    assert explained("29.66", figure("180.34", concept="own_funds", document="乙.txt")) == []
    assert explained("29.66", figure("180.34", concept="")) == []


def test_a_figure_of_the_sum_does_not_explain_its_gap() -> None:
    doubled = figure("105.00")
    assert explain(verdict([figure("210.00")], [doubled]), [doubled]) == ()


def test_only_sums_have_gaps_in_money() -> None:
    broken = verdict([figure("57.00", "%")], ["158.00", "280.00"], "ratio")
    assert explain(broken, [figure("0.57", "%", concept="own_funds")]) == ()
