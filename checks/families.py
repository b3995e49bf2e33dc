"""Every family of rules: which rules its code binds, and what settings they have; all rules are loaded here.

Rules that are bound by their settings alone (terms, classifications, patterns) stand in the data and need no entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from checks.classification import rules as classification
from checks.context import Instances
from checks.crossing import identity, projects, publication, rollup
from checks.crossing import rules as crossing
from checks.model import Relation
from checks.performance import rules as performance
from checks.performance import stated
from checks.relations.loading import load_relations
from checks.relations.settings import TermsRule, TreeRule
from checks.sentences import claims, comparisons, products, reasons, table_statements, wholes, zero_base
from checks.totals import changes, shifted_rows, trees
from checks.totals import rules as totals
from checks.wording import completeness, duplicates, items, marks, scope, unreadable, years
from checks.wording import rules as wording
from checks.wording.settings import PatternsRule, WrongWordsRule


@dataclass(frozen=True, slots=True)
class Family:
    """A family of rules: what it is called, the rules that its code binds, and how it binds them."""

    name: str
    rules: Mapping[str, type[Relation]]
    instances: Instances


def _rules(*modules: ModuleType) -> dict[str, type[Relation]]:
    """The rules that some modules bind.

    Raises:
        ValueError: two of them bind the same rule.
    """
    rules: dict[str, type[Relation]] = {}
    for module in modules:
        own: Mapping[str, type[Relation]] = module.RULES
        if twice := rules.keys() & own.keys():
            raise ValueError(f"two modules of a family bind {', '.join(sorted(twice))}")
        rules |= own
    return rules


#: Families that look at one document at a time, in the order in which they speak; a group goes through all documents.
WITHIN: tuple[tuple[Family, ...], ...] = (
    (
        Family("totals", _rules(totals, changes, trees), totals.instances),
        Family("sentences", _rules(claims, comparisons, wholes, products, reasons, zero_base), claims.instances),
        Family("performance as stated", _rules(stated), stated.instances),
        Family("statements about tables", _rules(table_statements), table_statements.instances),
        Family("classification", _rules(classification), classification.instances),
        Family("wording", _rules(wording, completeness, duplicates, items, marks, scope, years), wording.instances),
    ),
    (Family("performance", _rules(performance), performance.instances),),
)
#: Families that look at all documents together.
BETWEEN: tuple[Family, ...] = (
    Family("performance of the year before", {}, performance.prior_years),
    Family("crossing", _rules(crossing, projects, rollup), crossing.instances),
    Family("publication", _rules(publication), publication.instances),
    Family("identity", _rules(identity), identity.proposals),
    Family("unreadable documents", _rules(unreadable), unreadable.instances),
)
#: Families that look at what the others found.
AFTERWARDS: tuple[Family, ...] = (Family("rows that slid", _rules(shifted_rows), shifted_rows.instances),)
#: The records of rules that no code binds by id.
DATA_FORMS: tuple[type[Relation], ...] = (TermsRule, TreeRule, PatternsRule, WrongWordsRule)


def every_family() -> Iterator[Family]:
    """All families, in the order in which they speak."""
    for group in WITHIN:
        yield from group
    yield from BETWEEN
    yield from AFTERWARDS


def coded_rules() -> dict[str, type[Relation]]:
    """The record of each rule that code binds by its id."""
    return {rule: form for family in every_family() for rule, form in family.rules.items()}


@cache
def load_rules() -> dict[str, Relation]:
    """All rules by id.

    Raises:
        DataFileError: see :func:`checks.relations.loading.load_relations`.
    """
    return load_relations(coded_rules(), DATA_FORMS)
