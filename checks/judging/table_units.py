"""A table whose corner names the wrong money unit: all its figures are ten thousand times those printed elsewhere.

One slip is one finding. The figures of such a table are compared in the unit that they are really in, so that each of
them is not found wrong again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from checks.model import Instance, Relation, WordEvidence
from datasets.model import Figure, Role
from datasets.reading import Reading
from datasets.vocabulary.units import Interval, units

_FACTOR = Decimal(10000)
_FEWEST = 3
_SWAPPED = {"元": "万元", "万元": "元"}


@dataclass(frozen=True, slots=True)
class Slip:
    """The unit that a table prints, the one its figures are in, and how many figures say so."""

    table: str
    stated: str
    meant: str
    witnesses: int


def unit_slips(reading: Reading, elsewhere: Sequence[Figure]) -> dict[str, Slip]:
    """Slips by table id; ``elsewhere`` are the amounts of the text.

    A table slips when several different figures are each ten thousand times what is printed elsewhere, and none agrees.
    """
    groups: dict[tuple[object, ...], list[tuple[str, Figure]]] = defaultdict(list)
    for (table, _, _), figure in reading.cells.items():
        _enter(groups, table, figure)
    for figure in elsewhere:
        _enter(groups, "", figure)
    ratios: dict[str, Counter[str]] = defaultdict(Counter)
    against: dict[str, set[str]] = defaultdict(set)
    for group in groups.values():
        for table, figure in group:
            for other_table, other in group:
                if table and other_table != table:
                    outcome = _compared(figure, other)
                    ratios[table][outcome] += 1
                    if outcome == _SWAPPED.get(figure.unit):
                        against[table].add(other_table)
    said = {table.id: table for table in reading.tables}
    found = {
        table: Slip(table, said[table].unit, meant, count[meant])
        for table, count in ratios.items()
        if (meant := _SWAPPED.get(said[table].unit, "")) and count[meant] >= _FEWEST and not count["same"]
    }
    order = {table.id: number for number, table in enumerate(reading.tables)}
    # Of tables that contradict only one another nothing tells which is wrong: the last one is named.
    last = max(found, key=order.__getitem__, default="")
    return {table: slip for table, slip in found.items() if against[table] - found.keys() or table == last}


def _enter(groups: dict[tuple[object, ...], list[tuple[str, Figure]]], table: str, figure: Figure) -> None:
    if figure.concept and figure.value and figure.role is Role.LEVEL and figure.unit in _SWAPPED:
        scope = figure.scope
        axes = (scope.entity, scope.fund, scope.stage, scope.period, scope.function_code, scope.economic_code)
        groups[figure.concept, *axes, scope.project, scope.carryover].append((table, figure))


def _compared(figure: Figure, other: Figure) -> str:
    """same, the unit that would make them the same, or other."""
    mine, theirs = _interval(figure), _interval(other)
    if mine.meets(theirs):
        return "same"
    meant = _SWAPPED[figure.unit]
    factor = _FACTOR if meant == "万元" else 1 / _FACTOR
    return meant if mine.scaled(factor).meets(theirs) else "other"


def _interval(figure: Figure) -> Interval:
    value = figure.value if figure.value is not None else Decimal(0)
    return Interval.printed(value, figure.quantum).scaled(units()[figure.unit].factor)


def slip_instances(reading: Reading, slips: Mapping[str, Slip], relation: Relation) -> Iterator[Instance]:
    """One finding for each table that names the wrong unit."""
    for table in reading.tables:
        slip = slips.get(table.id)
        if slip is None:
            continue
        words = WordEvidence(
            reading.path, table.table.place, slip.stated, role="suspect", quote=table.title, table=table.title
        )
        yield Instance(
            relation,
            "logic",
            (),
            (),
            where=table.title,
            holds=False,
            note=f"《{table.title}》写明单位为{slip.stated}，{slip.witnesses} 处与别处相差一万倍，实为{slip.meant}",
            note_en=f"the table says {slip.stated}, but {slip.witnesses} comparisons show that it is in {slip.meant}",
            words=(words,),
        )
