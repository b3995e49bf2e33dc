"""What a Word package prints besides its body: notes, headers and footers, diagrams; and what of it cannot be read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from docx.oxml.ns import nsmap, qn
from lxml import etree

from datasets.readers.common.archive import DAMAGED

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WANTED = re.compile(r"word/(?:numbering|styles|footnotes|endnotes|header\d*|footer\d*|diagrams/data\d*)\.xml$")
#: Above this a part is no disclosure but an attack or an accident.
_LARGEST = 50_000_000
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_P, _R, _T = qn("w:p"), qn("w:r"), qn("w:t")
_ID, _TYPE = qn("w:id"), qn("w:type")
_NOTES = {"word/footnotes.xml": (qn("w:footnoteReference"), qn("w:footnote"))} | {
    "word/endnotes.xml": (qn("w:endnoteReference"), qn("w:endnote"))
}
#: Fields that count pages; their results are no text of anybody.
_PAGE_FIELD = re.compile(r"\b(?:PAGE|NUMPAGES|SECTIONPAGES)\b")
_INSTRUCTIONS = (qn("w:instrText"), qn("w:fldSimple"))
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_POINT_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}t"
_BLANKS = re.compile(r"\s+")


def other_parts(data: bytes) -> dict[str, bytes]:
    """The XML of the parts besides the body, as far as they are there and of a size that a person could have made."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return {
                info.filename: package.read(info).replace(_STRICT, nsmap["w"].encode())
                for info in package.infolist()
                if _WANTED.match(info.filename) and info.file_size <= _LARGEST
            }
    except DAMAGED:
        return {}


def besides_the_body(body: Element, parts: Mapping[str, bytes]) -> Iterator[tuple[str, Element]]:
    """Containers of paragraphs that print besides the body, each with the name of its part.

    Notes that the body refers to, once each; the texts of diagrams; headers and footers that print a numeral which the
    body does not, as the name of the document and the number of the page are no news. A damaged part is passed over.
    """
    for name, (reference, note) in _NOTES.items():
        if name in parts and (root := _parsed(parts[name])) is not None:
            wanted = dict.fromkeys(str(each.get(_ID)) for each in body.iter(reference))
            notes = {str(each.get(_ID)): each for each in root.iter(note) if each.get(_TYPE) is None}
            yield from ((name, notes[number]) for number in wanted if number in notes)
    printed: set[str] | None = None
    for name in sorted(parts):
        if re.search(r"/(?:header|footer)\d*\.xml$", name) and re.search(rb">[^<]*\d[^<]*</w:t>", parts[name]):
            root = _parsed(parts[name])
            if root is not None:
                if printed is None:
                    printed = {_squeezed(paragraph) for paragraph in body.iter(_P)}
                yield from _news(name, root, printed)
        elif "/diagrams/" in name and (root := _parsed(parts[name])) is not None:
            yield name, _as_paragraphs(root)


def _news(name: str, root: Element, printed: set[str]) -> Iterator[tuple[str, Element]]:
    """The paragraphs of a header or footer with a numeral that no paragraph of the document prints, each once."""
    for paragraph in list(root.iter(_P)):
        words = _squeezed(paragraph)
        if re.search(r"\d", words) and words not in printed and not _counts_pages(paragraph):
            printed.add(words)
            container = etree.Element(qn("w:body"))
            container.append(paragraph)
            yield name, container


def _counts_pages(paragraph: Element) -> bool:
    codes = [f"{each.text or ''}{each.get(qn('w:instr'), '')}" for each in paragraph.iter(*_INSTRUCTIONS)]
    return any(_PAGE_FIELD.search(code) for code in codes)


def _as_paragraphs(diagram: Element) -> Element:
    """The texts of the points of a diagram as paragraphs of Word."""
    container = etree.Element(qn("w:body"))
    for point in diagram.iter(_POINT_TEXT):
        for paragraph in point.iter(f"{_DRAWING}p"):
            run = etree.SubElement(etree.SubElement(container, _P), _R)
            etree.SubElement(run, _T).text = "".join(text.text or "" for text in paragraph.iter(f"{_DRAWING}t"))
    return container


def _squeezed(paragraph: Element) -> str:
    return _BLANKS.sub("", "".join(text.text or "" for text in paragraph.iter(_T)))


def _parsed(xml: bytes) -> Element | None:
    try:
        return etree.fromstring(xml, _PARSER)
    except SyntaxError:
        return None


def unread_objects(data: bytes) -> tuple[str, ...]:
    """What a package holds that prints figures and is no text: charts and embedded workbooks, in a sentence each."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()
    except DAMAGED:
        return ()
    charts = sum(bool(re.fullmatch(r"word/charts/chart\d*\.xml", name)) for name in names)
    books = sum(bool(re.search(r"^word/embeddings/.*\.(?:xls\w?|bin|et)$", name, re.IGNORECASE)) for name in names)
    books = max(books - charts, 0)  # each chart brings its own workbook
    problems = []
    if charts:
        problems.append(f"有 {charts} 个图表，图中的数字没有读；请核对图表与正文")
    if books:
        problems.append(f"有 {books} 个嵌入的表格对象没有读；请改为 Word 表格，或把表格作为附件一起检查")
    return tuple(problems)
