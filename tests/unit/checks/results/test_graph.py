"""The dependency graph of the two Changji documents: staff, vehicles and public expenses lead from one to the other."""

from __future__ import annotations

import networkx as nx
import pytest

from checks.audit import Audit, audit
from checks.judging.verdicts import judge
from checks.model import DocumentReport, DocumentStatus
from checks.results.graph import Graph, build_graph, fact_node
from datasets.identity.catalog import shipped_documents
from datasets.model import Figure, Role, Scope
from tests.unit.building import figure, instance

BUDGET, ACCOUNTS = "budget", "final_accounts"


@pytest.fixture(scope="module")
def changji() -> Audit:
    return audit(shipped_documents())


def document(result: Audit, kind: str) -> str:
    [report] = [report for report in result.documents if report.kind == kind]
    return report.path


def figure_of(result: Audit, kind: str, concept: str, printed: str, role: Role = Role.LEVEL) -> Figure:
    """The first figure of a concept in one of the two documents, outside of tables."""
    path = document(result, kind)
    return next(
        f
        for f in result.figures
        if (f.document, f.concept, f.printed, f.role, f.table) == (path, concept, printed, role, "")
    )


def node(printed: Figure) -> str:
    return f"figure:{printed.id}"


def relations_between(graph: Graph[str], rule: str, *figures: Figure) -> list[str]:
    """The relation nodes of a rule that all of these figures feed."""
    fed: set[str] = set.intersection(*(set(graph.successors(node(each))) for each in figures))
    return [each for each in fed if graph.nodes[each].get("rule") == rule]


@pytest.mark.parametrize(
    ("rule", "concept", "before", "after"),
    [
        ("headcount-chain", "retirees", "22", "19"),
        ("headcount-chain", "active_staff", "23", "25"),
        ("headcount-chain", "actual_headcount", "45", "44"),
        ("asset-chain", "vehicles", "2", "2"),
        ("asset-chain", "house_area", "25", "25.00"),
        ("prior-outturn-within-budget", "official_hospitality", "0.48", "0.37"),
    ],
)
def test_a_figure_of_the_budget_meets_that_of_the_final_accounts_in_a_relation(
    changji: Audit, rule: str, concept: str, before: str, after: str
) -> None:
    graph = changji.graph
    in_budget, in_accounts = (
        next(
            f
            for f in changji.figures
            if (f.document, f.concept, f.printed, f.role) == (document(changji, kind), concept, printed, Role.LEVEL)
            and any(graph.nodes[each].get("rule") == rule for each in graph.successors(node(f)))
        )
        for kind, printed in ((BUDGET, before), (ACCOUNTS, after))
    )
    [relation] = relations_between(graph, rule, in_budget, in_accounts)
    for each in (in_budget, in_accounts):
        assert nx.has_path(graph, node(each), fact_node(each))
        assert graph.has_edge(fact_node(each), relation)
    assert len([each for each in nx.ancestors(graph, relation) if graph.nodes[each]["kind"] == "document"]) == 2


def test_the_public_expenses_of_the_budget_support_what_the_accounts_imply(changji: Audit) -> None:
    graph = changji.graph
    stated = figure_of(changji, ACCOUNTS, "three_public_expenses", "4.67")
    change = figure_of(changji, ACCOUNTS, "three_public_expenses", "0.11", Role.CHANGE)
    relations = relations_between(graph, "prior-outturn-within-budget", stated, change)
    assert len(relations) == 1
    supporting = {
        graph.nodes[each]["printed"] for each in graph.predecessors(relations[0]) if each.startswith("figure:")
    }
    assert supporting == {"4.67", "0.11", "4.78"}
    assert graph.nodes[relations[0]]["outcome"] == "exact"


def test_the_open_chain_of_retirees_is_a_relation_left_undecided(changji: Audit) -> None:
    retired = figure_of(changji, BUDGET, "retirees", "22")
    [relation] = relations_between(changji.graph, "headcount-chain", retired)
    assert changji.graph.nodes[relation]["outcome"] == "undecided"
    assert "需要2023年部门决算" in changji.graph.nodes[relation]["note"]


def test_what_a_figure_feeds_and_what_a_relation_rests_on_can_be_asked(changji: Audit) -> None:
    graph = changji.graph
    vehicles = figure_of(changji, BUDGET, "vehicles", "2")
    fed = {graph.nodes[each]["rule"] for each in nx.descendants(graph, node(vehicles)) if each.startswith("relation:")}
    assert {"asset-chain", "vehicles-by-class"} <= fed
    [chain] = [
        each
        for each in nx.descendants(graph, node(vehicles))
        if graph.nodes[each].get("rule") == "asset-chain" and graph.has_edge(node(vehicles), each)
    ]
    rests_on = {graph.nodes[each]["path"] for each in nx.ancestors(graph, chain) if each.startswith("document:")}
    assert rests_on == {document(changji, BUDGET), document(changji, ACCOUNTS)}


def test_edges_lead_from_what_supports_to_what_is_supported_and_never_in_a_circle(changji: Audit) -> None:
    graph = changji.graph
    kinds = nx.get_node_attributes(graph, "kind")
    assert set(kinds.values()) == {"document", "figure", "fact", "relation"}
    assert len(kinds) == len(graph)
    steps = {(kinds[source], kinds[target]) for source, target in graph.edges}
    assert steps == {("document", "figure"), ("figure", "fact"), ("figure", "relation"), ("fact", "relation")}
    assert nx.is_directed_acyclic_graph(graph)


def test_every_verdict_and_every_bound_figure_is_in_the_graph(changji: Audit) -> None:
    graph = changji.graph
    assert {f"relation:{verdict.id}" for verdict in changji.verdicts} <= set(graph)
    assert {node(each) for each in changji.figures if each.concept and each.role is Role.LEVEL} <= set(graph)
    assert not {node(each) for each in changji.figures if each.role in (Role.DATE, Role.CODE)} & set(graph)


def test_one_fact_printed_twice_is_one_node() -> None:
    scope = Scope(entity="甲", fund="general", period="2024")
    table, text = figure("58.00", scope=scope), figure("58", scope=scope)
    other = figure("58.00", scope=Scope(entity="甲", fund="all", period="2024"))
    graph = build_graph([], [table, text, other], [], [])
    assert list(graph.successors(node(table))) == list(graph.successors(node(text))) == [fact_node(table)]
    assert list(graph.successors(node(other))) != [fact_node(table)]


def test_a_change_is_no_printing_of_the_fact() -> None:
    graph = build_graph([], [figure("0.11", role=Role.CHANGE)], [], [])
    assert [graph.nodes[each]["kind"] for each in graph] == ["figure"]


def test_a_figure_hangs_on_its_document_and_feeds_its_relation() -> None:
    total, part = figure("3.00"), figure("3.00")
    verdict = judge(instance([total], [part]))
    report = DocumentReport("甲@1", "甲.txt", "1", "甲", "", "", 2024, 2, 2, 0, 0, DocumentStatus.READ, key="甲")
    graph = build_graph([report], [total, part], [verdict], [])
    assert set(graph.successors("document:甲@1")) == {node(total), node(part)}
    assert set(graph.predecessors(f"relation:{verdict.id}")) == {node(total), node(part), fact_node(total)}
    assert graph.nodes[f"relation:{verdict.id}"]["outcome"] == "exact"


def test_a_figure_node_says_in_both_languages_what_of_its_item_the_number_is_and_where_it_stands() -> None:
    change = figure("0.11", role=Role.CHANGE, table="支出表", row=3, column=4)
    [node] = [data for _, data in build_graph([], [change], [], []).nodes(data=True)]
    assert (node["label"], node["label_en"]) == ("支出的增减额 0.11万元", "change of expenditure 0.11万元")
    assert (node["table"], node["row"], node["column"]) == ("支出表", 3, 4)
