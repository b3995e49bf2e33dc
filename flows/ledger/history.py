"""Questions to the ledger about runs: which there were, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from flows.ledger.connecting import Ledger, LedgerError
from flows.ledger.lives import Change, Review, Seen, change_of
from flows.ledger.tables import FINDING, RUN, SIGHTING
from flows.payload import FindingRecord


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run; ``recorded_at`` is empty for one that never came to its end. Times are UTC."""

    number: int
    started_at: str
    recorded_at: str
    output: str


def runs(ledger: Ledger) -> tuple[RunLine, ...]:
    """All runs, oldest first."""
    with ledger.reading() as connection:
        rows = connection.execute(select(RUN).order_by(RUN.c.number)).all()
    return tuple(RunLine(row.number, row.started_at, row.recorded_at or "", row.output) for row in rows)


def is_recorded(ledger: Ledger, number: int, token: str) -> bool:
    """Whether this ledger holds the whole of the run that is known by both its number and its token."""
    asked = select(RUN.c.number).where((RUN.c.number == number) & (RUN.c.token == token) & (RUN.c.status == "recorded"))
    with ledger.reading() as connection:
        return connection.scalar(asked) is not None


def between(ledger: Ledger, old: int, new: int) -> Iterator[tuple[Change, FindingRecord]]:
    """What became of each finding from run ``old`` to run ``new``; its words are those that were last printed.

    Raises:
        LedgerError: one of the runs is unknown or never came to its end.
    """
    recorded = {run.number for run in runs(ledger) if run.recorded_at}
    for number in (old, new):
        if number not in recorded:
            known = "、".join(map(str, sorted(recorded)[-5:])) or "没有"
            raise LedgerError(f"{ledger.name}：没有第 {number} 次运行的记录（最近的：{known}）")
    before, after = _sightings(ledger, old), _sightings(ledger, new)
    with ledger.reading() as connection:
        rows = connection.execute(select(FINDING.c.id, FINDING.c.record)).all()
    for row in rows:
        was, now = before.get(row.id), after.get(row.id)
        if now is not None:
            yield change_of(was, now, resolved=False, review=Review.OPEN), row.record
        elif was is not None:
            yield Change.RESOLVED, row.record


def _sightings(ledger: Ledger, number: int) -> dict[str, Seen]:
    with ledger.reading() as connection:
        rows = connection.execute(
            select(SIGHTING).where((SIGHTING.c.run == number) & (SIGHTING.c.change != Change.RESOLVED.value))
        ).all()
    return {row.finding_id: Seen(row.fingerprint, row.severity, row.gap) for row in rows}
