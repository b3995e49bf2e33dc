"""The way back from the filled-in working paper into the ledger.

A row says which finding it is about (编号), the values it was printed for (指纹), the last decision known when it was
printed (结论序号), and what the reviewer filled in: 复核结论, 复核人, 理由. Rows that were left empty say nothing. A
row whose figures changed since, or on which somebody else decided since, is refused and named; the others are taken.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from datasets.errors import InputError
from flows.ledger.connecting import Ledger, LedgerError
from flows.ledger.deciding import DecisionRecord, Opinion, decide, known_findings
from flows.report.workbook_columns import AFTER, FINDINGS_SHEET, HEADINGS, REASON, REVIEWER, VERDICT, VERDICT_WORDS

_IDENTITY, _FINGERPRINT = HEADINGS["id"], HEADINGS["fingerprint"]
_REMEDY = "请给出 gouji audit 写出、填好的底稿 workbook.xlsx"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """How many rows were taken, how many the ledger had already, and one line for each row that was refused."""

    taken: int
    known: int
    refused: tuple[str, ...]


def import_decisions(ledger: Ledger, path: Path) -> ImportOutcome:
    """Take the decisions of a filled-in working paper.

    Raises:
        InputError: the file is no workbook, or lacks the sheet or one of its columns.
        LedgerError: the ledger cannot be read or written.
    """
    made = {known.id: known.decisions for known in known_findings(ledger)}
    taken = had = 0
    refused: list[str] = []
    for number, row in _rows(path):
        word = row[VERDICT]
        if not word:
            if row[REASON] or row[REVIEWER]:
                refused.append(f"{path}：{FINDINGS_SHEET} 第 {number} 行：写了理由或复核人，没有写复核结论；请补上")
            continue
        decision = VERDICT_WORDS.get(word)
        if decision is None:
            refused.append(
                f"{path}：{FINDINGS_SHEET} 第 {number} 行：复核结论“{word}”不认识；请写{'、'.join(VERDICT_WORDS)}"
            )
            continue
        statement = Opinion(
            row[_IDENTITY],
            decision,
            row[REVIEWER],
            row[REASON],
            source="workbook",
            on=row[_FINGERPRINT],
            after=int(row[AFTER]) if row[AFTER].isdigit() else 0,
        )
        if _already(made.get(statement.identity, ()), statement):
            had += 1
            continue
        try:
            decide(ledger, statement)
        except LedgerError as error:
            refused.append(f"{path}：{FINDINGS_SHEET} 第 {number} 行：{error}")
        else:
            taken += 1
    return ImportOutcome(taken, had, tuple(refused))


def _already(made: tuple[DecisionRecord, ...], statement: Opinion) -> bool:
    """Whether the ledger's last word on the finding is this very row: a file may be imported twice."""
    return bool(made) and (made[-1].decision, made[-1].reviewer, made[-1].reason, made[-1].fingerprint) == (
        statement.decision,
        " ".join(statement.reviewer.split()),
        statement.reason.strip(),
        statement.on,
    )


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        # Not by path: openpyxl leaves the file open until a sheet that was not read to its end is collected.
        book = load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except OSError as error:
        raise InputError(path, f"读不到（{error.strerror}）", _REMEDY) from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(path, "不是 xlsx 文件", _REMEDY) from error
    try:
        if FINDINGS_SHEET not in book.sheetnames:
            raise InputError(path, f"没有工作表“{FINDINGS_SHEET}”", _REMEDY)
        lines = book[FINDINGS_SHEET].iter_rows(values_only=True)
        heading = [str(cell or "").strip() for cell in next(lines, ())]
        wanted = (_IDENTITY, _FINGERPRINT, AFTER, VERDICT, REVIEWER, REASON)
        missing = [name for name in wanted if name not in heading]
        if missing:
            raise InputError(path, f"工作表“{FINDINGS_SHEET}”缺少列 {'、'.join(missing)}", "请不要删改底稿的列名")
        for number, line in enumerate(lines, start=2):
            cells = ["" if cell is None else str(cell).strip() for cell in line]
            row = dict(zip(heading, cells, strict=False))
            if row.get(_IDENTITY):
                yield number, {name: row.get(name, "") for name in wanted}
    finally:
        book.close()
