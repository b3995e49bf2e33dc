"""Write the pages of an audit in each language, readable from a folder without a network and without a script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checks.model import DocumentReport, Evidence, Relation
from checks.relations import load_relations
from datasets.model import Document
from flows.site.charts import unit_charts
from flows.site.crops import Crop, Cropper
from flows.site.edition import Edition
from flows.site.evidence_pages import failing_figures, quality_view, rule_rows, unchecked_view
from flows.site.finding_page import finding_view
from flows.site.history import NO_RUN, History, LastRun, compare
from flows.site.inert import visible
from flows.site.overview import FindingRow, Overview, finding_rows, numerals, overview
from flows.site.records import AuditRecords, SuiteResults
from flows.site.sitemap import SiteMap, main_document, map_site
from flows.site.ticked import TickedDocument, localised, meanings, relations, tick
from flows.site.words import words
from flows.site.writing import SiteWriter

LANGUAGES = ("zh", "en")
#: Findings on one page of the list: a browser lays out this many rows at once without a pause.
PAGE_OF_FINDINGS = 500
_ASSETS = ("style.css", "gouji.js")
#: Documents and readers keep Chinese time, wherever the audit ran; the page shows the offset.
_READERS_CLOCK = ZoneInfo("Asia/Shanghai")
_CHARTED_UNITS = 2
_WORST_FINDINGS = 12
_HEATED_UNITS = 40


@dataclass(frozen=True, slots=True)
class _Job:
    """What all pages of a build share."""

    audit: AuditRecords
    site: SiteMap
    history: History
    suites: SuiteResults | None
    texts: Mapping[str, Document]
    writer: SiteWriter
    cropper: Cropper

    def crop(self, evidence: Evidence) -> Crop | None:
        """The picture of a place."""
        text = self.texts.get(evidence.document)
        return self.cropper.crop(text, evidence.place, evidence.printed) if text and evidence.place else None


def build_site(
    audit: AuditRecords,
    output: Path,
    *,
    texts: Iterable[Document] = (),
    suites: SuiteResults | None = None,
    lang: str = "zh",
    relations: Mapping[str, Relation] | None = None,
    last_run: LastRun = NO_RUN,
) -> Path:
    """Write the pages and return the path of the first. A page that would not change is not touched.

    Args:
        audit: what was read, judged and found.
        output: folder of the pages, made when it is missing; files in it that are none of ours stay.
        texts: the documents as read, each of which gets a page with its numerals marked.
        suites: the Great Expectations suites as run, whose Data Docs are in ``output``; None when none ran.
        lang: language of ``index.html``, "zh" or "en"; the other one is in ``index.en.html`` or ``index.zh.html``.
        relations: the rules by id, for their titles and sources; by default those shipped.
        last_run: against which findings are new or resolved; pages of its report that would not change are kept.

    Raises:
        DataFileError: when ``lang`` is no language of ``strings.toml``.
    """
    words(lang)  # an unknown language must fail before anything is written
    rules = load_relations() if relations is None else relations
    by_path = {str(text.path): text for text in texts}
    writer = SiteWriter(output, last_run.site)
    site = map_site(audit, {path: text.text for path, text in by_path.items()})
    cropper = Cropper(writer.earlier, writer.data)
    job = _Job(audit, site, compare(audit, last_run), suites, by_path, writer, cropper)
    for name in _ASSETS:
        writer.data(f"assets/{name}", (files("flows.site") / "assets" / name).read_bytes())
    editions = [_edition(language, lang, rules, site) for language in LANGUAGES]
    for path, text in by_path.items():
        if path in site.documents:
            _write_document(job, editions, site.reports[path], tick(text, site, audit.findings))
    for edition in editions:
        _write_edition(job, edition)
    cropper.close()
    writer.sweep()
    return output / "index.html"


def _edition(language: str, first: str, rules: Mapping[str, Relation], site: SiteMap) -> Edition:
    def ending(name: str) -> str:
        return ".html" if name == first else f".{name}.html"

    other = next(name for name in LANGUAGES if name != language)
    return Edition(words(language), ending(language), ending(other), rules, site)


def _write_edition(job: _Job, edition: Edition) -> None:
    rows = finding_rows(job.audit, edition, job.history)
    view = overview(job.audit, edition, job.history)
    _write_overview(job, edition, view, rows)
    _write_lists(job, edition, rows)
    _write_units(job, edition, view, rows)
    failing = failing_figures(job.suites)
    for number, finding in enumerate(job.audit.findings):
        change = job.history.change(finding)
        shown = finding_view(number, finding, edition, job.crop, failing)
        _write(job, edition, "finding", shown.stem, page=shown, change=change, review=job.history.review(finding))
    _write(job, edition, "rules", "rules", rules=rule_rows(job.audit, edition))
    _write(job, edition, "quality", "quality", quality=quality_view(job.suites))
    _write(job, edition, "unchecked", "unchecked", unchecked=unchecked_view(job.audit.unchecked, edition))


def _write_overview(job: _Job, edition: Edition, view: Overview, rows: Sequence[FindingRow]) -> None:
    about = job.audit.to_dict()
    loud = [unit for unit in view.units if any(unit.severities[:2])]
    _write(
        job,
        edition,
        "index",
        "index",
        view=view,
        history=job.history,
        since=job.history.since.astimezone(_READERS_CLOCK) if job.history.since else None,
        changes=job.history.count(job.audit.findings),
        generated_at=datetime.fromisoformat(str(about["generated_at"])).astimezone(_READERS_CLOCK),
        version=str(about["gouji_version"]),
        rules_version=str(about["rules_version"]),
        worst=rows[:_WORST_FINDINGS],
        heat=loud[:_HEATED_UNITS],
        heated_families=[(letter, name) for letter, name, counts, _ in view.families if any(counts[:2])],
        charts=[(unit, unit_charts(unit.entity, edition)) for unit in view.units[:_CHARTED_UNITS]],
        documents=len(job.audit.documents),
    )


def _write_lists(job: _Job, edition: Edition, rows: Sequence[FindingRow]) -> None:
    """The list of all findings, on as many pages as they need."""
    chunks = [rows[at : at + PAGE_OF_FINDINGS] for at in range(0, len(rows), PAGE_OF_FINDINGS)] or [()]
    names = ["findings" if number == 0 else f"findings-{number + 1}" for number in range(len(chunks))]
    pages = [(str(number), edition.page(name)) for number, name in enumerate(names, start=1)]
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
        _write(job, edition, "findings", name, rows=chunk, total=len(rows), pages=pages, current=number)


def _write_units(job: _Job, edition: Edition, view: Overview, rows: Sequence[FindingRow]) -> None:
    by_link: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for row in rows:
        by_link[row.unit_link].append(row)
    for unit in view.units:
        _write(
            job,
            edition,
            "unit",
            job.site.units[unit.entity],
            unit=unit,
            columns=view.columns,
            rows=by_link[unit.link],
            charts=unit_charts(unit.entity, edition),
        )


def _write_document(job: _Job, editions: Sequence[Edition], report: DocumentReport, ticked: TickedDocument) -> None:
    found = [
        (job.site.findings[n], finding)
        for n, finding in enumerate(job.audit.findings)
        if main_document(finding) == report.path
    ]
    for edition in editions:
        _write(
            job,
            edition,
            "document",
            job.site.documents[report.path],
            report=report,
            name=edition.document_name(report.path),
            unit_link=edition.page(job.site.units[report.entity]) if report.entity in job.site.units else "",
            numerals=numerals([report], job.site),
            contents=ticked.contents,
            findings=[(edition.page(stem), edition.title(finding), finding.severity) for stem, finding in found],
            body=Markup(localised(ticked.body, edition)),  # noqa: S704 - made inert in flows.site.ticked
            meanings=Markup(meanings(ticked, edition)),  # noqa: S704 - likewise
            relations=Markup(relations(ticked, edition)),  # noqa: S704 - likewise
            related=len(ticked.relations),
        )


def _write(job: _Job, edition: Edition, template: str, stem: str, **shown: Any) -> None:  # noqa: ANN401 - what a template lays out
    said = edition.words
    html = _template(template).render(
        words=said.strings,
        language=said.language,
        ending=edition.ending,
        other=stem.rpartition("/")[2] + edition.other_ending,
        other_language=words("en" if edition.chinese else "zh").language,
        root="../" * stem.count("/"),
        here=template,
        **shown,
    )
    job.writer.text(stem + edition.ending, html)


@cache
def _template(name: str) -> Any:  # noqa: ANN401 - jinja2's own class, whose type says no more
    return _environment().get_template(f"{name}.html.jinja")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("flows.site"),
        autoescape=True,
        finalize=_spelled_out,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _spelled_out(value: object) -> object:
    """Spell out what is invisible in whatever the template prints; what is markup already went through this."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
