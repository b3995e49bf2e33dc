"""Loads and checks ``relations/*.toml``: every rule of Gouji as data, with its source."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from checks.model import Relation, Severity
from checks.relations_terms import parse_alternatives
from datasets.errors import DataFileError
from datasets.vocabulary import concepts

#: Data files by their endings, and the folder of the cases, which say nothing that a report rests on.
_DATA, _CASES = (".toml", ".csv"), "cases"
_FIELDS = ("id", "family", "kind", "title", "title_en", "source", "severity")


@cache
def load_relations() -> dict[str, Relation]:
    """All relations by id.

    Raises:
        DataFileError: when a rule is incomplete, doubled or names an unknown concept.
    """
    relations: dict[str, Relation] = {}
    for name, text in _files():
        for entry in tomllib.loads(text).get("relation", ()):
            relation = _relation(name, entry)
            if relation.id in relations:
                raise DataFileError(f"{name}：规则 {relation.id} 重复")
            relations[relation.id] = relation
    return relations


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
    text = file.read_text(encoding="utf-8-sig")
    if file.name.endswith(".csv"):
        rows: object = [row for row in csv.reader(text.splitlines()) if any(row)]
    else:
        rows = tomllib.loads(text)
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str).encode()


def _files() -> list[tuple[str, str]]:
    folder = files("checks") / "relations"
    found = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    return [(path.name, path.read_text(encoding="utf-8")) for path in found]


def _relation(name: str, entry: dict[str, Any]) -> Relation:
    where = f"{name}：规则 {entry.get('id', '?')}"
    missing = [field for field in _FIELDS if not entry.get(field)]
    if missing:
        raise DataFileError(f"{where} 缺少 {', '.join(missing)}")
    settings = {key: value for key, value in entry.items() if key not in _FIELDS}
    settings.update(settings.pop("settings", {}))
    for side in ("left", "right"):
        for text in settings.get(side, ()):
            for option in parse_alternatives(text, where):
                for term in option:
                    if term.concept != "*" and term.concept not in concepts():
                        raise DataFileError(f"{where} 的 {side} 用了词表里没有的概念 {term.concept!r}")
    return Relation(
        entry["id"],
        entry["family"],
        entry["kind"],
        entry["title"],
        entry["title_en"],
        entry["source"],
        Severity(entry["severity"]),
        settings,
    )
