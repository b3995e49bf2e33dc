"""Enters the numbers of a paragraph in the register: those that report something, and those that only explain."""

from __future__ import annotations

from datasets.model import Binding, Figure, Paragraph, Role
from datasets.narrative.quantities import Quantity
from datasets.narrative.sentences import noun_of
from datasets.narrative.statements import NOTHING, Draft, Narration
from datasets.register import quote_around
from datasets.vocabulary.labels import label_of


def enter(
    narration: Narration,
    paragraph: Paragraph,
    quantity: Quantity,
    role: Role,
    draft: Draft | None,
    *,
    negative: bool = False,
) -> Figure:
    """Enter a number for a draft, None for one that reports nothing known; ``negative`` for a decrease."""
    subject, scope = (draft.subject, draft.scope) if draft is not None else (NOTHING, narration.scope)
    label = label_of(subject.concept, scope, narration.paths, said=subject.said) if subject.concept else ""
    if not label:
        label = draft.noun if draft is not None else noun_at(paragraph, quantity)
    numeral = quantity.numeral
    return narration.register.add(
        narration.register.place_of(paragraph.place, numeral),
        numeral.printed,
        role,
        unit=numeral.unit,
        concept=subject.concept,
        scope=scope,
        negative=negative or quantity.negative,
        binding=Binding.CERTAIN if subject.concept else Binding.INFERRED,
        quote=quote_around(paragraph.text, numeral.start, numeral.end),
        label=label,
    )


def explain(narration: Narration, paragraph: Paragraph, quantity: Quantity) -> None:
    """Numbers in a reason explain, they do not report: kept in the register, in no relation."""
    numeral = quantity.numeral
    narration.register.add(
        narration.register.place_of(paragraph.place, numeral),
        numeral.printed,
        Role.COUNT,
        unit=numeral.unit,
        binding=Binding.GUESSED,
        quote=quote_around(paragraph.text, numeral.start, numeral.end),
        label="原因说明中的数字",
    )


def noun_at(paragraph: Paragraph, quantity: Quantity) -> str:
    """What a number counts, by the words around it."""
    return noun_of(quantity.words, paragraph.text[quantity.numeral.unit_end :])
