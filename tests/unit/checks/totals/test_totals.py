"""Where relations are bound: sums along rows and columns, blanks and masks, trees, facts printed twice, changes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from checks.audit import Audit, audit
from checks.findings.making import severity_of
from checks.model import Outcome, Severity, Verdict
from checks.totals.blanks import Blank
from checks.totals.rules import BLANK_COLUMN, UNLISTED
from checks.totals.trees import UNJUDGED
from tests.unit.building import blamed, document, of_rule

EXPENDITURE = """
部门支出总体情况表

编制部门：甲县乙局        单位：万元
| 项目 | 支出预算 |
| 功能分类科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| 类 | 款 | 项 |||||
"""
BASIC = """
| 一般公共预算基本支出情况表 |
| 编制部门：甲县乙局 | 单位：万元 |
| 项目 | 一般公共预算基本支出 |
| 经济分类科目编码 | 经济分类科目名称 | 合计 | 人员经费 | 公用经费 |
| 类 | 款 |||||
"""


def budget(folder: Path, text: str) -> Audit:
    result = audit([document(folder, text, kind="budget")])
    assert result.documents[0].status == "read", result.documents[0].problem
    return result


def accounts(folder: Path, text: str) -> Audit:
    return audit([document(folder, text)])


def verdicts(result: Audit, rule: str) -> list[Verdict]:
    return [verdict for verdict in result.verdicts if verdict.instance.relation.id == rule]


def printed(verdict: Verdict) -> list[str]:
    return [figure.printed for figure in verdict.instance.figures]


# -- blanks ------------------------------------------------------------------------------------------------------------


def test_a_blank_whose_row_and_column_hold_figures_counts_as_zero(tmp_path: Path) -> None:
    rows = """
| 206 | 01 | 01 | 行政运行 | 31.00 | 30.00 |  |
| 206 | 01 | 99 | 其他支出 | 20.00 |  | 20.00 |
| | | | 合计 | 50.00 | 30.00 | 20.00 |
"""
    result = budget(tmp_path, EXPENDITURE + rows.lstrip())
    by_figures = {tuple(printed(v)): v for v in verdicts(result, "expenditure-by-type")}
    assert by_figures["20.00", "20.00"].outcome is Outcome.EXACT
    broken = by_figures["31.00", "30.00"]
    assert broken.outcome is Outcome.BROKEN
    assert broken.instance.assumptions == ()
    assert of_rule(result.findings, "expenditure-by-type")[0].severity is Severity.ERROR


def test_a_wholly_blank_column_is_an_assumption_and_makes_a_warning_at_most(tmp_path: Path) -> None:
    rows = """
| 206 | 01 | 01 | 行政运行 | 31.00 | 30.00 |  |
| 206 | 01 | 99 | 其他支出 | 20.00 | 20.00 |  |
| | | | 合计 | 51.00 | 50.00 |  |
"""
    result = budget(tmp_path, EXPENDITURE + rows.lstrip())
    assert {v.instance.assumptions for v in verdicts(result, "expenditure-by-type")} == {(BLANK_COLUMN,)}
    assert {f.severity for f in of_rule(result.findings, "expenditure-by-type")} == {Severity.WARNING}


def test_a_withheld_figure_leaves_its_sums_open(tmp_path: Path) -> None:
    rows = """
| 206 | 01 | 01 | 行政运行 | 36.00 | 30.00 | *** |
| 206 | 01 | 99 | 其他支出 | 20.00 |  | 20.00 |
| | | | 合计 | 56.00 | 30.00 | 26.00 |
"""
    result = budget(tmp_path, EXPENDITURE + rows.lstrip())
    assert result.findings == ()
    open_ones = [
        printed(v)
        for v in result.verdicts
        if v.outcome is Outcome.UNDECIDED and v.reason == UNJUDGED[Blank.WITHHELD][0]
    ]
    assert sorted(open_ones) == [["26.00", "20.00"], ["36.00", "30.00"]]
    assert {u.rule for u in result.unchecked if u.reason.startswith(UNJUDGED[Blank.WITHHELD])} == {
        "functional-tree",
        "expenditure-by-type",
    }


def test_a_blank_total_over_figures_is_found_and_its_sums_are_not_judged(tmp_path: Path) -> None:
    rows = """
| 206 | 01 | 01 | 行政运行 | 31.00 | 31.00 |  |
| 206 | 01 | 99 | 其他支出 |  |  | 20.00 |
| | | | 合计 | 51.00 |  | 20.00 |
"""
    result = budget(tmp_path, EXPENDITURE + rows.lstrip())
    assert {finding.rule for finding in result.findings} == {"blank-total"}
    row, column = sorted(result.findings, key=lambda finding: finding.evidence[0].row or 0)
    assert (row.evidence[0].row, row.evidence[0].column) == (5, 5)
    assert (column.evidence[0].row, column.evidence[0].column) == (6, 6)
    assert blamed(row) == blamed(column) == [""]
    assert column.message.startswith("《部门支出总体情况表》第6行第6列，第")
    assert "《部门支出总体情况表》合计（支出预算·基本支出）为空，其下有 1 个数" in column.message


def test_a_blank_total_over_blanks_is_nothing(tmp_path: Path) -> None:
    rows = """
| 206 | 01 | 01 | 行政运行 | 30.00 | 30.00 |  |
| | | | 合计 | 30.00 | 30.00 |  |
"""
    assert budget(tmp_path, EXPENDITURE + rows.lstrip()).findings == ()


# -- trees -------------------------------------------------------------------------------------------------------------


def test_every_level_of_a_tree_is_judged_in_every_column(tmp_path: Path) -> None:
    rows = """
| 301 | | 工资福利支出 | 50.00 | 50.00 | |
| 301 | 01 | 基本工资 | 30.00 | 30.00 | |
| 301 | 02 | 津贴补贴 | 20.00 | 20.00 | |
| 302 | | 商品和服务支出 | 8.00 | | 8.00 |
| 302 | 01 | 办公费 | 8.00 | | 8.00 |
| | | 合计 | 58.00 | 50.00 | 8.00 |
"""
    result = budget(tmp_path, BASIC + rows.lstrip())
    tree = verdicts(result, "economic-tree")
    assert {v.outcome for v in tree} == {Outcome.EXACT}
    assert sorted(map(printed, tree)) == [
        ["50.00", "30.00", "20.00"],
        ["50.00", "30.00", "20.00"],
        ["50.00", "50.00"],
        ["58.00", "50.00", "8.00"],
        ["8.00", "8.00"],
        ["8.00", "8.00"],
        ["8.00", "8.00"],
    ]


def test_a_wrong_item_of_a_tree_is_blamed_where_row_and_column_meet(tmp_path: Path) -> None:
    rows = """
| 301 | | 工资福利支出 | 57.25 | 57.25 | |
| 301 | 01 | 基本工资 | 31.12 | 31.12 | |
| 301 | 02 | 津贴补贴 | 26.13 | 21.63 | |
| | | 合计 | 57.25 | 57.25 | |
"""
    result = budget(tmp_path, BASIC + rows.lstrip())
    [finding] = [f for f in result.findings if f.severity is not Severity.INFO]
    assert blamed(finding)[0] == "21.63"
    assert finding.repairs[0].value == "26.13"


def test_a_child_hangs_below_the_nearest_printed_ancestor(tmp_path: Path) -> None:
    rows = """
| 206 | | | 科学技术支出 | 50.00 | 30.00 | 20.00 |
| 206 | 01 | 01 | 行政运行 | 30.00 | 30.00 |  |
| 206 | 05 | 99 | 其他支出 | 20.00 |  | 20.00 |
| | | | 合计 | 50.00 | 30.00 | 20.00 |
"""
    result = budget(tmp_path, EXPENDITURE + rows.lstrip())
    assert ["50.00", "30.00", "20.00"] in map(printed, verdicts(result, "functional-tree"))
    assert {v.outcome for v in verdicts(result, "functional-tree")} == {Outcome.EXACT}


CLASSES = """
五、一般公共预算财政拨款支出决算情况说明

2024年度一般公共预算财政拨款支出100.00万元，主要用于以下方面：科学技术支出（类）70.00万元{second}。
"""


def test_classes_in_a_sentence_add_up_and_make_a_warning_at_most(tmp_path: Path) -> None:
    text = CLASSES.format(second="；社会保障和就业支出（类）20.00万元")
    [made] = verdicts(accounts(tmp_path, text), "functional-tree")
    assert printed(made) == ["100.00", "70.00", "20.00"]
    assert made.outcome is Outcome.BROKEN
    assert severity_of(made) is Severity.WARNING


def test_one_class_alone_in_a_sentence_claims_no_sum(tmp_path: Path) -> None:
    assert verdicts(accounts(tmp_path, CLASSES.format(second="")), "functional-tree") == []


# -- prose -------------------------------------------------------------------------------------------------------------

THREE_PUBLIC = """
九、财政拨款“三公”经费支出决算情况说明

2024年度财政拨款“三公”经费支出{total}万元，比上年减少{less}万元，其中：因公出国（境）费支出0.00万元，与上年持平；\
公务用车购置及运行维护费支出4.30万元，比上年减少0.10万元；公务接待费支出0.90万元，比上年减少0.20万元。
"""


def test_a_sum_in_a_sentence_is_judged_like_one_in_a_table(tmp_path: Path) -> None:
    holds = accounts(tmp_path, THREE_PUBLIC.format(total="5.20", less="0.30"))
    assert [v.outcome for v in verdicts(holds, "three-public-total")] == [Outcome.EXACT]
    broken = accounts(tmp_path, THREE_PUBLIC.format(total="5.70", less="0.30"))
    [finding] = of_rule(broken.findings, "three-public-total")
    assert (finding.stated, finding.expected) == ("5.7", "5.2")


@pytest.mark.parametrize(("less", "outcome"), [("0.30", Outcome.EXACT), ("0.50", Outcome.BROKEN)])
def test_changes_add_up_like_what_changed(tmp_path: Path, less: str, outcome: Outcome) -> None:
    text = THREE_PUBLIC.format(total="5.20", less=less).replace("，与上年持平", "，比上年减少0.00万元")
    [made] = verdicts(accounts(tmp_path, text), "implied-prior-year")
    assert made.outcome is outcome
    assert made.stated == -Decimal(less)


def test_an_item_that_a_sentence_leaves_out_is_an_assumption(tmp_path: Path) -> None:
    text = """
二、支出决算情况说明

2024年度支出合计100.00万元，其中：基本支出60.00万元；项目支出30.00万元。
"""
    [made] = verdicts(accounts(tmp_path, text), "expenditure-by-type")
    assert made.instance.assumptions == (UNLISTED,)
    assert made.outcome is Outcome.BROKEN


# -- one fact printed twice --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("again", "outcome"), [("58.00", Outcome.EXACT), ("58", Outcome.WITHIN_ROUNDING), ("85.00", Outcome.BROKEN)]
)
def test_one_fact_printed_in_table_and_text_is_one_number(tmp_path: Path, again: str, outcome: Outcome) -> None:
    table = BASIC + "| 301 | | 工资福利支出 | 58.40 | 58.40 | |\n| | | 合计 | 58.40 | 58.40 | |\n"
    text = f"\n六、一般公共预算基本支出情况说明\n\n2024年一般公共预算基本支出{again}万元。\n"
    table = table.replace("58.40", "58.00") if outcome is Outcome.EXACT else table
    made = [v for v in verdicts(budget(tmp_path, table + text), "same-fact") if again in printed(v)]
    assert [v.outcome for v in made] == [outcome]


def test_facts_of_different_scope_are_never_compared(tmp_path: Path) -> None:
    text = """
二、支出决算情况说明

2024年度支出合计100.00万元。

五、一般公共预算财政拨款支出决算情况说明

2024年度一般公共预算财政拨款支出80.00万元。
"""
    assert verdicts(accounts(tmp_path, text), "same-fact") == []
