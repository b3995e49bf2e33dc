"""The roster of units (``--roster units.csv``): who must publish, what is missing, and what came too late.

A CSV file made by the supervisor, UTF-8 or GB18030, with a header and one row a unit: ``entity`` (单位), ``parent``
(主管部门), ``exempt`` (涉密), ``approved_on`` (批复日期), ``published_on`` (公开日期). With the optional columns
``kind`` (文件) and ``fiscal_year`` (年度) a row is about one document, so a unit may stand several times. Only with a
roster is a missing document a finding; without one, what was not supplied is incomplete at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checks.context import Context
from checks.model import Instance, Relation, Severity, WordEvidence
from datasets.data_files.forms import Positive
from datasets.model import Identity, Kind, Level
from datasets.roster import Roster, RosterEntry
from datasets.vocabulary.names import KIND_NAMES, KIND_NAMES_EN

# -- reading -----------------------------------------------------------------------------------------------------------


class DaysRule(Relation, frozen=True, kw_only=True):
    """``days``: within so many days of its approval a document is published."""

    days: Positive


#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "roster-completeness": Relation,
    "publication-within-twenty-days": DaysRule,
}


# -- what it says of the documents -------------------------------------------------------------------------------------


def instances(context: Context) -> Iterator[Instance]:
    """Documents that a unit should have published and that are missing, and days between approval and publication.

    Which documents are due is told by the documents at hand: a kind and year that no unit supplied is not held
    against any of them.
    """
    roster, relations, years = context.roster, context.rules, context.years
    if roster is None:
        return
    identities = [reading.identity for reading in context.readings]
    yield from _missing(roster, identities, relations["roster-completeness"], years)
    for entry in roster.entries:
        yield from _days(entry, roster, relations["publication-within-twenty-days"], years)


def _missing(
    roster: Roster, identities: Sequence[Identity], relation: Relation, years: tuple[int, int] | None
) -> Iterator[Instance]:
    due = sorted({(identity.kind, identity.fiscal_year) for identity in identities})
    levels: dict[tuple[str, Kind, int], set[Level]] = {}
    for identity in identities:
        levels.setdefault((identity.entity, identity.kind, identity.fiscal_year), set()).add(identity.level)
    with_head_office = {entry.entity for entry in roster.entries if entry.is_head_office}
    told: set[tuple[str, bool, Kind, int]] = set()
    for entry in roster.entries:
        for kind, year in due:
            key = (entry.entity, entry.is_head_office, kind, year)
            about = entry.kind in (None, kind) and entry.fiscal_year in (None, year)
            if entry.exempt or not about or key in told or not _within(year, years):
                continue
            told.add(key)
            found = levels.get((entry.entity, kind, year), set())
            wanted = _levels(entry, entry.entity in with_head_office)
            yield _supplied(entry, kind, year, roster, relation, holds=not wanted.isdisjoint(found))


def _levels(entry: RosterEntry, is_split: bool) -> set[Level]:  # noqa: FBT001 - asked once, right above
    """The levels of a document that count as the unit's own."""
    if entry.is_head_office:
        return {Level.HEAD_OFFICE, Level.UNIT}
    return {Level.DEPARTMENT, Level.UNIT} if is_split else set(Level)


def _within(year: int, years: tuple[int, int] | None) -> bool:
    return years is None or years[0] <= year <= years[1]


def _supplied(
    entry: RosterEntry, kind: Kind, year: int, roster: Roster, relation: Relation, *, holds: bool
) -> Instance:
    published = entry.published_on if entry.kind is not None else None
    where = f"{entry.entity}/{kind}/{year}" + ("/head_office" if entry.is_head_office else "")
    if published is not None:
        note = f"{entry.name}{year}年{KIND_NAMES[kind]}：名单写明已于 {published} 公开，但没有提供文件"
        note_en = f"{entry.name}: {KIND_NAMES_EN[kind]} of {year}, published on {published}, was not supplied"
    else:
        note = f"{entry.name}{year}年{KIND_NAMES[kind]}：名单中的单位没有这份文件，未涉密的应当公开"
        note_en = f"{entry.name}: no {KIND_NAMES_EN[kind]} of {year}, though the unit is not exempt"
    return Instance(
        relation,
        "logic",
        (),
        (),
        where=where,
        severity=Severity.INFO if published is not None else None,
        note=note,
        note_en=note_en,
        words=(_words(entry, roster, f"{entry.name}{year}年{KIND_NAMES[kind]}", printed=entry.name),),
        holds=holds,
    )


def _days(entry: RosterEntry, roster: Roster, relation: Relation, years: tuple[int, int] | None) -> Iterator[Instance]:
    """Days from approval to publication; the law allows those of the relation's setting ``days``."""
    approved, published = entry.approved_on, entry.published_on
    if approved is None or published is None or entry.exempt:
        return
    if entry.fiscal_year is not None and not _within(entry.fiscal_year, years):
        return
    allowed = DaysRule.of(relation).days
    days = (published - approved).days
    about = f"{entry.fiscal_year}年" if entry.fiscal_year else ""
    about += KIND_NAMES[entry.kind] if entry.kind else ""
    note = f"{entry.name}{about}：{approved} 批复，{published} 公开，相隔 {days} 天"
    note_en = f"{entry.name}: approved on {approved}, published on {published}, {days} days apart"
    if days < 0:
        note += "，公开早于批复，请核对日期"
        note_en += ": published before it was approved, check the dates"
    yield Instance(
        relation,
        "logic",
        (),
        (),
        where=f"{entry.entity}/{entry.kind or ''}/{entry.fiscal_year or ''}",
        severity=Severity.WARNING if days < 0 else None,
        note=note,
        note_en=note_en,
        words=(_words(entry, roster, f"{approved} {published}", printed=entry.row.cells["published_on"]),),
        holds=0 <= days <= allowed,
    )


def _words(entry: RosterEntry, roster: Roster, quote: str, *, printed: str) -> WordEvidence:
    return WordEvidence(str(roster.path), entry.row.place, printed, "suspect", quote)
