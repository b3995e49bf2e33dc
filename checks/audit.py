"""The library entry: paths in, an :class:`Audit` out, without Prefect, Great Expectations or pandera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.barrier import NO_RULE, Barrier, Fault, Guard, RulesInHand
from checks.classification.rules import subject_name_instances
from checks.crossing.identity import proposals
from checks.crossing.publication import Roster, roster_instances
from checks.crossing.rules import Crossing, cross
from checks.documents.folders import Expanded, expand, not_audited
from checks.documents.ingesting import Ingested, ingest, settled_among
from checks.documents.versions import settle_versions
from checks.families import load_rules
from checks.findings.making import findings
from checks.findings.messages import place_words
from checks.judging.printings import Printing, printings
from checks.judging.verdicts import judge
from checks.model import (
    DocumentReport,
    DocumentStatus,
    Finding,
    Instance,
    Outcome,
    Unchecked,
    Verdict,
)
from checks.performance.rules import document_instances, prior_year_instances
from checks.performance.stated import project_table_instances
from checks.sentences.claims import claims
from checks.sentences.table_statements import table_statement_instances
from checks.totals.rules import bind
from checks.totals.shifted_rows import shifted_row_instances
from checks.wording.rules import wording_instances
from datasets.model import Figure
from datasets.reading import Reading
from datasets.vocabulary.units import exactly

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

__all__ = [
    "Audit",
    "Expanded",
    "Ingested",
    "Options",
    "audit",
    "audit_ingested",
    "expand",
    "ingest",
    "settled_among",
]


@dataclass(frozen=True, slots=True)
class Options:
    """What to audit: ``years`` = first and last fiscal year, both included; None = all.

    ``roster`` says which units there are and must publish (:func:`checks.crossing.publication.load_roster`).
    """

    years: tuple[int, int] | None = None
    roster: Roster | None = None


@dataclass(frozen=True)
class Audit:
    """The result of an audit; records are immutable, the graph and the frames are made when asked for.

    ``faults`` are the exceptions that were caught; what each cost is in ``unchecked``, or is a document not read.
    """

    documents: tuple[DocumentReport, ...]
    figures: tuple[Figure, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    unresolved: tuple[Instance, ...] = ()
    generated_at: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    faults: tuple[Fault, ...] = ()

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The dependency graph: document → figure → fact → relation."""
        from checks.results.graph import build_graph

        return build_graph(self.documents, self.figures, self.verdicts, self.unresolved)

    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames ``documents``, ``figures``, ``verdicts`` and ``findings``; values are decimal strings."""
        from checks.results.tabulation import frames

        return frames(self)

    def to_dict(self) -> dict[str, Any]:
        """Exactly findings.json."""
        from checks.results.tabulation import to_dict

        return to_dict(self)

    @property
    def unusable(self) -> tuple[DocumentReport, ...]:
        """The inputs that could not be audited."""
        return tuple(document for document in self.documents if document.status == DocumentStatus.UNREADABLE)


def audit(paths: Iterable[Path], *, options: Options = Options()) -> Audit:
    """Read and judge documents; problems of input are data in ``documents``."""
    return audit_ingested(ingest(Path(path) for path in paths), options=options)


@exactly
def audit_ingested(ingested: Sequence[Ingested], *, options: Options = Options()) -> Audit:
    """Judge what was ingested, within and across documents; what fails is in ``faults``, and the rest goes on."""
    barrier = Barrier()
    settled = barrier.attempt((), NO_RULE, tuple(ingested), lambda: settle_versions(ingested))
    chosen = [item if _within_years(item.report, options.years) else _of_other_year(item) for item in settled]
    readings = [item.reading for item in chosen if item.reading is not None]
    instances, crossing = _bound(readings, options, barrier)
    verdicts = _judged(instances, barrier)
    rules = RulesInHand(load_rules())
    guard = barrier.guard([reading.path for reading in readings], rules)
    slid = list(guard(shifted_row_instances, readings, verdicts, rules))
    verdicts = (*verdicts, *_judged(slid, barrier))
    figures = tuple(figure for reading in readings for figure in reading.figures)
    keys = {reading.path: reading.identity.key for reading in readings}
    if options.roster is not None:
        keys[str(options.roster.path)] = "roster"
    unresolved = (*crossing.unresolved, *guard(proposals, readings, rules))
    none: dict[str, Sequence[Figure]] = {}
    neighbours = barrier.attempt((), NO_RULE, none, lambda: _neighbours(readings))
    found = findings(verdicts, unresolved, neighbours, keys, figures, barrier)
    faults = (*(fault for item in chosen for fault in item.faults), *barrier.faults)
    return Audit(
        documents=tuple(item.report for item in chosen),
        figures=figures,
        verdicts=verdicts,
        findings=found,
        unchecked=(*(fault.unchecked() for fault in faults), *crossing.unchecked, *_undecided(verdicts)),
        unresolved=crossing.unresolved,
        generated_at=datetime.now(UTC),
        faults=faults,
    )


def _bound(readings: Sequence[Reading], options: Options, barrier: Barrier) -> tuple[list[Instance], Crossing]:
    """All relations bound to figures: within each document, and what joins documents."""
    rules = RulesInHand(load_rules())
    guards = {reading.path: barrier.guard((reading.path,), rules) for reading in readings}
    found = {reading.document.sha256: tuple(guards[reading.path](printings, reading)) for reading in readings}
    instances: list[Instance] = []
    for reading in readings:
        instances.extend(_instances(reading, found[reading.document.sha256], rules, guards[reading.path]))
    for reading in readings:
        guard = guards[reading.path]
        instances.extend(guard(document_instances, reading.performance, reading.identity, rules, guard))
    every = barrier.guard([reading.path for reading in readings], rules)
    instances.extend(every(prior_year_instances, readings, rules, every))
    crossing = Crossing((), (), ())
    for crossing in every(
        lambda: (cross(readings, found, rules, options.roster, partial(barrier.guard, rules=rules)),)
    ):
        instances.extend(crossing.instances)
    if options.roster is not None:
        identities = [reading.identity for reading in readings]
        instances.extend(every(roster_instances, options.roster, identities, rules, options.years))
    return instances, crossing


def _judged(instances: Iterable[Instance], barrier: Barrier) -> tuple[Verdict, ...]:
    """The verdicts, one for one rule at one set of figures."""
    verdicts = (
        barrier.attempt(instance.documents, instance.relation.id, None, partial(judge, instance))
        for instance in instances
    )
    return tuple({verdict.id: verdict for verdict in verdicts if verdict is not None}.values())


def _within_years(report: DocumentReport, years: tuple[int, int] | None) -> bool:
    return years is None or report.fiscal_year is None or years[0] <= report.fiscal_year <= years[1]


def _of_other_year(item: Ingested) -> Ingested:
    report = not_audited(Path(item.report.path), f"是 {item.report.fiscal_year} 年的文件，不在所选的年度之内")
    return replace(item, report=report, reading=None)


def _instances(reading: Reading, found: Sequence[Printing], rules: RulesInHand, guard: Guard) -> Iterator[Instance]:
    yield from guard(bind, reading, found, rules, guard)
    yield from guard(claims, reading, found, rules, guard)
    yield from guard(project_table_instances, reading, found, rules)
    yield from guard(table_statement_instances, reading, rules, guard)
    yield from guard(subject_name_instances, reading, rules)
    yield from guard(wording_instances, reading, rules, guard)


def _undecided(verdicts: Sequence[Verdict]) -> Iterator[Unchecked]:
    """What could not be judged: once for a rule and a reason, with how often and where first."""
    seen: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.outcome is Outcome.UNDECIDED and verdict.instance.kind != "zero_implies_zero":
            seen.setdefault((verdict.instance.relation.id, verdict.reason), []).append(verdict)
    for (rule, reason), undecided in seen.items():
        figures = [figure for verdict in undecided for figure in verdict.instance.figures]
        documents = {figure.document for figure in figures}
        documents.update(word.document for verdict in undecided for word in verdict.instance.words)
        where = f"（{len(undecided)} 处，如{place_words(figures[0])}）" if figures else ""
        yield Unchecked(rule, reason + where, tuple(sorted(documents)))


def _neighbours(readings: Sequence[Reading]) -> dict[str, Sequence[Figure]]:
    """The figures of the same sentence or table row around each figure."""
    groups: dict[tuple[str, str, int | None, int | None], list[Figure]] = {}
    for reading in readings:
        for figure in reading.figures:
            line = None if figure.table else (figure.place.line or figure.place.block)
            groups.setdefault((figure.document, figure.table, figure.row, line), []).append(figure)
    return {figure.id: group for group in groups.values() for figure in group}
