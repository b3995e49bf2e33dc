"""The page says what the audit found, and foreign text on it stays text."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html as parser
from lxml.html import HtmlElement

from checks.mechanisms import SWAPPED
from checks.model import Finding, Severity
from checks.relations import load_relations
from datasets.errors import DataFileError
from datasets.model import Figure, Place, Role
from flows.site import words as words_module
from flows.site.build import build_site
from flows.site.inert import marked, visible
from flows.site.words import words
from tests.browser.sample import CELL, MISSING, RELATIONS, SENTENCE, SHARE, SampleAudit, SampleSuites


def built(folder: Path, audit: SampleAudit | None = None, language: str = "zh") -> HtmlElement:
    """Build the pages and parse the one in a language."""
    first = build_site(audit or SampleAudit(), folder, suites=SampleSuites(), relations=RELATIONS)
    path = first if language == "zh" else folder / f"index.{language}.html"
    return parser.fromstring(path.read_text(encoding="utf-8"))


def all_of(element: HtmlElement, path: str) -> list[HtmlElement]:
    """The elements at an XPath below an element."""
    found: list[HtmlElement] = element.xpath(f".//{path}")
    return found


def text(element: HtmlElement, path: str) -> str:
    """Everything said at an XPath, spaces squeezed."""
    return " ".join(" ".join(found.text_content().split()) for found in all_of(element, path))


def only(finding: Finding) -> SampleAudit:
    """An audit with one finding."""
    return SampleAudit(findings=(finding,))


@pytest.mark.parametrize(
    ("language", "title", "message"), [("zh", "title", "message"), ("en", "title_en", "message_en")]
)
def test_each_language_says_title_and_message_in_its_words(
    tmp_path: Path, language: str, title: str, message: str
) -> None:
    page = built(tmp_path, language=language)
    for finding in (SHARE, CELL, MISSING):
        article = page.get_element_by_id(f"f-{finding.id}")
        assert text(article, "h5") == getattr(finding, title)
        assert text(article, "p[@class='message']") == getattr(finding, message)


def test_first_page_is_in_the_language_asked_for_and_links_to_the_other(tmp_path: Path) -> None:
    path = build_site(SampleAudit(), tmp_path, lang="en", relations=RELATIONS)
    assert path == tmp_path / "index.html"
    page = parser.fromstring(path.read_text(encoding="utf-8"))
    assert page.get("lang") == "en"
    assert [link.get("href") for link in all_of(page, "nav/a")] == ["index.zh.html"]
    other = parser.fromstring((tmp_path / "index.zh.html").read_text(encoding="utf-8"))
    assert other.get("lang") == "zh-CN"
    assert [link.get("href") for link in all_of(other, "nav/a")] == ["index.html"]


def test_suspect_rival_and_evidence_are_marked_in_the_quoted_sentence(tmp_path: Path) -> None:
    article = built(tmp_path).get_element_by_id(f"f-{SHARE.id}")
    assert text(article, "blockquote") == SENTENCE
    assert [(mark.get("class"), mark.text) for mark in all_of(article, "mark")] == [
        ("rival", "2106.66"),
        ("suspect", "71.73"),
        ("evidence", "2940.05"),
    ]


def test_cell_without_a_quote_is_shown_itself(tmp_path: Path) -> None:
    article = built(tmp_path).get_element_by_id(f"f-{CELL.id}")
    assert [(mark.get("class"), mark.text) for mark in all_of(article, "mark")] == [("suspect", "120.60")]


def test_arithmetic_says_stated_expected_gap_and_rounding_in_the_unit_of_the_stated_figure(tmp_path: Path) -> None:
    article = built(tmp_path).get_element_by_id(f"f-{SHARE.id}")
    assert text(article, "dl[@class='arithmetic']//dt").split() == ["所载", "应为", "差额", "四舍五入最多可解释"]
    assert text(article, "dl[@class='arithmetic']//dd") == "71.73 % 71.65 % 0.08 % 0.01 %"


def test_arithmetic_on_sums_that_no_figure_prints_takes_the_unit_all_figures_share(tmp_path: Path) -> None:
    article = built(tmp_path, only(replace(CELL, stated="999"))).get_element_by_id(f"f-{CELL.id}")
    assert text(article, "dl[@class='arithmetic']//dd[1]").startswith("999 万元")
    article = built(tmp_path, only(replace(SHARE, stated="999"))).get_element_by_id(f"f-{SHARE.id}")
    assert text(article, "dl[@class='arithmetic']//dd[1]").startswith("999 71.65")


def test_finding_without_numbers_shows_no_arithmetic(tmp_path: Path) -> None:
    assert not all_of(built(tmp_path).get_element_by_id(f"f-{MISSING.id}"), "dl[@class='arithmetic']")


def test_place_names_file_line_table_row_and_column(tmp_path: Path) -> None:
    article = built(tmp_path).get_element_by_id(f"f-{CELL.id}")
    assert (
        text(article, "figcaption")
        == "某区财政局2024年部门预算.txt，第 302 行，表：三公经费支出表，表内第 4 行，第 2 列"
    )


def test_concept_is_named_in_the_language_of_the_page_and_as_the_document_calls_it(tmp_path: Path) -> None:
    suspect = replace(SHARE.evidence[0], concept="total_revenue", figure_id="known")
    other = replace(suspect, role="rival", figure_id="unknown")
    figure = Figure("known", "doc-1", Place(0, 1), "1", Role.LEVEL, concept="total_revenue", concept_label="收入总预算")
    audit = replace(only(replace(SHARE, evidence=(suspect, other), repairs=())), figures=(figure,))
    meanings = [
        [cell.text for cell in all_of(built(tmp_path, audit, language), "article//tbody/tr/td[3]")]
        for language in ("zh", "en")
    ]
    assert meanings == [["收入总预算", "收入总计"], ["total revenue", "total revenue"]]


def test_pages_do_not_tell_the_folders_of_the_one_who_made_them(tmp_path: Path) -> None:
    build_site(SampleAudit(), tmp_path, relations=RELATIONS)
    assert "documents/" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_rival_repairs_each_say_value_cause_and_what_they_restore(tmp_path: Path) -> None:
    article = built(tmp_path).get_element_by_id(f"f-{SHARE.id}")
    assert "互相排斥" in text(article, "div[@class='repairs']/p")
    first, second = all_of(article, "div[@class='repairs']//li")
    assert text(first, "span[@class='change']") == "71.73 → 71.65"
    assert "可能的原因：数字抄录有误" in first.text_content()
    assert text(second, "span[@class='change']") == "2106.66 → 2108.90"
    assert "占比等于部分除以合计；三公经费合计等于各项之和" in second.text_content()


def test_cause_is_said_in_the_language_of_the_page(tmp_path: Path) -> None:
    audit = only(replace(SHARE, repairs=(replace(SHARE.repairs[0], cause=SWAPPED.name),)))
    assert SWAPPED.name in text(built(tmp_path, audit), "div[@class='repairs']")
    english = text(built(tmp_path, audit, "en"), "div[@class='repairs']")
    assert SWAPPED.name_en in english
    assert SWAPPED.name not in english


def test_rule_is_named_with_its_source(tmp_path: Path) -> None:
    about = text(built(tmp_path).get_element_by_id(f"f-{SHARE.id}"), "dl[@class='about']")
    assert "占比等于部分除以合计 share-of-total" in about
    assert "《部门决算管理办法》第二十一条" in about


def test_rule_without_a_record_is_said_to_have_none(tmp_path: Path) -> None:
    assert "规则库中未登记依据" in text(built(tmp_path).get_element_by_id(f"f-{MISSING.id}"), "dl[@class='about']")


def test_findings_stand_by_severity_then_document_then_place(tmp_path: Path) -> None:
    early = replace(SHARE, id="early", evidence=(replace(SHARE.evidence[1], role="suspect"),), repairs=())
    other = replace(CELL, id="other", severity=Severity.ERROR)
    page = built(tmp_path, SampleAudit(findings=(MISSING, other, SHARE, CELL, early)))
    order = [article.get("id") for article in all_of(page, "article")]
    assert order == ["f-early", f"f-{SHARE.id}", "f-other", f"f-{CELL.id}", f"f-{MISSING.id}"]
    assert [text(page, f"section[@aria-labelledby='{name}']/h4") for name in ("error", "warning")] == [
        "某区财政局2024年度部门决算.pdf 2 某区财政局2024年部门预算.txt 1",
        "某区财政局2024年部门预算.txt 1",
    ]


def test_findings_of_one_id_have_anchors_of_their_own(tmp_path: Path) -> None:
    page = built(tmp_path, SampleAudit(findings=(SHARE, SHARE)))
    identifiers = [element.get("id") for element in all_of(page, "*[@id]")]
    assert len(identifiers) == len(set(identifiers))


def test_summary_counts_by_severity_and_family(tmp_path: Path) -> None:
    page = built(tmp_path)
    assert text(page, "ul[@class='totals']") == "1 错误 1 疑点 1 提示"
    rows = [text(row, "*") for row in all_of(page, "section[@aria-labelledby='summary']//tbody/tr")]
    assert rows[0] == "文字说明 1 – – 1"
    assert "四舍五入范围内 1" in text(page, "section[@aria-labelledby='summary']/p")


def test_document_row_says_share_unread_and_problem(tmp_path: Path) -> None:
    read, partly = all_of(built(tmp_path), "section[@aria-labelledby='documents']//tbody/tr")
    assert (
        text(read, "td") == "某区财政局2024年度部门决算.pdf 某区财政局 部门汇总 部门决算 2024 800 600 196 4 0.5% 2 已读"
    )
    assert "部分读取 第 9 页没有文字层，未读" in text(partly, "td")


def test_unchecked_relations_stand_under_their_reason(tmp_path: Path) -> None:
    details = all_of(built(tmp_path), "section[@aria-labelledby='unchecked']//details")
    assert [text(item, "summary") for item in details] == ["文件中没有三公经费支出表 2", "缺少上年文件 1"]
    assert not any(item.get("open") is not None for item in details)
    assert "三公经费合计等于各项之和 某区财政局2024年度部门决算.pdf" in text(details[0], "li")


def test_suites_link_to_their_pages(tmp_path: Path) -> None:
    links = [link.get("href") for link in all_of(built(tmp_path), "section[@aria-labelledby='suites']//a")]
    assert links == [
        "data_docs/index.html",
        "data_docs/validations/%E4%B8%89%E5%85%AC%E7%BB%8F%E8%B4%B9.html",
        "data_docs/validations/budgets.html",
    ]


def test_suites_say_how_many_expectations_hold_and_why_one_did_not_run(tmp_path: Path) -> None:
    items = all_of(built(tmp_path), "section[@aria-labelledby='suites']//li")
    assert [" ".join(item.text_content().split()) for item in items] == [
        "三公经费.2024 未通过 8/9",
        "budgets 通过 4/4",
        "performance 未运行 没有绩效目标表",
    ]


def test_run_time_is_said_in_chinese_time_to_the_minute(tmp_path: Path) -> None:
    assert text(built(tmp_path), "time") == "2026-03-01 09:30+08:00"


def test_without_suites_nothing_links_to_data_docs(tmp_path: Path) -> None:
    path = build_site(SampleAudit(), tmp_path, relations=RELATIONS)
    assert "data_docs" not in path.read_text(encoding="utf-8")


def test_clean_audit_says_that_nothing_was_found(tmp_path: Path) -> None:
    page = built(tmp_path, SampleAudit(findings=(), unchecked=()))
    assert "未发现问题" in text(page, "section[@aria-labelledby='findings']")
    assert "没有因缺少资料而未核对" in text(page, "section[@aria-labelledby='unchecked']")


def test_headings_go_down_one_level_at_a_time(tmp_path: Path) -> None:
    levels = [
        int(heading.tag[1])
        for heading in all_of(
            built(tmp_path), "*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]"
        )
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_page_loads_nothing(tmp_path: Path) -> None:
    page = built(tmp_path)
    assert not all_of(page, "*[self::script or self::link or self::img or self::iframe or @src or @style or @onclick]")
    assert "url(" not in text(page, "style")
    assert "@import" not in text(page, "style")


HOSTILE = (
    '<script>alert(1)</script> 合计\u202e05.0492\u202c万元\x00\x1b[31m "><img src=x onerror=alert(1)> {{ 7*7 }}\u200b'
)


def test_foreign_text_is_inert_everywhere(tmp_path: Path) -> None:
    spoiled = replace(SHARE.evidence[0], quote=HOSTILE, printed=HOSTILE, table=HOSTILE, unit=HOSTILE, concept=HOSTILE)
    finding = replace(
        SHARE,
        title=HOSTILE,
        message=HOSTILE,
        stated=HOSTILE,
        evidence=(spoiled,),
        repairs=(replace(SHARE.repairs[0], value=HOSTILE, cause=HOSTILE),),
        rule=HOSTILE,
    )
    documents = (replace(SampleAudit().documents[0], path=HOSTILE, entity_name=HOSTILE, problem=HOSTILE),)
    page = built(tmp_path, replace(only(finding), documents=documents))
    assert not all_of(page, "*[self::script or self::img or @onerror]")
    source = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert not any(character in source for character in "\u202e\u202c\u200b\x00\x1b")
    assert "49" not in text(page, "h5").replace("05.0492", "")
    article = page.get_element_by_id(f"f-{finding.id}")
    assert text(article, "mark") == visible(HOSTILE)
    assert "⟦U+202E⟧05.0492⟦U+202C⟧万元⟦U+0000⟧⟦U+001B⟧[31m" in text(article, "mark")


def test_lone_surrogate_does_not_stop_the_page(tmp_path: Path) -> None:
    built(tmp_path, only(replace(SHARE, message="残缺\ud800字符")))
    assert "残缺⟦U+D800⟧字符" in (tmp_path / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("quote", "printed", "expected"),
    [
        ("共12个，2012年12人", "12", "共<mark>12</mark>个，2012年<mark>12</mark>人"),
        ("1,234.50万元，其中234.50万元", "234.50", "1,234.50万元，其中<mark>234.50</mark>万元"),
        ("占5%，占5.5%", "5", "占<mark>5</mark>%，占5.5%"),
        ("支出为12。", "12", "支出为<mark>12</mark>。"),
        ("没有这个数", "12", "没有这个数"),
        ("数字大于零", "大于", "数字<mark>大于</mark>零"),
        ("a+b", "a+b", "<mark>a+b</mark>"),
        ("<b>5</b>", "5", "&lt;b&gt;<mark>5</mark>&lt;/b&gt;"),
        ("\u202d<\u202c5\u200e>", "5", "⟦U+202D⟧&lt;⟦U+202C⟧<mark>5</mark>⟦U+200E⟧&gt;"),
    ],
)
def test_numeral_is_marked_only_where_it_stands_whole(quote: str, printed: str, expected: str) -> None:
    assert marked(quote, {"suspect": [printed]}) == expected.replace("<mark>", '<mark class="suspect">')


def test_what_is_more_to_blame_wins_where_marks_overlap() -> None:
    assert marked("合计5人", {"evidence": ["合计5人"], "suspect": ["5"]}) == '合计<mark class="suspect">5</mark>人'


def test_language_without_words_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="没有语言 fr；可用：en、zh"):
        build_site(SampleAudit(), tmp_path / "site", lang="fr", relations=RELATIONS)
    assert not (tmp_path / "site").exists()


def test_languages_say_the_same_things() -> None:
    chinese, english = words("zh"), words("en")
    assert chinese.strings.keys() == english.strings.keys()
    assert chinese.families.keys() == english.families.keys()


def test_word_that_one_language_lacks_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "strings.toml").write_text('[zh]\na = "甲"\nb = "乙"\n[en]\na = "A"\n', encoding="utf-8")
    monkeypatch.setattr(words_module, "files", lambda _package: tmp_path)
    words.cache_clear()
    try:
        with pytest.raises(DataFileError, match=r"\[en\] 缺少 b"):
            words("en")
    finally:
        words.cache_clear()


def test_every_family_of_the_shipped_rules_has_a_name_in_both_languages() -> None:
    families = {rule.family for rule in load_relations().values()}
    assert families
    assert families <= set(words("zh").families)
