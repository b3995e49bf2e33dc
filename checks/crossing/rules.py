"""Between documents: budget and final accounts, one year and the next, a department and its units.

Documents meet by entity and level, each compared only with those it can be compared with, so that two hundred documents
cost little more than one at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from checks.barrier import Guard
from checks.context import Context, FamilyResult, Unresolved
from checks.crossing.budget import original_budgets, within_full_year_budget
from checks.crossing.identity import renamed, stated_scopes
from checks.crossing.projects import project_lists
from checks.crossing.rollup import roll_up
from checks.crossing.settings import EstimatesRule, OfficeNamesRule, OpeningsRule, RestatedConceptsRule, RestatedRule
from checks.crossing.sources import Source, source_of
from checks.crossing.stocks import asset_chains, headcount_chains
from checks.crossing.years import implied_priors, missing_priors, openings, printed_priors, priors_within_budget
from checks.model import Instance, Relation
from checks.relations.settings import ConceptsRule

Relations = Mapping[str, Relation]
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "implied-prior-year-against-document": RestatedRule,
    "document-scope": Relation,
    "entity-renamed": OfficeNamesRule,
    "same-fact-across-documents": EstimatesRule,
    "prior-year-as-printed": RestatedRule,
    "opening-equals-closing": OpeningsRule,
    "prior-outturn-within-budget": RestatedConceptsRule,
    "outturn-within-full-year-budget": ConceptsRule,
    "asset-chain": ConceptsRule,
    "headcount-chain": ConceptsRule,
}


def instances(context: Context) -> Iterator[FamilyResult]:
    """Everything that must hold between the documents."""
    relations = context.rules
    sources = [source_of(reading, context.printed[reading.document.sha256]) for reading in context.readings]
    for family in _families(sources):
        guard = context.guard_of([source.reading.path for source in family])
        yield from _within_family(family, relations, guard)
        for source in family:
            yield from guard(missing_priors, source, family, relations["implied-prior-year-against-document"])
        for instance, settled in _chains(family, relations, guard):
            yield instance if settled else Unresolved(instance)
    guard = context.guard
    for rolled in guard(lambda: (roll_up(sources, relations, context.roster),)):
        yield from rolled.instances
        yield from map(Unresolved, rolled.incomplete)
        yield from rolled.unchecked
    yield from map(Unresolved, guard(stated_scopes, sources, relations["document-scope"]))
    yield from map(Unresolved, guard(renamed, sources, relations["entity-renamed"]))


def _families(sources: Sequence[Source]) -> list[list[Source]]:
    """The documents of each entity and level, by year, the budget of a year before its final accounts."""
    families: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in sources:
        families[source.reading.identity.entity, source.reading.identity.level].append(source)
    return [sorted(family, key=lambda source: (source.year, source.kind)) for family in families.values()]


def _within_family(family: Sequence[Source], relations: Relations, guard: Guard) -> Iterator[Instance]:
    yield from guard(original_budgets, family, relations["same-fact-across-documents"])
    yield from guard(printed_priors, family, relations["prior-year-as-printed"])
    yield from guard(openings, family, relations["opening-equals-closing"])
    yield from guard(project_lists, family, relations)
    for source in family:
        yield from guard(implied_priors, source, family, relations["implied-prior-year-against-document"])
        yield from guard(priors_within_budget, source, family, relations["prior-outturn-within-budget"])
        yield from guard(within_full_year_budget, source, relations["outturn-within-full-year-budget"])


def _chains(family: Sequence[Source], relations: Relations, guard: Guard) -> Iterator[tuple[Instance, bool]]:
    """Stocks from document to document, each with whether what is at hand settles it."""
    yield from guard(asset_chains, family, relations["asset-chain"])
    yield from guard(headcount_chains, family, relations["headcount-chain"])
