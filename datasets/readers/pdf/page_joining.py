"""Pages to a flow: furniture set aside, lines joined to paragraphs, tables joined over page breaks."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from datasets.readers.pdf.lines import Line, ends_sentence, room_needed, starts_item
from datasets.readers.pdf.table_joining import continues_table, joined_grid, same_words
from datasets.readers.pdf.tables import Grid
from datasets.vocabulary.whole import whole

Flow = list["list[Line] | Grid"]

_PAGE_NUMBER = re.compile(
    r"(?P<marked>[—–―\-－·•~]+\s*)?(?:第\s*)?(?P<number>\d{1,4})(?P<page>\s*页)?"
    r"(?:\s*[/／,，]?\s*(?:共\s*\d{1,4}\s*页|\d{1,4}))?\s*[—–―\-－·•~]*"
)
_CAPTION = re.compile(r"表$|单位[：:]|续|^附")
_OUTERMOST = 2  # headers and footers have up to this many lines
_REPEATED = 3  # on fewer pages a line is no header
_REPEATED_SHARE = 0.4
_LINES_OF_A_CAPTION = 4
_FULL_SLACK = 0.8  # of the font size: how far a full line may end before the margin
_INDENT = 1.2
_LEAST_MEASURE = 0.65  # of the page: lines that end further left are short ones
_SAME_MARGIN = 4  # font sizes
_CENTRED = 2  # font sizes
_CLINGING = tuple("，。、；：！？）》”’】")  # no line begins with one of these unless it goes on
_LEADER = re.compile(r"(?:…{6,}|[.．·]{8,}|-{8,}|_{8,})\s*\d*$")  # the dots of a table of contents


@dataclass(slots=True)
class PageLayout:
    """The lines outside tables and the tables of a page."""

    number: int
    width: float
    lines: list[Line] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    def items(self) -> list[Line | Grid]:
        """Lines and tables from top to bottom."""
        items: list[Line | Grid] = [*self.lines, *self.grids]
        return sorted(items, key=_height)


def flow_of(pages: list[PageLayout]) -> Flow:
    """Paragraphs (as lists of lines) and tables in reading order.

    Page numbers and repeated headers and footers are dropped; those that hold other numerals stay, as paragraphs of
    their own beside the text that runs on past them.
    """
    kept = _set_furniture_aside(pages)
    margins = _Margins(pages)
    flow: Flow = []
    for page in pages:
        for item in page.items():
            if isinstance(item, Grid):
                _add_grid(flow, item)
            elif flow and isinstance(flow[-1], list) and margins.continues(flow[-1], item):
                flow[-1].append(item)
            else:
                flow.append([item])
    flow.extend([line] for line in kept)
    return sorted(flow, key=lambda block: _order(block[0] if isinstance(block, list) else block))


def _height(item: Line | Grid) -> tuple[float, float]:
    return (item.top, item.edges[0]) if isinstance(item, Grid) else (item.middle, item.left)


def _order(item: Line | Grid) -> tuple[int, float, float]:
    return item.page, *_height(item)


def _set_furniture_aside(pages: list[PageLayout]) -> list[Line]:
    """Take page numbers, headers and footers out of the pages; returns those that must not be lost."""
    outer = {page.number: _outermost(page) for page in pages}
    numbers = _page_numbers(outer)
    repeated = _repeated(outer)
    kept: list[Line] = []
    for page in pages:
        aside = [line for line in outer[page.number] if line in numbers or _masked(line) in repeated]
        kept.extend(line for line in aside if line not in numbers and re.search(r"\d", line.text))
        page.lines = [line for line in page.lines if line not in aside]
    return kept


def _outermost(page: PageLayout) -> list[Line]:
    """The first and last lines of a page, as far as no table comes before or after them."""
    lines = sorted(page.lines, key=lambda line: line.middle)
    top = min((grid.top for grid in page.grids), default=float("inf"))
    bottom = max((grid.bottom for grid in page.grids), default=0.0)
    first = [line for line in lines[:_OUTERMOST] if line.middle < top]
    last = [line for line in lines[-_OUTERMOST:] if line.middle > bottom and line not in first]
    return first + last


def _masked(line: Line) -> tuple[int, str]:
    """What makes two headers the same: their height on the page and their words, whatever number they bear."""
    return round(line.baseline / 3), re.sub(r"\d+", "#", line.text)


def _repeated(outer: dict[int, list[Line]]) -> set[tuple[int, str]]:
    counts = Counter(key for lines in outer.values() for key in {_masked(line) for line in lines})
    least = max(_REPEATED, _REPEATED_SHARE * sum(bool(lines) for lines in outer.values()))
    return {key for key, count in counts.items() if count >= least and not _CAPTION.search(key[1])}


def _page_numbers(outer: dict[int, list[Line]]) -> set[Line]:
    """Lines that are nothing but a page number: marked as one (- 7 -, 第7页), or counting up with the pages."""
    marked: set[Line] = set()
    bare: dict[int, list[Line]] = {}
    for page, lines in outer.items():
        for line in lines:
            match = _PAGE_NUMBER.fullmatch(line.text)
            if match is None:
                continue
            if match["marked"] or match["page"]:
                marked.add(line)
            else:
                bare.setdefault(whole(match["number"]) - page, []).append(line)
    return marked.union(*(lines for lines in bare.values() if len(lines) > 1))


class _Margins:
    """Where the lines of a page begin and end, and how far apart they stand."""

    def __init__(self, pages: list[PageLayout]) -> None:
        self._left: dict[int, float] = {}
        self._right: dict[int, float] = {}
        self._pitch: dict[int, float] = {}
        self._width = {page.number: round(page.width) for page in pages}
        by_width: dict[int, list[Line]] = {}
        for page in pages:
            by_width.setdefault(round(page.width), []).extend(page.lines)
        common = {width: _right_edge(lines, width) for width, lines in by_width.items()}
        for page in pages:
            if page.lines:
                self._left[page.number] = min(line.left for line in page.lines)
                self._right[page.number] = _own_or_common(page, common[round(page.width)])
                self._pitch[page.number] = _pitch(page.lines)

    def continues(self, paragraph: list[Line], line: Line) -> bool:
        """True when a line belongs to the paragraph before it."""
        first, above = paragraph[0], paragraph[-1]
        if abs(line.size - above.size) > 0.15 * above.size or self._width[line.page] != self._width[above.page]:
            return False
        if line.text.startswith(_CLINGING):
            return True
        if above.right + room_needed(line) <= self._right[above.page] - _FULL_SLACK * above.size:
            return False  # there was room for the next word: the line was ended on purpose
        if line.page == above.page and self._gap_is_wide(above, line):
            return False
        if line.page > above.page + 1 or line.parted or above.parted or _LEADER.search(above.text):
            return False
        if starts_item(line.text) and (ends_sentence(above.text) or self._is_indented(line, paragraph)):
            return False
        if not self._is_indented(line, paragraph):
            same_start = abs(line.left - first.left) < _FULL_SLACK * line.size and len(paragraph) == 1
            opens = same_start and first.left > self._left[first.page] + _INDENT * first.size
            return not (opens and ends_sentence(above.text))
        return _is_centred(first, line) and not ends_sentence(above.text)  # a heading of two lines

    def _gap_is_wide(self, above: Line, line: Line) -> bool:
        gap = line.baseline - above.baseline
        return gap > 1.5 * self._pitch[line.page] and gap > 1.8 * line.size

    def _is_indented(self, line: Line, paragraph: list[Line]) -> bool:
        """True when a line begins further in than the paragraph so far, on its page or measured from the margin."""
        known = [each for each in paragraph if each.page == line.page]
        if not known:
            return line.left > self._left[line.page] + _INDENT * line.size
        reference = known[1].left if len(known) > 1 else known[0].left
        return line.left > reference + _FULL_SLACK * line.size


def _own_or_common(page: PageLayout, common: float | None) -> float:
    """Where the lines of a page end: their own margin, that of the other pages where a page has short lines only."""
    own = _right_edge(page.lines, page.width)
    if own is None or common is None:
        return own or common or max(*(line.right for line in page.lines), _LEAST_MEASURE * page.width)
    return own if abs(own - common) <= _SAME_MARGIN * page.lines[0].size else common


def _right_edge(lines: list[Line], width: float) -> float | None:
    """Where at least three lines end, None when there is no such place in the right part of the page."""
    rights = sorted((line.right for line in lines if line.right > _LEAST_MEASURE * width), reverse=True)
    size = median(line.size for line in lines) if lines else 0.0
    for right in rights:
        if sum(right - 1.5 * size <= other <= right for other in rights) >= _REPEATED:
            return right
    return None


def _pitch(lines: list[Line]) -> float:
    """The usual distance of two baselines: a low quartile, as paragraphs may be set apart."""
    levels = sorted(line.baseline for line in lines)
    steps = sorted(b - a for a, b in pairwise(levels) if b - a > 0.8 * lines[0].size)
    return steps[len(steps) // 4] if steps else 1.5 * lines[0].size


def _is_centred(first: Line, line: Line) -> bool:
    """True for a short line in the middle under a long one."""
    inside = line.left > first.left + _CENTRED * line.size and line.right < first.right - _CENTRED * line.size
    return inside and abs((first.left + first.right) - (line.left + line.right)) / 2 <= line.size


def _add_grid(flow: Flow, grid: Grid) -> None:
    """Add a table, to the table before it when it goes on there."""
    captions: list[list[Line]] = []
    for block in reversed(flow):
        if isinstance(block, Grid):
            if continues_table(block, grid) and _only_repeats(captions, block, grid):
                del flow[len(flow) - len(captions) :]
                flow[-1] = joined_grid(block, grid)
                return
            break
        captions.append(block)
    grid.captions = ["".join(line.text for line in lines) for lines in captions[:_LINES_OF_A_CAPTION]]
    flow.append(grid)


def _only_repeats(between: list[list[Line]], above: Grid, below: Grid) -> bool:
    """True when nothing stands between two tables but the caption of the first one, printed again."""
    return all(
        lines[0].page == below.page and any(same_words(text, caption) for caption in above.captions)
        for lines in between
        for text in ["".join(line.text for line in lines)]
    )
