"""Writes Word documents out of data: the facsimiles of ``documents/``, and as many variations as one cares to make.

The data (YAML, or made by a program) say what is printed and nothing about looks::

    title: 某局2024年部门预算公开          # document property, not printed
    blocks:
    - heading: 第二部分  2024年部门预算公开表
      level: 1
    - paragraph: 单位：万元
    - table:                              # rows of cells, written as in HTML: a merged cell stands once, in its
      - [{text: 科目编码, columns: 3}, {text: 合  计, rows: 2}]      # first row, and later rows leave it out
      - [类, 款, 项]
      - ['206', '01', '', '713.33']       # figures are quoted: YAML would turn 10.00 into 10.0

``python -m datasets.facsimile`` builds every .docx of ``documents/`` anew. The same data give the same bytes.
"""

from __future__ import annotations

import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast, final

import docx
import yaml
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt

from datasets.errors import FacsimileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

DOCUMENTS = Path(__file__).parent / "documents"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
#: Parts of python-docx's template that a reader has no use for.
_SUPERFLUOUS = ("/thumbnail", "/stylesWithEffects", "/customXml")
_FONT = "宋体"
_MARGIN = Cm(1.5)
_TEXT_WIDTH = 10205  # what the margins leave of an A4 page, in twentieths of a point
_NARROWEST, _WIDEST = 6, 12  # columns, in characters
_TABLE_FONT_SIZE = Pt(7.5)
_LEVELS = range(1, 10)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is ten times as fast, but not always built


@final
class CellData(TypedDict):
    """A cell that may cover several ``rows`` and ``columns`` (1 where left out)."""

    text: str
    rows: NotRequired[int]
    columns: NotRequired[int]


@final
class HeadingData(TypedDict):
    """A heading; level 1 is the highest."""

    heading: str
    level: NotRequired[int]


@final
class ParagraphData(TypedDict):
    """A paragraph; a newline in it is a line break."""

    paragraph: str


@final
class TableData(TypedDict):
    """Rows of cells; a row lists the cells that begin in it, left to right. A plain string is an unmerged cell."""

    table: Sequence[Sequence[str | CellData]]


BlockData = HeadingData | ParagraphData | TableData


@final
class DocumentData(TypedDict):
    """What a document prints, block by block."""

    title: str
    blocks: Sequence[BlockData]


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell at its 1-based position in the grid."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


def load_document_data(path: Path) -> DocumentData:
    """Read the data of a document from YAML.

    Raises:
        FacsimileError: the file is no YAML, or a block is not one of those above; the message names the block.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  (both loaders are safe)
    except yaml.YAMLError as error:
        message = f"{path}：不是有效的 YAML（{' '.join(str(error).split())}）"
        raise FacsimileError(message) from None
    if not isinstance(data, dict) or not isinstance(data.get("title"), str) or not isinstance(data.get("blocks"), list):
        message = f"{path}：缺少 title 或 blocks；写法见 datasets/facsimile.py 开头"
        raise FacsimileError(message)
    for number, block in enumerate(data["blocks"], start=1):
        problem = _problem(block)
        if problem:
            message = f"{path}：第 {number} 个块{problem}"
            raise FacsimileError(message)
    return cast("DocumentData", data)


def _problem(block: object) -> str:
    """What is wrong with a block, empty where nothing is."""
    if isinstance(block, dict):
        if set(block) == {"paragraph"}:
            return "" if isinstance(block["paragraph"], str) else "的 paragraph 不是文字；数字请加引号"
        if set(block) in ({"heading"}, {"heading", "level"}):
            fine = isinstance(block["heading"], str) and block.get("level", 1) in _LEVELS
            return "" if fine else "的 heading 不是文字，或 level 不在 1 到 9 之间"
        if set(block) == {"table"} and isinstance(block["table"], list):
            return _table_problem(block["table"])
    return "不是 heading、paragraph 或 table；写法见 datasets/facsimile.py 开头"


def _table_problem(rows: list[Any]) -> str:
    for number, row in enumerate(rows, start=1):
        for cell in row if isinstance(row, list) else [row]:
            if not _is_cell(cell):
                return f"第 {number} 行的单元格 {cell!r} 不是文字；数字请加引号"
    try:
        place_cells(rows)
    except FacsimileError as error:
        return str(error)
    return ""


def _is_cell(cell: object) -> bool:
    if isinstance(cell, dict):
        spans = [cell.get("rows", 1), cell.get("columns", 1)]
        return (
            {"text"} <= set(cell) <= {"text", "rows", "columns"}
            and isinstance(cell["text"], str)
            and all(type(span) is int and span > 0 for span in spans)
        )
    return isinstance(cell, str)


def place_cells(rows: Sequence[Sequence[str | CellData]]) -> list[PlacedCell]:
    """Find the grid position of every cell, in reading order.

    Raises:
        FacsimileError: the rows do not fill one rectangle, or merged cells overlap.
    """
    covered: set[tuple[int, int]] = set()
    cells: list[PlacedCell] = []
    for number, row in enumerate(rows, start=1):
        column = 1
        for cell in row:
            while (number, column) in covered:
                column += 1
            text, height, width = _parts(cell)
            area = {(r, c) for r in range(number, number + height) for c in range(column, column + width)}
            if area & covered:
                message = f"表格第 {number} 行的合并单元格「{text}」与上方的合并单元格重叠"
                raise FacsimileError(message)
            covered |= area
            cells.append(PlacedCell(text, number, column, height, width))
            column += width
    _check_rectangle(covered, len(rows))
    return cells


def _parts(cell: str | CellData) -> tuple[str, int, int]:
    if isinstance(cell, str):
        return cell, 1, 1
    return cell["text"], cell.get("rows", 1), cell.get("columns", 1)


def _check_rectangle(covered: set[tuple[int, int]], rows: int) -> None:
    width = max((column for _, column in covered), default=0)
    if width == 0:
        message = "表格没有单元格"
        raise FacsimileError(message)
    for row in range(1, max(rows, *(row for row, _ in covered)) + 1):
        missing = [column for column in range(1, width + 1) if (row, column) not in covered]
        if missing or row > rows:
            message = f"表格第 {row} 行与其他行不齐（应有 {width} 列，共 {rows} 行）；请核对合并的行数和列数"
            raise FacsimileError(message)


def document_bytes(data: DocumentData) -> bytes:
    """The Word file that prints the data; the same data give the same bytes.

    Raises:
        FacsimileError: the rows of a table do not fill one rectangle.
    """
    document = docx.Document()
    _prepare(document, data["title"])
    for block in data["blocks"]:
        if "table" in block:
            _append_table(document, block["table"])
        elif "heading" in block:
            document.add_heading(block["heading"], block.get("level", 1))
        else:
            document.add_paragraph(block["paragraph"])
    stream = BytesIO()
    document.save(stream)
    return _with_fixed_dates(stream.getvalue())


def write_document(data: DocumentData, path: Path) -> None:
    """Write the Word file that prints the data; see :func:`document_bytes`."""
    path.write_bytes(document_bytes(data))


def _prepare(document: WordDocument, title: str) -> None:
    """Page, fonts and properties; drop the parts of the template that nothing needs."""
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(_SUPERFLUOUS)]:
            del relations[key]
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "Gouji", ""
    properties.created = properties.modified = _EPOCH
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.styles["Table Grid"].font.size = _TABLE_FONT_SIZE


def _append_table(document: WordDocument, rows: Sequence[Sequence[str | CellData]]) -> None:
    """Put a table at the end of the body; right after another it needs a paragraph between, or Word shows one table."""
    body = document.element.body
    last = len(body) - 1  # the section properties, which stay last
    if last and body[last - 1].tag == qn("w:tbl"):
        document.add_paragraph()
        last += 1
    body.insert(last, _table(rows))


def _table(rows: Sequence[Sequence[str | CellData]]) -> BaseOxmlElement:
    """A ``w:tbl`` with true merges. Built element by element: python-docx's ``merge`` is quadratic."""
    cells = place_cells(rows)
    widths = _column_widths(cells)
    margins = [OxmlElement(side, attrs={qn("w:w"): "40", qn("w:type"): "dxa"}) for side in ("w:left", "w:right")]
    properties = _element("w:tblPr", _valued("w:tblStyle", "TableGrid"), _element("w:tblCellMar", *margins))
    table = _element("w:tbl", properties)
    grid = [OxmlElement("w:gridCol", attrs={qn("w:w"): str(width)}) for width in widths]
    table.append(_element("w:tblGrid", *grid))
    lines: list[list[tuple[int, BaseOxmlElement]]] = [[] for _ in rows]
    for cell in cells:
        width = sum(widths[cell.column - 1 : cell.column - 1 + cell.columns])
        for row in range(cell.row, cell.row + cell.rows):
            lines[row - 1].append((cell.column, _cell(cell, width, first=row == cell.row)))
    for line in lines:
        table.append(_element("w:tr", *[element for _, element in sorted(line, key=lambda pair: pair[0])]))
    return table


def _column_widths(cells: Sequence[PlacedCell]) -> list[int]:
    """Widths in twentieths of a point that share the page by the longest text of each column, within limits."""
    lengths = [_NARROWEST] * max(cell.column + cell.columns - 1 for cell in cells)
    for cell in cells:
        if cell.columns == 1:
            lengths[cell.column - 1] = min(max(lengths[cell.column - 1], len(cell.text)), _WIDEST)
    return [_TEXT_WIDTH * length // sum(lengths) for length in lengths]


def _cell(cell: PlacedCell, width: int, *, first: bool) -> BaseOxmlElement:
    """One ``w:tc``: the cell itself, or a blank that continues it in a later row."""
    properties = _element("w:tcPr", OxmlElement("w:tcW", attrs={qn("w:w"): str(width), qn("w:type"): "dxa"}))
    if cell.columns > 1:
        properties.append(_valued("w:gridSpan", str(cell.columns)))
    if cell.rows > 1:
        properties.append(_valued("w:vMerge", "restart" if first else "continue"))
    element = _element("w:tc", properties)
    for line in cell.text.split("\n") if first else ("",):
        paragraph = OxmlElement("w:p")
        if line:
            paragraph.add_r().text = line
        element.append(paragraph)
    return element


def _element(name: str, *children: BaseOxmlElement) -> BaseOxmlElement:
    element = OxmlElement(name)
    element.extend(children)
    return element


def _valued(name: str, value: str) -> BaseOxmlElement:
    return OxmlElement(name, attrs={qn("w:val"): value})


def _with_fixed_dates(package: bytes) -> bytes:
    """The same zip archive with one date for every member, so that equal content is equal bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # else it would tell the operating system
            target.writestr(member, source.read(name))
    return stream.getvalue()


def main(folders: Iterable[Path] = (DOCUMENTS,)) -> None:
    """Build the .docx beside every .yaml of the folders."""
    for source in sorted(path for folder in folders for path in folder.glob("*.yaml")):
        target = source.with_suffix(".docx")
        write_document(load_document_data(source), target)
        sys.stdout.write(f"{target.name}\n")


if __name__ == "__main__":
    main()
