"""The shape of ``findings.json`` as the report, the alerts and the command line read it.

The shape is public (schema ``gouji.findings/1``): these readers work on a saved report exactly as on a fresh audit.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, TypedDict, cast

if TYPE_CHECKING:
    from checks.audit import Audit

Language = Literal["zh", "en"]


class EvidenceRecord(TypedDict, total=False):
    """A place that a finding points at; locators that a format does not have are None or absent."""

    document: str
    page: int | None
    line: int | None
    start: int | None
    end: int | None
    part: str | None
    block: int | None
    sheet: str | None
    cell: str | None
    table: str
    row: int | None
    column: int | None
    printed: str
    unit: str
    concept: str
    figure_id: str
    binding: str
    role: str
    quote: str


class RepairRecord(TypedDict, total=False):
    """A printed value that would make relations hold; ``evidence`` is an index into the finding's evidence."""

    evidence: int
    value: str
    cause: str
    restores: list[str]


class FindingRecord(TypedDict, total=False):
    """One finding; values are decimal strings in the printed unit."""

    id: str
    fingerprint: str
    member_ids: list[str]
    rule: str
    family: str
    severity: str
    status: str
    title: str
    title_en: str
    message: str
    message_en: str
    stated: str
    expected: str
    gap: str
    rounding_slack: str
    unit: str
    evidence: list[EvidenceRecord]
    repairs: list[RepairRecord]
    relations: list[str]


class DocumentRecord(TypedDict, total=False):
    """One document, and how many of its numerals were bound, recognised and left unread."""

    id: str
    path: str
    sha256: str
    entity: str
    level: str
    kind: str
    fiscal_year: int | None
    numerals: int
    bound: int
    recognised: int
    unread: int
    status: str
    problem: str


class UncheckedRecord(TypedDict, total=False):
    """A relation that could not be evaluated, and why; ``fault`` is there where the program itself failed."""

    rule: str
    reason: str
    documents: list[str]
    fault: str


class Payload(TypedDict, total=False):
    """The whole of findings.json."""

    schema: str
    generated_at: str
    gouji_version: str
    rules_version: str
    documents: list[DocumentRecord]
    findings: list[FindingRecord]
    unchecked: list[UncheckedRecord]


def first_suspect(finding: FindingRecord) -> EvidenceRecord:
    """The best guess of what is wrong: the first suspect, else the first evidence, else nothing."""
    evidence = finding.get("evidence") or []
    return next((e for e in evidence if e.get("role") == "suspect"), evidence[0] if evidence else EvidenceRecord())


def unit_names(audit: Audit) -> dict[str, str]:
    """The name of the unit of each document that says one, by path."""
    return {document.path: document.entity_name for document in audit.documents if document.entity_name}


def payload_of(audit: Audit) -> Payload:
    """The contents of findings.json of an audit."""
    return cast("Payload", audit.to_dict())


SEVERITIES = ("error", "warning", "info")
SEVERITY_WORDS = {"error": "错误", "warning": "疑点", "info": "提示"}


def severity_counts(payload: Payload) -> dict[str, int]:
    """Number of findings of each severity, loudest first."""
    counts = Counter(f["severity"] for f in payload["findings"])
    return {severity: counts[severity] for severity in SEVERITIES}
