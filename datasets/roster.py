"""The roster of units (``--roster units.csv``): which there are, whose they are, and when they published."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from io import StringIO
from pathlib import Path

from datasets.data_files.forms import Form, SomeSigns, SomeWords, WrongWordError, one_meaning
from datasets.data_files.loading import data_file
from datasets.errors import GoujiError
from datasets.identity.catalog import entity_of
from datasets.model import Kind, Place
from datasets.readers.common.decoding import decode
from datasets.vocabulary.plain import plain

#: A printed date in any of the usual forms: 2024-03-01, 2024/3/1, 2024年3月1日, 20240301.
DATE = re.compile(r"(20\d\d)(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))")
#: The columns of a roster; the last two may be left out.
ROSTER_COLUMNS = ("entity", "parent", "exempt", "approved_on", "published_on", "kind", "fiscal_year")
YEAR = re.compile(r"(20\d\d)(?:年度?)?")
_HEAD_OFFICE = ("本级", "机关", "（本级）", "（机关）")
_NAMED = 5
_REMEDY = "请改正后再试；列名和写法见 docs/roster.md"


class RosterError(GoujiError):
    """A roster that cannot be used; the message names the file, the lines and the remedy."""

    def __init__(self, path: Path, problems: Sequence[str], remedy: str = _REMEDY) -> None:
        shown = "；".join(problems[:_NAMED])
        more = f"；另有 {len(problems) - _NAMED} 处" if len(problems) > _NAMED else ""
        super().__init__(f"{path}：{shown}{more}；{remedy}")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row as printed, by the names of our columns, and where it stands."""

    line: int
    place: Place
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A unit that must publish, unless ``exempt``; ``entity`` and ``parent`` are codes as in a document's identity.

    ``kind`` and ``fiscal_year`` are None in a row that is about all documents of the unit.
    """

    entity: str
    name: str
    parent: str
    exempt: bool
    approved_on: date | None
    published_on: date | None
    kind: Kind | None
    fiscal_year: int | None
    is_head_office: bool
    row: RosterRow


@dataclass(frozen=True)
class Roster:
    """All units of a roster."""

    path: Path
    entries: tuple[RosterEntry, ...]

    @cached_property
    def _by_parent(self) -> dict[str, tuple[RosterEntry, ...]]:
        found: dict[str, dict[str, RosterEntry]] = {}
        for entry in self.entries:
            if entry.parent:
                found.setdefault(entry.parent, {}).setdefault(entry.entity, entry)
        return {parent: tuple(units.values()) for parent, units in found.items()}

    def units_of(self, entity: str) -> tuple[RosterEntry, ...]:
        """The units of a department, each once."""
        return self._by_parent.get(entity, ())


class RosterWords(Form, frozen=True, kw_only=True):
    """``[columns]``: the words by which each column, each kind of document, and yes and no are known."""

    entity: SomeWords
    parent: SomeWords
    exempt: SomeWords
    approved_on: SomeWords
    published_on: SomeWords
    kind: SomeWords
    fiscal_year: SomeWords
    yes: SomeSigns
    no: SomeSigns
    budget: SomeWords
    final_accounts: SomeWords

    def __post_init__(self) -> None:
        for setting in (*ROSTER_COLUMNS, "yes", "no", "budget", "final_accounts"):
            for word in getattr(self, setting):
                if plain(word).lower() != word:
                    said, said_en = f"应写作 {plain(word).lower()}", f"is compared as {plain(word).lower()}"
                    raise WrongWordError(setting, word, said, said_en)
        for settings in (ROSTER_COLUMNS, ("yes", "no"), ("budget", "final_accounts")):
            one_meaning("", {setting: getattr(self, setting) for setting in settings}, plain)


class RosterFile(Form, frozen=True, kw_only=True):
    """``roster.toml``."""

    columns: RosterWords


@cache
def _columns() -> RosterWords:
    return data_file("datasets", "data", "roster.toml").record(RosterFile).columns


def roster_words(name: str) -> tuple[str, ...]:
    """The words by which a column, a kind or a yes is known, out of roster.toml."""
    words: tuple[str, ...] = getattr(_columns(), name)
    return words


def read_rows(path: Path) -> tuple[RosterRow, ...]:
    """The rows as printed, blank ones left out.

    Raises:
        RosterError: the file cannot be read, has no row, or a column is missing.
        InputError: its bytes are no text.
    """
    try:
        text = decode(path, path.read_bytes()).text
    except OSError as error:
        raise RosterError(path, [f"打不开（{error.strerror}）"], "请检查 --roster 的路径") from error
    header, *rows = list(_lines(text)) or [(1, Place(0, 0), [])]
    names = [_column(cell) for cell in header[2]]
    missing = [name for name in ROSTER_COLUMNS[:-2] if name not in names]
    if missing:
        first = f"第 {header[0]} 行没有列 {'、'.join(missing)}"
        raise RosterError(path, [first], "第一行请写 entity,parent,exempt,approved_on,published_on")
    found = [
        RosterRow(line, place, {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name})
        for line, place, cells in rows
    ]
    if not found:
        raise RosterError(path, ["没有任何单位"], "请每个单位写一行")
    return tuple(found)


def _lines(text: str) -> Iterator[tuple[int, Place, list[str]]]:
    """The rows that hold anything, each with the line where it begins and its place in the text."""
    starts = [0]
    for printed in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(printed))
    reader = csv.reader(StringIO(text))
    before = 0
    for cells in reader:
        first, before = before, reader.line_num
        if any(cell.strip() for cell in cells):
            end = starts[before] - text.endswith("\n", 0, starts[before])
            yield first + 1, Place(starts[first], end, line=first + 1), cells


def _column(cell: str) -> str:
    printed = plain(cell).lower()
    return next((name for name in ROSTER_COLUMNS if printed in (name, *roster_words(name))), "")


def load_roster(path: Path) -> Roster:
    """Read and check a roster.

    Raises:
        RosterError: a row says something impossible; every such row is named with its line.
        InputError: the file is no text.
    """
    entries: list[RosterEntry] = []
    problems: list[str] = []
    seen: dict[tuple[str, bool, Kind | None, int | None], int] = {}
    for row in read_rows(path):
        entry, wrong = _entry(row)
        problems.extend(f"第 {row.line} 行{problem}" for problem in wrong)
        if entry is None:
            continue
        key = entry.entity, entry.is_head_office, entry.kind, entry.fiscal_year
        first = seen.setdefault(key, row.line)
        if first != row.line:
            problems.append(f"第 {row.line} 行与第 {first} 行重复（{entry.name}）")
        entries.append(entry)
    if problems:
        raise RosterError(path, problems)
    return Roster(path, tuple(entries))


def _entry(row: RosterRow) -> tuple[RosterEntry | None, list[str]]:
    """The row as an entry, or what is wrong with it."""
    problems: list[str] = []
    cells = row.cells
    name = plain(cells.get("entity", ""))
    if not name:
        problems.append("没有单位名称（entity）")
    exempt = yes_or_no(cells.get("exempt", ""))
    if exempt is None:
        problems.append(f"的 exempt 应为 是 或 否，写的是 {cells['exempt']!r}")
    dates = {}
    for column in ("approved_on", "published_on"):
        printed = cells.get(column, "")
        dates[column] = date_of(printed)
        if printed and dates[column] is None:
            problems.append(f"的 {column} 不是日期：{printed!r}，应写成 2024-03-01")
    kind = kind_of(cells.get("kind", ""))
    if cells.get("kind") and kind is None:
        problems.append(f"的 kind 应为 预算 或 决算，写的是 {cells['kind']!r}")
    year = YEAR.fullmatch(plain(cells.get("fiscal_year", "")))
    if cells.get("fiscal_year") and year is None:
        problems.append(f"的 fiscal_year 不是年度：{cells['fiscal_year']!r}，应写成 2024")
    if problems or exempt is None:
        return None, problems
    parent = plain(cells.get("parent", ""))
    entry = RosterEntry(
        entity_of(name).code,
        name,
        entity_of(parent).code if parent else "",
        exempt,
        dates["approved_on"],
        dates["published_on"],
        kind,
        int(year[1]) if year else None,
        name.endswith(_HEAD_OFFICE),
        row,
    )
    return entry, []


def yes_or_no(printed: str) -> bool | None:
    """是 or 否 in one of their spellings, blank for 否; None for anything else."""
    squeezed = plain(printed).lower()
    if squeezed in roster_words("yes"):
        return True
    return False if not squeezed or squeezed in roster_words("no") else None


def date_of(printed: str) -> date | None:
    """A date in one of the usual forms; None for anything else, also for a day that no calendar has."""
    match = DATE.fullmatch(plain(printed))
    if match is None:
        return None
    year, month, day, short_month, short_day = match.groups()
    try:
        return date(int(year), int(month or short_month), int(day or short_day))
    except ValueError:
        return None


def kind_of(printed: str) -> Kind | None:
    """预算 or 决算 in one of their spellings; None for anything else."""
    squeezed = plain(printed).lower()
    return next((kind for kind in Kind if squeezed in roster_words(str(kind))), None)
