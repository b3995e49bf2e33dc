"""The steps of an audit as Prefect tasks.

One task reads a batch of documents: scheduling costs a task about 40 ms of a processor and a small document not much
more. What was read is kept by content (:mod:`flows.running.readings`), so a document that did not change is not read
again, whichever year's flow asks for it and whatever became of its neighbours. The other steps look at everything at
once and are one task each.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import prepare_environment

prepare_environment()

from prefect import task  # noqa: E402 - only after the environment is prepared
from prefect.cache_policies import NO_CACHE  # noqa: E402

from flows.running.engine import run_logger  # noqa: E402
from flows.running.readings import Packed  # noqa: E402

if TYPE_CHECKING:
    from checks.audit import Audit, Ingested, Options
    from checks.results.schemas import SchemaProblem
    from checks.suites.running import SuiteRun
    from datasets.roster import Roster
    from flows.alerts.sending import AlertOutcome
    from flows.ledger.lives import RunRecord
    from flows.payload import Language, Payload
    from flows.report.workbook import Reviewed
    from flows.running.inbox import Fetched
    from flows.running.memory import Memory

    SiteSources = tuple[tuple[Ingested, ...], Path, RunRecord | None]


@task(name="read-documents", task_run_name="read {label}", cache_policy=NO_CACHE)
def read_documents(paths: list[Path], label: str) -> list[Packed]:  # noqa: ARG001 - names the task run
    """Read some documents, each a file or a folder that is one document; one that crashes a reader is a problem told.

    What was read is kept by content in :mod:`flows.running.readings`, so that a batch whose neighbour changed costs
    nothing.
    """
    return [Packed.of(_read(path)) for path in paths]


def _read(path: Path) -> tuple[Ingested, ...]:
    from checks import audit
    from checks.barrier import NO_RULE, fault_of
    from checks.documents.ingesting import Ingested, unreadable

    try:
        return audit.ingest([path])
    except Exception as error:  # noqa: BLE001 - what even the barrier of reading lets through costs one document
        run_logger().exception("%s", path)
        problem = (
            f"内部故障：读取时出错（{type(error).__name__}）；请另存为 docx 或 txt 再试，并把 faults.log 发给维护者"
        )
        return (Ingested(unreadable(path, problem), faults=(fault_of(error, NO_RULE, (str(path),)),)),)


@task(name="fetch-inbox", cache_policy=NO_CACHE, retry_delay_seconds=[2, 10])
def fetch(inbox: str, spool: Path) -> Fetched:
    """Copy what is new or changed in an inbox; see :mod:`flows.running.inbox`.

    Raises:
        InboxError: the inbox cannot be asked.
    """
    from flows.running.inbox import Inbox

    return Inbox(inbox, spool).fetch()


@task(name="read-roster", task_run_name="read {path}", cache_policy=NO_CACHE)
def read_roster(path: Path) -> Roster:
    """Hold the rows of a roster against their schema and read it.

    Raises:
        RosterError: a row cannot be used; the message names the lines.
    """
    import pandas as pd

    from checks.results.schemas import validate_roster
    from datasets.roster import ROSTER_COLUMNS, RosterError, load_roster, read_rows

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
    from checks.results.schemas import validate_frames

    return validate_frames(audit.frames())


@task(name="run-suites", cache_policy=NO_CACHE)
def suites(audit: Audit, folder: Path, lang: Language, documents: tuple[Ingested, ...]) -> SuiteRun:
    """Run the Great Expectations suites and build their Data Docs, once, linked to the other pages in ``folder``."""
    from checks.suites.running import run_suites
    from flows.site.shared.addresses import addresses_of

    return run_suites(audit.frames(), folder, lang=lang, addresses=addresses_of(audit, documents))


@task(name="build-site", cache_policy=NO_CACHE)
def site(
    audit: Audit,
    folder: Path,
    run: SuiteRun | None,
    lang: Language,
    sources: SiteSources,
    notes: tuple[str, ...] = (),
) -> Path:
    """Build the pages for supervisors.

    ``sources`` are the documents as read, the folder of the last report, and what the ledger says of each finding;
    ``notes`` what is to be known of the run itself.
    """
    from flows.site.build import build_site
    from flows.site.pages.history import LastRun

    documents, previous, record = sources
    texts = [record.reading.document for record in documents if record.reading is not None]
    return build_site(
        audit, folder, texts=texts, suites=run, lang=lang, last_run=LastRun(previous, record), notes=notes
    )


@task(name="write-report", cache_policy=NO_CACHE)
def write(audit: Audit, folder: Path, reviews: Mapping[str, Reviewed] | None, lang: Language) -> None:
    """Write the data files of the public contract, the working paper and the problem lists.

    ``reviews``: what the ledger says of findings, by id; None where it cannot be asked.
    """
    from flows.report.files import write_report

    write_report(audit, folder, reviews=reviews, lang=lang)


@task(name="record-run", cache_policy=NO_CACHE)
def remember(memory: Memory, payload: Payload, names: Mapping[str, str]) -> RunRecord:
    """Write the run into the ledger, and queue what has to be told; say what became of each finding.

    ``names`` are those of the units, by the path of their documents.
    """
    return memory.record(payload, names)


@task(name="write-parquet", cache_policy=NO_CACHE)
def partition(folder: Path, target: str) -> None:
    """Write the figures and verdicts of a report to partitioned Parquet; see :mod:`flows.report.parquet_store`."""
    from flows.report.parquet_store import store

    store(folder, target)


@task(name="send-alerts", cache_policy=NO_CACHE)
def alert(memory: Memory, lang: Language) -> AlertOutcome:
    """Send what the ledger holds for the channels; what one does not take is sent again by the next run."""
    from flows.alerts.sending import Manner, send_alerts
    from flows.settings import Settings

    settings = Settings.from_environment()
    manner = Manner(lang, settings.site_url, float(settings.alert_seconds))
    return send_alerts(memory.ledger, memory.channels, manner)
