"""Which reader a file needs, told by its first bytes and never by its name alone."""

from __future__ import annotations

import re
from pathlib import Path

from datasets.errors import InputError
from datasets.model import Document
from datasets.readers.bundle.members import MANIFEST
from datasets.readers.common.decoding import decode
from datasets.readers.text.delimited import delimiter_of, read_delimited
from datasets.readers.text.reading import read_text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_HEAD = 1024  # bytes; some servers put blank lines before the file
_ZIP, _EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_ARCHIVES = ((b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"))
_OLD_WORKBOOK = (b"\x09\x08\x08\0", b"\x09\x08\x10\0", b"\x09\x04\x06\0", b"\x09\x02\x06\0", b"\x09\0\x04\0")
_RICH_TEXT = b"{\\rtf"
_HEAD = 4096
_PAGE = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*"
    rb"<(?:!doctype\s+html|(?:html|head|meta|body|table|title|style|script|div|center|p|h[1-6])[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_WEB_ARCHIVE = re.compile(rb"(?:MIME-Version|Message-ID|From|Subject|Date|Content-[\w-]+|X-[\w-]+)\s*:", re.IGNORECASE)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def read_file(path: Path) -> Document:
    """Read a published file, or the folder of a document that came in pieces.

    Folders and archives are read by :mod:`datasets.readers.bundle.reading`.

    Raises:
        InputError: when the file is missing, empty, unreadable or of a kind that is not read.
    """
    data = _bytes_of(path)
    if data is None:
        from datasets.readers.bundle.reading import read_folder

        return read_folder(path, read_bytes)
    return read_bytes(path, data)


def read_documents(path: Path) -> tuple[tuple[Document, ...], tuple[InputError, ...]]:
    """Read a published file, a folder that is one document, or an archive of several documents.

    Returns the documents, and what of an archive was given to none of them.

    Raises:
        InputError: when nothing at all can be read.
    """
    data = _bytes_of(path)
    if data is not None and data.startswith(_ZIP):
        from datasets.readers.bundle.reading import read_archive
        from datasets.readers.common.archive import is_archive

        if is_archive(data):
            return read_archive(path, data, read_bytes)
    return (read_file(path) if data is None else read_bytes(path, data),), ()


def _bytes_of(path: Path) -> bytes | None:
    """The content of a file, None for the folder of a document in pieces."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(path, "文件不存在", "请检查路径") from error
    except IsADirectoryError as error:
        if (path / MANIFEST).is_file():
            return None
        raise InputError(path, "是文件夹，里面没有可读的文件", "请放入 .docx、.pdf、.xlsx、网页或文本文件") from error
    except OSError as error:
        raise InputError(path, f"无法打开（{error.strerror}）", "请检查文件权限") from error


def read_bytes(path: Path, data: bytes) -> Document:
    """Read the bytes of a published file; ``path`` only names it.

    Raises:
        InputError: when they are empty, damaged or of a kind that is not read.
    """
    if not data.strip():
        raise InputError(path, "文件是空的", "请重新导出或下载后再试")
    if data.startswith(_EMPTY_ZIP):
        raise InputError(path, "压缩包是空的", "请重新打包后再试")
    for marks, kind in _ARCHIVES:
        if data.startswith(marks):
            raise InputError(path, f"是 {kind} 压缩包，不能直接读", "请解压后再试，或改存为 .zip")
    if data.startswith(_ZIP):
        from datasets.readers.containers import read_package

        return read_package(path, data, read_bytes)
    if data[:_PDF_HEAD].lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF"):
        from datasets.readers.pdf.reading import read_pdf

        return read_pdf(path, data)
    if data.startswith(_OLE):
        from datasets.readers.containers import read_ole

        return read_ole(path, data)
    if data.startswith(_PICTURES):
        raise InputError(path, "是图片，没有文字", "请提供可以复制文字的文件")
    if data.startswith(_RICH_TEXT):
        from datasets.readers.legacy import read_words

        return read_words(path, data, "rtf")
    return _read_text(path, data)


def _read_text(path: Path, data: bytes) -> Document:
    """Read what begins like text: pages and archives of them, XML, early workbooks, rows with delimiters, dumps."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").replace(b"\0", b"").lstrip()
    if _PAGE.match(head):
        from datasets.readers.html.reading import read_html

        return read_html(path, data)
    if _WEB_ARCHIVE.match(head) and b"text/html" in head.lower():
        from datasets.readers.html.reading import read_web_archive

        return read_web_archive(path, data)
    if head.startswith(b"<?xml"):
        from datasets.readers.containers import read_xml

        return read_xml(path, data)
    if data.startswith(_OLD_WORKBOOK):
        from datasets.readers.sheet.reading import read_sheet

        return read_sheet(path, data)
    if delimiter_of(decode(path, data).text):
        return read_delimited(path, data)
    return read_text(path, data)
