"""An audit made by hand, with all that a page has to show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from checks.model import (
    DocumentReport,
    DocumentStatus,
    Evidence,
    Finding,
    Instance,
    Outcome,
    Relation,
    Repair,
    Severity,
    Status,
    Term,
    Unchecked,
    Verdict,
)
from datasets.model import Block, Cell, Document, Figure, Paragraph, Place, Role, Scope, Table

SENTENCE = "一般公共预算财政拨款支出2106.66万元，占71.73%，比上年减少63.14万元，本年支出合计2940.05万元。"
REPORT = "documents/某区财政局2024年度部门决算.pdf"
BUDGET = "documents/某区财政局2024年部门预算.txt"

RELATIONS = {
    "share-of-total": Relation(
        id="share-of-total",
        family="D",
        arithmetic="ratio",
        title="占比等于部分除以合计",
        title_en="a share is the part over the total",
        source="《部门决算管理办法》第二十一条",
        severity=Severity.ERROR,
    ),
    "three-public-total": Relation(
        id="three-public-total",
        family="A",
        arithmetic="sum",
        title="三公经费合计等于各项之和",
        title_en="the three public expenses add up",
        source="附件2 部门决算模板 公开07表",
        severity=Severity.ERROR,
    ),
}


#: The text of the report: a title, the sentence, and a table of one row.
TITLE = "某区财政局2024年度部门决算"
ROW = ("本年支出合计", "2940.05", "5.00", "77")
TEXT = "\n".join((TITLE, SENTENCE, *ROW))


def evidence(printed: str, role: str, **more: object) -> Evidence:
    """One figure of the sentence on page 21."""
    start = TEXT.index(printed)
    made = Evidence(
        document=REPORT,
        printed=printed,
        role=role,
        place=Place(start, start + len(printed), page=21),
        unit="万元",
        concept="一般公共预算财政拨款支出",
        figure_id=f"figure-{start}",
        binding="certain",
        quote=SENTENCE,
    )
    return replace(made, **more)  # type: ignore[arg-type]


SHARE = Finding(
    id="a1b2c3",
    fingerprint="0f0f",
    member_ids=("a1b2c3",),
    rule="share-of-total",
    family="D",
    severity=Severity.ERROR,
    status=Status.BROKEN,
    title="占比与金额不符",
    title_en="The share contradicts the amounts",
    message="第21页：所载占比71.73%，按2106.66÷2940.05应为71.65%，相差0.08个百分点，四舍五入最多解释0.01个百分点。",
    message_en="Page 21: the share is stated as 71.73 %; 2106.66 over 2940.05 is 71.65 %.",
    stated="71.73",
    expected="71.65",
    gap="0.08",
    rounding_slack="0.01",
    unit="%",
    evidence=(
        evidence("71.73", "suspect", unit="%", concept="占比"),
        evidence("2106.66", "rival"),
        evidence("2940.05", "evidence", concept="本年支出合计"),
    ),
    repairs=(
        Repair(0, "71.65", "数字抄录有误", ("share-of-total",)),
        Repair(1, "2108.90", "", ("share-of-total", "three-public-total")),
    ),
    relations=("share-of-total",),
)
CELL = Finding(
    id="d4e5f6",
    fingerprint="1e1e",
    member_ids=("d4e5f6", "d4e5f7"),
    rule="three-public-total",
    family="A",
    severity=Severity.WARNING,
    status=Status.BROKEN,
    title="三公经费合计与各项之和不符",
    title_en="The three public expenses do not add up",
    message="合计120.60，各项之和120.50。",
    message_en="The total is 120.60, the parts add up to 120.50.",
    stated="120.60",
    expected="120.50",
    gap="0.10",
    rounding_slack="0.02",
    unit="万元",
    evidence=tuple(
        Evidence(
            document=BUDGET,
            printed=printed,
            role="suspect" if column == 2 else "evidence",
            place=Place(900 + column, 905 + column, line=300 + column),
            table="三公经费支出表",
            row=4,
            column=column,
            unit="万元",
            concept=concept,
            binding="inferred",
            quote="",
        )
        for column, printed, concept in (
            (2, "120.60", "三公经费合计"),
            (3, "33.00", "因公出国（境）费"),
            (4, "80.00", "公务用车费"),
            (5, "7.50", "公务接待费"),
        )
    ),
    repairs=(Repair(0, "120.50", "末位数字抄录有误", ("three-public-total",)),),
    relations=("three-public-total",),
)
MISSING = Finding(
    id="777aaa",
    fingerprint="2d2d",
    member_ids=("777aaa",),
    rule="staff-chain",
    family="G",
    severity=Severity.INFO,
    status=Status.UNRESOLVED,
    title="缺少2023年度部门决算，无法核对人数变动",
    title_en="The final accounts of 2023 would settle the headcount",
    message="需要2023年度部门决算。",
    message_en="The final accounts of 2023 are needed.",
    stated="",
    expected="",
    gap="",
    rounding_slack="",
    unit="",
    evidence=(evidence("2940.05", "evidence"),),
    repairs=(),
    relations=("staff-chain",),
)
DOCUMENTS = (
    DocumentReport(
        id="doc-1",
        path=REPORT,
        sha256="0" * 64,
        entity="310107-101",
        level="department",
        kind="final_accounts",
        fiscal_year=2024,
        numerals=800,
        bound=600,
        recognised=196,
        unread=4,
        status=DocumentStatus.READ,
        entity_name="某区财政局",
        key="310107-101/department/final_accounts/2024",
    ),
    DocumentReport(
        id="doc-2",
        path=BUDGET,
        sha256="1" * 64,
        entity="310107-101",
        level="department",
        kind="budget",
        fiscal_year=2024,
        numerals=0,
        bound=0,
        recognised=0,
        unread=0,
        status=DocumentStatus.PARTLY_READ,
        problem="第 9 页没有文字层，未读",
        entity_name="某区财政局",
        key="310107-101/department/budget/2024",
    ),
)


def figure(printed: str, start: int, role: Role = Role.LEVEL, **more: object) -> Figure:
    """A numeral of the report, meant as an amount in 万元."""
    made = Figure(
        id=f"figure-{start}",
        document=REPORT,
        place=Place(start, start + len(printed), page=21),
        printed=printed,
        role=role,
        value=Decimal(printed),
        unit="万元",
        quantum=Decimal("0.01"),
        scope=Scope(entity="310107-101", level="department", fund="general", stage="outturn", period="2024"),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def _at(printed: str, last: bool = False) -> int:  # noqa: FBT002 - first or last of two
    return TEXT.rindex(printed) if last else TEXT.index(printed)


YEAR = figure("2024", _at("2024"), Role.DATE, value=None, unit="")
PART = figure("2106.66", _at("2106.66"), concept_label="一般公共预算财政拨款支出")
SHARE_FIGURE = figure("71.73", _at("71.73"), Role.SHARE, unit="%", concept_label="占比")
CHANGE = figure("63.14", _at("63.14"), Role.CHANGE, concept_label="减少额")
WHOLE = figure("2940.05", _at("2940.05"), concept_label="本年支出合计")
COPY = figure("2940.05", _at("2940.05", last=True), concept_label="本年支出合计", table="支出决算表", row=1, column=2)
ALONE = figure("5.00", _at("5.00"), concept_label="其他支出", table="支出决算表", row=1, column=3)
UNREAD = figure("77", _at("77", last=True), Role.UNREAD, value=None, table="支出决算表", row=1, column=4)
FIGURES = (YEAR, PART, SHARE_FIGURE, CHANGE, WHOLE, COPY, ALONE, UNREAD)


def verdict(number: int, rule: str, kind: str, outcome: Outcome, *figures: Figure) -> Verdict:
    """A relation judged; the first figure is the left side."""
    left, *right = (Term(each) for each in figures)
    instance = Instance(RELATIONS[rule], kind, (left,), tuple(right), unit=figures[0].unit)
    stated, expected, gap, slack = map(Decimal, ("71.73", "71.65", "0.08", "0.01"))
    return Verdict(f"verdict-{number}", instance, outcome, stated, expected, gap, slack)


VERDICTS = (
    verdict(1, "share-of-total", "ratio", Outcome.BROKEN, SHARE_FIGURE, PART, WHOLE),
    verdict(2, "three-public-total", "sum", Outcome.EXACT, WHOLE, COPY),
    verdict(3, "three-public-total", "sum", Outcome.EXACT, COPY, CHANGE),
    verdict(4, "three-public-total", "sum", Outcome.WITHIN_ROUNDING, CHANGE, COPY),
)


def document(text: str = TEXT) -> Document:
    """The report as read: two paragraphs, and the rest as the cells of one row."""
    blocks: list[Block] = []
    cells: list[Cell] = []
    at = 0
    for number, piece in enumerate(text.split("\n")):
        place = Place(at, at + len(piece))
        if number < 2:
            blocks.append(Paragraph(piece, place))
        else:
            cells.append(Cell(1, number - 1, piece, place))
        at += len(piece) + 1
    if cells:
        blocks.append(Table(tuple(cells), Place(cells[0].place.start, cells[-1].place.end)))
    return Document(Path(REPORT), "0" * 64, "txt", text, tuple(blocks))


@dataclass(frozen=True)
class SampleAudit:
    """Has what a page needs of an audit, as made by hand."""

    findings: tuple[Finding, ...] = (SHARE, CELL, MISSING)
    documents: tuple[DocumentReport, ...] = DOCUMENTS
    unchecked: tuple[Unchecked, ...] = (
        Unchecked("three-public-total", "文件中没有三公经费支出表", (REPORT,)),
        Unchecked("share-of-total", "文件中没有三公经费支出表", (BUDGET,)),
        Unchecked("staff-chain", "缺少上年文件", ()),
    )
    verdicts: tuple[Verdict, ...] = VERDICTS
    figures: tuple[Figure, ...] = FIGURES
    generated_at: datetime = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


@dataclass(frozen=True)
class SampleRow:
    """A failing row."""

    figure_ids: tuple[str, ...]


@dataclass(frozen=True)
class SampleExpectation:
    """An expectation of a suite."""

    text: str
    success: bool
    severity: str = "critical"
    failed: int = 0
    rows: tuple[SampleRow, ...] = ()


FAILED = SampleExpectation("占比与金额一致", success=False, failed=1, rows=(SampleRow((f"figure-{_at('71.73')}",)),))


@dataclass(frozen=True)
class SampleSuite:
    """A suite as run."""

    name: str
    success: bool
    evaluated: int
    successful: int
    page: str
    rows: int = 12
    expectations: tuple[SampleExpectation, ...] = ()


@dataclass(frozen=True)
class SampleSuites:
    """Two suites, one of which failed, and one that had nothing to run on."""

    suites: tuple[SampleSuite, ...] = (
        SampleSuite(
            "三公经费.2024",
            success=False,
            evaluated=9,
            successful=8,
            page="data_docs/validations/三公经费.html",
            expectations=(FAILED,),
        ),
        SampleSuite("budgets", success=True, evaluated=4, successful=4, page="data_docs/validations/budgets.html"),
    )
    skipped: tuple[tuple[str, str], ...] = (("performance", "没有绩效目标表"),)
