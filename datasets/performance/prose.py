"""Goal and outcome of a performance table in words, with the numbers and dates in them."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from datasets.model import Cell
from datasets.performance.entering import DATE, Entries
from datasets.performance.grid import Form
from datasets.performance.model import Prose, ProseDate, Quantity
from datasets.performance.words import read_date, words
from datasets.vocabulary.plain import plain, unnumbered


def goal_and_outcome(form: Form, entries: Entries) -> tuple[Prose | None, Prose | None]:
    """The cells below 预期目标 and 实际完成情况, or the goal behind 年度总体目标."""
    header = form.structure.goal_header
    if not header:
        return _goal_behind_its_head(form, entries), None
    below = form.rows.get(header + 1, [])
    goal = outcome = None
    for head, cell in zip(form.rows[header], form.line_up(form.rows[header], below), strict=True):
        name = unnumbered(head.text)
        if cell is not None and name in words().goal:
            goal = read_prose(cell, entries)
        elif cell is not None and name in words().outcome:
            outcome = read_prose(cell, entries)
    return goal, outcome


def _goal_behind_its_head(form: Form, entries: Entries) -> Prose | None:
    for row, cells in form.rows.items():
        if form.structure.indicator_header and row >= form.structure.indicator_header:
            break
        for head, cell in pairwise(cells):
            if unnumbered(head.text) in words().heads and cell.text.strip():
                return read_prose(cell, entries)
    return None


def read_prose(cell: Cell, entries: Entries) -> Prose:
    """The cell with its numbers; positions are turned into those of the plain text, line breaks kept."""
    counts = entries.counts(cell)
    entries.text(cell)
    entries.understood(cell)
    kept: list[str] = []
    to_plain: list[int] = []
    for character in cell.text:
        to_plain.append(len(kept))
        kept.extend(_plain_character(character))
    to_plain.append(len(kept))
    dates = []
    for match in DATE.finditer(cell.text):
        start, end = match.start(), match.end()
        place = entries.place(cell, start, end)
        figures = tuple(entries.date_figures(cell, match))
        dates.append(ProseDate(to_plain[start], to_plain[end], read_date(match), match[0].strip(), place, figures))
    quantities = tuple(Quantity(to_plain[start], to_plain[end], figure) for start, end, figure in counts)
    return Prose(cell, "".join(kept), quantities, tuple(dates))


@cache
def _plain_character(character: str) -> str:
    return "\n" if character == "\n" else plain(character)
