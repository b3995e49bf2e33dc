"""A ledger of its own for each test, in a file and in PostgreSQL, and web hooks on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.ledger.connecting import Ledger
from tests.ledger.payloads import Sink
from tests.postgres import Postgres


@pytest.fixture(scope="session")
def empty_ledger(postgres: Postgres) -> str:
    """The name of a database that holds an empty ledger, to be copied."""
    address = postgres.database()
    Ledger(address).close()
    return address.rpartition("/")[2]


@pytest.fixture
def sqlite_ledger(tmp_path: Path) -> Ledger:
    return Ledger.at(tmp_path / "ledger.sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_ledger")
        return
    server: Postgres = request.getfixturevalue("postgres")
    ledger = Ledger(server.database(request.getfixturevalue("empty_ledger")))
    yield ledger
    ledger.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture
def second_sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()
