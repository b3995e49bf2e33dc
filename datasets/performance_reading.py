"""Reading performance tables: every column and row bound by its header words, every numeral into the ledger once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

from datasets.ledger import Ledger, quote_around
from datasets.model import Binding, Cell, Figure, Place, Role, Scope, Table
from datasets.numerals import NUMERAL, decimals_of, number, numerals
from datasets.performance import (
    FundRow,
    Indicator,
    IndicatorValue,
    PerformanceTable,
    Prose,
    ProseDate,
    Quantity,
)
from datasets.performance_grid import Form
from datasets.performance_words import (
    DATE,
    is_placeholder,
    meaning,
    read_date,
    read_value,
    unit_class,
    unit_in_name,
    words,
)
from datasets.vocabulary import plain, unnumbered

_AMOUNT = re.compile(rf"^(?P<sign>[-－])?(?:{NUMERAL.pattern})$")
_MONEY_UNIT = re.compile(r"[（：](元|千元|万元|亿元)")
#: The step of amounts and scores printed without any decimals: forms of this kind are filled in with two.
_USUAL_QUANTUM = Decimal("0.01")
_EXACT = Decimal(0)
#: A cell up to this length is its own quote.
_SHORT = 40
_LOWEST_PERCENTAGE = 3


def read_performance(table: Table, identifier: str, title: str, ledger: Ledger, scope: Scope) -> PerformanceTable:
    """Read a table whose title says 绩效 and 表; amounts are in the unit of the label 项目资金（万元）.

    Args:
        table: the grid as printed, from text or with true merged cells.
        identifier: how findings call the table.
        title: the printed title; it tells evaluations of projects and of the whole unit from target tables.
        ledger: takes every numeral of the table, each once.
        scope: entity, level and period of the document; project and stage are set here.
    """
    return _Reader(table, identifier, title, ledger, scope).read()


@cache
def _plain_character(character: str) -> str:
    return "\n" if character == "\n" else plain(character)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a numeral is; ``unit`` where none is printed with it, ``quantum`` where the literal does not decide."""

    role: Role
    concept: str = ""
    unit: str = ""
    quantum: Decimal | None = None
    label: str = ""
    scope: Scope | None = None
    binding: Binding = Binding.CERTAIN


_RATE = _Meaning(Role.RATE, "execution_rate", "%")
_WEIGHT = _Meaning(Role.WEIGHT, "execution_weight", quantum=_EXACT)
_SCORE = _Meaning(Role.SCORE, "execution_score")
_DATE = _Meaning(Role.DATE, quantum=_EXACT, scope=Scope())


class _Reader:
    """The reading of one table."""

    def __init__(self, table: Table, identifier: str, title: str, ledger: Ledger, scope: Scope) -> None:
        self.table, self.identifier, self.title, self.ledger = table, identifier, plain(title), ledger
        self.form = Form(table)
        self.rows, self.structure = self.form.rows, self.form.structure
        self.entered: set[int] = set()
        self.project_cell = self._project_cell()
        self.overall = any(word in self.title for word in words().overall)
        project = plain(self.project_cell.text) if self.project_cell else None
        self.scope = replace(scope, project=project or None)
        self.earlier = str(int(scope.period[:4]) - 1) if scope.period and scope.period[:4].isdigit() else None

    def read(self) -> PerformanceTable:
        """The table as a record, with all its numerals in the ledger."""
        evaluation = bool(self.structure.funds_header) or "outcome" in self.form.roles.values()
        kind = ("overall_evaluation" if self.overall else "project_evaluation") if evaluation else "target"
        self.money_unit = self._money_unit()
        self.money_quantum = self._money_quantum()
        self.score_quantum = self._finest(("score",), "") or _USUAL_QUANTUM
        self.percent_quantum = self._finest(("outcome", "completion"), "%") or Decimal(1)
        funds, unread = self._funds()
        goal, outcome = self._goal_and_outcome()
        indicators = tuple(self._indicators(kind))
        total_weight, total_score = self._totals()
        for cell in self.table.cells:
            self._enter_rest(cell)
        return PerformanceTable(
            identifier=self.identifier,
            title=self.title,
            kind=kind,
            document=str(self.ledger.document.path),
            place=self.table.place,
            overall=self.overall,
            project=self.scope.project or "",
            project_cell=self.project_cell,
            funds=funds,
            unread_sources=unread,
            goal=goal,
            outcome=outcome,
            indicators=indicators,
            total_weight=total_weight,
            total_score=total_score,
        )

    def _finest(self, wanted: tuple[str, ...], unit: str) -> Decimal | None:
        """The step of the finest decimals printed in some columns, None when no number there has any."""
        finest = 0
        for row in self.form.indicator_rows():
            for role, cell in self.form.by_role(row).items():
                if role in wanted and unit in cell.text.replace("％", "%") and not DATE.search(cell.text):
                    finest = max(finest, *map(decimals_of, NUMERAL.findall(cell.text)), 0)
        return Decimal(1).scaleb(-finest) if finest else None

    # -- entering numerals -------------------------------------------------------------------------------------------

    def _place(self, cell: Cell, start: int, end: int) -> Place:
        """The place of a part of a cell."""
        return cell.place.within(start, end, self.ledger.document.line_at(cell.place.start + start))

    def _enter(self, cell: Cell, span: tuple[int, int], what: _Meaning, *, negative: bool = False) -> Figure:
        start, end = span
        printed = cell.text[start:end]
        literal = Decimal(1).scaleb(-decimals_of(printed))
        quantum = what.quantum
        return self.ledger.add(
            self._place(cell, start, end),
            printed,
            what.role,
            unit=what.unit,
            concept=what.concept,
            scope=what.scope or self.scope,
            binding=what.binding,
            quantum=literal if quantum is None else min(quantum, literal),
            quantum_inferred=quantum is not None and _EXACT < quantum < literal,
            negative=negative,
            table=self.title,
            row=cell.row,
            column=cell.column,
            quote=quote_around(cell.text, start, end) if len(cell.text) > _SHORT else cell.text.strip(),
            label=what.label,
        )

    def _enter_number(self, cell: Cell | None, what: _Meaning) -> Figure | None:
        """Enter a cell that holds one number and perhaps its unit; None when it holds anything else."""
        if cell is None:
            return None
        value = read_value(cell.text)
        if value.start is None or value.end is None:
            return None
        self.entered.add(cell.place.start)
        unit = (value.unit or what.unit).replace("％", "%")
        what = what if unit == what.unit else replace(what, unit=unit)
        return self._enter(cell, (value.start, value.end), what, negative=value.negative)

    def _enter_rest(self, cell: Cell) -> None:
        """What is left in a cell: counts with a unit, dates and references, and what stays unread."""
        if cell.place.start in self.entered or not NUMERAL.search(cell.text):
            return
        self._enter_counts(cell)
        self.ledger.add_text(cell.text, cell.place, table=self.title, row=cell.row, column=cell.column)

    def _enter_counts(self, cell: Cell) -> list[tuple[int, int, Figure]]:
        """Enter the numbers with a unit of a text; start, end behind the unit, figure."""
        found = []
        for numeral in numerals(cell.text):
            unit, end = numeral.unit, numeral.unit_end
            if not unit and numeral.role is None:
                measure = words().prose_units.match(cell.text, numeral.end)
                unit, end = (measure[0], measure.end()) if measure else ("", end)
            if numeral.role is None and unit:
                exact = unit_class(unit) not in ("money", "ratio", "length", "area", "mass", "price", "")
                quantum = _EXACT if exact else None
                what = _Meaning(Role.COUNT, unit=unit, quantum=quantum, binding=Binding.INFERRED)
                figure = self._enter(cell, (numeral.start, numeral.end), what)
                found.append((numeral.start, end, figure))
        return found

    # -- project and funds -------------------------------------------------------------------------------------------

    def _project_cell(self) -> Cell | None:
        for cells in self.rows.values():
            for label, value in pairwise(cells):
                if meaning("headers", label.text) == "project" and value.text.strip():
                    return value
        return None

    def _money_unit(self) -> str:
        for cell in self.table.cells:
            if "资金" in cell.text or "单位" in cell.text:
                match = _MONEY_UNIT.search(plain(cell.text))
                if match:
                    return match[1]
        return "万元"

    def _money_quantum(self) -> Decimal:
        decimals = [
            decimals_of(text)
            for cells in self.form.fund_rows()
            for cell in cells
            if _AMOUNT.match(text := plain(cell.text))
        ]
        finest = max(decimals, default=0)
        return Decimal(1).scaleb(-finest) if finest else _USUAL_QUANTUM

    def _funds(self) -> tuple[tuple[FundRow, ...], int]:
        if not self.structure.funds_header:
            return tuple(self._form_funds()), 0
        headers = self.rows[self.structure.funds_header]
        rows, unread = [], 0
        for cells in self.form.fund_rows():
            position = next((n for n, c in enumerate(cells) if meaning("sources", c.text)), None)
            lined = self.form.line_up(headers, cells)
            if position is None:
                unread += any(cell is not None and _AMOUNT.match(plain(cell.text)) for cell in lined)
                continue
            rows.append(self._fund_row(headers, lined, cells[position]))
        return tuple(rows), unread

    def _fund_row(self, headers: Sequence[Cell], lined: Sequence[Cell | None], label: Cell) -> FundRow:
        source = meaning("sources", label.text)
        concept = words().concepts[source][self.overall]
        amounts: dict[str, Figure] = {}
        extra: dict[str, Figure] = {}
        for header, cell in zip(headers, lined, strict=True):
            stage = meaning("stages", header.text)
            role = meaning("headers", header.text)
            if cell is None or cell is label:
                continue
            if stage == "rate" and (rate := self._enter_number(cell, _RATE)):
                extra["rate"] = rate
            elif stage and stage != "rate" and (figure := self._enter_amount(cell, concept, stage)):
                amounts[stage] = figure
            elif role == "weight" and (weight := self._enter_number(cell, _WEIGHT)):
                extra["weight"] = weight
            elif role == "score" and (score := self._enter_number(cell, _SCORE)):
                extra["score"] = score
        return FundRow(
            source, unnumbered(label.text), amounts, extra.get("weight"), extra.get("rate"), extra.get("score")
        )

    def _form_funds(self) -> Iterator[FundRow]:
        """Funds of a target table: each label with the amount behind it."""
        seen = set()
        for cells in self.form.fund_rows():
            for label, value in pairwise(cells):
                source = meaning("sources", label.text)
                text = plain(value.text)
                if source and source not in seen and (is_placeholder(text) or _AMOUNT.match(text)):
                    seen.add(source)
                    figure = self._enter_amount(value, words().concepts[source][self.overall], "original_budget")
                    yield FundRow(source, unnumbered(label.text), {"original_budget": figure} if figure else {})

    def _enter_amount(self, cell: Cell, concept: str, stage: str) -> Figure | None:
        if not _AMOUNT.match(plain(cell.text)):
            return None
        scope = replace(self.scope, stage=stage)
        what = _Meaning(Role.LEVEL, concept, self.money_unit, self.money_quantum, scope=scope)
        return self._enter_number(cell, what)

    # -- goal and outcome in words -----------------------------------------------------------------------------------

    def _goal_and_outcome(self) -> tuple[Prose | None, Prose | None]:
        header = self.structure.goal_header
        if not header:
            return self._goal_behind_its_head(), None
        below = self.rows.get(header + 1, [])
        goal = outcome = None
        for head, cell in zip(self.rows[header], self.form.line_up(self.rows[header], below), strict=True):
            name = unnumbered(head.text)
            if cell is not None and name in words().goal:
                goal = self._prose(cell)
            elif cell is not None and name in words().outcome:
                outcome = self._prose(cell)
        return goal, outcome

    def _goal_behind_its_head(self) -> Prose | None:
        for row, cells in self.rows.items():
            if self.structure.indicator_header and row >= self.structure.indicator_header:
                break
            for head, cell in pairwise(cells):
                if unnumbered(head.text) in words().heads and cell.text.strip():
                    return self._prose(cell)
        return None

    def _prose(self, cell: Cell) -> Prose:
        """The cell with its numbers; positions are turned into those of the plain text, line breaks kept."""
        counts = self._enter_counts(cell)
        self.ledger.add_text(cell.text, cell.place, table=self.title, row=cell.row, column=cell.column)
        self.entered.add(cell.place.start)
        kept: list[str] = []
        to_plain: list[int] = []
        for character in cell.text:
            to_plain.append(len(kept))
            kept.extend(_plain_character(character))
        to_plain.append(len(kept))
        dates = []
        for match in DATE.finditer(cell.text):
            start, end = match.start(), match.end()
            place = self._place(cell, start, end)
            figures = tuple(self._date_figures(cell, match))
            dates.append(ProseDate(to_plain[start], to_plain[end], read_date(match), match[0].strip(), place, figures))
        quantities = tuple(Quantity(to_plain[start], to_plain[end], figure) for start, end, figure in counts)
        return Prose(cell, "".join(kept), quantities, tuple(dates))

    def _date_figures(self, cell: Cell, match: re.Match[str]) -> Iterator[Figure]:
        for part in ("year", "month", "day"):
            if match[part] is not None:
                yield self._enter(cell, match.span(part), _DATE)

    # -- indicators --------------------------------------------------------------------------------------------------

    def _indicators(self, kind: str) -> Iterator[Indicator]:
        level1 = level2 = ""
        for row in self.form.indicator_rows():
            cells = self.form.by_role(row)
            text = {role: plain(cell.text) for role, cell in cells.items()}
            if text.get("level1"):
                level2 = level2 if text["level1"] == level1 else ""
                level1 = text["level1"]
            level2 = text.get("level2") or level2
            name_cell = cells.get("name")
            if name_cell is None or not text["name"] or not (text.get("target") or text.get("outcome")):
                continue
            yield self._indicator(level1, level2, name_cell, cells, kind)

    def _indicator(self, level1: str, level2: str, name_cell: Cell, cells: dict[str, Cell], kind: str) -> Indicator:
        name = plain(name_cell.text)
        unit = plain(cells["unit"].text) if "unit" in cells else ""
        operator = words().operators.get(plain(cells["operator"].text), "") if "operator" in cells else ""
        target_scope = replace(self.scope, stage="original_budget" if kind == "target" else None)
        outcome_scope = replace(self.scope, stage="outturn")
        prior_scope = replace(outcome_scope, period=self.earlier)
        target = self._value(cells.get("target"), "indicator_target", name, unit, target_scope)
        if target is not None and not target.operator and operator:
            target = replace(target, operator=operator)
        text = {role: plain(cell.text) for role, cell in cells.items()}
        return Indicator(
            level1,
            level2,
            name,
            name_cell,
            target,
            self._value(cells.get("outcome"), "indicator_outcome", name, unit, outcome_scope),
            self._value(cells.get("prior"), "indicator_prior", name, unit, prior_scope),
            self._enter_number(
                cells.get("weight"), _Meaning(Role.WEIGHT, "indicator_weight", quantum=_EXACT, label=name)
            ),
            self._completion(cells.get("completion"), name),
            self._enter_number(
                cells.get("score"),
                _Meaning(Role.SCORE, "indicator_score", quantum=self.score_quantum, label=name),
            ),
            text.get("basis", ""),
            text.get("scoring", ""),
            cells.get("scoring"),
            text.get("reason", ""),
            cells.get("reason"),
        )

    def _value(self, cell: Cell | None, concept: str, name: str, unit: str, scope: Scope) -> IndicatorValue | None:
        if cell is None:
            return None
        text = plain(cell.text)
        value = read_value(cell.text)
        if value.date:
            match = DATE.search(cell.text)
            self.entered.add(cell.place.start)
            figures = tuple(self._date_figures(cell, match)) if match else ()
            return IndicatorValue(text, cell, value.operator, None, "", value.date, figures)
        if value.start is None or value.end is None:
            return IndicatorValue(text, cell)
        self.entered.add(cell.place.start)
        target = concept == "indicator_target"
        printed = value.unit or unit or unit_in_name(name)
        printed = printed.replace("％", "%")
        what = _Meaning(
            Role.TARGET if target else Role.COUNT,
            concept,
            printed,
            # A target is a number set by people, not one measured and rounded.
            _EXACT if target else self._outcome_quantum(printed),
            name,
            scope,
            Binding.CERTAIN if value.unit or unit else Binding.INFERRED,
        )
        figure = self._enter(cell, (value.start, value.end), what, negative=value.negative)
        return IndicatorValue(text, cell, value.operator, figure, printed)

    def _outcome_quantum(self, unit: str) -> Decimal | None:
        kind = unit_class(unit)
        if kind == "money":
            return self.money_quantum if unit == self.money_unit else None
        if kind == "ratio":
            return self.percent_quantum
        return None if kind in ("length", "area", "mass", "price", "") else _EXACT

    def _completion(self, cell: Cell | None, name: str) -> Figure | None:
        if cell is None:
            return None
        value = read_value(cell.text)
        if value.start is None or value.end is None:
            return None
        # A rate printed without % is a percentage, unless it is so small that it may be a multiple such as 1.05.
        bare = number(cell.text[value.start : value.end]) > _LOWEST_PERCENTAGE
        return self._enter_number(
            cell, _Meaning(Role.COMPLETION, "indicator_completion", "%" if bare else "", label=name)
        )

    def _totals(self) -> tuple[Figure | None, Figure | None]:
        row = self.structure.total_row
        if not row:
            return None, None
        cells = self.form.by_role(row)
        weight = self._enter_number(cells.get("weight"), _Meaning(Role.WEIGHT, "total_weight", quantum=_EXACT))
        score = self._enter_number(cells.get("score"), _Meaning(Role.SCORE, "total_score", quantum=self.score_quantum))
        return weight, score


__all__ = ["read_performance"]
