"""Sentences as figures: which number is a level, a change, a rate, a share, and which numbers one sentence ties together.

A clause owns its numbers: a number takes its meaning from the words between it and the number before it; what those
words leave out is taken from the subject that the sentence already has, and from the heading above it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from datasets.ledger import Ledger, quote_around
from datasets.model import Binding, Figure, Paragraph, Role, Scope
from datasets.numerals import Numeral, numerals
from datasets.phrases import (
    Base,
    SectionMeaning,
    base_of,
    base_pattern,
    change_pattern,
    companions,
    contexts,
    percent_patterns,
    reason_pattern,
    section_meaning,
    stage_of,
    stage_pattern,
    unchanged_pattern,
)
from datasets.subjects import Subject, subject_of
from datasets.units import units
from datasets.vocabulary import concepts, plain

_PART = re.compile(r"^第[一二三四五六七八九十]+部分")
_HEADING = re.compile(r"^(?:[一二三四五六七八九十]+、|[（][一二三四五六七八九十]+[）])")
_PROJECT_HEADING = re.compile(r"^(?:[（][一二三四五六七八九十\d]+[）]|\d+[.．、])?项目名称：(?P<name>.+)$")
_LONGEST_HEADING = 60
_INSTANT = re.compile(r"截至(\d{4})年(?:(\d{1,2})月(\d{1,2})日|(\d{1,2})月底|底|末)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what it means for the figures below; ``number`` counts the top-level headings (一、二、…)."""

    number: int
    heading: str
    meaning: SectionMeaning
    project: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one clause says of one subject: its level, and one comparison, share or completion with it.

    ``base`` is None where nothing is compared. ``whole`` is the figure a share refers to. ``words`` is the clause.
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
    section: Section
    noun: str
    paragraph: Paragraph


@dataclass(slots=True)
class _Open:
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
    noun: str = ""


NOTHING = Subject("", "")


class NarrativeReader:
    """Reads the paragraphs of one document in order; sections and subjects carry over from one to the next."""

    def __init__(self, ledger: Ledger, scope: Scope, function_paths: Mapping[tuple[str, str], str]) -> None:
        self._ledger = ledger
        self._scope = scope
        self._paths = function_paths
        self._section = Section(0, "", SectionMeaning(""))
        self._number = 0
        self._top = SectionMeaning("")
        self._heads: dict[int, Figure] = {}
        self._levels: dict[tuple[str, str, str], Figure] = {}
        self._instant = ""
        self.statements: list[Statement] = []

    @property
    def section(self) -> Section:
        """The section that the next paragraph belongs to."""
        return self._section

    def read(self, paragraph: Paragraph) -> None:
        """Read a paragraph: a heading changes the section, any other paragraph yields figures and statements."""
        squeezed = plain(paragraph.text)
        if self._heading(squeezed):
            self._ledger.add_text(paragraph.text, paragraph.place)
            return
        instant = _INSTANT.search(squeezed)
        if instant:
            self._instant = _date_of(instant)
        if self._section.meaning.topic not in ("terms", "duties", ""):
            for clause in _clauses(paragraph.text):
                self._clause(paragraph, clause)
        self._ledger.add_text(paragraph.text, paragraph.place)

    def _heading(self, squeezed: str) -> bool:
        project = _PROJECT_HEADING.match(squeezed)
        if project:
            self._section = replace(self._section, project=project["name"])
            return True
        is_part = bool(_PART.match(squeezed))
        is_heading = is_part or (
            bool(_HEADING.match(squeezed)) and len(squeezed) <= _LONGEST_HEADING and not squeezed.endswith(("。", "；"))
        )
        if not is_heading:
            return False
        top = is_part or not squeezed.startswith("（")
        if top:
            self._number += 1
            self._instant = ""
        meaning = section_meaning(squeezed) or (SectionMeaning("") if is_part else self._top if not top else None)
        if meaning is None:
            meaning = SectionMeaning("other")
        if top:
            self._top = meaning
        elif not meaning.fund:
            meaning = replace(meaning, fund=self._top.fund if meaning.topic == self._top.topic else "")
        self._section = Section(self._number, squeezed, meaning)
        return True

    # -- one sentence ---------------------------------------------------------------------------------------------

    def _clause(self, paragraph: Paragraph, clause: _Sentence) -> None:
        text = paragraph.text
        opened = _Open(NOTHING, self._scope)
        head: _Open | None = None
        base: Base | None = None
        position = clause.start
        previous: list[tuple[Numeral, str]] = []
        for numeral in clause.numerals:
            if numeral.role is not None or not numeral.unit:
                continue
            words = plain(text[max(position, clause.reason_end_before(numeral.start)) : numeral.start])
            position = numeral.unit_end
            if clause.in_reason(numeral.start):
                self._reason_figure(paragraph, numeral)
                continue
            base_match = None
            for base_match in base_pattern().finditer(words):
                pass
            if base_match:
                base = base_of(base_match)
            change = change_pattern().search(words)
            if numeral.unit == "%":
                self._percent(paragraph, opened, numeral, words, base, change, previous)
                previous.append((numeral, words))
                continue
            subject = subject_of(
                words[: change.start()] if change else words,
                numeral.unit,
                self._paths,
                economic=bool(self._section.project),
            )
            known = units().get(numeral.unit)
            dimension = known.dimension if known else ""
            if change and (subject or opened.subject is not NOTHING or base):
                if subject is not None and subject != opened.subject:
                    self._close(paragraph, opened)
                    opened = self._open(subject, None)
                elif opened.change is not None or (opened.base and base and opened.base != base):
                    self._close(paragraph, opened)
                    opened = replace_level(opened)
                target = opened
                if target.subject is NOTHING and self._section.meaning.concept:
                    target.subject = Subject(self._section.meaning.concept, dimension)
                target.base = base or Base("prior_year", "")
                target.change = self._enter(
                    paragraph, numeral, Role.CHANGE, target.subject, target.scope, negative=bool(change["down"])
                )
                previous.append((numeral, words))
                continue
            stage_match = stage_pattern().search(words)
            stage = stage_of(stage_match) if stage_match else ""
            if subject is None and opened.subject is not NOTHING:
                companion = companions().get((opened.subject.concept, dimension))
                if companion:
                    subject = Subject(companion, dimension)
                elif stage and dimension == opened.subject.dimension:
                    subject = opened.subject
            if subject is not None:
                subject = _in_context(subject, plain(text[: numeral.start]))
            if subject is None and stage and head is not None and dimension == head.subject.dimension:
                subject = head.subject
            if subject is None and not opened.subject.concept and dimension == "money" and self._fallback(words):
                subject = Subject(self._section.meaning.concept, dimension)
            if subject is None:
                self._close(paragraph, opened)
                opened = _Open(NOTHING, self._scope, noun=_noun(words))
                opened.level = self._enter(paragraph, numeral, Role.COUNT, NOTHING, self._scope, label=_noun(words))
                previous.append((numeral, words))
                continue
            self._close(paragraph, opened)
            opened = self._open(subject, stage)
            opened.level = self._enter(paragraph, numeral, Role.LEVEL, subject, opened.scope)
            self._remember(opened)
            head = head or opened
            previous.append((numeral, words))
        tail = plain(text[position : clause.end])
        if opened.subject is not NOTHING and not reason_pattern().match(tail):
            spoken = reason_pattern().split(tail)[0]
            if unchanged_pattern().search(spoken):
                for match in base_pattern().finditer(spoken):
                    base = base_of(match)
                opened.base, opened.unchanged = base or opened.base, True
        self._close(paragraph, opened)

    def _fallback(self, words: str) -> bool:
        """A bare amount is what the section is about only right at the head of its first sentence."""
        return bool(self._section.meaning.concept) and self._section.number not in self._heads and "，" not in words

    def _open(self, subject: Subject, stage: str | None) -> _Open:
        meaning = self._section.meaning
        project = self._section.project if subject.concept == "project_expenditure" else None
        flow = subject.dimension == "money" and meaning.topic != "assets"
        fund_scoped = subject.concept in concepts() and concepts()[subject.concept].fund_scoped
        scope = replace(
            self._scope,
            fund=(subject.fund or meaning.fund or None) if fund_scoped else None,
            stage=(stage or self._scope.stage) if flow else None,
            period=(self._instant or self._scope.period) if meaning.topic == "assets" else self._scope.period,
            function_code=subject.function_code or None,
            economic_code=subject.economic_code or None,
            project=project or None,
        )
        return _Open(subject, scope)

    def _remember(self, opened: _Open) -> None:
        level = opened.level
        if level is None or opened.subject.dimension != "money":
            return
        self._heads.setdefault(self._section.number, level)
        key = (opened.subject.concept, opened.scope.function_code or "")
        self._levels[*key, opened.scope.fund or ""] = level
        self._levels[*key, "*"] = level

    def _percent(
        self,
        paragraph: Paragraph,
        opened: _Open,
        numeral: Numeral,
        words: str,
        base: Base | None,
        change: re.Match[str] | None,
        previous: list[tuple[Numeral, str]],
    ) -> None:
        if change:
            figure = self._enter(
                paragraph, numeral, Role.RATE, opened.subject, opened.scope, negative=bool(change["down"])
            )
            if opened.rate is None:
                opened.rate = figure
                opened.base = base or opened.base or Base("prior_year", "")
            return
        for name, pattern in percent_patterns():
            match = pattern.search(words)
            if not match:
                continue
            role = {"share": Role.SHARE, "completion": Role.COMPLETION}.get(name, Role.RATE)
            figure = self._enter(paragraph, numeral, role, opened.subject, opened.scope)
            if name == "share" and opened.share is None:
                opened.share = figure
                opened.whole = self._whole(opened, match["whole"], previous)
            elif name == "deviation" and opened.deviation is None:
                opened.deviation = figure
            elif name == "completion" and opened.completion is None:
                opened.completion = figure
            return
        self._enter(paragraph, numeral, Role.RATE, NOTHING, self._scope, label=_noun(words))

    def _whole(self, opened: _Open, words: str, previous: list[tuple[Numeral, str]]) -> Figure | None:
        """What a share is a share of: what the words name, else the head of the section; never the part itself."""
        if opened.subject is NOTHING:
            return self._count_whole(opened, previous)
        named = subject_of(words, "万元", self._paths) if words else None
        if named is not None:
            key = (named.concept, named.function_code)
            of_fund = self._levels.get((*key, named.fund or "all"))
            whole = of_fund if of_fund is not None else self._levels.get((*key, "*"))
            return whole if whole is not opened.level else None
        head = self._heads.get(self._section.number)
        return head if head is not None and head is not opened.level else None

    def _count_whole(self, opened: _Open, previous: list[tuple[Numeral, str]]) -> Figure | None:
        """“高企280家…；高企中规上高企158家，占比…”: the earlier count whose name stands before 中."""
        name, among, _ = opened.noun.partition("中")
        if not among or not name or opened.level is None:
            return None
        offset = opened.level.place.start - previous[-1][0].start if previous else 0
        for numeral, words in reversed(previous[:-1]):
            if numeral.unit == opened.level.unit and _noun(words).endswith(name) and "中" not in _noun(words):
                start = numeral.start + offset
                return next((f for f in self._ledger.figures() if f.place.start == start), None)
        return None

    def _enter(
        self,
        paragraph: Paragraph,
        numeral: Numeral,
        role: Role,
        subject: Subject,
        scope: Scope,
        *,
        negative: bool = False,
        label: str = "",
    ) -> Figure:
        concept = subject.concept
        if label == "" and concept in concepts():
            label = concepts()[concept].label
        return self._ledger.add(
            self._ledger.place_of(paragraph.place, numeral),
            numeral.printed,
            role,
            unit=numeral.unit,
            concept=concept,
            scope=scope,
            negative=negative,
            binding=Binding.CERTAIN if concept else Binding.INFERRED,
            quote=quote_around(paragraph.text, numeral.start, numeral.end),
            label=label,
        )

    def _reason_figure(self, paragraph: Paragraph, numeral: Numeral) -> None:
        """Numbers in a reason explain, they do not report: kept in the ledger, in no relation."""
        self._ledger.add(
            self._ledger.place_of(paragraph.place, numeral),
            numeral.printed,
            Role.COUNT,
            unit=numeral.unit,
            binding=Binding.GUESSED,
            quote=quote_around(paragraph.text, numeral.start, numeral.end),
            label="原因说明中的数字",
        )

    def _close(self, paragraph: Paragraph, opened: _Open) -> None:
        if opened.subject is NOTHING and opened.level is None:
            return
        self.statements.append(
            Statement(
                opened.subject,
                opened.scope,
                opened.level,
                opened.base,
                opened.change,
                opened.rate,
                opened.share,
                opened.whole,
                opened.completion,
                opened.deviation,
                opened.unchanged,
                self._section,
                opened.noun,
                paragraph,
            )
        )


def replace_level(opened: _Open) -> _Open:
    """A further comparison of the same subject and level."""
    return _Open(opened.subject, opened.scope, level=opened.level, noun=opened.noun)


def _in_context(subject: Subject, before: str) -> Subject:
    """The concept that the earlier words of the sentence turn the subject into."""
    sentence = before.rpartition("。")[2]
    for words, concept, in_context in contexts():
        if subject.concept == concept and words in sentence:
            return replace(subject, concept=in_context)
    return subject


def _noun(words: str) -> str:
    """The words right before a number, back to the last punctuation mark."""
    return re.split(r"[，。；：、（）“”]", words)[-1][-20:]


def _date_of(instant: re.Match[str]) -> str:
    """ISO date of 截至2024年12月31日 or 截至2022年底."""
    year, month, day, end_of = instant.groups()
    if month and day:
        return f"{year}-{int(month):02}-{int(day):02}"
    month = int(end_of or 12)
    return f"{year}-{month:02}-{monthrange(int(year), month)[1]}"


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a paragraph with its numerals and the stretches that are reasons."""

    start: int
    end: int
    numerals: tuple[Numeral, ...]
    reasons: tuple[tuple[int, int], ...]

    def in_reason(self, position: int) -> bool:
        return any(start <= position < end for start, end in self.reasons)

    def reason_end_before(self, position: int) -> int:
        return max((end for _, end in self.reasons if end <= position), default=0)


def _clauses(text: str) -> Iterator[_Sentence]:
    """The paragraph as one run of sentences, with the stretches of reasons marked.

    The subject carries over a full stop (“…。与上年相比，减少…”), so the paragraph is read in one go.
    """
    found = tuple(numerals(text))
    if not found:
        return
    reasons = []
    for match in reason_pattern().finditer(text):
        if any(start <= match.start() < end for start, end in reasons):
            continue
        reasons.append((match.start(), _reason_end(text, match.end())))
    yield _Sentence(0, len(text), found, tuple(reasons))


_NEXT_CLAUSE = re.compile(r"[；。]")


def _reason_end(text: str, position: int) -> int:
    """A reason ends with its sentence, or at a semicolon behind which another subject is compared."""
    for match in _NEXT_CLAUSE.finditer(text, position):
        if match[0] == "。":
            return match.end()
        rest = plain(text[match.end() : match.end() + 30])
        subject = subject_of(re.split(r"\d", rest)[0], "万元", {})
        if subject is not None and re.search(r"\d", text[match.end() : match.end() + 60]) and not rest.startswith("二是"):
            return match.end()
    return len(text)
