"""What the text says of tables: items that it lists and rows that are filled, tables that are empty and called so."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.audit import Audit, audit
from checks.model import Outcome
from tests.unit.building import blamed, document, of_rule

BASIC = """
| 一般公共预算基本支出情况表 |
| 编制部门：甲县乙局 | 单位：万元 |
| 项目 | 一般公共预算基本支出 |
| 经济分类科目编码 | 经济分类科目名称 | 合计 | 人员经费 | 公用经费 |
| 类 | 款 |||||
| 301 | | 工资福利支出 | 60.00 | 60.00 | |
| 301 | 01 | 基本工资 | 30.00 | 30.00 | |
| 301 | 02 | 津贴补贴 | 20.00 | 20.00 | |
| 301 | 03 | 奖金 | 10.00 | 10.00 | |
| 301 | 13 | 住房公积金 | | | |
| | | 合计 | 60.00 | 60.00 | |

六、一般公共预算基本支出情况说明

2024年一般公共预算基本支出60.00万元，其中：人员经费60.00万元，主要包括：{items}。
"""
BY_CLASS = """
| 一般公共预算基本支出情况表 |
| 编制部门：甲县乙局 | 单位：万元 |
| 经济分类科目编码 | 经济分类科目名称 | 合计 |
| 类 | 款 |||
| 301 | | 工资福利支出 | 60.00 |
| 301 | 01 | 基本工资 | 30.00 |
| 301 | 02 | 津贴补贴 | 30.00 |
| 302 | | 商品和服务支出 | 9.00 |
| 302 | 01 | 办公费 | 9.00 |
| 303 | | 对个人和家庭的补助 | 1.00 |
| 303 | 02 | 退休费 | 1.00 |
| | | 合计 | 70.00 |

六、一般公共预算基本支出情况说明

2024年一般公共预算基本支出70.00万元，其中：人员经费61.00万元，主要包括：{items}。
"""
FUNDS = """
| 政府性基金预算支出情况表 |
| 编制部门：甲县乙局 | 单位：万元 |
| 功能分类科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| 类 | 款 | 项 |||||
| 212 | 08 | 99 | 其他支出 | {amount} | | {amount} |
| | | | 合计 | {amount} | | {amount} |

{said}

二、收入预算情况说明

2024年收入总计60.00万元。
"""


def budget(folder: Path, text: str) -> Audit:
    return audit([document(folder, text, kind="budget")])


def outcomes(result: Audit, rule: str) -> list[Outcome]:
    return [verdict.outcome for verdict in result.verdicts if verdict.instance.relation.id == rule]


@pytest.mark.parametrize("items", ["基本工资、津贴补贴、奖金", "奖金、基本工资、津贴补贴"])
def test_the_listed_items_are_the_filled_rows_in_any_order(tmp_path: Path, items: str) -> None:
    assert outcomes(budget(tmp_path, BASIC.format(items=items)), "listed-economic-items") == [Outcome.EXACT]


def test_a_table_without_columns_for_them_is_split_by_class(tmp_path: Path) -> None:
    result = budget(tmp_path, BY_CLASS.format(items="基本工资、津贴补贴、退休费"))
    assert outcomes(result, "listed-economic-items") == [Outcome.EXACT]
    wrong = budget(tmp_path, BY_CLASS.format(items="基本工资、津贴补贴、办公费"))
    [finding] = of_rule(wrong.findings, "listed-economic-items")
    assert "人员经费：表中有数而文中未列：退休费" in finding.message


def test_an_item_listed_over_a_blank_row_is_blamed_by_name(tmp_path: Path) -> None:
    result = budget(tmp_path, BASIC.format(items="基本工资、津贴补贴、奖金、住房公积金"))
    [finding] = of_rule(result.findings, "listed-economic-items")
    assert blamed(finding) == ["住房公积金"]
    assert "文中列出而表中无数：住房公积金" in finding.message


def test_a_filled_row_that_the_text_leaves_out_is_named(tmp_path: Path) -> None:
    result = budget(tmp_path, BASIC.format(items="基本工资、津贴补贴、住房公积金"))
    [finding] = of_rule(result.findings, "listed-economic-items")
    assert "表中有数而文中未列：奖金" in finding.message
    assert "文中列出而表中无数：住房公积金" in finding.message


def test_a_list_with_a_name_of_its_own_does_not_claim_to_name_every_row(tmp_path: Path) -> None:
    result = budget(tmp_path, BASIC.format(items="基本工资、津贴补贴、某项旧名称"))
    assert outcomes(result, "listed-economic-items") == []


@pytest.mark.parametrize("items", ["基本工资、津贴补贴、奖金等支出", "基本工资、津贴补贴"])
def test_an_open_or_short_list_claims_nothing(tmp_path: Path, items: str) -> None:
    assert outcomes(budget(tmp_path, BASIC.format(items=items)), "listed-economic-items") == []


def test_a_table_called_empty_must_be_empty(tmp_path: Path) -> None:
    said = "说明：政府性基金预算支出情况表为空表。"
    empty = budget(tmp_path, FUNDS.format(amount="", said=said))
    assert outcomes(empty, "empty-table-statement") == [Outcome.EXACT]
    filled = budget(tmp_path, FUNDS.format(amount="5.00", said=said))
    [finding] = of_rule(filled.findings, "empty-table-statement")
    assert "文字说《政府性基金预算支出情况表》为空表，表中有 4 个数" in finding.message


def test_an_empty_table_of_which_nothing_is_said_is_named(tmp_path: Path) -> None:
    result = budget(tmp_path, FUNDS.format(amount="", said=""))
    [finding] = of_rule(result.findings, "empty-table-unstated")
    assert blamed(finding) == ["政府性基金预算支出情况表"]
    assert outcomes(budget(tmp_path, FUNDS.format(amount="5.00", said="")), "empty-table-unstated") == []
