"""Between the documents of one entity: the same fact, implied prior years, headcount, vehicles, houses, carry-over.

A chain whose middle document is missing is *unresolved* and names the document that would settle it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import cast

from checks.judging import decide
from checks.model import Instance, Outcome, Relation, Term, Unchecked
from checks.printings import LEVEL, Printing, change_measure, level_of
from datasets.figures import Reading
from datasets.model import Figure, Kind
from datasets.narrative import Statement
from datasets.units import ZERO, factor_between

Printings = Mapping[str, Sequence[Printing]]
Relations = Mapping[str, Relation]
Fact = tuple[str, ...]

KIND_NAMES = {Kind.BUDGET: "部门预算", Kind.FINAL_ACCOUNTS: "部门决算"}
KIND_NAMES_EN = {Kind.BUDGET: "budget", Kind.FINAL_ACCOUNTS: "final accounts"}
_SCOPE_AXES = ("fund", "function_code", "economic_code", "project", "carryover")
_MINUS = Decimal(-1)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Instances that join documents, chains that lack one, and what could not be checked."""

    instances: tuple[Instance, ...]
    unresolved: tuple[Instance, ...]
    unchecked: tuple[Unchecked, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """A document with its levels, the first printing of each fact by stage, and its printings."""

    reading: Reading
    levels: tuple[Figure, ...]
    by_fact: Mapping[tuple[Fact, str], Figure]
    printings: Sequence[Printing]

    @property
    def year(self) -> int:
        return self.reading.identity.fiscal_year

    @property
    def kind(self) -> Kind:
        return self.reading.identity.kind


def _source(reading: Reading, found: Sequence[Printing]) -> _Source:
    levels = tuple(printing.figure for printing in found if printing.measure == LEVEL)
    by_fact: dict[tuple[Fact, str], Figure] = {}
    for figure in levels:
        by_fact.setdefault((_fact(figure), figure.scope.stage or ""), figure)
    return _Source(reading, levels, by_fact, found)


def _fact(figure: Figure, concept: str = "") -> Fact:
    """What a figure reports apart from period and stage; ``concept`` puts another concept in its place."""
    scope = figure.scope
    return (concept or figure.concept, *(getattr(scope, axis) or "" for axis in _SCOPE_AXES))


def cross(readings: Sequence[Reading], found: Printings, relations: Relations) -> Crossing:
    """Everything that must hold between the documents of each entity."""
    instances: list[Instance] = []
    unresolved: list[Instance] = []
    unchecked: list[Unchecked] = []
    families: dict[tuple[str, str], list[_Source]] = defaultdict(list)
    for reading in readings:
        source = _source(reading, found[reading.document.sha256])
        families[reading.identity.entity, reading.identity.level].append(source)
    for family in families.values():
        ordered = sorted(family, key=lambda source: (source.year, source.kind))
        instances.extend(_same_facts(ordered, relations["same-fact-across-documents"]))
        for source in ordered:
            instances.extend(_implied_priors(source, ordered, relations["implied-prior-year-against-document"]))
            unchecked.extend(_missing_priors(source, ordered, relations["implied-prior-year-against-document"]))
            instances.extend(_within_budget(source, relations["outturn-within-full-year-budget"]))
            instances.extend(_prior_outturn_within_budget(source, ordered, relations["prior-outturn-within-budget"]))
        instances.extend(_opening_equals_closing(ordered, relations["opening-equals-closing"]))
        for earlier, later in pairwise(ordered):
            for instance in _assets(earlier, later, relations["asset-chain"]):
                (instances if _settled(instance) else unresolved).append(instance)
            for instance, settled in _headcount(earlier, later, relations["headcount-chain"]):
                (instances if settled else unresolved).append(instance)
    return Crossing(tuple(instances), tuple(unresolved), tuple(unchecked))


def _settled(instance: Instance) -> bool:
    return decide(instance).outcome is not Outcome.BROKEN


def _pair(relation: Relation, left: Figure, right: Figure, kind: str = "sum") -> Instance | None:
    """Left against right in the unit of the left; None where they measure different things."""
    factor = factor_between(right.unit, left.unit)
    if factor is None:
        return None
    return Instance(relation, kind, (Term(left),), (Term(right, factor=factor),), unit=left.unit)


def _document(ordered: Sequence[_Source], kind: Kind, year: int) -> _Source | None:
    return next((source for source in ordered if (source.kind, source.year) == (kind, year)), None)


# -- the same fact -----------------------------------------------------------------------------------------------------


def _same_facts(ordered: Sequence[_Source], relation: Relation) -> Iterator[Instance]:
    """One fact of one period and stage, printed in two documents (年初预算数 in the final accounts = the budget)."""
    first: dict[Fact, tuple[_Source, Figure]] = {}
    for source in ordered:
        for figure in source.levels:
            if figure.scope.stage is None:
                continue
            key = (*_fact(figure), figure.scope.stage, figure.scope.period or "")
            origin, known = first.setdefault(key, (source, figure))
            if origin is not source and (instance := _pair(relation, figure, known)) is not None:
                yield instance


# -- prior years -------------------------------------------------------------------------------------------------------


def _compared_with_last_year(source: _Source) -> Iterator[tuple[Statement, Figure, Figure]]:
    """Statements with a level and its change against the year before, in one unit."""
    for statement in source.reading.statements:
        change, base = statement.change, statement.base
        if change is None or base is None or base.base != "prior_year":
            continue
        level = level_of(statement, source.printings)
        if level is not None and change.unit == level.unit and level.scope.stage is not None:
            yield statement, level, change


def _prior_document(statement: Statement, source: _Source) -> tuple[Kind, int, str]:
    """Kind and year of the document that prints the prior figure, and the stage it has there."""
    assert statement.base is not None  # noqa: S101 - only statements with a base are asked
    stage = change_measure(statement.base, source.kind).rpartition("|")[2]
    return Kind.BUDGET if stage == "original_budget" else Kind.FINAL_ACCOUNTS, source.year - 1, stage


def _implied_priors(source: _Source, ordered: Sequence[_Source], relation: Relation) -> Iterator[Instance]:
    """Current - change against the figure of last year's document."""
    for statement, level, change in _compared_with_last_year(source):
        kind, year, stage = _prior_document(statement, source)
        prior = _document(ordered, kind, year)
        figure = prior.by_fact.get((_fact(level), stage)) if prior else None
        factor = factor_between(figure.unit, level.unit) if figure else None
        if figure is not None and factor is not None:
            left = (Term(level), Term(change, weight=_MINUS))
            yield Instance(relation, "sum", left, (Term(figure, factor=factor),), unit=level.unit)


def _missing_priors(source: _Source, ordered: Sequence[_Source], relation: Relation) -> Iterator[Unchecked]:
    """The documents without which the implied prior year stays unchecked."""
    wanted = {_prior_document(statement, source)[:2] for statement, _, _ in _compared_with_last_year(source)}
    for kind, year in sorted(wanted):
        if _document(ordered, kind, year) is None:
            reason = f"缺少{year}年{KIND_NAMES[kind]}，推算的上年数无从核对"
            yield Unchecked(relation.id, reason, (source.reading.path,))


# -- within the budget -------------------------------------------------------------------------------------------------


def _within_budget(source: _Source, relation: Relation) -> Iterator[Instance]:
    for concept in cast("list[str]", relation.settings["concepts"]):
        for (fact, stage), budget in source.by_fact.items():
            outturn = source.by_fact.get((fact, "outturn"))
            if fact[0] != concept or stage != "full_year_budget" or outturn is None:
                continue
            instance = _pair(relation, outturn, budget, "bound")
            if instance is not None:
                yield instance


def _prior_outturn_within_budget(source: _Source, ordered: Sequence[_Source], relation: Relation) -> Iterator[Instance]:
    """The prior year that final accounts imply, against the budget document of that prior year."""
    wanted = set(cast("list[str]", relation.settings["concepts"]))
    year = source.year - 1
    budget = _document(ordered, Kind.BUDGET, year)
    if source.kind is not Kind.FINAL_ACCOUNTS or budget is None:
        return
    for statement, level, change in _compared_with_last_year(source):
        figure = budget.by_fact.get((_fact(level), "original_budget"))
        factor = factor_between(figure.unit, level.unit) if figure else None
        if statement.subject.concept in wanted and figure is not None and factor is not None:
            yield Instance(
                relation,
                "bound",
                (Term(level, label="本年决算数"), Term(change, weight=_MINUS, label="增减额")),
                (Term(figure, factor=factor, label=f"{year}年预算数"),),
                unit=level.unit,
                assumptions=("上年决算数与上年预算数口径相同",),
            )


def _opening_equals_closing(ordered: Sequence[_Source], relation: Relation) -> Iterator[Instance]:
    """年初结转 of the final accounts against 年末结转 of the year before, in the same scope."""
    pairs = dict(cast("list[list[str]]", relation.settings["pairs"]))
    for source in ordered:
        before = _document(ordered, Kind.FINAL_ACCOUNTS, source.year - 1)
        if source.kind is not Kind.FINAL_ACCOUNTS or before is None:
            continue
        for (fact, stage), opening in source.by_fact.items():
            closing = before.by_fact.get((_fact(opening, pairs.get(fact[0], "?")), stage))
            instance = _pair(relation, opening, closing) if closing is not None else None
            if instance is not None:
                yield instance


# -- stocks ------------------------------------------------------------------------------------------------------------


def _stocks(source: _Source, relation: Relation) -> dict[str, Figure]:
    """The first figure of each stock, one with a date before one without."""
    wanted = set(cast("list[str]", relation.settings["concepts"]))
    stocks: dict[str, Figure] = {}
    for figure in source.levels:
        if figure.concept in wanted:
            known = stocks.get(figure.concept)
            if known is None or ("-" in (figure.scope.period or "") and "-" not in (known.scope.period or "")):
                stocks[figure.concept] = figure
    return stocks


def _assets(earlier: _Source, later: _Source, relation: Relation) -> Iterator[Instance]:
    """Vehicles and houses of neighbouring documents; equal stocks settle the chain, different ones leave it open."""
    before, after = _stocks(earlier, relation), _stocks(later, relation)
    for concept, figure in after.items():
        instance = _pair(relation, figure, before[concept]) if concept in before else None
        if instance is None:
            continue
        stands = [f"{_when(stock)} {stock.printed}{stock.unit}" for stock in (before[concept], figure)]
        note = f"{figure.concept_label}：{'，'.join(stands)}"
        note_en = f"{concept}: {', then '.join(stands)}"
        if not _settled(instance):
            note += "；其间的购置、处置没有可核对的文件"
            note_en += "; no document shows what was bought or disposed of in between"
        yield replace(instance, note=note, note_en=note_en)


def _when(figure: Figure) -> str:
    return figure.scope.period or ""


def _headcount(earlier: _Source, later: _Source, relation: Relation) -> Iterator[tuple[Instance, bool]]:
    """Headcount(Y) - change(Y) = headcount(Y-1); over a gap of years the middle document is named."""
    before, after = _stocks(earlier, relation), _stocks(later, relation)
    statements = [s for s in later.reading.statements if s.change is not None and s.level is not None]
    changes = {statement.subject.concept: statement.change for statement in statements}
    first, last = _staff_year(earlier), _staff_year(later)
    for concept, figure in after.items():
        if concept not in before:
            continue
        change = changes.get(concept) if last > first else None
        if change is None and last - first == 1:
            continue  # headcounts change from year to year; where no change is stated, nothing is claimed
        left = (Term(figure),) if change is None else (Term(figure), Term(change, weight=_MINUS))
        instance = Instance(relation, "sum", left, (Term(before[concept]),), unit=figure.unit)
        closes = (change is not None or last == first) and _settled(instance)
        if closes or last - first == 1:
            yield instance, True
        else:
            yield _open_chain(instance, (before[concept], first), (figure, last), change), False


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


def _staff_year(source: _Source) -> int:
    """Year at whose end the staff is counted: a budget is drawn up with the staff of the year before."""
    return source.year - 1 if source.kind is Kind.BUDGET else source.year
