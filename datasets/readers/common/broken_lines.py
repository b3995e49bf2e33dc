"""Lines that a page or a converter broke: which of them go on in the next line, by the grammar of the line.

A sentence goes on where its line has no end mark and either fills the width at which the text was broken, or stops at
a word that asks for more, or the next line begins with one that nothing begins with. Headings, items of a list, rows of
a table and captions begin a line of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from datasets.model import Block, Paragraph
from datasets.vocabulary.plain import plain

_ENDS = re.compile(r"[。；：！？;:!?…][”’）)]?$")
_BEGINS = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|[①-⑳]|第[一二三四五六七八九十]+部分"
    r"|[附表注图]|公开\d|单位：|编制|部门：|备注|目录|20\d\d年?\d{0,2}月?\d{0,2}日?$)"
)
_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]+部分)"
)
_OF_HEADING = re.compile(r"(?:情况|说明|概况|职责|职能|设置|构成|表|明细|解释|目录)$")
_PAGE = re.compile(r"^[-－—–\s]*\d{1,3}[-－—–\s]*$")
#: A line stops here only where it was broken, and begins so only where the one before was.
_ASKS_FOR_MORE = re.compile(
    r"(?:[，、（“《]|[一-鿿](?:为|是|比|较|占|的|和|与|及|共|由|对|在|等|完成|增加|减少|增长|下降|其中))$"
)
_GOES_ON = re.compile(r"^(?:[的了，、。；：）”%％]|万元|元[，。；、]|年度?(?!预算|决算)|个百分点)")
_CELLS = re.compile(r"\S+(?:[ \u3000\t]+\S+){2,}")
_MARKS = re.compile(r"[，。；：]")
_SHORTEST, _FEWEST, _FULL = 20, 3, 0.85


def join_broken(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with the lines of one paragraph put together; the text itself and its places stay as they are."""
    width = _width([block.text for block in blocks if isinstance(block, Paragraph)])
    open_: Paragraph | None = None
    for block in blocks:
        if not isinstance(block, Paragraph):
            if open_ is not None:
                yield open_
            open_ = None
            yield block
            continue
        if open_ is not None:
            between = text[open_.place.end : block.place.start]
            if between == "\n" and _goes_on(open_.text.rpartition("\n")[2], block.text, width):
                place = open_.place.within(0, block.place.end - open_.place.start)
                open_ = Paragraph(text[place.start : place.end], place)
                continue
            yield open_
        open_ = block
    if open_ is not None:
        yield open_


def _goes_on(above: str, below: str, width: float) -> bool:
    above, below = above.strip(), below.strip()
    if not above or not below or _ENDS.search(above) or _BEGINS.search(plain(below)):
        return False
    if any(_PAGE.match(line) or _is_row(line) for line in (above, below)):
        return False
    if _HEADING.match(above) and _OF_HEADING.search(above):
        return False
    if _GOES_ON.match(below) or _ASKS_FOR_MORE.search(above):
        return True
    return bool(width) and _measured(above) >= _FULL * width


def _is_row(line: str) -> bool:
    """True for words in columns: 合 计  65.00  64.87."""
    return bool(_CELLS.fullmatch(line)) and not _MARKS.search(line)


def _width(lines: Sequence[str]) -> float:
    """How wide lines are that were broken at a width, in halves of an ideograph; 0 where none seem to be."""
    open_ = [line.strip() for line in lines]
    open_ = [line for line in open_ if not _ENDS.search(line) and not _is_row(line) and not _OF_HEADING.search(line)]
    widths = sorted(width for width in map(_measured, open_) if width >= _SHORTEST)
    if len(widths) < _FEWEST:
        return 0
    middle = widths[len(widths) * 2 // 3]
    alike = [width for width in widths if _FULL * middle <= width <= middle / _FULL]
    return middle if len(alike) * 2 >= len(widths) and len(alike) >= _FEWEST else 0


def _measured(line: str) -> int:
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in line)
