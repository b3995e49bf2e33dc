"""One paragraph of the narrative as figures and statements.

A clause owns its numbers: a number takes its meaning from the words between it and the number before it; what those
words leave out is taken from the subject that the sentence already has, and from the heading above it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from datasets.model import Figure, Paragraph, Role
from datasets.narrative.bases import bare_base, base_behind, only_base
from datasets.narrative.entering import enter, explain, noun_at
from datasets.narrative.phrases import (
    Base,
    base_of,
    change_pattern,
    companions,
    completed_pattern,
    completed_stage,
    last_base,
    stage_behind,
    stage_of,
    stage_pattern,
    unchanged_pattern,
)
from datasets.narrative.quantities import Quantity
from datasets.narrative.sections import PROJECT, turns_of
from datasets.narrative.sentences import Sentences, bare_noun, noun_before
from datasets.narrative.shares import (
    Around,
    of_sum,
    percent_kind,
    stands_alone,
    whole_of_count,
    whole_of_share,
)
from datasets.narrative.statements import (
    NOTHING,
    Draft,
    Narration,
    at_stage,
    joint_twin,
    mirrored,
    part_of_fund,
    unknown_by_fund,
)
from datasets.narrative.subjects import Subject, fits, in_context, subject_of, without_definition, without_purpose
from datasets.vocabulary.concepts import appropriation_funds, concepts
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import units

_CLAUSE_END = re.compile(r"[，。；：]")
_NOTHING_BEFORE_A_STAGE = re.compile(r"^(?:其中|本年|当年|\d{4}年度?)*(?:支出)?$")
#: A year that an amount is of; one that is compared with, or that names a project or a date, is none.
_YEAR = re.compile(r"(?<![比较与同和])((?:19|20)\d\d)年(?!\d|[一二三四]季度)")
#: A paragraph with a title of its own: 2.收入情况。2022年度收入合计…
_TITLED = re.compile(r"^(?:\d{1,2}[.．、]|（\d{1,2}）)[^，。；：\d]{0,16}情况。")
#: An asset that no list knows is no further change of the one before it (资产总额增加…，其中固定资产减少…).
_UNKNOWN_STOCK = re.compile(r"资产(?:总额|净值|原值)?$")
_BARE_YEAR = re.compile(r"[，。；]\d{4}年度?(?:支出|收入)?$")
#: 收入105万元，支出105万元; a form that is filled in year after year has 支出收入.
_SPENT = re.compile(r"万?元?[，；]支出(?:收入)?(?:为|共)?")
_OTHER_COST = re.compile(r"[一-鿿]{2}(?<!经)费(?:支出)?(?:预算|决算)?数?(?:为|是)?$")
_PERCENT_ROLES = {"share": Role.SHARE, "completion": Role.COMPLETION}


class ParagraphReader:
    """Reads one paragraph; ``opened`` is the statement that the next number may still belong to.

    ``paragraph`` is the line that is being read, ``told`` the paragraph from its first line on.
    """

    def __init__(self, narration: Narration, paragraph: Paragraph) -> None:
        self.narration = narration
        self.paragraph = paragraph
        self.told = paragraph
        self.opened = Draft(NOTHING, narration.scope)
        self.head: Draft | None = None
        self.base: Base | None = None
        self.earlier: list[Quantity] = []
        self._by_dimension: dict[str, Draft] = {}
        self._outer: tuple[int, Draft] | None = None
        self._completing = False
        self._against = False
        self._year = ""
        self.around = Around()

    def go_on(self, paragraph: Paragraph, found: Sentences) -> None:
        """Enter every quantity of the paragraph, or of the next line of it; the last statement stays open."""
        if paragraph is not self.paragraph:
            self.paragraph, self.told = paragraph, self.narration.joined(self.told, paragraph)
        if _TITLED.match(plain(self.paragraph.text)):
            self.narration.levels.restart(self.narration.section)
        for quantity in found.quantities:
            self._enter_bracket(quantity.bracket)
            self._unchanged(quantity.spoken)
            if quantity.in_reason:
                explain(self.narration, self.paragraph, quantity)
                continue
            self._compare(quantity.words)
            self.around.hear(quantity.words, self.opened, self.narration, in_bracket=self._outer is not None)
            self._quantity(quantity)
            self.earlier.append(quantity)
        self._enter_bracket(None)
        self._unchanged(found.tail, last=True)

    def close(self) -> None:
        """Close the last statement: nothing follows."""
        self._close()
        self.opened = Draft(NOTHING, self.narration.scope)

    # -- what the words before a number say ---------------------------------------------------------------------------

    def _enter_bracket(self, bracket: int | None) -> None:
        """Numbers in a bracket detail the statement before it, which goes on behind the bracket."""
        if self._outer is not None and self._outer[0] != bracket:
            _, outer = self._outer
            if self.opened is not outer:
                self._close()
                self.opened = outer
            self._outer = None
        if bracket is not None and self._outer is None and not self.opened.empty:
            self._outer = (bracket, self.opened)

    def _compare(self, words: str) -> None:
        found = last_base(words)
        if found:
            self.base = base_of(found, self.narration.scope.period or "0")

    def _unchanged(self, spoken: str, *, last: bool = False) -> None:
        """“与上年持平”: a comparison without a number, of the subject that is open."""
        if self.opened.subject is NOTHING:
            return
        found = unchanged_pattern().search(spoken)
        if not found:
            return
        compared = last_base(spoken[: found.start()])
        if compared is None and self._against and not spoken[: found.start()].strip("，的"):
            if self.opened.change is not None:
                self._go_on()
            self.opened.base, self.opened.unchanged = self.base, True  # 与上年1.00万元持平
            return
        if compared is None or _CLAUSE_END.search(spoken, compared.end(), found.start()):
            if last:
                self.opened.base, self.opened.unchanged = self.base or self.opened.base, True
            return
        named = subject_of(_CLAUSE_END.split(spoken[: compared.start()])[-1], "万元", self.narration.paths)
        if named is not None and named.concept != self.opened.subject.concept:
            return
        self.base = base_of(compared, self.narration.scope.period or "0")
        if self.opened.change is not None and self.opened.base != self.base:
            self._go_on()
        self.opened.base, self.opened.unchanged = self.base, True

    # -- one number ---------------------------------------------------------------------------------------------------

    def _quantity(self, quantity: Quantity) -> None:
        completing, self._completing = self._completing, False
        self._against = False
        change = change_pattern().search(quantity.words)
        if quantity.numeral.unit == "%":
            self._percent(quantity, change, completing=completing)
            return
        known = units().get(quantity.numeral.unit)
        dimension = known.dimension if known else ""
        if dimension == "percentage_points":
            down = change is not None and bool(change["down"])
            self._enter(quantity, Role.CHANGE, self.opened if change else None, negative=down)
            return
        words = without_definition(quantity.words[: change.start()]) if change else without_purpose(quantity.words)
        subject = subject_of(words, quantity.numeral.unit, self.narration.paths, economic=self.narration.economic)
        if change and self._change(quantity, change, subject, dimension):
            return
        if self._base_level(quantity, dimension) or self._other_year(quantity, subject, dimension):
            return
        self._level(quantity, subject, dimension)

    def _change(self, quantity: Quantity, change: re.Match[str], subject: Subject | None, dimension: str) -> bool:
        """Enter a change against a base; False when it is no change of anything known."""
        if subject is None and not self._continues(dimension, quantity.words[: change.start()]):
            return False
        if subject is None and self._whole_or_part(quantity.words):
            self._close()
            self.opened = Draft(NOTHING, self.narration.scope)
            self._enter(quantity, Role.CHANGE, None, negative=bool(change["down"]))
            return True
        if subject is None and self.around.before is not None and self.around.before.subject.dimension == dimension:
            self._close()
            self.opened = self.around.before.again()
        elif subject is not None and subject != self.opened.subject:
            self._close()
            self.opened = self.narration.draft(subject, "")
        elif self.opened.change is not None or (self.opened.base and self.base and self.opened.base != self.base):
            self._go_on()
        target = self.opened
        if target.empty and self.narration.section.meaning.concept:
            target.subject = Subject(self.narration.section.meaning.concept, dimension)
        target.base = self.base or Base("prior_year", "")
        target.change = self._enter(quantity, Role.CHANGE, target, negative=bool(change["down"]))
        return True

    def _whole_or_part(self, words: str) -> bool:
        """Behind “900万元，其中：A；B；与上年相比，增加C”, C may be of the whole as well as of B."""
        whole = self.around.listed
        listed = whole is not None and whole.subject != self.opened.subject
        return listed and "；" in words and last_base(words) is not None

    def _continues(self, dimension: str, before: str) -> bool:
        """True when a change without a known subject can be one of what was said before.

        ``before`` are the words before the change: 支持稳增长30万元 names something new, 较上年增长 and 增长 do not.
        """
        if self.opened.subject is not NOTHING and fits(self.opened.subject.dimension, dimension):
            return not _UNKNOWN_STOCK.search(_CLAUSE_END.split(before)[-1])
        if self.opened.level is not None and self.opened.subject is NOTHING:
            known = units().get(self.opened.level.unit)
            if "。" in before and self.head is not None and dimension == "money":
                return False  # behind a list of parts nobody knows, a new sentence compares the whole
            bare = not _CLAUSE_END.split(before)[-1] or last_base(before) is not None
            if known is not None and known.dimension == dimension:
                return bare
        behind = self._by_dimension.get(dimension)
        if behind is not None and self.base is not None:
            self._close()
            self.opened = behind.again()
            return True
        return self.opened.empty and self.base is not None

    def _base_level(self, quantity: Quantity, dimension: str) -> bool:
        """“与上年决算数105.82万元相比”, “完成年初预算80万元的125%”: an amount that is only the base of a comparison."""
        if not dimension or self.narration.dimension_of(self.opened) != dimension:
            return False
        completed = completed_pattern().search(quantity.words)
        compared = last_base(quantity.words)
        if completed:
            self._completing = True
            based = at_stage(self.opened, self.narration.stage(completed_stage(completed)))
        elif compared is not None and only_base(
            behind := quantity.words[compared.end() :], self.opened.subject, self.narration.paths
        ):
            self.base, self._against = base_behind(compared, behind, self.narration.scope.period or "0"), True
            based = self._at(self.base)
        elif compared is None and (bare := bare_base(quantity.words, self.narration.scope.period or "0")) is not None:
            self.base, based = bare, self._at(bare)
        else:
            return False
        based.level = self._enter(quantity, Role.LEVEL, based)
        self.narration.statements.append(based.finished(self.narration.section, self.told))
        return True

    def _at(self, base: Base) -> Draft:
        """The open subject in the year and at the stage that it is compared with."""
        return at_stage(self.opened, self.narration.stage(base.stage), base.period(self.narration.scope.period or ""))

    def _other_year(self, quantity: Quantity, named: Subject | None, dimension: str) -> bool:
        """“2023年度…支出800万元” beside this year's 740万元: amounts of the year named, to the end of the sentence."""
        if "。" in quantity.words:
            self._year = ""
        years = _YEAR.findall(quantity.words.rpartition("。")[2])
        self._year = years[-1] if years else self._year
        of_assets = self.narration.section.meaning.topic == "assets"
        if dimension != "money" or of_assets or self._year in ("", self.narration.scope.period):
            return False
        # A bare 支出决算 behind a subject is that subject's.
        if self.opened.subject is NOTHING and self.head is not None and _BARE_YEAR.search(quantity.words):
            self._close()
            self.opened = self.head.again()  # 年中追加50万元。2021年度支出600万元: back to what the paragraph is about
        goes_on = named is None or (named.general and self.opened.subject is not NOTHING)
        draft = self.narration.draft(named, "") if named is not None and not goes_on else self.opened
        if draft.subject.dimension != dimension:
            return False
        found = stage_pattern().search(quantity.words)
        other = at_stage(draft, self.narration.stage(stage_of(found) if found else ""), self._year)
        other.level = self._enter(quantity, Role.LEVEL, other)
        self.narration.statements.append(other.finished(self.narration.section, self.told))
        return True

    def _level(self, quantity: Quantity, named: Subject | None, dimension: str) -> None:
        found = stage_behind(quantity.words)
        stage = stage_of(found) if found else ""
        subject = self._subject(quantity, named, dimension, found)
        if subject is not None and unknown_by_fund(self._detailed(), subject):
            subject = None
        self._close()
        if subject is None:
            self.opened = Draft(NOTHING, self.narration.scope, noun=noun_at(self.paragraph, quantity))
            self.opened.level = self._enter(quantity, Role.LEVEL if dimension == "money" else Role.COUNT, None)
            return
        self.opened = part_of_fund(self.narration, self._detailed(), subject) or self.narration.draft(subject, stage)
        self.opened.level = self._enter(quantity, Role.LEVEL, self.opened)
        self.narration.levels.remember(self.narration.section, self.opened)
        self._by_dimension[dimension] = self.opened
        self.head = self.head or self.opened

    def _subject(
        self, quantity: Quantity, subject: Subject | None, dimension: str, stage: re.Match[str] | None
    ) -> Subject | None:
        """What a level reports: what its words name, else what the sentence or the section is about."""
        opened, words, meaning = self.opened, quantity.words, self.narration.section.meaning
        turns = (*meaning.turns, *turns_of(meaning.topic, of_revenue=bool(self.head and self.head.subject.revenue)))
        alone = stage is not None and bool(_NOTHING_BEFORE_A_STAGE.match(_CLAUSE_END.split(words[: stage.start()])[-1]))
        if alone and subject is not None and subject.general and self._of_unknown(dimension):
            return None
        anew = (
            subject is not None
            and "。" in words
            and self.narration.has_said(opened, stage_of(stage) if stage else None)
        )
        if alone and dimension == opened.subject.dimension and (subject is None or (subject.general and not anew)):
            spent = subject is not None and opened.subject.revenue
            subject = subject if spent else opened.subject
        if subject is None and opened.subject is not NOTHING:
            companion = companions().get((opened.subject.concept, dimension))
            if companion is not None and (companion.fits(words) or companion.fits(_CLAUSE_END.split(words)[-1])):
                subject = Subject(companion.concept, dimension)
        if subject is not None and subject.said == "本年支出" and self.head is not None:
            subject = replace(subject, fund=subject.fund or appropriation_funds().get(self.head.subject.concept, ""))
        if subject is not None:
            return in_context(subject, plain(self.paragraph.text[: quantity.numeral.start]), turns)
        local = next((concept for name, concept in meaning.names if name == bare_noun(words)), "")
        if local and concepts()[local].dimension == dimension:
            before = plain(self.paragraph.text[: quantity.numeral.start])
            return in_context(Subject(local, dimension), before, turns)
        if opened.subject.revenue and dimension == "money" and _SPENT.fullmatch(words):
            fund = opened.subject.fund or appropriation_funds().get(opened.subject.concept, "")
            return Subject("expenditure", dimension, fund=fund)
        if alone and self.head is not None and dimension == self.head.subject.dimension:
            return self.head.subject
        if not opened.subject.concept and dimension == "money" and self._is_head(words):
            return Subject(meaning.concept, dimension)
        if meaning.topic == PROJECT and dimension == "money" and self.head is not None:
            return Subject(meaning.concept, dimension, said=noun_before(words))
        return None

    def _detailed(self) -> Draft | None:
        """What the open bracket details."""
        return self._outer[1] if self._outer is not None else None

    def _of_unknown(self, dimension: str) -> bool:
        """True where the clause is about something without a concept (培训费支出预算6万元，支出决算…)."""
        level = self.opened.level if self.opened.subject is NOTHING else None
        known = units().get(level.unit) if level is not None else None
        return known is not None and known.dimension == dimension and bool(_OTHER_COST.search(self.opened.noun))

    def _is_head(self, words: str) -> bool:
        """A bare amount is what the section is about only right at the head of its first sentence."""
        section = self.narration.section
        first = bool(section.meaning.concept) and not self.narration.levels.has_head(section) and "，" not in words
        return first and not _OTHER_COST.search(words)

    # -- percentages --------------------------------------------------------------------------------------------------

    def _percent(self, quantity: Quantity, change: re.Match[str] | None, *, completing: bool) -> None:
        opened = self.opened
        if change:
            rate = self._enter(quantity, Role.RATE, opened, negative=bool(change["down"]))
            if opened.rate is None:
                opened.rate = rate
                opened.base = self.base or opened.base or Base("prior_year", "")
            return
        behind = self.paragraph.text[quantity.numeral.unit_end :]
        if opened.change is not None and opened.rate is None and stands_alone(quantity.words, behind):
            down = (opened.change.value or 0) < 0  # 较上年减少1.5万元（42.86%）
            opened.rate = self._enter(quantity, Role.RATE, opened, negative=down)
            return
        kind, whole = percent_kind(quantity.words, behind, completing=completing, has_level=opened.level is not None)
        known = {"share": opened.share, "completion": opened.completion, "deviation": opened.deviation}
        if not kind or known.get(kind) is not None or (kind == "share" and of_sum(quantity.words)):
            self._enter(quantity, _PERCENT_ROLES.get(kind, Role.RATE), None)
            return
        figure = self._enter(quantity, _PERCENT_ROLES.get(kind, Role.RATE), opened)
        if kind == "share":
            opened.share = figure
            opened.whole = (
                whole_of_count(opened, self.earlier, self.narration.register, self.paragraph)
                if opened.subject is NOTHING
                else whole_of_share(self.narration, self.around, self.head, opened, whole)
            )
        elif kind == "completion":
            opened.completion = figure
            named = stage_pattern().search(whole)
            opened.completed = stage_of(named) if named else ""
        elif kind == "deviation":
            opened.deviation = figure

    # -- entering -----------------------------------------------------------------------------------------------------

    def _enter(self, quantity: Quantity, role: Role, draft: Draft | None, *, negative: bool = False) -> Figure:
        return enter(self.narration, self.paragraph, quantity, role, draft, negative=negative)

    def _go_on(self) -> None:
        """A further comparison of the open subject."""
        self._close()
        self.opened = self.opened.again()

    def _close(self) -> None:
        """Keep the open statement, unless a bracket holds it open."""
        held = self._outer is not None and self._outer[1] is self.opened
        if not self.opened.empty and not held:
            statement = self.opened.finished(self.narration.section, self.told)
            self.narration.statements.append(statement)
            twin = joint_twin(statement.subject)
            if twin is not None:
                self.narration.statements.append(mirrored(statement, twin))
