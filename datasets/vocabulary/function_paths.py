"""Functional codes by the names of their 类, 款 and 项: first those that a document prints, then those of the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from datasets.vocabulary.concepts import (
    CodeRow,
    function_names,
    parent_code,
    rows_of,
)
from datasets.vocabulary.plain import plain

_LEVELS = {3: "c", 5: "s", 7: "i"}
#: What may join the levels of a path: 教育支出（类）-普通教育（款）.
_DASHES = "-－—–·"
#: Names that are also a class of expenditure in another classification, so a bare one says nothing.
_AMBIGUOUS_CLASSES = frozenset({"其他支出", "预备费"})


@cache
def _global_paths() -> dict[tuple[str, str], str]:
    """Codes by parent and name: every name that a code had, those in force last."""
    ended = [(row.code, plain(row.name)) for row in rows_of("functional_classification.csv", CodeRow) if row.until]
    return {(parent_code(code), name): code for code, name in (*ended, *function_names().items())}


def _by_level(paths: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for (_, name), code in paths.items():
        found.setdefault((_LEVELS.get(len(code), ""), name), set()).add(code)
    return found


@cache
def _global_by_level() -> dict[tuple[str, str], set[str]]:
    return _by_level(_global_paths())


def _spellings(parent: str, name: str) -> Iterator[tuple[str, str]]:
    """A name as printed, then as the classification has it: 农林水 is 农林水支出, 社会保障与就业 has 和."""
    yield parent, name
    for spelling in (name, name.replace("与", "和")):
        yield parent, spelling
        yield parent, f"{spelling}支出"
        yield parent, spelling.removesuffix("支出")


class FunctionPaths:
    """Functional codes by name: those that the document's own tables print first, then those of the code list."""

    def __init__(self, local: Mapping[tuple[str, str], str]) -> None:
        self._local = local
        self._levels = _by_level(local)
        merged = {**_global_paths(), **local}
        #: Name by code.
        self.names = {code: name for (_, name), code in merged.items()}
        #: Code by name of the classes that a bare name tells apart.
        self.classes = {
            name: code for (parent, name), code in merged.items() if not parent and name not in _AMBIGUOUS_CLASSES
        }

    def code(self, path: tuple[str, ...], code: str = "") -> str:
        """The code of names downwards from ``code``; a name that no list knows is kept as ``parent~name``."""
        for name in path:
            bare = plain(name).lstrip(_DASHES)
            key = next((known for known in _spellings(code, bare) if self._knows(known)), (code, bare))
            code = self._local.get(key) or _global_paths().get(key) or f"{code}~{key[1]}"
        return code

    def _knows(self, key: tuple[str, str]) -> bool:
        return key in self._local or key in _global_paths()

    def code_below(self, level: str, path: tuple[str, ...]) -> str:
        """The code of a 款 or 项 whose 类 is not printed: the only one of that name, else ``~name``."""
        first = plain(path[0]).lstrip(_DASHES)
        found = self._levels.get((level, first)) or _global_by_level().get((level, first)) or set()
        return self.code(path[1:], next(iter(found)) if len(found) == 1 else f"~{first}")

    def learn(self, code: str, name: str) -> None:
        """Keep the name that the text prints beside a code that no list knows."""
        self.names.setdefault(code, name)

    def name(self, code: str) -> str:
        """The name of a code, "" when none is known."""
        return code.rpartition("~")[2] if "~" in code else self.names.get(code, "")
