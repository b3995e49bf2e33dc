"""The narrative of a document: paragraphs in order, headings that change the section, the rest for the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping

from datasets.ledger import Ledger
from datasets.model import Paragraph, Role, Scope
from datasets.paragraphs import ParagraphReader
from datasets.sections import Headings, Section
from datasets.sentences import sentences
from datasets.statements import Memory, Statement
from datasets.subjects import FunctionPaths, title_of
from datasets.vocabulary import plain

_SILENT_TOPICS = frozenset({"terms", "duties", ""})
_PAGE_NUMBER = re.compile(r"^[-－—–\s]*(\d{1,3})[-－—–\s]*$")


class NarrativeReader:
    """Reads the paragraphs of one document in order; sections and subjects carry over from one to the next."""

    def __init__(self, ledger: Ledger, scope: Scope, function_paths: Mapping[tuple[str, str], str]) -> None:
        self._memory = Memory(ledger, scope, FunctionPaths(function_paths))
        self._headings = Headings()
        self._title = ""

    @property
    def section(self) -> Section:
        """The section that the next paragraph belongs to."""
        return self._headings.section

    @property
    def statements(self) -> list[Statement]:
        """All statements read so far."""
        return self._memory.statements

    def read(self, paragraph: Paragraph) -> None:
        """Read a paragraph: a heading changes the section, any other paragraph yields figures and statements."""
        ledger = self._memory.ledger
        squeezed = plain(paragraph.text)
        page = _PAGE_NUMBER.match(paragraph.text)
        if page:
            ledger.add(ledger.document.within(paragraph.place, page.start(1), page.end(1)), page[1], Role.ORDINAL)
        elif not self._headings.read(squeezed) and self.section.meaning.topic not in _SILENT_TOPICS:
            self._memory.enter(self.section, self._headings.instant(squeezed))
            found = sentences(paragraph.text, self._title)
            self._title = title_of(squeezed)
            if found is not None:
                ParagraphReader(self._memory, paragraph).read(found)
        ledger.add_text(paragraph.text, paragraph.place)


__all__ = ["NarrativeReader", "Section", "Statement"]
