"""The frames that the suites run on, derived from the frame of figures: one column per thing that can be expected.

A cell is None where an expectation does not apply. Numbers stay decimal strings in the printed unit of their row, each
beside its quantum (column ``<name>_quantum``); nothing becomes a float. Text out of documents is escaped for HTML here,
before Great Expectations sees it, because its pages print cells as they are.
"""

from __future__ import annotations

import html
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pandas as pd

from checks.model import Outcome
from checks.suites_definitions import QUANTUM, Definitions, WideFrame
from datasets.model import Binding, Kind, Role
from datasets.units import factor_between, units
from datasets.vocabulary import concepts

COMPLETE = "齐全"
UNKNOWN = "未知"
OTHER = "_other"
#: Axes of scope that must agree before two figures are laid side by side.
AXES = ("entity", "level", "fund", "stage", "period", "function_code", "economic_code", "project")
#: Units of these dimensions are asked for by a suite, each in a column of its own.
DIMENSIONS = ("money", "persons", "vehicles", "area")
#: What the main figures of each kind of document report.
STAGES = {str(Kind.BUDGET): "original_budget", str(Kind.FINAL_ACCOUNTS): "outturn"}
SIZES = frozenset({Role.LEVEL, Role.COUNT})
#: Columns that say whether two concepts are reported together.
PAIRED = {
    "vehicles_without_value": ("vehicles", "vehicles_value"),
    "house_without_value": ("house_area", "house_value"),
}
FIGURE_COLUMNS = (
    "figure_id", "document", "place", "place_key", "printed", "role", "concept", "missing_concepts",
    *(f"unit_of_{dimension}" for dimension in DIMENSIONS),
    "amount", "share", "count", "money_quantum", "verdict",
    *(f"repeated{other}{quantum}" for other in ("", OTHER) for quantum in ("", QUANTUM)),
)  # fmt: skip
LINKS = (("same_fact", "same_fact_other"), ("standing", "standing_other"))
LATER_LINKS = (("standing_later", "standing_later_other"), ("outturn", "ceiling"), ("moved", "stated_change"))
LINK_COLUMNS = (
    "figure_ids", "document", "place", "link", "concept",
    *(name + quantum for pair in (*LINKS, *LATER_LINKS) for name in pair for quantum in ("", QUANTUM)),
    "outcome",
)  # fmt: skip

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


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> str:
    return str(int(value)) if isinstance(value, int | float | np.number) and not math.isnan(value) else ""


def escaped(value: object) -> str | None:
    """Text that is safe to print in a page; None for a missing value. ``html.unescape`` gives the text back."""
    return html.escape(value, quote=True) if isinstance(value, str) else None


def place_of(row: Mapping[str, object]) -> str:
    """Where a figure stands, in words: 第 66 行；第 3 页；表 10 第 2 行第 3 列；Sheet1!B4."""
    words = []
    if _text(row.get("sheet")) or _text(row.get("cell")):
        words.append("!".join(filter(None, (_text(row.get("sheet")), _text(row.get("cell"))))))
    words += [
        f"第 {_whole(row.get(name))} {word}"
        for name, word in (("page", "页"), ("line", "行"), ("block", "段"))
        if _whole(row.get(name))
    ]
    if _text(row.get("table")):
        words.append(f"表“{_text(row['table'])}”第 {_whole(row.get('row'))} 行第 {_whole(row.get('column'))} 列")
    return "；".join(words)


def _place_key(row: Mapping[str, object]) -> str | None:
    """The same for two figures only if they stand at one place; None when the place is unknown."""
    at = [_text(row.get(name)) for name in ("part", "sheet", "cell")]
    span = [_whole(row.get(name)) for name in ("start", "end")]
    if not any(span) and not at[-1]:
        return None
    return "|".join([_text(row.get("document")), *at, *span])


def entries(figures: pd.DataFrame, roles: Collection[str] = SIZES) -> list[Entry]:
    """The figures that report a known concept in one of the roles, in the order of the frame."""
    found = []
    for row in _records(figures):
        if row["role"] not in roles or not _text(row["concept"]) or not _text(row["value"]):
            continue
        found.append(
            Entry(
                _text(row["figure_id"]),
                _text(row["document"]),
                _text(row["document_key"]),
                place_of(row),
                _text(row["table"]),
                str(row["role"]),
                _text(row["concept"]),
                _text(row["value"]),
                _text(row["quantum"]) or "0",
                _text(row["unit"]),
                tuple(_text(row[axis]) for axis in AXES),
                _text(row["binding"]),
            )
        )
    return found


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def groups_of(sizes: Iterable[Entry], names: Sequence[str], ignored: Sequence[str] = ()) -> Iterator[dict[str, Entry]]:
    """The concepts of one table, or of the running text of one document, in one scope; the first printing of each."""
    groups: dict[tuple[str, ...], dict[str, Entry]] = defaultdict(dict)
    kept = [axis for axis in AXES if axis not in ignored]
    for entry in sizes:
        if entry.concept in names:
            groups[(entry.document, entry.table, *map(entry.axis, kept))].setdefault(entry.concept, entry)
    yield from groups.values()


def _side_by_side(group: Mapping[str, Entry], names: Sequence[str]) -> Row:
    """A value and a quantum column per concept; money is brought to the unit of the first amount of the group."""
    row: Row = {}
    base: dict[str, str] = {}
    for name in names:
        entry = group.get(name)
        if entry is not None:
            dimension = units()[entry.unit].dimension if entry.unit in units() else entry.unit
            number = entry.number_in(base.setdefault(dimension, entry.unit))
        row[name], row[name + QUANTUM] = (None, None) if entry is None else number or (None, None)
    return row


def _whereabouts(parts: Sequence[Entry]) -> Row:
    return {
        "figure_ids": escaped(" ".join(part.figure_id for part in parts)),
        "document": escaped(" | ".join(dict.fromkeys(part.document for part in parts))),
        "place": escaped(" | ".join(dict.fromkeys(part.place for part in parts))),
    }


def _together(row: Row, first: str, second: str) -> str | None:
    present = [name for name in (first, second) if row[name] is not None]
    if not present:
        return None
    labels = concepts()
    lacking = [labels[name].label if name in labels else name for name in (first, second) if name not in present]
    return f"缺少{'、'.join(lacking)}" if lacking else COMPLETE


def wide_frame(sizes: Sequence[Entry], wide: WideFrame) -> pd.DataFrame:
    """One row per group of concepts that stand together; for assets also whether number and value come together."""
    rows = []
    for names in wide.groups:
        for group in groups_of(sizes, names, wide.ignored_axes):
            row = _whereabouts(list(group.values())) | _side_by_side(group, names)
            # Only running text reports assets as a whole; a table may have a part of them.
            if not next(iter(group.values())).table:
                row |= {column: _together(row, *pair) for column, pair in PAIRED.items() if set(pair) <= set(names)}
            rows.append(row)
    every = [name for names in wide.groups for name in names]
    paired = [column for column, pair in PAIRED.items() if set(pair) <= set(every)]
    columns = ["figure_ids", "document", "place", *(name + q for name in every for q in ("", QUANTUM)), *paired]
    return pd.DataFrame(rows, columns=columns, dtype=object)


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
            found[entry.figure_id] = _pair("repeated", (entry.value, entry.quantum), "repeated" + OTHER, other)
    return found


def _pair(name: str, number: tuple[str, str], other: str, second: tuple[str, str]) -> Row:
    return {name: number[0], name + QUANTUM: number[1], other: second[0], other + QUANTUM: second[1]}


def _missing(figures: pd.DataFrame, required: Sequence[str]) -> dict[str, str]:
    """For the first figure of each document, the labels of the required concepts that the document lacks."""
    labels = concepts()
    found: dict[str, str] = {}
    for _, rows in figures.groupby("document", sort=False):
        lacking = [name for name in required if name not in set(rows["concept"])]
        words = "、".join(labels[name].label if name in labels else name for name in lacking)
        found[_text(rows["figure_id"].iloc[0])] = f"缺少：{words}" if lacking else COMPLETE
    return found


def figures_frame(figures: pd.DataFrame, definitions: Definitions, kind: str) -> pd.DataFrame:
    """The figures of one kind and year, each with what may be expected of it; sums stand on the row of their total."""
    sizes = entries(figures)
    repeated = _repetitions(sizes, definitions.repeated)
    missing = _missing(figures, definitions.required[kind])
    sums: dict[str, Row] = {}
    sum_columns: list[str] = []
    for names in definitions.sums:
        sum_columns += [name + q for name in names for q in ("", QUANTUM)]
        sums |= {g[names[0]].figure_id: _side_by_side(g, names) for g in groups_of(sizes, names) if names[0] in g}
    rows = []
    for record in _records(figures):
        figure_id = _text(record["figure_id"])
        row = _expectable(record) | repeated.get(figure_id, {}) | sums.get(figure_id, {})
        row["missing_concepts"] = escaped(missing.get(figure_id))
        rows.append(row)
    return pd.DataFrame(rows, columns=[*FIGURE_COLUMNS, *sum_columns], dtype=object)


def _expectable(record: Mapping[str, object]) -> Row:
    role, unit, value = record["role"], _text(record["unit"]), _text(record["value"]) or None
    concept = concepts().get(_text(record["concept"]))
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
        **{f"unit_of_{d}": escaped(unit or UNKNOWN) if measured == d else None for d in DIMENSIONS},
        "amount": escaped(value) if amount else None,
        "share": escaped(value) if role == Role.SHARE else None,
        "count": escaped(value) if role in SIZES and known is not None and known.exact else None,
        "money_quantum": escaped(_text(record["quantum"]) or UNKNOWN) if amount and value else None,
        # A figure that no relation touched says nothing about the share that holds.
        "verdict": _text(record["verdict"]) if record["verdict"] in {"verified", "contradicted"} else None,
    }


def _link(link: str, pair: tuple[str, str], new: Entry, old: Entry) -> Row | None:
    other = old.number_in(new.unit)
    if other is None:
        return None
    words = _whereabouts((new, old)) | {"link": link, "concept": new.concept}
    return words | _pair(pair[0], (new.value, new.quantum), pair[1], other)


def _same_facts(sizes: Iterable[Entry]) -> Iterator[Row | None]:
    """One fact in several documents, its axes of scope known: an unknown axis may hide a legal difference."""
    facts: dict[tuple[str, ...], dict[str, Entry]] = defaultdict(dict)
    for entry in sizes:
        if entry.binding != Binding.GUESSED and all(map(entry.axis, ("entity", "level", "fund", "stage", "period"))):
            facts[(entry.concept, *entry.scope)].setdefault(entry.document, entry)
    for printings in facts.values():
        ordered = sorted(printings.values(), key=lambda entry: entry.year)
        # Two versions of one document are no two documents.
        yield from (_link("same_fact", LINKS[0], b, a) for a, b in pairwise(ordered) if a.key != b.key)


def _standing(sizes: Iterable[Entry], definitions: Definitions) -> Iterator[Row | None]:
    """Assets, and between adjacent years staff, of one entity in one document after another."""
    things: dict[tuple[str, str], dict[str, Entry]] = defaultdict(dict)
    for entry in sizes:
        if entry.concept in definitions.standing | definitions.headcount and not entry.table and entry.year:
            things[(entry.owner, entry.concept)].setdefault(entry.key, entry)
    for (_, concept), reports in things.items():
        # A budget states things as of the end of the year before, like the final accounts of that year.
        ordered = sorted(reports.values(), key=lambda e: (e.year - (e.kind == Kind.BUDGET), e.kind))
        for old, new in pairwise(ordered):
            gap = (new.year - (new.kind == Kind.BUDGET)) - (old.year - (old.kind == Kind.BUDGET))
            if gap <= 1 and concept in definitions.standing:
                yield _link("standing", LINKS[1], new, old)
            elif concept in definitions.standing:
                yield _link("standing_later", LATER_LINKS[0], new, old)
            elif gap == 0:
                yield _link("same_fact", LINKS[0], new, old)


def _moves(sizes: Iterable[Entry], changes: Iterable[Entry]) -> Iterator[Row | None]:
    """How far a fact moved between the documents of adjacent years, beside the change that the later one states.

    Which way it moved is left open: a printed change may carry its sign in a word (增加, 减少).
    """
    stated: dict[tuple[str, ...], Entry] = {}
    for change in changes:
        if change.binding == Binding.CERTAIN and not change.table:
            stated.setdefault((change.document, *_standpoint(change)), change)
    reports: dict[tuple[str, ...], dict[int, Entry]] = defaultdict(dict)
    for entry in sizes:
        if entry.binding == Binding.CERTAIN and entry.year and entry.axis("stage") in {"", STAGES.get(entry.kind)}:
            reports[(entry.owner, entry.kind, *_standpoint(entry))].setdefault(entry.year, entry)
    for by_year in reports.values():
        for year, new in by_year.items():
            previous, said = by_year.get(year - 1), stated.get((new.document, *_standpoint(new)))
            if previous is None or said is None or not _own_year(new, previous):
                continue
            before, difference = previous.number_in(new.unit), said.number_in(new.unit)
            if before is None or difference is None:
                continue
            moved = abs(Decimal(new.value) - Decimal(before[0]))
            width = Decimal(new.quantum) + Decimal(before[1])
            words = _whereabouts((new, previous, said)) | {"link": "moved", "concept": new.concept}
            size = format(abs(Decimal(difference[0])), "f")
            number = (format(moved, "f"), format(width, "f"))
            yield words | _pair("moved", number, "stated_change", (size, difference[1]))


def _standpoint(entry: Entry) -> tuple[str, ...]:
    axes = ("fund", "function_code", "economic_code", "project")
    return (entry.concept, *map(entry.axis, axes))


def _own_year(new: Entry, old: Entry) -> bool:
    # An earlier year's figure in a later document is no figure of that document's own year.
    years = [(entry.axis("period")[:4] or str(entry.year), str(entry.year)) for entry in (new, old)]
    return all(period == year for period, year in years)


def _ceilings(sizes: Iterable[Entry], names: Collection[str]) -> Iterator[Row | None]:
    """The outturn of a year in the final accounts beside the budget of that year in the budget document."""
    by_year: dict[tuple[str, ...], dict[str, Entry]] = defaultdict(dict)
    for entry in sizes:
        stage = STAGES.get(entry.kind)
        if entry.concept in names and entry.axis("stage") == stage and entry.axis("period") == str(entry.year):
            key = (entry.owner, entry.concept, entry.axis("fund"), str(entry.year))
            by_year[key].setdefault(entry.kind, entry)
    for found in by_year.values():
        if len(found) == len(Kind):
            yield _link("ceiling", LATER_LINKS[1], found[Kind.FINAL_ACCOUNTS], found[Kind.BUDGET])


def links_frame(figures: pd.DataFrame, verdicts: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Pairs of figures across documents, side by side, and the decided relations that cross documents."""
    sizes = entries(figures)
    rows: list[Row] = [
        row
        for found in (
            _same_facts(sizes),
            _standing(sizes, definitions),
            _ceilings(sizes, definitions.ceilings),
            _moves(sizes, entries(figures, {Role.CHANGE})),
        )
        for row in found
        if row is not None
    ]
    rows.extend(
        {
            "figure_ids": escaped(record["figure_ids"]),
            "document": escaped(record["documents"]),
            "place": escaped(record["verdict_id"]),
            "link": "relation",
            "concept": escaped(record["relation"]),
            "outcome": _text(record["outcome"]),
        }
        for record in _records(verdicts)
        if record["crosses_documents"] and record["outcome"] != Outcome.UNDECIDED
    )
    return pd.DataFrame(rows, columns=list(LINK_COLUMNS), dtype=object)
