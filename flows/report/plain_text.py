"""Text of documents made fit for office files: what XML cannot hold is taken out."""

from __future__ import annotations

import re

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    """``text`` without the characters that no office file can hold."""
    return _NOT_XML.sub("", text)
