"""Writes the files of the site, and only those that changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

#: Folders that hold nothing but our pages: what a build does not write there is left over from an earlier one.
OWN_FOLDERS = ("assets", "crops", "documents", "findings", "units")


class SiteWriter:
    """Writes into a folder; a file that would not change keeps its time.

    Args:
        output: folder of the site.
        previous: the site of the last run where that stands elsewhere: a file that is the same there is linked, not
            written.
    """

    def __init__(self, output: Path, previous: Path | None = None) -> None:
        self._output = output
        self._previous = previous
        self._names: set[str] = set()
        self.written = 0
        self.kept = 0
        for folder in ("", *OWN_FOLDERS):
            (output / folder).mkdir(parents=True, exist_ok=True)

    def text(self, name: str, text: str) -> None:
        """Write a page."""
        self.data(name, text.encode("utf-8"))

    def data(self, name: str, data: bytes) -> None:
        """Write a file; ``name`` is its path below the folder."""
        self._names.add(name)
        target = self._output / name
        if self._same(target, data):
            self.kept += 1
            return
        if self._previous is not None and self._same(self._previous / name, data):
            _link(self._previous / name, target)
            self.kept += 1
            return
        target.unlink(missing_ok=True)  # it may be a link that an older report shares
        target.write_bytes(data)
        self.written += 1

    def earlier(self, name: str) -> bytes | None:
        """The bytes of a file of an earlier run, None where there is none."""
        for folder in (self._output, self._previous):
            if folder is not None and (folder / name).is_file():
                return (folder / name).read_bytes()
        return None

    def sweep(self) -> None:
        """Take away the pages of an earlier build that this one did not write."""
        for folder in OWN_FOLDERS:
            for file in (self._output / folder).iterdir():
                if f"{folder}/{file.name}" not in self._names and file.is_file():
                    file.unlink()

    @staticmethod
    def _same(file: Path, data: bytes) -> bool:
        try:
            return file.stat().st_size == len(data) and file.read_bytes() == data
        except OSError:
            return False


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)
