"""Whatever a document prints, every format of it gives the same facts: made-up tables and sentences, read from each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.facsimile import BlockData, CellData, DocumentData, document_bytes
from datasets.model import Figure
from datasets.readers.detect import read_bytes
from datasets.reading import read_document
from tests.pdf_variant import pdf_bytes
from tests.variants import html_bytes, text_bytes, zip_bytes

TITLE = "某县水利局2024年部门预算公开"
Format = Callable[[DocumentData], bytes]
FORMATS: dict[str, Format] = {"html": html_bytes, "text": text_bytes, "word and workbook": zip_bytes, "pdf": pdf_bytes}
Fact = tuple[str, str, tuple[str, ...], Decimal | None, str, Decimal, str]


def fact(figure: Figure) -> Fact:
    return (
        figure.role,
        figure.concept,
        figure.scope.axes,
        figure.value,
        figure.unit,
        figure.quantum,
        figure.binding,
    )


def facts(data: bytes) -> Counter[Fact]:
    return Counter(map(fact, read_document(read_bytes(Path("文件"), data)).figures))


def printed(value: Decimal, *, grouped: bool) -> str:
    return f"{value:,}" if grouped else str(value)


amounts = st.builds(
    lambda value, grouped: printed(value, grouped=grouped),
    st.decimals(min_value=0, max_value=9_999_999, places=2),
    grouped=st.booleans(),
)
cells = st.one_of(amounts, amounts, st.just(""))
functions = st.lists(
    st.sampled_from(
        [("206", "01", "01"), ("206", "01", ""), ("206", "", ""), ("208", "05", "05"), ("221", "02", "01")]
    ),
    min_size=1,
    max_size=5,
    unique=True,
)
names = st.sampled_from(["行政运行", "科学技术支出", "机关事业单位基本养老保险缴费支出", "住房公积金"])


@st.composite
def sentences(draw: st.DrawFn) -> BlockData:
    first, second, third, rate = draw(amounts), draw(amounts), draw(amounts), draw(st.integers(0, 30000))
    word, drop = draw(st.sampled_from([("增加", "增长"), ("减少", "下降")]))
    share = f"{rate // 100}.{rate % 100:02}"
    text = draw(
        st.sampled_from(
            [
                f"2024年收入预算{first}万元，比上年{word}{second}万元，{drop}{share}%，主要原因是项目变动。",
                f"支出预算{first}万元，其中：基本支出{second}万元，占{share}%；项目支出{third}万元。",
                f"截至2023年12月31日，共有车辆{rate}辆，价值{first}万元。",
                f"政府采购预算{first}万元，其中：政府采购货物预算{second}万元、政府采购工程预算{third}万元。",
            ]
        )
    )
    return {"paragraph": text}


@st.composite
def tables(draw: st.DrawFn) -> list[BlockData]:
    """Expenditure by function, codes in three columns under a merged header, any amount blank."""
    rows: list[list[str | CellData]] = [
        [
            {"text": "功能分类科目编码", "columns": 3},
            {"text": "科目名称", "rows": 2},
            {"text": "合计", "rows": 2},
            {"text": "基本支出", "rows": 2},
            {"text": "项目支出", "rows": 2},
        ],
        ["类", "款", "项"],
    ]
    rows += [[*code, draw(names), draw(amounts), draw(cells), draw(cells)] for code in draw(functions)]
    rows.append([{"text": "合计", "columns": 4}, draw(amounts), draw(cells), draw(cells)])
    return [{"paragraph": "部门支出总体情况表"}, {"paragraph": "单位：万元"}, {"table": rows}]


@st.composite
def public_expenses(draw: st.DrawFn) -> list[BlockData]:
    """One row of amounts under a header of three rows."""
    rows: list[list[str | CellData]] = [
        [{"text": "合计", "rows": 3}, {"text": "“三公”经费预算数", "columns": 5}],
        [
            {"text": "因公出国（境）费", "rows": 2},
            {"text": "公务用车购置及运行费", "columns": 3},
            {"text": "公务接待费", "rows": 2},
        ],
        ["小计", "公务用车购置费", "公务用车运行费"],
        [draw(amounts) for _ in range(6)],
    ]
    return [{"paragraph": "财政拨款“三公”经费预算表"}, {"paragraph": "单位：万元"}, {"table": rows}]


@st.composite
def documents(draw: st.DrawFn) -> DocumentData:
    blocks: list[BlockData] = [{"heading": TITLE}, {"heading": "第二部分 2024年部门预算公开表"}]
    blocks += draw(tables())
    if draw(st.booleans()):
        blocks += draw(public_expenses())
    blocks.append({"heading": "第三部分 2024年部门预算情况说明"})
    blocks += draw(st.lists(sentences(), min_size=1, max_size=5))
    return {"title": TITLE, "blocks": blocks}


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=12)
@given(documents())
def test_every_format_gives_the_facts_of_the_word_document(name: str, data: DocumentData) -> None:
    expected, found = facts(document_bytes(data)), facts(FORMATS[name](data))
    assert expected.total() >= 10
    assert (sorted(map(str, expected - found)), sorted(map(str, found - expected))) == ([], [])
