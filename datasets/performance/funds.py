"""The funds of a performance table: amounts by source and stage, and the execution rate with its weight and score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from datasets.model import Binding, Cell, Figure, Role
from datasets.performance.entering import EXACT, USUAL_QUANTUM, Entries, Meaning, finest
from datasets.performance.grid import Form
from datasets.performance.model import FundRow
from datasets.performance.words import is_placeholder, meaning, weight_in_brackets, words
from datasets.vocabulary.numerals import NUMERAL, decimals_of
from datasets.vocabulary.plain import plain, unnumbered

_AMOUNT = re.compile(rf"^(?P<sign>[-－])?(?:{NUMERAL.pattern})$")
_MONEY_UNIT = re.compile(r"[（：](元|千元|万元|亿元)")
_RATE = Meaning(Role.RATE, "execution_rate", "%")
_WEIGHT = Meaning(Role.WEIGHT, "execution_weight", quantum=EXACT)
_SCORE = Meaning(Role.SCORE, "execution_score")


@dataclass(frozen=True, slots=True)
class Money:
    """Unit and step of the amounts of a table."""

    unit: str
    quantum: Decimal


def money_of(form: Form) -> Money:
    """The unit that the label 项目资金（万元） names, 万元 by default, and the finest decimals of the amounts."""
    decimals = [
        decimals_of(text) for cells in form.fund_rows() for cell in cells if _AMOUNT.match(text := plain(cell.text))
    ]
    return Money(_unit(form), finest(max(decimals, default=0)) or USUAL_QUANTUM)


def _unit(form: Form) -> str:
    for cell in form.table.cells:
        if "资金" in cell.text or "单位" in cell.text or "预算" in cell.text:
            match = _MONEY_UNIT.search(plain(cell.text))
            if match:
                return match[1]
    return "万元"


@dataclass(frozen=True, slots=True)
class _Pair:
    """A label with the amount behind it; ``from_right`` counts the cells from the label to the end of the row."""

    label: Cell
    value: Cell
    from_right: int


class FundsReader:
    """Reads the rows of funds; ``overall`` chooses the concepts of the whole unit over those of a project."""

    def __init__(self, form: Form, entries: Entries, money: Money, *, overall: bool) -> None:
        self.form, self.entries, self.money, self.overall = form, entries, money, overall

    def read(self) -> tuple[tuple[FundRow, ...], int]:
        """The rows, and how many more rows with amounts have a label that is not known."""
        if not self.form.structure.funds_header:
            return self._behind_labels()
        headers = self.form.rows[self.form.structure.funds_header]
        if any(_AMOUNT.match(plain(cell.text)) for cell in _stated(headers, "stages")):
            return self._in_pairs(), 0
        rows, unread = [], 0
        for cells in self.form.fund_rows():
            label = next((cell for cell in cells if meaning("sources", cell.text)), None)
            lined = self.form.line_up(headers, cells)
            if label is not None:
                rows.append(self._row(headers, lined, label))
            else:
                unread += self._unknown_source(headers, lined)
        return tuple(rows), unread

    def _row(self, headers: Sequence[Cell], lined: Sequence[Cell | None], label: Cell) -> FundRow:
        source = meaning("sources", label.text)
        concept = words().concepts[source][self.overall]
        amounts: dict[str, Figure] = {}
        extra: dict[str, Figure] = {}
        for header, cell in zip(headers, lined, strict=True):
            stage = meaning("stages", header.text)
            role = meaning("headers", header.text)
            if cell is None or cell is label:
                continue
            if stage == "rate" and (rate := self.entries.rate(cell, _RATE)):
                extra["rate"] = rate
            elif stage and stage != "rate" and (figure := self._amount(cell, concept, stage)):
                amounts.setdefault(stage, figure)
            elif role == "weight" and (weight := self.entries.number(cell, _WEIGHT)):
                extra["weight"] = weight
            elif role == "score" and (score := self.entries.number(cell, _SCORE)):
                extra["score"] = score
        if source == "total" and "weight" not in extra and (stated := self._stated_weight(headers)):
            extra["weight"] = stated
        return FundRow(
            source, unnumbered(label.text), amounts, extra.get("weight"), extra.get("rate"), extra.get("score")
        )

    def _stated_weight(self, headers: Sequence[Cell]) -> Figure | None:
        """The weight in the head of the block: 预算执行情况（万元）（20分）."""
        for header in headers:
            span = weight_in_brackets(header.text)
            if span and not meaning("stages", header.text) and not meaning("headers", header.text):
                return self.entries.enter(header, span, replace(_WEIGHT, unit="分"))
        return None

    def _unknown_source(self, headers: Sequence[Cell], lined: Sequence[Cell | None]) -> bool:
        """Enter the amounts of a row whose label is not known as money that belongs to no concept."""
        found = False
        for header, cell in zip(headers, lined, strict=True):
            stage = meaning("stages", header.text)
            if cell is not None and stage and stage != "rate":
                found |= self._amount(cell, "", stage) is not None
            elif cell is not None and (stage or meaning("headers", header.text) in ("weight", "score")):
                self.entries.number(cell, Meaning(Role.RATE if stage else Role.SCORE, unit="%" if stage else ""))
        return found

    def _behind_labels(self) -> tuple[tuple[FundRow, ...], int]:
        """Funds of a target table: each label with the amount behind it, and how many labels stay open.

        A label printed twice with two amounts stands for two periods (中期, 年度): that of the year stands where
        年度资金总额 does in its own row.
        """
        pairs: dict[str, list[_Pair]] = {}
        for cells in self.form.fund_rows():
            for at, (label, value) in enumerate(pairwise(cells)):
                source = meaning("sources", label.text)
                text = plain(value.text)
                if source and (is_placeholder(text) or _AMOUNT.match(text)):
                    pairs.setdefault(source, []).append(_Pair(label, value, len(cells) - at))
                elif _AMOUNT.match(text) and plain(label.text).strip("：").endswith(words().money_labels):
                    self._amount(value, "", "original_budget")
        rows, unread = [], 0
        for source, found in pairs.items():
            chosen = _of_the_year(found, pairs.get("total", ()))
            unread += chosen is None
            for pair in found:
                if pair is not chosen:
                    self._amount(pair.value, "", "original_budget")
            if chosen is not None:
                concept = words().concepts[source][self.overall]
                binding = Binding.CERTAIN if len(found) == 1 else Binding.INFERRED
                figure = self._amount(chosen.value, concept, "original_budget", binding)
                amounts = {"original_budget": figure} if figure else {}
                rows.append(FundRow(source, unnumbered(chosen.label.text), amounts))
        return tuple(rows), unread

    def _in_pairs(self) -> tuple[FundRow, ...]:
        """Funds in pairs of label and amount: 预算数：| 100 | 执行数：| 95, below it 财政拨款 for each of them."""
        header = self.form.rows[self.form.structure.funds_header]
        stages = [stage for cell in header if (stage := meaning("stages", cell.text))]
        rows = [self._pair_row("total", "资金总额", _stated(header, "stages"), stages)]
        for cells in self.form.fund_rows():
            source = next((found for cell in cells if (found := meaning("sources", cell.text))), "")
            if source:
                label = next(unnumbered(cell.text) for cell in cells if meaning("sources", cell.text))
                rows.append(self._pair_row(source, label, _stated(cells, "sources"), stages))
        return tuple(rows)

    def _pair_row(self, source: str, label: str, values: Sequence[Cell], stages: Sequence[str]) -> FundRow:
        concept = words().concepts[source][self.overall]
        amounts: dict[str, Figure] = {}
        for stage, cell in zip(stages, values, strict=False):
            figure = self.entries.rate(cell, _RATE) if stage == "rate" else self._amount(cell, concept, stage)
            if figure is not None and stage != "rate":
                amounts[stage] = figure
        return FundRow(source, label, amounts)

    def _amount(self, cell: Cell, concept: str, stage: str, binding: Binding = Binding.CERTAIN) -> Figure | None:
        if not _AMOUNT.match(plain(cell.text)):
            return None
        scope = replace(self.entries.scope, stage=stage)
        what = Meaning(Role.LEVEL, concept, self.money.unit, self.money.quantum, scope=scope, binding=binding)
        return self.entries.number(cell, what)


def _stated(cells: Sequence[Cell], section: Literal["stages", "sources"]) -> list[Cell]:
    """The cells behind the labels of a row."""
    return [value for label, value in pairwise(cells) if meaning(section, label.text)]


def _of_the_year(found: Sequence[_Pair], totals: Sequence[_Pair]) -> _Pair | None:
    """The only amount of a label, or the one under the only total; None where neither tells."""
    if len({plain(pair.value.text) for pair in found}) == 1:
        return found[0]
    below = [pair for pair in found if len(totals) == 1 and pair.from_right == totals[0].from_right]
    return below[0] if len(below) == 1 else None
