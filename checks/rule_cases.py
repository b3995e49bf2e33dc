"""Small documents for every relation, as data: where it holds, where it is broken, where it must leave things open.

``relations/cases/*.toml`` holds the cases of the relations file of the same name; docs/rules.md shows how to write one.
Each text is read and audited exactly as a published document would be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path as Folder
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import msgspec

from checks.audit import Audit, Options, audit, ingest
from checks.families import load_rules
from checks.model import Arithmetic, Outcome, Relation, Status
from checks.totals.silence import Reason, why_silent
from datasets.data_files.forms import FiscalYear, Form, Text, Word, WrongWordError, known
from datasets.data_files.lines import Path
from datasets.data_files.loading import DataFile, collected
from datasets.data_files.problems import Problem, impossible, unknown
from datasets.errors import DataFileError
from datasets.model import Kind
from datasets.roster import load_roster

SILENT = "silent"
HOLDING = (Outcome.EXACT, Outcome.WITHIN_ROUNDING)
#: Worst first: the outcome of a case is the first of these among the verdicts of its relation.
_WORST_FIRST = (Outcome.BROKEN, Outcome.UNDECIDED, Outcome.WITHIN_ROUNDING, Outcome.EXACT)
_ADDED_UP = frozenset({"sum", "logic"})
#: The arithmetic that instances of each kind of rule may have: an item that no cell supplies leaves a sum open.
_DONE_BY: Mapping[Arithmetic, frozenset[str]] = {
    "bound": frozenset({"bound"}),
    "growth": frozenset({"growth"}),
    "growth_of_change": frozenset({"growth_of_change"}),
    "logic": frozenset({"logic"}),
    "product": frozenset({"product", "sum"}),
    "ratio": frozenset({"ratio"}),
    "same": _ADDED_UP,
    "sum": _ADDED_UP,
    "tree": _ADDED_UP,
    "zero_implies_zero": frozenset({"zero_implies_zero"}),
}
#: What a case may expect of its relation.
Expectation = Literal["broken", "undecided", "within_rounding", "exact", "silent"]
_TITLES = {Kind.BUDGET: "{entity}{year}年部门预算公开", Kind.FINAL_ACCOUNTS: "{entity}{year}年度部门决算公开说明"}
_PIECE = re.compile(r"^\{\{(.+?)\}\}$", re.MULTILINE)
_ROW = re.compile(r"^\|(?P<cells>.*)\|\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """One document of a case: its text as the reader gets it, and what it must be taken for."""

    text: str
    kind: Kind
    year: int
    entity: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a relation; ``expect`` is an outcome, or "silent" where no instance of the relation may be bound.

    ``roster`` is the text of a list of units, "" where none is given.
    """

    relation: str
    name: str
    expect: str
    documents: tuple[CaseDocument, ...]
    source: str
    roster: str = ""
    unreadable: bool = False

    @property
    def where(self) -> str:
        """File, relation and name, as errors print them."""
        return f"{self.source}：规则 {self.relation} 的例子“{self.name}”"

    @property
    def where_en(self) -> str:
        """The same in English."""
        return f"{self.source}: case “{self.name}” of the rule {self.relation}"


@dataclass(frozen=True, slots=True)
class Never:
    """An outcome that a relation cannot have by its nature, and why: it needs no case of that outcome."""

    relation: str
    outcome: str
    because: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case came out; ``outcome`` and ``expected`` are outcomes or "silent", ``why`` says why it is silent."""

    relation: str
    case: str
    expected: str
    outcome: str
    passed: bool
    why: tuple[Reason, ...] = ()


def run_cases(relation: str = "", *, explain: bool = False) -> list[CaseResult]:
    """Run all cases that come with Gouji, or those of one relation; ``explain`` = say why it is silent in any.

    Raises:
        DataFileError: when a case file is wrong, or a text of a case cannot be read as the document it is meant to be.
    """
    return [run_case(case, explain=explain) for case in load_cases() if case.relation == relation or not relation]


def run_case(case: Case, *, explain: bool = False) -> CaseResult:
    """Audit the documents of a case and compare the worst outcome of its relation with what is expected.

    Raises:
        DataFileError: when a text cannot be read as the document it is meant to be.
    """
    result = audited(case)
    outcome = _outcome(result, case.relation)
    why = _why_silent(case) if explain and outcome == SILENT else ()
    other = _other_arithmetic(result, load_rules()[case.relation])
    passed = outcome == case.expect and not other
    return CaseResult(case.relation, case.name, case.expect, outcome, passed, (*other, *why))


def _other_arithmetic(result: Audit, relation: Relation) -> tuple[Reason, ...]:
    """Told of a rule whose ``kind`` is not the arithmetic that its code does."""
    kinds = {v.instance.arithmetic for v in result.verdicts if v.instance.relation.id == relation.id}
    other = sorted(kinds - _DONE_BY[relation.arithmetic])
    if not other:
        return ()
    done = "、".join(other)
    said = f"规则的 kind 写的是 {relation.arithmetic}，程序核对的是 {done}"
    return (Reason(said, f"its kind is {relation.arithmetic}, its code does {', '.join(other)}"),)


def _why_silent(case: Case) -> tuple[Reason, ...]:
    relation = load_rules()[case.relation]
    with TemporaryDirectory(prefix="gouji-case-") as folder:
        readings = [item.reading for item in ingest(_written(case, Folder(folder))) if item.reading is not None]
        return tuple(dict.fromkeys(reason for reading in readings for reason in why_silent(reading, relation)))


def audited(case: Case) -> Audit:
    """The audit of the documents of a case.

    Raises:
        DataFileError: when a text cannot be read as the document it is meant to be.
    """
    with TemporaryDirectory(prefix="gouji-case-") as folder:
        result = audit(_written(case, Folder(folder)), options=_options(case, Folder(folder)))
    if not case.unreadable:
        _require_documents(case, result)
    return result


def _written(case: Case, folder: Folder) -> list[Folder]:
    """The documents of a case as files in a folder."""
    paths = [folder / f"{number}.txt" for number in range(1, len(case.documents) + 1)]
    for path, document in zip(paths, case.documents, strict=True):
        path.write_text(document.text, encoding="utf-8", newline="\n")
    return paths


def _options(case: Case, folder: Folder) -> Options:
    if not case.roster:
        return Options()
    path = folder / "units.csv"
    path.write_text(case.roster, encoding="utf-8", newline="\n")
    return Options(roster=load_roster(path))


def _require_documents(case: Case, result: Audit) -> None:
    """A text that was not read as meant would leave its relation silent, and a silent case would pass for nothing."""
    for meant, report in zip(case.documents, result.documents, strict=True):
        if report.status != "read" or report.problem:
            raise DataFileError(
                f"{case.where}：{Folder(report.path).name} 不能审核：{report.problem}",
                f"{case.where_en}: {Folder(report.path).name} cannot be audited: {report.problem}",
            )
        if (report.kind, report.fiscal_year) != (meant.kind, meant.year) or not report.bound:
            raise DataFileError(
                f"{case.where}：{Folder(report.path).name} 应为 {meant.year} 年 {meant.kind}，"
                f"读作 {report.fiscal_year} 年 {report.kind}，识别出 {report.bound} 个数；请改例子的文字或 kind、year",
                f"{case.where_en}: {Folder(report.path).name} should be {meant.kind} of {meant.year}, is read as "
                f"{report.kind} of {report.fiscal_year} with {report.bound} figures; mend its text, kind or year",
            )


def _outcome(result: Audit, relation: str) -> str:
    """The worst outcome of a relation; what is unresolved or reported as unchecked counts as undecided."""
    outcomes = {verdict.outcome for verdict in result.verdicts if verdict.instance.relation.id == relation}
    left_open = any(finding.rule == relation and finding.status is not Status.BROKEN for finding in result.findings)
    if left_open or any(unchecked.rule == relation for unchecked in result.unchecked):
        outcomes.add(Outcome.UNDECIDED)
    return next((str(outcome) for outcome in _WORST_FIRST if outcome in outcomes), SILENT)


# -- the case files ----------------------------------------------------------------------------------------------------


def case_folder() -> Traversable:
    """The folder of the case files that come with Gouji."""
    return files("checks") / "relations" / "cases"


class CaseEntry(Form, frozen=True, kw_only=True):
    """``[[case]]``; a list of kinds, years or entities gives one to each text.

    ``unreadable`` = the texts cannot be audited, which is what the rule speaks of.
    """

    relation: str
    name: Word
    expect: Expectation
    texts: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    kind: Kind | tuple[Kind, ...] = Kind.FINAL_ACCOUNTS
    year: FiscalYear | tuple[FiscalYear, ...] = 2024
    entity: Word | tuple[Word, ...] = "甲县乙局"
    roster: str = ""
    unreadable: bool = False

    def __post_init__(self) -> None:
        _known_rule(self.relation)
        for setting in ("kind", "year", "entity"):
            given = getattr(self, setting)
            if isinstance(given, tuple) and len(given) != len(self.texts):
                raise WrongWordError(
                    setting,
                    str(len(given)),
                    f"有 {len(given)} 个值，texts 有 {len(self.texts)} 篇",
                    f"has {len(given)} values for {len(self.texts)} texts",
                )


class NeverEntry(Form, frozen=True, kw_only=True):
    """``[[never]]``, see :class:`Never`."""

    relation: str
    outcome: Literal["holding", "broken"]
    because: Word

    def __post_init__(self) -> None:
        _known_rule(self.relation)


class CasesFile(Form, frozen=True, kw_only=True):
    """A file of ``relations/cases``; a piece is a text that others take in by its name."""

    REPEATS = frozenset({"kind", "year", "entity", "texts"})

    def __post_init__(self) -> None:
        if not self.case:
            raise WrongWordError(
                "case", "", "没有任何 [[case]]；请恢复这个文件", "is not there at all; restore this file"
            )

    pieces: dict[Word, Text] = msgspec.field(default_factory=dict)
    case: tuple[CaseEntry, ...] = ()
    never: tuple[NeverEntry, ...] = ()


def _known_rule(relation: str) -> None:
    known(
        "relation", [relation], load_rules(), what="规则（见 gouji rules list）", what_en="rule, see gouji rules list"
    )


def load_cases(folder: Traversable | None = None) -> tuple[Case, ...]:
    """All cases of a folder, by default those that come with Gouji.

    Raises:
        DataFileError: when a case is incomplete, doubled, or names an unknown relation, outcome or piece.
    """
    cases: dict[tuple[str, str], Case] = {}
    wrong: list[Callable[[], None]] = []
    for file, data in _files(folder or case_folder()):
        found: list[Problem] = []
        pieces = _pieces(data.pieces, found)
        for number, entry in enumerate(data.case):
            case = _case(file.name, entry, ("case", number), pieces, found)
            if (case.relation, case.name) in cases:
                twice = WrongWordError("name", case.name, "这条规则已有同名的例子", "is a case of it already")
                found.append(impossible(twice, ("case", number)))
            cases[case.relation, case.name] = case
        if found:
            wrong.append(partial(_refuse, file, found))
    collected(wrong)
    return tuple(cases.values())


def _refuse(file: DataFile, found: Sequence[Problem]) -> None:
    raise file.error(found)


def load_never(folder: Traversable | None = None) -> tuple[Never, ...]:
    """The outcomes that relations cannot have, as ``[[never]]`` entries of the case files say.

    Raises:
        DataFileError: when an entry is incomplete or names an unknown relation.
    """
    return tuple(
        Never(entry.relation, entry.outcome, entry.because)
        for _, data in _files(folder or case_folder())
        for entry in data.never
    )


def _files(folder: Traversable) -> list[tuple[DataFile, CasesFile]]:
    found = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    _check_files(folder, [path.name for path in found])
    return collected(partial(_file, path) for path in found)


def _check_files(folder: Traversable, names: Collection[str]) -> None:
    """Refuse the folder of the project where a file of rules has no file of cases."""
    if folder != case_folder():
        return
    rules = (path.name for path in (files("checks") / "relations").iterdir() if path.name.endswith(".toml"))
    missing = sorted(name for name in rules if name not in names)
    if missing:
        raise DataFileError(
            "\n".join(f"checks/relations/cases/{name}：没有这个文件（有它的规则）；请恢复" for name in missing),
            "\n".join(
                f"checks/relations/cases/{name}: not there, though its rules are; restore it" for name in missing
            ),
        )


def _file(path: Traversable) -> tuple[DataFile, CasesFile]:
    file = DataFile.read(path, f"checks/relations/cases/{path.name}")
    return file, file.record(CasesFile)


def _pieces(named: Mapping[str, str], wrong: list[Problem]) -> dict[str, str]:
    """The pieces of a file; a piece may use those above it."""
    pieces: dict[str, str] = {}
    for name, text in named.items():
        pieces[name] = _assembled(("pieces", name), text, pieces, wrong)
    return pieces


def _assembled(path: Path, text: str, pieces: Mapping[str, str], wrong: list[Problem]) -> str:
    """The text with each line ``{{name}}`` replaced by the piece of that name; what is wrong is added to a list."""

    def piece(match: re.Match[str]) -> str:
        if match[1] not in pieces:
            more, more_en = unknown(match[1], pieces)
            wrong.append(
                Problem(
                    path,
                    match[0],
                    f"[pieces] 中没有 {match[1]!r}（只能用写在前面的）；{more}",
                    f"there is no piece {match[1]!r} above it; {more_en}",
                )
            )
        return pieces.get(match[1], "")

    return _PIECE.sub(piece, text)


def _case(source: str, entry: CaseEntry, path: Path, pieces: Mapping[str, str], wrong: list[Problem]) -> Case:
    printed = [_assembled((*path, "texts", n), text, pieces, wrong) for n, text in enumerate(entry.texts)]
    documents = tuple(_document(number, entry, text) for number, text in enumerate(printed))
    return Case(entry.relation, entry.name, entry.expect, documents, source, entry.roster.lstrip(), entry.unreadable)


def _document(number: int, entry: CaseEntry, text: str) -> CaseDocument:
    kind = entry.kind[number] if isinstance(entry.kind, tuple) else entry.kind
    year = entry.year[number] if isinstance(entry.year, tuple) else entry.year
    entity = entry.entity[number] if isinstance(entry.entity, tuple) else entry.entity
    printed = _as_printed(text)
    return CaseDocument(f"{_TITLES[kind].format(entity=entity, year=year)}\n\n{printed}", kind, year, entity)


def _as_printed(text: str) -> str:
    """The text as the reader of plain text takes it: a row ``| a | b |`` becomes one cell a line, opened by a tab."""

    def row(match: re.Match[str]) -> str:
        return "".join(f"\t{cell.strip()}\n" for cell in match["cells"].split("|"))

    return _ROW.sub(row, text)
