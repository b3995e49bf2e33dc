"""How often a corrupted figure is blamed: print errors planted in the readings of the shipped documents.

Every figure with a value that stands in a relation which holds, and in none that is broken, may be corrupted: one digit
changed, two neighbouring digits swapped, or the value times ten. The reading is changed in memory and judged again.

Run with ``python -m tests.benchmarks.blame [--sample N] [--seed N]``.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from checks.audit import Audit, Ingested, audit_ingested, ingest
from checks.judging import decide
from checks.localising import Copies
from checks.model import Outcome, Severity, Verdict
from checks.solving import substituted
from datasets.catalog import shipped_documents
from datasets.model import Document, Figure

SAMPLE, SEED = 300, 20240917
HOLDS = frozenset({Outcome.EXACT, Outcome.WITHIN_ROUNDING})
#: Relations that a wrong figure cannot satisfy by luck; an upper bound holds for every smaller value.
EQUATIONS = frozenset({"sum", "ratio", "growth", "growth_of_change", "product"})
LOUD = frozenset({Severity.ERROR, Severity.WARNING})
BLAMED = frozenset({"suspect", "rival"})


@dataclass(frozen=True, slots=True)
class Corruption:
    """A figure with another printed value."""

    figure: Figure
    slip: str

    @property
    def id(self) -> str:
        """Id of the corrupted figure, the same as before."""
        return self.figure.id


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one corruption.

    ``broken`` tells whether a relation broke, ``met`` whether two independent relations did, ``first`` whether the
    first suspect of a loud finding is the corrupted figure.
    """

    corruption: Corruption
    rule: str
    equation: bool
    broken: bool
    met: bool
    blamed: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Result:
    """All trials, with the numbers that the rate over all numerals needs."""

    trials: tuple[Trial, ...]
    candidates: int
    numerals: int

    def blamed(self) -> Decimal:
        """Share of the corruptions of figures in an equation that are blamed."""
        return _share(trial.blamed for trial in self.trials if trial.equation)

    def blamed_of_any(self) -> Decimal:
        """Likewise for figures in any relation, upper bounds included."""
        return _share(trial.blamed for trial in self.trials)

    def first_where_two_meet(self) -> Decimal:
        """Share blamed first among the corruptions that break two independent relations."""
        return _share(trial.first for trial in self.trials if trial.met)

    def of_all_numerals(self) -> Decimal:
        """Share of all printed numerals, dates and codes included, whose corruption would be blamed."""
        return self.blamed_of_any() * self.candidates / self.numerals


def _share(answers: Iterable[bool]) -> Decimal:
    known = list(answers)
    return Decimal(sum(known)) / Decimal(len(known) or 1)


# -- corrupting --------------------------------------------------------------------------------------------------------


def corruptions(figure: Figure) -> list[Corruption]:
    """The misprints of a figure that change its value by more than its rounding."""
    digits = [index for index, character in enumerate(figure.printed) if character.isdigit()]
    texts: list[tuple[str, str]] = []
    for index in digits:
        old = figure.printed[index]
        new = str((int(old) + 1 + index * 3 % 8) % 10)
        texts.append((figure.printed[:index] + new + figure.printed[index + 1 :], "digit"))
    for index, following in pairwise(digits):
        if following == index + 1 and figure.printed[index] != figure.printed[following]:
            swapped = figure.printed[following] + figure.printed[index]
            texts.append((figure.printed[:index] + swapped + figure.printed[following + 1 :], "swapped"))
    if figure.value:
        texts.append((f"{abs(figure.value) * 10:f}", "ten"))
    return [corruption for text, slip in texts if (corruption := _corruption(figure, text, slip)) is not None]


def _corruption(figure: Figure, text: str, slip: str) -> Corruption | None:
    assert figure.value is not None
    value = Decimal(text.replace(",", "").replace("，", ""))
    value = -value if figure.value < 0 else value
    leading_zero = text[:1] == "0" and text[:2] not in ("0", "0.")
    if leading_zero or abs(value - figure.value) <= figure.quantum:
        return None
    return Corruption(replace(figure, printed=text, value=value), slip)


def with_figure(item: Any, figure: Figure) -> Any:  # noqa: ANN401 - records of any kind, back as the same kind
    """A copy of a record, and of all records in it, with ``figure`` in the place of the figure of that id."""
    if isinstance(item, Figure):
        return figure if item.id == figure.id else item
    if isinstance(item, Document | str):
        return item
    if is_dataclass(item) and not isinstance(item, type):
        changed = {}
        for field in fields(item):
            old = getattr(item, field.name)
            new = with_figure(old, figure)
            if new is not old:
                changed[field.name] = new
        return replace(item, **changed) if changed else item
    if isinstance(item, tuple):
        parts = tuple(with_figure(part, figure) for part in item)
        return parts if any(new is not old for new, old in zip(parts, item, strict=True)) else item
    if isinstance(item, dict):
        entries = {key: with_figure(value, figure) for key, value in item.items()}
        return entries if any(entries[key] is not item[key] for key in item) else item
    return item


# -- measuring ---------------------------------------------------------------------------------------------------------


def standing(audit: Audit) -> dict[str, list[Verdict]]:
    """The verdicts that hold, by figure, for figures that stand in no broken one."""
    holding: dict[str, list[Verdict]] = defaultdict(list)
    broken: set[str] = set()
    for verdict in audit.verdicts:
        for figure in verdict.instance.figures:
            if verdict.outcome is Outcome.BROKEN:
                broken.add(figure.id)
            elif verdict.outcome in HOLDS:
                holding[figure.id].append(verdict)
    return {identifier: verdicts for identifier, verdicts in holding.items() if identifier not in broken}


def two_meet(right: Figure, broken: Sequence[Verdict], copies: Copies) -> bool:
    """True when two relations that the right value mends share that figure and nothing else, copies counted as one."""
    mended = [verdict for verdict in broken if _holds_with(verdict, right)]
    others = [frozenset(copies.root(f.id) for f in v.instance.figures if f.id != right.id) for v in mended]
    return any(a.isdisjoint(b) for index, a in enumerate(others) for b in others[index + 1 :] if a and b)


def _holds_with(verdict: Verdict, right: Figure) -> bool:
    """Whether the right value mends it; a statement without arithmetic held before it was corrupted."""
    assert right.value is not None
    instance = verdict.instance
    return instance.kind == "logic" or decide(substituted(instance, {right.id: right.value})).outcome in HOLDS


def measure(
    paths: Sequence[Path] | None = None, *, sample: int = SAMPLE, seed: int = SEED, known: Sequence[Ingested] = ()
) -> Result:
    """Corrupt a seeded sample of figures, one at a time, and see who is blamed."""
    ingested = known or ingest(paths or shipped_documents())
    before = audit_ingested(ingested)
    holding = standing(before)
    by_id = {figure.id: figure for figure in before.figures if figure.value is not None}
    possible = [by_id[identifier] for identifier in holding if identifier in by_id]
    possible = [figure for figure in possible if corruptions(figure)]
    chosen = random.Random(seed).sample(possible, min(sample, len(possible)))  # noqa: S311 - a repeatable sample
    copies = Copies(before.verdicts)
    picker = random.Random(seed)  # noqa: S311
    trials = tuple(
        _trial(figure, picker.choice(corruptions(figure)), ingested, holding[figure.id], copies) for figure in chosen
    )
    return Result(trials, len(possible), len(before.figures))


def _trial(
    right: Figure, corruption: Corruption, ingested: Sequence[Ingested], holding: Sequence[Verdict], copies: Copies
) -> Trial:
    after = audit_ingested(_with(ingested, corruption.figure))
    broken = [
        verdict
        for verdict in after.verdicts
        if verdict.outcome is Outcome.BROKEN and any(f.id == corruption.id for f in verdict.instance.figures)
    ]
    loud = [finding for finding in after.findings if finding.severity in LOUD]
    blamed = [f for f in loud if any(e.figure_id == corruption.id and e.role in BLAMED for e in f.evidence)]
    return Trial(
        corruption,
        "、".join(sorted({verdict.instance.relation.id for verdict in (broken or holding)})),
        any(verdict.instance.kind in EQUATIONS for verdict in holding),
        bool(broken),
        two_meet(right, broken, copies),
        bool(blamed),
        any(finding.evidence[0].figure_id == corruption.id for finding in blamed),
    )


def _with(ingested: Sequence[Ingested], figure: Figure) -> list[Ingested]:
    return [
        replace(item, reading=with_figure(item.reading, figure))
        if item.reading is not None and item.report.path == figure.document
        else item
        for item in ingested
    ]


# -- reporting ---------------------------------------------------------------------------------------------------------


def missed(trials: Iterable[Trial]) -> Mapping[str, int]:
    """Rules whose figures were corrupted and not blamed, with how often."""
    return Counter(f"{trial.rule} ({'broken' if trial.broken else 'holds'})" for trial in trials if not trial.blamed)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("-v", "--verbose", action="store_true", help="list what was missed")
    arguments = parser.parse_args()
    result = measure(sample=arguments.sample, seed=arguments.seed)
    met = [trial for trial in result.trials if trial.met]
    print(f"{len(result.trials)} corruptions of {result.candidates} figures in relations, {result.numerals} numerals")
    print(f"blamed, figures in an equation        {result.blamed():.1%}")
    print(f"blamed, figures in any relation       {result.blamed_of_any():.1%}")
    print(f"blamed first where two relations meet {result.first_where_two_meet():.1%} of {len(met)}")
    print(f"blamed, of all numerals               {result.of_all_numerals():.1%}")
    if arguments.verbose:
        for rules, count in sorted(missed(result.trials).items(), key=lambda entry: -entry[1]):
            print(f"  missed {count:3} {rules}")


if __name__ == "__main__":
    main()
