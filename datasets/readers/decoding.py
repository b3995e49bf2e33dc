"""Bytes to text: encodings met in Chinese offices, told apart without guessing silently."""

from __future__ import annotations

import codecs
from pathlib import Path

from datasets.errors import InputError

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(path: Path, data: bytes) -> str:
    """The text of a plain-text file, byte order mark dropped and every newline one line feed.

    UTF-8 first, then GB18030, the encodings that the documents come in; UTF-16 only with a byte order mark.

    Raises:
        InputError: when the bytes are no text in any of these.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _newlines(_decoded(path, data[len(mark) :], encoding))
    if b"\0" in data:
        raise InputError(path, "不是文本文件（含有二进制内容）", "请另存为 .docx 或 UTF-8 文本后再试")
    try:
        return _newlines(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _newlines(_decoded(path, data, "gb18030"))


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            path, f"文字编码无法识别（第 {error.start} 字节处不是 {encoding}）", "请另存为 UTF-8 文本后再试"
        ) from error


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
