"""Reads what only an office program can open (.doc, .wps, .rtf, .et, OpenDocument, XML of Office 2003) by LibreOffice.

LibreOffice turns the file into .docx or .xlsx, which the readers of these take. It runs without a window, in a profile
of its own for each process, with macros and links off, and is ended with all that it started when it takes too long.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from datasets.errors import InputError
from datasets.model import Document
from datasets.readers.sheet.limits import UnreadableWorkbookError
from datasets.readers.sheet.reading import read_sheet

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 60
_CELLS, _WORDS = "xlsx", "docx"
#: No macros, nothing fetched from elsewhere, values as saved.
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "2"),
    ("Calc/Formula/Load", "OOXMLRecalcMode", "1"),
    ("Calc/Formula/Load", "ODFRecalcMode", "1"),
)
_lock = threading.Lock()


def read_words(path: Path, data: bytes, suffix: str) -> Document:
    """Read a text document; ``suffix`` is what its content is (doc, rtf, odt, ...), places are those of the .docx.

    Raises:
        InputError: LibreOffice is missing, cannot open the file or takes too long.
    """
    from datasets.readers.word.reading import read_word

    document = read_word(path, converted(path, data, suffix, _WORDS))
    return replace(document, sha256=sha256(data).hexdigest(), format=suffix)


def read_cells(path: Path, data: bytes, suffix: str) -> Document:
    """Read a spreadsheet; ``suffix`` is what its content is (xls, ods, ...), places are those of the .xlsx.

    Raises:
        InputError: LibreOffice is missing, cannot open the file or takes too long.
    """
    document = read_sheet(path, converted(path, data, suffix, _CELLS))
    return replace(document, sha256=sha256(data).hexdigest(), format=suffix)


def mended(path: Path, data: bytes, suffix: str, error: UnreadableWorkbookError) -> Document:
    """What LibreOffice makes of a workbook that could not be read, with a problem that says so.

    Raises:
        InputError: LibreOffice can do no better, or is missing; then the error is the one given.
    """
    if program() is None:
        raise error
    try:
        document = read_cells(path, data, suffix)
    except InputError:
        raise error from None
    problem = f"{error.problem}，经 LibreOffice 转换后才读入；请核对数字"
    return replace(document, problems=(problem, *document.problems))


def program() -> str | None:
    """LibreOffice's command: what ``GOUJI_SOFFICE`` names, else the one on the search path, None without one."""
    named = os.environ.get("GOUJI_SOFFICE")
    return next(filter(None, map(shutil.which, (named,) if named else _PROGRAMS)), None)


def converted(path: Path, data: bytes, suffix: str, target: str, *, seconds: float = _SECONDS) -> bytes:
    """The file as .docx or .xlsx; ``path`` only names it in messages.

    Raises:
        InputError: LibreOffice is missing, cannot open the file or takes too long.
    """
    office = program()
    if office is None:
        raise InputError(
            path,
            f"是旧格式（.{suffix}）的文件，需要 LibreOffice 才能读，本机没有安装",
            f"请用 Word 或 WPS 打开后另存为 .{target}，或安装 LibreOffice（也可用环境变量 GOUJI_SOFFICE 指明其位置）",
        )
    # One conversion at a time: a second one in the same profile would be handed to the first, and lost with it.
    with _lock, tempfile.TemporaryDirectory(prefix="gouji-") as folder:
        source = Path(folder, f"source.{suffix}")
        source.write_bytes(data)
        result = Path(folder, "result", f"source.{target}")
        command = [
            office,
            f"-env:UserInstallation={_profile().as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            target,
            "--outdir",
            str(result.parent),
            str(source),
        ]
        if not _finishes(command, seconds):
            raise InputError(
                path, f"LibreOffice 在 {seconds:g} 秒内没有转换完", f"请用 Word 或 WPS 打开后另存为 .{target} 再试"
            )
        if not result.is_file():
            raise InputError(
                path,
                f"LibreOffice 打不开这个 .{suffix} 文件（可能已损坏或加密）",
                f"请用 Word 或 WPS 打开并取消密码后另存为 .{target} 再试",
            )
        return result.read_bytes()


def _finishes(command: list[str], seconds: float) -> bool:
    """Run a command; False when it had to be ended, with all that it started."""
    process = subprocess.Popen(  # noqa: S603  (the arguments are ours, the document only a file of ours)
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return False
    except BaseException:
        _end(process)
        raise
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group; the profile may be left locked, so the next one starts with another."""
    _profile_of.cache_clear()
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


@cache
def _profile_of(process: int) -> Path:  # noqa: ARG001  (a forked process must not share the profile)
    folder = Path(tempfile.mkdtemp(prefix="gouji-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = folder / "user" / "registrymodifications.xcu"
    settings.parent.mkdir()
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{place}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for place, name, value in _SETTINGS
    )
    settings.write_text(f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>', "utf-8")
    return folder


def _profile() -> Path:
    return _profile_of(os.getpid())
