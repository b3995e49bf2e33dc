"""Child processes that end with their parent, however that ends: the other end of their standard input closes then."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Thread


def when_the_parent_ends(act: Callable[[], None]) -> None:
    """Read standard input to its end in the background, then ``act``."""

    def wait() -> None:
        # Not sys.stdin: its lock, held here, would keep the interpreter from closing down.
        while os.read(0, 1):
            pass
        act()

    Thread(target=wait, daemon=True).start()
