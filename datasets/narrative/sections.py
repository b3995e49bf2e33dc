"""Headings: which section of the narrative a paragraph belongs to, and what that says about its figures."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Literal

import msgspec

from datasets.data_files.forms import Form, SomeWords, Word, WrongWordError
from datasets.data_files.loading import data_file
from datasets.identity.titles import title_in
from datasets.model import Fund
from datasets.vocabulary.concepts import known_concepts
from datasets.vocabulary.plain import plain

_PART = re.compile(r"^第[一二三四五六七八九十]+部分")
_HEADING = re.compile(r"^(?:[一二三四五六七八九十]+、|[（][一二三四五六七八九十]+[）])")
_PROJECT_HEADING = re.compile(r"^(?:[（][一二三四五六七八九十\d]+[）]|\d+[.．、])?项目名称：(?P<name>.+)$")
#: A project told in chapters of its own: 科技创新专项经费情况说明, then 一、项目概述 … 六、年度预算安排.
_PROJECT_TITLE = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（][一二三四五六七八九十]+[）]|\d+[.．、])?(?P<name>[^，。；：、]{2,40}?)经费情况说明$"
)
_NO_PROJECT = frozenset({"项目", "专项", "部门项目", "单位项目", "重点项目", "其他"})
_UNNUMBERED = re.compile(r"^(?:\d{4}年度?)?[^，。；：、\d]{0,30}(?:说明|情况|名词解释|主要内容(?:如下)?：?)$")
_LONGEST_HEADING = 60
_NUMBER = r"(?:[一二三四五六七八九十]+、|[（][一二三四五六七八九十]+[）])"
#: A heading that ends like a sentence, and one that the text goes on behind.
_CLOSED = re.compile(rf"^{_NUMBER}[^，。；：]*(?:情况|说明|明细)。$")
_RUN_IN = re.compile(rf"^(?P<heading>{_NUMBER}[^，。；：]{{2,50}}(?:情况|说明))[：。](?P<rest>.*\d.*)$")
#: An amount that a line states; 单价100万元以上设备情况 names things by their price.
_AMOUNT = re.compile(r"\d(?:亿元|万元|元|%)(?!（含）|\(含\)|以上|以下|及以上)")
_INSTANT = re.compile(
    r"截[至止]到?(?P<year>\d{4})年(?:(?P<month>\d{1,2})月(?P<day>\d{1,2})日|(?P<end_of>\d{1,2})月底|年?[底末])"
    r"|(?P<closed>\d{4})年(?:年?[底末]|12月31日)"
)
_OWN_YEAR = re.compile(r"^\d{4}年")


#: What a section is about.
Topic = Literal[
    "agency_operating_costs",
    "assets",
    "duties",
    "expenditure",
    "fiscal",
    "general_basic_expenditure",
    "general_expenditure",
    "general_project_expenditure",
    "government_funds",
    "other",
    "overall",
    "performance",
    "procurement",
    "project",
    "revenue",
    "staff",
    "state_capital",
    "terms",
    "three_public_expenses",
]
#: The topic of chapters that say what a project costs.
PROJECT = "project"


@dataclass(frozen=True, slots=True)
class SectionMeaning:
    """What a heading says about the figures below it.

    ``concept`` is what a bare amount reports; ``names`` are words that stand for a concept in this section alone
    (货物 below 政府采购); ``turns`` are concepts that mean another one there (本年收入 of a fund).
    """

    topic: str
    fund: str = ""
    concept: str = ""
    names: tuple[tuple[str, str], ...] = ()
    turns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what it means for the figures below.

    ``number`` counts the top-level headings (一、二、…), ``part`` those below one (（一）（二）…), 0 before the first.
    """

    number: int
    heading: str
    meaning: SectionMeaning
    project: str = ""
    part: int = 0


class SectionEntry(Form, frozen=True, kw_only=True):
    """``[[section]]``, see :class:`SectionMeaning`; a concept that ``turns`` into "" reports nothing there."""

    words: SomeWords
    topic: Topic
    fund: Fund | Literal[""] = ""
    concept: str = ""
    names: dict[Word, str] = msgspec.field(default_factory=dict)
    turns: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept] if self.concept else [])
        known_concepts("names", self.names.values())
        known_concepts("turns", [*self.turns, *filter(None, self.turns.values())])


class SectionsFile(Form, frozen=True, kw_only=True):
    """``sections.toml``."""

    section: Annotated[tuple[SectionEntry, ...], msgspec.Meta(min_length=1)]
    turns: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        known_concepts("turns", [*self.turns, *self.turns.values()])
        for number, entry in enumerate(self.section):
            before = next((e for e in self.section[:number] if _takes(e.words, entry.words)), None)
            if before is not None:
                raise WrongWordError(
                    "section",
                    "、".join(entry.words),
                    f"轮不到它：前面的 {'、'.join(before.words)} 已经符合",
                    f"is never reached, for {', '.join(before.words)} above it fits first",
                    at=(number, "words"),
                )


def _takes(words: Sequence[str], later: Sequence[str]) -> bool:
    """True when a heading with all words of the later entry has all of the earlier one too."""
    return all(any(plain(word) in plain(other) for other in later) for word in words)


@cache
def turns_of(topic: str, *, of_revenue: bool) -> tuple[tuple[str, str], ...]:
    """What concepts mean in text where a revenue is told of, nothing known elsewhere.

    Chapters on performance and on projects mean them as they are.
    """
    turns = data_file("datasets", "data", "sections.toml").record(SectionsFile).turns
    if topic in ("performance", PROJECT):
        return ()
    return tuple((concept, turned if of_revenue else "") for concept, turned in turns.items())


@cache
def all_meanings() -> tuple[tuple[tuple[str, ...], SectionMeaning], ...]:
    """The words of headings, all of which a heading must have, with what it then means; the first that fits counts."""
    data = data_file("datasets", "data", "sections.toml").record(SectionsFile)
    return tuple(
        (
            tuple(plain(word) for word in entry.words),
            SectionMeaning(
                entry.topic,
                entry.fund,
                entry.concept,
                tuple((plain(word), concept) for word, concept in entry.names.items()),
                tuple(entry.turns.items()),
            ),
        )
        for entry in data.section
    )


def section_meaning(heading: str) -> SectionMeaning | None:
    """What a heading means, None when no entry of the data file fits."""
    squeezed = plain(heading)
    return next((meaning for words, meaning in all_meanings() if all(word in squeezed for word in words)), None)


class Headings:
    """Follows the headings of a narrative in order; ``section`` is that of the next paragraph."""

    def __init__(self) -> None:
        self.section = Section(0, "", SectionMeaning(""))
        self._top = SectionMeaning("")
        self._instant = ""
        self._project = ""

    def read(self, squeezed: str) -> bool:
        """True when a plain paragraph is a heading; it then opens a section."""
        project = _PROJECT_HEADING.match(squeezed)
        if project:
            self.section = replace(self.section, project=project["name"])
            return True
        if self._is_project_title(squeezed):
            return True
        if run_in := _RUN_IN.match(squeezed):
            if section_meaning(run_in["heading"]) is not None and _AMOUNT.search(run_in["rest"]):
                self.read(run_in["heading"])  # 一、收入决算情况说明：2018年收入…: the line goes on as text
            return False
        is_part = bool(_PART.match(squeezed))
        of_title = title_in(squeezed) is not None and section_meaning(squeezed) is not None
        unnumbered = _UNNUMBERED.match(squeezed) and section_meaning(squeezed) is not None
        unnumbered = unnumbered or (of_title and not _HEADING.match(squeezed))
        if not is_part and not unnumbered and not _is_numbered_heading(squeezed):
            return False
        if is_part or unnumbered:
            self._project = ""
        if is_part or not squeezed.startswith("（"):
            self._open_top(squeezed, is_part=is_part)
        else:
            self._open_below(squeezed)
        return True

    def _open_top(self, squeezed: str, *, is_part: bool) -> None:
        self._instant = ""
        meaning = section_meaning(squeezed)
        if meaning is None or (meaning.topic == PROJECT and not self._project):
            meaning = SectionMeaning("" if is_part else "other")
        self._top = meaning
        self.section = Section(self.section.number + 1, squeezed, meaning, self._project)

    def _is_project_title(self, squeezed: str) -> bool:
        """True for the title of a project; the chapters below it, to the next unnumbered heading, are about it."""
        found = _PROJECT_TITLE.match(squeezed)
        if not found or section_meaning(squeezed) is not None:
            return False
        name = _OWN_YEAR.sub("", found["name"]).removeprefix("度")
        self._project = "" if name in _NO_PROJECT else name
        self._top = SectionMeaning("other")
        self.section = Section(self.section.number + 1, squeezed, self._top, self._project)
        return True

    def _open_below(self, squeezed: str) -> None:
        """A lower heading that says nothing inherits from the one above; a fund only within one topic."""
        meaning = section_meaning(squeezed) or self._top
        if not meaning.fund and meaning.topic == self._top.topic:
            meaning = replace(meaning, fund=self._top.fund)
        self.section = Section(self.section.number, squeezed, meaning, part=self.section.part + 1)

    def instant(self, squeezed: str) -> str:
        """The ISO date that the stocks of a plain paragraph are stated for, "" when none is said.

        截至2024年12月31日 holds for the rest of the section, but not for a paragraph that begins with its own year
        (2023年…安排购置).
        """
        found = _INSTANT.search(squeezed)
        if found:
            self._instant = _date_of(found)
        elif _OWN_YEAR.match(squeezed):
            return ""
        return self._instant


def _is_numbered_heading(squeezed: str) -> bool:
    """True for a short numbered line; one that states an amount, or ends like a sentence, is a paragraph."""
    short = bool(_HEADING.match(squeezed)) and len(squeezed) <= _LONGEST_HEADING and not _AMOUNT.search(squeezed)
    return short and (bool(_CLOSED.match(squeezed)) or not squeezed.endswith(("。", "；")))


def _date_of(instant: re.Match[str]) -> str:
    """ISO date of 截至2024年12月31日, 截至2022年底 or 2022年末."""
    year = instant["year"] or instant["closed"]
    if instant["month"]:
        return f"{year}-{int(instant['month']):02}-{int(instant['day']):02}"
    last = int(instant["end_of"] or 12)
    return f"{year}-{last:02}-{monthrange(int(year), last)[1]}"
