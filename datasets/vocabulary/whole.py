"""Whole numbers of attributes and of counts in words: files may hold any digits there, thousands of them too."""

from __future__ import annotations

#: More digits than anything here counts; Python itself refuses to read a few thousand.
_MOST_DIGITS = 9
_MOST = 10**_MOST_DIGITS


def whole(text: str | None, default: int = 0) -> int:
    """The number that a text of digits says, a billion at most; ``default`` for any other text."""
    if not text or not text.isdecimal():
        return default
    return int(text) if len(text) <= _MOST_DIGITS else min(int(text.lstrip("0")[: _MOST_DIGITS + 1] or 0), _MOST)
