"""Receivers of alerts on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ledger.payloads import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()
