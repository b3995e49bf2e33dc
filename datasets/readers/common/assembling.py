"""Puts documents together for formats that have no text of their own: every paragraph and cell gets its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from datasets.model import Block, Cell, Paragraph, Place, Table

NOWHERE = Place(0, 0)


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell before it has a place in the text; ``place`` brings the locators of its format."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    place: Place = NOWHERE


class Assembly:
    """Collects blocks in reading order; their texts, joined by newlines, are the text of the document."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._texts: list[str] = []
        self._length = 0

    @property
    def text(self) -> str:
        """The text of all blocks so far."""
        return "\n".join(self._texts)

    def paragraph(self, text: str, place: Place = NOWHERE) -> None:
        """Append a paragraph; ``place`` gives the locators other than ``start`` and ``end``."""
        self.blocks.append(Paragraph(text, self._placed(text, place)))

    def table(self, cells: Sequence[GridCell], place: Place = NOWHERE) -> None:
        """Append a table; nothing happens where there are no cells."""
        placed = tuple(
            Cell(cell.row, cell.column, cell.text, self._placed(cell.text, cell.place), cell.row_span, cell.column_span)
            for cell in sorted(cells, key=lambda cell: (cell.row, cell.column))
        )
        if placed:
            self.blocks.append(Table(placed, replace(place, start=placed[0].place.start, end=placed[-1].place.end)))

    def _placed(self, text: str, place: Place) -> Place:
        start = self._length
        self._texts.append(text)
        self._length += len(text) + 1
        return replace(place, start=start, end=start + len(text))
