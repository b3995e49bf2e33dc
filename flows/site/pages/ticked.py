"""A document as read, every numeral marked with what the checks say of it.

The body is the same in every language and is made once. What depends on the language stands in it as a control
character, which text of a document can never hold (see :mod:`flows.site.shared.inert`): :func:`localised` fills it in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from checks.model import Finding, Outcome, Verdict
from datasets.model import Cell, Document, Figure, Paragraph, Scope, Table
from flows.site.pictures.formulas import formula
from flows.site.shared.edition import Edition
from flows.site.shared.inert import inert
from flows.site.shared.sitemap import SiteMap, State

#: Stand for the ending of a page's name, and for the words around the number of characters that are folded away.
_ENDING, _MORE, _CHARACTERS = "\x00", "\x01", "\x02"
#: A longer paragraph or cell is folded: a cell of 100,000 characters must not bury the table around it.
LONGEST_SHOWN = 2_000
_MOST_SPAN = 1_000
_WIDE = 8
_OUTCOMES: Mapping[str, str] = {
    Outcome.EXACT: "ok",
    Outcome.WITHIN_ROUNDING: "ok",
    Outcome.BROKEN: "bad",
    Outcome.UNDECIDED: "free",
}


#: Everything that the meaning of a figure is said from.
_SAID = ("concept", "concept_label", "role._value_", "unit", "binding._value_")
_SCOPE = tuple(axis for axis in Scope.__dataclass_fields__ if axis != "entity")
_meaning_key = attrgetter(*_SAID, *(f"scope.{axis}" for axis in _SCOPE))


@dataclass(slots=True)
class TickedDocument:
    """The marked text, and the meanings and relations that its marks point at.

    A relation is its rule, its outcome, its number and its formula; a meaning is a key of all that it is said from,
    with a figure that has it.
    """

    body: str = ""
    meanings: dict[tuple[str | None, ...], Figure] = field(default_factory=dict)
    relations: list[tuple[str, str, int, str]] = field(default_factory=list)
    contents: list[tuple[str, str]] = field(default_factory=list)

    @property
    def content(self) -> tuple[str, str]:
        """All of it as texts: two documents with the same show the same."""
        return self.body, repr((list(self.meanings), self.relations, self.contents))


@dataclass(frozen=True, slots=True)
class _Blamed:
    """Words at fault at a place, with the finding that blames them."""

    start: int
    end: int
    page: str


class _Marker:
    """Marks the numerals of one document."""

    def __init__(self, document: Document, site: SiteMap, blamed: Sequence[_Blamed]) -> None:
        self.text = document.text
        self.path = str(document.path)
        self.site = site
        self.figures = sorted(site.by_document.get(self.path, ()), key=lambda f: (f.place.start, -f.place.end))
        self.starts = [figure.place.start for figure in self.figures]
        self.blamed = sorted(blamed, key=lambda b: (b.start, -b.end))
        self.blamed_starts = [words.start for words in self.blamed]
        self.ticked = TickedDocument()
        self._meaning: dict[tuple[str | None, ...], int] = {}
        self._relation: dict[str, int] = {}

    def stretch(self, start: int, end: int) -> str:
        """The text from ``start`` to ``end``, its numerals and the words at fault marked."""
        first = bisect_left(self.starts, start)
        last = bisect_left(self.starts, end, first)
        blamed = self._blamed_between(start, end) if self.blamed else ()
        if not blamed:
            if first == last:
                return inert(self.text[start:end])
            return self._numerals(start, end, first, last)
        pieces: list[str] = []
        at = start
        for words in blamed:
            if words.start < at or words.end > end:
                continue
            if any(f.place.start < words.end < f.place.end for f in self._between(words.start, words.end)):
                continue
            inside = self._marked(words.start, words.end)
            address = f"../{words.page}{_ENDING}"
            pieces.append(self._marked(at, words.start))
            pieces.append(f'<mark id="w{words.start}">{inside}</mark><a class="why" href="{address}">⚑</a>')
            at = words.end
        pieces.append(self._marked(at, end))
        return "".join(pieces)

    def folded(self, start: int, end: int) -> str:
        """Likewise, with all but the beginning folded away where it is very long."""
        if end - start <= 2 * LONGEST_SHOWN:
            return self.stretch(start, end)
        cut = start + LONGEST_SHOWN
        for figure in self._between(start, cut):
            cut = max(cut, figure.place.end)
        rest = self.stretch(cut, end)
        summary = f"<summary>{_MORE} {end - cut:,} {_CHARACTERS}</summary>"
        return f'{self.stretch(start, cut)}<details class="more">{summary}{rest}</details>'

    def _between(self, start: int, end: int) -> Sequence[Figure]:
        return self.figures[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def _blamed_between(self, start: int, end: int) -> Sequence[_Blamed]:
        return self.blamed[bisect_left(self.blamed_starts, start) : bisect_left(self.blamed_starts, end)]

    def _marked(self, start: int, end: int) -> str:
        return self._numerals(start, end, bisect_left(self.starts, start), bisect_left(self.starts, end))

    def _numerals(self, start: int, end: int, first: int, last: int) -> str:
        pieces: list[str] = []
        at = start
        for figure in self.figures[first:last]:
            place = figure.place
            if place.start < at or place.end > end:
                continue
            if place.start > at:
                pieces.append(inert(self.text[at : place.start]))
            pieces.append(self._mark(figure))
            at = place.end
        if at < end:
            pieces.append(inert(self.text[at:end]))
        return "".join(pieces)

    def _mark(self, figure: Figure) -> str:
        identifier = figure.id
        start = figure.place.start
        state = self.site.states.get(identifier, State.FREE)
        # What stands there, not what was read: the page is the document.
        printed = inert(self.text[start : figure.place.end])
        if state is State.RECOGNISED:
            return f'<span class="code" id="n{start}">{printed}</span>'
        meaning = self._meaning_of(figure)
        numbers = [self._relation_of(verdict) for verdict in self.site.verdicts.get(identifier, ())]
        blaming = self.site.blaming.get(identifier)
        if blaming:
            address = f"../{self.site.findings[blaming[0]]}{_ENDING}"
        elif numbers:
            address = f"#r{numbers[0]}"
        else:
            address = f"#c{meaning}"
        related = f' data-r="{" ".join(map(str, numbers))}"' if numbers else ""
        return f'<a class="{state}" id="n{start}" href="{address}" data-c="{meaning}"{related}>{printed}</a>'

    def _meaning_of(self, figure: Figure) -> int:
        key = _meaning_key(figure)
        number = self._meaning.get(key)
        if number is None:
            number = self._meaning[key] = len(self._meaning)
            self.ticked.meanings[key] = figure
        return number

    def _relation_of(self, verdict: Verdict) -> int:
        number = self._relation.get(verdict.id)
        if number is None:
            number = self._relation[verdict.id] = len(self._relation)
            written = formula(verdict, self._address)
            self.ticked.relations.append((verdict.instance.relation.id, str(verdict.outcome), number, written))
        return number

    def _address(self, figure: Figure) -> str:
        if figure.document == self.path:
            return f"#n{figure.place.start}"
        if figure.document not in self.site.ticked:
            return ""
        return f"../{self.site.documents[figure.document]}{_ENDING}#n{figure.place.start}"


def tick(document: Document, site: SiteMap, findings: Sequence[tuple[str, Finding]]) -> TickedDocument:
    """Mark a document; ``findings`` are those with an evidence in it, each with the stem of its page."""
    marker = _Marker(document, site, list(_blamed_words(str(document.path), findings)))
    pieces: list[str] = []
    page: int | None = None
    for block in document.blocks:
        here = block.place.page or document.page_at(block.place.start)
        if here is not None and here != page:
            page = here
            pieces.append(f'<p class="page" id="p{page}"><span>{page}</span></p>')
        if isinstance(block, Paragraph):
            pieces.append(f"<p>{marker.folded(block.place.start, block.place.end)}</p>")
        else:
            pieces.append(_table(block, marker))
    marker.ticked.body = "\n".join(pieces)
    return marker.ticked


def _blamed_words(path: str, findings: Sequence[tuple[str, Finding]]) -> Iterator[_Blamed]:
    seen: set[int] = set()
    for stem, finding in findings:
        for evidence in finding.evidence:
            place = evidence.place
            if evidence.document != path or evidence.figure_id or place is None or place.start in seen:
                continue
            if place.start < place.end:
                seen.add(place.start)
                yield _Blamed(place.start, place.end, stem)


def _table(table: Table, marker: _Marker) -> str:
    inside = marker._between(table.place.start, table.place.end)  # noqa: SLF001 - one idea in two functions
    name = next((figure.table for figure in inside if figure.table), "")
    anchor = f"t{table.place.start}"
    if name:
        marker.ticked.contents.append((anchor, name))
    caption = f"<caption>{inert(name)}</caption>" if name else ""
    rows = []
    for _, cells in table.by_row():
        row = []
        for cell in cells:
            spans = "" if cell.row_span == cell.column_span == 1 else _spans(cell)
            kind = ' class="n"' if cell.text[-1:].isdigit() and cell.text[:1] in "0123456789-－" else ""
            start, end = cell.place.start, cell.place.end
            shown = marker.stretch(start, end) if end - start <= LONGEST_SHOWN else marker.folded(start, end)
            row.append(f"<td{spans}{kind}>{shown}</td>")
        rows.append(f"<tr>{''.join(row)}</tr>")
    wide = " wide" if table.columns > _WIDE else ""
    return (
        f'<div class="scroll{wide}" id="{anchor}" role="group" tabindex="0" aria-label="{inert(name) or anchor}">'
        f"<table>{caption}<tbody>\n{chr(10).join(rows)}\n</tbody></table></div>"
    )


def _spans(cell: Cell) -> str:
    rows = f' rowspan="{min(cell.row_span, _MOST_SPAN)}"' if cell.row_span > 1 else ""
    return rows + (f' colspan="{min(cell.column_span, _MOST_SPAN)}"' if cell.column_span > 1 else "")


def localised(html: str, edition: Edition) -> str:
    """Fill in what depends on the language."""
    words = edition.words
    return html.replace(_ENDING, edition.ending).replace(_MORE, words["more"]).replace(_CHARACTERS, words["characters"])


def meanings(ticked: TickedDocument, edition: Edition) -> str:
    """The list of what the figures mean, which marks without a relation link to."""
    known = edition.said
    lines = []
    for number, (key, figure) in enumerate(ticked.meanings.items()):
        said = known.get(key)
        if said is None:
            said = known[key] = _meaning(figure, edition)
        lines.append(f'<li id="c{number}">{said}</li>')
    return "\n".join(lines)


def _meaning(figure: Figure, edition: Edition) -> str:
    words = edition.words
    label = edition.label(figure.concept, figure.concept_label) or words["no_concept"]
    said = [words[f"role_of_{figure.role}"], figure.unit, *edition.scope(figure.scope)]
    binding = words.strings.get(f"binding_{figure.binding}")
    rest = words["separator"].join(word for word in (*said, binding) if word)
    return f"<b>{inert(label)}</b> {inert(rest)}"


def relations(ticked: TickedDocument, edition: Edition) -> str:
    """The list of relations that judged a figure of the document, under the rule and its outcome."""
    words = edition.words
    rules = edition.page("rules")
    first: dict[str, int] = {}
    for rule, _, number, _ in ticked.relations:
        first.setdefault(rule, number)
    items = []
    ordered = sorted(ticked.relations, key=lambda item: (first[item[0]], item[1], item[2]))
    for (rule, outcome), group in groupby(ordered, key=lambda item: item[:2]):
        kind = _OUTCOMES[outcome]
        written = "\n".join(f'<li id="r{number}"><q>{text}</q></li>' for _, _, number, text in group)
        items.append(
            f'<li class="{kind}"><a href="../{rules}#{inert(rule)}">{inert(edition.rule(rule))}</a>'
            f" <i>{words[f'outcome_{outcome}']}</i><ol>\n{written}\n</ol></li>"
        )
    return localised("\n".join(items), edition)
