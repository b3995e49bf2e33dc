"""What a column of a table reports, out of its header words from top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from datasets.tables.layouts import ColumnMeaning, Layout
from datasets.tables.words import compares, dated, measured, staged, words
from datasets.vocabulary.concepts import names
from datasets.vocabulary.plain import unnumbered

UNKNOWN = ColumnMeaning(concept="?")
_NOTHING = ColumnMeaning()
#: In these tables the row names the concept; of a column only fund, stage and period count, and what its leaf says.
_NAMED_BY_ROW = frozenset({"panels", "lines"})


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A column of amounts: its position, its header words from top to bottom, its meaning."""

    column: int
    header: str
    meaning: ColumnMeaning


def read_columns(
    columns: Sequence[int],
    headers: Mapping[int, tuple[str, ...]],
    layout: Layout,
    year: int | None = None,
    blocks: frozenset[str] = frozenset(),
) -> tuple[ColumnReading, ...]:
    """The columns of one panel; ``year`` is that of the document, ``blocks`` are header words that say nothing.

    A header that no list knows binds nothing. Of two columns that would say the same, one under a header that is
    wholly known wins; where that settles nothing, neither is bound.
    """
    spoken = {
        column: (*(word for word in headers[column][:-1] if word not in blocks), headers[column][-1])
        for column in columns
    }
    covered = Counter(word for column in columns for word in spoken[column][:-1])
    meanings = {column: _meaning(spoken[column], layout, covered) for column in columns}
    meanings = _dated(meanings, year)
    alike: dict[ColumnMeaning, list[int]] = {}
    for column, meaning in meanings.items():
        if meaning.concept != "?" and not meaning.role:
            alike.setdefault(meaning, []).append(column)
    for same in alike.values():
        if len(same) > 1:
            known = [column for column in same if all(_said(word, layout) is not None for word in spoken[column])]
            for column in same:
                if known != [column]:
                    meanings[column] = UNKNOWN
    return tuple(ColumnReading(column, "·".join(headers[column]), meanings[column]) for column in columns)


def _meaning(header: Sequence[str], layout: Layout, covered: Mapping[str, int]) -> ColumnMeaning:
    """Each header word fills in or replaces what the words above it say."""
    by_row = layout.rows in _NAMED_BY_ROW
    above = _NOTHING
    for word in header[:-1]:
        said = _said(word, layout) or _NOTHING
        if by_row and word not in layout.columns:
            said = replace(said, concept="")
        above = said.under(above)
    leaf = header[-1]
    own = _said(leaf, layout)
    if own is None:
        alone = len(header) > 1 and covered[header[-2]] == 1 and _said(header[-2], layout) is not None
        return above if alone else UNKNOWN
    if leaf in words().bare_rates and not above.role:
        return UNKNOWN
    if leaf in words().totals and above.concept and not by_row:
        own = replace(own, concept="")
    return own.under(above)


def _said(word: str, layout: Layout) -> ColumnMeaning | None:
    """What one header word says, None for a word that no list knows."""
    bare, unit = measured(word)
    said = _said_bare(bare, layout)
    return replace(said, unit=unit) if said is not None and unit else said


def _said_bare(word: str, layout: Layout) -> ColumnMeaning | None:
    name = unnumbered(word)
    if word in layout.columns or name in layout.columns:
        return layout.columns.get(word) or layout.columns[name]
    rest, when = dated(name)
    if rest in layout.columns:
        return layout.columns[rest].under(when)
    if rest in words().comparisons:
        return replace(when, role=words().comparisons[rest])
    if compares(word):
        return ColumnMeaning(role="change")
    known = names().keys() | layout.columns.keys()
    if rest not in known:
        rest, stage = staged(rest)
        when = replace(when, stage=stage)
    if rest in layout.columns:
        return layout.columns[rest].under(when)
    if names().get(rest, "") not in words().elsewhere | {""}:
        return replace(when, concept=names()[rest])
    if not rest or rest in words().amounts or rest in words().totals:
        return when
    return None


def _dated(meanings: Mapping[int, ColumnMeaning], year: int | None) -> dict[int, ColumnMeaning]:
    """Periods relative to the document.

    A year that all columns share is no other year: it may be left from last year's form, and what it then means is for
    the checks to say.
    """
    own = str(year) if year else ""
    periods = {meaning.period for meaning in meanings.values() if meaning.concept != "?" and not meaning.role}
    one_year = len(periods) == 1
    found = {}
    for column, meaning in meanings.items():
        period = meaning.period
        if period in ("current", own) or (one_year and period != "prior") or meaning.role:
            period = ""
        found[column] = replace(meaning, period=period)
    return found
