"""Figures arranged for binding: where each stands (table, section, performance table) and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from checks.judging.table_units import Slip, unit_slips
from datasets.model import Figure, Kind, Role
from datasets.narrative.phrases import Base
from datasets.narrative.reading import Statement
from datasets.reading import Reading

LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Printing:
    """A figure with its vicinity ("table:…", "section:3", "performance:…") and what it measures.

    ``measure`` is "level", or "change|prior_year|outturn" for a change against that base.
    """

    figure: Figure
    vicinity: str
    measure: str

    @property
    def concept(self) -> str:
        """Concept id of the figure."""
        return self.figure.concept


def printings(reading: Reading) -> tuple[Printing, ...]:
    """All figures of a document that report a concept, in the order of the text."""
    slips = slips_of(reading)
    found = [
        Printing(replace(figure, unit=slips[table].meant) if table in slips else figure, f"table:{table}", LEVEL)
        for (table, _, _), figure in reading.cells.items()
        if figure.concept and figure.role is Role.LEVEL
    ]
    found.extend(_of_statements(reading))
    placed = {printing.figure.id for printing in found}
    found.extend(
        Printing(figure, f"performance:{figure.table}", LEVEL)
        for figure in reading.figures
        if figure.concept.startswith("fund_") and figure.role is Role.LEVEL and figure.id not in placed
    )
    return tuple(sorted(found, key=lambda printing: printing.figure.place.start))


def slips_of(reading: Reading) -> Mapping[str, Slip]:
    """The tables that name the wrong money unit."""
    text = [statement.level for statement in reading.statements if statement.level is not None]
    return unit_slips(reading, text)


def _of_statements(reading: Reading) -> Iterator[Printing]:
    seen: set[tuple[str, str]] = set()  # one number may report two facts (收、支总计)
    for statement in reading.statements:
        vicinity = f"section:{statement.section.number}"
        if statement.level is not None and statement.level.concept and _fact(statement.level) not in seen:
            seen.add(_fact(statement.level))
            yield Printing(statement.level, vicinity, LEVEL)
        if statement.change is not None and statement.base is not None and statement.change.concept:
            yield Printing(statement.change, vicinity, change_measure(statement.base, reading.identity.kind))
        elif statement.unchanged and statement.base is not None and _nothing(statement.level):
            # 0万元，与上年持平: the change is as much as the level.
            yield Printing(statement.level, vicinity, change_measure(statement.base, reading.identity.kind))


def _nothing(figure: Figure | None) -> TypeGuard[Figure]:
    return figure is not None and bool(figure.concept) and figure.value is not None and not figure.value


def _fact(figure: Figure) -> tuple[str, str]:
    return figure.id, figure.concept


def change_measure(base: Base, kind: Kind) -> str:
    """The measure of a change; a base without a stage means last year's figure of the same kind of document."""
    stage = base.stage or ("original_budget" if kind is Kind.BUDGET else "outturn")
    return f"change|{base.base}|{stage}"


def level_of(statement: Statement, levels: Sequence[Printing]) -> Figure | None:
    """The level that a statement is about: its own, else the nearest earlier printing of the same fact.

    Where none is printed earlier, one that the same paragraph prints behind it counts.
    """
    if statement.level is not None:
        return statement.level
    position = statement.change or statement.rate or statement.share or statement.deviation or statement.completion
    start = position.place.start if position else statement.paragraph.place.start
    same = [
        p.figure
        for p in levels
        if p.measure == LEVEL and p.concept == statement.subject.concept and p.figure.scope == statement.scope
    ]
    earlier = [figure for figure in same if figure.place.start < start]
    behind = [figure for figure in same if start < figure.place.start < statement.paragraph.place.end]
    return earlier[-1] if earlier else (behind[0] if behind else None)
