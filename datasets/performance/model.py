"""Performance tables as records: funds, goal and outcome in words, indicators, scores.

The records are made by :func:`datasets.performance.reading.read_performance`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datasets.model import Cell, Figure, Place
from datasets.performance.words import core_name, is_placeholder, unit_class, words


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """A target, an outcome or a prior-year outcome: ``text`` is what is printed, without blanks.

    ``figure`` is None for a value in words and for a date; ``date`` is ISO, cut to what is printed (2023-05).
    ``operator`` is one of >=, <=, >, <, = or "" where none is printed. ``bounds`` are the ends of a range (10-15次).
    """

    text: str
    cell: Cell
    operator: str = ""
    figure: Figure | None = None
    unit: str = ""
    date: str | None = None
    date_figures: tuple[Figure, ...] = ()
    bounds: tuple[Figure, Figure] | None = None

    @property
    def blank(self) -> bool:
        """True for an empty cell and for a placeholder such as - or /."""
        return is_placeholder(self.text)

    @property
    def in_words(self) -> bool:
        """True for a value that is neither a number nor a date nor blank, and holds no numeral."""
        return not self.blank and self.figure is None and self.date is None and not any(c.isdigit() for c in self.text)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of indicators; ``level1`` and ``level2`` are inherited from the rows above."""

    level1: str
    level2: str
    name: str
    name_cell: Cell
    target: IndicatorValue | None = None
    outcome: IndicatorValue | None = None
    prior: IndicatorValue | None = None
    weight: Figure | None = None
    completion: Figure | None = None
    score: Figure | None = None
    basis: str = ""
    scoring: str = ""
    scoring_cell: Cell | None = None
    reason: str = ""
    reason_cell: Cell | None = None

    @property
    def core(self) -> str:
        """The name without qualifier, unit in brackets and closing words such as 数量."""
        return core_name(self.name)

    @property
    def is_cost(self) -> bool:
        """True for 成本指标."""
        return words().cost in self.level1 or words().cost in self.level2

    @property
    def is_execution(self) -> bool:
        """True for the execution rate of the budget where it is printed as an indicator."""
        return self.core in words().execution_names

    @property
    def is_timeliness(self) -> bool:
        """True for 时效指标."""
        return words().timeliness in self.level2

    @property
    def unit_class(self) -> str:
        """The kind of thing the target counts, see :func:`datasets.performance.words.unit_class`."""
        value = self.target or self.outcome
        return unit_class(value.unit) if value else ""


@dataclass(frozen=True, slots=True)
class FundRow:
    """A row of funds: ``source`` is total, fiscal, other, ...; ``amounts`` by stage; the rest stands on the total."""

    source: str
    label: str
    amounts: Mapping[str, Figure]
    weight: Figure | None = None
    rate: Figure | None = None
    score: Figure | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit in prose; ``start`` and ``end`` (behind the unit) are positions in :attr:`Prose.text`."""

    start: int
    end: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class ProseDate:
    """A date in prose, its ISO form as far as it is printed, and where it stands in the document."""

    start: int
    end: int
    date: str
    printed: str
    place: Place
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """A cell in words: ``text`` is plain (no blanks, full-width brackets) but keeps its line breaks."""

    cell: Cell
    text: str
    quantities: tuple[Quantity, ...]
    dates: tuple[ProseDate, ...]


@dataclass(frozen=True, slots=True)
class BlockWeight:
    """The weight printed for all indicators of a first level: 产出指标（50分）."""

    level1: str
    weight: Figure


@dataclass(frozen=True, slots=True)
class PerformanceTable:
    """A performance table as read.

    ``kind``: "target" (绩效目标表), "project_evaluation" (项目自评表) or "overall_evaluation" (整体自评表).
    ``overall`` is True for a table about the whole unit, also a target table. ``unread_sources`` counts rows of funds
    with amounts that have a label this project does not know: with any, the parts of the total are not all known.
    ``head_score`` and ``grade`` are the total score and its grade in words (优) where the head of the form has them.
    """

    identifier: str
    title: str
    kind: str
    document: str
    place: Place
    overall: bool = False
    project: str = ""
    project_cell: Cell | None = None
    funds: tuple[FundRow, ...] = ()
    unread_sources: int = 0
    goal: Prose | None = None
    outcome: Prose | None = None
    indicators: tuple[Indicator, ...] = ()
    total_weight: Figure | None = None
    total_score: Figure | None = None
    blocks: tuple[BlockWeight, ...] = ()
    head_score: Figure | None = None
    grade: Cell | None = None

    @property
    def is_evaluation(self) -> bool:
        """True for a self-evaluation, project or overall."""
        return self.kind != "target"

    def fund(self, source: str) -> FundRow | None:
        """The row of funds of a source: total, fiscal, carryover, upper_level, own_level, other, basic, project."""
        return next((row for row in self.funds if row.source == source), None)

    def amount(self, source: str, stage: str) -> Figure | None:
        """The amount of a source at a stage (original_budget, full_year_budget, outturn), None when it is blank."""
        row = self.fund(source)
        return row.amounts.get(stage) if row else None

    @property
    def has_funds(self) -> bool:
        """True when the table prints amounts by source, known or not."""
        return bool(self.funds or self.unread_sources)

    @property
    def hides_execution(self) -> bool:
        """True when the total weight may hold that of the execution rate, which is not printed or was not read."""
        printed = self.execution is not None and self.execution.weight is not None
        return self.has_funds and not printed and not any(indicator.is_execution for indicator in self.indicators)

    @property
    def execution(self) -> FundRow | None:
        """The row of funds that carries the execution rate: that of the total."""
        return self.fund("total")

    def prose(self) -> Iterator[tuple[Prose, str]]:
        """Goal and outcome text, each with "target" or "outcome": the value of an indicator that it must repeat."""
        if self.goal:
            yield self.goal, "target"
        if self.outcome:
            yield self.outcome, "outcome"
