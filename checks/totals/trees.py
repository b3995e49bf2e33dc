"""Classification trees: a printed total, class or section against the items below it that are printed beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import msgspec

from checks.judging.printings import LEVEL, Printing
from checks.judging.scopes import ScopeKey, scaled, scope_key
from checks.judging.verdicts import value
from checks.model import Instance, Relation, Severity, Term
from checks.relations.settings import TreeRule
from checks.totals.blanks import Blank, Blanks
from datasets.model import Figure
from datasets.vocabulary.concepts import CLASS_LENGTH, parent_code

#: What is said of a sum over a cell that holds something, but no figure.
#: What is said of a total that cannot be judged, in Chinese and English.
UNJUDGED: Mapping[Blank | None, tuple[str, str]] = {
    Blank.WITHHELD: ("有的项涉密未公开，合计无从核对", "an item is withheld, so the total cannot be checked"),
    Blank.ILLEGIBLE: (
        "有的单元格里的数字没有读通，合计无从核对",
        "the digits of a cell are not understood, so the total cannot be checked",
    ),
}
_SEVERAL = 2

#: A code of the classification and a project below it.
Node = tuple[str, str]
ROOT: Node = ("", "")
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "implied-prior-year": Relation,
}


def of_changes(relation: Relation) -> Relation:
    """The same sum among changes: the prior years that they imply add up like the levels."""
    return msgspec.structs.replace(
        relation, id="implied-prior-year", title="增减额之间：" + relation.title, title_en=relation.title_en
    )


def tree_instances(found: Sequence[Printing], relation: TreeRule, blanks: Blanks) -> Iterator[Instance]:
    """Every printed parent against its children, table by table and section by section."""
    axis = relation.axis
    wanted = set(relation.concepts)
    roots = set(relation.roots)
    free = frozenset({axis, "project"})
    groups: dict[tuple[str, str, str, ScopeKey], dict[Node, Figure]] = defaultdict(dict)
    totals: dict[tuple[str, str, ScopeKey], Figure] = {}
    for printing in found:
        scope = printing.figure.scope
        key = scope_key(scope, free)
        if printing.concept in wanted:
            node = (getattr(scope, axis) or "", scope.project or "")
            groups[printing.vicinity, printing.measure, printing.concept, key].setdefault(node, printing.figure)
        if printing.concept in roots:
            totals.setdefault((printing.vicinity, printing.measure, key), printing.figure)
    for (vicinity, measure, concept, key), nodes in groups.items():
        total = totals.get((vicinity, measure, key))
        if ROOT not in nodes and vicinity.startswith("table") and total is not None:
            nodes[ROOT] = total
        gaps = {
            _parent(nodes, getattr(cell.scope, axis) or "", cell.scope.project or ""): cell.says
            for cell in blanks.of(vicinity)
            if cell.says in (*UNJUDGED, Blank.OMITTED)
            and cell.concept == concept
            and scope_key(cell.scope, free) == key
        }
        yield from _parents(nodes, relation if measure == LEVEL else of_changes(relation), vicinity, gaps)


def _parents(
    nodes: Mapping[Node, Figure], relation: Relation, vicinity: str, gaps: Mapping[Node | None, Blank]
) -> Iterator[Instance]:
    """Each printed parent against its children; prose may leave children out, so there it is a warning at most."""
    children: dict[Node, list[Term]] = defaultdict(list)
    for node, figure in nodes.items():
        parent = _parent(nodes, *node)
        if parent is not None:
            children[parent].append(Term(figure))
    in_table = vicinity.startswith("table")
    for parent, terms in children.items():
        if not in_table and (len(terms) < _SEVERAL or _skips_classes(parent, terms) or _mixes_levels(parent, terms)):
            continue
        if (unjudged := UNJUDGED.get(gaps.get(parent))) is not None:
            note, note_en = unjudged
            yield Instance(relation, "logic", (Term(nodes[parent]),), tuple(terms), note=note, note_en=note_en)
        instance = scaled(relation, [Term(nodes[parent])], terms, ())
        if instance is not None and parent not in gaps:
            loudest = Severity.INFO if _may_leave_out(instance) else Severity.WARNING
            yield replace(instance, severity=None if in_table else loudest)


def _skips_classes(parent: Node, terms: Sequence[Term]) -> bool:
    """True for economic items right below the total: a text that names no class names only some of the items."""
    return parent == ROOT and any(parent_code(term.figure.scope.economic_code or "") for term in terms)


def _mixes_levels(parent: Node, terms: Sequence[Term]) -> bool:
    """True for classes and an item of a class that no list knows: its class may be among them under another name."""
    codes = [term.figure.scope.function_code or "" for term in terms] if parent == ROOT else []
    return any(code.startswith("~") for code in codes) and any(
        not parent_code(code) for code in codes if code[:1] != "~"
    )


def _may_leave_out(instance: Instance) -> bool:
    """True for original budgets that final accounts list by item: an item without an outturn is not listed."""
    scopes = [term.figure.scope for term in instance.right]
    by_item = all(len(scope.function_code or "") > CLASS_LENGTH for scope in scopes)
    original = instance.left[0].figure.scope.stage == "original_budget"
    return original and by_item and value(instance.left[0]) > sum(map(value, instance.right), start=Decimal(0))


def _parent(nodes: Mapping[Node, Figure], code: str, project: str) -> Node | None:
    """The nearest printed ancestor: the same code without the project, else the next code up that is printed."""
    if project and (code, "") in nodes:
        return code, ""
    while code:
        code = code.rpartition("~")[0] if "~" in code else parent_code(code)
        if (code, "") in nodes:
            return code, ""
    return None
