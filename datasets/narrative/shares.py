"""What a percentage is, and what a share is a share of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from datasets.model import Figure, Paragraph
from datasets.narrative.phrases import percent_patterns
from datasets.narrative.quantities import Quantity
from datasets.narrative.sentences import noun_before
from datasets.narrative.statements import NOTHING, TOTALS_OF_YEAR, Draft, Narration, total_above, total_of_list
from datasets.narrative.subjects import Subject, subject_of
from datasets.register import Register
from datasets.vocabulary.plain import plain

_AMONG = re.compile(r"(?P<what>[^，。；：]{2,40})中[，：]")
_OF_SUM = re.compile(r"(?:[两二三四五六]项|两者|三者|以上|上述)[^，。；]{0,6}?(?:合计|共计|共)占[^，。；]*$")


def percent_kind(words: str, behind: str, *, completing: bool, has_level: bool) -> tuple[str, str]:
    """What a percentage is by the words before it, and those that name the whole of a share or the budget completed.

    ``behind`` is the text behind it: a percentage alone in a bracket behind a level is a share of something.
    ``completing`` says that 完成年初预算 stood before the amount before it.
    """
    if completing and words in ("", "的"):
        return "completion", ""
    if stands_alone(words, behind) and has_level:
        return "share", ""
    for kind, pattern in percent_patterns():
        match = pattern.search(words)
        if match:
            return kind, match["whole"] if kind == "share" else match.groupdict().get("base") or ""
    return "", ""


def of_sum(words: str) -> bool:
    """True for “两项合计占”: a share of what was listed together, not of the last item."""
    return bool(_OF_SUM.search(words))


def stands_alone(words: str, behind: str) -> bool:
    """True for a percentage that is all there is in its bracket."""
    return words == "（" and plain(behind[:2]).startswith("）")


@dataclass(slots=True)
class Around:
    """What a share may be a share of where its words do not say, as a paragraph goes on.

    ``listed`` is the amount that 其中 took apart, ``before`` that of the sentence before; ``among`` is what
    “三公”经费支出决算中， names without its amount.
    """

    listed: Draft | None = None
    before: Draft | None = None
    among: Subject | None = None

    def hear(self, words: str, opened: Draft, narration: Narration, *, in_bracket: bool) -> None:
        """The words before the next number, behind the statement that is open."""
        _, stop, sentence = words.rpartition("。")
        self.before = None
        if stop:
            # Behind “总收入A，其中：B，C。与上年相比，增加D”, D is of the whole, not of the last part.
            self.before = self.listed if self.listed is not None and self.listed.subject.concept else None
            self.listed = None
        if "其中" in sentence and not in_bracket:
            self.listed = opened if opened.level is not None else None
        found = _AMONG.search(sentence)
        if found:
            self.among = subject_of(found["what"], "万元", narration.paths) or self.among


def whole_of_share(narration: Narration, around: Around, head: Draft | None, part: Draft, words: str) -> Figure | None:
    """What a share is a share of, never the part itself.

    That is what the words name, else the amount that 其中 took apart, else what 中， names, else the head of the
    paragraph or the section.
    """
    named = subject_of(words, "万元", narration.paths) if words else None
    if named is not None:
        whole = _named_whole(narration, around, part, named)
    else:
        whole = _unnamed_whole(narration, around, head, part)
    if part.level is not None:
        narration.levels.mark_part(part.level)
    return whole if whole is not part.level else None


def _named_whole(narration: Narration, around: Around, part: Draft, named: Subject) -> Figure | None:
    of_year = narration.levels.total_of_year(narration.section, named)
    if of_year is not None:
        return of_year if of_year is not part.level else None
    listed = around.listed
    if listed is not None and (named.concept, listed.subject.concept) in TOTALS_OF_YEAR:
        return listed.level
    return narration.levels.named(named, part)


def _unnamed_whole(narration: Narration, around: Around, head: Draft | None, part: Draft) -> Figure | None:
    whole = total_above(head, part, narration.scope.stage) or total_of_list(around.listed, part)
    if whole is None and around.among is not None and around.among.concept != part.subject.concept:
        whole = narration.levels.named(around.among, part)
    return whole or narration.levels.head(narration.section, part.scope)


def whole_of_count(part: Draft, earlier: Sequence[Quantity], register: Register, paragraph: Paragraph) -> Figure | None:
    """“高企280家…；高企中规上高企158家，占比…”: the earlier count whose name stands before 中."""
    name, among, _ = part.noun.partition("中")
    if not among or not name or part.level is None or part.subject is not NOTHING:
        return None
    for quantity in reversed(earlier[:-1]):
        noun = noun_before(quantity.words)
        if quantity.numeral.unit == part.level.unit and noun.endswith(name) and "中" not in noun:
            return register.at(paragraph.place.start + quantity.numeral.start)
    return None
