"""What a form says in grades and blocks: the grade of the total, grades of indicators in words, weights of blocks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from checks.model import Instance, Relation
from checks.performance.settings import IndicatorGradeRule, NamedRatesRule, TotalGradeRule
from checks.performance.shared import (
    NAMES_ARE_ALIKE,
    cell_words,
    interval,
    plain_number,
    terms,
    value_of,
    where,
)
from datasets.performance.model import Indicator, PerformanceTable
from datasets.performance.words import unit_class
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import HUNDRED


def total_grade(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K4: the grade printed beside the total is that of the total, on a scale of 100."""
    score = table.head_score or table.total_score
    lowest = TotalGradeRule.of(relation).lowest
    if score is None or table.grade is None or (table.total_weight and table.total_weight.value != HUNDRED):
        return
    printed = plain(table.grade.text)
    if printed not in lowest:
        return
    grades = sorted(lowest.items(), key=lambda item: item[1], reverse=True)
    # A rounded total fits every grade that one of its true values has.
    reached = interval(score)
    fitting = {next((name for name, low in grades if value >= low), "") for value in (reached.low, reached.high)}
    yield Instance(
        relation,
        "logic",
        terms([score]),
        (),
        unit="分",
        where=f"{where(table)}·等级",
        note=f"总分{score.printed}分属于“{'”或“'.join(sorted(fitting))}”，等级印的是“{printed}”。",
        note_en=f"a total of {score.printed} has another grade than the printed one.",
        words=(cell_words(table, table.grade, "suspect"),),
        holds=printed in fitting,
    )


def total_repeated(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K4: the total in the head of a form is that in its last row."""
    head, total = table.head_score, table.total_score
    if head is not None and total is not None and head.id != total.id:
        yield Instance(
            relation,
            "sum",
            terms([head]),
            terms([total]),
            unit="分",
            where=f"{where(table)}·总分",
            note=f"表头总分是{head.printed}分，表末总分是{total.printed}分。",
            note_en=f"the head of the form has {head.printed}, its last row {total.printed}.",
        )


def indicator_grades(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K6: an outcome in the official words (部分达成…) has a share of its weight in the range of that grade."""
    for indicator in table.indicators:
        outcome, score, weight = indicator.outcome, indicator.score, indicator.weight
        if outcome is None or score is None or weight is None or not weight.value or not outcome.in_words:
            continue
        grade = next((one for one in _grades(relation) if outcome.text.startswith(one[0])), None)
        if grade is None:
            continue
        words, low, high = grade
        share = interval(score).scaled(HUNDRED / value_of(weight))
        yield Instance(
            relation,
            "logic",
            terms([score]),
            terms([weight]),
            unit="分",
            where=where(table, indicator),
            note=(
                f"完成情况是“{words}”，得分应在权重{weight.printed}分的{plain_number(low)}%至{plain_number(high)}%之间，"
                f"印的是{score.printed}分。"
            ),
            note_en=f"this grade earns {low} to {high} % of the weight {weight.printed}; printed {score.printed}.",
            words=(cell_words(table, outcome.cell),),
            holds=share.low <= high and share.high >= low,
        )


def _grades(relation: Relation) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Opening words of an outcome with the shares of the weight, in per cent, that go with them."""
    for grade in IndicatorGradeRule.of(relation).grades:
        for word in grade.words:
            yield word, grade.from_, grade.to


def block_sums(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K3: the weights of the indicators below 产出指标（50分） add up to 50."""
    for block in table.blocks:
        indicators = [indicator for indicator in table.indicators if indicator.level1 == block.level1]
        weights = [indicator.weight for indicator in indicators if indicator.weight]
        if not weights or len(weights) < len(indicators):
            continue
        added = sum(map(value_of, weights), Decimal(0))
        yield Instance(
            relation,
            "sum",
            terms([block.weight]),
            terms(weights),
            unit="分",
            where=f"{where(table)}·{block.level1}",
            note=f"{block.level1}下各指标权重之和为{plain_number(added)}分，印的是{block.weight.printed}分。",
            note_en=f"the weights of this block add up to {plain_number(added)}, printed {block.weight.printed}.",
        )


def impossible_rates(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K7: a share of a whole (满意度, 合格率) is at most 100 %."""
    for indicator in table.indicators:
        if not _is_share(indicator, relation):
            continue
        for value in (indicator.target, indicator.outcome):
            if value is not None and value.figure is not None and unit_class(value.unit) == "ratio":
                yield Instance(
                    relation,
                    "logic",
                    terms([value.figure]),
                    (),
                    unit="%",
                    where=where(table, indicator),
                    note=f"“{indicator.name}”不会超过100%，印的是{value.text}。",
                    note_en=f"a share of a whole is at most 100 %, printed {value.figure.printed}.",
                    holds=value_of(value.figure) <= HUNDRED,
                )


def target_directions(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K7: a target for 满意度 or 合格率 is a floor; ≤ is a slip of the operator, unless the limit is the whole."""
    for indicator in table.indicators:
        target = indicator.target
        if target is None or target.figure is None or not target.operator or not _is_share(indicator, relation):
            continue
        wrong = target.operator in ("<=", "<") and value_of(target.figure) < HUNDRED
        yield Instance(
            relation,
            "logic",
            (),
            terms([target.figure]),
            where=where(table, indicator),
            assumptions=(NAMES_ARE_ALIKE,),
            note=f"“{indicator.name}”越高越好，目标值却是{target.text}（{target.operator}）。",
            note_en=f"more is better here, but the target is at most {target.figure.printed}.",
            words=(cell_words(table, target.cell, "suspect"),),
            holds=not wrong,
        )


def _is_share(indicator: Indicator, relation: Relation) -> bool:
    name, rule = indicator.core, NamedRatesRule.of(relation)
    return name.endswith(rule.names) and not any(word in name for word in rule.not_in)
