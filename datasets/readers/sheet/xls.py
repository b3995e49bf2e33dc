"""Reads workbooks of Excel 97 to 2003 (.xls), and of WPS (.et), which are made of the same records."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import xlrd
from openpyxl.utils import get_column_letter
from xlrd.biffh import XLRDError

from datasets.errors import InputError
from datasets.model import Document
from datasets.readers.common.assembling import Assembly
from datasets.readers.common.compound import SIGNATURE, open_compound
from datasets.readers.common.sheet_blocks import SheetCell, append_sheet, reference
from datasets.readers.sheet.limits import UnreadableWorkbookError, finished, hidden
from datasets.readers.sheet.number_formats import shown

_DAYS_FROM_1900_TO_1904 = 1462


def read_xls(path: Path, data: bytes) -> Document:
    """Read a workbook; see :func:`datasets.readers.sheet.reading.read_sheet`.

    Raises:
        InputError: the bytes are no such workbook, are encrypted or damaged, or hold no text.
    """
    assembly = Assembly()
    problems: list[str] = []
    try:
        if data.startswith(SIGNATURE):
            open_compound(data)
        workbook = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=StringIO())
        for sheet in workbook.sheets():
            problems.extend(_append(assembly, workbook, sheet))
    except XLRDError as error:
        if "encrypted" in str(error):
            raise InputError(path, "Excel 文件已加密", "请取消打开密码后另存为 .xlsx 再试") from error
        raise _damaged(path) from error
    except Exception as error:  # a damaged file fails wherever its records stop making sense
        raise _damaged(path) from error
    return finished(path, data, "xls", assembly, problems)


def _append(assembly: Assembly, workbook: Any, sheet: Any) -> list[str]:  # noqa: ANN401  (xlrd ships no types)
    """Append what a sheet shows; returns what is wrong with it."""
    cells = list(_cells(workbook, sheet))
    if not any(cell.text.strip() for cell in cells):
        return []
    append_sheet(assembly, sheet.name, cells)
    return [*_errors(sheet), *hidden(sheet.name, bool(sheet.visibility), _hidden_lines(sheet, cells))]


def _damaged(path: Path) -> UnreadableWorkbookError:
    return UnreadableWorkbookError(
        path, "不是有效的 Excel 文件（.xls 损坏或不完整）", "请重新下载，或用 WPS 打开后另存为 .xlsx 再试"
    )


def _cells(workbook: Any, sheet: Any) -> Iterator[SheetCell]:  # noqa: ANN401
    spans = {(top, left): (bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells}
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            rows, columns = spans.get((row, column), (1, 1))
            text = _shown(workbook, cell)
            if text or rows > 1 or columns > 1:
                yield SheetCell(row + 1, column + 1, text, rows, columns)


def _shown(workbook: Any, cell: Any) -> str:  # noqa: ANN401
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value), "")
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    code = workbook.format_map[workbook.xf_list[cell.xf_index].format_key].format_str
    if cell.ctype == xlrd.XL_CELL_DATE and workbook.datemode:
        return shown(cell.value + _DAYS_FROM_1900_TO_1904, code)
    return shown(cell.value, code)


def _errors(sheet: Any) -> Iterator[str]:  # noqa: ANN401
    found = [
        reference(row + 1, column + 1)
        for row in range(sheet.nrows)
        for column, kind in enumerate(sheet.row_types(row))
        if kind == xlrd.XL_CELL_ERROR
    ]
    if found:
        yield f"工作表「{sheet.name}」有错误值（{'、'.join(found[:5])}）；请更正公式"


def _hidden_lines(sheet: Any, cells: list[SheetCell]) -> Iterator[str]:  # noqa: ANN401
    """The hidden rows and columns that hold text."""
    for row in sorted({cell.row for cell in cells if cell.text}):
        if (look := sheet.rowinfo_map.get(row - 1)) is not None and look.hidden:
            yield f"第 {row} 行"
    for column in sorted({cell.column for cell in cells if cell.text}):
        if (look := sheet.colinfo_map.get(column - 1)) is not None and look.hidden:
            yield f"{get_column_letter(column)} 列"
