"""Performance tables made for tests: printed as text, read by the project's own reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checks.families import load_rules
from checks.judging.verdicts import judge
from checks.model import Outcome, Verdict
from checks.performance.rules import document_instances
from datasets.model import Document, Identity, Kind, Level, Scope, Table
from datasets.performance.model import PerformanceTable
from datasets.performance.reading import read_performance
from datasets.readers.text.reading import read_text
from datasets.register import Register

HEADER = (
    "", "一级指标", "二级指标", "三级指标", "权重", "目标值", "业绩值", "完成率", "指标得分",
    "指标值设定依据", "上年完成情况", "赋分规则", "佐证资料", "偏差原因分析及改进措施",
)  # fmt: skip
IDENTITY = Identity("某局", "某局", Level.UNIT, Kind.FINAL_ACCOUNTS, 2024)


@dataclass
class Row:
    """An indicator of a self-evaluation; by default one of ten equal ones that is met exactly."""

    name: str = "开展活动次数"
    target: str = ">=10次"
    outcome: str = "=10次"
    completion: str = "100%"
    score: str = "90"
    weight: str = "90"
    level1: str = "产出指标"
    level2: str = "数量指标"
    prior: str = "-"
    label: str = "按照完成比例赋分"
    reason: str = ""

    def cells(self) -> tuple[str, ...]:
        return (
            "", self.level1, self.level2, self.name, self.weight, self.target, self.outcome, self.completion,
            self.score, "计划标准", self.prior, self.label, "工作资料", self.reason,
        )  # fmt: skip


@dataclass
class Form:
    """A self-evaluation of a project; the amounts are 年初, 全年 and 执行 by source."""

    project: str = "某项目"
    rows: Sequence[Row] = (Row(),)
    total: tuple[str, str, str] = ("10.00", "10.00", "10.00")
    fiscal: tuple[str, str, str] = ("10.00", "10.00", "10.00")
    other: tuple[str, str, str] = ("0.00", "0.00", "0.00")
    rate: str = "100.00%"
    execution_score: str = "10.00"
    goal: str = "完成任务。"
    outcome: str = "已完成任务。"
    total_weight: str = "100"
    total_score: str = "100.00分"
    title: str = "项目支出绩效自评表"
    extra: list[tuple[str, ...]] = field(default_factory=list)

    def lines(self) -> list[tuple[str, ...]]:
        dash = ("—", "—", "—")
        return [
            (self.title,),
            ("(2024年度)",),
            ("项目名称", self.project),
            ("项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
            ("", "年度资金总额", *self.total, "10", self.rate, self.execution_score),
            ("", "其中：当年财政拨款", *self.fiscal, *dash),
            ("", "  其他资金", *self.other, *dash),
            *self.extra,
            ("年度总体目标", "预期目标", "实际完成情况"),
            ("", self.goal, self.outcome),
            HEADER,
            *(row.cells() for row in self.rows),
            ("总分", self.total_weight, "", "", "", self.total_score, "", "", "", "", ""),
        ]


def printed(tables: Sequence[Sequence[tuple[str, ...]]]) -> str:
    """Tables as the text dumps print them: a tab before every cell, a blank line behind every row."""
    return "\n\n\n\n".join(
        "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows) for rows in tables
    )  # fmt: skip


def read(text: str) -> tuple[Document, Register, list[PerformanceTable]]:
    """Read all performance tables of a text."""
    document = read_text(Path("某局2024年部门决算.txt"), text.encode())
    ledger = Register(document)
    tables = [block for block in document.blocks if isinstance(block, Table)]
    scope = Scope(entity="某局", level="unit", period="2024")
    read_tables = [
        record
        for number, table in enumerate(tables)
        for record in read_performance(table, f"t{number}", table.cells[0].text, ledger, scope)
    ]
    return document, ledger, read_tables


def tables_of(*forms: Form) -> list[PerformanceTable]:
    """The forms as read from their print."""
    return read(printed([form.lines() for form in forms]))[2]


def verdicts(*forms: Form) -> list[Verdict]:
    """All verdicts on a document that holds the forms."""
    return [judge(instance) for instance in document_instances(tables_of(*forms), IDENTITY, load_rules())]


def broken(*forms: Form) -> list[Verdict]:
    """The broken verdicts on a document that holds the forms."""
    return [verdict for verdict in verdicts(*forms) if verdict.outcome is Outcome.BROKEN]


def broken_rules(*forms: Form) -> list[str]:
    """The relations broken in a document that holds the forms."""
    return sorted(verdict.instance.relation.id for verdict in broken(*forms))
