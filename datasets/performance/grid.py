"""The form behind a performance table: its rows with merged cells spread, which row is what, what stands under what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from datasets.model import Cell, Table
from datasets.performance.words import is_subtotal, is_total, meaning, words
from datasets.vocabulary.plain import plain, unnumbered


@dataclass(frozen=True, slots=True)
class Structure:
    """Which rows of the form are what; row numbers are those of the table, 0 where the form has no such row."""

    funds_header: int = 0
    goal_header: int = 0
    indicator_header: int = 0
    total_row: int = 0


class Form:
    """The grid of one table, each row with the cells that cover it."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.width = table.columns
        self.rows = _parted(_rows(table))
        self.structure = _structure(self.rows)
        self.roles = self._header_roles(self.structure.indicator_header)
        self._by_role: dict[int, dict[str, Cell]] = {}

    def line_up(self, headers: Sequence[Cell], cells: Sequence[Cell]) -> list[Cell | None]:
        """The cell below each header: by overlap where both rows fill the grid, else by order from the right."""
        if len(headers) == len(cells) and all(a.column == b.column for a, b in zip(headers, cells, strict=True)):
            return list(cells)
        if self._fills(headers) and self._fills(cells):
            return [_below(header, cells) for header in headers]
        if len(headers) > len(cells):
            return [None] * (len(headers) - len(cells)) + list(cells)
        return list(cells[: len(headers)])

    def by_role(self, row: int) -> dict[str, Cell]:
        """The cells of an indicator row by the role of the header above them."""
        known = self._by_role.get(row)
        if known is None:
            lined = self.line_up(self.rows[self.structure.indicator_header], self.rows[row])
            known = {role: cell for position, role in self.roles.items() if (cell := lined[position]) is not None}
            self._by_role[row] = known
        return known

    def indicator_rows(self) -> list[int]:
        """The rows between the header of the indicators and the total."""
        header = self.structure.indicator_header
        return [row for row in self.rows if header and row > header and row != self.structure.total_row]

    def further_weights(self, row: int) -> dict[str, Cell]:
        """The cells below headers of weights other than that of the indicators, by the level each stands behind."""
        headers = self.rows[self.structure.indicator_header]
        lined = self.line_up(headers, self.rows[row])
        found: dict[str, Cell] = {}
        level = ""
        for position, cell in enumerate(lined):
            level = self.roles.get(position, "") if position in self.roles else level
            is_weight = meaning("headers", headers[position].text) == "weight"
            if cell is not None and position not in self.roles and is_weight:
                found.setdefault(level, cell)
        return found

    def fund_rows(self) -> Iterator[list[Cell]]:
        """The rows before the goal and the indicators, below the header of the funds where there is one."""
        end = self.structure.goal_header or self.structure.indicator_header or self.table.rows + 1
        for row, cells in self.rows.items():
            if self.structure.funds_header < row < end:
                yield cells

    def structured_rows(self) -> frozenset[int]:
        """The rows of funds and the total row: what stands behind a label there belongs to a column."""
        known = self.structure
        end = known.goal_header or known.indicator_header or self.table.rows + 1
        funds = range(known.funds_header, end) if known.funds_header else ()
        return frozenset((*funds, known.total_row, known.indicator_header))

    def _fills(self, cells: Sequence[Cell]) -> bool:
        return (
            bool(cells)
            and cells[0].column == 1
            and cells[-1].column + cells[-1].column_span - 1 == self.width
            and all(a.column + a.column_span == b.column for a, b in pairwise(cells))
        )

    def _header_roles(self, row: int) -> dict[int, str]:
        """Role by position in the header row of the indicators; a role printed twice stays with its first column.

        Where each level has its weight beside it, that of the indicators is the first one behind their name.
        """
        printed = [meaning("headers", cell.text) for cell in self.rows.get(row, ())]
        name = printed.index("name") if "name" in printed else 0
        weights = [position for position, role in enumerate(printed) if role == "weight"]
        weight = next((position for position in weights if position > name), weights[0] if weights else None)
        roles: dict[int, str] = {}
        for position, role in enumerate(printed):
            if role and role not in roles.values() and (role != "weight" or position == weight):
                roles[position] = role
        return roles


def _below(header: Cell, cells: Sequence[Cell]) -> Cell:
    """The cell that shares most columns with a header."""
    end = header.column + header.column_span
    return max(cells, key=lambda cell: min(end, cell.column + cell.column_span) - max(header.column, cell.column))


def _rows(table: Table) -> dict[int, list[Cell]]:
    """Cells by row, a cell that is merged downwards in every row that it covers."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            rows.setdefault(row, []).append(cell)
    return {row: sorted(rows[row], key=lambda cell: cell.column) for row in sorted(rows)}


def _parted(rows: dict[int, list[Cell]]) -> dict[int, list[Cell]]:
    """Rows in which plain text ran a subtotal and the total together: the total alone."""
    return {row: cells[_joined_at(cells) :] for row, cells in rows.items()}


def _joined_at(cells: Sequence[Cell]) -> int:
    """Where a total begins behind a subtotal in one row, 0 in any other row."""
    words_of_row = [plain(cell.text) for cell in cells]
    subtotal = next((at for at, word in enumerate(words_of_row) if is_subtotal(word) and not is_total(word)), None)
    if subtotal is None:
        return 0
    return next((at for at in range(subtotal + 1, len(cells)) if is_total(words_of_row[at])), 0)


def _structure(rows: dict[int, list[Cell]]) -> Structure:
    funds = goal = indicators = total = 0
    for row, cells in rows.items():
        roles = {meaning("headers", cell.text) for cell in cells}
        filled = [unnumbered(cell.text) for cell in cells if cell.text.strip()]
        if not indicators and ({"name", "target"} <= roles or {"name", "weight", "score"} <= roles):
            indicators = row
        elif not indicators and not funds and sum(bool(meaning("stages", cell.text)) for cell in cells) > 1:
            funds = row
        elif not indicators and not goal and any(name in words().goal for name in filled):
            goal = row
        elif indicators and not total and filled and is_total(filled[0]):
            total = row
    return Structure(funds, goal, indicators, total)
