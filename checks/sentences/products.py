"""Number times price in one sentence: 购置公务用车2辆，每辆18万元，共36万元."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from checks.model import Instance, Relation, Severity, Term
from datasets.model import Figure, Paragraph
from datasets.narrative.quantities import Quantity
from datasets.narrative.sentences import sentences
from datasets.reading import Reading
from datasets.vocabulary.units import dimension_of, factor_between

_PRICE = re.compile(r"(?:每|平均每|均价每)(?P<unit>[一-鿿]{1,3}?)[一-鿿]{0,4}$|(?:单价)(?:为|是|约)?$")
_WORTH_READING = re.compile(r"每|单价")
#: A price for a stretch of time, or for two things at once, needs one more factor.
_PER_TIME = re.compile(r"每(?:人|户|个|家|名|台|辆)?(?:每|月|年|天|日|季|学期|周|次)|[/／](?:月|年|天|日)")
_APPROXIMATE = re.compile(r"(?:约|近|左右|超|不低于|不超过|以上|以内|最高|最低)")
_ONLY = 1
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "number-times-price": Relation,
}


def product_instances(reading: Reading, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """Every sentence with one count, one price for each and one other amount of money."""
    figures = {figure.place.start: figure for figure in reading.figures if not figure.table}
    for block in reading.document.blocks:
        if not isinstance(block, Paragraph) or not _WORTH_READING.search(block.text):
            continue
        found = sentences(block.text)
        for sentence in _by_sentence(found.quantities if found else ()):
            instance = _product(sentence, block, figures, relations["number-times-price"])
            if instance is not None:
                yield instance


def _by_sentence(quantities: Sequence[Quantity]) -> Iterator[list[Quantity]]:
    current: list[Quantity] = []
    for quantity in quantities:
        if current and ("。" in quantity.words or "；" in quantity.words):
            yield current
            current = []
        current.append(quantity)
    if current:
        yield current


def _product(
    sentence: Sequence[Quantity], block: Paragraph, figures: Mapping[int, Figure], relation: Relation
) -> Instance | None:
    priced = [(quantity, match) for quantity in sentence if (match := _PRICE.search(quantity.words))]
    if any(_PER_TIME.search(quantity.words) for quantity in sentence):
        return None
    if len(priced) != _ONLY or any(_APPROXIMATE.search(quantity.words) for quantity in sentence):
        return None
    [(price, match)] = priced
    money = [quantity for quantity in sentence if _dimension(quantity) == "money" and quantity is not price]
    counted = [quantity for quantity in sentence if _dimension(quantity) not in ("money", "ratio", "years", "")]
    if len(money) != _ONLY or len(counted) != _ONLY or _dimension(price) != "money":
        return None
    if match["unit"] and not counted[0].numeral.unit.startswith(match["unit"]):
        return None
    amount, count, each = (figures.get(block.place.start + q.numeral.start) for q in (money[0], counted[0], price))
    factor = factor_between(price.numeral.unit, money[0].numeral.unit)
    if amount is None or count is None or each is None or factor is None:
        return None
    # A unit price is what was agreed, not a rounded measurement.
    agreed = replace(each, quantum=Decimal(0))
    return Instance(
        relation,
        "product",
        (Term(amount),),
        (Term(count), Term(agreed, factor=factor)),
        unit=amount.unit,
        severity=Severity.WARNING,
    )


def _dimension(quantity: Quantity) -> str:
    return dimension_of(quantity.numeral.unit)
