"""Text of documents made harmless for a page, and the numerals in it marked.

Documents are foreign text: markup in them must stay words, and a character that hides or turns round other characters
must be seen, for a reader who compares a page with the document trusts what the page shows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from html import escape
from itertools import chain
from types import MappingProxyType

#: Controls, format characters (bidi marks, zero-width, soft hyphen), and lone surrogates, which no file may hold.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_KEPT = "\t\n"
#: The same words stand on thousands of pages; this many are remembered, none of them long.
_MOST_REMEMBERED, _SHORT = 100_000, 100
#: A mark that is more to blame wins where two would overlap.
_BLAME = ("suspect", "rival", "evidence")


class _Spelling(dict[int, str]):
    """A table for :meth:`str.translate` that fills itself: an invisible character becomes its code in brackets."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        seen = character in _KEPT or unicodedata.category(character) not in _INVISIBLE
        self[code] = character if seen else f"⟦U+{code:04X}⟧"
        return self[code]


_SPELLING = _Spelling()


class Html(str):
    """Text that is HTML already, made of inert text and our own markup; a template prints it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Itself, which is how templates ask."""
        return self


class _Inert(dict[str, str]):
    """Remembers short texts made inert."""

    def __missing__(self, text: str) -> str:
        made = escape(visible(text))
        if len(text) <= _SHORT:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[text] = made
        return made


#: Foreign text as HTML that shows it and does nothing else. Called a million times in a build of a few hundred
#: documents, so it is the look-up itself and no function around it.
inert: Callable[[str], str] = _Inert().__getitem__


def visible(text: str) -> str:
    """Spell out invisible characters as their code; tabs and newlines stay."""
    return text if text.isprintable() else text.translate(_SPELLING)


def marked(
    quote: str,
    printed: Mapping[str, Iterable[str]],
    known: Mapping[str, Iterable[tuple[int, int]]] = MappingProxyType({}),
) -> Html:
    """Mark what is printed in a quote, by role.

    Args:
        quote: a sentence, row or cell of the document.
        known: for each role the stretches of the quote whose place is known.
        printed: for each role ("suspect", "rival", "evidence") the numerals or words to mark. A numeral is marked
            only where it stands whole, never inside a longer one, and wherever it does.

    Returns:
        The quote as inert HTML; what to mark in ``<mark class="suspect">``, with the class naming the role.
    """
    taken: list[tuple[int, int, str]] = []
    for role in _BLAME:
        found = chain(known.get(role, ()), *(_occurrences(quote, words) for words in printed.get(role, ())))
        for start, end in found:
            if all(end <= first or last <= start for first, last, _ in taken):
                taken.append((start, end, role))
    pieces, position = [], 0
    for start, end, role in sorted(taken):
        pieces.append(f'{inert(quote[position:start])}<mark class="{role}">{inert(quote[start:end])}</mark>')
        position = end
    return Html("".join((*pieces, inert(quote[position:]))))


def _occurrences(quote: str, words: str) -> list[tuple[int, int]]:
    if not words:
        return []
    before = r"(?<!\d)(?<!\d[.,，])" if words[0].isdigit() else ""
    after = r"(?!\d|[.,，]\d)" if words[-1].isdigit() else ""
    return [match.span() for match in re.finditer(before + re.escape(words) + after, quote)]
