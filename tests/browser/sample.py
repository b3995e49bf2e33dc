"""An audit made by hand, with all that a page has to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from checks.model import (
    DocumentReport,
    Evidence,
    Finding,
    Instance,
    Outcome,
    Relation,
    Repair,
    Severity,
    Status,
    Unchecked,
    Verdict,
)
from datasets.model import Figure, Place

SENTENCE = "一般公共预算财政拨款支出2106.66万元，占71.73%，比上年减少63.14万元，本年支出合计2940.05万元。"
REPORT = "documents/某区财政局2024年度部门决算.pdf"
BUDGET = "documents/某区财政局2024年部门预算.txt"

RELATIONS = {
    "share-of-total": Relation(
        id="share-of-total",
        family="D",
        kind="ratio",
        title="占比等于部分除以合计",
        title_en="a share is the part over the total",
        source="《部门决算管理办法》第二十一条",
    ),
    "three-public-total": Relation(
        id="three-public-total",
        family="A",
        kind="sum",
        title="三公经费合计等于各项之和",
        title_en="the three public expenses add up",
        source="附件2 部门决算模板 公开07表",
    ),
}


def evidence(printed: str, role: str, start: int, **more: object) -> Evidence:
    """One figure of the sentence on page 21."""
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
    evidence=(
        evidence("71.73", "suspect", 120, unit="%", concept="占比"),
        evidence("2106.66", "rival", 110),
        evidence("2940.05", "evidence", 140, concept="本年支出合计"),
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
    evidence=(evidence("2940.05", "evidence", 140),),
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
        status="read",
        entity_name="某区财政局",
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
        status="partly read",
        problem="第 9 页没有文字层，未读",
        entity_name="某区财政局",
    ),
)


def verdict(number: int, outcome: Outcome) -> Verdict:
    """Stand for a relation judged."""
    instance = Instance(RELATIONS["share-of-total"], "ratio", (), ())
    return Verdict(f"verdict-{number}", instance, outcome, stated=Decimal("71.73"))


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
    verdicts: tuple[Verdict, ...] = (
        verdict(1, Outcome.BROKEN),
        verdict(2, Outcome.EXACT),
        verdict(3, Outcome.EXACT),
        verdict(4, Outcome.WITHIN_ROUNDING),
    )
    figures: tuple[Figure, ...] = ()
    about: Mapping[str, object] = field(
        default_factory=lambda: {
            "generated_at": "2026-03-01T01:30:00+00:00",
            "gouji_version": "0.1.0",
            "rules_version": "2026.1",
        }
    )

    def to_dict(self) -> Mapping[str, object]:
        """Give the head of findings.json."""
        return self.about


@dataclass(frozen=True)
class SampleSuite:
    """A suite as run."""

    name: str
    success: bool
    evaluated: int
    successful: int
    page: str


@dataclass(frozen=True)
class SampleSuites:
    """Two suites, one of which failed, and one that had nothing to run on."""

    suites: tuple[SampleSuite, ...] = (
        SampleSuite(
            "三公经费.2024", success=False, evaluated=9, successful=8, page="data_docs/validations/三公经费.html"
        ),
        SampleSuite("budgets", success=True, evaluated=4, successful=4, page="data_docs/validations/budgets.html"),
    )
    skipped: tuple[tuple[str, str], ...] = (("performance", "没有绩效目标表"),)
