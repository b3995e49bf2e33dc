"""Binds the relations of the data files to printed figures.

A relation is bound where its terms stand together: in one table, in one numbered section of the narrative, or in one
document; the axes of scope that the rule does not name must agree among its terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from checks.model import Instance, Relation, Severity, Term
from checks.printings import LEVEL, Printing
from checks.relations_terms import AXES, Alternatives, TermRule, parse_alternatives
from datasets.figures import Reading
from datasets.model import Figure, Scope
from datasets.units import factor_between
from datasets.vocabulary import parent_code

BOUND_KINDS = frozenset({"sum", "bound", "zero_implies_zero", "same"})
BLANK_COLUMN = "未印出的项按 0 计（整栏空白）"
UNLISTED = "文中未列出的项按 0 计"

ScopeKey = tuple[str, ...]


def bind(reading: Reading, found: Sequence[Printing], relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """All instances of concept sums, bounds, trees and repeated facts within one document."""
    for relation in relations.values():
        if relation.kind in BOUND_KINDS and "left" in relation.settings:
            yield from _bind_concepts(reading, found, relation)
        elif relation.kind == "tree":
            yield from _bind_tree(found, relation)
    if "same-fact" in relations:
        yield from same_facts(found, relations["same-fact"])


# -- sums of concepts --------------------------------------------------------------------------------------------------


def _bind_concepts(reading: Reading, found: Sequence[Printing], relation: Relation) -> Iterator[Instance]:
    settings = relation.settings
    kind = settings.get("documents", "")
    if kind and kind != reading.identity.kind:
        return
    for each in cast("list[str]", settings.get("each", [""])):
        left = [_with_concept(parse_alternatives(text, relation.id), each) for text in _texts(settings, "left")]
        right = [_with_concept(parse_alternatives(text, relation.id), each) for text in _texts(settings, "right")]
        named = {axis for side in (*left, *right) for option in side for term in option for axis, _ in term.axes}
        free = named | set(cast("list[str]", settings.get("ignore", [])))
        wanted = {term.concept for side in (*left, *right) for option in side for term in option}
        for within in cast("list[str]", settings.get("within", ["table", "section"])):
            groups: dict[tuple[str, str, ScopeKey], list[Printing]] = defaultdict(list)
            for printing in found:
                if printing.concept in wanted and (within == "document" or printing.vicinity.startswith(within)):
                    vicinity = "document" if within == "document" else printing.vicinity
                    groups[vicinity, printing.measure, _key(printing.figure.scope, free)].append(printing)
            carried = {
                (vicinity, printing.measure, printing.concept)
                for (vicinity, _, _), group in groups.items()
                for printing in group
                if printing.figure.scope.carryover
            }
            for (vicinity, measure, _), group in groups.items():
                if "carryover" not in free and _split_by_carryover(vicinity, measure, right, group, carried):
                    continue
                instance = _instance(reading, relation, within, measure, left, right, group, named)
                if instance is not None:
                    yield instance


def _split_by_carryover(
    vicinity: str,
    measure: str,
    right: list[Alternatives],
    group: list[Printing],
    carried: set[tuple[str, str, str]],
) -> bool:
    """True when an absent term is printed beside the group as 本年 or 结转: then it is not blank but stands elsewhere."""
    present = {printing.concept for printing in group}
    concepts = {term.concept for alternatives in right for option in alternatives for term in option}
    return any((vicinity, measure, concept) in carried for concept in concepts - present)


def _texts(settings: Mapping[str, object], side: str) -> list[str]:
    return cast("list[str]", settings[side])


def _with_concept(alternatives: Alternatives, concept: str) -> Alternatives:
    return tuple(
        tuple(replace(term, concept=concept) if term.concept == "*" else term for term in option)
        for option in alternatives
    )


def _key(scope: Scope, free: set[str]) -> ScopeKey:
    """The axes that must agree; an instant counts as its year."""
    values = []
    for axis in AXES:
        value = "" if axis in free else (getattr(scope, axis) or "")
        values.append(value[:4] if axis == "period" else value)
    return tuple(values)


def _instance(
    reading: Reading,
    relation: Relation,
    within: str,
    measure: str,
    left: list[Alternatives],
    right: list[Alternatives],
    group: list[Printing],
    named: set[str],
) -> Instance | None:
    left_terms = [_terms(alternatives, group, named, reading) for alternatives in left]
    right_terms = [_terms(alternatives, group, named, reading) for alternatives in right]
    present = [terms for terms in right_terms if terms]
    if relation.kind != "sum":
        if not all(left_terms) or not all(right_terms):
            return None
    elif not left_terms[0] or not present:
        return None
    required = cast("int", relation.settings.get("required", 1 if within == "table" else len(right)))
    supplied = sum(map(bool, (*left_terms[1:], *right_terms))) if len(left) > 1 else len(present)
    if supplied < required:
        return None
    flat_left = [term for terms in left_terms for term in terms]
    flat_right = [term for terms in right_terms for term in terms]
    if {term.figure.id for term in flat_left} & {term.figure.id for term in flat_right}:
        return None
    complete = all(left_terms) and all(right_terms)
    assumptions = () if complete else (UNLISTED if within != "table" else BLANK_COLUMN,)
    if measure != LEVEL:
        if not complete:
            return None
        return _scaled(_of_changes(relation), flat_left, flat_right, ())
    return _scaled(relation, flat_left, flat_right, assumptions)


def _of_changes(relation: Relation) -> Relation:
    """The same sum among changes: the prior years that they imply add up like the levels."""
    return replace(relation, id="implied-prior-year", title="增减额之间：" + relation.title, title_en=relation.title_en)


def _scaled(
    relation: Relation, left: Sequence[Term], right: Sequence[Term], assumptions: tuple[str, ...]
) -> Instance | None:
    """Bring all terms to the unit of the first; None where units cannot be compared."""
    unit = left[0].figure.unit
    scaled: list[list[Term]] = [[], []]
    for side, terms in zip(scaled, (left, right), strict=True):
        for term in terms:
            factor = factor_between(term.figure.unit, unit)
            if factor is None:
                if relation.kind not in ("bound", "zero_implies_zero"):
                    return None
                factor = term.factor
            side.append(replace(term, factor=factor))
    return Instance(
        relation,
        "sum" if relation.kind in ("same", "tree") else relation.kind,
        tuple(scaled[0]),
        tuple(scaled[1]),
        unit=unit,
        where=left[0].figure.table,
        assumptions=assumptions,
    )


def _terms(alternatives: Alternatives, group: list[Printing], named: set[str], reading: Reading) -> list[Term]:
    """The figures of the first alternative that is printed; an empty list when none is."""
    for option in alternatives:
        terms = []
        for rule in option:
            figure = _figure(rule, group, named, reading)
            if figure is not None:
                terms.append(Term(figure, rule.weight))
        if terms and (len(terms) == len(option) or len(alternatives) == 1 or option is alternatives[-1]):
            return terms
    return []


def _figure(rule: TermRule, group: list[Printing], named: set[str], reading: Reading) -> Figure | None:
    fixed = dict(rule.axes)
    candidates = []
    for printing in group:
        scope = printing.figure.scope
        if printing.concept != rule.concept:
            continue
        if all((getattr(scope, axis) or "") == fixed.get(axis, "") for axis in named if axis in fixed or axis != "stage"):
            candidates.append(printing.figure)
    default = "original_budget" if reading.identity.kind == "budget" else "outturn"
    candidates.sort(key=lambda figure: figure.scope.stage not in (default, None))
    return candidates[0] if candidates else None


# -- classification trees ----------------------------------------------------------------------------------------------


def _bind_tree(found: Sequence[Printing], relation: Relation) -> Iterator[Instance]:
    axis = cast("str", relation.settings["axis"])
    wanted = set(cast("list[str]", relation.settings["concepts"]))
    roots = set(cast("list[str]", relation.settings["roots"]))
    groups: dict[tuple[str, str, str, ScopeKey], list[Printing]] = defaultdict(list)
    for printing in found:
        concept = printing.concept
        if concept in wanted:
            key = _key(printing.figure.scope, {axis, "project", "period"})
            groups[printing.vicinity, printing.measure, concept, key].append(printing)
    root_figures = defaultdict(list)
    for printing in found:
        if printing.concept in roots:
            key = _key(printing.figure.scope, {axis, "project", "period"})
            root_figures[printing.vicinity, printing.measure, key].append(printing)
    for (vicinity, measure, _, key), group in groups.items():
        nodes: dict[tuple[str, str], Figure] = {}
        for printing in group:
            scope = printing.figure.scope
            code = getattr(scope, axis) or ""
            nodes.setdefault((code, scope.project or ""), printing.figure)
        if ("", "") not in nodes and vicinity.startswith("table") and root_figures[vicinity, measure, key]:
            nodes["", ""] = root_figures[vicinity, measure, key][0].figure
        yield from _tree_instances(nodes, relation, vicinity, measure)


def _tree_instances(
    nodes: Mapping[tuple[str, str], Figure], relation: Relation, vicinity: str, measure: str
) -> Iterator[Instance]:
    children: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for code, project in nodes:
        parent = _parent(nodes, code, project)
        if parent is not None:
            children[parent].append(nodes[code, project])
    for parent, figures in children.items():
        in_table = vicinity.startswith("table")
        severity = None if in_table else Severity.WARNING
        if not in_table and len(figures) < 2:
            continue
        rule = relation if measure == LEVEL else _of_changes(relation)
        instance = _scaled(rule, [Term(nodes[parent])], [Term(figure) for figure in figures], ())
        if instance is not None:
            yield replace(instance, severity=severity)


def _parent(nodes: Mapping[tuple[str, str], Figure], code: str, project: str) -> tuple[str, str] | None:
    """The nearest printed ancestor: the same code without the project, else the next code up that is printed."""
    if project and (code, "") in nodes:
        return code, ""
    while code:
        code = code.rpartition("~")[0] if "~" in code else parent_code(code)
        if (code, "") in nodes:
            return code, ""
    return None


# -- one fact printed more than once -----------------------------------------------------------------------------------


def same_facts(found: Sequence[Printing], relation: Relation) -> Iterator[Instance]:
    """Each further printing of a fact against the first one, tables before text."""
    groups: dict[tuple[str, str, ScopeKey], list[Figure]] = defaultdict(list)
    for printing in found:
        if printing.vicinity.startswith("performance"):
            continue
        scope = printing.figure.scope
        free = {"carryover", "function_code"} if scope.project else {"carryover"}
        groups[printing.concept, printing.measure, _key(scope, free)].append(printing.figure)
    for figures in groups.values():
        distinct = {figure.id: figure for figure in figures}
        if len(distinct) < 2:
            continue
        ordered = sorted(distinct.values(), key=lambda f: (not f.table, f.scope.carryover or "", f.place.start))
        bare = [figure for figure in ordered if figure.scope.carryover is None]
        reference = bare[0] if bare else ordered[0]
        for figure in ordered:
            if figure is reference or "opening" in (figure.scope.carryover, reference.scope.carryover):
                continue
            unsaid = figure.scope.carryover != reference.scope.carryover
            instance = _scaled(
                relation, [Term(figure)], [Term(reference)], ("一处未说明是否含结转",) if unsaid else ()
            )
            if instance is not None:
                yield instance
