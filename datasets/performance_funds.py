"""The funds of a performance table: amounts by source and stage, and the execution rate with its weight and score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from datasets.model import Cell, Figure, Role
from datasets.numerals import NUMERAL, decimals_of
from datasets.performance import FundRow
from datasets.performance_entries import EXACT, USUAL_QUANTUM, Entries, Meaning, finest
from datasets.performance_grid import Form
from datasets.performance_words import is_placeholder, meaning, weight_in_brackets, words
from datasets.vocabulary import plain, unnumbered

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


class FundsReader:
    """Reads the rows of funds; ``overall`` chooses the concepts of the whole unit over those of a project."""

    def __init__(self, form: Form, entries: Entries, money: Money, *, overall: bool) -> None:
        self.form, self.entries, self.money, self.overall = form, entries, money, overall

    def read(self) -> tuple[tuple[FundRow, ...], int]:
        """The rows, and how many more rows with amounts have a label that is not known."""
        if not self.form.structure.funds_header:
            return tuple(self._behind_labels()), 0
        headers = self.form.rows[self.form.structure.funds_header]
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

    def _behind_labels(self) -> Iterator[FundRow]:
        """Funds of a target table: each label with the amount behind it."""
        seen = set()
        for cells in self.form.fund_rows():
            for label, value in pairwise(cells):
                source = meaning("sources", label.text)
                text = plain(value.text)
                if source and source not in seen and (is_placeholder(text) or _AMOUNT.match(text)):
                    seen.add(source)
                    figure = self._amount(value, words().concepts[source][self.overall], "original_budget")
                    yield FundRow(source, unnumbered(label.text), {"original_budget": figure} if figure else {})

    def _amount(self, cell: Cell, concept: str, stage: str) -> Figure | None:
        if not _AMOUNT.match(plain(cell.text)):
            return None
        scope = replace(self.entries.scope, stage=stage)
        what = Meaning(Role.LEVEL, concept, self.money.unit, self.money.quantum, scope=scope)
        return self.entries.number(cell, what)
