"""What alerts have to tell: queued, claimed, sent.

Messages are queued before they are sent and ticked off after. A process that is killed in between leaves its claim;
the next one sees that its owner is gone and sends again, marked as possibly repeated: an alert is never lost, and a
doubled one says that it may be.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil
from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from flows.ledger.connecting import Ledger, now_text
from flows.ledger.lives import SEVERITIES, TOLD, Change, Message, Review, RunRecord
from flows.ledger.tables import DELIVERY, FINDING

#: A claim of another machine is taken over after this time: longer than any channel takes to answer or to time out.
_CLAIM_LASTS = timedelta(minutes=15)
#: To be sent, for the first time or because nobody knows whether it arrived.
_WAITING = ("pending", "unsure")


def channel_id(address: str) -> str:
    """A name for a channel that does not give its address away: slow to compute, so a password cannot be guessed."""
    return hashlib.pbkdf2_hmac("sha256", address.encode(), b"gouji alert channel", 100_000, dklen=16).hex()


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What a channel wants to hear: findings of ``severity`` or louder, of ``units`` (all when empty)."""

    severity: str = "error"
    units: frozenset[str] = frozenset()

    def wants(self, severity: str, unit: str) -> bool:
        """Whether a finding of this severity and unit is for this channel."""
        loud = SEVERITIES.index(severity) <= SEVERITIES.index(self.severity)
        return loud and (not self.units or unit in self.units)


def queue(connection: Connection, record: RunRecord, channels: Mapping[str, Sequence[ChannelRule]]) -> None:
    """Queue what each channel has to be told of a run, in the transaction that records it.

    What a channel was never told is queued too, so a channel that is new learns of every open finding once.
    """
    present = {item.id: item for item in record.changes if item.change is not Change.RESOLVED}
    columns = (FINDING.c.id, FINDING.c.severity, FINDING.c.unit, FINDING.c.fingerprint)
    findings = [row for row in connection.execute(select(*columns)) if row.id in present]
    for channel, rules in channels.items():
        told = set(
            connection.scalars(
                select(DELIVERY.c.finding_id).where((DELIVERY.c.channel == channel) & (DELIVERY.c.state != "dropped"))
            )
        )
        news = []
        for row in findings:
            item = present[row.id]
            if item.review in {Review.DISMISSED, Review.EXPLAINED} or (row.id in told and item.change not in TOLD):
                continue
            if not any(rule.wants(row.severity, row.unit) for rule in rules):
                continue
            news.append(
                {
                    "channel": channel,
                    "finding_id": row.id,
                    "fingerprint": row.fingerprint,
                    "occasion": (item.change if row.id in told else Change.NEW).value,
                    "run": record.number,
                    "state": "pending",
                    "changed_at": now_text(),
                }
            )
        if news:
            # What was queued earlier and is still waiting is told once, as it is now.
            waiting = (DELIVERY.c.channel == channel) & DELIVERY.c.state.in_(_WAITING)
            _drop(connection, waiting & DELIVERY.c.finding_id.in_([row["finding_id"] for row in news]))
            connection.execute(insert(DELIVERY), news)
    gone = select(FINDING.c.id).where(FINDING.c.standing == "resolved")
    _drop(connection, DELIVERY.c.state.in_(_WAITING) & DELIVERY.c.finding_id.in_(gone))


def _drop(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(update(DELIVERY).where(which).values(state="dropped", changed_at=now_text()))


def claim(ledger: Ledger, channel: str) -> tuple[Message, ...]:
    """Take what is to be sent through ``channel``; nobody else gets it while this process lives."""
    mine = _owner()
    with ledger.writing() as connection:
        rows = connection.execute(
            select(DELIVERY, FINDING.c.record, FINDING.c.unit)
            .join(FINDING, FINDING.c.id == DELIVERY.c.finding_id)
            .where((DELIVERY.c.channel == channel) & DELIVERY.c.state.in_([*_WAITING, "sending"]))
            .order_by(DELIVERY.c.number)
        ).all()
        taken = [row for row in rows if row.state in _WAITING or _is_abandoned(row.claimed_by, row.changed_at)]
        if taken:
            connection.execute(
                update(DELIVERY)
                .where(_numbered(row.number for row in taken))
                .values(state="sending", claimed_by=mine, attempts=DELIVERY.c.attempts + 1, changed_at=now_text())
            )
    return tuple(
        Message(row.number, row.record, Change(row.occasion), row.unit, repeated=row.state != "pending")
        for row in taken
    )


def tick_off(ledger: Ledger, messages: Iterable[Message]) -> None:
    """These were taken by the channel."""
    with ledger.writing() as connection:
        _settle(connection, messages, "sent")


def give_back(ledger: Ledger, messages: Iterable[Message], unsure: Collection[int] = ()) -> None:
    """These were not taken; the next run tries again.

    ``unsure`` are the numbers of those that may have arrived all the same: they say so when they come again. What a run
    in between has queued anew is told once, as it is now.
    """
    given = list(messages)
    newer = DELIVERY.alias()
    again = exists().where(
        (newer.c.channel == DELIVERY.c.channel)
        & (newer.c.finding_id == DELIVERY.c.finding_id)
        & (newer.c.number > DELIVERY.c.number)
        & (newer.c.state != "dropped")
    )
    with ledger.writing() as connection:
        _settle(connection, [message for message in given if message.number not in unsure], "pending")
        _settle(connection, [message for message in given if message.number in unsure], "unsure")
        _drop(connection, _numbered(message.number for message in given) & again)


def _settle(connection: Connection, messages: Iterable[Message], state: str) -> None:
    connection.execute(
        update(DELIVERY)
        .where(_numbered(message.number for message in messages))
        .values(state=state, claimed_by="", changed_at=now_text())
    )


def _numbered(numbers: Iterable[int]) -> ColumnElement[bool]:
    return DELIVERY.c.number.in_(list(numbers))


def _owner() -> str:
    """The name of this process, so that it can be told from a later one of the same number."""
    process = psutil.Process()
    return f"{socket.gethostname()} {os.getpid()} {process.create_time():.2f}"


def _is_abandoned(owner: str, since: str) -> bool:
    host, _, rest = owner.partition(" ")
    number, _, born = rest.partition(" ")
    if host == socket.gethostname():
        try:
            return f"{psutil.Process(int(number)).create_time():.2f}" != born
        except (psutil.NoSuchProcess, ValueError):
            return True
    return abs(datetime.now(UTC) - datetime.fromisoformat(since)) > _CLAIM_LASTS
