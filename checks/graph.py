"""The dependency graph: document → figure → fact → relation, across documents and years.

Edges point from what supports to what is supported, so the descendants of a figure are what it feeds and the ancestors
of a relation are what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from checks.model import DocumentReport, Instance, Outcome, Verdict
from datasets.model import Figure, RECOGNISED_ROLES, Role

Graph = nx.DiGraph


def build_graph(
    documents: Sequence[DocumentReport],
    figures: Iterable[Figure],
    verdicts: Iterable[Verdict],
    unresolved: Iterable[Instance],
) -> Graph:
    """The graph of an audit; node attribute ``kind`` is document, figure, fact or relation."""
    graph = nx.DiGraph()
    by_path = {}
    for document in documents:
        node = f"document:{document.id}"
        by_path[document.path] = node
        graph.add_node(node, kind="document", label=document.entity_name or document.path, key=document.key, path=document.path)
    for figure in figures:
        if figure.role in RECOGNISED_ROLES or figure.role is Role.UNREAD:
            continue
        node = f"figure:{figure.id}"
        graph.add_node(
            node,
            kind="figure",
            label=f"{figure.concept_label} {figure.printed}{figure.unit}",
            printed=figure.printed,
            unit=figure.unit,
            concept=figure.concept,
            line=figure.place.line,
            table=figure.table,
        )
        if figure.document in by_path:
            graph.add_edge(by_path[figure.document], node)
        if figure.concept and figure.role is Role.LEVEL:
            fact = fact_node(figure)
            if fact not in graph:
                graph.add_node(
                    fact, kind="fact", label=figure.concept_label, concept=figure.concept, period=figure.scope.period or ""
                )
            graph.add_edge(node, fact)
    for verdict in verdicts:
        _add_relation(graph, f"relation:{verdict.id}", verdict.instance, verdict.outcome)
    for number, instance in enumerate(unresolved):
        _add_relation(graph, f"relation:unresolved-{number}-{instance.relation.id}", instance, Outcome.UNDECIDED)
    return graph


def _add_relation(graph: Graph, node: str, instance: Instance, outcome: Outcome) -> None:
    graph.add_node(
        node, kind="relation", label=instance.relation.title, rule=instance.relation.id, outcome=str(outcome), note=instance.note
    )
    for figure in instance.figures:
        source = f"figure:{figure.id}"
        if figure.concept and figure.role is Role.LEVEL and graph.has_edge(source, fact := fact_node(figure)):
            graph.add_edge(fact, node)
        if source in graph:
            graph.add_edge(source, node)


def fact_node(figure: Figure) -> str:
    """The node of the fact that a figure reports: concept and scope, the same in every document of the entity."""
    scope = figure.scope
    axes = (
        scope.entity,
        scope.level,
        figure.concept,
        scope.fund,
        scope.stage,
        scope.period,
        scope.carryover,
        scope.function_code,
        scope.economic_code,
        scope.project,
    )
    label = figure.concept_label if figure.concept.startswith(("indicator_", "execution_", "total_weight", "total_score")) else ""
    return "fact:" + "/".join((*(axis or "" for axis in axes), label))
