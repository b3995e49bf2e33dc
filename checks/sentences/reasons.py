"""Stated reasons against what they explain: the direction must fit, and the change of 三公 expenses needs a reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from checks.model import Instance, Relation, Severity, Term, WordEvidence
from datasets.model import Figure, Paragraph, Place
from datasets.narrative.reading import Statement
from datasets.narrative.reasons import direction_of, direction_words, giving_reason, is_policy
from datasets.narrative.sentences import reasons
from datasets.reading import Reading
from datasets.vocabulary.concepts import concepts, name_pattern, names
from datasets.vocabulary.plain import plain

_OPENER = "是为：:，,由于因主要系："
#: What may fall when the money spent rises, and the other way round.
_NO_FLOW = ("carryover", "surplus")
#: A paragraph that gives the reason for the change of revenue and expenditure stated above it.
_OF_BOTH = re.compile(
    r"^(?:财政拨款)?(?:收入支出|收支|收、支)(?:总计|预算|总额)?(?P<way>增加|减少|增长|下降)的?(?:主要)?原因"
)
_BOTH = frozenset({"fiscal_appropriation", "total_revenue", "total_expenditure", "expenditure"})
_ALL_FUNDS = ("", "all", "fiscal")
_DIRECTIONS = {1: "增加", -1: "减少", 0: "持平"}
_DIRECTIONS_EN = {1: "an increase", -1: "a decrease", 0: "no change"}
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "reason-and-direction": Relation,
    "public-expenses-reason": Relation,
    "reason-names-direction": Relation,
}


@dataclass(frozen=True, slots=True)
class _Reason:
    """A reason: the words between the last number and it, its own words and where they stand."""

    before: str
    words: str
    place: Place


def reason_instances(reading: Reading, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """Reasons that say the opposite of what they explain, and a change of public expenses that nothing explains."""
    by_paragraph: dict[int, list[Statement]] = defaultdict(list)
    for statement in reading.statements:
        by_paragraph[statement.paragraph.place.start].append(statement)
    following = _following(reading)
    for start, statements in by_paragraph.items():
        paragraph = statements[-1].paragraph
        end = 0
        for low, high in reasons(paragraph.text):
            explained = [s for s in statements if (at := _end(s)) is not None and end <= at - start <= low]
            end = high
            if explained:
                last = max(at for s in explained if (at := _end(s)) is not None) - start
                told = _told(reading, paragraph, (last, low, high), following.get(start))
                instance = _against_reason(reading, explained, told, relations["reason-and-direction"])
                if instance is not None:
                    yield instance
    yield from _unexplained(reading, relations["public-expenses-reason"])
    yield from _named_directions(reading, relations["reason-names-direction"])


def _following(reading: Reading) -> dict[int, Paragraph]:
    """The paragraph right behind each paragraph, by the place of the first."""
    blocks = reading.document.blocks
    return {
        block.place.start: behind
        for block, behind in pairwise(blocks)
        if isinstance(block, Paragraph) and isinstance(behind, Paragraph)
    }


def _told(reading: Reading, paragraph: Paragraph, spans: tuple[int, int, int], behind: Paragraph | None) -> _Reason:
    """The reason at a span, or the whole next paragraph where it ends with “主要原因：”."""
    last, low, high = spans
    before, words = plain(paragraph.text[last:low]), paragraph.text[low:high]
    bare = plain(words).removeprefix("原因").strip(_OPENER)
    if not bare and behind is not None and high == len(paragraph.text):
        return _Reason(before, behind.text, reading.document.within(behind.place, 0, len(behind.text)))
    return _Reason(before, words, reading.document.within(paragraph.place, low, high))


def _end(statement: Statement) -> int | None:
    """Where the last number of a statement ends."""
    figures = (statement.level, statement.change, statement.rate, statement.completion, statement.deviation)
    return max((figure.place.end for figure in figures if figure is not None), default=None)


def _against_reason(
    reading: Reading, explained: Sequence[Statement], told: _Reason, relation: Relation
) -> Instance | None:
    said = direction_of(told.words)
    # The words before the reason may name what it explains: 减少的主要原因是…, but not another item.
    own = direction_words(told.before)
    if said is None or own is None or _names_another(told.before, explained):
        return None
    moved = [statement for statement in explained if _direction(statement) is not None]
    directions = {_direction(statement) for statement in moved}
    if len(directions) != 1 or any(word in s.subject.concept for s in moved for word in _NO_FLOW):
        return None
    stated, figure = _direction(moved[-1]), _figure(moved[-1])
    if stated is None or figure is None or (own and own != stated):
        return None
    quiet = stated == 0 and (is_policy(told.words) or _nothing(moved[-1]))
    return Instance(
        relation,
        "logic",
        (Term(figure),),
        (),
        holds=stated == said.sign,
        severity=Severity.INFO if quiet else None,
        note=f"文中为{_DIRECTIONS[stated]}，所述原因却是{_DIRECTIONS[said.sign]}：{plain(told.words).strip('。')}",
        note_en=f"the text states {_DIRECTIONS_EN[stated]}, the reason explains {_DIRECTIONS_EN[said.sign]}",
        words=(
            WordEvidence(
                reading.path,
                reading.document.within(told.place, said.start, said.end),
                told.words[said.start : said.end],
                "suspect",
                quote=told.words.strip(),
            ),
        ),
    )


def _names_another(words: str, explained: Sequence[Statement]) -> bool:
    """True where the words before a reason name an item that is not the one explained."""
    known = {statement.subject.concept for statement in explained}
    named = {concepts()[names()[match[0]]] for match in name_pattern().finditer(words)}
    return "（项）" in words or any((concept.means or concept.id) not in known for concept in named)


def _direction(statement: Statement) -> int | None:
    """1 for an increase, -1 for a decrease, 0 for no change, None where none is told."""
    moved = statement.change or statement.rate
    if moved is not None and moved.value is not None:
        return (moved.value > 0) - (moved.value < 0)
    if statement.unchanged:
        return 0
    return None


def _figure(statement: Statement) -> Figure | None:
    return statement.change or statement.rate or statement.level


def _nothing(statement: Statement) -> bool:
    level = statement.level
    return level is None or not level.value or not statement.unchanged


def _unexplained(reading: Reading, relation: Relation) -> Iterator[Instance]:
    """One instance for the changes of public expenses: explained somewhere in the document, or not at all."""
    changed = [
        statement
        for statement in reading.statements
        if statement.section.meaning.topic == "three_public_expenses"
        and statement.subject.dimension == "money"
        and (statement.change or statement.rate) is not None
        and _direction(statement)
    ]
    first = _figure(changed[0]) if changed else None
    if first is None:
        return
    yield Instance(
        relation,
        "logic",
        (Term(first),),
        (),
        holds=any(
            giving_reason().search(block.text) and _of_public_expenses(block.text)
            for block in reading.document.blocks
            if isinstance(block, Paragraph)
        ),
    )


def _of_public_expenses(text: str) -> bool:
    return any(word in text for word in ("三公", "接待", "公务用车", "出国", "变动", "增减", "增加", "减少"))


def _named_directions(reading: Reading, relation: Relation) -> Iterator[Instance]:
    """“财政拨款收入支出增加的主要原因是…” below a decrease: the word of the form was not changed."""
    for block in reading.document.blocks:
        match = _OF_BOTH.search(plain(block.text)) if isinstance(block, Paragraph) else None
        if not isinstance(block, Paragraph) or match is None:
            continue
        above = [s for s in reading.statements if _of_both(s) and s.paragraph.place.end <= block.place.start]
        moved = [s for s in above if s.section.number == above[-1].section.number]
        named = 1 if match["way"] in ("增加", "增长") else -1
        figure = _figure(moved[-1]) if moved else None
        if figure is None or len({_direction(statement) for statement in moved}) != 1:
            continue
        start = block.text.find(match["way"])
        yield Instance(
            relation,
            "logic",
            (Term(figure),),
            (),
            holds=_direction(moved[-1]) == named,
            note=f"上文为{_DIRECTIONS[_direction(moved[-1]) or 0]}，这里却说明{match['way']}的原因",
            note_en=f"above stands {_DIRECTIONS_EN[_direction(moved[-1]) or 0]}, the reason is for the other",
            words=(
                WordEvidence(
                    reading.path,
                    reading.document.within(block.place, start, start + len(match["way"])),
                    match["way"],
                    "suspect",
                    quote=block.text.strip(),
                ),
            ),
        )


def _of_both(statement: Statement) -> bool:
    scope = statement.scope
    whole = (scope.fund or "") in _ALL_FUNDS and not scope.function_code and not scope.economic_code
    return statement.subject.concept in _BOTH and whole and bool(_direction(statement))
