from __future__ import annotations

import pytest

from datasets.model import Paragraph, Table
from tests.unit.texts import document, rows, tables, texts


def test_lines_behind_a_tab_are_cells_and_a_blank_line_ends_a_row() -> None:
    [table] = tables(rows("项目|预算数", "一、本年收入|513.53", "二、上年结转|199.8"))
    assert texts(table) == [["项目", "预算数"], ["一、本年收入", "513.53"], ["二、上年结转", "199.8"]]


def test_other_lines_are_paragraphs_with_their_line_numbers() -> None:
    read = document("第一部分 概况\n\n收支总预算713.33万元。\n")
    found = [(b.text, b.place.line) for b in read.blocks if isinstance(b, Paragraph)]
    assert found == [("第一部分 概况", 1), ("收支总预算713.33万元。", 3)]


def test_cells_and_paragraphs_are_slices_of_the_text() -> None:
    read = document("表1\n" + rows("项目|预算数", "一、本年收入|513.53　") + "\n以上。")
    for block in read.blocks:
        for piece in block.cells if isinstance(block, Table) else (block,):
            assert read.text[piece.place.start : piece.place.end] == piece.text


def test_a_cell_of_two_paragraphs_stays_one_cell() -> None:
    [table] = tables("\t三公支出内容\n\t合计\n\n\t公务用车购置及运行费\n\n（小计）\n\t4.3\n\n\t公务接待费\n\t0.48\n")
    assert texts(table) == [
        ["三公支出内容", "合计"],
        ["公务用车购置及运行费\n\n（小计）", "4.3"],
        ["公务接待费", "0.48"],
    ]


def test_a_line_right_below_a_cell_continues_it() -> None:
    [table] = tables("\t一级指标\n\t目标\n\n\t产出指标\n\t第一行\n第二行\n")
    assert texts(table)[1] == ["产出指标", "第一行\n第二行"]


def test_a_row_torn_apart_by_an_empty_paragraph_in_a_cell_is_joined() -> None:
    [table] = tables(
        rows("项目|预算数|功能分类|预算数", "一、收入|1|201 一般|2") + "\n\t二、基金\n\n\t　\n\t205 教育\n\t3\n"
    )
    assert texts(table)[2] == ["二、基金", "", "205 教育", "3"]


def test_a_caption_behind_a_table_does_not_grow_into_its_last_cell() -> None:
    read = document(rows("项目|预算数", "一、收入|1") + "\n单位：万元\n" + rows("项目|决算数", "一、收入|2"))
    assert [type(block).__name__ for block in read.blocks] == ["Table", "Paragraph", "Table"]


def test_a_header_over_several_columns_spans_them() -> None:
    [table] = tables(rows("收入|支出", "项目|预算数|功能分类|预算数", "一、收入|1|201 一般|2", "二、结转|3|202 外交|4"))
    assert {(c.text, c.column, c.column_span) for c in table.cells if c.row == 1} == {("收入", 1, 2), ("支出", 3, 2)}


def test_a_cell_merged_downwards_leaves_empty_cells_below_it() -> None:
    [table] = tables(
        rows("科目编码|科目名称|合计|基本支出", "类|款|||", "206||科学技术支出|1|2", "206|01|管理事务|1|2", blank="")
    )
    first = {(c.text, c.column, c.column_span) for c in table.cells if c.row == 1}
    assert first == {("科目编码", 1, 2), ("科目名称", 3, 1), ("合计", 4, 1), ("基本支出", 5, 1)}


def test_a_row_that_is_nothing_but_a_title_opens_a_new_table() -> None:
    found = tables(
        rows(
            "一般公共预算支出情况表",
            "项目|合计",
            "行政运行|1",
            "机关服务|2",
            "政府性基金预算支出情况表",
            "项目|合计",
            "其他|3",
            "另|4",
        )
    )
    assert [texts(table)[0] for table in found] == [["一般公共预算支出情况表"], ["政府性基金预算支出情况表"]]


def test_two_blank_lines_part_two_tables() -> None:
    found = tables(rows("项目|预算数", "收入|1") + "\n\n" + rows("项目|决算数", "收入|2"))
    assert [texts(table)[0][1] for table in found] == ["预算数", "决算数"]


def test_the_same_bytes_have_the_same_fingerprint_and_other_bytes_another() -> None:
    assert document("甲").sha256 == document("甲").sha256 != document("乙").sha256


def test_equal_header_groups_that_repeat_below_are_spread_evenly() -> None:
    [table] = tables(
        "\t预算数\n\t决算数\n\n"
        "\t合计\n\t公务用车\n\t接待费\n\t合计\n\t公务用车\n\t接待费\n\n"
        "\t\n\t小计\n\t购置费\n\t\n\t\n\t小计\n\t购置费\n\t\n\n"
        "\t5.00\n\t4.00\n\t0.00\n\t1.00\n\t4.50\n\t4.00\n\t0.00\n\t0.50\n"
    )
    spans = [(cell.text, cell.column, cell.column_span) for cell in table.cells if cell.row == 1]
    assert spans == [("预算数", 1, 4), ("决算数", 5, 4)]


@pytest.mark.parametrize(
    "text",
    [
        "科目\t合计\t基本\n206\t3\t1\n\t\t2\n",
        "| 科目 | 合计 | 基本 |\n|---|:--:|---|\n| 206 | 3 | 1 |\n|  |  | 2 |\n",
        "｜科目｜合计｜基本｜\n｜206｜3｜1｜\n｜｜｜2｜\n",
    ],
    ids=["tabs", "bars", "full-width bars"],
)
def test_rows_of_one_line_each_are_a_table_with_their_blanks_kept(text: str) -> None:
    [table] = tables("支出决算表\n" + text + "说明文字。\n")
    found = {(cell.row, cell.column): cell.text.strip() for cell in table.cells if cell.text.strip()}
    assert found == {
        (1, 1): "科目",
        (1, 2): "合计",
        (1, 3): "基本",
        (2, 1): "206",
        (2, 2): "3",
        (2, 3): "1",
        (3, 3): "2",
    }


def test_a_lone_line_with_a_tab_is_a_paragraph() -> None:
    assert tables("编制部门：某局\t单位：万元\n说明文字。\n") == []
