"""Entering the numerals of one performance table in the register, each once and with what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from datasets.model import Binding, Cell, Figure, Place, Role, Scope
from datasets.performance.words import DATE, read_value, unit_class, words
from datasets.register import Register, quote_around
from datasets.vocabulary.numerals import NUMERAL, decimals_of, number, numerals

#: The step of amounts and scores printed without any decimals: forms of this kind are filled in with two.
USUAL_QUANTUM = Decimal("0.01")
EXACT = Decimal(0)
#: A cell up to this length is its own quote.
_SHORT = 40
#: A rate printed without % is a percentage, unless it is so small that it may be a multiple such as 1.05.
_LOWEST_PERCENTAGE = 3
#: Kinds of units that are measured and rounded; numbers of all others are counts.
_MEASURED = ("money", "ratio", "length", "area", "mass", "price", "")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a numeral is; ``unit`` where none is printed with it, ``quantum`` where the literal does not decide."""

    role: Role
    concept: str = ""
    unit: str = ""
    quantum: Decimal | None = None
    label: str = ""
    scope: Scope | None = None
    binding: Binding = Binding.CERTAIN


_DATE = Meaning(Role.DATE, quantum=EXACT, scope=Scope())


def finest(decimals: int) -> Decimal | None:
    """The step of so many printed decimals, None for none."""
    return Decimal(1).scaleb(-decimals) if decimals else None


class Entries:
    """The register as seen from one table: title and scope are known, cells that were understood are remembered."""

    def __init__(self, title: str, register: Register, scope: Scope) -> None:
        self.title, self.register, self.scope = title, register, scope
        self._understood: set[int] = set()

    def place(self, cell: Cell, start: int, end: int) -> Place:
        """The place of a part of a cell."""
        return cell.place.within(start, end, self.register.document.line_at(cell.place.start + start))

    def understood(self, cell: Cell) -> None:
        """Nothing is left to enter in this cell."""
        self._understood.add(cell.place.start)

    def enter(self, cell: Cell, span: tuple[int, int], what: Meaning, *, negative: bool = False) -> Figure:
        """Enter the numeral at ``span`` of the cell."""
        start, end = span
        printed = cell.text[start:end]
        literal = Decimal(1).scaleb(-decimals_of(printed))
        quantum = what.quantum
        return self.register.add(
            self.place(cell, start, end),
            printed,
            what.role,
            unit=what.unit,
            concept=what.concept,
            scope=what.scope or self.scope,
            binding=what.binding,
            quantum=literal if quantum is None else min(quantum, literal),
            quantum_inferred=quantum is not None and quantum > EXACT and quantum < literal,
            negative=negative,
            table=self.title,
            row=cell.row,
            column=cell.column,
            quote=quote_around(cell.text, start, end) if len(cell.text) > _SHORT else cell.text.strip(),
            label=what.label,
        )

    def number(self, cell: Cell | None, what: Meaning) -> Figure | None:
        """Enter a cell that holds one number and perhaps its unit; None when it holds anything else."""
        if cell is None:
            return None
        value = read_value(cell.text)
        if value.start is None or value.end is None:
            return None
        self.understood(cell)
        unit = (value.unit or what.unit).replace("％", "%")
        what = what if unit == what.unit else replace(what, unit=unit)
        return self.enter(cell, (value.start, value.end), what, negative=value.negative)

    def rate(self, cell: Cell | None, what: Meaning) -> Figure | None:
        """Enter a percentage; a small number without % keeps no unit, as it may be a multiple (1.05)."""
        value = read_value(cell.text) if cell is not None else None
        if cell is None or value is None or value.start is None or value.end is None:
            return None
        bare = number(cell.text[value.start : value.end]) > _LOWEST_PERCENTAGE
        return self.number(cell, replace(what, unit="%" if bare else ""))

    def counts(self, cell: Cell) -> list[tuple[int, int, Figure]]:
        """Enter the numbers with a unit of a text; start, end behind the unit, figure."""
        found = []
        for numeral in numerals(cell.text):
            unit, end = numeral.unit, numeral.unit_end
            if not unit and numeral.role is None:
                measure = words().prose_units.match(cell.text, numeral.end)
                unit, end = (measure[0], measure.end()) if measure else ("", end)
            if numeral.role is None and unit:
                quantum = None if unit_class(unit) in _MEASURED else EXACT
                what = Meaning(Role.COUNT, unit=unit, quantum=quantum, binding=Binding.INFERRED)
                figure = self.enter(cell, (numeral.start, numeral.end), what)
                found.append((numeral.start, end, figure))
        return found

    def date_figures(self, cell: Cell, match: re.Match[str]) -> Iterator[Figure]:
        """Enter year, month and day of a date found by :data:`datasets.performance.words.DATE`."""
        for part in ("year", "month", "day"):
            if match[part] is not None:
                yield self.enter(cell, match.span(part), _DATE)

    def rule(self, cell: Cell) -> None:
        """The numbers of a scoring standard in words refer to what may be, they report nothing."""
        for numeral in numerals(cell.text):
            role = numeral.role or Role.REFERENCE
            self.enter(cell, (numeral.start, numeral.end), Meaning(role, unit=numeral.unit, scope=Scope()))
        self.understood(cell)

    def rest(self, cell: Cell) -> None:
        """What is left in a cell: counts with a unit, dates and references, and what stays unread."""
        if cell.place.start in self._understood or not NUMERAL.search(cell.text):
            return
        self.counts(cell)
        self.text(cell)

    def text(self, cell: Cell) -> None:
        """Enter what is left of a cell in words, as what it is recognised as."""
        self.register.add_text(cell.text, cell.place, table=self.title, row=cell.row, column=cell.column)


__all__ = ["DATE", "EXACT", "USUAL_QUANTUM", "Entries", "Meaning", "finest"]
