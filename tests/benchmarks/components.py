"""Connected parts of made-up tables with planted errors, and the same problem as a mixed-integer programme.

A table is a grid of amounts with the sum of each row and each column; every figure stands in two relations.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from checks.judging.verdicts import judge
from checks.model import Verdict
from datasets.model import Figure
from tests.unit.building import figure, instance

_CENT = Decimal("0.01")
_BIGGEST = 10**7


@dataclass(frozen=True, slots=True)
class Component:
    """The judged relations of a table, and the figures that were misprinted."""

    verdicts: tuple[Verdict, ...]
    wrong: tuple[Figure, ...]


def table(rows: int, columns: int, errors: int, chance: random.Random) -> Component:
    """A table of so many rows and columns, sums included, with errors at random places."""
    grid = [[chance.randint(1, _BIGGEST) for _ in range(columns - 1)] for _ in range(rows - 1)]
    for line in grid:
        line.append(sum(line))
    grid.append([sum(line[column] for line in grid) for column in range(columns)])
    places = chance.sample([(row, column) for row in range(rows) for column in range(columns)], errors)
    for row, column in places:
        grid[row][column] += chance.randint(10 * max(rows, columns), _BIGGEST)
    figures = [[figure(f"{value * _CENT:.2f}", table="表") for value in row] for row in grid]
    across = [instance([row[-1]], row[:-1], rule="row") for row in figures]
    down = [instance([row[-1]], row[:-1], rule="column") for row in map(list, zip(*figures, strict=True))]
    return Component(tuple(map(judge, (*across, *down))), tuple(figures[row][column] for row, column in places))


def fewest_changes(verdicts: Sequence[Verdict]) -> int | None:
    """The fewest figures whose change makes every sum hold within its rounding, by ``scipy.optimize.milp``.

    Amounts stay positive; None where the solver finds nothing.
    """
    figures = {f.id: f for verdict in verdicts for f in verdict.instance.figures}
    column = {identifier: number for number, identifier in enumerate(figures)}
    count = len(figures)
    sums = np.zeros((len(verdicts), 2 * count))
    slack = np.array([float(verdict.slack or 0) for verdict in verdicts])
    for row, verdict in enumerate(verdicts):
        for sign, terms in ((1, verdict.instance.left), (-1, verdict.instance.right)):
            for term in terms:
                sums[row, column[term.figure.id]] += sign * float(term.weight)
    printed = np.array([float(figure.value or 0) for figure in figures.values()])
    largest = 4 * float(printed.max()) + 1
    # A figure may leave its printed value only if it is counted: |value - printed| <= largest * counted.
    eye = np.eye(count)
    above = LinearConstraint(np.hstack([eye, -largest * eye]), ub=printed)
    below = LinearConstraint(np.hstack([eye, largest * eye]), lb=printed)
    solved = milp(
        np.concatenate([np.zeros(count), np.ones(count)]),
        constraints=[LinearConstraint(sums, -slack, slack), above, below],
        integrality=np.concatenate([np.zeros(count), np.ones(count)]),
        bounds=Bounds(0, np.concatenate([np.full(count, largest), np.ones(count)])),
    )
    return round(solved.fun) if solved.success else None
