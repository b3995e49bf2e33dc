"""Ceilings on what judging and localising cost; ``python -m tests.benchmarks.speed`` prints the same numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.benchmarks.speed import judging, localising

#: Milliseconds to judge 1,500 figures; a core that another process shares takes up to twice as long.
JUDGING, BUSY = Decimal(10), 2
#: Milliseconds for a table of 200 figures with so many errors.
CEILINGS = {1: Decimal(5), 3: Decimal(100)}
TIMES_FASTER_THAN_MILP = 10


def test_all_relations_of_a_document_of_1500_figures_are_judged_in_milliseconds() -> None:
    count, taken = judging()
    print(f"{count} relations: {taken} ms")
    assert taken <= JUDGING * BUSY


@pytest.mark.parametrize("errors", CEILINGS)
def test_errors_are_localised_fast_and_ten_times_as_fast_as_a_mixed_integer_solver(errors: int) -> None:
    measured = localising(errors)
    print(measured)
    assert measured.ours <= CEILINGS[errors]
    assert measured.solver >= TIMES_FASTER_THAN_MILP * measured.ours
    assert measured.named == errors
