"""Makes documents of several files: a zip archive, or a folder with a ``bundle.toml``.

Disclosures often come in pieces: the narrative in one file, the nine tables in another. ``bundle.toml`` may say in
which order they belong together::

    files = ["说明.docx", "附表.xlsx"]

Without it the texts come first, then the spreadsheets, each by name; and an archive may hold several documents, see
:mod:`datasets.readers.bundle.grouping`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from datasets.errors import InputError
from datasets.faults import caught
from datasets.model import Block, Document, Fragment, Paragraph, Place, Table
from datasets.readers.bundle.grouping import SHEETS, Group, Member, grouped, member
from datasets.readers.bundle.members import MANIFEST, Members, Missed, members_of_archive, members_of_folder

#: Reads one member; given by whoever tells formats apart, so that a member may be anything, also an archive.
ReadBytes = Callable[[Path, bytes], Document]
_NAMED = 3  # members that a message lists


def read_bundle(path: Path, data: bytes, read: ReadBytes) -> Document:
    """Read a zip archive as one document; ``Place.part`` names the member that a block comes from.

    Members that cannot be read are named in ``problems`` with the remedy, the rest is read.

    Raises:
        InputError: the archive is damaged or too large, holds nothing to read, or several different documents.
    """
    members = members_of_archive(path, data)
    return _only(members, _read_all(members, read), sha256(data).hexdigest())


def read_folder(path: Path, read: ReadBytes) -> Document:
    """Read a folder with a ``bundle.toml`` as one document.

    Raises:
        InputError: ``bundle.toml`` is wrong, nothing can be read, or there are several different documents.
    """
    members = members_of_folder(path)
    return _only(members, _read_all(members, read), _digest(members.files))


def read_archive(path: Path, data: bytes, read: ReadBytes) -> tuple[tuple[Document, ...], tuple[InputError, ...]]:
    """Read a zip archive as the documents in it, and say which members were given to none of them.

    An archive of one document is that of :func:`read_bundle`; of several, each is named ``path``/member.

    Raises:
        InputError: the archive is damaged or too large, or holds nothing to read.
    """
    members = members_of_archive(path, data)
    found = _read_all(members, read)
    groups, homeless = grouped(found)
    if len(groups) == 1 or members.has_manifest:
        return (_only(members, found, sha256(data).hexdigest()),), ()
    contents = dict(members.files)
    documents = []
    left = list(members.missed)
    for group in groups:
        missed = [each for each in left if _belongs(each, group, groups)]
        left = [each for each in left if each not in missed]
        digest = _digest((each.name, contents[each.name]) for each in group.members)
        documents.append(_joined(path / group.name, _sorted(group.members, []), digest, missed))
    return tuple(documents), (
        *(InputError(path / each.name, f"{each.problem}，没有读", each.remedy) for each in left),
        *(_homeless(path, each, groups) for each in homeless),
    )


def _belongs(missed: Missed, group: Group, groups: Sequence[Group]) -> bool:
    """True where a member that could not be read stands beside one document only."""
    folder = missed.name.rpartition("/")[0] or "."
    return [each for each in groups if each.folder == folder] == [group]


def _homeless(path: Path, each: Member, groups: Sequence[Group]) -> InputError:
    names = "、".join(f"「{group.name}」" for group in groups[:_NAMED])
    return InputError(
        path / each.name,
        f"说不清属于压缩包里的哪一份公开文件（有 {len(groups)} 份：{names}），没有读",
        "请把同一份文件的正文和附表放在同一个文件夹里，或在文件名里写明单位",
    )


def _read_all(members: Members, read: ReadBytes) -> list[Member]:
    """Every member that can be read and that ``bundle.toml`` does not leave out."""
    order = members.order
    found: list[Member] = []
    for name, data in members.files:
        if name == MANIFEST or (order and name not in order):
            continue
        try:
            found.append(member(name, read(members.path / name, data)))
        except InputError as error:
            members.miss(name, error.problem, error.remedy)
        except Exception as error:  # noqa: BLE001 - one member must not cost the others
            failed = caught(members.path / name, error)
            members.miss(name, failed.problem, failed.remedy)
    if not found:
        reasons = "；".join(each.sentence for each in members.missed[:_NAMED]) or "里面没有文件"
        raise InputError(members.path, f"没有可读的文件（{reasons}）", "请放入 .docx、.pdf、.xlsx 或网页文件后再试")
    return found


def _only(members: Members, read: Sequence[Member], digest: str) -> Document:
    """One document of all members.

    Raises:
        InputError: they are of different entities, kinds or years: joining them would mix figures.
    """
    groups, _ = grouped(read)
    if len(groups) > 1:
        names = "、".join(f"「{group.name}」" for group in groups[:_NAMED])
        problem = f"里面是 {len(groups)} 份不同的公开文件（{names}）"
        raise InputError(members.path, problem, "请解压到文件夹后检查该文件夹")
    return _joined(members.path, _sorted(read, members.order), digest, members.missed)


def _sorted(members: Iterable[Member], order: Sequence[str]) -> list[Member]:
    """As listed, else texts before spreadsheets, each by name."""
    ranks = {name: number for number, name in enumerate(order)}
    return sorted(
        members,
        key=lambda each: (ranks.get(each.name, 0), each.document.format in SHEETS, _natural(each.name)),
    )


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts 附件2 before 附件10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def _digest(files: Iterable[tuple[str, bytes]]) -> str:
    return sha256("\n".join(f"{sha256(data).hexdigest()} {name}" for name, data in files).encode()).hexdigest()


def _joined(path: Path, members: Sequence[Member], digest: str, missed: Sequence[Missed]) -> Document:
    """One document of members in their order; ``problems`` are theirs and those of the members that were missed."""
    blocks: list[Block] = []
    fragments: list[Fragment] = []
    offset = 0
    for each in members:
        blocks.extend(_shifted(each, offset))
        fragments.extend(_fragments(each.document, offset))
        offset += len(each.document.text) + 1
    return Document(
        path,
        digest,
        "bundle",
        "\n".join(each.document.text for each in members),
        tuple(blocks),
        problems=(
            *(each.sentence for each in missed),
            *(f"「{each.name}」{problem}" for each in members for problem in each.document.problems),
        ),
        fragments=tuple(fragments) if any(each.document.fragments for each in members) else (),
    )


def _fragments(document: Document, offset: int) -> Iterator[Fragment]:
    """The printed lines of a member at their places in the joined text; one without pages ends those before it."""
    if not document.fragments:
        yield Fragment(offset, None)
    for fragment in document.fragments:
        yield replace(fragment, start=fragment.start + offset)


def _shifted(member: Member, offset: int) -> Iterator[Block]:
    """The blocks of a member at their places in the joined text."""
    for block in member.document.blocks:
        if isinstance(block, Paragraph):
            yield Paragraph(block.text, _moved(block.place, offset, member.name))
        else:
            cells = tuple(replace(cell, place=_moved(cell.place, offset, member.name)) for cell in block.cells)
            yield Table(cells, _moved(block.place, offset, member.name))


def _moved(place: Place, offset: int, part: str) -> Place:
    return replace(place, start=place.start + offset, end=place.end + offset, part=part)
