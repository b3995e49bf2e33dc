"""What of a folder is audited: its documents; every other file is named with the reason, none is passed over.

A file that the user names is tried whatever its name. Of a folder those are tried that may be documents by their name
or their first bytes; the rest is only named, for notes and working files beside the documents may quote them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from checks.model import DocumentReport, DocumentStatus
from datasets.readers.bundle.members import MANIFEST

#: Names that are taken for documents: one that cannot be read is a document that was not audited.
DOCUMENT_SUFFIXES = frozenset(
    {".txt", ".docx", ".docm", ".dotx", ".dotm", ".doc", ".wps", ".rtf", ".odt", ".pdf", ".ofd"}
    | {".html", ".htm", ".mht", ".mhtml"}
    | {".xls", ".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".et", ".ods"}
    | {".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz"}
)
#: Names that documents may have, and other things too: read where a document is in them, else named.
_MAYBE = frozenset({"", ".csv", ".tsv", ".shtml", ".xhtml", ".asp", ".aspx", ".jsp", ".php"})
#: First bytes of documents under any name: 决算.pdf.bak, 预算.docx.1.
_MARKS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"Rar!", b"7z\xbc\xaf\x27\x1c")
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".svg"})
_TEMPORARY = ("~$", "~")
#: Two files that only a report of ours has together, and how those of our tables begin that a user may save anywhere.
_REPORT = ("findings.json", "figures.csv")
_OURS = (
    *("findings.json", "figures.csv", "figures.parquet", "verdicts.parquet", "graph.json", "run.json", "workbook.xlsx"),
    *("site", "problem_lists"),
)
_OUR_TABLES = (b"figure_id,", b"id,fingerprint,", b"rule,")
_BOM = b"\xef\xbb\xbf"

_PICTURE = "是图片，没有文字，没有审核；若是扫描件，请提供可以复制文字的版本"
_LOCK = "是办公软件打开文件时留下的临时文件，没有审核；请关闭文件后再试"
_OUR_REPORT = "是勾稽自己的报告，不是公开文本，没有审核"
_SPECIAL = "不是普通文件（管道、设备等），没有审核"
_HIDDEN = "是隐藏文件，没有审核；若是公开文本，请去掉文件名开头的点"
_LINK = "是指向文件夹的链接，没有跟随，其中的文件没有审核；请直接给出那个文件夹"
_CLOSED = "文件夹打不开"
_MISNAMED = "文件名的编码不是 UTF-8（多半是在 Windows 上压缩的），没有审核；请改名后再试"
_OTHER = "后缀 {suffix} 不是公开文本的格式，没有审核；若是公开文本，请改存为 docx、pdf、xlsx、网页或 txt"


@dataclass(frozen=True, slots=True)
class Expanded:
    """What paths stand for: ``documents`` to read, and a report on each file of a folder that is left out."""

    documents: tuple[Path, ...]
    left_out: tuple[DocumentReport, ...] = ()


def expand(paths: Iterable[Path], found: Iterable[Path] = ()) -> Expanded:
    """Files as they are, folders as the files inside them, each file once.

    A folder with a ``bundle.toml`` is one document, wherever it stands. A folder with no file in it stands for itself.

    Args:
        paths: what the user named.
        found: files that somebody else has collected, such as those of an inbox: told apart like those of a folder.
    """
    documents: dict[Path, Path] = {}
    left_out: dict[Path, DocumentReport] = {}
    files = [item for path in paths for item in (_inside(path) if _is_folder(path) else [(path, "")])]
    files += [(path, "" if _is_folder(path) else _why_left_out(path)) for path in found]
    for file, reason in files:
        misnamed = _MISNAMED if _printable(file) != str(file) else ""
        if reason or misnamed:
            left_out.setdefault(_real(file), _left_out(file, misnamed or reason))
        else:
            documents.setdefault(_real(file), file)
    rest = (report for file, report in left_out.items() if file not in documents)
    return Expanded(tuple(documents.values()), tuple(rest))


def _left_out(file: Path, reason: str) -> DocumentReport:
    """The report on what is not read: a folder that cannot be opened may hold documents, and so may a misnamed file."""
    closed = reason.startswith(_CLOSED) or (reason == _MISNAMED and file.suffix.lower() in DOCUMENT_SUFFIXES)
    status = DocumentStatus.UNREADABLE if closed else DocumentStatus.NOT_AUDITED
    return DocumentReport.without_content(Path(_printable(file)), status, reason)


def _printable(path: Path) -> str:
    """The path with bytes that are no UTF-8 written out: what a Chinese Windows has packed has such names elsewhere."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, say: reading it says so
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that cannot be entered, which is named as such
        return False


def _real(path: Path) -> Path:
    """The file itself, whatever links lead to it; the path as it is where they lead in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def not_audited(path: Path, reason: str) -> DocumentReport:
    """The report on a file that is no document."""
    return DocumentReport.without_content(path, DocumentStatus.NOT_AUDITED, reason)


def may_be_document(name: str) -> bool:
    """True for a name that a document may have."""
    suffix = Path(name).suffix.lower()
    return suffix in DOCUMENT_SUFFIXES or suffix in _MAYBE


def settled(report: DocumentReport, given: Collection[Path]) -> DocumentReport:
    """``report``, or that of a file left out where nobody said that this unreadable file is a document.

    Args:
        report: what became of a file.
        given: the paths that the user named; what else there is was found in their folders and archives.
    """
    path = Path(report.path)
    if report.status != DocumentStatus.UNREADABLE or path in given or path.suffix.lower() in DOCUMENT_SUFFIXES:
        return report
    return report if report.sha256 else not_audited(path, report.problem)


def _inside(folder: Path) -> list[tuple[Path, str]]:
    """The files of a folder with the reason why each is left out, "" for one to read; the folder itself if empty."""
    if _is_file(folder / MANIFEST):
        return [(folder, "")]
    files, found = _walked(folder)
    bundles = {path.parent for path in files if path.name == MANIFEST}
    reports = {path.parent for path in files if path.name == _REPORT[0] and _is_file(path.parent / _REPORT[1])}
    own = {report / name for report in reports for name in _OURS}
    for file in files:
        # Documents may lie beside what an audit has written into their folder.
        if bundles.isdisjoint(file.parents) and own.isdisjoint((file, *file.parents)):
            found.append((file, _why_left_out(file)))
    found.extend((bundle, "") for bundle in bundles if bundles.isdisjoint(bundle.parents))
    found.extend((report / _REPORT[0], _OUR_REPORT) for report in reports)
    return sorted(found) or [(folder, "")]


def _walked(folder: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files below a folder, and each folder in it that is not entered, with the reason."""
    files: list[Path] = []
    closed: list[tuple[Path, str]] = []

    def refused(error: OSError) -> None:
        closed.append((Path(error.filename), f"{_CLOSED}（{error.strerror}），其中的文件没有审核；请检查权限"))

    for place, folders, names in os.walk(folder, onerror=refused):
        hidden = [name for name in (*folders, *names) if name.startswith(".")]
        # Programs keep files of their own there; a document there is named.
        closed.extend((Path(place, name), _HIDDEN) for name in hidden if _is_named_document(name))
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(Path(place, name) for name in names if not name.startswith("."))
        # A link to a folder is not followed: it may lead up again, or out of what the user named.
        links = (Path(place, name) for name in folders if Path(place, name).is_symlink())
        closed.extend((link, _LINK) for link in links if not _leads_into(link, folder))
    return files, closed


def _why_left_out(file: Path) -> str:
    suffix = file.suffix.lower()
    if file.name.startswith(_TEMPORARY):
        return _LOCK
    if _is_special(file):
        return _SPECIAL
    if suffix in DOCUMENT_SUFFIXES:
        return ""
    if suffix in _PICTURES:
        return _PICTURE
    head = _head(file)
    if head.removeprefix(_BOM).startswith(_OUR_TABLES):
        return _OUR_REPORT
    if suffix in _MAYBE or head.startswith(_MARKS):
        return ""
    return _OTHER.format(suffix=suffix)


def _leads_into(link: Path, folder: Path) -> bool:
    """True for a link to what is walked through anyway."""
    inside, target = _real(folder), _real(link)
    return target != inside and inside in target.parents


def _is_named_document(name: str) -> bool:
    # Not ._name.docx, which macOS leaves beside name.docx.
    return Path(name).suffix.lower() in DOCUMENT_SUFFIXES and not name.startswith("._")


def _is_special(file: Path) -> bool:
    """True for a pipe, a device and the like, which a reader would wait at for ever."""
    try:
        return not stat.S_ISREG(file.stat().st_mode)
    except OSError:  # a link that leads nowhere is a file that is missing
        return False


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as handle:
            return handle.read(32)
    except OSError:
        return b""
