"""What was read of documents, kept by content: a document that did not change is not read again.

The key is the path as given, the content, and the code and rules that read it. Only success is kept: a converter that
timed out may do better next time. The folder may be deleted at any time; what is missing is read again.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from flows.running.fingerprint import content_of, rules_fingerprint

if TYPE_CHECKING:
    from checks.audit import Ingested

#: What other versions of the rules have read is thrown away after this time, in which one may go back to them.
_KEPT_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Packed:
    """What was read of one path, packed where it was read: its fiscal year can be told without unpacking the rest."""

    year: int | None
    readable: bool
    records: bytes

    @classmethod
    def of(cls, records: tuple[Ingested, ...]) -> Self:
        """Pack what was read."""
        years = (record.report.fiscal_year for record in records)
        year = next((year for year in years if year is not None), None)
        readable = all(record.report.status != "unreadable" and not record.faults for record in records)
        return cls(year, readable, pickle.dumps(records, protocol=pickle.HIGHEST_PROTOCOL))

    def unpacked(self) -> tuple[Ingested, ...]:
        """What was read."""
        # Half of the time would go into looking for garbage among objects that are all new.
        collecting = gc.isenabled()
        gc.disable()
        try:
            records: tuple[Ingested, ...] = pickle.loads(self.records)  # noqa: S301 - written by ourselves, in our own folder
        finally:
            if collecting:
                gc.enable()
        return records


class Readings:
    """The readings of the present version of the rules, in a folder that is made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._all = folder
        self._folder = folder / rules_fingerprint()[:16]

    def get(self, path: Path) -> Packed | None:
        """What was read of a document; None when it is not known, or has changed."""
        try:
            data = self._file(path).read_bytes()
            said = pickle.loads(data)  # noqa: S301 - as above
        except Exception:  # noqa: BLE001 - whatever a damaged file raises: the document is read again
            return None
        return said if isinstance(said, Packed) else None

    def put(self, path: Path, packed: Packed) -> None:
        """Keep what was read of a document; where it cannot be kept, it is read again next time."""
        if not packed.readable:
            return
        file = self._file(path)
        aside = file.with_suffix(f".unfinished-{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(pickle.dumps(packed, protocol=pickle.HIGHEST_PROTOCOL))
            aside.replace(file)
        except OSError:
            with suppress(OSError):
                aside.unlink(missing_ok=True)

    def forget_old(self) -> None:
        """Throw away what other versions of the rules have read and nobody has used since."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            os.utime(self._folder)
            for folder in self._all.iterdir():
                if time.time() - folder.stat().st_mtime > _KEPT_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            return

    def _file(self, path: Path) -> Path:
        return self._folder / f"{reading_key(path)}.pickle"


def reading_key(path: Path) -> str:
    """The name of what was read of a document: its path as given, its content, and the code and rules that read it."""
    return hashlib.sha256(f"{path}\0{rules_fingerprint()}\0{content_of(path)}".encode()).hexdigest()
