"""Errors of wording: where they are reported, how loud, and what looks alike and is right."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checks.audit import audit
from checks.families import load_rules
from checks.model import Finding, Severity
from checks.wording.lines import Corpus, entry_name, lines_of
from checks.wording.scope import abbreviates, own_levels, same_body
from checks.wording.settings import OwnLevelRule, PatternEntry
from datasets.data_files.forms import WrongWordError
from datasets.reading import read
from tests.unit.building import blamed, document, of_rule

INCOME = "二、收入决算情况说明\n\n2024年度收入合计120.00万元。\n\n"
DUTIES = "甲县乙局负责全县河道、水库、灌区和农村供水工程的规划、建设与运行管理。" * 5
RULES = ("template-placeholder", "missing-number", "wrong-word", "final-punctuation")

OWN_LEVEL = OwnLevelRule.of(load_rules()["own-level"])


def found(folder: Path, text: str, rule: str) -> list[Finding]:
    return of_rule(audit([document(folder, text)]).findings, rule)


def test_words_are_reported_as_printed_and_where_they_stand(tmp_path: Path) -> None:
    text = f"{INCOME}人员经费50.00万元， 占基本支出预算 %，比上年增加1.00万元。\n"
    [finding] = found(tmp_path, text, "missing-number")
    [place] = [evidence.place for evidence in finding.evidence]
    whole = (tmp_path / "final_accounts-2024.txt").read_text(encoding="utf-8")
    assert place is not None
    assert whole[place.start : place.end] == "占基本支出预算 %"
    assert place.line == 7
    assert "百分号前没有数" in finding.message
    assert "no number before the percent sign" in finding.message_en


def test_one_slip_printed_often_is_one_finding_that_blames_four_places(tmp_path: Path) -> None:
    lines = "".join(f"{n}.公用经费XXX万元。\n\n" for n in range(1, 7))
    [finding] = found(tmp_path, INCOME + lines, "template-placeholder")
    assert blamed(finding) == ["XXX"] * 4
    assert len(finding.evidence) == 6
    assert finding.severity is Severity.ERROR
    assert "共6处" in finding.message


def test_a_placeholder_in_a_table_names_row_and_column(tmp_path: Path) -> None:
    table = "支出决算表\n\n单位：万元\n| 科目编码 | 科目名称 | 合计 |\n| 213 | XX支出 | 1.00 |\n"
    [finding] = found(tmp_path, INCOME + table, "template-placeholder")
    assert (finding.evidence[0].row, finding.evidence[0].column) == (2, 2)


@pytest.mark.parametrize(
    ("own", "other", "same"),
    [
        ("清源县农业农村局", "清源县农业局", True),
        ("昌吉回族自治州科学技术局", "昌吉州科技局", True),
        ("泉洲市住房和城乡建设局", "泉洲市住建局", True),
        ("上海市普陀区财政局", "普陀区财政局", True),
        ("甲县乙局", "乙局", True),
        ("甲县财政局", "甲县教育局", False),
        ("甲县财政局", "丙县财政局", False),
        ("上海市市场监督管理局", "上海市财政局", False),
    ],
)
def test_names_of_one_body(own: str, other: str, same: bool) -> None:
    assert same_body(own, other) is same


def test_an_abbreviation_keeps_the_order_of_its_characters() -> None:
    assert abbreviates("发改委", "发展和改革委员会")
    assert not abbreviates("改发委", "发展和改革委员会")


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("上海市普陀区财政局", "区级"),
        ("昆源市科学技术局", "市级"),
        ("昌吉回族自治州科学技术局", "州级"),
        ("新疆青河县档案馆", "县级"),
        ("广西壮族自治区财政厅", "自治区级"),
        ("甲市社区服务中心", "市级"),
        ("甲县人民法院", ""),
        ("杭州市西湖景区管委会", ""),
        ("科学技术协会", ""),
    ],
)
def test_the_level_that_a_name_tells(name: str, level: str) -> None:
    assert (own_levels(name, (), OWN_LEVEL) or ("",))[0] == level


def test_a_title_that_contradicts_the_name_leaves_the_level_open(tmp_path: Path) -> None:
    path = document(tmp_path, f"甲县2024年市级部门决算\n\n{INCOME}")
    lines = lines_of(read(path))
    assert own_levels("甲县乙局", lines, OWN_LEVEL) == ()
    assert own_levels("丙市丁局", lines, OWN_LEVEL)[0] == "市级"


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("一、部门主要职能 ……………………", "部门主要职能"),
        ("5．2024年部门一般公共预算支出功能分类预算表……", "2024年部门一般公共预算支出功能分类预算表"),
        ("（一）收入预算情况..................(5)", "收入预算情况"),
        ("第三部分 名词解释 PAGEREF _Toc19475 h 12", "名词解释"),
        ("第二部分 部门概况 12", "部门概况"),
        ("九、财政拨款“三公”经费支出决算表", "财政拨款“三公”经费支出决算表"),
    ],
)
def test_an_entry_of_the_contents_without_number_dots_and_page(printed: str, name: str) -> None:
    assert entry_name(printed) == name


def test_contents_end_where_their_first_entry_is_printed_again(tmp_path: Path) -> None:
    text = f"目 录\n\n第一部分 部门概况\n\n第二部分 决算说明\n\n第一部分 部门概况\n\n{INCOME}"
    inside = [line.text for line in lines_of(read(document(tmp_path, text))) if line.in_contents]
    assert inside == ["目录", "第一部分部门概况", "第二部分决算说明"]


@pytest.mark.parametrize(
    ("between", "severity", "other"),
    [("", Severity.WARNING, "第11行"), (f"{INCOME}" * 2, Severity.INFO, "第9行")],
)
def test_a_copy_is_loud_only_right_behind_the_passage(
    tmp_path: Path, between: str, severity: Severity, other: str
) -> None:
    text = f"{INCOME}一、主要职能\n\n{DUTIES}\n\n{between}{DUTIES}\n"
    [finding] = found(tmp_path, text, "repeated-passage")
    assert finding.severity is severity
    assert f"与{other}的逐字相同" in finding.message


def test_a_hit_never_crosses_two_paragraphs() -> None:
    import re

    corpus = Corpus(["甲乙", "丙丁", ""])
    assert not list(corpus.search(re.compile("乙\n丙")))
    assert [(index, match.start() - shift) for index, match, shift in corpus.search(re.compile("丁"))] == [(1, 1)]


def test_a_pattern_that_is_none_is_refused_with_its_setting() -> None:
    with pytest.raises(WrongWordError, match="find") as caught:
        PatternEntry(find="(", say="说", say_en="say")
    assert "正则表达式" in caught.value.problem


def test_a_document_without_such_errors_has_no_finding_of_wording(tmp_path: Path) -> None:
    result = audit([document(tmp_path, INCOME)])
    assert not [finding for finding in result.findings if finding.rule in RULES]
    assert {verdict.instance.relation.id for verdict in result.verdicts} >= {*RULES[:3]}


@pytest.mark.skipif("GOUJI_DOCUMENTS" not in os.environ, reason="GOUJI_DOCUMENTS names no folder of real documents")
def test_known_slips_of_real_documents_are_found() -> None:
    folder = Path(os.environ["GOUJI_DOCUMENTS"])
    paths = sorted(folder.glob("上海市普陀区*.pdf"))
    if not paths:
        pytest.skip("the folder of real documents has none of these")
    found_words = {
        (finding.rule, evidence.printed)
        for finding in audit(paths).findings
        for evidence in finding.evidence
        if evidence.role == "suspect"
    }
    assert found_words >= {
        ("own-level", "市级预算主管部门"),
        ("item-purpose", "事业单位离退休"),
        ("item-purpose", "城乡社区管理事务一般行政管理事务"),
        ("wrong-word", "事物受理"),
        ("final-punctuation", "占0.21%；"),
    }
