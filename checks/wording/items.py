"""Purpose and reason of a functional item (项) that are those of another item of the same document.

In documents that write out item by item “主要用于 X” and “X 经费增加” with the item's own name, a name of another item
is what was left of a copied paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.model import Instance, Relation, Severity, WordEvidence
from checks.wording.lines import Line, broken, holds, words_at
from checks.wording.settings import ItemPurposeRule
from datasets.reading import Reading

_PATH = re.compile(
    r"(?:(?P<c>[^（）“”：。；，、\d.．]+)（类）)?(?P<s>[^（）“”：。；，\d.．]+)（款）(?P<i>[^（）“”：。；，\d.．]+)（项）"
)
_ENDINGS = re.compile(r"(?:支出|事务|经费|服务)$")
#: So many items must use their own name before another's is surely a slip.
_FEWEST_OWN = 2
_SHORTEST_STEM = 2
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "item-purpose": ItemPurposeRule,
}


@dataclass(frozen=True, slots=True)
class Item:
    """An item with the text about it: ``names`` are what a purpose may call it, ``path`` its three names."""

    line: Line
    path: tuple[str, str, str]
    start: int
    end: int

    @property
    def names(self) -> frozenset[str]:
        """The item's own name, alone and behind that of its section."""
        _, section, item = self.path
        return frozenset({item, section + item, item.removesuffix("支出")})


@dataclass(frozen=True, slots=True)
class _Said:
    """A purpose or reason: the words as evidence, and the name in them."""

    words: WordEvidence
    name: str


def item_instances(reading: Reading, lines: Sequence[Line], relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """One instance for each item whose purpose or reason is nothing but the name of an item."""
    relation = relations["item-purpose"]
    rule = ItemPurposeRule.of(relation)
    items = list(_items(lines))
    own: list[tuple[Item, list[_Said]]] = []
    foreign: list[tuple[Item, list[_Said], Item]] = []
    for item in items:
        fitting, strange, source = [], [], None
        for said in _said(reading, item, rule):
            if _is_own(said.name, item):
                fitting.append(said)
            elif (other := _other(said.name, item, items)) is not None:
                strange.append(said)
                source = other
        if source is not None:
            foreign.append((item, strange, source))
        elif fitting:
            own.append((item, fitting))
    for item, fitting in own:
        yield holds(relation, [fitting[0].words], where="".join(item.path))
    severity = None if len(own) >= _FEWEST_OWN else Severity.INFO
    for item, strange, source in foreign:
        printed = "、".join(dict.fromkeys(f"“{said.words.printed}”" for said in strange))
        yield broken(
            relation,
            [said.words for said in strange],
            (
                f"“{item.path[2]}（项）”的用途或原因写的是{printed}，那是“{source.path[2]}（项）”的，应写本科目的",
                f"purpose or reason of {item.path[2]} is {printed}, which is that of {source.path[2]}; state its own",
            ),
            where="".join(item.path),
            severity=severity,
        )


def _items(lines: Sequence[Line]) -> Iterator[Item]:
    """Items in order; a line that is nothing but the path goes on in the next one."""
    for index, line in enumerate(lines):
        if line.in_contents:
            continue
        matches = list(_PATH.finditer(line.text))
        for number, match in enumerate(matches):
            path = (match["c"] or "", match["s"], match["i"])
            end = matches[number + 1].start() if number + 1 < len(matches) else len(line.text)
            if len(line.text) - match.end() <= 1 and index + 1 < len(lines) and not _PATH.search(lines[index + 1].text):
                yield Item(lines[index + 1], path, 0, len(lines[index + 1].text))
            else:
                yield Item(line, path, match.end(), end)


def _said(reading: Reading, item: Item, rule: ItemPurposeRule) -> Iterator[_Said]:
    for pattern in (rule.purpose, rule.reason):
        match = re.compile(pattern).search(item.line.text, item.start, item.end)
        if match:
            yield _Said(words_at(reading, item.line, match.span("said")), match["said"])


def _is_own(name: str, item: Item) -> bool:
    return name in item.names or f"{name}支出" in item.names or name in item.path


def _other(name: str, item: Item, items: Sequence[Item]) -> Item | None:
    """The other item that the words name exactly, when they hold nothing of the own one."""
    stem = _ENDINGS.sub("", item.path[2].removeprefix("其他"))
    if (len(stem) >= _SHORTEST_STEM and stem in name) or name in item.path[2]:
        return None
    return next((other for other in items if other.path != item.path and name in other.names), None)
