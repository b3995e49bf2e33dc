"""Makes one document of several files: a zip archive, or a folder with a ``bundle.toml``.

Disclosures often come in pieces: the narrative in one file, the nine tables in another. ``bundle.toml`` may say in
which order they belong together::

    files = ["说明.docx", "附表.xlsx"]

Without it the texts come first, then the spreadsheets, each by name.
"""

from __future__ import annotations

import re
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath

from datasets.errors import InputError
from datasets.identity import identify
from datasets.model import Block, Document, Paragraph, Place, Table
from datasets.readers.containers import is_bundle
from datasets.readers.detect import MANIFEST, read_bytes
from datasets.readers.zip_errors import DAMAGED
from datasets.vocabulary import plain

_ZIP = b"PK\x03\x04"
_MOST_MEMBERS = 200
_LARGEST = 300_000_000  # bytes of all members unpacked
_SHEETS = frozenset({"xlsx", "xls", "xlsb", "ods", "csv"})
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800  # flags of a zip member
_SYSTEM_FILES = re.compile(r"(?:^|/)(?:__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:")
_TITLE = re.compile(r"20\d\d年度?[一-鿿（）]{0,20}?(?:预算|决算)")
_HEAD = 15  # blocks in which a document states its title
_NAMED = 3  # members that a message lists
_MANIFEST_REMEDY = '请写成 files = ["说明.docx", "附表.xlsx"]'
_PACK_AGAIN = "请重新打包，或把文件解压后放在一个文件夹里再试"


@dataclass(slots=True)
class _Members:
    """The files of a bundle and what could not be had of it; the limits hold for nested archives too."""

    path: Path
    files: list[tuple[str, bytes]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, name: str, data: bytes) -> None:
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
        self.problems.append(f"「{name}」{problem}，没有读；{remedy}")


def read_bundle(path: Path, data: bytes) -> Document:
    """Read a zip archive as one document; ``Place.part`` names the member that a block comes from.

    Members that cannot be read are named in ``problems`` with the remedy, the rest is read.

    Raises:
        InputError: the archive is damaged or too large, holds nothing to read, or several different documents.
    """
    members = _Members(path)
    _unpack(members, data, "")
    return _joined(members, sha256(data).hexdigest())


def read_folder(path: Path) -> Document:
    """Read a folder with a ``bundle.toml`` as one document.

    Raises:
        InputError: ``bundle.toml`` is wrong, nothing can be read, or there are several different documents.
    """
    members = _Members(path)
    manifest = (path / MANIFEST).read_bytes()
    members.add(MANIFEST, manifest)
    names = _listed(path, manifest)
    found = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    for name in names or [name for name in found if name != MANIFEST and not _SYSTEM_FILES.search(name)]:
        if _OUTSIDE.search(name):
            raise InputError(path / MANIFEST, f"files 里的「{name}」在文件夹之外", "请把文件放进文件夹并改正 files")
        if name not in found:
            members.miss(name, "不在文件夹里", f"请补上文件，或改正 {MANIFEST} 的 files")
            continue
        members.count((path / name).stat().st_size)
        data = (path / name).read_bytes()
        if data.startswith(_ZIP) and _is_archive(data):
            _unpack(members, data, f"{name}/")
        else:
            members.add(name, data)
    digests = "\n".join(f"{sha256(data).hexdigest()} {name}" for name, data in members.files)
    return _joined(members, sha256(digests.encode()).hexdigest())


def _listed(path: Path, manifest: bytes) -> list[str]:
    """The names that ``bundle.toml`` lists, in its order."""
    try:
        names = tomllib.loads(manifest.decode("utf-8-sig")).get("files", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path / MANIFEST, f"不是有效的 TOML（{error}）", _MANIFEST_REMEDY) from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(path / MANIFEST, "files 不是文件名的列表", _MANIFEST_REMEDY)
    return [name.replace("\\", "/") for name in names]


def _unpack(members: _Members, data: bytes, folder: str) -> None:
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


def _take(members: _Members, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: str, name: str) -> None:
    try:
        data = archive.read(member)
    except DAMAGED:
        members.miss(f"{folder}{name}", "在压缩包里已损坏", "请重新下载或重新打包")
        return
    if not (data.startswith(_ZIP) and _is_archive(data)):
        members.add(f"{folder}{name}", data)
    elif folder:
        members.miss(f"{folder}{name}", "是压缩包里的压缩包里的压缩包", _PACK_AGAIN)
    else:
        _unpack(members, data, f"{name}/")


def _is_archive(data: bytes) -> bool:
    try:
        return is_bundle(data)
    except DAMAGED:
        return False


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


def _joined(members: _Members, digest: str) -> Document:
    """One document of all members that can be read."""
    path = members.path
    manifest = next((data for name, data in members.files if name == MANIFEST), b"")
    order = {name: number for number, name in enumerate(_listed(path, manifest))}
    documents: list[tuple[str, Document]] = []
    for name, data in members.files:
        if name == MANIFEST or (order and name not in order):
            continue
        try:
            document = read_bytes(path / name, data)
        except InputError as error:
            members.miss(name, error.problem, error.remedy)
            continue
        members.problems.extend(f"「{name}」{problem}" for problem in document.problems)
        documents.append((name, document))
    if not documents:
        reasons = "；".join(members.problems[:_NAMED]) or "里面没有文件"
        raise InputError(path, f"没有可读的文件（{reasons}）", "请放入 .docx、.pdf、.xlsx 或网页文件后再试")
    documents.sort(key=lambda item: (order.get(item[0], 0), item[1].format in _SHEETS, _natural(item[0])))
    _refuse_several(path, documents)
    text = "\n".join(document.text for _, document in documents)
    blocks = tuple(_shifted(documents))
    return Document(path, digest, "bundle", text, blocks, problems=tuple(members.problems))


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts 附件2 before 附件10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def _refuse_several(path: Path, documents: Sequence[tuple[str, Document]]) -> None:
    """Raise where texts that bear titles are of different entities, kinds or years: joining them would mix figures."""
    keys: dict[str, str] = {}
    for name, document in documents:
        if document.format in _SHEETS or not _is_titled(name, document):
            continue
        try:
            keys.setdefault(identify(document).key, name)
        except InputError:
            continue
    if len(keys) > 1:
        names = "、".join(f"「{name}」" for name in list(keys.values())[:_NAMED])
        raise InputError(path, f"里面是 {len(keys)} 份不同的公开文件（{names}）", "请解压到文件夹后检查该文件夹")


def _is_titled(name: str, document: Document) -> bool:
    head = "".join(plain(block.text) for block in document.blocks[:_HEAD] if isinstance(block, Paragraph))
    return bool(_TITLE.search(head) or _TITLE.search(plain(PurePosixPath(name).stem)))


def _shifted(documents: Sequence[tuple[str, Document]]) -> Iterator[Block]:
    """The blocks of all members at their places in the joined text."""
    offset = 0
    for name, document in documents:
        for block in document.blocks:
            if isinstance(block, Paragraph):
                yield Paragraph(block.text, _moved(block.place, offset, name))
            else:
                cells = tuple(replace(cell, place=_moved(cell.place, offset, name)) for cell in block.cells)
                yield Table(cells, _moved(block.place, offset, name))
        offset += len(document.text) + 1


def _moved(place: Place, offset: int, part: str) -> Place:
    return replace(place, start=place.start + offset, end=place.end + offset, part=part)
