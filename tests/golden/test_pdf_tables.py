"""The tables of a published PDF, figure by figure, as a person read them off the printed pages.

Nine tables of final accounts in 万元 on pages 6 to 20: merged heads, numerals off the baseline of their labels, tables
that go on without a header, tables that are empty. Needs the environment variable GOUJI_DOCUMENTS.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from datasets.model import Document, Paragraph, Table
from datasets.readers.pdf.reading import read_pdf
from datasets.vocabulary.numerals import NUMERAL
from datasets.vocabulary.plain import plain

NAME = "上海市普陀区财政局2024年度部门决算.pdf"
FIGURES = Path(__file__).parent / "data" / "putuo-finance-2024-cells.csv"
#: Title, pages, rows and columns of the nine tables.
SHAPES = [
    ("收入支出决算总表", {6, 7}, 32, 4),
    ("收入决算表", {8, 9}, 23, 11),
    ("支出决算表", {10, 11}, 23, 10),
    ("财政拨款收入支出决算总表", {12, 13, 14}, 35, 7),
    ("一般公共预算财政拨款支出决算表", {15}, 24, 7),
    ("一般公共预算财政拨款基本支出决算表", {16, 17}, 43, 8),
    ("财政拨款“三公”经费支出决算表", {18}, 6, 12),
    ("政府性基金预算财政拨款收入支出决算表", {19}, 12, 10),
    ("国有资本经营预算财政拨款收入支出决算表", {20}, 12, 10),
]


@pytest.fixture(scope="module")
def document(documents: Path) -> Document:
    path = documents / NAME
    if not path.is_file():
        pytest.skip(f"GOUJI_DOCUMENTS holds no {NAME}")
    return read_pdf(path, path.read_bytes())


@pytest.fixture(scope="module")
def titled(document: Document) -> list[tuple[str, Table]]:
    """The tables with their titles, which stand one line above them, over the unit."""
    found = []
    before = ["", ""]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            before = [before[-1], block.text]
        elif before[1] == "单位：万元":
            found.append((before[0], block))
    return found


def test_nine_tables_are_found_whole(titled: list[tuple[str, Table]]) -> None:
    shapes = [(title, {c.place.page for c in table.cells}, table.rows, table.columns) for title, table in titled]
    assert shapes == SHAPES


def test_every_amount_stands_where_it_is_printed(titled: list[tuple[str, Table]]) -> None:
    with FIGURES.open(encoding="utf-8", newline="") as handle:
        expected = [tuple(row.values()) for row in csv.DictReader(handle)]
    read = [
        (str(cell.place.page), title, str(cell.row), str(cell.column), cell.text)
        for title, table in titled
        for cell in table.cells
        if "." in cell.text and NUMERAL.fullmatch(cell.text)
    ]
    assert read == expected


def test_heads_lie_over_their_columns(titled: list[tuple[str, Table]]) -> None:
    heads = {
        title: {plain(c.text): (c.row, c.column, c.row_span, c.column_span) for c in table.cells if c.row < 4}
        for title, table in titled
    }
    spending = heads["支出决算表"]
    assert spending["项目"] == (1, 1, 1, 4)
    assert spending["本年支出合计"] == (1, 5, 3, 1)
    assert spending["对附属单位补助支出"] == (1, 10, 3, 1)
    assert spending["科目名称"] == (2, 4, 2, 1)
    hospitality = heads["财政拨款“三公”经费支出决算表"]
    assert hospitality["公务用车购置及运行费"] == (2, 5, 1, 6)
    assert hospitality["公务接待费"] == (2, 11, 3, 2)
    assert hospitality["公务用车购置费"] == (3, 7, 2, 2)


def test_parts_add_up_to_their_totals(titled: list[tuple[str, Table]]) -> None:
    """A reading with one amount in a wrong cell would not: 类 rows against 合计, column by column."""
    tables = dict(titled)
    for title, total_row, first, columns in (
        ("收入决算表", 4, 5, (5, 6, 11)),
        ("支出决算表", 4, 5, (5, 6, 7)),
        ("一般公共预算财政拨款支出决算表", 24, 5, (5, 6, 7)),
    ):
        grid = {(c.row, c.column): c.text for c in tables[title].cells}
        parts = [row for row in range(first, tables[title].rows + 1) if grid.get((row, 1)) and grid.get((row, 2)) == ""]
        for column in columns:
            amounts = [Decimal(grid[row, column].replace(",", "") or "0") for row in parts]
            assert abs(sum(amounts) - Decimal(grid[total_row, column].replace(",", ""))) <= Decimal("0.02")


def test_sentences_over_several_lines_are_whole(document: Document) -> None:
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert "收入支出总计减少56.95万元，下降1.87%。" in "".join(texts)
    [housing] = [text for text in texts if text.startswith("9、卫生健康支出")]
    assert housing.endswith(
        "年初预算为62.29万元，支出决算为60.99万元。决算数小于预算数的主要原因：预算按周全保障测算，实际执行基本贴合预期。"
    )


def test_every_cell_and_paragraph_is_a_slice_of_the_text_and_on_a_page(document: Document) -> None:
    for block in document.blocks:
        for piece in block.cells if isinstance(block, Table) else (block,):
            assert document.text[piece.place.start : piece.place.end] == piece.text
            assert document.page_at(piece.place.start) == piece.place.page
            assert piece.place.box is not None
