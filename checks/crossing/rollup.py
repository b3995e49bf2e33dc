"""A department against its units: the consolidated document is the sum of those of the head office and the units.

Where neither a roster nor the document says which units there are, the supplied ones count as all of them only if they
account for the whole of its revenue or expenditure: then every other row must add up too. Otherwise the units together
cannot exceed the department, and no more is said.

Money that moves between units of one department (对附属单位补助支出, 上缴上级支出, 上级补助收入, 附属单位上缴收入)
is struck out of the consolidated total, and is never fiscal appropriation. Vehicles, journeys and staff just add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from checks.crossing.departments import Department, department_of, not_supplied, seats
from checks.crossing.settings import MergedUnitsRule, RollupRule
from checks.crossing.sources import Key, Source, fund_of
from checks.judging.verdicts import decide
from checks.model import Instance, Outcome, Relation, Term, Unchecked
from datasets.model import Figure, Level
from datasets.roster import Roster
from datasets.vocabulary.concepts import concepts
from datasets.vocabulary.names import KIND_NAMES
from datasets.vocabulary.units import factor_between

ALL_UNITS = "收入或支出总数一致，因此已提供的就是全部单位"
NO_TRANSFERS = "单位之间没有需要抵销的往来"
UNITS_OF_DEPARTMENT = "已提供的单位属于该部门"
#: All funds, no code, no project, no carry-over.
_WHOLE = ("all", "", "", "", "")
#: What a fact without a printed figure must share with other figures of a document to stand in one of its tables.
_Shape = tuple[str, ...]
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "department-units-supplied": MergedUnitsRule,
    "department-equals-units": RollupRule,
    "department-units-scope": Relation,
    "units-within-department": Relation,
}


@dataclass(frozen=True, slots=True)
class RollUp:
    """What must hold, what is incomplete, and what could not be checked."""

    instances: tuple[Instance, ...]
    incomplete: tuple[Instance, ...]
    unchecked: tuple[Unchecked, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A fact of the department, the figures of the units that print it, and whether the others have none of it."""

    key: Key
    whole: Figure
    parts: tuple[Figure, ...]
    complete: bool


def roll_up(sources: Sequence[Source], relations: Mapping[str, Relation], roster: Roster | None) -> RollUp:
    """Every consolidated document against the documents of its units."""
    by_seat = seats(sources)
    supplied = relations["department-units-supplied"]
    instances: list[Instance] = []
    incomplete: list[Instance] = []
    unchecked: list[Unchecked] = []
    for source in sources:
        if source.reading.identity.level is not Level.DEPARTMENT:
            continue
        department = department_of(source, by_seat, supplied, roster)
        if not department.units:
            if department.missing or department.unnamed:
                reason = f"没有提供所属单位{source.year}年{KIND_NAMES[source.kind]}，部门数与单位数无从核对"
                unchecked.append(Unchecked("department-equals-units", reason, (source.path,)))
            continue
        rows = list(_rows(department, relations["department-equals-units"]))
        whole = _accounts_for_all(rows, relations["department-equals-units"])
        if not department.complete and not whole and (department.missing or department.unnamed):
            incomplete.append(not_supplied(department, supplied))
        made = list(_instances(department, rows, relations, whole=whole))
        if _mostly_broken(made):
            incomplete.append(_other_scope(department, made, relations["department-units-scope"]))
        else:
            instances.extend(made)
    return RollUp(tuple(instances), tuple(incomplete), tuple(unchecked))


# -- rows --------------------------------------------------------------------------------------------------------------


def _rows(department: Department, relation: Relation) -> Iterator[_Row]:
    """The facts of the department that add up over its units and that some unit prints."""
    dimensions = set(RollupRule.of(relation).dimensions)
    left_out = RollupRule.of(relation).except_
    shapes = [{_shape(key) for key in unit.facts} for unit in department.units]
    for key, whole in department.source.facts.items():
        concept = concepts().get(key[0][0])
        if concept is None or concept.dimension not in dimensions or concept.id.startswith(left_out):
            continue
        if whole.scope.project or not _is_own(key, whole, department.source):
            continue
        found = [unit.facts.get(key) for unit in department.units]
        parts = tuple(part for part in found if part is not None and _same_instant(part, whole))
        if not parts or not any(figure.value for figure in (whole, *parts)):
            continue
        shape = _shape(key)
        blank = all(
            part is not None or (len(shape) > 1 and shape in known) for part, known in zip(found, shapes, strict=True)
        )
        yield _Row(key, whole, parts, complete=blank and len(parts) == sum(part is not None for part in found))


def _shape(key: Key) -> _Shape:
    """Concept, fund and stage of a fact with the depth of its code: one column of one table. Short without a code."""
    fact, stage, period = key
    concept, fund, function, economic, project, carryover = fact
    if not function and not economic:
        return (concept,)
    return concept, fund, str(len(function)), str(len(economic)), project, carryover, stage, period


def _is_own(key: Key, figure: Figure, source: Source) -> bool:
    """True for what the document is about: its own stage and year, or a stock."""
    _, stage, period = key
    return (stage == source.own_stage and period == str(source.year)) or (not stage and bool(figure.scope.period))


def _same_instant(part: Figure, whole: Figure) -> bool:
    return part.scope.period == whole.scope.period


def _accounts_for_all(rows: Sequence[_Row], relation: Relation) -> bool:
    """True where the units supplied add up to the whole revenue or expenditure of the department."""
    totals = {(concept, *_WHOLE) for concept in RollupRule.of(relation).totals}
    return any(row.key[0] in totals and row.complete and _adds_up(row, relation) for row in rows)


def _adds_up(row: _Row, relation: Relation) -> bool:
    instance = _sum(row, relation)
    return instance is not None and decide(instance).outcome is not Outcome.BROKEN


# -- instances ---------------------------------------------------------------------------------------------------------


def _instances(
    department: Department, rows: Sequence[_Row], relations: Mapping[str, Relation], *, whole: bool
) -> Iterator[Instance]:
    equals, within = relations["department-equals-units"], relations["units-within-department"]
    for row in rows:
        if row.key[0][0] in RollupRule.of(equals).transfers:
            continue
        if not row.complete or not (department.complete or whole):
            if _is_additive(row):
                yield from _within(row, within)
            continue
        instance = _sum(row, equals)
        if instance is None:
            continue
        transfers = () if _is_additive(row) else _transfers(department, row, equals)
        if transfers:
            yield from _between(instance, transfers)
        else:
            assumed = () if department.complete else (ALL_UNITS,)
            yield replace(instance, assumptions=assumed if _is_additive(row) else (*assumed, NO_TRANSFERS))


def _is_additive(row: _Row) -> bool:
    """True for appropriations, and for what is no money: nothing of it moves between units."""
    concept = concepts()[row.key[0][0]]
    return concept.dimension != "money" or (concept.fund_scoped and fund_of(row.key[0]) not in ("all", ""))


def _sum(row: _Row, relation: Relation) -> Instance | None:
    """Department = sum of the units, in the unit of the department; None where units cannot be compared."""
    terms = _terms(row.parts, row.whole.unit)
    if terms is None:
        return None
    return Instance(relation, "sum", (Term(row.whole),), terms, unit=row.whole.unit)


def _terms(figures: Sequence[Figure], unit: str) -> tuple[Term, ...] | None:
    terms = []
    for figure in figures:
        factor = factor_between(figure.unit, unit)
        if factor is None:
            return None
        terms.append(Term(figure, factor=factor))
    return tuple(terms)


def _within(row: _Row, relation: Relation) -> Iterator[Instance]:
    """Some of the units together do not exceed the department."""
    terms = _terms(row.parts, row.whole.unit)
    if terms is not None:
        yield Instance(
            relation, "bound", terms, (Term(row.whole),), unit=row.whole.unit, assumptions=(UNITS_OF_DEPARTMENT,)
        )


def _transfers(department: Department, row: _Row, relation: Relation) -> tuple[Term, ...]:
    """What the units print of transfers between them, of revenue or of expenditure."""
    _, stage, period = row.key
    is_revenue = "收入" in concepts()[row.key[0][0]].label
    found = [
        figure
        for concept in RollupRule.of(relation).transfers
        if ("收入" in concepts()[concept].label) is is_revenue
        for unit in department.units
        for fund in ("all", "")
        if (figure := unit.facts.get(((concept, fund, "", "", "", ""), stage, period))) is not None and figure.value
    ]
    return _terms(found, row.whole.unit) or ()


def _between(instance: Instance, transfers: tuple[Term, ...]) -> Iterator[Instance]:
    """Sum of the units - transfers <= department <= sum of the units: which transfers stay inside is not printed."""
    yield replace(instance, arithmetic="bound")
    yield replace(
        instance,
        arithmetic="bound",
        left=instance.right,
        right=(*instance.left, *transfers),
        assumptions=(NO_TRANSFERS,),
    )


# -- a comparison of unlike things -------------------------------------------------------------------------------------


def _mostly_broken(made: Sequence[Instance]) -> bool:
    """One wrong figure breaks a few rows; where most are broken, the documents do not cover the same units."""
    broken = sum(decide(instance).outcome is Outcome.BROKEN for instance in made)
    return broken * 2 > len(made)


def _other_scope(department: Department, made: Sequence[Instance], relation: Relation) -> Instance:
    first = next(instance for instance in made if decide(instance).outcome is Outcome.BROKEN)
    name, year = department.source.reading.identity.name, department.source.year
    units = "、".join(unit.reading.identity.name for unit in department.units)
    return replace(
        first,
        relation=relation,
        note=f"{name}{year}年的部门数与所提供单位（{units}）之和多数不符，各文件的范围可能不同，请核对口径",
        note_en=(
            f"most figures of the department differ from the sum of the {len(department.units)} units supplied; "
            "the documents may not cover the same units"
        ),
    )
