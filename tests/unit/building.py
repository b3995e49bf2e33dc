"""Figures, relations and small documents for tests: only what a test is about is said, all else is filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from checks.judging.verdicts import judge
from checks.model import Finding, Instance, Relation, Severity, Term, Verdict
from datasets.model import Figure, Place, Role, Scope
from datasets.vocabulary.numerals import decimals_of

_starts = count(1)
_ROW = re.compile(r"^\|(?P<cells>.*)\|[ ]*$", re.MULTILINE)
ENTITY = "甲县乙局"


def figure(printed: str, unit: str = "万元", **given: Any) -> Figure:  # noqa: ANN401 - any field of a figure
    """A figure as printed; a minus stands for 减少. Counts (人) are exact, all else has the quantum of its digits."""
    bare = printed.removeprefix("-")
    value = Decimal(printed.replace(",", ""))
    line = given.pop("line", 1)
    start = next(_starts) * 10
    place = Place(start, start + len(bare), line=line)
    quantum = Decimal(0) if unit in ("人", "辆", "个") else Decimal(1).scaleb(-decimals_of(bare))
    made = Figure(f"figure-{start}", "甲.txt", place, bare, Role.LEVEL, value, unit, quantum, concept="expenditure")
    return replace(made, **({"concept_label": "支出"} | given))


def relation(identifier: str = "test-relation", kind: str = "sum", **given: Any) -> Relation:  # noqa: ANN401
    """A relation of severity error."""
    form = given.pop("form", Relation)
    said = {"title": f"{identifier}应当成立", "title_en": f"{identifier} must hold", "source": "某某办法第一条"}
    made: Relation = form(
        **({"id": identifier, "family": "A", "arithmetic": kind, **said, "severity": Severity.ERROR} | given)
    )
    return made


def terms(*figures: Figure | str) -> tuple[Term, ...]:
    """Terms of weight one; a text is a figure in 万元."""
    return tuple(Term(figure(each) if isinstance(each, str) else each) for each in figures)


def instance(
    left: Sequence[Figure | str],
    right: Sequence[Figure | str],
    kind: str = "sum",
    **given: Any,  # noqa: ANN401
) -> Instance:
    """The relation ``rule`` (default: a test relation) bound to figures."""
    rule = given.pop("rule", relation(kind=kind))
    if isinstance(rule, str):
        rule = relation(rule, kind)
    bound = terms(*left), terms(*right)
    unit = given.pop("unit", next((term.figure.unit for side in bound for term in side), ""))
    return Instance(rule, kind, *bound, unit=unit, **given)


def verdict(left: Sequence[Figure | str], right: Sequence[Figure | str], kind: str = "sum", **given: Any) -> Verdict:  # noqa: ANN401
    """The instance, judged."""
    return judge(instance(left, right, kind, **given))


def with_severity(severity: Severity, identifier: str = "test-relation") -> Relation:
    """A relation of that severity."""
    return relation(identifier, severity=severity)


def document(folder: Path, text: str, *, kind: str = "final_accounts", year: int = 2024, name: str = "") -> Path:
    """A text file that is read as such a document; a row ``| a | b |`` becomes one cell a line, as in real dumps."""
    title = f"{ENTITY}{year}年部门预算公开" if kind == "budget" else f"{ENTITY}{year}年度部门决算公开说明"
    path = folder / (name or f"{kind}-{year}.txt")
    printed = _ROW.sub(lambda row: "".join(f"\t{cell.strip()}\n" for cell in row["cells"].split("|")), text)
    path.write_text(f"{title}\n\n{printed}", encoding="utf-8", newline="\n")
    return path


def of_rule(found: tuple[Finding, ...], rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [finding for finding in found if finding.rule == rule]


def blamed(finding: Finding) -> list[str]:
    """What is printed at the places a finding blames, best guess first."""
    return [evidence.printed for evidence in finding.evidence if evidence.role in ("suspect", "rival")]


__all__ = ["ENTITY", "Scope", "blamed", "document", "figure", "instance", "of_rule", "relation", "terms", "verdict"]
