"""Between the documents of one entity: the same fact, implied prior years, headcount, vehicles, houses, carry-over.

A chain whose middle document is missing is *unresolved* and names the document that would settle it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from checks.model import Instance, Relation, Term, Unchecked
from checks.printings import LEVEL, Printing, change_measure, level_of
from datasets.figures import Reading
from datasets.model import Figure, Kind
from datasets.units import factor_between

Printings = Mapping[str, Sequence[Printing]]

KIND_NAMES = {Kind.BUDGET: "部门预算", Kind.FINAL_ACCOUNTS: "部门决算"}
_IDENTITY_AXES = ("fund", "function_code", "economic_code", "project", "carryover")


@dataclass(frozen=True, slots=True)
class Crossing:
    """Instances that join documents, chains that lack one, and what could not be checked."""

    instances: tuple[Instance, ...]
    unresolved: tuple[Instance, ...]
    unchecked: tuple[Unchecked, ...]


def cross(readings: Sequence[Reading], found: Printings, relations: Mapping[str, Relation]) -> Crossing:
    """Everything that must hold between the documents of each entity."""
    instances: list[Instance] = []
    unresolved: list[Instance] = []
    unchecked: list[Unchecked] = []
    families: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading in readings:
        families[reading.identity.entity, reading.identity.level].append(reading)
    for family in families.values():
        ordered = sorted(family, key=lambda r: (r.identity.fiscal_year, r.identity.kind))
        instances.extend(_same_facts(ordered, found, relations["same-fact-across-documents"]))
        for reading in ordered:
            implied = _implied_priors(reading, ordered, found, relations, unchecked)
            instances.extend(implied)
            instances.extend(_within_budget(reading, found, relations["outturn-within-full-year-budget"]))
        instances.extend(_prior_outturn_within_budget(ordered, found, relations["prior-outturn-within-budget"]))
        instances.extend(_opening_equals_closing(ordered, found, relations["opening-equals-closing"]))
        for earlier, later in _neighbours(ordered):
            chain = _assets(earlier, later, found, relations["asset-chain"])
            heads = _headcount(earlier, later, found, relations["headcount-chain"])
            for instance, settled in (*chain, *heads):
                (instances if settled else unresolved).append(instance)
    return Crossing(tuple(instances), tuple(unresolved), tuple(unchecked))


def _neighbours(ordered: Sequence[Reading]) -> Iterator[tuple[Reading, Reading]]:
    yield from zip(ordered, ordered[1:], strict=False)


def _fact(figure: Figure) -> tuple[str, ...]:
    scope = figure.scope
    return (figure.concept, *(getattr(scope, axis) or "" for axis in _IDENTITY_AXES))


def _levels(reading: Reading, found: Printings) -> Iterator[Figure]:
    for printing in found[reading.document.sha256]:
        if printing.measure == LEVEL:
            yield printing.figure


def _pair(relation: Relation, left: Figure, right: Figure, kind: str = "sum") -> Instance | None:
    factor = factor_between(right.unit, left.unit)
    if factor is None:
        return None
    return Instance(relation, kind, (Term(left),), (Term(right, factor=factor),), unit=left.unit)


def _same_facts(ordered: Sequence[Reading], found: Printings, relation: Relation) -> Iterator[Instance]:
    """One fact of one period and stage, printed in two documents (年初预算数 in the final accounts = the budget)."""
    first: dict[tuple[str, ...], tuple[Reading, Figure]] = {}
    for reading in ordered:
        for figure in _levels(reading, found):
            if figure.scope.stage is None:
                continue
            key = (*_fact(figure), figure.scope.stage, figure.scope.period or "")
            known = first.setdefault(key, (reading, figure))
            if known[0] is not reading:
                instance = _pair(relation, figure, known[1])
                if instance is not None:
                    yield instance


def _find(reading: Reading, found: Printings, figure: Figure, stage: str) -> Figure | None:
    fact = _fact(figure)
    return next((f for f in _levels(reading, found) if _fact(f) == fact and (f.scope.stage or "") == stage), None)


def _implied_priors(
    reading: Reading,
    ordered: Sequence[Reading],
    found: Printings,
    relations: Mapping[str, Relation],
    unchecked: list[Unchecked],
) -> Iterator[Instance]:
    """Current - change against the figure of last year's document; without that document it stays unchecked."""
    relation = relations["implied-prior-year-against-document"]
    missing: set[str] = set()
    for statement in reading.statements:
        change, base = statement.change, statement.base
        level = level_of(statement, found[reading.document.sha256])
        if change is None or base is None or base.base != "prior_year" or level is None or change.unit != level.unit:
            continue
        if level.scope.stage is None:
            continue
        stage = change_measure(base, reading.identity.kind).rpartition("|")[2]
        kind = Kind.BUDGET if stage == "original_budget" else Kind.FINAL_ACCOUNTS
        year = reading.identity.fiscal_year - 1
        prior = next((r for r in ordered if (r.identity.kind, r.identity.fiscal_year) == (kind, year)), None)
        if prior is None:
            missing.add(f"{year}年{KIND_NAMES[kind]}")
            continue
        figure = _find(prior, found, level, stage)
        if figure is not None:
            yield Instance(
                relation, "sum", (Term(level), replace(Term(change), weight=-Term(change).weight)), (Term(figure),), unit=level.unit
            )
    for name in sorted(missing):
        unchecked.append(Unchecked(relation.id, f"缺少{name}，推算的上年数无从核对", (reading.path,)))


def _within_budget(reading: Reading, found: Printings, relation: Relation) -> Iterator[Instance]:
    wanted = set(cast("list[str]", relation.settings["concepts"]))
    budgets: dict[tuple[str, ...], Figure] = {}
    for figure in _levels(reading, found):
        if figure.concept in wanted and figure.scope.stage == "full_year_budget":
            budgets.setdefault(_fact(figure), figure)
    seen = set()
    for figure in _levels(reading, found):
        fact = _fact(figure)
        if figure.scope.stage == "outturn" and fact in budgets and fact not in seen:
            seen.add(fact)
            instance = _pair(relation, figure, budgets[fact], "bound")
            if instance is not None:
                yield instance


def _prior_outturn_within_budget(
    ordered: Sequence[Reading], found: Printings, relation: Relation
) -> Iterator[Instance]:
    """The prior year that final accounts imply, against the budget document of that prior year."""
    wanted = set(cast("list[str]", relation.settings["concepts"]))
    for reading in ordered:
        year = reading.identity.fiscal_year - 1
        budget = next(
            (r for r in ordered if r.identity.kind is Kind.BUDGET and r.identity.fiscal_year == year), None
        )
        if reading.identity.kind is not Kind.FINAL_ACCOUNTS or budget is None:
            continue
        for statement in reading.statements:
            change, level = statement.change, level_of(statement, found[reading.document.sha256])
            if statement.subject.concept not in wanted or change is None or level is None or change.unit != level.unit:
                continue
            if statement.base is None or statement.base.base != "prior_year":
                continue
            figure = _find(budget, found, level, "original_budget")
            factor = factor_between(figure.unit, level.unit) if figure is not None else None
            if figure is not None and factor is not None:
                yield Instance(
                    relation,
                    "bound",
                    (Term(level, label="本年决算数"), Term(change, weight=-Term(change).weight, label="增减额")),
                    (Term(figure, factor=factor, label=f"{year}年预算数"),),
                    unit=level.unit,
                    assumptions=("上年决算数与上年预算数口径相同",),
                )


def _opening_equals_closing(ordered: Sequence[Reading], found: Printings, relation: Relation) -> Iterator[Instance]:
    finals = {r.identity.fiscal_year: r for r in ordered if r.identity.kind is Kind.FINAL_ACCOUNTS}
    for year, reading in finals.items():
        if year - 1 not in finals:
            continue
        for opening, closing in cast("list[list[str]]", relation.settings["pairs"]):
            left = next((f for f in _levels(reading, found) if f.concept == opening), None)
            right = next((f for f in _levels(finals[year - 1], found) if f.concept == closing), None)
            if left is not None and right is not None:
                instance = _pair(relation, left, right)
                if instance is not None:
                    yield instance


def _stocks(reading: Reading, found: Printings, relation: Relation) -> dict[str, Figure]:
    wanted = set(cast("list[str]", relation.settings["concepts"]))
    stocks: dict[str, Figure] = {}
    for figure in _levels(reading, found):
        if figure.concept in wanted:
            known = stocks.get(figure.concept)
            dated = "-" in (figure.scope.period or "")
            if known is None or (dated and "-" not in (known.scope.period or "")):
                stocks[figure.concept] = figure
    return stocks


def _assets(
    earlier: Reading, later: Reading, found: Printings, relation: Relation
) -> Iterator[tuple[Instance, bool]]:
    """Vehicles and houses of neighbouring documents; equal stocks settle the chain, different ones leave it open."""
    before, after = _stocks(earlier, found, relation), _stocks(later, found, relation)
    for concept, figure in after.items():
        if concept not in before:
            continue
        instance = _pair(relation, figure, before[concept])
        if instance is None:
            continue
        same = figure.value == before[concept].value
        years = later.identity.fiscal_year - earlier.identity.fiscal_year
        note = f"{figure.concept_label}：{_when(before[concept])} {before[concept].printed}{before[concept].unit}，{_when(figure)} {figure.printed}{figure.unit}"
        yield replace(instance, note=note if same else f"{note}；其间的购置、处置没有可核对的文件（相隔{years}个年度）"), same


def _headcount(
    earlier: Reading, later: Reading, found: Printings, relation: Relation
) -> Iterator[tuple[Instance, bool]]:
    """Headcount(Y) - change(Y) = headcount(Y-1); over a gap of years the middle document is named."""
    before, after = _stocks(earlier, found, relation), _stocks(later, found, relation)
    changes = {s.subject.concept: s.change for s in later.statements if s.change is not None and s.level is not None}
    first, last = _staff_year(earlier), _staff_year(later)
    for concept, figure in after.items():
        if concept not in before:
            continue
        change = changes.get(concept)
        left: tuple[Term, ...] = (Term(figure),)
        if change is not None:
            left = (*left, Term(change, weight=-Term(change).weight))
        instance = Instance(relation, "sum", left, (Term(before[concept]),), unit=figure.unit)
        closes = change is not None and (figure.value or 0) - (change.value or 0) == before[concept].value
        if closes or (last - first == 1 and change is not None):
            yield instance, True
            continue
        gap = "、".join(f"{year}年部门决算" for year in range(first + 1, last)) or f"{last}年的增减人数"
        note = (
            f"{figure.concept_label}：{first}年末 {before[concept].printed}人，{last}年末 {figure.printed}人"
            f"{f'（当年增减 {change.value} 人）' if change is not None else ''}；需要{gap}才能核对"
        )
        note_en = f"{concept}: {before[concept].printed} at the end of {first}, {figure.printed} at the end of {last}; {gap} is needed to settle the chain"
        yield replace(instance, note=note, note_en=note_en), False


def _staff_year(reading: Reading) -> int:
    """Year at whose end the staff is counted: a budget is drawn up with the staff of the year before."""
    year = reading.identity.fiscal_year
    return year - 1 if reading.identity.kind is Kind.BUDGET else year


def _when(figure: Figure) -> str:
    return figure.scope.period or ""
