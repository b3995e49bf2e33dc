"""The search for the smallest repair is exact: a mixed-integer solver and brute force find none smaller."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from checks.judging.verdicts import judge
from checks.localising.repairs import LARGEST_REPAIR, Candidate, JointChange, Repairs
from checks.localising.solving import substituted
from checks.model import Outcome, Verdict
from tests.benchmarks.components import fewest_changes, table

SEEDS = range(12)


def repaired(verdicts: tuple[Verdict, ...]) -> tuple[Repairs, list[Candidate], JointChange]:
    broken = [verdict for verdict in verdicts if verdict.outcome is Outcome.BROKEN]
    repairs = Repairs(verdicts, broken, {})
    candidates = repairs.candidates(broken)
    return repairs, candidates, repairs.cheapest(broken, candidates)


def after(verdicts: tuple[Verdict, ...], repair: JointChange) -> list[Verdict]:
    values = {member.id: change.value for change in repair.changes for member in change.figures}
    return [judge(substituted(verdict.instance, values)) for verdict in verdicts]


@pytest.mark.parametrize("errors", [1, 2, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_smaller_set_of_changes_mends_a_table(seed: int, errors: int) -> None:
    verdicts = table(4, 4, errors, random.Random(seed)).verdicts  # noqa: S311
    _, _, repair = repaired(verdicts)
    fewest = fewest_changes(verdicts)
    assert fewest is not None
    broken_after = [verdict for verdict in after(verdicts, repair) if verdict.outcome is Outcome.BROKEN]
    originally = {verdict.id for verdict in verdicts if verdict.outcome is Outcome.BROKEN}
    assert not originally & {verdict.id for verdict in broken_after}  # whatever was broken is mended
    assert len(repair.changes) <= fewest
    if not broken_after:
        assert len(repair.changes) == fewest


@pytest.mark.parametrize("errors", [1, 2, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_cheaper_set_of_that_size_mends_a_table(seed: int, errors: int) -> None:
    """Brute force over all candidate changes, each as good as printed."""
    verdicts = table(3, 4, errors, random.Random(seed)).verdicts  # noqa: S311
    repairs, candidates, repair = repaired(verdicts)
    costs: dict[int, list[object]] = {}
    for size in range(1, min(LARGEST_REPAIR, len(repair.changes)) + 1):
        for chosen in combinations(candidates, size):
            if len({candidate.root for candidate in chosen}) == size and mends(verdicts, chosen):
                values = {m.id: c.value for c in chosen for m in c.figures}
                harmed = repairs.harmed_by([c.root for c in chosen], values)
                costs.setdefault(size, []).append(sum(c.plausibility for c in chosen) + len(harmed))
    if costs:
        assert min(costs) == len(repair.changes)
        assert min(costs[min(costs)], key=str) is not None
        assert repair.cost == min(costs[min(costs)])  # type: ignore[type-var]


def mends(verdicts: tuple[Verdict, ...], chosen: tuple[Candidate, ...]) -> bool:
    originally = {verdict.id for verdict in verdicts if verdict.outcome is Outcome.BROKEN}
    repair = JointChange(chosen, frozenset(), chosen[0].cost)
    return not any(v.outcome is Outcome.BROKEN and v.id in originally for v in after(verdicts, repair))


def test_errors_planted_in_a_table_are_named() -> None:
    named = planted = 0
    for seed in range(30):
        component = table(8, 6, 3, random.Random(seed))  # noqa: S311
        _, _, repair = repaired(component.verdicts)
        planted += len(component.wrong)
        named += len({change.figure.id for change in repair.changes} & {figure.id for figure in component.wrong})
    assert named / planted > 0.9  # two errors in one row may have rivals that repair as much
