"""Small documents for every relation, as data: where it holds, where it is broken, where it must leave things open.

``relations/cases/*.toml`` holds the cases of the relations file of the same name; docs/rules.md shows how to write one.
Each text is read and audited exactly as a published document would be.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checks.audit import Audit, Options, audit
from checks.model import Outcome, Status
from checks.relations import load_relations
from checks.roster import load_roster
from datasets.errors import DataFileError
from datasets.model import Kind

SILENT = "silent"
HOLDING = (Outcome.EXACT, Outcome.WITHIN_ROUNDING)
#: Worst first: the outcome of a case is the first of these among the verdicts of its relation.
_WORST_FIRST = (Outcome.BROKEN, Outcome.UNDECIDED, Outcome.WITHIN_ROUNDING, Outcome.EXACT)
_EXPECTATIONS = (*map(str, _WORST_FIRST), SILENT)
_FIELDS = frozenset({"relation", "name", "expect", "texts", "kind", "year", "entity", "roster"})
_DEFAULTS: dict[str, Any] = {"kind": Kind.FINAL_ACCOUNTS, "year": 2024, "entity": "甲县乙局"}
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

    @property
    def where(self) -> str:
        """File, relation and name, as errors print them."""
        return f"{self.source}：规则 {self.relation} 的例子“{self.name}”"


@dataclass(frozen=True, slots=True)
class Never:
    """An outcome that a relation cannot have by its nature, and why: it needs no case of that outcome."""

    relation: str
    outcome: str
    because: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case came out; ``outcome`` and ``expected`` are outcomes or "silent"."""

    relation: str
    case: str
    expected: str
    outcome: str
    passed: bool


def run_cases() -> list[CaseResult]:
    """Run all cases that come with Gouji.

    Raises:
        DataFileError: when a case file is wrong, or a text of a case cannot be read as the document it is meant to be.
    """
    return [run_case(case) for case in load_cases()]


def run_case(case: Case) -> CaseResult:
    """Audit the documents of a case and compare the worst outcome of its relation with what is expected.

    Raises:
        DataFileError: when a text cannot be read as the document it is meant to be.
    """
    outcome = _outcome(audited(case), case.relation)
    return CaseResult(case.relation, case.name, case.expect, outcome, outcome == case.expect)


def audited(case: Case) -> Audit:
    """The audit of the documents of a case.

    Raises:
        DataFileError: when a text cannot be read as the document it is meant to be.
    """
    with TemporaryDirectory(prefix="gouji-case-") as folder:
        paths = []
        for number, document in enumerate(case.documents, start=1):
            path = Path(folder) / f"{number}.txt"
            path.write_text(document.text, encoding="utf-8", newline="\n")
            paths.append(path)
        result = audit(paths, options=_options(case, Path(folder)))
    _require_documents(case, result)
    return result


def _options(case: Case, folder: Path) -> Options:
    if not case.roster:
        return Options()
    path = folder / "units.csv"
    path.write_text(case.roster, encoding="utf-8", newline="\n")
    return Options(roster=load_roster(path))


def _require_documents(case: Case, result: Audit) -> None:
    """A text that was not read as meant would leave its relation silent, and a silent case would pass for nothing."""
    for meant, report in zip(case.documents, result.documents, strict=True):
        if report.status != "read" or report.problem:
            raise DataFileError(f"{case.where}：{Path(report.path).name} 不能审核：{report.problem}")
        if (report.kind, report.fiscal_year) != (meant.kind, meant.year) or not report.bound:
            raise DataFileError(
                f"{case.where}：{Path(report.path).name} 应为 {meant.year} 年 {meant.kind}，"
                f"读作 {report.fiscal_year} 年 {report.kind}，识别出 {report.bound} 个数；请改例子的文字或 kind、year"
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


def load_cases(folder: Traversable | None = None) -> tuple[Case, ...]:
    """All cases of a folder, by default those that come with Gouji.

    Raises:
        DataFileError: when a case is incomplete, doubled, or names an unknown relation, outcome or piece.
    """
    cases: dict[tuple[str, str], Case] = {}
    for source, data in _files(folder or case_folder()):
        pieces = _pieces(source, data.get("pieces", {}))
        for entry in data.get("case", ()):
            case = _case(source, entry, pieces)
            if (case.relation, case.name) in cases:
                raise DataFileError(f"{case.where} 重复")
            cases[case.relation, case.name] = case
    return tuple(cases.values())


def load_never(folder: Traversable | None = None) -> tuple[Never, ...]:
    """The outcomes that relations cannot have, as ``[[never]]`` entries of the case files say.

    Raises:
        DataFileError: when an entry is incomplete or names an unknown relation.
    """
    found = []
    for source, data in _files(folder or case_folder()):
        for entry in data.get("never", ()):
            if set(entry) != {"relation", "outcome", "because"} or entry["outcome"] not in ("holding", "broken"):
                raise DataFileError(f"{source}：[[never]] {entry} 应有 relation、outcome（holding 或 broken）、because")
            _require_relation(f"{source}：[[never]]", entry["relation"])
            found.append(Never(entry["relation"], entry["outcome"], entry["because"]))
    return tuple(found)


def _files(folder: Traversable) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            try:
                yield path.name, tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise DataFileError(f"{path.name}：不是有效的 TOML（{error}）；请改正这一处") from error


def _pieces(source: str, named: Mapping[str, str]) -> dict[str, str]:
    """The pieces of a file; a piece may use those above it."""
    pieces: dict[str, str] = {}
    for name, text in named.items():
        pieces[name] = _assembled(f"{source}：[pieces] {name}", text, pieces)
    return pieces


def _assembled(where: str, text: str, pieces: Mapping[str, str]) -> str:
    """The text with each line ``{{name}}`` replaced by the piece of that name."""

    def piece(match: re.Match[str]) -> str:
        if match[1] not in pieces:
            raise DataFileError(f"{where}：[pieces] 中没有 {match[1]!r}（只能用写在前面的）")
        return pieces[match[1]]

    return _PIECE.sub(piece, text)


def _require_relation(where: str, relation: str) -> None:
    if relation not in load_relations():
        raise DataFileError(f"{where}：没有规则 {relation!r}；规则见 gouji rules list")


def _case(source: str, entry: Mapping[str, Any], pieces: Mapping[str, str]) -> Case:
    relation, name = str(entry.get("relation", "?")), str(entry.get("name", "?"))
    where = f"{source}：规则 {relation} 的例子“{name}”"
    missing = [field for field in ("relation", "name", "expect", "texts") if not entry.get(field)]
    unknown = sorted(set(entry) - _FIELDS)
    if missing or unknown:
        raise DataFileError(f"{where}：缺少 {missing}，不认识 {unknown}")
    _require_relation(where, relation)
    if entry["expect"] not in _EXPECTATIONS:
        raise DataFileError(f"{where}：expect = {entry['expect']!r}，应为 {'、'.join(_EXPECTATIONS)} 之一")
    documents = tuple(_document(where, number, text, entry, pieces) for number, text in enumerate(entry["texts"]))
    return Case(relation, name, entry["expect"], documents, source, str(entry.get("roster", "")).lstrip())


def _document(where: str, number: int, text: str, entry: Mapping[str, Any], pieces: Mapping[str, str]) -> CaseDocument:
    kind, year, entity = (_of_document(where, number, entry, field) for field in ("kind", "year", "entity"))
    if kind not in tuple(Kind):
        raise DataFileError(f"{where}：kind = {kind!r}，应为 {' 或 '.join(Kind)}")
    title = _TITLES[Kind(kind)].format(entity=entity, year=year)
    printed = _as_printed(_assembled(where, text, pieces))
    return CaseDocument(f"{title}\n\n{printed}", Kind(kind), int(year), str(entity))


def _of_document(where: str, number: int, entry: Mapping[str, Any], field: str) -> Any:  # noqa: ANN401 - out of TOML
    """A field of one document: a list gives one value for each text, a single value is that of all."""
    value = entry.get(field, _DEFAULTS[field])
    if not isinstance(value, list):
        return value
    if len(value) != len(entry["texts"]):
        raise DataFileError(f"{where}：{field} 有 {len(value)} 个值，texts 有 {len(entry['texts'])} 篇")
    return value[number]


def _as_printed(text: str) -> str:
    """The text as the reader of plain text takes it: a row ``| a | b |`` becomes one cell a line, opened by a tab."""

    def row(match: re.Match[str]) -> str:
        return "".join(f"\t{cell.strip()}\n" for cell in match["cells"].split("|"))

    return _ROW.sub(row, text)
