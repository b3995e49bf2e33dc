"""Tables whose amounts slid against their codes: from one row on each row prints the amounts of another code.

Seen against a second table that prints the same codes: the amounts of a row are not those of its own code there but
those of the code a constant number of rows further on. Every relation of such a row breaks, and all of it is one slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from checks.context import Context
from checks.model import Instance, Outcome, Relation, Term, Verdict, WordEvidence
from datasets.model import Figure, Role
from datasets.reading import Reading
from datasets.tables.reading import TableReading
from datasets.vocabulary.units import ZERO

#: So many rows in a stretch must print the amounts of the code equally far on, and so many different ones.
_FEWEST_ROWS = 4
_FEWEST_AMOUNTS = 3
#: So many rows may print the amount of their own code although they slid: 类, 款 and 项 often print one amount.
_MOST_ALIKE = 2

_Code = tuple[str, str]
_Measure = tuple[str, str, str, str]
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "shifted-rows": Relation,
}


@dataclass(slots=True)
class _Row:
    """A row of a code: its figures, and their values by what they measure whatever the fund."""

    row: int
    code: _Code
    figures: list[Figure] = field(default_factory=list)
    values: dict[_Measure, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Slid:
    """The rows of a table from the first that slid, by how many rows, and the table that shows it."""

    table: TableReading
    against: TableReading
    rows: tuple[_Row, ...]
    first: _Row
    by: int


def instances(context: Context) -> Iterator[Instance]:
    """One instance for each table whose rows slid; of two tables at odds that whose own sums break more is blamed."""
    relation = context.rules["shifted-rows"]
    own_sums = _broken_within(context.verdicts)
    for reading in context.readings:
        rows = {table.id: rows for table in reading.tables if (rows := _rows(reading, table))}
        tables = [table for table in reading.tables if table.id in rows]
        slid = [found for a in tables for b in tables if a is not b and (found := _slid(a, b, rows)) is not None]
        worst: dict[str, _Slid] = {}
        for found in slid:
            mine, other = (own_sums[reading.path, table.title] for table in (found.table, found.against))
            known = worst.get(found.table.id)
            if mine > other and (known is None or len(found.rows) > len(known.rows)):
                worst[found.table.id] = found
        yield from (_instance(relation, found) for found in worst.values())
        if not slid and len(tables) > 1:
            yield _in_step(reading, relation, tables[0])


def _rows(reading: Reading, table: TableReading) -> list[_Row]:
    """The rows of codes of a table in order; the total at its end belongs to the stretch that slid."""
    found: dict[int, _Row] = {}
    for (identifier, number, _), figure in sorted(reading.cells.items()):
        if identifier != table.id or figure.role is not Role.LEVEL or figure.value is None:
            continue
        scope = figure.scope
        row = found.setdefault(number, _Row(number, (scope.function_code or "", scope.economic_code or "")))
        row.figures.append(figure)
        measure = (figure.concept, scope.stage or "", scope.period or "", figure.unit)
        row.values.setdefault(measure, figure.value)
    rows = list(found.values())
    return rows if sum(any(row.code) for row in rows) >= _FEWEST_ROWS else []


def _slid(table: TableReading, against: TableReading, rows: Mapping[str, Sequence[_Row]]) -> _Slid | None:
    mine = rows[table.id]
    theirs = {row.code: row.values for row in rows[against.id] if any(row.code)}
    codes = [row.code for row in mine if any(row.code)]
    if len(set(codes)) < len(codes):
        return None  # a code in several rows (one for each project) has no place of its own
    at_odds = [_compared(row.values, theirs.get(row.code)) is False for row in mine]
    if sum(at_odds) < _FEWEST_ROWS:
        return None
    for by in sorted(range(-len(mine) + 1, len(mine)), key=abs):
        stretch: list[_Row] = []
        for index, row in enumerate(mine):
            other = mine[index + by].code if by and 0 <= index + by < len(mine) else None
            if other is not None and _compared(row.values, theirs.get(other)):
                stretch += [row] if at_odds[index] else []  # 类, 款 and 项 of one amount fit either way
                continue
            if _is_enough(stretch):
                break
            stretch = []
        if _is_enough(stretch):
            return _Slid(table, against, tuple(_from(mine, at_odds, mine.index(stretch[0]))), stretch[0], by)
    return None


def _from(rows: Sequence[_Row], at_odds: Sequence[bool], first: int) -> Iterator[_Row]:
    """The rows from the first that slid on, as long as not several in a row agree again, and the total below them."""
    last = first
    for index in range(first, len(rows)):
        if at_odds[index] and index - last <= _MOST_ALIKE + 1:
            last = index
    total_below = last + 1 < len(rows) and not any(rows[last + 1].code)
    yield from rows[first : last + 1 + total_below]


def _compared(values: Mapping[_Measure, Decimal], other: Mapping[_Measure, Decimal] | None) -> bool | None:
    """True when all shared measures print one amount, False when one differs, None where nothing can be compared."""
    shared = values.keys() & (other or {}).keys()
    if other is None or not any(values[measure] for measure in shared):
        return None
    return all(values[measure] == other[measure] for measure in shared)


def _is_enough(stretch: Sequence[_Row]) -> bool:
    amounts = {max((abs(value) for value in row.values.values()), default=ZERO) for row in stretch}
    return len(stretch) >= _FEWEST_ROWS and len(amounts) >= _FEWEST_AMOUNTS


def _broken_within(verdicts: Sequence[Verdict]) -> Counter[tuple[str, str]]:
    """How many broken sums each table holds all figures of, by document and title."""
    counted: Counter[tuple[str, str]] = Counter()
    for verdict in verdicts:
        tables = {(figure.document, figure.table) for figure in verdict.instance.figures}
        if verdict.outcome is Outcome.BROKEN and verdict.instance.arithmetic != "logic" and len(tables) == 1:
            counted.update(tables)
    return counted


def _instance(relation: Relation, found: _Slid) -> Instance:
    title, other = found.table.title, found.against.title
    first, count, by = found.first, len(found.rows), abs(found.by)
    code = first.code[0] or first.code[1]
    way, way_en = ("下", "below") if found.by > 0 else ("上", "above")
    terms = tuple(Term(figure) for row in found.rows for figure in row.figures)
    return Instance(
        relation,
        "logic",
        terms,
        (),
        where=title,
        holds=False,
        note=(
            f"《{title}》自第{first.row}行（{code}）起各行金额与科目错位：该处印的是"
            f"《{other}》中{way}方第 {by} 个科目的金额，涉及 {count} 行，请把金额与科目逐行重新对齐"
        ),
        note_en=(
            f"from row {first.row} ({code}) of {title} on the amounts are shifted against the codes: they are those "
            f"that {other} prints {by} rows {way_en} ({count} rows); align amounts and codes again"
        ),
    )


def _in_step(reading: Reading, relation: Relation, table: TableReading) -> Instance:
    words = WordEvidence(reading.path, table.table.place, table.title, table=table.title)
    return Instance(relation, "logic", (), (), where=table.title, holds=True, words=(words,))
