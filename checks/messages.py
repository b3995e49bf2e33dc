"""Findings in words, Chinese and English: where, what was read, what should hold, the gap, the repair, the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from checks.judging import value
from checks.localising import Candidate, Cause
from checks.model import Instance, Term, Verdict
from datasets.model import Figure, Role

_MOST_TERMS = 8
_LONGEST_NAME = 14
_PUNCTUATION = re.compile(r"[，。；：、（）“”\n]")


def printed_number(number: Decimal) -> str:
    """A decimal without exponent and without superfluous zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def place_words(figure: Figure, *, english: bool = False) -> str:
    """Where a figure stands, for a reader: table with row and column, or line, or block."""
    place = figure.place
    parts = []
    if figure.table:
        if english:
            parts.append(f"{figure.table} row {figure.row} column {figure.column}")
        else:
            parts.append(f"《{figure.table}》第{figure.row}行第{figure.column}列")
    if place.page:
        parts.append(f"p.{place.page}" if english else f"第{place.page}页")
    if place.line:
        parts.append(f"line {place.line}" if english else f"第{place.line}行")
    elif place.block and not figure.table:
        parts.append(f"block {place.block}" if english else f"第{place.block}段")
    return "，".join(parts)


def message(cause: Cause, primary: Verdict, explained: Sequence[Figure] = (), *, english: bool = False) -> str:
    """The whole message of a finding."""
    instance = primary.instance
    parts = [_where(instance, english=english), _arithmetic(primary, english=english)]
    if instance.note:
        parts.append(instance.note_en if english else instance.note)
    if instance.kind != "logic":
        parts.append(_gap(primary, english=english))
    if explained:
        parts.append(_explained(explained, english=english))
    if cause.candidates:
        parts.append(_repair(cause.candidates, english=english))
    others = [v for v in cause.verdicts if v.id != primary.id]
    if others:
        titles = sorted({v.instance.relation.title_en if english else v.instance.relation.title for v in others})
        names = ("; " if english else "；").join(titles)
        parts.append(f"The same cause breaks {len(others)} more: {names}" if english else f"同一原因还使 {len(others)} 处勾稽不符：{names}")
    if instance.assumptions:
        assumed = "；".join(instance.assumptions)
        parts.append(f"Assumed: {assumed}" if english else f"前提假设：{assumed}")
    source = instance.relation.source
    parts.append(f"Source: {source}" if english else f"依据：{source}")
    ending = ". " if english else "。"
    return ending.join(part.rstrip("。. ") for part in parts if part) + ending.strip()


def _where(instance: Instance, *, english: bool) -> str:
    if instance.left:
        return place_words(instance.left[0].figure, english=english)
    if instance.words:
        word = instance.words[0]
        line = word.place.line
        table = f"《{word.table}》" if word.table else ""
        return f"{table}{f'第{line}行' if line and not english else f'line {line}' if line else ''}"
    return ""


def _name(figure: Figure) -> str:
    """The label of a figure, else the words right before its number."""
    if figure.concept_label:
        return figure.concept_label
    before = figure.quote.partition(figure.printed)[0] if figure.quote.count(figure.printed) == 1 else ""
    return _PUNCTUATION.split(before.strip())[-1][-_LONGEST_NAME:]


def _item(term: Term, *, signed: bool) -> str:
    number = printed_number(value(term)) if signed or term.factor != 1 else term.figure.printed
    return f"{term.label or _name(term.figure)} {number}".strip()


def _side(terms: Sequence[Term]) -> str:
    shown = [_item(term, signed=False) for term in terms[:_MOST_TERMS]]
    signs = ["－" if term.weight < 0 else "＋" for term in terms[:_MOST_TERMS]]
    text = "".join(f" {sign} {item.replace('-', '', 1) if sign == '－' else item}" for sign, item in zip(signs, shown, strict=True))
    text = text.removeprefix(" ＋ ").strip()
    return f"{text} …（共{len(terms)}项）" if len(terms) > _MOST_TERMS else text


def _arithmetic(verdict: Verdict, *, english: bool) -> str:
    """The printed sum or quotient with its result."""
    instance = verdict.instance
    unit = instance.unit
    if instance.kind == "logic" or verdict.stated is None or verdict.expected is None:
        return instance.relation.title_en if english else instance.relation.title
    stated, expected = printed_number(verdict.stated), printed_number(verdict.expected)
    left = _side(instance.left)
    if instance.kind == "sum":
        left_total = f" = {stated}" if len(instance.left) > 1 else ""
        right_total = f" = {expected}" if len(instance.right) > 1 else ""
        return f"{left}{left_total} ≠ {_side(instance.right)}{right_total} {unit}"
    if instance.kind == "bound":
        left_total = f" = {stated}" if len(instance.left) > 1 else ""
        right_total = f" = {expected}" if len(instance.right) > 1 else ""
        return f"{left}{left_total} ＞ {_side(instance.right)}{right_total} {unit}"
    if instance.kind == "zero_implies_zero":
        right_unit = instance.right[0].figure.unit
        if english:
            return f"{left} {unit}, yet {_side(instance.right)} {right_unit}"
        return f"{left} {unit}，而 {_side(instance.right)} {right_unit}"
    if instance.kind == "product":
        return f"{left} ≠ {' × '.join(_item(term, signed=False) for term in instance.right)} = {expected} {unit}"
    first, second = instance.right
    a, b = _item(first, signed=True), _item(second, signed=True)
    quotient = {
        "ratio": f"{a} ÷ {b}",
        "growth": f"（{a} － {b}）÷ {printed_number(value(second))}",
        "growth_of_change": f"{a} ÷（{b} － {printed_number(value(first))}）",
    }[instance.kind]
    return f"{_item(instance.left[0], signed=True)}% ≠ {quotient} = {expected}%"


def _gap(verdict: Verdict, *, english: bool) -> str:
    if verdict.gap is None or verdict.slack is None:
        return ""
    gap, unit = printed_number(abs(verdict.gap)), verdict.instance.unit
    if verdict.instance.kind == "zero_implies_zero":
        unit = verdict.instance.right[0].figure.unit
    if unit == "%":
        unit = "percentage points" if english else "个百分点"
    slack = printed_number(verdict.slack.quantize(Decimal("0.0001")).normalize())
    count = len(verdict.instance.figures)
    if english:
        return f"Gap {gap} {unit}; rounding of {count} figures explains at most {slack}"
    return f"相差 {gap} {unit}，{count} 个数的四舍五入最多解释 {slack}"


def _explained(figures: Sequence[Figure], *, english: bool) -> str:
    names = [f"{_name(f)} {f.printed}{f.unit}（{place_words(f)}）" for f in figures]
    if english:
        names = [f"{_name(f)} {f.printed}{f.unit} ({place_words(f, english=True)})" for f in figures]
        return f"The gap equals {' or '.join(names)}"
    return f"差额恰等于{'或'.join(names)}，请核对是否漏计或重复计入"


def _repair(candidates: Sequence[Candidate], *, english: bool) -> str:
    best = candidates[0]
    tied = [c for c in candidates[1:] if c.cost == best.cost]
    text = _one_repair(best, english=english)
    if tied:
        names = ("; " if english else "；").join(_one_repair(c, english=english) for c in tied[:3])
        return f"Any one of these repairs it: {text}; {names}" if english else f"改其中任何一处即可：{text}；{names}"
    return f"Most likely: {text}" if english else f"最可能：{text}"


def _one_repair(candidate: Candidate, *, english: bool) -> str:
    figure = candidate.figure
    new = printed_number(abs(candidate.value) if figure.role in (Role.CHANGE, Role.RATE) else candidate.value)
    cause = ""
    if candidate.slip:
        cause = f" ({candidate.slip.name_en})" if english else f"（{candidate.slip.name}）"
    if english:
        return f"{_name(figure)} {figure.printed} → {new}{figure.unit}{cause}"
    return f"{_name(figure)} {figure.printed} 应为 {new}{figure.unit}{cause}"


__all__ = ["message", "place_words", "printed_number"]
