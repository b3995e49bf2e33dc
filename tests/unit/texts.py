"""Documents made for tests out of a few lines of text, read by the project's own readers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datasets.model import Document, Figure, Paragraph, Role, Scope, Table
from datasets.narrative.reading import NarrativeReader, Statement
from datasets.readers.text.reading import read_text
from datasets.reading import Reading, read_document
from datasets.register import Register

PATH = Path("某局.txt")


@dataclass(frozen=True)
class Told:
    """What was read of some paragraphs."""

    figures: tuple[Figure, ...]
    statements: tuple[Statement, ...]

    def figure(self, printed: str, unit: str = "") -> Figure:
        """The only figure printed like this (in this unit)."""
        [found] = [f for f in self.figures if f.printed == printed and (not unit or f.unit == unit)]
        return found

    def statement(self, concept: str) -> Statement:
        """The only statement on a concept."""
        [found] = [s for s in self.statements if s.subject.concept == concept]
        return found

    def levels(self) -> dict[str, str]:
        """Printed level by concept."""
        return {f.concept: f.printed for f in self.figures if f.role is Role.LEVEL}


def document(text: str) -> Document:
    """A plain-text dump as the text reader reads it."""
    return read_text(PATH, text.encode())


def told(heading: str, *lines: str, stage: str = "outturn", period: str = "2024") -> Told:
    """The paragraphs below a heading, in final accounts unless said otherwise."""
    read = document("\n".join((heading, *lines)))
    ledger = Register(read)
    reader = NarrativeReader(ledger, Scope(entity="某局", level="unit", stage=stage, period=period), {})
    for block in read.blocks:
        assert isinstance(block, Paragraph)
        reader.read(block)
    return Told(tuple(ledger.figures()), tuple(reader.statements))


def rows(*lines: str, blank: str = "　") -> str:
    """Table rows as the dump prints them: a cell a line behind a tab, a blank line behind each row; | parts cells."""
    return "\n".join("".join(f"\t{cell.strip() or blank}\n" for cell in line.split("|")) for line in lines)


def tables(text: str) -> list[Table]:
    """The tables of a dump."""
    return [block for block in document(text).blocks if isinstance(block, Table)]


def texts(table: Table) -> list[list[str]]:
    """The stripped cell texts of each row."""
    return [[cell.text.strip() for cell in cells] for _, cells in table.by_row()]


def reading(*parts: str) -> Reading:
    """A whole document made of paragraphs and rows."""
    return read_document(document("\n".join(parts)))


BUDGET_TITLE = "某县科学技术局2024年部门预算公开"


def printed(figure: Figure | None) -> str:
    """The digits of a figure, "" for none."""
    return figure.printed if figure else ""


def compared(statement: Statement) -> tuple[str, str, str, str]:
    """Base, its stage, change and rate with their signs."""
    assert statement.base is not None
    change, rate = statement.change, statement.rate
    return (
        statement.base.base,
        statement.base.stage,
        str(change.value) if change else "",
        str(rate.value) if rate else "",
    )


def only(read: Told) -> Statement:
    """The only statement."""
    [statement] = read.statements
    return statement
