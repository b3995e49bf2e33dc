"""Which documents are those of the units of a department: by the roster, by the department's own list, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checks.crossing.settings import MergedUnitsRule
from checks.crossing.sources import Source
from checks.model import Instance, Relation, WordEvidence
from datasets.identity.catalog import entity_of
from datasets.model import Kind, Level
from datasets.roster import Roster
from datasets.vocabulary.names import KIND_NAMES, KIND_NAMES_EN

#: Entity, kind, year: where the documents of all levels of one entity stand together.
Seat = tuple[str, Kind, int]
_NAMED = 6
_BELOW = (Level.HEAD_OFFICE, Level.UNIT)


@dataclass(frozen=True, slots=True)
class Department:
    """A consolidated document and the documents of its head office and units.

    ``missing`` are the names of units whose documents were not supplied, ``unnamed`` how many more there are that no
    list names. ``listed`` is True where it is told which units there are.
    """

    source: Source
    units: tuple[Source, ...]
    missing: tuple[str, ...]
    unnamed: int
    listed: bool

    @property
    def complete(self) -> bool:
        """True where it is told which units there are and each was supplied."""
        return self.listed and not self.missing and not self.unnamed


def seats(sources: Sequence[Source]) -> Mapping[Seat, Sequence[Source]]:
    """The documents by entity, kind and year."""
    found: dict[Seat, list[Source]] = defaultdict(list)
    for source in sources:
        found[source.reading.identity.entity, source.kind, source.year].append(source)
    return found


def department_of(
    source: Source, by_seat: Mapping[Seat, Sequence[Source]], relation: Relation, roster: Roster | None
) -> Department:
    """The consolidated document with the documents of its units."""
    identity = source.reading.identity
    names = _by_roster(identity.entity, roster)
    listed, unnamed = bool(names), 0
    if not names:
        names, listed, unnamed = _by_document(source, relation)
    units: list[Source] = []
    missing: list[str] = []
    head_office = _below(by_seat.get((identity.entity, source.kind, source.year), ()))
    if head_office is not None:
        units.append(head_office)
    elif listed and names:
        missing.append(f"{identity.name}（本级）")
    for code, name in names.items():
        found = by_seat.get((code, source.kind, source.year), ())
        unit = _below(found) or next(iter(found), None)
        if unit is None:
            missing.append(name)
        elif unit is not source:
            units.append(unit)
    return Department(source, tuple(units), tuple(missing), unnamed, listed)


def _below(sources: Sequence[Source]) -> Source | None:
    """The document of the head office or unit among those of one entity."""
    return next((s for level in _BELOW for s in sources if s.reading.identity.level is level), None)


def _by_roster(entity: str, roster: Roster | None) -> dict[str, str]:
    if roster is None:
        return {}
    units = [unit for unit in roster.units_of(entity) if unit.entity != entity]
    # A unit that is exempt publishes nothing, so the sum of the others says nothing of the whole.
    return {} if any(unit.exempt for unit in units) else {unit.entity: unit.name for unit in units}


def _by_document(source: Source, relation: Relation) -> tuple[dict[str, str], bool, int]:
    """Units below the head office by code; whether that is all of them; how many more the document counts."""
    entity = source.reading.identity.entity
    own = [unit for unit in source.reading.units if unit.level is not Level.HEAD_OFFICE]
    merged = [unit for unit in own if any(word in unit.note for word in MergedUnitsRule.of(relation).merged)]
    below = {entity_of(unit.name).code: unit.name for unit in own if unit not in merged}
    below.pop(entity, None)
    stated = max(
        (count.count - (count.counts == "in_scope") for count in source.reading.unit_counts),
        default=None,
    )
    if not source.reading.units:
        return {}, stated == 0, stated or 0
    unnamed = max(0, (stated or 0) - len(below) - len(merged))
    return below, not merged and not unnamed, unnamed


def not_supplied(department: Department, relation: Relation) -> Instance:
    """Names the units whose documents were not supplied."""
    source = department.source
    count = len(department.missing) + department.unnamed
    shown = "、".join(department.missing[:_NAMED]) + ("等" if len(department.missing) > _NAMED else "")
    named = f"：{shown}" if shown else ""
    words = tuple(
        WordEvidence(source.path, unit.place, unit.name)
        for unit in source.reading.units
        if unit.name in department.missing
    ) or tuple(WordEvidence(source.path, count.place, count.printed) for count in source.reading.unit_counts)
    return Instance(
        relation,
        "logic",
        (),
        (),
        where=f"{source.year}-{source.kind}",
        words=words
        or (WordEvidence(source.path, source.reading.document.blocks[0].place, source.reading.identity.name),),
        note=(
            f"{source.reading.identity.name}{source.year}年{KIND_NAMES[source.kind]}所属单位中"
            f"有{count}家没有提供文件{named}；补齐后才能核对部门数与单位数"
        ),
        note_en=(
            f"of the units of this department {count} supplied no {KIND_NAMES_EN[source.kind]} of {source.year}"
            f"{': ' + ', '.join(department.missing[:_NAMED]) if department.missing else ''}; "
            "with them the department can be checked against its units"
        ),
    )
