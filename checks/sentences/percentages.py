"""What a wrong percentage really is: cut off instead of rounded, taken on the wrong base, a multiple, a neighbour's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation

from checks.judging.verdicts import decide, value
from checks.model import Instance, Outcome, Severity, Term
from datasets.model import Figure
from datasets.vocabulary.units import HUNDRED, ZERO

_TELLING_DIGITS = 3
#: 万元 against 元.
WAN = Decimal(10_000)
#: So near a printed percentage is what it would be in one unit; nothing else comes near it ten thousand times off.
_NEAR = Decimal("0.01")


def explained(instance: Instance, *, neighbours: Sequence[Figure] = (), other_bases: Iterable[Term] = ()) -> Instance:
    """A broken percentage with a note on how it came to be; one that was only cut off is a warning at most.

    ``neighbours`` are other percentages of the sentence, ``other_bases`` other amounts that it may have been taken on.
    """
    if decide(instance).outcome is not Outcome.BROKEN:
        return instance
    [term] = instance.left
    stated, step = value(term), term.figure.quantum or Decimal(1)
    quotient = _quotient(instance)
    if quotient is None:
        return instance
    slip = _unit_slip(instance, stated, step) if stated else None
    if slip is not None:
        note, note_en = slip
        return replace(instance, note=note, note_en=note_en)
    if quotient.quantize(step, ROUND_DOWN) == stated:
        return replace(
            instance,
            severity=Severity.WARNING,
            note="数字只截去了尾数，没有四舍五入",
            note_en="the digits were cut off, not rounded",
        )
    for base, name, name_en in _bases(instance, other_bases):
        found = _on(instance, base)
        if found is not None and _rounded(found, step) == stated:
            return replace(
                instance, note=f"印出的数恰是以{name}为基数算得", note_en=f"the printed number was taken on {name_en}"
            )
    if _rounded(quotient / HUNDRED, step) == stated and stated:
        return replace(instance, note="印出的数是倍数，未乘以 100", note_en="a multiple was printed as a percentage")
    return _copied(instance, term.figure, neighbours)


def _unit_slip(instance: Instance, stated: Decimal, step: Decimal) -> tuple[str, str] | None:
    """What to say where the percentage holds with one of the amounts ten thousand times as large or small."""
    for number, term in enumerate(instance.right):
        for factor in (WAN, 1 / WAN):
            moved = replace(term, factor=term.factor * factor)
            right = (*instance.right[:number], moved, *instance.right[number + 1 :])
            quotient = _quotient(replace(instance, right=right))
            if quotient is not None and abs(quotient - stated) <= abs(stated) * _NEAR:
                shown = [f"{t.label} {t.figure.printed}{t.figure.unit}" for t in instance.right]
                would_be = quotient.quantize(step, ROUND_HALF_UP)
                return (
                    f"{' 与 '.join(shown)} 中有一个的单位错了（万元、元混用）：按同一单位计算为 {would_be}%",
                    f"one of {' and '.join(shown)} is in the wrong unit (元, 万元): in one unit it is {would_be}%",
                )
    return None


def _copied(instance: Instance, figure: Figure, neighbours: Sequence[Figure]) -> Instance:
    if figure.value is None or len(figure.value.normalize().as_tuple().digits) < _TELLING_DIGITS:
        return instance
    for other in neighbours:
        if (
            other.id != figure.id
            and other.unit == "%"
            and other.value is not None
            and abs(other.value) == abs(figure.value)
        ):
            return replace(
                instance,
                note=f"与同段的另一百分数 {other.printed}% 相同，疑为照抄",
                note_en=f"the same as another percentage of the paragraph, {other.printed}%: copied?",
            )
    return instance


def _bases(instance: Instance, others: Iterable[Term]) -> Iterable[tuple[Decimal, str, str]]:
    if instance.arithmetic == "growth_of_change":
        yield value(instance.right[1]), "本年数", "this year's amount"
    elif instance.arithmetic == "growth":
        yield value(instance.right[0]), "本年数", "this year's amount"
    for term in others:
        yield value(term), f"{term.label}{term.figure.printed}{term.figure.unit}", f"{term.figure.printed}"


def _on(instance: Instance, base: Decimal) -> Decimal | None:
    """The percentage on another base: the same change, or the same part, over it."""
    if instance.arithmetic == "growth_of_change":
        part = value(instance.right[0])
    elif instance.arithmetic == "growth" and base == value(instance.right[0]):
        part = base - value(instance.right[1])
    elif instance.arithmetic == "growth":
        part = value(instance.right[0]) - base
    else:
        part = value(instance.right[0])
    return _percent(part, base)


def _quotient(instance: Instance) -> Decimal | None:
    first, second = (value(term) for term in instance.right)
    if instance.arithmetic == "growth_of_change":
        return _percent(first, second - first)
    return _percent(first - second, second) if instance.arithmetic == "growth" else _percent(first, second)


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    try:
        return part / whole * HUNDRED if whole != ZERO else None
    except (InvalidOperation, DivisionByZero):
        return None


def _rounded(number: Decimal, step: Decimal) -> Decimal:
    return number.quantize(step, ROUND_HALF_UP)
