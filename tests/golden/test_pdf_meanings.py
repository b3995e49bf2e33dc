"""The nine tables of published final accounts, bound cell by cell: concept, fund, stage and codes of every figure.

The list is written anew by :mod:`tests.golden.refresh`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from datasets.reading import Reading, read

NAME = "上海市普陀区财政局2024年度部门决算.pdf"
REVIEWED = Path(__file__).parent / "data" / "putuo-finance-2024-tables.csv"
COLUMNS = (
    "page",
    "table",
    "row",
    "column",
    "printed",
    "unit",
    "quantum",
    "concept",
    "fund",
    "stage",
    "carryover",
    "function_code",
    "economic_code",
    "binding",
)


def meanings(reading: Reading) -> list[dict[str, str]]:
    """What every amount of a table is read as."""
    found = []
    for figure in reading.cells.values():
        scope = figure.scope
        values = (
            figure.place.page,
            figure.table,
            figure.row,
            figure.column,
            figure.printed,
            figure.unit,
            figure.quantum,
            figure.concept,
            scope.fund,
            scope.stage,
            scope.carryover,
            scope.function_code,
            scope.economic_code,
            figure.binding,
        )
        found.append({name: "" if value is None else str(value) for name, value in zip(COLUMNS, values, strict=True)})
    return found


def test_every_cell_of_the_nine_tables_is_bound_as_reviewed(documents: Path) -> None:
    path = documents / NAME
    if not path.is_file():
        pytest.skip(f"GOUJI_DOCUMENTS holds no {NAME}")
    with REVIEWED.open(encoding="utf-8", newline="") as handle:
        reviewed = list(csv.DictReader(handle))
    assert meanings(read(path)) == reviewed
    assert all(row["concept"] for row in reviewed)


def refresh(folder: Path) -> None:
    """Write the list as it is read now."""
    with REVIEWED.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(meanings(read(folder / NAME)))
