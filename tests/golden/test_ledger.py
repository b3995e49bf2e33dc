"""The ledger of two published documents, figure by figure, against a reviewed list.

Needs the environment variable GOUJI_DOCUMENTS. After a change of the reading that was looked through, the lists are
written anew, see :mod:`tests.golden.refresh`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from datasets.model import RECOGNISED_ROLES, Figure, Role
from datasets.readers.common.decoding import decode
from datasets.reading import Reading, counts, read

DATA = Path(__file__).parent / "data"
DOCUMENTS = {"changji-2023-budget": "002_*.txt", "changji-2024-final-accounts": "000_*.txt"}
COLUMNS = (
    "line", "printed", "value", "unit", "quantum", "role", "concept", "label", "fund", "stage", "period",
    "function_code", "economic_code", "project", "binding", "table", "row", "column",
)  # fmt: skip
#: Told apart from the pattern of the project on purpose: any run of digits, with separators of thousands and decimals.
NUMERAL = re.compile(r"\d+(?:[,，]\d{3})*(?:\.\d+)?")
#: How sure and how complete the reading of these documents must stay.
MOST_UNREAD, LEAST_BOUND = Decimal("0.01"), Decimal("0.55")

each_document = pytest.mark.parametrize("name", DOCUMENTS)


def reading_of(name: str, folder: Path) -> Reading:
    found = sorted(folder.glob(DOCUMENTS[name]))
    if not found:
        pytest.skip(f"GOUJI_DOCUMENTS holds no {DOCUMENTS[name]}")
    return read(found[0])


def row_of(figure: Figure) -> dict[str, str]:
    scope = figure.scope
    values = (
        figure.place.line, figure.printed, figure.value, figure.unit, figure.quantum, figure.role, figure.concept,
        figure.concept_label, scope.fund, scope.stage, scope.period, scope.function_code, scope.economic_code,
        scope.project, figure.binding, figure.table, figure.row, figure.column,
    )  # fmt: skip
    return {name: "" if value is None else str(value) for name, value in zip(COLUMNS, values, strict=True)}


def rows_of(reading: Reading) -> list[dict[str, str]]:
    """Every figure of a document; dates, codes, ordinals and references are counted elsewhere."""
    return [row_of(figure) for figure in reading.figures if figure.role not in RECOGNISED_ROLES]


def differences(expected: list[dict[str, str]], found: list[dict[str, str]]) -> Iterator[str]:
    for before, after in zip(expected, found, strict=False):
        changed = {name: (before[name], after[name]) for name in COLUMNS if before[name] != after[name]}
        if changed:
            yield f"line {before['line']} {before['printed']}{before['unit']}: {changed}"
    if len(expected) != len(found):
        yield f"{len(expected)} figures expected, {len(found)} read"


def refresh(folder: Path) -> None:
    """Write the lists of the documents as they are read now."""
    for name in DOCUMENTS:
        with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows_of(reading_of(name, folder)))


@each_document
def test_every_figure_is_read_as_reviewed(name: str, documents: Path) -> None:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        expected = list(csv.DictReader(handle))
    assert list(differences(expected, rows_of(reading_of(name, documents)))) == []


@each_document
def test_every_numeral_of_the_text_has_exactly_one_row(name: str, documents: Path) -> None:
    reading = reading_of(name, documents)
    text = decode(reading.document.path, reading.document.path.read_bytes()).text
    assert [f.printed for f in reading.figures] == NUMERAL.findall(text)
    assert len({f.place.start for f in reading.figures}) == len({f.id for f in reading.figures}) == len(reading.figures)
    assert all(text[f.place.start : f.place.end] == f.printed for f in reading.figures)
    assert all(f.place.line == text.count("\n", 0, f.place.start) + 1 for f in reading.figures)


@each_document
def test_hardly_any_numeral_stays_unread(name: str, documents: Path) -> None:
    reading = reading_of(name, documents)
    bound, recognised, unread = counts(reading.figures)
    assert bound + recognised + unread == len(reading.figures) > 700
    assert unread <= MOST_UNREAD * len(reading.figures)
    assert bound >= LEAST_BOUND * len(reading.figures)


@each_document
def test_what_is_bound_has_a_unit_and_a_label(name: str, documents: Path) -> None:
    bound = [f for f in reading_of(name, documents).figures if f.concept]
    unitless = {Role.WEIGHT, Role.SCORE, Role.TARGET, Role.COUNT}
    assert [f for f in bound if not f.unit and f.role not in unitless] == []
    assert [f for f in bound if not f.concept_label] == []


@each_document
def test_no_label_is_a_number_or_a_broken_piece(name: str, documents: Path) -> None:
    labels = {f.concept_label for f in reading_of(name, documents).figures if not f.concept and f.concept_label}
    assert labels
    assert [label for label in labels if re.search(r"^\W|[，。；：、]|\d", label)] == []
    assert [label for label in labels if label.count("（") != label.count("）")] == []
