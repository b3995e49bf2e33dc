"""The settings of the rules between documents; each list is explained in ``relations/crossing.toml``."""

from __future__ import annotations

from typing import Annotated

import msgspec

from checks.model import Relation
from datasets.data_files.forms import SomeWords, Word, WrongWordError
from datasets.vocabulary.concepts import ConceptDimension, concepts, known_concepts


class EstimatesRule(Relation, frozen=True, kw_only=True):
    """Concepts that a budget estimates."""

    estimates: SomeWords

    def __post_init__(self) -> None:
        super().__post_init__()
        known_concepts("estimates", self.estimates)


class RestatedRule(Relation, frozen=True, kw_only=True):
    """Words that, with one of ``compared``, say that last year was restated: as a whole, or (moved) in a paragraph."""

    restated: SomeWords
    moved: SomeWords
    compared: SomeWords


class RestatedConceptsRule(RestatedRule, frozen=True, kw_only=True):
    """The same for some concepts."""

    concepts: SomeWords

    def __post_init__(self) -> None:
        super().__post_init__()
        known_concepts("concepts", self.concepts)


class OpeningsRule(RestatedRule, frozen=True, kw_only=True):
    """Pairs of the concept of an opening stock and that of the closing stock of the year before."""

    pairs: Annotated[tuple[tuple[str, str], ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        known_concepts("pairs", (concept for pair in self.pairs for concept in pair))


class OfficeNamesRule(Relation, frozen=True, kw_only=True):
    """What a name of an office ends in; the rest is its core."""

    closing: SomeWords


class MergedUnitsRule(Relation, frozen=True, kw_only=True):
    """Words of a note that say that a unit publishes nothing of its own."""

    merged: SomeWords


class RollupRule(Relation, frozen=True, kw_only=True):
    """What adds up over units: dimensions, beginnings of concepts left out, totals, transfers between the units."""

    dimensions: Annotated[tuple[ConceptDimension, ...], msgspec.Meta(min_length=1)]
    except_: tuple[Word, ...] = msgspec.field(name="except")
    totals: SomeWords
    transfers: SomeWords

    def __post_init__(self) -> None:
        super().__post_init__()
        known_concepts("totals", self.totals)
        known_concepts("transfers", self.transfers)
        for beginning in self.except_:
            if not any(concept.startswith(beginning) for concept in concepts()):
                raise WrongWordError("except", beginning, "不是任何概念的开头", "begins no concept", concepts())
