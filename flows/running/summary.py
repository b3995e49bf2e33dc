"""What a run came to, in numbers and in a few lines of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model import DocumentStatus
from flows.amounts import amounts_of
from flows.payload import SEVERITY_WORDS, DocumentRecord, Payload, first_suspect, severity_counts
from flows.places import place_words

if TYPE_CHECKING:
    from flows.alerts.sending import AlertOutcome

#: What became of documents that were audited, and of files that are none or another form of one.
AUDITED = (DocumentStatus.READ, DocumentStatus.PARTLY_READ)
LEFT_OUT = (DocumentStatus.NOT_AUDITED, DocumentStatus.SECOND_FORM)
#: Files that were left out that are named one by one; a saved web page may bring hundreds.
MOST_LEFT_OUT = 20
_TOLD = 50


@dataclass(frozen=True, slots=True)
class RunReport:
    """The outcome of an audit run.

    ``unusable`` has a line for each document that could not be read, ``faults`` for each failure of the program itself
    that was caught while judging, ``forms`` for each other form of a document that was audited, ``left_out`` for each
    file of a folder that is no document, ``notes`` for each lesser problem of a document and each rule of a schema that
    rows do not keep, ``problems`` for each part of the report that is missing, ``alert_problems`` for each channel that
    failed. ``unchanged_since`` is the number of the run that wrote the report, where nothing has changed since and it
    was left as it was.
    """

    output: Path
    documents: int
    figures: int
    findings: dict[str, int] = field(default_factory=dict)
    unusable: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    alerts_sent: int = 0
    alert_problems: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    unchanged_since: int | None = None

    @property
    def complete(self) -> bool:
        """Every document was usable and every part of the report was written."""
        return not self.unusable and not self.problems and self.documents > 0

    @property
    def first(self) -> tuple[str, ...]:
        """What a reader must know before any finding: what was not audited, and where the program itself failed."""
        return (*self.unusable, *self.faults, *self.forms, *self.left_out)


def run_report(
    payload: Payload,
    output: Path,
    alerts: AlertOutcome,
    *,
    problems: Sequence[str] = (),
    notes: Sequence[str] = (),
    unchanged_since: int | None = None,
) -> RunReport:
    """Sum up a run and what went wrong on the way; ``payload`` is its findings.json."""
    forms, left_out = (problem_lines(payload["documents"], status) for status in reversed(LEFT_OUT))
    return RunReport(
        output=output,
        documents=len(payload["documents"]) - len(forms) - len(left_out),
        figures=sum(d["numerals"] for d in payload["documents"]),
        findings=severity_counts(payload),
        unusable=problem_lines(payload["documents"], DocumentStatus.UNREADABLE),
        forms=forms,
        left_out=left_out,
        notes=(*problem_lines(payload["documents"], *AUDITED), *notes),
        problems=tuple(problems),
        alerts_sent=alerts.sent,
        alert_problems=alerts.problems,
        faults=fault_lines(payload),
        unchanged_since=unchanged_since,
    )


def problem_lines(documents: Iterable[DocumentRecord], *statuses: str) -> tuple[str, ...]:
    """One line, path and problem, for each document of one of the statuses that has a problem."""
    return tuple(_problem_line(d) for d in documents if d.get("problem") and d["status"] in statuses)


def fault_lines(payload: Payload) -> tuple[str, ...]:
    """One line for each failure of the program itself: which rule at which documents was not evaluated to the end."""
    return tuple(unchecked["reason"] for unchecked in payload["unchecked"] if unchecked.get("fault"))


def _problem_line(document: DocumentRecord) -> str:
    # The reader's own sentence may name the file already.
    path, problem = document["path"], " ".join(document.get("problem", "").split())
    return problem if problem.startswith(path) else f"{path}：{problem}"


def markdown_summary(payload: Payload, report: RunReport) -> str:
    """The artifact of a run: totals, what is missing, and the errors with their places."""
    counts = "，".join(f"{SEVERITY_WORDS[severity]} {count}" for severity, count in report.findings.items())
    lines = [
        "# 勾稽审核",
        "",
        f"文件 {report.documents} 份，数字 {report.figures} 个；{counts}。",
        f"报告：`{report.output}`；新告警 {report.alerts_sent} 条。",
    ]
    if report.unchanged_since is not None:
        lines.append(f"文件、规则和复核结论自第 {report.unchanged_since} 次运行以来没有变化，报告沿用。")
    missing = [*report.first, *report.notes, *report.problems, *report.alert_problems]
    if missing:
        lines += ["", "## 未完成", "", *(f"- {_plain(line)}" for line in missing)]
    errors = [f for f in payload["findings"] if f["severity"] == "error"]
    if errors:
        lines += ["", "## 错误", "", "| 问题 | 位置 | 印作 | 应为 |", "|---|---|---|---|"]
        for finding in errors[:_TOLD]:
            amounts = amounts_of(finding)
            cells = (finding["title"], place_words(first_suspect(finding)), amounts.stated, amounts.expected)
            lines.append("| " + " | ".join(_plain(cell or "–") for cell in cells) + " |")
    if len(errors) > _TOLD:
        lines += ["", f"另有 {len(errors) - _TOLD} 处，见报告。"]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Text of a document as Markdown that shows it and does nothing else."""
    flat = " ".join(text.split())
    for character in "\\`*_[]<>|#":
        flat = flat.replace(character, f"\\{character}")
    return flat
