"""An audit as rows, frames and findings.json: the public contract's columns and names, every value a decimal string."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from checks.findings.making import severity_of
from checks.findings.messages import printed_number
from checks.model import AuditRecords, DocumentReport, DocumentStatus, Evidence, Finding, Outcome, Unchecked, Verdict
from checks.relations.loading import rules_version
from datasets.model import Figure
from datasets.vocabulary.units import exactly

if TYPE_CHECKING:
    import pandas as pd


SCHEMA = "gouji.findings/1"
FIGURE_COLUMNS = (
    "figure_id", "document", "page", "line", "start", "end", "part", "block", "sheet", "cell", "table", "row", "column",
    "printed", "value", "unit", "quantum", "role", "concept", "concept_label", "entity", "level", "fund", "stage",
    "period", "function_code", "economic_code", "project", "binding", "verdict",
)  # fmt: skip
VERDICT_COLUMNS = (
    "verdict_id", "relation", "family", "outcome", "stated", "expected", "gap", "slack", "unit", "severity",
    "documents", "figure_ids", "crosses_documents", "reason",
)  # fmt: skip
FINDING_COLUMNS = (
    "id", "fingerprint", "rule", "family", "severity", "status", "title", "title_en", "message", "message_en",
    "stated", "expected", "gap", "rounding_slack", "unit", "documents",
)  # fmt: skip
DOCUMENT_COLUMNS = (
    "id", "path", "sha256", "entity", "level", "kind", "fiscal_year", "numerals", "bound", "recognised", "unread",
    "status", "problem", "entity_name", "key",
)  # fmt: skip
_MADE_OTHERWISE = frozenset({"documents", "severity", "status"})
_INTEGERS = ("page", "line", "start", "end", "block", "row", "column")


def gouji_version() -> str:
    """The installed version of the project."""
    try:
        return version("gouji")
    except PackageNotFoundError:
        return "0"


def figure_rows(audit: AuditRecords) -> Iterator[dict[str, str]]:
    """One row for each printed numeral, columns as in :data:`FIGURE_COLUMNS`; "" where there is nothing to say."""
    words = figure_verdicts(audit)
    for figure in audit.figures:
        yield figure_row(figure, words.get(figure.id, "unverified"))


def figure_row(figure: Figure, verdict: str) -> dict[str, str]:
    """The ledger row of a figure."""
    place, scope = figure.place, figure.scope
    values: dict[str, object] = {
        "figure_id": figure.id,
        "document": figure.document,
        "page": place.page,
        "line": place.line,
        "start": place.start,
        "end": place.end,
        "part": place.part,
        "block": place.block,
        "sheet": place.sheet,
        "cell": place.cell,
        "table": figure.table,
        "row": figure.row,
        "column": figure.column,
        "printed": figure.printed,
        "value": _decimal(figure.value),
        "unit": figure.unit,
        "quantum": _decimal(figure.quantum) if figure.value is not None else "",
        "role": figure.role,
        "concept": figure.concept,
        "concept_label": figure.concept_label,
        "entity": scope.entity,
        "level": scope.level,
        "fund": scope.fund,
        "stage": scope.stage,
        "period": scope.period,
        "function_code": scope.function_code,
        "economic_code": scope.economic_code,
        "project": scope.project,
        "binding": figure.binding,
        "verdict": verdict,
    }
    return {column: "" if values[column] is None else str(values[column]) for column in FIGURE_COLUMNS}


def _decimal(value: Decimal | None) -> str:
    """A decimal with the digits it was printed with, never in scientific notation."""
    return "" if value is None else f"{value:f}"


def figure_verdicts(audit: AuditRecords) -> dict[str, str]:
    """verified: in a relation that holds; contradicted: blamed by a finding, or only in broken relations."""
    words: dict[str, str] = {}
    for verdict in audit.verdicts:
        for figure in verdict.instance.figures:
            if verdict.outcome in (Outcome.EXACT, Outcome.WITHIN_ROUNDING):
                words[figure.id] = "verified"
            elif verdict.outcome is Outcome.BROKEN:
                words.setdefault(figure.id, "contradicted")
    for finding in audit.findings:
        for evidence in finding.evidence:
            if evidence.role in ("suspect", "rival") and evidence.figure_id and finding.status == "broken":
                words[evidence.figure_id] = "contradicted"
    return words


def verdict_row(verdict: Verdict) -> dict[str, object]:
    """A row of the frame ``verdicts``."""
    instance = verdict.instance
    documents = sorted(instance.documents)
    return {
        "verdict_id": verdict.id,
        "relation": instance.relation.id,
        "family": instance.relation.family,
        "outcome": str(verdict.outcome),
        "stated": _optional(verdict.stated),
        "expected": _optional(verdict.expected),
        "gap": _optional(verdict.gap),
        "slack": _optional(verdict.slack),
        "unit": verdict.unit,
        "severity": str(severity_of(verdict)),
        "documents": " | ".join(documents),
        "figure_ids": " ".join(figure.id for figure in instance.figures),
        "crosses_documents": len(documents) > 1,
        "reason": verdict.reason or instance.note,
    }


def _optional(value: Decimal | None) -> str | None:
    return None if value is None else printed_number(value)


def finding_row(finding: Finding) -> dict[str, object]:
    """A row of the frame ``findings`` and of ``gouji check --format csv``."""
    documents = sorted({evidence.document for evidence in finding.evidence})
    row: dict[str, object] = {
        column: str(getattr(finding, column)) for column in FINDING_COLUMNS if column != "documents"
    }
    return row | {"documents": " | ".join(documents)}


@exactly
def frames(audit: AuditRecords) -> dict[str, pd.DataFrame]:
    """The four frames of an audit; figures also carry ``document_key``."""
    import pandas as pd

    keys = {document.path: document.key for document in audit.documents}
    figures = [row | {"document_key": keys.get(row["document"], "")} for row in figure_rows(audit)]
    return {
        "documents": pd.DataFrame([asdict(d) for d in audit.documents], columns=list(DOCUMENT_COLUMNS)),
        "figures": _typed(pd.DataFrame(figures, columns=[*FIGURE_COLUMNS, "document_key"])),
        "verdicts": pd.DataFrame([verdict_row(v) for v in audit.verdicts], columns=list(VERDICT_COLUMNS)),
        "findings": pd.DataFrame([finding_row(f) for f in audit.findings], columns=list(FINDING_COLUMNS)),
    }


def _typed(figures: pd.DataFrame) -> pd.DataFrame:
    """Positions as nullable integers; a blank text is missing."""
    import pandas as pd

    for column in _INTEGERS:
        figures[column] = pd.to_numeric(figures[column], errors="coerce").astype("Int64")
    blank = [column for column in figures.columns if column not in _INTEGERS]
    figures[blank] = figures[blank].replace("", None)
    return figures


@exactly
def to_dict(audit: AuditRecords) -> dict[str, Any]:
    """findings.json."""
    return {
        "schema": SCHEMA,
        "generated_at": audit.generated_at.isoformat(timespec="seconds"),
        "gouji_version": gouji_version(),
        "rules_version": rules_version(),
        # What was not audited comes first, for any reader of the list.
        "documents": [_document(d) for d in sorted(audit.documents, key=_unaudited_first)],
        "findings": [finding_dict(finding) for finding in audit.findings],
        "unchecked": [_unchecked(unchecked) for unchecked in audit.unchecked],
    }


def _unchecked(unchecked: Unchecked) -> dict[str, Any]:
    plain = {"rule": unchecked.rule, "reason": unchecked.reason, "documents": list(unchecked.documents)}
    return plain | {"fault": unchecked.fault} if unchecked.fault else plain


def _unaudited_first(document: DocumentReport) -> int:
    order = (DocumentStatus.UNREADABLE, DocumentStatus.NOT_AUDITED, DocumentStatus.SECOND_FORM)
    return order.index(document.status) if document.status in order else len(order)


def _document(document: DocumentReport) -> dict[str, Any]:
    return {field: getattr(document, field) for field in DOCUMENT_COLUMNS[: DOCUMENT_COLUMNS.index("problem") + 1]}


def finding_dict(finding: Finding) -> dict[str, Any]:
    """A finding as it stands in findings.json."""
    plain = {field: getattr(finding, field) for field in FINDING_COLUMNS if field not in _MADE_OTHERWISE}
    return plain | {
        "member_ids": list(finding.member_ids),
        "severity": str(finding.severity),
        "status": str(finding.status),
        "evidence": [_evidence(e) for e in finding.evidence],
        "repairs": [asdict(r) | {"restores": list(r.restores)} for r in finding.repairs],
        "relations": list(finding.relations),
    }


_PLACES = ("page", "line", "start", "end", "part", "block", "sheet", "cell")


def _evidence(evidence: Evidence) -> dict[str, Any]:
    place = {field: getattr(evidence.place, field) if evidence.place else None for field in _PLACES}
    return {
        "document": evidence.document,
        **place,
        "table": evidence.table,
        "row": evidence.row,
        "column": evidence.column,
        "printed": evidence.printed,
        "unit": evidence.unit,
        "concept": evidence.concept,
        "figure_id": evidence.figure_id,
        "binding": str(evidence.binding),
        "role": evidence.role,
        "quote": evidence.quote,
    }
