"""What makes figures comparable: the axes of scope that must agree, and one unit for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from checks.model import Instance, Relation, Term
from checks.relations.terms import AXES
from datasets.model import Scope
from datasets.vocabulary.units import factor_between

ScopeKey = tuple[str, ...]
#: Measure words for the same count: tables count 批次 and 团组 in 个, 人次 in 人.
_SAME_COUNT = ({"个", "批次"}, {"个", "批"}, {"个", "次"}, {"人", "人次"}, {"台", "台（套）"})


def scope_key(scope: Scope, free: frozenset[str]) -> ScopeKey:
    """The axes that must agree, behind the unit of a department that a table lists; an instant counts as its year."""
    values = [scope.entity or ""]
    for axis in AXES:
        value = "" if axis in free else (getattr(scope, axis) or "")
        values.append(value[:4] if axis == "period" else value)
    return tuple(values)


def scaled(
    relation: Relation, left: Sequence[Term], right: Sequence[Term], assumptions: tuple[str, ...]
) -> Instance | None:
    """Bring all terms to the unit of the first; None where units cannot be compared."""
    unit = left[0].figure.unit
    sides: list[list[Term]] = [[], []]
    for side, terms in zip(sides, (left, right), strict=True):
        for term in terms:
            factor = factor_between(term.figure.unit, unit)
            if factor is None and relation.arithmetic == "same" and {term.figure.unit, unit} in _SAME_COUNT:
                factor = Decimal(1)
            if factor is None:
                if relation.arithmetic not in ("bound", "zero_implies_zero"):
                    return None
                factor = term.factor
            side.append(replace(term, factor=factor))
    return Instance(
        relation,
        "sum" if relation.arithmetic in ("same", "tree") else relation.arithmetic,
        tuple(sides[0]),
        tuple(sides[1]),
        unit=unit,
        where=left[0].figure.table,
        assumptions=assumptions,
    )
