"""Reads Word documents (.docx): paragraphs and tables with their merged cells, in reading order.

The XML of the main part is walked directly with lxml: python-docx's ``table.cell`` builds the whole grid anew for every
cell, its element classes halve the speed, and opening a package with it fails on dangling links that Word forgives.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, NoReturn

from docx.oxml.ns import nsmap, qn
from lxml import etree

from datasets.errors import InputError
from datasets.model import Block, Cell, Document, Paragraph, Place, Table
from datasets.readers.common.archive import DAMAGED
from datasets.readers.word.numbering import write_numbers
from datasets.readers.word.parts import besides_the_body, other_parts, unread_objects
from datasets.vocabulary.whole import whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element as Element

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN_PART = "word/document.xml"
_RELATIONS = "_rels/.rels"
#: Above this the main part is no disclosure but an attack or an accident; the longest real ones have some 10 MB.
_LARGEST_PART = 100_000_000
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)  # nesting beyond 256 levels is refused
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_SAVE_AGAIN = "请用 Word 或 WPS 打开后另存为 .docx 再试"

_BODY, _P, _TBL, _TR, _TC, _R = (qn(f"w:{name}") for name in ("body", "p", "tbl", "tr", "tc", "r"))
_P_PROPERTIES, _R_PROPERTIES, _ROW_PROPERTIES, _CELL_PROPERTIES = map(qn, ("w:pPr", "w:rPr", "w:trPr", "w:tcPr"))
_VAL, _TYPE, _CHAR = qn("w:val"), qn("w:type"), qn("w:char")
_DELETED, _VANISH = qn("w:del"), qn("w:vanish")
_DELETED_MARK = f"{_P_PROPERTIES}/{_R_PROPERTIES}/{_DELETED}"
_SPAN, _VERTICAL, _HORIZONTAL, _BEFORE = qn("w:gridSpan"), qn("w:vMerge"), qn("w:hMerge"), qn("w:gridBefore")
_TEXT_BOX = qn("w:txbxContent")
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
#: Elements that only wrap what they hold: content controls, custom tags, accepted insertions.
_WRAPPERS = frozenset(qn(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
#: What is not printed: properties, deleted and moved text, the reading aids above characters.
_UNPRINTED = frozenset(qn(f"w:{name}") for name in ("pPr", "rPr", "del", "moveFrom", "rt"))
_LITERAL = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "",
}
_BREAK, _SYMBOL = qn("w:br"), qn("w:sym")
_TEXT = frozenset((qn("w:t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"))
#: Soft hyphen, zero-width space and joiners: never printed, and they would cut a numeral in two.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_OFF = ("0", "false", "off", "none")


def read_word(path: Path, data: bytes) -> Document:
    """Read a Word document; tracked insertions count as text, deletions do not.

    Text boxes follow the paragraph they are anchored in and nested tables the table that holds them, both under the
    number of that body element. Notes, diagrams, and headers and footers with numerals that the body does not print
    come last, under the name of their part. ``Document.text`` is made of the paragraphs and cells, joined by newlines.

    Raises:
        InputError: the bytes are no Word document, are encrypted or damaged, or hold no text.
    """
    layout = _Layout()
    body = _body(path, data)
    others = other_parts(data)
    write_numbers(body, others)
    for piece in _flow(body):
        layout.put(piece)
    for name, container in besides_the_body(body, others):
        for piece in _flow(container):
            layout.put_beside(piece, name)
    text = "\n".join(layout.texts)
    if not text.strip():
        raise InputError(path, "文件里没有文字，可能只有扫描图片", "请提供带文字的 Word 文件")
    sha256 = hashlib.sha256(data).hexdigest()
    return Document(path, sha256, "docx", text, tuple(layout.blocks), problems=unread_objects(data))


def _body(path: Path, data: bytes) -> Element:
    """The ``w:body`` of a Word package."""
    xml = _main_part(path, data).replace(_STRICT, nsmap["w"].encode())
    try:
        body = etree.fromstring(xml, _PARSER).find(_BODY)
    except SyntaxError:  # what lxml raises for broken XML
        body = None
    if body is None:
        raise InputError(path, "Word 正文已损坏，无法读取", _SAVE_AGAIN)
    return body


def _main_part(path: Path, data: bytes) -> bytes:
    """The XML of the document itself, out of the zip package."""
    if data.startswith(_OLE):
        _refuse_ole(path, data)
    if not data:
        raise InputError(path, "文件是空的", "请重新下载或重新上传该文件")
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            name = _main_part_name(package)
            if name not in package.namelist() or "xl/workbook.xml" in package.namelist():
                _refuse_package(path, package.namelist())
            if package.getinfo(name).file_size > _LARGEST_PART:
                raise InputError(path, "Word 正文过大", "请把文件拆成几份后再试")
            return package.read(name)
    except DAMAGED:
        raise InputError(
            path, "不是有效的 Word 文件（压缩包损坏或不完整）", "请重新下载，或另存为 .docx 再试"
        ) from None


def _main_part_name(package: zipfile.ZipFile) -> str:
    """The usual name, or what the package's relations call its main part (some producers write document2.xml)."""
    if _MAIN_PART in package.namelist() or _RELATIONS not in package.namelist():
        return _MAIN_PART
    try:
        relations = etree.fromstring(package.read(_RELATIONS), _PARSER)
    except SyntaxError:
        return _MAIN_PART
    for relation in relations.iterchildren("*"):
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    return _MAIN_PART


def _refuse_ole(path: Path, data: bytes) -> NoReturn:
    if _ENCRYPTED in data:
        raise InputError(path, "Word 文件已加密", "请取消打开密码后另存为 .docx 再试")
    raise InputError(path, "是旧版 Office 文件（如 .doc），不是 .docx", _SAVE_AGAIN)


def _refuse_package(path: Path, names: list[str]) -> NoReturn:
    if "xl/workbook.xml" in names:
        raise InputError(path, "是 Excel 工作簿，不是 Word 文件", "请把扩展名改为 .xlsx 再试")
    raise InputError(path, f"不是 Word 文件（缺少正文 {_MAIN_PART}）", _SAVE_AGAIN)


@dataclass(slots=True)
class _Piece:
    """A paragraph or a table in the flow of a container, with the number of the child it stands in."""

    number: int
    text: str = ""
    table: Element | None = None
    boxes: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class _Slot:
    """A cell while its table is being read: later rows may still extend it."""

    row: int
    column: int
    columns: int
    rows: int = 1
    lines: list[str] = field(default_factory=list)
    tables: list[Element] = field(default_factory=list)

    def fill(self, cell: Element) -> None:
        """Add the paragraphs of a ``w:tc``; its tables are kept for later."""
        content = [child for child in cell if child.tag != _CELL_PROPERTIES]
        if len(content) == 1 and content[0].tag == _P:  # nearly all cells are so
            self._take(_paragraph(content[0], 1))
            return
        for piece in _flow(cell):
            self._take(piece)

    def _take(self, piece: _Piece) -> None:
        if piece.table is not None:
            self.tables.append(piece.table)
            return
        self.lines.append(piece.text)
        for box in piece.boxes:
            for inner in _flow(box):
                self._take(inner)


class _Layout:
    """Collects blocks and hands out their places in the text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.texts: list[str] = []
        self._length = 0

    def put(self, piece: _Piece, number: int | None = None) -> None:
        """Add a paragraph with its text boxes, or a table; ``number`` is that of the body element around it."""
        number = number or piece.number
        if piece.table is not None:
            self._put_table(piece.table, number)
            return
        if piece.text.strip():
            self.blocks.append(Paragraph(piece.text, self._place(piece.text, number)))
        for box in piece.boxes:
            for inner in _flow(box):
                self.put(inner, number)

    def put_beside(self, piece: _Piece, part: str) -> None:
        """Add a paragraph or a table of another part, such as a note."""
        first = len(self.blocks)
        self.put(piece)
        self.blocks[first:] = [_in_part(block, part) for block in self.blocks[first:]]

    def _put_table(self, table: Element, number: int) -> None:
        cells: list[Cell] = []
        slots = _slots(table)
        nested = [inner for slot in slots for inner in slot.tables]
        texts = ["\n".join(slot.lines).strip("\n") for slot in slots]
        if any(text.strip() for text in texts) or not nested:  # else the table only lays out the tables inside it
            for slot, text in zip(slots, texts, strict=True):
                place = self._place(text, number)
                cells.append(Cell(slot.row, slot.column, text, place, slot.rows, slot.columns))
        if cells:
            self.blocks.append(Table(tuple(cells), Place(cells[0].place.start, cells[-1].place.end, block=number)))
        for inner in nested:
            self._put_table(inner, number)

    def _place(self, text: str, number: int) -> Place:
        start = self._length
        self.texts.append(text)
        self._length += len(text) + 1
        return Place(start, start + len(text), block=number)


def _in_part(block: Block, part: str) -> Block:
    """The block with the name of its part instead of the number of a body element."""
    place = replace(block.place, part=part, block=None)
    if isinstance(block, Paragraph):
        return replace(block, place=place)
    cells = tuple(replace(cell, place=replace(cell.place, part=part, block=None)) for cell in block.cells)
    return replace(block, cells=cells, place=place)


def _flow(container: Element) -> Iterator[_Piece]:
    """The paragraphs and tables of a body, cell or text box; a paragraph whose mark was deleted joins the next one."""
    waiting: _Piece | None = None
    for number, child in enumerate(container.iterchildren("*"), start=1):
        for element in _unwrapped(child):
            if element.tag == _TBL:
                if waiting is not None:
                    yield waiting
                    waiting = None
                yield _Piece(number, table=element)
            elif element.tag == _P:
                piece = _paragraph(element, number)
                if waiting is not None:
                    piece = _Piece(waiting.number, waiting.text + piece.text, None, waiting.boxes + piece.boxes)
                waiting = piece if element.find(_DELETED_MARK) is not None else None
                if waiting is None:
                    yield piece
    if waiting is not None:
        yield waiting


def _unwrapped(element: Element) -> Iterator[Element]:
    """The element itself, or what it holds where it is a mere wrapper."""
    if element.tag in _WRAPPERS:
        for child in element.iterchildren("*"):
            yield from _unwrapped(child)
    else:
        yield element


def _children(element: Element, tag: str) -> Iterator[Element]:
    """The children with that tag, wrappers opened."""
    for child in element.iterchildren("*"):
        for inner in _unwrapped(child):
            if inner.tag == tag:
                yield inner


def _paragraph(element: Element, number: int) -> _Piece:
    piece = _Piece(number)
    parts: list[str] = []
    for child in element.iterchildren("*"):
        if child.tag != _P_PROPERTIES:
            _collect(child, parts, piece.boxes)
    piece.text = "".join(parts).translate(_INVISIBLE)
    return piece


def _collect(element: Element, parts: list[str], boxes: list[Element]) -> None:
    """Append the printed text of an inline element; text boxes are set aside, they print elsewhere."""
    tag = element.tag
    if tag in _TEXT:
        parts.append(element.text or "")
    elif tag in _LITERAL:
        parts.append(_LITERAL[tag])
    elif tag == _BREAK:
        parts.append("\n" if element.get(_TYPE) in (None, "textWrapping") else "")
    elif tag == _SYMBOL:
        parts.append(_symbol(element.get(_CHAR, "")))
    elif tag == _TEXT_BOX:
        boxes.append(element)
    elif tag == _ALTERNATE:
        _collect_alternate(element, parts, boxes)
    elif tag not in _UNPRINTED and not (tag == _R and _hidden(element)):
        for child in element.iterchildren("*"):
            _collect(child, parts, boxes)


def _collect_alternate(element: Element, parts: list[str], boxes: list[Element]) -> None:
    """Take the first alternative that holds text: each repeats the same content for another program."""
    for choice in element.iterchildren("*"):
        found: list[str] = []
        found_boxes: list[Element] = []
        for child in choice.iterchildren("*"):
            _collect(child, found, found_boxes)
        if found or found_boxes:
            parts.extend(found)
            boxes.extend(found_boxes)
            return


def _symbol(code: str) -> str:
    """The character of a four-digit hexadecimal code, nothing where it is none."""
    try:
        return bytes.fromhex(code).decode("utf-16-be")
    except ValueError:
        return ""


def _hidden(run: Element) -> bool:
    properties = run.find(_R_PROPERTIES)
    mark = None if properties is None else properties.find(_VANISH)
    return mark is not None and mark.get(_VAL) not in _OFF


def _slots(table: Element) -> list[_Slot]:
    """The cells of a table, each once at its top left, in reading order."""
    slots: list[_Slot] = []
    above: dict[int, _Slot] = {}
    row = 0
    for tr in _children(table, _TR):
        if tr.find(f"{_ROW_PROPERTIES}/{_DELETED}") is not None:
            continue
        row += 1
        above = _read_row(tr, row, above, slots)
    return slots


def _read_row(tr: Element, row: int, above: dict[int, _Slot], slots: list[_Slot]) -> dict[int, _Slot]:
    """Read one row into ``slots``; returns by column the vertically merged cells that the next row may continue."""
    column = 1 + _number(tr.find(f"{_ROW_PROPERTIES}/{_BEFORE}"), 0)
    open_cells: dict[int, _Slot] = {}
    last: _Slot | None = None
    for tc in _children(tr, _TC):
        marks = _marks(tc)
        span = _number(marks.get(_SPAN), 1)
        continues = _continues(marks.get(_VERTICAL))
        if last is not None and _continues(marks.get(_HORIZONTAL)):
            last.columns += span if last.row == row else 0
        else:
            if continues and column in above:
                last = above[column]
                last.rows = row - last.row + 1
            else:
                last = _Slot(row, column, span)
                slots.append(last)
            if continues is not None:
                open_cells[column] = last
        last.fill(tc)
        column += span
    return open_cells


def _marks(tc: Element) -> dict[str, Element]:
    """The properties of a cell by tag."""
    properties = next(tc.iterchildren(_CELL_PROPERTIES), None)
    return {} if properties is None else {mark.tag: mark for mark in properties}


def _number(element: Element | None, default: int) -> int:
    value = None if element is None else element.get(_VAL)
    return whole(value, default)


def _continues(merge: Element | None) -> bool | None:
    """True for the continuation of a merged cell (a mark without a value means that), False for its start."""
    return None if merge is None else merge.get(_VAL) != "restart"
