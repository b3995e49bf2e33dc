"""The small graph that a finding rests on: figures, the facts they report, the relations between them; drawn as SVG."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from checks.graph import build_graph, fact_node
from checks.model import Finding, Outcome, Verdict
from datasets.model import Figure
from flows.site.edition import Edition
from flows.site.sitemap import SiteMap

_MOST_FIGURES = 10
_MOST_BROKEN = 6
_MOST_HOLDING = 4
_COLUMNS = ("figure", "fact", "relation")
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 236, 44, 66, 10
#: Half-width characters that fit on a line of a node.
_FIT = 33


@dataclass(frozen=True, slots=True)
class Node:
    """A box: two lines of text, the whole of it for a pointer, its place and where a click leads."""

    kind: str
    state: str
    first: str
    second: str
    whole: str
    link: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph laid out; an edge is the path of its curve and whether it leads to a broken relation."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, bool], ...]
    box_width: int = _WIDTH
    box_height: int = _HEIGHT


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
            if mine and figures.issuperset(figure.id for figure in verdict.instance.figures):
                found[verdict.id] = verdict
    return sorted(found.values(), key=lambda verdict: verdict.instance.relation.id != finding.rule)


def draw(finding: Finding, edition: Edition) -> Drawing | None:
    """Lay out the graph of a finding in three columns; None where it rests on no figures."""
    site = edition.site
    broken = verdicts_of(finding, site)[:_MOST_BROKEN]
    named = [e.figure_id for e in finding.evidence if e.figure_id in site.figures]
    of_broken = [figure.id for verdict in broken for figure in verdict.instance.figures]
    chosen = list(dict.fromkeys((*named[:4], *of_broken, *named)))[:_MOST_FIGURES]
    if not chosen:
        return None
    blamed = {e.figure_id: e.role for e in reversed(finding.evidence)}
    holding = _holding((i for i in chosen if blamed.get(i) in {"suspect", "rival"}), set(chosen), site)
    verdicts = [*broken, *holding]
    figures = [site.figures[identifier] for identifier in chosen]
    graph = build_graph((), figures, verdicts, ())
    # A rule may have read a figure in a scope of its own; the fact of that reading is no node of its figure.
    graph.remove_nodes_from([node for node, data in graph.nodes(data=True) if "kind" not in data])
    for figure in figures:
        if fact_node(figure) in graph:
            graph.nodes[fact_node(figure)]["scope"] = edition.words["separator"].join(edition.scope(figure.scope))
    columns = {kind: [n for n, data in graph.nodes(data=True) if data["kind"] == kind] for kind in _COLUMNS}
    height = max(map(len, columns.values())) * (_HEIGHT + _GAP_Y) - _GAP_Y
    by_node: dict[str, Figure | Verdict] = {f"figure:{figure.id}": figure for figure in figures}
    by_node |= {f"relation:{verdict.id}": verdict for verdict in verdicts}
    nodes: dict[str, Node] = {}
    for number, kind in enumerate(_COLUMNS):
        x = number * (_WIDTH + _GAP_X)
        for at, name in enumerate(columns[kind]):
            y = round((at + 0.5) * height / len(columns[kind]) - _HEIGHT / 2)
            nodes[name] = _node(by_node.get(name), graph.nodes[name], blamed, edition, (x, y))
    edges = []
    for source, target in graph.edges:
        through = any(target in graph[middle] for middle in graph[source] if middle != target)
        # A figure supports a relation directly and through its fact: the longer way says more.
        if not through:
            edges.append((_curve(nodes[source], nodes[target]), nodes[target].state == "bad"))
    return Drawing(3 * _WIDTH + 2 * _GAP_X, height, tuple(nodes.values()), tuple(edges))


def _holding(blamed: Iterable[str], chosen: set[str], site: SiteMap) -> list[Verdict]:
    """Relations that hold among the figures drawn and speak for those that are blamed."""
    found: dict[str, Verdict] = {}
    for identifier in blamed:
        for verdict in site.verdicts.get(identifier, ()):
            figures = {figure.id for figure in verdict.instance.figures}
            if verdict.outcome in (Outcome.EXACT, Outcome.WITHIN_ROUNDING) and figures <= chosen:
                found[verdict.id] = verdict
    return list(found.values())[:_MOST_HOLDING]


def _node(
    record: Figure | Verdict | None,
    data: dict[str, object],
    blamed: dict[str, str],
    edition: Edition,
    at: tuple[int, int],
) -> Node:
    if isinstance(record, Figure):
        label = edition.label(record.concept, record.concept_label) or edition.words["no_concept"]
        first, state = f"{record.printed} {record.unit}", blamed.get(record.id, "evidence")
        return _made("figure", state, first, label, edition.figure_link(record), at)
    if isinstance(record, Verdict):
        rule = record.instance.relation.id
        state = {Outcome.BROKEN: "bad", Outcome.UNDECIDED: "free"}.get(record.outcome, "ok")
        outcome = edition.words[f"outcome_{record.outcome}"]
        return _made("relation", state, outcome, edition.rule(rule), edition.page("rules", rule), at)
    label = edition.label(str(data.get("concept", "")), str(data.get("label", "")))
    return _made("fact", "", label, str(data.get("scope", "")), "", at)


def _made(kind: str, state: str, first: str, second: str, link: str, at: tuple[int, int]) -> Node:
    return Node(kind, state, shortened(first), shortened(second), f"{first} · {second}", link, *at)


def _curve(source: Node, target: Node) -> str:
    x, y = source.x + _WIDTH, source.y + _HEIGHT // 2
    end_x, end_y = target.x, target.y + _HEIGHT // 2
    middle = (x + end_x) // 2
    return f"M{x} {y}C{middle} {y} {middle} {end_y} {end_x} {end_y}"


def shortened(text: str, fit: int = _FIT) -> str:
    """The beginning of a text that fits, where a full-width character takes two places."""
    taken = 0
    for number, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if taken > fit:
            return text[: max(number - 1, 0)] + "…"
    return text
