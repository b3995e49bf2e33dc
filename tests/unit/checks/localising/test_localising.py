"""Which figure is blamed: copies count once, what two relations share comes first, ties are said to be ties."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from checks.judging.verdicts import judge
from checks.localising.causes import Candidate, Cause, Copies, absorbed, causes
from checks.localising.mechanisms import ONE_DIGIT, SWAPPED
from checks.localising.solving import holds_after, plausible, solve
from checks.model import Instance, Outcome, Term
from datasets.model import Figure, Role
from tests.benchmarks.components import table
from tests.unit.building import figure, instance, relation, verdict


def causes_of(*instances: Instance, around: Mapping[str, Sequence[Figure]] | None = None) -> list[Cause]:
    return causes([judge(each) for each in instances], around or {})


def cause_of(*instances: Instance, around: Mapping[str, Sequence[Figure]] | None = None) -> Cause:
    [cause] = causes_of(*instances, around=around)
    return cause


def best(cause: Cause) -> Candidate:
    return cause.candidates[0]


def named(cause: Cause) -> list[str]:
    return [candidate.figure.printed for candidate in cause.candidates]


@pytest.mark.parametrize("errors", [1, 2, 3])
def test_errors_planted_in_a_table_of_two_hundred_figures_are_all_named_first(errors: int) -> None:
    planted = table(20, 10, errors, random.Random(1))  # noqa: S311 - a repeatable table
    found = causes(planted.verdicts, {})
    assert {best(cause).figure.id for cause in found} == {figure.id for figure in planted.wrong}


def test_what_holds_has_no_cause() -> None:
    assert causes_of(instance(["3.00"], ["1.00", "2.00"])) == []


def test_a_rule_that_absorbs_explains_all_that_is_broken_at_its_figures_and_nothing_else() -> None:
    slid, apart = figure("57.00"), figure("35.00")
    rule = relation("shifted-rows", kind="logic", absorbs=True)
    leading = judge(Instance(rule, "logic", (Term(slid),), (), holds=False))
    touched, other = judge(instance([slid], ["10.00", "35.00"])), judge(instance([apart], ["10.00", "20.00"]))
    [cause] = absorbed([leading, touched, other])
    assert (cause.leading, cause.verdicts) == (leading, (leading, touched))


def test_the_parts_and_the_total_of_a_lone_sum_are_tied() -> None:
    cause = cause_of(instance(["35.00"], ["10.00", "20.00"]))
    assert sorted(named(cause)) == ["10.00", "20.00", "35.00"]
    assert len({candidate.cost for candidate in cause.candidates}) == 1
    assert {candidate.figure.printed: candidate.value for candidate in cause.candidates} == {
        "35.00": Decimal(30),
        "10.00": Decimal(15),
        "20.00": Decimal(25),
    }


def test_a_figure_that_another_relation_vouches_for_comes_last() -> None:
    vouched = figure("57.00")
    cause = cause_of(instance([vouched], ["10.00", "35.00"]), instance([vouched], ["50.00", "7.00"], rule="other"))
    assert named(cause) == ["10.00", "35.00", "57.00"]
    assert [len(candidate.harmed) for candidate in cause.candidates] == [0, 0, 1]


def test_the_figure_in_which_two_independent_broken_relations_meet_comes_first() -> None:
    shared = figure("52.00")
    cause = cause_of(
        instance(["30.00"], ["10.00", shared], rule="one"), instance([shared], ["5.00", "15.00"], rule="two")
    )
    assert best(cause).figure is shared
    assert best(cause).value == 20
    assert len(cause.verdicts) == len(best(cause).restores) == 2


def test_a_broken_statement_without_arithmetic_points_at_its_figure() -> None:
    weight = figure("14", "分")
    others = [figure("56", "分"), figure("34", "分")]
    total = instance([figure("100", "分")], [*others, weight], rule="weights")
    score = instance([weight], [], "logic", holds=False, rule="score-within-weight")
    assert best(cause_of(total, score)).figure is weight
    assert best(cause_of(total)).figure is not weight


def test_a_value_printed_in_two_columns_vouches_once() -> None:
    total, copy = figure("30.00"), figure("30.00")
    part = figure("12.00")
    column = instance([total], [copy], rule="row-total")
    first = instance([total], [part, "20.00"], rule="column-one")
    cause = cause_of(column, first)
    by_name = {candidate.figure.printed: candidate for candidate in cause.candidates}
    assert {each.id for each in by_name["30.00"].figures} == {total.id, copy.id}
    assert not by_name["30.00"].harmed
    assert by_name["30.00"].cost == by_name["12.00"].cost


def test_copies_change_together_and_are_mended_together() -> None:
    total, copy, part = figure("30.00"), figure("30.00"), figure("35.00")
    cause = cause_of(
        instance([total], [copy], rule="same-fact"),
        instance([total], [figure("15.00"), "20.00"], rule="one"),
        instance([copy], [part], rule="two"),
    )
    assert best(cause).value == 35
    assert {each.id for each in best(cause).figures} == {total.id, copy.id}
    assert len(cause.verdicts) == 2


def test_of_two_different_printings_the_one_that_others_repeat_is_believed() -> None:
    odd, first, second = figure("27.00"), figure("21.00"), figure("21.00")
    same = [instance([second], [first], rule="same-fact"), instance([first], [odd], rule="same-fact")]
    assert named(cause_of(*same)) == ["27.00", "21.00"]


def test_numbers_equal_within_rounding_are_no_copies() -> None:
    coarse, fine = figure("46"), figure("45.5")
    copies = Copies([verdict([coarse], [fine])])
    assert copies.root(coarse.id) != copies.root(fine.id)


def test_the_same_amount_in_another_unit_is_no_copy() -> None:
    wan, yuan = figure("0.25"), figure("2500", "元")
    made = Instance(relation(), "sum", (Term(wan),), (Term(yuan, factor=Decimal("0.0001")),), unit="万元")
    copies = Copies([judge(made)])
    assert copies.root(wan.id) != copies.root(yuan.id)


def test_negative_amounts_are_never_proposed() -> None:
    small, big = figure("3.00"), figure("90.00")
    cause = cause_of(instance(["50.00"], [small, big]))
    assert "3.00" not in named(cause)
    assert all(candidate.value >= 0 for candidate in cause.candidates)


@pytest.mark.parametrize(
    ("printed", "role", "repaired", "proposed"),
    [
        ("3.00", Role.LEVEL, "-37.00", False),
        ("-3.00", Role.LEVEL, "-4.00", True),
        ("3.00", Role.SHARE, "-1.00", False),
        ("3.00", Role.CHANGE, "-3.00", True),
        ("3.00", Role.CHANGE, "-5.00", False),
        ("-3.00", Role.RATE, "-5.00", True),
        ("0.00", Role.CHANGE, "-5.00", True),
        ("3.00", Role.LEVEL, "3.00", False),
    ],
)
def test_a_repair_keeps_the_sign_unless_only_the_direction_is_wrong(
    printed: str, role: Role, repaired: str, proposed: bool
) -> None:
    assert plausible(figure(printed, role=role), Decimal(repaired)) is proposed


def test_two_faults_in_one_component_make_two_causes() -> None:
    joint = figure("30.00")
    wrong, also_wrong = figure("19.00"), figure("56.00")
    found = causes_of(
        instance([joint], ["10.00", "20.00"], rule="holds"),
        instance(["49.00"], [joint, wrong], rule="holds-too"),
        instance([wrong], ["4.00", "5.00"], rule="one"),
        instance([wrong], ["3.00", "6.00"], rule="two"),
        instance(["80.00"], [also_wrong, wrong, "4.00"], rule="three"),
        instance([also_wrong], ["15.00", "52.00"], rule="four"),
        instance([also_wrong], ["7.00", "60.00"], rule="five"),
    )
    assert {best(cause).figure.printed for cause in found} == {"19.00", "56.00"}
    assert sum(len(cause.verdicts) for cause in found) == 5
    assert not {v.id for v in found[0].verdicts} & {v.id for v in found[1].verdicts}


def test_two_faults_in_one_sum_are_found_by_changing_both_at_once() -> None:
    """Neither change alone mends the sum that holds both."""
    wrong, also_wrong = figure("19.00"), figure("56.00")
    both = instance(["80.00"], [also_wrong, wrong, "4.00"], rule="both")
    found = causes_of(
        both,
        instance([wrong], ["4.00", "5.00"], rule="one"),
        instance([also_wrong], ["15.00", "52.00"], rule="two"),
        instance([also_wrong], ["7.00", "60.00"], rule="three"),
        instance([wrong], ["3.00", "6.00"], rule="four"),
    )
    assert {best(cause).figure.printed: best(cause).value for cause in found} == {"19.00": 9, "56.00": 67}


def test_faults_that_share_no_figure_are_apart() -> None:
    found = causes_of(instance(["3.00"], ["1.00", "1.00"]), instance(["9.00"], ["1.00", "1.00"]))
    assert [len(cause.verdicts) for cause in found] == [1, 1]


def test_swapped_digits_outrank_an_arbitrary_change() -> None:
    swapped = figure("5341.22")  # 5314.22 in truth
    cause = cause_of(instance(["6548.78"], [swapped, "1234.56"]))
    assert best(cause).figure is swapped
    assert best(cause).slip is SWAPPED


def test_a_slip_is_recognised_through_the_rounding_of_the_other_figures() -> None:
    swapped = figure("5341.22")
    cause = cause_of(instance(["6548.79"], [swapped, "1234.56"]))
    assert (best(cause).figure, best(cause).value) == (swapped, Decimal("5314.22"))


def test_one_wrong_digit_is_as_likely_in_a_short_number_as_in_a_long_one() -> None:
    total, part = figure("100", "分"), figure("45", "分")
    cause = cause_of(instance([total], [part, figure("59", "分")]))
    slips = {candidate.figure.printed: candidate.slip for candidate in cause.candidates}
    assert slips == {"100": ONE_DIGIT, "45": None, "59": None}
    assert {c.figure.printed: c.cost for c in cause.candidates if c.figure.printed != "45"} == {
        "100": Decimal("0.5"),
        "59": Decimal("0.5"),
    }


def test_what_no_single_change_mends_stands_alone_without_a_suspect() -> None:
    zero = figure("0.00", role=Role.LEVEL)
    cause = cause_of(instance([figure("12.00", "%")], [zero, figure("0.00")], "ratio", unit="%"))
    assert [candidate.figure.unit for candidate in cause.candidates] == ["%"]
    no_value = figure("1.00", value=None)
    assert solve(verdict(["3.00"], [no_value, "1.00"]), judge(instance([no_value], ["1.00"])).instance.left[0]) is None


def test_a_percentage_is_a_little_likelier_wrong_than_the_amounts_it_is_made_of() -> None:
    cause = cause_of(instance([figure("57.00", "%", role=Role.SHARE)], ["31.00", "70.00"], "ratio", unit="%"))
    assert best(cause).figure.unit == "%"
    assert best(cause).value == Decimal("44.29")
    assert best(cause).cost < cause.candidates[1].cost == cause.candidates[2].cost


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("sum", "35.00", ["10.00", "20.00"]),
        ("bound", "35.00", ["10.00", "20.00"]),
        ("ratio", "60.00%", ["10.00", "20.00"]),
        ("growth", "60.00%", ["15.00", "12.00"]),
        ("growth_of_change", "60.00%", ["10.00", "40.00"]),
        ("product", "11.51", ["3.30", "3.50"]),
    ],
)
def test_every_proposed_repair_mends_what_it_says(kind: str, left: str, right: list[str]) -> None:
    head = figure(left.removesuffix("%"), "%" if left.endswith("%") else "万元", role=Role.RATE)
    broken = verdict([head], right, kind)
    assert broken.outcome is Outcome.BROKEN
    for term in (*broken.instance.left, *broken.instance.right):
        repaired = solve(broken, term)
        assert repaired is not None
        assert holds_after(broken, {term.figure.id: repaired})


def test_an_exact_count_is_mended_through_a_rounded_percentage() -> None:
    target = figure("99", "人")
    broken = verdict([figure("105.26", "%")], [figure("100", "人"), target], "ratio")
    assert solve(broken, broken.instance.right[1]) == 95


def test_a_coarse_number_in_prose_is_mended_to_what_the_others_print() -> None:
    coarse = figure("50")
    broken = verdict([coarse], ["45.5"])
    assert solve(broken, broken.instance.left[0]) == Decimal("45.5")
    in_table = verdict([figure("50", table="收支总表")], ["45.5"])
    assert solve(in_table, in_table.instance.left[0]) == 46
