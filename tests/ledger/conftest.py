"""A ledger in a file of its own, and web hooks on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.ledger.connecting import Ledger
from tests.ledger.payloads import Sink


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.at(tmp_path / "ledger.sqlite")


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
