"""One indicator against itself: completion rate, unit, words for a number, and scores that contradict the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from checks.model import Instance, Relation, Severity, Term
from checks.performance.settings import OutcomeWordsRule, UnitsRule
from checks.performance.shared import (
    LEARNED,
    cell_words,
    factor_to,
    inferred,
    interval,
    is_inverse,
    is_met,
    numbers,
    terms,
    value_of,
    where,
)
from datasets.model import Figure
from datasets.performance.model import Indicator, PerformanceTable
from datasets.performance.words import unit_class
from datasets.vocabulary.units import HUNDRED

#: So many rates above 100 %, and such a share of all that could be, show that a document does not cap them.
_ENOUGH, _NEARLY_ALL = 3, Decimal("0.9")


def completion_rates(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K5: outcome over target where more is better; a rate capped at 100 is legal where the document caps."""
    rows = [(table, indicator) for table in tables for indicator in table.indicators]
    over = [i.completion for _, i in rows if i.completion and _is_direct(i) and _exceeds(i)]
    uncapped = sum(figure.value != HUNDRED for figure in over)
    for table, indicator in rows:
        completion = indicator.completion
        if completion is None or completion.unit != "%" or not _is_direct(indicator):
            continue
        at_cap = completion.value == HUNDRED and _exceeds(indicator)
        if at_cap and (uncapped < _ENOUGH or uncapped < _NEARLY_ALL * (len(over) - 1)):
            continue
        instance = _completion_rate(table, indicator, completion, relation)
        yield replace(instance, severity=Severity.WARNING, assumptions=(LEARNED,)) if at_cap else instance


def _is_direct(indicator: Indicator) -> bool:
    pair = numbers(indicator)
    return pair is not None and pair[0] > 0 and not is_inverse(indicator)


def _exceeds(indicator: Indicator) -> bool:
    pair = numbers(indicator)
    return pair is not None and pair[1] > pair[0]


def _completion_rate(table: PerformanceTable, indicator: Indicator, completion: Figure, relation: Relation) -> Instance:
    target, outcome = indicator.target, indicator.outcome
    pair = numbers(indicator)
    if target is None or outcome is None or target.figure is None or outcome.figure is None or pair is None:
        raise ValueError(indicator.name)  # _is_direct has seen both
    wanted, reached = pair
    rate = reached / wanted * HUNDRED
    step = completion.quantum or Decimal(1)
    truncated = rate.quantize(step, ROUND_DOWN) == completion.value != rate.quantize(step, ROUND_HALF_UP)
    cause, cause_en = ("，是截断而不是四舍五入", ", cut off instead of rounded") if truncated else ("", "")
    return Instance(
        relation,
        "ratio",
        terms([completion]),
        (Term(outcome.figure, factor=factor_to(outcome, target) or Decimal(1)), Term(target.figure)),
        unit="%",
        where=where(table, indicator),
        assumptions=inferred(target.figure, outcome.figure),
        severity=Severity.WARNING if truncated else None,
        note=f"业绩值{outcome.text}÷目标值{target.text}＝{rate:.2f}%，完成率印的是{completion.printed}%{cause}。",
        note_en=f"outcome over target is {rate:.2f}%, the printed rate is {completion.printed}%{cause_en}.",
    )


def inverse_completion(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K5: an inverse or dated indicator that is met has 100 % or a usual rate; one that is missed has less."""
    for indicator in table.indicators:
        completion, target, outcome = indicator.completion, indicator.target, indicator.outcome
        met = is_met(indicator)
        if completion is None or met is None or target is None or outcome is None or completion.unit != "%":
            continue
        dated = bool(target.date and outcome.date)
        if not dated and not is_inverse(indicator):
            continue
        rate = value_of(completion)
        holds = rate < HUNDRED if not met else rate == HUNDRED if dated else _is_usual(indicator, completion)
        state, state_en = ("已达到", "met") if met else ("未达到", "not met")
        yield Instance(
            relation,
            "logic",
            terms([completion]),
            terms([outcome.figure, target.figure]),
            unit="%",
            where=where(table, indicator),
            assumptions=inferred(target.figure, outcome.figure),
            note=f"目标值{target.text}，业绩值{outcome.text}，目标{state}，完成率印的是{completion.printed}%。",
            note_en=f"the target is {state_en}, the printed completion rate is {completion.printed}%.",
            words=(cell_words(table, outcome.cell), cell_words(table, target.cell)) if dated else (),
            holds=holds,
        )


def rates_of_words(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K5: an outcome in words can reach its target, never exceed it."""
    for indicator in table.indicators:
        completion, target, outcome = indicator.completion, indicator.target, indicator.outcome
        if completion is None or target is None or outcome is None or not (target.in_words and outcome.in_words):
            continue
        yield Instance(
            relation,
            "logic",
            terms([completion]),
            terms([indicator.score, indicator.weight]),
            unit="%",
            where=where(table, indicator),
            note=f"目标“{target.text}”和完成情况“{outcome.text}”都是文字，完成率印的是{completion.printed}%。",
            note_en=f"target and outcome are in words, the printed completion rate is {completion.printed}%.",
            words=(cell_words(table, outcome.cell),),
            holds=value_of(completion) <= HUNDRED,
        )


def scores_within_weights(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K6: no score exceeds its weight, that of the execution rate included."""
    pairs = [(indicator.name, indicator.score, indicator.weight) for indicator in table.indicators]
    if table.execution:
        pairs.append((table.execution.label, table.execution.score, table.execution.weight))
    for name, score, weight in pairs:
        if score is not None and weight is not None:
            yield Instance(
                relation,
                "bound",
                terms([score]),
                terms([weight]),
                unit="分",
                where=f"{where(table)}·{name}",
                note=f"“{name}”权重{weight.printed}分，得分印的是{score.printed}分。",
                note_en=f"weight {weight.printed}, printed score {score.printed}.",
            )


def _is_usual(indicator: Indicator, completion: Figure) -> bool:
    """True for 100 %, and for the rates that other conventions give an inverse indicator that is met."""
    pair = numbers(indicator)
    if completion.value == HUNDRED or pair is None:
        return True
    wanted, reached = pair
    usual = [Decimal(2) - reached / wanted, reached / wanted] if wanted else []
    usual += [wanted / reached] if reached else []
    printed = interval(completion)
    return any(printed.low <= rate * HUNDRED <= printed.high for rate in usual)


def met_but_zero(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K6: an indicator whose target is met does not score zero."""
    for indicator in table.indicators:
        score, weight = indicator.score, indicator.weight
        if score is None or weight is None or not weight.value or not is_met(indicator):
            continue
        yield _score_against_outcome(table, indicator, relation, holds=bool(score.value), met=True)


def unmet_but_full(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K6: an indicator whose target is missed does not score in full, unless its own rate says that it was rounded."""
    for indicator in table.indicators:
        score, weight, completion = indicator.score, indicator.weight, indicator.completion
        if score is None or weight is None or not weight.value or is_met(indicator) is not False:
            continue
        if completion is not None and value_of(completion) < HUNDRED:
            continue
        full = value_of(score) >= value_of(weight)
        yield _score_against_outcome(table, indicator, relation, holds=not full, met=False)


def _score_against_outcome(
    table: PerformanceTable, indicator: Indicator, relation: Relation, *, holds: bool, met: bool
) -> Instance:
    target, outcome, score, weight = indicator.target, indicator.outcome, indicator.score, indicator.weight
    if target is None or outcome is None or score is None or weight is None:
        raise ValueError(indicator.name)  # callers have seen all four
    state, state_en = ("已达到", "met") if met else ("未达到", "not met")
    label = cell_words(table, indicator.scoring_cell) if indicator.scoring and indicator.scoring_cell else None
    return Instance(
        relation,
        "logic",
        terms([score]),
        terms([outcome.figure, target.figure, weight]),
        unit="分",
        where=where(table, indicator),
        note=(
            f"目标值{target.text}，业绩值{outcome.text}，目标{state}，权重{weight.printed}分，得分印的是{score.printed}分"
            + (f"（{indicator.scoring}）。" if indicator.scoring else "。")
        ),
        note_en=f"the target is {state_en}, weight {weight.printed}, printed score {score.printed}.",
        words=(label,) if label else (),
        holds=holds,
    )


def outcomes_in_words(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K7: a numeric target has a numeric outcome; for information only where a document makes a habit of words."""
    found = [instance for table in tables for instance in _outcomes_in_words(table, relation)]
    in_words = sum(instance.holds is False for instance in found)
    rule = OutcomeWordsRule.of(relation)
    for instance in found:
        # 已完成 says at least that the number was reached, 较好 says nothing of it.
        says_reached = any(word in words.printed for words in instance.words for word in rule.reached)
        share = rule.habit_reached if says_reached else rule.habit
        yield replace(instance, severity=Severity.INFO) if in_words > share * len(found) else instance


def _outcomes_in_words(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """Unless name or basis of an indicator say that it is judged by grades."""
    qualitative, excused = OutcomeWordsRule.of(relation).qualitative, OutcomeWordsRule.of(relation).excused
    for indicator in table.indicators:
        target, outcome = indicator.target, indicator.outcome
        if target is None or outcome is None or target.figure is None or outcome.blank or outcome.date:
            continue
        if any(word in indicator.name + indicator.basis for word in qualitative):
            continue
        if outcome.in_words and any(word in outcome.text for word in excused):
            continue
        yield Instance(
            relation,
            "logic",
            (),
            terms([target.figure]),
            where=where(table, indicator),
            note=f"目标值是定量的{target.text}，业绩值却填“{outcome.text}”。",
            note_en=f"the target is a number ({target.figure.printed}), the outcome is in words.",
            words=(cell_words(table, outcome.cell, "suspect"),),
            holds=not outcome.in_words,
        )


def units_agree(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K7: target and outcome are in one unit; for information only where a document often prints 100% for a number."""
    found = [instance for table in tables for instance in _units_agree(table, relation)]
    differing = sum(instance.holds is False for instance in found)
    habit = differing > 1 and differing > UnitsRule.of(relation).habit * len(found)
    for instance in found:
        yield replace(instance, severity=Severity.INFO) if habit else instance


def _units_agree(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """Measure words that people use for one another count as one, a price (元/人) may be printed as money (元)."""
    distinct = UnitsRule.of(relation).distinct
    for indicator in table.indicators:
        target, outcome = indicator.target, indicator.outcome
        if target is None or outcome is None or target.figure is None or outcome.figure is None:
            continue
        kinds = unit_class(target.unit), unit_class(outcome.unit)
        if not all(kinds):
            continue
        yield Instance(
            relation,
            "logic",
            terms([outcome.figure]),
            terms([target.figure]),
            where=where(table, indicator),
            note=f"目标值{target.text}的单位是“{target.unit}”，业绩值{outcome.text}的单位是“{outcome.unit}”。",
            note_en=f"the target is in {target.unit}, the outcome in {outcome.unit}.",
            holds=kinds[0] == kinds[1]
            or set(kinds) == {"price", "money"}
            or not any(kind in distinct for kind in kinds),
        )
