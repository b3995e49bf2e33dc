"""Goal and outcome in words against the indicators of the same table, and the arithmetic inside the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from checks.model import Instance, Relation, Term, WordEvidence
from checks.performance_terms import (
    NAMES_ARE_ALIKE,
    cell_words,
    number_of,
    plain_number,
    shown,
    terms,
    value_of,
    where,
    words_of,
)
from datasets.model import Figure
from datasets.performance import Indicator, IndicatorValue, PerformanceTable, Prose, ProseDate, Quantity
from datasets.performance_words import unit_class, words
from datasets.units import factor_between

_CLAUSE_ENDS = "，。；、：,;\n"
_COUNTED = ("persons", "things", "households", "events", "devices", "documents")


# -- numbers behind the name of an indicator ---------------------------------------------------------------------------


def text_indicators(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K12: behind the name of an indicator the text repeats its target (goal) or outcome."""
    shortest = number_of(relation, "shortest_name")
    connectors = _connectors(words_of(relation, "connectors"))
    for prose, side in table.prose():
        by_start = {quantity.start: quantity for quantity in prose.quantities}
        for indicator in table.indicators:
            value = _value(indicator, side)
            if value is None or value.figure is None or len(indicator.core) < shortest:
                continue
            mentions = list(_mentions(prose, indicator, table, connectors, by_start))
            if mentions:
                yield from _against_mentions(table, indicator, value.figure, mentions, relation)


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
    end = _line_end(prose.text, amount.end)
    start = prose.text.find("其中", amount.end, end)
    if start >= 0 and prose.text[amount.end : amount.end + 1] in ("。", "，", "：", "；"):
        for quantity in prose.quantities:
            if start < quantity.start < end and quantity.figure.unit == unit:
                yield quantity


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _against_mentions(
    table: PerformanceTable,
    indicator: Indicator,
    stated: Figure,
    mentions: list[tuple[Quantity, ...]],
    relation: Relation,
) -> Iterator[Instance]:
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
    yield Instance(
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


# -- persons of one activity -------------------------------------------------------------------------------------------


def text_actions(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """K12: the only number of persons that a text gives for an activity is that of its only indicator."""
    kind = str(relation.settings["kind_of_unit"])
    reach = int(number_of(relation, "reach"))
    actions = words_of(relation, "actions")
    for prose, side in table.prose():
        persons = [quantity for quantity in prose.quantities if unit_class(quantity.figure.unit) == kind]
        seen: set[tuple[str, str]] = set()
        for action in actions:
            told = [quantity for quantity in persons if action in _clause_before(prose.text, quantity.start, reach)]
            values = [
                (indicator, value.figure)
                for indicator in table.indicators
                if action in indicator.name
                and (value := _value(indicator, side))
                and value.figure
                and unit_class(value.unit) == kind
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


def _clause_before(text: str, end: int, reach: int) -> str:
    before = text[max(0, end - reach) : end]
    return before[max(before.rfind(mark) for mark in _CLAUSE_ENDS) + 1 :]


# -- quantity times price ----------------------------------------------------------------------------------------------

_TOTAL_WORDS = re.compile(r"共|合计|总计|总投资|总价|总额")
_PAID = re.compile(r"^[^\d，。；]{0,12}(?:获得|奖励|补助|给予|发放|资助)[^\d，。；共]{0,6}$")
_EACH = re.compile(r"^[^\d。；]{0,14}每[一-鿿]{1,2}[^\d。；，]{0,8}$")


def text_products(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """D8: 33 盏, 每盏 3500 元, 共 11.51 万元."""
    for prose, _ in table.prose():
        for number, count in enumerate(prose.quantities[:-2]):
            price, amount = prose.quantities[number + 1], prose.quantities[number + 2]
            if not (_is_count(count) and _is_money(price) and _is_money(amount)):
                continue
            between = prose.text[price.end : amount.start]
            if (
                not _EACH.match(prose.text[count.end : price.start])
                or f"每{count.figure.unit[:1]}" not in prose.text[count.end : price.start]
                or not _TOTAL_WORDS.search(between)
                or any(mark in between for mark in "。；\n")
                or _approximate(prose.text, price, amount)
            ):
                continue
            yield _product(table, count.figure, price.figure, amount.figure, relation)


def _product(table: PerformanceTable, count: Figure, price: Figure, amount: Figure, relation: Relation) -> Instance:
    factor = factor_between(price.unit, amount.unit) or Decimal(1)
    expected = plain_number(value_of(count) * value_of(price) * factor)
    return Instance(
        relation,
        "product",
        terms([amount]),
        # A unit price is what was agreed, not a rounded measurement.
        (Term(count), Term(replace(price, quantum=Decimal(0)), factor=factor)),
        unit=amount.unit,
        where=where(table),
        note=f"{shown(count)}×{shown(price)}＝{expected}{amount.unit}，文字中是{shown(amount)}。",
        note_en=f"{count.printed} x {price.printed} = {expected}, the text says {amount.printed}.",
    )


def _is_count(quantity: Quantity) -> bool:
    return unit_class(quantity.figure.unit) in _COUNTED


def _is_money(quantity: Quantity) -> bool:
    return unit_class(quantity.figure.unit) == "money"


def _approximate(text: str, *quantities: Quantity) -> bool:
    return any(
        text[: quantity.start].endswith(words().approximate) or text.startswith(words().approximate, quantity.end)
        for quantity in quantities
    )


def text_tiers(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """D8: an amount, then 其中 16 家，每家奖励 50 万元；15 家，每家 30 万元: the tiers add up to the amount."""
    for prose, _ in table.prose():
        start = 0
        while start < len(prose.text):
            end = _line_end(prose.text, start)
            yield from _tiers(table, prose, start, end, relation)
            start = end + 1


def _tiers(table: PerformanceTable, prose: Prose, start: int, end: int, relation: Relation) -> Iterator[Instance]:
    item = [quantity for quantity in prose.quantities if start <= quantity.start < end]
    head = next((quantity for quantity in item if _is_money(quantity)), None)
    if head is None:
        return
    opening = prose.text.find("其中", head.end, end)
    rest = [quantity for quantity in item if quantity.start > max(opening, head.end)]
    pairs: list[tuple[Figure, Figure]] = []
    counts = [quantity for quantity in rest if _is_count(quantity)]
    for count, price in pairwise(rest):
        between = prose.text[count.end : price.start]
        if _is_count(count) and _is_money(price) and (_EACH.match(between) or (opening >= 0 and _PAID.match(between))):
            pairs.append((count.figure, price.figure))
    units = {count.unit for count, _ in pairs}
    if not pairs or len(pairs) != len(counts) or len(units) != 1 or len(rest) != 2 * len(pairs):
        return
    if opening < 0 and len(pairs) > 1:
        return
    yield _tiers_instance(table, head.figure, pairs, relation)


def _tiers_instance(
    table: PerformanceTable, head: Figure, pairs: list[tuple[Figure, Figure]], relation: Relation
) -> Instance:
    right = tuple(
        Term(count, factor=value_of(price) * (factor_between(price.unit, head.unit) or Decimal(1)))
        for count, price in pairs
    )
    added = sum((value_of(term.figure) * term.factor for term in right), Decimal(0))
    told = "＋".join(f"{shown(count)}×{shown(price)}" for count, price in pairs)
    prices = tuple(
        WordEvidence(table.document, price.place, price.printed, quote=price.quote, table=table.title, row=price.row)
        for _, price in pairs
    )
    return Instance(
        relation,
        "sum",
        terms([head]),
        right,
        unit=head.unit,
        where=where(table),
        note=f"{told}＝{plain_number(added)}{head.unit}，文字中是{shown(head)}。",
        note_en=f"the tiers add up to {plain_number(added)}, the text says {head.printed}.",
        words=prices,
    )


# -- a slip of the decimal point ---------------------------------------------------------------------------------------


def powers_of_ten(table: PerformanceTable, relation: Relation) -> Iterator[Instance]:
    """D8: one length, area or mass in two units with the same digits differs by no power of ten."""
    kinds, digits = words_of(relation, "kinds_of_unit"), number_of(relation, "digits")
    measures: dict[tuple[str, Decimal], list[Figure]] = {}
    counts: set[Decimal] = set()
    for figure in _figures(table):
        if unit_class(figure.unit) in kinds and len(value_of(figure).normalize().as_tuple().digits) >= digits:
            measures.setdefault((figure.unit, value_of(figure)), []).append(figure)
        else:
            counts.add(value_of(figure))
    found = list(measures.items())
    for number, ((unit, value), figures) in enumerate(found):
        for (other_unit, other), others in found[:number]:
            factor = factor_between(unit, other_unit)
            if factor is None or unit == other_unit or not value:
                continue
            ratio = (other / (value * factor)).normalize()
            # Ten pieces of 165 m make 1.65 km: a count of that size explains the power of ten.
            if ratio.as_tuple().digits == (1,) and ratio not in counts and 1 / ratio not in counts:
                yield _slip(table, figures, others, factor, relation)


def _figures(table: PerformanceTable) -> Iterator[Figure]:
    for prose, _ in table.prose():
        for quantity in prose.quantities:
            yield quantity.figure
    for indicator in table.indicators:
        for value in (indicator.target, indicator.outcome):
            if value and value.figure:
                yield value.figure


def _slip(
    table: PerformanceTable, figures: list[Figure], others: list[Figure], factor: Decimal, relation: Relation
) -> Instance:
    figure, other = figures[0], others[0]
    converted = plain_number(value_of(figure) * factor)
    repeats = tuple(
        WordEvidence(table.document, more.place, more.printed, quote=more.quote, table=table.title, row=more.row)
        for more in (*figures[1:], *others[1:])
    )
    return Instance(
        relation,
        "sum",
        (Term(figure, factor=factor),),
        terms([other]),
        unit=other.unit,
        where=where(table),
        assumptions=("数字相同、单位不同，应为同一事项",),
        note=f"{shown(figure)}合{converted}{other.unit}，另一处是{shown(other)}，只差小数点位置。",
        note_en=f"{figure.printed} converts to {converted}, elsewhere {other.printed}: a slip of the decimal point.",
        words=repeats,
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
        terms(date.figures),
        terms(outcome.date_figures),
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


def _is_completion(text: str, date: ProseDate, relation: Relation) -> bool:
    before = text[: date.start].rstrip("于在：")
    if before.endswith(words_of(relation, "not_before")) or date.date.count("-") < 2:  # noqa: PLR2004 - a full date
        return False
    behind = text[date.end : date.end + int(number_of(relation, "reach"))]
    clause = re.split(r"[，。；]", behind)[0]
    return any(verb in clause for verb in words_of(relation, "verbs"))
