"""A judged relation written as a formula, each figure linking to where it is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from checks.model import Instance, Outcome, Term, Verdict
from datasets.model import Figure
from flows.site.shared.inert import inert

_EQUALITY = {Outcome.EXACT: "＝", Outcome.WITHIN_ROUNDING: "≈", Outcome.BROKEN: "≠", Outcome.UNDECIDED: "？"}
_MOST_TERMS = 12
#: Joins the terms that a percentage is reckoned from, by kind of instance.
_RATES = {"ratio": "{0} ÷ {1}", "growth": "{0} ÷ {1} － 1", "growth_of_change": "{0} ÷（{1} － {0}）"}
_PAIR = 2
_ONES = (Decimal(1), Decimal(-1))


def formula(verdict: Verdict, link: Callable[[Figure], str]) -> str:
    """The verdict as inert HTML; ``link`` gives the address of a figure, which is ours and inert, "" for none.

    Each number has its unit; one that all have stands once, at the end.
    """
    instance = verdict.instance
    terms = (*instance.left, *instance.right)
    units = {term.figure.unit for term in terms}
    shared = units.pop() if len(units) == 1 and "%" not in units else ""
    write = partial(_term, link=link, shared=shared)
    left, right = _side(instance.left, write), _side(instance.right, write)
    if instance.arithmetic in _RATES and len(instance.right) == _PAIR:
        right = _RATES[instance.arithmetic].format(*map(write, instance.right))
    elif instance.arithmetic == "product":
        right = " × ".join(map(write, instance.right))
    elif instance.arithmetic == "logic":
        return f"{'；'.join(map(write, terms[:_MOST_TERMS]))} {inert(shared)}".strip()
    return f"{left} {_sign(instance, verdict.outcome)} {right} {inert(shared)}".strip()


def _sign(instance: Instance, outcome: Outcome) -> str:
    if instance.arithmetic == "bound":
        return "＞" if outcome is Outcome.BROKEN else "≤"
    if instance.arithmetic == "zero_implies_zero":
        return "→"
    return _EQUALITY[outcome]


def _side(terms: Sequence[Term], write: Callable[[Term], str]) -> str:
    parts = []
    for number, term in enumerate(terms[:_MOST_TERMS]):
        sign = "－ " if term.weight < 0 else "＋ " if number else ""
        parts.append(sign + write(term))
    if len(terms) > _MOST_TERMS:
        parts.append(f"…（{len(terms)}）")
    return " ".join(parts)


def _term(term: Term, link: Callable[[Figure], str], shared: str) -> str:
    figure = term.figure
    printed = inert(figure.printed if shared else figure.printed + figure.unit)
    address = link(figure)
    text = f'<a href="{address}">{printed}</a>' if address else printed
    if term.factor == 1 and term.weight in _ONES:
        return text
    factor = term.factor * abs(term.weight)
    return text if factor == 1 else f"{text}×{plain_number(factor)}"


def plain_number(number: Decimal) -> str:
    """A decimal without exponent and superfluous zeros, thousands set apart."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
