"""One document in many formats: the data of :mod:`datasets.facsimile` as page, dump, workbook and bundle."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO

import openpyxl
from openpyxl.utils import get_column_letter

from datasets.facsimile import BlockData, CellData, DocumentData, PlacedCell, document_bytes, place_cells
from datasets.vocabulary.plain import plain

NUMBER = re.compile(r"-?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?")
CAPTION = re.compile(r"表$|表[（(].*[）)]$|^附?表\d|单位：")
WHITE = re.compile(r"^\s*$")
MENU = '<div class="nav"><a href="/">首页</a><a href="/xxgk">信息公开</a><a href="/hd">互动交流</a></div>'
FOOT = '<div class="footer">版权所有：某某政府网 网站标识码6523000001 新ICP备05001234号-1 联系电话0994-2345678</div>'


def html_bytes(data: DocumentData, encoding: str = "utf-8") -> bytes:
    """The page of a government site: menus and footer around, a layout table inside, cells as the data merge them."""
    body = "\n".join(_html_block(block) for block in data["blocks"])
    side = '<a href="/a">机构职能</a><a href="/b">预算公开</a>'
    article = f'<table><tr><td>{side}</td><td><div class="content">\n{body}\n</div></td></tr></table>'
    head = (
        f'<head><meta charset="{encoding}"><title>{escape(data["title"])}</title><script>var a = 12.5;</script></head>'
    )
    page = f"<!DOCTYPE html>\n<html>{head}<body>{MENU}{article}{FOOT}</body></html>"
    return page.encode("gb18030" if encoding == "gb2312" else encoding)


def _html_block(block: BlockData) -> str:
    if "table" in block:
        return _html_table(block["table"])
    if "heading" in block:
        level = block.get("level", 1)
        return f"<h{level}>{_html_text(block['heading'])}</h{level}>"
    return f"<p>{_html_text(block['paragraph'])}</p>"


def _html_table(rows: Sequence[Sequence[str | CellData]]) -> str:
    lines = []
    for row in rows:
        cells = "".join(
            f'<td rowspan="{cell.get("rows", 1)}" colspan="{cell.get("columns", 1)}">{_html_text(cell["text"])}</td>'
            if isinstance(cell, dict)
            else f"<td>{_html_text(cell)}</td>"
            for cell in row
        )
        lines.append(f"<tr>{cells}</tr>")
    return "<table border='1'>\n" + "\n".join(lines) + "\n</table>"


def _html_text(text: str) -> str:
    """Blanks as pages keep them, line breaks as elements."""
    return escape(text).replace("  ", "&nbsp;&nbsp;").replace("\n", "<br>")


def text_bytes(data: DocumentData) -> bytes:
    """The dump that Word makes: a cell a line, opened by a tab; a cell merged downwards leaves empty ones below it."""
    lines: list[str] = []
    for block in data["blocks"]:
        if "table" in block:
            for row in _text_rows(place_cells(block["table"]), len(block["table"])):
                lines.extend((*(f"\t{text}" for text in row), ""))
            lines.append("")
        else:
            lines.extend((_text_of(block), ""))
    return "\n".join(lines).encode()


def _text_rows(cells: Sequence[PlacedCell], rows: int) -> Iterator[list[str]]:
    for row in range(1, rows + 1):
        yield [
            cell.text if cell.row == row else ""
            for cell in sorted(cells, key=lambda cell: cell.column)
            if cell.row <= row < cell.row + cell.rows
        ]


def zip_bytes(data: DocumentData) -> bytes:
    """A narrative in Word and its tables, captions and all, in one workbook, packed together."""
    narrative: list[BlockData] = []
    tables: list[tuple[list[str], Sequence[Sequence[str | CellData]]]] = []
    for block in data["blocks"]:
        if "table" not in block:
            narrative.append(block)
            continue
        captions: list[str] = []
        while narrative and CAPTION.search(plain(_text_of(narrative[-1]))):
            captions.insert(0, _text_of(narrative.pop()))
        tables.append((captions, block["table"]))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("附表.xlsx", xlsx_bytes(tables))
        archive.writestr("说明.docx", document_bytes({"title": data["title"], "blocks": narrative}))
    return stream.getvalue()


def _text_of(block: BlockData) -> str:
    assert "table" not in block
    return block["heading"] if "heading" in block else block["paragraph"]


def xlsx_bytes(tables: Sequence[tuple[Sequence[str], Sequence[Sequence[str | CellData]]]]) -> bytes:
    """A workbook with a sheet for each table below its captions; numbers are numbers, their digits a number format."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number, (captions, rows) in enumerate(tables, start=1):
        sheet = workbook.create_sheet(f"Sheet{number}")
        for row, caption in enumerate(captions, start=1):
            sheet.cell(row, 1, caption)
        for cell in place_cells(rows):
            row, column = cell.row + len(captions), cell.column
            target = sheet.cell(row, column)
            match = NUMBER.fullmatch(cell.text)
            if match and not cell.text.startswith("0") and len(cell.text) < 15:
                whole = "#,##0" if "," in cell.text else "0"
                target.value = float(cell.text.replace(",", ""))
                target.number_format = f"{whole}.{'0' * len(match[2])}" if match[2] else whole
            else:
                target.value = cell.text or None
                target.number_format = "@"
                if cell.text:
                    target.data_type = "s"  # else "=100%" would be a formula
            if cell.rows > 1 or cell.columns > 1:
                last = f"{get_column_letter(column + cell.columns - 1)}{row + cell.rows - 1}"
                sheet.merge_cells(f"{target.coordinate}:{last}")
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()
