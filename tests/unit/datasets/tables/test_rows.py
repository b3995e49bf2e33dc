from __future__ import annotations

from datasets.model import Figure
from tests.unit.texts import BUDGET_TITLE, reading, rows

ACCOUNTS_TITLE = "某县科学技术局2024年度部门决算公开"


def figures(title: str, *lines: str, heading: str = BUDGET_TITLE) -> dict[str, Figure]:
    read = reading(heading, "", title, "", "单位：万元", rows(*lines))
    return {figure.printed: figure for figure in read.cells.values()}


def codes(found: dict[str, Figure]) -> list[str | None]:
    return [figure.scope.function_code or figure.scope.economic_code for figure in found.values()]


def test_classes_that_are_printed_only_where_they_change_go_on_below() -> None:
    found = figures("部门支出总表", "类|款|项|科目名称|合计", "206||||9.01", "|01||管理事务|9.02", "||01|行政运行|9.03")
    assert codes(found) == ["206", "20601", "2060101"]


def test_each_step_may_print_its_whole_code() -> None:
    found = figures(
        "部门支出总表", "类|款|项|科目名称|合计", "206|20601|2060101|行政运行|9.01", "206|20601||管理事务|9.02"
    )
    assert codes(found) == ["2060101", "20601"]


def test_of_two_classifications_side_by_side_the_departments_counts() -> None:
    found = figures(
        "一般公共预算基本支出表",
        "部门预算支出经济分类||政府预算支出经济分类||合计",
        "科目编码|科目名称|科目编码|科目名称|",
        "30101|基本工资|50101|工资奖金津补贴|9.01",
    )
    assert codes(found) == ["30101"]


def test_rows_of_several_units_belong_to_their_unit() -> None:
    found = figures(
        "部门支出总表",
        "科目编码|单位代码|单位名称（科目）|合计",
        "||合计|9.00",
        "|105001|某局本级|5.00",
        "2060101||行政运行|5.01",
        "|105002|某中心|4.00",
        "2060101||行政运行|4.01",
    )
    assert found["5.01"].scope.entity == "某局本级"
    assert found["4.01"].scope.entity == "某中心"
    assert found["9.00"].scope.entity == found["9.00"].scope.entity != "某中心"


def test_the_row_of_a_single_unit_is_the_whole_again() -> None:
    lines = ("单位编码|单位名称|合计|基本支出", "|合计|9.00|9.01", "105001|某局|9.02|9.03")
    found = figures("部门支出总表", *lines)
    assert {figure.scope.entity for figure in found.values()} == {found["9.00"].scope.entity}
    assert {figure.concept for figure in found.values()} == {"expenditure", "basic_expenditure"}


def test_a_row_that_no_list_knows_is_not_the_whole() -> None:
    found = figures("部门支出总表", "科目编码|科目名称|合计", "2060101|行政运行|9.01", "|其中：教育收费安排|1.01")
    assert (found["9.01"].concept, found["1.01"].concept) == ("expenditure", "")


def test_a_project_that_is_named_twice_is_two() -> None:
    found = figures("项目支出表", "项目名称|合计", "合计|5.00", "专项经费|2.00", "专项经费|3.00")
    assert [figure.scope.project for figure in found.values()] == [None, "专项经费", "专项经费（2）"]


def test_counts_keep_the_unit_of_their_label() -> None:
    found = figures(
        "机构运行信息表",
        "项目|决算数",
        "公务用车保有量（辆）|17",
        "国内公务接待人次（人）|310",
        "机关运行经费|9.01",
        heading=ACCOUNTS_TITLE,
    )
    assert [(figure.concept, figure.unit) for figure in found.values()] == [
        ("vehicles_kept", "辆"),
        ("hospitality_guests", "人"),
        ("agency_operating_costs", "万元"),
    ]


def test_a_row_may_name_the_stage_of_a_wide_table() -> None:
    found = figures(
        "一般公共预算“三公”经费及会议费、培训费支出决算表",
        "项目|合计|公务接待费|会议费",
        "年初预算数|5.01|5.02|1.01",
        "决算数|4.01|4.02|1.02",
        heading=ACCOUNTS_TITLE,
    )
    assert [(found[p].concept, found[p].scope.stage) for p in ("5.01", "1.01", "4.02")] == [
        ("three_public_expenses", "original_budget"),
        ("meeting_costs", "original_budget"),
        ("official_hospitality", "outturn"),
    ]
