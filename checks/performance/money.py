"""Funds, execution, weights and total score of performance tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from checks.model import Instance, Relation, Severity, Term, WordEvidence
from checks.performance.settings import FundsTotalRule, SharedSumRule, WeightsRule
from checks.performance.shared import (
    LEARNED,
    ONE,
    PERCENT,
    STAGE_LABELS,
    STAGE_LABELS_EN,
    cell_words,
    inferred,
    interval,
    plain_number,
    shown,
    terms,
    value_of,
    where,
)
from datasets.model import Figure
from datasets.performance.model import FundRow, Indicator, PerformanceTable
from datasets.performance.words import unit_class, words
from datasets.vocabulary.units import HUNDRED, factor_between


def funds_total(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K1: the total of the funds is the sum of its sources, at every stage."""
    sources = {row.source for row in table.funds} - {"total"}
    partitions = FundsTotalRule.of(relation).partitions
    if table.unread_sources or len(sources) < 2 or not any(sources <= set(parts) for parts in partitions):  # noqa: PLR2004
        return
    if len({row.source for row in table.funds}) < len(table.funds):
        return  # two rows of one source: one of them may be a part of the other
    empty = any(not row.amounts for row in table.funds)
    for stage, label in STAGE_LABELS.items():
        total = table.amount("total", stage)
        parts = [figure for source in sorted(sources) if (figure := table.amount(source, stage))]
        if total is None or not parts:
            continue
        added = sum(map(value_of, parts), Decimal(0))
        yield Instance(
            relation,
            "sum",
            terms([total]),
            terms(parts),
            unit=total.unit,
            where=f"{where(table)}·{label}",
            assumptions=("整行空白的来源视为没有",) if empty else (),
            note=f"{label}：合计{shown(total)}，各来源之和为{plain_number(added)}{total.unit}。",
            note_en=f"{STAGE_LABELS_EN[stage]}: total {total.printed}, sources add up to {plain_number(added)}.",
        )


def execution_rate(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K2: the execution rate is outturn over full-year budget, in every row that prints one."""
    for row in table.funds:
        budget, outturn = row.amounts.get("full_year_budget"), row.amounts.get("outturn")
        if row.rate is None or row.rate.unit != "%" or budget is None or outturn is None or not budget.value:
            continue
        rate = value_of(outturn) / value_of(budget) * HUNDRED
        cut_off = rate.quantize(row.rate.quantum or ONE, ROUND_DOWN) == row.rate.value
        yield Instance(
            relation,
            "ratio",
            terms([row.rate]),
            terms([outturn, budget]),
            unit="%",
            where=f"{where(table)}·执行率",
            severity=Severity.INFO if cut_off else None,
            note=f"{row.label}：{shown(outturn)}÷{shown(budget)}＝{rate:.2f}%，印的是{row.rate.printed}%。",
            note_en=f"{outturn.printed} / {budget.printed} = {rate:.2f}%, printed {row.rate.printed}%.",
        )


def execution_score(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K2: the score of the execution rate; silent in documents that grade it in steps.

    Regions may give full marks from 95 % on, so a lone table that does otherwise is for information only.
    """
    found = [pair for table in tables for pair in _execution_score(table, relation)]
    graded = [fits for instance, fits in found if instance.arithmetic == "product"]
    for instance, fits in found:
        others_break = graded.count(False) - (not fits)
        if fits or instance.arithmetic != "product":
            yield instance
        elif others_break <= graded.count(True):
            yield instance if True in graded else replace(instance, severity=Severity.INFO)


def _execution_score(table: PerformanceTable, relation: Relation) -> Iterator[tuple[Instance, bool]]:
    row = table.execution
    if row is None or row.weight is None or row.rate is None or row.score is None or row.rate.unit != "%":
        return
    if value_of(row.rate) > HUNDRED and value_of(row.score) < value_of(row.weight):
        return  # spending beyond the budget may be docked
    full = value_of(row.rate) >= HUNDRED
    expected = value_of(row.weight) * (ONE if full else value_of(row.rate) * PERCENT)
    right = terms([row.weight]) if full else (Term(row.weight), Term(row.rate, factor=PERCENT))
    instance = Instance(
        relation,
        "sum" if full else "product",
        terms([row.score]),
        right,
        unit="分",
        where=f"{where(table)}·执行率得分",
        note=f"执行率{row.rate.printed}%，分值{row.weight.printed}，应得{plain_number(expected)}分，印的是{row.score.printed}分。",
        note_en=(
            f"rate {row.rate.printed}%, weight {row.weight.printed}: score {plain_number(expected)}, "
            f"printed {row.score.printed}."
        ),
    )
    printed = interval(row.score)
    yield instance, printed.low <= expected <= printed.high


def total_score(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K4: the total score is the sum of the scores of all indicators and of the execution rate."""
    row = table.execution
    scores = [indicator.score for indicator in table.indicators]
    if table.total_score is None or not scores or None in scores or _lacks_execution(table):
        return
    if any(word in indicator.level1 + indicator.name for indicator in table.indicators for word in words().deductions):
        return  # printed without a sign, they are to be subtracted
    parts = [*scores, row.score if row else None]
    added = sum((value_of(figure) for figure in parts if figure), Decimal(0))
    if added > value_of(table.total_score) == HUNDRED:
        return  # with extra points, a total is cut off at 100
    yield Instance(
        relation,
        "sum",
        terms([table.total_score]),
        terms(parts),
        unit="分",
        where=f"{where(table)}·总分",
        note=f"各项得分之和为{plain_number(added)}分，总分印的是{table.total_score.printed}分。",
        note_en=f"the scores add up to {plain_number(added)}, the total is printed as {table.total_score.printed}.",
    )


def _lacks_execution(table: PerformanceTable) -> bool:
    """True when the total may hold a score or weight of the execution rate that is not printed or was not read."""
    printed = table.execution is not None and table.execution.score is not None
    if printed or any(indicator.is_execution for indicator in table.indicators):
        return False
    weights = [value_of(indicator.weight) for indicator in table.indicators if indicator.weight]
    whole = value_of(table.total_weight) if table.total_weight else HUNDRED
    return len(weights) < len(table.indicators) or sum(weights, Decimal(0)) != whole


def weights(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K3: weights add up to the printed total, or to the sum that nearly all tables of the kind share."""
    weighted = [one for table in tables if (one := _Weights.of(table))]
    # The total leaves the execution rate out in some regions: the tables of the document say which.
    outside = sum(one.total_is(one.added) for one in weighted) > sum(
        one.total_is(one.with_execution) for one in weighted
    )
    sums: dict[str, list[_Weights]] = {}
    for one in weighted:
        total = one.table.total_weight
        if total is None:
            sums.setdefault(f"{one.table.kind}/{one.execution is not None}", []).append(one)
        elif one.table.hides_execution and not one.total_is(one.added):
            continue  # the weight of the execution rate is not printed or was not read, and the total may hold it
        else:
            yield _weights(one.table, relation, total, one.indicators if outside else one.parts)
    for group in sums.values():
        usual = _usual_sums(relation, with_execution=group[0].execution is not None)
        yield from _shared_sum(group, relation, usual)


@dataclass(frozen=True, slots=True)
class _Weights:
    """The weights of a table, all of its indicators and that of the execution rate."""

    table: PerformanceTable
    indicators: tuple[Figure, ...]
    execution: Figure | None

    @classmethod
    def of(cls, table: PerformanceTable) -> _Weights | None:
        """None when any indicator has no weight."""
        figures = tuple(weight for indicator in table.indicators if (weight := indicator.weight))
        if not figures or len(figures) < len(table.indicators):
            return None
        return cls(table, figures, table.execution.weight if table.execution else None)

    @property
    def parts(self) -> tuple[Figure, ...]:
        return (*self.indicators, self.execution) if self.execution else self.indicators

    @property
    def added(self) -> Decimal:
        return sum(map(value_of, self.indicators), Decimal(0))

    @property
    def with_execution(self) -> Decimal | None:
        return sum(map(value_of, self.parts), Decimal(0)) if self.execution else None

    def total_is(self, added: Decimal | None) -> bool:
        return added is not None and self.table.total_weight is not None and self.table.total_weight.value == added


def _weights(table: PerformanceTable, relation: Relation, total: Figure, parts: tuple[Figure, ...]) -> Instance:
    added = plain_number(sum(map(value_of, parts), Decimal(0)))
    return Instance(
        relation,
        "sum",
        terms([total]),
        terms(parts),
        unit="分",
        where=f"{where(table)}·权重",
        note=f"各项权重之和为{added}，总分值印的是{total.printed}。",
        note_en=f"the weights add up to {added}, the total is printed as {total.printed}.",
    )


def _usual_sums(relation: Relation, *, with_execution: bool) -> set[Decimal]:
    rule = WeightsRule.of(relation)
    return set(map(Decimal, rule.usual_with_execution if with_execution else rule.usual_without_execution))


def _shared_sum(group: list[_Weights], relation: Relation, usual: set[Decimal]) -> Iterator[Instance]:
    added_up = [sum(map(value_of, one.parts), Decimal(0)) for one in group]
    shared, count = Counter(added_up).most_common(1)[0]
    rule = SharedSumRule.of(relation)
    learned = count >= rule.minimum_tables and count >= rule.share * len(group)
    sums = {shared} if learned else usual
    told = f"本文件同类表都是{plain_number(shared)}" if learned else f"通常为{'或'.join(map(str, sorted(usual)))}"
    for one, added in zip(group, added_up, strict=True):
        yield Instance(
            relation,
            "logic",
            terms(one.parts),
            (),
            unit="分",
            where=f"{where(one.table)}·权重",
            assumptions=(LEARNED if learned else "总分通常为100分，其中执行率10分",),
            # A lone table without a total may be a part of one that runs over several pages.
            severity=Severity.WARNING if learned else Severity.INFO,
            note=f"各项权重之和为{plain_number(added)}，{told}。",
            note_en=f"the weights add up to {plain_number(added)}, usual are {', '.join(map(str, sorted(sums)))}.",
            holds=added in sums,
        )


def block_weights(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K3: tables with the same blocks of indicators weigh them alike, where nearly all of a document do."""
    groups: dict[tuple[str, ...], list[tuple[PerformanceTable, dict[str, list[Figure]]]]] = {}
    for table in tables:
        blocks: dict[str, list[Figure]] = {}
        for indicator in table.indicators:
            if indicator.weight and indicator.level1:
                blocks.setdefault(indicator.level1, []).append(indicator.weight)
        if len(blocks) > 1:
            groups.setdefault((table.kind, *sorted(blocks)), []).append((table, blocks))
    for group in groups.values():
        for block in group[0][1]:
            yield from _block_weight(group, block, relation)


def _block_weight(
    group: list[tuple[PerformanceTable, dict[str, list[Figure]]]], block: str, relation: Relation
) -> Iterator[Instance]:
    sums = [sum(map(value_of, blocks[block]), Decimal(0)) for _, blocks in group]
    shared, count = Counter(sums).most_common(1)[0]
    rule = SharedSumRule.of(relation)
    if count < rule.minimum_tables or count < rule.share * len(group):
        return
    for (table, blocks), added in zip(group, sums, strict=True):
        yield Instance(
            relation,
            "logic",
            terms(blocks[block]),
            (),
            unit="分",
            where=f"{where(table)}·{block}",
            assumptions=(LEARNED,),
            note=f"{block}权重为{plain_number(added)}，本文件同类表都是{plain_number(shared)}。",
            note_en=f"{block} weighs {plain_number(added)}, in other tables {plain_number(shared)}.",
            holds=added == shared,
        )


def cost_funds(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K11: cost indicators in money add up to the funds, in documents that keep to it."""
    found = [instance for table in tables for instance in _cost_funds(table, relation)]
    holding = sum(fits for _, fits in found)
    rule = SharedSumRule.of(relation)
    for instance, fits in found:
        others = len(found) - 1
        if holding - fits >= max(Decimal(rule.minimum_tables), rule.share * others):
            yield instance


def _cost_funds(table: PerformanceTable, relation: Relation) -> Iterator[tuple[Instance, bool]]:
    stage = "outturn" if table.is_evaluation else "original_budget"
    funds = table.amount("total", stage)
    costs = list(_money_costs(table))
    if table.overall or funds is None or not costs or any(_is_priced(indicator) for indicator in table.indicators):
        return
    left = []
    for _, figure in costs:
        factor = factor_between(figure.unit, funds.unit)
        if factor is None:
            return
        left.append(Term(figure, factor=factor))
    added = sum((value_of(term.figure) * term.factor for term in left), Decimal(0))
    label = STAGE_LABELS[stage]
    low, high = interval(funds).low, interval(funds).high
    slack = sum((term.figure.quantum * term.factor for term in left), Decimal(0)) / 2
    fits = low - slack <= added <= high + slack
    words: tuple[WordEvidence, ...] = ()
    if len(costs) == 1 and (target := costs[0][0].target) and target.figure and target.figure.id != costs[0][1].id:
        # A lone cost indicator whose target repeats the outcome is as doubtful as the outcome.
        repeated = target.figure.value == costs[0][1].value
        words = (cell_words(table, target.cell, "suspect" if repeated else "evidence"),)
    yield (
        Instance(
            relation,
            "sum",
            tuple(left),
            terms([funds]),
            unit=funds.unit,
            where=f"{where(table)}·成本指标",
            assumptions=(LEARNED,),
            note=f"成本指标合计{plain_number(added)}{funds.unit}，项目{label}为{shown(funds)}。",
            note_en=f"cost indicators add up to {plain_number(added)}, {STAGE_LABELS_EN[stage]} is {funds.printed}.",
            words=words,
        ),
        fits,
    )


def _money_costs(table: PerformanceTable) -> Iterator[tuple[Indicator, Figure]]:
    for indicator in table.indicators:
        value = indicator.outcome if table.is_evaluation else indicator.target
        if indicator.is_cost and value and value.figure and unit_class(value.figure.unit) == "money":
            yield indicator, value.figure


def _is_priced(indicator: Indicator) -> bool:
    """True for a cost per unit (万元/家, 每人 200 元), which says nothing about the sum."""
    if not indicator.is_cost:
        return False
    values = (indicator.target, indicator.outcome)
    per_unit = any(value is not None and unit_class(value.unit) == "price" for value in values)
    return per_unit or "每" in indicator.name or "标准" in indicator.name or "人均" in indicator.name


def projects_within_overall(tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """K9: funds of the project tables do not exceed those of the overall table of the same document and kind."""
    for overall in tables:
        # Several overall tables are those of several units, and which projects are whose is not printed.
        if not overall.overall or sum(t.overall and t.kind == overall.kind for t in tables) > 1:
            continue
        projects = [table for table in tables if not table.overall and table.is_evaluation == overall.is_evaluation]
        for source, label in (("total", "合计"), ("other", "其他资金")):
            whole = overall.fund(source)
            if whole is None or not projects:
                continue
            for stage in STAGE_LABELS:
                yield from _within(overall, whole, projects, (source, label, stage), relation)


def _within(
    overall: PerformanceTable,
    whole: FundRow,
    projects: Sequence[PerformanceTable],
    what: tuple[str, str, str],
    relation: Relation,
) -> Iterator[Instance]:
    source, label, stage = what
    limit = whole.amounts.get(stage)
    parts = [figure for table in projects if (figure := table.amount(source, stage)) and figure.value]
    if limit is None or not parts:
        return
    # The largest amounts can explain most of an excess, so they come first.
    parts.sort(key=value_of, reverse=True)
    added = sum(map(value_of, parts), Decimal(0))
    yield Instance(
        relation,
        "bound",
        terms(parts),
        terms([limit]),
        unit=limit.unit,
        where=f"{overall.title}·{label}·{STAGE_LABELS[stage]}",
        assumptions=inferred(*parts, limit),
        note=(
            f"各项目自评表{label}{STAGE_LABELS[stage]}之和为{plain_number(added)}{limit.unit}，"
            f"整体支出表{label}只有{shown(limit)}。"
        ),
        note_en=(
            f"{STAGE_LABELS_EN[stage]} of the projects ({source}) adds up to {plain_number(added)}, "
            f"the overall table has {limit.printed}."
        ),
    )
