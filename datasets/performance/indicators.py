"""The indicators of a performance table, row by row, and the row that adds them up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from datasets.model import Binding, Cell, Figure, Role, Scope
from datasets.performance.entering import DATE, EXACT, USUAL_QUANTUM, Entries, Meaning, finest
from datasets.performance.funds import Money
from datasets.performance.grid import Form
from datasets.performance.model import BlockWeight, Indicator, IndicatorValue
from datasets.performance.words import (
    is_subtotal,
    meaning,
    read_range,
    read_value,
    unit_class,
    unit_in_name,
    weight_in_brackets,
    words,
)
from datasets.vocabulary.numerals import NUMERAL, decimals_of
from datasets.vocabulary.plain import plain

_NUMBERED = re.compile(r"\s*指标\s*(\d{1,2})\s*[：:.．、]\s*(?=\S)")
_BLOCK_WEIGHT = Meaning(Role.WEIGHT, "block_weight", "分", EXACT)


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator with the cells of its project and of the goal of that, where the form lists several projects."""

    indicator: Indicator
    project: Cell | None = None
    goal: Cell | None = None


class IndicatorReader:
    """Reads the rows below the header of the indicators; ``target_stage`` is None in evaluations."""

    def __init__(self, form: Form, entries: Entries, money: Money, target_stage: str | None) -> None:
        self.form, self.entries, self.money, self.target_stage = form, entries, money, target_stage
        self.score_quantum = self._finest(("score",), "") or USUAL_QUANTUM
        self.percent_quantum = self._finest(("outcome", "completion"), "%") or Decimal(1)
        self.blocks: dict[str, BlockWeight] = {}
        period = entries.scope.period
        self.earlier = str(int(period[:4]) - 1) if period and period[:4].isdigit() else None

    def _finest(self, wanted: tuple[str, ...], unit: str) -> Decimal | None:
        """The step of the finest decimals printed in some columns, None when no number there has any."""
        decimals = 0
        for row in self.form.indicator_rows():
            for role, cell in self.form.by_role(row).items():
                if role in wanted and unit in cell.text.replace("％", "%") and not DATE.search(cell.text):
                    decimals = max(decimals, *map(decimals_of, NUMERAL.findall(cell.text)), 0)
        return finest(decimals)

    def rows(self) -> Iterator[Row]:
        """The indicators in the order of the form; levels, project and goal are inherited from the rows above."""
        level1 = level2 = ""
        project: Cell | None = None
        goal: Cell | None = None
        for row in self.form.indicator_rows():
            cells = self.form.by_role(row)
            text = {role: plain(cell.text) for role, cell in cells.items()}
            if text.get("project") and cells["project"] is not project:
                project, goal = cells["project"], None
                self.entries.scope = replace(self.entries.scope, project=text["project"])
            goal = cells["goal"] if text.get("goal") else goal
            if text.get("level1"):
                level2 = level2 if text["level1"] == level1 else ""
                level1 = text["level1"]
            level2 = text.get("level2") or level2
            self._enter_block_weights(row, cells, level1)
            if "scoring" in cells:
                self.entries.rule(cells["scoring"])
            self._enter_subtotals(row)
            name_cell = cells.get("name")
            if name_cell is None or not text["name"] or is_subtotal(text["name"]) or self._repeats_header(cells):
                continue
            if text.get("target") or text.get("outcome") or text.get("score") or text.get("weight"):
                yield Row(self._indicator(level1, level2, name_cell, cells), project, goal)

    def _repeats_header(self, cells: dict[str, Cell]) -> bool:
        """True for the header printed again on the next page."""
        return all(meaning("headers", cell.text) == role for role, cell in cells.items() if cell.text.strip())

    def totals(self) -> tuple[Figure | None, Figure | None]:
        """Weight and score of the row 总分."""
        row = self.form.structure.total_row
        if not row:
            return None, None
        cells = self.form.by_role(row)
        self._enter_block_weights(row, cells)
        weight = self.entries.number(cells.get("weight"), Meaning(Role.WEIGHT, "total_weight", quantum=EXACT))
        # A total without decimals may have been rounded to a whole number.
        score = self.entries.number(cells.get("score"), Meaning(Role.SCORE, "total_score"))
        return weight, score

    def _enter_block_weights(self, row: int, cells: dict[str, Cell], level1: str = "") -> None:
        """Weights of the levels above an indicator: in columns of their own, or behind the name (产出指标（50分）)."""
        beside = self.form.further_weights(row)
        for role, cell in beside.items():
            weight = self.entries.number(cell, _BLOCK_WEIGHT)
            if weight and role == "level1" and level1:
                self.blocks.setdefault(level1, BlockWeight(level1, weight))
        for role in ("level1", "level2"):
            named = cells.get(role)
            span = weight_in_brackets(named.text) if named is not None else None
            if named is not None and span:
                weight = self.entries.enter(named, span, _BLOCK_WEIGHT)
                if role == "level1" and level1:
                    self.blocks.setdefault(level1, BlockWeight(level1, weight))

    def _enter_subtotals(self, row: int) -> None:
        """Weight and score behind 小计, which may be fewer cells than there are columns."""
        cells = self.form.rows[row]
        at = next((number for number, cell in enumerate(cells) if is_subtotal(plain(cell.text))), None)
        for cell in cells[at + 1 :] if at is not None else ():
            self.entries.number(cell, Meaning(Role.SCORE, "block_score", "分"))

    def _indicator(self, level1: str, level2: str, name_cell: Cell, cells: dict[str, Cell]) -> Indicator:
        name = self._name(name_cell)
        unit = plain(cells["unit"].text) if "unit" in cells else ""
        operator = words().operators.get(plain(cells["operator"].text), "") if "operator" in cells else ""
        target_scope = replace(self.entries.scope, stage=self.target_stage)
        outcome_scope = replace(self.entries.scope, stage="outturn")
        prior_scope = replace(outcome_scope, period=self.earlier)
        target = self._value(cells.get("target"), "indicator_target", name, unit, target_scope)
        if target is not None and not target.operator and operator:
            target = replace(target, operator=operator)
        # The targets of the whole term of a project stand beside those of the year and are compared with nothing.
        self._value(cells.get("medium"), "indicator_medium_target", name, unit, target_scope)
        text = {role: plain(cell.text) for role, cell in cells.items()}
        return Indicator(
            level1,
            level2,
            name,
            name_cell,
            target,
            self._value(cells.get("outcome"), "indicator_outcome", name, unit, outcome_scope),
            self._value(cells.get("prior"), "indicator_prior", name, unit, prior_scope),
            self._weight(cells.get("weight"), name_cell),
            self.entries.rate(cells.get("completion"), Meaning(Role.COMPLETION, "indicator_completion", label=name)),
            self.entries.number(
                cells.get("score"),
                Meaning(Role.SCORE, "indicator_score", quantum=self.score_quantum, label=name),
            ),
            text.get("basis", ""),
            text.get("scoring", ""),
            cells.get("scoring"),
            text.get("reason", ""),
            cells.get("reason"),
        )

    def _name(self, cell: Cell) -> str:
        """The name without the number of the template before it (指标1：)."""
        match = _NUMBERED.match(cell.text)
        if match is None:
            return plain(cell.text)
        self.entries.enter(cell, match.span(1), Meaning(Role.ORDINAL, quantum=EXACT, scope=Scope()))
        return plain(cell.text[match.end() :])

    def _weight(self, cell: Cell | None, name_cell: Cell) -> Figure | None:
        what = Meaning(Role.WEIGHT, "indicator_weight", quantum=EXACT, label=plain(name_cell.text))
        span = weight_in_brackets(name_cell.text)
        if cell is None and "weight" not in self.form.roles.values() and span:
            return self.entries.enter(name_cell, span, replace(what, unit="分"))
        return self.entries.number(cell, what)

    def _value(self, cell: Cell | None, concept: str, name: str, unit: str, scope: Scope) -> IndicatorValue | None:
        if cell is None:
            return None
        text = plain(cell.text)
        value = read_value(cell.text)
        if value.date:
            match = DATE.search(cell.text)
            self.entries.understood(cell)
            figures = tuple(self.entries.date_figures(cell, match)) if match else ()
            return IndicatorValue(text, cell, value.operator, None, "", value.date, figures)
        spans = read_range(cell.text)
        if spans is not None:
            printed = (spans.unit or unit or unit_in_name(name)).replace("％", "%")
            what = self._meaning(concept, printed, name, scope, inferred=not (spans.unit or unit))
            low, high = (self.entries.enter(cell, span, what) for span in (spans.low, spans.high))
            self.entries.understood(cell)
            return IndicatorValue(text, cell, unit=printed, bounds=(low, high))
        if value.start is None or value.end is None:
            return IndicatorValue(text, cell)
        self.entries.understood(cell)
        printed = (value.unit or unit or unit_in_name(name)).replace("％", "%")
        what = self._meaning(concept, printed, name, scope, inferred=not (value.unit or unit))
        figure = self.entries.enter(cell, (value.start, value.end), what, negative=value.negative)
        return IndicatorValue(text, cell, value.operator, figure, printed)

    def _meaning(self, concept: str, unit: str, name: str, scope: Scope, *, inferred: bool) -> Meaning:
        target = concept in ("indicator_target", "indicator_medium_target")
        return Meaning(
            Role.TARGET if target else Role.COUNT,
            concept,
            unit,
            # A target is a number set by people, not one measured and rounded.
            EXACT if target else self._outcome_quantum(unit),
            name,
            scope,
            Binding.INFERRED if inferred else Binding.CERTAIN,
        )

    def _outcome_quantum(self, unit: str) -> Decimal | None:
        kind = unit_class(unit)
        if kind == "money":
            return self.money.quantum if unit == self.money.unit else None
        if kind == "ratio":
            return self.percent_quantum
        return None if kind in ("length", "area", "mass", "price", "") else EXACT
