"""A document as the checks between documents see it: its facts, and whether it says that last year was restated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from checks.crossing.settings import RestatedRule
from checks.judging.printings import LEVEL, Printing
from checks.model import Instance, Relation, Term, WordEvidence
from datasets.model import Binding, Figure, Kind, Paragraph, Place
from datasets.reading import Reading
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import factor_between

#: What a figure reports apart from stage and period: concept, fund, codes, project, carry-over.
Fact = tuple[str, ...]
#: A fact at a stage in a year.
Key = tuple[Fact, str, str]

_SCOPE_AXES = ("fund", "function_code", "economic_code", "project", "carryover")
_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Source:
    """A document with its levels and the best printing of each fact; ``facts`` are in the order of the text."""

    reading: Reading
    levels: tuple[Figure, ...]
    facts: Mapping[Key, Figure]
    printings: Sequence[Printing]

    @property
    def path(self) -> str:
        """The path as the user gave it."""
        return self.reading.path

    @property
    def year(self) -> int:
        """The fiscal year."""
        return self.reading.identity.fiscal_year

    @property
    def kind(self) -> Kind:
        """Budget or final accounts."""
        return self.reading.identity.kind

    @property
    def own_stage(self) -> str:
        """The stage of what the document is about."""
        return "original_budget" if self.kind is Kind.BUDGET else "outturn"

    def figure(self, fact: Fact, stage: str, year: int | None = None) -> Figure | None:
        """The printing of a fact at a stage, of the document's own year unless another is given."""
        return self.facts.get((fact, stage, str(self.year if year is None else year)))


def source_of(reading: Reading, found: Sequence[Printing]) -> Source:
    """The document arranged for comparison; a certain printing of a fact goes before an inferred one."""
    levels = tuple(printing.figure for printing in found if printing.measure == LEVEL)
    facts: dict[Key, Figure] = {}
    for figure in levels:
        key = (fact_of(figure), figure.scope.stage or "", year_of(figure))
        known = facts.get(key)
        if known is None or (known.binding is not Binding.CERTAIN and figure.binding is Binding.CERTAIN):
            facts[key] = figure
    return Source(reading, levels, facts, found)


def fact_of(figure: Figure, concept: str = "") -> Fact:
    """What a figure reports apart from period and stage; ``concept`` puts another concept in its place."""
    scope = figure.scope
    return (concept or figure.concept, *(getattr(scope, axis) or "" for axis in _SCOPE_AXES))


def fund_of(fact: Fact) -> str:
    """The fund of a fact, "" where it has none."""
    return fact[1]


def function_of(fact: Fact) -> str:
    """The functional code of a fact, "" for a total."""
    return fact[2]


def year_of(figure: Figure) -> str:
    """The year of a period or of an instant."""
    return (figure.scope.period or "")[:_YEAR_DIGITS]


def pair(relation: Relation, left: Figure, right: Figure, kind: str = "sum") -> Instance | None:
    """Left against right in the unit of the left; None where they measure different things."""
    factor = factor_between(right.unit, left.unit)
    if factor is None:
        return None
    return Instance(relation, kind, (Term(left),), (Term(right, factor=factor),), unit=left.unit)


def document(ordered: Sequence[Source], kind: Kind, year: int) -> Source | None:
    """The document of that kind and year among those of one entity and level."""
    return next((source for source in ordered if (source.kind, source.year) == (kind, year)), None)


def title_words(source: Source) -> WordEvidence:
    """The document as a whole, by the name of its entity and where it begins."""
    blocks = source.reading.document.blocks
    return WordEvidence(source.path, blocks[0].place if blocks else Place(0, 0), source.reading.identity.name)


@cache
def _either(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def restates(text: str, relation: Relation) -> bool:
    """True where a paragraph says that the basis of its own comparison has changed (职能划转、口径调整)."""
    rule = RestatedRule.of(relation)
    return _says(plain(text), rule.moved, rule) or _says(plain(text), rule.restated, rule)


def restated(source: Source, relation: Relation) -> bool:
    """True where any paragraph says that last year was restated as a whole (机构改革、追溯调整)."""
    blocks = source.reading.document.blocks
    rule = RestatedRule.of(relation)
    return any(isinstance(block, Paragraph) and _says(plain(block.text), rule.restated, rule) for block in blocks)


def _says(squeezed: str, words: tuple[str, ...], rule: RestatedRule) -> bool:
    return all(_either(either).search(squeezed) for either in (words, rule.compared))
