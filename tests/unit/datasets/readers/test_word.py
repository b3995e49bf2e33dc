"""Reading of Word documents: nothing printed is lost, nothing deleted is read, merged cells stand once."""

from __future__ import annotations

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from datasets.errors import InputError
from datasets.model import Document, Paragraph, Table
from datasets.readers.word.reading import read_word

PATH = Path("某局2024年部门决算.docx")
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def package(members: dict[str, str | bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()


def document_xml(body: str) -> str:
    return f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"


def read(body: str) -> Document:
    return read_word(PATH, package({"word/document.xml": document_xml(body)}))


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str) -> str:
    return f"<w:p>{run(text)}</w:p>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else paragraph(content)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def only_table(document: Document) -> Table:
    [found] = [block for block in document.blocks if isinstance(block, Table)]
    return found


def grid(found: Table) -> list[tuple[str, int, int, int, int]]:
    return [(c.text, c.row, c.column, c.row_span, c.column_span) for c in found.cells]


def assert_slices(document: Document) -> None:
    for block in document.blocks:
        for item in block.cells if isinstance(block, Table) else (block,):
            assert document.text[item.place.start : item.place.end] == item.text


def test_every_block_is_a_slice_of_the_text_in_reading_order() -> None:
    document = read(paragraph("单位：万元") + table(cell("收入") + cell("713.33")) + paragraph("空表"))
    assert document.text == "单位：万元\n收入\n713.33\n空表"
    assert [block.place.block for block in document.blocks] == [1, 2, 3]
    assert (document.blocks[1].place.start, document.blocks[1].place.end) == (6, 15)
    assert_slices(document)


def test_a_document_says_what_it_is_and_has_no_lines() -> None:
    data = package({"word/document.xml": document_xml(paragraph("收入"))})
    document = read_word(PATH, data)
    assert (document.format, document.sha256) == ("docx", hashlib.sha256(data).hexdigest())
    assert document.line_at(0) is None
    place = document.blocks[0].place
    assert (place.line, place.page, place.part) == (None, None, None)


def test_blank_paragraphs_are_no_blocks_but_count_as_body_elements() -> None:
    document = read("<w:p/>" + paragraph(" \u3000") + paragraph("收入"))
    assert [(block.place.block, block.place.start) for block in document.blocks] == [(3, 0)]


def test_merged_cells_stand_once_with_their_spans() -> None:
    restart, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    document = read(
        table(
            cell("科目编码", '<w:gridSpan w:val="3"/>') + cell("合计", restart),
            cell("类") + cell("款") + cell("项") + cell("<w:p/>", go_on),
            cell("206") + cell("01") + cell("<w:p/>") + cell("713.33"),
        )
    )
    found = only_table(document)
    assert grid(found) == [
        ("科目编码", 1, 1, 1, 3),
        ("合计", 1, 4, 2, 1),
        ("类", 2, 1, 1, 1),
        ("款", 2, 2, 1, 1),
        ("项", 2, 3, 1, 1),
        ("206", 3, 1, 1, 1),
        ("01", 3, 2, 1, 1),
        ("", 3, 3, 1, 1),
        ("713.33", 3, 4, 1, 1),
    ]
    assert (found.rows, found.columns) == (3, 4)
    assert_slices(document)


def test_two_vertical_merges_in_one_column_stay_apart() -> None:
    restart, go_on = '<w:vMerge w:val="restart"/>', '<w:vMerge w:val="continue"/>'
    document = read(
        table(*[cell(text, mark) for text, mark in [("产出", restart), ("", go_on), ("效益", restart), ("", go_on)]])
    )
    assert grid(only_table(document)) == [("产出", 1, 1, 2, 1), ("效益", 3, 1, 2, 1)]


def test_a_row_that_begins_further_right_keeps_its_columns() -> None:
    row = '<w:trPr><w:gridBefore w:val="2"/></w:trPr>' + cell("713.33")
    assert grid(only_table(read(table(cell("a") + cell("b") + cell("c"), row))))[-1] == ("713.33", 2, 3, 1, 1)


def test_old_style_horizontal_merges_are_spans() -> None:
    first, second = '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'
    document = read(table(cell("收入", first) + cell("<w:p/>", second) + cell("支出")))
    assert grid(only_table(document)) == [("收入", 1, 1, 1, 2), ("支出", 1, 3, 1, 1)]


def test_a_continuation_without_a_beginning_is_a_cell_of_its_own() -> None:
    assert grid(only_table(read(table(cell("713.33", "<w:vMerge/>"))))) == [("713.33", 1, 1, 1, 1)]


def test_text_left_in_the_continuation_of_a_merge_is_kept() -> None:
    document = read(table(cell("收入", '<w:vMerge w:val="restart"/>'), cell("713.33", "<w:vMerge/>")))
    assert grid(only_table(document)) == [("收入\n713.33", 1, 1, 2, 1)]


def test_paragraphs_of_a_cell_are_lines_of_its_text() -> None:
    document = read(table(cell(paragraph("公务用车购置及运行费") + paragraph("（小计）") + "<w:p/>") + cell("4.3")))
    assert [c.text for c in only_table(document).cells] == ["公务用车购置及运行费\n（小计）", "4.3"]
    assert_slices(document)


def test_rows_and_cells_in_content_controls_are_read() -> None:
    row = f"<w:sdt><w:sdtPr/><w:sdtContent>{cell('713.33')}</w:sdtContent></w:sdt>"
    document = read(f"<w:sdt><w:sdtContent>{paragraph('目录')}{table(row)}</w:sdtContent></w:sdt>")
    assert document.text == "目录\n713.33"
    assert {block.place.block for block in document.blocks} == {1}


def test_a_nested_table_follows_the_table_that_holds_it() -> None:
    document = read(table(cell(paragraph("外") + table(cell("内") + cell("10.00")) + "<w:p/>") + cell("20.00")))
    outer, inner = document.blocks
    assert isinstance(outer, Table)
    assert isinstance(inner, Table)
    assert [c.text for c in outer.cells] == ["外", "20.00"]
    assert [c.text for c in inner.cells] == ["内", "10.00"]
    assert inner.place.block == outer.place.block == 1
    assert_slices(document)


def test_a_table_that_only_lays_out_other_tables_is_none() -> None:
    document = read(table(cell(table(cell("10.00")) + "<w:p/>")))
    assert [c.text for c in only_table(document).cells] == ["10.00"]


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        (run("7") + "<w:r><w:softHyphen/></w:r>" + run("13.33"), "713.33"),
        (run("7\u00ad1\u200b3.33"), "713.33"),
        ("<w:r><w:t>编制</w:t><w:tab/><w:t>单位</w:t></w:r>", "编制\t单位"),
        ("<w:r><w:t>编制</w:t><w:br/><w:t>单位</w:t></w:r>", "编制\n单位"),
        ('<w:r><w:br w:type="page"/></w:r>' + run("下一页"), "下一页"),
        ("<w:r><w:t>2023</w:t><w:noBreakHyphen/><w:t>2024</w:t></w:r>", "2023-2024"),
        ('<w:r><w:sym w:font="宋体" w:char="2265"/></w:r>' + run("95%"), "≥95%"),
        ('<w:r><w:sym w:char="ZZ"/></w:r>' + run("95%"), "95%"),
        (f"<w:hyperlink>{run('附表')}</w:hyperlink>", "附表"),
        ("<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>", "a+b"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("12"), "12"),
        ("<w:r><w:ruby><w:rt>" + run("xu") + "</w:rt><w:rubyBase>" + run("旭") + "</w:rubyBase></w:ruby></w:r>", "旭"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>" + run("显"), "显"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r>', "显"),
        (f"<w:sdt><w:sdtContent>{run('30')}</w:sdtContent></w:sdt>" + run("万元"), "30万元"),
    ],
)
def test_what_a_run_prints_is_its_text(inline: str, expected: str) -> None:
    assert texts(read(f"<w:p>{inline}</w:p>" + paragraph("。"))) == [expected, "。"]


def test_tracked_insertions_count_and_deletions_do_not() -> None:
    body = (
        f"<w:p>{run('收入')}<w:del><w:r><w:delText>713.33</w:delText><w:tab/></w:r></w:del><w:ins>{run('713.34')}</w:ins></w:p>"
        f"<w:p><w:moveFrom>{run('旧')}</w:moveFrom><w:moveTo>{run('新')}</w:moveTo></w:p>"
    )
    assert texts(read(body)) == ["收入713.34", "新"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    body = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('收入713')}</w:p>" + paragraph(".33万元")
    document = read(body + paragraph("支出"))
    assert texts(document) == ["收入713.33万元", "支出"]
    assert document.blocks[0].place.block == 1


def test_a_deleted_row_is_not_read() -> None:
    deleted = "<w:trPr><w:del/></w:trPr>" + cell("旧")
    assert grid(only_table(read(table(cell("收入"), deleted, cell("支出"))))) == [
        ("收入", 1, 1, 1, 1),
        ("支出", 2, 1, 1, 1),
    ]


def text_box(content: str) -> str:
    box = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_follows_its_paragraph_and_is_read_once() -> None:
    box = text_box(paragraph("单位：万元") + table(cell("713.33")))
    document = read(f"<w:p>{run('表1')}{box}{run('收支')}</w:p>")
    assert document.text == "表1收支\n单位：万元\n713.33"
    assert {block.place.block for block in document.blocks} == {1}


def test_a_text_box_in_a_cell_is_text_of_the_cell() -> None:
    document = read(table(cell(f"<w:p>{run('合计')}{text_box(paragraph('713.33'))}</w:p>")))
    assert [c.text for c in only_table(document).cells] == ["合计\n713.33"]


def test_an_alternative_without_text_leaves_the_fallback() -> None:
    body = (
        f"<w:p><mc:AlternateContent><mc:Choice/><mc:Fallback>{run('713.33')}</mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert texts(read(body)) == ["713.33"]


def test_the_strict_variant_of_the_format_is_read() -> None:
    xml = document_xml(paragraph("收入")).replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", STRICT
    )
    assert read_word(PATH, package({"word/document.xml": xml})).text == "收入"


def test_the_main_part_is_found_by_its_relation() -> None:
    relations = '<Relationships><Relationship Type="x/officeDocument" Target="/word/document2.xml"/></Relationships>'
    data = package({"_rels/.rels": relations, "word/document2.xml": document_xml(paragraph("收入"))})
    assert read_word(PATH, data).text == "收入"


WORKBOOK = {
    "_rels/.rels": '<Relationships><Relationship Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": "<workbook/>",
}
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
GOOD = package({"word/document.xml": document_xml(paragraph("收入" * 500))})


@pytest.mark.parametrize(
    ("data", "problem", "remedy"),
    [
        (b"", "文件是空的", "请重新下载或重新上传该文件"),
        (b"not a zip", "不是有效的 Word 文件（压缩包损坏或不完整）", "请重新下载，或另存为 .docx 再试"),
        (GOOD[:-200], "不是有效的 Word 文件（压缩包损坏或不完整）", "请重新下载，或另存为 .docx 再试"),
        (
            package({"a.txt": "x"}),
            "不是 Word 文件（缺少正文 word/document.xml）",
            "请用 Word 或 WPS 打开后另存为 .docx 再试",
        ),
        (package(dict(WORKBOOK)), "是 Excel 工作簿，不是 Word 文件", "请把扩展名改为 .xlsx 再试"),
        (OLE, "是旧版 Office 文件（如 .doc），不是 .docx", "请用 Word 或 WPS 打开后另存为 .docx 再试"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "Word 文件已加密", "请取消打开密码后另存为 .docx 再试"),
        (
            package({"word/document.xml": "<w:document"}),
            "Word 正文已损坏，无法读取",
            "请用 Word 或 WPS 打开后另存为 .docx 再试",
        ),
        (
            package({"word/document.xml": document_xml("<w:p/>")}),
            "文件里没有文字，可能只有扫描图片",
            "请提供带文字的 Word 文件",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_what_is_wrong_and_what_to_do(data: bytes, problem: str, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        read_word(PATH, data)
    assert str(caught.value) == f"{PATH}：{problem}；{remedy}"


def test_nesting_deeper_than_any_document_is_bad_input() -> None:
    with pytest.raises(InputError, match="Word 正文已损坏"):
        read("<w:p>" + "<w:hyperlink>" * 5000 + run("收入") + "</w:hyperlink>" * 5000 + "</w:p>")


def test_a_member_that_does_not_match_its_checksum_is_bad_input() -> None:
    at = GOOD.index("收入".encode()) + 30
    with pytest.raises(InputError, match="压缩包损坏"):
        read_word(PATH, GOOD[:at] + b"x" + GOOD[at + 1 :])


def with_parts(body: str, **parts: str) -> Document:
    """A document with other parts, named without folder and suffix (``diagrams_data1`` is in a folder)."""
    members: dict[str, str | bytes] = {"word/document.xml": document_xml(body)}
    for name, content in parts.items():
        members[f"word/{name.replace('_', '/')}.xml"] = content
    return read_word(PATH, package(members))


def part(root: str, content: str) -> str:
    return f"<w:{root} {NAMESPACES}>{content}</w:{root}>"


def test_a_note_is_read_once_and_names_its_part() -> None:
    reference = '<w:p><w:r><w:t>收入100.00万元</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = (
        '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{paragraph("含结转12.50万元")}</w:footnote>'
        f'<w:footnote w:id="3">{paragraph("没有引用的注9.99")}</w:footnote>'
    )
    document = with_parts(reference + paragraph("支出"), footnotes=part("footnotes", notes))
    assert texts(document) == ["收入100.00万元", "支出", "含结转12.50万元"]
    place = document.blocks[-1].place
    assert (place.part, place.block) == ("word/footnotes.xml", None)
    assert_slices(document)


def test_endnotes_are_read_too() -> None:
    body = '<w:p><w:r><w:t>收入</w:t><w:endnoteReference w:id="1"/></w:r></w:p>'
    note = f'<w:endnote w:id="1">{paragraph("单位：万元")}</w:endnote>'
    assert texts(with_parts(body, endnotes=part("endnotes", note))) == ["收入", "单位：万元"]


def test_of_headers_and_footers_only_numerals_that_the_body_lacks_are_read() -> None:
    page = "<w:p><w:r><w:t>第</w:t></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>7</w:t></w:r></w:p>"
    document = with_parts(
        paragraph("某局2024年 部门决算"),
        header1=part("hdr", paragraph("某局2024年部门决算") + paragraph("某局")),
        header2=part("hdr", paragraph("资产总额35.00万元")),
        header3=part("hdr", paragraph("资产总额35.00万元")),
        footer1=part("ftr", page),
    )
    assert texts(document) == ["某局2024年 部门决算", "资产总额35.00万元"]
    assert document.blocks[-1].place.part == "word/header2.xml"


def test_the_words_of_a_diagram_are_paragraphs() -> None:
    names = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    names += ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    run = "<a:p><a:r><a:t>编制</a:t></a:r><a:r><a:t>12人</a:t></a:r></a:p>"
    data = f"<dgm:dataModel {names}><dgm:ptLst><dgm:pt><dgm:t>{run}</dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
    assert texts(with_parts(paragraph("机构设置"), diagrams_data1=data)) == ["机构设置", "编制12人"]


def test_a_damaged_part_costs_nothing_else() -> None:
    body = '<w:p><w:r><w:t>收入1.00</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    assert texts(with_parts(body, footnotes="<w:footnotes", header1="<w:hdr>1</w:t>")) == ["收入1.00"]


def test_charts_and_embedded_workbooks_are_said_not_to_be_read() -> None:
    members: dict[str, str | bytes] = {"word/document.xml": document_xml(paragraph("收入"))}
    members |= {"word/charts/chart1.xml": "<c/>", "word/embeddings/a.xlsx": b"1", "word/embeddings/b.xls": b"2"}
    assert read_word(PATH, package(members)).problems == (
        "有 1 个图表，图中的数字没有读；请核对图表与正文",
        "有 1 个嵌入的表格对象没有读；请改为 Word 表格，或把表格作为附件一起检查",
    )


def test_the_code_of_a_field_is_no_text_and_its_result_is() -> None:
    field = "<w:r><w:instrText> PAGEREF _Toc12345 </w:instrText></w:r><w:r><w:t>3</w:t></w:r>"
    assert texts(read(f"<w:p>{run('目录')}{field}</w:p>")) == ["目录3"]
