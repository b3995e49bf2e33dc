"""Run the Great Expectations suites on the frames of an audit and write their Data Docs.

Each run works on a private copy of the committed context, without network, and renders the pages once. Great
Expectations is imported when a run starts, not with this module.
"""

from __future__ import annotations

import html
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from checks.suites.context import (
    COMMITTED,
    MOST_ROWS,
    build_context,
    load_library,
    load_suite,
    open_context,
    suites_for,
)
from checks.suites.definitions import LANGUAGES, SEVERITIES, SEVERITY_WORDS, SuiteDefinition, definitions, title_of
from checks.suites.frames import entries, figures_frame, wide_frame
from checks.suites.links import links_frame
from checks.suites.performance import performance_frame
from checks.suites.records import documents_frame, findings_frame, verdicts_frame
from datasets.errors import GoujiError

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.file_data_context import FileDataContext

DATA_DOCS = "data_docs"
RUN_NAME = "gouji"
#: The pages of a run take the place of those of the last, so they keep their addresses.
RUN_TIME = datetime(2000, 1, 1, tzinfo=UTC)
STYLE = "gouji.css"
#: The column that holds the id of a row's record, in a frame whose rows are no figures.
RECORDS = {"documents": "document_id", "verdicts": "verdict_id", "findings": "finding_id"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the report shows what a failing row is about, each address as seen from the folder above ``data_docs``.

    ``figures`` by figure id, ``documents`` by path, ``findings`` by id (a number behind it tells those of one id apart:
    ``a1``, ``a1_2``), ``blaming`` the ids of the findings that blame a figure, by figure id. What is not there is shown
    without a link.
    """

    figures: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)
    blaming: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailingRow:
    """A row that an expectation does not hold for: our figures, where they stand, and the cells that were judged.

    ``record`` is the id of a document, verdict or finding where the row is one, ``severity`` that of our own finding.
    """

    figure_ids: tuple[str, ...]
    document: str
    place: str
    cells: tuple[str, ...]
    record: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """How one expectation came out.

    ``judged`` counts the rows it applied to, None for an expectation about the whole frame; an expectation that judged
    no row holds and says nothing. ``failed`` is exact, ``rows`` has at most ``MOST_ROWS`` of them.
    """

    type: str
    text: str
    severity: str
    success: bool
    judged: int | None
    failed: int
    observed: str
    rows: tuple[FailingRow, ...]


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """How one suite came out; ``severity`` is that of its worst failure, or ""; ``page`` is relative to the output.

    A suite is a success unless an expectation fails whose severity is critical or warning.
    """

    name: str
    title: str
    rows: int
    success: bool
    severity: str
    evaluated: int
    successful: int
    expectations: tuple[ExpectationResult, ...]
    page: str


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """All suites of a run; ``skipped`` are suites without a document of their kind and year, with the reason."""

    suites: tuple[SuiteResult, ...]
    skipped: tuple[tuple[str, str], ...]
    index: str

    @property
    def success(self) -> bool:
        """True when every suite that ran holds."""
        return all(suite.success for suite in self.suites)

    def suite(self, name: str) -> SuiteResult:
        """The result of a suite by name; KeyError when it did not run."""
        for suite in self.suites:
            if suite.name == name:
                return suite
        raise KeyError(name)


def _years(figures: pd.DataFrame) -> set[tuple[str, int]]:
    keys = (str(key).rsplit("/", 2) for key in figures["document_key"].dropna().unique())
    return {(key[-2], int(key[-1])) for key in keys if len(key) > 1 and key[-1].isdecimal()}


def frame_for(
    definition: SuiteDefinition, year: int | None, frames: Mapping[str, pd.DataFrame], lang: str = "zh"
) -> pd.DataFrame:
    """The frame that a suite runs on; empty when no document is of its kind and year."""
    figures = frames["figures"]
    if definition.kind is not None:
        of_year = figures["document_key"].astype("str").str.endswith(f"/{definition.kind}/{year}")
        return figures_frame(figures[of_year], definitions(), definition.kind)
    match definition.frame:
        case "documents":
            return documents_frame(frames["documents"], figures)
        case "verdicts":
            return verdicts_frame(frames["verdicts"], figures, lang)
        case "findings":
            return findings_frame(frames["findings"], lang)
        case "performance":
            return performance_frame(figures)
        case "cross_document_links":
            return links_frame(figures, frames["verdicts"], definitions())
    wide = next(wide for wide in definitions().wide if wide.name == definition.frame)
    return wide_frame(entries(figures), wide)


def _private_copy(directory: Path, lang: str) -> None:
    shutil.copytree(COMMITTED, directory, ignore=shutil.ignore_patterns("uncommitted", "__pycache__"))
    settings = directory / "great_expectations.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("language: zh", f"language: {lang}"), encoding="utf-8")


def _unescaped(value: object) -> str:
    return "" if value is None else html.unescape(str(value))


def _failing_rows(result: Mapping[str, Any], definition: SuiteDefinition) -> tuple[FailingRow, ...]:
    return tuple(
        FailingRow(
            figure_ids=tuple(_unescaped(row.get("figure_id") or row.get("figure_ids")).split()),
            document=_unescaped(row.get("document")),
            place=_unescaped(row.get("place")),
            cells=tuple(_unescaped(value) for name, value in row.items() if name not in definition.index),
            record=_unescaped(row.get(RECORDS.get(definition.frame, ""))),
            severity=_unescaped(row.get("severity")),
        )
        for row in (result.get("partial_unexpected_index_list") or ())[:MOST_ROWS]
    )


def _expectation_result(outcome: Any, definition: SuiteDefinition, lang: str) -> ExpectationResult:  # noqa: ANN401
    result, configuration = outcome.result, outcome.expectation_config
    severity = str(getattr(configuration.severity, "value", configuration.severity))
    for failure in (outcome.exception_info, *outcome.exception_info.values()):
        if isinstance(failure, dict) and failure.get("raised_exception"):
            raise GoujiError(
                f"期望 {configuration.type} 未能执行（{failure.get('exception_message')}）；"
                "请核对 checks/suites/expectations.toml 中的列名和参数"
            )
    elements = result.get("element_count")
    observed = result.get("observed_value")
    return ExpectationResult(
        type=configuration.type,
        text=(configuration.description or "").removeprefix(SEVERITY_WORDS[lang][severity]),
        severity=severity,
        success=bool(outcome.success),
        judged=None if elements is None else elements - (result.get("missing_count") or 0),
        failed=result.get("unexpected_count") or (0 if outcome.success else 1),
        observed="" if observed is None else _unescaped(observed),
        rows=_failing_rows(result, definition),
    )


def _page_of(key: Any) -> str:  # noqa: ANN401 - the library's type
    return "/".join([DATA_DOCS, "validations", *key.to_tuple()]) + ".html"


def _run(
    context: FileDataContext, directory: Path, name: str, definition: SuiteDefinition, frame: pd.DataFrame, lang: str
) -> SuiteResult:
    gx = load_library()
    load_suite(context, directory, name)
    checkpoint = context.checkpoints.get(name)
    run_id = gx.RunIdentifier(run_name=RUN_NAME, run_time=RUN_TIME)
    [(key, result)] = checkpoint.run({"dataframe": frame}, run_id=run_id).run_results.items()
    expectations = tuple(_expectation_result(outcome, definition, lang) for outcome in result.results)
    failed = [outcome.severity for outcome in expectations if not outcome.success]
    return SuiteResult(
        name=name,
        title=title_of(name, lang),
        rows=len(frame),
        success=not set(failed) - {"info"},
        severity=min(failed, key=SEVERITIES.index, default=""),
        evaluated=len(expectations),
        successful=len(expectations) - len(failed),
        expectations=expectations,
        page=_page_of(key),
    )


def _addresses_of(results: Iterable[SuiteResult], addresses: Addresses) -> dict[str, dict[str, str | list[str]]]:
    """The addresses that the pages need, which are few: those of the failing rows that are listed."""
    rows = [row for suite in results for expectation in suite.expectations for row in expectation.rows]
    figures = {figure for row in rows for figure in row.figure_ids}
    documents = {path for row in rows for path in row.document.split(" | ")}
    blaming = {figure: list(addresses.blaming[figure]) for figure in figures if figure in addresses.blaming}
    findings = {row.record for row in rows} | {finding for ids in blaming.values() for finding in ids}
    return {
        "figures": {figure: addresses.figures[figure] for figure in figures if figure in addresses.figures},
        "documents": {path: addresses.documents[path] for path in documents if path in addresses.documents},
        "findings": {finding: addresses.findings[finding] for finding in findings if finding in addresses.findings},
        "blaming": {figure: list(ids) for figure, ids in blaming.items()},
    }


def _publish(context: FileDataContext, directory: Path, output: Path, run: SuiteRun) -> None:
    """Render all pages once and put them where they are read.

    Raises:
        GoujiError: a page was not made; the library logs an error in rendering and goes on.
    """
    context.build_data_docs()
    built = directory / "uncommitted" / "data_docs" / "gouji"
    for page in (run.index, *(suite.page for suite in run.suites)):
        path = built / page.removeprefix(f"{DATA_DOCS}/")
        if not path.is_file() or not path.stat().st_size:
            raise GoujiError(
                f"Great Expectations 的页面 {page} 未能生成；请查看日志，并核对 great_expectations/plugins"
            )
    shutil.rmtree(built / "static", ignore_errors=True)
    (built / "static").mkdir()
    shutil.copyfile(COMMITTED / "plugins" / "assets" / STYLE, built / "static" / STYLE)
    target = output / DATA_DOCS
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target)


def run_suites(
    frames: Mapping[str, pd.DataFrame], output: Path, *, lang: str = "zh", addresses: Addresses = Addresses()
) -> SuiteRun:
    """Validate the frames of an audit and write the Data Docs to ``output/data_docs``.

    Args:
        frames: ``Audit.frames()``.
        output: folder that gets a folder ``data_docs``; one that is there is replaced.
        lang: language of the sentences and pages, "zh" or "en".
        addresses: the pages in ``output`` that show figures, documents and findings, for the links to them.

    Returns:
        The result of each suite with its failing rows.

    Raises:
        GoujiError: the language is unknown, the library is missing, an expectation cannot run, or a page is not made.
    """
    if lang not in LANGUAGES:
        raise GoujiError(f"不支持的语言 {lang}；请用 {' 或 '.join(LANGUAGES)}")
    years = _years(frames["figures"])
    results, skipped = [], []
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gouji-suites-") as folder:
        directory = Path(folder) / "great_expectations"
        _private_copy(directory, lang)
        build_context(directory, years=years, lang=lang)
        context = open_context(directory)
        for name, (definition, year) in suites_for(years).items():
            if definition.kind is not None and (definition.kind, year) not in years:
                skipped.append((name, f"没有{year}年度的此类文件" if lang == "zh" else f"no such document of {year}"))
                continue
            frame = frame_for(definition, year, frames, lang)
            results.append(_run(context, directory, name, definition, frame, lang))
        run = SuiteRun(tuple(results), tuple(skipped), f"{DATA_DOCS}/index.html")
        about = {"addresses": _addresses_of(results, addresses), "skipped": dict(skipped), "most_rows": MOST_ROWS}
        about_file = directory / "uncommitted" / "about.json"
        about_file.parent.mkdir(exist_ok=True)
        about_file.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        _publish(context, directory, output, run)
    return run
