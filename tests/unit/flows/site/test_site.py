"""The pages say what the audit found, and foreign text on them stays text."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html as parser
from lxml.html import HtmlElement

from checks.families import load_rules
from checks.localising.mechanisms import SWAPPED
from checks.model import DocumentStatus, Finding, Severity
from datasets.data_files.languages import same_keys
from datasets.data_files.loading import DataFile
from datasets.errors import DataFileError
from datasets.model import Figure, Place, Role
from flows.site.build import build_site
from flows.site.shared.words import words
from tests.browser.sample import (
    CELL,
    DOCUMENTS,
    MISSING,
    RELATIONS,
    SENTENCE,
    SHARE,
    SampleAudit,
    SampleSuites,
    document,
)


def built(folder: Path, audit: SampleAudit | None = None, name: str = "index.html") -> HtmlElement:
    """Build the pages and parse one of them."""
    build_site(audit or SampleAudit(), folder, texts=[document()], suites=SampleSuites(), relations=RELATIONS)
    return parser.fromstring((folder / name).read_text(encoding="utf-8"))


def finding_page(folder: Path, finding: Finding, audit: SampleAudit | None = None, ending: str = "") -> HtmlElement:
    """Build the pages and parse that of a finding."""
    return built(folder, audit or only(finding), f"findings/{finding.id}{ending}.html")


def all_of(element: HtmlElement, path: str) -> list[HtmlElement]:
    """The elements at an XPath below an element."""
    found: list[HtmlElement] = element.xpath(f".//{path}")
    return found


def text(element: HtmlElement, path: str) -> str:
    """Everything said at an XPath, spaces squeezed."""
    return " ".join(" ".join(found.text_content().split()) for found in all_of(element, path))


def cells(row: HtmlElement) -> str:
    """The cells of a table row."""
    return " ".join(" ".join(cell.text_content().split()) for cell in row)


def only(finding: Finding) -> SampleAudit:
    """An audit with one finding."""
    return SampleAudit(findings=(finding,))


@pytest.mark.parametrize(("ending", "title", "message"), [("", "title", "message"), (".en", "title_en", "message_en")])
def test_each_language_says_title_and_message_in_its_words(
    tmp_path: Path, ending: str, title: str, message: str
) -> None:
    for finding in (SHARE, CELL, MISSING):
        page = finding_page(tmp_path, finding, SampleAudit(), ending)
        assert text(page, "h1") == getattr(finding, title)
        assert text(page, "p[@class='message']") == getattr(finding, message)


def test_first_page_is_in_the_language_asked_for_and_links_to_the_other(tmp_path: Path) -> None:
    path = build_site(SampleAudit(), tmp_path, lang="en", relations=RELATIONS)
    assert path == tmp_path / "index.html"
    page = parser.fromstring(path.read_text(encoding="utf-8"))
    assert page.get("lang") == "en"
    assert [link.get("href") for link in all_of(page, "a[@class='language']")] == ["index.zh.html"]
    other = parser.fromstring((tmp_path / "index.zh.html").read_text(encoding="utf-8"))
    assert other.get("lang") == "zh-CN"
    assert [link.get("href") for link in all_of(other, "a[@class='language']")] == ["index.html"]


def test_every_link_within_the_site_leads_to_a_file_and_an_anchor_that_exist(tmp_path: Path) -> None:
    built(tmp_path)
    pages = {path: parser.fromstring(path.read_text(encoding="utf-8")) for path in tmp_path.rglob("*.html")}
    assert len(pages) == 20
    checked = 0
    for path, page in pages.items():
        for address in page.xpath("//@href | //@src"):
            name, _, anchor = address.partition("#")
            if name.startswith(("data_docs", "../data_docs")):
                continue  # written by Great Expectations, not here
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), (path.name, address)
            if anchor:
                assert pages[target].xpath("//*[@id=$anchor]", anchor=anchor), (path.name, address)
            checked += 1
    assert checked > 300


def test_identifiers_on_a_page_are_unique(tmp_path: Path) -> None:
    built(tmp_path)
    for path in tmp_path.rglob("*.html"):
        identifiers = parser.fromstring(path.read_text(encoding="utf-8")).xpath("//@id")
        assert len(identifiers) == len(set(identifiers)), path.name


def test_suspect_rival_and_evidence_are_marked_in_the_quoted_sentence(tmp_path: Path) -> None:
    page = finding_page(tmp_path, SHARE)
    assert text(page, "blockquote") == SENTENCE
    assert [(mark.get("class"), mark.text) for mark in all_of(page, "mark")] == [
        ("rival", "2106.66"),
        ("suspect", "71.73"),
        ("evidence", "2940.05"),
    ]


def test_cell_without_a_quote_is_shown_itself(tmp_path: Path) -> None:
    page = finding_page(tmp_path, CELL)
    assert [(mark.get("class"), mark.text) for mark in all_of(page, "mark")] == [("suspect", "120.60")]


def test_very_long_quote_is_cut_around_the_suspect(tmp_path: Path) -> None:
    long = "某" * 5_000 + SENTENCE + "某" * 95_000
    spoiled = replace(SHARE, evidence=tuple(replace(each, quote=long) for each in SHARE.evidence))
    quote = all_of(finding_page(tmp_path, spoiled), "blockquote")[0]
    assert len(quote.text_content()) < 1_000
    assert text(quote, "mark[@class='suspect']") == "71.73"


def test_arithmetic_is_set_out_term_by_term_with_gap_and_rounding(tmp_path: Path) -> None:
    page = finding_page(tmp_path, SHARE)
    joined = "|".join(map(cells, all_of(page, "table[@class='sum']/tbody/tr")))
    assert "占比 71.73 % 第 21 页|" in joined
    assert "＝ 核算得 2106.66 万元 ÷ 2940.05 万元 71.65 %" in joined
    assert "差额 0.08" in joined
    assert "四舍五入最多可解释 0.01" in joined
    assert "差额 0.08 个百分点 大于四舍五入至多能解释的 0.01 个百分点" in text(page, "p[@class='rounding']")


def test_finding_without_relation_on_record_says_stated_and_expected_in_the_shared_unit(tmp_path: Path) -> None:
    page = finding_page(tmp_path, CELL)
    assert text(page, "dl[@class='arithmetic']//dd") == "120.60 万元 120.50 万元 0.10 万元 0.02 万元"


def test_finding_without_numbers_shows_no_arithmetic(tmp_path: Path) -> None:
    page = finding_page(tmp_path, MISSING)
    assert not all_of(page, "dl[@class='arithmetic']")
    assert not all_of(page, "table[@class='sum']")


def test_place_names_file_line_table_row_and_column(tmp_path: Path) -> None:
    assert (
        text(finding_page(tmp_path, CELL), "figcaption")
        == "某区财政局2024年部门预算.txt，第 302 行，表：三公经费支出表，表内第 4 行，第 2 列"
    )


def test_finding_links_to_the_place_in_the_document_the_rule_the_unit_and_the_suite(tmp_path: Path) -> None:
    page = finding_page(tmp_path, SHARE)
    links = {
        link.get("href").partition("/")[0] + "/" + link.get("href").split("/")[1] for link in all_of(page, "main//a")
    }
    assert {"../units", "../documents", "../rules.html#share-of-total", "../quality.html#suite-三公经费-2024"} <= links
    place = SHARE.evidence[0].place
    assert place is not None
    assert all_of(page, "a[@class='to-document']")[0].get("href").endswith(f"#n{place.start}")


def test_graph_draws_figures_and_broken_relation_with_links(tmp_path: Path) -> None:
    page = finding_page(tmp_path, SHARE)
    [drawing] = all_of(page, "svg[@class='graph']")
    nodes = [(node.get("class"), text(node, "text[1]")) for node in all_of(drawing, "g[starts-with(@class, 'node')]")]
    assert ("node figure suspect", "71.73 %") in nodes
    assert ("node figure rival", "2106.66 万元") in nodes
    assert ("node relation bad", "不符") in nodes
    assert len(all_of(drawing, "path[@class='edge bad']")) == 3
    assert all(link.get("href") for link in all_of(drawing, "a"))


def test_concept_is_named_in_the_language_of_the_page_and_as_the_document_calls_it(tmp_path: Path) -> None:
    suspect = replace(SHARE.evidence[0], concept="total_revenue", figure_id="known")
    other = replace(suspect, role="rival", figure_id="unknown")
    figure = Figure("known", "doc-1", Place(0, 1), "1", Role.LEVEL, concept="total_revenue", concept_label="收入总预算")
    finding = replace(SHARE, evidence=(suspect, other), repairs=())
    audit = replace(only(finding), figures=(figure,), verdicts=())
    meanings = [
        [
            cell.text
            for cell in all_of(finding_page(tmp_path, finding, audit, ending), "table[@class='cards']/tbody/tr/td[3]")
        ]
        for ending in ("", ".en")
    ]
    assert meanings == [["收入总预算", "收入总计"], ["total revenue", "total revenue"]]


def test_pages_do_not_tell_the_folders_of_the_one_who_made_them(tmp_path: Path) -> None:
    built(tmp_path)
    folder = Path(DOCUMENTS[0].path).parent.name
    pages = list(tmp_path.rglob("*.html"))
    assert pages
    assert not any(f"{folder}/{Path(DOCUMENTS[0].path).name}" in page.read_text(encoding="utf-8") for page in pages)


def test_rival_repairs_each_say_value_cause_and_what_they_restore(tmp_path: Path) -> None:
    page = finding_page(tmp_path, SHARE)
    assert "互相排斥" in text(page, "section[@class='repairs']/p")
    first, second = all_of(page, "section[@class='repairs']//li")
    assert text(first, "span[@class='change']") == "71.73 → 71.65 %"
    assert "可能的原因：数字抄录有误" in first.text_content()
    assert text(second, "span[@class='change']") == "2106.66 → 2108.90 万元"
    assert "占比等于部分除以合计；三公经费合计等于各项之和" in second.text_content()


def test_cause_is_said_in_the_language_of_the_page(tmp_path: Path) -> None:
    finding = replace(SHARE, repairs=(replace(SHARE.repairs[0], cause=SWAPPED.name),))
    assert SWAPPED.name in text(finding_page(tmp_path, finding), "section[@class='repairs']")
    english = text(finding_page(tmp_path, finding, ending=".en"), "section[@class='repairs']")
    assert SWAPPED.name_en in english
    assert SWAPPED.name not in english


def test_rule_is_named_with_its_source(tmp_path: Path) -> None:
    about = text(finding_page(tmp_path, SHARE), "dl[@class='about']")
    assert "占比等于部分除以合计 share-of-total" in about
    assert "《部门决算管理办法》第二十一条" in about


def test_rule_without_a_record_is_said_to_have_none(tmp_path: Path) -> None:
    assert "规则库中未登记依据" in text(finding_page(tmp_path, MISSING), "dl[@class='about']")


def test_findings_are_listed_by_severity_then_document_then_place(tmp_path: Path) -> None:
    early = replace(SHARE, id="early", evidence=(replace(SHARE.evidence[1], role="suspect"),), repairs=())
    other = replace(CELL, id="other", severity=Severity.ERROR)
    page = built(tmp_path, SampleAudit(findings=(MISSING, other, SHARE, CELL, early)), "findings.html")
    order = [link.get("href") for link in all_of(page, "td[@class='what']/a")]
    names = ["early", SHARE.id, "other", CELL.id, MISSING.id]
    assert order == [f"findings/{name}.html" for name in names]


def test_findings_of_one_id_have_pages_of_their_own(tmp_path: Path) -> None:
    built(tmp_path, SampleAudit(findings=(SHARE, SHARE)))
    assert len(list((tmp_path / "findings").glob("*.html"))) == 4


def test_thousands_of_findings_are_listed_on_several_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.site.build.PAGE_OF_FINDINGS", 20)
    many = SampleAudit(findings=tuple(replace(SHARE, id=f"many{number}") for number in range(50)))
    page = built(tmp_path, many, "findings-3.html")
    assert len(all_of(page, "table[@id='findings-table']/tbody/tr")) == 10
    assert [link.text for link in all_of(page, "nav[@class='pager'][1]/a")] == ["1", "2", "3"]


def test_search_over_several_pages_finds_every_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.site.build.PAGE_OF_FINDINGS", 2)
    hostile = replace(CELL, title="</script>\u202e\u2028")
    page = built(tmp_path, SampleAudit(findings=(SHARE, hostile, MISSING)), "findings.html")
    [table] = all_of(page, "table[@id='findings-table']")
    script = (tmp_path / table.get("data-index")).read_text(encoding="utf-8")
    rows = json.loads(script.removeprefix("window.goujiFindings = ").rstrip(";\n"))
    assert [row[3] for row in rows] == [f"findings/{finding.id}.html" for finding in (SHARE, CELL, MISSING)]
    assert rows[1][4].startswith("</script>⟦U+202E⟧")
    assert rows[0][5] == SENTENCE


def test_list_on_one_page_needs_no_index(tmp_path: Path) -> None:
    [table] = all_of(built(tmp_path, None, "findings.html"), "table[@id='findings-table']")
    assert table.get("data-index") is None
    assert not list((tmp_path / "assets").glob("findings*"))


def test_list_says_the_unit_of_what_should_stand_there(tmp_path: Path) -> None:
    rows = all_of(built(tmp_path, None, "findings.html"), "table[@id='findings-table']/tbody/tr")
    assert [" ".join(row.xpath("string(td[6])").split()) for row in rows] == ["71.65 %", "120.50 万元", ""]


def test_numbers_of_a_finding_carry_its_unit_and_differences_of_percentages_are_points(tmp_path: Path) -> None:
    finding = replace(CELL, stated="12")
    assert (
        text(finding_page(tmp_path, finding), "dl[@class='arithmetic']//dd")
        == "12 万元 120.50 万元 0.10 万元 0.02 万元"
    )
    share = replace(SHARE, stated="12")
    page = finding_page(tmp_path, share)
    assert text(page, "dl[@class='arithmetic']//dd") == "12 % 71.65 % 0.08 个百分点 0.01 个百分点"
    assert "差额 0.08 个百分点 大于四舍五入至多能解释的 0.01 个百分点" in text(page, "p[@class='rounding']")


def test_first_page_counts_by_severity_and_family(tmp_path: Path) -> None:
    page = built(tmp_path)
    assert [text(item, "a") for item in all_of(page, "ul[@class='totals']/li")][:3] == ["1 错误", "1 疑点", "1 提示"]
    rows = map(cells, all_of(page, "section[@aria-labelledby='families']//tbody/tr"))
    assert next(rows) == "文字说明 1 – – 1"
    assert "四舍五入范围内 1" in text(page, "section[@aria-labelledby='families']/p")


def test_matrix_shows_read_partly_read_and_missing_documents_of_a_unit(tmp_path: Path) -> None:
    later = replace(DOCUMENTS[1], id="doc-3", path="后.txt", fiscal_year=2025, key="310107-101/department/budget/2025")
    page = built(tmp_path, SampleAudit(documents=(*DOCUMENTS, later)))
    assert [" ".join(h.text_content().split()) for h in all_of(page, "table[@id='units-table']/thead//th")][1:5] == [
        "2024 预算",
        "2024 决算",
        "2025 预算",
        "2025 决算",
    ]
    found = [" ".join(cell.text_content().split()) for cell in all_of(page, "table[@id='units-table']/tbody/tr/td")]
    assert found[:4] == ["部分读取 1", "已读 1", "部分读取", "未提供"]


def test_share_of_numerals_verified_leaves_out_dates_and_counts_the_unread(tmp_path: Path) -> None:
    # Six numerals: three agree, two are blamed (suspect and rival), one is alone, one unread; the year is a date.
    page = built(tmp_path)
    legend = [" ".join(item.text_content().split()) for item in all_of(page, "ul[@class='legend']/li")]
    assert legend == ["勾稽相符 3", "不符 2", "不在任何勾稽关系中 1", "未读懂 1"]
    assert text(page, "li[@class='verified']/strong") == "43%"


def test_unreadable_file_is_named_with_its_problem(tmp_path: Path) -> None:
    broken = replace(
        DOCUMENTS[0],
        id="x",
        path="坏.doc",
        entity="",
        entity_name="",
        kind="",
        fiscal_year=None,
        status=DocumentStatus.UNREADABLE,
        problem="文件已加密；请去掉密码",
    )
    page = built(tmp_path, SampleAudit(documents=(*DOCUMENTS, broken)))
    assert "坏.doc 文件已加密；请去掉密码" in text(page, "section[@class='unaudited']/ul[@class='problems']/li")


def test_rule_page_counts_how_relations_came_out(tmp_path: Path) -> None:
    row = built(tmp_path, name="rules.html").get_element_by_id("three-public-total")
    assert [" ".join(cell.text_content().split()) for cell in all_of(row, "td[@class='number']")] == [
        "2",
        "1",
        "–",
        "–",
    ]


def test_unchecked_relations_stand_under_their_reason(tmp_path: Path) -> None:
    details = all_of(built(tmp_path, name="unchecked.html"), "main//details")
    assert [text(item, "summary") for item in details] == ["文件中没有三公经费支出表 2", "缺少上年文件 1"]
    assert not any(item.get("open") is not None for item in details)
    assert "三公经费合计等于各项之和 某区财政局2024年度部门决算.pdf" in text(details[0], "li")


def test_suites_link_to_their_pages_and_say_what_failed(tmp_path: Path) -> None:
    page = built(tmp_path, name="quality.html")
    assert [link.get("href") for link in all_of(page, "main//a")] == [
        "data_docs/index.html",
        "data_docs/validations/%E4%B8%89%E5%85%AC%E7%BB%8F%E8%B4%B9.html",
        "data_docs/validations/budgets.html",
    ]
    rows = list(map(cells, all_of(page, "tbody/tr")))
    assert rows[0] == "三公经费.2024 未通过 8/9 12 占比与金额一致 × 1"
    assert rows[2] == "performance 未运行 – – 没有绩效目标表"


def test_run_time_is_said_in_chinese_time_to_the_minute(tmp_path: Path) -> None:
    assert text(built(tmp_path), "time") == "2026-03-01 09:30+08:00"


def test_without_suites_nothing_links_to_data_docs(tmp_path: Path) -> None:
    build_site(SampleAudit(), tmp_path, relations=RELATIONS)
    assert not any("data_docs" in page.read_text(encoding="utf-8") for page in tmp_path.rglob("*.html"))


def test_clean_audit_says_that_nothing_was_found(tmp_path: Path) -> None:
    clean = SampleAudit(findings=(), unchecked=())
    assert "未发现问题" in text(built(tmp_path, clean), "section[@aria-labelledby='worst']")
    assert "没有因缺少资料而未核对" in text(built(tmp_path, clean, "unchecked.html"), "main")


def test_headings_go_down_one_level_at_a_time(tmp_path: Path) -> None:
    built(tmp_path)
    for path in tmp_path.rglob("*.html"):
        page = parser.fromstring(path.read_text(encoding="utf-8"))
        levels = [int(h.tag[1]) for h in all_of(page, "*[self::h1 or self::h2 or self::h3 or self::h4]")]
        assert levels.count(1) == 1, path.name
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), path.name


def test_pages_load_nothing_but_their_own_style_and_script(tmp_path: Path) -> None:
    built(tmp_path)
    for path in tmp_path.rglob("*.html"):
        page = parser.fromstring(path.read_text(encoding="utf-8"))
        assert not all_of(page, "*[self::iframe or self::object or @style or @onclick or self::style]"), path.name
        assert {source.rpartition("/")[2] for source in page.xpath("//script/@src | //link/@href")} == {
            "style.css",
            "gouji.js",
        }
        assert not page.xpath("//script[not(@src)]")
    style = (tmp_path / "assets" / "style.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_language_without_words_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="没有语言 fr；可用：en、zh"):
        build_site(SampleAudit(), tmp_path / "site", lang="fr", relations=RELATIONS)
    assert not (tmp_path / "site").exists()


def test_languages_say_the_same_things() -> None:
    chinese, english = words("zh"), words("en")
    assert chinese.strings.keys() == english.strings.keys()
    assert chinese.families.keys() == english.families.keys()


def test_word_that_one_language_lacks_is_named() -> None:
    text = '[zh]\na = "甲"\nb = "乙"\n[en]\na = "A"\n'
    with pytest.raises(DataFileError, match=r"strings.toml 第 3 行：'b' 在另一种语言中没有"):
        same_keys(DataFile.parsed("strings.toml", text), ("zh", "en"))


def test_every_family_of_the_shipped_rules_has_a_name_in_both_languages() -> None:
    families = {rule.family for rule in load_rules().values()}
    assert families
    assert families <= set(words("zh").families)
