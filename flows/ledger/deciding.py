"""What reviewers decided: who, when, why, and for which printed values. The list only grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from flows.ledger.connecting import Ledger, LedgerError, now_text, shown_time
from flows.ledger.lives import Decision, Review
from flows.ledger.tables import DECISION, FINDING
from flows.payload import FindingRecord

_CHUNK = 500
#: Why a finding is set aside must be said; that it is confirmed, or open again, may stand without.
_NEED_REASON = frozenset({Decision.DISMISS, Decision.EXPLAIN})


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision; ``number`` orders them, ``fingerprint`` is that of the values it was taken on."""

    number: int
    finding_id: str
    fingerprint: str
    decision: Decision
    reviewer: str
    reason: str
    decided_at: str
    source: str


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding in the ledger with what became of it; ``decisions`` oldest first."""

    id: str
    fingerprint: str
    severity: str
    unit: str
    standing: str
    first_run: int
    last_run: int
    record: FindingRecord
    decisions: tuple[DecisionRecord, ...] = ()

    @property
    def review(self) -> Review:
        """Where the review stands for the values that are printed now."""
        return review_after(self.decisions[-1] if self.decisions else None, self.fingerprint)


def review_after(last: DecisionRecord | None, fingerprint: str) -> Review:
    """The review of a finding with these printed values after its last decision.

    A decision holds for the figures it was taken on; when they change, the finding is open again.
    """
    return Review.OPEN if last is None or last.fingerprint != fingerprint else last.decision.review


class ConflictError(LedgerError):
    """A decision that does not go with what the ledger holds: somebody decided since, or the figures changed."""


def known_findings(ledger: Ledger, *, identity: str = "") -> tuple[KnownFinding, ...]:
    """The findings whose id begins with ``identity`` (all of them by default), with their decisions."""
    asked = select(FINDING).order_by(FINDING.c.unit, FINDING.c.id)
    made = select(DECISION).order_by(DECISION.c.number)
    if identity:
        asked = asked.where(FINDING.c.id.startswith(identity, autoescape=True))
        made = made.where(DECISION.c.finding_id.startswith(identity, autoescape=True))
    with ledger.reading() as connection:
        rows = connection.execute(asked).all()
        decisions: dict[str, list[DecisionRecord]] = {}
        for row in connection.execute(made):
            decisions.setdefault(row.finding_id, []).append(_decision(row))
    return tuple(
        KnownFinding(
            id=row.id,
            fingerprint=row.fingerprint,
            severity=row.severity,
            unit=row.unit,
            standing=row.standing,
            first_run=row.first_run,
            last_run=row.last_run,
            record=row.record,
            decisions=tuple(decisions.get(row.id, ())),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer says of a finding.

    ``identity`` is the whole id of the finding; ``reason`` is asked for when it is dismissed or explained; ``source``
    is ``command``, ``page`` or ``workbook``. ``on`` is the fingerprint that the reviewer looked at and ``after`` the
    number of the last decision that the reviewer knew of (0 for none): where the ledger has others, it is a conflict.
    """

    identity: str
    decision: Decision
    reviewer: str
    reason: str = ""
    source: str = "command"
    on: str | None = None
    after: int | None = None


def decide(ledger: Ledger, statement: Opinion) -> DecisionRecord:
    """Keep a decision.

    Raises:
        ConflictError: somebody else decided since, or the figures changed.
        LedgerError: no such finding, no reviewer, no reason, or the ledger cannot be written.
    """
    identity, decision = statement.identity, statement.decision
    reviewer, reason = " ".join(statement.reviewer.split()), statement.reason.strip()
    if not reviewer:
        raise LedgerError("没有写明复核人；请用 --by 写姓名，或设置 GOUJI_REVIEWER")
    if decision in _NEED_REASON and not reason:
        raise LedgerError("没有写明理由；误报和说明须写理由，请用 --why")
    with ledger.writing() as connection:
        fingerprint = connection.scalar(select(FINDING.c.fingerprint).where(FINDING.c.id == identity))
        if fingerprint is None:
            raise LedgerError(f"台账中没有编号为 {identity} 的发现；用 gouji review list 查看")
        if statement.on is not None and statement.on != fingerprint:
            raise ConflictError(f"{identity}：所载数字已变，请按新的数字复核")
        last = last_decisions(connection, [identity]).get(identity)
        if statement.after is not None and last is not None and last.number > statement.after:
            raise ConflictError(f"{identity}：{last.reviewer} 已于 {shown_time(last.decided_at)} 作出结论，请先查看")
        record = DecisionRecord(0, identity, fingerprint, decision, reviewer, reason, now_text(), statement.source)
        values = {field.name: getattr(record, field.name) for field in fields(record) if field.name != "number"}
        number = connection.scalar(insert(DECISION).values(**values).returning(DECISION.c.number))
    return replace(record, number=int(number or 0))


def last_decisions(connection: Connection, identities: Sequence[str]) -> dict[str, DecisionRecord]:
    """The last decision on each of the findings."""
    found: dict[str, DecisionRecord] = {}
    for start in range(0, len(identities), _CHUNK):
        some = identities[start : start + _CHUNK]
        newest = (
            select(func.max(DECISION.c.number)).where(DECISION.c.finding_id.in_(some)).group_by(DECISION.c.finding_id)
        )
        for row in connection.execute(select(DECISION).where(DECISION.c.number.in_(newest))):
            found[row.finding_id] = _decision(row)
    return found


def _decision(row: Row[Any]) -> DecisionRecord:
    return DecisionRecord(
        row.number,
        row.finding_id,
        row.fingerprint,
        Decision(row.decision),
        row.reviewer,
        row.reason,
        row.decided_at,
        row.source,
    )
