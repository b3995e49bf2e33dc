"""Words that no finished document prints: placeholders, instructions, alternatives left over, numbers left out, typos.

Every pattern is data in ``relations/wording_patterns.toml``, with what it means and the repair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from checks.model import Instance, Relation, Severity, WordEvidence
from checks.wording.lines import Corpus, Line, broken, cell_words, holds, tables_of, words_at
from checks.wording.settings import PatternEntry, PatternsRule, WrongWordsRule
from datasets.model import Cell
from datasets.reading import Reading
from datasets.vocabulary.plain import plain

#: A document with as many placeholders as this, and more of them than amounts, is the blank form itself.
_BLANK_FORM = 20


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words at fault: what to find, what they are (zh, en), and how to mend them."""

    find: re.Pattern[str]
    say: str
    say_en: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Lines and cells of a document, joined for searching."""

    reading: Reading
    lines: Sequence[Line]
    prose: Corpus
    cells: tuple[tuple[str, Cell], ...]
    in_cells: Corpus

    def hits(self, pattern: Pattern, *, cells: bool) -> Iterator[WordEvidence]:
        """Where the words stand."""
        for index, match, shift in self.prose.search(pattern.find):
            start, end = match.span("said" if "said" in match.re.groupindex else 0)
            yield words_at(self.reading, self.lines[index], (start - shift, end - shift))
        if cells:
            for index, match, shift in self.in_cells.search(pattern.find):
                title, cell = self.cells[index]
                start, end = match.span("said" if "said" in match.re.groupindex else 0)
                yield cell_words(self.reading, cell, title, (start - shift, end - shift))


def pattern_instances(texts: Texts, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """One instance for each kind of words at fault; each rule that finds none holds for the document."""
    for relation in relations.values():
        if not isinstance(relation, PatternsRule | WrongWordsRule):
            continue
        clean = True
        for pattern in _patterns(relation):
            words = list(texts.hits(pattern, cells=relation.cells))
            if words:
                clean = False
                yield broken(relation, words, _note(pattern, words), pattern.say, pattern.severity)
        if clean and texts.lines:
            first = texts.lines[0]
            yield holds(relation, [words_at(texts.reading, first, (0, len(first.text)), "evidence")])


def is_blank_form(texts: Texts, placeholders: Relation) -> bool:
    """True for the form that a ministry or bureau hands out to be filled in: placeholders where amounts would be."""
    patterns = _patterns(PatternsRule.of(placeholders))
    found = sum(1 for p in patterns for _ in islice(texts.prose.search(p.find), 4 * _BLANK_FORM))
    return found >= _BLANK_FORM and found > sum(bool(figure.concept) for figure in texts.reading.figures)


def texts_of(reading: Reading, lines: Sequence[Line]) -> Texts:
    """Lines and cells of a document, ready to be searched."""
    cells = tuple((title, cell) for title, table in tables_of(reading) for cell in table.cells if cell.text.strip())
    return Texts(
        reading, lines, Corpus([line.text for line in lines]), cells, Corpus([plain(cell.text) for _, cell in cells])
    )


def _note(pattern: Pattern, words: Sequence[WordEvidence]) -> tuple[str, str]:
    printed = "、".join(dict.fromkeys(f"“{word.printed}”" for word in words))
    count = f"（共{len(words)}处）" if len(words) > 1 else ""
    times = f" ({len(words)} places)" if len(words) > 1 else ""
    return f"印为{printed}{count}：{pattern.say}", f"printed {printed}{times}: {pattern.say_en}"


@cache
def _patterns_of(entries: tuple[PatternEntry, ...]) -> tuple[Pattern, ...]:
    return tuple(
        Pattern(re.compile(entry.find, re.MULTILINE), entry.say, entry.say_en, entry.severity) for entry in entries
    )


@cache
def _wrong_words(words: tuple[tuple[str, str], ...]) -> tuple[Pattern, ...]:
    return tuple(
        Pattern(re.compile(wrong, re.MULTILINE), f"应为“{right}”", f"should be {right}") for wrong, right in words
    )


def _patterns(relation: PatternsRule | WrongWordsRule) -> tuple[Pattern, ...]:
    """The patterns of a rule, or its wrong words, each with the right one."""
    if isinstance(relation, PatternsRule):
        return _patterns_of(relation.patterns)
    return _wrong_words(tuple(relation.wrong_words.items()))
