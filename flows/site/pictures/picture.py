"""The small graph that a finding rests on: figures, the facts they report, the relations between them.

Where everything stands does not depend on the language; what is written in the boxes does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from checks.model import Finding, Outcome, Verdict
from checks.results.graph import fact_node
from datasets.model import RECOGNISED_ROLES, Figure, Role
from flows.site.shared.edition import Edition
from flows.site.shared.sitemap import SiteMap

_MOST_FIGURES = 10
_MOST_BROKEN = 6
_MOST_HOLDING = 4
WIDTH, HEIGHT = 236, 44
_GAP_X, _GAP_Y = 66, 10
#: Half-width characters that fit on a line of a node.
_FIT = 33
_Record = TypeVar("_Record")
_STATES: Mapping[str, str] = {Outcome.BROKEN: "bad", Outcome.UNDECIDED: "free"}


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its classes, what it stands for (a fact: a figure that reports it), and its place from the top left."""

    kind: str
    state: str
    record: Figure | Verdict
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph laid out; an edge is the path of its curve and whether it leads to a broken relation."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[tuple[str, bool], ...]


def verdicts_of(finding: Finding, site: SiteMap) -> list[Verdict]:
    """The broken relations that a finding gathers, that of its own rule first."""
    figures = {evidence.figure_id for evidence in finding.evidence if evidence.figure_id}
    found: dict[str, Verdict] = {}
    for evidence in finding.evidence:
        near = site.verdicts.get(evidence.figure_id, ()) if evidence.figure_id else ()
        if evidence.place is not None and not evidence.figure_id:
            near = site.broken_words.get((evidence.document, evidence.place.start), ())
        for verdict in near:
            mine = verdict.outcome is Outcome.BROKEN and verdict.instance.relation.id in finding.relations
            if mine and verdict.id not in found and figures.issuperset(f.id for f in verdict.instance.figures):
                found[verdict.id] = verdict
    return sorted(found.values(), key=lambda verdict: verdict.instance.relation.id != finding.rule)


def draw(finding: Finding, gathered: Sequence[Verdict], site: SiteMap) -> Drawing | None:
    """Lay out the graph of a finding in three columns; None where it rests on no figures.

    Args:
        finding: the record.
        gathered: its broken relations, see :func:`verdicts_of`.
        site: for its figures and the relations that hold among them.
    """
    broken = gathered[:_MOST_BROKEN]
    named = [e.figure_id for e in finding.evidence if e.figure_id in site.figures]
    of_broken = [figure.id for verdict in broken for figure in verdict.instance.figures]
    chosen = list(dict.fromkeys((*named[:4], *of_broken, *named)))[:_MOST_FIGURES]
    blamed = {e.figure_id: e.role for e in reversed(finding.evidence)}
    holding = _holding((i for i in chosen if blamed.get(i) in {"suspect", "rival"}), set(chosen), site)
    figures = {i: f for i in chosen if _in_graph(f := site.figures[i])}
    facts: dict[str, Figure] = {}
    for figure in figures.values():
        if _reports_a_fact(figure):
            facts[fact_node(figure)] = figure
    if not figures:
        return None
    verdicts = {verdict.id: verdict for verdict in (*broken, *holding)}
    height = max(len(figures), len(facts), len(verdicts)) * (HEIGHT + _GAP_Y) - _GAP_Y
    boxes = {
        **{i: Box("figure", blamed.get(i, "evidence"), f, *_at(0, n, figures, height)) for n, (i, f) in _each(figures)},
        **{i: Box("fact", "", f, *_at(1, n, facts, height)) for n, (i, f) in _each(facts)},
        **{
            i: Box("relation", _STATES.get(v.outcome, "ok"), v, *_at(2, n, verdicts, height))
            for n, (i, v) in _each(verdicts)
        },
    }
    edges = tuple(
        (_curve(boxes[source], boxes[target]), boxes[target].state == "bad")
        for source, target in _edges(figures, facts, verdicts)
    )
    return Drawing(3 * WIDTH + 2 * _GAP_X, height, tuple(boxes.values()), edges)


def _each(column: Mapping[str, _Record]) -> Iterator[tuple[int, tuple[str, _Record]]]:
    return enumerate(column.items())


def _at(column: int, number: int, among: Mapping[str, object], height: int) -> tuple[int, int]:
    return column * (WIDTH + _GAP_X), round((number + 0.5) * height / len(among) - HEIGHT / 2)


def _in_graph(figure: Figure) -> bool:
    """As :mod:`checks.results.graph` has it: dates, codes and what could not be read are no nodes."""
    return figure.role not in RECOGNISED_ROLES and figure.role is not Role.UNREAD


def _reports_a_fact(figure: Figure) -> bool:
    return bool(figure.concept) and figure.role is Role.LEVEL


def _edges(
    figures: Mapping[str, Figure], facts: Mapping[str, Figure], verdicts: Mapping[str, Verdict]
) -> Iterator[tuple[str, str]]:
    """The edges of :func:`checks.results.graph.build_graph`, but for those that a longer way says better.

    A figure supports a relation directly and through its fact: the longer way says more.
    """
    reported = {identifier: fact_node(figure) for identifier, figure in figures.items() if _reports_a_fact(figure)}
    yield from reported.items()
    for identifier, verdict in verdicts.items():
        drawn = {figure.id: figure for figure in verdict.instance.figures if figure.id in figures}
        # A rule may have read a figure in a scope of its own; the fact of that reading is no node of its figure.
        through = {fact_node(f): None for f in drawn.values() if _reports_a_fact(f)}
        through = {fact: None for fact in through if fact in facts}
        yield from ((figure, identifier) for figure in drawn if reported.get(figure) not in through)
        yield from ((fact, identifier) for fact in through)


def _holding(blamed: Iterable[str], chosen: set[str], site: SiteMap) -> list[Verdict]:
    """Relations that hold among the figures drawn and speak for those that are blamed."""
    found: dict[str, Verdict] = {}
    for identifier in blamed:
        for verdict in site.verdicts.get(identifier, ()):
            if verdict.outcome in (Outcome.EXACT, Outcome.WITHIN_ROUNDING) and chosen.issuperset(
                figure.id for figure in verdict.instance.figures
            ):
                found[verdict.id] = verdict
    return list(found.values())[:_MOST_HOLDING]


def written(box: Box, edition: Edition) -> tuple[str, str, str]:
    """The two lines in a box, and where a click on it leads."""
    record = box.record
    if isinstance(record, Verdict):
        rule = record.instance.relation.id
        return edition.words[f"outcome_{record.outcome}"], edition.rule(rule), edition.page("rules", rule)
    label = edition.label(record.concept, record.concept_label)
    if box.kind == "fact":
        return label, edition.words["separator"].join(edition.scope(record.scope)), ""
    return f"{record.printed} {record.unit}", label or edition.words["no_concept"], edition.figure_link(record)


def _curve(source: Box, target: Box) -> str:
    x, y = source.x + WIDTH, source.y + HEIGHT // 2
    end_x, end_y = target.x, target.y + HEIGHT // 2
    middle = (x + end_x) // 2
    return f"M{x} {y}C{middle} {y} {middle} {end_y} {end_x} {end_y}"


@lru_cache(maxsize=50_000)
def shortened(text: str, fit: int = _FIT) -> str:
    """The beginning of a text that fits, where a full-width character takes two places."""
    taken = 0
    for number, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if taken > fit:
            return text[: max(number - 1, 0)] + "…"
    return text
