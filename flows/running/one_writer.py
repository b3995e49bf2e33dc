"""One writer for one folder: two audits into the same report take turns."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: None on a system without such locks; there too a report is moved into place as a whole.
_fcntl: Any = importlib.import_module("fcntl") if importlib.util.find_spec("fcntl") else None


@contextmanager
def one_writer(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold ``folder`` against other runs; the lock goes with the process, however that ends, and leaves no file.

    Args:
        folder: made when it is missing.
        waiting: called once when another run holds it, before waiting for that run to end.

    Raises:
        OSError: the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if _fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, waiting)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, waiting: Callable[[], None]) -> None:
    try:
        _fcntl.flock(handle, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        _fcntl.flock(handle, _fcntl.LOCK_EX)
    except OSError:
        # A file system without locks.
        return
