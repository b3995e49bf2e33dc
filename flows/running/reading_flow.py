"""Reading documents as flows: by batches, from the cache where a document did not change, sorted by fiscal year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.running.progress import say
from flows.settings import Settings, prepare_environment

prepare_environment()

from prefect import flow  # noqa: E402 - only after the environment is prepared

from flows.running import tasks  # noqa: E402
from flows.running.engine import each  # noqa: E402
from flows.running.readings import Packed, Readings  # noqa: E402

if TYPE_CHECKING:
    from checks.audit import Ingested

#: Scheduling a task costs about what reading half a small document costs: ten together make that little.
_LARGEST_BATCH = 10
#: Batches that a run is split into at least, where it has the documents.
_FEWEST_BATCHES = 16


@flow(name="sort-documents", validate_parameters=False)
def sort_documents(paths: list[Path]) -> dict[int | None, list[Path]]:
    """Read every document and group the paths by fiscal year; None holds those whose year is not known."""
    years: dict[int | None, list[Path]] = {}
    for path, packed in _read(paths):
        years.setdefault(packed.year, []).append(path)
    return dict(sorted(years.items(), key=lambda item: (item[0] is None, item[0] or 0)))


@flow(name="ingest-year", flow_run_name="ingest {year}", validate_parameters=False)
def ingest_year(year: int | None, paths: list[Path]) -> tuple[Ingested, ...]:
    """Read the documents of one fiscal year, or take them from the cache; others among ``paths`` are left out.

    An archive of several years counts as one of its first, with all that it holds.
    """
    return tuple(record for _, packed in _read(paths) if packed.year == year for record in packed.unpacked())


@flow(name="read-again", validate_parameters=False)
def read_again(paths: list[Path], given: frozenset[Path]) -> dict[str, tuple[str, ...]]:
    """What is said now of documents that could not be read before; nothing of one that can.

    ``given`` are the paths that the user named, see :func:`checks.documents.folders.settled`.
    """
    from checks.audit import settled_among

    read = _read(paths)
    return failed_of((path, record) for path, packed in read for record in settled_among(packed.unpacked(), given))


def failed_of(records: Iterable[tuple[Path, Ingested]]) -> dict[str, tuple[str, ...]]:
    """What was said of each document that could not be read."""
    from checks.model import DocumentStatus

    failed: dict[str, tuple[str, ...]] = {}
    for path, record in records:
        if record.report.status == DocumentStatus.UNREADABLE:
            failed[str(path)] = (*failed.get(str(path), ()), record.report.problem)
    return failed


def _read(paths: Sequence[Path]) -> list[tuple[Path, Packed]]:
    """The paths in their order with what was read: taken from the cache, or read by a task for each batch."""
    readings = Readings(Settings.from_environment().state / "readings")
    known = {path: readings.get(path) for path in paths}
    read = {path: packed for path, packed in known.items() if packed is not None}
    missing = [path for path in paths if path not in read]
    batches = [(batch, f"{batch[0].name} +{len(batch) - 1}") for batch in _batches(missing)]
    for batch, packs in each(tasks.read_documents, batches, _interrupted):
        for path, packed in zip(batch, packs, strict=True):
            read[path] = packed
            readings.put(path, packed)
        say(f"[{len(read)}/{len(paths)}] 已读 {batch[-1].name}")
    return [(path, read[path]) for path in paths]


def _batches(paths: Sequence[Path]) -> list[list[Path]]:
    """Few enough documents in one batch that all processors have work to the end."""
    size = min(_LARGEST_BATCH, -(-len(paths) // _FEWEST_BATCHES))
    return [list(paths[start : start + size]) for start in range(0, len(paths), max(1, size))]


def _interrupted(batch: list[Path], error: Exception) -> list[Packed]:
    """That none of the documents of a batch could be read, for the process that read it died."""
    from checks.documents.ingesting import Ingested, unreadable

    problem = f"读取进程中断（{type(error).__name__}）；请再运行一次，仍然如此请另存为 docx 或 txt"
    return [Packed.of((Ingested(unreadable(path, problem)),)) for path in batch]
