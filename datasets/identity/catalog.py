"""Entities and documents known by name; the catalogue has the last word on who is who.

Two printed names are one entity when the catalogue says so, or when they are equal after the administrative
abbreviations of ``data/name_abbreviations.csv`` (回族自治州 → 州, 科学技术局 → 科技局). A match by abbreviation alone
is a proposal: it is used and shown, never assumed silently. A body that succeeded another (农业农村局, 农业局) is
another in law: the match is shown for the catalogue to confirm, and not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from datasets.data_files.forms import (
    FiscalYear,
    Form,
    Row,
    Sign,
    Word,
    WrongWordError,
    first_doubled,
    known,
    one_meaning,
)
from datasets.data_files.loading import DataFile
from datasets.data_files.problems import impossible
from datasets.model import Binding, Kind, Level
from datasets.vocabulary.concepts import rows_of
from datasets.vocabulary.plain import plain

_LEVEL_SUFFIXES = ("（本级）", "本级", "机关", "（机关）")


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of the catalogue: code, official name, other names it prints."""

    code: str
    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogDocument:
    """A document of the catalogue; ``order`` settles which of several versions is the newest."""

    entity: str
    level: str
    kind: str
    fiscal_year: int
    title: str
    facsimile: str
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntityMatch:
    """The entity that a printed name stands for, and what was assumed to say so."""

    code: str
    name: str
    binding: Binding
    proposal: str = ""
    proposal_en: str = ""


class EntityEntry(Form, frozen=True, kw_only=True):
    """``[[entity]]``: ``names`` are the other names that people call it by."""

    code: Sign
    name: Word
    region: str = ""
    names: tuple[Word, ...] = ()


class DocumentEntry(Form, frozen=True, kw_only=True):
    """``[[document]]``: ``facsimile`` is our file of it, ``sha256`` are those of its originals."""

    entity: str
    level: Level
    kind: Kind
    fiscal_year: FiscalYear
    title: str = ""
    facsimile: str = ""
    sha256: tuple[Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")], ...] = ()


class CatalogFile(Form, frozen=True, kw_only=True):
    """``catalog.toml``."""

    entity: tuple[EntityEntry, ...] = ()
    document: tuple[DocumentEntry, ...] = ()

    def __post_init__(self) -> None:
        first_doubled("entity", self.entity, "code")
        one_meaning("entity", {entry.code: (entry.name, *entry.names) for entry in self.entity}, plain)
        codes = [entry.code for entry in self.entity]
        known("document", (entry.entity for entry in self.document), codes, what=" [[entity]]", what_en="entity")


def _folder() -> Path:
    return Path(str(files("datasets") / "documents"))


@cache
def _data() -> tuple[tuple[Entity, ...], tuple[CatalogDocument, ...]]:
    file = DataFile.read(_folder() / "catalog.toml", str(_folder() / "catalog.toml"))
    data = file.record(CatalogFile)
    check_facsimiles(file, data)
    return (
        tuple(Entity(entry.code, entry.name, entry.names) for entry in data.entity),
        tuple(
            CatalogDocument(
                entry.entity, entry.level, entry.kind, entry.fiscal_year, entry.title, entry.facsimile, entry.sha256
            )
            for entry in data.document
        ),
    )


def check_facsimiles(file: DataFile, data: CatalogFile) -> None:
    """Check that our files of the documents are there.

    Raises:
        DataFileError: with the line of each that is not.
    """
    there = {path.name for path in _folder().iterdir()}
    missing = [
        impossible(
            WrongWordError("facsimile", entry.facsimile, "没有这个文件", "is no file that is there", there),
            ("document", number),
        )
        for number, entry in enumerate(data.document)
        if entry.facsimile and entry.facsimile not in there
    ]
    if missing:
        raise file.error(missing)


def entities() -> tuple[Entity, ...]:
    """All entities of the catalogue."""
    return _data()[0]


def catalog_documents() -> tuple[CatalogDocument, ...]:
    """All documents of the catalogue."""
    return _data()[1]


def shipped_documents() -> tuple[Path, ...]:
    """The documents that come with the project."""
    return tuple(_folder() / document.facsimile for document in catalog_documents() if document.facsimile)


class AbbreviationRow(Row, frozen=True, kw_only=True):
    """A row of ``name_abbreviations.csv``: the long and short form of a region, an office, or of its predecessor."""

    KEY = ("long",)

    long: Word
    short: Word
    kind: Literal["region", "office", "successor"]

    def __post_init__(self) -> None:
        if len(self.short) > len(self.long):
            raise WrongWordError("short", self.short, f"比全称 {self.long!r} 还长", f"is longer than {self.long!r}")


@cache
def _abbreviations(*, successors: bool) -> tuple[tuple[str, str], ...]:
    rows = [
        (row.long, row.short)
        for row in rows_of("name_abbreviations.csv", AbbreviationRow)
        if successors or row.kind != "successor"
    ]
    return tuple(sorted(rows, key=lambda row: len(row[0]), reverse=True))


def short_name(name: str, *, successors: bool = False) -> str:
    """A name with every known long form abbreviated and the level words dropped.

    ``successors`` also gives a body the short name of the one that it took over from: what people may call it by, never
    who it is.
    """
    short = plain(name)
    for suffix in _LEVEL_SUFFIXES:
        short = short.removesuffix(suffix)
    for long, abbreviation in _abbreviations(successors=successors):
        short = short.replace(long, abbreviation)
    return short


@cache
def entity_of(name: str) -> EntityMatch:
    """The entity that a printed name stands for.

    Certain when the catalogue lists the name, inferred when only its abbreviation agrees with a listed one; a name
    that the catalogue does not know is its own entity, and only a proposal where the two bodies succeeded one another.
    """
    bare = plain(name)
    for suffix in _LEVEL_SUFFIXES:
        bare = bare.removesuffix(suffix)
    for entity in entities():
        if bare in (plain(entity.name), *map(plain, entity.names)):
            return EntityMatch(entity.code, entity.name, Binding.CERTAIN)
    short = short_name(bare)
    for entity in entities():
        if short in map(short_name, (entity.name, *entity.names)):
            proposal = f"“{name}”按简称规则视同“{entity.name}”，目录中没有这个名称，请核对后写入目录"
            said = f"{name} is taken for {entity.name} by its abbreviation; check it and add the name to the catalogue"
            return EntityMatch(entity.code, entity.name, Binding.INFERRED, proposal, said)
    called = short_name(bare, successors=True)
    for entity in entities():
        if called in (short_name(known, successors=True) for known in (entity.name, *entity.names)):
            proposal = f"“{name}”可能是“{entity.name}”更名前后的名称，没有视同一个单位；若是，请写入目录的 names"
            said = f"{name} may be the former or later name of {entity.name}; add it to the catalogue if it is"
            return EntityMatch(short, bare, Binding.INFERRED, proposal, said)
    return EntityMatch(short, bare, Binding.CERTAIN)
