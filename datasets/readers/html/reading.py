"""Reads web pages as governments publish them: paragraphs and tables in reading order, merged cells as they span.

Pages saved by Word, Excel or WPS are web pages too, whatever their file is called; so are web archives (.mht).
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from datasets.errors import InputError
from datasets.model import Document, Place
from datasets.readers.common.assembling import Assembly, GridCell
from datasets.readers.html.article import ATTACHMENT, UNPRINTED, lays_out, left_out
from datasets.readers.html.encoding import decoded
from datasets.vocabulary.whole import whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
))
# fmt: on
#: Inline elements that broken pages open by the thousand without closing them.
_FORMATTING = re.compile(r"</?(?:font|span|b|strong|i|em|u|big|small|o:p)\b[^>]*>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
#: Blanks of fixed width print as blanks; what has no width would cut a numeral in two.
_PRINTED = str.maketrans(
    dict.fromkeys("\xa0\u2002\u2003\u2009\u202f", " ") | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_TEXT = re.compile(r"mso-hide\s*:\s*all", re.IGNORECASE)  # hidden in Word, so never printed
_DIGIT = re.compile(r"\d")
_MOST_COLUMNS, _MOST_ROWS = 1000, 65534  # what the HTML standard allows a cell to span
_NAMED = 5  # attachments that a message lists by name


def read_html(path: Path, data: bytes) -> Document:
    """Read a web page; what surrounds the article is left out only where it bears no figures.

    ``Place.block`` is the number of the paragraph or table in reading order.

    Raises:
        InputError: the bytes are in no encoding that is known, or the page has no text.
    """
    return _document(path, data, [(data, "")], "html")


def read_web_archive(path: Path, data: bytes) -> Document:
    """Read a web archive (.mht, and what Word, Excel or WPS save as "single file web page" under any name).

    Raises:
        InputError: there is no web page with text in it.
    """
    pages: list[tuple[bytes, str]] = []
    for part in email.message_from_bytes(data).walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(payload, bytes):
            pages.append((payload, part.get_content_charset() or ""))
    if not pages:
        raise InputError(path, "网页归档（.mht）里没有网页，文件可能不完整", "请重新下载，或另存为 .docx 再试")
    return _document(path, data, pages, "mht")


def _document(path: Path, data: bytes, pages: Iterable[tuple[bytes, str]], kind: str) -> Document:
    assembly = Assembly()
    problems: list[str] = []
    for page, charset in pages:
        source, undecoded = decoded(path, page, charset)
        problems.extend(undecoded)
        root = _root(path, source)
        if root is not None:
            problems.extend(_print(root, assembly))
    if not assembly.text.strip():
        raise InputError(
            path,
            "网页里没有正文文字，内容可能在框架、脚本、图片或附件中",
            "请下载页面上的附件再试，或在浏览器中打开后把正文复制到 Word，另存为 .docx",
        )
    return Document(
        path, sha256(data).hexdigest(), kind, assembly.text, tuple(assembly.blocks), problems=tuple(problems)
    )


def _root(path: Path, source: str) -> Element | None:
    """The root of the page, None where it is blank; a page nested too deep is read without its formatting."""
    for text in (source, _FORMATTING.sub("", source)):
        parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
        try:
            # Bytes, for of a str that declares an encoding the parser would not know which one holds.
            root = etree.fromstring(text.encode(errors="replace"), parser)
        except etree.XMLSyntaxError:
            return None
        if not any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
            return root
    raise InputError(path, "网页的元素嵌套过深，无法读取", "请在浏览器中打开后把正文复制到 Word，另存为 .docx 再试")


def _print(root: Element, assembly: Assembly) -> list[str]:
    """Append the paragraphs and tables of a page; returns what of it could not be read."""
    printer = _Printer(assembly, left_out(root))
    printer.walk(root)
    return printer.problems()


@dataclass(slots=True)
class _Grid:
    """A table while it is being read; ``taken`` says up to which row a column is covered by cells from above."""

    row: int = 0
    column: int = 1
    cells: list[GridCell] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    lines: list[str] | None = None
    outside: list[str] = field(default_factory=list)
    inner: list[_Grid] = field(default_factory=list)

    def begin_row(self) -> None:
        self.row, self.column = self.row + 1, 1

    def begin_cell(self) -> None:
        self.row = max(self.row, 1)
        self.lines = []

    def end_cell(self, rows: int, columns: int) -> None:
        while self.taken.get(self.column, 0) >= self.row:
            self.column += 1
        text = "\n".join(self.lines or ())
        self.lines = None
        self.cells.append(GridCell(self.row, self.column, text, rows, columns))
        for column in range(self.column, self.column + columns):
            self.taken[column] = self.row + rows - 1
        self.column += columns

    def placed(self, place: Place) -> list[GridCell]:
        """The cells, none reaching below the last row; none at all where the table is blank."""
        if not any(cell.text for cell in self.cells):
            return []
        return [replace(c, row_span=min(c.row_span, self.row - c.row + 1), place=place) for c in self.cells]


class _Printer:
    """Walks a page and puts what it prints into an assembly."""

    def __init__(self, assembly: Assembly, accessories: set[Element]) -> None:
        self._assembly = assembly
        self._accessories = accessories
        self._line: list[str] = []
        self._grids: list[_Grid] = []
        self._layouts: set[Element] = set()
        self._preformatted = 0
        self._tables = self._pictures = 0
        self._hidden = False
        self._attachments: dict[str, None] = {}

    def walk(self, root: Element) -> None:
        """Print every element; a flat loop, for pages nest deeper than a recursion could."""
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: Element | None = None
        for event, element in walk:
            if event == "start":
                if self._unprinted(element):
                    walk.skip_subtree()
                    skipped = element
                else:
                    self._start(element)
                    self._text(element.text)
                continue
            if element is not skipped:
                self._end(element)
            if element is not root:
                self._text(element.tail)
        self._flush()

    def problems(self) -> list[str]:
        """What of the page was not read, or is not seen in a browser."""
        found = []
        if self._attachments:
            names = "、".join(list(self._attachments)[:_NAMED])
            more = f"等 {len(self._attachments)} 个" if len(self._attachments) > _NAMED else ""
            found.append(f"网页的附件没有随网页读入（{names}{more}）；请下载后与网页一起检查")
        if self._pictures and not self._tables:
            found.append(f"网页里没有表格，有 {self._pictures} 张图片，图片里的数字没有读；请提供可以复制文字的文件")
        if self._hidden:
            found.append("网页有隐藏的内容，也已读入；请在浏览器中核对")
        return found

    def _unprinted(self, element: Element) -> bool:
        if element.tag in UNPRINTED or element in self._accessories:
            return True
        style = element.get("style", "")
        if _HIDDEN_TEXT.search(style):
            return True
        if _HIDDEN.search(style) or element.get("hidden") is not None:
            if not _DIGIT.search("".join(element.itertext())):
                return True
            self._hidden = True
        return False

    def _start(self, element: Element) -> None:
        tag = element.tag
        if tag == "br" or tag in _BLOCKS:
            self._flush()
        if tag == "table":
            if lays_out(element):
                self._layouts.add(element)
            else:
                self._grids.append(_Grid())
        elif tag in ("tr", "td", "th") and (grid := self._grid_of(element)) is not None:
            if tag == "tr":
                grid.begin_row()
            else:
                grid.begin_cell()
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "a" and ATTACHMENT.search(element.get("href", "")):
            name = " ".join("".join(element.itertext()).split())
            self._attachments.setdefault(name or element.get("href", "").rpartition("/")[2])
        elif tag == "img":
            self._pictures += 1
        elif tag == "input" and self._grids and element.get("type", "text") == "text":
            self._text(element.get("value"))

    def _end(self, element: Element) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        if tag == "table" and element not in self._layouts:
            self._close_table()
        elif tag in ("td", "th") and (grid := self._grid_of(element)) is not None:
            grid.end_cell(_span(element, "rowspan", _MOST_ROWS), _span(element, "colspan", _MOST_COLUMNS))
        elif tag == "pre":
            self._preformatted -= 1

    def _grid_of(self, element: Element) -> _Grid | None:
        """The open table that a row or cell belongs to, None for one of a layout or outside any table."""
        table = next(element.iterancestors("table"), None)
        return None if table is None or table in self._layouts else self._grids[-1]

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted:
            first, *others = text.split("\n")
            self._line.append(first)
            for line in others:
                self._flush()
                self._line.append(line)
        else:
            self._line.append(text)

    def _flush(self) -> None:
        """End the line; it is a paragraph, or a line of the cell that is open."""
        text = _BLANKS.sub(" ", "".join(self._line)).translate(_PRINTED).strip(" ")
        self._line.clear()
        if not text:
            return
        if not self._grids:
            self._assembly.paragraph(text, self._place())
        elif (lines := self._grids[-1].lines) is not None:
            lines.append(text)
        else:
            self._grids[-1].outside.append(text)

    def _close_table(self) -> None:
        grid = self._grids.pop()
        if self._grids:
            self._grids[-1].inner.append(grid)
        else:
            self._put(grid)

    def _put(self, grid: _Grid) -> None:
        """Append a table, before it what stands in it outside its cells, as in browsers, behind it its inner tables."""
        for line in grid.outside:
            self._assembly.paragraph(line, self._place())
        place = self._place()
        cells = grid.placed(place)
        self._tables += bool(cells)
        self._assembly.table(cells, place)
        for inner in grid.inner:
            self._put(inner)

    def _place(self) -> Place:
        return Place(0, 0, block=len(self._assembly.blocks) + 1)


def _span(cell: Element, name: str, most: int) -> int:
    """What a cell spans; 0 means down to the last row."""
    return min(whole(cell.get(name, "").strip(), 1) or (most if name == "rowspan" else 1), most)
