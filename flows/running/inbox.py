"""A watched inbox: a folder or a prefix of an object store whose documents are copied here before they are audited.

Any address that fsspec understands: a path, ``file://``, ``s3://bucket/prefix`` with the plugin s3fs installed, and so
on. The spool is a mirror: what is new or changed is copied, what is gone from the inbox is gone from the spool. A file
that is still being written is left for the next run. When the inbox is away, what the last run copied is audited.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec

from checks.documents.folders import may_be_document
from datasets.errors import GoujiError
from datasets.readers.bundle.members import MANIFEST
from flows.report.files import to_json, write_text
from flows.running.one_writer import one_writer

#: A file whose size or time changes within this time is still being written.
SETTLED_AFTER_SECONDS = 3.0
_LOCAL = frozenset({"file", "local", "memory"})
#: How programs name a file that they have not finished, or that is theirs alone.
_UNFINISHED_PREFIXES = ("~$", ".", "~")
_UNFINISHED_SUFFIXES = frozenset({".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".opdownload"})
#: What stores say of the state of an object; whichever a store has.
_STAMPS = ("size", "mtime", "created", "LastModified", "last_modified", "updated", "ETag", "etag", "md5", "modified")
_INDEX = "inbox.json"
_USER = re.compile(r"(?<=//)[^/@]*@")
_UNSAFE = re.compile(r"[\\\x00-\x1f]")


class InboxError(GoujiError):
    """The inbox cannot be used; the message names it and the remedy."""


@dataclass(slots=True)
class Fetched:
    """What an inbox holds: ``documents`` to audit; a line for each file left out, and for each thing that failed."""

    documents: tuple[Path, ...] = ()
    left_out: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def is_remote(address: str) -> bool:
    """Whether the address leads to another machine, where trying again may help."""
    protocol, separator, _ = address.partition("://")
    return bool(separator) and protocol not in _LOCAL


class Inbox:
    """An inbox and its spool.

    Args:
        address: a folder, or a URL of fsspec.
        spool: the folder of all spools; this inbox gets one of its own in it.
        settled_after: seconds for which a file must not change to count as finished.
    """

    def __init__(self, address: str, spool: Path, settled_after: float = SETTLED_AFTER_SECONDS) -> None:
        self.name = _USER.sub("…@", address)
        self._address = address
        self._spool = spool / hashlib.sha256(address.encode()).hexdigest()[:12]
        self._settled_after = settled_after

    def fetch(self) -> Fetched:
        """Copy what is new or changed, and say what there is to audit.

        Raises:
            InboxError: the spool cannot be written, or the inbox cannot be asked and nothing was copied before.
        """
        try:
            with one_writer(self._spool, lambda: None):
                return self._fetch()
        except OSError as error:
            raise InboxError(
                f"{self._spool}：收件箱的副本写不进去（{error.strerror or type(error).__name__}）；"
                "请腾出空间，或用 GOUJI_STATE 指定可写的文件夹"
            ) from error

    def _fetch(self) -> Fetched:
        index = self._index()
        fetched = Fetched()
        try:
            system, root = _open(self._address)
            listed = _listing(system, root)
        except Exception as error:
            problem = f"收件箱 {self.name}：{_reason(error)}"
            if not index:
                raise InboxError(problem) from error
            fetched.problems.append(f"{problem}；本次审核上次取回的文件")
            fetched.documents = self._documents(index)
            return fetched
        wanted = {name: stamp for name, stamp in listed.items() if self._is_wanted(name, listed, fetched)}
        changed = {name for name, stamp in wanted.items() if index.get(name, {}).get("stamp") != stamp}
        if changed:
            time.sleep(self._settled_after)
            again = _listing(system, root)
            for name in sorted(changed):
                self._copy(system, root, name, (wanted[name], again.get(name)), index, fetched)
        for name in set(index) - set(wanted):
            del index[name]
            (self._files / name).unlink(missing_ok=True)
        write_text(to_json(index), self._spool / _INDEX)
        fetched.documents = self._documents(index)
        return fetched

    @property
    def _files(self) -> Path:
        return self._spool / "files"

    def _index(self) -> dict[str, dict[str, str]]:
        try:
            index: dict[str, dict[str, str]] = json.loads((self._spool / _INDEX).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {name: said for name, said in index.items() if (self._files / name).is_file()}

    def _documents(self, index: Iterable[str]) -> tuple[Path, ...]:
        """Each file by itself, but the files of a bundle as their folder."""
        bundles = {PurePosixPath(name).parent for name in index if PurePosixPath(name).name == MANIFEST}
        alone = (name for name in index if bundles.isdisjoint(PurePosixPath(name).parents))
        return tuple(sorted(self._files / str(name) for name in (*alone, *bundles)))

    def _is_wanted(self, name: str, listed: Mapping[str, str], fetched: Fetched) -> bool:
        path = PurePosixPath(name)
        in_bundle = any(str(parent / MANIFEST) in listed for parent in path.parents)
        if path.is_absolute() or ".." in path.parts or _UNSAFE.search(name):
            reason = "文件名不安全；请改名"
        elif path.name.startswith(_UNFINISHED_PREFIXES) or path.suffix.lower() in _UNFINISHED_SUFFIXES:
            reason = "是临时文件或没有传完的文件，没有审核"
        elif not may_be_document(path.name) and not in_bundle:
            reason = "不是公开文本的格式，没有审核"
        else:
            return True
        fetched.left_out.append(f"收件箱 {self.name}：{name}：{reason}")
        return False

    def _copy(
        self,
        system: Any,  # noqa: ANN401 - fsspec ships no types
        root: str,
        name: str,
        stamps: tuple[str, str | None],
        index: dict[str, dict[str, str]],
        fetched: Fetched,
    ) -> None:
        """Copy one file; an older copy stays where the new one is not finished or cannot be had."""
        before, after = stamps
        if before != after:
            fetched.left_out.append(f"收件箱 {self.name}：{name}：还在写入，留给下一次运行")
            return
        target = self._files / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._spool) as aside:
            copy = Path(aside) / "copy"
            source = f"{root}/{name}" if root else name
            try:
                system.get_file(source, str(copy))
            except Exception as error:
                if isinstance(error, OSError) and error.filename and str(error.filename).startswith(aside):
                    raise
                fetched.problems.append(f"收件箱 {self.name}：{name}：取不回来（{_reason(error)}）；下次运行再取")
                return
            with copy.open("rb") as handle:
                sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
            if _listing(system, source) != {"": before}:
                fetched.left_out.append(f"收件箱 {self.name}：{name}：还在写入，留给下一次运行")
                return
            # The same content with another time is the same document: its file stays as it is.
            if index.get(name, {}).get("sha256") != sha256:
                shutil.move(copy, target)
        index[name] = {"stamp": before, "sha256": sha256}


def _open(address: str) -> tuple[Any, str]:
    system, root = fsspec.core.url_to_fs(address, use_listings_cache=False)
    root = str(root).rstrip("/")
    if not system.exists(root or "/"):
        raise FileNotFoundError(root)
    return system, root


def _listing(system: Any, root: str) -> dict[str, str]:  # noqa: ANN401 - as above
    """The state of each file below ``root`` by its name there; of ``root`` under "" where it is a single file."""
    system.invalidate_cache()
    found = system.find(root or "/", detail=True)
    return {
        str(path).removeprefix(root).lstrip("/"): " ".join(f"{key}={info[key]}" for key in _STAMPS if key in info)
        for path, info in found.items()
    }


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "没有这个文件夹或前缀；请检查 --inbox"
    if isinstance(error, ImportError):
        return "缺少这种存储的插件；请安装 fsspec 对应的包（例如 s3:// 需要 s3fs）"
    if isinstance(error, ValueError):
        return "不认识这种地址；请写文件夹，或 s3:// 等 fsspec 的地址"
    return f"读不到（{type(error).__name__}）；请检查网络、地址和权限"
