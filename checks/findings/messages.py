"""Findings in words, Chinese and English: where, what was read, what should hold, the gap, the repair, the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_UP, Context, Decimal
from pathlib import Path

from checks.judging.verdicts import value
from checks.localising.causes import Candidate, Cause
from checks.localising.residuals import Residual
from checks.model import Instance, Term, Verdict
from datasets.model import Figure, Place, Role
from datasets.vocabulary.concepts import concepts
from datasets.vocabulary.units import ZERO

_MOST_TERMS = 8
_MOST_TIED = 4
#: Two figures that are compared, each at a place of its own.
_COMPARED = 2
_LONGEST_NAME = 14
_PUNCTUATION = re.compile(r"[，。；：、（）“”\n]")
_SLACK_STEP = Decimal("0.0001")
_TELLING = Context(prec=28)
_CHANCE_STEP = Decimal("0.001")
#: Labels of terms and assumptions that the checks use again and again; all else is quoted from the document.
_ENGLISH = {
    "增减额": "change",
    "增减幅度": "rate of change",
    "本年数": "current year",
    "本年决算数": "outturn of the year",
    "决算数": "outturn",
    "预算数": "budget",
    "预决算差异率": "deviation rate",
    "完成率": "completion",
    "占比": "share",
    "部分": "part",
    "总体": "whole",
    "未印出的项按 0 计（整栏空白）": "items that are not printed count as 0 (the whole column is blank)",
    "文中未列出的项按 0 计": "items that the text does not list count as 0",
    "一处未说明是否含结转": "one place does not say whether carry-over is included",
    "上年决算数与上年预算数口径相同": "last year's outturn and budget have the same scope",
    "两份文件对上年结转的处理相同": "both documents treat last year's carry-over alike",
    "收入或支出总数一致，因此已提供的就是全部单位": "the totals agree, so the units supplied are all",
    "单位之间没有需要抵销的往来": "no transfers between the units have to be struck out",
    "已提供的单位属于该部门": "the units supplied belong to this department",
    "绩效表的资金来源与项目支出表相同": "the performance table covers the same funds as the project table",
    "按名称和文字对应": "matched by name and wording",
    "按本文件多数表格的做法": "as most tables of this document do",
}

#: Labels of terms that fit any item, so that the item is named beside them.
_OF_ANY_ITEM = frozenset({"增减幅度", "预决算差异率", "完成率", "占比", "部分", "总体"})
#: What a number is of the item that its label names.
_OF_IT = {
    Role.CHANGE: ("增减额", "change"),
    Role.RATE: ("增减幅度", "rate of change"),
    Role.SHARE: ("占比", "share"),
    Role.COMPLETION: ("完成率", "completion"),
}


def shown_slack(slack: Decimal) -> Decimal:
    """A slack at four decimals: it is an upper bound, so it is rounded up."""
    # Quotients are rounded outwards in their 40th digit; that alone is no slack to speak of.
    return _TELLING.plus(slack).quantize(_SLACK_STEP, ROUND_UP)


def printed_number(number: Decimal) -> str:
    """A decimal without exponent and without superfluous zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def printed_repair(candidate: Candidate) -> str:
    """The repaired value as it would be printed: a decrease (减少) is printed without its sign."""
    printed = candidate.figure.value or ZERO
    if candidate.figure.role in (Role.CHANGE, Role.RATE) and candidate.value * printed >= 0:
        return printed_number(abs(candidate.value))
    return printed_number(candidate.value)


def place_words(figure: Figure, *, english: bool = False) -> str:
    """Where a figure stands, for a reader: table with row and column, or line, or block."""
    return _place_words(figure.place, (figure.table, figure.row, figure.column), english=english)


def _place_words(place: Place, cell: tuple[str, int | None, int | None], *, english: bool) -> str:
    table, row, column = cell
    parts = []
    if table and row and column:
        parts.append(f"{table} row {row} column {column}" if english else f"《{table}》第{row}行第{column}列")
    elif table:
        parts.append(table if english else f"《{table}》")
    if place.page:
        parts.append(f"p.{place.page}" if english else f"第{place.page}页")
    if place.line:
        parts.append(f"line {place.line}" if english else f"第{place.line}行")
    elif place.block and not table:
        parts.append(f"block {place.block}" if english else f"第{place.block}段")
    return (", " if english else "，").join(parts)


def message(cause: Cause, primary: Verdict, explained: Residual | None = None, *, english: bool = False) -> str:
    """The whole message of a finding."""
    instance = primary.instance
    parts = [
        _where(instance, english=english),
        _arithmetic(primary, english=english),
        instance.note_en if english else instance.note,
        _gap(primary, english=english),
        _explained(explained, english=english),
        _repair(cause.candidates, english=english),
        _others(cause, primary, english=english),
        _assumed(instance, english=english),
        f"Source: {instance.relation.source}" if english else f"依据：{instance.relation.source}",
    ]
    ending = ". " if english else "。"
    return ending.join(part.rstrip("。. ") for part in parts if part) + ending.strip()


def _where(instance: Instance, *, english: bool) -> str:
    """Where the first figure stands, and the other of two; between documents each with its file."""
    figures = instance.figures
    if figures and (instance.left or not instance.words):
        first = figures[0]
        other = next((figure for figure in figures if figure.document != first.document), None)
        if other is None:
            other = figures[1] if len(figures) == _COMPARED else None
            places = [place_words(figure, english=english) for figure in (first, other) if figure is not None]
        else:
            places = [
                f"{Path(figure.document).name} {place_words(figure, english=english)}" for figure in (first, other)
            ]
        return (" and " if english else " 与 ").join(dict.fromkeys(places))
    if instance.words:
        word = instance.words[0]
        return _place_words(word.place, (word.table, word.row, word.column), english=english)
    return ""


def _name(figure: Figure, *, english: bool) -> str:
    """The label of a figure, else the words right before its number; in English the concept is named in English."""
    concept = concepts().get(figure.concept)
    label = figure.concept_label
    if english and concept is not None:
        if label == concept.label:
            return concept.label_en
        if label.endswith(f"（{concept.label}）"):
            return f"{label.removesuffix(f'（{concept.label}）')} ({concept.label_en})"
    return label or _words_before(figure) or ("the number" if english else "此数")


def _words_before(figure: Figure) -> str:
    before = figure.quote.partition(figure.printed)[0] if figure.quote.count(figure.printed) == 1 else ""
    return _PUNCTUATION.split(before.strip())[-1][-_LONGEST_NAME:].strip()


def full_name(figure: Figure, *, english: bool) -> str:
    """The name with what of it the number is, where it is not the amount itself: 单位资金的增减额."""
    name, what = _name(figure, english=english), _OF_IT.get(figure.role)
    if what is None or any(word in name for pair in _OF_IT.values() for word in pair):
        return name
    return f"{what[1]} of {name}" if english else f"{name}的{what[0]}"


def _translated(words: str, *, english: bool) -> str:
    return _ENGLISH.get(words, words) if english else words


def _item(term: Term, *, english: bool, told_by: str = "") -> str:
    """Name and number of a term, without its weight; a number in another unit is given in that of the instance."""
    number = term.figure.printed
    if term.factor != 1:
        number = printed_number(abs(value(term)))
    if (term.figure.value or ZERO) < 0:
        number = "-" + number.lstrip("-－")
    return f"{_term_name(term, english=english)}{told_by} {number}"


def _term_name(term: Term, *, english: bool) -> str:
    """What a term is in its relation, with the item that it is about where the relation has a word for any item."""
    if not term.label:
        return full_name(term.figure, english=english)
    label = _translated(term.label, english=english)
    name = _name(term.figure, english=english)
    if term.label not in _OF_ANY_ITEM or not (term.figure.concept_label or _words_before(term.figure)):
        return label
    return f"{label} ({name})" if english else f"{label}（{name}）"


def _side(terms: Sequence[Term], *, english: bool) -> str:
    text = ""
    told_by = _told_apart(terms[:_MOST_TERMS])
    for term, difference in zip(terms, told_by, strict=False):
        sign = "－" if term.weight < 0 else "＋"
        text += f" {sign} {_item(term, english=english, told_by=difference)}"
    text = text.removeprefix(" ＋ ").strip()
    if len(terms) <= _MOST_TERMS:
        return text
    return f"{text} … ({len(terms)} terms)" if english else f"{text} …（共{len(terms)}项）"


def _told_apart(terms: Sequence[Term]) -> list[str]:
    """What tells terms of one name apart, the project or the row; nothing where the names do."""
    names = [term.label or term.figure.concept_label for term in terms]
    if len(terms) < _COMPARED or len(set(names)) > 1 or not names[0]:
        return [""] * len(terms)
    projects = [term.figure.scope.project or "" for term in terms]
    if all(projects) and len(set(projects)) > 1:
        return [f"（{_shortened(project)}）" for project in projects]
    return [""] * len(terms)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _total(terms: Sequence[Term], total: Decimal) -> str:
    """The total after a side of several terms, or of one whose printed number is not the one compared."""
    return f" = {printed_number(total)}" if len(terms) > 1 else ""


def _arithmetic(verdict: Verdict, *, english: bool) -> str:
    """The printed sum or quotient with its result."""
    instance = verdict.instance
    if instance.arithmetic == "logic" or verdict.stated is None or verdict.expected is None:
        return instance.relation.title_en if english else instance.relation.title
    left, right = _side(instance.left, english=english), _side(instance.right, english=english)
    if instance.arithmetic in ("sum", "bound"):
        sign = "≠" if instance.arithmetic == "sum" else "＞"
        left_total, right_total = _total(instance.left, verdict.stated), _total(instance.right, verdict.expected)
        return f"{left}{left_total} {sign} {right}{right_total} {instance.unit}".strip()
    if instance.arithmetic == "zero_implies_zero":
        yet = ", yet" if english else "，而"
        return f"{left} {instance.unit}{yet} {right} {verdict.unit}"
    expected = printed_number(verdict.expected)
    if instance.arithmetic == "product":
        product = " × ".join(_item(term, english=english) for term in instance.right)
        return f"{left} ≠ {product} = {expected} {instance.unit}".strip()
    return f"{left}% ≠ {_quotient(instance, english=english)} = {expected}%"


def _quotient(instance: Instance, *, english: bool) -> str:
    first, second = (_item(term, english=english) for term in instance.right)
    opening, closing = ("(", ")") if english else ("（", "）")
    if instance.arithmetic == "ratio":
        return f"{first} ÷ {second}"
    if instance.arithmetic == "growth":
        return f"{opening}{first} － {second}{closing} ÷ {printed_number(value(instance.right[1]))}"
    change = value(instance.right[0])
    taken_away = f"－ {printed_number(change)}" if change >= 0 else f"＋ {printed_number(-change)}"
    return f"{first} ÷ {opening}{second} {taken_away}{closing}"


def _gap(verdict: Verdict, *, english: bool) -> str:
    instance = verdict.instance
    if verdict.gap is None or verdict.slack is None or instance.arithmetic == "logic":
        return ""
    gap, unit = printed_number(abs(verdict.gap)), gap_unit(verdict.unit, english=english)
    slack = printed_number(shown_slack(verdict.slack))
    count = len(instance.figures)
    if english:
        return f"Gap {gap} {unit}".strip() + f"; rounding of {count} figures explains at most {slack}"
    return f"相差 {gap} {unit}".strip() + f"，{count} 个数的四舍五入最多解释 {slack}"


def gap_unit(unit: str, *, english: bool = False) -> str:
    """The unit of a difference between two numbers in ``unit``: percentages differ by percentage points."""
    if unit != "%":
        return unit
    return "percentage points" if english else "个百分点"


def _explained(residual: Residual | None, *, english: bool) -> str:
    """The items that add up to the gap, and how cheap that is."""
    if residual is None:
        return ""
    chance = printed_number(residual.chance.quantize(_CHANCE_STEP, ROUND_UP))
    if english:
        sums = " or ".join(" ＋ ".join(_placed(f, english=True) for f in items) for items in residual.sets)
        return (
            f"The gap equals {sums} (among {residual.known} known items, chance alone would fit {chance} times); "
            "check what was left out or counted twice"
        )
    sums = "，或".join(" ＋ ".join(_placed(f, english=False) for f in items) for items in residual.sets)
    return (
        f"差额恰等于{sums}（在已知的 {residual.known} 项中，碰巧相等的期望次数为 {chance}），请核对是否漏计或重复计入"
    )


def _placed(figure: Figure, *, english: bool) -> str:
    """An item with its number, unit and place."""
    name, place = _name(figure, english=english), place_words(figure, english=english)
    return f"{name} {figure.printed}{figure.unit}" + (f" ({place})" if english else f"（{place}）")


def _repair(candidates: Sequence[Candidate], *, english: bool) -> str:
    if not candidates:
        return ""
    tied = [candidate for candidate in candidates if candidate.cost == candidates[0].cost]
    if len(tied) == 1:
        return ("Most likely: " if english else "最可能：") + _one_repair(tied[0], english=english)
    texts = list(dict.fromkeys(_one_repair(candidate, english=english) for candidate in tied))
    more = len(texts) - _MOST_TIED
    if english:
        rest = f"; or one of {more} others" if more > 0 else ""
        return f"Any one of these repairs it: {'; '.join(texts[:_MOST_TIED])}{rest}"
    rest = f"；或其余 {more} 处之一" if more > 0 else ""
    return f"改其中任何一处即可：{'；'.join(texts[:_MOST_TIED])}{rest}"


def _one_repair(candidate: Candidate, *, english: bool) -> str:
    figure, copies = candidate.figure, len(candidate.figures) - 1
    name, new = full_name(figure, english=english), printed_repair(candidate)
    if english:
        notes = [candidate.slip.name_en] if candidate.slip else []
        notes += [f"likewise in {copies} more places that print it"] if copies else []
        notes += [f"which puts {len(candidate.harmed)} relations that hold now in doubt"] if candidate.harmed else []
        return f"{name} {figure.printed} → {new}{figure.unit}" + (f" ({'; '.join(notes)})" if notes else "")
    notes = [candidate.slip.name] if candidate.slip else []
    notes += [f"另有 {copies} 处同印此数，应一并更正"] if copies else []
    notes += [f"改后现已相符的 {len(candidate.harmed)} 处勾稽须重核"] if candidate.harmed else []
    return f"{name} {figure.printed} 应为 {new}{figure.unit}" + (f"（{'；'.join(notes)}）" if notes else "")


def _others(cause: Cause, primary: Verdict, *, english: bool) -> str:
    others = [verdict.instance.relation for verdict in cause.verdicts if verdict.id != primary.id]
    if not others:
        return ""
    titles = dict.fromkeys(relation.title_en if english else relation.title for relation in others)
    if english:
        return f"The same cause breaks {len(others)} more: {'; '.join(titles)}"
    return f"同一原因还使 {len(others)} 处勾稽不符：{'；'.join(titles)}"


def _assumed(instance: Instance, *, english: bool) -> str:
    if not instance.assumptions:
        return ""
    if english:
        return f"Assumed: {'; '.join(_translated(words, english=True) for words in instance.assumptions)}"
    return f"前提假设：{'；'.join(instance.assumptions)}"


__all__ = ["gap_unit", "message", "place_words", "printed_number", "printed_repair", "shown_slack"]
