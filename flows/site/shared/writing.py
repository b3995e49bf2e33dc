"""Writes the files of the site, and only those that changed.

A site has tens of thousands of files, so the calls here are those of ``os`` with plain names: a ``Path`` for each would
take longer than the work.
"""

# ruff: noqa: PTH108, PTH116, PTH123

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

#: Folders that hold nothing but our pages: what a build does not write there is left over from an earlier one.
OWN_FOLDERS = ("assets", "crops", "documents", "findings", "units")
#: Tells of each page what it was made of, see :class:`Made`.
MANIFEST = "pages.json"


class Made(NamedTuple):
    """A page as it was written: the key of what it was made of, and a sum that tells whether it still is as written."""

    key: str
    checksum: int


class SiteWriter:
    """Writes into a folder; a file that would not change keeps its time.

    Args:
        output: folder of the site.
        previous: the site of the last run where that stands elsewhere: a file that is the same there is linked, not
            written.
    """

    def __init__(self, output: Path, previous: Path | None = None) -> None:
        self._output = output
        self._folders = tuple(f"{folder}{os.sep}" for folder in (output, previous) if folder is not None)
        self._names: set[str] = set()
        self._before = tuple(_read(Path(folder)) for folder in self._folders)
        self._made: dict[str, Made] = {}
        self.written = 0
        self.kept = 0
        for folder in ("", *OWN_FOLDERS):
            (output / folder).mkdir(parents=True, exist_ok=True)

    def keeps(self, name: str, key: str) -> bool:
        """Whether a page made of the same stands already; it is kept then, and need not be made.

        Args:
            name: path of the page below the folder.
            key: tells everything that the page is made of.
        """
        for folder, made_before in zip(self._folders, self._before, strict=True):
            made = made_before.get(name)
            if made is None or made.key != key:
                continue
            data = _bytes_of(folder + name)
            if data is None or crc32(data) != made.checksum:
                continue
            if folder != self._folders[0]:
                _link(folder + name, self._folders[0] + name)
            self._names.add(name)
            self._made[name] = made
            self.kept += 1
            return True
        return False

    def text(self, name: str, text: str, key: str = "") -> None:
        """Write a page, with the key of what it was made of if :meth:`keeps` is to know it."""
        data = text.encode("utf-8")
        self.data(name, data)
        if key:
            self._made[name] = Made(key, crc32(data))

    def data(self, name: str, data: bytes) -> None:
        """Write a file; ``name`` is its path below the folder."""
        self._names.add(name)
        target = self._folders[0] + name
        for folder in self._folders:
            if _same(folder + name, data):
                if folder != self._folders[0]:
                    _link(folder + name, target)
                self.kept += 1
                return
        _write(target, data)
        self.written += 1

    def earlier(self, name: str) -> bytes | None:
        """The bytes of a file of an earlier run, None where there is none."""
        return next((data for folder in self._folders if (data := _bytes_of(folder + name)) is not None), None)

    def finish(self) -> None:
        """Take away the pages of an earlier build that this one did not write, and note what the others are made of."""
        for folder in OWN_FOLDERS:
            with os.scandir(self._output / folder) as files:
                for file in files:
                    if f"{folder}/{file.name}" not in self._names and file.is_file():
                        os.unlink(file.path)
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(made)}" for name, made in sorted(self._made.items()))
        self.data(MANIFEST, f"{{\n{lines}\n}}\n".encode())


def _read(folder: Path) -> dict[str, Made]:
    """What the pages of a folder were made of; nothing where nobody noted it, or the note is damaged."""
    try:
        noted = json.loads((folder / MANIFEST).read_bytes())
        return {name: Made(*made) for name, made in noted.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _bytes_of(file: str) -> bytes | None:
    try:
        with open(file, "rb", buffering=0) as stream:
            return stream.readall()
    except OSError:
        return None


def _same(file: str, data: bytes) -> bool:
    try:
        if os.stat(file).st_size != len(data):
            return False
    except OSError:
        return False
    return _bytes_of(file) == data


def _write(target: str, data: bytes) -> None:
    try:
        shared = os.stat(target).st_nlink > 1
    except OSError:
        shared = False
    if shared:  # an older report holds the same file
        os.unlink(target)
    with open(target, "wb", buffering=0) as stream:
        stream.write(data)


def _link(source: str, target: str) -> None:
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)
