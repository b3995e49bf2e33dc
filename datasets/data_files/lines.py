"""Where in a TOML file something stands: the library that reads TOML keeps no lines, so statements are read one by one.

Only looked up when there is something to complain of; the file as a whole was read before, or is being complained of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

#: Keys and, within arrays, numbers: ("relation", 3, "own", "省").
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TomlStatement:
    """A header or a key with its value: what it is about, and its lines, counted from 1."""

    path: Path
    first: int
    lines: tuple[str, ...]
    complete: bool = True

    def line_of(self, word: str) -> int:
        """The first of its lines that holds a word, else its first line."""
        return next(
            (self.first + number for number, line in enumerate(self.lines) if word and word in line), self.first
        )


def statements(text: str) -> Iterator[TomlStatement]:
    """The statements of a file; one that is never complete comes last, with the path of the table it stands in."""
    table: Path = ()
    arrays: dict[Path, int] = {}
    begun: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not begun and not line.partition("#")[0].strip():
            continue
        begun.append(line)
        said = _said("\n".join(begun))
        if said is None:
            continue
        first = number - len(begun) + 1
        if begun[0].lstrip().startswith("["):
            table = _table(said, arrays)
            yield TomlStatement(table, first, tuple(begun))
        else:
            # a key with dots leads into tables, which a value in braces does not: only its first part
            yield TomlStatement((*table, next(iter(said))), first, tuple(begun))
        begun = []
    if begun:
        yield TomlStatement(table, len(text.splitlines()) - len(begun) + 1, tuple(begun), complete=False)


def line_of(text: str, path: Path, word: str = "") -> int:
    """The line of what a path leads to; of several statements about it, or of its lines, the first with the word."""
    best: TomlStatement | None = None
    for statement in _all(text):
        shared = _shared(statement.path, path)
        within = shared == len(path) and any(word in line for line in statement.lines) and bool(word)
        whole = shared == len(statement.path)
        if within:
            return statement.line_of(word)
        if whole and (best is None or len(statement.path) >= len(best.path)):
            best = statement
    return best.line_of(word) if best else 1


@lru_cache(maxsize=4)
def _all(text: str) -> tuple[TomlStatement, ...]:
    """The statements of a file of which several things are wrong."""
    return tuple(statements(text))


def _said(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _table(said: dict[str, object], arrays: dict[Path, int]) -> Path:
    """The path of a header, with the numbers of the arrays that it stands in."""
    path: Path = ()
    inner: object = said
    while isinstance(inner, dict) and inner:
        key, inner = next(iter(inner.items()))
        path = (*path, key)
        if isinstance(inner, list):
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path = (*path, arrays[path])
        if isinstance(inner, list):
            inner = inner[0]
    return path


def _shared(one: Path, other: Path) -> int:
    """How many steps two paths go together."""
    return sum(1 for _ in takewhile(lambda steps: steps[0] == steps[1], zip(one, other, strict=False)))
