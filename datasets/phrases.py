"""The phrase list of the narrative, compiled: change words, bases of comparison, stages, reasons, section headings."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from datasets.vocabulary import plain, rows_of


@dataclass(frozen=True, slots=True)
class Base:
    """What a change is measured against: "prior_year" or "budget", and the stage of that figure ("" = not said)."""

    base: str
    stage: str


@dataclass(frozen=True, slots=True)
class SectionMeaning:
    """What a heading says about the figures below it."""

    topic: str
    fund: str = ""
    concept: str = ""


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("datasets") / "data" / "phrases.toml").read_text(encoding="utf-8"))


def _either(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def change_pattern() -> re.Pattern[str]:
    """A change word at the end of the words before a number; group ``up`` or ``down`` is set."""
    return re.compile(rf"(?:(?P<up>{_either(_data()['increase'])})|(?P<down>{_either(_data()['decrease'])}))(?:为|约|近)?$")


@cache
def reason_pattern() -> re.Pattern[str]:
    """The words that open a reason."""
    return re.compile(_either(_data()["reason"]))


@cache
def unchanged_pattern() -> re.Pattern[str]:
    """The words that say that nothing changed."""
    return re.compile(_either(_data()["unchanged"]))


@cache
def percent_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What a percentage is, by the words before it, tried in this order."""
    data = _data()
    return (
        ("deviation", re.compile(rf"(?:{_either(data['deviation'])})(?:为|是)?$")),
        ("execution", re.compile(rf"(?:{_either(data['execution'])})(?:为|是|达到?)?$")),
        ("share", re.compile(rf"(?:{_either(data['share'])})(?P<whole>[^，。；占]*?)(?:的?比重为?|的?比例为?|比为?|比达到?)?的?$")),
        ("completion", re.compile(rf"(?:{_either(data['completion'])})(?P<base>[^，。；]*?)的?$|为(?P<of>[^，。；]*?预算数?)的$")),
    )


@cache
def base_pattern() -> re.Pattern[str]:
    """比上年预算, 与年初预算相比, 较上年: one named group for each base."""
    groups = "|".join(f"(?P<b{i}>{_either(entry['words'])})" for i, entry in enumerate(_data()["base"]))
    return re.compile(rf"(?:比|较|与|同|和|对比)(?:本单位|我单位|本部门|我部门)?(?:\d{{4}}年)?(?:{groups})")


def base_of(match: re.Match[str]) -> Base:
    """The base that :func:`base_pattern` found."""
    entry = _data()["base"][int((match.lastgroup or "b0")[1:])]
    return Base(entry["base"], entry["stage"])


@cache
def stage_pattern() -> re.Pattern[str]:
    """The words that name the stage of the level behind them."""
    groups = "|".join(f"(?P<s{i}>{_either(entry['words'])})" for i, entry in enumerate(_data()["stage"]))
    return re.compile(rf"(?:{groups})(?:为|是|：)?$")


def stage_of(match: re.Match[str]) -> str:
    """The stage that :func:`stage_pattern` found."""
    return str(_data()["stage"][int((match.lastgroup or "s0")[1:])]["stage"])


@cache
def _sections() -> tuple[tuple[tuple[str, ...], SectionMeaning], ...]:
    data = tomllib.loads((files("datasets") / "data" / "sections.toml").read_text(encoding="utf-8"))
    return tuple(
        (
            tuple(plain(word) for word in entry["words"]),
            SectionMeaning(entry["topic"], entry.get("fund", ""), entry.get("concept", "")),
        )
        for entry in data["section"]
    )


def section_meaning(heading: str) -> SectionMeaning | None:
    """What a heading means, None when no entry of the data file fits."""
    squeezed = plain(heading)
    return next((meaning for words, meaning in _sections() if all(word in squeezed for word in words)), None)


@cache
def companions() -> dict[tuple[str, str], str]:
    """The concept that a bare number of another dimension reports right behind a concept (车辆2辆，价值…万元)."""
    return {(row["concept"], row["dimension"]): row["companion"] for row in rows_of("companions.csv")}


@cache
def contexts() -> tuple[tuple[str, str, str], ...]:
    """Words earlier in the sentence that turn a concept into another (安排购置 … 大型设备 is a plan, no stock)."""
    return tuple((row["words"], row["concept"], row["concept_in_context"]) for row in rows_of("contexts.csv"))
