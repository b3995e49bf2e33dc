"""What one clause says of one subject, and the levels that later clauses refer back to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from datasets.model import Figure, Paragraph, Scope
from datasets.narrative.phrases import Base, joint_names, joint_pattern
from datasets.narrative.sections import PROJECT, Section, SectionMeaning
from datasets.narrative.subjects import Subject
from datasets.register import Register
from datasets.vocabulary.concepts import concepts
from datasets.vocabulary.function_paths import FunctionPaths
from datasets.vocabulary.units import dimension_of

NOTHING = Subject("", "")
_CHAPTER = re.compile(r"(20\d\d)年[^，。]*决算")
#: Funds narrower than 财政拨款: in their sections even 年初结转和结余 is that of the fund alone.
_NARROW_FUNDS = frozenset({"general", "government_funds", "state_capital", "special_account"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What one clause says of one subject: its level, and one comparison, share or completion with it.

    ``base`` is None where nothing is compared. ``whole`` is the figure a share refers to. ``completed`` is the stage of
    the budget that the completion names (完成年初预算的), ``noun`` what a number without a concept counts.
    """

    subject: Subject
    scope: Scope
    level: Figure | None
    base: Base | None
    change: Figure | None
    rate: Figure | None
    share: Figure | None
    whole: Figure | None
    completion: Figure | None
    deviation: Figure | None
    unchanged: bool
    completed: str
    section: Section
    noun: str
    paragraph: Paragraph


@dataclass(slots=True)
class Draft:
    """A statement under construction."""

    subject: Subject
    scope: Scope
    level: Figure | None = None
    base: Base | None = None
    change: Figure | None = None
    rate: Figure | None = None
    share: Figure | None = None
    whole: Figure | None = None
    completion: Figure | None = None
    deviation: Figure | None = None
    unchanged: bool = False
    completed: str = ""
    noun: str = ""

    @property
    def empty(self) -> bool:
        """True when nothing has been said yet."""
        return self.subject is NOTHING and self.level is None

    def again(self) -> Draft:
        """A further comparison of the same subject and level."""
        return Draft(self.subject, self.scope, level=self.level, noun=self.noun)

    def finished(self, section: Section, paragraph: Paragraph) -> Statement:
        """The statement as a record."""
        return Statement(
            self.subject,
            self.scope,
            self.level,
            self.base,
            self.change,
            self.rate,
            self.share,
            self.whole,
            self.completion,
            self.deviation,
            self.unchanged,
            self.completed,
            section,
            self.noun,
            paragraph,
        )


#: 总支出 and what the sentence calls the expenditure of the year.
TOTALS_OF_YEAR = frozenset({("total_revenue", "current_year_revenue"), ("total_expenditure", "expenditure")})


class Levels:
    """The amounts that shares refer back to: the head of each section, and amounts by what they report.

    ``stage`` is that of the document: a budget printed beside the final figure is no whole of its parts.
    """

    def __init__(self, stage: str | None) -> None:
        self._stage = stage
        self._heads: dict[tuple[int, int], Figure] = {}
        self._named: dict[tuple[str, str, str], Figure] = {}
        self._parts: set[int] = set()

    def has_head(self, section: Section) -> bool:
        """True when the section has printed an amount already."""
        return any(number == section.number for number, _ in self._heads)

    def remember(self, section: Section, draft: Draft) -> None:
        """Keep the level of a draft for the shares behind it."""
        level = draft.level
        if level is None or draft.subject.dimension != "money":
            return
        place = (section.number, section.part)
        head = self._heads.setdefault(place, level)
        if level.scope.stage != self._stage:
            return
        if head.scope.stage != self._stage and head.concept == level.concept:
            self._heads[place] = level
        key = (draft.subject.concept, draft.scope.function_code or "")
        self._named[*key, draft.scope.fund or ""] = level
        self._named[*key, "*"] = level

    def total_of_year(self, section: Section, named: Subject) -> Figure | None:
        """占总收入的 below “2022年收入合计…”: the head of the section, though 总收入 may be 收入总计 elsewhere."""
        head = self._head(section)
        return head if head is not None and (named.concept, head.concept) in TOTALS_OF_YEAR else None

    def restart(self, section: Section) -> None:
        """A numbered paragraph with a title of its own (2.收入情况。) has its own head."""
        self._heads.pop((section.number, section.part), None)

    def _head(self, section: Section) -> Figure | None:
        """The head of the subsection, else that of the section above it; never that of another subsection."""
        return self._heads.get((section.number, section.part)) or self._heads.get((section.number, 0))

    def mark_part(self, level: Figure) -> None:
        """A level whose own share is printed is no whole for the items that follow it."""
        self._parts.add(level.place.start)

    def named(self, subject: Subject, part: Draft) -> Figure | None:
        """The level that a share names as its whole: 占支出合计的; that of the fund of its part before any other."""
        key = (subject.concept, subject.function_code)
        if not subject.fund and subject.concept != part.subject.concept:
            alike = self._named.get((*key, part.scope.fund or ""))
            if alike is not None:
                return alike
        of_fund = self._named.get((*key, subject.fund or "all"))
        if of_fund is not None or subject.fund in ("government_funds", "state_capital"):
            return of_fund
        return self._named.get((*key, "*"))

    def head(self, section: Section, part: Scope) -> Figure | None:
        """The whole of a share that names none: the head of the section, unless it is a sibling of the part."""
        head = self._head(section)
        if head is None:
            return None
        above, below = head.scope.function_code or "", part.function_code or ""
        if above and (not below.startswith(above) or above == below):
            return None
        deeper = bool(below) and not above
        return head if deeper or head.place.start not in self._parts else None


class Narration:
    """What the paragraphs of one document share: register, levels, codes, and the section that is being read.

    ``instant`` is the ISO date that stocks are stated for, "" when none was said.
    """

    def __init__(self, register: Register, scope: Scope, paths: FunctionPaths) -> None:
        self.register = register
        self.scope = scope
        self.paths = paths
        self.levels = Levels(scope.stage)
        self.statements: list[Statement] = []
        self.section = Section(0, "", SectionMeaning(""))
        self.instant = ""
        self.year_said = ""

    def enter(self, section: Section, instant: str, year_said: str = "") -> None:
        """Go on in a section; ``year_said`` is the year that the paragraph begins with."""
        self.section = section
        self.instant = instant
        self.year_said = year_said

    def draft(self, subject: Subject, stage: str) -> Draft:
        """A draft on a subject, its scope taken from the section where the words leave it open."""
        meaning = self.section.meaning
        concept = concepts().get(subject.concept)
        flow = subject.dimension == "money" and meaning.topic != "assets"
        fund = None
        if concept is not None and (concept.fund_scoped or (concept.fund_in_narrow and meaning.fund in _NARROW_FUNDS)):
            fund = subject.fund or meaning.fund or None
        project = self.section.project if subject.concept == "project_expenditure" else ""
        if project and subject.said and meaning.topic == PROJECT:
            project = f"{project}·{subject.said}"
        scope = replace(
            self.scope,
            fund=fund,
            stage=(self.stage(stage) if flow else None),
            period=(self.instant or self.scope.period) if meaning.topic == "assets" else self.scope.period,
            function_code=subject.function_code or None,
            economic_code=subject.economic_code or None,
            project=project or None,
        )
        return Draft(subject, scope)

    def _stage_of_chapter(self) -> str:
        """The outturn in a chapter of a budget on the year before: 二、2021年“三公”经费决算情况."""
        year = _CHAPTER.search(self.section.heading)
        earlier = year is not None and year[1] != self.scope.period and self.year_said in ("", year[1])
        return "outturn" if earlier and self.scope.stage == "original_budget" else ""

    @property
    def economic(self) -> str:
        """The concept of economic items named here: those of a project, or of the basic expenditure."""
        if self.section.project:
            return "project_expenditure"
        return self.section.meaning.concept if self.section.meaning.concept == "basic_expenditure" else ""

    def joined(self, told: Paragraph, line: Paragraph) -> Paragraph:
        """What was read so far of a paragraph and the next line of it as one."""
        start, end = told.place.start, line.place.end
        return Paragraph(self.register.document.text[start:end], replace(told.place, end=end))

    @staticmethod
    def dimension_of(draft: Draft) -> str:
        """What a draft measures, by its subject, or by its unit where no list knows the subject."""
        return draft.subject.dimension or (dimension_of(draft.level.unit) if draft.level is not None else "")

    def has_said(self, draft: Draft, stage: str | None) -> bool:
        """True where a subject has its amount of a stage: a 支出预算 in the next sentence is another's."""
        of_stage = self.stage(stage) if stage is not None else None
        return draft.level is not None and draft.scope.stage == of_stage and not draft.subject.function_code

    def stage(self, words: str) -> str | None:
        """The stage that words name; unknown for a budget without saying which in final accounts."""
        if words == "budget":
            return None if self.scope.stage == "outturn" else self.scope.stage
        return words or self._stage_of_chapter() or self.scope.stage


def at_stage(draft: Draft, stage: str | None, period: str | None = None) -> Draft:
    """The same subject at another stage, or in another period: what a change or completion is measured against."""
    scope = replace(draft.scope, stage=stage, period=period or draft.scope.period)
    return Draft(draft.subject, scope, noun=draft.noun)


def part_of_fund(narration: Narration, detailed: Draft | None, subject: Subject) -> Draft | None:
    """“公务接待费5万元（其中：一般公共预算支出5万元；…）”: in a bracket, one fund's part of what it details."""
    if detailed is None or not subject.general or not subject.fund:
        return None
    if detailed.subject.general or detailed.subject.dimension != "money":
        return None
    return at_stage(narration.draft(replace(detailed.subject, fund=subject.fund), ""), detailed.scope.stage)


def unknown_by_fund(detailed: Draft | None, subject: Subject) -> bool:
    """True in such a bracket behind something that is not told apart by fund, or that no list knows."""
    if detailed is None or not subject.general or not subject.fund:
        return False
    outer = detailed.subject
    known = concepts().get(outer.concept)
    return outer is NOTHING or (outer.dimension == "money" and known is not None and not known.fund_scoped)


def total_of_list(whole: Draft | None, part: Draft) -> Figure | None:
    """The amount that “其中：” took apart, where the part is one of the same stage and year."""
    if whole is None or whole.level is None or whole.level is part.level or dimension_of(whole.level.unit) != "money":
        return None
    same = (whole.scope.stage, whole.scope.period) == (part.scope.stage, part.scope.period)
    return whole.level if same and (whole.subject != part.subject or whole.subject is NOTHING) else None


def total_above(head: Draft | None, part: Draft, stage: str | None) -> Figure | None:
    """The amount at the head of the paragraph, where the part is a functional item of it."""
    if head is None or not part.subject.function_code or not head.subject.general:
        return None
    return head.level if head.scope.stage == stage else None


def joint_twin(subject: Subject) -> str | None:
    """The other concept that one printed number reports: 收、支总计 is the total of both sides."""
    joint = joint_pattern().search(subject.said)
    return joint_names(joint[0]).twins.get(subject.concept) if joint and joint.end() == len(subject.said) else None


def mirrored(statement: Statement, concept: str) -> Statement:
    """The same statement on another concept, of the same printed numbers."""

    def of_twin(figure: Figure | None) -> Figure | None:
        return replace(figure, concept=concept) if figure is not None else None

    return replace(
        statement,
        subject=replace(statement.subject, concept=concept),
        level=of_twin(statement.level),
        change=of_twin(statement.change),
        rate=of_twin(statement.rate),
    )
