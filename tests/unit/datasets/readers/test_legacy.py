"""Reading by LibreOffice: what content asks for it, what it yields, and that nothing hangs or stays behind."""

from __future__ import annotations

import os
import stat
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from datasets.errors import InputError
from datasets.facsimile import DocumentData, document_bytes
from datasets.model import Table
from datasets.readers import legacy
from datasets.readers.detect import read_bytes
from datasets.readers.word.reading import read_word
from tests.variants import xlsx_bytes

DATA: DocumentData = {
    "title": "",
    "blocks": [
        {"paragraph": "某局2024年部门预算公开"},
        {
            "table": [
                [{"text": "项目", "rows": 2}, {"text": "金额", "columns": 2}],
                ["预算", "决算"],
                ["合计", "1.00", ""],
            ]
        },
        {"paragraph": "收入预算100.00万元。"},
    ],
}
WORD = document_bytes(DATA)
SHEET = xlsx_bytes([(["收支总表"], [["项目", "预算"], ["合计", "1,234.50"]])])
SHEET_XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="#,##0.00"/></Style></Styles><Worksheet ss:Name="表1"><Table>
<Row><Cell><Data ss:Type="String">收支总表</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">项目</Data></Cell><Cell><Data ss:Type="String">预算</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">合计</Data></Cell><Cell ss:StyleID="s1"><Data ss:Type="Number">1234.5</Data></Cell>
</Row></Table></Worksheet></Workbook>"""
WORD_XML = """<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">
<w:body><w:p><w:r><w:t>收入预算100.00万元。</w:t></w:r></w:p></w:body></w:wordDocument>"""
PATH = Path("某局2024年部门预算.doc")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")

needs_office = pytest.mark.skipif(legacy.program() is None, reason="LibreOffice (soffice) is not installed")


@needs_office
@pytest.mark.parametrize(("name", "suffix"), [("a.wps", "doc"), ("a.docx", "rtf"), ("a.txt", "odt")])
def test_a_text_document_is_read_as_its_docx_whatever_its_name(name: str, suffix: str) -> None:
    data = legacy.converted(Path(name), WORD, "docx", suffix)
    document = read_bytes(Path(name), data)
    assert (document.format, document.path, document.problems) == (suffix, Path(name), ())
    assert document.text == read_word(Path("a.docx"), WORD).text
    [table] = [block for block in document.blocks if isinstance(block, Table)]
    assert [(cell.text, cell.row_span, cell.column_span) for cell in table.cells[:2]] == [
        ("项目", 2, 1),
        ("金额", 1, 2),
    ]
    assert document.sha256 != read_word(Path("a.docx"), WORD).sha256


@needs_office
@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_a_spreadsheet_keeps_its_number_formats(suffix: str) -> None:
    document = read_bytes(Path("附表.et"), legacy.converted(Path("a"), SHEET, "xlsx", suffix))
    assert document.format == suffix
    assert document.text == "收支总表\n项目\n预算\n合计\n1,234.50"


@needs_office
def test_the_xml_of_office_2003_is_told_apart_by_its_content() -> None:
    sheet = read_bytes(Path("附表.xls"), SHEET_XML.encode())
    assert (sheet.format, sheet.text) == ("xml", "收支总表\n项目\n预算\n合计\n1,234.50")
    assert read_bytes(Path("说明.doc"), WORD_XML.encode()).text == "收入预算100.00万元。"


@needs_office
def test_a_workbook_that_only_libreoffice_can_open_is_read_and_said_to_be() -> None:
    source = zipfile.ZipFile(BytesIO(SHEET))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'patternType="gray125"', b'patternType="unheard-of"'))
    document = read_bytes(Path("附表.xlsx"), stream.getvalue())
    assert document.text == "收支总表\n项目\n预算\n合计\n1,234.50"
    [problem] = document.problems
    assert problem.startswith("Excel 文件的内容无法读取（")
    assert problem.endswith("），经 LibreOffice 转换后才读入；请核对数字")


@needs_office
def test_a_file_that_libreoffice_cannot_open_names_the_remedy() -> None:
    data = OLE + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600)
    with pytest.raises(
        InputError, match=r"预算\.doc：LibreOffice 打不开这个 \.doc 文件.*；请用 Word 或 WPS 打开并取消密码"
    ):
        read_bytes(PATH, data)


@needs_office
def test_an_encrypted_word_document_is_named_before_libreoffice_is_asked() -> None:
    data = legacy.converted(PATH, WORD, "docx", "doc")
    block = data.index(b"\xec\xa5")  # the file information block
    encrypted = data[: block + 11] + bytes([data[block + 11] | 0x01]) + data[block + 12 :]
    with pytest.raises(InputError, match=r"预算\.doc：Word 或 WPS 文件已加密；请在 Word、Excel 或 WPS 中取消打开密码"):
        read_bytes(PATH, encrypted)


def test_without_libreoffice_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_SOFFICE", "no-such-program")
    with pytest.raises(
        InputError,
        match=r"预算\.doc：是旧格式（\.rtf）的文件，需要 LibreOffice.*；请用 Word 或 WPS 打开后另存为 \.docx",
    ):
        read_bytes(PATH, b"{\\rtf1 text}")


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for LibreOffice is a shell script")
def test_a_conversion_that_takes_too_long_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 3600 & echo $! > {tmp_path}/child\nwait\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("GOUJI_SOFFICE", str(program))
    # Not ended, it would take an hour.
    with pytest.raises(InputError, match=r"LibreOffice 在 0\.5 秒内没有转换完；请用 Word 或 WPS 打开后另存为 \.docx"):
        legacy.converted(PATH, b"{\\rtf1 text}", "rtf", "docx", seconds=0.5)
    child = Path("/proc", (tmp_path / "child").read_text().strip())
    for _ in range(50):
        if not child.exists() or "State:\tZ" in (child / "status").read_text():
            break
        time.sleep(0.02)
    else:
        pytest.fail("the child of the conversion is still running")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(99),
            "文件已加密；请在 Word、Excel 或 WPS 中取消",
        ),
        (OLE + bytes(2000), "旧版 Office 或 WPS 文件损坏或不完整（可能没有下载完）；请重新下载"),
        (OLE + bytes(600) + "PowerPoint Document".encode("utf-16-le"), r"是演示文稿（\.ppt）；请把"),
        (b"Rar!\x1a\x07", r"是 RAR 压缩包，不能直接读；请解压后再试，或改存为 \.zip"),
        (b"7z\xbc\xaf\x27\x1c..", "是 7z 压缩包，不能直接读；请解压"),
        (b"<?xml version='1.0'?><data>1</data>", r"是 XML 数据文件，不是公开文本；请提供"),
        (WORD[: len(WORD) // 2], "Word 文件损坏或不完整（可能没有下载完）；请重新下载"),
    ],
)
def test_what_is_not_read_names_file_and_remedy(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=rf"某局2024年部门预算\.doc：{message}"):
        read_bytes(PATH, data)


def test_an_ofd_document_names_the_remedy() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("OFD.xml", "<ofd:OFD/>")
    with pytest.raises(InputError, match=r"a\.ofd：是 OFD 版式文件，不能直接读；请用 OFD 阅读器导出为 PDF 或 Word"):
        read_bytes(Path("a.ofd"), stream.getvalue())


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.txt", "a.pdf"])
def test_a_word_document_is_known_by_its_content_under_any_name(name: str) -> None:
    assert read_bytes(Path(name), WORD).format == "docx"


def test_profiles_are_kept_apart_by_process() -> None:
    assert legacy._profile_of(1) != legacy._profile_of(2)
