"""Reads spreadsheets (.xlsx; :mod:`datasets.readers.sheet.xls` reads .xls): cells as the program shows them.

The number format decides how exact a printed figure is: 2.2 in a column of two decimals is printed, and read, as 2.20.
Values of formulas are those that were saved with the file; nothing is calculated anew.

openpyxl and not calamine reads .xlsx: it knows number formats and keeps cells sparse, where two cells in opposite
corners of a sheet make calamine allocate the whole sheet and end the process.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter

from datasets.errors import InputError
from datasets.model import Document
from datasets.readers.common.archive import DAMAGED
from datasets.readers.common.assembling import Assembly
from datasets.readers.common.sheet_blocks import SheetCell, append_sheet, reference
from datasets.readers.sheet.limits import _LARGEST_SHEETS, UnreadableWorkbookError, _listed, finished, hidden
from datasets.readers.sheet.number_formats import shown

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_BIFF = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
_MERGED = re.compile(rb'mergeCell\s[^>]*?ref="\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)"')
_MOST_CELLS = 3_000_000
_SAVE_AGAIN = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试"


def read_sheet(path: Path, data: bytes) -> Document:
    """Read a workbook, sheet by sheet; hidden sheets, rows and columns are read too and named in ``problems``.

    Titles and notes are paragraphs, the grid between them a table; ``Place.sheet`` and ``Place.cell`` are Excel's.

    Raises:
        UnreadableWorkbookError: the content makes no sense to the library that reads it.
        InputError: the bytes are no workbook, are encrypted, damaged or too large, or hold no text.
    """
    if data.startswith((_OLE, *_BIFF)):
        from datasets.readers.sheet.xls import read_xls

        return read_xls(path, data)
    has_formulas = _checked(path, data)
    workbook = _workbook(path, data, values=True)
    formulas = _workbook(path, data, values=False) if has_formulas else None
    assembly = Assembly()
    problems: list[str] = []
    for sheet in workbook.worksheets:
        cells, troubles = _cells(sheet, None if formulas is None else formulas[sheet.title])
        if any(cell.text.strip() for cell in cells):
            append_sheet(assembly, sheet.title, cells)
            problems.extend(troubles)
    return finished(path, data, "xlsx", assembly, problems)


def _checked(path: Path, data: bytes) -> bool:
    """Refuse what would exhaust the memory; returns whether there are formulas."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = [part for part in package.infolist() if _SHEET_PART.fullmatch(part.filename.replace("\\", "/"))]
            if sum(part.file_size for part in parts) > _LARGEST_SHEETS:
                raise InputError(path, "工作表过大", "请删除表外的空白行列，或拆成几个文件后再试")
            has_formulas = False
            for part in parts:
                xml = package.read(part)
                has_formulas = has_formulas or b"<f" in xml
                if xml.count(b"<c ") + sum(map(_area, _MERGED.findall(xml))) > _MOST_CELLS:
                    raise InputError(path, f"工作表 {part.filename} 的单元格过多", "请删除表外的空白行列后再试")
    except DAMAGED:
        raise InputError(path, "不是有效的 Excel 文件（压缩包损坏或不完整）", "请重新下载后再试") from None
    return has_formulas


def _area(merged: tuple[bytes, bytes, bytes, bytes]) -> int:
    left, top, right, bottom = (part.decode() for part in merged)
    columns = column_index_from_string(right) - column_index_from_string(left) + 1
    return (int(bottom) - int(top) + 1) * int(columns)


def _workbook(path: Path, data: bytes, *, values: bool) -> Any:  # noqa: ANN401  (openpyxl ships no types)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # extensions that openpyxl does not write; it only reads here
            workbook = openpyxl.load_workbook(BytesIO(data), data_only=values, keep_links=False)
            if not workbook.worksheets:
                raise ValueError("no worksheets")  # noqa: TRY301  (said below, like any other reason)
            return workbook
    except Exception as error:  # its descriptors raise anything for a part of another program
        raise UnreadableWorkbookError(path, f"Excel 文件的内容无法读取（{_first_line(error)}）", _SAVE_AGAIN) from error


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__


def _cells(sheet: Any, formulas: Any | None) -> tuple[list[SheetCell], list[str]]:  # noqa: ANN401
    """The filled and the merged cells of a worksheet, and what is wrong with it."""
    spans = {
        (merged.min_row, merged.min_col): (merged.max_row - merged.min_row + 1, merged.max_col - merged.min_col + 1)
        for merged in sheet.merged_cells.ranges
    }
    cells: list[SheetCell] = []
    errors: list[str] = []
    uncalculated: list[str] = []
    # Its public iterators fill the whole grid with blank cells, up to a cell that strayed to row 1048576.
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001
        text = shown(cell.value, cell.number_format)
        if cell.data_type == "e":
            errors.append(f"{reference(row, column)} {text}")
        blank = cell.value is None and cell.data_type != "str"  # "str" is the empty text that a formula gave
        if blank and formulas is not None and formulas[reference(row, column)].data_type == "f":
            uncalculated.append(reference(row, column))
        rows, columns = spans.get((row, column), (1, 1))
        if text or rows > 1 or columns > 1:
            cells.append(SheetCell(row, column, text, rows, columns))
    problems = []
    if uncalculated:
        found = _listed(uncalculated)
        problems.append(f"工作表「{sheet.title}」的公式没有保存计算结果（{found}）；请用 Excel 打开并保存后再试")
    if errors:
        problems.append(f"工作表「{sheet.title}」有错误值（{_listed(errors)}）；请更正公式")
    return cells, [*problems, *hidden(sheet.title, sheet.sheet_state != "visible", _hidden_lines(sheet, cells))]


def _hidden_lines(sheet: Any, cells: list[SheetCell]) -> Iterator[str]:  # noqa: ANN401
    """The hidden rows and columns that hold text."""
    rows = {cell.row for cell in cells if cell.text}
    columns = {cell.column for cell in cells if cell.text}
    for row in sorted(row for row, look in sheet.row_dimensions.items() if look.hidden and row in rows):
        yield f"第 {row} 行"
    unseen = {
        column
        for look in sheet.column_dimensions.values()
        if look.hidden and look.min is not None
        for column in range(look.min, min(look.max or look.min, max(columns, default=0)) + 1)
    }
    for column in sorted(unseen & columns):
        yield f"{get_column_letter(column)} 列"
