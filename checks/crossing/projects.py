"""Lists of projects: the project table of a budget, its performance targets, the self-evaluations of the accounts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from checks.crossing.sources import Source, document
from checks.judging.verdicts import decide
from checks.model import Instance, Outcome, Relation, Term
from checks.performance.shared import NAMES_ARE_ALIKE, where
from checks.performance.years import kept_targets
from datasets.model import Figure, Kind
from datasets.performance.model import PerformanceTable
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import factor_between

_ORIGINAL = "original_budget"
_YEAR = re.compile(r"^20\d\d年度?")
_ITEM_LENGTH = 7
_NAMED = 5
SAME_SOURCES = "绩效表的资金来源与项目支出表相同"
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "project-list-amount": Relation,
    "project-budget-evaluated": Relation,
    "project-target-kept": Relation,
}


def project_lists(ordered: Sequence[Source], relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """The projects of each budget against its own performance targets and the self-evaluations of that year."""
    for source in ordered:
        if source.kind is not Kind.BUDGET:
            continue
        targets = _by_name(source)
        yield from _listed(source, targets, relations["project-list-amount"])
        accounts = document(ordered, Kind.FINAL_ACCOUNTS, source.year)
        if accounts is not None:
            evaluated = _by_name(accounts)
            yield from _evaluated(targets, evaluated, relations["project-budget-evaluated"])
            for name in sorted(targets.keys() & evaluated.keys()):
                yield from kept_targets(evaluated[name], targets[name], relations["project-target-kept"])
            yield from _listed(source, evaluated, relations["project-budget-evaluated"])


def _by_name(source: Source) -> dict[str, PerformanceTable]:
    """The performance tables of single projects; a name that stands on two tables tells nothing."""
    found: dict[str, list[PerformanceTable]] = defaultdict(list)
    for table in source.reading.performance:
        if not table.overall and table.project:
            found[_name(table.project)].append(table)
    return {name: tables[0] for name, tables in found.items() if len(tables) == 1}


def _name(project: str) -> str:
    return _YEAR.sub("", plain(project))


def _listed(source: Source, tables: Mapping[str, PerformanceTable], relation: Relation) -> Iterator[Instance]:
    """What the project table prints for a project, over all its items, against the funds of its performance table.

    The project table holds one fund, a performance table all of them, so the amount must be the whole, or the fiscal
    part, or less than the part where the table splits its funds no further.
    """
    rows: dict[str, dict[str, Figure]] = defaultdict(dict)
    for fact, stage, _ in source.facts:
        concept, _fund, function, economic, project, _carryover = fact
        if concept == "project_expenditure" and stage == _ORIGINAL and project and not economic:
            rows[_name(project)].setdefault(function, source.facts[fact, stage, _])
    for name, by_item in rows.items():
        table = tables.get(name)
        items = [figure for function, figure in by_item.items() if len(function) >= _ITEM_LENGTH]
        if table is None or not items:
            continue
        funds = [figure for each in ("fiscal", "total") if (figure := table.amount(each, _ORIGINAL)) is not None]
        instances = [made for figure in funds if (made := _against(items, figure, table, relation)) is not None]
        if instances:
            yield next((made for made in instances if _holds(made)), instances[0])


def _against(items: Sequence[Figure], funds: Figure, table: PerformanceTable, relation: Relation) -> Instance | None:
    factors = [factor_between(item.unit, funds.unit) for item in items]
    terms = tuple(Term(item, factor=factor) for item, factor in zip(items, factors, strict=True) if factor is not None)
    if len(terms) < len(items):
        return None
    return Instance(
        relation,
        "sum",
        (Term(funds),),
        terms,
        unit=funds.unit,
        where=where(table),
        assumptions=(NAMES_ARE_ALIKE, SAME_SOURCES),
    )


def _holds(instance: Instance) -> bool:
    return decide(instance).outcome is not Outcome.BROKEN


def _evaluated(
    targets: Mapping[str, PerformanceTable], evaluated: Mapping[str, PerformanceTable], relation: Relation
) -> Iterator[Instance]:
    """年初预算数 of a project in its self-evaluation against its target table in the budget, source by source."""
    for name, table in evaluated.items():
        target = targets.get(name)
        if target is None:
            continue
        for source in ("total", "fiscal", "other"):
            told, planned = table.amount(source, _ORIGINAL), target.amount(source, _ORIGINAL)
            factor = factor_between(planned.unit, told.unit) if told and planned else None
            if told is None or planned is None or factor is None:
                continue
            made = Instance(relation, "sum", (Term(told),), (Term(planned, factor=factor),), unit=told.unit)
            yield replace(made, where=where(table), assumptions=(NAMES_ARE_ALIKE,))
