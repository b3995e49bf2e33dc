"""The library entry: paths in, an :class:`Audit` out, without Prefect, Great Expectations or pandera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.barrier import NO_RULE, Barrier, Fault, RulesInHand
from checks.context import Context, FamilyResult, Unresolved
from checks.documents.folders import Expanded, expand, not_audited
from checks.documents.ingesting import Ingested, ingest, settled_among
from checks.documents.versions import settle_versions
from checks.families import AFTERWARDS, BETWEEN, WITHIN, Family, load_rules
from checks.findings.making import findings
from checks.findings.messages import place_words
from checks.judging.printings import printings
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
from datasets.model import Figure
from datasets.reading import Reading
from datasets.roster import Roster
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

    ``roster`` says which units there are and must publish (:func:`datasets.roster.load_roster`).
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
    unusable = tuple(item.report for item in chosen if item.report.status == DocumentStatus.UNREADABLE)
    context = _context(readings, unusable, options, barrier)
    bound = list(_bound(context))
    verdicts = _judged(bound, barrier)
    context = replace(context, verdicts=verdicts)
    verdicts = (*verdicts, *_judged(_of(AFTERWARDS, context), barrier))
    figures = tuple(figure for reading in readings for figure in reading.figures)
    keys = {reading.path: reading.identity.key for reading in readings}
    if options.roster is not None:
        keys[str(options.roster.path)] = "roster"
    left_open = [item for item in bound if isinstance(item, Unresolved)]
    none: dict[str, Sequence[Figure]] = {}
    neighbours = barrier.attempt((), NO_RULE, none, lambda: _neighbours(readings))
    found = findings(verdicts, [item.instance for item in left_open], neighbours, keys, figures, barrier)
    faults = (*(fault for item in chosen for fault in item.faults), *barrier.faults)
    return Audit(
        documents=tuple(item.report for item in chosen),
        figures=figures,
        verdicts=verdicts,
        findings=(*found, *(item for item in bound if isinstance(item, Finding))),
        unchecked=(*(fault.unchecked() for fault in faults), *_unchecked(bound), *_undecided(verdicts)),
        unresolved=tuple(item.instance for item in left_open if not item.proposed),
        generated_at=datetime.now(UTC),
        faults=faults,
    )


def _context(
    readings: Sequence[Reading], unusable: tuple[DocumentReport, ...], options: Options, barrier: Barrier
) -> Context:
    rules = RulesInHand(load_rules())
    guard_of = partial(barrier.guard, rules=rules)
    printed = {reading.document.sha256: tuple(guard_of((reading.path,))(printings, reading)) for reading in readings}
    return Context(tuple(readings), printed, rules, guard_of, options.years, options.roster, unusable=unusable)


def _bound(context: Context) -> Iterator[FamilyResult]:
    """All relations bound to figures: within each document, then what joins documents."""
    for group in WITHIN:
        for reading in context.readings:
            yield from _of(group, context.only(reading))
    yield from _of(BETWEEN, context)


def _of(families: Iterable[Family], context: Context) -> Iterator[FamilyResult]:
    """What some families say, of rules that are in force in the years of the documents concerned."""
    years = {reading.path: reading.identity.fiscal_year for reading in context.readings}
    for family in families:
        for bound in context.guard(family.instances, context):
            instance = bound.instance if isinstance(bound, Unresolved) else bound
            if isinstance(instance, Unchecked | Finding) or _in_force(instance, years):
                yield bound


def _in_force(instance: Instance, years: Mapping[str, int]) -> bool:
    rule = instance.relation
    if rule.valid_from is None and rule.valid_until is None:
        return True
    concerned = [years[document] for document in instance.documents if document in years]
    after = rule.valid_from is None or all(rule.valid_from <= year for year in concerned)
    return after and (rule.valid_until is None or all(year <= rule.valid_until for year in concerned))


def _unchecked(bound: Iterable[FamilyResult]) -> Iterator[Unchecked]:
    return (item for item in bound if isinstance(item, Unchecked))


def _judged(bound: Iterable[FamilyResult], barrier: Barrier) -> tuple[Verdict, ...]:
    """The verdicts, one for one rule at one set of figures."""
    verdicts = (
        barrier.attempt(instance.documents, instance.relation.id, None, partial(judge, instance))
        for instance in bound
        if isinstance(instance, Instance)
    )
    return tuple({verdict.id: verdict for verdict in verdicts if verdict is not None}.values())


def _within_years(report: DocumentReport, years: tuple[int, int] | None) -> bool:
    return years is None or report.fiscal_year is None or years[0] <= report.fiscal_year <= years[1]


def _of_other_year(item: Ingested) -> Ingested:
    report = not_audited(Path(item.report.path), f"是 {item.report.fiscal_year} 年的文件，不在所选的年度之内")
    return replace(item, report=report, reading=None)


def _undecided(verdicts: Sequence[Verdict]) -> Iterator[Unchecked]:
    """What could not be judged: once for a rule and a reason, with how often and where first."""
    seen: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.outcome is Outcome.UNDECIDED and verdict.instance.arithmetic != "zero_implies_zero":
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
