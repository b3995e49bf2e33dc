"""Several numbers for several subjects, each given its own words: 收入总计和支出总计分别为A、B, 收、支总计各是A、B."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from datasets.narrative.phrases import joint_names, joint_pattern
from datasets.vocabulary.concepts import name_pattern, names

if TYPE_CHECKING:
    from datasets.narrative.quantities import Quantity

#: Words that give each of the subjects before them a number of its own; a stage or a change word may follow.
_EACH = re.compile(r"(?:决算|预算)?(?:分别|各自|各|依次)(?P<tail>[一-鿿：]{0,6})$")
_EACH_AGAIN = re.compile(r"[，、；]?(?:分别|各自|各|依次)(?P<tail>[一-鿿]{1,6})")
_NEXT = re.compile(r"^[、，和及与]$")
_CLAUSE = re.compile(r"[。；]")
_BETWEEN = re.compile(r"[、，和及与]|以及")
_SEVERAL = 2


def distributed(quantities: Sequence[Quantity]) -> Iterator[Quantity]:
    """The quantities with the words of their own subject where a list of subjects precedes a list of numbers."""
    number = 0
    while number < len(quantities):
        first = quantities[number]
        each = _EACH.search(first.words)
        subjects = _subjects(first.words[: each.start()]) if each else []
        group = _group(quantities, number)
        if each is None or len(subjects) < _SEVERAL or len(group) != len(subjects):
            yield _canonical(first)
            number += 1
            continue
        start = subjects[0][1]
        behind = list(_further(quantities, number + len(group), len(group)))
        for index, (quantity, (name, _)) in enumerate(zip(group, subjects, strict=True)):
            words = f"{first.words[:start]}{name}{each['tail']}"
            yield replace(quantity, words=words, spoken=first.spoken if quantity is first else quantity.spoken)
            for further, tail in behind:  # 各下降23.51%、38.28%: each behind the amount of its own subject
                yield replace(further[index], words=tail)
        number += len(group) * (1 + len(behind))


def _further(quantities: Sequence[Quantity], number: int, count: int) -> Iterator[tuple[list[Quantity], str]]:
    """The groups of as many numbers that follow and name no subjects of their own, with what they say: 下降."""
    while number < len(quantities):
        each = _EACH_AGAIN.fullmatch(quantities[number].words)
        group = _group(quantities, number)
        if each is None or len(group) != count:
            return
        yield group, each["tail"]
        number += count


def _canonical(quantity: Quantity) -> Quantity:
    """收入、支出总计 is spelt as the name that the list of concepts has for both totals."""
    words = joint_pattern().sub(_known_name, quantity.words)
    return replace(quantity, words=words) if words != quantity.words else quantity


def _known_name(match: re.Match[str]) -> str:
    return match[0] if match[0] in names() else joint_names(match[0]).canonical


def _subjects(words: str) -> list[tuple[str, int]]:
    """The names of a list of subjects right before 分别, with the place of each; a joint name stands for two."""
    clause_start = max((match.end() for match in _CLAUSE.finditer(words)), default=0)
    joint = None
    for joint in joint_pattern().finditer(words, clause_start):  # noqa: B007 - the last one counts
        pass
    if joint is not None and joint.end() == len(words):
        return [(name, joint.start()) for name in joint_names(joint[0]).each]
    found: list[tuple[str, int]] = []
    end = -1
    for match in name_pattern().finditer(words, clause_start):
        if found and not _BETWEEN.fullmatch(words[end : match.start()]):
            found = []
        found.append((match[0], match.start()))
        end = match.end()
    return found if end == len(words) else []


def _group(quantities: Sequence[Quantity], number: int) -> list[Quantity]:
    """A number and those that follow it behind nothing but 、 or 和, all of one unit."""
    group = [quantities[number]]
    for quantity in quantities[number + 1 :]:
        if quantity.numeral.unit != group[0].numeral.unit or not _NEXT.match(quantity.words):
            break
        group.append(quantity)
    return group
