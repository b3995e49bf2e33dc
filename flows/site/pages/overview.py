"""Where it burns: units by documents and years, findings by severity and family, what changed since the last run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checks.model import AuditRecords, DocumentReport, DocumentStatus, Finding, Outcome, Severity, Status
from flows.site.pages.history import History
from flows.site.shared.edition import Edition
from flows.site.shared.sitemap import SiteMap, State, file_name, main_document

_KINDS = ("budget", "final_accounts")
_SHOWN_STATES = (State.TICKED, State.CONTRADICTED, State.FREE, State.UNREAD)


@dataclass(frozen=True, slots=True)
class DocumentCell:
    """A document in the matrix."""

    name: str
    file: str
    link: str
    status: str
    problem: str
    level: str
    errors: int
    warnings: int
    unread: int
    numerals: int


@dataclass(frozen=True, slots=True)
class Numerals:
    """The numerals of documents by what the checks say of them; dates, codes and the like are left out of the share."""

    counts: Mapping[State, int]

    @property
    def total(self) -> int:
        """Numerals that could be checked, and those unread."""
        return sum(self.counts.get(state, 0) for state in _SHOWN_STATES)

    @property
    def verified(self) -> str:
        """The share that stands in a relation that holds, as a percentage; "–" where there is nothing."""
        return f"{100 * self.counts.get(State.TICKED, 0) / self.total:.0f}%" if self.total else "–"

    @property
    def parts(self) -> tuple[tuple[State, int, str], ...]:
        """State, count and width in percent."""
        total = self.total or 1
        return tuple(
            (state, self.counts.get(state, 0), f"{100 * self.counts.get(state, 0) / total:.2f}")
            for state in _SHOWN_STATES
        )


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with its documents by year and kind, and its findings."""

    entity: str
    name: str
    link: str
    cells: tuple[tuple[DocumentCell, ...], ...]
    severities: tuple[int, ...]
    unresolved: int
    families: Mapping[str, int]
    numerals: Numerals
    new: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the first page that is not the same on all pages."""

    columns: tuple[tuple[int, str], ...]
    units: tuple[UnitRow, ...]
    unaudited: tuple[DocumentCell, ...]
    faults: tuple[str, ...]
    partly: tuple[DocumentCell, ...]
    left_out: tuple[DocumentCell, ...]
    severity_counts: tuple[tuple[Severity, int], ...]
    families: tuple[tuple[str, str, tuple[int, ...], int], ...]
    outcomes: tuple[tuple[str, int], ...]
    numerals: Numerals
    unresolved: int


def overview(audit: AuditRecords, edition: Edition, history: History) -> Overview:
    """Work out the first page."""
    site = edition.site
    years = [d.fiscal_year for d in audit.documents if d.fiscal_year is not None]
    columns = tuple((y, kind) for y in range(min(years), max(years) + 1) for kind in _KINDS) if years else ()
    by_unit: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in audit.findings:
        by_unit[site.unit_of(finding)].append(finding)
    by_document = _severities_by_document(audit.findings)
    documents: defaultdict[str, list[DocumentReport]] = defaultdict(list)
    for report in audit.documents:
        documents[report.entity].append(report)
    rows = [
        _unit(entity, mine, by_unit[entity], by_document, columns, edition, history)
        for entity, mine in documents.items()
        if entity
    ]
    outcomes = Counter(verdict.outcome for verdict in audit.verdicts)

    def _cells(*statuses: DocumentStatus) -> tuple[DocumentCell, ...]:
        return tuple(_cell(report, by_document, edition) for report in audit.documents if report.status in statuses)

    return Overview(
        columns=columns,
        # Most errors first, then most warnings: the order a supervisor works in.
        units=tuple(sorted(rows, key=lambda row: ([-count for count in row.severities[:2]], row.name))),
        unaudited=_cells(DocumentStatus.UNREADABLE),
        faults=tuple(unchecked.reason for unchecked in audit.unchecked if unchecked.fault),
        partly=_cells(DocumentStatus.PARTLY_READ),
        left_out=_cells(DocumentStatus.NOT_AUDITED, DocumentStatus.SECOND_FORM),
        severity_counts=tuple((s, sum(f.severity is s for f in audit.findings)) for s in Severity),
        families=families(audit.findings, edition),
        outcomes=tuple((str(outcome), outcomes[outcome]) for outcome in Outcome),
        numerals=Numerals(Counter(site.states.values())),
        unresolved=sum(f.status is not Status.BROKEN for f in audit.findings),
    )


def _severities_by_document(findings: Sequence[Finding]) -> Mapping[str, Counter[Severity]]:
    counts: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
    for finding in findings:
        counts[main_document(finding)][finding.severity] += 1
    return counts


def families(findings: Sequence[Finding], edition: Edition) -> tuple[tuple[str, str, tuple[int, ...], int], ...]:
    """Letter, name, counts by severity and total of each family of rules with findings, the loudest first."""
    counts = Counter((finding.family, finding.severity) for finding in findings)
    rows = [
        (family, edition.words.family(family), tuple(counts[family, severity] for severity in Severity))
        for family in {finding.family for finding in findings}
    ]
    ordered = sorted(rows, key=lambda row: ([-count for count in row[2]], row[0]))
    return tuple((family, name, numbers, sum(numbers)) for family, name, numbers in ordered)


def _unit(
    entity: str,
    documents: Sequence[DocumentReport],
    findings: Sequence[Finding],
    by_document: Mapping[str, Counter[Severity]],
    columns: Sequence[tuple[int, str]],
    edition: Edition,
    history: History,
) -> UnitRow:
    cells = tuple(
        tuple(
            _cell(report, by_document, edition)
            for report in documents
            if report.fiscal_year == year and report.kind == kind
        )
        for year, kind in columns
    )
    return UnitRow(
        entity=entity,
        name=unit_name(documents),
        link=edition.page(edition.site.units[entity]),
        cells=cells,
        severities=tuple(sum(f.severity is severity for f in findings) for severity in Severity),
        unresolved=sum(f.status is not Status.BROKEN for f in findings),
        families=Counter(f.family for f in findings if f.severity is not Severity.INFO),
        numerals=numerals(documents, edition.site),
        new=history.count(findings).get("new", 0),
    )


def unit_name(documents: Sequence[DocumentReport]) -> str:
    """The name of a unit as its documents print it, else its code."""
    return next((d.entity_name for d in documents if d.entity_name), documents[0].entity if documents else "")


def numerals(documents: Sequence[DocumentReport], site: SiteMap) -> Numerals:
    """The numerals of some documents."""
    return Numerals(Counter(site.states[f.id] for d in documents for f in site.by_document.get(d.path, ())))


def _cell(report: DocumentReport, by_document: Mapping[str, Counter[Severity]], edition: Edition) -> DocumentCell:
    counts = by_document.get(report.path, Counter())
    shown = report.path in edition.site.ticked
    return DocumentCell(
        name=edition.document_name(report.path),
        file=file_name(report.path),
        link=edition.page(edition.site.documents[report.path]) if shown else "",
        status=report.status.replace(" ", "_"),
        problem=report.problem,
        level=report.level,
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        unread=report.unread,
        numerals=report.numerals,
    )
