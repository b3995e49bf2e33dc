"""Gaps explained: a difference that equals a known amount of the same documents is named, unless that is cheap.

A coincidence is cheap when the amount has fewer than three significant digits and reports another item, or when
more than two facts have that amount.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.model import Verdict
from datasets.model import Figure, Role

_SIGNIFICANT = 3
_MOST_RIVALS = 2


def explain(verdict: Verdict, figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures, one a fact, whose value is exactly the gap; empty when there is none or the coincidence is cheap."""
    gap, instance = verdict.gap, verdict.instance
    if not gap or instance.kind != "sum":
        return ()
    used = {figure.id for figure in instance.figures}
    siblings = {_sibling(figure) for figure in instance.figures}
    documents = {figure.document for figure in instance.figures}
    facts: dict[tuple[object, ...], Figure] = {}
    for figure in figures:
        if (
            figure.id in used
            or figure.role is not Role.LEVEL
            or not figure.concept
            or figure.unit != instance.unit
            or figure.value is None
            or abs(figure.value) != abs(gap)
            or figure.document not in documents
        ):
            continue
        if len(gap.normalize().as_tuple().digits) >= _SIGNIFICANT or _sibling(figure) in siblings:
            facts.setdefault((figure.concept, figure.scope), figure)
    same = [figure for figure in facts.values() if _sibling(figure) in siblings]
    chosen = same or list(facts.values())
    return tuple(chosen) if len(chosen) <= _MOST_RIVALS else ()


def _sibling(figure: Figure) -> tuple[str | None, ...]:
    """Facts that differ only in fund, stage or carry-over are siblings: one may contain the other."""
    scope = figure.scope
    return (figure.concept, scope.function_code, scope.economic_code, scope.project)
