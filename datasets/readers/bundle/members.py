"""Takes the files out of a zip archive or of a folder with a ``bundle.toml``, within limits, naming what it leaves."""

from __future__ import annotations

import re
import tomllib
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from datasets.errors import InputError
from datasets.readers.common.archive import DAMAGED, is_archive

_ZIP = b"PK\x03\x04"
_MOST_MEMBERS = 200
_LARGEST = 300_000_000  # bytes of all members unpacked
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800  # flags of a zip member
_SYSTEM_FILES = re.compile(r"(?:^|/)(?:__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:")
_MANIFEST_REMEDY = '请写成 files = ["说明.docx", "附表.xlsx"]'
_PACK_AGAIN = "请重新打包，或把文件解压后放在一个文件夹里再试"


@dataclass(frozen=True, slots=True)
class Missed:
    """A member that could not be had: its name, why, and what to do about it."""

    name: str
    problem: str
    remedy: str

    @property
    def sentence(self) -> str:
        """All of it, for the problems of a document."""
        return f"「{self.name}」{self.problem}，没有读；{self.remedy}"


@dataclass(slots=True)
class Members:
    """The files of a bundle and what could not be had of it; the limits hold for nested archives too."""

    path: Path
    files: list[tuple[str, bytes]] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    size: int = 0

    @property
    def order(self) -> list[str]:
        """The names that the bundle's own ``bundle.toml`` lists, in its order; [] where it has none."""
        manifest = next((data for name, data in self.files if name == MANIFEST), b"")
        return listed(self.path, manifest)

    @property
    def has_manifest(self) -> bool:
        """True where the bundle says itself that it is one document."""
        return any(name == MANIFEST for name, _ in self.files)

    def add(self, name: str, data: bytes) -> None:
        """Take a file in."""
        self.files.append((name, data))

    def count(self, size: int) -> None:
        """Count a member in, before it is unpacked."""
        self.size += size
        if len(self.files) >= _MOST_MEMBERS or self.size > _LARGEST:
            raise InputError(
                self.path,
                f"文件过多或过大（最多 {_MOST_MEMBERS} 个文件、解压后 {_LARGEST // 1_000_000} MB）",
                "请只打包要公开的文件，或分成几个压缩包",
            )

    def miss(self, name: str, problem: str, remedy: str) -> None:
        """Remember a file that could not be had."""
        self.missed.append(Missed(name, problem, remedy))


def members_of_archive(path: Path, data: bytes) -> Members:
    """The files of a zip archive.

    Raises:
        InputError: the archive is damaged or too large.
    """
    members = Members(path)
    _unpack(members, data, "")
    return members


def members_of_folder(path: Path) -> Members:
    """The files of a folder with a ``bundle.toml``: those that it lists, else all.

    Raises:
        InputError: ``bundle.toml`` is wrong, or there is too much.
    """
    members = Members(path)
    manifest = (path / MANIFEST).read_bytes()
    members.add(MANIFEST, manifest)
    names = listed(path, manifest)
    found = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    for name in names or [name for name in found if name != MANIFEST and not _SYSTEM_FILES.search(name)]:
        if _OUTSIDE.search(name):
            raise InputError(path / MANIFEST, f"files 里的「{name}」在文件夹之外", "请把文件放进文件夹并改正 files")
        if name not in found:
            members.miss(name, "不在文件夹里", f"请补上文件，或改正 {MANIFEST} 的 files")
            continue
        members.count((path / name).stat().st_size)
        data = (path / name).read_bytes()
        if data.startswith(_ZIP) and is_archive(data):
            _unpack(members, data, f"{name}/")
        else:
            members.add(name, data)
    return members


def listed(path: Path, manifest: bytes) -> list[str]:
    """The names that ``bundle.toml`` lists, in its order."""
    try:
        names = tomllib.loads(manifest.decode("utf-8-sig")).get("files", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path / MANIFEST, f"不是有效的 TOML（{error}）", _MANIFEST_REMEDY) from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(path / MANIFEST, "files 不是文件名的列表", _MANIFEST_REMEDY)
    return [name.replace("\\", "/") for name in names]


def _unpack(members: Members, data: bytes, folder: str) -> None:
    """Take the files out of an archive; ``folder`` is the archive's own name inside another one, "" at the top."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for member in archive.infolist():
                name = _name(member)
                if member.is_dir():
                    continue
                if _OUTSIDE.search(name):
                    members.miss(f"{folder}{name}", "的名称指向压缩包之外", _PACK_AGAIN)
                elif _SYSTEM_FILES.search(name):
                    continue
                elif member.flag_bits & _ENCRYPTED:
                    members.miss(f"{folder}{name}", "有密码", "请取消压缩包密码后重新打包")
                else:
                    members.count(member.file_size)
                    _take(members, archive, member, folder, name)
    except DAMAGED as error:
        raise InputError(members.path, "压缩包损坏或不完整（可能没有下载完）", "请重新下载后再试") from error


def _take(members: Members, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: str, name: str) -> None:
    try:
        data = archive.read(member)
    except DAMAGED:
        members.miss(f"{folder}{name}", "在压缩包里已损坏", "请重新下载或重新打包")
        return
    if not (data.startswith(_ZIP) and is_archive(data)):
        members.add(f"{folder}{name}", data)
    elif folder:
        members.miss(f"{folder}{name}", "是压缩包里的压缩包里的压缩包", _PACK_AGAIN)
    else:
        _unpack(members, data, f"{name}/")


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member; programs on Chinese Windows write GBK without saying so."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    return name.replace("\\", "/")


#: Makes one document of the files of a folder, see :mod:`datasets.readers.bundle.reading`.
MANIFEST = "bundle.toml"
