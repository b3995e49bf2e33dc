"""docs/findings.schema.json says what findings.json is: it takes what is right and names what is not."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checks.audit import audit

SCHEMA = json.loads((Path(__file__).parents[4] / "docs" / "findings.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

EVIDENCE: dict[str, Any] = {
    "document": "某局2024年度部门决算.txt",
    "page": None,
    "line": 41,
    "start": 1203,
    "end": 1209,
    "table": "",
    "row": None,
    "column": None,
    "printed": "71.73",
    "unit": "%",
    "concept": "share",
    "figure_id": "f1",
    "binding": "certain",
    "role": "suspect",
    "quote": "占71.73%",
}
SAMPLE: dict[str, Any] = {
    "schema": "gouji.findings/1",
    "generated_at": "2026-03-01T09:30:00+08:00",
    "gouji_version": "0.1.0",
    "rules_version": "5f1c",
    "documents": [
        {
            "id": "d1",
            "path": "某局2024年度部门决算.txt",
            "sha256": "0" * 64,
            "entity": "某局",
            "level": "department",
            "kind": "final_accounts",
            "fiscal_year": 2024,
            "numerals": 10,
            "bound": 6,
            "recognised": 3,
            "unread": 1,
            "status": "read",
            "problem": "",
        }
    ],
    "findings": [
        {
            "id": "a1",
            "fingerprint": "b2",
            "member_ids": ["a1"],
            "rule": "share-of-total",
            "family": "narrative",
            "severity": "error",
            "status": "broken",
            "title": "占比与金额不符",
            "title_en": "The share contradicts the amounts",
            "message": "所载71.73%，应为71.65%。",
            "message_en": "Stated 71.73 %, expected 71.65 %.",
            "stated": "71.73",
            "expected": "71.65",
            "gap": "0.08",
            "rounding_slack": "0.01",
            "unit": "%",
            "evidence": [EVIDENCE],
            "repairs": [{"evidence": 0, "value": "71.65", "cause": "数字抄录有误", "restores": ["share-of-total"]}],
            "relations": ["share-of-total"],
        }
    ],
    "unchecked": [{"rule": "three-public-total", "reason": "没有三公经费支出表", "documents": []}],
}


def problems(value: object) -> list[str]:
    """Where and how a value breaks the schema."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(value)]


def changed(path: list[str | int], value: object) -> dict[str, Any]:
    """Give the sample with one value replaced."""
    made = deepcopy(SAMPLE)
    *way, last = path
    at: Any = made
    for step in way:
        at = at[step]
    at[last] = value
    return made


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_sample_is_valid() -> None:
    assert problems(SAMPLE) == []


FINDING: list[str | int] = ["findings", 0]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["schema"], "gouji.findings/2", "$.schema"),
        (["generated_at"], "2026-03-01", "$.generated_at"),
        (["documents", 0, "kind"], "report", "$.documents[0].kind"),
        (["documents", 0, "kind"], "", "$.documents[0].kind"),
        (["documents", 0, "status"], "partial", "$.documents[0].status"),
        (["documents", 0, "fiscal_year"], "2024", "$.documents[0].fiscal_year"),
        (["documents", 0, "unread"], -1, "$.documents[0].unread"),
        ([*FINDING, "severity"], "fatal", "$.findings[0].severity"),
        ([*FINDING, "status"], "wrong", "$.findings[0].status"),
        ([*FINDING, "stated"], 71.73, "$.findings[0].stated"),
        ([*FINDING, "gap"], "8E-2", "$.findings[0].gap"),
        ([*FINDING, "rounding_slack"], "0,01", "$.findings[0].rounding_slack"),
        ([*FINDING, "message_en"], "", "$.findings[0].message_en"),
        ([*FINDING, "evidence"], [EVIDENCE] * 5, "$.findings[0].evidence"),
        ([*FINDING, "evidence", 0, "page"], 0, "$.findings[0].evidence[0].page"),
        ([*FINDING, "evidence", 0, "start"], -1, "$.findings[0].evidence[0].start"),
        ([*FINDING, "evidence", 0, "role"], "culprit", "$.findings[0].evidence[0].role"),
        ([*FINDING, "evidence", 0, "binding"], "sure", "$.findings[0].evidence[0].binding"),
        ([*FINDING, "repairs", 0, "value"], 71.65, "$.findings[0].repairs[0].value"),
        (["unchecked", 0, "reason"], "", "$.unchecked[0].reason"),
        (["more"], 1, "$"),
        ([*FINDING, "more"], 1, "$.findings[0]"),
    ],
)
def test_what_breaks_the_contract_is_named_by_its_place(path: list[str | int], value: object, place: str) -> None:
    assert {problem.split(": ")[0] for problem in problems(changed(path, value))} == {place}


@pytest.mark.parametrize("record", ["document", "finding", "evidence", "repair", "unchecked"])
def test_every_field_of_the_contract_is_required(record: str) -> None:
    samples: dict[str, Any] = {
        "document": SAMPLE["documents"][0],
        "finding": SAMPLE["findings"][0],
        "evidence": EVIDENCE,
        "repair": SAMPLE["findings"][0]["repairs"][0],
        "unchecked": SAMPLE["unchecked"][0],
    }
    schema = {"$defs": SCHEMA["$defs"], "$ref": f"#/$defs/{record}"}
    for key in samples[record]:
        less = {name: value for name, value in samples[record].items() if name != key}
        assert not Draft202012Validator(schema).is_valid(less), key


def test_more_evidence_than_four_is_allowed_where_four_are_blamed() -> None:
    more = [EVIDENCE] * 4 + [EVIDENCE | {"role": "evidence"}] * 9
    assert problems(changed([*FINDING, "evidence"], more)) == []


def test_document_that_cannot_be_read_has_no_kind_but_a_problem() -> None:
    unreadable = SAMPLE["documents"][0] | {
        "status": "unreadable",
        "kind": "",
        "fiscal_year": None,
        "problem": "没有文字层",
    }
    assert problems(changed(["documents", 0], unreadable)) == []
    assert problems(changed(["documents", 0], unreadable | {"problem": ""}))


def test_audit_of_real_documents_keeps_the_contract(documents: Path) -> None:
    found = audit(sorted(documents.glob("*.txt"))).to_dict()
    assert found["documents"]
    assert found["findings"]
    assert problems(json.loads(json.dumps(found))) == []
