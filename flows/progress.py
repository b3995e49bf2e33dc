"""A line of progress on a terminal; silence everywhere else."""

from __future__ import annotations

import sys


def show(text: str) -> None:
    """Replace the progress line by ``text``; an empty text wipes it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()
