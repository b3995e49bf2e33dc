"""Tables that a copied page prints with blanks between the cells are tables; sentences with numbers are none."""

from __future__ import annotations

import pytest

from datasets.model import Table
from datasets.reading import read_document
from tests.unit.texts import document

HEAD = "某县人民法院2024年一般公共预算财政拨款“三公”经费支出决算情况说明\n一、2024年“三公”经费支出决算表\n单位：万元\n"
ROWS = """项 目 预算数 决算数
合 计 65.00 64.87
因公出国（境）费 0 0
公务接待费 21.00 21.00
公务用车购置及运行费 44.00 43.87
"""


def tables(text: str) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in cells] for _, cells in block.by_row()]
        for block in document(text).blocks
        if isinstance(block, Table)
    ]


def test_blanks_part_the_cells_of_a_table_with_a_header() -> None:
    [rows] = tables(HEAD + ROWS)
    assert rows[0] == ["项 目", "预算数", "决算数"]
    assert rows[1] == ["合 计", "65.00", "64.87"]
    assert rows[4] == ["公务用车购置及运行费", "44.00", "43.87"]


def test_its_amounts_are_read_by_row_and_column() -> None:
    reading = read_document(document(HEAD + ROWS))
    found = {(f.concept, f.scope.stage): f.printed for f in reading.figures if f.concept}
    assert found["three_public_expenses", "outturn"] == "64.87"
    assert found["official_hospitality", "full_year_budget"] == "21.00"


@pytest.mark.parametrize(
    "lines",
    [
        "公务接待费支出 5.00 万元，比上年增加 1.00 万元。\n公务用车 4 辆，价值 46.63 万元。\n",
        "第一部分 概况 1\n第二部分 报表 3\n第三部分 说明 12\n",
        "合 计 65.00 64.87\n",
        "地址 建设路 12\n电话 6881234\n",
        "单位：万元\n合 计 65.00 64.87\n公务接待费 21.00 21.00\n",
    ],
    ids=["sentences", "contents", "one row", "address", "no header"],
)
def test_what_has_no_header_or_is_no_row_is_no_table(lines: str) -> None:
    assert tables(f"某县水利局2024年度部门决算\n\n{lines}") == []


def test_a_row_of_stages_is_part_of_the_head_although_an_amount_slid_into_it() -> None:
    text = (
        "某区司法局2024年度部门决算\n2024年度一般公共预算财政拨款“三公”经费支出决算表\n单位：万元\n"
        "合计\t\t因公出国（境）费\t\t公务接待费\t\t其他\n"
        "预算数\t决算数\t预算数\t决算数\t预算数\t决算数\t325.88\n"
        "22.00\t8.77\t14.00\t8.47\t8.00\t0.30\t\n"
    )
    found = {(f.concept, f.scope.stage): f.printed for f in read_document(document(text)).figures if f.concept}
    assert found["three_public_expenses", "outturn"] == "8.77"
    assert found["official_hospitality", "full_year_budget"] == "8.00"


def test_the_amounts_of_last_year_and_the_change_stand_in_columns_of_their_own() -> None:
    text = (
        "某县2024年“三公”经费决算情况统计表\n单位：万元\n项目\t上年决算数\t本年决算数\t比上年增、减情况\t\n"
        "\t\t\t增、减金额\t增、减幅度\n合计\t2911.47\t2706.86\t-204.61\t-7.03%\n2.公务接待费\t1679.69\t1590.94\t-88.75\t-5.28%\n"
    )
    found = [
        (f.printed, f.role.value, f.scope.period)
        for f in read_document(document(text)).figures
        if f.concept == "three_public_expenses"
    ]
    assert found == [
        ("2911.47", "level", "2023"),
        ("2706.86", "level", "2024"),
        ("204.61", "change", "2024"),
        ("7.03", "rate", "2024"),
    ]


def test_a_table_printed_across_is_read_although_others_of_its_kind_go_downwards() -> None:
    text = (
        "某区司法局2024年度部门决算\n2024年度一般公共预算财政拨款“三公”经费及机关运行经费支出决算表\n单位：万元\n"
        "一般公共预算财政拨款“三公”经费\t\t\t\t机关运行经费决算数\n合计\t\t公务接待费\t\t\n"
        "预算数\t决算数\t预算数\t决算数\t\n22.00\t8.77\t8.00\t0.30\t325.88\n"
    )
    found = {(f.concept, f.scope.stage): f.printed for f in read_document(document(text)).figures if f.concept}
    assert found["three_public_expenses", "outturn"] == "8.77"
    assert found["official_hospitality", "full_year_budget"] == "8.00"
    assert found["agency_operating_costs", "outturn"] == "325.88"


@pytest.mark.parametrize(
    "captions",
    [
        "公开01表\n部门：某市某小学\n金额单位：万元\n",
        "部门：某市某小学\n公开01表\n单位：万元\n",
        "单位：万元\n公开01表\n",
        "金额单位：万元\n",
    ],
    ids=["number first", "department first", "unit first", "unit alone"],
)
def test_the_title_is_found_above_number_department_and_unit_in_any_order(captions: str) -> None:
    text = (
        "某市某小学2024年度部门决算\n收入支出决算总表\n"
        f"{captions}项目\t决算数\t项目\t决算数\n一、财政拨款收入\t479.01\t一、一般公共服务支出\t\n"
        "二、上级补助收入\t\t五、教育支出\t409.52\n本年收入合计\t479.01\t本年支出合计\t409.52\n"
    )
    found = {f.concept: (f.printed, f.unit) for f in read_document(document(text)).figures if f.concept}
    assert found["current_year_revenue"] == ("479.01", "万元")
