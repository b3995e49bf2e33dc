"""Which documents are of one entity at one scope: what was not compared because the names or scopes differ.

Similar names only propose that a unit was renamed; the proposal is shown, for a person to write into the catalogue.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from checks.context import Context, Unresolved
from checks.crossing.settings import OfficeNamesRule
from checks.crossing.sources import Source, title_words
from checks.model import Instance, Relation, WordEvidence
from datasets.identity.catalog import short_name
from datasets.model import Binding, Place
from datasets.vocabulary.names import KIND_NAMES, KIND_NAMES_EN, SCOPE_NAMES

_REGION = re.compile(r"^(?:[^省市县区旗州盟]{1,10}(?:自治区|自治州|自治县|自治旗|地区|省|市|县|区|旗|州|盟))+")
_SHARED_BEGINNING = 2
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {"entity-resolution": Relation}


@dataclass(slots=True)
class _Entity:
    """An entity that documents were supplied of, with the years of each kind."""

    name: str
    sources: list[Source] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The first year supplied."""
        return min(source.year for source in self.sources)

    @property
    def last(self) -> int:
        """The last year supplied."""
        return max(source.year for source in self.sources)


def stated_scopes(sources: Sequence[Source], relation: Relation) -> Iterator[Instance]:
    """Documents of one entity of which some say 部门 and others 单位, never both of one kind and year."""
    by_entity: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_entity[source.reading.identity.entity].append(source)
    for entity, own in by_entity.items():
        levels = {source.reading.identity.level: source for source in own}
        if len(levels) < 2 or len({(s.kind, s.year) for s in own}) < len(own):  # noqa: PLR2004 - one level is no contrast
            continue
        said = [
            f"{source.year}年{KIND_NAMES[source.kind]}为{SCOPE_NAMES[level]}口径" for level, source in levels.items()
        ]
        said_en = [f"{KIND_NAMES_EN[s.kind]} of {s.year}: {level.replace('_', ' ')}" for level, s in levels.items()]
        yield Instance(
            relation,
            "logic",
            (),
            (),
            where=entity,
            words=tuple(title_words(source) for source in levels.values()),
            note=f"{own[0].reading.identity.name}：{'，'.join(said)}；口径不同的文件没有相互比较",
            note_en=f"{'; '.join(said_en)}: documents of different scope were not compared",
        )


def renamed(sources: Sequence[Source], relation: Relation) -> Iterator[Instance]:
    """An entity whose documents end where those of a similarly named one of the same region begin."""
    entities: dict[tuple[str, str], _Entity] = {}
    for source in sources:
        identity = source.reading.identity
        known = entities.setdefault((identity.entity, identity.level), _Entity(identity.name))
        known.sources.append(source)
    groups: dict[tuple[str, str], list[_Entity]] = defaultdict(list)
    for (_, level), entity in entities.items():
        region = _REGION.match(entity.name)
        if region:
            groups[region[0], level].append(entity)
    closing = OfficeNamesRule.of(relation).closing
    for group in groups.values():
        for later in group:
            earlier = [e for e in group if e.last + 1 == later.first and _alike(e.name, later.name, closing)]
            if len(earlier) == 1:
                yield _proposal(earlier[0], later, relation)


def _alike(name: str, other: str, closing: tuple[str, ...]) -> bool:
    """True where one core name holds the other (旅游局、文化和旅游局), both begin alike, or one is known to succeed."""
    if short_name(name, successors=True) == short_name(other, successors=True):
        return True
    cores = [_core(each, closing) for each in (name, other)]
    short, long = sorted(cores, key=len)
    if len(short) < _SHARED_BEGINNING:
        return False
    return short in long or short[:_SHARED_BEGINNING] == long[:_SHARED_BEGINNING]


def _core(name: str, closing: tuple[str, ...]) -> str:
    core = _REGION.sub("", name)
    return next((core.removesuffix(word) for word in closing if core.endswith(word)), core)


def _proposal(earlier: _Entity, later: _Entity, relation: Relation) -> Instance:
    return Instance(
        relation,
        "logic",
        (),
        (),
        where=f"{earlier.name}-{later.name}",
        words=(title_words(earlier.sources[-1]), title_words(later.sources[0])),
        note=(
            f"{later.name}自{later.first}年起有文件，{earlier.name}到{earlier.last}年为止，可能是同一单位更名；"
            "若是，请把旧名称写入目录 catalog.toml 的 names，跨年勾稽才能进行"
        ),
        note_en=(
            f"{later.name} begins in {later.first} where {earlier.name} ends: if it was renamed, add the old name to "
            "names in catalog.toml, so that its years are compared"
        ),
    )


def proposals(context: Context) -> Iterator[Unresolved]:
    """An entity that was matched by abbreviation only is shown for confirmation."""
    relation = context.rules["entity-resolution"]
    for reading in context.readings:
        if reading.identity.binding is not Binding.CERTAIN:
            words = WordEvidence(reading.path, Place(0, 0), reading.identity.name)
            note, note_en = reading.identity.proposal, reading.identity.proposal_en
            shown = Instance(relation, "logic", (), (), note=note, note_en=note_en, words=(words,))
            yield Unresolved(shown, proposed=True)
