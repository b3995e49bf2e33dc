"""How often a misprint is blamed: slips planted one at a time in documents as printed, each read and audited anew.

Every trial changes one printed numeral, reads the whole document again and audits it with its companions. A finding
counts only if it was not there before the misprint, is an error or a warning, and names the misprinted place as a
suspect or rival. One trial in ``FILE_SHARE`` goes through a Word file on disk; the others begin at the opened document.

Run with ``make bench``, or ``python -m tests.benchmarks.blame [--each N] [--numerals N] [--seed N] [-v]``. With
GOUJI_DOCUMENTS the documents of that folder are measured beside the shipped ones.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from checks.audit import Audit, Ingested, audit_ingested, ingest
from checks.findings.making import findings
from checks.judging.verdicts import decide, judge
from checks.localising.causes import Copies
from checks.localising.solving import substituted
from checks.model import Evidence, Finding, Instance, Outcome, Severity, Term, Verdict
from datasets.errors import InputError
from datasets.identity.catalog import shipped_documents
from datasets.model import Document, Figure
from datasets.readers.detect import read_file
from datasets.reading import read_document
from tests.benchmarks.misprints import ALL_KINDS, Misprint, Misprints, as_word_file, misprinted

SEED, EACH, NUMERALS, FILE_SHARE = 20240917, 12, 40, 10
HOLDS = frozenset({Outcome.EXACT, Outcome.WITHIN_ROUNDING})
#: Relations that a wrong figure cannot satisfy by luck; an upper bound holds for every smaller value.
EQUATIONS = frozenset({"sum", "ratio", "growth", "growth_of_change", "product"})
LOUD = frozenset({Severity.ERROR, Severity.WARNING})
BLAMED = frozenset({"suspect", "rival"})

#: Evidence that covers more than a numeral and a word or two points at no numeral.
_LONGEST_WORD = 20

#: What became of a misprint, best first.
FIRST, RIVAL, OTHERS, QUIET, LOST, WITHIN, BOUND, NOWHERE = (
    "blamed first",
    "blamed as a rival",
    "broken, others are blamed",
    "broken, said in an info only",
    "read as something else",
    "within the rounding of its relations",
    "in an upper bound that still holds",
    "in no relation",
)
FATES = (FIRST, RIVAL, OTHERS, QUIET, LOST, WITHIN, BOUND, NOWHERE)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one misprint.

    ``equation`` tells whether the figure stands in an equation, ``breaks`` whether the misprint breaks a relation that
    held, ``met`` whether it breaks two that share nothing else.
    """

    misprint: Misprint
    document: str
    fate: str
    related: bool
    equation: bool
    breaks: bool
    met: bool
    alarms_elsewhere: tuple[str, ...]
    through_file: bool

    @property
    def blamed(self) -> bool:
        """Whether the misprinted figure is a suspect or a rival of something loud and new."""
        return self.fate in (FIRST, RIVAL)


def share(answers: Iterable[bool]) -> str:
    """A percentage with what it is of."""
    known = list(answers)
    return f"{sum(known) / len(known):.1%} of {len(known)}" if known else "none"


class Group:
    """Documents of one unit, audited together, before anything is misprinted."""

    def __init__(self, ingested: Sequence[Ingested]) -> None:
        self.ingested = tuple(ingested)
        self.audit = audit_ingested(ingested)
        self.copies = Copies(self.audit.verdicts)
        self.holding: dict[str, list[Verdict]] = defaultdict(list)
        self.broken: set[str] = set()
        for verdict in self.audit.verdicts:
            for figure in verdict.instance.figures:
                if verdict.outcome is Outcome.BROKEN:
                    self.broken.add(figure.id)
                elif verdict.outcome in HOLDS and verdict.instance.arithmetic != "logic":
                    self.holding[figure.id].append(verdict)

    @cached_property
    def before(self) -> frozenset[tuple[str, str]]:
        """What is found without any misprint."""
        return frozenset(_identity(finding) for finding in self.audit.findings)

    @cached_property
    def suspected_before(self) -> frozenset[tuple[str, str]]:
        """Rules with what they suspect first: such a finding is the old one, though more relations may join it."""
        return frozenset((f.rule, f.evidence[0].printed) for f in self.audit.findings if f.evidence)

    @cached_property
    def blamed_before(self) -> frozenset[tuple[str, int]]:
        """The places blamed already: a misprint there proves nothing."""
        return frozenset(
            (evidence.document, evidence.place.start)
            for finding in self.audit.findings
            for evidence in finding.evidence
            if evidence.role in BLAMED and evidence.place is not None
        )

    def documents(self) -> Iterator[Document]:
        """The documents that were read."""
        for item in self.ingested:
            if item.reading is not None:
                yield item.reading.document

    def is_sound(self, figure: Figure) -> bool:
        """True for a figure that nothing speaks against yet."""
        return figure.id not in self.broken and (figure.document, figure.place.start) not in self.blamed_before

    def tried(self, misprint: Misprint, folder: Path | None = None, *, read_anew: bool = True) -> Trial:
        """Print it, read it, audit it, and see who is blamed; by way of a file where a folder is given.

        Not ``read_anew``, the figures stay as they were read, and only relations that hold the misprinted one are
        judged anew: much faster, but blind to a misprint that changes how its surroundings are read.
        """
        figure = misprint.figure
        holding = self.holding.get(figure.id, [])
        breaking = [verdict for verdict in holding if _breaks(verdict, misprint)]
        after = self.after(misprint, folder) if read_anew else self._rejudged(misprint)
        fate, elsewhere = (LOST, ()) if after is None else self._fate(misprint, after, holding, breaking)
        return Trial(
            misprint=misprint,
            document=Path(figure.document).name,
            fate=fate,
            related=bool(holding),
            equation=any(verdict.instance.arithmetic in EQUATIONS for verdict in holding),
            breaks=bool(breaking),
            met=self._two_meet(figure, breaking),
            alarms_elsewhere=elsewhere,
            through_file=folder is not None,
        )

    def after(self, misprint: Misprint, folder: Path | None = None) -> Audit | None:
        """The audit of the misprinted document with its companions; None where it can no longer be read at all."""
        path = misprint.figure.document
        changed = []
        for item in self.ingested:
            if item.reading is None or item.report.path != path:
                changed.append(item)
                continue
            document = misprinted(item.reading.document, misprint)
            if folder is not None:
                document = replace(read_file(as_word_file(document, folder)), path=document.path)
            try:
                reading = read_document(document)
            except InputError:
                return None
            changed.append(Ingested(replace(item.report, sha256=document.sha256), reading))
        return audit_ingested(changed)

    def _rejudged(self, misprint: Misprint) -> Audit:
        right = misprint.figure
        wrong = replace(
            right, printed=misprint.text if misprint.kind != "sign" else right.printed, value=misprint.value
        )
        verdicts = tuple(
            judge(_with_figure(verdict.instance, wrong))
            if any(figure.id == right.id for figure in verdict.instance.figures)
            else verdict
            for verdict in self.audit.verdicts
        )
        keys = {report.path: report.key for report in self.audit.documents}
        found = findings(verdicts, self.audit.unresolved, {}, keys, self.audit.figures)
        return replace(self.audit, verdicts=verdicts, findings=found)

    def _fate(
        self, misprint: Misprint, after: Audit, holding: Sequence[Verdict], breaking: Sequence[Verdict]
    ) -> tuple[str, tuple[str, ...]]:
        """What became of it, and which loud new findings do not name it at all."""
        new = [finding for finding in after.findings if _identity(finding) not in self.before]
        loud = [finding for finding in new if finding.severity in LOUD]
        elsewhere = tuple(
            f"{finding.rule} {finding.evidence[0].printed}"
            for finding in loud
            if not any(_at(evidence, misprint) for evidence in finding.evidence)
            and (finding.rule, finding.evidence[0].printed) not in self.suspected_before
        )
        return self._ranked(misprint, new, loud) or _why_not(misprint, after, holding, breaking), elsewhere

    @staticmethod
    def _ranked(misprint: Misprint, new: Sequence[Finding], loud: Sequence[Finding]) -> str:
        if any(_at(finding.evidence[0], misprint) for finding in loud if _blames(finding, misprint)):
            return FIRST
        if any(_blames(finding, misprint) for finding in loud):
            return RIVAL
        if any(_at(evidence, misprint) for finding in loud for evidence in finding.evidence):
            return OTHERS
        return QUIET if any(_blames(finding, misprint) for finding in new) else ""

    def _two_meet(self, figure: Figure, breaking: Sequence[Verdict]) -> bool:
        """True when two of the relations share that figure and nothing else, copies counted as one."""
        others = [
            frozenset(self.copies.root(each.id) for each in verdict.instance.figures if each.id != figure.id)
            for verdict in breaking
        ]
        return any(a.isdisjoint(b) for index, a in enumerate(others) for b in others[index + 1 :] if a and b)


def _identity(finding: Finding) -> tuple[str, str]:
    """Rule, facts and printed values; not the number that tells findings on the same facts apart."""
    return finding.id.partition("-")[0], finding.fingerprint


def _with_figure(instance: Instance, figure: Figure) -> Instance:
    def changed(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(replace(term, figure=figure) if term.figure.id == figure.id else term for term in terms)

    return replace(instance, left=changed(instance.left), right=changed(instance.right))


def _breaks(verdict: Verdict, misprint: Misprint) -> bool:
    instance = substituted(verdict.instance, {misprint.figure.id: misprint.value})
    return decide(instance).outcome is Outcome.BROKEN


def _at(evidence: Evidence, misprint: Misprint) -> bool:
    """Whether evidence points at the misprinted number, or at the word that was changed before it."""
    start, end = misprint.stretch
    place = evidence.place
    return (
        place is not None
        and evidence.document == misprint.figure.document
        and place.start < end
        and start < place.end
        and place.end - place.start <= end - start + _LONGEST_WORD
    )


def _blames(finding: Finding, misprint: Misprint) -> bool:
    return any(evidence.role in BLAMED and _at(evidence, misprint) for evidence in finding.evidence)


def _why_not(misprint: Misprint, after: Audit, holding: Sequence[Verdict], breaking: Sequence[Verdict]) -> str:
    """Why a misprint was not blamed."""
    if not holding:
        return NOWHERE
    if breaking:
        start, end = misprint.stretch
        still_broken = any(
            start <= figure.place.start < end and figure.document == misprint.figure.document
            for verdict in after.verdicts
            if verdict.outcome is Outcome.BROKEN
            for figure in verdict.instance.figures
        )
        return OTHERS if still_broken else LOST
    return WITHIN if any(verdict.instance.arithmetic in EQUATIONS for verdict in holding) else BOUND


# -- sampling ----------------------------------------------------------------------------------------------------------


def groups(folder: Path | None = None) -> list[Group]:
    """The shipped documents, and those of the folder by unit, without what is unreadable or shipped already."""
    made = [Group(ingest(shipped_documents()))]
    shipped = {report.key for report in made[0].audit.documents}
    by_unit: dict[str, list[Ingested]] = defaultdict(list)
    for item in ingest([folder] if folder else ()):
        if item.reading is not None and item.report.key not in shipped:
            by_unit[item.report.entity].append(item)
    return [*made, *map(Group, by_unit.values())]


def of_related_figures(group: Group, each: int, seed: int, *, read_anew: int = 1) -> list[Trial]:
    """For every document and kind as many misprints of figures that stand in a relation, drawn by the seed.

    One in ``read_anew`` goes all the way from the printed document, the others are only judged anew.
    """
    trials: list[Trial] = []
    for document in group.documents():
        misprints = Misprints(document, group.audit.figures)
        related = [f for f in misprints.figures if group.holding.get(f.id) and group.is_sound(f)]
        for kind in ALL_KINDS:
            chance = random.Random(f"{seed} {kind}")  # noqa: S311 - a repeatable sample
            drawn = chance.sample(related, len(related))
            made = (m for figure in drawn if (m := misprints.of(figure, kind, chance)) is not None)
            trials.extend(
                _tried(group, misprint, number) if number % read_anew == 0 else group.tried(misprint, read_anew=False)
                for number, misprint in zip(range(each), made, strict=False)
            )
    return trials


def of_all_numerals(group: Group, sample: int, seed: int) -> list[Trial]:
    """As many numerals of every document, dates and codes too, each with a misprint of a kind drawn by the seed."""
    trials: list[Trial] = []
    for document in group.documents():
        chance = random.Random(f"{seed} all")  # noqa: S311
        misprints = Misprints(document, group.audit.figures)
        sound = [figure for figure in misprints.figures if group.is_sound(figure)]
        for number, figure in enumerate(chance.sample(sound, min(sample, len(sound)))):
            kinds = chance.sample(ALL_KINDS, len(ALL_KINDS))
            made = next((m for kind in kinds if (m := misprints.of(figure, kind, chance)) is not None), None)
            if made is not None:
                trials.append(_tried(group, made, number))
    return trials


def _tried(group: Group, misprint: Misprint, number: int) -> Trial:
    if number % FILE_SHARE or not misprint.figure.document.endswith(".docx"):
        return group.tried(misprint)
    with tempfile.TemporaryDirectory() as folder:
        return group.tried(misprint, Path(folder))


# -- reporting ---------------------------------------------------------------------------------------------------------


def table(trials: Sequence[Trial], heading: str, keys: Sequence[str], key: str) -> Iterator[str]:
    """Markdown: one row for each key ("kind" or "document"), and one for all."""
    yield f"| {heading} | misprints | blamed, in an equation | blamed, breaking a relation | first where two meet |"
    yield "|---|---|---|---|---|"
    for name in (*keys, "all"):
        mine = [t for t in trials if name in ("all", t.misprint.kind if key == "kind" else t.document)]
        if mine:
            equations = share(t.blamed for t in mine if t.equation)
            breaking = share(t.blamed for t in mine if t.breaks)
            met = share(t.fate == FIRST for t in mine if t.met)
            yield f"| {name} | {len(mine)} | {equations} | {breaking} | {met} |"


def fates(trials: Sequence[Trial]) -> Iterator[str]:
    """Markdown: how many misprints ended how."""
    counted = Counter(trial.fate for trial in trials)
    yield "| what became of it | misprints | share |"
    yield "|---|---|---|"
    for fate in FATES:
        yield f"| {fate} | {counted[fate]} | {counted[fate] / (len(trials) or 1):.1%} |"


def missed(trials: Iterable[Trial]) -> Iterator[str]:
    """Every misprint that breaks a relation and is not blamed, or that raises an alarm elsewhere."""
    for trial in trials:
        if (trial.breaks and not trial.blamed) or trial.alarms_elsewhere:
            misprint = trial.misprint
            figure = misprint.figure
            where = figure.table or f"line {figure.place.line or figure.place.page or figure.place.block}"
            yield (
                f"{trial.fate}: {misprint.kind} {figure.printed} -> {misprint.text} ({figure.unit} {figure.role} "
                f"{figure.concept_label}), {where} {figure.row or ''} {figure.column or ''}, {trial.document}"
                + "".join(f"; elsewhere: {alarm}" for alarm in trial.alarms_elsewhere)
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=EACH, help="misprints for each document and kind")
    parser.add_argument("--numerals", type=int, default=NUMERALS, help="misprints of any numeral for each document")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("-v", "--verbose", action="store_true", help="list what was missed")
    arguments = parser.parse_args()
    folder = os.environ.get("GOUJI_DOCUMENTS")
    measured = groups(Path(folder) if folder else None)
    trials = [t for group in measured for t in of_related_figures(group, arguments.each, arguments.seed)]
    print(f"{len(trials)} misprints of figures in relations, seed {arguments.seed}, ", end="")
    print(f"{sum(t.through_file for t in trials)} of them read from a file; ", end="")
    print(f"{sum(bool(t.alarms_elsewhere) for t in trials)} raised a loud finding elsewhere\n")
    print("\n".join(table(trials, "kind", ALL_KINDS, "kind")), end="\n\n")
    print("\n".join(table(trials, "document", sorted({t.document for t in trials}), "document")), end="\n\n")
    print("\n".join(fates(trials)), end="\n\n")
    if arguments.verbose:
        print("\n".join(missed(trials)), end="\n\n")
    everywhere = [t for group in measured for t in of_all_numerals(group, arguments.numerals, arguments.seed)]
    numerals = sum(len(group.audit.figures) for group in measured)
    print(f"{len(everywhere)} misprints of any of {numerals} numerals, dates and codes included\n")
    print("\n".join(fates(everywhere)))
    print(f"\nblamed: {share(t.blamed for t in everywhere)}")


if __name__ == "__main__":
    main()
