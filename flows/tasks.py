"""The steps of an audit as Prefect tasks.

One task reads one document: its result is cached by what the result depends on, so a document that did not change is
not read again, whichever year's flow asks for it. Scheduling costs a task about 10 ms, reading a document a hundred
times as much. The other steps look at everything at once and are one task each.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.settings import prepare_environment

prepare_environment()

from prefect import task  # noqa: E402 - only after the environment is prepared
from prefect.cache_policies import NO_CACHE  # noqa: E402

if TYPE_CHECKING:
    from prefect.context import TaskRunContext

    from checks.audit import Audit, Ingested, Options
    from checks.roster import Roster
    from checks.schemas import SchemaProblem
    from checks.suites import SuiteRun
    from flows.alerts import AlertOutcome
    from flows.ledger.lives import RunRecord
    from flows.memory import Memory
    from flows.payload import Language

    SiteSources = tuple[tuple[Ingested, ...], Path, RunRecord | None]


def reading_key(_: TaskRunContext, parameters: dict[str, Any]) -> str:
    """The cache key of a read document: its path as given, its content, and the code and rules that read it."""
    path: Path = parameters["path"]
    digest = hashlib.sha256(f"{path}\0{rules_fingerprint()}\0".encode())
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        digest.update(f"{file.relative_to(path)}\0".encode())
        try:
            with file.open("rb") as handle:
                digest.update(hashlib.file_digest(handle, "sha256").digest())
        except OSError:
            # A folder, or a file that reading will find missing or locked, and say so.
            continue
    return f"gouji-document-{digest.hexdigest()}"


@cache
def rules_fingerprint() -> str:
    """Hash of all code and data that reading and judging rest on; a changed rule or phrase forgets what was read."""
    digest = hashlib.sha256()
    for package in ("datasets", "checks"):
        for name, content in _sources(files(package), package):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _sources(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found += _sources(entry, f"{name}/{entry.name}")
        elif entry.is_file() and entry.name.rpartition(".")[2] in ("py", "toml", "csv", "yaml", "yml", "json"):
            found.append((f"{name}/{entry.name}", entry.read_bytes()))
    return found


class UnreadableDocumentError(Exception):
    """A document that could not be read; ``records`` say why, and belong in the report."""

    def __init__(self, records: tuple[Ingested, ...]) -> None:
        super().__init__(records)
        self.records = records

    def __str__(self) -> str:
        return "; ".join(f"{record.report.path}: {record.report.problem}" for record in self.records)


@task(name="read-document", task_run_name="read {path}", cache_key_fn=reading_key, persist_result=True)
def read_document(path: Path) -> tuple[Ingested, ...]:
    """Read one document, or one folder that is one document.

    Raises:
        UnreadableDocumentError: it cannot be read. Only success is cached: a converter that timed out may do better
            next time.
    """
    from checks.audit import ingest

    records = ingest([path])
    if any(record.report.status == "unreadable" for record in records):
        raise UnreadableDocumentError(records)
    return records


@task(name="read-roster", task_run_name="read {path}", cache_policy=NO_CACHE)
def read_roster(path: Path) -> Roster:
    """Hold the rows of a roster against their schema and read it.

    Raises:
        RosterError: a row cannot be used; the message names the lines.
    """
    import pandas as pd

    from checks.roster import ROSTER_COLUMNS, RosterError, load_roster, read_rows
    from checks.schemas import validate_roster

    rows = [{"line": f"第 {row.line} 行", **row.cells} for row in read_rows(path)]
    frame = pd.DataFrame(rows, columns=["line", *ROSTER_COLUMNS], dtype=object).fillna("")
    problems = validate_roster(frame)
    if problems:
        raise RosterError(path, [problem.message for problem in problems])
    return load_roster(path)


@task(name="judge", cache_policy=NO_CACHE)
def judge(documents: tuple[Ingested, ...], options: Options) -> Audit:
    """Check everything that must hold within and between the documents, across years."""
    from checks.audit import audit_ingested

    return audit_ingested(documents, options=options)


@task(name="validate-frames", cache_policy=NO_CACHE)
def validate(audit: Audit) -> tuple[SchemaProblem, ...]:
    """Hold the frames that leave the audit against their schemas."""
    from checks.schemas import validate_frames

    return validate_frames(audit.frames())


@task(name="run-suites", cache_policy=NO_CACHE)
def suites(audit: Audit, folder: Path, lang: Language) -> SuiteRun:
    """Run the Great Expectations suites and build their Data Docs, once, below ``folder``."""
    from checks.suites import run_suites

    return run_suites(audit.frames(), folder, lang=lang)


@task(name="build-site", cache_policy=NO_CACHE)
def site(audit: Audit, folder: Path, run: SuiteRun | None, lang: Language, sources: SiteSources) -> Path:
    """Build the pages for supervisors.

    ``sources`` are the documents as read, the folder of the last report, and what the ledger says of each finding.
    """
    from flows.site.build import build_site
    from flows.site.history import LastRun

    documents, previous, record = sources
    texts = [record.reading.document for record in documents if record.reading is not None]
    return build_site(audit, folder, texts=texts, suites=run, lang=lang, last_run=LastRun(previous, record))


@task(name="write-report", cache_policy=NO_CACHE)
def write(audit: Audit, folder: Path, memory: Memory | None, lang: Language) -> None:
    """Write the data files of the public contract, the working paper and the problem lists."""
    from flows.report_files import write_report

    write_report(audit, folder, reviews=memory.reviews() if memory is not None else None, lang=lang)


@task(name="record-run", cache_policy=NO_CACHE)
def remember(memory: Memory, audit: Audit) -> RunRecord:
    """Write the run into the ledger, and queue what has to be told; say what became of each finding."""
    from flows.payload import payload_of

    names = {document.path: document.entity_name for document in audit.documents if document.entity_name}
    return memory.record(payload_of(audit), names)


class ChannelsFailedError(Exception):
    """Some channel took no message; ``outcome`` says which, and what the others took."""

    def __init__(self, outcome: AlertOutcome) -> None:
        super().__init__("; ".join(outcome.problems))
        self.outcome = outcome


# What a channel has taken is ticked off in the ledger, so a retry sends only what is still waiting.
@task(name="send-alerts", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[2, 10])
def alert(memory: Memory, lang: Language) -> AlertOutcome:
    """Send what the ledger holds for the channels.

    Raises:
        ChannelsFailedError: some channel failed, for the last time when no retry is left.
    """
    from flows.alerts import AlertOutcome, send_alerts

    outcome = send_alerts(memory.ledger, memory.channels, lang)
    memory.told += outcome.sent
    if outcome.problems:
        raise ChannelsFailedError(AlertOutcome(memory.told, outcome.problems))
    return AlertOutcome(memory.told)
