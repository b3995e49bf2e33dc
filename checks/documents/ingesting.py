"""Paths to readings: every file read, every problem kept as data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from checks.barrier import NO_RULE, Fault, fault_of
from checks.documents.folders import expand, settled
from checks.model import DocumentReport, DocumentStatus
from datasets.errors import InputError
from datasets.faults import catching
from datasets.reading import Reading, counts, read_all
from datasets.vocabulary.units import exactly


@dataclass(frozen=True, slots=True)
class Ingested:
    """One file: what was read of it, or the problem; picklable, so that reading can run in another process.

    ``faults`` are what failed in the program itself and was caught.
    """

    report: DocumentReport
    reading: Reading | None = None
    faults: tuple[Fault, ...] = ()


def ingest(paths: Iterable[Path]) -> tuple[Ingested, ...]:
    """Read the files; a problem becomes a report with status "unreadable", never an exception.

    A file of a folder that is no document is named with the reason, see :mod:`checks.documents.folders`.
    """
    given = tuple(paths)
    expanded = expand(given)
    read = [item for path in expanded.documents for item in _ingest(path)]
    return (*settled_among(read, given), *(Ingested(report) for report in expanded.left_out))


def settled_among(read: Iterable[Ingested], given: Collection[Path]) -> tuple[Ingested, ...]:
    """What was read, with what is no document of the folders and archives among ``given`` told apart."""
    return tuple(replace(item, report=settled(item.report, given)) for item in read)


@exactly
def _ingest(path: Path) -> list[Ingested]:
    """The documents of one path: one, or those of an archive; the first has what failed in the program itself."""
    with catching() as failed:
        ingested = [
            Ingested(unreadable(found.path, f"{found.problem}；{found.remedy}"))
            if isinstance(found, InputError)
            else Ingested(_report(found), found)
            for found in read_all(path)
        ]
    faults = tuple(fault_of(error, NO_RULE, (str(place),)) for place, error in failed)
    return [replace(item, faults=faults if item is ingested[0] else ()) for item in ingested]


def _report(reading: Reading) -> DocumentReport:
    identity = reading.identity
    bound, recognised, unread = counts(reading.figures)
    return DocumentReport(
        id=f"{identity.key}@{reading.document.sha256[:8]}",
        path=reading.path,
        sha256=reading.document.sha256,
        entity=identity.entity,
        level=identity.level,
        kind=identity.kind,
        fiscal_year=identity.fiscal_year,
        numerals=len(reading.figures),
        bound=bound,
        recognised=recognised,
        unread=unread,
        status=DocumentStatus.PARTLY_READ if reading.document.problems else DocumentStatus.READ,
        problem="；".join(reading.document.problems),
        entity_name=identity.name,
        key=identity.key,
    )


def unreadable(path: Path, problem: str) -> DocumentReport:
    """The report of a file that could not be audited."""
    return DocumentReport.without_content(path, DocumentStatus.UNREADABLE, problem)
