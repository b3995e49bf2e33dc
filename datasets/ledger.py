"""The ledger of numerals: every printed numeral of a document gets exactly one figure, bound or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from datasets.model import Binding, Document, Figure, Place, Role, Scope
from datasets.numerals import Numeral, decimals_of, number, numerals
from datasets.units import units
from datasets.vocabulary import concepts


class Ledger:
    """Collects the figures of one document; a numeral that is bound twice keeps its first meaning."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._figures: dict[int, Figure] = {}

    def add(
        self,
        place: Place,
        printed: str,
        role: Role,
        *,
        unit: str = "",
        concept: str = "",
        scope: Scope | None = None,
        binding: Binding = Binding.CERTAIN,
        quantum: Decimal | None = None,
        quantum_inferred: bool = False,
        negative: bool = False,
        table: str = "",
        row: int | None = None,
        column: int | None = None,
        quote: str = "",
        label: str = "",
    ) -> Figure:
        """Enter a numeral; ``place`` is that of the digits alone, ``quantum`` defaults to that of the literal.

        Counts (人, 辆, 个, ...) are exact whatever their digits; ``label`` replaces the label of the concept.
        """
        known = self._figures.get(place.start)
        if known is not None:
            return known
        value = number(printed)
        known_unit = units().get(unit)
        if known_unit is not None and known_unit.exact:
            quantum, quantum_inferred = Decimal(0), False
        elif quantum is None:
            quantum = Decimal(1).scaleb(-decimals_of(printed))
        figure = Figure(
            id=f"{self.document.sha256[:8]}-{place.start}",
            document=str(self.document.path),
            place=place,
            printed=printed,
            role=role,
            value=-value if negative else value,
            unit=unit,
            quantum=quantum,
            quantum_inferred=quantum_inferred,
            concept=concept,
            concept_label=label or (concepts()[concept].label if concept in concepts() else ""),
            scope=scope or Scope(),
            binding=binding,
            table=table,
            row=row,
            column=column,
            quote=quote,
        )
        self._figures[place.start] = figure
        return figure

    def add_text(
        self, text: str, place: Place, *, table: str = "", row: int | None = None, column: int | None = None
    ) -> None:
        """Enter every numeral of a text that is not yet in the ledger, as what it is recognised as, else as unread."""
        for numeral in numerals(text):
            self.add(
                self.place_of(place, numeral),
                numeral.printed,
                numeral.role or Role.UNREAD,
                unit=numeral.unit,
                table=table,
                row=row,
                column=column,
                quote=quote_around(text, numeral.start, numeral.end),
            )

    def place_of(self, place: Place, numeral: Numeral) -> Place:
        """The place of a numeral inside a paragraph or cell that stands at ``place``."""
        start = place.start + numeral.start
        line = self.document.line_at(start)
        return replace(place, start=start, end=place.start + numeral.end, line=line if line else place.line)

    def __contains__(self, start: int) -> bool:
        return start in self._figures

    def figures(self) -> Iterator[Figure]:
        """All figures in the order of the text."""
        for start in sorted(self._figures):
            yield self._figures[start]


_SENTENCE_ENDS = "。；\n"
_LONGEST_QUOTE = 160


def quote_around(text: str, start: int, end: int) -> str:
    """The sentence around a numeral, shortened when it is very long."""
    left = max(text.rfind(mark, 0, start) for mark in _SENTENCE_ENDS) + 1
    rights = [found for mark in _SENTENCE_ENDS if (found := text.find(mark, end)) >= 0]
    right = min(rights, default=len(text))
    left, right = max(left, start - _LONGEST_QUOTE // 2), min(right, end + _LONGEST_QUOTE // 2)
    return text[left:right].strip()
