"""A document read to the last numeral: identity, tables, performance tables, statements and the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from datasets.identity import identify
from datasets.labels import label_of
from datasets.layouts import layout_of
from datasets.ledger import Ledger
from datasets.model import (
    Binding,
    Cell,
    Document,
    Figure,
    Identity,
    Kind,
    Paragraph,
    Role,
    Scope,
    Table,
)
from datasets.narrative import NarrativeReader, Statement
from datasets.numerals import NUMERAL
from datasets.performance import PerformanceTable
from datasets.performance_reading import read_performance
from datasets.performance_words import is_performance_title
from datasets.readers.detect import read_file
from datasets.subjects import FunctionPaths
from datasets.tables import ColumnReading, RowReading, TableReading, is_amount, read_table, title_and_unit
from datasets.vocabulary import concepts, concepts_of_one_fund, parent_code, plain

_LINES_BEFORE_A_TABLE = 3
#: Where codes may stand in a table whose layout is not known: one column for the whole code, or one each for 类, 款 and
#: 项, behind a number of the row.
_FIRST_COLUMNS = frozenset({1, 2, 3, 4})
_CODE_LENGTHS = (1, 2, 3, 5, 7)
_NO_PATHS = FunctionPaths({})
_STAGES = {Kind.BUDGET: "original_budget", Kind.FINAL_ACCOUNTS: "outturn"}


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read of one document.

    ``cells`` finds the figure of a table cell by (table id, row, column).
    """

    document: Document
    identity: Identity
    figures: tuple[Figure, ...]
    tables: tuple[TableReading, ...]
    cells: Mapping[tuple[str, int, int], Figure]
    performance: tuple[PerformanceTable, ...]
    statements: tuple[Statement, ...]

    @property
    def path(self) -> str:
        """The path as the user gave it."""
        return str(self.document.path)


def read(path: Path) -> Reading:
    """Read a document.

    Raises:
        InputError: when the file cannot be read or is no budget or final accounts.
    """
    return read_document(read_file(path))


def read_document(document: Document) -> Reading:
    """Read a document that a reader has opened.

    Raises:
        InputError: when it is no budget or final accounts, or has no identity.
    """
    identity = identify(document)
    scope = Scope(
        entity=identity.entity,
        level=identity.level,
        stage=_STAGES[identity.kind],
        period=str(identity.fiscal_year),
    )
    ledger = Ledger(document)
    tables, performance, cells = _read_tables(document, identity, scope, ledger)
    narrative = NarrativeReader(ledger, scope, _function_paths(tables))
    for block in document.blocks:
        if isinstance(block, Paragraph):
            narrative.read(block)
    return Reading(document, identity, tuple(ledger.figures()), tables, cells, performance, tuple(narrative.statements))


def _read_tables(
    document: Document, identity: Identity, scope: Scope, ledger: Ledger
) -> tuple[tuple[TableReading, ...], tuple[PerformanceTable, ...], dict[tuple[str, int, int], Figure]]:
    tables: list[TableReading] = []
    performance: list[PerformanceTable] = []
    cells: dict[tuple[str, int, int], Figure] = {}
    before: list[str] = []
    number = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            before = [*before, block.text][-_LINES_BEFORE_A_TABLE:]
            continue
        number += 1
        title, unit = title_and_unit(block, tuple(before))
        before = []
        identifier = f"{document.sha256[:8]}-t{number}"
        layout = layout_of(title, identity.kind)
        numbering: frozenset[tuple[int, int]] = frozenset()
        labels = _FIRST_COLUMNS
        if is_performance_title(title):
            performance.append(read_performance(block, identifier, title, ledger, scope))
        elif layout is not None:
            reading = read_table(block, identifier, title, unit, layout)
            tables.append(reading)
            numbering, labels = reading.numbering, reading.labels
            cells.update(_enter_table(reading, scope, ledger))
        _enter_rest(block, title, numbering, labels, ledger)
    return tuple(tables), tuple(performance), cells


def _enter_table(reading: TableReading, scope: Scope, ledger: Ledger) -> dict[tuple[str, int, int], Figure]:
    """Enter the amounts of a table with what their row and column say."""
    entered = {}
    for panel in reading.panels:
        for row in panel.rows:
            for column in panel.columns:
                cell = reading.grid.get((row.row, column.column))
                match = NUMERAL.search(cell.text) if cell is not None and is_amount(plain(cell.text)) else None
                if cell is not None and match is not None:
                    amount = _Amount(reading, row, column, cell, match.span())
                    entered[reading.id, row.row, column.column] = amount.enter(scope, ledger)
    return entered


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount of a table whose row and column are known; ``span`` is that of the digits in the cell."""

    reading: TableReading
    row: RowReading
    column: ColumnReading
    cell: Cell
    span: tuple[int, int]

    def enter(self, scope: Scope, ledger: Ledger) -> Figure:
        reading, row, column, cell = self.reading, self.row, self.column, self.cell
        concept, scope = self._meaning(scope)
        quantum, inferred = reading.quanta[column.column]
        start, end = self.span
        return ledger.add(
            ledger.document.within(cell.place, start, end),
            cell.text[start:end],
            Role.LEVEL,
            unit=reading.unit,
            concept=concept,
            scope=scope,
            binding=Binding.CERTAIN if concept and reading.unit else Binding.INFERRED,
            quantum=quantum,
            quantum_inferred=inferred,
            negative=cell.text.strip().startswith(("-", "－")),
            table=reading.title,
            row=row.row,
            column=column.column,
            quote=f"{row.label or '合计'}｜{column.header}｜{plain(cell.text)}",
            label=label_of(concept, scope, _NO_PATHS, row="" if row.total else row.label) or row.label,
        )

    def _meaning(self, scope: Scope) -> tuple[str, Scope]:
        """Concept and scope of the amount; a name that stands for another concept within a fund is resolved."""
        row, meaning, layout = self.row, self.column.meaning, self.reading.layout
        known = concepts().get(concept_of(self.reading, row, self.column))
        concept = known.means or known.id if known else ""
        fund = meaning.fund or (known.fund if known else "") or layout.fund
        fund_scoped = concept in concepts() and concepts()[concept].fund_scoped
        return concept, replace(
            scope,
            fund=fund if fund_scoped else None,
            stage=meaning.stage or layout.stage or scope.stage,
            carryover=row.carryover or None,
            function_code=row.function_code or None,
            economic_code=meaning.economic_code or row.economic_code or None,
            project=row.project or None,
        )


def concept_of(reading: TableReading, row: RowReading, column: ColumnReading) -> str:
    """The concept of a cell: the column's, else the row's, else that of the layout; "" when none is known."""
    meaning = column.meaning
    if meaning.concept:
        return "" if meaning.concept == "?" else meaning.concept
    if row.concept:
        named = concepts_of_one_fund().get(row.concept) if meaning.fund not in ("", "all", "fiscal") else None
        return "" if row.concept == "?" else named or row.concept
    if row.total and reading.layout.total:
        return reading.layout.total
    return reading.layout.concept if row.function_code or row.economic_code or row.total else ""


def _enter_rest(
    table: Table, title: str, numbering: frozenset[tuple[int, int]], labels: frozenset[int], ledger: Ledger
) -> None:
    """Every numeral of a table that is no amount: numbers of rows and columns, codes, captions, numbers in names."""
    for cell in table.cells:
        found = NUMERAL.search(cell.text)
        if found is None:
            continue
        start, end = found.span()
        numbers = (cell.row, cell.column) in numbering
        if numbers or _is_code(cell, found[0], labels):
            ledger.add(
                ledger.document.within(cell.place, start, end),
                found[0],
                Role.ORDINAL if numbers else Role.CODE,
                table=title,
                row=cell.row,
                column=cell.column,
                quote=found[0],
            )
        else:
            ledger.add_text(cell.text, cell.place, table=title, row=cell.row, column=cell.column)


def _is_code(cell: Cell, printed: str, labels: frozenset[int]) -> bool:
    """True for a cell in a column of labels that is nothing but the digits of a code."""
    return (
        cell.column in labels and len(printed) in _CODE_LENGTHS and printed.isdecimal() and cell.text.strip() == printed
    )


def _function_paths(tables: tuple[TableReading, ...]) -> dict[tuple[str, str], str]:
    """Codes by (parent code, name), as the document's own tables print them."""
    paths = {}
    for table in tables:
        for panel in table.panels:
            for row in panel.rows:
                if row.function_code and row.label:
                    paths[parent_code(row.function_code), plain(row.label)] = row.function_code
    return paths


def counts(figures: tuple[Figure, ...]) -> tuple[int, int, int]:
    """How many numerals are bound to a concept, recognised as something else, unread."""
    bound = sum(bool(f.concept) for f in figures)
    unread = sum(f.role is Role.UNREAD for f in figures)
    return bound, len(figures) - bound - unread, unread


__all__ = ["Reading", "concept_of", "counts", "read", "read_document"]
