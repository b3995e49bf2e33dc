"""Table layouts as data: which words of a title and of the headers mean what."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
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
    row_names: dict[str, str]


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts of the data files ``layouts*.toml``."""
    folder = files("datasets") / "data"
    names = sorted(file.name for file in folder.iterdir() if fnmatch(file.name, "layouts*.toml"))
    entries = [
        entry for name in names for entry in tomllib.loads((folder / name).read_text(encoding="utf-8"))["layout"]
    ]
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
            row_names={plain(name): concept for name, concept in entry.get("row_names", {}).items()},
            columns={plain(word): ColumnMeaning(**meaning) for word, meaning in entry["columns"].items()},
        )
        for entry in entries
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
