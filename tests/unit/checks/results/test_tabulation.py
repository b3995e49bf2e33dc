"""An audit as rows, frames and findings.json: the columns and names of the contract, every value a decimal string."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checks.audit import Audit, audit
from checks.findings.making import findings
from checks.judging.verdicts import judge
from checks.results.tabulation import FIGURE_COLUMNS, figure_row, figure_rows, figure_verdicts, finding_row, to_dict
from datasets.identity.catalog import shipped_documents
from datasets.model import Role
from tests.unit.building import figure, instance

CONTRACT = (
    "figure_id, document, page, line, start, end, part, block, sheet, cell, table, row, column, printed, value, unit, "
    "quantum, role, concept, concept_label, entity, level, fund, stage, period, function_code, economic_code, project, "
    "binding, verdict"
)


@pytest.fixture(scope="module")
def changji() -> Audit:
    return audit(shipped_documents())


def small(*instances: Any) -> Audit:  # noqa: ANN401 - instances
    verdicts = tuple(judge(each) for each in instances)
    figures = tuple({f.id: f for verdict in verdicts for f in verdict.instance.figures}.values())
    found = findings(verdicts, (), {}, {})
    return Audit((), figures, verdicts, found, (), generated_at=datetime(2025, 1, 1, tzinfo=UTC))


def test_the_ledger_has_the_columns_of_the_contract() -> None:
    assert ", ".join(FIGURE_COLUMNS) == CONTRACT


def test_every_numeral_is_one_row_of_texts(changji: Audit) -> None:
    rows = list(figure_rows(changji))
    assert len(rows) == sum(report.numerals for report in changji.documents)
    assert len({row["figure_id"] for row in rows}) == len(rows)
    assert {type(value) for row in rows for value in row.values()} == {str}
    assert {row["verdict"] for row in rows} == {"verified", "contradicted", "unverified"}
    assert not [row for row in rows if "E" in row["value"] or row["value"] == "None"]


def test_a_row_keeps_the_digits_as_printed() -> None:
    row = figure_row(figure("1,234.50", line=7, role=Role.LEVEL), "verified")
    assert (row["printed"], row["value"], row["quantum"], row["line"]) == ("1,234.50", "1234.50", "0.01", "7")
    assert figure_row(figure("0.00", value=Decimal("1E+3")), "")["value"] == "1000"
    nothing = figure_row(figure("2024", value=None, role=Role.DATE), "")
    assert (nothing["value"], nothing["quantum"], nothing["page"]) == ("", "", "")


def test_a_figure_is_contradicted_when_a_finding_blames_it_and_verified_when_only_its_neighbours_are_wrong() -> None:
    shared, vouched = figure("52.00"), figure("10.00")
    result = small(
        instance(["30.00"], [vouched, shared], rule="one"),
        instance([shared], ["5.00", "15.00"], rule="two"),
        instance([vouched], ["4.00", "6.00"], rule="holds"),
    )
    words = figure_verdicts(result)
    assert words[shared.id] == "contradicted"
    assert words[vouched.id] == "verified"


def test_a_figure_that_stands_in_broken_relations_only_is_contradicted_even_where_others_are_blamed() -> None:
    result = small(instance(["99.00"], [f"{number}.50" for number in range(1, 9)]))
    assert [row["verdict"] for row in figure_rows(result)] == ["contradicted"] * 9


def test_a_figure_in_no_relation_that_decides_is_unverified() -> None:
    lonely = figure("100", "%")
    result = small(instance([lonely], ["29.44", "0.00"], "growth"))
    assert [row["verdict"] for row in figure_rows(result)] == ["unverified"] * 3


def test_findings_json_is_plain_and_complete(changji: Audit) -> None:
    data = json.loads(json.dumps(to_dict(changji), ensure_ascii=False))
    assert data["schema"] == "gouji.findings/1"
    assert set(data) == {
        "schema",
        "generated_at",
        "gouji_version",
        "rules_version",
        "documents",
        "findings",
        "unchecked",
    }
    assert len(data["findings"]) == len(changji.findings)
    assert _floats(data) == []
    for finding in data["findings"]:
        assert {repair["evidence"] for repair in finding["repairs"]} <= set(range(len(finding["evidence"])))
        blamed = [evidence["role"] for evidence in finding["evidence"] if evidence["role"] != "evidence"]
        assert len(blamed) <= 4
        assert blamed[:1] in ([], ["suspect"])


def _floats(value: object) -> list[float]:
    if isinstance(value, float):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for part in parts for found in _floats(part)]


def test_evidence_gives_its_place_in_the_document() -> None:
    [finding] = to_dict(small(instance([figure("35.00", line=7)], ["10.00"])))["findings"]
    evidence = finding["evidence"][0]
    assert (evidence["line"], evidence["printed"], evidence["role"]) == (7, "35.00", "suspect")
    assert evidence["end"] - evidence["start"] == 5
    assert (evidence["page"], evidence["sheet"]) == (None, None)


def test_the_frames_agree_with_the_records(changji: Audit) -> None:
    frames = changji.frames()
    assert {name: len(frame) for name, frame in frames.items()} == {
        "documents": len(changji.documents),
        "figures": len(changji.figures),
        "verdicts": len(changji.verdicts),
        "findings": len(changji.findings),
    }
    assert list(frames["figures"].columns) == [*FIGURE_COLUMNS, "document_key"]
    assert frames["figures"]["document_key"].notna().all()
    crossing = frames["verdicts"].set_index("relation")["crosses_documents"]
    assert crossing["asset-chain"].all()
    assert not crossing["economic-tree"].any()
    assert frames["verdicts"]["gap"].map(type).isin([str, type(None), float]).all()


def test_a_finding_as_a_row_names_its_documents() -> None:
    other = figure("10.00", document="乙.txt")
    row = finding_row(small(instance(["35.00"], [other])).findings[0])
    assert row["documents"] == "乙.txt | 甲.txt"
    assert row["severity"] == "error"


def test_the_version_of_the_rules_is_part_of_the_report(changji: Audit) -> None:
    from checks.relations.loading import rules_version

    assert to_dict(changji)["rules_version"] == rules_version()
    assert len(rules_version()) == 12


def test_no_place_of_this_machine_but_the_paths_as_given(tmp_path: Path) -> None:
    missing = tmp_path / "没有.txt"
    data = to_dict(audit([missing]))
    assert data["documents"][0]["path"] == str(missing)
    assert data["documents"][0]["status"] == "unreadable"
