"""Scoring rules and completion rates over all weights, targets and outcomes."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checks.families import load_rules
from checks.performance.scoring import ScoringRule, scoring_rules
from datasets.performance.words import read_value, words
from datasets.vocabulary.units import Interval
from tests.unit.performance_forms import Form, Row, broken_rules

RULES = scoring_rules(load_rules()["performance-scoring-rule"])
PROPORTIONAL = next(rule for rule in RULES if rule.id == "proportional_docked")
RATES = st.decimals(min_value=0, max_value=3, places=4)
CENT = Decimal("0.01")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_gives_the_full_weight_at_exactly_100_percent(rule: ScoringRule) -> None:
    assert rule.share(Decimal(1)) == 1


@given(rate=RATES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_share_lies_between_nothing_and_all(rule: ScoringRule, rate: Decimal) -> None:
    assert 0 <= rule.share(rate) <= 1


@given(low=RATES, width=st.decimals(min_value=0, max_value="0.5", places=4), at=st.integers(0, 100))
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_shares_of_an_interval_hold_that_of_every_rate_in_it(
    rule: ScoringRule, low: Decimal, width: Decimal, at: int
) -> None:
    shares = rule.shares(Interval(low, low + width))
    assert shares.low <= rule.share(low + width * at / 100) <= shares.high


def form(target: int, outcome: int, weight: int, slip: Decimal) -> Form:
    rate = (Decimal(outcome) / target * 100).quantize(CENT, ROUND_HALF_UP)
    score = (PROPORTIONAL.share(rate / 100) * weight).quantize(CENT, ROUND_HALF_UP)
    total = score + (90 - weight) + 10
    rows = [
        Row("指标", f">={target}个", f"={outcome}个", f"{rate + slip}%", str(score), str(weight)),
        Row(weight=str(90 - weight), score=str(90 - weight)),
    ]
    return Form(rows=rows, total_score=f"{total:.2f}分")


@settings(max_examples=40)
@given(target=st.integers(1, 5000), outcome=st.integers(1, 5000), weight=st.integers(1, 40))
def test_a_correctly_rounded_rate_never_breaks(target: int, outcome: int, weight: int) -> None:
    rules = broken_rules(form(target, outcome, weight, Decimal(0)))
    # At twice the target this rule leaves nothing; the form gives no reasons.
    assert set(rules) <= {"performance-met-but-zero", "performance-reason-missing"}


@settings(max_examples=40)
@given(
    target=st.integers(1, 5000),
    outcome=st.integers(1, 5000),
    slip=st.sampled_from([Decimal("0.02"), Decimal("-0.02"), Decimal(5), Decimal(300)]),
)
def test_a_rate_moved_past_its_rounding_always_breaks(target: int, outcome: int, slip: Decimal) -> None:
    moved = form(target, outcome, 20, slip)
    if not moved.rows[0].completion.startswith("-") and Decimal(moved.rows[0].completion[:-1]) > 3:
        capped = Decimal(moved.rows[0].completion[:-1]) == 100 and outcome > target
        assert capped or "performance-completion-rate" in broken_rules(moved)


@given(
    operator=st.sampled_from(sorted(words().operators)),
    number=st.decimals(min_value=0, max_value=10**7, places=2),
    unit=st.sampled_from(sorted(words().unit_classes)),
)
def test_a_value_cell_is_read_back_as_it_was_printed(operator: str, number: Decimal, unit: str) -> None:
    assume(not 1900 <= number < 2100)  # 2023.10月 is a month
    text = f"{operator}{number}{unit}"
    value = read_value(text)
    assert value.start is not None
    assert value.end is not None
    assert Decimal(text[value.start : value.end]) == number
    assert (value.operator, value.unit) == (words().operators[operator], unit)


def scored_form(rates: list[int], rule: ScoringRule, odd: Decimal | None = None) -> Form:
    """Indicators of weight 10 below 100 %, scored by a rule; the last one gets the score ``odd`` instead."""
    scores = [(rule.share(Decimal(rate) / 100) * 10).quantize(CENT, ROUND_HALF_UP) for rate in rates]
    if odd is not None:
        scores[-1] = odd
    rows = [
        Row(f"第{number}项活动", ">=100次", f"={rate}次", f"{rate}%", str(score), "10")
        for number, (rate, score) in enumerate(zip(rates, scores, strict=True))
    ]
    return Form(rows=rows, total_weight="", total_score="", rate="", execution_score="")


def deviations(form: Form) -> list[str]:
    return [name for name in broken_rules(form) if name == "performance-scoring-rule"]


BELOW = st.lists(st.integers(1, 99), min_size=6, max_size=14)


@settings(max_examples=60)
@given(rates=BELOW, rule=st.sampled_from(RULES))
def test_scores_that_all_follow_one_rule_deviate_from_none(rates: list[int], rule: ScoringRule) -> None:
    assert deviations(scored_form(rates, rule)) == []


@settings(max_examples=60)
@given(rates=BELOW, rule=st.sampled_from(RULES), odd=st.decimals(min_value=0, max_value=10, places=2))
def test_one_score_that_no_candidate_gives_is_reported(rates: list[int], rule: ScoringRule, odd: Decimal) -> None:
    rate = Decimal(rates[-1]) / 100
    around = Interval(rate - CENT, rate + CENT)  # farther off than any rounding of the printed rate
    assume(not any(candidate.shares(around).scaled(Decimal(10)).meets(Interval(odd, odd)) for candidate in RULES))
    assert deviations(scored_form(rates, rule, odd)) == ["performance-scoring-rule"]


@settings(max_examples=40)
@given(rates=st.lists(st.integers(1, 99), min_size=1, max_size=5), odd=st.integers(0, 10))
def test_fewer_than_five_other_scores_teach_nothing(rates: list[int], odd: int) -> None:
    assert deviations(scored_form(rates, RULES[0], Decimal(odd))) == []


@settings(max_examples=40)
@given(over=st.lists(st.integers(101, 190), min_size=6, max_size=12), score=st.integers(0, 10))
def test_scores_above_the_target_teach_nothing_about_missed_ones(over: list[int], score: int) -> None:
    assert deviations(scored_form([*over, 70], RULES[0], Decimal(score))) == []
