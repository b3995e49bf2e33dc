"""The working paper (底稿): what was found, with columns for the reviewer to fill in, and what it rests on.

Every cell is text or a number, never a formula, whatever a document says. Titles lead to the page of the finding,
printed numbers to their place in the document as read. ``gouji review import`` takes the filled-in sheet back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from flows.amounts import unit_of
from flows.payload import SEVERITY_WORDS, FindingRecord, Language, Payload, first_suspect, severity_counts
from flows.places import place_words
from flows.report.plain_text import storable
from flows.report.workbook_columns import (
    AFTER,
    COVERAGE_COLUMNS,
    FINDINGS_SHEET,
    HEADINGS,
    NUMBERS,
    REASON,
    REVIEWER,
    SHEET_COLUMNS,
    UNCHECKED_COLUMNS,
    VERDICT,
    VERDICT_WORDS,
    WIDTHS,
    WRAPPED,
)
from flows.site.shared.words import words

_LONGEST_TEXT = 32_767  # what a spreadsheet cell can hold
_MOST_ROWS = 1_000_000  # what a sheet can hold, with room for the heading
_MOST_LINKS = 60_000  # Excel repairs, that is drops, a sheet with more than 65,530
_BOLD = Font(bold=True)
_LINK = Font(color="0B5394", underline="single")
_WRAP = Alignment(wrap_text=True, vertical="top")
_TOP = Alignment(vertical="top")
_TO_FILL = PatternFill("solid", fgColor="FFF8DC")
_SEVERITY_FILLS = {
    SEVERITY_WORDS["error"]: PatternFill("solid", fgColor="F8D7DA"),
    SEVERITY_WORDS["warning"]: PatternFill("solid", fgColor="FFF3CD"),
}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the ledger says of a finding.

    ``words`` tells the state of the review, ``last_decision`` is the number of the last decision, ``set_aside`` holds
    for what a reviewer called a false alarm or explained.
    """

    words: str = "待复核"
    last_decision: int = 0
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class WorkbookData:
    """What goes into the working paper.

    ``figures`` and ``verdicts`` are rows by column name; ``finding_link`` and ``figure_link`` give the address of a
    page as seen from the workbook, or nothing; ``reviews`` by the id of the finding; ``units`` names by path.
    """

    payload: Payload
    figures: Sequence[Mapping[str, str]]
    verdicts: Iterable[Mapping[str, object]]
    units: Mapping[str, str] = field(default_factory=dict)
    reviews: Mapping[str, Reviewed] = field(default_factory=dict)
    finding_link: Callable[[int], str] = lambda _: ""
    figure_link: Callable[[str], str] = lambda _: ""
    lang: Language = "zh"


def write_workbook(data: WorkbookData, path: Path) -> None:
    """Write the sheets 说明, 发现, 覆盖, 未识读, 数字, 勾稽 and 未核.

    Raises:
        OSError: ``path`` cannot be written.
    """
    book = Workbook(write_only=True)
    _explain(book, data)
    _findings(book, data)
    _table(book, "覆盖", COVERAGE_COLUMNS, _coverage(data))
    unread = [row for row in data.figures if row["role"] == "unread"]
    columns = tuple(data.figures[0]) if data.figures else ("figure_id",)
    _table(book, "未识读", columns, unread, {"printed": lambda row: data.figure_link(str(row["figure_id"]))})
    _table(book, "数字", columns, data.figures, {"printed": lambda row: data.figure_link(str(row["figure_id"]))})
    verdicts = iter(data.verdicts)
    first = next(verdicts, None)
    if first is not None:
        _table(book, "勾稽", tuple(first), chain([first], verdicts))
    unchecked = ({**item, "documents": "；".join(item["documents"])} for item in data.payload["unchecked"])
    _table(book, "未核", UNCHECKED_COLUMNS, unchecked)
    book.save(path)


def _explain(book: Workbook, data: WorkbookData) -> None:
    sheet = book.create_sheet("说明")
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 90
    counts = severity_counts(data.payload)
    documents = data.payload["documents"]
    lines = [
        ("勾稽审核底稿", ""),
        ("生成时间", data.payload.get("generated_at", "")),
        ("规则版本", data.payload.get("rules_version", "")),
        ("文件", f"{len(documents)} 份，数字 {sum(d['numerals'] for d in documents)} 个"),
        ("发现", "，".join(f"{SEVERITY_WORDS[severity]} {count}" for severity, count in counts.items())),
        ("", ""),
        (
            "怎么填",
            f"在“{FINDINGS_SHEET}”填写浅黄色三列：{VERDICT}（{'、'.join(VERDICT_WORDS)}）、{REVIEWER}、{REASON}。",
        ),
        ("", "误报、说明须写理由。不填的行表示尚未复核。请勿改动编号、指纹、结论序号三列。"),
        ("怎么收", "运行 gouji review import workbook.xlsx；他人已作结论或数字已变的行不会导入，并逐行说明。"),
        ("级别", "错误：印出的内容相互矛盾，四舍五入解释不了；疑点：很可能有误，须人看；提示：供参考。"),
        ("链接", "问题一栏通向发现的页面，原文一栏通向数字在文件中的位置（底稿须与 site 文件夹放在一起）。"),
    ]
    for number, (name, text) in enumerate(lines):
        cells = [_text(sheet, name), _text(sheet, text)]
        cells[0].font = Font(bold=True, size=16) if number == 0 else _BOLD
        cells[1].alignment = _WRAP
        sheet.append(cells)


def _findings(book: Workbook, data: WorkbookData) -> None:
    rows = list(_finding_rows(data))
    sheet = _sheet(book, FINDINGS_SHEET, SHEET_COLUMNS, len(rows))
    letter = get_column_letter(SHEET_COLUMNS.index(VERDICT) + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(VERDICT_WORDS)}"', allow_blank=True)
    choice.error, choice.errorTitle = f"请选{'、'.join(VERDICT_WORDS)}，或留空", VERDICT
    choice.add(f"{letter}2:{letter}{max(2, len(rows) + 1)}")
    sheet.data_validations.append(choice)
    for number, row in enumerate(rows):
        cells = [_cell(sheet, column, row[column]) for column in SHEET_COLUMNS]
        by_name = dict(zip(SHEET_COLUMNS, cells, strict=True))
        for column in (VERDICT, REVIEWER, REASON):
            by_name[column].fill = _TO_FILL
        by_name["severity"].fill = _SEVERITY_FILLS.get(str(row["severity"]), PatternFill())
        link = data.finding_link(number)
        if link and number < _MOST_LINKS:
            by_name["title"].hyperlink = link
            by_name["title"].font = _LINK
        sheet.append(cells)


def _finding_rows(data: WorkbookData) -> Iterator[dict[str, object]]:
    english = data.lang == "en"
    years = {document["path"]: document.get("fiscal_year") for document in data.payload["documents"]}
    entities = {document["path"]: document.get("entity") or "" for document in data.payload["documents"]}
    for finding in data.payload["findings"]:
        suspect = first_suspect(finding)
        path = suspect.get("document", "")
        reviewed = data.reviews.get(finding["id"], Reviewed())
        yield {
            "severity": SEVERITY_WORDS[finding["severity"]],
            "entity": data.units.get(path) or entities.get(path, ""),
            "fiscal_year": years.get(path),
            "document": PurePath(path).name,
            "place": place_words({**suspect, "document": ""}, data.lang),
            "title": finding["title_en"] if english else finding["title"],
            "printed": suspect.get("printed") or "",
            "stated": finding.get("stated") or "",
            "expected": finding.get("expected") or "",
            "gap": finding.get("gap") or "",
            "unit": unit_of(finding) or suspect.get("unit") or "",
            "repair": _repair(finding),
            "message": finding["message_en"] if english else finding["message"],
            "review": reviewed.words,
            VERDICT: "",
            REVIEWER: "",
            REASON: "",
            "rule": finding["rule"],
            "id": finding["id"],
            "fingerprint": finding["fingerprint"],
            AFTER: str(reviewed.last_decision),
        }


def _repair(finding: FindingRecord) -> str:
    repairs = finding.get("repairs") or []
    return repairs[0].get("value", "") if repairs else ""


def _said(about: str, word: str | None) -> str:
    """A word of a record as the pages of the site say it; "" for none."""
    return words("zh")[f"{about}_{word.replace(' ', '_')}"] if word else ""


def _coverage(data: WorkbookData) -> Iterator[dict[str, object]]:
    tally = Counter((row["document"], row["verdict"]) for row in data.figures)
    for document in data.payload["documents"]:
        path = document["path"]
        yield {
            "document": path,
            "entity": data.units.get(path) or document.get("entity") or "",
            "level": _said("level", document.get("level")),
            "kind": _said("short", document.get("kind")),
            "fiscal_year": document.get("fiscal_year"),
            "numerals": document["numerals"],
            "bound": document["bound"],
            "recognised": document["recognised"],
            "unread": document["unread"],
            "verified": tally[path, "verified"],
            "contradicted": tally[path, "contradicted"],
            "unverified": tally[path, "unverified"],
            "status": _said("status", document["status"]),
            "problem": document.get("problem") or "",
        }


def _table(
    book: Workbook,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    links: Mapping[str, Callable[[Mapping[str, object]], str]] | None = None,
) -> None:
    """Write rows into sheets of at most a million rows; ``links`` gives addresses by column."""
    sheet = _sheet(book, title, columns)
    for number, row in enumerate(rows):
        if number and number % _MOST_ROWS == 0:
            sheet = _sheet(book, f"{title}{number // _MOST_ROWS + 1}", columns)
        cells = [_cell(sheet, column, row[column]) for column in columns]
        for column, address in (links or {}).items():
            if number % _MOST_ROWS < _MOST_LINKS and column in columns and (link := address(row)):
                cell = cells[columns.index(column)]
                cell.hyperlink = link
                cell.font = _LINK
        sheet.append(cells)


def _sheet(book: Workbook, title: str, columns: Sequence[str], rows: int = 0) -> Any:  # noqa: ANN401 - openpyxl ships no types
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    last = get_column_letter(max(1, len(columns)))
    sheet.auto_filter.ref = f"A1:{last}{max(1, rows + 1)}"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, 14)
    heading = [_text(sheet, HEADINGS.get(column, column)) for column in columns]
    for cell in heading:
        cell.font = _BOLD
    sheet.append(heading)
    return sheet


def _cell(sheet: Any, column: str, value: object) -> Any:  # noqa: ANN401 - openpyxl ships no types
    if value is None or value != value:  # noqa: PLR0124 - not a number: pandas' blank
        value = ""
    number = _number(value) if column in NUMBERS else None
    cell = _text(sheet, str(value)) if number is None else WriteOnlyCell(sheet, number)
    cell.alignment = _WRAP if column in WRAPPED else _TOP
    return cell


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _text(sheet: Any, text: str) -> Any:  # noqa: ANN401 - openpyxl ships no types
    cell = WriteOnlyCell(sheet, storable(text)[:_LONGEST_TEXT])
    # openpyxl makes a formula of text that begins with "=", and a spreadsheet does so with the others once edited.
    cell.data_type = "s"
    if text[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True
    return cell
