"""Run the Great Expectations suites on the frames of an audit and write their Data Docs.

Each run works on a private copy of the committed context, without network, and renders the pages once. Great
Expectations is imported when a run starts, not with this module.
"""

from __future__ import annotations

import html
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from checks.suites_context import (
    COMMITTED,
    MOST_ROWS,
    build_context,
    load_library,
    load_suite,
    open_context,
    result_format,
    suites_for,
)
from checks.suites_definitions import LANGUAGES, SEVERITIES, SEVERITY_WORDS, SuiteDefinition, definitions
from checks.suites_frames import entries, figures_frame, wide_frame
from checks.suites_links import links_frame
from datasets.errors import GoujiError

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.file_data_context import FileDataContext

DATA_DOCS = "data_docs"
RUN_NAME = "gouji"
ASSETS = ("bootstrap.min.css", "bootstrap-LICENSE.txt", "gouji.css")


@dataclass(frozen=True, slots=True)
class FailingRow:
    """A row that an expectation does not hold for: our figures, where they stand, and the cells that were judged."""

    figure_ids: tuple[str, ...]
    document: str
    place: str
    cells: tuple[str, ...]


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
    """How one suite came out; ``severity`` is that of its worst failure, or ""; ``page`` is relative to the output."""

    name: str
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


def frame_for(definition: SuiteDefinition, year: int | None, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The frame that a suite runs on; empty when no document is of its kind and year."""
    figures = frames["figures"]
    if definition.kind is not None:
        of_year = figures["document_key"].astype("str").str.endswith(f"/{definition.kind}/{year}")
        return figures_frame(figures[of_year], definitions(), definition.kind)
    if definition.frame == "cross_document_links":
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


def _failing_rows(result: Mapping[str, Any], index: tuple[str, ...]) -> tuple[FailingRow, ...]:
    found = result.get("unexpected_index_list") or result.get("partial_unexpected_index_list") or ()
    rows = []
    for row in found[:MOST_ROWS]:
        judged = tuple(_unescaped(value) for name, value in row.items() if name not in index)
        ids = _unescaped(row.get("figure_id") or row.get("figure_ids"))
        rows.append(
            FailingRow(tuple(ids.split()), _unescaped(row.get("document")), _unescaped(row.get("place")), judged)
        )
    return tuple(rows)


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
        rows=_failing_rows(result, definition.index),
    )


def _format(suite: Any, batch: Any, definition: SuiteDefinition) -> dict[str, object]:  # noqa: ANN401 - the library's types
    """List every failing row, unless one expectation fails on so many that listing them would cost minutes."""
    counts = batch.validate(suite, result_format="BASIC").results
    most = max((outcome.result.get("unexpected_count") or 0 for outcome in counts), default=0)
    listed = result_format(definition)
    if most > MOST_ROWS:
        listed |= {"result_format": "SUMMARY", "partial_unexpected_count": MOST_ROWS}
    return listed


def _page_of(key: Any) -> str:  # noqa: ANN401 - the library's type
    return "/".join([DATA_DOCS, "validations", *key.to_tuple()]) + ".html"


def _run(
    context: FileDataContext, directory: Path, name: str, definition: SuiteDefinition, frame: pd.DataFrame, lang: str
) -> SuiteResult:
    gx = load_library()
    suite = load_suite(context, directory, name)
    checkpoint = context.checkpoints.get(name)
    batch = checkpoint.validation_definitions[0].batch_definition.get_batch({"dataframe": frame})
    wanted = _format(suite, batch, definition)
    if wanted != checkpoint.result_format:
        checkpoint.result_format = wanted
        checkpoint.save()
    run_id = gx.RunIdentifier(run_name=RUN_NAME, run_time=datetime.now(UTC))
    [(key, result)] = checkpoint.run({"dataframe": frame}, run_id=run_id).run_results.items()
    expectations = tuple(_expectation_result(outcome, definition, lang) for outcome in result.results)
    failed = [outcome.severity for outcome in expectations if not outcome.success]
    return SuiteResult(
        name=name,
        rows=len(frame),
        success=bool(result.success),
        severity=min(failed, key=SEVERITIES.index, default=""),
        evaluated=len(expectations),
        successful=len(expectations) - len(failed),
        expectations=expectations,
        page=_page_of(key),
    )


def _publish(context: FileDataContext, directory: Path, output: Path) -> None:
    """Render all pages once and put them where they are read, with our style in place of the library's files."""
    context.build_data_docs()
    built = directory / "uncommitted" / "data_docs" / "gouji"
    shutil.rmtree(built / "static", ignore_errors=True)
    (built / "static").mkdir()
    for asset in ASSETS:
        shutil.copyfile(COMMITTED / "plugins" / "assets" / asset, built / "static" / asset)
    target = output / DATA_DOCS
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target)


def run_suites(frames: Mapping[str, pd.DataFrame], output: Path, *, lang: str = "zh") -> SuiteRun:
    """Validate the frames of an audit and write the Data Docs to ``output/data_docs``.

    Args:
        frames: ``Audit.frames()``; keys figures and verdicts are read.
        output: folder that gets a folder ``data_docs``; one that is there is replaced.
        lang: language of the sentences and pages, "zh" or "en".

    Returns:
        The result of each suite with its failing rows.

    Raises:
        GoujiError: the language is unknown, the library is missing, or an expectation cannot run.
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
                skipped.append((name, f"没有{year}年度的此类文件"))
                continue
            frame = frame_for(definition, year, frames)
            results.append(_run(context, directory, name, definition, frame, lang))
        _publish(context, directory, output)
    return SuiteRun(tuple(results), tuple(skipped), f"{DATA_DOCS}/index.html")
