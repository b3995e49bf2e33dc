"""What the page shows, worked out from the records of an audit; the template only lays it out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import PurePath
from urllib.parse import quote as url_quote
from zoneinfo import ZoneInfo

from checks import mechanisms
from checks.model import Evidence, Finding, Outcome, Relation, Repair, Severity, Unchecked, Verdict
from datasets.vocabulary import concepts
from flows.site.inert import marked
from flows.site.records import (
    AuditRecords,
    DocumentFindings,
    DocumentView,
    EvidenceView,
    FindingView,
    Page,
    QuoteView,
    RepairView,
    SeverityView,
    SuiteResult,
    SuiteResults,
    SuiteView,
)
from flows.site.words import Words

#: Documents and readers keep Chinese time, wherever the audit ran; the page shows the offset.
_READERS_CLOCK = ZoneInfo("Asia/Shanghai")
#: With more evidence than this the list of places starts closed, so that the next finding stays in sight.
_PLACES_IN_SIGHT = 8


def page(
    audit: AuditRecords, words: Words, relations: Mapping[str, Relation], suites: SuiteResults | None = None
) -> Page:
    """Work out the page of an audit in one language."""
    about = audit.to_dict()
    return Page(
        generated_at=datetime.fromisoformat(str(about["generated_at"])).astimezone(_READERS_CLOCK),
        version=str(about["gouji_version"]),
        rules_version=str(about["rules_version"]),
        documents=_documents(audit),
        families=_families(audit.findings, words),
        severity_counts=tuple((s, sum(f.severity is s for f in audit.findings)) for s in Severity),
        outcomes=_outcomes(audit.verdicts),
        severities=_severities(audit, words, relations),
        unchecked=_unchecked(audit.unchecked, words, relations),
        suites=None if suites is None else tuple(map(_suite, suites.suites)),
        skipped_suites=() if suites is None else tuple(suites.skipped),
    )


def _suite(suite: SuiteResult) -> SuiteView:
    # Quoted, a name of a suite can neither leave the folder's pages by a scheme nor break the attribute.
    return SuiteView(suite.name, suite.success, suite.evaluated, suite.successful, url_quote(suite.page))


def file_name(path: str) -> str:
    """Give the last part of a path: a page that is passed on does not tell the folders of the one who made it."""
    return PurePath(path).name


def _documents(audit: AuditRecords) -> tuple[DocumentView, ...]:
    counts = Counter(_main_document(finding) for finding in audit.findings)
    return tuple(
        DocumentView(
            record=record,
            file=file_name(record.path),
            name=record.entity_name or record.entity,
            unread_share=f"{100 * record.unread / record.numerals:.1f}%" if record.numerals else None,
            findings=counts[record.path],
        )
        for record in audit.documents
    )


def _families(findings: Sequence[Finding], words: Words) -> tuple[tuple[str, tuple[int, ...], int], ...]:
    counts = Counter((finding.family, finding.severity) for finding in findings)
    rows = [
        (words.family(family), tuple(counts[family, severity] for severity in Severity))
        for family in {finding.family for finding in findings}
    ]
    # Most errors first, then most warnings: the order a reader works in.
    ordered = sorted(rows, key=lambda row: ([-count for count in row[1]], row[0]))
    return tuple((label, numbers, sum(numbers)) for label, numbers in ordered)


def _outcomes(verdicts: Sequence[Verdict]) -> tuple[tuple[str, int], ...]:
    counts = Counter(verdict.outcome for verdict in verdicts)
    return tuple((str(outcome), counts[outcome]) for outcome in Outcome)


def _main_evidence(finding: Finding) -> Evidence | None:
    for role in ("suspect", "rival"):
        for evidence in finding.evidence:
            if evidence.role == role:
                return evidence
    return finding.evidence[0] if finding.evidence else None


def _main_document(finding: Finding) -> str:
    evidence = _main_evidence(finding)
    return evidence.document if evidence else ""


def _severities(audit: AuditRecords, words: Words, relations: Mapping[str, Relation]) -> tuple[SeverityView, ...]:
    anchors = _anchors(audit.findings)
    meanings = _Meanings(words, {figure.id: figure.concept_label for figure in audit.figures})
    order = {record.path: number for number, record in enumerate(audit.documents)}
    views = []
    for severity in Severity:
        by_document: defaultdict[str, list[tuple[Finding, str]]] = defaultdict(list)
        for finding, anchor in zip(audit.findings, anchors, strict=True):
            if finding.severity is severity:
                by_document[_main_document(finding)].append((finding, anchor))
        documents = tuple(
            DocumentFindings(
                name=file_name(path),
                findings=tuple(
                    _finding(finding, anchor, meanings, relations)
                    for finding, anchor in sorted(by_document[path], key=lambda pair: _reading_order(pair[0]))
                ),
            )
            for path in sorted(by_document, key=lambda path: (order.get(path, len(order)), path))
        )
        views.append(SeverityView(severity, sum(len(d.findings) for d in documents), documents))
    return tuple(views)


def _reading_order(finding: Finding) -> tuple[int, int]:
    evidence = _main_evidence(finding)
    place = evidence.place if evidence else None
    return (0, place.start) if place else (1, 0)


def _anchors(findings: Sequence[Finding]) -> list[str]:
    seen: Counter[str] = Counter()
    anchors = []
    for finding in findings:
        seen[finding.id] += 1
        # An id names the rule and the facts, so two findings may share it; an anchor may not.
        anchors.append(f"f-{finding.id}" if seen[finding.id] == 1 else f"f-{finding.id}-{seen[finding.id]}")
    return anchors


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What figures are called in the language of the page; ``labels`` are the names in the document, by figure."""

    words: Words
    labels: Mapping[str, str]

    def of(self, evidence: Evidence) -> str:
        concept = concepts().get(evidence.concept)
        if concept is not None and not self.words.language.startswith("zh"):
            return concept.label_en
        return self.labels.get(evidence.figure_id) or (concept.label if concept else evidence.concept)


def _finding(finding: Finding, anchor: str, meanings: _Meanings, relations: Mapping[str, Relation]) -> FindingView:
    words = meanings.words
    chinese = words.language.startswith("zh")
    rule = relations.get(finding.rule)
    numbers = {
        "stated": finding.stated,
        "expected": finding.expected,
        "gap": finding.gap,
        "rounding_slack": finding.rounding_slack,
    }
    unit = _unit(finding)
    return FindingView(
        anchor=anchor,
        record=finding,
        title=finding.title if chinese else finding.title_en,
        message=finding.message if chinese else finding.message_en,
        quotes=_quotes(finding, words),
        arithmetic=tuple((words[key], f"{value} {unit}".strip()) for key, value in numbers.items() if value),
        evidence=tuple(_evidence(evidence, finding, meanings) for evidence in finding.evidence),
        places_open=finding.severity is not Severity.INFO and len(finding.evidence) <= _PLACES_IN_SIGHT,
        repairs=tuple(_repair(repair, finding, words, relations) for repair in finding.repairs),
        rule_title=_rule_title(finding.rule, words, relations),
        rule_source=rule.source if rule and rule.source else words["rule_source_missing"],
        relations=tuple(_rule_title(identifier, words, relations) for identifier in finding.relations),
    )


def _unit(finding: Finding) -> str:
    """Unit of the arithmetic: that of the figure which prints the stated value, else the one that all figures share."""
    for evidence in finding.evidence:
        if finding.stated and evidence.printed.replace(",", "").replace("，", "") == finding.stated:
            return evidence.unit
    shared = {evidence.unit for evidence in finding.evidence if evidence.unit}
    return shared.pop() if len(shared) == 1 else ""


@cache
def _slips_in_english() -> dict[str, str]:
    return {slip.name: slip.name_en for slip in vars(mechanisms).values() if isinstance(slip, mechanisms.Mechanism)}


def _rule_title(identifier: str, words: Words, relations: Mapping[str, Relation]) -> str:
    rule = relations.get(identifier)
    if rule is None:
        return identifier
    return rule.title if words.language.startswith("zh") else rule.title_en


def _quotes(finding: Finding, words: Words) -> tuple[QuoteView, ...]:
    """Each place that is blamed once, with every numeral of the finding that stands in the same words marked."""
    together: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for evidence in finding.evidence:
        together[evidence.document, evidence.quote or evidence.printed].append(evidence)
    views = []
    for (document, quote), group in together.items():
        blamed = [evidence for evidence in group if evidence.role != "evidence"]
        if not blamed and finding.evidence[0] not in group:
            continue
        printed: defaultdict[str, list[str]] = defaultdict(list)
        for evidence in group:
            printed[evidence.role].append(evidence.printed)
        views.append(QuoteView(marked(quote, printed), words.place((blamed or group)[0], file_name(document))))
    return tuple(views)


def _evidence(evidence: Evidence, finding: Finding, meanings: _Meanings) -> EvidenceView:
    words = meanings.words
    return EvidenceView(
        role=evidence.role,
        printed=evidence.printed,
        unit=evidence.unit,
        meaning=meanings.of(evidence),
        binding=words[f"binding_{evidence.binding}"] if evidence.binding in {"inferred", "guessed"} else "",
        place=words.place(evidence, _file_if_several(evidence, finding)),
    )


def _file_if_several(evidence: Evidence, finding: Finding) -> str:
    """Name the file only where a finding joins several: its heading and its quotes name the one."""
    several = len({each.document for each in finding.evidence}) > 1
    return file_name(evidence.document) if several else ""


def _repair(repair: Repair, finding: Finding, words: Words, relations: Mapping[str, Relation]) -> RepairView:
    evidence = finding.evidence[repair.evidence]
    return RepairView(
        printed=evidence.printed,
        value=repair.value,
        place=words.place(evidence, _file_if_several(evidence, finding)),
        cause=repair.cause if words.language.startswith("zh") else _slips_in_english().get(repair.cause, repair.cause),
        restores=tuple(_rule_title(identifier, words, relations) for identifier in repair.restores),
    )


def _unchecked(
    unchecked: Sequence[Unchecked], words: Words, relations: Mapping[str, Relation]
) -> tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]:
    by_reason: defaultdict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for item in unchecked:
        documents = tuple(file_name(path) for path in item.documents)
        by_reason[item.reason].append((_rule_title(item.rule, words, relations), documents))
    return tuple((reason, tuple(items)) for reason, items in by_reason.items())
