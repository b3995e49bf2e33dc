"""Where in a TOML file something stands: tomllib keeps no lines, so the places come from the grammar of tree-sitter.

Only looked up when there is something to complain of; the file as a whole was read before, or is being complained of.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

#: Keys and, within arrays, numbers: ("relation", 3, "own", "省").
Path = tuple[str | int, ...]
_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})
_TABLES = frozenset({"table", "table_array_element"})
_HOLDERS = _TABLES | {"document"}
_MARKS = frozenset({"[", "]", "[[", "]]", "{", "}", ",", "=", "comment"})


@dataclass(frozen=True, slots=True)
class TomlPlace:
    """A header, a key or an item of an array: its path, its lines (from 1) and, of a value without parts, its text."""

    path: Path
    first: int
    last: int
    written: str = ""

    def said(self) -> object:
        """The value, None where it has parts."""
        return _unquoted(self.written) if self.written else None


def line_of(text: str, path: Path, word: str = "") -> int:
    """The line of what a path leads to, or of the nearest above it that is there.

    Args:
        text: the file.
        path: keys and numbers.
        word: what stands there; of a list or a text of several lines, the line of this word.
    """
    places = list(_places(_tree(text), path))
    steps = max((min(len(place.path), len(path)) for place in places), default=0)
    here = [place for place in places if len(place.path) >= steps]
    if word and steps == len(path):
        found = _with_word(here, text.split("\n"), word)
        if found:
            return found
    exact = [place for place in here if len(place.path) == steps]
    return (exact or here)[0].first if steps else 1


def opened_at(text: str, line: int) -> int:
    """The line of the statement that is broken at a line; the line itself where the grammar sees none."""
    node = _tree(text)
    while node.type in _HOLDERS:
        broken = [child for child in node.children if child.has_error]
        around = [child for child in broken if child.start_point.row < line <= child.end_point.row + 2]
        if not around:
            return line
        node = around[0]
    return node.start_point.row + 1


def _with_word(places: list[TomlPlace], lines: list[str], word: str) -> int:
    """The line of the value or key that is the word, else of the first that holds it, 0 where none does."""
    for place in places:
        if word in (place.path[-1], place.said()):
            return place.first
    written = re.escape(word)
    for pattern in (re.compile(rf"(?<![\w-]){written}(?![\w-])"), re.compile(written)):
        for place in places:
            for number in range(place.first, place.last + 1):
                if pattern.search(lines[number - 1]):
                    return number
    return 0


@cache
def _parser() -> Parser:
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_toml.language()))


@lru_cache(maxsize=4)
def _tree(text: str) -> Node:
    """The grammar of a file of which several things may be wrong."""
    return _parser().parse(text.encode()).root_node


def _places(tree: Node, wanted: Path) -> Iterator[TomlPlace]:
    """What leads to a path and what stands below it, in the order of the file."""
    arrays: dict[Path, int] = {}
    for node in tree.children:
        if node.type == "pair":
            yield from _of_pair(node, (), wanted)
        elif node.type in _TABLES:
            key = next(child for child in node.children if child.type in _KEYS)
            path = _table(_names(key), arrays, is_array=node.type == "table_array_element")
            if _together(path, wanted):
                yield _place(path, key)
                for child in node.children:
                    if child.type == "pair":
                        yield from _of_pair(child, path, wanted)


def _table(names: Path, arrays: dict[Path, int], *, is_array: bool) -> Path:
    """The path of a header, with the numbers of the arrays that it stands in."""
    path: Path = ()
    for number, name in enumerate(names, 1):
        path = (*path, name)
        if is_array and number == len(names):
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path = (*path, arrays[path])
    return path


def _of_pair(pair: Node, above: Path, wanted: Path) -> Iterator[TomlPlace]:
    key, *_, value = [child for child in pair.children if child.type not in ("comment", "ERROR")]
    path = (*above, *_names(key))
    if _together(path, wanted):
        yield _place(path, pair)
        yield from _of_value(value, path, wanted)


def _of_value(value: Node, path: Path, wanted: Path) -> Iterator[TomlPlace]:
    if value.type == "array":
        for number, item in enumerate(child for child in value.children if child.type not in _MARKS):
            if _together((*path, number), wanted):
                yield _place((*path, number), item)
                yield from _of_value(item, (*path, number), wanted)
    elif value.type == "inline_table":
        for pair in value.children:
            if pair.type == "pair":
                yield from _of_pair(pair, path, wanted)
    else:
        yield _place(path, value, _text_of(value))


def _place(path: Path, node: Node, written: str = "") -> TomlPlace:
    return TomlPlace(path, node.start_point.row + 1, node.end_point.row + 1, written)


def _names(key: Node) -> Path:
    """The names of a key, with dots or without."""
    if key.type == "dotted_key":
        return tuple(name for child in key.children if child.type in _KEYS for name in _names(child))
    return (_text_of(key) if key.type == "bare_key" else str(_unquoted(_text_of(key))),)


def _unquoted(written: str) -> object:
    """What a value says that has no parts."""
    simple = written[:1] in "\"'" and written[1:2] != written[:1] and "\\" not in written
    return written[1:-1] if simple else tomllib.loads(f"value = {written}")["value"]


def _text_of(node: Node) -> str:
    return (node.text or b"").decode()


def _together(one: Path, other: Path) -> bool:
    """True where one path leads to the other or is led to by it."""
    return all(a == b for a, b in zip(one, other, strict=False))
