"""The document as read with its numerals marked; what changed since the last run; and pages that are kept."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html as parser
from lxml.html import HtmlElement

from checks.model import Outcome
from checks.results.graph import build_graph
from datasets.model import Figure, Fragment, Place
from flows.ledger.lives import Change, FindingChange, Review, RunRecord
from flows.site.build import build_site
from flows.site.pages.history import LastRun, compare
from flows.site.pages.overview import overview
from flows.site.pages.ticked import LONGEST_SHOWN
from flows.site.pictures.charts import unit_charts
from flows.site.pictures.crops import Cropper
from flows.site.pictures.formulas import formula
from flows.site.pictures.picture import draw, shortened
from flows.site.shared.edition import Edition
from flows.site.shared.sitemap import State, map_site
from flows.site.shared.words import words
from flows.site.shared.writing import MANIFEST
from tests.browser.sample import (
    ALONE,
    BUDGET,
    CELL,
    CHANGE,
    COPY,
    DOCUMENTS,
    PART,
    RELATIONS,
    REPORT,
    SENTENCE,
    SHARE,
    SHARE_FIGURE,
    TEXT,
    TITLE,
    UNREAD,
    VERDICTS,
    WHOLE,
    YEAR,
    SampleAudit,
    document,
    figure,
    verdict,
)
from tests.pdf_writer import Sheet, pdf


def page_of(folder: Path, audit: SampleAudit | None = None, text: str | None = None, ending: str = "") -> HtmlElement:
    """Build the site and parse the page of the report."""
    read = document() if text is None else document(text)
    build_site(audit or SampleAudit(), folder, texts=[read], relations=RELATIONS)
    [path] = [p for p in (folder / "documents").glob(f"*{ending}.html") if ending or p.name.count(".") == 1]
    return parser.fromstring(path.read_text(encoding="utf-8"))


def mark(page: HtmlElement, start: int) -> HtmlElement:
    """The mark of the numeral at a position."""
    found: HtmlElement = page.get_element_by_id(f"n{start}")
    return found


def edition(audit: SampleAudit, language: str = "zh") -> Edition:
    """One language of the site of an audit."""
    return Edition(words(language), ".html", ".en.html", RELATIONS, map_site(audit, {REPORT: TEXT}))


@pytest.mark.parametrize(
    ("numeral", "state"),
    [
        (WHOLE, "ok"),
        (COPY, "ok"),
        (CHANGE, "ok"),
        (SHARE_FIGURE, "bad"),
        (ALONE, "free"),
        (UNREAD, "unread"),
        (YEAR, "code"),
    ],
)
def test_numeral_is_marked_with_what_the_checks_say(tmp_path: Path, numeral: Figure, state: str) -> None:
    printed = mark(page_of(tmp_path), numeral.place.start)
    assert printed.get("class") == state
    assert printed.text == numeral.printed


def test_every_numeral_is_marked_once_and_the_text_is_whole(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    [text] = page.xpath("//section[@class='ticked']")
    assert len(text.xpath(".//*[starts-with(@id, 'n')]")) == len(SampleAudit().figures)
    paragraphs = [p.text_content() for p in text.xpath(".//p")]
    assert paragraphs == [TITLE, SENTENCE]
    assert [cell.text_content() for cell in text.xpath(".//td")] == ["本年支出合计", "2940.05", "5.00", "77"]
    assert text.xpath(".//caption/text()") == ["支出决算表"]


def test_blamed_numeral_leads_to_its_finding_and_others_to_their_relations_or_meaning(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert mark(page, SHARE_FIGURE.place.start).get("href") == f"../findings/{SHARE.id}.html"
    whole = mark(page, WHOLE.place.start)
    assert whole.get("href") == f"#r{whole.get('data-r').split()[0]}"
    assert len(whole.get("data-r").split()) == 2
    alone = mark(page, ALONE.place.start)
    assert alone.get("href") == f"#c{alone.get('data-c')}"
    meaning = " ".join(page.get_element_by_id(f"c{alone.get('data-c')}").text_content().split())
    assert meaning == "其他支出 数额，万元，部门汇总，一般公共预算，决算，2024"


def test_english_page_marks_the_same_text_and_leads_to_english_pages(tmp_path: Path) -> None:
    page = page_of(tmp_path, ending=".en")
    assert mark(page, SHARE_FIGURE.place.start).get("href") == f"../findings/{SHARE.id}.en.html"
    assert SENTENCE in page.text_content()
    assert "in no relation" in page.text_content()


def test_relation_across_documents_leads_to_the_figure_in_the_other_one(tmp_path: Path) -> None:
    there = replace(figure("5.00", 7), id="there", document=BUDGET)
    across = verdict(9, "three-public-total", "sum", Outcome.EXACT, WHOLE, there)
    audit = replace(SampleAudit(), figures=(*SampleAudit().figures, there), verdicts=(*VERDICTS, across))
    read = [document(), replace(document("0123456 5.00"), path=Path(BUDGET))]
    build_site(audit, tmp_path, texts=read, relations=RELATIONS)
    stems = map_site(audit).documents
    page = parser.fromstring((tmp_path / f"{stems[REPORT]}.html").read_text(encoding="utf-8"))
    [link] = [link.get("href") for link in page.xpath("//ol[@class='relations']//q/a") if ".html" in link.get("href")]
    assert link == f"../{stems[BUDGET]}.html#n7"


def test_relations_stand_under_their_rule_and_outcome(tmp_path: Path) -> None:
    groups = page_of(tmp_path).xpath("//ol[@class='relations']/li")
    assert [(group.get("class"), group.xpath("string(a)"), len(group.xpath("ol/li/q"))) for group in groups] == [
        ("bad", "占比等于部分除以合计", 1),
        ("ok", "三公经费合计等于各项之和", 2),
        ("ok", "三公经费合计等于各项之和", 1),
    ]


def test_words_at_fault_are_marked_around_the_numerals_in_them(tmp_path: Path) -> None:
    start = TITLE.index("2024年度")
    wrong = replace(SHARE.evidence[0], figure_id="", printed="2024年度", place=Place(start, start + 6))
    audit = replace(SampleAudit(), findings=(replace(SHARE, evidence=(wrong,), repairs=()),))
    page = page_of(tmp_path, audit)
    words_at_fault = page.get_element_by_id(f"w{start}")
    assert words_at_fault.tag == "mark"
    assert words_at_fault.text_content() == "2024年度"
    assert mark(page, YEAR.place.start).getparent() is words_at_fault


def test_cell_of_100_kilobytes_is_folded_and_nothing_of_it_lost(tmp_path: Path) -> None:
    cell = "长" * 100_000
    bare = SampleAudit(figures=(), verdicts=(), findings=())
    page = page_of(tmp_path, bare, f"{TITLE}\n{SENTENCE}\n{cell}")
    [td] = page.xpath("//section[@class='ticked']//td")
    assert td.xpath("string(details/summary)") == "显示其余 98,000 字"
    assert td.text_content().count("长") == 100_000
    assert len(td.text) == LONGEST_SHOWN


def test_fold_never_cuts_a_numeral(tmp_path: Path) -> None:
    before = "长" * (LONGEST_SHOWN - 3)
    text = f"{TITLE}\n{before}123456{'长' * LONGEST_SHOWN * 2}"
    numeral = figure("123456", len(TITLE) + 1 + len(before))
    page = page_of(tmp_path, replace(SampleAudit(), figures=(numeral,), verdicts=(), findings=()), text)
    assert mark(page, numeral.place.start).text == "123456"


def test_unreadable_document_has_no_page_and_no_link(tmp_path: Path) -> None:
    build_site(SampleAudit(), tmp_path, relations=RELATIONS)
    assert not list((tmp_path / "documents").iterdir())
    assert "documents/" not in (tmp_path / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "outcome", "written"),
    [
        ("sum", Outcome.BROKEN, "71.73% ≠ 2106.66万元 ＋ 2940.05万元"),
        ("sum", Outcome.EXACT, "71.73% ＝ 2106.66万元 ＋ 2940.05万元"),
        ("sum", Outcome.WITHIN_ROUNDING, "71.73% ≈ 2106.66万元 ＋ 2940.05万元"),
        ("ratio", Outcome.BROKEN, "71.73% ≠ 2106.66万元 ÷ 2940.05万元"),
        ("growth", Outcome.BROKEN, "71.73% ≠ 2106.66万元 ÷ 2940.05万元 － 1"),
        ("growth_of_change", Outcome.BROKEN, "71.73% ≠ 2106.66万元 ÷（2940.05万元 － 2106.66万元）"),
        ("product", Outcome.BROKEN, "71.73% ≠ 2106.66万元 × 2940.05万元"),
        ("bound", Outcome.EXACT, "71.73% ≤ 2106.66万元 ＋ 2940.05万元"),
        ("bound", Outcome.BROKEN, "71.73% ＞ 2106.66万元 ＋ 2940.05万元"),
    ],
)
def test_relation_is_written_as_a_formula(kind: str, outcome: Outcome, written: str) -> None:
    verdict = replace(VERDICTS[0], instance=replace(VERDICTS[0].instance, arithmetic=kind), outcome=outcome)
    assert formula(verdict, lambda _: "") == written


def test_factor_of_a_term_is_written_beside_it() -> None:
    instance = VERDICTS[1].instance
    scaled = replace(instance, right=(replace(instance.right[0], factor=Decimal("0.0001")),))
    assert formula(replace(VERDICTS[1], instance=scaled), lambda _: "") == "2940.05 ＝ 2940.05×0.0001 万元"


def test_states_agree_with_the_verdict_column_of_the_ledger() -> None:
    site = map_site(SampleAudit())
    assert site.states[PART.id] is State.CONTRADICTED  # a rival
    assert site.states[WHOLE.id] is State.TICKED  # in a broken relation too, but not blamed


# --- Since the last run


def report(folder: Path, *findings: dict[str, object]) -> Path:
    """Write the findings.json of an earlier run."""
    data = {
        "generated_at": "2026-02-01T00:00:00+00:00",
        "documents": [{"id": f"{DOCUMENTS[0].key}@00000000", "path": REPORT}],
        "findings": list(findings),
    }
    (folder / "findings.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def earlier(identifier: str, fingerprint: str = "0f0f", path: str = REPORT) -> dict[str, object]:
    """A finding of an earlier run."""
    words_of = {"severity": "error", "title": "旧的", "title_en": "old", "evidence": [{"document": path}]}
    return {"id": identifier, "fingerprint": fingerprint, **words_of}


def test_first_run_calls_nothing_new(tmp_path: Path) -> None:
    history = compare(SampleAudit(), LastRun(tmp_path))
    assert history.first
    assert history.change(SHARE) == ""


def test_findings_are_new_changed_persisting_or_resolved_against_the_last_report(tmp_path: Path) -> None:
    last = report(tmp_path, earlier(SHARE.id), earlier(CELL.id, "other"), earlier("gone"), earlier("away", path="别处"))
    history = compare(SampleAudit(), LastRun(last))
    assert dict(history.count(SampleAudit().findings)) == {"persisting": 1, "changed": 1, "new": 1}
    assert [item.identifier for item in history.resolved] == ["gone"]
    assert history.not_audited == 1
    assert history.since == datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("content", ["", "[]", '{"findings": 3}', '{"generated_at": "x"}', "\x00"])
def test_damaged_last_report_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "findings.json").write_text(content, encoding="utf-8")
    assert compare(SampleAudit(), LastRun(tmp_path)).first


def test_ledger_decides_where_there_is_one_and_tells_the_review(tmp_path: Path) -> None:
    record = RunRecord(
        2,
        (
            FindingChange(SHARE.id, Change.WORSE, Review.CONFIRMED),
            FindingChange(CELL.id, Change.PERSISTING, Review.OPEN),
            FindingChange("gone", Change.RESOLVED, Review.OPEN),
        ),
    )
    history = compare(SampleAudit(), LastRun(report(tmp_path, earlier("gone")), record))
    assert (history.change(SHARE), history.review(SHARE), history.review(CELL)) == ("worse", "confirmed", "")
    assert [item.title for item in history.resolved] == ["旧的"]


def test_first_page_tells_what_changed(tmp_path: Path) -> None:
    last = report(tmp_path, earlier(SHARE.id), earlier("gone"))
    path = build_site(SampleAudit(), tmp_path / "site", relations=RELATIONS, last_run=LastRun(last))
    since = " ".join(parser.fromstring(path.read_text(encoding="utf-8")).xpath("string(//p[@class='since'])").split())
    assert since.startswith("与上次（2026-02-01 08:00+08:00）相比： 新增 2 · 仍在 1 · 已消除 1")


# --- Pages that would not change


def times(folder: Path) -> dict[str, int]:
    """When each page was written."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def aged(folder: Path) -> dict[str, int]:
    """Make every file an hour old and say when each was written."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, ns=(path.stat().st_mtime_ns, path.stat().st_mtime_ns - 3_600 * 10**9))
    return times(folder)


def test_second_build_touches_no_page(tmp_path: Path) -> None:
    page_of(tmp_path)
    before = aged(tmp_path)
    page_of(tmp_path)
    assert times(tmp_path) == before


def test_changed_finding_writes_only_the_pages_that_tell_of_it(tmp_path: Path) -> None:
    page_of(tmp_path)
    before = aged(tmp_path)
    page_of(
        tmp_path,
        replace(SampleAudit(), findings=(SHARE, replace(CELL, message="另一句话"), *SampleAudit().findings[2:])),
    )
    changed = {name for name, time in times(tmp_path).items() if before.get(name) != time}
    assert changed == {f"findings/{CELL.id}.html", MANIFEST}


def test_page_of_a_finding_that_is_gone_is_taken_away(tmp_path: Path) -> None:
    page_of(tmp_path)
    (tmp_path / "notes.txt").write_text("not ours", encoding="utf-8")
    page_of(tmp_path, replace(SampleAudit(), findings=(SHARE,)))
    assert not (tmp_path / "findings" / f"{CELL.id}.html").exists()
    assert (tmp_path / "notes.txt").exists()


def test_pages_of_the_last_report_are_taken_over_with_their_time(tmp_path: Path) -> None:
    page_of(tmp_path / "old" / "site")
    before = aged(tmp_path / "old" / "site")
    new = tmp_path / "new"
    build_site(SampleAudit(), new, texts=[document()], relations=RELATIONS, last_run=LastRun(tmp_path / "old"))
    assert times(new) == before


# --- Pictures


def test_charts_show_budget_against_outturn_and_say_where_printings_differ() -> None:
    def amount(start: int, printed: str, stage: str, unit: str = "万元") -> Figure:
        made = figure(printed, start, concept="three_public_expenses", unit=unit)
        return replace(made, scope=replace(made.scope, stage=stage))

    figures = (
        amount(1, "4.67", "full_year_budget"),
        amount(2, "4.50", "outturn"),
        amount(3, "4.50", "outturn"),
        amount(4, "45000", "outturn", "元"),
        amount(5, "4.10", "outturn"),
    )
    audit = replace(SampleAudit(), figures=figures, findings=(), verdicts=())
    [chart] = unit_charts("310107-101", edition(audit))
    [(year, (budget, outturn))] = chart.rows
    assert year == "2024"
    assert budget is not None
    assert outturn is not None
    assert (budget.number, budget.disputed) == (Decimal("4.67"), False)
    assert (outturn.number, outturn.disputed) == (Decimal("4.50"), True)


def test_unit_without_such_figures_has_no_charts() -> None:
    assert unit_charts("310107-101", edition(SampleAudit())) == ()


def test_heat_counts_errors_and_warnings_by_family() -> None:
    audit = SampleAudit()
    history = compare(audit, LastRun())
    [unit] = overview(audit, edition(audit), history).units
    assert dict(unit.families) == {"D": 1, "A": 1}


def test_graph_has_the_edges_of_the_dependency_graph() -> None:
    site = map_site(SampleAudit(), {REPORT: TEXT})
    concepts = {WHOLE.id: "total_expenditure", PART.id: "total_revenue"}
    figures = [replace(f, concept=concepts.get(f.id, "")) for f in (SHARE_FIGURE, PART, WHOLE)]
    judged = verdict(1, "share-of-total", "ratio", Outcome.BROKEN, *figures)
    site = replace(site, figures={f.id: f for f in figures}, verdicts={f.id: [judged] for f in figures})
    drawing = draw(SHARE, [judged], site)
    assert drawing is not None
    graph = build_graph((), figures, [judged], ())
    # What a fact says of a relation, its figure need not say again.
    longer = [(a, b) for a, b in graph.edges if any(b in graph[middle] for middle in graph[a])]
    assert len(drawing.boxes) == len(graph)
    assert len(drawing.edges) == len(graph.edges) - len(longer) == 5


def test_text_of_a_box_is_shortened_by_its_width() -> None:
    assert shortened("长" * 10, 20) == "长" * 10
    assert shortened("长" * 11, 20) == "长" * 9 + "…"
    assert shortened("a" * 20, 20) == "a" * 20


def test_picture_of_the_printed_line_is_cut_once_and_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(Sheet().text(60, 75, "Total 120.60")))
    read = replace(document(), path=path, format="pdf", fragments=(Fragment(0, 1, (60, 60, 300, 80)),))
    place = Place(6, 12, page=1, box=(60, 60, 300, 80))
    written: dict[str, bytes] = {}
    cropper = Cropper(lambda _: None, written.__setitem__)
    first, second = cropper.crop(read, place, "120.60"), cropper.crop(read, place, "120.60")
    cropper.close()
    assert first is not None
    assert first is second
    assert list(written) == [first.file]
    assert written[first.file].startswith(b"\x89PNG")
    assert first.width > first.height > 50
    path.unlink()
    kept = Cropper(written.get, written.__setitem__).crop(read, place, "120.60")
    assert kept == first


def test_document_without_pages_or_file_has_no_picture() -> None:
    cropper = Cropper(lambda _: None, lambda *_: None)
    place = Place(6, 12, page=1, box=(60, 60, 300, 80))
    assert cropper.crop(document(), place, "x") is None
    assert cropper.crop(replace(document(), format="pdf"), place, "x") is None


def test_same_number_twice_in_a_sentence_is_marked_where_the_figure_stands() -> None:
    sentence = "单位资金占29.44%，比上年增加29.44万元"
    text = f"某区财政局\n{sentence}"
    start = text.rindex("29.44")
    suspect = replace(SHARE.evidence[0], printed="29.44", quote=sentence, place=Place(start, start + 5))
    site = map_site(SampleAudit(), {REPORT: text})
    assert site.marked(sentence, [suspect]) == '单位资金占29.44%，比上年增加<mark class="suspect">29.44</mark>万元'
    assert map_site(SampleAudit()).marked(sentence, [suspect]).count("<mark") == 2
