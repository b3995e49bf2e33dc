"""The head of a table: title, unit, and which rows above the amounts are headers."""

from __future__ import annotations

import re

from datasets.model import Table
from datasets.numerals import NUMERAL
from datasets.vocabulary import plain

_UNIT_LINE = re.compile(r"单位[：:]\s*(元|千元|万元|亿元)")
_TITLE = re.compile(r"表$|表[（(].*[）)]$")
_CAPTION_NUMBER = re.compile(r"^(?:附?表\s*\d+(?:-\d+)?|公开\s*\d+\s*表)$")
_AMOUNT = re.compile(rf"^[-－—]?(?:{NUMERAL.pattern})$")
#: A functional code before the name of a line item: 206-科学技术支出.
LABEL_CODE = re.compile(r"^([2-3]\d{2}(?:\d{2}){0,2})[-－ ]*(?=[一-鿿])")
#: Headers of columns, and first words of rows, that only number rows or columns.
NUMBERING = frozenset({"行次", "栏次", "序号"})
#: A row with more filled cells than a title and a unit line is no caption.
_CAPTION_CELLS = 2
_SHORTEST_TITLE = 4
#: Rows at the top that may hold one filled cell and still belong to the header.
_CAPTION_ROWS = 3


def unit_of(text: str) -> str:
    """The money unit that a unit line names (单位：万元), "" when there is none."""
    match = _UNIT_LINE.search(text.replace(" ", "").replace("\u3000", ""))
    return match[1] if match else ""


def title_and_unit(table: Table, before: tuple[str, ...]) -> tuple[str, str]:
    """Title and unit of a table from the lines before it and from its own first rows."""
    lines = list(before)
    for _, cells in table.by_row():
        filled = [cell.text for cell in cells if cell.text.strip()]
        if len(filled) > _CAPTION_CELLS or any(_AMOUNT.match(plain(text)) for text in filled):
            break
        lines.extend(filled)
    titles = (plain(line) for line in reversed(lines) if not is_caption_number(line))
    title = next((line for line in titles if _TITLE.search(line) and len(line) >= _SHORTEST_TITLE), "")
    unit = next((unit for line in reversed(lines) if (unit := unit_of(line))), "")
    return title, unit


def is_amount(text: str) -> bool:
    """True when a plain cell text is nothing but a number."""
    return bool(_AMOUNT.match(text))


def is_caption_number(text: str) -> bool:
    """True for 表1, 附表 2-1, 公开01表."""
    return bool(_CAPTION_NUMBER.match(plain(text)))


def numbers_columns(words: list[str]) -> bool:
    """True for a row 栏次 | 1 | 2 | 3, with or without its name."""
    numbers = [word for word in words if word and word not in NUMBERING]
    named = any(word in NUMBERING for word in words)
    if not all(word.isdecimal() for word in numbers) or len(numbers) < (1 if named else 3):
        return False
    return [int(word) for word in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))


def last_header_row(table: Table) -> int:
    """Number of the last header row: the rows above the first one with an amount, a code or a known line item."""
    for row, cells in table.by_row():
        words = [plain(cell.text) for cell in cells]
        if sum(map(bool, words)) <= 1 and row <= _CAPTION_ROWS:
            continue
        if any(is_amount(word) for word in words) and not numbers_columns(words):
            return row - 1
        first = next((word for word in words if word), "")
        if LABEL_CODE.match(first) or first.startswith("一、"):
            return row - 1
    return table.rows


def headers_of(table: Table, header_end: int) -> dict[int, tuple[str, ...]]:
    """The header words over each column, top to bottom, titles and unit lines left out."""
    above: dict[int, list[str]] = {}
    numbered = {row for row, cells in table.by_row() if numbers_columns([plain(cell.text) for cell in cells])}
    for cell in table.cells:
        text = plain(cell.text)
        if cell.row in numbered:
            continue
        if cell.row > header_end or not text or _TITLE.search(text) or unit_of(text) or is_caption_number(text):
            continue
        if text.startswith(("编制部门", "编制单位", "部门：", "单位：")):
            continue
        for column in range(cell.column, cell.column + cell.column_span):
            above.setdefault(column, []).append(text)
    return {column: tuple(words) for column, words in above.items()}
