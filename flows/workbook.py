"""The report as a spreadsheet, for people who work in one: findings, figures, relations, and what was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from flows.payload import Payload
from flows.report_files import FINDING_COLUMNS, finding_rows

if TYPE_CHECKING:
    import pandas as pd

#: Headings of the columns, by their name in the public contract; a name that is not here stays as it is.
HEADINGS = {
    "id": "编号",
    "fingerprint": "指纹",
    "severity": "严重程度",
    "status": "状态",
    "rule": "规则",
    "family": "类别",
    "title": "问题",
    "message": "说明",
    "stated": "印作",
    "expected": "应为",
    "gap": "差额",
    "rounding_slack": "四舍五入可解释",
    "document": "文件",
    "documents": "文件",
    "place": "位置",
    "printed": "原文",
    "unit": "计量单位",
    "quote": "上下文",
    "repair": "建议改为",
    "reason": "原因",
    "figure_id": "数字编号",
    "page": "页",
    "line": "行",
    "start": "起",
    "end": "止",
    "part": "部分",
    "block": "段",
    "sheet": "工作表",
    "cell": "单元格",
    "table": "表",
    "row": "表内行",
    "column": "表内列",
    "value": "数值",
    "quantum": "精度",
    "role": "角色",
    "concept": "概念代码",
    "concept_label": "概念",
    "entity": "单位",
    "level": "层级",
    "fund": "资金范围",
    "stage": "阶段",
    "period": "期间",
    "function_code": "功能科目",
    "economic_code": "经济科目",
    "project": "项目",
    "binding": "识读把握",
    "verdict": "结论",
    "outcome": "结论",
    "relation": "规则",
    "slack": "四舍五入可解释",
}
_NUMBERS = frozenset(
    {"stated", "expected", "gap", "rounding_slack", "value", "quantum", "slack", "page", "line", "row", "column"}
)
_WIDTHS = {"message": 60, "title": 36, "document": 32, "quote": 40, "reason": 60, "place": 30, "where": 30}
_LONGEST_TEXT = 32_767  # what a spreadsheet cell can hold
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WRAP = frozenset({"message", "quote", "reason"})


def write_workbook(payload: Payload, figures: Sequence[Mapping[str, str]], verdicts: pd.DataFrame, path: Path) -> None:
    """Write the sheets 发现, 数字, 勾稽 and 未核; no cell is a formula, whatever a document says."""
    book = Workbook(write_only=True)
    _sheet(book, "发现", FINDING_COLUMNS, finding_rows(payload, english=False))
    _sheet(book, "数字", tuple(figures[0]) if figures else (), figures)
    columns = tuple(str(c) for c in verdicts.columns)
    _sheet(book, "勾稽", columns, (dict(zip(columns, row, strict=True)) for row in verdicts.itertuples(index=False)))
    unchecked = ({**u, "documents": "；".join(u["documents"])} for u in payload["unchecked"])
    _sheet(book, "未核", ("rule", "reason", "documents"), unchecked)
    book.save(path)


def _sheet(book: Workbook, title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(column, 14)
    heading = [_text_cell(sheet, HEADINGS.get(column, column)) for column in columns]
    for cell in heading:
        cell.font = _BOLD
    for line in chain([heading], _lines(sheet, columns, rows)):
        sheet.append(line)


def _lines(sheet: Any, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:  # noqa: ANN401 - openpyxl ships no types
    for row in rows:
        yield [_cell(sheet, column, row[column]) for column in columns]


def _cell(sheet: Any, column: str, value: object) -> Any:  # noqa: ANN401 - openpyxl ships no types
    if value is None or value == "" or value != value:  # noqa: PLR0124 - not a number: pandas' blank
        return None
    if column in _NUMBERS and (number := _number(value)) is not None:
        return number
    cell = _text_cell(sheet, str(value))
    if column in _WRAP:
        cell.alignment = _WRAPPED
    return cell


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _text_cell(sheet: Any, text: str) -> Any:  # noqa: ANN401 - openpyxl ships no types
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST_TEXT])
    # openpyxl makes a formula of text that begins with "=", and a spreadsheet does so with the others once edited.
    cell.data_type = "s"
    if text[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True
    return cell
