"""Foreign text on the pages stays text, whatever it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as parser

from flows.site.build import build_site
from flows.site.shared.inert import marked, visible
from tests.browser.sample import (
    DOCUMENTS,
    RELATIONS,
    SENTENCE,
    SHARE,
    SampleAudit,
    SampleSuites,
    document,
)

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
        evidence=(spoiled, *SHARE.evidence[1:]),
        repairs=(replace(SHARE.repairs[0], value=HOSTILE, cause=HOSTILE),),
    )
    documents = (replace(DOCUMENTS[0], entity=HOSTILE, entity_name=HOSTILE, problem=HOSTILE), DOCUMENTS[1])
    figures = tuple(
        replace(
            figure, concept_label=HOSTILE, table=HOSTILE, unit=HOSTILE, scope=replace(figure.scope, project=HOSTILE)
        )
        for figure in SampleAudit().figures
    )
    audit = SampleAudit(findings=(finding,), documents=documents, figures=figures)
    text_of = document(f"{HOSTILE}\n{SENTENCE}\n{HOSTILE}\n{HOSTILE}")
    build_site(audit, tmp_path, texts=[text_of], suites=SampleSuites(), relations=RELATIONS)
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 10
    for path in pages:
        source = path.read_text(encoding="utf-8")
        page = parser.fromstring(source)
        assert not page.xpath("//*[(self::script and not(@src)) or self::img or @onerror]"), path.name
        assert not any(character in source for character in "\u202e\u202c\u200b\x00\x01\x02\x1b"), path.name
    heading = parser.fromstring((tmp_path / "findings" / f"{SHARE.id}.html").read_text(encoding="utf-8")).xpath(
        "string(//h1)"
    )
    assert "⟦U+202E⟧05.0492⟦U+202C⟧万元⟦U+0000⟧⟦U+001B⟧[31m" in heading
    assert "{{ 7*7 }}" in heading


def test_lone_surrogate_does_not_stop_the_page(tmp_path: Path) -> None:
    audit = SampleAudit(findings=(replace(SHARE, message="残缺\ud800字符"),))
    build_site(audit, tmp_path, relations=RELATIONS)
    assert "残缺⟦U+D800⟧字符" in (tmp_path / "findings" / f"{SHARE.id}.html").read_text(encoding="utf-8")


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


def test_invisible_characters_are_spelled_out_and_ordinary_text_is_not() -> None:
    assert visible("　合计\u200b\n\t5") == "　合计⟦U+200B⟧\n\t5"
