"""The register of numerals: every printed numeral of a document gets exactly one figure, bound or not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TypedDict, Unpack

from datasets.model import RECOGNISED_ROLES, Binding, Document, Figure, Place, Role, Scope
from datasets.vocabulary.concepts import concepts
from datasets.vocabulary.numerals import Numeral, decimals_of, is_overlong, number, numerals
from datasets.vocabulary.units import ZERO, units

_NO_SCOPE = Scope()


class Where(TypedDict, total=False):
    """The cell that a numeral stands in: title of the table, row and column of the grid."""

    table: str
    row: int | None
    column: int | None


class Details(Where, total=False):
    """What is known of a numeral when it is entered.

    ``quantum`` defaults to that of the literal; ``label`` replaces the label of the concept; ``negative`` turns the
    sign.
    """

    unit: str
    concept: str
    scope: Scope | None
    binding: Binding
    quantum: Decimal | None
    quantum_inferred: bool
    negative: bool
    quote: str
    label: str


class Register:
    """Collects the figures of one document; a numeral that is bound twice keeps its first meaning."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._figures: dict[int, Figure] = {}

    def add(self, place: Place, printed: str, role: Role, **details: Unpack[Details]) -> Figure:
        """Enter a numeral; ``place`` is that of the digits alone.

        Counts (人, 辆, 个, ...) are exact whatever their digits. A numeral too long to be a figure is unread.
        """
        known = self._figures.get(place.start)
        if known is not None:
            return known
        if role not in RECOGNISED_ROLES and is_overlong(printed):
            self._figures[place.start] = self._unread(place, printed, details)
            return self._figures[place.start]
        value, unit, concept = number(printed), details.get("unit", ""), details.get("concept", "")
        quantum, inferred = _quantum(printed, unit, details)
        figure = Figure(
            id=f"{self.document.sha256[:8]}-{place.start}",
            document=str(self.document.path),
            place=place,
            printed=printed,
            role=role,
            value=-value if details.get("negative") else value,
            unit=unit,
            quantum=quantum,
            quantum_inferred=inferred,
            concept=concept,
            concept_label=details.get("label") or (concepts()[concept].label if concept in concepts() else ""),
            scope=details.get("scope") or _NO_SCOPE,
            binding=details.get("binding", Binding.CERTAIN),
            table=details.get("table", ""),
            row=details.get("row"),
            column=details.get("column"),
            quote=details.get("quote", ""),
        )
        self._figures[place.start] = figure
        return figure

    def _unread(self, place: Place, printed: str, details: Details) -> Figure:
        """A numeral that nothing is made of: without value, unit or meaning."""
        return Figure(
            id=f"{self.document.sha256[:8]}-{place.start}",
            document=str(self.document.path),
            place=place,
            printed=printed,
            role=Role.UNREAD,
            table=details.get("table", ""),
            row=details.get("row"),
            column=details.get("column"),
            quote=details.get("quote", ""),
        )

    def add_text(self, text: str, place: Place, **where: Unpack[Where]) -> None:
        """Enter every numeral of a text that is not yet registered, as what it is recognised as, else as unread."""
        covered = place.start
        for numeral in numerals(text):
            known = self._figures.get(place.start + numeral.start)
            covered = max(covered, place.start + numeral.start + len(known.printed)) if known else covered
            # Inside a figure that was entered as a whole, such as one with wrongly placed separators.
            if known or place.start + numeral.start < covered:
                continue
            self.add(
                self.place_of(place, numeral),
                numeral.printed,
                numeral.role or Role.UNREAD,
                unit=numeral.unit,
                quote=quote_around(text, numeral.start, numeral.end),
                **where,
            )

    def place_of(self, place: Place, numeral: Numeral) -> Place:
        """The place of a numeral inside a paragraph or cell that stands at ``place``."""
        return self.document.within(place, numeral.start, numeral.end)

    def at(self, start: int) -> Figure | None:
        """The figure whose digits begin at a position of the text."""
        return self._figures.get(start)

    def __contains__(self, start: int) -> bool:
        return start in self._figures

    def figures(self) -> Iterator[Figure]:
        """All figures in the order of the text."""
        for start in sorted(self._figures):
            yield self._figures[start]


def _quantum(printed: str, unit: str, details: Details) -> tuple[Decimal, bool]:
    """Step of the last digit, and whether it was inferred."""
    known_unit = units().get(unit)
    if known_unit is not None and known_unit.exact:
        return ZERO, False
    literal = Decimal(1).scaleb(-decimals_of(printed))
    quantum = details.get("quantum")
    # A number is never coarser than its own last digit.
    if quantum is None or quantum > literal:
        return literal, False
    return quantum, details.get("quantum_inferred", False)


_SENTENCE_ENDS = "。；\n"
_LONGEST_QUOTE = 160


def quote_around(text: str, start: int, end: int) -> str:
    """The sentence around a numeral, shortened when it is very long."""
    low, high = max(0, start - _LONGEST_QUOTE // 2), min(len(text), end + _LONGEST_QUOTE // 2)
    left = max(low - 1, *(text.rfind(mark, low, start) for mark in _SENTENCE_ENDS)) + 1
    right = min([high, *(found for mark in _SENTENCE_ENDS if (found := text.find(mark, end, high)) >= 0)])
    return text[left:right].strip()
