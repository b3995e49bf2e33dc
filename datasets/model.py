"""The records that every later step works on: documents with their blocks, and figures with their scope.

All records are frozen. Text positions (``start``, ``end``) are code points from the start of ``Document.text``; every
paragraph and every cell is a slice of that text, so a position is enough to find the words again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from pathlib import Path
from typing import Literal


class Kind(StrEnum):
    """The two disclosures: 部门预算 and 部门决算."""

    BUDGET = "budget"
    FINAL_ACCOUNTS = "final_accounts"


class Level(StrEnum):
    """How much of an entity a document covers: 部门 (consolidated), 单位, or 本级 (the head office alone)."""

    DEPARTMENT = "department"
    UNIT = "unit"
    HEAD_OFFICE = "head_office"


class Binding(StrEnum):
    """How sure the reading of a figure is; a finding can never be louder than the reading it rests on."""

    CERTAIN = "certain"
    INFERRED = "inferred"
    GUESSED = "guessed"


class Role(StrEnum):
    """What a printed numeral is."""

    LEVEL = "level"
    CHANGE = "change"
    RATE = "rate"
    SHARE = "share"
    COMPLETION = "completion"
    COUNT = "count"
    TARGET = "target"
    SCORE = "score"
    WEIGHT = "weight"
    DATE = "date"
    CODE = "code"
    ORDINAL = "ordinal"
    REFERENCE = "reference"
    UNREAD = "unread"


#: Roles that name a numeral without making it a figure to audit.
RECOGNISED_ROLES = frozenset({Role.DATE, Role.CODE, Role.ORDINAL, Role.REFERENCE})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of text stands; a locator that a format does not have is None.

    ``line`` and ``page`` are 1-based, ``block`` is the 1-based number of the body element in a Word document, ``part``
    names the file of a bundle or the part of a Word package, ``sheet`` and ``cell`` belong to spreadsheets, ``box`` is
    (left, top, right, bottom) on the page in points from its top left corner.
    """

    start: int
    end: int
    line: int | None = None
    page: int | None = None
    part: str | None = None
    block: int | None = None
    sheet: str | None = None
    cell: str | None = None
    box: tuple[float, float, float, float] | None = None

    def within(self, start: int, end: int, line: int | None = None) -> Place:
        """A stretch of the text that stands here, given by offsets from its first character.

        ``line`` is the line of the stretch; without it the stretch is on the line where this place begins.
        """
        return Place(
            self.start + start,
            self.start + end,
            line or self.line,
            self.page,
            self.part,
            self.block,
            self.sheet,
            self.cell,
            self.box,
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; ``row`` and ``column`` are 1-based positions in the grid, headers included."""

    row: int
    column: int
    text: str
    place: Place
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text outside tables."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells as printed, in reading order; what it means is decided in :mod:`datasets.tables.reading`.

    A merged cell stands once, at its top left position, with its spans.
    """

    cells: tuple[Cell, ...]
    place: Place

    @property
    def rows(self) -> int:
        """Number of rows of the grid."""
        return max((c.row + c.row_span - 1 for c in self.cells), default=0)

    @property
    def columns(self) -> int:
        """Number of columns of the grid."""
        return max((c.column + c.column_span - 1 for c in self.cells), default=0)

    def by_row(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the row number and the cells that begin in that row, left to right."""
        rows: dict[int, list[Cell]] = {}
        for cell in self.cells:
            rows.setdefault(cell.row, []).append(cell)
        for number in sorted(rows):
            yield number, sorted(rows[number], key=lambda c: c.column)


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Fragment:
    """Where a printed line begins in the text: a paragraph or a table may run over several pages.

    ``box`` is that of the line, see :class:`Place`; ``page`` is None for a part without pages of a document in pieces.
    """

    start: int
    page: int | None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A published file as read: its decoded text and the blocks that are slices of it.

    ``text`` is the decoded file (byte order mark dropped, every newline one line feed) for plain text, and the
    paragraphs and cells in reading order joined by newlines for formats that have no text of their own. ``problems``
    says in Chinese, one sentence each, what of the file could not be read and what to do about it; the rest was read.
    ``fragments`` are the printed lines of a format that has pages, in the order of the text.
    """

    path: Path
    sha256: str
    format: str
    text: str
    blocks: tuple[Block, ...]
    line_starts: tuple[int, ...] = field(default=(), repr=False)
    problems: tuple[str, ...] = ()
    fragments: tuple[Fragment, ...] = field(default=(), repr=False)

    def line_at(self, start: int) -> int | None:
        """Line number (1-based) of a text position, None where the format has no lines."""
        return bisect_right(self.line_starts, start) if self.line_starts else None

    def fragment_at(self, start: int) -> Fragment | None:
        """The printed line that holds a text position, None where the format has no pages."""
        index = bisect_right(self.fragments, start, key=attrgetter("start"))
        return self.fragments[index - 1] if index else None

    def page_at(self, start: int) -> int | None:
        """Page number (1-based) of a text position, None where the format has no pages."""
        fragment = self.fragment_at(start)
        return fragment.page if fragment else None

    def within(self, place: Place, start: int, end: int) -> Place:
        """A stretch of the text at ``place``, given by offsets from its first character, on its own line and page."""
        found = place.within(start, end, self.line_at(place.start + start))
        fragment = self.fragment_at(found.start)
        return replace(found, page=fragment.page, box=fragment.box) if fragment else found


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document is: entity x level x kind x fiscal year, and how sure that is.

    ``entity`` is the code of the catalogue, or the name as printed where the catalogue has none.
    ``proposal`` and ``proposal_en`` say in words what was assumed when ``binding`` is not certain.
    """

    entity: str
    name: str
    level: Level
    kind: Kind
    fiscal_year: int
    binding: Binding = Binding.CERTAIN
    proposal: str = ""
    proposal_en: str = ""

    @property
    def key(self) -> str:
        """The same for every version of the document."""
        return f"{self.entity}/{self.level}/{self.kind}/{self.fiscal_year}"


#: The words of the axes of scope, see :class:`Scope`; data files may use no others.
Fund = Literal["all", "fiscal", "general", "government_funds", "state_capital", "special_account", "own_funds", "other"]
Stage = Literal["original_budget", "full_year_budget", "outturn", "execution", "budget"]
Carryover = Literal["current", "opening", "closing"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure is about, beyond its concept; None on an axis means unknown, never "all".

    ``fund``: all, fiscal (财政拨款), general (一般公共预算), government_funds (政府性基金),
    state_capital (国有资本经营), special_account (财政专户), own_funds (单位资金).
    ``stage``: original_budget, full_year_budget, outturn; None for a budget that does not say which.
    ``period``: a year ("2024") or an instant ("2024-12-31"). ``carryover``: current (本年), opening or closing.
    """

    entity: str | None = None
    level: str | None = None
    fund: str | None = None
    stage: str | None = None
    period: str | None = None
    carryover: str | None = None
    function_code: str | None = None
    economic_code: str | None = None
    project: str | None = None

    @property
    def axes(self) -> tuple[str, ...]:
        """What a figure is about within its entity and level, "" where an axis is unknown."""
        values = (
            self.fund,
            self.stage,
            self.period,
            self.carryover,
            self.function_code,
            self.economic_code,
            self.project,
        )
        return tuple(value or "" for value in values)


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed numeral at one place: what it says and what it is about.

    ``value`` and ``quantum`` are in the printed ``unit`` (万元, 元, 人, 辆, %); ``quantum`` is the step of the last
    printed digit of the column or literal, 0 for an exact number. ``value`` is None for a numeral that is no quantity.
    """

    id: str
    document: str
    place: Place
    printed: str
    role: Role
    value: Decimal | None = None
    unit: str = ""
    quantum: Decimal = Decimal(0)
    quantum_inferred: bool = False
    concept: str = ""
    concept_label: str = ""
    scope: Scope = Scope()
    binding: Binding = Binding.CERTAIN
    table: str = ""
    row: int | None = None
    column: int | None = None
    quote: str = ""
