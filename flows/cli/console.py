"""How every command speaks to the terminal: complaints on stderr in one line, exit codes."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from datasets.errors import DataFileError, GoujiError

if TYPE_CHECKING:
    from checks.barrier import Fault

#: Nothing to complain of; errors found; unusable input or options; the program itself failed somewhere. Of several the
#: third comes before the fourth, and the fourth before the second.
CLEAN, FOUND, UNUSABLE, FAULTY = 0, 1, 2, 3


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
        complain_of(error)
        raise typer.Exit(UNUSABLE) from None


def complain_of(error: GoujiError) -> None:
    """Print what Gouji raised on purpose: one line, or a line for each thing that is wrong in data files."""
    if not isinstance(error, DataFileError):
        complain(str(error))
        return
    words = sys.argv[1:]
    english = "--lang=en" in words or ("--lang", "en") in pairwise(words)
    for line in (error.english if english else str(error)).splitlines():
        complain(line)


def complain(line: str) -> None:
    """Print one line on stderr."""
    print(f"gouji: {' '.join(line.split())}", file=sys.stderr)


def end(unusable: bool, *, found: bool, faulty: bool = False) -> NoReturn:  # noqa: FBT001 - read aloud: end unusable
    """End with the code for the loudest thing that happened."""
    raise typer.Exit(UNUSABLE if unusable else FAULTY if faulty else FOUND if found else CLEAN)


def log(faults: "Sequence[Fault]") -> None:
    """Write what failed in the program itself into the log of the state folder, and say where that is."""
    if not faults:
        return
    from flows.running.fault_log import log_faults
    from flows.settings import Settings, default_state

    try:
        state = Settings.from_environment().state
    except GoujiError:  # of another variable, which has nothing to do with this
        state = default_state()
    written = log_faults(faults, state)
    if written is not None:
        complain(f"内部故障的详情写在 {written}")


def crashed(error: Exception) -> NoReturn:
    """End because the program itself failed and no result is to be had: one line, the traceback in the log, code 3."""
    from checks.barrier import NO_RULE, fault_of

    fault = fault_of(error, NO_RULE, ())
    complain(f"内部故障：{fault.error}；命令没有做完；请把 faults.log 发给维护者")
    log([fault])
    sys.exit(FAULTY)


def nothing_to_audit(paths: list[Path] | None, roster: Path | None) -> None:
    """End at once, with no run and no report, where a path leads nowhere: most are mistyped."""
    problems = [(path, _why_nothing(path)) for path in (*(paths or ()), *([roster] if roster is not None else []))]
    for path, problem in problems:
        if problem:
            complain(f"{path}：{problem}；没有开始审核")
    if any(problem for _, problem in problems):
        end(unusable=True, found=False)


def _why_nothing(path: Path) -> str:
    try:
        if not path.exists():
            return "文件不存在；请检查路径"
        if path.is_dir() and next(path.iterdir(), None) is None:
            return "文件夹是空的；请放入 .docx、.pdf、.xlsx、网页或文本文件"
    except OSError as error:
        return f"打不开（{error.strerror}）；请检查路径和权限"
    return ""
