"""What fails in the program itself while documents are read: caught at one document, told, and the others are read.

A reader that goes on after an exception hands it to :func:`caught`. Whoever reads documents for an audit listens with
:func:`catching`; where nobody listens the exception passes, so that tests and tools see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from datasets.errors import DataFileError, InputError

Caught = tuple[Path, Exception]
_LISTENING: ContextVar[list[Caught] | None] = ContextVar("_LISTENING", default=None)


@contextmanager
def catching() -> Iterator[list[Caught]]:
    """The exceptions that readers catch while the block runs, each with the file it was caught at."""
    found: list[Caught] = []
    token = _LISTENING.set(found)
    try:
        yield found
    finally:
        _LISTENING.reset(token)


def caught(path: Path, error: Exception) -> InputError:
    """Keep an exception for whoever listens; what is to be said of the file.

    Raises:
        Exception: the same one, where nobody listens, or where a data file of the project is to blame.
    """
    listening = _LISTENING.get()
    if listening is None or isinstance(error, DataFileError):
        raise error
    listening.append((path, error))
    return InputError(
        path, f"内部故障：读取时出错（{type(error).__name__}）", "请另存为 docx 或 txt 再试，并把 faults.log 发给维护者"
    )
