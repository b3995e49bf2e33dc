"""What all pages of a build share without saying so: the code, the templates, the words, the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import checks
import datasets
from datasets.vocabulary.concepts import concepts

_LENGTH = 12  # bytes: two different pages of a million would share a key once in 10^17 builds


def digest(*texts: str) -> str:
    """A short name for texts: different ones have different names."""
    made = blake2b(digest_size=_LENGTH)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        made.update(len(data).to_bytes(8, "big"))
        made.update(data)
    return made.hexdigest()


@cache
def build_version() -> str:
    """Changes with everything that can change a page and is neither in the audit nor in the rules."""
    made = blake2b(digest_size=_LENGTH)
    for file in _files():
        made.update(file.name.encode())
        made.update(file.read_bytes())
    labels = [(name, concept.label, concept.label_en) for name, concept in concepts().items()]
    return digest(made.hexdigest(), repr(labels), version("jinja2"))


def _files() -> Iterator[Path]:
    here = Path(__file__).parents[1]
    for package in (Path(checks.__path__[0]), Path(datasets.__path__[0])):
        yield from sorted(package.rglob("*.py"))
    yield from sorted(file for file in here.rglob("*") if file.suffix in {".py", ".jinja", ".toml"})
