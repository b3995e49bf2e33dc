"""Printed names in the form in which they are compared: blanks gone, one kind of brackets, numbering stripped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_SAME = str.maketrans(
    {"(": "（", ")": "）", "'": "”", "‘": "“", "’": "”", ":": "：", ",": "，", ";": "；", "［": "[", "］": "]"}
    | dict.fromkeys(" \t\n\r\u3000\xa0\u200b\ufeff", "")
)
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（][一二三四五六七八九十\d]+[）]|\d{1,2}[.．、](?!\d)|其中[：]?|[①-⑳]|加[：]|减[：])+"
)


@lru_cache(maxsize=1 << 15)
def plain(text: str) -> str:
    """A name without blanks and with one kind of brackets, quotation marks and colons."""
    return text.translate(_SAME)


def unnumbered(text: str) -> str:
    """A plain name without the numbering and 其中 before it and the colon behind it."""
    return _NUMBERING.sub("", plain(text)).strip("：")


def meanings(table: Iterable[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """The meaning of each printed word in plain form, out of the printed words of each meaning."""
    return {plain(word): meaning for meaning, printed in table for word in printed}
