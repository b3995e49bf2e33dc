"""What a cell of a table reports: the concept and scope that its row, its column and its layout say together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from datasets.model import Role, Scope
from datasets.tables.reading import ColumnReading, RowReading, TableReading
from datasets.vocabulary.concepts import concepts, concepts_of_one_fund
from datasets.vocabulary.units import units

_ROLES = {"change": Role.CHANGE, "rate": Role.RATE, "share": Role.SHARE}
#: Tables whose rows are parts of one whole: a row that no list knows is none of them.
_OF_PARTS = frozenset({"functions", "economic", "projects", "procurement", "wide"})
#: Tables in which a column may give any concept its fund.
_FUND_BY_COLUMN = frozenset({"projects", "procurement"})
_COUNTED = {"persons": "人", "vehicles": "辆", "devices": "台", "count": "个", "area": "平方米"}


@dataclass(frozen=True, slots=True)
class CellFact:
    """What a cell reports, whether it holds a figure or not; ``concept`` is "" where it is not known."""

    concept: str
    scope: Scope
    role: Role
    unit: str


def cell_fact(reading: TableReading, row: RowReading, column: ColumnReading, document: Scope) -> CellFact:
    """Concept, scope, role and unit of a cell; a name that stands for another concept within a fund is resolved.

    ``document`` gives the axes that the table does not say.
    """
    meaning, layout = column.meaning, reading.layout
    known = concepts().get(_concept(reading, row, column))
    concept = known.means or known.id if known else ""
    fund = meaning.fund or (known.fund if known else "") or layout.fund
    fund_scoped = concept in concepts() and concepts()[concept].fund_scoped
    role = _ROLES.get(meaning.role, Role.LEVEL)
    # Counts are of the year: only one that a budget column holds has a stage.
    counted = concept in concepts() and concepts()[concept].dimension != "money"
    stage = row.stage or meaning.stage or layout.stage or document.stage
    scope = replace(
        document,
        entity=row.office or document.entity,
        fund=fund if fund_scoped else (meaning.fund or None if layout.rows in _FUND_BY_COLUMN else None),
        stage=None if counted and stage == document.stage else stage or None,
        period=_period(row.period or meaning.period, document.period),
        carryover=row.carryover or None,
        function_code=row.function_code or None,
        economic_code=meaning.economic_code or row.economic_code or None,
        project=row.project or None,
    )
    return CellFact(concept, scope, role, _unit(reading, row, column, concept))


def _period(said: str, own: str | None) -> str | None:
    if said == "prior" and own and own[:4].isdecimal():
        return str(int(own[:4]) - 1)
    return said if said.isdecimal() else own


def _unit(reading: TableReading, row: RowReading, column: ColumnReading, concept: str) -> str:
    if column.meaning.role in ("rate", "share"):
        return "%"
    said = row.unit or column.meaning.unit
    dimension = concepts()[concept].dimension if concept in concepts() else "money"
    if dimension == "money":
        return said if said in units() and units()[said].dimension == "money" else reading.unit
    return said or _COUNTED.get(dimension, "")


def _concept(reading: TableReading, row: RowReading, column: ColumnReading) -> str:
    """The concept of a cell: the column's, else the row's, else that of the layout; "" when none is known."""
    meaning, layout = column.meaning, reading.layout
    if meaning.concept == "?" or (row.concept == "?" and (layout.rows in _OF_PARTS or not meaning.concept)):
        return ""
    parts = layout.rows in _OF_PARTS and not row.total
    if parts and row.concept:
        return row.concept if meaning.concept in ("", layout.concept) else ""
    if meaning.concept:
        return meaning.concept
    if row.concept:
        named = concepts_of_one_fund().get(row.concept) if meaning.fund not in ("", "all", "fiscal") else None
        return named or row.concept
    if row.total and layout.total:
        return layout.total
    coded = row.function_code or row.economic_code or row.project or row.total
    return layout.concept if coded or (layout.rows == "wide" and row.stage) else ""
