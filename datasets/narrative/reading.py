"""The narrative of a document: paragraphs in order, headings that change the section, the rest for the register."""

from __future__ import annotations

import re
from collections.abc import Mapping

from datasets.model import Paragraph, Role, Scope
from datasets.narrative.paragraphs import ParagraphReader
from datasets.narrative.sections import Headings, Section
from datasets.narrative.sentences import Sentences, sentences
from datasets.narrative.statements import Narration, Statement
from datasets.narrative.subjects import title_of
from datasets.register import Register
from datasets.vocabulary.function_paths import FunctionPaths
from datasets.vocabulary.plain import plain

_SILENT_TOPICS = frozenset({"terms", "duties"})
#: A line of text that was cut inside a sentence.
_BROKEN_OFF = re.compile(r"[^。；：]{8}(?:[，、]|[一-鿿](?:为|是|比|较|占|完成|增加|减少|增长|下降|其中))$")
_YEAR = re.compile(r"(20\d\d)年")
_PAGE_NUMBER = re.compile(r"^[-－—–\s]*(\d{1,3})[-－—–\s]*$")


class NarrativeReader:
    """Reads the paragraphs of one document in order; sections and subjects carry over from one to the next."""

    def __init__(self, register: Register, scope: Scope, function_paths: Mapping[tuple[str, str], str]) -> None:
        self._narration = Narration(register, scope, FunctionPaths(function_paths))
        self._headings = Headings()
        self._title = ""
        self._open: tuple[ParagraphReader, Paragraph] | None = None

    @property
    def section(self) -> Section:
        """The section that the next paragraph belongs to."""
        return self._headings.section

    @property
    def statements(self) -> list[Statement]:
        """All statements read so far."""
        self._finish()
        return self._narration.statements

    def read(self, paragraph: Paragraph) -> None:
        """Read a paragraph: a heading changes the section, any other paragraph yields figures and statements."""
        register = self._narration.register
        squeezed = plain(paragraph.text)
        page = _PAGE_NUMBER.match(paragraph.text)
        if page:
            register.add(register.document.within(paragraph.place, page.start(1), page.end(1)), page[1], Role.ORDINAL)
        elif self._headings.read(squeezed) or self.section.meaning.topic in _SILENT_TOPICS:
            self._finish()
        else:
            year = _YEAR.match(squeezed)
            self._narration.enter(self.section, self._headings.instant(squeezed), year[1] if year else "")
            self._tell(paragraph, squeezed)
        register.add_text(paragraph.text, paragraph.place)

    def _tell(self, paragraph: Paragraph, squeezed: str) -> None:
        """Read the sentences of a paragraph; one that breaks off inside a sentence goes on in the next line."""
        goes_on = self._open is not None and _directly_behind(self._open[1], paragraph)
        reader = self._open[0] if self._open is not None and goes_on else None
        if reader is None:
            self._finish()
        found = sentences(paragraph.text, self._title)
        broken_off = bool(_BROKEN_OFF.search(squeezed))
        self._title = _rest_of_sentence(squeezed, found) if broken_off else title_of(squeezed)
        if found is not None:
            reader = reader or ParagraphReader(self._narration, paragraph)
            reader.go_on(paragraph, found)
        if reader is not None and broken_off:
            self._open = (reader, paragraph)
        elif reader is not None:
            reader.close()
            self._open = None

    def _finish(self) -> None:
        if self._open is not None:
            self._open[0].close()
        self._open = None


def _directly_behind(paragraph: Paragraph, behind: Paragraph) -> bool:
    """True for the very next line of the text."""
    return paragraph.place.end + 1 >= behind.place.start and paragraph.place.line != behind.place.line


def _rest_of_sentence(squeezed: str, found: Sentences | None) -> str:
    """The words behind the last number of a line that breaks off, or its last sentence where it has no number."""
    return found.tail if found is not None else re.split(r"[。；]", squeezed)[-1]


__all__ = ["NarrativeReader", "Section", "Statement"]
