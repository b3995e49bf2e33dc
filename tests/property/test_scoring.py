"""Scoring rules and completion rates over all weights, targets and outcomes."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checks.performance_scoring import ScoringRule, scoring_rules
from checks.relations import load_relations
from datasets.performance_words import read_value, words
from datasets.units import Interval
from tests.unit.performance_forms import Form, Row, broken_rules

RULES = scoring_rules(load_relations()["performance-scoring-rule"])
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


@settings(deadline=None, max_examples=40)
@given(target=st.integers(1, 5000), outcome=st.integers(1, 5000), weight=st.integers(1, 40))
def test_a_correctly_rounded_rate_never_breaks(target: int, outcome: int, weight: int) -> None:
    rules = broken_rules(form(target, outcome, weight, Decimal(0)))
    # At twice the target this rule leaves nothing; the form gives no reasons.
    assert set(rules) <= {"performance-met-but-zero", "performance-reason-missing"}


@settings(deadline=None, max_examples=40)
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
