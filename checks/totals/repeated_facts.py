"""One fact printed more than once: each further printing against the first one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from checks.judging.printings import Printing
from checks.judging.scopes import ScopeKey, scaled, scope_key
from checks.model import Instance, Relation, Term
from checks.relations.settings import ConceptsRule
from datasets.model import Figure

_SEVERAL = 2


def same_facts(found: Sequence[Printing], relation: Relation) -> Iterator[Instance]:
    """Each further printing of a fact against the first one, tables before text.

    Printings that agree with one another and not with the first one are compared too: they were copied from one another
    and are wrong, or right, together.
    """
    groups: dict[tuple[str, str, ScopeKey], list[Figure]] = defaultdict(list)
    for printing in found:
        if printing.vicinity.startswith("performance"):
            continue
        scope = printing.figure.scope
        free = frozenset({"carryover", "function_code"} if scope.project else {"carryover"})
        groups[printing.concept, printing.measure, scope_key(scope, free)].append(printing.figure)
    for figures in groups.values():
        distinct = {figure.id: figure for figure in figures}
        if len(distinct) < _SEVERAL:
            continue
        ordered = sorted(distinct.values(), key=lambda f: (not f.table, f.scope.carryover or "", f.place.start))
        bare = [figure for figure in ordered if figure.scope.carryover is None]
        reference = bare[0] if bare else ordered[0]
        apart: dict[tuple[Decimal | None, str], Figure] = {}
        for figure in ordered:
            if figure is reference or "opening" in (figure.scope.carryover, reference.scope.carryover):
                continue
            unsaid = figure.scope.carryover != reference.scope.carryover
            assumed = ("一处未说明是否含结转",) if unsaid else ()
            instance = scaled(relation, [Term(figure)], [Term(reference)], assumed)
            if instance is not None:
                yield instance
            if (figure.value, figure.unit) == (reference.value, reference.unit):
                continue
            alike = apart.setdefault((figure.value, figure.unit), figure)
            if alike is not figure and alike.scope.carryover == figure.scope.carryover:
                again = scaled(relation, [Term(figure)], [Term(alike)], ())
                if again is not None:
                    yield again


def public_expenses_of_general_budget(found: Sequence[Printing], relation: Relation) -> Iterator[Instance]:
    """Public expenses of the general budget against those of all appropriations, where no other fund has any."""
    wanted = set(ConceptsRule.of(relation).concepts)
    mine = [printing for printing in found if printing.concept in wanted]
    if any(p.figure.scope.fund not in ("general", "fiscal") and p.figure.value for p in mine):
        return
    free = frozenset({"fund", "carryover"})
    general: dict[tuple[str, str, ScopeKey], Printing] = {}
    for printing in mine:
        if printing.figure.scope.fund == "general":
            general.setdefault((printing.concept, printing.measure, scope_key(printing.figure.scope, free)), printing)
    for printing in mine:
        other = general.get((printing.concept, printing.measure, scope_key(printing.figure.scope, free)))
        if printing.figure.scope.fund == "fiscal" and other is not None and other.vicinity != printing.vicinity:
            instance = scaled(relation, [Term(printing.figure)], [Term(other.figure)], ())
            if instance is not None:
                yield instance
