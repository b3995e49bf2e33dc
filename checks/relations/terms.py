"""The little language of relation terms: ``-expenditure@fund=fiscal@stage=outturn``, ``a | b + c``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import get_args

from datasets.data_files.forms import WrongWordError
from datasets.model import Carryover, Fund, Scope, Stage
from datasets.vocabulary.concepts import concepts, economic_names, function_names, government_economic_names

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
        WrongWordError: when an axis does not exist; ``where`` is the setting.
    """
    body = text.strip()
    weight = Decimal(1)
    if body.startswith("-"):
        weight, body = Decimal(-1), body[1:].strip()
    concept, *axes = body.split("@")
    pairs: list[tuple[str, str]] = []
    for sign in "|+":
        if sign in body:
            raise WrongWordError(
                where, text, f"{sign} 两边要各有一个空格", f"has no blank on both sides of {sign}, which it needs"
            )
    for axis in axes:
        name, _, value = axis.partition("=")
        if name not in _words_of_axes() or not value:
            raise WrongWordError(
                where,
                f"@{axis}",
                "不是口径轴 @轴=词",
                "is no axis of scope with a word, @axis=word",
                [f"@{known}" for known in _words_of_axes()],
            )
        if any(name == other for other, _ in pairs):
            raise WrongWordError(where, f"@{axis}", f"口径轴 {name} 写了两次", f"says the axis {name} twice")
        pairs.append((name, value))
    return TermRule(concept.strip(), weight, tuple(pairs))


def checked_terms(setting: str, sides: Iterable[str]) -> None:
    """Check the terms of one side of a relation.

    Raises:
        WrongWordError: at the first concept, axis or word of an axis that does not exist.
    """
    for text in sides:
        for option in parse_alternatives(text, setting):
            for term in option:
                if term.concept != "*" and term.concept not in concepts():
                    raise WrongWordError(
                        setting,
                        term.concept,
                        "不是已有的概念（datasets/data/concepts.csv）",
                        "is no concept of concepts.csv",
                        concepts(),
                    )
                for axis, value in term.axes:
                    _checked_axis(setting, axis, value)


def checked_together(left: Iterable[str], right: Iterable[str], *, one_measure: bool) -> None:
    """Check that no term stands twice in a relation, and that all measure the same where they are added up.

    Raises:
        WrongWordError: at the first that does, or does not.
    """
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    measured: dict[str, str] = {}
    for setting, sides in (("left", left), ("right", right)):
        for text in sides:
            for option in parse_alternatives(text, setting):
                for term in option:
                    if term.concept != "*" and (dimension := concepts()[term.concept].dimension) != "any":
                        measured.setdefault(dimension, term.concept)
                    if one_measure and len(measured) > 1:
                        one, other = measured.values()
                        said, said_en = f"与 {one} 不是一类量", f"measures something else than {one}"
                        raise WrongWordError(setting, other, said, said_en)
            [first, *_] = parse_alternatives(text, setting)
            for term in first:
                if (term.concept, term.axes) in seen:
                    raise WrongWordError(setting, text, "同一项写了两次", "is there twice")
                seen.add((term.concept, term.axes))


def _checked_axis(setting: str, axis: str, value: str) -> None:
    words = _words_of_axes()[axis]
    if value not in words:
        raise WrongWordError(
            setting, f"@{axis}={value}", f"{value!r} 不是口径轴 {axis} 的词", f"{value!r} is no word of {axis}", words
        )


@cache
def _words_of_axes() -> Mapping[str, Collection[str]]:
    """The words of each axis that a term may fix: not the year and the project, which differ between documents."""
    return {
        "fund": get_args(Fund),
        "stage": get_args(Stage),
        "carryover": get_args(Carryover),
        "function_code": function_names(),
        "economic_code": {**economic_names(), **government_economic_names()},
    }


def with_concept(alternatives: Alternatives, concept: str) -> Alternatives:
    """The same with a concept where "*" stands."""
    return tuple(
        tuple(replace(term, concept=concept) if term.concept == "*" else term for term in option)
        for option in alternatives
    )


@cache
def parse_alternatives(text: str, where: str) -> Alternatives:
    """Parse ``a | b + c`` into its alternatives."""
    return tuple(tuple(parse_term(term, where) for term in option.split(" + ")) for option in text.split(" | "))
