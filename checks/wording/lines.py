"""The prose of a document line by line, as the checks of wording need it: plain text with a way back to its place.

Patterns are searched in plain text (no blanks, one kind of punctuation); a hit is reported where it is printed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from checks.model import Instance, Relation, Severity, WordEvidence
from datasets.model import Cell, Paragraph, Place, Table
from datasets.narrative.sections import Headings
from datasets.reading import Reading
from datasets.vocabulary.plain import plain

_CONTENTS_TITLE = re.compile(r"^目录[：]?$")
_LONGEST_ENTRY = 60
_MOST_BLAMED = 4
_LEADER = re.compile(r"(?:PAGEREF|HYPERLINK|_Toc|[.．。…·\-—_]{2,}|(?<=[一-鿿”）])\d{1,3}$|[.．…·]+\d*$).*$")
_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、|[（][一二三四五六七八九十\d]+[）]|\d{1,2}[.．、](?!\d|$)|\d{1,2}[.．、](?=20\d\d年))"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its plain text, the heading above it, and whether it is a heading or an entry of the contents.

    ``block`` is its index among the blocks of the document, ``topic`` what its heading is about (sections.toml).
    """

    paragraph: Paragraph
    text: str
    block: int
    heading: str
    topic: str
    is_heading: bool
    in_contents: bool

    @property
    def sentence(self) -> bool:
        """True for running text below the contents."""
        return not self.is_heading and not self.in_contents


def lines_of(reading: Reading) -> tuple[Line, ...]:
    """All paragraphs of a document in order; empty ones are left out."""
    headings = Headings()
    contents = _contents_blocks(reading)
    found = []
    for index, block in enumerate(reading.document.blocks):
        if not isinstance(block, Paragraph) or not (text := plain(block.text)):
            continue
        in_contents = index in contents
        is_heading = not in_contents and headings.read(text)
        section = headings.section
        found.append(Line(block, text, index, section.heading, section.meaning.topic, is_heading, in_contents))
    return tuple(found)


def entry_name(text: str) -> str:
    """An entry of a table of contents, or a heading, without number, leader dots and page number."""
    name = _LEADER.sub("", plain(text))
    while (match := _NUMBER.match(name)) is not None:
        name = name[match.end() :]
    return name.strip("：:.。、")


def _contents_blocks(reading: Reading) -> frozenset[int]:
    """The blocks of the table of contents: the short lines below 目录, up to where its first entry is printed again."""
    blocks = reading.document.blocks
    start = next(
        (i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and _CONTENTS_TITLE.match(plain(b.text))), None
    )
    if start is None:
        return frozenset()
    inside = [start]
    first = ""
    for index in range(start + 1, len(blocks)):
        block = blocks[index]
        if not isinstance(block, Paragraph):
            break
        name = entry_name(block.text)
        if len(name) > _LONGEST_ENTRY or plain(block.text).endswith(("。", "；", "，")):
            break
        if first and (first in name or name in (first, first.removeprefix("部门"), first.removeprefix("单位"))):
            break
        if first and first.startswith(("部门", "单位")) and name.endswith(first[2:]):
            break
        first = first or name
        inside.append(index)
    return frozenset(inside)


class Corpus:
    """Texts of one kind (paragraphs or cells) joined, so that one search covers a document.

    A hit never crosses the border of two texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.joined = "\n".join(texts)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)][: len(texts)]

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str], int]]:
        """Index of the text, the match, and what to subtract from its offsets to get those within the text."""
        for match in pattern.finditer(self.joined):
            if "\n" not in match[0] and match[0]:
                index = bisect_right(self._starts, match.start()) - 1
                yield index, match, self._starts[index]


def words_at(reading: Reading, line: Line, span: tuple[int, int], role: str = "suspect") -> WordEvidence:
    """The words of a line between two offsets of its plain text, exactly as printed and where."""
    return _evidence(reading, line.paragraph.text, line.paragraph.place, span, role)


def cell_words(reading: Reading, cell: Cell, title: str, span: tuple[int, int]) -> WordEvidence:
    """The words of a table cell between two offsets of its plain text."""
    found = _evidence(reading, cell.text, cell.place, span, "suspect")
    return WordEvidence(
        found.document, found.place, found.printed, found.role, found.quote, title, cell.row, cell.column
    )


def _evidence(reading: Reading, text: str, place: Place, span: tuple[int, int], role: str) -> WordEvidence:
    kept = [index for index, character in enumerate(text) if plain(character)]
    start, end = kept[span[0]], kept[span[1] - 1] + 1
    return WordEvidence(
        reading.path, reading.document.within(place, start, end), text[start:end], role, _quote(text, start, end)
    )


def _quote(text: str, start: int, end: int, around: int = 40) -> str:
    return text[max(0, start - around) : end + around]


def tables_of(reading: Reading) -> Iterator[tuple[str, Table]]:
    """Every table with its title, "" where its layout is not known."""
    titles = {table.table.place.start: table.title for table in reading.tables}
    titles.update({table.place.start: table.title for table in reading.performance})
    for block in reading.document.blocks:
        if isinstance(block, Table):
            yield titles.get(block.place.start, ""), block


def at_fault(words: Iterable[WordEvidence]) -> tuple[WordEvidence, ...]:
    """The first four blamed, the rest as evidence: a finding names no more suspects."""
    ordered = sorted(words, key=lambda word: word.place.start)
    return tuple(word if number < _MOST_BLAMED else _as_evidence(word) for number, word in enumerate(ordered))


def _as_evidence(word: WordEvidence) -> WordEvidence:
    return WordEvidence(
        word.document, word.place, word.printed, "evidence", word.quote, word.table, word.row, word.column
    )


def broken(
    relation: Relation,
    words: Iterable[WordEvidence],
    note: tuple[str, str],
    where: str = "",
    severity: Severity | None = None,
) -> Instance:
    """Words at fault; ``note`` says in Chinese and English what was read, what should stand there and the repair."""
    return Instance(
        relation,
        "logic",
        (),
        (),
        where=where,
        holds=False,
        note=note[0],
        note_en=note[1],
        words=at_fault(words),
        severity=severity,
    )


def holds(relation: Relation, words: Iterable[WordEvidence], where: str = "") -> Instance:
    """Words that were checked and stand as they should."""
    return Instance(relation, "logic", (), (), where=where, holds=True, words=tuple(words)[:1])
