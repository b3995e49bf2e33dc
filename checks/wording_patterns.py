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
from checks.relations import load_relations
from checks.wording_lines import Corpus, Line, broken, cell_words, holds, tables_of, words_at
from datasets.errors import DataFileError
from datasets.figures import Reading
from datasets.model import Cell
from datasets.vocabulary import plain

#: A document with as many placeholders as this, and more of them than amounts, is the blank form itself.
_BLANK_FORM = 20
_PLACEHOLDERS = "template-placeholder"


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
    for identifier in _pattern_rules():
        relation = relations[identifier]
        cells = bool(relation.settings.get("cells"))
        clean = True
        for pattern in _patterns(identifier):
            words = list(texts.hits(pattern, cells=cells))
            if words:
                clean = False
                yield broken(relation, words, _note(pattern, words), pattern.say, pattern.severity)
        if clean and texts.lines:
            first = texts.lines[0]
            yield holds(relation, [words_at(texts.reading, first, (0, len(first.text)), "evidence")])


def is_blank_form(texts: Texts) -> bool:
    """True for the form that a ministry or bureau hands out to be filled in: placeholders where amounts would be."""
    found = sum(1 for p in _patterns(_PLACEHOLDERS) for _ in islice(texts.prose.search(p.find), 4 * _BLANK_FORM))
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
def _pattern_rules() -> tuple[str, ...]:
    return tuple(r.id for r in load_relations().values() if "patterns" in r.settings or "wrong_words" in r.settings)


@cache
def _patterns(identifier: str) -> tuple[Pattern, ...]:
    """The patterns of a rule, and its wrong words, each with the right one.

    Raises:
        DataFileError: when a pattern is no regular expression or says nothing.
    """
    settings = load_relations()[identifier].settings
    found = []
    for entry in _listed(settings.get("patterns")):
        if not isinstance(entry, dict) or not {"find", "say", "say_en"} <= entry.keys():
            raise DataFileError(f"规则 {identifier}：patterns 的每一项应有 find、say、say_en，实为 {entry!r}")
        severity = Severity(entry["severity"]) if "severity" in entry else None
        found.append(Pattern(_compiled(identifier, entry["find"]), entry["say"], entry["say_en"], severity))
    wrong_words = settings.get("wrong_words", {})
    if not isinstance(wrong_words, dict):
        raise DataFileError(f"规则 {identifier}：wrong_words 应为“错词 = 正词”的表")
    for wrong, right in wrong_words.items():
        found.append(Pattern(_compiled(identifier, wrong), f"应为“{right}”", f"should be {right}"))
    return tuple(found)


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _compiled(identifier: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.MULTILINE)
    except re.error as error:
        raise DataFileError(f"规则 {identifier}：{pattern!r} 不是有效的正则表达式（{error}）；请改正") from error
