"""What of a web page is its article: which tables only lay out, and what around the article can safely be left out.

Nothing is left out that bears a figure or the title of a disclosure, and nothing that is not clearly an accessory of
the site: a page read with its menu is better than a page read without its first table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from datasets.vocabulary.numerals import numerals

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# fmt: off
#: Elements whose content no browser prints.
UNPRINTED = frozenset((
    "head", "script", "style", "noscript", "template", "title", "xml", "svg", "iframe", "object", "select",
    "option", "button", "textarea", "del", "map",
))
# fmt: on
#: Links to files that belong to the page.
ATTACHMENT = re.compile(r"\.(?:docx?|wps|xlsx?|et|pdf|ofd|zip|rar|7z)(?:[?#]|$)", re.IGNORECASE)
_CELLS = ("td", "th")
_ACCESSORIES = frozenset(("nav", "footer", "aside", "header"))
_ACCESSORY_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|foot|head|top(?!ic)|crumb|bread|share|copy|side|banner|search|login|related|pager|toolbar"
    r"|weizhi|dibu|daohang)",
    re.IGNORECASE,
)
_ACCESSORY_WORDS = re.compile(
    r"ICP备|版权所有|网站标识码|公网安备|网站地图|当前位置|的位置[：:]|打印本?页|关闭(?:窗口|本页)|分享到|上一篇|下一篇|浏览次数|扫一扫"
)
#: Titles and the captions of tables, which name the unit and the office.
_KEPT = re.compile(r"20\d\d年.{0,30}(?:预算|决算)|单位[：:]\s*[亿万千]?元|(?:编制|填报)(?:部门|单位)|部门[：:]|表\s*$")
_UNITS_OF_FIGURES = re.compile(r"[元%％‰人辆台套件个项家米]|平方米|公里")
_LONGEST_ACCESSORY = 600  # characters of text outside links
_MAIN_SHARE = 0.6  # an element with this share of the text is on the way to the article
_LINK_SHARE = 0.5
_ROWS_OF_DATA, _CELLS_OF_DATA = 2, 3
_FEW_CELLS, _MANY_BLOCKS, _LONG_CELL = 3, 5, 300


def lays_out(table: Element) -> bool:
    """True for a table that only arranges what it holds: other tables, or paragraphs one above the other."""
    rows: dict[Element, list[tuple[Element, bool]]] = {}
    for cell in table.iter(*_CELLS):
        if next(cell.iterancestors("table")) is table and _has_text(cell):
            row = next(cell.iterancestors("tr"), table)
            rows.setdefault(row, []).append((cell, next(cell.iterdescendants("table"), None) is not None))
    cells = [cell for row in rows.values() for cell in row]
    if not any(nests for _, nests in cells):
        return all(len(row) <= 1 for row in rows.values()) or (len(cells) <= _FEW_CELLS and any(map(_is_page, cells)))
    of_data = sum(sum(not nests for _, nests in row) >= _CELLS_OF_DATA for row in rows.values())
    return of_data < _ROWS_OF_DATA


def _has_text(element: Element) -> bool:
    return any(text.strip() for text in element.itertext())


def _is_page(cell: tuple[Element, bool]) -> bool:
    """True for a cell that holds paragraphs as only an article has them."""
    texts = ["".join(block.itertext()).strip() for block in cell[0].iter("p", "div", "h1", "h2", "h3")]
    filled = [text for text in texts if text]
    return len(filled) >= _MANY_BLOCKS and sum(map(len, filled)) >= _LONG_CELL


def left_out(body: Element) -> set[Element]:
    """The accessories beside the way from the root to the article."""
    length, linked = _lengths(body)
    if not length.get(body):
        return set()
    accessories: set[Element] = set()
    element = body
    while True:
        main = max(element.iterchildren("*"), key=lambda child: length.get(child, 0), default=None)
        if (
            main is None
            or length.get(main, 0) < length[body] * _MAIN_SHARE
            or (main.tag == "table" and not lays_out(main))
        ):
            return accessories
        for child in element.iterchildren("*"):
            if child is not main and _is_accessory(child, length.get(child, 0), linked.get(child, 0)):
                accessories.add(child)
        element = main


def _lengths(body: Element) -> tuple[dict[Element, int], dict[Element, int]]:
    """Characters outside and inside links, by element, what is not printed left aside."""
    plain: dict[Element, int] = {}
    linked: dict[Element, int] = {}
    links = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        target = linked if links else plain
        if event == "start":
            if element.tag in UNPRINTED:
                walk.skip_subtree()
                continue
            links += element.tag == "a"
            target = linked if links else plain
            target[element] = target.get(element, 0) + _count(element.text)
            continue
        links -= element.tag == "a"
        parent = element.getparent()
        if parent is not None and element is not body:
            for lengths in (plain, linked):
                lengths[parent] = lengths.get(parent, 0) + lengths.get(element, 0)
            (linked if links else plain)[parent] += _count(element.tail)
    return plain, linked


def _count(text: str | None) -> int:
    return len(text.strip()) if text else 0


def _is_accessory(element: Element, plain: int, linked: int) -> bool:
    text = " ".join(_outside_links(element))
    if any(ATTACHMENT.search(link.get("href", "")) for link in element.iter("a")):
        return False
    if plain > _LONGEST_ACCESSORY or _KEPT.search(text) or _bears_figures(text):
        return False
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return (
        element.tag in _ACCESSORIES
        or bool(_ACCESSORY_NAME.search(named))
        or linked > (plain + linked) * _LINK_SHARE
        or bool(_ACCESSORY_WORDS.search(text))
    )


def _outside_links(element: Element) -> Iterator[str]:
    """The printed texts of an element that are not links."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "end":
            if inner is not element and inner.tail:
                yield inner.tail
        elif inner.tag in UNPRINTED or inner.tag == "a":
            walk.skip_subtree()
        elif inner.text:
            yield inner.text


def _bears_figures(text: str) -> bool:
    """True where a numeral has decimals or a unit; telephone and licence numbers have neither."""
    return any(
        numeral.role is None and (numeral.decimals or _UNITS_OF_FIGURES.search(numeral.unit))
        for numeral in numerals(text)
    )
