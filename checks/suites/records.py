"""The frames of the suites ``documents``, ``verdicts`` and ``findings``: what our own records say of themselves.

They are told apart from the figures so that a fault of ours (a number lost, a rule misread) is not taken for one of the
document. Rules are known by the relations themselves, so a new rule or family needs no change here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal

import pandas as pd

from checks.families import load_rules
from checks.model import DocumentStatus, Outcome, Severity
from checks.suites.definitions import QUANTUM
from checks.suites.frames import COMPLETE, Row, escaped, framed, is_number, records, text

#: A rule that was decided less often than this says nothing about how it is read.
FEWEST_DECIDED = 20
SHARE_UNREAD = Decimal("0.01")
DECIDED = (Outcome.EXACT, Outcome.WITHIN_ROUNDING, Outcome.BROKEN)
DOCUMENTS_FRAME = (
    "document_id", "document", "place", "path", "readable", "identified", "fiscal_year", "accounted", "mostly_read",
)  # fmt: skip
_ARITHMETIC = ("stated", "expected", "gap", "explained_gap", "slack", "slack_of_broken", "broken_gap")
VERDICTS_FRAME = (
    "verdict_id", "verdict_key", "severity", "figure_ids", "document", "place", "complete", "outcome", "held_by_rule",
    *(name + q for name in _ARITHMETIC for q in ("", QUANTUM)),
)  # fmt: skip
FINDINGS_FRAME = (
    "finding_id", "severity", "document", "place", "error", "warning", "complete",
    *(name + q for name in ("stated", "expected", "gap", "slack_of_broken", "broken_gap") for q in ("", QUANTUM)),
)  # fmt: skip


def documents_frame(documents: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """One row for each document."""
    printed = Counter(figures["document"])
    # A file that is no document, or another form of one, has no figures of its own to account for.
    rows = (
        _document(record, printed[text(record["path"])])
        for record in records(documents)
        if record["status"] not in (DocumentStatus.NOT_AUDITED, DocumentStatus.SECOND_FORM)
    )
    return framed(rows, DOCUMENTS_FRAME)


def _document(record: Mapping[str, object], rows: int) -> Row:
    numerals, bound, recognised, unread = (
        _count(record[name]) for name in ("numerals", "bound", "recognised", "unread")
    )
    readable = record["status"] != DocumentStatus.UNREADABLE
    year = _count(record["fiscal_year"])
    lacking = [
        word for word, there in (("单位", record["entity"]), ("类别", record["kind"]), ("年度", year)) if not there
    ]
    whole = numerals == bound + recognised + unread == rows
    few = unread <= max(1, math.floor(numerals * SHARE_UNREAD))
    return {
        "document_id": escaped(record["id"]),
        "document": escaped(record["path"]),
        "place": "",
        "path": escaped(record["path"]),
        "readable": COMPLETE if readable else escaped(text(record["problem"]) or "未说明原因"),
        "identified": (COMPLETE if not lacking else f"未知：{'、'.join(lacking)}") if readable else None,
        "fiscal_year": str(year) if year else None,
        "accounted": COMPLETE if whole else f"{numerals} ≠ {bound} + {recognised} + {unread}，或数字表有 {rows} 行",
        "mostly_read": COMPLETE if few else f"{numerals} 个数字中有 {unread} 个未能识别",
    }


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) and not math.isnan(value) else 0


def verdicts_frame(verdicts: pd.DataFrame, figures: pd.DataFrame, lang: str = "zh") -> pd.DataFrame:
    """One row for each verdict; how often a rule held stands on the row of its first verdict."""
    known = set(figures["figure_id"])
    held = _held_by_rule(verdicts)
    rows = (
        _verdict(record, lang)
        | {
            "complete": _verdict_lacks(record, known),
            "held_by_rule": held.pop(text(record["relation"]), None),
        }
        for record in records(verdicts)
    )
    return framed(rows, VERDICTS_FRAME)


def _verdict(record: Mapping[str, object], lang: str) -> Row:
    outcome = text(record["outcome"])
    return {
        "verdict_id": escaped(record["verdict_id"]),
        "verdict_key": escaped(record["verdict_id"]),
        "severity": text(record["severity"]),
        "figure_ids": escaped(record["figure_ids"]),
        "document": escaped(record["documents"]),
        "place": escaped(_title(record["relation"], lang)),
        "outcome": outcome if outcome in DECIDED else None,
        **_arithmetic(record, outcome, "slack"),
    }


def _verdict_lacks(record: Mapping[str, object], figures: AbstractSet[str]) -> str:
    lacking = [] if text(record["relation"]) in load_rules() else ["规则"]
    lacking += [] if text(record["documents"]) else ["文件"]
    lacking += [] if set(text(record["figure_ids"]).split()) <= figures else ["数字表中的数字"]
    if record["outcome"] == Outcome.UNDECIDED and not text(record["reason"]):
        lacking.append("未判定的原因")
    return f"缺少：{'、'.join(lacking)}" if lacking else COMPLETE


def _held_by_rule(verdicts: pd.DataFrame) -> dict[str, str]:
    decided = verdicts[verdicts["outcome"].isin(DECIDED)]
    counts = Counter(decided["relation"])
    broken = Counter(decided.loc[decided["outcome"] == Outcome.BROKEN, "relation"])
    return {
        relation: COMPLETE if 2 * broken[relation] <= count else f"判定 {count} 次，不成立 {broken[relation]} 次"
        for relation, count in counts.items()
        if count >= FEWEST_DECIDED
    }


def findings_frame(findings: pd.DataFrame, lang: str = "zh") -> pd.DataFrame:
    """One row for each finding; findings of one id are told apart by a number, as on the pages."""
    seen: Counter[str] = Counter()
    rows = []
    for record in records(findings):
        identifier, severity = text(record["id"]), text(record["severity"])
        seen[identifier] += 1
        title, message = (escaped(record[f"{name}_en" if lang == "en" else name]) for name in ("title", "message"))
        rows.append(
            {
                "finding_id": escaped(identifier if seen[identifier] == 1 else f"{identifier}_{seen[identifier]}"),
                "severity": severity,
                "document": escaped(record["documents"]),
                "place": message,
                "error": title if severity == Severity.ERROR else None,
                "warning": title if severity == Severity.WARNING else None,
                "complete": _finding_lacks(record),
                **_arithmetic(record, text(record["status"]), "rounding_slack"),
            }
        )
    return framed(rows, FINDINGS_FRAME)


def _finding_lacks(record: Mapping[str, object]) -> str:
    lacking = [] if text(record["rule"]) in load_rules() else ["规则"]
    lacking += [] if text(record["documents"]) else ["文件"]
    if not all(text(record[name]) for name in ("title", "title_en", "message", "message_en")):
        lacking.append("说明")
    return f"缺少：{'、'.join(lacking)}" if lacking else COMPLETE


def _arithmetic(record: Mapping[str, object], outcome: str, slack_name: str) -> Row:
    """Stated, expected, gap and slack as exact numbers; a bound that holds has no gap, whatever lies below it."""
    row: Row = {}
    stated, expected, gap, slack = (_number(record[name]) for name in ("stated", "expected", "gap", slack_name))
    if gap is None:
        return row
    size = abs(gap)
    if gap:
        row |= _exact("stated", stated) | _exact("expected", expected) | _exact("gap", gap)
    if outcome == Outcome.WITHIN_ROUNDING:
        row |= _exact("explained_gap", size) | _exact("slack", slack)
    elif outcome == Outcome.BROKEN and gap:
        row |= _exact("slack_of_broken", slack) | _exact("broken_gap", size)
    return row


def _number(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and is_number(value) else None


def _exact(name: str, number: Decimal | None) -> Row:
    return {} if number is None else {name: format(number, "f"), name + QUANTUM: "0"}


def _title(relation: object, lang: str) -> str:
    known = load_rules().get(text(relation))
    if known is None:
        return text(relation)
    return known.title_en if lang == "en" else known.title
