"""The little language of relation terms: ``-expenditure@fund=fiscal@stage=outturn``, ``a | b + c``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from datasets.errors import DataFileError
from datasets.model import Scope

AXES = tuple(axis for axis in Scope.__dataclass_fields__ if axis not in ("entity", "level"))


@dataclass(frozen=True, slots=True)
class TermRule:
    """A concept with a weight and the axes that the rule fixes for it; "*" stands for each concept of ``each``."""

    concept: str
    weight: Decimal
    axes: tuple[tuple[str, str], ...]


#: A term, or alternatives to be tried in order, each a sum of terms.
Alternatives = tuple[tuple[TermRule, ...], ...]


def parse_term(text: str, where: str) -> TermRule:
    """Parse one term.

    Raises:
        DataFileError: when an axis does not exist.
    """
    body = text.strip()
    weight = Decimal(1)
    if body.startswith("-"):
        weight, body = Decimal(-1), body[1:].strip()
    concept, *axes = body.split("@")
    pairs = []
    for axis in axes:
        name, _, value = axis.partition("=")
        if name not in AXES or not value:
            raise DataFileError(f"{where}：{text!r} 中的 @{axis} 不是口径轴（可用：{', '.join(AXES)}）")
        pairs.append((name, value))
    return TermRule(concept.strip(), weight, tuple(pairs))


@cache
def parse_alternatives(text: str, where: str) -> Alternatives:
    """Parse ``a | b + c`` into its alternatives."""
    return tuple(tuple(parse_term(term, where) for term in option.split(" + ")) for option in text.split(" | "))
