"""The encoding of web pages: told by the bytes first, since what a page declares is often wrong."""

from __future__ import annotations

import re
from pathlib import Path

from datasets.readers.common.decoding import BYTE_ORDER_MARKS, decoded_best

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([-\w]+)", re.IGNORECASE)
_HEAD = 4096
#: What pages call GB2312 or GBK holds characters that only GB18030 has, which contains both.
_KNOWN = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}


def decoded(path: Path, data: bytes, charset: str = "") -> tuple[str, list[str]]:
    """The text of a page and what could not be decoded of it.

    UTF-8 is tried first: text in another encoding is hardly ever valid UTF-8. ``charset`` is what the carrier of the
    page declares. A few broken bytes are replaced and reported, for they must not cost the whole page.

    Raises:
        InputError: the bytes are in none of the encodings.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _best(path, data[len(mark) :], [encoding])
    if data[:2] in (b"<\0", b"\0<"):
        return _best(path, data, ["utf-16-le" if data[:1] == b"<" else "utf-16-be"])
    match = _DECLARED.search(data[:_HEAD])
    names = [charset, match[1].decode("ascii", "ignore") if match else ""]
    declared = [_KNOWN[name.lower()] for name in names if name.lower() in _KNOWN]
    return _best(path, data, ["utf-8", *declared, "gb18030"])


def _best(path: Path, data: bytes, encodings: list[str]) -> tuple[str, list[str]]:
    found = decoded_best(path, data, encodings)
    return found.text.replace("\0", ""), [f"网页源文件{problem}" for problem in found.problems]
