"""How every command speaks to the terminal: complaints on stderr in one line, exit codes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from datasets.errors import GoujiError

#: Nothing to complain of; errors found; unusable input or options.
CLEAN, FOUND, UNUSABLE = 0, 1, 2


@contextmanager
def writing(output: Path) -> Iterator[None]:
    """Say which file or folder could not be written, and end."""
    try:
        yield
    except OSError as error:
        complain(f"{output}：写不进去（{error.strerror}）；请换一个 --output")
        raise typer.Exit(UNUSABLE) from None


@contextmanager
def complaining() -> Iterator[None]:
    """One line and exit code 2 for what Gouji raises on purpose."""
    try:
        yield
    except GoujiError as error:
        complain(str(error))
        raise typer.Exit(UNUSABLE) from None


def complain(line: str) -> None:
    """Print one line on stderr."""
    print(f"gouji: {' '.join(line.split())}", file=sys.stderr)


def end(unusable: bool, *, found: bool) -> NoReturn:  # noqa: FBT001 - read aloud: end unusable
    """End with the code for the loudest thing that happened."""
    raise typer.Exit(UNUSABLE if unusable else FOUND if found else CLEAN)
