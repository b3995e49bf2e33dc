"""The records of a page: what it needs of an audit, and what the template lays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from markupsafe import Markup

from checks.model import DocumentReport, Finding, Severity, Unchecked, Verdict
from datasets.model import Figure


class AuditRecords(Protocol):
    """The part of an audit that the page needs; :class:`checks.audit.Audit` has it."""

    @property
    def documents(self) -> Sequence[DocumentReport]:
        """What was read of each document, in the order given."""
        ...

    @property
    def figures(self) -> Sequence[Figure]:
        """Every printed numeral."""
        ...

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """Every relation judged."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong, or cannot be settled."""
        ...

    @property
    def unchecked(self) -> Sequence[Unchecked]:
        """What was not judged, and why."""
        ...

    def to_dict(self) -> Mapping[str, object]:
        """Give the contents of findings.json."""
        ...


class SuiteResult(Protocol):
    """A suite of expectations as run."""

    @property
    def name(self) -> str:
        """Name of the suite."""
        ...

    @property
    def success(self) -> bool:
        """Whether all its expectations hold."""
        ...

    @property
    def evaluated(self) -> int:
        """Number of its expectations."""
        ...

    @property
    def successful(self) -> int:
        """Number of those that hold."""
        ...

    @property
    def page(self) -> str:
        """Its page of Data Docs, as a path relative to the site."""
        ...


class SuiteResults(Protocol):
    """All suites of a run; :class:`checks.suites.SuiteRun` is one."""

    @property
    def suites(self) -> Sequence[SuiteResult]:
        """The suites in the order they ran."""
        ...

    @property
    def skipped(self) -> Sequence[tuple[str, str]]:
        """Names of the suites that had nothing to run on, with the reason."""
        ...


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One row of the list of places."""

    role: str
    printed: str
    unit: str
    meaning: str
    binding: str
    place: str


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quoted sentence, row or cell with its place."""

    html: Markup
    place: str


@dataclass(frozen=True, slots=True)
class RepairView:
    """One way to make the relations hold."""

    printed: str
    value: str
    place: str
    cause: str
    restores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with everything resolved that the page says about it."""

    anchor: str
    record: Finding
    title: str
    message: str
    quotes: tuple[QuoteView, ...]
    arithmetic: tuple[tuple[str, str], ...]
    evidence: tuple[EvidenceView, ...]
    places_open: bool
    repairs: tuple[RepairView, ...]
    rule_title: str
    rule_source: str
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentFindings:
    """The findings of one document within a severity."""

    name: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class SeverityView:
    """All findings of a severity, by document."""

    severity: Severity
    count: int
    documents: tuple[DocumentFindings, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A row of the list of documents; ``unread_share`` is None where nothing was read."""

    record: DocumentReport
    file: str
    name: str
    unread_share: str | None
    findings: int


@dataclass(frozen=True, slots=True)
class SuiteView:
    """A suite as run; ``link`` is the address of its page, relative and quoted."""

    name: str
    success: bool
    evaluated: int
    successful: int
    link: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page."""

    generated_at: datetime
    version: str
    rules_version: str
    documents: tuple[DocumentView, ...]
    families: tuple[tuple[str, tuple[int, ...], int], ...]
    severity_counts: tuple[tuple[Severity, int], ...]
    outcomes: tuple[tuple[str, int], ...]
    severities: tuple[SeverityView, ...]
    unchecked: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]
    suites: tuple[SuiteView, ...] | None
    skipped_suites: tuple[tuple[str, str], ...]
