"""What a result rests on, as one hash: the code, the rules and the phrases that read, judge and report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_SUFFIXES = frozenset({"py", "toml", "csv", "yaml", "yml", "json"})
_PAGES = frozenset({"jinja", "css", "js"})
#: The packages whose output stands in a report; the others cannot change it unseen by our own tests.
_PACKAGES = (
    "great-expectations",
    "jinja2",
    "lxml",
    "networkx",
    "openpyxl",
    "pandas",
    "pandera",
    "pdfplumber",
    "pyarrow",
)


@cache
def rules_fingerprint() -> str:
    """Hash of all code and data that reading and judging rest on; a changed rule or phrase forgets what was read."""
    return _hash(("datasets", "checks"), _SUFFIXES)


@cache
def report_fingerprint() -> str:
    """Hash of all that a whole report rests on but the documents and the ledger: also our pages and the packages."""
    from checks.suites.context import COMMITTED

    digest = hashlib.sha256(_hash(("datasets", "checks", "flows"), _SUFFIXES | _PAGES).encode())
    for folder in ("checkpoints", "expectations", "plugins", "validation_definitions"):
        for name, content in sources(COMMITTED / folder, folder):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    for package in _PACKAGES:
        try:
            digest.update(f"{package} {version(package)}\0".encode())
        except PackageNotFoundError:
            digest.update(f"{package}\0".encode())
    return digest.hexdigest()


def _hash(packages: tuple[str, ...], suffixes: frozenset[str]) -> str:
    digest = hashlib.sha256()
    for package in packages:
        for name, content in sources(files(package), package, suffixes):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def sources(folder: Traversable, name: str, suffixes: frozenset[str] = _SUFFIXES) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files below ``folder`` that end in one of ``suffixes``."""
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from sources(entry, f"{name}/{entry.name}", suffixes)
        elif entry.is_file() and entry.name.rpartition(".")[2] in suffixes:
            yield f"{name}/{entry.name}", entry.read_bytes()


def content_of(path: Path) -> str:
    """Hash of a document: a file, or a folder that is one document; a file that is missing has one too."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        digest.update(f"{file.relative_to(path)}\0".encode())
        try:
            with file.open("rb") as handle:
                digest.update(hashlib.file_digest(handle, "sha256").digest())
        except OSError:
            # A folder, or a file that reading will find missing or locked, and say so.
            continue
    return digest.hexdigest()
