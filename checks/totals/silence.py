"""Why a rule said nothing of a document: which term was not printed, which axis differed, where the terms stand.

For whoever writes a rule; what is said follows the steps of :mod:`checks.totals.rules` and judges nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.judging.printings import LEVEL, Printing, printings
from checks.judging.scopes import scope_key
from checks.model import Relation
from checks.relations.settings import ConceptsRule, TermsRule
from checks.relations.terms import AXES, Alternatives, TermRule
from checks.totals.rules import BoundRule, fits, needed, rules_of
from datasets.reading import Reading
from datasets.vocabulary.concepts import concepts

#: Printings of one concept that a line tells of.
_MOST_ALIKE = 3
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
    out_of_force = _out_of_force(reading, relation)
    if out_of_force is not None:
        return (out_of_force,)
    if isinstance(relation, TermsRule):
        return tuple(_of_terms(reading, relation, found)) or (_NOTHING_AMISS,)
    if isinstance(relation, ConceptsRule):
        return tuple(_of_concepts(relation.concepts, found))
    return (
        Reason(
            "这条规则由程序核对，没有找到它要的句子、表或名称",
            "this rule is bound by code, which found no sentence, table or name of its kind",
        ),
    )


_NOTHING_AMISS = Reason(
    "各项都读到了，也在同一处；它们的单位不能互相换算，或空白的格不能当作 0",
    "all terms are printed together; their units cannot be brought together, or blank cells may not be zero",
)


def _out_of_force(reading: Reading, relation: Relation) -> Reason | None:
    year = reading.identity.fiscal_year
    first, last = relation.valid_from, relation.valid_until
    if (first is None or first <= year) and (last is None or year <= last):
        return None
    return Reason(
        f"规则适用于 {first or '…'}—{last or '…'} 年度，这份是 {year} 年度",
        f"it is in force from {first or '...'} to {last or '...'}, this is of {year}",
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
    for bound in rules_of(rule):
        if not rule.each or not printed.isdisjoint(bound.wanted):
            yield from _of_items(bound, found)


def _of_items(rule: BoundRule, found: Sequence[Printing]) -> Iterator[Reason]:
    items = (*rule.left, *rule.right)
    there: list[tuple[Alternatives, list[Printing]]] = []
    for item in items:
        here = [p for option in item for term in option for p in found if _is_term(p, term, rule)]
        if here:
            there.append((item, here))
        else:
            yield _unbound(item, found, rule)
    head = there and there[0][0] is rule.left[0]
    if head:
        yield from _beside(rule.relation, there, found)
        yield from _apart(rule, there)


def _beside(
    rule: TermsRule, there: Sequence[tuple[Alternatives, Sequence[Printing]]], found: Sequence[Printing]
) -> Iterator[Reason]:
    """What is printed beside the terms, where the rule does not speak."""
    for concept in rule.unless:
        where = {printing.vicinity for printing in found if printing.concept == concept}
        beside = [printing for printing in there[0][1] if printing.vicinity in where]
        if beside:
            yield Reason(
                f"{_places(beside)} 处还印有 {_label(concept)}（unless）",
                f"{concept} is printed beside it at {_places(beside)} (unless)",
            )


def _apart(rule: BoundRule, there: Sequence[tuple[Alternatives, Sequence[Printing]]]) -> Iterator[Reason]:
    """Why terms that are printed do not stand together: other places, or one place and another scope, or too few."""
    (head, heads), *others = there
    together = 0
    for other, printed in others:
        pairs = [(a, b) for a in heads for b in printed if _together(rule.relation, a, b)]
        ids = (head[0][0].concept, other[0][0].concept)
        if not pairs:
            yield _in_other_places(rule.relation, ids, heads, printed)
        elif not any(scope_key(a.figure.scope, rule.free) == scope_key(b.figure.scope, rule.free) for a, b in pairs):
            yield _in_other_scopes(rule, ids, pairs[0])
        else:
            together += 1
    where = {"table" if p.vicinity.startswith("table") else p.vicinity.split(":")[0] for p in heads}
    wanted = min(needed(rule.relation, each) for each in where)
    if together < wanted:
        yield Reason(
            f"除第一项外要有 {wanted} 项，同一处只读到 {together} 项（required）",
            f"{wanted} terms beside the first are required, {together} are printed with it",
        )


def _in_other_places(
    rule: TermsRule, ids: tuple[str, str], heads: Sequence[Printing], printed: Sequence[Printing]
) -> Reason:
    return Reason(
        f"{_label(ids[0])}（{_places(heads)}）与 {_label(ids[1])}（{_places(printed)}）不在同一处"
        f"（within = {'、'.join(rule.within)}）",
        f"{ids[0]} ({_places(heads)}) and {ids[1]} ({_places(printed)}) do not stand together "
        f"(within = {', '.join(rule.within)})",
    )


def _in_other_scopes(rule: BoundRule, ids: tuple[str, str], pair: tuple[Printing, Printing]) -> Reason:
    one, two = pair
    axes = [axis for axis in AXES if axis not in rule.free and _value(one, axis) != _value(two, axis)]
    said = [f"{AXIS_NAMES[axis]}：{_value(one, axis) or '未知'} / {_value(two, axis) or '未知'}" for axis in axes]
    said_en = [f"{axis}: {_value(one, axis) or 'unknown'} / {_value(two, axis) or 'unknown'}" for axis in axes]
    return Reason(
        f"{_label(ids[0])} 与 {_label(ids[1])} 口径不同（{'；'.join(said)}）",
        f"{ids[0]} and {ids[1]} differ in scope ({'; '.join(said_en)})",
    )


def _together(rule: TermsRule, one: Printing, other: Printing) -> bool:
    if "document" in rule.within:
        return True
    return one.vicinity == other.vicinity and one.vicinity.split(":")[0] in rule.within


def _unbound(item: Alternatives, found: Sequence[Printing], rule: BoundRule) -> Reason:
    """A term that nothing fits: not printed, or printed in another scope."""
    terms = [term for option in item for term in option]
    for term in terms:
        alike = [p for p in found if p.concept == term.concept and p.measure == LEVEL]
        if alike:
            said = dict.fromkeys(_differing(printing, term, rule) for printing in alike)
            chinese = "；或 ".join(chinese for chinese, _ in list(said)[:_MOST_ALIKE])
            english = "; or ".join(english for _, english in list(said)[:_MOST_ALIKE])
            return Reason(f"{_label(term.concept)}：{chinese}", f"{term.concept}: {english}")
    names = list(dict.fromkeys(term.concept for term in terms))
    return Reason(f"没有读到 {' 或 '.join(map(_label, names))}", f"not printed: {' or '.join(names)}")


def _differing(printing: Printing, term: TermRule, rule: BoundRule) -> tuple[str, str]:
    """The axes on which a printing is not what a term says, or says something that only other terms name."""
    fixed = dict(term.axes)
    axes = [axis for axis in AXES if axis in rule.named and (axis in fixed or axis != "stage")]
    wrong = [(axis, fixed.get(axis, "")) for axis in axes if _value(printing, axis) != fixed.get(axis, "")]
    printed = [(axis, word or "未知", _value(printing, axis) or "未知") for axis, word in wrong]
    chinese = [f"{AXIS_NAMES[axis]} 应为 {word}，印的是 {said}" for axis, word, said in printed]
    english = [f"{axis} should be {word}, is {said}".replace("未知", "unknown") for axis, word, said in printed]
    return "，".join(chinese), ", ".join(english)


def _is_term(printing: Printing, term: TermRule, rule: BoundRule) -> bool:
    same = printing.concept == term.concept and printing.measure == LEVEL
    return same and fits(printing.figure.scope, term, rule)


def _value(printing: Printing, axis: str) -> str:
    value = getattr(printing.figure.scope, axis)
    return value or ""


def _places(found: Sequence[Printing]) -> str:
    return "、".join(list(dict.fromkeys(_place(printing.vicinity) for printing in found))[:_MOST_ALIKE])


def _place(vicinity: str) -> str:
    """Where a printing stands, as people count: 第 2 张表, 第 3 部分."""
    kind, _, number = vicinity.partition(":")
    table = re.search(r"-t(\d+)$", number)
    if table:
        return f"第 {table[1]} 张表"
    return f"第 {number} 部分" if kind == "section" else vicinity


def _label(concept: str) -> str:
    known = concepts().get(concept)
    return f"“{known.label}”（{concept}）" if known else concept
