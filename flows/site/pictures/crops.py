"""Pictures of the printed page around a figure, because nobody trusts retyped text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasets.model import Document, Place

if TYPE_CHECKING:
    from PIL.Image import Image

_SCALE = 1.6  # pixels for each point: small print stays readable, a crop stays below 50 kB
_MARGIN = 44.0  # points of page shown above and below the line
_MARK = (161, 29, 29)
_GREYS = 15  # and the colour of the mark: a page of print needs no more, and 16 colours make a small file
_SLOP = 2.0
_OPEN = 4


@dataclass(frozen=True, slots=True)
class Crop:
    """A picture: its file as seen from the first page, and its size in pixels."""

    file: str
    width: int
    height: int


class Cropper:
    """Cuts pictures out of PDF documents and keeps each once.

    Args:
        reuse: returns the bytes of a picture that an earlier run made, by the name of the file, or None.
        write: writes a picture by the name of its file.
    """

    def __init__(self, reuse: Callable[[str], bytes | None], write: Callable[[str, bytes], None]) -> None:
        self._reuse = reuse
        self._write = write
        self._made: dict[str, Crop | None] = {}
        self._open: dict[Path, Any] = {}

    def crop(self, document: Document, place: Place, printed: str) -> Crop | None:
        """The picture around a printed line; None where the document has no pages or its file is gone."""
        if document.format != "pdf" or place.page is None or place.box is None:
            return None
        # The name tells the content of the file, so a picture of an earlier run is good as long as it is found.
        name = f"crops/{document.sha256[:12]}-{place.page}-{place.start}-{place.end}.png"
        if name not in self._made:
            self._made[name] = self._cut(name, document.path, place, printed)
        return self._made[name]

    def close(self) -> None:
        """Close the documents."""
        while self._open:
            self._open.popitem()[1].close()

    def _cut(self, name: str, path: Path, place: Place, printed: str) -> Crop | None:
        data = self._reuse(name)
        if data is None:
            try:
                data = _bytes(self._picture(path, place, printed))
            except Exception:  # noqa: BLE001 - the picture is an extra; a file that moved must not cost the page
                return None
        self._write(name, data)
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))  # the header of a PNG
        return Crop(name, width, height)

    def _picture(self, path: Path, place: Place, printed: str) -> Image:
        from PIL import ImageDraw

        page = self._document(path)[(place.page or 1) - 1]
        width, height = page.get_size()
        left, top, right, bottom = place.box or (0.0, 0.0, width, height)
        upper, lower = max(0.0, top - _MARGIN), min(height, bottom + _MARGIN)
        picture = _grey(page.render(scale=_SCALE, crop=(0, height - lower, 0, upper)).to_pil())
        mark = _found(page, printed, (left, top, right, bottom), height) or (left, top, right, bottom)
        corners = [
            (mark[0] - _SLOP) * _SCALE,
            (mark[1] - upper - _SLOP) * _SCALE,
            (mark[2] + _SLOP) * _SCALE,
            (mark[3] - upper + _SLOP) * _SCALE,
        ]
        ImageDraw.Draw(picture).rectangle(corners, outline=_GREYS, width=2)
        page.close()
        return picture

    def _document(self, path: Path) -> Any:  # noqa: ANN401 - pypdfium2 ships no types
        import pypdfium2

        if path not in self._open:
            if len(self._open) >= _OPEN:
                self._open.pop(next(iter(self._open))).close()
            self._open[path] = pypdfium2.PdfDocument(path)
        return self._open[path]


def _found(
    page: Any,  # noqa: ANN401 - pypdfium2 ships no types
    printed: str,
    line: tuple[float, float, float, float],
    height: float,
) -> tuple[float, float, float, float] | None:
    """The box of the printed words within their line, from the top left; None where they are not found there."""
    with suppress(Exception):
        text = page.get_textpage()
        searcher = text.search(printed, match_case=True)
        while (hit := searcher.get_next()) is not None:
            boxes = [text.get_charbox(hit[0] + number) for number in range(hit[1])]
            left, right = min(b[0] for b in boxes), max(b[2] for b in boxes)
            top, bottom = height - max(b[3] for b in boxes), height - min(b[1] for b in boxes)
            middle = (top + bottom) / 2
            if line[1] - _SLOP <= middle <= line[3] + _SLOP and line[0] - _SLOP <= left and right <= line[2] + _SLOP:
                return left, top, right, bottom
    return None


def _grey(picture: Image) -> Image:
    """A picture in a few greys, with one more colour for the mark."""
    step = 256 / _GREYS
    grey = picture.convert("L").point([int(level / step) for level in range(256)])
    levels = [round(number * 255 / (_GREYS - 1)) for number in range(_GREYS)]
    grey.putpalette([part for level in levels for part in (level, level, level)] + list(_MARK))
    return grey


def _bytes(picture: Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True, bits=4)
    return stream.getvalue()
