"""The head of a table: title, unit, and which rows above the amounts are headers."""

from __future__ import annotations

import re

from datasets.model import Cell, Table
from datasets.tables.words import staged
from datasets.vocabulary.numerals import NUMBER_IN_CELL
from datasets.vocabulary.plain import plain

_UNIT_LINE = re.compile(r"单位[：:为]?(?:[（(]?人民币[）)]?)?[（(]?(元|千元|万元|亿元)")
_TITLE = re.compile(r"表$|表[（(].*[）)]$|表[-－—]{1,2}[^-－—：:，。]{2,20}$")
#: What may stand behind a title on its line: the unit.
_BEHIND_TITLE = re.compile(r"[（(]?(?:金额|货币|计量)?单位[：:].*$")
_NUMBER = r"(?:\d+|[一二三四五六七八九十]+)(?:[-－—.、]\d+)*"
_CAPTION_NUMBER = re.compile(
    rf"^[（(]?(?:附?表|附件|(?:部门|单位|财决|预算|决算)?(?:公开|预算|决算)?(?:附?表)?|批复表)[：:]?{_NUMBER}表?[）)]?$"
)
_AMOUNT = re.compile(rf"^[-－—]?(?:{NUMBER_IN_CELL.pattern})$")
#: A functional code before the name of a line item: 206-科学技术支出.
LABEL_CODE = re.compile(r"^([2-3]\d{2}(?:\d{2}){0,2})[-－ ]*(?=[一-鿿])")
#: Headers of columns, and first words of rows, that only number rows or columns.
NUMBERING = frozenset({"行次", "栏次", "序号", "栏号", "编号"})
#: What may stand beside the numbers of columns: headers of codes, 合计.
_BESIDE_NUMBERS = NUMBERING | {"类", "款", "项", "合计", "栏目", "**", "—", "-"}
#: The number of a column, with how it is reckoned: 1, 1栏, 1=2+3, (4)＝(5)+(6).
_COLUMN_NUMBER = re.compile(r"^[（(]?(\d{1,2})[）)]?栏?(?:[=＝][（()）\d栏+＋\-－*/×÷%]+)?$")
#: A row with more filled cells than a title and a unit line is no caption.
_CAPTION_CELLS = 2
_SHORTEST_TITLE = 4
_CAPTIONS = ("编制部门", "编制单位", "部门：", "单位：")
_TOTALS = frozenset({"合计", "总计"})
_KINDS_OF_OUTLAY = frozenset({"基本支出", "项目支出"})
_SPLIT = _TOTALS | _KINDS_OF_OUTLAY | {"小计"}
_LABEL_COLUMNS = 4
#: Rows at the top that may hold one filled cell and still belong to the header.
_CAPTION_ROWS = 3


def unit_of(text: str) -> str:
    """The money unit that a unit line names (单位：万元), "" when there is none."""
    match = _UNIT_LINE.search(plain(text))
    return match[1] if match else ""


def title_and_unit(table: Table, before: tuple[str, ...]) -> tuple[str, str]:
    """Title and unit of a table from the lines before it and from its own first rows."""
    lines = list(before)
    for _, cells in table.by_row():
        filled = [cell.text for cell in cells if cell.text.strip()]
        if len(filled) > _CAPTION_CELLS or any(_AMOUNT.match(plain(text)) for text in filled):
            break
        lines.extend(filled)
    titles = (_BEHIND_TITLE.sub("", plain(line)) for line in reversed(lines) if not is_caption_number(line))
    title = next((line for line in titles if _TITLE.search(line) and len(line) >= _SHORTEST_TITLE), "")
    unit = next((unit for line in reversed(lines) if (unit := unit_of(line))), "")
    return title, unit


def is_amount(text: str) -> bool:
    """True when a plain cell text is nothing but a number."""
    return bool(_AMOUNT.match(text))


def is_caption_number(text: str) -> bool:
    """True for 表1, 附表 2-1, 公开01表."""
    return bool(_CAPTION_NUMBER.match(plain(text)))


def is_caption(text: str) -> bool:
    """True for a line between the title of a table and its header: 公开01表, 部门：X, 单位：万元."""
    return is_caption_number(text) or bool(unit_of(text)) or plain(text).startswith(_CAPTIONS)


def numbers_columns(words: list[str]) -> bool:
    """True for a row 栏次 | 1 | 2 | 3, with or without its name, also as 类 | 款 | 项 | 栏次 | 1 | 2=3+4."""
    numbers = [word for word in words if word and word not in _BESIDE_NUMBERS]
    named = any(word in NUMBERING for word in words)
    found = [_COLUMN_NUMBER.match(word) for word in numbers]
    if len(numbers) < (1 if named else 3):
        return False
    values = [int(match[1]) for match in found if match]
    return len(values) == len(numbers) and values == list(range(values[0], values[0] + len(values)))


def last_header_row(table: Table) -> int:
    """Number of the last header row: the rows above the first one with an amount, a code or a known line item."""
    headed = False
    for row, cells in table.by_row():
        words = [plain(cell.text) for cell in cells]
        if headed and _is_blank_total(words):
            return row - 1
        headed = headed or sum(map(bool, words)) > 1
        if sum(map(bool, words)) <= 1 and row <= _CAPTION_ROWS:
            continue
        if any(is_amount(word) for word in words) and not numbers_columns(words) and not _names_stages(words):
            return row - 1
        first = next((word for word in words if word), "")
        if LABEL_CODE.match(first) or first.startswith("一、"):
            return row - 1
    return table.rows


def _names_stages(texts: list[str]) -> bool:
    """True for 预算数 | 决算数 | 预算数 | 决算数 with an amount beside it that slid up from the row below."""
    stages = sum(bool(text) and staged(text)[0] == "" for text in texts)
    return stages > 1 and stages > 2 * sum(map(is_amount, texts))


def _is_blank_total(words: list[str]) -> bool:
    """True for a row that holds nothing but the name of a total, in front of several blank cells."""
    filled = [index for index, word in enumerate(words) if word]
    return (
        len(filled) == 1
        and words[filled[0]] in _TOTALS
        and filled[0] < _LABEL_COLUMNS
        and len(words) - filled[0] > _CAPTION_CELLS
    )


def headers_of(table: Table, header_end: int) -> dict[int, tuple[str, ...]]:
    """The header words over each column, top to bottom, titles and unit lines left out."""
    above: dict[int, list[str]] = {}
    numbered = {row for row, cells in table.by_row() if numbers_columns([plain(cell.text) for cell in cells])}
    words = [cell for cell in table.cells if cell.row <= header_end and cell.row not in numbered]
    split = _split_total(table, header_end + 1)
    words.extend(split)
    header_end += bool(split)
    grid = {(cell.row, cell.column): plain(cell.text) for cell in words}
    for cell in words:
        text = plain(cell.text)
        if not text or _TITLE.search(text) or unit_of(text) or is_caption_number(text):
            continue
        if text.startswith(_CAPTIONS):
            continue
        for column in range(cell.column, cell.column + max(cell.column_span, _reach(grid, cell, header_end))):
            above.setdefault(column, []).append(text)
    return {column: tuple(words) for column, words in above.items()}


def _split_total(table: Table, row: int) -> list[Cell]:
    """The header words in a row of totals: 合计 | | 0.00 | 2002.80 | 合计 | 基本支出 | 项目支出 | 0.00."""
    cells = [cell for cell in table.cells if cell.row == row and cell.text.strip()]
    words = [cell for cell in cells[1:] if plain(cell.text) in _SPLIT]
    return words if {plain(cell.text) for cell in words} >= _KINDS_OF_OUTLAY else []


def _reach(grid: dict[tuple[int, int], str], cell: Cell, header_end: int) -> int:
    """How many columns a header stands over that was merged and lost its span.

    Blanks behind it, with words somewhere below and no header of their own above: “合计 | | 公务接待费 | ” over
    “预算数 | 决算数 | 预算数 | 决算数”, with a row of blanks between or not.
    """

    def headed(rows: range, column: int) -> bool:
        return any(grid.get((row, column)) for row in rows)

    above, below = range(1, cell.row), range(cell.row + 1, header_end + 1)
    if not headed(below, cell.column):
        return 1
    column = cell.column + 1
    while grid.get((cell.row, column)) == "" and headed(below, column) and not headed(above, column):
        column += 1
    return column - cell.column
