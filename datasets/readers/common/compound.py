"""Opens the compound files of Office 97 to 2003 and WPS with xlrd, which would follow a looping chain for ever."""

from __future__ import annotations

from io import StringIO
from typing import Any

from xlrd import compdoc

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")


def open_compound(data: bytes) -> Any:  # noqa: ANN401  (xlrd's own type says nothing)
    """The directory of a compound file, its chains of sectors checked.

    Raises:
        Exception: of any kind, for a damaged file fails wherever its directory stops making sense.
    """
    document = compdoc.CompDoc(data, logfile=StringIO())
    for node in document.dirlist:
        _check_chain(document.SSAT, node.first_SID)
    return document


def _check_chain(following: list[int], first: int) -> None:
    """Raise where a chain of short sectors runs in a circle."""
    sector, steps = first, 0
    while 0 <= sector < len(following):
        steps += 1
        if steps > len(following):
            raise compdoc.CompDocError("a chain of short sectors runs in a circle")
        sector = following[sector]
