"""The memory of alerts: which finding was already sent through which channel.

One SQLite file. A delivery holds the write lock of the file from the question "what is new" until the answer is
recorded, so of two processes that run at once the second waits and then finds nothing left to send.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, Column, Connection, MetaData, NullPool, String, Table, create_engine, event, select
from sqlalchemy.engine import Engine

_METADATA = MetaData()
_SENT = Table(
    "sent_finding",
    _METADATA,
    Column("channel", String, primary_key=True),
    Column("finding_id", String, primary_key=True),
    Column("fingerprint", String, primary_key=True),
    Column("sent_at", String, nullable=False),
)
#: Longer than a channel needs to answer or to time out.
_WAIT_SECONDS = 120


class FindingKey(NamedTuple):
    """What makes a finding the same one: the rule's facts (``id``) and the printed values (``fingerprint``)."""

    id: str
    fingerprint: str


class Ledger:
    """The findings sent so far, by channel.

    Raises:
        OSError: the folder of the file cannot be made.
        sqlalchemy.exc.SQLAlchemyError: the file cannot be opened, is no database, or stays locked for two minutes.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        address = URL.create("sqlite", database=str(path))
        self._engine: Engine = create_engine(address, connect_args={"timeout": _WAIT_SECONDS}, poolclass=NullPool)
        event.listen(self._engine, "connect", _leave_transactions_to_us)
        event.listen(self._engine, "begin", _begin_writing)
        with self._engine.begin() as connection:
            _METADATA.create_all(connection)

    def deliver(
        self, address: str, keys: Iterable[FindingKey], send: Callable[[tuple[FindingKey, ...]], bool]
    ) -> tuple[FindingKey, ...]:
        """Hand the keys that ``address`` has not had yet to ``send``; record them when it returns True.

        Returns:
            The keys that were sent now; empty when nothing was new or when ``send`` returned False or raised.
        """
        channel = channel_id(address)
        with self._engine.begin() as connection:
            known = {
                FindingKey(*row)
                for row in connection.execute(
                    select(_SENT.c.finding_id, _SENT.c.fingerprint).where(_SENT.c.channel == channel)
                )
            }
            new = tuple(key for key in dict.fromkeys(keys) if key not in known)
            if not new or not send(new):
                return ()
            now = datetime.now(UTC).isoformat(timespec="seconds")
            connection.execute(
                _SENT.insert(),
                [
                    {"channel": channel, "finding_id": key.id, "fingerprint": key.fingerprint, "sent_at": now}
                    for key in new
                ],
            )
        return new


def channel_id(address: str) -> str:
    """A name for a channel that does not give its address away: slow to compute, so a password cannot be guessed."""
    return hashlib.pbkdf2_hmac("sha256", address.encode(), b"gouji alert channel", 100_000, dklen=16).hex()


def _leave_transactions_to_us(connection: object, _record: object) -> None:
    # The driver would begin a transaction only at the first write: too late to keep a second process from reading.
    connection.isolation_level = None  # type: ignore[attr-defined]


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
