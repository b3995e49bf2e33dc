"""Numerals in text: finding every one, and telling dates, codes, ordinals and references from quantities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from datasets.model import Role

#: A printed numeral; thousands separators may be full-width.
_DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)|\d+)(?:[.．]\d+)?"
NUMERAL = re.compile(_DIGITS)
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_UNIT = (
    r"万元/家|万元/班次|元/平方米|亿元|万元|千元|万人次|平方米|人次|批次|场次|班次|台[（(]套[）)]|公里|千米|课时|个月"
    r"|[%％‰元万亿人名辆台套件个项家户批次场期份篇天盏米亩吨分岁轮]"
)
#: A numeral with the unit printed behind it; a blank may stand between.
QUANTITY = re.compile(rf"(?P<number>{_DIGITS})[ \u3000]*[（(]?(?P<unit>{_UNIT})?")

_BLANK = r"[ \u3000]*"
_RECOGNISED: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.REFERENCE, re.compile(r"[一-鿿]{2,12}[〔\[［(（]\s*\d{4}\s*[〕\]］)）]\s*(?:第\s*)?\d+\s*号|公开\s*\d+\s*表")),
    (
        Role.DATE,
        re.compile(
            rf"(?:19|20)\d\d{_BLANK}[年./-]{_BLANK}\d{{1,2}}{_BLANK}[月./-]{_BLANK}\d{{1,2}}{_BLANK}日?"
            rf"|(?:19|20)\d\d{_BLANK}年{_BLANK}\d{{1,2}}{_BLANK}月|(?:19|20)\d\d{_BLANK}年|\d{{1,2}}月\d{{1,2}}日"
            rf"|(?<=[〔\[［])\d{{4}}(?=[〕\]］])|\d{{1,2}}月底|[“\"]?十[一二三四五]五[”\"]?"
        ),
    ),
    (
        Role.ORDINAL,
        re.compile(
            r"(?m:^)[ \t\u3000]*[（(]?\d{1,2}(?:[.．、）)](?!\d)|(?=[一-鿿]))|(?<=[。；：\n])\d{1,2}[.．、](?!\d)"
            r"|[（(]\d{1,2}[）)]|第\s*\d+|附?表\s*\d+(?:-\d+)?|附件\s*\d+|T\d+"
        ),
    ),
    (Role.REFERENCE, re.compile(r"\d+[ \u3000]*万元(?:[（(]含[）)])?以上(?=[^，。；\d]{0,6}设备)")),
    (
        Role.CODE,
        re.compile(
            rf"(?<![\d.,，])[2-3]\d{{2}}(?:\d{{2}}){{0,2}}(?![\d.,，])(?=[ \u3000]*[-－]?[ \u3000]*[一-鿿])(?![ \u3000]*(?:{_UNIT}))"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral in a text: its position there, its digits as printed, its value, its unit and what it is, if known."""

    start: int
    end: int
    printed: str
    value: Decimal
    decimals: int
    unit: str
    role: Role | None
    unit_end: int


def number(printed: str) -> Decimal:
    """The value of the digits that :data:`NUMERAL` found."""
    return Decimal(printed.translate(_HALF_WIDTH).replace(",", ""))


def decimals_of(printed: str) -> int:
    """Number of printed digits behind the decimal point."""
    return len(printed.translate(_HALF_WIDTH).partition(".")[2])


def numerals(text: str) -> Iterator[Numeral]:
    """Every numeral of a text in order; ``role`` is set for dates, codes, ordinals and references."""
    known: list[tuple[int, int, Role]] = []
    for role, pattern in _RECOGNISED:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < other_end and other_start < end for other_start, other_end, _ in known):
                known.append((start, end, role))
    for match in QUANTITY.finditer(text):
        start, end = match.span("number")
        printed = match["number"]
        role = next((r for s, e, r in known if s <= start and end <= e), None)
        unit = "" if role else (match["unit"] or "")
        yield Numeral(
            start,
            end,
            printed,
            number(printed),
            decimals_of(printed),
            "%" if unit == "％" else unit,
            role,
            match.end() if unit else end,
        )
