"""Every family of rules: which rules its code binds, and what settings they have; all rules are loaded here.

Rules that are bound by their settings alone (terms, classifications, patterns) stand in the data and need no entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import ModuleType

from checks import (
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
from checks.model import Relation
from checks.relations import load_relations
from checks.relations_settings import TermsRule, TreeRule
from checks.wording_settings import PatternsRule, WrongWordsRule

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
        DataFileError: see :func:`checks.relations.load_relations`.
    """
    return load_relations(bound_rules(), DATA_FORMS)
