"""One page of a PDF as PDFium sees it: the visible glyphs, the ruling lines and how much of it is a picture.

Coordinates are points from the top left corner of the page as it is shown. Text that a clipping path hides is left
out: spreadsheets printed to PDF repeat whole sheets on every page and hide all but a window of them.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_DEEPEST_FORM = 8
_THIN = 3.0  # a filled rectangle up to this many points across is a line
_WHITE = 250
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\r\n")
_HYPHENS = frozenset("\x02\ufffe")  # what PDFium reports for a hyphen at the end of a line
_RADICALS = (0x2E80, 0x2FDF)  # some fonts map their ideographs to the look-alike radicals


class Glyph(NamedTuple):
    """A printed character: its extent, and the line it stands on (``baseline``, from the top of the page)."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


class Rule(NamedTuple):
    """A ruling line; ``left == right`` for a vertical one, ``top == bottom`` for a horizontal one."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class PageContent:
    """What stands on a page.

    ``slanted`` is text at an angle to the rest (watermarks), ``image_share`` the share of the page that pictures cover,
    ``recognised`` true when text was laid invisibly over a scan, ``unmapped`` counts glyphs without a character.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    slanted: str = ""
    image_share: float = 0.0
    recognised: bool = False
    unmapped: int = 0


class _RawGlyph(NamedTuple):
    """A glyph in the coordinates of the file, before the page is turned upright."""

    text: str
    box: Box
    origin: tuple[float, float]
    size: float
    quarter: int | None


class _RawObject(NamedTuple):
    """A page object with the matrix of the forms around it and the window that clipping leaves of it."""

    handle: Any
    kind: int
    matrix: Matrix
    window: Box


def read_page(page: Any, number: int) -> PageContent:  # noqa: ANN401 - a ctypes handle has no type of its own
    """Read the PDFium page behind a raw handle."""
    shown = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, shown)
    frame = (shown.left, shown.bottom, shown.right, shown.top)
    objects = list(_objects(page, frame))
    windows = {_address(each.handle): each.window for each in objects if each.kind == pdfium.FPDF_PAGEOBJ_TEXT}
    raw, unmapped = _raw_glyphs(page, frame, windows)
    quarter = _common_quarter(raw)
    view = _View(frame, (pdfium.FPDFPage_GetRotation(page) + quarter) % 4)
    content = PageContent(number, *view.size, unmapped=unmapped)
    content.glyphs = [view.glyph(glyph) for glyph in raw if glyph.quarter == quarter]
    content.slanted = "".join(glyph.text for glyph in raw if glyph.quarter != quarter).strip()
    _read_graphics(objects, view, content)
    return content


class _View:
    """Turns coordinates of the file (upwards from the lower left) into those of the page as it is shown."""

    def __init__(self, frame: Box, turns: int) -> None:
        self.left, self.bottom, self.right, self.top = frame
        self.turns = turns
        width, height = self.right - self.left, self.top - self.bottom
        self.size = (width, height) if turns % 2 == 0 else (height, width)

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:  # noqa: PLR2004 - two quarter turns
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def box(self, box: Box) -> Box:
        (x0, y0), (x1, y1) = self.point(box[0], box[1]), self.point(box[2], box[3])
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def glyph(self, glyph: _RawGlyph) -> Glyph:
        left, _, right, _ = self.box(glyph.box)
        return Glyph(glyph.text, left, right, self.point(*glyph.origin)[1], glyph.size)


def _objects(page: Any, frame: Box) -> Iterator[_RawObject]:  # noqa: ANN401
    """All page objects, forms opened."""
    count = pdfium.FPDFPage_CountObjects(page)
    for index in range(count):
        yield from _opened(pdfium.FPDFPage_GetObject(page, index), _IDENTITY, frame, 0)


def _opened(handle: Any, matrix: Matrix, window: Box, depth: int) -> Iterator[_RawObject]:  # noqa: ANN401
    window = _clipped(handle, matrix, window)
    kind = pdfium.FPDFPageObj_GetType(handle)
    if kind != pdfium.FPDF_PAGEOBJ_FORM:
        yield _RawObject(handle, kind, matrix, window)
    elif depth < _DEEPEST_FORM:
        inner = _times(_matrix_of(handle), matrix)
        for index in range(pdfium.FPDFFormObj_CountObjects(handle)):
            yield from _opened(pdfium.FPDFFormObj_GetObject(handle, index), inner, window, depth + 1)


def _clipped(handle: Any, matrix: Matrix, window: Box) -> Box:  # noqa: ANN401
    """The window cut down to the clipping paths of an object."""
    clip = pdfium.FPDFPageObj_GetClipPath(handle)
    if not clip:
        return window
    for path in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
        points = [
            _point(pdfium.FPDFClipPath_GetPathSegment(clip, path, index), matrix)
            for index in range(pdfium.FPDFClipPath_CountPathSegments(clip, path))
        ]
        if points:
            xs, ys = zip(*points, strict=True)
            window = (
                max(window[0], min(xs)),
                max(window[1], min(ys)),
                min(window[2], max(xs)),
                min(window[3], max(ys)),
            )
    return window


def _raw_glyphs(page: Any, frame: Box, windows: dict[int, Box]) -> tuple[list[_RawGlyph], int]:  # noqa: ANN401
    """The visible glyphs in the order of the file, and how many of them have no character."""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return [], 0
    glyphs: list[_RawGlyph] = []
    unmapped = 0
    known: dict[int, tuple[float, int | None]] = {}
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    try:
        for index in range(pdfium.FPDFText_CountChars(text_page)):
            if pdfium.FPDFText_IsGenerated(text_page, index) == 1:
                continue  # blanks and line ends are ours to find
            text = _character(pdfium.FPDFText_GetUnicode(text_page, index))
            if not text:
                continue
            pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
            extent = (box.left, box.bottom, box.right, box.top)
            address = _address(pdfium.FPDFText_GetTextObject(text_page, index))
            if not _inside(extent, windows.get(address, frame)):
                continue
            if address not in known:
                known[address] = _size_and_quarter(text_page, index)
            size, quarter = known[address]
            unmapped += text == "\ufffd"
            pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
            glyphs.append(_RawGlyph(text, extent, (x.value, y.value), size, quarter))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return glyphs, unmapped


def _character(code: int) -> str:
    """The character of a code as PDFium reports it, "" for what is not printed."""
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:  # noqa: PLR2004 - surrogates, end of Unicode
        return "\ufffd"
    text = chr(code)
    if text in _INVISIBLE:
        return ""
    if text in _HYPHENS:
        return "-"
    if _RADICALS[0] <= code <= _RADICALS[1]:
        return unicodedata.normalize("NFKC", text)
    return " " if text in "\xa0\t" else text


def _inside(box: Box, window: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return window[0] <= x <= window[2] and window[1] <= y <= window[3]


def _size_and_quarter(text_page: Any, index: int) -> tuple[float, int | None]:  # noqa: ANN401
    """Font size in points, and the text's direction in quarter turns (None when it is slanted)."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    turns = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    near = round(turns)
    quarter = near % 4 if abs(turns - near) < 0.03 else None  # noqa: PLR2004 - under three degrees
    return pdfium.FPDFText_GetFontSize(text_page, index) * scale, quarter


def _common_quarter(glyphs: list[_RawGlyph]) -> int:
    """The direction most of the text runs in: a wide table may be printed sideways on an upright page."""
    counts = Counter(glyph.quarter for glyph in glyphs if glyph.quarter is not None and glyph.text.strip())
    return counts.most_common(1)[0][0] if counts else 0


def _read_graphics(objects: list[_RawObject], view: _View, content: PageContent) -> None:
    """Enter ruling lines and pictures."""
    covered = 0.0
    for each in objects:
        if each.kind == pdfium.FPDF_PAGEOBJ_PATH:
            content.rules.extend(_rules(each, view))
        elif each.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, top, right, bottom = _image_box(each)
            covered += max(right - left, 0) * max(bottom - top, 0)
        elif each.kind == pdfium.FPDF_PAGEOBJ_TEXT and not content.recognised:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(each.handle)
            content.recognised = mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
    content.image_share = covered / max(content.width * content.height, 1.0)


def _image_box(image: _RawObject) -> Box:
    """The visible part of a picture."""
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(image.handle, *sides)
    left, bottom, right, top = (side.value for side in sides)
    corners = [_apply(image.matrix, x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = zip(*corners, strict=True)
    window = image.window
    return max(min(xs), window[0]), max(min(ys), window[1]), min(max(xs), window[2]), min(max(ys), window[3])


def _rules(path: _RawObject, view: _View) -> Iterator[Rule]:
    """The horizontal and vertical lines that a path draws, as strokes or as thin filled rectangles."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path.handle, fill, stroke)
    if not fill.value and not stroke.value:
        return
    window = view.box(path.window)
    matrix = _times(_matrix_of(path.handle), path.matrix)
    for corners in _polygons(path.handle, matrix):
        shown = [view.point(*corner) for corner in corners]
        for line in _lines_of_polygon(shown, stroked=bool(stroke.value), path=path, view=view):
            left, top = max(line.left, window[0] - 1), max(line.top, window[1] - 1)
            right, bottom = min(line.right, window[2] + 1), min(line.bottom, window[3] + 1)
            if left <= right and top <= bottom:
                yield Rule(left, top, right, bottom)


def _lines_of_polygon(
    corners: list[tuple[float, float]], *, stroked: bool, path: _RawObject, view: _View
) -> Iterator[Rule]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    wide, high = right - left, bottom - top
    if wide <= _THIN or high <= _THIN:
        if wide > high:
            yield Rule(left, (top + bottom) / 2, right, (top + bottom) / 2)
        elif high > wide:
            yield Rule((left + right) / 2, top, (left + right) / 2, bottom)
        return
    whole_page = wide > 0.95 * view.size[0] and high > 0.95 * view.size[1]
    if not stroked and (whole_page or len(corners) > 5 or _is_white(path.handle)):  # noqa: PLR2004 - no rectangle
        return
    for (x0, y0), (x1, y1) in pairwise(corners):
        if abs(y1 - y0) < 0.5 < abs(x1 - x0):  # noqa: PLR2004 - half a point out of true
            yield Rule(min(x0, x1), y0, max(x0, x1), y0)
        elif abs(x1 - x0) < 0.5 < abs(y1 - y0):  # noqa: PLR2004
            yield Rule(x0, min(y0, y1), x0, max(y0, y1))


def _polygons(handle: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:  # noqa: ANN401
    """The straight-sided parts of a path, each closed where the path closes it."""
    corners: list[tuple[float, float]] = []
    curved = False
    for index in range(pdfium.FPDFPath_CountSegments(handle)):
        segment = pdfium.FPDFPath_GetPathSegment(handle, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(corners) > 1 and not curved:
                yield corners
            corners, curved = [], False
        curved = curved or kind == pdfium.FPDF_SEGMENT_BEZIERTO
        corners.append(_point(segment, matrix))
        if pdfium.FPDFPathSegment_GetClose(segment):
            corners.append(corners[0])
    if len(corners) > 1 and not curved:
        yield corners


def _is_white(handle: Any) -> bool:  # noqa: ANN401
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= _WHITE


def _point(segment: Any, matrix: Matrix) -> tuple[float, float]:  # noqa: ANN401
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    return _apply(matrix, x.value, y.value)


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    if then == _IDENTITY:
        return first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _matrix_of(handle: Any) -> Matrix:  # noqa: ANN401
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(handle, matrix)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _address(handle: Any) -> int:  # noqa: ANN401
    return ctypes.addressof(handle.contents) if handle else 0
