"""Which files of an archive belong together: the attachments of one document, or the documents of several units.

A text that states its own unit, kind and year in its title or file name opens a document. Where all of them state the
same, everything in the archive is one document. Where they differ, each is a document of its own, and any other file
goes with the one whose unit, kind and year it states, else with the only one in its folder, else with the only one
that its file name names; a file for which none of this holds is given to nobody and said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from datasets.errors import InputError
from datasets.identity.catalog import short_name
from datasets.identity.document import identify
from datasets.model import Document, Identity, Paragraph
from datasets.vocabulary.plain import plain

#: Formats of the spreadsheets, which bear the title of one table rather than that of the document.
SHEETS = frozenset({"xlsx", "xls", "xlsb", "ods", "csv"})
_TITLE = re.compile(r"20\d\d年?度?[一-鿿（）]{0,40}?(?:预算|决算)")
_HEAD = 15  # blocks in which a document states its title


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a bundle as read; ``identity`` is None where it states none."""

    name: str
    document: Document
    identity: Identity | None = None
    titled: bool = False

    @property
    def folder(self) -> str:
        """The folder of the archive that it stands in, "" at the top."""
        return str(PurePosixPath(self.name).parent)


@dataclass(slots=True)
class Group:
    """The members of one document; the first is the one that says what it is."""

    members: list[Member] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the member that says what the document is."""
        return self.members[0].name

    @property
    def identity(self) -> Identity | None:
        """What the document is."""
        return self.members[0].identity

    @property
    def folder(self) -> str:
        """The folder that the document stands in."""
        return self.members[0].folder


def member(name: str, document: Document) -> Member:
    """A member with the identity that it states."""
    try:
        identity = identify(document)
    except InputError:
        return Member(name, document)
    return Member(name, document, identity, document.format not in SHEETS and _is_titled(name, document))


def _is_titled(name: str, document: Document) -> bool:
    head = "".join(plain(block.text) for block in document.blocks[:_HEAD] if isinstance(block, Paragraph))
    return bool(_TITLE.search(head) or _TITLE.search(plain(PurePosixPath(name).stem)))


def grouped(members: Sequence[Member]) -> tuple[list[Group], list[Member]]:
    """The documents that the members make, and the members that cannot be given to any of them."""
    opening = [each for each in members if each.titled] or [each for each in members if each.identity is not None]
    groups: dict[str, Group] = {}
    for each in opening:
        groups.setdefault(each.identity.key if each.identity else "", Group()).members.append(each)
    if len(groups) <= 1:
        return [Group(list(members))], []
    homeless: list[Member] = []
    for each in members:
        if each in opening:
            continue
        home = _home(each, list(groups.values()))
        if home is None:
            homeless.append(each)
        else:
            home.members.append(each)
    return list(groups.values()), homeless


def _home(member: Member, groups: Sequence[Group]) -> Group | None:
    """The only document that a member can belong to, None where that is not certain."""
    tests: list[Callable[[Group], bool]] = []
    if member.identity is not None:
        tests.append(lambda group: _same_disclosure(member.identity, group.identity))
    tests.append(lambda group: group.folder == member.folder)
    tests.append(lambda group: _names(member.name, group.identity))
    for test in tests:
        fitting = [group for group in groups if test(group)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _same_disclosure(one: Identity | None, other: Identity | None) -> bool:
    """Unit, kind and year agree; the head of a table rarely tells the department from the unit."""
    if one is None or other is None:
        return False
    return (one.entity, one.kind, one.fiscal_year) == (other.entity, other.kind, other.fiscal_year)


def _names(name: str, identity: Identity | None) -> bool:
    """True for a file name that names the unit."""
    return identity is not None and short_name(identity.name) in short_name(PurePosixPath(name).stem)
