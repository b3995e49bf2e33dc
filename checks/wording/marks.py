"""Punctuation: paragraphs that end as if a list went on, brackets without their partner, separators between digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from checks.model import Instance, Relation, WordEvidence
from checks.wording.lines import Line, broken, holds, words_at
from datasets.model import Paragraph
from datasets.reading import Reading
from datasets.vocabulary.numerals import is_misgrouped

_OPEN_END = ("；",)
_FULL_END = ("。", "！", "？", "。”", "。）")
_FIGURE = re.compile(r"\d(?:[\d,.，]*)(?:万元|元|%|％|人|辆|个)")
_LAST_CLAUSE = re.compile(r"[^，。；：]*[；]$")
_NUMBERED = (
    re.compile(r"^第[一二三四五六七八九十]+部分"),
    re.compile(r"^[一二三四五六七八九十]+、"),
    re.compile(r"^（[一二三四五六七八九十]+）"),
    re.compile(r"^\d{1,2}[.．、]"),
    re.compile(r"^（\d{1,2}）"),
    re.compile(r"^[①-⑳]"),
)
_PAIRS = {"（": "）", "“": "”", "《": "》", "〔": "〕"}
_CLOSERS = {closing: opening for opening, closing in _PAIRS.items()}
_SEPARATOR = re.compile(r"[,，]")
_LIST_MARK = re.compile(r"(?:^|(?<=[，。；：、]))(?:\d{1,2}|[一二三四五六七八九十a-z])）")
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "final-punctuation": Relation,
    "unpaired-brackets": Relation,
    "digit-grouping": Relation,
}


def mark_instances(reading: Reading, lines: Sequence[Line], relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """Final and paired punctuation of one document, and the thousands separators of its figures."""
    yield from _final(reading, lines, relations["final-punctuation"])
    yield from _paired(reading, lines, relations["unpaired-brackets"])
    yield from _grouped(reading, relations["digit-grouping"])


def _final(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    """A semicolon right before a heading: nothing of the list follows."""
    blocks = reading.document.blocks
    wrong: list[WordEvidence] = []
    right: list[WordEvidence] = []
    for line, after in pairwise(lines):
        if not line.sentence or not after.is_heading or not _FIGURE.search(line.text):
            continue
        if any(not isinstance(block, Paragraph) for block in blocks[line.block + 1 : after.block]):
            continue
        if line.text.endswith(_FULL_END):
            right.append(words_at(reading, line, (len(line.text) - 1, len(line.text))))
        elif line.text.endswith(_OPEN_END) and _ends_list(line.text, after.text):
            match = _LAST_CLAUSE.search(line.text)
            wrong.append(words_at(reading, line, match.span() if match else (0, len(line.text))))
    if wrong and right:
        shown = "、".join(f"“{word.printed}”" for word in wrong)
        yield broken(
            relation,
            wrong,
            (
                f"段落以分号结束而下面是标题：{shown}（共{len(wrong)}处），后面没有并列的内容，应改为句号",
                f"a semicolon ends the paragraph before a heading: {shown} ({len(wrong)} places); print a full stop",
            ),
        )
    elif right:
        yield holds(relation, right)


def _grouped(reading: Reading, relation: Relation) -> Iterator[Instance]:
    """Each figure whose separators do not stand before each third digit; a digit was lost or printed twice."""
    right: list[WordEvidence] = []
    for figure in reading.figures:
        if figure.value is None or not _SEPARATOR.search(figure.printed):
            continue
        word = WordEvidence(figure.document, figure.place, figure.printed, quote=figure.quote)
        if not is_misgrouped(figure.printed):
            right.append(word)
            continue
        yield broken(
            relation,
            [word],
            (
                f"“{figure.printed}”的千分位分隔不是三位一组，可能漏印或多印了数字；现按{figure.value:,f}识读",
                f"the separators of {figure.printed} do not group threes, so a digit may be amiss: {figure.value:,f}?",
            ),
        )
    if right:
        yield holds(relation, right[:1])


def _ends_list(text: str, heading: str) -> bool:
    """True when the heading is numbered in another way than the paragraph, so no further item of its list."""
    mine, yours = _numbering(text), _numbering(heading)
    return yours is not None and mine != yours


def _numbering(text: str) -> int | None:
    return next((rank for rank, pattern in enumerate(_NUMBERED) if pattern.match(text)), None)


def _paired(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    """Headings and finished sentences with figures; where the line before is unfinished the pair may stand there."""
    finished = True
    found = False
    for line in lines:
        whole = line.text.endswith(_FULL_END)
        checked = line.is_heading or (whole and finished and line.sentence and bool(_FIGURE.search(line.text)))
        finished = whole or line.is_heading or line.in_contents
        lonely = _lonely(line.text) if checked else None
        if lonely is not None:
            found = True
            start, end = max(0, lonely - 8), min(len(line.text), lonely + 9)
            yield broken(
                relation,
                [words_at(reading, line, (start, end))],
                (
                    f"“{line.text[lonely]}”没有与它成对的符号，请补上或删去",
                    f"{line.text[lonely]} has no partner; add it or delete this one",
                ),
                where=line.heading,
            )
    first = next((line for line in lines if line.is_heading), None)
    if not found and first is not None:
        yield holds(relation, [words_at(reading, first, (0, len(first.text)))])


def _lonely(text: str) -> int | None:
    """Offset of the first bracket or quotation mark without partner; list marks like 1） need none."""
    marks = {match.end() - 1 for match in _LIST_MARK.finditer(text)}
    opened: list[tuple[str, int]] = []
    for index, character in enumerate(text):
        if character in _PAIRS:
            opened.append((character, index))
        elif character in _CLOSERS and index not in marks:
            if not opened or opened[-1][0] != _CLOSERS[character]:
                return index
            opened.pop()
    return opened[0][1] if opened else None
