"""Stocks from document to document: headcounts, vehicles, houses.

A chain whose middle document is missing is *unresolved* and names the document that would settle it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from checks.crossing.sources import Source, pair
from checks.crossing.years import MINUS_ONE
from checks.judging.verdicts import decide
from checks.model import Instance, Outcome, Relation, Term
from checks.relations.settings import ConceptsRule
from datasets.model import Figure, Kind
from datasets.vocabulary.names import KIND_NAMES, KIND_NAMES_EN
from datasets.vocabulary.units import ZERO

_Stock = tuple[Source, Figure]
_VEHICLES, _BOUGHT = "vehicles", "vehicles_purchased"


def asset_chains(ordered: Sequence[Source], relation: Relation) -> Iterator[tuple[Instance, bool]]:
    """Vehicles and houses from one day to the next; each with whether the chain is settled.

    Equal stocks settle it, and so does a difference in vehicles that the documents say were bought.
    """
    for concept, (earlier, before), (later, after) in _neighbours(ordered, relation):
        instance = pair(relation, after, before)
        if instance is None:
            continue
        for known in (instance, *_with_purchases(instance, concept, (earlier, later))):
            if _holds(known):
                yield known, True
                break
        else:
            yield _open_stock(instance, before, after), False


def headcount_chains(ordered: Sequence[Source], relation: Relation) -> Iterator[tuple[Instance, bool]]:
    """Headcount(Y) - change(Y) = headcount(Y-1); over a gap of years the middle document is named."""
    for concept, (earlier, before), (later, after) in _neighbours(ordered, relation):
        yield from _headcount(concept, (earlier, before), (later, after), relation)


def _neighbours(ordered: Sequence[Source], relation: Relation) -> Iterator[tuple[str, _Stock, _Stock]]:
    """Each stock with the next one printed of the same thing, by the day that it is stated for."""
    by_concept: dict[str, list[_Stock]] = defaultdict(list)
    for source in ordered:
        for concept, figure in _stocks(source, relation).items():
            by_concept[concept].append((source, figure))
    for concept, stocks in by_concept.items():
        stocks.sort(key=_day)
        for earlier, later in pairwise(stocks):
            yield concept, earlier, later


def _day(stock: _Stock) -> str:
    source, figure = stock
    period = figure.scope.period or ""
    return period if "-" in period else f"{_staff_year(source)}-12-31"


def _holds(instance: Instance) -> bool:
    return decide(instance).outcome is not Outcome.BROKEN


def _stocks(source: Source, relation: Relation) -> dict[str, Figure]:
    """The first figure of each stock, one with a date before one without."""
    wanted = set(ConceptsRule.of(relation).concepts)
    stocks: dict[str, Figure] = {}
    for figure in source.levels:
        if figure.concept in wanted:
            known = stocks.get(figure.concept)
            if known is None or ("-" in (figure.scope.period or "") and "-" not in (known.scope.period or "")):
                stocks[figure.concept] = figure
    return stocks


def _with_purchases(instance: Instance, concept: str, documents: Sequence[Source]) -> Iterator[Instance]:
    """Vehicles after - vehicles bought = vehicles before, for the purchases that either document prints."""
    if concept != _VEHICLES:
        return
    for source in documents:
        bought = next((figure for figure in source.levels if figure.concept == _BOUGHT and figure.value), None)
        if bought is not None and bought.unit == instance.unit:
            yield replace(instance, left=(*instance.left, Term(bought, weight=MINUS_ONE)))


def _stands(before: Figure, after: Figure, *, english: bool = False) -> str:
    stands = [f"{stock.scope.period or ''} {stock.printed}{stock.unit}" for stock in (before, after)]
    return f"{after.concept}: {', then '.join(stands)}" if english else f"{after.concept_label}：{'，'.join(stands)}"


def _open_stock(instance: Instance, before: Figure, after: Figure) -> Instance:
    return replace(
        instance,
        note=f"{_stands(before, after)}；其间的购置、处置没有可核对的文件",
        note_en=f"{_stands(before, after, english=True)}; no document shows what was bought or disposed of in between",
    )


def _headcount(concept: str, before: _Stock, after: _Stock, relation: Relation) -> Iterator[tuple[Instance, bool]]:
    (earlier, old), (later, new) = before, after
    first, last = _staff_year(earlier), _staff_year(later)
    change = _change(later, concept) if last > first else None
    if change is None and last - first == 1:
        return  # headcounts change from year to year; where no change is stated, nothing is claimed
    left = (Term(new),) if change is None else (Term(new), Term(change, weight=MINUS_ONE))
    instance = Instance(relation, "sum", left, (Term(old),), unit=new.unit)
    closes = (change is not None or last == first) and _holds(instance)
    if closes or last - first == 1:
        yield instance, True
    else:
        yield _open_chain(instance, (old, first), (new, last), change), False


def _change(source: Source, concept: str) -> Figure | None:
    """The change of a headcount that the document states beside its level."""
    stated = [s for s in source.reading.statements if s.subject.concept == concept and s.level is not None]
    return next((s.change for s in reversed(stated) if s.change is not None), None)


def _open_chain(
    instance: Instance, before: tuple[Figure, int], after: tuple[Figure, int], change: Figure | None
) -> Instance:
    """The instance with words that name what would settle it."""
    (old, first), (new, last) = before, after
    said = f"（当年增减 {change.value or ZERO} 人）" if change is not None else ""
    said_en = f" (change of the year: {change.value or ZERO})" if change is not None else ""
    if first == last:
        wanted, wanted_en = "编制日期的说明", "the dates of counting are"
    else:
        years = range(first + 1, last)
        wanted = "、".join(f"{year}年{KIND_NAMES[Kind.FINAL_ACCOUNTS]}" for year in years)
        documents = f"{KIND_NAMES_EN[Kind.FINAL_ACCOUNTS]} of {', '.join(map(str, years))}"
        wanted_en = f"the {documents} are"
    return replace(
        instance,
        note=(
            f"{new.concept_label}：{first}年末 {old.printed}人，{last}年末 {new.printed}人{said}；需要{wanted}才能核对"
        ),
        note_en=(
            f"{new.concept}: {old.printed} at the end of {first}, {new.printed} at the end of {last}{said_en}; "
            f"{wanted_en} needed to settle the chain"
        ),
    )


def _staff_year(source: Source) -> int:
    """Year at whose end the staff is counted: a budget is drawn up with the staff of the year before."""
    return source.year - 1 if source.kind is Kind.BUDGET else source.year
