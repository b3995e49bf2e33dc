"""A page made of the same as before is kept unmade; one that any of its inputs changed is made again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from checks.model import Evidence, Finding, Instance, Outcome, Relation, Severity, Term, Verdict
from datasets.model import Document, Figure, Place, Scope
from flows.ledger.lives import Change, FindingChange, Review, RunRecord
from flows.site import build
from flows.site.build import build_site
from flows.site.pages.drafts import content_of, draft_of
from flows.site.pages.history import NO_RUN, LastRun
from flows.site.shared.sitemap import map_site
from flows.site.shared.writing import MANIFEST, SiteWriter
from tests.browser.sample import (
    ALONE,
    CELL,
    DOCUMENTS,
    MISSING,
    RELATIONS,
    REPORT,
    SHARE,
    SHARE_FIGURE,
    TEXT,
    VERDICTS,
    SampleAudit,
    SampleSuites,
    document,
)

SAMPLE = SampleAudit()
PAGE_OF_REPORT = map_site(SAMPLE).documents[REPORT]
SHARE_PAGE, CELL_PAGE, MISSING_PAGE = (f"findings/{finding.id}" for finding in (SHARE, CELL, MISSING))


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The pages that the builds of a test kept without making them."""
    names: set[str] = set()
    keeps = SiteWriter.keeps

    def noted(self: SiteWriter, name: str, key: str) -> bool:
        found = keeps(self, name, key)
        if found:
            names.add(name)
        return found

    monkeypatch.setattr(SiteWriter, "keeps", noted)
    return names


def built(
    folder: Path,
    audit: SampleAudit = SAMPLE,
    *,
    text: str = TEXT,
    relations: dict[str, Relation] | None = None,
    suites: SampleSuites | None = None,
    last_run: LastRun = NO_RUN,
    lang: str = "zh",
) -> None:
    """Build the sample."""
    rules = RELATIONS if relations is None else relations
    build_site(audit, folder, texts=[document(text)], suites=suites, relations=rules, last_run=last_run, lang=lang)


def keyed(*stems: str) -> set[str]:
    """The pages of stems in both languages."""
    return {f"{stem}{ending}" for stem in stems for ending in (".html", ".en.html")}


ALL = keyed(PAGE_OF_REPORT, SHARE_PAGE, CELL_PAGE, MISSING_PAGE)


def with_figure(changed: Figure) -> SampleAudit:
    """The sample with a figure changed wherever it stands."""

    def terms(before: Iterable[Term]) -> tuple[Term, ...]:
        return tuple(replace(t, figure=changed) if t.figure.id == changed.id else t for t in before)

    verdicts = tuple(
        replace(v, instance=replace(v.instance, left=terms(v.instance.left), right=terms(v.instance.right)))
        for v in SAMPLE.verdicts
    )
    figures = tuple(changed if figure.id == changed.id else figure for figure in SAMPLE.figures)
    return replace(SAMPLE, figures=figures, verdicts=verdicts)


def with_verdict(number: int, **more: object) -> SampleAudit:
    """The sample with a verdict changed."""
    verdicts = list(SAMPLE.verdicts)
    verdicts[number] = replace(verdicts[number], **more)  # type: ignore[arg-type]
    return replace(SAMPLE, verdicts=tuple(verdicts))


def with_finding(changed: Finding) -> SampleAudit:
    """The sample with a finding changed."""
    return replace(SAMPLE, findings=tuple(changed if f.id == changed.id else f for f in SAMPLE.findings))


def retitled(rule: str) -> dict[str, Relation]:
    """The rules with another title of one."""
    return {**RELATIONS, rule: msgspec.structs.replace(RELATIONS[rule], title="另一个名称")}


def decided(review: Review) -> LastRun:
    """A run in which reviewers said something of one finding."""
    return LastRun(None, RunRecord(2, (FindingChange(SHARE.id, Change.PERSISTING, review),)))


def test_nothing_is_made_again_where_nothing_changed(tmp_path: Path, kept: set[str]) -> None:
    built(tmp_path)
    assert kept == set()
    before = (tmp_path / MANIFEST).read_bytes()
    built(tmp_path)
    assert kept == ALL
    assert (tmp_path / MANIFEST).read_bytes() == before


@pytest.mark.parametrize(
    ("change", "made"),
    [
        pytest.param({"audit": with_figure(replace(SHARE_FIGURE, unit="‰"))}, {PAGE_OF_REPORT, SHARE_PAGE}, id="unit"),
        pytest.param({"audit": with_figure(replace(ALONE, concept_label="他项"))}, {PAGE_OF_REPORT}, id="meaning"),
        pytest.param(
            {"audit": with_figure(replace(SHARE_FIGURE, scope=replace(SHARE_FIGURE.scope, period="2023")))},
            {PAGE_OF_REPORT, SHARE_PAGE},
            id="scope",
        ),
        pytest.param({"audit": with_verdict(0, gap=Decimal("0.07"))}, {SHARE_PAGE}, id="gap"),
        pytest.param({"audit": with_verdict(0, outcome=Outcome.UNDECIDED)}, {PAGE_OF_REPORT, SHARE_PAGE}, id="outcome"),
        pytest.param({"audit": with_finding(replace(CELL, message="另一句话"))}, {CELL_PAGE}, id="message"),
        pytest.param(
            {"audit": with_finding(replace(SHARE, title="另一个标题"))}, {PAGE_OF_REPORT, SHARE_PAGE}, id="title"
        ),
        pytest.param(
            {"audit": with_finding(replace(SHARE, severity=Severity.INFO))},
            {PAGE_OF_REPORT, SHARE_PAGE},
            id="severity",
        ),
        pytest.param({"relations": retitled("share-of-total")}, {PAGE_OF_REPORT, SHARE_PAGE}, id="rule"),
        pytest.param(
            {"relations": retitled("three-public-total")},
            {PAGE_OF_REPORT, SHARE_PAGE, CELL_PAGE},
            id="rule of a repair",
        ),
        pytest.param({"last_run": decided(Review.CONFIRMED)}, {SHARE_PAGE}, id="decision"),
        pytest.param({"suites": SampleSuites()}, {SHARE_PAGE}, id="suite that names a figure"),
        pytest.param({"text": TEXT.replace("支出合计2", "支出总计2")}, {PAGE_OF_REPORT}, id="text"),
    ],
)
def test_change_makes_exactly_the_pages_that_it_shows_on(
    tmp_path: Path, kept: set[str], change: dict[str, object], made: set[str]
) -> None:
    built(tmp_path / "site", last_run=decided(Review.OPEN))
    start: dict[str, object] = {"last_run": decided(Review.OPEN)}
    built(tmp_path / "site", **{**start, **change})  # type: ignore[arg-type]
    assert ALL - kept == keyed(*made)
    built(tmp_path / "anew", **{**start, **change})  # type: ignore[arg-type]
    for name in ALL:
        assert (tmp_path / "site" / name).read_bytes() == (tmp_path / "anew" / name).read_bytes(), name


def test_other_name_of_the_unit_makes_all_its_pages_again(tmp_path: Path, kept: set[str]) -> None:
    built(tmp_path)
    documents = tuple(replace(report, entity_name="新名") for report in DOCUMENTS)
    built(tmp_path, replace(SAMPLE, documents=documents))
    assert kept == set()


def test_other_templates_code_or_language_make_every_page_again(
    tmp_path: Path, kept: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path)
    monkeypatch.setattr(build, "build_version", lambda: "another")
    built(tmp_path)
    assert kept == set()
    built(tmp_path, lang="en")
    assert kept == set()


@pytest.mark.parametrize("content", ["", "[]", '{"findings/x.html": 3}', '{"findings/x.html": [1]}', "\x00"])
def test_damaged_note_of_what_pages_were_made_of_counts_as_none(tmp_path: Path, kept: set[str], content: str) -> None:
    built(tmp_path)
    (tmp_path / MANIFEST).write_text(content, encoding="utf-8")
    built(tmp_path)
    assert kept == set()
    built(tmp_path)
    assert kept == ALL


def test_damaged_or_missing_page_is_made_again(tmp_path: Path, kept: set[str]) -> None:
    built(tmp_path)
    damaged, missing = tmp_path / f"{SHARE_PAGE}.html", tmp_path / f"{CELL_PAGE}.html"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-1] + b" ")
    missing.unlink()
    built(tmp_path)
    assert {f"{SHARE_PAGE}.html", f"{CELL_PAGE}.html"} == ALL - kept
    assert damaged.read_bytes() == whole
    assert missing.exists()


def test_page_of_the_last_report_is_linked_and_a_later_change_leaves_that_report_alone(
    tmp_path: Path, kept: set[str]
) -> None:
    built(tmp_path / "old" / "site")
    built(tmp_path / "new", last_run=LastRun(tmp_path / "old"))
    old, new = tmp_path / "old" / "site" / f"{CELL_PAGE}.html", tmp_path / "new" / f"{CELL_PAGE}.html"
    assert kept == ALL
    assert old.samefile(new)
    before = old.read_bytes()
    built(tmp_path / "new", with_finding(replace(CELL, message="另一句话")), last_run=LastRun(tmp_path / "old"))
    assert old.read_bytes() == before
    assert "另一句话" in new.read_text(encoding="utf-8")


def content(audit: SampleAudit, finding: Finding, text: Document | None = None) -> str:
    """What the pages of a finding are made of."""
    site = map_site(audit, {REPORT: (text or document()).text})
    draft = draft_of(finding, "stem", "", "", site=site, crop_of=lambda _: None, failing={})
    return content_of(draft, site, RELATIONS)


def _values(example: object) -> object:
    """Another value of the same type."""
    made: Callable[[], object]
    for kind, made in (
        (bool, lambda: not example),
        (int, lambda: 7),
        (Decimal, lambda: Decimal(7)),
        (tuple, lambda: ("x",)),
        (type(None), lambda: "x"),
    ):
        if isinstance(example, kind):
            return made()
    return "changed"


NESTED = {"place", "scope", "evidence", "repairs", "instance", "relation", "left", "right", "figure", "words"}
#: What decides which relations a finding gathers, or stands for the record everywhere.
IDENTITY = {"document", "id", "member_ids", "relations", "role", "figure_id", "outcome", "rule", "concept"}


def plain_fields(record: type) -> list[str]:
    """The fields of a record whose value is plain."""
    return [field.name for field in fields(record) if field.name not in NESTED | IDENTITY]


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (record, name)
        for record in (Figure, Place, Scope, Evidence, Finding, Verdict, Instance, Term)
        for name in plain_fields(record)
    ],
)
def test_every_field_that_a_page_may_show_counts(record: type, name: str) -> None:
    def changed(item: object) -> object:
        return replace(item, **{name: _values(getattr(item, name))})  # type: ignore[type-var]

    audit, finding = SAMPLE, SHARE
    verdict = VERDICTS[0]
    if record is Finding:
        finding = changed(SHARE)  # type: ignore[assignment]
    elif record is Evidence:
        finding = replace(SHARE, evidence=(changed(SHARE.evidence[0]), *SHARE.evidence[1:]))  # type: ignore[arg-type]
    elif record is Figure:
        audit = with_figure(changed(SHARE_FIGURE))  # type: ignore[arg-type]
    elif record in (Place, Scope):
        parts = {record.__name__.lower(): changed(SHARE_FIGURE.place if record is Place else SHARE_FIGURE.scope)}
        audit = with_figure(replace(SHARE_FIGURE, **parts))  # type: ignore[arg-type]
    elif record is Verdict:
        audit = replace(SAMPLE, verdicts=(changed(verdict), *VERDICTS[1:]))  # type: ignore[arg-type]
    elif record is Instance:
        audit = with_verdict(0, instance=changed(verdict.instance))
    else:
        terms = (changed(verdict.instance.left[0]), *verdict.instance.left[1:])
        audit = with_verdict(0, instance=replace(verdict.instance, left=terms))  # type: ignore[arg-type]
    assert content(audit, finding) != content(SAMPLE, SHARE)
