"""The whole job as Prefect flows: read every document, year by year, then judge all years together and report.

The fiscal year of a document is known only once it is read, and reading is cached by content. So
:func:`cross_year_audit` lets :func:`sort_documents` read everything and tell the years, then runs one
:func:`ingest_year` per year, which takes its documents from the cache. Run on its own, say each night for the current
year, ``ingest_year`` leaves a year read, and the next audit reads only what changed. Where nothing changed at all the
last report stands, see :mod:`flows.running.standing`.

A document that cannot be read, a step that fails and a channel that does not answer are told in the result; none of
them keeps the rest of the report from being written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from datasets.errors import GoujiError
from flows.proxies import set_proxies
from flows.running.progress import Progress, say
from flows.settings import Settings, prepare_environment

prepare_environment()

from prefect import flow  # noqa: E402 - only after the environment is prepared
from prefect.task_runners import TaskRunner  # noqa: E402

from flows.alerts.channels import channels  # noqa: E402
from flows.alerts.sending import AlertOutcome  # noqa: E402
from flows.payload import Payload, payload_of, unit_names  # noqa: E402
from flows.report.files import staged  # noqa: E402
from flows.running import tasks  # noqa: E402
from flows.running.artifacts import publish  # noqa: E402
from flows.running.engine import call, lost_server, plain, run_logger, whole, with_options  # noqa: E402
from flows.running.fault_log import log_faults  # noqa: E402
from flows.running.fingerprint import content_of  # noqa: E402
from flows.running.inbox import Fetched, is_remote  # noqa: E402
from flows.running.memory import Memory  # noqa: E402
from flows.running.one_writer import one_writer  # noqa: E402
from flows.running.reading_flow import failed_of, ingest_year, read_again, sort_documents  # noqa: E402
from flows.running.readings import Readings  # noqa: E402
from flows.running.runners import reading_runner  # noqa: E402
from flows.running.standing import Standing, hashes, read_payload, report_key, reviews_digest  # noqa: E402
from flows.running.summary import RunReport, run_report  # noqa: E402

if TYPE_CHECKING:
    from checks.audit import Audit, Ingested, Options
    from checks.model import DocumentReport
    from flows.report.workbook import Reviewed

_Result = TypeVar("_Result")


class OutputError(GoujiError):
    """The folder of the report cannot be written; what stood there stands."""


@dataclass(slots=True)
class _Job:
    """What the steps of one run share.

    ``given`` are the paths that the user named, ``left_out`` the files of their folders that are no documents.
    ``inbox_left_out`` has a line for each file of the inbox that is not audited, ``run_notes`` for what is to be known
    of this run and holds for no other, ``notes`` for each row that does not keep its schema, ``problems`` for each part
    of the report that is missing.
    """

    paths: list[Path]
    given: frozenset[Path]
    left_out: tuple[DocumentReport, ...]
    output: Path
    options: Options
    lang: Literal["zh", "en"]
    runner: TaskRunner[Any] | None
    parquet: str | None
    key: str
    progress: Progress
    inbox_left_out: list[str] = field(default_factory=list)
    run_notes: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def step(self, label: str, share: float, step: Callable[[], _Result]) -> _Result:
        """The result of ``step``; ``share`` of the whole run is done when it is."""
        self.progress.show(f"正在{label}……")
        result = step()
        self.progress.reach(share)
        return result

    def attempt(self, label: str, share: float, step: Callable[[], _Result]) -> _Result | None:
        """The same; None, and a line in ``problems``, when it fails: the report goes on without it."""
        try:
            return self.step(f"做{label}", share, step)
        except Exception as error:
            # Any failure of a step costs this step only; that of the server of the run is none of the step's.
            if plain() is None and lost_server(error):
                raise
            run_logger().exception(label)
            self.problems.append(_not_done(label, error))
            return None


@flow(name="cross-year-audit")
def cross_year_audit(  # noqa: PLR0913 - each is a parameter of a deployment
    paths: list[Path] | None = None,
    output: Path = Path("reports"),
    *,
    years: tuple[int, int] | None = None,
    lang: Literal["zh", "en"] = "zh",
    roster: Path | None = None,
    inbox: str | None = None,
    cluster: str | None = None,
    parquet: str | None = None,
) -> RunReport:
    """Audit documents of all years together and write the report into ``output``.

    Args:
        paths: documents and folders; None for those of the inbox, without one for the shipped documents.
        output: the folder of the report; what stands there is replaced by a whole report or left as it was.
        years: first and last fiscal year to judge.
        lang: language of the pages, the Data Docs and the alerts.
        roster: the list of units that must publish, see :mod:`checks.crossing.publication`.
        inbox: folder or address of an object store whose documents are fetched first, see :mod:`flows.running.inbox`.
        cluster: address of a Dask scheduler whose workers read the documents, ``tcp://host:port``.
        parquet: folder or address that figures and verdicts are written to, see :mod:`flows.report.parquet_store`.

    Raises:
        OutputError: ``output`` cannot be written.
        RosterError: the roster cannot be used.
        ClusterError: the cluster cannot be used.
        InboxError: the inbox cannot be used and holds nothing from before.
    """
    from checks.audit import Options, expand

    settings = Settings.from_environment()
    units = None if roster is None else call(tasks.read_roster, roster)
    given, fetched = _given(paths, inbox, settings)
    expanded = expand(given, fetched.documents)
    documents = list(expanded.documents)
    without = plain()
    known = None if roster is None else f"{roster} {content_of(roster)}"
    job = _Job(
        paths=documents,
        given=frozenset(given),
        left_out=expanded.left_out,
        output=output,
        options=Options(years=years, roster=units),
        lang=lang,
        runner=None if without is not None else reading_runner(settings, cluster),
        parquet=parquet,
        key=report_key(
            documents,
            years=years,
            lang=lang,
            roster=known,
            parquet=parquet,
            left_out=[(report.path, report.problem) for report in expanded.left_out],
        ),
        progress=Progress.published(),
        inbox_left_out=list(fetched.left_out),
        run_notes=(*set_proxies(), *([without.note] if without is not None else [])),
        problems=list(fetched.problems),
    )
    Readings(settings.state / "readings").forget_old()
    try:
        with one_writer(output, lambda: say(f"另一个审核正在写 {output}，等它结束")):
            done = _run(job, settings)
    except OSError as error:
        raise OutputError(
            f"{output}：报告写不进去（{error.strerror or type(error).__name__}），原来的报告没有动；"
            "请腾出空间、检查权限，或换一个 --output，再运行一次"
        ) from error
    # Behind the lock: the report stands, whatever becomes of the alerts, and another audit may write.
    try:
        report = _told(job, done)
    finally:
        if done.memory is not None:
            done.memory.ledger.close()
    job.progress.end()
    return report


@dataclass(frozen=True, slots=True)
class _Done:
    """A report that is written: its findings.json, the ledger that has recorded them, and since which run it stands."""

    payload: Payload
    memory: Memory | None = None
    unchanged_since: int | None = None


def _run(job: _Job, settings: Settings) -> _Done:
    without = plain()
    resumed = without is not None and without.resumed
    # Without its channels a run is not recorded: what it finds would not be news to the next.
    opened = partial(Memory.opened, settings, job.output, resumed=resumed)
    memory = job.attempt("台账", 0.02, lambda: opened(channels(settings)))
    try:
        done = _report(job, memory, settings)
    except BaseException:
        if memory is not None:
            memory.ledger.close()
        raise
    if done.memory is None and memory is not None:
        memory.ledger.close()
    return done


def _report(job: _Job, memory: Memory | None, settings: Settings) -> _Done:
    from checks.audit import Ingested, settled_among

    if memory is not None and not job.problems:
        kept = _kept(job, memory)
        if kept is not None:
            return kept
    groups = call(with_options(sort_documents, task_runner=job.runner), job.paths)
    read = [record for year, group in groups.items() for record in call(ingest_year, year, group)]
    documents = (*settled_among(read, job.given), *(Ingested(report) for report in job.left_out))
    audit = job.step("判断勾稽关系", 0.5, lambda: call(tasks.judge, whole(documents), job.options))
    written = log_faults(audit.faults, settings.state)
    if written is not None:
        job.run_notes = (*job.run_notes, f"内部故障的详情写在 {written}")
    payload = payload_of(audit)
    names = unit_names(audit)
    record, reviews = None, None
    if memory is not None:
        record = job.attempt("台账", 0.55, lambda: call(tasks.remember, whole(memory), whole(payload), names))
        reviews = job.attempt("台账", 0.55, memory.reviews) if record is not None else None
    with staged(job.output) as folder:
        _write(job, audit, folder, (documents, job.output, record), reviews)
        # A fault may pass; a report that it has cut must not stand.
        if memory is not None and reviews is not None and not job.problems and not audit.faults:
            standing = Standing(
                key=job.key,
                run=memory.run.number,
                token=memory.run.token,
                reviews=reviews_digest(reviews),
                names=names,
                notes=tuple(job.notes),
                failed=failed_of(_by_path(job.paths, documents)),
                files=hashes(folder),
            )
            standing.write(folder)
    return _Done(payload, memory if record is not None else None)


def _write(
    job: _Job, audit: Audit, folder: Path, sources: tasks.SiteSources, reviews: Mapping[str, Reviewed] | None
) -> None:
    """Write every part of the report into ``folder``."""
    problems = job.attempt("数据表结构检查", 0.6, lambda: call(tasks.validate, whole(audit))) or ()
    job.notes += [problem.message_en if job.lang == "en" else problem.message for problem in problems]
    # The pages link to the Data Docs beside them.
    pages = folder / "site"
    read = sources[0]
    run = job.attempt(
        "Great Expectations 检查", 0.8, lambda: call(tasks.suites, whole(audit), pages, job.lang, whole(read))
    )
    job.attempt(
        "网页",
        0.9,
        lambda: call(
            tasks.site, whole(audit), pages, whole(run), job.lang, whole(sources), (*job.run_notes, *job.notes)
        ),
    )
    job.step("写报告", 0.95, lambda: call(tasks.write, whole(audit), folder, whole(reviews), job.lang))
    if job.parquet is not None:
        target = job.parquet
        job.attempt("Parquet", 0.97, lambda: call(tasks.partition, folder, target))


def _kept(job: _Job, memory: Memory) -> _Done | None:
    """The report that stands, where nothing has changed since it was written; the run is recorded all the same."""
    standing = Standing.of(job.output, job.key)
    if standing is None or not memory.knows(standing.run, standing.token):
        return None
    if standing.failed:
        again = call(
            with_options(read_again, task_runner=job.runner), [Path(path) for path in standing.failed], job.given
        )
        if again != standing.failed:
            return None
    payload = read_payload(job.output)
    record = job.attempt("台账", 0.9, lambda: call(tasks.remember, whole(memory), whole(payload), dict(standing.names)))
    if record is None or not standing.holds_after(record, memory.reviews()):
        return None
    if job.parquet is not None:
        target = job.parquet
        job.attempt("Parquet", 0.97, lambda: call(tasks.partition, job.output, target))
    job.notes += standing.notes
    return _Done(payload, memory, standing.run)


def _told(job: _Job, done: _Done) -> RunReport:
    """Tell who has to be told, and sum up the run."""
    outcome = AlertOutcome()
    if done.memory is not None:
        memory = done.memory
        outcome = job.attempt("告警", 0.99, lambda: call(tasks.alert, whole(memory), job.lang)) or outcome
    report = run_report(
        done.payload,
        job.output,
        outcome,
        problems=job.problems,
        notes=(*job.run_notes, *job.inbox_left_out, *job.notes),
        unchanged_since=done.unchanged_since,
    )
    publish(done.payload, report)
    return report


def _by_path(paths: Sequence[Path], records: Iterable[Ingested]) -> Iterable[tuple[Path, Ingested]]:
    """Each record with the path it was read from: its own, or that of the archive it is in."""
    given = set(paths)
    for record in records:
        own = Path(record.report.path)
        yield next((path for path in (own, *own.parents) if path in given), own), record


def _given(paths: Sequence[Path] | None, inbox: str | None, settings: Settings) -> tuple[list[Path], Fetched]:
    """The paths that the user named, and what the inbox holds."""
    if inbox is not None:
        fetch = with_options(tasks.fetch, retries=2 if is_remote(inbox) else 0)
        return list(paths or ()), call(fetch, inbox, settings.state / "inbox")
    if paths is None:
        from datasets.identity.catalog import shipped_documents

        paths = shipped_documents()
    return list(paths), Fetched()


def _not_done(label: str, error: Exception) -> str:
    reason = (str(error).splitlines() or [""])[0]
    return f"{label}未完成：{type(error).__name__}：{reason}"
