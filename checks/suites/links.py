"""The frame of the suite ``cross_document_links``: figures of two documents side by side, relations that cross them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

import pandas as pd

from checks.model import Outcome
from checks.suites.definitions import QUANTUM, Definitions
from checks.suites.frames import Entry, Row, entries, escaped, framed, pair_of, records, text, whereabouts
from datasets.model import Binding, Kind, Role

#: What the main figures of each kind of document report.
STAGES = {str(Kind.BUDGET): "original_budget", str(Kind.FINAL_ACCOUNTS): "outturn"}
#: What links two figures, and the columns for the later and the earlier of them.
COLUMNS = {
    "same_fact": ("same_fact", "same_fact_other"),
    "standing": ("standing", "standing_other"),
    "standing_later": ("standing_later", "standing_later_other"),
    "ceiling": ("outturn", "ceiling"),
    "moved": ("moved", "stated_change"),
}
LINK_COLUMNS = (
    "figure_ids", "document", "place", "link", "concept",
    *(name + quantum for pair in COLUMNS.values() for name in pair for quantum in ("", QUANTUM)),
    "outcome",
)  # fmt: skip


def _link(link: str, new: Entry, old: Entry) -> Row | None:
    other = old.number_in(new.unit)
    if other is None:
        return None
    words = whereabouts((new, old)) | {"link": link, "concept": new.concept}
    later, earlier = COLUMNS[link]
    return words | pair_of(later, (new.value, new.quantum), earlier, other)


def _same_facts(sizes: Iterable[Entry]) -> Iterator[Row | None]:
    """One fact in several documents, its axes of scope known: an unknown axis may hide a legal difference."""
    facts: dict[tuple[str, ...], dict[str, Entry]] = defaultdict(dict)
    for entry in sizes:
        if entry.binding != Binding.GUESSED and all(map(entry.axis, ("entity", "level", "fund", "stage", "period"))):
            facts[(entry.concept, *entry.scope)].setdefault(entry.document, entry)
    for printings in facts.values():
        ordered = sorted(printings.values(), key=lambda entry: entry.year)
        # Two versions of one document are no two documents.
        yield from (_link("same_fact", b, a) for a, b in pairwise(ordered) if a.key != b.key)


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
                yield _link("standing", new, old)
            elif concept in definitions.standing:
                yield _link("standing_later", new, old)
            elif gap == 0:
                yield _link("same_fact", new, old)


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
            words = whereabouts((new, previous, said)) | {"link": "moved", "concept": new.concept}
            size = format(abs(Decimal(difference[0])), "f")
            number = (format(moved, "f"), format(width, "f"))
            yield words | pair_of("moved", number, "stated_change", (size, difference[1]))


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
            yield _link("ceiling", found[Kind.FINAL_ACCOUNTS], found[Kind.BUDGET])


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
            "outcome": text(record["outcome"]),
        }
        for record in records(verdicts)
        if record["crosses_documents"] and record["outcome"] != Outcome.UNDECIDED
    )
    return framed(rows, LINK_COLUMNS)
