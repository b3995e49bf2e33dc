"""Codes and names of subjects: what is blamed, how loudly, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.audit import audit
from checks.model import Finding, Severity
from tests.unit.building import blamed, document, of_rule

HEAD = """
{title}

编制部门：甲县乙局        单位：万元
| 项目 | 支出预算 |
| 功能分类科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| 类 | 款 | 项 |||||
"""
HEALTH = """| 210 ||| 卫生健康支出 | 80.00 | 60.00 | 20.00 |
| 210 | 07 || 计划生育事务 | 20.00 || 20.00 |
| 210 | 07 | 17 | 计划生育服务 | 20.00 || 20.00 |
| 210 | 11 || 行政事业单位医疗 | 60.00 | 60.00 ||
| 210 | 11 | 01 | {item} | 60.00 | 60.00 ||
|||| 合计 | 80.00 | 60.00 | 20.00 |
"""
SECTION = "\n三、关于甲县乙局2024年支出预算情况说明\n\n{sentence}\n"
BASIC = """
| 一般公共预算基本支出情况表 |
| 编制部门：甲县乙局 | 单位：万元 |
| 项目 | 一般公共预算基本支出 |
| 经济分类科目编码 | 经济分类科目名称 | 合计 | 人员经费 | 公用经费 |
| 类 | 款 |||||
| 301 || 工资福利支出 | 60.00 | 60.00 ||
| 301 | {first} | 基本工资 | 40.00 | 40.00 ||
| 301 | 2 | {second} | 20.00 | 20.00 ||
||| 合计 | 60.00 | 60.00 ||
"""
ALL, GENERAL = HEAD.format(title="部门支出总体情况表"), HEAD.format(title="一般公共预算支出情况表")


def found(folder: Path, text: str, rule: str) -> list[Finding]:
    return of_rule(audit([document(folder, text, kind="budget")]).findings, rule)


def told(folder: Path, sentence: str, rule: str = "subject-path") -> list[Finding]:
    text = ALL + HEALTH.format(item="行政单位医疗") + SECTION.format(sentence=sentence)
    return found(folder, text, rule)


def test_the_name_of_another_code_is_a_warning(tmp_path: Path) -> None:
    [finding] = found(tmp_path, ALL + HEALTH.format(item="公务员医疗补助"), "listed-subject-name")
    assert finding.severity is Severity.WARNING
    assert blamed(finding) == ["公务员医疗补助"]
    assert "2101101 应为“行政单位医疗”" in finding.message


def test_it_is_an_error_where_the_document_prints_the_right_name_too(tmp_path: Path) -> None:
    text = ALL + HEALTH.format(item="公务员医疗补助") + GENERAL + HEALTH.format(item="行政单位医疗")
    [finding] = found(tmp_path, text, "listed-subject-name")
    assert finding.severity is Severity.ERROR


def test_one_wrong_name_in_two_tables_is_one_finding(tmp_path: Path) -> None:
    table = HEALTH.format(item="公务员医疗补助")
    [finding] = found(tmp_path, ALL + table + GENERAL + table, "listed-subject-name")
    assert blamed(finding) == ["公务员医疗补助", "公务员医疗补助"]


def test_a_wrong_name_in_a_row_without_amounts_is_only_noted(tmp_path: Path) -> None:
    table = HEALTH.format(item="公务员医疗补助").replace("| 公务员医疗补助 | 60.00 | 60.00 ||", "| 公务员医疗补助 ||||")
    [finding] = found(tmp_path, ALL + table, "listed-subject-name")
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize("item", ["行政医疗", "行政单位医疗支出", "行政单位 医疗", "机关医疗统筹"])
def test_short_long_and_free_wording_is_left_alone(tmp_path: Path, item: str) -> None:
    text = ALL + HEALTH.format(item=item)
    assert found(tmp_path, text, "listed-subject-name") == []
    assert found(tmp_path, text, "one-name-per-code") == []


def test_a_table_of_projects_beside_codes_is_no_list_of_subjects(tmp_path: Path) -> None:
    table = """| 210 | 07 | 17 | 公务员医疗补助 | 20.00 || 20.00 |
| 210 | 11 | 01 | 计划生育机构 | 60.00 | 60.00 ||
|||| 合计 | 80.00 | 60.00 | 20.00 |
"""
    assert found(tmp_path, ALL + table, "listed-subject-name") == []


def test_a_misprint_of_one_character_is_blamed_against_the_listed_name(tmp_path: Path) -> None:
    text = ALL + HEALTH.format(item="行政单位医疗") + GENERAL + HEALTH.format(item="行政单位医辽")
    [finding] = found(tmp_path, text, "one-name-per-code")
    assert blamed(finding) == ["行政单位医辽"]


def test_a_path_one_level_too_high_blames_both_levels(tmp_path: Path) -> None:
    [finding] = told(tmp_path, "1.“卫生健康支出（类）卫生健康支出（款）计划生育事务（项）”科目20.00万元。")
    assert blamed(finding) == ["卫生健康支出", "计划生育事务"]
    assert "款“卫生健康支出”应为“计划生育事务”" in finding.message
    assert "项“计划生育事务”应为“计划生育服务”" in finding.message


def test_a_class_under_its_old_name_in_text_is_no_wrong_path_but_a_renamed_subject(tmp_path: Path) -> None:
    sentence = "1.医疗卫生与计划生育支出（类）-行政事业单位医疗（款）-行政单位医疗（项）60.00万元。"
    assert told(tmp_path, sentence) == []
    [finding] = told(tmp_path, sentence, rule="renamed-subject")
    assert blamed(finding) == ["医疗卫生与计划生育支出"]
    assert "起称“卫生健康支出”" in finding.message


@pytest.mark.parametrize(
    "sentence",
    [
        "1.卫生健康（类）行政事业单位医疗（款）行政医疗（项）60.00万元。",
        "1.卫生健康支出（210类）行政事业单位医疗（11款）行政单位医疗（01项）60.00万元。",
        "1.主要用于卫生健康支出（类）行政事业单位医疗（款）行政单位医疗（项）60.00万元。",
        "1.卫生健康支出（类）健康促进专项（款）健康社区（项）20.00万元。",
        "1.教育支出（类）普通教育（款）小学教育（项）2023年预算35.00万元。",
        "1.其他支出（类）其他支出（款）其他支出（项）3.00万元。",
    ],
)
def test_right_short_and_unknown_paths_are_left_alone(tmp_path: Path, sentence: str) -> None:
    assert told(tmp_path, sentence) == []


def test_an_amount_that_another_path_already_names_tells_nothing(tmp_path: Path) -> None:
    sentence = (
        "1.卫生健康支出（类）行政事业单位医疗（款）行政单位医疗（项）60.00万元。\n\n"
        "2.卫生健康支出（类）公共卫生（款）基本公共卫生服务（项）60.00万元。"
    )
    assert told(tmp_path, sentence) == []


def test_a_code_without_its_zero_beside_others_with_it_is_a_warning(tmp_path: Path) -> None:
    [finding] = found(tmp_path, BASIC.format(first="01", second="津贴补贴"), "subject-code-digits")
    assert finding.severity is Severity.WARNING
    assert ["".join(words.split()) for words in blamed(finding)] == ["3012津贴补贴"]


def test_a_table_that_drops_all_zeros_is_only_noted(tmp_path: Path) -> None:
    [finding] = found(tmp_path, BASIC.format(first="1", second="津贴补贴"), "subject-code-digits")
    assert finding.severity is Severity.INFO


def test_a_short_code_whose_name_does_not_tell_the_zero_is_left_alone(tmp_path: Path) -> None:
    assert found(tmp_path, BASIC.format(first="01", second="社区建设"), "subject-code-digits") == []
