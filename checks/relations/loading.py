"""Loads and checks ``relations/*.toml``: every rule of Gouji as data, with its source."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from checks.model import Relation
from datasets.data_files.forms import WrongWordError, doubled
from datasets.data_files.lines import Path
from datasets.data_files.loading import DataFile, collected
from datasets.data_files.problems import Problem, impossible, unknown
from datasets.errors import DataFileError

#: Data files by their endings, and the folder of the cases, which say nothing that a report rests on.
_DATA, _CASES = (".toml", ".csv"), "cases"
#: The table whose words are put in place of others one after the other.
_ORDERED = "same_words"
#: Tables of a file.
_TABLES = ("relation",)


def load_relations(forms: Mapping[str, type[Relation]], data_forms: Sequence[type[Relation]]) -> dict[str, Relation]:
    """All relations of ``relations/*.toml`` by id, see :func:`relations_of`.

    Raises:
        DataFileError: see there; or code binds a rule that no file has.
    """
    read = collected(partial(DataFile.read, file, f"checks/relations/{file.name}") for file in _files())
    _check_files([file.name for file in _files()])
    relations = relations_of(read, forms, data_forms)
    _check_complete(relations, forms)
    return relations


def relations_of(
    read: Sequence[DataFile], forms: Mapping[str, type[Relation]], data_forms: Sequence[type[Relation]]
) -> dict[str, Relation]:
    """The relations of some files by id.

    Args:
        read: the files.
        forms: the record of each rule that is bound by code.
        data_forms: the records of rules that need none; a rule is the one whose settings it has.

    Raises:
        DataFileError: a rule is incomplete or doubled, or a key, a word or a concept in it is unknown.
    """
    collected(partial(_check_tables, file) for file in read)
    entries = [_Entry(file, number) for file in read for number in range(len(file.data.get("relation", ())))]
    relations = collected(partial(_relation, entry, forms, data_forms) for entry in entries)
    collected(
        partial(_refuse, entries[number], wrong) for number, wrong in doubled(relations, "id", lambda made: made.id)
    )
    return {relation.id: relation for relation in relations}


@cache
def rules_version() -> str:
    """A short hash of what all rule and vocabulary files say; a report made with other rules has another.

    Comments, the order of keys, the names of files and the cases of the rules are no part of it.
    """
    return version_of((files("checks") / "relations", files("datasets") / "data"))


def version_of(folders: Iterable[Traversable]) -> str:
    """The hash of what the data files below some folders say."""
    said = sorted(sha256(_content(file)).hexdigest() for folder in folders for file in _data_files(folder))
    return sha256("".join(said).encode()).hexdigest()[:12]


def _data_files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != _CASES:
                yield from _data_files(entry)
        elif entry.name.endswith(_DATA):
            yield entry


def _content(file: Traversable) -> bytes:
    """What a file says, the same for any way of laying it out."""
    if file.name.endswith(".csv"):
        rows: object = [row for row in csv.reader(file.read_text(encoding="utf-8-sig").splitlines()) if any(row)]
    else:
        rows = DataFile.read(file, file.name).data
    if isinstance(rows, dict) and _ORDERED in rows:
        rows = {**rows, _ORDERED: list(rows[_ORDERED].items())}
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str).encode()


def _refuse(entry: _Entry, wrong: WrongWordError) -> None:
    raise entry.file.error([impossible(wrong, entry.path)])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A [[relation]] of a file."""

    file: DataFile
    number: int

    @property
    def path(self) -> Path:
        return ("relation", self.number)

    @property
    def read(self) -> dict[str, object]:
        read: dict[str, object] = self.file.data["relation"][self.number]
        return read


def _files() -> list[Traversable]:
    folder = files("checks") / "relations"
    found = (path for path in folder.iterdir() if path.name.endswith(".toml"))
    return sorted(found, key=lambda path: path.name)


def _relation(entry: _Entry, forms: Mapping[str, type[Relation]], data_forms: Sequence[type[Relation]]) -> Relation:
    return entry.file.record(_form(entry, forms, data_forms), entry.path)


def _form(entry: _Entry, forms: Mapping[str, type[Relation]], data_forms: Sequence[type[Relation]]) -> type[Relation]:
    """The record of an entry: that of the code that binds it, else the one that knows most of its settings."""
    identity = entry.read.get("id")
    if isinstance(identity, str) and identity in forms:
        return forms[identity]
    settings = set(entry.read) - set(Relation.__struct_encode_fields__)
    fitting = next((form for form in data_forms if settings and settings <= set(form.__struct_encode_fields__)), None)
    if identity and fitting is not None and _required(fitting) <= set(entry.read):
        return fitting
    likeliest = _likeliest(settings, (*data_forms, *forms.values()))
    if not isinstance(identity, str):
        return likeliest
    if settings and likeliest in data_forms and not get_close_matches(identity, forms, n=1, cutoff=0.8):
        return likeliest
    wrong = WrongWordError(
        "id",
        identity,
        "没有核对它的程序，也没有 left、right 等设置",
        "is bound by no code and has no left and right",
        forms,
    )
    raise entry.file.error([impossible(wrong, entry.path)])


def _likeliest(settings: Collection[str], forms: Sequence[type[Relation]]) -> type[Relation]:
    """The form that has most of some settings; of several the one with keys most like the others."""

    def shared(form: type[Relation]) -> int:
        return len(set(settings) & set(form.__struct_encode_fields__))

    def alike(form: type[Relation]) -> int:
        return sum(bool(get_close_matches(key, form.__struct_encode_fields__, n=1)) for key in settings)

    most = max(map(shared, forms))
    return max((form for form in dict.fromkeys(forms) if shared(form) == most), key=alike)


@cache
def _required(form: type[Relation]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(form) if field.required}


def _check_tables(file: DataFile) -> None:
    """Refuse what is no ``[[relation]]``."""
    found = []
    for key in file.data:
        if key not in _TABLES:
            more, more_en = unknown(key, _TABLES)
            found.append(Problem((key,), key, f"没有 [{key}] 这种表；{more}", f"there is no table [{key}]; {more_en}"))
    entries = file.data.get("relation", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        found.append(Problem(("relation",), "relation", "规则应写作 [[relation]]", "a rule is written as [[relation]]"))
    elif not entries:
        found.append(Problem((), "", "没有任何 [[relation]]；请恢复这个文件", "has no [[relation]]; restore this file"))
    if found:
        raise file.error(found)


def _check_files(names: Collection[str]) -> None:
    """Refuse a folder in which there are cases of a file of rules, but not that file."""
    cases = (file.name for file in (files("checks") / "relations" / _CASES).iterdir() if file.name.endswith(".toml"))
    missing = sorted(name for name in cases if name not in names)
    if missing:
        raise DataFileError(
            "\n".join(f"checks/relations/{name}：没有这个文件（有它的例子）；请恢复" for name in missing),
            "\n".join(f"checks/relations/{name}: not there, though its cases are; restore it" for name in missing),
        )


def _check_complete(relations: Collection[str], forms: Collection[str]) -> None:
    missing = sorted(set(forms) - set(relations))
    if missing:
        names = "、".join(missing)
        raise DataFileError(
            f"checks/relations/*.toml：缺少程序要用的规则 {names}；请补上",
            f"checks/relations/*.toml: rules that code binds are missing: {', '.join(missing)}; please add them",
        )
