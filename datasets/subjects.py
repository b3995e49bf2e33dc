"""What the words before a number talk about: a concept, a functional path, an economic item."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from datasets.units import units
from datasets.vocabulary import (
    concepts,
    economic_codes,
    function_names,
    name_pattern,
    names,
    parent_code,
    plain,
)

_PATH = re.compile(
    r"(?P<c>[^（）；。，、：:\d.．]+)（类）(?:(?P<s>[^（）；。，：\d]+(?:（[^类款项）]+）)?[^（）；。，：\d]*)（款）)?"
    r"(?:(?P<i>[^；。，：\d（）]+(?:（[^类款项）]+）)?[^（）；。，：\d]*)（项）)?"
)
_CODE_NAME = re.compile(r"(?P<code>[2-3]\d{2}(?:\d{2}){0,2})[-－]?(?P<name>[一-鿿、（）]+)")
#: Concepts so general that any other name before the number takes precedence.
_GENERAL = frozenset({"expenditure"})
#: Names that are also a class of expenditure in another classification, so a bare one says nothing.
_AMBIGUOUS_CLASSES = frozenset({"其他支出", "预备费"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number reports; empty fields are left to the section. ``dimension`` is that of the concept."""

    concept: str
    dimension: str
    fund: str = ""
    function_code: str = ""
    economic_code: str = ""


@cache
def _global_paths() -> dict[tuple[str, str], str]:
    return {(parent_code(code), name): code for code, name in function_names().items()}


def function_code(path: tuple[str, ...], local: Mapping[tuple[str, str], str]) -> str:
    """The code of a path of names (类, 款, 项); a name that no list knows is kept as ``parent~name``."""
    code = ""
    for name in path:
        squeezed = plain(name)
        code = local.get((code, squeezed)) or _global_paths().get((code, squeezed)) or f"{code}~{squeezed}"
    return code


def subject_of(words: str, unit: str, local: Mapping[tuple[str, str], str], *, economic: bool = False) -> Subject | None:
    """The subject that plain ``words`` name for a number in ``unit``; None when they name none of that dimension.

    ``economic`` also reads names of economic items (商品和服务支出), which only make sense within a project.
    """
    known_unit = units().get(unit)
    dimension = known_unit.dimension if known_unit else ""
    path = None
    for path in _PATH.finditer(words):
        pass
    if path is not None and dimension == "money":
        parts = tuple(part for part in (path["c"], path["s"], path["i"]) if part)
        return Subject("expenditure", "money", function_code=function_code(parts, local))
    found: list[tuple[int, Subject]] = []
    for match in name_pattern().finditer(words):
        if match[0] == "支出":
            continue
        concept = concepts()[names()[match[0]]]
        if _fits(concept.dimension, dimension):
            found.append((match.end(), _meaning(concept.id, concept.dimension)))
    if dimension == "money":
        found.extend(_classes(words, local, found))
        if economic:
            found.extend(
                (words.rfind(name) + len(name), Subject("project_expenditure", "money", economic_code=code))
                for name, code in economic_codes().items()
                if words.endswith(name)
            )
    if not found:
        return None
    best = max(found, key=lambda item: (item[1].concept not in _GENERAL or bool(item[1].function_code), item[0]))
    fund = best[1].fund or next((s.fund for _, s in sorted(found, key=lambda item: -item[0]) if s.fund), "")
    return replace(best[1], fund=fund)


def _fits(concept_dimension: str, dimension: str) -> bool:
    if concept_dimension == dimension:
        return True
    exact = any(u.dimension == dimension and u.exact for u in units().values())
    return concept_dimension in ("count", "items", "devices") and exact and dimension not in ("persons", "vehicles")


def _meaning(concept: str, dimension: str) -> Subject:
    entry = concepts()[concept]
    return Subject(entry.means or concept, dimension, fund=entry.fund)


def _classes(
    words: str, local: Mapping[tuple[str, str], str], found: list[tuple[int, Subject]]
) -> list[tuple[int, Subject]]:
    """Functional classes named without （类）: 科学技术支出713.33万元, 206-科学技术支出, 201 一般公共服务支出."""
    classes = []
    for match in _CODE_NAME.finditer(words):
        code = match["code"]
        if function_names().get(code) == match["name"] or (parent_code(code), match["name"]) in local:
            classes.append((match.end(), Subject("expenditure", "money", function_code=code)))
    ends = {end for end, _ in found}
    for (parent, name), code in {**_global_paths(), **local}.items():
        if not parent and name not in _AMBIGUOUS_CLASSES and words.endswith(name) and len(words) not in ends:
            classes.append((len(words), Subject("expenditure", "money", function_code=code)))
    return classes
