"""Which reader a file needs, told by its first bytes and never by its name alone."""

from __future__ import annotations

from pathlib import Path

from datasets.errors import InputError
from datasets.model import Document
from datasets.readers.text import read_text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def read_file(path: Path) -> Document:
    """Read a published file.

    Raises:
        InputError: when the file is missing, empty, unreadable or of a kind that is not read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(path, "文件不存在", "请检查路径") from error
    except IsADirectoryError as error:
        raise InputError(path, "是文件夹，里面没有可读的文件", "请放入 .docx 或 .txt 文件") from error
    except OSError as error:
        raise InputError(path, f"无法打开（{error.strerror}）", "请检查文件权限") from error
    if not data.strip():
        raise InputError(path, "文件是空的", "请重新导出或下载后再试")
    if data.startswith(b"PK\x03\x04"):
        from datasets.readers.word import read_word

        return read_word(path, data)
    if data.startswith(b"%PDF"):
        raise InputError(path, "是 PDF 文件，当前版本不读 PDF", "请用公开时的 Word 文件，或另存为 .docx 后再试")
    if data.startswith(_OLE):
        raise InputError(path, "是旧版 Office 文件（.doc/.xls/.wps）或加密文件", "请另存为未加密的 .docx 后再试")
    if data.startswith(_PICTURES):
        raise InputError(path, "是图片，没有文字", "请提供可以复制文字的文件")
    if data.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise InputError(path, "是网页文件，当前版本不读 HTML", "请另存为 .docx 或纯文本后再试")
    return read_text(path, data)
