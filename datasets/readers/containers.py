"""Tells apart what looks the same from outside: zip packages, files of old Office programs, and XML."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from datasets.errors import InputError
from datasets.model import Document
from datasets.readers.bundle.reading import ReadBytes, read_bundle
from datasets.readers.common.archive import DAMAGED, is_bundle
from datasets.readers.common.compound import open_compound
from datasets.readers.sheet.limits import UnreadableWorkbookError
from datasets.readers.sheet.reading import read_sheet

_HEAD = 4096
_OPEN_DOCUMENT = re.compile(rb"opendocument\.(text|spreadsheet)")
_WORDS_XML = (b"office/word/2003/wordml", b"office/2006/xmlPackage", b"opendocument.text", b"uof:")
_CELLS_XML = (b"schemas-microsoft-com:office:spreadsheet", b"opendocument.spreadsheet")
_ENCRYPTED_FLAG = 0x0100  # in the file information block that opens a WordDocument stream
_DECRYPT = "请在 Word、Excel 或 WPS 中取消打开密码，另存为 .docx 或 .xlsx 再试"
_NO_SLIDES = "请把要检查的内容另存为 .docx 或 .xlsx 再试"


def read_package(path: Path, data: bytes, read_member: ReadBytes) -> Document:
    """Read whatever came as a zip package: Word, Excel, OpenDocument, or an archive of files, each by ``read_member``.

    Raises:
        InputError: it is damaged, or of a kind that is not read.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()
            kind = package.read("mimetype")[:_HEAD] if "mimetype" in names else b""
    except DAMAGED:
        raise InputError(path, f"{_damaged_kind(data)}损坏或不完整（可能没有下载完）", "请重新下载后再试") from None
    if "OFD.xml" in names:
        raise InputError(path, "是 OFD 版式文件，不能直接读", "请用 OFD 阅读器导出为 PDF 或 Word 再试")
    if match := _OPEN_DOCUMENT.search(kind):
        from datasets.readers.legacy import read_cells, read_words

        return read_words(path, data, "odt") if match[1] == b"text" else read_cells(path, data, "ods")
    if any(name.startswith("xl/") for name in names):
        return _workbook(path, data, "xlsb" if "xl/workbook.bin" in names else "xlsx")
    if any(name.startswith("ppt/") for name in names):
        raise InputError(path, "是演示文稿（.pptx）", _NO_SLIDES)
    if is_bundle(data):
        return read_bundle(path, data, read_member)
    from datasets.readers.word.reading import read_word

    return read_word(path, data)


def _damaged_kind(data: bytes) -> str:
    """What a package was that cannot be opened: its parts are named inside, at the places where they begin."""
    if b"xl/work" in data:
        return "Excel 文件"
    return "Word 文件" if b"word/" in data else "压缩包"


def _workbook(path: Path, data: bytes, suffix: str) -> Document:
    if suffix == "xlsb":
        from datasets.readers.legacy import read_cells

        return read_cells(path, data, suffix)
    try:
        return read_sheet(path, data)
    except UnreadableWorkbookError as error:
        from datasets.readers.legacy import mended

        return mended(path, data, suffix, error)


def read_ole(path: Path, data: bytes) -> Document:
    """Read a file of Office 97 to 2003 or WPS (.doc, .wps, .xls, .et), told by the streams in it.

    Raises:
        InputError: it is encrypted or damaged, or of a kind that is not read.
    """
    names, words, damaged = _streams(data)
    if not names:
        raise InputError(path, "旧版 Office 或 WPS 文件损坏或不完整（可能没有下载完）", "请重新下载后再试")
    document = _read_streams(path, data, names, words)
    if damaged:
        problem = "文件结构有损坏，经 LibreOffice 修复后才读入；请核对内容是否完整"
        return replace(document, problems=(problem, *document.problems))
    return document


def _read_streams(path: Path, data: bytes, names: set[str], words: bytes) -> Document:
    if {"EncryptedPackage", "EncryptionInfo"} & names:
        raise InputError(path, "文件已加密", _DECRYPT)
    if "WordDocument" in names:
        if int.from_bytes(words[10:12], "little") & _ENCRYPTED_FLAG:
            raise InputError(path, "Word 或 WPS 文件已加密", _DECRYPT)
        from datasets.readers.legacy import read_words

        return read_words(path, data, "doc")
    if {"Workbook", "Book"} & names:
        return _workbook(path, data, "xls")
    if "PowerPoint Document" in names:
        raise InputError(path, "是演示文稿（.ppt）", _NO_SLIDES)
    from datasets.readers.legacy import read_words

    return read_words(path, data, "wps")


def _streams(data: bytes) -> tuple[set[str], bytes, bool]:
    """The names of the streams at the root, the stream of a Word document, and whether the directory is damaged."""
    try:
        document = open_compound(data)
        names = {node.name for node in document.dirlist if node.parent == 0}
        return names, document.get_named_stream("WordDocument") or b"", False
    except Exception:  # noqa: BLE001  (a damaged file fails wherever its directory stops making sense)
        # LibreOffice mends more than xlrd does; the names tell it what to try.
        known = ("EncryptedPackage", "EncryptionInfo", "WordDocument", "Workbook", "Book", "PowerPoint Document")
        return {name for name in known if name.encode("utf-16-le") in data}, b"", True


def read_xml(path: Path, data: bytes) -> Document:
    """Read a document of Office 2003 or another program that is one XML file.

    Raises:
        InputError: it is none of these.
    """
    from datasets.readers.legacy import read_cells, read_words

    head = data[:_HEAD]
    if any(mark in head for mark in _CELLS_XML):
        return read_cells(path, data, "xml")
    if any(mark in head for mark in _WORDS_XML):
        return read_words(path, data, "xml")
    raise InputError(path, "是 XML 数据文件，不是公开文本", "请提供 .docx、.xlsx、.pdf 或网页文件")
