"""A finding or a figure of a saved report, explained in words: its arithmetic, and its way through the graph."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from checks.families import load_rules
from datasets.errors import GoujiError, InputError
from flows.amounts import amounts_of
from flows.cli.text import repair_lines
from flows.payload import SEVERITY_WORDS, EvidenceRecord, FindingRecord, Language, Payload
from flows.places import place_words
from flows.report.files import FINDINGS, GRAPH

_SHOWN = 5
#: Roles of evidence that a finding holds to be wrong.
BLAMED = ("suspect", "rival")
#: A figure, its fact, the relation, what the relation supports: further steps are another figure's story.
_DEPTH = 4
_BRANCHES = 12

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "arithmetic": "算式：",
        "stated": "  所载 {stated}，应为 {expected}，相差 {gap}；四舍五入至多可解释 {slack}。",
        "evidence": "所用数字：",
        "suspect": "疑错",
        "rival": "或错",
        "evidence_role": "依据",
        "row": "  [{role}] {printed}{unit} · {place}",
        "graph": "关系图（→ 支持）：",
        "rests": "依据：",
        "feeds": "支持：",
        "more": "{indent}……另有 {count} 项",
        "blamed": "被以下发现指认：",
        "figure": "数字",
        "fact": "事实",
        "relation": "关系",
        "document": "文件",
        "exact": "相符",
        "within_rounding": "四舍五入之内相符",
        "broken": "不符",
        "undecided": "无法判断",
        "no_graph": "（这份报告没有关系图）",
        "company": "，同依据：{}",
        "join": "、",
        "and_so_on": "……",
    },
    "en": {
        "arithmetic": "arithmetic:",
        "stated": "  stated {stated}, expected {expected}, gap {gap}; rounding explains at most {slack}.",
        "evidence": "figures used:",
        "suspect": "suspect",
        "rival": "rival",
        "evidence_role": "evidence",
        "row": "  [{role}] {printed}{unit} · {place}",
        "graph": "graph (→ supports):",
        "rests": "rests on:",
        "feeds": "supports:",
        "more": "{indent}… {count} more",
        "blamed": "blamed by:",
        "figure": "figure",
        "fact": "fact",
        "relation": "relation",
        "document": "document",
        "within_rounding": "within rounding",
        "no_graph": "(this report has no graph)",
        "company": ", together with: {}",
        "join": "; ",
        "and_so_on": " …",
    },
}


class UnknownIdError(GoujiError):
    """An id, or the beginning of one, that names nothing or more than one thing."""


@dataclass(frozen=True, slots=True)
class SavedGraph:
    """``graph.json`` as read back; an edge points from what supports to what is supported."""

    nodes: dict[str, dict[str, Any]]
    feeds: dict[str, list[str]]
    rests_on: dict[str, list[str]]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read node-link data; a report without a graph has an empty one."""
        data = _read_json(path) if path.exists() else {"nodes": [], "edges": []}
        feeds, rests_on = defaultdict(list), defaultdict(list)
        for edge in data["edges"]:
            feeds[str(edge["source"])].append(str(edge["target"]))
            rests_on[str(edge["target"])].append(str(edge["source"]))
        return cls({str(node["id"]): node for node in data["nodes"]}, dict(feeds), dict(rests_on))

    def node_of(self, identity: str) -> str:
        """The node of an id: a figure is known by its own id, its node by that id behind its kind."""
        return identity if identity in self.nodes else f"figure:{identity}"

    def identities(self) -> set[str]:
        """What may be traced: every node, figures by their own ids."""
        return {node.removeprefix("figure:") for node in self.nodes}


def trace_text(identity: str, report: Path, lang: Language) -> str:
    """Explain the finding or graph node that ``identity``, or the beginning of its id, names.

    Raises:
        InputError: ``report`` holds no report.
        UnknownIdError: nothing, or more than one thing, has such an id.
    """
    payload: Payload = _read_json(report / FINDINGS)
    graph = SavedGraph.read(report / GRAPH)
    findings = {f["id"]: f for f in payload["findings"]}
    found = the_one(
        identity.removeprefix("figure:"), {*findings, *graph.identities()}, "发现或数字", f"见 {report / FINDINGS}"
    )
    if found in findings:
        return "\n".join(_finding_story(findings[found], graph, lang))
    return "\n".join(_node_story(graph.node_of(found), graph, payload, lang))


def the_one(identity: str, candidates: Collection[str], noun: str, remedy: str) -> str:
    """The one candidate that is ``identity`` or begins with it.

    Raises:
        UnknownIdError: there is none, or more than one.
    """
    if identity in candidates:
        return identity
    matching = sorted(c for c in candidates if c.startswith(identity)) if identity else []
    if len(matching) == 1:
        return matching[0]
    if not matching:
        raise UnknownIdError(f"{identity}：没有这个编号的{noun}；{remedy}")
    shown = "、".join(matching[:_SHOWN]) + ("……" if len(matching) > _SHOWN else "")
    raise UnknownIdError(f"{identity}：有 {len(matching)} 个{noun}以此开头（{shown}）；请多写几位")


def _finding_story(finding: FindingRecord, graph: SavedGraph, lang: Language) -> Iterator[str]:
    words = _WORDS[lang]
    english = lang == "en"
    severity = finding["severity"] if english else SEVERITY_WORDS[finding["severity"]]
    yield f"{severity} · {finding['title_en'] if english else finding['title']} ({finding['id']})"
    yield words["arithmetic"]
    yield from (f"  {line}" for line in (finding["message_en"] if english else finding["message"]).splitlines())
    if finding.get("stated") and finding.get("expected"):
        amounts = amounts_of(finding, lang)
        yield words["stated"].format(
            stated=amounts.stated, expected=amounts.expected, gap=amounts.gap, slack=amounts.slack
        )
    yield from repair_lines(finding, lang)
    yield words["evidence"]
    for evidence in finding["evidence"]:
        role = evidence.get("role", "evidence")
        yield words["row"].format(
            role=words["evidence_role"] if role == "evidence" else words.get(role, role),
            printed=evidence.get("printed", ""),
            unit=evidence.get("unit") or "",
            place=place_words(evidence, lang),
        )
    yield words["graph"]
    if not graph.nodes:
        yield f"  {words['no_graph']}"
    for node in _blamed_nodes(finding, graph):
        yield f"  {node_words(node, graph, lang)}"
        yield from _branches(node, graph.feeds, graph, lang, indent="    ")


def _blamed_nodes(finding: FindingRecord, graph: SavedGraph) -> list[str]:
    blamed = [
        graph.node_of(e["figure_id"]) for e in finding["evidence"] if e.get("figure_id") and e.get("role") in BLAMED
    ]
    return [node for node in dict.fromkeys(blamed) if node in graph.nodes]


def _node_story(node: str, graph: SavedGraph, payload: Payload, lang: Language) -> Iterator[str]:
    words = _WORDS[lang]
    yield node_words(node, graph, lang)
    yield words["rests"]
    yield from _branches(node, graph.rests_on, graph, lang, indent="  ")
    yield words["feeds"]
    yield from _branches(node, graph.feeds, graph, lang, indent="  ")
    blaming = [f for f in payload["findings"] if node in _blamed_nodes(f, graph)]
    if blaming:
        yield words["blamed"]
        yield from (f"  {f['id']} {f['title_en'] if lang == 'en' else f['title']}" for f in blaming)


def _branches(
    node: str, neighbours: dict[str, list[str]], graph: SavedGraph, lang: Language, *, indent: str
) -> Iterator[str]:
    """The tree of what is reached from ``node``, each node once, :data:`_DEPTH` steps deep, :data:`_BRANCHES` wide."""
    yield from _tree(node, neighbours, graph, lang, [node], indent)


def _tree(
    node: str, neighbours: dict[str, list[str]], graph: SavedGraph, lang: Language, path: list[str], indent: str
) -> Iterator[str]:
    following = [other for other in neighbours.get(node, []) if other not in path]
    # A figure supports a relation directly and through its fact: the longer way says more.
    onward = {further for other in following for further in neighbours.get(other, [])}
    following = [other for other in following if other not in onward]
    for other in following[:_BRANCHES]:
        company = _company(other, path[0], graph, lang) if neighbours is graph.feeds else ""
        yield f"{indent}→ {node_words(other, graph, lang)}{company}"
        if len(path) < _DEPTH:
            yield from _tree(other, neighbours, graph, lang, [*path, other], indent + "  ")
    if len(following) > _BRANCHES:
        yield _WORDS[lang]["more"].format(indent=indent, count=len(following) - _BRANCHES)


def _company(relation: str, figure: str, graph: SavedGraph, lang: Language) -> str:
    """The other figures that a relation rests on beside ``figure``."""
    if graph.nodes[relation].get("kind") != "relation":
        return ""
    figures = [n for n in graph.rests_on.get(relation, ()) if graph.nodes[n].get("kind") == "figure" and n != figure]
    key = "label_en" if lang == "en" else "label"
    labels = [str(graph.nodes[n].get(key) or graph.nodes[n].get("label") or n) for n in figures[:_SHOWN]]
    if not labels:
        return ""
    words = _WORDS[lang]
    listed = words["join"].join(labels) + (words["and_so_on"] if len(figures) > _SHOWN else "")
    return words["company"].format(listed)


def node_words(node: str, graph: SavedGraph, lang: Language) -> str:
    """A node in words: its kind, what it says, where it stands, how it came out."""
    words = _WORDS[lang]
    data = graph.nodes[node]
    kind, outcome = str(data.get("kind", "")), str(data.get("outcome") or "")
    label = data.get("label") or node
    if lang == "en":
        rule = load_rules().get(data.get("rule") or "")
        label = rule.title_en if rule else data.get("label_en", label)  # what is printed stays as it is printed
    text = f"{words.get(kind, kind)} {label}"
    if kind == "fact" and data.get("period"):
        text += f" {data['period']}"
    if kind == "figure":
        place = EvidenceRecord(
            document=_document_of(node, graph),
            page=data.get("page"),
            line=data.get("line"),
            block=data.get("block"),
            table=data.get("table") or "",
            row=data.get("row"),
            column=data.get("column"),
        )
        text += f" · {place_words(place, lang)}"
    return text + (f" [{words.get(outcome, outcome)}]" if outcome else "")


def _document_of(figure: str, graph: SavedGraph) -> str:
    supports = (graph.nodes[node] for node in graph.rests_on.get(figure, ()))
    return next((str(node["path"]) for node in supports if node.get("kind") == "document"), "")


def _read_json(path: Path) -> Any:  # noqa: ANN401 - what JSON holds; its shape is public
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "请先运行 gouji audit，或用 --report 指定报告文件夹"
        raise InputError(path, f"读不到（{error.strerror}）", remedy) from error
    except ValueError as error:
        raise InputError(path, "不是完整的报告", "请重新运行 gouji audit") from error
