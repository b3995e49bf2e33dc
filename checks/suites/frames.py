"""The frames that the suites run on, derived from the frame of figures: one column per thing that can be expected.

A cell is None where an expectation does not apply. Numbers stay decimal strings in the printed unit of their row, each
beside its quantum (column ``<name>_quantum``); nothing becomes a float. Text out of documents is escaped for HTML here,
before Great Expectations sees it, because its pages print cells as they are.
"""

from __future__ import annotations

import html
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from checks.suites.definitions import QUANTUM, Definitions, WideFrame
from datasets.model import Binding, Role, Scope
from datasets.vocabulary.concepts import concepts
from datasets.vocabulary.units import factor_between, units

COMPLETE = "齐全"
UNKNOWN = "未知"
OTHER = "_other"
#: Axes of scope that must agree before two figures are laid side by side.
#: The axes of scope that tell rows apart; 本年 and 结转 of one fact stand in one table and are told apart there.
AXES = tuple(axis for axis in Scope.__dataclass_fields__ if axis != "carryover")
#: Units of these dimensions are asked for by a suite, each in a column of its own.
DIMENSIONS = ("money", "persons", "vehicles", "area")
SIZES = frozenset({Role.LEVEL, Role.COUNT})
#: Columns that say whether a value is reported with its number.
PAIRED = {
    "value_of_vehicles": ("vehicles", "vehicles_value"),
    "value_of_houses": ("house_area", "house_value"),
}
FIGURE_COLUMNS = (
    "figure_id", "document", "place", "place_key", "printed", "role", "concept", "number",
    "missing_concepts", "unusual_concepts",
    *(f"unit_of_{dimension}" for dimension in DIMENSIONS),
    "amount", "share", "count", "money_quantum", "verdict",
    *(f"repeated{other}{quantum}" for other in ("", OTHER) for quantum in ("", QUANTUM)),
)  # fmt: skip

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure as the suites need it; ``scope`` holds the axes of :data:`AXES`, "" for unknown."""

    figure_id: str
    document: str
    key: str
    place: str
    table: str
    role: str
    concept: str
    value: str
    quantum: str
    unit: str
    scope: tuple[str, ...]
    binding: str
    row: str = ""

    def axis(self, name: str) -> str:
        """The entry's position on an axis of scope."""
        return self.scope[AXES.index(name)]

    @property
    def owner(self) -> str:
        """Entity and level of the document, the same in every year."""
        return self.key.rsplit("/", 2)[0]

    @property
    def kind(self) -> str:
        """What the document is: budget or final_accounts."""
        return self.key.rsplit("/", 2)[1] if self.key.count("/") > 1 else ""

    @property
    def year(self) -> int:
        """The fiscal year of the document; 0 when it is unknown."""
        tail = self.key.rsplit("/", 1)[-1]
        return int(tail) if tail.isdecimal() else 0

    def number_in(self, unit: str) -> tuple[str, str] | None:
        """Value and quantum in another unit; None when the units measure different things."""
        if self.unit == unit:
            return self.value, self.quantum
        factor = factor_between(self.unit, unit)
        if factor is None:
            return None
        return format(Decimal(self.value) * factor, "f"), format(Decimal(self.quantum) * factor, "f")


def text(value: object) -> str:
    """The value if it is text, else empty."""
    return value if isinstance(value, str) else ""


def is_number(value: str) -> bool:
    """Whether a cell is a decimal string; any other is for the suites to fail, not for arithmetic to stumble over."""
    return _NUMBER.fullmatch(value) is not None


def _whole(value: object) -> str:
    return str(int(value)) if isinstance(value, int | float | np.number) and not math.isnan(value) else ""


def escaped(value: object) -> str | None:
    """Text that is safe to print in a page; None for a missing value. ``html.unescape`` gives the text back."""
    return html.escape(value, quote=True) if isinstance(value, str) else None


def place_of(row: Mapping[str, object]) -> str:
    """Where a figure stands, in words: 第 66 行；第 3 页；表 10 第 2 行第 3 列；Sheet1!B4."""
    words = []
    if text(row.get("sheet")) or text(row.get("cell")):
        words.append("!".join(filter(None, (text(row.get("sheet")), text(row.get("cell"))))))
    words += [
        f"第 {_whole(row.get(name))} {word}"
        for name, word in (("page", "页"), ("line", "行"), ("block", "段"))
        if _whole(row.get(name))
    ]
    if text(row.get("table")):
        words.append(f"表“{text(row['table'])}”第 {_whole(row.get('row'))} 行第 {_whole(row.get('column'))} 列")
    return "；".join(words)


def _place_key(row: Mapping[str, object]) -> str | None:
    """The same for two figures only if they stand at one place; None when the place is unknown."""
    at = [text(row.get(name)) for name in ("part", "sheet", "cell")]
    span = [_whole(row.get(name)) for name in ("start", "end")]
    if not any(span) and not at[-1]:
        return None
    return "|".join([text(row.get("document")), *at, *span])


def entries(figures: pd.DataFrame, roles: Collection[str] = SIZES) -> list[Entry]:
    """The figures that report a known concept in one of the roles, in the order of the frame."""
    found = []
    for row in records(figures[figures["role"].isin(list(roles)) & figures["concept"].notna()]):
        if not text(row["concept"]) or not is_number(text(row["value"])):
            continue
        found.append(
            Entry(
                text(row["figure_id"]),
                text(row["document"]),
                text(row["document_key"]),
                place_of(row),
                text(row["table"]),
                str(row["role"]),
                text(row["concept"]),
                text(row["value"]),
                quantum if is_number(quantum := text(row["quantum"])) else "0",
                text(row["unit"]),
                tuple(text(row[axis]) for axis in AXES),
                text(row["binding"]),
                _whole(row["row"]),
            )
        )
    return found


def records(frame: pd.DataFrame) -> Iterator[dict[str, object]]:
    """The rows of a frame by column name, one after another: all of them at once would fill the memory."""
    names = [str(name) for name in frame.columns]
    # Ten times as fast as to_dict, which looks at the type of every cell.
    columns = [frame[name].to_numpy(dtype=object) for name in frame.columns]
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def framed(rows: Iterable[Row], columns: Sequence[str]) -> pd.DataFrame:
    """A frame of rows, each of which may lack columns; likewise without keeping a row longer than needed."""
    cells: dict[str, list[object]] = {name: [] for name in columns}
    for row in rows:
        for name, column in cells.items():
            column.append(row.get(name))
    return pd.DataFrame(cells, dtype=object)


def groups_of(sizes: Iterable[Entry], names: Sequence[str], ignored: Sequence[str] = ()) -> Iterator[dict[str, Entry]]:
    """The concepts of one table, or of the running text of one document, in one scope; the first printing of each."""
    groups: dict[tuple[str, ...], dict[str, Entry]] = defaultdict(dict)
    kept = [axis for axis in AXES if axis not in ignored]
    for entry in sizes:
        if entry.concept in names:
            groups[(entry.document, entry.table, *map(entry.axis, kept))].setdefault(entry.concept, entry)
    yield from groups.values()


def _side_by_side(group: Mapping[str, Entry], names: Sequence[str], blanks: Collection[str] = ()) -> Row:
    """A value and a quantum column per concept; money is brought to the unit of the first amount of the group.

    A concept of ``blanks`` that the group lacks is an exact zero.
    """
    row: Row = {}
    base: dict[str, str] = {}
    for name in names:
        entry = group.get(name)
        if entry is not None:
            dimension = units()[entry.unit].dimension if entry.unit in units() else entry.unit
            number = entry.number_in(base.setdefault(dimension, entry.unit))
            row[name], row[name + QUANTUM] = number or (None, None)
        else:
            row[name] = row[name + QUANTUM] = "0" if name in blanks else None
    return row


def _sums(sizes: Sequence[Entry], names: Sequence[str]) -> Iterator[tuple[str, Row]]:
    """The id of each printed total, and the total beside its parts.

    A part that a row of a table leaves blank is zero when its column holds a figure elsewhere; a column that is blank
    throughout is unknown, and so is what running text does not mention.
    """
    printed = {(entry.document, entry.table, entry.concept) for entry in sizes if entry.table}
    for group in groups_of(sizes, names):
        total = group.get(names[0])
        # A total alone is no sum to judge.
        if total is not None and len(group) > 1:
            blanks = [name for name in names[1:] if (total.document, total.table, name) in printed]
            yield total.figure_id, _side_by_side(group, names, blanks)


def whereabouts(parts: Sequence[Entry]) -> Row:
    """The columns that identify a row made of several figures."""
    return {
        "figure_ids": escaped(" ".join(part.figure_id for part in parts)),
        "document": escaped(" | ".join(dict.fromkeys(part.document for part in parts))),
        "place": escaped(" | ".join(dict.fromkeys(part.place for part in parts))),
    }


def _numbered(row: Row, number: str, worth: str) -> str | None:
    """Whether a value comes with the number of things it is that of; many templates ask for the number alone."""
    if row[number] is None and row[worth] is None:
        return None
    return COMPLETE if row[number] is not None else f"缺少{concepts()[number].label}"


def wide_frame(sizes: Sequence[Entry], wide: WideFrame) -> pd.DataFrame:
    """One row per group of concepts that stand together; for assets also whether a value comes with its number."""
    rows = []
    for names in wide.groups:
        for group in groups_of(sizes, names, wide.ignored_axes):
            row = whereabouts(list(group.values())) | _side_by_side(group, names)
            # Only running text reports assets as a whole; a table may have a part of them.
            if not next(iter(group.values())).table:
                row |= {column: _numbered(row, *pair) for column, pair in PAIRED.items() if set(pair) <= set(names)}
            rows.append(row)
    every = [name for names in wide.groups for name in names]
    paired = [column for column, pair in PAIRED.items() if set(pair) <= set(every)]
    columns = ["figure_ids", "document", "place", *(name + q for name in every for q in ("", QUANTUM)), *paired]
    return framed(rows, columns)


def _repetitions(sizes: Iterable[Entry], names: Collection[str]) -> dict[str, Row]:
    """For each further printing of a fact, its number beside that of the first printing."""
    first: dict[tuple[str, ...], Entry] = {}
    found: dict[str, Row] = {}
    for entry in sizes:
        if entry.concept not in names or entry.binding != Binding.CERTAIN:
            continue
        original = first.setdefault((entry.document, entry.concept, *entry.scope), entry)
        other = original.number_in(entry.unit)
        if original is not entry and other is not None:
            found[entry.figure_id] = pair_of("repeated", (entry.value, entry.quantum), "repeated" + OTHER, other)
    return found


def pair_of(name: str, number: tuple[str, str], other: str, second: tuple[str, str]) -> Row:
    """Two numbers, each a value and a quantum, in the columns of two names."""
    return {name: number[0], name + QUANTUM: number[1], other: second[0], other + QUANTUM: second[1]}


def _missing(figures: pd.DataFrame, definitions: Definitions, kind: str) -> dict[str, Row]:
    """For the first figure of each document with its tables, the labels of what it should state and does not."""
    found: dict[str, Row] = {}
    for _, rows in figures.groupby("document", sort=False):
        if rows["table"].nunique() < definitions.fewest_tables:
            continue
        printed = set(rows["concept"])
        found[text(rows["figure_id"].iloc[0])] = {
            "missing_concepts": _lacking(printed, definitions.required[kind]),
            "unusual_concepts": _lacking(printed, definitions.usual[kind]),
        }
    return found


def _lacking(printed: Collection[str], wanted: Iterable[Sequence[str]]) -> str:
    labels = concepts()
    lacking = [names for names in wanted if not set(names) & set(printed)]
    words = "、".join("或".join(labels[name].label if name in labels else name for name in names) for names in lacking)
    return f"缺少：{words}" if lacking else COMPLETE


def figures_frame(figures: pd.DataFrame, definitions: Definitions, kind: str) -> pd.DataFrame:
    """The figures of one kind and year, each with what may be expected of it; sums stand on the row of their total."""
    sizes = entries(figures)
    repeated = _repetitions(sizes, definitions.repeated)
    missing = _missing(figures, definitions, kind)
    sums: dict[str, Row] = {}
    sum_columns: list[str] = []
    for names in definitions.sums:
        sum_columns += [name + q for name in names for q in ("", QUANTUM)]
        sums |= dict(_sums(sizes, names))
    attached: dict[str, Row] = defaultdict(dict)
    for found in (repeated, sums, missing):
        for figure_id, cells in found.items():
            attached[figure_id] |= cells
    rows = (_expectable(record) | attached.get(text(record["figure_id"]), {}) for record in records(figures))
    return framed(rows, [*FIGURE_COLUMNS, *sum_columns])


def _expectable(record: Mapping[str, object]) -> Row:
    role, unit, value = record["role"], text(record["unit"]), text(record["value"]) or None
    concept = concepts().get(text(record["concept"]))
    known = units().get(unit)
    measured = concept.dimension if concept and role in SIZES | {Role.CHANGE} else ""
    amount = role in SIZES and measured == "money"
    return {
        "figure_id": escaped(record["figure_id"]),
        "document": escaped(record["document"]),
        "place": escaped(place_of(record)),
        "place_key": escaped(_place_key(record)),
        "printed": escaped(record["printed"]),
        "role": str(role),
        "concept": escaped(record["concept"]) or None,
        "number": escaped(value),
        **{f"unit_of_{d}": escaped(unit or UNKNOWN) if measured == d else None for d in DIMENSIONS},
        "amount": escaped(value) if amount else None,
        "share": escaped(value) if role == Role.SHARE else None,
        "count": escaped(value) if role in SIZES and known is not None and known.exact else None,
        "money_quantum": escaped(text(record["quantum"]) or UNKNOWN) if amount and value else None,
        # A figure that no relation touched says nothing about the share that holds.
        "verdict": text(record["verdict"]) if record["verdict"] in {"verified", "contradicted"} else None,
    }
