"""Parts that make a whole, in the sentences of the narrative: they add up, or at least none is more than the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from checks.judging.verdicts import decide
from checks.model import Instance, Outcome, Relation, Severity, Term
from datasets.model import Figure, Paragraph, Role
from datasets.narrative.wholes import Ground, Part, partitions
from datasets.reading import Reading
from datasets.vocabulary.units import factor_between

_SURE = frozenset({Ground.COMPLEMENT, Ground.TOTAL})
_NEAREST = "“其中”说的是前一句的总数"
_ASSUMED = {
    Ground.COMPLETE: "按文字所列各项为全部",
    Ground.SIDES: "按文字所列各项为全部",
    Ground.REST: "“其他”为其余全部",
}
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "part-within-whole": Relation,
    "parts-and-whole": Relation,
}


def partition_instances(reading: Reading, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """Every partition of every paragraph that the relations between concepts do not already hold together."""
    figures = {figure.place.start: figure for figure in reading.figures if not figure.table}
    for block in reading.document.blocks:
        if not isinstance(block, Paragraph):
            continue
        for partition in partitions(block.text):
            wholes = _terms(partition.wholes, block, figures)
            parts = _terms(partition.parts, block, figures)
            if not wholes or len(parts) != len(partition.parts):
                continue
            if _held_by_concepts([*wholes[:1], *parts], partition.ground):
                continue
            if partition.ground is Ground.OPEN:
                yield from _within(wholes, parts, relations["part-within-whole"])
            else:
                yield from _adding_up(wholes, parts, partition.ground, relations["parts-and-whole"])


def _terms(parts: Sequence[Part], block: Paragraph, figures: Mapping[int, Figure]) -> list[Term]:
    found = [(figures.get(block.place.start + part.start), part.name) for part in parts]
    return [Term(figure, label=name) for figure, name in found if figure is not None and _is_amount(figure)]


def _is_amount(figure: Figure) -> bool:
    return figure.role in (Role.LEVEL, Role.COUNT, Role.UNREAD) and figure.value is not None


def _held_by_concepts(terms: Sequence[Term], ground: Ground) -> bool:
    """True where every figure reports a concept: what those add up to is said by the relations between concepts."""
    return ground not in (Ground.TOTAL, Ground.SIDES) and all(
        term.figure.concept and not term.figure.scope.project for term in terms
    )


def _scaled(terms: Sequence[Term], unit: str) -> tuple[Term, ...] | None:
    factors = [factor_between(term.figure.unit, unit) for term in terms]
    if any(factor is None for factor in factors):
        return None
    return tuple(
        Term(term.figure, factor=factor or Decimal(1), label=term.label)
        for term, factor in zip(terms, factors, strict=True)
    )


def _adding_up(wholes: Sequence[Term], parts: Sequence[Term], ground: Ground, relation: Relation) -> Iterator[Instance]:
    """The whole against its parts; where several amounts may be the whole, the one that fits."""
    made = [instance for whole in wholes if (instance := _sum(whole, parts, ground, relation)) is not None]
    fitting = [instance for instance in made if decide(instance).outcome is not Outcome.BROKEN]
    if fitting or len(made) == 1:
        yield from (fitting or made)[:1]
    elif made:
        yield replace(made[0], assumptions=(*made[0].assumptions, _NEAREST), severity=Severity.WARNING)


def _sum(whole: Term, parts: Sequence[Term], ground: Ground, relation: Relation) -> Instance | None:
    scaled = _scaled(parts, whole.figure.unit)
    if scaled is None:
        return None
    assumptions = () if ground in _SURE else (_ASSUMED[ground],)
    severity = None if ground in _SURE else Severity.WARNING
    return Instance(
        relation, "sum", (whole,), scaled, unit=whole.figure.unit, assumptions=assumptions, severity=severity
    )


def _within(wholes: Sequence[Term], parts: Sequence[Term], relation: Relation) -> Iterator[Instance]:
    """Each part against the largest amount that it may be a part of."""
    for part in parts:
        made = [
            Instance(relation, "bound", (part,), scaled, unit=part.figure.unit)
            for whole in wholes
            if (scaled := _scaled([whole], part.figure.unit)) is not None
        ]
        fitting = [instance for instance in made if decide(instance).outcome is not Outcome.BROKEN]
        yield from (fitting or made)[:1]
