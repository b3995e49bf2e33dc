"""Where everything of an audit stands on the site: a page for each document, unit and finding, a mark for each figure.

Nothing here depends on the language of a page. The name of a page is its *stem* (``documents/ab12``) and the ending of
its language (``.html`` or ``.en.html``); a link is written as seen from the first page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import chain
from pathlib import PurePath
from types import MappingProxyType

from checks.model import AuditRecords, DocumentReport, Evidence, Finding, Outcome, Status, Verdict
from datasets.model import RECOGNISED_ROLES, Figure, Role
from flows.site.shared.inert import Html, marked

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}")
_BLAMED = frozenset({"suspect", "rival"})
_HOLDS = frozenset({Outcome.EXACT, Outcome.WITHIN_ROUNDING})


class State(StrEnum):
    """What the checks say of a numeral; the value is the class of its mark."""

    TICKED = "ok"
    CONTRADICTED = "bad"
    FREE = "free"
    RECOGNISED = "code"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class SiteMap:
    """The pages and marks of an audit.

    ``documents`` and ``units`` give the stem of a page by path and by entity, ``findings`` the stem of each finding in
    the order of the audit. ``verdicts`` are those that judged a figure, ``blaming`` the numbers of the findings that
    blame it; both by the id of the figure.
    """

    documents: Mapping[str, str]
    units: Mapping[str, str]
    findings: tuple[str, ...]
    reports: Mapping[str, DocumentReport]
    figures: Mapping[str, Figure]
    by_document: Mapping[str, Sequence[Figure]]
    states: Mapping[str, State]
    verdicts: Mapping[str, Sequence[Verdict]]
    broken_words: Mapping[tuple[str, int], Sequence[Verdict]]
    blaming: Mapping[str, Sequence[int]]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def ticked(self) -> Container[str]:
        """The paths of the documents that have a page of their own text."""
        return self.texts

    def stretch_of(self, evidence: Evidence, quote: str) -> tuple[int, int] | None:
        """Where in a quote an evidence stands; None where the quote is no stretch of the document around its place."""
        place, text = evidence.place, self.texts.get(evidence.document, "")
        if place is None or not quote:
            return None
        start = text.rfind(quote, max(0, place.start - len(quote)), place.start + len(quote))
        if start < 0 or not start <= place.start < place.end <= start + len(quote):
            return None
        return place.start - start, place.end - start

    def marked(self, quote: str, evidences: Iterable[Evidence]) -> Html:
        """A quote with the numerals and words of evidences marked, each where it stands if that is known."""
        printed: defaultdict[str, list[str]] = defaultdict(list)
        known: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for evidence in evidences:
            stretch = self.stretch_of(evidence, quote)
            if stretch is None:
                printed[evidence.role].append(evidence.printed)
            else:
                known[evidence.role].append(stretch)
        return marked(quote, printed, known)

    def place_of(self, evidence: Evidence) -> tuple[str, str] | None:
        """Stem and anchor of the place in the document as read; None where that is not shown."""
        if evidence.document not in self.ticked or evidence.place is None:
            return None
        letter = "n" if evidence.figure_id else "w"
        return self.documents[evidence.document], f"{letter}{evidence.place.start}"

    def unit_of(self, finding: Finding) -> str:
        """The entity that a finding is filed under: that of the document with the first suspect."""
        report = self.reports.get(main_document(finding))
        return report.entity if report else ""


def main_evidence(finding: Finding) -> Evidence | None:
    """The best guess of what is wrong: the first suspect, else the first rival, else the first evidence."""
    for role in ("suspect", "rival"):
        for evidence in finding.evidence:
            if evidence.role == role:
                return evidence
    return finding.evidence[0] if finding.evidence else None


def main_document(finding: Finding) -> str:
    """The document that a finding is filed under."""
    evidence = main_evidence(finding)
    return evidence.document if evidence else ""


def file_name(path: str) -> str:
    """The last part of a path: a page that is passed on does not tell the folders of the one who made it."""
    return PurePath(path).name


def map_site(audit: AuditRecords, texts: Mapping[str, str] = MappingProxyType({})) -> SiteMap:
    """Name the pages of an audit; ``texts`` are those of the documents that get a page of their own, by path."""
    verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
    ticked: set[str] = set()
    words: defaultdict[tuple[str, int], list[Verdict]] = defaultdict(list)
    for verdict in audit.verdicts:
        instance, holds = verdict.instance, verdict.outcome in _HOLDS
        for term in chain(instance.left, instance.right):
            of_figure = verdicts[term.figure.id]
            if not of_figure or of_figure[-1] is not verdict:  # a figure may stand in a relation twice
                of_figure.append(verdict)
                if holds:
                    ticked.add(term.figure.id)
        if verdict.outcome is Outcome.BROKEN:
            for word in verdict.instance.words:
                words[word.document, word.place.start].append(verdict)
    blaming = _blaming(audit.findings)
    contradicted = {
        figure
        for figure, numbers in blaming.items()
        if any(audit.findings[number].status is Status.BROKEN for number in numbers)
    }
    by_document: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in audit.figures:
        by_document[figure.document].append(figure)
    return SiteMap(
        documents=_stems("documents", ((d.path, d.key or d.path) for d in audit.documents)),
        units=_stems("units", ((entity, entity) for entity in dict.fromkeys(d.entity for d in audit.documents))),
        findings=_finding_stems(audit.findings),
        reports={report.path: report for report in audit.documents},
        figures={figure.id: figure for figure in audit.figures},
        by_document=by_document,
        states={f.id: _state(f, verdicts, ticked, contradicted) for f in audit.figures},
        verdicts=verdicts,
        broken_words=words,
        blaming=blaming,
        texts=texts,
    )


def _blaming(findings: Sequence[Finding]) -> dict[str, list[int]]:
    blaming: defaultdict[str, list[int]] = defaultdict(list)
    for number, finding in enumerate(findings):
        for figure in {e.figure_id for e in finding.evidence if e.figure_id and e.role in _BLAMED}:
            blaming[figure].append(number)
    return blaming


def _state(
    figure: Figure, verdicts: Mapping[str, Sequence[Verdict]], ticked: Container[str], contradicted: Container[str]
) -> State:
    """As the column ``verdict`` of figures.csv: blamed, or only in broken relations, is contradicted."""
    if figure.id in contradicted:
        return State.CONTRADICTED
    if figure.id in ticked:
        return State.TICKED
    if any(verdict.outcome is Outcome.BROKEN for verdict in verdicts.get(figure.id, ())):
        return State.CONTRADICTED
    if figure.role is Role.UNREAD:
        return State.UNREAD
    return State.RECOGNISED if figure.role in RECOGNISED_ROLES else State.FREE


def _finding_stems(findings: Sequence[Finding]) -> tuple[str, ...]:
    # An id names the rule and the facts, so two findings may share it; a page may not.
    seen: Counter[str] = Counter()
    stems = []
    for finding in findings:
        name = _plain(finding.id)
        seen[name] += 1
        stems.append(f"findings/{name}" if seen[name] == 1 else f"findings/{name}_{seen[name]}")
    return tuple(stems)


def _stems(folder: str, named: Iterable[tuple[str, str]]) -> dict[str, str]:
    stems: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for identity, name in named:
        plain = _plain(name)
        taken[plain] += 1
        stems[identity] = f"{folder}/{plain}" if taken[plain] == 1 else f"{folder}/{plain}_{taken[plain]}"
    return stems


def _plain(name: str) -> str:
    """A name that is the same on every file system: itself where it is plain already, else a hash of it."""
    return name if _PLAIN.fullmatch(name) else sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
