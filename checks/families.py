"""Every family of rules: which rules its code binds, and what settings they have; all rules are loaded here.

Rules that are bound by their settings alone (terms, classifications, patterns) stand in the data and need no entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import ModuleType

from checks.classification import rules as subject_names
from checks.crossing import identity as crossing_identity
from checks.crossing import projects as crossing_projects
from checks.crossing import publication as roster
from checks.crossing import rollup as crossing_rollup
from checks.crossing import rules as crossing
from checks.model import Relation
from checks.performance import rules as performance_rules
from checks.performance import stated as project_tables
from checks.relations.loading import load_relations
from checks.relations.settings import TermsRule, TreeRule
from checks.sentences import claims, comparisons, products, reasons, table_statements, zero_base
from checks.sentences import wholes as partitions
from checks.totals import changes as table_comparisons
from checks.totals import rules as binding
from checks.totals import shifted_rows, trees
from checks.wording import completeness
from checks.wording import duplicates as wording_duplicates
from checks.wording import items as wording_items
from checks.wording import marks as wording_marks
from checks.wording import rules as wording
from checks.wording import scope as wording_scope
from checks.wording import years as wording_years
from checks.wording.settings import PatternsRule, WrongWordsRule

#: The modules that bind rules by their ids.
BINDING: tuple[ModuleType, ...] = (
    binding,
    claims,
    comparisons,
    completeness,
    crossing,
    crossing_identity,
    crossing_projects,
    crossing_rollup,
    partitions,
    performance_rules,
    products,
    project_tables,
    reasons,
    roster,
    shifted_rows,
    subject_names,
    table_comparisons,
    table_statements,
    trees,
    wording,
    wording_duplicates,
    wording_items,
    wording_marks,
    wording_scope,
    wording_years,
    zero_base,
)
#: The records of rules that no code binds by id.
DATA_FORMS: tuple[type[Relation], ...] = (TermsRule, TreeRule, PatternsRule, WrongWordsRule)


def bound_rules() -> dict[str, type[Relation]]:
    """The record of each rule that code binds by its id."""
    forms: dict[str, type[Relation]] = {}
    for module in BINDING:
        rules: Mapping[str, type[Relation]] = module.RULES
        forms.update(rules)
    return forms


@cache
def load_rules() -> dict[str, Relation]:
    """All rules by id.

    Raises:
        DataFileError: see :func:`checks.relations.loading.load_relations`.
    """
    return load_relations(bound_rules(), DATA_FORMS)
