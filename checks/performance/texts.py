"""Goal and outcome in words against the indicators and the funds of the same table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from checks.model import Instance, Relation, Term, WordEvidence
from checks.performance.settings import TextActionRule, TextDateRule, TextFundsRule, TextIndicatorRule, TextListRule
from checks.performance.shared import (
    NAMES_ARE_ALIKE,
    cell_words,
    line_end,
    plain_number,
    shown,
    terms,
    value_of,
    where,
)
from datasets.model import Figure
from datasets.performance.model import Indicator, IndicatorValue, PerformanceTable, Prose, ProseDate, Quantity
from datasets.performance.words import unit_class
from datasets.vocabulary.units import HUNDRED, factor_between

_CLAUSE_ENDS = "，。；、：,;\n"


# -- numbers behind the name of an indicator ---------------------------------------------------------------------------


def text_indicators(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K12: behind the name of an indicator the text repeats its target (goal) or outcome."""
    shortest = TextIndicatorRule.of(relation).shortest_name
    connectors = _connectors(TextIndicatorRule.of(relation).connectors)
    for prose, side in table.prose():
        by_start = {quantity.start: quantity for quantity in prose.quantities}
        for indicator in table.indicators:
            value = _value(indicator, side)
            if value is None or value.figure is None or len(indicator.core) < shortest:
                continue
            mentions = [
                mention
                for mention in _mentions(prose, indicator, table, connectors, by_start)
                if _same_year(prose, mention[0], value.figure)
            ]
            if mentions and not _floors(prose, mentions, value.figure, relation):
                yield _against_mentions(table, indicator, value.figure, mentions, relation)


def _same_year(prose: Prose, quantity: Quantity, stated: Figure) -> bool:
    """False when the last date before the number, in its sentence, is of another year: a plan or an earlier result."""
    period = stated.scope.period
    sentence = max(prose.text.rfind(mark, 0, quantity.start) for mark in "。；\n")
    before = [date for date in prose.dates if sentence < date.start < quantity.start]
    return not before or not period or before[-1].date[:4] == period[:4]


def _floors(prose: Prose, mentions: list[tuple[Quantity, ...]], stated: Figure, relation: Relation) -> bool:
    """True when a lone mention is worded as a floor (不少于, 以上) that the value keeps to without repeating it."""
    if len(mentions) != 1 or len(mentions[0]) != 1:
        return False
    quantity = mentions[0][0]
    before = prose.text[: quantity.start].endswith(TextIndicatorRule.of(relation).floors_before)
    worded = before or prose.text.startswith(TextIndicatorRule.of(relation).floors_behind, quantity.end)
    return worded and value_of(stated) > _added(mentions[0], stated)


def _value(indicator: Indicator, side: str) -> IndicatorValue | None:
    return indicator.target if side == "target" else indicator.outcome


@lru_cache(maxsize=8)
def _connectors(connectors: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(map(re.escape, connectors), key=len, reverse=True))})*")


def _mentions(
    prose: Prose,
    indicator: Indicator,
    table: PerformanceTable,
    connectors: re.Pattern[str],
    by_start: dict[int, Quantity],
) -> Iterator[tuple[Quantity, ...]]:
    """The counts that the text gives with each mention: one, or those of the list behind a sum of money."""
    core, kind = indicator.core, indicator.unit_class
    longer = [other.core for other in table.indicators if core in other.core and other.core != core]
    for found in re.finditer(re.escape(core), prose.text):
        if any(_covers(prose.text, name, found.start(), found.end()) for name in longer):
            continue
        match = connectors.match(prose.text, found.end())
        quantity = by_start.get(match.end() if match else found.end())
        if quantity is None:
            continue
        if unit_class(quantity.figure.unit) == kind:
            yield (quantity,)
        elif unit_class(quantity.figure.unit) == "money":
            listed = tuple(_listed_behind(prose, quantity, indicator))
            if listed:
                yield listed


def _covers(text: str, name: str, start: int, end: int) -> bool:
    """True when a longer name stands over the place of the shorter one."""
    at = text.find(name, max(0, end - len(name)))
    return at != -1 and at <= start and end <= at + len(name)


def _listed_behind(prose: Prose, amount: Quantity, indicator: Indicator) -> Iterator[Quantity]:
    """The counts in the unit of the indicator behind 其中, up to the end of the numbered item (the line)."""
    unit = indicator.target.unit if indicator.target else ""
    end = line_end(prose.text, amount.end)
    start = prose.text.find("其中", amount.end, end)
    if start >= 0 and prose.text[amount.end : amount.end + 1] in ("。", "，", "：", "；"):
        for quantity in prose.quantities:
            if start < quantity.start < end and quantity.figure.unit == unit:
                yield quantity


def _against_mentions(
    table: PerformanceTable,
    indicator: Indicator,
    stated: Figure,
    mentions: list[tuple[Quantity, ...]],
    relation: Relation,
) -> Instance:
    """One mention must equal the value; several may each repeat it, or be parts of it."""
    single = next((m for m in mentions if _added(m, stated) == value_of(stated)), None)
    chosen = [single] if single else mentions
    quantities = [quantity for mention in chosen for quantity in mention]
    added = _added(quantities, stated)
    figures = [quantity.figure for quantity in quantities]
    text = tuple(Term(figure, factor=_factor(figure, stated)) for figure in figures)
    alone = len(figures) == 1
    listed = "＋".join(figure.printed for figure in figures)
    told = listed if alone else f"{listed}＝{plain_number(added)}"
    return Instance(
        relation,
        "sum",
        text if alone else terms([stated]),
        terms([stated]) if alone else text,
        unit=stated.unit,
        where=where(table, indicator),
        assumptions=(NAMES_ARE_ALIKE,),
        note=f"文字中“{indicator.core}”的数是{told}{figures[0].unit}，指标表中是{shown(stated)}。",
        note_en=f"the text gives {told} for this indicator, the table {stated.printed}.",
        words=(cell_words(table, indicator.name_cell),),
    )


def _factor(figure: Figure, stated: Figure) -> Decimal:
    return factor_between(figure.unit, stated.unit) or Decimal(1)


def _added(quantities: tuple[Quantity, ...] | list[Quantity], stated: Figure) -> Decimal:
    return sum((value_of(q.figure) * _factor(q.figure, stated) for q in quantities), Decimal(0))


# -- funds -------------------------------------------------------------------------------------------------------------


def text_funds(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K12: budget, outturn and rate that the text names are those of the funds above it."""
    row = table.execution
    connectors = _connectors(TextFundsRule.of(relation).connectors)
    phrases = TextFundsRule.of(relation).phrases
    for prose, _ in table.prose():
        by_start = {quantity.start: quantity for quantity in prose.quantities}
        for phrase, stage in phrases.items():
            stated = row and (row.rate if stage == "rate" else row.amounts.get(stage))
            if not stated:
                continue
            for found in re.finditer(phrase, prose.text):
                match = connectors.match(prose.text, found.end())
                quantity = by_start.get(match.end() if match else found.end())
                if quantity and _same_year(prose, quantity, stated):
                    yield from _against_funds(table, phrase, quantity.figure, stated, relation)


def _against_funds(
    table: PerformanceTable, phrase: str, figure: Figure, stated: Figure, relation: Relation
) -> Iterator[Instance]:
    factor = factor_between(figure.unit, stated.unit)
    if factor is not None:
        yield Instance(
            relation,
            "sum",
            (Term(figure, factor=factor),),
            terms([stated]),
            unit=stated.unit,
            where=f"{where(table)}·{phrase}",
            assumptions=(NAMES_ARE_ALIKE,),
            note=f"文字中{phrase}是{shown(figure)}，资金表中是{shown(stated)}。",
            note_en=f"the text gives {figure.printed}, the funds of the table {stated.printed}.",
        )


# -- persons of one activity -------------------------------------------------------------------------------------------


def text_actions(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K12: the only number of persons that a text gives for an activity is that of its only indicator."""
    kind = TextActionRule.of(relation).kind_of_unit
    reach = TextActionRule.of(relation).reach
    actions, general = TextActionRule.of(relation).actions, TextActionRule.of(relation).general
    for prose, side in table.prose():
        persons = [quantity for quantity in prose.quantities if unit_class(quantity.figure.unit) == kind]
        candidates = [
            (indicator, value.figure)
            for indicator in table.indicators
            if (value := _value(indicator, side)) and value.figure and unit_class(value.unit) == kind
        ]
        if not persons or not candidates:
            continue
        seen: set[tuple[str, str]] = set()
        for action in actions:
            told = [
                quantity
                for quantity in persons
                if _is_general(_behind(_clause_before(prose.text, quantity.start, reach), action), action, general)
            ]
            values = [
                (indicator, figure)
                for indicator, figure in candidates
                if action in indicator.core and _is_general(indicator.core, action, general)
            ]
            if len(told) != 1 or len(values) != 1:
                continue
            indicator, stated = values[0]
            figure = told[0].figure
            if (figure.id, stated.id) in seen or indicator.core in prose.text:
                continue
            seen.add((figure.id, stated.id))
            yield Instance(
                relation,
                "sum",
                terms([figure]),
                terms([stated]),
                unit=stated.unit,
                where=where(table, indicator),
                assumptions=(NAMES_ARE_ALIKE,),
                note=f"文字中{action}的人数是{shown(figure)}，唯一的{action}人数指标“{indicator.name}”是{shown(stated)}。",
                note_en=f"the text gives {figure.printed} persons, the only such indicator {stated.printed}.",
                words=(cell_words(table, indicator.name_cell),),
            )


def _behind(clause: str, action: str) -> str | None:
    """The action and what stands between it and the number; None when the clause does not name the action."""
    at = clause.rfind(action)
    return clause[at:] if at >= 0 else None


def _is_general(phrase: str | None, action: str, general: tuple[str, ...]) -> bool:
    """True when a phrase names the action and no particular persons, who may be a part of all."""
    if phrase is None:
        return False
    rest = phrase.replace(action, "")
    for word in general:
        rest = rest.replace(word, "")
    return not rest


def _clause_before(text: str, end: int, reach: int) -> str:
    before = text[max(0, end - reach) : end]
    return before[max(before.rfind(mark) for mark in _CLAUSE_ENDS) + 1 :]


# -- what the goal lists and the outcome adds up -----------------------------------------------------------------------


def text_lists(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K12: goal 甲项目3项，乙项目1项; outcome 甲项目和乙项目共4项, unless an indicator admits that less was done."""
    goal, outcome = table.goal, table.outcome
    if goal is None or outcome is None:
        return
    tail, sums = TextListRule.of(relation).tail, TextListRule.of(relation).sums
    for total in outcome.quantities:
        unit = total.figure.unit
        clause = _clause_before(outcome.text, total.start, total.start)
        same = [quantity for quantity in goal.quantities if quantity.figure.unit == unit]
        tails = {goal.text[max(0, quantity.start - tail) : quantity.start] for quantity in same}
        listed = len(same) > 1 and len(tails) == len(same) and all(name in clause for name in tails)
        admitted = any(
            indicator.completion and value_of(indicator.completion) < HUNDRED
            for indicator in table.indicators
            if indicator.unit_class == unit_class(unit)
        )
        if not listed or admitted or not clause.endswith(sums):
            continue
        told = "＋".join(quantity.figure.printed for quantity in same)
        yield Instance(
            relation,
            "sum",
            terms([total.figure]),
            terms([quantity.figure for quantity in same]),
            unit=unit,
            where=where(table),
            assumptions=(NAMES_ARE_ALIKE,),
            note=f"目标文字中各项为{told}{unit}，完成情况把它们合称共{shown(total.figure)}，指标却都记为完成。",
            note_en=f"the goal lists {told}, the outcome sums the same items up as {total.figure.printed}.",
        )


# -- date of completion ------------------------------------------------------------------------------------------------


def text_dates(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K12: the one date of completion in the outcome text is that of the one dated indicator."""
    dated = [i for i in table.indicators if i.outcome and i.outcome.date]
    if table.outcome is None or len(dated) != 1:
        return
    told = [date for date in table.outcome.dates if _is_completion(table.outcome.text, date, relation)]
    outcome = dated[0].outcome
    if len(told) != 1 or outcome is None or outcome.date is None:
        return
    date = told[0]
    shared = min(len(date.date), len(outcome.date))
    yield Instance(
        relation,
        "logic",
        terms(_last_differing(date.figures, outcome.date_figures)),
        terms(_last_differing(outcome.date_figures, date.figures)),
        where=where(table, dated[0]),
        assumptions=(NAMES_ARE_ALIKE,),
        note=f"文字中的完成日期是{date.printed}，指标“{dated[0].name}”的业绩值是{outcome.text}。",
        note_en=f"the text says {date.date}, the indicator {outcome.date}.",
        words=(
            WordEvidence(table.document, date.place, date.printed, "suspect", date.printed, table.title),
            cell_words(table, outcome.cell, "suspect"),
        ),
        holds=date.date[:shared] == outcome.date[:shared],
    )


def _last_differing(figures: tuple[Figure, ...], others: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The parts of a date that differ from another date, the day alone where all agree."""
    pairs = list(zip(figures, others, strict=False))
    differing = tuple(figure for figure, other in pairs if figure.value != other.value)
    return differing or figures[len(pairs) - 1 : len(pairs)]


def _is_completion(text: str, date: ProseDate, relation: Relation) -> bool:
    before = text[: date.start].rstrip("于在：")
    if before.endswith(TextDateRule.of(relation).not_before) or date.date.count("-") < 2:  # noqa: PLR2004 - a full date
        return False
    behind = text[date.end : date.end + TextDateRule.of(relation).reach]
    clause = re.split(r"[，。；]", behind)[0]
    return any(verb in clause for verb in TextDateRule.of(relation).verbs)
