"""Waiting for what comes sooner or later, on a busy machine later: only a test that hangs ends by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Long enough for any machine, shorter than the guard of pytest against tests that hang.
_PATIENCE_SECONDS = 600
_ASKING_SECONDS = 0.1


def eventually(condition: Callable[[], object], every: float = _ASKING_SECONDS) -> None:
    """Return once ``condition`` is true.

    Raises:
        AssertionError: it never is.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, f"not in {_PATIENCE_SECONDS} s"
        time.sleep(every)
