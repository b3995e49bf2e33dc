from __future__ import annotations

from decimal import Decimal

import pytest

from datasets.model import Figure, Kind, Role
from datasets.tables.layouts import ColumnMeaning, layout_of
from datasets.tables.words import dated, measured, staged
from tests.unit.texts import BUDGET_TITLE, reading, rows

ACCOUNTS_TITLE = "某县科学技术局2024年度部门决算公开"


def figures(title: str, *lines: str, accounts: bool = False, unit: str = "单位：万元") -> dict[str, Figure]:
    """The figures of one table by their digits."""
    read = reading(ACCOUNTS_TITLE if accounts else BUDGET_TITLE, "", title, "", unit, rows(*lines))
    return {figure.printed: figure for figure in read.cells.values()}


def meaning(figure: Figure) -> tuple[str, str | None, str | None, str | None]:
    scope = figure.scope
    return figure.concept, scope.fund, scope.stage, scope.period


def test_a_column_of_last_year_is_of_last_year() -> None:
    found = figures(
        "一般公共预算支出表",
        "科目编码|科目名称|2023年执行数|2024年预算数|2024年预算数比2023年执行数||",
        "|||小计|增减额|增减%",
        "2060101|行政运行|40.01|30.01|-10.00|-24.99",
        "2060102|一般行政管理事务|40.02|30.02|-10.01|-25.01",
    )
    assert meaning(found["40.01"]) == ("expenditure", "general", "execution", "2023")
    assert meaning(found["30.01"]) == ("expenditure", "general", "original_budget", "2024")
    assert (found["10.00"].role, found["10.00"].value, found["10.00"].unit) == (Role.CHANGE, Decimal(-10), "万元")
    assert (found["24.99"].role, found["24.99"].unit) == (Role.RATE, "%")


def test_a_year_that_all_columns_share_is_no_other_year() -> None:
    found = figures("部门支出总表", "科目编码|科目名称|2023年预算数|备注", "2060101|行政运行|40.01|含结转")
    assert found["40.01"].scope.period == "2024"


def test_the_same_columns_for_two_years_are_told_apart() -> None:
    found = figures(
        "一般公共预算“三公”经费支出表",
        "2023年预算数|||2024年预算数||",
        "合计|因公出国（境）费|公务接待费|合计|因公出国（境）费|公务接待费",
        "3.01|1.01|2.00|4.01|1.51|2.50",
    )
    assert meaning(found["3.01"]) == ("three_public_expenses", "general", "original_budget", "2023")
    assert meaning(found["2.50"]) == ("official_hospitality", "general", "original_budget", "2024")


def test_a_subtotal_below_a_known_header_is_that_of_the_header() -> None:
    found = figures(
        "一般公共预算支出表",
        "科目编码|科目名称|合计|基本支出|||项目支出",
        "|||小计|人员经费|公用经费|",
        "2060101|行政运行|9.01|7.01|4.01|3.00|2.00",
    )
    assert [found[printed].concept for printed in ("9.01", "7.01", "4.01", "2.00")] == [
        "expenditure",
        "basic_expenditure",
        "personnel_costs",
        "project_expenditure",
    ]


def test_two_columns_that_would_say_the_same_say_nothing() -> None:
    found = figures("部门支出总表", "科目编码|科目名称|合计|合计|基本支出", "2060101|行政运行|9.01|8.01|7.01")
    assert [found[printed].concept for printed in ("9.01", "8.01", "7.01")] == ["", "", "basic_expenditure"]


def test_amounts_left_of_their_labels_are_bound() -> None:
    found = figures("部门支出总表", "合计|科目编码|科目名称|基本支出", "9.01|2060101|行政运行|7.01")
    assert (found["9.01"].concept, found["9.01"].scope.function_code) == ("expenditure", "2060101")


def test_a_header_names_the_unit_where_no_line_does() -> None:
    found = figures("部门支出总表", "科目编码|科目名称|合计（元）", "2060101|行政运行|9.01", unit="")
    assert found["9.01"].unit == "元"


def test_a_table_without_a_unit_takes_that_of_the_tables_before_it() -> None:
    first = rows("科目编码|科目名称|合计", "2060101|行政运行|9.01")
    second = rows("科目编码|科目名称|合计", "2060101|行政运行|8.01")
    read = reading(BUDGET_TITLE, "", "部门支出总表", "", "单位：元", first, "", "一般公共预算支出表", "", second)
    taken = next(figure for figure in read.figures if figure.printed == "8.01")
    assert (taken.unit, taken.binding) == ("元", "inferred")


@pytest.mark.parametrize(
    ("title", "kind", "layout", "fund"),
    [
        ("部门预算一般公共预算财政拨款支出表", Kind.BUDGET, "general_expenditure_budget", "general"),
        ("2024年部门收入预算总表", Kind.BUDGET, "revenue_budget", "all"),
        ("财政拨款支出总表", Kind.BUDGET, "fiscal_expenditure_budget", "fiscal"),
        ("政府性基金预算“三公”经费支出预算表", Kind.BUDGET, "three_public_expenses_budget", "government_funds"),
        ("支出预算分类汇总表（按政府预算经济分类）", Kind.BUDGET, "expenditure_by_government_class_budget", "all"),
        ("公共财政预算财政拨款支出决算明细表", Kind.FINAL_ACCOUNTS, "general_expenditure_outturn", "general"),
        (
            "财政拨款“三公”经费及会议费、培训费支出决算表",
            Kind.FINAL_ACCOUNTS,
            "three_public_expenses_outturn",
            "fiscal",
        ),
    ],
)
def test_titles_of_other_provinces_name_their_layout(title: str, kind: Kind, layout: str, fund: str) -> None:
    found = layout_of(title, kind)
    assert found is not None
    assert (found.id, found.fund) == (layout, fund)


@pytest.mark.parametrize(
    "title", ["财政专户管理资金支出总表", "非税收入总表", "政府购买服务支出预算表", "新增资产配置预算表"]
)
def test_a_table_on_a_part_that_no_layout_stands_for_is_left_alone(title: str) -> None:
    assert layout_of(title, Kind.BUDGET) is None


def test_year_stage_and_unit_are_cut_off_a_word() -> None:
    assert dated("2023年执行数") == ("执行数", ColumnMeaning(period="2023"))
    assert dated("上年预算数") == ("预算数", ColumnMeaning(period="prior"))
    assert dated("当年财政拨款") == ("当年财政拨款", ColumnMeaning())
    assert staged("机关运行经费预算数") == ("机关运行经费", "original_budget")
    assert measured("公务用车保有量（辆）") == ("公务用车保有量", "辆")
    assert measured("因公出国（境）") == ("因公出国（境）", "")
