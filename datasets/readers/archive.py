"""What the standard library raises for zip archives that are damaged, cut short, or made of unknown pieces."""

from __future__ import annotations

import struct
import zipfile
import zlib

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
