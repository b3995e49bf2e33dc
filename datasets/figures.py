"""A document read to the last numeral: identity, tables, performance tables, statements and the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from datasets.identity import identify
from datasets.layouts import ColumnMeaning, layout_of
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
from datasets.readers.detect import read_file
from datasets.tables import Panel, RowReading, TableReading, is_amount, read_table, title_and_unit
from datasets.vocabulary import concepts, function_names, parent_code, plain

_LINES_BEFORE_A_TABLE = 3
_STAGES = {Kind.BUDGET: "original_budget", Kind.FINAL_ACCOUNTS: "outturn"}


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read of one document; ``cells`` finds the figure of a table cell by (table id, row, column)."""

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
    return Reading(
        document, identity, tuple(ledger.figures()), tables, cells, performance, tuple(narrative.statements)
    )


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
        if "绩效" in title:
            performance.append(read_performance(block, identifier, title, ledger, scope))
        elif layout is not None:
            reading = read_table(block, identifier, title, unit, layout)
            tables.append(reading)
            cells.update(_enter_table(reading, scope, ledger))
        _enter_rest(block, title, ledger)
    return tuple(tables), tuple(performance), cells


def _enter_table(reading: TableReading, scope: Scope, ledger: Ledger) -> dict[tuple[str, int, int], Figure]:
    """Enter the amounts of a table with what their row and column say."""
    entered = {}
    for panel in reading.panels:
        for row in panel.rows:
            for column in panel.columns:
                cell = reading.grid.get((row.row, column.column))
                if cell is None or not is_amount(plain(cell.text)):
                    continue
                figure = _enter_amount(reading, panel, row, column.column, column.header, column.meaning, cell, scope, ledger)
                entered[reading.id, row.row, column.column] = figure
    return entered


def _enter_amount(
    reading: TableReading,
    panel: Panel,
    row: RowReading,
    column: int,
    header: str,
    meaning: ColumnMeaning,
    cell: Cell,
    scope: Scope,
    ledger: Ledger,
) -> Figure:
    match = NUMERAL.search(cell.text)
    assert match is not None  # the caller saw an amount
    quantum, inferred = reading.quanta[column]
    concept = concept_of(reading, panel, row, meaning)
    known = concepts().get(concept)
    if known is not None and known.means:
        concept = known.means
    fund = meaning.fund or (known.fund if known else "") or reading.layout.fund
    start = cell.place.start + match.start()
    place = replace(
        cell.place,
        start=start,
        end=cell.place.start + match.end(),
        line=ledger.document.line_at(start) or cell.place.line,
    )
    return ledger.add(
        place,
        match[0],
        Role.LEVEL,
        unit=reading.unit,
        concept=concept,
        scope=replace(
            scope,
            fund=fund if concept in concepts() and concepts()[concept].fund_scoped else None,
            stage=meaning.stage or reading.layout.stage or scope.stage,
            carryover=row.carryover or None,
            function_code=row.function_code or None,
            economic_code=meaning.economic_code or row.economic_code or None,
            project=row.project or None,
        ),
        binding=Binding.CERTAIN if concept and reading.unit else Binding.INFERRED,
        quantum=quantum,
        quantum_inferred=inferred,
        negative=cell.text.strip().startswith(("-", "－")),
        table=reading.title,
        row=row.row,
        column=column,
        quote=f"{row.label or '合计'}｜{header}｜{plain(cell.text)}",
        label=_label(concept, row),
    )


def concept_of(reading: TableReading, panel: Panel, row: RowReading, meaning: ColumnMeaning) -> str:
    """The concept of a cell: the column's, else the row's, else that of the layout; "" when none is known."""
    if meaning.concept:
        return "" if meaning.concept == "?" else meaning.concept
    if row.concept:
        return "" if row.concept == "?" else row.concept
    if row.total and reading.layout.total:
        return reading.layout.total
    return reading.layout.concept if row.function_code or row.economic_code or row.total else ""


def _label(concept: str, row: RowReading) -> str:
    label = concepts()[concept].label if concept in concepts() else ""
    code = row.function_code or row.economic_code
    named = f"{code} {row.label}" if code else ""
    if row.project:
        named = f"{named}·{row.project}".strip("·")
    return f"{named}（{label}）" if named and label else named or label or row.label


def _enter_rest(table: Table, title: str, ledger: Ledger) -> None:
    """Every numeral of a table that is no amount: codes, captions, numbers in names."""
    for cell in table.cells:
        text = cell.text.strip()
        match = NUMERAL.fullmatch(text)
        code_like = match is not None and "." not in text and "," not in text and len(text) in (2, 3, 5, 7)
        start = cell.place.start + cell.text.find(text) if text else cell.place.start
        if code_like and start not in ledger and cell.column <= 4:
            ledger.add(
                replace(cell.place, start=start, end=start + len(text)),
                text,
                Role.CODE,
                table=title,
                row=cell.row,
                column=cell.column,
                quote=text,
            )
        elif text:
            ledger.add_text(cell.text, cell.place, table=title, row=cell.row, column=cell.column)


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


__all__ = ["Reading", "concept_of", "counts", "function_names", "read", "read_document"]
