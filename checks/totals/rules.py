"""Binds the relations of the data files to printed figures.

A relation is bound where its terms stand together: in one table, in one numbered section of the narrative, or in one
document; the axes of scope that the rule does not name must agree among its terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from checks.context import Context
from checks.judging.printings import LEVEL, Printing, slips_of
from checks.judging.scopes import ScopeKey, scaled, scope_key
from checks.judging.table_units import slip_instances
from checks.model import Instance, Relation, Term
from checks.relations.settings import ConceptsRule, TermsRule, TreeRule
from checks.relations.terms import Alternatives, TermRule, parse_alternatives, with_concept
from checks.totals.blanks import Blank, Blanks, blank_totals
from checks.totals.changes import TABLE_CHANGE, table_comparisons
from checks.totals.repeated_facts import public_expenses_of_general_budget, same_facts
from checks.totals.trees import UNJUDGED, of_changes, tree_instances
from datasets.model import Figure, Kind, Scope
from datasets.reading import Reading

BLANK_COLUMN = "未印出的项按 0 计（整栏空白）"
UNLISTED = "文中未列出的项按 0 计"
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "same-fact": Relation,
    "public-expenses-of-general-budget": ConceptsRule,
    "table-unit": Relation,
    "blank-total": Relation,
}


def instances(context: Context) -> Iterator[Instance]:
    """All instances of concept sums, bounds, trees and repeated facts within one document."""
    reading, found, relations, guard = context.reading, context.found, context.rules, context.guard
    blanks = Blanks(reading)
    for relation in relations.values():
        if isinstance(relation, TermsRule):
            yield from guard(_bind_concepts, reading, found, relation, blanks)
        elif isinstance(relation, TreeRule):
            yield from guard(tree_instances, found, relation, blanks)
    if "same-fact" in relations:
        yield from guard(same_facts, found, relations["same-fact"])
    if "public-expenses-of-general-budget" in relations:
        relation = relations["public-expenses-of-general-budget"]
        yield from guard(public_expenses_of_general_budget, found, relation)
    if TABLE_CHANGE in relations:
        yield from guard(table_comparisons, reading, relations)
    if "table-unit" in relations:
        yield from guard(slip_instances, reading, slips_of(reading), relations["table-unit"])
    if "blank-total" in relations:
        yield from guard(blank_totals, reading, relations["blank-total"])


# -- sums of concepts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A relation with its terms parsed, for one concept of ``each``; ``named`` are the axes that the terms fix."""

    relation: TermsRule
    left: tuple[Alternatives, ...]
    right: tuple[Alternatives, ...]
    named: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Group:
    """Printings that may be compared: one vicinity, one measure, one scope on the axes that are not free."""

    within: str
    vicinity: str
    measure: str
    key: ScopeKey
    printings: list[Printing] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Item:
    """The printed figures of one item of a relation; ``rest`` is what is said of those that are not printed, if any."""

    terms: list[Term]
    rest: Blank | None


def rules_of(relation: TermsRule) -> Iterator[BoundRule]:
    """The relation with its terms parsed, once for each concept of ``each``."""
    for each in relation.each or ("",):
        left, right = (
            tuple(with_concept(parse_alternatives(text, relation.id), each) for text in side)
            for side in (relation.left, relation.right)
        )
        terms = [term for side in (*left, *right) for option in side for term in option]
        named = frozenset(axis for term in terms for axis, _ in term.axes)
        free = named | set(relation.ignore)
        yield BoundRule(relation, left, right, named, free, frozenset(term.concept for term in terms))


def _bind_concepts(
    reading: Reading, found: Sequence[Printing], relation: TermsRule, blanks: Blanks
) -> Iterator[Instance]:
    if relation.documents is not None and relation.documents is not reading.identity.kind:
        return
    stood = set(relation.unless_printed)
    if any(printing.concept in stood and printing.figure.value for printing in found):
        return
    unless = set(relation.unless)
    excluded = {printing.vicinity for printing in found if printing.concept in unless}
    for rule in rules_of(relation):
        for within in relation.within:
            groups = [group for group in _groups(rule, within, found) if group.vicinity not in excluded]
            carried = {
                (group.vicinity, group.measure, printing.concept)
                for group in groups
                for printing in group.printings
                if printing.figure.scope.carryover
            }
            for group in groups:
                if "carryover" not in rule.free and _split_by_carryover(rule, group, carried):
                    continue
                instance = _instance(rule, group, reading.identity.kind, blanks)
                if instance is not None:
                    yield instance


def _groups(rule: BoundRule, within: str, found: Sequence[Printing]) -> list[_Group]:
    groups: dict[tuple[str, str, ScopeKey], _Group] = {}
    for printing in found:
        if printing.concept in rule.wanted and (within == "document" or printing.vicinity.startswith(within)):
            vicinity = "document" if within == "document" else printing.vicinity
            key = scope_key(printing.figure.scope, rule.free)
            group = groups.setdefault(
                (vicinity, printing.measure, key), _Group(within, vicinity, printing.measure, key)
            )
            group.printings.append(printing)
    return list(groups.values())


def _split_by_carryover(rule: BoundRule, group: _Group, carried: set[tuple[str, str, str]]) -> bool:
    """True when an absent term is printed beside the group as 本年 or 结转: it is not blank but stands elsewhere."""
    present = {printing.concept for printing in group.printings}
    concepts = {term.concept for alternatives in rule.right for option in alternatives for term in option}
    return any((group.vicinity, group.measure, concept) in carried for concept in concepts - present)


def _instance(rule: BoundRule, group: _Group, kind: Kind, blanks: Blanks) -> Instance | None:
    relation = rule.relation
    if not _claims_something(rule, group):
        return None
    left, right = (
        [_item(alternatives, rule, group, kind, blanks) for alternatives in side] for side in (rule.left, rule.right)
    )
    terms_left, terms_right = ([term for item in side for term in item.terms] for side in (left, right))
    if not _enough(relation, group, left, right):
        return None
    if {term.figure.id for term in terms_left} & {term.figure.id for term in terms_right}:
        return None
    says = {item.rest for item in (*left, *right)}
    if group.measure != LEVEL:
        if relation.arithmetic in ("bound", "zero_implies_zero"):
            return None  # changes of what is within bounds may be any
        return None if says != {None} else scaled(of_changes(relation), terms_left, terms_right, ())
    if Blank.OMITTED in says:
        return None
    for blank, (note, note_en) in UNJUDGED.items():
        if blank in says:
            unit = terms_left[0].figure.unit
            return Instance(relation, "logic", tuple(terms_left), tuple(terms_right), unit, note=note, note_en=note_en)
    assumed = BLANK_COLUMN if group.within == "table" else UNLISTED
    return scaled(relation, terms_left, terms_right, (assumed,) if says & {Blank.UNKNOWN, Blank.UNREAD} else ())


def _claims_something(rule: BoundRule, group: _Group) -> bool:
    """False where the head or all the rest is not printed: the quick answer for nearly all groups."""
    printed = {printing.concept for printing in group.printings}
    heads = {term.concept for option in rule.left[0] for term in option}
    rest = {term.concept for item in rule.right for option in item for term in option}
    return not printed.isdisjoint(heads) and not printed.isdisjoint(rest)


def _enough(relation: TermsRule, group: _Group, left: list[_Item], right: list[_Item]) -> bool:
    """True when so many items are printed, or have a cell that is blank, that the relation claims something here."""
    if relation.arithmetic != "sum":
        return all(item.terms for item in (*left, *right))
    if not left[0].terms or not any(item.terms for item in right):
        return False
    supplied = [item for item in (*left[1:], *right) if item.terms or item.rest not in (Blank.ABSENT, Blank.UNREAD)]
    return len(supplied) >= needed(relation, group.within)


def needed(relation: TermsRule, within: str) -> int:
    """How many items beside the first must be printed for the relation to claim something in a table, text or all."""
    if relation.required is not None:
        return relation.required
    return 1 if within == "table" else len(relation.right)


def _said_of_any(absent: Alternatives, rule: BoundRule, group: _Group, blanks: Blanks) -> Blank:
    """What the table says of an item that is not printed in any of the ways it may be."""
    options = [{_said_of(term, rule, group, blanks) for term in option} for option in absent]
    every = frozenset[Blank]().union(*options)
    if {Blank.ZERO} in options and every.isdisjoint(UNJUDGED):
        return Blank.ZERO
    return next(blank for blank in Blank if blank in every)


def _said_of(term: TermRule, rule: BoundRule, group: _Group, blanks: Blanks) -> Blank:
    said = {
        cell.says
        for cell in blanks.of(group.vicinity)
        if cell.concept == term.concept
        and fits(cell.scope, term, rule)
        and scope_key(cell.scope, rule.free) == group.key
    }
    if not said:
        return Blank.ABSENT if blanks.understood(group.vicinity) else Blank.UNREAD
    return next(blank for blank in Blank if blank in said)


def _item(alternatives: Alternatives, rule: BoundRule, group: _Group, kind: Kind, blanks: Blanks) -> _Item:
    """The figures of the first alternative that is wholly printed, else of the last, and what is said of the rest."""
    for option in alternatives:
        bound = [(term, _figure(term, rule, group, kind)) for term in option]
        terms = [Term(figure, term.weight) for term, figure in bound if figure is not None]
        absent = tuple(term for term, figure in bound if figure is None)
        if terms and not absent:
            return _Item(terms, None)
        if terms and option is alternatives[-1]:
            return _Item(terms, _said_of_any((absent,), rule, group, blanks))
    return _Item([], _said_of_any(alternatives, rule, group, blanks))


def _figure(term: TermRule, rule: BoundRule, group: _Group, kind: Kind) -> Figure | None:
    candidates = [
        printing.figure
        for printing in group.printings
        if printing.concept == term.concept and fits(printing.figure.scope, term, rule)
    ]
    default = "original_budget" if kind is Kind.BUDGET else "outturn"
    candidates.sort(key=lambda figure: (figure.scope.stage != default, figure.scope.stage is not None))
    return candidates[0] if candidates else None


def fits(scope: Scope, term: TermRule, rule: BoundRule) -> bool:
    """True when the scope is what the term says on every axis that any term names; a stage only where it names one."""
    fixed = dict(term.axes)
    return all(
        (getattr(scope, axis) or "") == fixed.get(axis, "") for axis in rule.named if axis in fixed or axis != "stage"
    )
