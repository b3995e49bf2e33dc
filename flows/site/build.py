"""Write the pages of an audit in each language, readable from a folder without a network and without a script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from checks.families import load_rules
from checks.model import AuditRecords, DocumentReport, DocumentStatus, Evidence, Finding, Relation
from checks.relations.loading import rules_version
from checks.results.tabulation import gouji_version
from datasets.model import Document
from flows.site.pages.drafts import content_of, draft_of
from flows.site.pages.evidence import failing_figures, quality_view, rule_rows, unchecked_view
from flows.site.pages.finding_list import FindingRow, RowForms, finding_rows, search_index
from flows.site.pages.finding_page import SLOTS as FINDING_SLOTS
from flows.site.pages.finding_page import FindingPages
from flows.site.pages.history import NO_RUN, History, LastRun, compare
from flows.site.pages.overview import Overview, numerals, overview
from flows.site.pages.ticked import TickedDocument, localised, meanings, relations, tick
from flows.site.pictures.charts import unit_charts
from flows.site.pictures.crops import Crop, Cropper
from flows.site.shared.edition import Edition
from flows.site.shared.inert import Html
from flows.site.shared.records import SuiteResults
from flows.site.shared.rendering import Form, slot, template_of
from flows.site.shared.sitemap import SiteMap, main_document, map_site
from flows.site.shared.versions import build_version, digest
from flows.site.shared.words import words
from flows.site.shared.writing import SiteWriter

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
    notes: tuple[str, ...] = ()

    def crop(self, evidence: Evidence) -> Crop | None:
        """The picture of a place."""
        text = self.texts.get(evidence.document)
        return self.cropper.crop(text, evidence.place, evidence.printed) if text and evidence.place else None


def build_site(  # noqa: PLR0913 - each says one thing of the pages
    audit: AuditRecords,
    output: Path,
    *,
    texts: Iterable[Document] = (),
    suites: SuiteResults | None = None,
    lang: str = "zh",
    relations: Mapping[str, Relation] | None = None,
    last_run: LastRun = NO_RUN,
    notes: Sequence[str] = (),
) -> Path:
    """Write the pages and return the path of the first. A page that would not change is not touched.

    Args:
        audit: what was read, judged and found.
        output: folder of the pages, made when it is missing; files in it that are none of ours stay.
        texts: the documents as read, each of which gets a page with its numerals marked.
        suites: the Great Expectations suites as run, whose Data Docs are in ``output``; None when none ran.
        lang: language of ``index.html``, "zh" or "en"; the other one is in ``index.en.html`` or ``index.zh.html``.
        relations: the rules by id, for their titles and sources; by default those shipped.
        notes: what is to be known of the run itself, in Chinese, a sentence each.
        last_run: against which findings are new or resolved; pages of its report that would not change are kept.

    Raises:
        DataFileError: when ``lang`` is no language of ``strings.toml``.
    """
    words(lang)  # an unknown language must fail before anything is written
    rules = load_rules() if relations is None else relations
    by_path = {str(text.path): text for text in texts}
    writer = SiteWriter(output, last_run.site)
    site = map_site(audit, {path: text.text for path, text in by_path.items()})
    cropper = Cropper(writer.earlier, writer.data)
    job = _Job(audit, site, compare(audit, last_run), suites, by_path, writer, cropper, tuple(notes))
    for name in _ASSETS:
        writer.data(f"assets/{name}", (files("flows.site") / "assets" / name).read_bytes())
    editions = [_edition(language, lang, rules, site) for language in LANGUAGES]
    _write_documents(job, editions)
    _write_findings(job, editions)
    for edition in editions:
        _write_edition(job, edition)
    cropper.close()
    writer.finish()
    return output / "index.html"


def _edition(language: str, first: str, rules: Mapping[str, Relation], site: SiteMap) -> Edition:
    def ending(name: str) -> str:
        return ".html" if name == first else f".{name}.html"

    other = next(name for name in LANGUAGES if name != language)
    key = digest(build_version(), language, first)
    return Edition(words(language), ending(language), ending(other), rules, site, key)


def _write_edition(job: _Job, edition: Edition) -> None:
    rows = finding_rows(job.audit, edition, job.history)
    view = overview(job.audit, edition, job.history)
    _write_overview(job, edition, view, rows)
    _write_lists(job, edition, rows)
    _write_units(job, edition, view, rows)
    _write(job, edition, "rules", "rules", rules=rule_rows(job.audit, edition))
    _write(job, edition, "quality", "quality", quality=quality_view(job.suites))
    _write(job, edition, "unchecked", "unchecked", unchecked=unchecked_view(job.audit.unchecked, edition))


def _write_overview(job: _Job, edition: Edition, view: Overview, rows: Sequence[FindingRow]) -> None:
    loud = [unit for unit in view.units if any(unit.severities[:2])]
    _write(
        job,
        edition,
        "index",
        "index",
        view=view,
        notes=job.notes,
        history=job.history,
        since=job.history.since.astimezone(_READERS_CLOCK) if job.history.since else None,
        changes=job.history.count(job.audit.findings),
        generated_at=job.audit.generated_at.astimezone(_READERS_CLOCK),
        version=gouji_version(),
        rules_version=rules_version(),
        worst=RowForms(edition, "", unit=len(view.units) > 1).html(rows[:_WORST_FINDINGS]),
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
    index = ""
    if len(pages) > 1:
        index = f"assets/findings.{edition.words.language}.js"
        job.writer.text(index, search_index(rows, edition))
    forms = RowForms(edition, "", unit=True)
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
        _write(
            job,
            edition,
            "findings",
            name,
            rows=forms.html(chunk),
            total=len(rows),
            pages=pages,
            current=number,
            index=index,
        )


def _write_units(job: _Job, edition: Edition, view: Overview, rows: Sequence[FindingRow]) -> None:
    by_link: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for row in rows:
        by_link[row.unit_link].append(row)
    forms = RowForms(edition, "../", unit=False)
    for unit in view.units:
        _write(
            job,
            edition,
            "unit",
            job.site.units[unit.entity],
            unit=unit,
            columns=view.columns,
            rows=forms.html(by_link[unit.link]),
            count=len(by_link[unit.link]),
            charts=unit_charts(unit.entity, edition),
        )


def _write_findings(job: _Job, editions: Sequence[Edition]) -> None:
    """A page for each finding in each language; one made of the same as before is kept."""
    failing = failing_figures(job.suites)
    pages = [(edition, *_finding_pages(edition)) for edition in editions]
    for stem, finding in zip(job.site.findings, job.audit.findings, strict=True):
        change, review = job.history.change(finding), job.history.review(finding)
        draft = draft_of(finding, stem, change, review, site=job.site, crop_of=job.crop, failing=failing)
        content = digest(content_of(draft, job.site, editions[0].relations))
        for edition, maker, form in pages:
            name, key = stem + edition.ending, f"{edition.key}{content}"
            if not job.writer.keeps(name, key):
                job.writer.text(name, form.fill(maker.slots(draft)), key)


def _finding_pages(edition: Edition) -> tuple[FindingPages, Form]:
    stem = "findings/"
    slots = {name: slot(name) for name in FINDING_SLOTS}
    return FindingPages(edition, "../"), Form(_laid_out(edition, "finding", stem, **slots))


def _write_documents(job: _Job, editions: Sequence[Edition]) -> None:
    """A page for each document in each language; one made of the same as before is kept."""
    filed: defaultdict[str, list[tuple[str, Finding]]] = defaultdict(list)
    touching: defaultdict[str, list[tuple[str, Finding]]] = defaultdict(list)
    for stem, finding in zip(job.site.findings, job.audit.findings, strict=True):
        filed[main_document(finding)].append((stem, finding))
        for path in dict.fromkeys(evidence.document for evidence in finding.evidence):
            touching[path].append((stem, finding))
    for path, text in job.texts.items():
        if path in job.site.documents:
            ticked = tick(text, job.site, touching[path])
            _write_document(job, editions, job.site.reports[path], ticked, filed[path])


def _write_document(
    job: _Job,
    editions: Sequence[Edition],
    report: DocumentReport,
    ticked: TickedDocument,
    findings: Sequence[tuple[str, Finding]],
) -> None:
    stem = job.site.documents[report.path]
    unit = job.site.units.get(report.entity, "")
    counted = numerals([report], job.site)
    rules = dict.fromkeys(rule for rule, *_ in ticked.relations)
    content = digest(
        *ticked.content,
        repr((report, stem, unit, counted.parts)),
        repr([(page, f.title, f.title_en, f.severity) for page, f in findings]),
        repr([(rule, *(edition.rule(rule) for edition in editions)) for rule in rules]),
    )
    for edition in editions:
        key = f"{edition.key}{content}"
        if job.writer.keeps(stem + edition.ending, key):
            continue
        _write(
            job,
            edition,
            "document",
            stem,
            key,
            report=report,
            name=edition.document_name(report.path),
            unit_link=edition.page(unit) if unit else "",
            numerals=counted,
            contents=ticked.contents,
            findings=[(edition.page(page), edition.title(finding), finding.severity) for page, finding in findings],
            body=Html(localised(ticked.body, edition)),
            meanings=Html(meanings(ticked, edition)),
            relations=Html(relations(ticked, edition)),
            related=len(ticked.relations),
        )


def _write(job: _Job, edition: Edition, template: str, stem: str, key: str = "", **shown: Any) -> None:  # noqa: ANN401 - what a template lays out
    audited = any(d.status in (DocumentStatus.READ, DocumentStatus.PARTLY_READ) for d in job.audit.documents)
    job.writer.text(stem + edition.ending, _laid_out(edition, template, stem, audited=audited, **shown), key)


def _laid_out(edition: Edition, template: str, stem: str, **shown: Any) -> str:  # noqa: ANN401 - what a template lays out
    said = edition.words
    shown = {"other": stem.rpartition("/")[2] + edition.other_ending, **shown}
    return str(
        template_of(template).render(
            words=said.strings,
            language=said.language,
            ending=edition.ending,
            other_language=words("en" if edition.chinese else "zh").language,
            root="../" * stem.count("/"),
            here=template,
            **shown,
        )
    )
