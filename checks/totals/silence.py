"""Why a rule said nothing of a document: which term was not printed, which axis differed, where the terms stand.

For whoever writes a rule; what is said follows the steps of :mod:`checks.totals.rules` and judges nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.judging.printings import LEVEL, Printing, printings
from checks.judging.scopes import scope_key
from checks.model import Relation
from checks.relations.settings import ConceptsRule, TermsRule
from checks.relations.terms import AXES, Alternatives, TermRule, parse_alternatives, with_concept
from datasets.reading import Reading
from datasets.vocabulary.concepts import concepts

AXIS_NAMES = {
    "fund": "资金",
    "stage": "阶段",
    "period": "期间",
    "carryover": "结转",
    "function_code": "功能科目",
    "economic_code": "经济科目",
    "project": "项目",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule said nothing, in Chinese and English."""

    text: str
    text_en: str


def why_silent(reading: Reading, relation: Relation) -> tuple[Reason, ...]:
    """The reasons; for a rule whose own code looks for it, only what can be said of its concepts."""
    found = printings(reading)
    if isinstance(relation, TermsRule):
        return tuple(_of_terms(reading, relation, found))
    if isinstance(relation, ConceptsRule):
        return tuple(_of_concepts(relation.concepts, found))
    return (
        Reason(
            "这条规则由程序核对，没有找到它要的句子、表或名称",
            "this rule is bound by code, which found no sentence, table or name of its kind",
        ),
    )


def _of_concepts(wanted: Sequence[str], found: Sequence[Printing]) -> Iterator[Reason]:
    printed = {printing.concept for printing in found}
    absent = [concept for concept in wanted if concept not in printed]
    if len(absent) == len(wanted):
        yield Reason(
            f"规则的概念都没有读到：{'、'.join(map(_label, wanted))}",
            f"none of its concepts is printed: {', '.join(wanted)}",
        )
    else:
        shown = [concept for concept in wanted if concept in printed]
        yield Reason(
            f"读到了 {'、'.join(map(_label, shown))}，但没有可以相比的另一处",
            f"printed: {', '.join(shown)}; nothing to compare them with",
        )


def _of_terms(reading: Reading, rule: TermsRule, found: Sequence[Printing]) -> Iterator[Reason]:
    kind = reading.identity.kind
    if rule.documents is not None and rule.documents is not kind:
        yield Reason(
            f"规则只核对 {rule.documents}，这份是 {kind}", f"it speaks of {rule.documents} only, this is {kind}"
        )
        return
    for concept in rule.unless_printed:
        if any(printing.concept == concept and printing.figure.value for printing in found):
            yield Reason(f"文中印有 {_label(concept)}（unless_printed）", f"{concept} is printed (unless_printed)")
            return
    printed = {printing.concept for printing in found}
    for each in rule.each or ("",):
        sides = [
            [with_concept(parse_alternatives(text, rule.id), each) for text in side] for side in (rule.left, rule.right)
        ]
        items = [item for side in sides for item in side]
        if not each or any(term.concept in printed for item in items for option in item for term in option):
            yield from _of_items(rule, items, found)


def _of_items(rule: TermsRule, items: Sequence[Alternatives], found: Sequence[Printing]) -> Iterator[Reason]:
    bound = [[p for option in item for term in option for p in found if _fits(p, term)] for item in items]
    for item, here in zip(items, bound, strict=True):
        if not here:
            yield _unbound(item, found)
    there = [(item, here) for item, here in zip(items, bound, strict=True) if here]
    if len(there) > 1:
        yield from _apart(rule, there)


def _apart(rule: TermsRule, there: Sequence[tuple[Alternatives, Sequence[Printing]]]) -> Iterator[Reason]:
    """Why terms that are printed do not stand together: other places, or one place and another scope."""
    terms = [term for item, _ in there for option in item for term in option]
    free = frozenset(axis for term in terms for axis, _ in term.axes) | frozenset(rule.ignore)
    (head, heads), *others = there
    for other, printed in others:
        pairs = [(a, b) for a in heads for b in printed if _together(rule, a, b)]
        ids = (head[0][0].concept, other[0][0].concept)
        names = [_label(concept) for concept in ids]
        if not pairs:
            yield Reason(
                f"{names[0]}（{_places(heads)}）与 {names[1]}（{_places(printed)}）不在同一处"
                f"（within = {'、'.join(rule.within)}）",
                f"{ids[0]} ({_places(heads)}) and {ids[1]} ({_places(printed)}) do not stand together "
                f"(within = {', '.join(rule.within)})",
            )
        elif not any(_key(a, free) == _key(b, free) for a, b in pairs):
            one, two = pairs[0]
            axes = [axis for axis in AXES if axis not in free and _value(one, axis) != _value(two, axis)]
            said = [
                f"{AXIS_NAMES[axis]}：{_value(one, axis) or '未知'} / {_value(two, axis) or '未知'}" for axis in axes
            ]
            said_en = [f"{axis}: {_value(one, axis) or 'unknown'} / {_value(two, axis) or 'unknown'}" for axis in axes]
            yield Reason(
                f"{names[0]} 与 {names[1]} 口径不同（{'；'.join(said)}）",
                f"{ids[0]} and {ids[1]} differ in scope ({'; '.join(said_en)})",
            )
    needed = rule.required if rule.required is not None else 1
    if len(others) < needed:
        yield Reason(
            f"右边要有 {needed} 项，只读到 {len(others)} 项（required）",
            f"{needed} terms are required, {len(others)} are printed",
        )


def _together(rule: TermsRule, one: Printing, other: Printing) -> bool:
    if "document" in rule.within:
        return True
    return one.vicinity == other.vicinity and one.vicinity.split(":")[0] in rule.within


def _unbound(item: Alternatives, found: Sequence[Printing]) -> Reason:
    """A term that nothing fits: not printed, or printed in another scope."""
    terms = [term for option in item for term in option]
    for term in terms:
        alike = next((p for p in found if p.concept == term.concept and p.measure == LEVEL), None)
        if alike is not None:
            wanted = [(axis, value, _value(alike, axis)) for axis, value in term.axes if _value(alike, axis) != value]
            said = "；".join(f"{AXIS_NAMES[axis]} 应为 {value}，印的是 {is_ or '未知'}" for axis, value, is_ in wanted)
            said_en = "; ".join(f"{axis} should be {value}, is {is_ or 'unknown'}" for axis, value, is_ in wanted)
            return Reason(f"{_label(term.concept)}：{said}", f"{term.concept}: {said_en}")
    names = list(dict.fromkeys(term.concept for term in terms))
    return Reason(f"没有读到 {' 或 '.join(map(_label, names))}", f"not printed: {' or '.join(names)}")


def _fits(printing: Printing, term: TermRule) -> bool:
    same = printing.concept == term.concept and printing.measure == LEVEL
    return same and all(_value(printing, axis) == value for axis, value in term.axes)


def _value(printing: Printing, axis: str) -> str:
    value = getattr(printing.figure.scope, axis)
    return value or ""


def _key(printing: Printing, free: frozenset[str]) -> tuple[str, ...]:
    return scope_key(printing.figure.scope, free)


def _places(found: Sequence[Printing]) -> str:
    return "、".join(list(dict.fromkeys(printing.vicinity for printing in found))[:3])


def _label(concept: str) -> str:
    known = concepts().get(concept)
    return f"“{known.label}”（{concept}）" if known else concept
