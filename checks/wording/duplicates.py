"""A passage printed twice word for word: loud where one copy follows the other, else only worth knowing.

Budgets and accounts repeat themselves by law (the same reason in two sections, definitions, one text for each unit), so
a copy further away is no error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checks.model import Instance, Relation, Severity, WordEvidence
from checks.wording.lines import Line, broken, holds, words_at
from checks.wording.settings import RepeatedPassageRule
from datasets.model import Paragraph
from datasets.reading import Reading

#: A line shorter than this begins no passage: 具体情况如下 is printed everywhere.
_SHORTEST_START = 12
#: Lines that may stand between the copies: a page header, a heading.
_MOST_BETWEEN = 1
_EXEMPT_TOPICS = frozenset({"terms"})
_LONGEST_SHOWN = 40
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "repeated-passage": RepeatedPassageRule,
}


def duplicate_instances(
    reading: Reading, lines: Sequence[Line], relations: Mapping[str, Relation]
) -> Iterator[Instance]:
    """Passages of running text that are printed twice."""
    relation = relations["repeated-passage"]
    shortest = RepeatedPassageRule.of(relation).shortest
    prose = [line for line in lines if not line.in_contents and line.topic not in _EXEMPT_TOPICS]
    passages = list(_repeats([line.text for line in prose], shortest))
    for first, second, count in passages:
        between = prose[first + count : second]
        blocks = reading.document.blocks[prose[first].block : prose[second].block]
        adjacent = len(between) <= _MOST_BETWEEN and all(isinstance(block, Paragraph) for block in blocks)
        words = [_words(reading, prose[second])]
        other = prose[first]
        if adjacent:  # either copy may go; places are told in the order of the text
            words, other = [_words(reading, prose[first]), *words], prose[second]
        size = sum(len(prose[first + k].text) for k in range(count))
        yield broken(
            relation,
            words,
            (
                f"这里开始的{count}段文字（{size}字）与{_place(other)}的逐字相同，请删去重复的一份",
                f"{count} paragraphs ({size} characters) repeat {_place(other, english=True)}; delete one copy",
            ),
            where=prose[second].heading,
            severity=None if adjacent else Severity.INFO,
        )
    if not passages and (long := next((line for line in prose if len(line.text) >= shortest), None)):
        yield holds(relation, [_words(reading, long)])


def _repeats(texts: Sequence[str], shortest: int) -> Iterator[tuple[int, int, int]]:
    """First and second start and the number of lines of each passage of that many characters that occurs twice."""
    seen: dict[str, int] = {}
    index = 0
    while index < len(texts):
        text = texts[index]
        first = seen.setdefault(text, index) if len(text) >= _SHORTEST_START else index
        count = 0
        if first < index:
            while index + count < len(texts) and first + count < index and texts[first + count] == texts[index + count]:
                count += 1
            if sum(map(len, texts[index : index + count])) >= shortest:
                yield first, index, count
            else:
                count = 0
        index += count or 1


def _words(reading: Reading, line: Line) -> WordEvidence:
    return words_at(reading, line, (0, min(len(line.text), _LONGEST_SHOWN)))


def _place(line: Line, *, english: bool = False) -> str:
    place = line.paragraph.place
    if place.page:
        return f"page {place.page}" if english else f"第{place.page}页"
    if place.line:
        return f"line {place.line}" if english else f"第{place.line}行"
    return f"block {place.block}" if english else f"第{place.block}段"
