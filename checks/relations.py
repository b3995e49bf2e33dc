"""Loads and checks ``relations/*.toml``: every rule of Gouji as data, with its source."""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from checks.model import Relation, Severity
from checks.relations_terms import parse_alternatives
from datasets.errors import DataFileError
from datasets.vocabulary import concepts

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
    """A short hash of all rule and vocabulary files; a report made with other rules has another."""
    digest = sha256()
    for _, text in _files():
        digest.update(text.encode())
    for path in sorted((files("datasets") / "data").iterdir(), key=lambda p: p.name):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


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
