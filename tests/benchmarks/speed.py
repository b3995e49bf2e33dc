"""What judging and localising cost: ``python -m tests.benchmarks.speed``.

Judging: all relations of the shipped documents, cut to as many as a document of 1,500 figures has. Localising: tables
of 200 figures with planted errors, beside the same problem given to ``scipy.optimize.milp``. The best of several runs
counts, in processor time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from time import process_time
from timeit import repeat

from checks.audit import audit
from checks.judging.verdicts import judge
from checks.localising.causes import causes
from datasets.identity.catalog import shipped_documents
from tests.benchmarks.components import fewest_changes, table

_RUNS, _FIGURES, _ROWS, _COLUMNS, _SEED = 7, 1500, 20, 10, 1


def best(work: Callable[[], object], runs: int = _RUNS) -> Decimal:
    """Milliseconds of processor time of the fastest run, without the garbage of others being collected in between."""
    fastest = min(repeat(work, timer=process_time, number=1, repeat=runs))
    return Decimal(fastest * 1000).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Localising:
    """A table with errors: milliseconds of ours and of the solver, and how many errors ours named first."""

    errors: int
    ours: Decimal
    solver: Decimal
    named: int

    def __str__(self) -> str:
        faster = self.solver / self.ours
        return (
            f"{_ROWS * _COLUMNS} figures, {self.errors} wrong: {self.ours} ms, "
            f"{self.named} of {self.errors} named first; milp {self.solver} ms, {faster:.0f} times as long"
        )


def judging() -> tuple[int, Decimal]:
    """How many relations a document of 1,500 figures has, and the milliseconds to judge them all."""
    result = audit(shipped_documents())
    instances = [verdict.instance for verdict in result.verdicts]
    share = instances[: len(instances) * _FIGURES // len(result.figures)]
    return len(share), best(lambda: [judge(instance) for instance in share])


def localising(errors: int, seed: int = _SEED) -> Localising:
    """Both solvers on the same table."""
    component = table(_ROWS, _COLUMNS, errors, random.Random(seed))  # noqa: S311 - a repeatable table
    found = causes(component.verdicts, {})
    named = sum(bool(cause.candidates) and cause.candidates[0].figure in component.wrong for cause in found)
    ours = best(lambda: causes(component.verdicts, {}))
    return Localising(errors, ours, best(lambda: fewest_changes(component.verdicts), 1), named)


def main() -> None:
    """Measure and print."""
    count, taken = judging()
    print(f"judging {count} relations, the share of {_FIGURES} figures: {taken} ms")
    for errors in (1, 2, 3):
        print(localising(errors))


if __name__ == "__main__":
    main()
