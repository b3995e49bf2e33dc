"""The dependency graph: document → figure → fact → relation, across documents and years.

Edges point from what supports to what is supported, so the descendants of a figure are what it feeds and the ancestors
of a relation are what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from checks.findings.messages import full_name
from checks.model import DocumentReport, Instance, Outcome, Verdict
from datasets.model import RECOGNISED_ROLES, Figure, Role

Graph = nx.DiGraph  # the class takes no type argument at run time

#: Concepts that many facts of one document share; only their printed label tells them apart.
_LABELLED = ("indicator_", "execution_", "total_weight", "total_score")


def build_graph(
    documents: Sequence[DocumentReport],
    figures: Iterable[Figure],
    verdicts: Iterable[Verdict],
    unresolved: Iterable[Instance],
) -> Graph[str]:
    """The graph of an audit; node attribute ``kind`` is document, figure, fact or relation."""
    graph: Graph[str] = nx.DiGraph()
    nodes = {document.path: _add_document(graph, document) for document in documents}
    for figure in figures:
        if figure.role not in RECOGNISED_ROLES and figure.role is not Role.UNREAD:
            _add_figure(graph, figure, nodes.get(figure.document))
    for verdict in verdicts:
        _add_relation(graph, f"relation:{verdict.id}", verdict.instance, verdict.outcome)
    for number, instance in enumerate(unresolved):
        _add_relation(graph, f"relation:unresolved-{number}-{instance.relation.id}", instance, Outcome.UNDECIDED)
    return graph


def _add_document(graph: Graph[str], document: DocumentReport) -> str:
    node = f"document:{document.id}"
    label = document.entity_name or document.path
    graph.add_node(node, kind="document", label=label, key=document.key, path=document.path)
    return node


def _add_figure(graph: Graph[str], figure: Figure, document: str | None) -> None:
    node = f"figure:{figure.id}"
    graph.add_node(
        node,
        kind="figure",
        label=f"{full_name(figure, english=False)} {figure.printed}{figure.unit}",
        label_en=f"{full_name(figure, english=True)} {figure.printed}{figure.unit}",
        printed=figure.printed,
        unit=figure.unit,
        concept=figure.concept,
        page=figure.place.page,
        line=figure.place.line,
        block=figure.place.block,
        table=figure.table,
        row=figure.row,
        column=figure.column,
    )
    if document is not None:
        graph.add_edge(document, node)
    if _reports_a_fact(figure):
        fact = fact_node(figure)
        period = figure.scope.period or ""
        labels = {"label": figure.concept_label, "label_en": full_name(figure, english=True)}
        graph.add_node(fact, kind="fact", **labels, concept=figure.concept, period=period)
        graph.add_edge(node, fact)


def _add_relation(graph: Graph[str], node: str, instance: Instance, outcome: Outcome) -> None:
    relation = instance.relation
    graph.add_node(
        node, kind="relation", label=relation.title, rule=relation.id, outcome=str(outcome), note=instance.note
    )
    for figure in instance.figures:
        source = f"figure:{figure.id}"
        if source not in graph:
            continue
        graph.add_edge(source, node)
        if _reports_a_fact(figure):
            graph.add_edge(fact_node(figure), node)


def _reports_a_fact(figure: Figure) -> bool:
    return bool(figure.concept) and figure.role is Role.LEVEL


def fact_node(figure: Figure) -> str:
    """The node of the fact that a figure reports: concept and scope, the same in every document of the entity."""
    label = figure.concept_label if figure.concept.startswith(_LABELLED) else ""
    entity, level = figure.scope.entity or "", figure.scope.level or ""
    return "fact:" + "/".join((entity, level, figure.concept, *figure.scope.axes, label))
