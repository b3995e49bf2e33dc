"""The arithmetic inside goal and outcome texts: quantity times price, tiers, and slips of the decimal point."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from checks.model import Instance, Relation, Term, WordEvidence
from checks.performance.settings import PowerOfTenRule
from checks.performance.shared import line_end, plain_number, shown, terms, value_of, where
from datasets.model import Figure, Role
from datasets.performance.model import PerformanceTable, Prose, Quantity
from datasets.performance.words import unit_class, words
from datasets.vocabulary.units import factor_between

_COUNTED = ("persons", "things", "households", "events", "devices", "documents")

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
            end = line_end(prose.text, start)
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
    if sum(map(value_of, (price for _, price in pairs))) == value_of(head.figure):
        return  # the amounts are those of all firms of a tier, not of each
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
    kinds, digits = PowerOfTenRule.of(relation).kinds_of_unit, PowerOfTenRule.of(relation).digits
    measures: dict[tuple[str, Decimal], list[Figure]] = {}
    counts: set[Decimal] = set()
    for figure in _figures(table):
        if unit_class(figure.unit) in kinds and len(value_of(figure).normalize().as_tuple().digits) >= digits:
            measures.setdefault((figure.unit, value_of(figure)), []).append(figure)
        elif figure.role is Role.COUNT and not figure.concept and unit_class(figure.unit) in _COUNTED:
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
