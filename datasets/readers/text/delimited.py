"""Reads tables that were saved as text, one row a line: CSV, and what is called .xls and holds tabs."""

from __future__ import annotations

import csv
from collections import Counter
from hashlib import sha256
from io import StringIO
from pathlib import Path

from datasets.errors import InputError
from datasets.model import Document
from datasets.readers.common.decoding import decode

_DELIMITERS = "\t,;|"
_LEAST_LINES = 3
_LEAST_SHARE = 0.8
_SAVE_AGAIN = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试"


def delimiter_of(text: str) -> str:
    """The delimiter of a table that was saved as text, "" for any other text.

    Nearly all lines must have the same number of fields; lines opened by a tab are cells of a dump, not fields.
    """
    lines = [line for line in text.splitlines() if line.strip(f"{_DELIMITERS} ")]
    if len(lines) < _LEAST_LINES:
        return ""
    for delimiter in _DELIMITERS:
        fields = Counter(_fields(line, delimiter) for line in lines if line.rfind("\t") != 0)
        most, count = max(fields.items(), key=lambda item: item[1], default=(0, 0))
        if most > 1 and count >= len(lines) * _LEAST_SHARE:
            return delimiter
    return ""


def _fields(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter)))
    except csv.Error:
        return 0


def read_delimited(path: Path, data: bytes) -> Document:
    """Read a table that was saved as text, one row a line (CSV, or what is called .xls and holds tabs).

    Raises:
        InputError: the bytes are no text, or quotation marks in it are left open.
    """
    decoded = decode(path, data)
    text = decoded.text
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text) or ","))
    except csv.Error as error:
        raise InputError(path, f"分隔文本无法读取（{error}）", _SAVE_AGAIN) from error
    from datasets.readers.common.assembling import Assembly
    from datasets.readers.common.sheet_blocks import SheetCell, append_sheet

    assembly = Assembly()
    append_sheet(
        assembly,
        None,
        (
            SheetCell(number, column, field.strip())
            for number, row in enumerate(rows, start=1)
            for column, field in enumerate(row, start=1)
            if field.strip()
        ),
    )
    if not assembly.text.strip():
        raise InputError(path, "表格里没有内容", "请检查文件后重新导出")
    blocks, problems = tuple(assembly.blocks), decoded.problems
    return Document(path, sha256(data).hexdigest(), "csv", assembly.text, blocks, problems=problems)
