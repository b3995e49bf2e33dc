"""Bytes to text: encodings met in Chinese offices, told apart without guessing silently."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets.errors import InputError

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
REPLACED = "\ufffd"
#: Above this share of the text the encoding is another one; a few bytes may always be damaged.
_MOST_REPLACED, _FEW = 0.01, 3
_LINES_NAMED = 5
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\f\r\x1a\x1e\x1f")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, every newline one line feed; ``broken`` are the lines (1-based) with bytes that are in no encoding."""

    text: str
    broken: tuple[int, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """What to say of the broken lines, a sentence or nothing."""
        if not self.broken:
            return ()
        lines = "、".join(map(str, self.broken[:_LINES_NAMED])) + ("等" if len(self.broken) > _LINES_NAMED else "")
        return (f"第 {lines} 行有字节无法识别，以“{REPLACED}”代替；请对照原文核对这些行的数字，或另存为 UTF-8 后再试",)


def decode(path: Path, data: bytes) -> Decoded:
    """The text of a plain-text file, byte order mark dropped and every newline one line feed.

    UTF-8 first, then GB18030, the encodings that the documents come in; UTF-16 with a byte order mark, or where its
    zero bytes show it. A few broken bytes are replaced and reported, for they must not cost the whole file.

    Raises:
        InputError: when the bytes are no text in any of these.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return decoded_best(path, data[len(mark) :], [encoding])
    if b"\0" in data:
        encoding = "utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le"
        found = decoded_best(path, data, [encoding])
        if _CONTROLS & set(found.text):
            raise InputError(path, "不是文本文件（含有二进制内容）", "请另存为 .docx 或 UTF-8 文本后再试")
        return found
    return decoded_best(path, data, ["utf-8", "gb18030"])


def decoded_best(path: Path, data: bytes, encodings: Sequence[str]) -> Decoded:
    """The text in the first encoding that fits, else in the one that leaves the fewest bytes undecoded.

    Raises:
        InputError: too much is left undecoded for any of them to be the right one.
    """
    for encoding in encodings:
        try:
            return Decoded(_newlines(data.decode(encoding)))
        except UnicodeDecodeError:
            continue
    texts = [data.decode(encoding, "replace") for encoding in encodings]
    text = _newlines(min(texts, key=lambda text: text.count(REPLACED)))
    replaced = text.count(REPLACED)
    broken = tuple(number for number, line in enumerate(text.split("\n"), start=1) if REPLACED in line)
    if replaced > max(_FEW, len(text) * _MOST_REPLACED) or 2 * replaced >= len(text):
        problem = f"文字编码无法识别（第 {broken[0]} 行起有乱码）"
        raise InputError(path, problem, "请另存为 UTF-8 文本、网页或 .docx 后再试")
    return Decoded(text, broken)


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
