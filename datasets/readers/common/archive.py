"""What the standard library raises for zip archives that are damaged, cut short, or made of unknown pieces."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

#: A member with a password raises RuntimeError; offsets and names that make no sense raise the rest.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)


def is_bundle(data: bytes) -> bool:
    """True for a zip archive that is no document of one program but an archive of files.

    Raises:
        One of ``DAMAGED``: the archive is damaged.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = package.namelist()
    return not ({"[Content_Types].xml", "OFD.xml", "mimetype"} & set(names) or any(map(_is_office_part, names)))


def is_archive(data: bytes) -> bool:
    """True for a sound zip archive of files."""
    try:
        return is_bundle(data)
    except DAMAGED:
        return False


def _is_office_part(name: str) -> bool:
    return name.startswith(("word/", "xl/", "ppt/")) and name.endswith(".xml")
