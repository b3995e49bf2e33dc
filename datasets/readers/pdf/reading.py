"""Reads PDF files with a text layer: paragraphs and ruled tables in reading order, each with its page and place.

PDFium reads the pages (faster than the pure Python readers, and it knows what clipping hides), pdfplumber
finds the cells between ruling lines. A page is released before the next one is read, so long documents fit in memory.
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path
from threading import Lock

import pypdfium2
import pypdfium2.raw as pdfium

from datasets.errors import InputError
from datasets.model import Block, Cell, Document, Fragment, Paragraph, Place, Table
from datasets.readers.pdf.columns import find_aligned
from datasets.readers.pdf.lines import Line, glue, lines_of
from datasets.readers.pdf.page import Box, PageContent, read_page
from datasets.readers.pdf.page_joining import PageLayout, flow_of
from datasets.readers.pdf.tables import Grid, find_grids, split_stacked_rows
from datasets.readers.pdf.wrapping import wrapped_cell_text

_TRAILER = b"%%EOF"
_LOCK = b"/Encrypt"
_NO_PAGES = re.compile(rb"/Count\s+0\b")
_LONGEST_TAIL = 4096  # bytes that a server may add behind the end of the file
_SCAN_SHARE = 0.5  # of the page covered by pictures
_SCAN_GLYPHS = 30  # a stamp or a page number on a scan is no text layer
_MANY_UNMAPPED = 0.02
_SCANNED_REMEDY = "请提供可以复制文字的版本，或先做文字识别再试"
_SCANNED = f"是扫描图片，没有文字，{_SCANNED_REMEDY}"
_RECOGNISED = "是扫描图片，文字由识别软件加上，可能有误，请对照原件"
_UNMAPPED = "的字体没有编码，有些字符读不出来，请用 Word 或 WPS 重新导出 PDF 再试"
_DAMAGED = "已损坏，无法读取，请重新导出 PDF 再试"
_SAVE_AGAIN = "请重新下载；仍不行时，请用 PDF 阅读器打开后另存再试"

#: PDFium is not safe for threads.
_PDFIUM = Lock()


def read_pdf(path: Path, data: bytes) -> Document:
    """Read a PDF document.

    ``Document.text`` is made of the paragraphs and cells, joined by newlines; ``Document.fragments`` tells the page of
    every line; ``Document.problems`` names pages that could not be read.

    Raises:
        InputError: the file is encrypted, cut short, damaged, without pages, or holds pictures of text only.
    """
    _refuse_cut_short(path, data)
    pages, problems = _read_pages(path, data)
    layout = _Layout()
    for block in flow_of(pages):
        if isinstance(block, Grid):
            layout.put_table(block)
        else:
            layout.put_paragraph(block)
    return Document(
        path,
        hashlib.sha256(data).hexdigest(),
        "pdf",
        "\n".join(layout.texts),
        tuple(layout.blocks),
        fragments=tuple(layout.fragments),
        problems=tuple(problems),
    )


def _refuse_cut_short(path: Path, data: bytes) -> None:
    """A download that broke off lacks the end of the file; PDFium would read what is there and say nothing."""
    end = data.rfind(_TRAILER)
    tail = data[end:] if end >= 0 else b""
    if end < 0 or (len(tail) > _LONGEST_TAIL and b" obj" in tail):
        raise InputError(path, "PDF 文件不完整（缺少文件结尾），可能没有下载完", _SAVE_AGAIN)


def _read_pages(path: Path, data: bytes) -> tuple[list[PageLayout], list[str]]:
    """The pages, and in words which of them could not be read."""
    pages: list[PageLayout] = []
    problems: dict[str, list[int]] = {}
    with _PDFIUM:
        document = _open(path, data)
        try:
            count = len(document)
            for number in range(1, count + 1):
                content = _read_one(document, number)
                problem = _DAMAGED if content is None else _problem_of(content)
                if problem:
                    problems.setdefault(problem, []).append(number)
                if content is not None:
                    pages.append(_laid_out(content))
        finally:
            document.close()
    if not any(page.lines or _has_words(page) for page in pages):
        if _SCANNED in problems:
            raise InputError(path, f"是扫描图片（共{count}页），没有文字", _SCANNED_REMEDY)
        raise InputError(path, f"里面没有文字（共{count}页）", _SCANNED_REMEDY)
    return pages, [f"第{_numbers(found)}页{problem}" for problem, found in problems.items()]


def _numbers(pages: list[int]) -> str:
    """Page numbers as one writes them: 3、5-9."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return "、".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _open(path: Path, data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # PDFium keeps the code of an earlier file when it has none for this one: look at the file as well.
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) and _LOCK in data:
            raise InputError(path, "PDF 文件已加密，需要密码才能打开", "请提供没有密码的版本") from None
        if _NO_PAGES.search(data):
            raise InputError(path, "PDF 文件里没有页面", _SAVE_AGAIN) from None
        raise InputError(path, "PDF 文件已损坏，无法打开", _SAVE_AGAIN) from None


def _read_one(document: pypdfium2.PdfDocument, number: int) -> PageContent | None:
    """One page, None when it is damaged."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        return None
    try:
        return read_page(page.raw, number)
    finally:
        page.close()


def _problem_of(content: PageContent) -> str:
    """What of a page could not be read, or not surely; "" when all is well."""
    ink = sum(not glyph.text.isspace() for glyph in content.glyphs)
    covered = content.image_share > _SCAN_SHARE
    if covered and ink < _SCAN_GLYPHS:
        return _SCANNED
    if covered and content.recognised:
        return _RECOGNISED
    return _UNMAPPED if content.unmapped > _MANY_UNMAPPED * ink else ""


def _laid_out(content: PageContent) -> PageLayout:
    grids, outside = find_grids(content)
    aligned, outside = find_aligned(outside, content.number)
    layout = PageLayout(content.number, content.width, lines_of(outside, content.number))
    layout.grids = [*map(split_stacked_rows, grids), *aligned]
    if content.slanted and any(character.isdigit() for character in content.slanted):
        # A watermark is dropped; one with numerals stands at the foot of its page.
        layout.lines.append(Line(content.slanted, content.number, 0.0, 0.0, content.height, 1.0))
    return layout


def _has_words(page: PageLayout) -> bool:
    return any(cell.lines for grid in page.grids for cell in grid.cells)


class _Layout:
    """Collects blocks and hands out their places in the text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.texts: list[str] = []
        self.fragments: list[Fragment] = []
        self._length = 0

    def put_paragraph(self, lines: list[Line]) -> None:
        """Add a paragraph, its lines joined."""
        pieces = [("", lines[0])]
        pieces.extend((glue(above, below), below) for above, below in pairwise(lines))
        text, place = self._put(pieces, lines[0].page, _around(lines, lines[0].page))
        self.blocks.append(Paragraph(text, place))

    def put_table(self, grid: Grid) -> None:
        """Add a table, row by row."""
        cells: list[Cell] = []
        for each in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
            text, place = self._put(wrapped_cell_text(each.lines, each.box), each.page, _rounded(each.box))
            cells.append(Cell(each.row, each.column, text, place, each.row_span, each.column_span))
        if cells:
            box = _rounded((grid.edges[0], grid.top, grid.edges[-1], grid.bottom))
            place = Place(cells[0].place.start, cells[-1].place.end, page=grid.page, box=box)
            self.blocks.append(Table(tuple(cells), place))

    def _put(self, pieces: list[tuple[str, Line]], page: int, box: Box) -> tuple[str, Place]:
        """Add a text made of lines with what joins them; returns it with its place."""
        start = self._length
        text = ""
        for joint, line in pieces:
            text += joint
            self.fragments.append(Fragment(start + len(text), line.page, line.box))
            text += line.text
        if not pieces:
            self.fragments.append(Fragment(start, page, box))
        self.texts.append(text)
        self._length += len(text) + 1
        return text, Place(start, start + len(text), page=page, box=box)


def _around(lines: list[Line], page: int) -> Box:
    """The box around the lines of a paragraph on one page."""
    boxes = [line.box for line in lines if line.page == page]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _rounded(box: Box) -> Box:
    left, top, right, bottom = box
    return round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)
