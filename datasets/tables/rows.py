"""What the rows of a table report: totals, codes, names of line items, units of a department, projects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from datasets.tables.heads import LABEL_CODE, NUMBERING
from datasets.tables.layouts import Layout
from datasets.tables.words import dated, measured, staged, words
from datasets.vocabulary.classification import with_lost_zero
from datasets.vocabulary.concepts import economic_codes, function_classes, function_names, named_in, names
from datasets.vocabulary.plain import unnumbered

_CODE = re.compile(r"^\d{1,9}$")
#: A code that stands alone, not a 款 or 项 below the 类 beside it.
_WHOLE_CODE = 3
_STEP_DIGITS = 2
_STEPS = ("类", "款", "项")
#: Tables whose rows are projects, or things to be bought.
_OF_ITEMS = frozenset({"projects", "procurement"})
_CODED = ("functions", "economic", "panels")
_GRAND_TOTALS = frozenset({"收入总计", "支出总计", "本年收入合计", "本年支出合计", "收入合计", "支出合计"})
#: What the rows below a line item are, until the next such item says otherwise.
_CARRYOVER_BELOW = {
    "opening_carryover_and_surplus": "opening",
    "opening_fiscal_carryover": "opening",
    "opening_nonfiscal_carryover": "opening",
    "closing_carryover_and_surplus": "closing",
    "closing_fiscal_carryover": "closing",
    "current_year_revenue": "current",
    "total_revenue": "",
}


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row of one panel: its label and what it reports.

    ``total`` marks 合计; ``carryover`` is "opening" below 上年结转结余, "current" below 本年收入. ``office`` is the
    unit of a department whose row this is, or whose rows these are; ``unit`` one printed in the label: （辆）. A row
    whose ``concept`` is "?" has a label that no list knows: whatever its column says, it is not that of the whole
    table.
    """

    row: int
    label: str
    concept: str = ""
    fund: str = ""
    function_code: str = ""
    economic_code: str = ""
    project: str = ""
    carryover: str = ""
    total: bool = False
    office: str = ""
    unit: str = ""
    stage: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class _Label:
    """The labels of one row: header word and text by column, left to right."""

    row: int
    cells: tuple[tuple[str, str], ...]

    def under(self, headers: frozenset[str] | set[str]) -> list[str]:
        """The texts below some headers, blanks left out."""
        return [text for leaf, text in self.cells if text and leaf in headers]


@dataclass(frozen=True, slots=True)
class _Office:
    """A row that names a unit of the department; ``code`` may be empty."""

    index: int
    code: str
    name: str

    def heads(self, other: _Office) -> bool:
        """True where the code of the other stands below this one: 105 above 105001."""
        return bool(self.code) and other.code != self.code and other.code.startswith(self.code)


def read_rows(labels: Sequence[tuple[int, tuple[tuple[str, str], ...]]], layout: Layout) -> tuple[RowReading, ...]:
    """The rows of a panel out of their labels, given as (row, ((header word, text), …)); filler rows are left out."""
    rows: list[RowReading] = []
    offices: list[_Office] = []
    carryover = ""
    for label in _filled_down([_Label(row, cells) for row, cells in labels]):
        reading = _row(label, layout, carryover)
        if reading is None:
            continue
        head = "current_year_revenue" if reading.label.startswith("本年收入") else reading.concept
        carryover = _CARRYOVER_BELOW.get(head, carryover)
        if reading.office:
            offices.append(_Office(len(rows), "".join(_office_codes(label)), reading.office))
        rows.append(reading)
    return tuple(_distinct(tuple(_with_offices(rows, offices))))


def _distinct(rows: Sequence[RowReading]) -> Iterator[RowReading]:
    """Each fact once: a further 小计 or 合计 is over some of the rows only, a project named again is another one."""
    totals: set[tuple[str, str]] = set()
    named: Counter[tuple[str, str, str]] = Counter()
    grand = any(row.total and row.label != "小计" for row in rows)
    for row in rows:
        if row.total and row.label in words().totals:
            key = (row.concept, row.office)
            partial = key in totals or (row.label == "小计" and grand)
            totals.add(key)
            yield replace(row, concept="?", total=False) if partial else row
        elif row.project:
            key3 = (row.project, row.function_code, row.office)
            named[key3] += 1
            yield replace(row, project=f"{row.project}（{named[key3]}）") if named[key3] > 1 else row
        else:
            yield row


def _filled_down(labels: Sequence[_Label]) -> Iterator[_Label]:
    """类 and 款 that are printed only where they change, repeated in the rows below."""
    last: dict[str, str] = {}
    for label in labels:
        printed = {leaf: text for leaf, text in label.cells if leaf in _STEPS and text}
        deepest = max((_STEPS.index(leaf) for leaf in printed), default=-1)
        above = _STEPS[:deepest] if printed and len(next(iter(printed.values()))) <= _STEP_DIGITS else ()
        missing = {leaf: last[leaf] for leaf in above if leaf not in printed and leaf in last}
        if printed:
            last = {leaf: text for leaf, text in {**last, **printed}.items() if _STEPS.index(leaf) <= deepest}
        yield replace(label, cells=tuple((leaf, text or missing.get(leaf, "")) for leaf, text in label.cells))


def _with_offices(rows: Sequence[RowReading], offices: Sequence[_Office]) -> Iterator[RowReading]:
    """Rows of several units keep the unit they stand under; of a single unit they are rows of the whole."""
    above = {office.index for office in offices for other in offices if office.heads(other)}
    several = len({(o.code, o.name) for o in offices if o.index not in above}) > 1
    named = {office.index: office.name for office in offices}
    current = ""
    for index, row in enumerate(rows):
        if index in named:
            current = named[index] if several and index not in above else ""
        elif row.total:
            current = ""
        yield replace(row, office=current)


def _office_codes(label: _Label) -> list[str]:
    return [text for text in label.under(words().units) if _CODE.match(text)]


def _codes(label: _Label) -> list[str]:
    """The codes of a row, 类, 款 and 项 joined; a 款 or 项 printed with one digit is read with its leading zero."""
    found: list[str] = []
    for leaf, text in label.cells:
        if leaf in words().units or leaf in NUMBERING or not _CODE.match(text):
            continue
        if not found or len(text) >= _WHOLE_CODE:
            found.append(text)
        else:
            found[-1] += text.zfill(_STEP_DIGITS)
    return found


def _row(label: _Label, layout: Layout, carryover: str) -> RowReading | None:
    """What a row is about, None for a filler row without any label."""
    if not any(text for leaf, text in label.cells if leaf not in NUMBERING):
        return None
    codes = _codes(label)
    projects = label.under(words().projects if layout.rows in _OF_ITEMS else {"项目名称"})
    project = projects[0] if projects else ""
    offices = [text for text in label.under(words().units) if not _CODE.match(text)]
    named = [
        text
        for leaf, text in label.cells
        if text
        and leaf not in NUMBERING
        and not _CODE.match(text)
        and text not in words().codes
        and (leaf not in words().remarks or text in words().totals or (layout.rows in _OF_ITEMS and not project))
        and (text != project or leaf not in words().projects)
        and (leaf not in words().units or leaf.startswith(("单位名称（",)))
    ]
    chosen = _chosen(codes, layout)
    code = codes[chosen] if codes else ""
    name = named[min(chosen, len(named) - 1)] if named else ""
    match = LABEL_CODE.match(name)
    if match and not code:
        code, name = match[1], name[match.end() :]
    code = with_lost_zero(code, name)
    if project in words().totals and not name:
        name, project = project, ""
    if not name and not code and not project and offices:
        name = offices[0]
        if unnumbered(name) not in words().totals:
            return RowReading(label.row, name, total=True, office=name)
    reading = _named(label.row, name, code, project, layout, carryover)
    if reading.concept == "?" and not code and _office_codes(label):
        return RowReading(label.row, name, total=True, office=name)
    return reading


def _chosen(codes: Sequence[str], layout: Layout) -> int:
    """Which of several codes beside each other the table is about: the longest of one tree, else 3xx before 5xx."""
    if len(codes) > 1 and all(codes[number + 1].startswith(code) for number, code in enumerate(codes[:-1])):
        return len(codes) - 1
    first = {"economic": "3", "functions": "2"}.get(layout.rows, "")
    return next((number for number, code in enumerate(codes) if code.startswith(first)), 0)


def _named(row: int, label: str, code: str, project: str, layout: Layout, carryover: str) -> RowReading:
    bare, unit = measured(label)
    name = unnumbered(bare)
    if name in words().totals or (name in _GRAND_TOTALS and not code):
        concept = names().get(name, "") if name not in words().totals else layout.total
        return RowReading(row, name, concept=layout.row_names.get(name, concept), total=True, unit=unit)
    if name in layout.row_names and not code:
        return RowReading(row, name, concept=layout.row_names[name], unit=unit)
    coded = _coded(row, name, code, project, layout)
    if coded is not None:
        return coded
    if project and (layout.rows in _OF_ITEMS or not name):
        return RowReading(row, project, project=project)
    return _line_item(row, name, unit, layout, carryover)


def _coded(row: int, name: str, code: str, project: str, layout: Layout) -> RowReading | None:
    """A row of a classification, by its code or by a name that only one code has."""
    if layout.rows == "economic":
        code = code or economic_codes().get(name, "")
        return RowReading(row, name, economic_code=code) if code else None
    if not code and layout.rows in ("panels", "functions") and name not in names():
        code = function_classes().get(name, "")
    if code and (code in function_names() or layout.rows in _CODED):
        return RowReading(row, name, function_code=code, project=project)
    return None


def _line_item(row: int, name: str, unit: str, layout: Layout, carryover: str) -> RowReading:
    rest, when = dated(name)
    rest, stage = staged(rest)
    if name in layout.columns:
        stage = layout.columns[name].stage or stage
    if not rest and (stage or when.period):
        return RowReading(row, name, stage=stage, period=when.period)
    concept = (names().get(name) if unit else named_in(name, "money")) or "?"
    stated = concept.startswith(("opening_", "closing_", "total_", "current_year_"))
    return RowReading(row, name, concept=concept, carryover="" if stated else carryover, unit=unit)


__all__ = ["RowReading", "read_rows"]
