"""Table layouts as data: which words of a title and of the headers mean what."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from datasets.model import Kind
from datasets.vocabulary import plain


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """What the amounts of a column report; an empty field leaves the axis to the row or the layout."""

    concept: str = ""
    fund: str = ""
    stage: str = ""
    economic_code: str = ""


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


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts of the data file."""
    data = tomllib.loads((files("datasets") / "data" / "layouts.toml").read_text(encoding="utf-8"))
    return tuple(
        Layout(
            id=entry["id"],
            kind=entry["kind"],
            titles=tuple(plain(title) for title in entry["titles"]),
            fund=entry["fund"],
            stage=entry["stage"],
            rows=entry["rows"],
            concept=entry["concept"],
            total=entry.get("total", ""),
            columns={plain(word): ColumnMeaning(**meaning) for word, meaning in entry["columns"].items()},
        )
        for entry in data["layout"]
    )


def layout_of(title: str, kind: Kind) -> Layout | None:
    """The layout whose title words are the longest that the title contains, None when no layout is known."""
    squeezed = plain(title)
    best: tuple[int, Layout] | None = None
    for layout in layouts():
        if layout.kind != kind:
            continue
        length = max((len(words) for words in layout.titles if words in squeezed), default=0)
        if length and (best is None or length > best[0]):
            best = (length, layout)
    return best[1] if best else None
