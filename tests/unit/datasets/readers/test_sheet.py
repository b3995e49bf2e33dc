"""Reading of spreadsheets: texts are what Excel shows, at their cells; titles and notes stand around tables."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from datasets.errors import InputError
from datasets.model import Document, Paragraph, Table
from datasets.readers import legacy
from datasets.readers.detect import read_bytes
from datasets.readers.sheet.number_formats import Value, shown
from datasets.readers.sheet.reading import read_sheet

PATH = Path("附表.xlsx")
OLD = Path(__file__).parents[3] / "data" / "formats.xls"
ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (2.2, "0.00", "2.20"),
        (2, "0.00", "2.00"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (2.675, "0.00", "2.68"),  # rounded as decimals, not as the binary fraction below it
        (1.005, "0.00", "1.01"),
        (-3.456, "0.00", "-3.46"),
        (0.5, "#,###.00", "0.50"),  # a zero before the point, or it would read as fifty
        (0, "0.00;-0.00;;@", ""),
        (0.001, "0.00;-0.00;;@", "0.00"),
        (-3.456, "0.00;-0.00;;@", "-3.46"),
        ("文", "0.00;-0.00;;@", "文"),
        ("2.20", "General", "2.20"),
        (0, "#", ""),
        (0.1234, "0.00%", "12.34%"),
        (1.02, "0%", "102%"),
        (0, ACCOUNTING, "-"),
        (-1234.5, ACCOUNTING, "-1,234.50"),
        (-5.5, "0.00_);(0.00)", "(5.50)"),
        (-5.5, "0.00;[Red]0.00", "-5.50"),  # the colour is the sign
        (12345678.9, "#,##0,", "12,346"),
        (3.5, '0.00"万元"', "3.50万元"),
        (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
        (150, "[>=100]0.0;0.00", "150.0"),
        (15, "[>=100]0.0;0.00", "15.00"),
        (7, "000", "007"),
        (1005, "0.0#", "1005.0"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.333333333"),
        (123456789012, "General", "123456789012"),
        (True, "General", "TRUE"),
        (None, "0.00", ""),
        (45000, 'yyyy"年"m"月"d"日"', "2023年3月15日"),
        (datetime(2024, 1, 5), "mm-dd-yy", "2024/1/5"),  # noqa: DTZ001
        (datetime(2024, 1, 5, 13, 4), "yyyy-mm-dd hh:mm", "2024-01-05 13:04"),  # noqa: DTZ001
        (Decimal("1e300"), "0.00", f"{Decimal('1e300'):f}"),
    ],
)
def test_a_value_is_shown_as_excel_shows_it(value: Value, code: str, text: str) -> None:
    assert shown(value, code) == text


Rows = Sequence[Sequence[object]]


def workbook(fill: object = None, **sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)
        if callable(fill):
            fill(sheet)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(fill: object = None, **sheets: Rows) -> Document:
    return read_sheet(PATH, workbook(fill, **sheets))


def shape(document: Document) -> list[str | list[list[str]]]:
    """Paragraphs as texts, tables as rows of texts."""
    return [
        block.text if isinstance(block, Paragraph) else [[cell.text for cell in row] for _, row in block.by_row()]
        for block in document.blocks
    ]


HEAD: list[Sequence[object]] = [["部门收支总表"], ["编制部门：某局", None, "单位：万元"], ["项目", "预算", "决算"]]


def test_titles_and_notes_are_paragraphs_and_the_grid_a_table() -> None:
    rows = [*HEAD, ["合计", 1, 2], ["其中：人员", None, None], ["注：本表反映收支情况。"]]
    document = read(表=rows)
    assert shape(document) == [
        "部门收支总表",
        "编制部门：某局    单位：万元",
        [["项目", "预算", "决算"], ["合计", "1", "2"], ["其中：人员", "", ""]],
        "注：本表反映收支情况。",
    ]


def test_places_name_sheet_and_cell_and_slice_the_text() -> None:
    document = read(收支=[*HEAD, ["合计", 1, 2]])
    table = document.blocks[2]
    assert isinstance(table, Table)
    assert [(cell.place.sheet, cell.place.cell) for cell in table.cells[-3:]] == [("收支", f"{c}4") for c in "ABC"]
    assert document.blocks[0].place.cell == "A1"
    for block in document.blocks:
        for part in block.cells if isinstance(block, Table) else [block]:
            assert document.text[part.place.start : part.place.end] == part.text


def test_merged_cells_stand_once_with_their_spans() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("B3:C3")

    rows = [*HEAD[:2], ["项目", "金额", None], [None, "预算", "决算"], ["合计", 1, 2]]
    table = read(merge, 表=rows).blocks[2]
    assert isinstance(table, Table)
    found = [(cell.row, cell.column, cell.text, cell.row_span, cell.column_span) for cell in table.cells]
    assert found[:4] == [(1, 1, "项目", 2, 1), (1, 2, "金额", 1, 2), (2, 2, "预算", 1, 1), (2, 3, "决算", 1, 1)]


def test_two_tables_on_one_sheet_are_two() -> None:
    second: Rows = [[None], ["项目支出表"], ["单位：元"], ["名称", "金额"], ["甲", 3]]
    assert shape(read(表=[*HEAD, ["合计", 1, 2], *second])) == [
        "部门收支总表",
        "编制部门：某局    单位：万元",
        [["项目", "预算", "决算"], ["合计", "1", "2"]],
        "项目支出表",
        "单位：元",
        [["名称", "金额"], ["甲", "3"]],
    ]


def test_a_blank_row_inside_a_table_does_not_split_it() -> None:
    assert len(read(表=[*HEAD, ["甲", 1, 2], [None], ["收入总计", 1, 2]]).blocks) == 3


def test_a_table_without_a_title_bears_that_of_its_sheet() -> None:
    rows: Rows = [["项目", "金额"], ["合计", 1]]
    assert shape(read(收入决算表=rows))[0] == "收入决算表"
    assert shape(read(Sheet1=rows)) == [[["项目", "金额"], ["合计", "1"]]]


def test_sheets_come_in_order_and_empty_ones_not_at_all() -> None:
    document = read(甲=[["乙", 1]], 空=[[]], 丙=[["丁", 2]])
    assert [block.place.sheet for block in document.blocks] == ["甲", "丙"]


def test_what_is_hidden_is_read_and_named() -> None:
    def hide(sheet: Worksheet) -> None:
        if sheet.title == "底稿":
            sheet.sheet_state = "hidden"
        else:
            sheet.row_dimensions[4].hidden = True
            sheet.column_dimensions["C"].hidden = True

    document = read(hide, 总表=[*HEAD, ["合计", 1, 2.5]], 底稿=[["甲", 3.5]])
    assert "2.5" in document.text
    assert "3.5" in document.text
    assert document.problems == (
        "工作表「总表」有隐藏的内容（第 4 行、C 列），也已读入；请核对是否应当公开",
        "工作表「底稿」是隐藏的，也已读入；请核对是否应当公开",
    )


def test_a_formula_without_a_saved_value_names_its_cell() -> None:
    document = read(总表=[*HEAD, ["合计", 1, "=B4*2"]])
    assert document.problems == ("工作表「总表」的公式没有保存计算结果（C4）；请用 Excel 打开并保存后再试",)


@pytest.mark.parametrize(
    ("cached", "text"),
    [(b"<c r='C4'><f>B4*2</f><v>2</v></c>", "2"), (b"<c r='C4' t='str'><f>IF(1,)</f><v></v></c>", "")],
)
def test_the_saved_value_of_a_formula_counts_even_when_it_is_empty(cached: bytes, text: str) -> None:
    source = zipfile.ZipFile(BytesIO(workbook(总表=[*HEAD, ["合计", 1, "=B4*2"]])))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b'<c r="C4"><f>B4*2</f><v /></c>', cached)
            target.writestr(name, content.replace(b'<c r="C4"><f>B4*2</f><v></v></c>', cached))
    document = read_sheet(PATH, stream.getvalue())
    assert document.problems == ()
    assert document.text.endswith(f"\n1\n{text}")


def test_an_error_value_is_named() -> None:
    assert read(总表=[["合计", "#REF!"]]).problems == ("工作表「总表」有错误值（B1 #REF!）；请更正公式",)


def test_two_cells_in_opposite_corners_do_not_fill_the_memory() -> None:
    def stray(sheet: Worksheet) -> None:
        sheet["XFD1048576"] = "角"

    document = read(stray, 表=[["项目", "金额"], ["合计", 1]])
    assert document.text.split("\n") == ["项目", "金额", "合计", "1", "角"]


def test_a_merge_over_the_whole_sheet_is_refused() -> None:
    source = zipfile.ZipFile(BytesIO(workbook(lambda sheet: sheet.merge_cells("A1:B2"), 表=[["项目", "金额"]])))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"A1:B2", b"A1:XFD1048576"))
    with pytest.raises(InputError, match=r"附表\.xlsx：工作表 .*的单元格过多；请删除"):
        read_sheet(PATH, stream.getvalue())


def test_an_old_workbook_shows_its_formats_spans_and_hidden_parts() -> None:
    document = read_bytes(OLD, OLD.read_bytes())
    assert document.format == "xls"
    assert shape(document)[:2] == ["部门收支总体情况表", "编制部门：某局    单位：万元"]
    table = document.blocks[2]
    assert isinstance(table, Table)
    texts = {cell.place.cell: cell.text for cell in table.cells}
    assert [texts[name] for name in ("B6", "C6", "D6", "B7", "C7", "C8")] == [
        "2.20",
        "1,234,567.89",
        "50.0%",
        "",
        "-3.46",
        "2023年3月15日",
    ]
    assert [(c.row_span, c.column_span) for c in table.cells if c.text in ("项目", "2024年")] == [(2, 1), (1, 2)]
    assert [problem.partition("（")[0] for problem in document.problems] == [
        "工作表「收支总表」有错误值",
        "工作表「收支总表」有隐藏的内容",
        "工作表「底稿」是隐藏的，也已读入；请核对是否应当公开",
    ]


@pytest.mark.parametrize("name", ["附表.xls", "附表.docx", "附表"])
def test_a_workbook_is_known_by_its_content_under_any_name(name: str) -> None:
    assert read_bytes(Path(name), workbook(表=[["合计", 1]])).format == "xlsx"


@pytest.mark.parametrize(("delimiter", "encoding"), [("\t", "gb18030"), (",", "utf-8-sig"), ("\t", "utf-16")])
def test_delimited_text_under_the_name_xls_is_a_table(delimiter: str, encoding: str) -> None:
    rows = [["收支总表", "", ""], ["项目", "预算", "决算"], ["合计", '"1,234.50"', "2.00"], ["其中", "", "2.00"]]
    document = read_bytes(Path("附表.xls"), "\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert document.format == "csv"
    assert shape(document) == [
        "收支总表",
        [["项目", "预算", "决算"], ["合计", "1,234.50", "2.00"], ["其中", "", "2.00"]],
    ]


def test_a_dump_of_cells_opened_by_tabs_is_no_delimited_text() -> None:
    dump = "收支总表\n\n\t项目\n\t金额\n\n\t合计\n\t1,234.50\n\n\t其中\n\t2,000.00\n"
    assert read_bytes(Path("a.txt"), dump.encode()).format == "txt"


def test_prose_with_commas_is_no_delimited_text() -> None:
    assert read_bytes(Path("a.txt"), "收入1,234.50万元。\n支出2,000.00万元。\n结余,无\n其他".encode()).format == "txt"


def test_a_workbook_cut_short_names_the_remedy() -> None:
    data = workbook(表=[["合计", 1]])
    with pytest.raises(InputError, match=r"附表\.xlsx：Excel 文件损坏或不完整（可能没有下载完）；请重新下载"):
        read_bytes(PATH, data[: len(data) // 2])


def test_an_old_workbook_cut_short_names_the_remedy() -> None:
    with pytest.raises(InputError, match=r"formats\.xls：旧版 Office 或 WPS 文件损坏或不完整.*；请重新下载"):
        read_bytes(OLD, OLD.read_bytes()[:3000])


def test_an_old_workbook_whose_sectors_run_in_a_circle_is_refused_and_not_followed() -> None:
    data = OLD.read_bytes()
    chain = data.index(struct.pack("<3i", 29, 30, 31))
    looping = data[: chain + 8] + struct.pack("<i", 16) + data[chain + 12 :]
    with pytest.raises(InputError, match=r"formats\.xls：不是有效的 Excel 文件（\.xls 损坏或不完整）；请重新下载"):
        read_sheet(OLD, looping)


@pytest.mark.parametrize("broken", [b"<x/>", b"<x>"])
def test_a_workbook_whose_parts_make_no_sense_names_the_remedy(broken: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "program", lambda: None)
    source = zipfile.ZipFile(BytesIO(workbook(表=[["合计", 1]])))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, broken if name == "xl/workbook.xml" else source.read(name))
    with pytest.raises(InputError, match=r"附表\.xlsx：Excel 文件的内容无法读取（.+）；请用 Excel 或 WPS 打开后另存为"):
        read_bytes(PATH, stream.getvalue())


@pytest.mark.parametrize("stream", ["EncryptedPackage", "EncryptionInfo"])
def test_an_encrypted_workbook_names_the_remedy(stream: str) -> None:
    data = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + stream.encode("utf-16-le") + bytes(600)
    with pytest.raises(InputError, match=r"附表\.xlsx：文件已加密；请在 Word、Excel 或 WPS 中取消打开密码"):
        read_bytes(PATH, data)


def test_a_workbook_without_content_names_the_remedy() -> None:
    with pytest.raises(InputError, match=r"附表\.xlsx：表格里没有内容；请检查文件"):
        read(表=[[]])


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_no_cell_can_hold_costs_no_document(value: float) -> None:
    assert shown(value, "#,##0.00") == str(value)
