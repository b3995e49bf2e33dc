"""The settings that rules of several families share: terms of a sum, concepts, a classification to add up along."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from checks.model import Relation
from checks.relations.terms import AXES, checked_terms, checked_together
from datasets.data_files.forms import Positive, SomeSigns, SomeWords, WrongWordError, known
from datasets.model import Kind
from datasets.vocabulary.concepts import known_concepts

#: Where all terms of an instance must stand.
Within = Literal["table", "section", "document"]
#: The kinds of relations that are bound by their terms alone, without code of their own.
BOUND_KINDS = frozenset({"sum", "bound", "zero_implies_zero", "same"})


class TermsRule(Relation, frozen=True, kw_only=True):
    """A relation between concepts, bound wherever they are printed; see docs/rules.md and the head of ``totals.toml``.

    ``left`` and ``right`` are sums of terms (:mod:`checks.relations.terms`); "*" in one stands for each concept of
    ``each``. ``within`` is where all terms must stand; axes of ``ignore`` need not agree; so many terms are
    ``required``. The rule speaks of one kind of ``documents`` (None: of both), not near any concept of ``unless``, and
    not in a document that prints an amount of ``unless_printed``.
    """

    left: SomeSigns
    right: SomeSigns
    within: Annotated[tuple[Within, ...], msgspec.Meta(min_length=1)] = ("table", "section")
    required: Positive | None = None
    documents: Kind | None = None
    ignore: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    unless_printed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.arithmetic not in BOUND_KINDS:
            raise WrongWordError(
                "kind",
                self.arithmetic,
                "不能只凭 left、right 核对，需要程序",
                "cannot be checked by left and right alone, it needs code",
                BOUND_KINDS,
            )
        written = "".join((*self.left, *self.right))
        if ("*" in written) != bool(self.each):
            raise WrongWordError(
                "each", "、".join(self.each), "要和 left、right 里的 * 一起用", "goes with * in left and right"
            )
        terms = len(self.left) + len(self.right)
        if self.required is not None and self.required > terms:
            raise WrongWordError(
                "required",
                str(self.required),
                f"多于 left、right 的 {terms} 项",
                f"is more than the {terms} terms of left and right",
            )
        checked_terms("left", self.left)
        checked_terms("right", self.right)
        checked_together(self.left, self.right, one_measure=self.arithmetic != "zero_implies_zero")
        known_concepts("each", self.each)
        known_concepts("unless", self.unless)
        known_concepts("unless_printed", self.unless_printed)
        known("ignore", self.ignore, AXES, what="口径轴", what_en="axis of scope")


class ConceptsRule(Relation, frozen=True, kw_only=True):
    """The concepts that the rule is about."""

    concepts: SomeWords

    def __post_init__(self) -> None:
        super().__post_init__()
        known_concepts("concepts", self.concepts)


class TreeRule(ConceptsRule, frozen=True, kw_only=True):
    """Concepts that add up along the codes of a classification; ``roots`` are totals that stand above all classes."""

    axis: Literal["function_code", "economic_code"]
    roots: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        known_concepts("roots", self.roots)


class RateRule(Relation, frozen=True, kw_only=True):
    """A printed rate; ``all_of_nothing`` = 100 % may be said where nothing was planned."""

    all_of_nothing: bool
