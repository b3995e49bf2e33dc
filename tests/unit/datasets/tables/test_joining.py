from __future__ import annotations

from datasets.model import Paragraph, Table
from datasets.tables.joining import joined
from tests.unit.texts import document, rows, texts

HEAD = "科目编码|科目名称|合计"
FIRST = (HEAD, "206|科学技术支出|9.01", "20601|管理事务|9.01")
TITLE = "部门支出总表\n\n单位：万元\n"


def pieces(between: str, *second: str) -> list[list[list[str]]]:
    blocks = joined(document(TITLE + rows(*FIRST) + "\n\n" + between + "\n" + rows(*second)).blocks)
    return [texts(block) for block in blocks if isinstance(block, Table)]


def test_a_piece_on_the_next_page_goes_on_below_the_first() -> None:
    [whole] = pieces("- 5 -", "2060101|行政运行|9.01")
    assert whole[-1] == ["2060101", "行政运行", "9.01"]
    assert len(whole) == 4


def test_a_header_that_is_repeated_on_the_next_page_is_left_out() -> None:
    [whole] = pieces("续表", HEAD, "2060101|行政运行|9.01")
    assert [row[0] for row in whole] == ["科目编码", "206", "20601", "2060101"]


def test_a_table_with_a_title_a_text_or_other_columns_is_one_of_its_own() -> None:
    assert len(pieces("一般公共预算支出表", HEAD, "2060101|行政运行|9.01")) == 2
    assert len(pieces("以下为说明文字，内容较多。", "2060101|行政运行|9.01")) == 2
    assert len(pieces("- 5 -", "2060101|行政运行|9.01|1.00")) == 2


def test_other_paragraphs_stay_where_they_are() -> None:
    blocks = joined(document(TITLE + rows(*FIRST) + "\n\n注：本表反映支出。\n").blocks)
    assert isinstance(blocks[-1], Paragraph)
    assert blocks[-1].text == "注：本表反映支出。"
