from __future__ import annotations

from decimal import Decimal

import pytest

from datasets.model import Kind
from datasets.tables.heads import headers_of
from datasets.tables.layouts import layout_of
from datasets.tables.reading import (
    RowReading,
    TableReading,
    is_amount,
    is_caption_number,
    read_table,
    title_and_unit,
    unit_of,
)
from tests.unit.texts import rows, tables

EXPENDITURE = "部门支出总体情况表"
HEADER = ("科目编码|科目名称|合计|基本支出|项目支出",)


def read(title: str, *lines: str, unit: str = "万元") -> TableReading:
    [table] = tables(rows(*lines))
    layout = layout_of(title, Kind.BUDGET)
    assert layout is not None
    return read_table(table, "t1", title, unit, layout)


def meanings(reading: TableReading) -> dict[str, str]:
    """Concept by header of every amount column."""
    return {column.header: column.meaning.concept for panel in reading.panels for column in panel.columns}


def row(reading: TableReading, label: str) -> RowReading:
    [found] = [row for panel in reading.panels for row in panel.rows if row.label == label]
    return found


def test_columns_are_bound_by_their_words_in_any_order() -> None:
    reading = read(EXPENDITURE, "科目编码|科目名称|项目支出|合计|基本支出", "206|科学技术支出|279.8|713.33|433.53")
    columns = [(c.column, c.meaning.concept) for c in reading.panels[0].columns]
    assert columns == [(3, "project_expenditure"), (4, "expenditure"), (5, "basic_expenditure")]


def test_a_header_that_no_list_knows_binds_nothing() -> None:
    reading = read(EXPENDITURE, "科目编码|科目名称|合计|备用金", "206|科学技术支出|1.5|2.5", "207|文化支出|1.5|2.5")
    assert meanings(reading) == {"合计": "expenditure", "备用金": "?"}


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("编制部门：某局                单位：万元", "万元"),
        ("单 位：元", "元"),
        ("金额单位:千元", "千元"),
        ("（单位： 亿元）", "亿元"),
        ("编制单位：某局", ""),
    ],
)
def test_the_unit_line_is_read_in_its_variants(line: str, unit: str) -> None:
    assert unit_of(line) == unit


def test_title_and_unit_come_from_the_lines_above_or_from_the_first_rows() -> None:
    [plain_table] = tables(rows("科目编码|科目名称|合计", "206|科学技术支出|1"))
    above = title_and_unit(plain_table, ("表3", EXPENDITURE, "编制部门：某局 单位：元"))
    [inside] = tables(rows(EXPENDITURE, "单位：万元", "科目编码|科目名称|合计", "206|科学技术支出|1", "207|文化支出|2"))
    assert above == (EXPENDITURE, "元")
    assert title_and_unit(inside, ("表2", "其他表")) == (EXPENDITURE, "万元")
    assert title_and_unit(plain_table, (EXPENDITURE, "公开03表", "单位：万元"))[0] == EXPENDITURE


def test_amounts_keep_the_printed_unit() -> None:
    assert read(EXPENDITURE, *HEADER, "206|科学技术支出|7133300.00|1|2", unit="元").unit == "元"


@pytest.mark.parametrize("text", ["713.33", "-1.02", "－1.02", "7,133.30", "0", "１２.５"])
def test_a_cell_that_is_nothing_but_a_number_is_an_amount(text: str) -> None:
    assert is_amount(text)


@pytest.mark.parametrize("text", ["", "-", "--", "***", "20人", "100%", "2024年", "(1.5)"])
def test_blanks_masks_and_words_are_no_amounts(text: str) -> None:
    assert not is_amount(text)


@pytest.mark.parametrize("text", ["表1", "附表 2-1", "公开01表"])
def test_the_number_of_a_table_is_no_header(text: str) -> None:
    assert is_caption_number(text)


def test_the_quantum_is_that_of_the_finest_number_of_the_column() -> None:
    reading = read(EXPENDITURE, *HEADER, "206|科学技术支出|713.33|433.5|279", "207|文化支出|2.2|3|4")
    assert reading.quanta == {
        3: (Decimal("0.01"), False),
        4: (Decimal("0.1"), False),
        5: (Decimal("0.01"), True),
    }


def test_a_lone_number_with_more_digits_does_not_set_the_quantum_of_many() -> None:
    lines = [f"20{number}|科目|{number}00|{number}0|{number}" for number in range(6, 9)]
    reading = read(EXPENDITURE, *HEADER, *lines, "209|科目|154.8033|1|2")
    assert set(reading.quanta.values()) == {(Decimal(1), False)}


def test_a_table_of_whole_numbers_has_a_quantum_of_one_that_is_printed() -> None:
    reading = read(EXPENDITURE, *HEADER, "206|科学技术支出|713|433|280")
    assert set(reading.quanta.values()) == {(Decimal(1), False)}


@pytest.mark.parametrize("position", [0, 1], ids=["top", "bottom"])
def test_the_total_is_known_at_the_top_and_at_the_bottom(position: int) -> None:
    lines = ["206|科学技术支出|713.33|433.53|279.8", "207|文化支出|1.5|1|0.5"]
    lines.insert(0 if position == 0 else len(lines), "|合 计|714.83|434.53|280.3")
    total = row(read(EXPENDITURE, *HEADER, *lines), "合计")
    assert (total.total, total.function_code) == (True, "")


def test_codes_are_read_from_one_column_from_three_and_from_the_label() -> None:
    one = read(EXPENDITURE, *HEADER, "2060101|行政运行|1.5|1|0.5")
    three = read(
        EXPENDITURE, "类|款|项|科目名称|合计|基本支出", "206|01|01|行政运行|1.5|1.5", "206|01|02|机关服务|1.5|1"
    )
    label = read(
        "部门收支总体情况表",
        "项目|预算数|功能分类|预算数",
        "一、本年收入|1.5|206-科学技术支出|1.5",
        "二、上年结转|1|229 其他支出|2",
    )
    assert row(one, "行政运行").function_code == row(three, "行政运行").function_code == "2060101"
    assert row(label, "科学技术支出").function_code == "206"


def test_blank_cells_are_no_amounts_and_filler_rows_are_left_out() -> None:
    reading = read(EXPENDITURE, *HEADER, "206|科学技术支出|713.33||279.8", "||||", "207|文化支出|1.5|1|0.5")
    assert reading.amount(2, 4) == ""
    assert [r.label for panel in reading.panels for r in panel.rows] == ["科学技术支出", "文化支出"]


def test_two_panels_side_by_side_are_read_apart() -> None:
    reading = read(
        "部门收支总体情况表",
        "收入|支出",
        "项目|预算数|功能分类|预算数",
        "一、本年收入|513.53|205 教育支出|",
        "二、上年结转结余|199.8|206 科学技术支出|713.33",
        "收入总计|713.33|支出总计|713.33",
    )
    left, right = reading.panels
    assert [r.concept for r in left.rows] == ["current_year_revenue", "opening_carryover_and_surplus", "total_revenue"]
    assert [r.function_code for r in right.rows] == ["205", "206", ""]


def test_items_below_the_carryover_are_carryover() -> None:
    reading = read(
        "部门收支总体情况表",
        "项目|预算数|功能分类|预算数",
        "一、本年收入|483.53|205 教育支出|1",
        "1.一般公共预算拨款|483.53|206 科学技术支出|2",
        "二、上年结转结余|19.8|207 文化支出|3",
        "一般公共预算拨款|19.8|208 社会保障|4",
    )
    carryover = [r.carryover for r in reading.panels[0].rows if r.concept == "general_public_budget_appropriation"]
    assert carryover == ["current", "opening"]


def test_economic_rows_are_known_by_name_where_no_code_is_printed() -> None:
    reading = read(
        "一般公共预算基本支出情况表", "科目名称|合计|人员经费|公用经费", "办公费|1.5||1.5", "奖励金|1.97|1.97|"
    )
    assert [r.economic_code for r in reading.panels[0].rows] == ["30201", "30309"]


def test_a_project_column_names_the_project_and_no_label() -> None:
    reading = read(
        "一般公共预算项目支出情况表",
        "科目编码|科目名称|项目名称|项目支出合计|商品和服务支出",
        "2060102|一般行政管理事务|引智工作经费|10.5|10",
        "2060599|其他科技条件与服务支出|专家顾问经费|50|45.5",
        "||合计|60.5|55.5",
    )
    first, second, total = reading.panels[0].rows
    assert (first.project, first.label) == ("引智工作经费", "一般行政管理事务")
    assert (second.project, total.project, total.total) == ("专家顾问经费", "", True)


def outturn(*lines: str) -> TableReading:
    [table] = tables(rows(*lines))
    layout = layout_of("收入支出决算总表", Kind.FINAL_ACCOUNTS)
    assert layout is not None
    return read_table(table, "t1", "收入支出决算总表", "万元", layout)


def test_numbers_of_rows_and_columns_are_neither_codes_nor_amounts() -> None:
    reading = outturn(
        "收入|支出",
        "项目|行次|决算数|项目|行次|决算数",
        "栏次||1|栏次||2",
        "一、一般公共预算财政拨款收入|1|7,850.84|一、一般公共服务支出|32|10.5",
        "二、其他收入|2|0.38|二、科学技术支出|33|7,828.53",
    )
    left, right = reading.panels
    assert [(c.column, c.header) for c in (*left.columns, *right.columns)] == [(3, "收入·决算数"), (6, "支出·决算数")]
    assert [r.label for r in left.rows] == ["一般公共预算财政拨款收入", "其他收入"]
    assert [r.function_code for r in right.rows] == ["201", "206"]
    assert reading.numbering == {(3, 3), (3, 6), (4, 2), (4, 5), (5, 2), (5, 5)}


def test_a_row_of_column_numbers_without_a_name_is_none_of_amounts() -> None:
    reading = read(EXPENDITURE, *HEADER, "1|2|3|4|5", "206|科学技术支出|713.33|433.53|279.8")
    assert [r.row for r in reading.panels[0].rows] == [3]
    assert reading.numbering == {(2, column) for column in range(1, 6)}


def test_the_first_row_of_whole_amounts_is_no_numbering() -> None:
    reading = read(EXPENDITURE, *HEADER, "206|科学技术支出|3|2|1", "207|文化支出|5|4|1")
    assert [r.row for r in reading.panels[0].rows] == [2, 3]
    assert reading.numbering == frozenset()


def test_a_header_that_lost_its_span_reaches_over_the_blanks_behind_it() -> None:
    [table] = tables(
        rows(
            "合计||公务用车购置及运行维护费||||公务接待费|",
            "||小计||公务用车运行维护费|||",
            "预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数",
            "9.00|8.00|7.00|6.00|7.00|6.00|2.00|2.00",
            blank="",
        )
    )
    headers = headers_of(table, 3)
    assert headers[2] == ("合计", "决算数")
    assert headers[4] == ("公务用车购置及运行维护费", "小计", "决算数")
    assert headers[6] == ("公务用车购置及运行维护费", "公务用车运行维护费", "决算数")
    assert headers[8] == ("公务接待费", "决算数")


def test_a_row_of_totals_may_hold_the_headers_of_the_expenditure() -> None:
    [table] = tables(
        rows(
            "项目||年初结转和结余|本年收入|本年支出|||年末结转和结余",
            "科目编码|科目名称||||||",
            "合计||0|105.00|合计|基本支出|项目支出|0",
            "221|住房保障支出|0|105.00|105.00||105.00|0",
            blank="",
        )
    )
    layout = layout_of("政府性基金预算财政拨款收入支出决算表", Kind.FINAL_ACCOUNTS)
    assert layout is not None
    [panel] = read_table(table, "t1", "政府性基金预算财政拨款收入支出决算表", "万元", layout).panels
    assert [(c.column, c.meaning.concept) for c in panel.columns if c.column in (5, 6, 7)] == [
        (5, "current_year_expenditure"),
        (6, "basic_expenditure"),
        (7, "project_expenditure"),
    ]
