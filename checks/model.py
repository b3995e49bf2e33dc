"""The records of checking: relation, instance, verdict, finding.

A *relation* is a rule out of ``relations/*.toml``. An *instance* is that rule bound to printed figures. A *verdict*
says whether the instance holds. A *finding* gathers the broken verdicts of one root cause for a reader to act on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol, Self

import msgspec

from datasets.data_files.forms import FiscalYear, Form, Slug, Word, WrongWordError
from datasets.model import Figure, Place


class Severity(StrEnum):
    """How loud a finding is; the meaning of each is in docs/findings.md."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Status(StrEnum):
    """broken: printed statements contradict; unresolved: a document is missing; incomplete: it was not supplied."""

    BROKEN = "broken"
    UNRESOLVED = "unresolved"
    INCOMPLETE = "incomplete"


class Outcome(StrEnum):
    """What became of an instance."""

    EXACT = "exact"
    WITHIN_ROUNDING = "within_rounding"
    BROKEN = "broken"
    UNDECIDED = "undecided"


_ADDRESS = re.compile(r"https?://\S+\Z")
#: The arithmetic of an instance, see :mod:`checks.judging.verdicts`; "tree" is a sum along a classification.
Arithmetic = Literal[
    "bound", "growth", "growth_of_change", "logic", "product", "ratio", "same", "sum", "tree", "zero_implies_zero"
]
#: What a rule is about, see docs/rules.md.
Family = Literal["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"]


class Relation(Form, frozen=True):
    """A rule as data: what must hold between facts, where it comes from, and how to say that it does not.

    ``severity`` is the loudest a finding of this rule may be. ``source`` names the regulation or the official template,
    ``source_url`` where that can be read. ``valid_from`` and ``valid_until`` are the first and last fiscal year of the
    documents that it speaks about; None where it is not limited, or not known to be. ``silent`` relations take part in
    finding causes and say nothing themselves; what else is broken at the figures of one that ``absorbs`` is its doing.
    ``status`` is that of its findings.

    Rules of other families have settings of their own: they are records of a subclass, which :meth:`of` gives.
    """

    id: Slug
    family: Family
    arithmetic: Arithmetic = msgspec.field(name="kind")
    title: Word
    title_en: Word
    source: Word
    severity: Severity
    source_url: str = ""
    valid_from: FiscalYear | None = None
    valid_until: FiscalYear | None = None
    silent: bool = False
    absorbs: bool = False
    status: Status | None = None

    def __post_init__(self) -> None:
        if self.source_url and not _ADDRESS.match(self.source_url):
            raise WrongWordError("source_url", self.source_url, "不是网址（https://…）", "is no address, https://...")
        if self.valid_from is not None and self.valid_until is not None and self.valid_from > self.valid_until:
            raise WrongWordError("valid_until", str(self.valid_until), "早于 valid_from", "lies before valid_from")

    def settings(self) -> dict[str, object]:
        """What this rule has beyond what all rules have, under the keys of the data file."""
        written: dict[str, object] = msgspec.json.decode(msgspec.json.encode(self))
        return {key: value for key, value in written.items() if key not in Relation.__struct_encode_fields__}

    @classmethod
    def of(cls, relation: Relation) -> Self:
        """The relation as a record of this class, for the code that needs its settings.

        Raises:
            TypeError: the registry of the family says that it is of another.
        """
        if not isinstance(relation, cls):
            raise TypeError(f"{relation.id} is no {cls.__name__}")
        return relation


@dataclass(frozen=True, slots=True)
class Term:
    """A figure in an instance, its weight in a sum, and the factor that brings it to the unit of the instance."""

    figure: Figure
    weight: Decimal = Decimal(1)
    factor: Decimal = Decimal(1)
    label: str = ""


#: Kinds of instances that compare a printed percentage with a quotient.
PERCENTAGES = frozenset({"ratio", "growth", "growth_of_change"})


@dataclass(frozen=True, slots=True)
class Instance:
    """A relation bound to figures.

    ``arithmetic`` is one of :mod:`checks.judging.verdicts`: the left terms must equal the right terms
    (``sum``), the left must be the ratio of the right two (``ratio``), must not exceed the right (``bound``), and so
    on. ``assumptions`` names every unknown axis and inference; any one makes the verdict a warning at most. ``where``
    names what an instance without figures is about.
    """

    relation: Relation
    arithmetic: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    unit: str = ""
    where: str = ""
    assumptions: tuple[str, ...] = ()
    severity: Severity | None = None
    note: str = ""
    note_en: str = ""
    words: tuple[WordEvidence, ...] = ()
    holds: bool | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, left first."""
        return tuple(t.figure for t in (*self.left, *self.right))

    @property
    def documents(self) -> tuple[str, ...]:
        """The paths of the documents it is about, each once."""
        every = (*(figure.document for figure in self.figures), *(word.document for word in self.words))
        return tuple(dict.fromkeys(every))


@dataclass(frozen=True, slots=True)
class WordEvidence:
    """Words at fault or in support of a finding, where what is wrong is no numeral."""

    document: str
    place: Place
    printed: str
    role: str = "evidence"
    quote: str = ""
    table: str = ""
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an instance came out: the printed value, what the others make it, the gap and what rounding explains of it.

    All four numbers are in ``unit``; ``gap`` = stated - expected at face value.
    """

    id: str
    instance: Instance
    outcome: Outcome
    stated: Decimal | None = None
    expected: Decimal | None = None
    gap: Decimal | None = None
    slack: Decimal | None = None
    reason: str = ""

    @property
    def unit(self) -> str:
        """The unit of its numbers; gap and slack of percentages are in percentage points.

        What must be zero because something else is (离休人员 0 人，离休费 0 万元) may be in another unit than that.
        """
        instance = self.instance
        if instance.arithmetic in PERCENTAGES:
            return "%"
        if instance.arithmetic == "zero_implies_zero" and instance.right:
            return instance.right[0].figure.unit
        return instance.unit


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that a finding points at; fields as in findings.json."""

    document: str
    printed: str
    role: str
    place: Place | None = None
    table: str = ""
    row: int | None = None
    column: int | None = None
    unit: str = ""
    concept: str = ""
    figure_id: str = ""
    binding: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """A printed value that would make the broken relations hold; ``evidence`` is an index into that of the finding."""

    evidence: int
    value: str
    cause: str
    restores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One root cause, in words and numbers; every value is a decimal string.

    ``unit`` is that of ``stated``, ``expected``, ``gap`` and ``rounding_slack``: the printed unit of the first suspect,
    else that of the relation. Gap and slack of percentages are in percentage points.
    """

    id: str
    fingerprint: str
    member_ids: tuple[str, ...]
    rule: str
    family: str
    severity: Severity
    status: Status
    title: str
    title_en: str
    message: str
    message_en: str
    stated: str
    expected: str
    gap: str
    rounding_slack: str
    unit: str
    evidence: tuple[Evidence, ...]
    repairs: tuple[Repair, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A relation that could not be evaluated, and why; ``fault`` names the exception where the program failed."""

    rule: str
    reason: str
    documents: tuple[str, ...]
    fault: str = ""


class DocumentStatus(StrEnum):
    """What became of a file; ``READ`` and ``PARTLY_READ`` are audited.

    ``SECOND_FORM``: the other form of a document that was audited. ``NOT_AUDITED``: a file of a folder or archive that
    is no document.
    """

    READ = "read"
    PARTLY_READ = "partly read"
    UNREADABLE = "unreadable"
    SECOND_FORM = "second form"
    NOT_AUDITED = "not audited"


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What was read of a file; ``problem`` says why it was not audited, or what of it, and what to do about it."""

    id: str
    path: str
    sha256: str
    entity: str
    level: str
    kind: str
    fiscal_year: int | None
    numerals: int
    bound: int
    recognised: int
    unread: int
    status: DocumentStatus
    problem: str = ""
    entity_name: str = ""
    key: str = ""

    @classmethod
    def without_content(cls, path: Path, status: DocumentStatus, problem: str) -> Self:
        """The report on a file of which nothing was read."""
        return cls(f"{status}:{path}", str(path), "", "", "", "", None, 0, 0, 0, 0, status, problem)


class AuditRecords(Protocol):
    """The part of an audit that the pages need; :class:`checks.audit.Audit` has it."""

    @property
    def documents(self) -> Sequence[DocumentReport]:
        """What was read of each document, in the order given."""
        ...

    @property
    def figures(self) -> Sequence[Figure]:
        """Every printed numeral."""
        ...

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """Every relation judged."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong, or cannot be settled."""
        ...

    @property
    def unchecked(self) -> Sequence[Unchecked]:
        """What was not judged, and why."""
        ...

    @property
    def generated_at(self) -> datetime:
        """When the audit ran."""
        ...
