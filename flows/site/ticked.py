"""A document as read, every numeral marked with what the checks say of it.

The body is the same in every language and is made once. What depends on the language stands in it as a control
character, which text of a document can never hold (see :mod:`flows.site.inert`): :func:`localised` fills it in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from checks.model import Finding, Outcome, Verdict
from datasets.model import Document, Figure, Paragraph, Table
from flows.site.edition import Edition, inert
from flows.site.formulas import formula
from flows.site.sitemap import SiteMap, State

#: Stand for the ending of a page's name, and for the words around the number of characters that are folded away.
_ENDING, _MORE, _CHARACTERS = "\x00", "\x01", "\x02"
#: A longer paragraph or cell is folded: a cell of 100,000 characters must not bury the table around it.
LONGEST_SHOWN = 2_000
_MOST_SPAN = 1_000
_WIDE = 8
_OUTCOMES = {Outcome.EXACT: "ok", Outcome.WITHIN_ROUNDING: "ok", Outcome.BROKEN: "bad", Outcome.UNDECIDED: "free"}


@dataclass(slots=True)
class TickedDocument:
    """The marked text, and the meanings and relations that its marks point at."""

    body: str = ""
    meanings: list[Figure] = field(default_factory=list)
    relations: list[tuple[Verdict, str]] = field(default_factory=list)
    contents: list[tuple[str, str]] = field(default_factory=list)


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
        self.ticked = TickedDocument()
        self._meaning: dict[object, int] = {}
        self._relation: dict[str, int] = {}

    def stretch(self, start: int, end: int) -> str:
        """The text from ``start`` to ``end``, its numerals and the words at fault marked."""
        pieces: list[str] = []
        at = start
        for words in self.blamed:
            if words.start < at or words.end > end:
                continue
            if any(f.place.start < words.end < f.place.end for f in self._between(words.start, words.end)):
                continue
            pieces += self._numerals(at, words.start)
            inside = "".join(self._numerals(words.start, words.end))
            address = f"../{words.page}{_ENDING}"
            pieces.append(f'<mark id="w{words.start}">{inside}</mark><a class="why" href="{address}">⚑</a>')
            at = words.end
        pieces += self._numerals(at, end)
        return "".join(pieces)

    def folded(self, start: int, end: int) -> str:
        """Likewise, with all but the beginning folded away where it is very long."""
        cut = start + LONGEST_SHOWN
        if end - start <= 2 * LONGEST_SHOWN:
            return self.stretch(start, end)
        for figure in self._between(start, cut):
            cut = max(cut, figure.place.end)
        rest = self.stretch(cut, end)
        summary = f"<summary>{_MORE} {end - cut:,} {_CHARACTERS}</summary>"
        return f'{self.stretch(start, cut)}<details class="more">{summary}{rest}</details>'

    def _between(self, start: int, end: int) -> Sequence[Figure]:
        return self.figures[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def _numerals(self, start: int, end: int) -> Iterator[str]:
        at = start
        for figure in self._between(start, end):
            place = figure.place
            if place.start < at or place.end > end:
                continue
            if place.start > at:
                yield inert(self.text[at : place.start])
            yield self._mark(figure)
            at = place.end
        if at < end:
            yield inert(self.text[at:end])

    def _mark(self, figure: Figure) -> str:
        state = self.site.states.get(figure.id, State.FREE)
        # What stands there, not what was read: the page is the document.
        printed = inert(self.text[figure.place.start : figure.place.end])
        identifier = f"n{figure.place.start}"
        if state is State.RECOGNISED:
            return f'<span class="code" id="{identifier}">{printed}</span>'
        meaning = self._meaning_of(figure)
        numbers = [self._relation_of(verdict) for verdict in self.site.verdicts.get(figure.id, ())]
        blaming = self.site.blaming.get(figure.id, ())
        if blaming:
            address = f"../{self.site.findings[blaming[0]]}{_ENDING}"
        elif numbers:
            address = f"#r{numbers[0]}"
        else:
            address = f"#c{meaning}"
        related = f' data-r="{" ".join(map(str, numbers))}"' if numbers else ""
        return f'<a class="{state}" id="{identifier}" href="{address}" data-c="{meaning}"{related}>{printed}</a>'

    def _meaning_of(self, figure: Figure) -> int:
        key = (figure.concept, figure.concept_label, figure.scope, figure.role, figure.unit, figure.binding)
        number = self._meaning.setdefault(key, len(self._meaning))
        if number == len(self.ticked.meanings):
            self.ticked.meanings.append(figure)
        return number

    def _relation_of(self, verdict: Verdict) -> int:
        number = self._relation.setdefault(verdict.id, len(self._relation))
        if number == len(self.ticked.relations):
            self.ticked.relations.append((verdict, formula(verdict, self._address)))
        return number

    def _address(self, figure: Figure) -> str:
        if figure.document == self.path:
            return f"#n{figure.place.start}"
        if figure.document not in self.site.ticked:
            return ""
        return f"../{self.site.documents[figure.document]}{_ENDING}#n{figure.place.start}"


def tick(document: Document, site: SiteMap, findings: Sequence[Finding]) -> TickedDocument:
    """Mark a document; ``findings`` are all of the audit, in its order."""
    marker = _Marker(document, site, list(_blamed_words(str(document.path), site, findings)))
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


def _blamed_words(path: str, site: SiteMap, findings: Sequence[Finding]) -> Iterator[_Blamed]:
    seen: set[int] = set()
    for stem, finding in zip(site.findings, findings, strict=True):
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
            spans = f' rowspan="{min(cell.row_span, _MOST_SPAN)}"' if cell.row_span > 1 else ""
            spans += f' colspan="{min(cell.column_span, _MOST_SPAN)}"' if cell.column_span > 1 else ""
            kind = ' class="n"' if cell.text[-1:].isdigit() and cell.text[:1] in "0123456789-－" else ""
            row.append(f"<td{spans}{kind}>{marker.folded(cell.place.start, cell.place.end)}</td>")
        rows.append(f"<tr>{''.join(row)}</tr>")
    wide = " wide" if table.columns > _WIDE else ""
    return (
        f'<div class="scroll{wide}" id="{anchor}" role="group" tabindex="0" aria-label="{inert(name) or anchor}">'
        f"<table>{caption}<tbody>\n{chr(10).join(rows)}\n</tbody></table></div>"
    )


def localised(html: str, edition: Edition) -> str:
    """Fill in what depends on the language."""
    words = edition.words
    return html.replace(_ENDING, edition.ending).replace(_MORE, words["more"]).replace(_CHARACTERS, words["characters"])


def meanings(ticked: TickedDocument, edition: Edition) -> str:
    """The list of what the figures mean, which marks without a relation link to."""
    return "\n".join(
        f'<li id="c{number}">{_meaning(figure, edition)}</li>' for number, figure in enumerate(ticked.meanings)
    )


def _meaning(figure: Figure, edition: Edition) -> str:
    words = edition.words
    label = edition.label(figure.concept, figure.concept_label) or words["no_concept"]
    said = [words[f"role_of_{figure.role}"], figure.unit, *edition.scope(figure.scope)]
    binding = words.strings.get(f"binding_{figure.binding}")
    rest = words["separator"].join(word for word in (*said, binding) if word)
    return f"<b>{inert(label)}</b> {inert(rest)}"


def relations(ticked: TickedDocument, edition: Edition) -> str:
    """The list of relations that judged a figure of the document."""
    words = edition.words
    titles: Mapping[str, str] = {v.instance.relation.id: "" for v, _ in ticked.relations}
    titles = {rule: f"{inert(edition.rule(rule))}" for rule in titles}
    rules = edition.page("rules")
    items = []
    for number, (verdict, written) in enumerate(ticked.relations):
        rule = verdict.instance.relation.id
        outcome = verdict.outcome
        items.append(
            f'<li id="r{number}" class="{_OUTCOMES[outcome]}"><a href="../{rules}#{inert(rule)}">{titles[rule]}</a>'
            f" <i>{words[f'outcome_{outcome}']}</i> <q>{written}</q></li>"
        )
    return localised("\n".join(items), edition)
