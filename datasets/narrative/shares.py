"""What a percentage is, and what a share is a share of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datasets.model import Figure, Paragraph
from datasets.narrative.phrases import percent_patterns
from datasets.narrative.quantities import Quantity
from datasets.narrative.sentences import noun_before
from datasets.narrative.statements import NOTHING, Draft, Narration, total_above, total_of_list
from datasets.narrative.subjects import subject_of
from datasets.register import Register
from datasets.vocabulary.plain import plain

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


def whole_of_share(
    narration: Narration, head: Draft | None, listed: Draft | None, part: Draft, words: str
) -> Figure | None:
    """What a share is a share of, never the part itself.

    That is what the words name, else the amount that 其中 took apart, else the head of the paragraph or the section.
    """
    named = subject_of(words, "万元", narration.paths) if words else None
    levels = narration.levels
    if named is not None and (of_year := levels.total_of_year(narration.section, named)) is not None:
        return of_year if of_year is not part.level else None
    whole = levels.named(named, part) if named is not None else total_above(head, part, narration.scope.stage)
    if named is None and whole is None:
        whole = total_of_list(listed, part)
    if named is None and whole is None:
        whole = levels.head(narration.section, part.scope)
    if part.level is not None:
        levels.mark_part(part.level)
    return whole if whole is not part.level else None


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
