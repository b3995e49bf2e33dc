"""Lines that a page or a converter broke are one paragraph; headings, items, rows and captions stay lines."""

from __future__ import annotations

import pytest

from datasets.model import Paragraph
from tests.unit.texts import document

WRAPPED = (
    "（一）本单位2021年度总收入581.45万元，其中本年收\n"
    "入390.55万元，较2020年度决算数减少175.26万元，下降\n"
    "31%。\n"
    "收入具体情况如下。\n"
    "1.一般公共预算财政拨款收入382.17万元，为市本级财政\n"
    "当年拨付的资金。较2020年度决算数减少157.86万元，下降\n"
    "29.2%，主要原因：一是军休人员自然减员减少下拨相应的\n"
    "离退休费、生活补助及其他经费。\n"
)


def paragraphs(text: str) -> list[str]:
    return [block.text.replace("\n", "") for block in document(text).blocks if isinstance(block, Paragraph)]


def test_lines_of_one_width_go_on_until_a_sentence_ends() -> None:
    assert paragraphs(WRAPPED) == [
        "（一）本单位2021年度总收入581.45万元，其中本年收入390.55万元，较2020年度决算数减少175.26万元，下降31%。",
        "收入具体情况如下。",
        (
            "1.一般公共预算财政拨款收入382.17万元，为市本级财政当年拨付的资金。较2020年度决算数减少157.86万元，"
            "下降29.2%，主要原因：一是军休人员自然减员减少下拨相应的离退休费、生活补助及其他经费。"
        ),
    ]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("基本支出预算20.58元，占一般公共预算支出", "的84.06%，同比减少4.66元，下降0.2%。"),
        ("2023年支出预算100.00", "万元，比上年增加5.00万元。"),
        ("公务接待费支出决算为", "5.00万元，完成预算的80%。"),
        ("本年收入合计100.00万元，", "比上年增加5.00万元。"),
    ],
)
def test_a_line_that_asks_for_more_goes_on_wherever_it_stands(above: str, below: str) -> None:
    assert paragraphs(f"某县水利局2023年部门预算\n\n{above}\n{below}\n")[-1] == above + below


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("二、收入决算情况说明", "本年收入合计100.00万元。"),
        ("项 目 预算数 决算数", "合 计 65.00 64.87"),
        ("合 计 65.00 64.87", "公务接待费 21.00 21.00"),
        ("某县水利局2023年部门预算", "单位：万元"),
        ("本年支出合计90.00万元", "二、收入决算情况说明"),
        ("本年支出合计90.00万元", "1.基本支出60.00万元。"),
        ("支出预算100.00万元", "12"),
        ("某县水利局", "2023年度部门决算"),
    ],
)
def test_headings_items_rows_and_page_numbers_are_lines_of_their_own(above: str, below: str) -> None:
    assert paragraphs(f"前言。\n{above}\n{below}\n")[1:] == [above, below]


def test_a_numeral_of_a_joined_line_keeps_its_own_line_and_place() -> None:
    found = document(WRAPPED)
    [paragraph] = [block for block in found.blocks if isinstance(block, Paragraph) and "390.55" in block.text]
    start = paragraph.text.index("390.55")
    place = found.within(paragraph.place, start, start + 6)
    assert (place.line, found.text[place.start : place.end]) == (2, "390.55")
