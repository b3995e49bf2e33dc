"""The life of a finding: new → persisting → resolved, and what reviewers made of it.

Pure functions; nothing here touches a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Self

from flows.payload import FindingRecord

#: Louder first.
SEVERITIES = ("error", "warning", "info")


class Change(StrEnum):
    """What a run found of a finding, held against the run before it."""

    NEW = "new"
    PERSISTING = "persisting"
    CHANGED = "changed"  # the printed values are others now
    WORSE = "worse"  # graver, or a larger gap
    REOPENED = "reopened"  # it was resolved, or set aside by a reviewer for other values
    RESOLVED = "resolved"  # its documents were read again and it is gone


@dataclass(frozen=True, slots=True)
class Message:
    """One finding to be told; ``repeated`` when an earlier attempt may have reached the receiver."""

    number: int
    finding: FindingRecord
    occasion: Change
    unit: str
    repeated: bool = False


class Review(StrEnum):
    """Where the review of a finding stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    EXPLAINED = "explained"


class Decision(StrEnum):
    """What a reviewer may say of a finding."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    EXPLAIN = "explain"
    REOPEN = "reopen"

    @property
    def review(self) -> Review:
        """Where this decision leaves the review."""
        return _REVIEWS[self]


_REVIEWS = {
    Decision.CONFIRM: Review.CONFIRMED,
    Decision.DISMISS: Review.DISMISSED,
    Decision.EXPLAIN: Review.EXPLAINED,
    Decision.REOPEN: Review.OPEN,
}

#: How people say it.
REVIEW_WORDS = {
    Review.OPEN: "待复核",
    Review.CONFIRMED: "属实",
    Review.DISMISSED: "误报",
    Review.EXPLAINED: "已说明",
}
DECISION_WORDS = {
    Decision.CONFIRM: "属实",
    Decision.DISMISS: "误报",
    Decision.EXPLAIN: "说明",
    Decision.REOPEN: "重新打开",
}

#: Changes that people are told of.
TOLD = frozenset({Change.NEW, Change.WORSE, Change.REOPENED})


@dataclass(frozen=True, slots=True)
class Seen:
    """What the arithmetic of lives needs of a finding as one run saw it; ``gap`` in the printed unit, or empty."""

    fingerprint: str
    severity: str
    gap: str = ""

    @classmethod
    def of(cls, finding: FindingRecord) -> Self:
        """How a finding of a report is seen."""
        return cls(finding["fingerprint"], finding["severity"], finding.get("gap") or "")


@dataclass(frozen=True, slots=True)
class FindingChange:
    """What became of one finding in one run."""

    id: str
    change: Change
    review: Review


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A recorded run: its number, and what became of each finding that it saw or found resolved."""

    number: int
    changes: tuple[FindingChange, ...]

    def count(self, change: Change) -> int:
        """How many findings went this way."""
        return sum(1 for item in self.changes if item.change is change)


def change_of(before: Seen | None, now: Seen, *, resolved: bool, review: Review) -> Change:
    """What became of a finding that is there now.

    Args:
        before: how the last run that saw it saw it; None when none did.
        now: how this run sees it.
        resolved: it was gone in between.
        review: what a reviewer had said of it as it was ``before``.
    """
    if before is None:
        return Change.NEW
    same = before.fingerprint == now.fingerprint
    set_aside = review in {Review.DISMISSED, Review.EXPLAINED}
    if resolved or (set_aside and not same):
        return Change.REOPENED
    if set_aside:
        return Change.PERSISTING
    if _is_worse(before, now):
        return Change.WORSE
    return Change.PERSISTING if same else Change.CHANGED


def _is_worse(before: Seen, now: Seen) -> bool:
    if before.severity != now.severity:
        return _loudness(now.severity) < _loudness(before.severity)
    if before.fingerprint == now.fingerprint:
        return False
    old, new = _size(before.gap), _size(now.gap)
    return old is not None and new is not None and new > old


def _loudness(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _size(gap: str) -> Decimal | None:
    try:
        return abs(Decimal(gap))
    except InvalidOperation:
        return None
