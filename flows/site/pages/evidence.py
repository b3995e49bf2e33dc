"""What stands behind the findings: the rules and how often they held, the suites, and what was not checked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote as url_quote

from checks.model import AuditRecords, Outcome, Severity, Unchecked
from flows.site.shared.edition import Edition
from flows.site.shared.records import SuiteResults
from flows.site.shared.sitemap import file_name

_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, how its relations came out, and the findings that it leads."""

    identifier: str
    title: str
    family: str
    family_name: str
    source: str
    severity: Severity
    outcomes: tuple[tuple[str, int], ...]
    judged: int
    findings: tuple[tuple[str, str, Severity], ...]
    more: int


@dataclass(frozen=True, slots=True)
class SuiteView:
    """A suite as run; ``link`` is the address of its page, relative and quoted."""

    name: str
    success: bool
    rows: int
    evaluated: int
    successful: int
    link: str
    anchor: str
    failed: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class QualityView:
    """All suites of a run, and those that had nothing to run on."""

    suites: tuple[SuiteView, ...]
    skipped: tuple[tuple[str, str], ...]


def rule_rows(audit: AuditRecords, edition: Edition) -> tuple[RuleRow, ...]:
    """Every rule on record and every one that judged something, by family."""
    outcomes: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    for verdict in audit.verdicts:
        outcomes[verdict.instance.relation.id][verdict.outcome] += 1
    findings: defaultdict[str, list[tuple[str, str, Severity]]] = defaultdict(list)
    for stem, finding in zip(edition.site.findings, audit.findings, strict=True):
        report = edition.document_name(finding.evidence[0].document) if finding.evidence else ""
        findings[finding.rule].append((edition.page(stem), report, finding.severity))
    known = {v.instance.relation.id: v.instance.relation for v in audit.verdicts} | dict(edition.relations)
    rows = []
    for identifier, relation in known.items():
        counts = outcomes[identifier]
        listed = findings[identifier]
        rows.append(
            RuleRow(
                identifier=identifier,
                title=relation.title if edition.chinese else relation.title_en,
                family=relation.family,
                family_name=edition.words.family(relation.family),
                source=relation.source or edition.words["rule_source_missing"],
                severity=relation.severity,
                outcomes=tuple((str(outcome), counts[outcome]) for outcome in Outcome),
                judged=sum(counts.values()),
                findings=tuple(listed[:_MOST_LISTED]),
                more=max(0, len(listed) - _MOST_LISTED),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.family, row.identifier)))


def quality_view(suites: SuiteResults | None) -> QualityView | None:
    """The suites as run; None where none ran."""
    if suites is None:
        return None
    return QualityView(
        suites=tuple(
            SuiteView(
                name=suite.name,
                success=suite.success,
                rows=suite.rows,
                evaluated=suite.evaluated,
                successful=suite.successful,
                # Quoted, a name of a suite can neither leave the folder's pages by a scheme nor break the attribute.
                link=url_quote(suite.page),
                anchor=anchor(suite.name),
                failed=tuple((e.text, e.severity, e.failed) for e in suite.expectations if not e.success),
            )
            for suite in suites.suites
        ),
        skipped=tuple(suites.skipped),
    )


def failing_figures(suites: SuiteResults | None) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The failing expectations that list a figure, by its id: what is expected, and the suite on the quality page.

    A suite's own page has a new address in every run; linking to it from each finding would change all their pages.
    """
    failing: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for suite in suites.suites if suites is not None else ():
        for expectation in suite.expectations:
            for row in expectation.rows if not expectation.success else ():
                for figure in row.figure_ids:
                    failing[figure].append((expectation.text, anchor(suite.name)))
    return failing


def anchor(suite: str) -> str:
    """The place of a suite on the quality page."""
    return "suite-" + "".join(c if c.isalnum() else "-" for c in suite)


def unchecked_view(
    unchecked: Sequence[Unchecked], edition: Edition
) -> tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]:
    """What was not judged, by reason."""
    by_reason: defaultdict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for item in unchecked:
        documents = tuple(file_name(path) for path in item.documents)
        by_reason[item.reason].append((edition.rule(item.rule), documents))
    return tuple((reason, tuple(items)) for reason, items in by_reason.items())
