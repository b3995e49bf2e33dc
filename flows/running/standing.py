"""A report that still stands: nothing it rests on has changed since the run that wrote it.

``run.json`` in the report says what it rests on (``key``), which run of which ledger wrote it, and the hash of each of
its files. A later run with the same key that finds every file as it was written, every finding persisting and every
decision as it was, leaves the report as it is and says since which run it stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Self

from flows.ledger.lives import Change, RunRecord
from flows.payload import Payload
from flows.report.files import FINDINGS, digest_of, write_json
from flows.report.workbook import Reviewed
from flows.running.fingerprint import content_of, report_fingerprint

MANIFEST = "run.json"
_SCHEMA = "gouji.run/1"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a report rests on.

    ``token`` names the run in its ledger, ``names`` the unit of each document by path, ``failed`` what was said of each
    document that could not be read: those are tried again by every run.
    """

    key: str
    run: int
    token: str
    reviews: str
    names: Mapping[str, str]
    notes: tuple[str, ...]
    failed: Mapping[str, tuple[str, ...]]
    files: Mapping[str, str]

    @classmethod
    def of(cls, output: Path, key: str) -> Self | None:
        """The report in ``output``; None where there is none, it rests on something else, or a file was touched."""
        try:
            said = json.loads((output / MANIFEST).read_text(encoding="utf-8"))
            if said["schema"] != _SCHEMA or said["key"] != key:
                return None
            found = cls(**{field.name: said[field.name] for field in fields(cls)})
            found = replace(found, failed={path: tuple(problems) for path, problems in found.failed.items()})
            return found if found.files == hashes(output, found.files) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, folder: Path) -> None:
        """Write ``run.json``."""
        write_json({"schema": _SCHEMA, **asdict(self)}, folder / MANIFEST)

    def holds_after(self, record: RunRecord, reviews: Mapping[str, Reviewed]) -> bool:
        """Whether the ledger, which has recorded a run that read the same, has nothing to say that the report lacks."""
        persisting = all(item.change is Change.PERSISTING for item in record.changes)
        return persisting and self.reviews == reviews_digest(reviews)


def report_key(paths: Sequence[Path], **options: object) -> str:
    """What a report rests on but for the ledger: the documents in their order, the options, the code and the rules."""
    digest = hashlib.sha256(report_fingerprint().encode())
    for name, value in sorted(options.items()):
        digest.update(f"\0{name}={value!r}".encode())
    for path in paths:
        digest.update(f"\0{path}\0{content_of(path)}".encode())
    return digest.hexdigest()


def read_payload(output: Path) -> Payload:
    """The findings.json of a report that stands."""
    payload: Payload = json.loads((output / FINDINGS).read_text(encoding="utf-8"))
    return payload


def reviews_digest(reviews: Mapping[str, Reviewed]) -> str:
    """Hash of what reviewers have said of each finding."""
    said = sorted((identity, repr(reviewed)) for identity, reviewed in reviews.items() if reviewed != Reviewed())
    return hashlib.sha256(repr(said).encode()).hexdigest()


def hashes(folder: Path, names: Iterable[str] | None = None) -> dict[str, str]:
    """The hash of each file below ``folder``, or of those of ``names``, by relative path.

    Raises:
        OSError: one of them cannot be read.
    """
    if names is None:
        names = (file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.is_file())
    return {name: digest_of(folder / name) for name in names}
