"""A document read to the last numeral: identity, tables, performance tables, statements and the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets.errors import InputError
from datasets.faults import caught
from datasets.identity.document import identify
from datasets.identity.listed_units import ListedUnit, UnitCount, listed_units, unit_counts
from datasets.model import (
    Document,
    Figure,
    Identity,
    Kind,
    Paragraph,
    Role,
    Scope,
)
from datasets.narrative.reading import NarrativeReader, Statement
from datasets.performance.model import PerformanceTable
from datasets.performance.reading import read_performance
from datasets.performance.words import is_performance_title
from datasets.readers.detect import read_documents, read_file
from datasets.register import Register
from datasets.tables.entering import FIRST_COLUMNS, enter_rest, enter_table
from datasets.tables.joining import joined
from datasets.tables.layouts import layout_of
from datasets.tables.reading import TableReading, is_caption, read_table, title_and_unit, with_unit_of
from datasets.vocabulary.concepts import parent_code
from datasets.vocabulary.plain import plain

_LINES_BEFORE_A_TABLE = 3
_STAGES = {Kind.BUDGET: "original_budget", Kind.FINAL_ACCOUNTS: "outturn"}


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read of one document.

    ``cells`` finds the figure of a table cell by (table id, row, column). ``units`` are the units that the document
    says it covers, ``unit_counts`` how many it says there are.
    """

    document: Document
    identity: Identity
    figures: tuple[Figure, ...]
    tables: tuple[TableReading, ...]
    cells: Mapping[tuple[str, int, int], Figure]
    performance: tuple[PerformanceTable, ...]
    statements: tuple[Statement, ...]
    units: tuple[ListedUnit, ...] = ()
    unit_counts: tuple[UnitCount, ...] = ()

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


def read_all(path: Path) -> Iterator[Reading | InputError]:
    """Read the document or documents that a path holds; what cannot be read comes as its error."""
    try:
        documents, refused = read_documents(path)
    except InputError as error:
        yield error
        return
    except Exception as error:  # noqa: BLE001 - whatever opening a file raises, the other files are read
        yield caught(path, error)
        return
    for document in documents:
        try:
            yield read_document(document)
        except InputError as error:
            yield error
        except Exception as error:  # noqa: BLE001 - one document of an archive must not cost the others
            yield caught(document.path, error)
    yield from refused


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
    register = Register(document)
    tables, performance, cells = _read_tables(document, identity, scope, register)
    narrative = NarrativeReader(register, scope, _function_paths(tables))
    for block in document.blocks:
        if isinstance(block, Paragraph):
            narrative.read(block)
    return Reading(
        document,
        identity,
        tuple(register.figures()),
        tables,
        cells,
        performance,
        tuple(narrative.statements),
        listed_units(document),
        unit_counts(document),
    )


def _read_tables(
    document: Document, identity: Identity, scope: Scope, register: Register
) -> tuple[tuple[TableReading, ...], tuple[PerformanceTable, ...], dict[tuple[str, int, int], Figure]]:
    tables: list[TableReading] = []
    performance: list[PerformanceTable] = []
    cells: dict[tuple[str, int, int], Figure] = {}
    before: list[str] = []
    number = 0
    for block in joined(document.blocks):
        if isinstance(block, Paragraph):
            before.append(block.text)
            continue
        number += 1
        title, unit = title_and_unit(block, _directly_above(before))
        before = []
        identifier = f"{document.sha256[:8]}-t{number}"
        layout = layout_of(title, identity.kind)
        numbering: frozenset[tuple[int, int]] = frozenset()
        labels = FIRST_COLUMNS
        if is_performance_title(title):
            performance.extend(read_performance(block, identifier, title, register, scope))
        elif layout is not None:
            reading = read_table(block, identifier, title, unit, layout, identity.fiscal_year)
            reading = with_unit_of(reading, tables)
            tables.append(reading)
            numbering, labels = reading.numbering, reading.labels
            cells.update(enter_table(reading, scope, register))
        enter_rest(block, title, numbering, labels, register)
    return tuple(tables), tuple(performance), cells


def _directly_above(lines: Sequence[str]) -> tuple[str, ...]:
    """The last lines before a table; its number, department and unit (公开01表, 部门：X, 单位：万元) do not count."""
    found: list[str] = []
    for line in reversed(lines):
        counted = sum(not is_caption(each) for each in found)
        if counted == _LINES_BEFORE_A_TABLE or len(found) == 2 * _LINES_BEFORE_A_TABLE:
            break
        found.append(line)
    return tuple(reversed(found))


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


__all__ = ["Reading", "counts", "read", "read_all", "read_document"]
