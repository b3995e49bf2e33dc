"""Writing of Word documents: what the data say is what a reader reads back, byte for byte the same each time."""

from __future__ import annotations

import copy
from io import BytesIO
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.errors import FacsimileError
from datasets.facsimile import (
    CellData,
    DocumentData,
    document_bytes,
    load_document_data,
    main,
    place_cells,
    write_document,
)
from datasets.model import Paragraph, Table
from datasets.readers.word.reading import read_word

Rows = list[list[str | CellData]]

SAMPLE: DocumentData = {
    "title": "某局2024年部门预算公开",
    "blocks": [
        {"heading": "第二部分  2024年部门预算公开表", "level": 1},
        {"paragraph": "编制部门：某局\t单位：万元\n（续表）"},
        {
            "table": [
                [{"text": "科目编码", "columns": 3}, {"text": "科目\n名称", "rows": 2}, {"text": "合  计", "rows": 2}],
                ["类", "款", "项"],
                ["206", "01", "", "行政运行", "10.00"],
            ]
        },
        {"heading": "一、空表"},
    ],
}


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """A small rectangle cut into merged cells at random."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    words = st.text(alphabet="收入1.0%，（）\u3000\n <&", max_size=6).map(lambda word: word.strip("\n"))
    free = {(row, column) for row in range(rows) for column in range(columns)}
    written: Rows = [[] for _ in range(rows)]
    for row, column in sorted(free):
        if (row, column) not in free:
            continue
        width = 1
        while (row, column + width) in free and draw(st.booleans()):
            width += 1
        height = 1
        while row + height < rows and draw(st.booleans()):
            height += 1
        free -= {(r, c) for r in range(row, row + height) for c in range(column, column + width)}
        text = draw(words)
        if (height, width) == (1, 1) and draw(st.booleans()):
            written[row].append(text)
        else:
            written[row].append({"text": text, "rows": height, "columns": width})
    return written


@given(tables())
@settings(max_examples=60)
def test_every_cell_comes_back_with_its_text_and_spans(rows: Rows) -> None:
    document = read_word(
        Path("a.docx"), document_bytes({"title": "", "blocks": [{"paragraph": "表1"}, {"table": rows}]})
    )
    [table] = [block for block in document.blocks if isinstance(block, Table)]
    expected = sorted((c.row, c.column, c.rows, c.columns, c.text) for c in place_cells(rows))
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells] == expected
    for cell in table.cells:
        assert document.text[cell.place.start : cell.place.end] == cell.text


@given(tables())
@settings(max_examples=60)
def test_the_cells_cover_the_grid_once(rows: Rows) -> None:
    covered = [
        (row, column)
        for cell in place_cells(rows)
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    ]
    width = max(column for _, column in covered)
    assert sorted(covered) == [(row, column) for row in range(1, len(rows) + 1) for column in range(1, width + 1)]


def test_paragraphs_and_headings_come_back_in_order() -> None:
    document = read_word(Path("a.docx"), document_bytes(SAMPLE))
    kinds = [type(block) for block in document.blocks]
    assert kinds == [Paragraph, Paragraph, Table, Paragraph]
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        "第二部分  2024年部门预算公开表",
        "编制部门：某局\t单位：万元\n（续表）",
        "一、空表",
    ]
    assert [block.place.block for block in document.blocks] == [1, 2, 3, 4]


def test_word_itself_would_see_headings_and_a_ruled_table(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    write_document(SAMPLE, path)
    opened = docx.Document(str(path))
    assert [(p.style.name if p.style else "") for p in opened.paragraphs] == ["Heading 1", "Normal", "Heading 1"]
    [table] = opened.tables
    assert table.style is not None
    assert table.style.name == "Table Grid"
    assert table.cell(0, 0).text == table.cell(0, 2).text == "科目编码"
    assert table.cell(0, 4)._tc is table.cell(1, 4)._tc
    assert opened.core_properties.title == "某局2024年部门预算公开"


def test_two_tables_in_a_row_stay_two_for_word_too() -> None:
    data: DocumentData = {"title": "", "blocks": [{"table": [["10.00"]]}, {"table": [["20.00"]]}]}
    package = document_bytes(data)
    body = docx.Document(BytesIO(package)).element.body
    assert [child.tag.rpartition("}")[2] for child in body] == ["tbl", "p", "tbl", "sectPr"]
    assert [block.place.block for block in read_word(Path("a.docx"), package).blocks] == [1, 3]


def test_the_same_data_give_the_same_bytes_and_stay_untouched() -> None:
    before = copy.deepcopy(SAMPLE)
    assert document_bytes(SAMPLE) == document_bytes(SAMPLE)
    assert before == SAMPLE


def test_data_are_loaded_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("title: 标题\nblocks:\n- table:\n  - [{text: 合计, columns: 2}, '10.00']\n", encoding="utf-8")
    assert load_document_data(path) == {
        "title": "标题",
        "blocks": [{"table": [[{"text": "合计", "columns": 2}, "10.00"]]}],
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: [", "不是有效的 YAML"),
        ("blocks: []", "缺少 title 或 blocks"),
        ("title: a\nblocks: [{paragraf: x}]", "第 1 个块不是 heading、paragraph 或 table"),
        ("title: a\nblocks: [{paragraph: a}, {paragraph: 10.00}]", "第 2 个块的 paragraph 不是文字；数字请加引号"),
        ("title: a\nblocks: [{heading: a, level: 10}]", "第 1 个块的 heading 不是文字，或 level 不在 1 到 9 之间"),
        ("title: a\nblocks: [{table: [[收入], [10.00]]}]", "第 1 个块第 2 行的单元格 10.0 不是文字；数字请加引号"),
        ("title: a\nblocks: [{table: [[{text: a, rows: 0}]]}]", "第 1 行的单元格 {'text': 'a', 'rows': 0} 不是文字"),
        ("title: a\nblocks: [{table: [[a, b], [c]]}]", "表格第 2 行与其他行不齐（应有 2 列，共 2 行）"),
        ("title: a\nblocks: [{table: [[{text: a, rows: 2}]]}]", "表格第 2 行与其他行不齐（应有 1 列，共 1 行）"),
        (
            "title: a\nblocks: [{table: [[a, {text: b, rows: 2}], [{text: c, columns: 2}]]}]",
            "表格第 2 行的合并单元格「c」与上方的合并单元格重叠",
        ),
        ("title: a\nblocks: [{table: []}]", "表格没有单元格"),
    ],
)
def test_wrong_data_are_refused_with_the_block_and_the_remedy(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FacsimileError) as caught:
        load_document_data(path)
    assert str(caught.value).startswith(f"{path}：")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_entry_builds_a_document_beside_each_file_of_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text("title: a\nblocks: [{paragraph: 空表}]", encoding="utf-8")
    main([tmp_path])
    assert capsys.readouterr().out == "a.docx\n"
    assert read_word(tmp_path / "a.docx", (tmp_path / "a.docx").read_bytes()).text == "空表"
