"""Table layouts as data: which words of a title and of the headers mean what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cache, partial
from importlib.resources import files
from typing import Annotated, Literal

import msgspec

from datasets.data_files.forms import Form, Slug, SomeWords, Word, WrongWordError, doubled, known, one_meaning
from datasets.data_files.loading import collected, data_file
from datasets.data_files.problems import impossible
from datasets.model import Fund, Kind, Stage
from datasets.vocabulary.concepts import economic_names, government_economic_names, known_concepts
from datasets.vocabulary.plain import plain

_QUOTES = str.maketrans("", "", "“”\"'‘’「」")
_FUNDS = (("政府性基金", "government_funds"), ("国有资本", "state_capital"), ("一般公共预算", "general"))


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """What the amounts of a column report; an empty field leaves the axis to the row or the layout.

    ``period`` is "prior" or a year, "" for that of the document. ``role`` is "change", "rate" or "share" for a column
    that compares or relates the others, "" for amounts; ``unit`` is one printed in the header: 金额（万元）. A
    ``concept`` of "?" is one that no list knows.
    """

    concept: str = ""
    fund: str = ""
    stage: str = ""
    economic_code: str = ""
    period: str = ""
    role: str = ""
    unit: str = ""

    def under(self, above: ColumnMeaning) -> ColumnMeaning:
        """The same with its gaps filled from the header above it."""
        return ColumnMeaning(
            self.concept or above.concept,
            self.fund or above.fund,
            self.stage or above.stage,
            self.economic_code or above.economic_code,
            self.period or above.period,
            self.role or above.role,
            self.unit or above.unit,
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of table, see the head of ``data/layouts.toml``."""

    id: str
    kind: str
    titles: tuple[str, ...]
    fund: str
    stage: str
    rows: str
    concept: str
    total: str
    columns: dict[str, ColumnMeaning]
    row_names: dict[str, str]
    fund_in_title: bool = False


class ColumnEntry(Form, frozen=True, kw_only=True):
    """What a header of ``layouts*.toml`` means, see :class:`ColumnMeaning`; "?" is a concept that no list knows."""

    concept: str = ""
    fund: Fund | Literal[""] = ""
    stage: Stage | Literal[""] = ""
    economic_code: str = ""
    period: Literal["", "prior", "current"] = ""
    role: Literal["", "change", "rate", "share"] = ""

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept] if self.concept not in ("", "?") else [])
        codes = {*economic_names(), *government_economic_names()}
        wanted = [self.economic_code] if self.economic_code else []
        known("economic_code", wanted, codes, what="经济分类科目编码", what_en="code of the economic classification")

    def meaning(self) -> ColumnMeaning:
        """The same for readers of tables."""
        return ColumnMeaning(self.concept, self.fund, self.stage, self.economic_code, self.period, self.role)


class LayoutEntry(Form, frozen=True, kw_only=True):
    """``[[layout]]``, see the head of ``layouts.toml``."""

    id: Slug
    kind: Kind
    titles: SomeWords
    fund: Fund | Literal[""]
    stage: Stage | Literal[""]
    rows: Literal["functions", "economic", "lines", "panels", "projects", "wide", "procurement"]
    concept: str
    total: str = ""
    columns: dict[Word, ColumnEntry]
    row_names: dict[Word, str] = msgspec.field(default_factory=dict)
    fund_in_title: bool = False

    def __post_init__(self) -> None:
        known_concepts("concept", [self.concept] if self.concept else [])
        known_concepts("total", [self.total] if self.total else [])
        known_concepts("row_names", filter(None, self.row_names.values()))
        one_meaning("columns", {word: (word,) for word in self.columns}, plain)
        one_meaning("row_names", {word: (word,) for word in self.row_names}, plain)


class ExcludedWords(Form, frozen=True, kw_only=True):
    """Words of titles of parts that no layout stands for."""

    words: SomeWords


class LayoutFile(Form, frozen=True, kw_only=True):
    """``layouts*.toml``; ``same_words`` are words of titles and the form that all their variants share."""

    layout: Annotated[tuple[LayoutEntry, ...], msgspec.Meta(min_length=1)]
    same_words: dict[Word, str] = msgspec.field(default_factory=dict)
    excluded: ExcludedWords | None = None


@dataclass(frozen=True, slots=True)
class _Data:
    layouts: tuple[Layout, ...]
    same_words: tuple[tuple[str, str], ...]
    excluded: tuple[str, ...]


@cache
def _data() -> _Data:
    """All layouts of the data files ``layouts*.toml`` and the words of titles that mean the same."""
    names = sorted(file.name for file in (files("datasets") / "data").iterdir() if fnmatch(file.name, "layouts*.toml"))
    read = collected(
        partial(lambda name: data_file("datasets", "data", name).record(LayoutFile), name) for name in names
    )
    _check_ids(names, read)
    same = tuple((plain(old), plain(new)) for data in read for old, new in data.same_words.items())
    return _Data(
        tuple(
            Layout(
                id=entry.id,
                kind=entry.kind,
                titles=tuple(_squeezed(title, same) for title in entry.titles),
                fund=entry.fund,
                stage=entry.stage,
                rows=entry.rows,
                concept=entry.concept,
                total=entry.total,
                row_names={plain(name): concept for name, concept in entry.row_names.items()},
                columns={plain(word): meaning.meaning() for word, meaning in entry.columns.items()},
                fund_in_title=entry.fund_in_title,
            )
            for data in read
            for entry in data.layout
        ),
        same,
        tuple(plain(word) for data in read if data.excluded for word in data.excluded.words),
    )


def _check_ids(names: Sequence[str], read: Sequence[LayoutFile]) -> None:
    entries = [
        (name, number, entry)
        for name, data in zip(names, read, strict=True)
        for number, entry in enumerate(data.layout)
    ]
    for index, wrong in doubled([entry for *_, entry in entries], "id", lambda entry: entry.id):
        name, number, _ = entries[index]
        raise data_file("datasets", "data", name).error([impossible(wrong, ("layout", number))])
    same = tuple((plain(old), plain(new)) for data in read for old, new in data.same_words.items())
    titled: dict[tuple[Kind, str], str] = {}
    for name, number, entry in entries:
        for title in entry.titles:
            other = titled.setdefault((entry.kind, _squeezed(title, same)), entry.id)
            if other != entry.id:
                wrong = WrongWordError("titles", title, f"已是表式 {other} 的标题", f"is a title of {other} already")
                raise data_file("datasets", "data", name).error([impossible(wrong, ("layout", number))])


def layouts() -> tuple[Layout, ...]:
    """All layouts."""
    return _data().layouts


def layout_of(title: str, kind: Kind) -> Layout | None:
    """The layout whose title words are the longest that the title contains, None when no layout is known.

    Where a layout is the same for several funds, the title names the fund.
    """
    squeezed = _squeezed(title, _data().same_words)
    best: tuple[str, Layout] | None = None
    for layout in layouts():
        if layout.kind != kind:
            continue
        found = max((words for words in layout.titles if words in squeezed), key=len, default="")
        if found and (best is None or len(found) > len(best[0])):
            best = (found, layout)
    if best is None or any(word in squeezed and word not in best[0] for word in _data().excluded):
        return None
    layout = best[1]
    named = {fund for words, fund in _FUNDS if words in squeezed} if layout.fund_in_title else set()
    return replace(layout, fund=named.pop()) if len(named) == 1 else layout


def _squeezed(title: str, same: tuple[tuple[str, str], ...]) -> str:
    """A title without blanks and quotation marks, each word in the form that all its variants share."""
    squeezed = plain(title).translate(_QUOTES)
    for old, new in same:
        squeezed = squeezed.replace(old, new)
    return squeezed
