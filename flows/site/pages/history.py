"""What changed since the last run: new, persisting and resolved findings, and what reviewers said of them.

The ledger of runs knows; without one the report that stood in the folder before is the measure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from checks.model import AuditRecords, Finding
from flows.ledger.lives import Change, Review, RunRecord

_FINDINGS = "findings.json"


@dataclass(frozen=True, slots=True)
class LastRun:
    """What is left of the last run: the folder of its report, and what the ledger says became of each finding."""

    report: Path | None = None
    record: RunRecord | None = None

    @property
    def site(self) -> Path | None:
        """Its pages."""
        return None if self.report is None else self.report / "site"


NO_RUN = LastRun()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A finding of the last run that is gone from documents that were audited again."""

    identifier: str
    severity: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class History:
    """The comparison; in a first run nothing is called new. ``since`` is when the last run was, if known."""

    first: bool = True
    since: datetime | None = None
    changes: Mapping[str, Change] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    resolved: tuple[Resolved, ...] = ()
    not_audited: int = 0

    def change(self, finding: Finding) -> str:
        """What became of a finding, see :class:`flows.ledger.lives.Change`; "" in a first run."""
        return self.changes.get(finding.id, "")

    def review(self, finding: Finding) -> str:
        """Where the review of a finding stands; "" where nobody said anything."""
        review = self.reviews.get(finding.id, Review.OPEN)
        return "" if review is Review.OPEN else review

    def count(self, findings: Sequence[Finding]) -> Mapping[str, int]:
        """How many findings went each way."""
        return Counter(self.change(finding) for finding in findings)


def compare(audit: AuditRecords, last_run: LastRun) -> History:
    """Hold an audit against the last run; a folder that holds no readable report counts as none."""
    last = _read(last_run.report)
    before = {finding["id"]: finding for finding in last["findings"]} if last else {}
    since = datetime.fromisoformat(last["generated_at"]) if last else None
    if last_run.record is not None:
        return _recorded(last_run.record, before, since)
    if last is None:
        return History()
    now = {finding.id for finding in audit.findings}
    keys = {document["path"]: document["id"].rpartition("@")[0] for document in last["documents"]}
    audited = {document.key for document in audit.documents}
    gone = [finding for identifier, finding in before.items() if identifier not in now]
    resolved = [f for f in gone if keys.get(_document(f)) in audited]
    return History(
        first=False,
        since=since,
        changes={f.id: _change(f, before.get(f.id)) for f in audit.findings},
        resolved=tuple(_resolved(f["id"], f) for f in resolved),
        not_audited=len(gone) - len(resolved),
    )


def _recorded(record: RunRecord, before: Mapping[str, Mapping[str, Any]], since: datetime | None) -> History:
    known = {item.id: item for item in record.changes}
    first = since is None and all(item.change is Change.NEW for item in record.changes)
    return History(
        first=first,
        since=since,
        changes={} if first else {i: item.change for i, item in known.items() if item.change is not Change.RESOLVED},
        reviews={identifier: item.review for identifier, item in known.items()},
        resolved=tuple(_resolved(i, before.get(i)) for i, item in known.items() if item.change is Change.RESOLVED),
    )


def _resolved(identifier: str, finding: Mapping[str, Any] | None) -> Resolved:
    """A finding that is gone, in the words of the last report; without that, its id alone."""
    if finding is None:
        return Resolved(identifier, "", "", "")
    return Resolved(identifier, finding["severity"], finding["title"], finding["title_en"])


def _change(finding: Finding, before: Mapping[str, Any] | None) -> Change:
    if before is None:
        return Change.NEW
    return Change.PERSISTING if before["fingerprint"] == finding.fingerprint else Change.CHANGED


def _document(finding: Mapping[str, Any]) -> str:
    return next((str(evidence["document"]) for evidence in finding["evidence"]), "")


def _read(folder: Path | None) -> Mapping[str, Any] | None:
    """The last report; None where there is none or it is none of ours."""
    if folder is None:
        return None
    try:
        last = json.loads((folder / _FINDINGS).read_text(encoding="utf-8"))
        datetime.fromisoformat(last["generated_at"])
        complete = all(
            {"id", "fingerprint", "severity", "title", "title_en", "evidence"} <= f.keys() for f in last["findings"]
        )
        return last if complete and all({"id", "path"} <= d.keys() for d in last["documents"]) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
