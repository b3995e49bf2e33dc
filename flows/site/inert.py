"""Text of documents made harmless for a page, and the numerals in it marked.

Documents are foreign text: markup in them must stay words, and a character that hides or turns round other characters
must be seen, for a reader who compares a page with the document trusts what the page shows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import chain
from types import MappingProxyType

from markupsafe import Markup, escape

#: Controls, format characters (bidi marks, zero-width, soft hyphen), and lone surrogates, which no file may hold.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_KEPT = "\t\n"
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


def visible(text: str) -> str:
    """Spell out invisible characters as their code; tabs and newlines stay."""
    return text if text.isprintable() else text.translate(_SPELLING)


def marked(
    quote: str,
    printed: Mapping[str, Iterable[str]],
    known: Mapping[str, Iterable[tuple[int, int]]] = MappingProxyType({}),
) -> Markup:
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
    html, position = Markup(), 0
    for start, end, role in sorted(taken):
        html += escape(visible(quote[position:start]))
        html += Markup('<mark class="{}">{}</mark>').format(role, visible(quote[start:end]))
        position = end
    return html + escape(visible(quote[position:]))


def _occurrences(quote: str, words: str) -> list[tuple[int, int]]:
    if not words:
        return []
    before = r"(?<!\d)(?<!\d[.,，])" if words[0].isdigit() else ""
    after = r"(?!\d|[.,，]\d)" if words[-1].isdigit() else ""
    return [match.span() for match in re.finditer(before + re.escape(words) + after, quote)]
