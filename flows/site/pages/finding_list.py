"""The findings as rows: of the list of all, of the list of a unit, and of the index that a search goes through."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from checks.model import AuditRecords, Evidence, Finding, Severity, Status
from flows.site.pages.history import History
from flows.site.shared.edition import Edition
from flows.site.shared.inert import Html, visible
from flows.site.shared.rendering import NOTHING, Forms
from flows.site.shared.sitemap import file_name, main_document, main_evidence

#: What a row prints of words at fault.
_LONGEST_PRINTED = 24
_TOLD_CHANGES = frozenset({"new", "changed", "worse", "reopened"})
_ORDER = {Severity.ERROR: "0", Severity.WARNING: "1"}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in a list; addresses are as seen from the first page."""

    stem: str
    severity: Severity
    status: Status
    title: str
    unit: str
    unit_link: str
    document: str
    place: str
    family: str
    family_name: str
    printed: str
    unit_of_measure: str
    expected: str
    expected_unit: str
    change: str
    review: str
    quote: Html
    plain_quote: str


def finding_rows(audit: AuditRecords, edition: Edition, history: History) -> tuple[FindingRow, ...]:
    """All findings as rows: by severity, then as the documents were given, then in the order of the text."""
    order = {report.path: number for number, report in enumerate(audit.documents)}
    loud = {severity: number for number, severity in enumerate(Severity)}

    def position(number: int) -> tuple[int, int, int, int]:
        finding = audit.findings[number]
        evidence = main_evidence(finding)
        place = evidence.place if evidence else None
        path = main_document(finding)
        return (loud[finding.severity], order.get(path, len(order)), place.start if place else -1, number)

    return tuple(
        _row(number, audit.findings[number], edition, history)
        for number in sorted(range(len(audit.findings)), key=position)
    )


def _row(number: int, finding: Finding, edition: Edition, history: History) -> FindingRow:
    site, words = edition.site, edition.words
    evidence = main_evidence(finding)
    report = site.reports.get(main_document(finding))
    repair = finding.repairs[0] if finding.repairs else None
    named = report is not None and report.entity in site.units and bool(report.entity)
    plain, quote = _quote(evidence, edition) if evidence is not None else ("", NOTHING)
    return FindingRow(
        stem=edition.page(site.findings[number]),
        severity=finding.severity,
        status=finding.status,
        title=edition.title(finding),
        unit=(report.entity_name or report.entity) if report else "",
        unit_link=edition.page(site.units[report.entity]) if report and named else "",
        document=words["short_document"].format(report.fiscal_year, words[f"short_{report.kind}"])
        if report and report.kind
        else file_name(main_document(finding)),
        place=words.place(_without_block(evidence)) if evidence else "",
        family=finding.family,
        family_name=words.family(finding.family),
        printed=evidence.printed if evidence else "",
        unit_of_measure=evidence.unit if evidence else "",
        expected=repair.value if repair else "",
        expected_unit=finding.evidence[repair.evidence].unit if repair else "",
        change=history.change(finding),
        review=history.review(finding),
        quote=quote,
        plain_quote=plain,
    )


def _quote(evidence: Evidence, edition: Edition) -> tuple[str, Html]:
    """The words around a number, plain and marked; one alone in its cell says nothing without its meaning."""
    quote = evidence.quote or evidence.printed
    if quote == evidence.printed and (label := edition.evidence_label(evidence)):
        quote = f"{label}｜{quote}"
    stretch = edition.site.stretch_of(evidence, quote)
    shown = _short(quote, stretch[0] if stretch else quote.find(evidence.printed))
    return shown, edition.site.marked(shown, [evidence])


def _without_block(evidence: Evidence) -> Evidence:
    """A row and a column of a table are enough to find a number; the block says nothing more."""
    if evidence.table and evidence.place is not None and evidence.row is not None:
        return replace(evidence, place=replace(evidence.place, block=None, line=None))
    return evidence


def _short(quote: str, about: int, length: int = 90) -> str:
    """The part of a quote around a position."""
    if len(quote) <= length:
        return quote
    at = max(0, min(about - length // 2, len(quote) - length))
    return ("…" if at else "") + quote[at : at + length] + ("…" if at + length < len(quote) else "")


class RowForms:
    """Lays out rows in one language.

    Args:
        edition: the language.
        root: from the page to the first.
        unit: whether each row names its unit.
    """

    def __init__(self, edition: Edition, root: str, *, unit: bool) -> None:
        self._words = edition.words
        self._forms = Forms("finding_rows", words=edition.words.strings, root=root)
        self._unit = unit

    def html(self, rows: Iterable[FindingRow]) -> Html:
        """The rows of a table."""
        return Html("".join(map(self._row, rows)))

    def _row(self, row: FindingRow) -> Html:
        words, fill = self._words, self._forms.fill
        unit: str = NOTHING
        if self._unit:
            name = fill("link_to_unit", address=row.unit_link, unit=row.unit) if row.unit_link else row.unit
            unit = fill("cell", text=name)
        return fill(
            "row",
            severity=row.severity,
            order=_ORDER.get(row.severity, "2"),
            severity_name=words[f"severity_{row.severity}"],
            changes=Html("".join(fill("change", text=text) for text in _changes(row, self._words.strings))),
            address=row.stem,
            title=row.title,
            quote=row.quote,
            unit=unit,
            document=row.document,
            place=row.place,
            printed=row.printed[:_LONGEST_PRINTED],
            unit_of_measure=row.unit_of_measure,
            expected=row.expected,
            expected_unit=fill("small", text=row.expected_unit) if row.expected_unit else NOTHING,
            family=row.family_name,
        )


def _changes(row: FindingRow, words: Mapping[str, str]) -> list[str]:
    changes = [words[f"change_{row.change}"]] if row.change in _TOLD_CHANGES else []
    return [*changes, words[f"review_{row.review}"]] if row.review else changes


def search_index(rows: Sequence[FindingRow], edition: Edition) -> str:
    """A script that holds all rows: a page opened from a folder may load a script, but may not fetch data.

    Each row is an array: severity, its name, what changed, address, title, quote, address of the unit, unit, document,
    place, printed, unit, expected, unit, family.
    """
    words = edition.words
    lines = (
        json.dumps(
            [
                row.severity,
                words[f"severity_{row.severity}"],
                _changes(row, words.strings),
                row.stem,
                *map(visible, (row.title, row.plain_quote)),
                row.unit_link,
                *map(visible, (row.unit, row.document, row.place, row.printed[:_LONGEST_PRINTED])),
                *map(visible, (row.unit_of_measure, row.expected, row.expected_unit, row.family_name)),
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row in rows
    )
    joined = ",\n".join(lines)
    return f"window.goujiFindings = [\n{joined}\n];\n"
