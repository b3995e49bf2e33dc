"""Writes small PDF files for tests: text at a place, rules, clipping, pictures; places are points from the top left."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

WIDTH, HEIGHT = 595, 842

#: A Chinese font that every reader knows by name, and one of fixed width for ASCII.
_FONTS = {
    1: b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>]>>",
    2: b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
}
_COURIER = 0.6


@dataclass
class Sheet:
    """One page; everything is drawn in the order it is called."""

    width: float = WIDTH
    height: float = HEIGHT
    operators: list[str] = field(default_factory=list)

    def text(self, left: float, baseline: float, words: str, size: float = 12) -> Sheet:
        """Print words from ``left``, ASCII in a font of its own."""
        for run in re.findall(r"[ -~]+|[^ -~]+", words):
            font = 2 if run.isascii() else 1
            coded = run.encode("ascii" if font == 2 else "utf-16-be").hex()
            place = f"1 0 0 1 {left:.2f} {self.height - baseline:.2f} Tm"
            self.operators.append(f"BT /F{font} {size} Tf {place} <{coded}> Tj ET")
            left += size * len(run) * (_COURIER if font == 2 else 1)
        return self

    def rule(self, left: float, top: float, right: float, bottom: float) -> Sheet:
        """Draw a line."""
        self.operators.append(f"{left} {self.height - top} m {right} {self.height - bottom} l S")
        return self

    def bar(self, left: float, top: float, right: float, bottom: float) -> Sheet:
        """Fill a rectangle."""
        self.operators.append(f"{left} {self.height - bottom} {right - left} {bottom - top} re f")
        return self

    def clipped(self, left: float, top: float, right: float, bottom: float) -> Sheet:
        """Show of all that follows only what lies in a rectangle."""
        self.operators.append(f"{left} {self.height - bottom} {right - left} {bottom - top} re W n")
        return self

    def picture(self, left: float, top: float, right: float, bottom: float) -> Sheet:
        """Place a picture."""
        self.operators.append(f"q {right - left} 0 0 {bottom - top} {left} {self.height - bottom} cm /I Do Q")
        return self

    def grid(self, xs: list[float], ys: list[float], *, bars: bool = False) -> Sheet:
        """Rule a full grid, cell by cell as spreadsheets do; with ``bars`` the rules are thin rectangles."""
        for x in xs:
            for top, bottom in pairwise(ys):
                self.bar(x - 0.25, top, x + 0.25, bottom) if bars else self.rule(x, top, x, bottom)
        for y in ys:
            for left, right in pairwise(xs):
                self.bar(left, y - 0.25, right, y + 0.25) if bars else self.rule(left, y, right, y)
        return self


def pdf(*sheets: Sheet, trailer: bytes = b"") -> bytes:
    """A PDF file of these pages; ``trailer`` is added to its trailer."""
    picture = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects.extend(_FONTS.values())
    objects.append(picture + b"stream\n\x80\nendstream")
    kids = []
    for sheet in sheets:
        content = "\n".join(sheet.operators).encode("ascii")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Contents %d 0 R/Resources<</Font<</F1 3 0 R/F2 4 0 R>>"
            b"/XObject<</I 5 0 R>>>>>>" % (sheet.width, sheet.height, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    data = b"%PDF-1.5\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    data += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return data
