"""What every family of rules is given, and what it gives: one signature, held by :class:`Instances`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from checks.barrier import Guard, GuardOf, RulesInHand, anywhere
from checks.judging.printings import Printing
from checks.model import DocumentReport, Finding, Instance, Unchecked, Verdict
from datasets.reading import Reading
from datasets.roster import Roster


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An instance that cannot be judged, since a document is missing; ``proposed`` = a match for a person to settle."""

    instance: Instance
    proposed: bool = False


#: What a family gives: what is to be judged, what cannot be, what could not be evaluated, what needs no judging.
FamilyResult = Instance | Unresolved | Unchecked | Finding


@dataclass(frozen=True, slots=True)
class Context:
    """What a family of rules may look at.

    A family within documents is given one reading at a time, a family between documents all of them, one that looks at
    verdicts those of all others as well. ``printed`` has what each document prints, by its sha256. ``rules`` are the
    only rules there are; a step that may fail by itself runs through a guard of ``guard_of``. ``years`` are the first
    and last fiscal year that is audited, None = all. ``unusable`` are the documents that could not be read.
    """

    readings: tuple[Reading, ...]
    printed: Mapping[str, Sequence[Printing]]
    rules: RulesInHand
    guard_of: GuardOf = field(default=anywhere)
    years: tuple[int, int] | None = None
    roster: Roster | None = None
    verdicts: tuple[Verdict, ...] = ()
    unusable: tuple[DocumentReport, ...] = ()

    @property
    def reading(self) -> Reading:
        """The only document."""
        [reading] = self.readings
        return reading

    @property
    def found(self) -> Sequence[Printing]:
        """What the only document prints."""
        return self.printed[self.reading.document.sha256]

    @property
    def guard(self) -> Guard:
        """The guard for all its documents."""
        return self.guard_of([reading.path for reading in self.readings])

    def only(self, reading: Reading) -> Context:
        """The same for one of the documents."""
        return replace(self, readings=(reading,))


class Instances(Protocol):
    """Binds the rules of one family to figures and words."""

    def __call__(self, context: Context, /) -> Iterator[FamilyResult]:
        """Everything that its rules have to say about these documents."""
        ...
