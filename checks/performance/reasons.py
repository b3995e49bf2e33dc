"""Reasons for deviations: given where a target was missed, and of the right sign."""

from __future__ import annotations

from collections.abc import Iterator

from checks.model import Instance, Relation
from checks.performance.settings import MissingReasonRule, ReasonSignRule
from checks.performance.shared import cell_words, is_met, numbers, terms, wants, where
from datasets.performance.model import Indicator, PerformanceTable
from datasets.performance.words import is_placeholder


def missing_reasons(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K14: an indicator that was missed has a reason, in a form that asks for one."""
    nothing = MissingReasonRule.of(relation).nothing
    for indicator in table.indicators:
        cell, target, outcome = indicator.reason_cell, indicator.target, indicator.outcome
        if cell is None or target is None or outcome is None or is_met(indicator) is not False:
            continue
        yield Instance(
            relation,
            "logic",
            (),
            terms([outcome.figure, target.figure]),
            where=where(table, indicator),
            note=f"“{indicator.name}”目标值{target.text}，完成值{outcome.text}，未达到目标，没有填写偏差原因。",
            note_en="the target was missed and no reason is given.",
            words=(cell_words(table, outcome.cell, "suspect"),),
            holds=not is_placeholder(indicator.reason) and indicator.reason not in nothing,
        )


def reasons_fit(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K14: a reason for doing more stands beside more, one for doing less beside less."""
    more, less = ReasonSignRule.of(relation).more, ReasonSignRule.of(relation).less
    for indicator in table.indicators:
        sign = _sign(indicator)
        says_more = any(word in indicator.reason for word in more)
        says_less = any(word in indicator.reason for word in less)
        if indicator.reason_cell is None or indicator.outcome is None or not sign or says_more is says_less:
            continue
        told, told_en = ("超过目标", "exceeds") if sign > 0 else ("低于目标", "misses")
        yield Instance(
            relation,
            "logic",
            (),
            terms([indicator.outcome.figure, indicator.target.figure if indicator.target else None]),
            where=where(table, indicator),
            note=f"“{indicator.name}”完成值{indicator.outcome.text}{told}，偏差原因却写“{indicator.reason}”。",
            note_en=f"the outcome {told_en} the target, the reason says the reverse.",
            words=(cell_words(table, indicator.reason_cell, "suspect"), cell_words(table, indicator.outcome.cell)),
            holds=says_more is (sign > 0),
        )


def _sign(indicator: Indicator) -> int:
    """1 for more than the target, -1 for less, 0 where they are equal, open or where less is better."""
    pair = numbers(indicator)
    if pair is None or wants(indicator) != "more" or pair[0] == pair[1]:
        return 0
    return 1 if pair[1] > pair[0] else -1
