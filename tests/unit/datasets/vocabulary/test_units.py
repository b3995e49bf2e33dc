from __future__ import annotations

from decimal import Decimal

import pytest

from datasets.vocabulary.units import Interval, exact_dimensions, factor_between, units


def test_a_printed_number_stands_for_itself_and_half_a_step_to_both_sides() -> None:
    assert Interval.printed(Decimal("2.2"), Decimal("0.01")) == Interval(Decimal("2.195"), Decimal("2.205"))


def test_a_count_stands_for_itself_alone() -> None:
    assert Interval.printed(Decimal(3), Decimal(0)) == Interval(Decimal(3), Decimal(3))


def test_closed_intervals_that_touch_meet() -> None:
    left, right = Interval.printed(Decimal("1.0"), Decimal("0.1")), Interval.printed(Decimal("1.1"), Decimal("0.1"))
    assert left.meets(right)
    assert not left.meets(Interval.printed(Decimal("1.11"), Decimal("0.01")))


def test_a_negative_factor_turns_the_ends_round() -> None:
    assert Interval(Decimal(1), Decimal(2)).scaled(Decimal(-3)) == Interval(Decimal(-6), Decimal(-3))


@pytest.mark.parametrize("divisor", [Interval(Decimal(0), Decimal(1)), Interval(Decimal(-1), Decimal(1))])
def test_nothing_is_divided_by_what_may_be_zero(divisor: Interval) -> None:
    assert Interval(Decimal(1), Decimal(1)) / divisor is None


@pytest.mark.parametrize(
    ("unit", "other", "factor"),
    [
        ("万元", "元", "10000"),
        ("元", "万元", "0.0001"),
        ("亿元", "万元", "10000"),
        ("公里", "米", "1000"),
        ("人", "名", "1"),
    ],
)
def test_units_of_one_dimension_convert_exactly(unit: str, other: str, factor: str) -> None:
    assert factor_between(unit, other) == Decimal(factor)


@pytest.mark.parametrize(("unit", "other"), [("万元", "人"), ("台", "辆"), ("%", "个百分点"), ("万元", "什么")])
def test_units_of_different_dimensions_do_not_convert(unit: str, other: str) -> None:
    assert factor_between(unit, other) is None


def test_things_are_counted_and_money_areas_and_ratios_are_measured() -> None:
    assert {"persons", "vehicles", "batches", "items"} <= exact_dimensions()
    assert not {"money", "ratio", "area", "points"} & exact_dimensions()


def test_every_unit_has_a_positive_factor_and_one_base_unit_in_its_dimension() -> None:
    by_dimension: dict[str, list[Decimal]] = {}
    for unit in units().values():
        by_dimension.setdefault(unit.dimension, []).append(unit.factor)
    assert all(factor > 0 for factors in by_dimension.values() for factor in factors)
    assert {dimension for dimension, factors in by_dimension.items() if 1 not in factors} == set()
