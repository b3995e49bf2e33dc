"""The whole job as Prefect flows: read every document, year by year, then judge all years together and report.

The fiscal year of a document is known only once it is read, and reading is cached by content. So
:func:`cross_year_audit` lets :func:`sort_documents` read everything and tell the years, then runs one
:func:`ingest_year` per year, which takes its documents from the cache. Run on its own, say each night for the current
year, ``ingest_year`` leaves a year read, and the next audit reads only what changed.

A document that cannot be read, a step that fails and a channel that does not answer are told in the result; none of
them keeps the rest of the report from being written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from flows import progress
from flows.payload import payload_of
from flows.settings import Settings, prepare_environment

prepare_environment()

from prefect import flow, get_run_logger  # noqa: E402 - only after the environment is prepared
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.futures import PrefectFuture, as_completed  # noqa: E402
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner  # noqa: E402
from prefect.utilities.annotations import quote  # noqa: E402

from flows import tasks  # noqa: E402
from flows.alerts import AlertOutcome  # noqa: E402
from flows.memory import Memory  # noqa: E402
from flows.report_files import staged  # noqa: E402
from flows.summary import RunReport, markdown_summary, run_report  # noqa: E402

if TYPE_CHECKING:
    from checks.audit import Audit, Ingested

_Result = TypeVar("_Result")


@flow(name="sort-documents", validate_parameters=False)
def sort_documents(paths: list[Path]) -> dict[int | None, list[Path]]:
    """Read every document and group the paths by fiscal year; None holds those whose year is not known."""
    years: dict[int | None, list[Path]] = {}
    for path, records in _read(paths):
        year = next((r.report.fiscal_year for r in records), None)
        years.setdefault(year, []).append(path)
    return dict(sorted(years.items(), key=lambda item: (item[0] is None, item[0] or 0)))


@flow(name="ingest-year", flow_run_name="ingest {year}", validate_parameters=False)
def ingest_year(year: int | None, paths: list[Path]) -> tuple[Ingested, ...]:
    """Read the documents of one fiscal year, or take them from the cache; others among ``paths`` are left out."""
    records = [record for _, found in _read(paths) for record in found]
    return tuple(record for record in records if record.report.fiscal_year == year)


@flow(name="cross-year-audit")
def cross_year_audit(
    paths: list[Path] | None = None,
    output: Path = Path("reports"),
    years: tuple[int, int] | None = None,
    lang: Literal["zh", "en"] = "zh",
    roster: Path | None = None,
) -> RunReport:
    """Audit documents of all years together and write the report into ``output``.

    Args:
        paths: documents and folders; None for the shipped documents.
        output: the folder of the report; what stands there is replaced by a whole report or left as it was.
        years: first and last fiscal year to judge.
        lang: language of the pages, the Data Docs and the alerts.
        roster: the list of units that must publish, see :mod:`checks.roster`.

    Raises:
        OSError: ``output`` cannot be written.
        RosterError: the roster cannot be used.
    """
    from checks.audit import Options, expand_paths

    if paths is None:
        from datasets.catalog import shipped_documents

        paths = list(shipped_documents())
    units = None if roster is None else tasks.read_roster(roster)
    problems: list[str] = []
    settings = Settings.from_environment()
    reader = _runner(settings)
    memory = _attempt(problems, "台账", lambda: Memory.opened(settings, output))
    groups = sort_documents.with_options(task_runner=reader)(expand_paths(paths))
    documents = tuple(record for year, group in groups.items() for record in ingest_year(year, group))
    audit = _step("正在判断勾稽关系", lambda: tasks.judge(_whole(documents), Options(years=years, roster=units)))
    history = (
        None if memory is None else _attempt(problems, "台账", lambda: tasks.remember(_whole(memory), _whole(audit)))
    )
    with staged(output) as folder:
        schema_problems = _attempt(problems, "数据表结构检查", lambda: tasks.validate(_whole(audit))) or ()
        notes = [problem.message_en if lang == "en" else problem.message for problem in schema_problems]
        # The pages link to the Data Docs beside them.
        pages = folder / "site"
        run = _attempt(problems, "Great Expectations 检查", lambda: tasks.suites(_whole(audit), pages, lang))
        sources = _whole((documents, output, history))
        _attempt(problems, "网页", lambda: tasks.site(_whole(audit), pages, _whole(run), lang, sources))
        _step("正在写报告", lambda: tasks.write(_whole(audit), folder, _whole(memory), lang))
    outcome = AlertOutcome() if memory is None or history is None else _alert(memory, lang)
    report = run_report(audit, output, outcome, problems=problems, notes=notes)
    _publish(audit, report)
    progress.show("")
    return report


def _read(paths: Sequence[Path]) -> Iterable[tuple[Path, tuple[Ingested, ...]]]:
    """Submit a task for each document; yield the paths in their order with what was read."""
    from checks.ingesting import Ingested, unreadable

    futures: dict[PrefectFuture[tuple[Ingested, ...]], Path] = {tasks.read_document.submit(p): p for p in paths}
    read: dict[Path, tuple[Ingested, ...]] = {}
    for number, future in enumerate(as_completed(list(futures)), start=1):
        path = futures[future]
        progress.show(f"[{number}/{len(paths)}] 已读 {path.name}")
        try:
            read[path] = future.result()
        except tasks.UnreadableDocumentError as error:
            read[path] = error.records
        except Exception as error:  # noqa: BLE001 - a reader that fails at one document must not cost the others
            get_run_logger().exception("%s", path)
            problem = f"读取时出错（{type(error).__name__}）；请另存为 docx 或 txt 再试，并报告此文件"
            read[path] = (Ingested(unreadable(path, problem)),)
    return [(path, read[path]) for path in paths]


def _runner(settings: Settings) -> TaskRunner[Any]:
    # One thread, not several: reading keeps a processor busy, and the library that opens PDF is not thread-safe.
    if settings.workers == 1:
        return ThreadPoolTaskRunner(max_workers=1)
    return ProcessPoolTaskRunner(max_workers=settings.workers)


def _whole(records: _Result) -> _Result:
    """``records`` for a task, marked so that Prefect does not walk through every figure; the task gets them bare."""
    return cast("_Result", quote(records))


def _step(label: str, step: Callable[[], _Result]) -> _Result:
    progress.show(f"{label}……")
    return step()


def _attempt(problems: list[str], label: str, step: Callable[[], _Result]) -> _Result | None:
    """The result of ``step``; None, and a line in ``problems``, when it fails: the report goes on without it."""
    try:
        return _step(f"正在做{label}", step)
    except Exception as error:  # noqa: BLE001 - any failure of this step costs this step only
        get_run_logger().exception(label)
        reason = (str(error).splitlines() or [""])[0]
        problems.append(f"{label}未完成：{type(error).__name__}：{reason}")
        return None


def _alert(memory: Memory, lang: Literal["zh", "en"]) -> AlertOutcome:
    """Send the alerts; a channel that does not answer is tried again before it becomes a line in the report."""
    try:
        return tasks.alert(_whole(memory), lang)
    except tasks.ChannelsFailedError as error:
        return error.outcome


def _publish(audit: Audit, report: RunReport) -> None:
    try:
        create_markdown_artifact(
            markdown_summary(payload_of(audit), report), key="gouji-audit", description="勾稽审核结果"
        )
    except Exception:  # noqa: BLE001 - the artifact is a copy of what the report says
        get_run_logger().exception("artifact")
