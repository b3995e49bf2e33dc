"""What the pages of a finding say in every language: its relations, its quotes with their pictures, its graph.

A draft is made once for all languages. :func:`content_of` tells all that its pages are made of, so a page whose draft
has the content it had need not be made again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from checks.model import Evidence, Finding, Instance, Relation, Term, Verdict
from datasets.model import Figure, Place, Scope
from flows.site.pictures.crops import Crop
from flows.site.pictures.picture import Drawing, draw, verdicts_of
from flows.site.shared.inert import Html
from flows.site.shared.sitemap import SiteMap, main_document

#: A quote is a sentence or a row; a longer one is a cell that swallowed half a document.
_LONGEST_QUOTE = 600

CropOf = Callable[[Evidence], Crop | None]
#: By figure, the failing expectations that list it, each with the place of its suite on the quality page.
Failing = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted sentence, row or cell, the evidence that it is quoted for, and the picture of the printed page."""

    html: Html
    evidence: Evidence
    crop: Crop | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding with what its pages show in any language; ``change`` and ``review`` are as its history has them."""

    record: Finding
    stem: str
    document: str
    change: str
    review: str
    verdicts: tuple[Verdict, ...]
    quotes: tuple[Quote, ...]
    drawing: Drawing | None
    expectations: tuple[tuple[str, str], ...]


def draft_of(
    finding: Finding, stem: str, change: str, review: str, *, site: SiteMap, crop_of: CropOf, failing: Failing
) -> Draft:
    """Put together what the pages of a finding show."""
    verdicts = verdicts_of(finding, site)
    figures = [evidence.figure_id for evidence in finding.evidence if evidence.figure_id]
    return Draft(
        record=finding,
        stem=stem,
        document=main_document(finding),
        change=change,
        review=review,
        verdicts=tuple(verdicts),
        quotes=tuple(_quotes(finding, site, crop_of)),
        drawing=draw(finding, verdicts, site),
        expectations=tuple(dict.fromkeys(found for figure in figures for found in failing.get(figure, ()))),
    )


def _quotes(finding: Finding, site: SiteMap, crop_of: CropOf) -> Iterator[Quote]:
    """Each place that is blamed once, with every numeral of the finding that stands in the same words marked."""
    together: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for evidence in finding.evidence:
        together[evidence.document, evidence.quote or evidence.printed].append(evidence)
    for (_, quote), group in together.items():
        blamed = [evidence for evidence in group if evidence.role != "evidence"]
        if not blamed and finding.evidence[0] not in group:
            continue
        first = (blamed or group)[0]
        yield Quote(site.marked(_around(quote, first.printed), group), first, crop_of(first))


def _around(quote: str, printed: str) -> str:
    """A quote cut to the part around what it is about, where it is very long; the document page has the whole."""
    if len(quote) <= _LONGEST_QUOTE:
        return quote
    at = max(0, quote.find(printed) - _LONGEST_QUOTE // 2)
    cut = quote[at : at + max(_LONGEST_QUOTE, min(len(printed), 4 * _LONGEST_QUOTE))]
    return ("…" if at else "") + cut + "…"


# --- What a page is made of


def _all_of(record: type, **parts: Callable[[Any], object]) -> Callable[[Any], object]:
    """A getter of every field of a record, so that a field added later counts too; ``parts`` get those that nest.

    Fields of plain values are taken as they are. It is several times faster than ``repr`` of the record.
    """
    plain = attrgetter(*(field.name for field in fields(record) if field.name not in parts))
    nested = tuple((attrgetter(name), get) for name, get in parts.items())
    return lambda item: (plain(item), *[get(part(item)) for part, get in nested])


def _each(get: Callable[[Any], object]) -> Callable[[Sequence[Any]], object]:
    return lambda items: [get(item) for item in items]


_place = _all_of(Place)
_figure = _all_of(Figure, place=_place, scope=_all_of(Scope))


def _maybe_place(place: Place | None) -> object:
    return None if place is None else _place(place)


_evidence = _all_of(Evidence, place=_maybe_place)
_finding = _all_of(Finding, evidence=_each(_evidence))
_verdict = _all_of(Verdict, instance=lambda _: None)
_term = _all_of(Term, figure=attrgetter("id"))
_terms = _each(_term)
_instance = _all_of(Instance, relation=attrgetter("id"), left=_terms, right=_terms)
_rule = attrgetter("title", "title_en", "source")
_report = attrgetter("entity", "entity_name", "kind", "fiscal_year")


def content_of(draft: Draft, site: SiteMap, rules: Mapping[str, Relation]) -> str:
    """Everything that the pages of a draft are made of, but for what is the same in the whole build."""
    record = draft.record
    drawn = draft.drawing.boxes if draft.drawing is not None else ()
    verdicts = {v.id: v for v in (*draft.verdicts, *(b.record for b in drawn if isinstance(b.record, Verdict)))}
    # By identity, not by id: a rule may have read a figure in a scope of its own.
    figures = {id(figure): figure for verdict in verdicts.values() for figure in verdict.instance.figures}
    figures |= {id(f): f for evidence in record.evidence if (f := site.figures.get(evidence.figure_id)) is not None}
    figures |= {id(box.record): box.record for box in drawn if isinstance(box.record, Figure)}
    named = {record.rule: None} | {v.instance.relation.id: None for v in verdicts.values()}
    named |= {rule: None for repair in record.repairs for rule in repair.restores}
    paths = dict.fromkeys(
        (draft.document, *(e.document for e in record.evidence), *(f.document for f in figures.values()))
    )
    return repr(
        (
            (draft.stem, draft.change, draft.review, draft.expectations),
            _finding(record),
            [(quote.html, quote.crop) for quote in draft.quotes],
            [(box.kind, box.state, box.x, box.y) for box in drawn],
            draft.drawing.edges if draft.drawing is not None else (),
            [(_verdict(verdict), _instance(verdict.instance)) for verdict in verdicts.values()],
            [_figure(figure) for figure in figures.values()],
            [(rule, _rule(rules[rule]) if rule in rules else None) for rule in named],
            [_document(path, site) for path in paths],
        )
    )


def _document(path: str, site: SiteMap) -> object:
    report = site.reports.get(path)
    if report is None:
        return path
    return path, site.documents.get(path), path in site.ticked, _report(report), site.units.get(report.entity)
