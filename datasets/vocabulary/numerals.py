"""Numerals in text: finding every one, and telling dates, codes, ordinals and references from quantities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from datasets.model import Role
from datasets.vocabulary.concepts import economic_names, function_names, parent_code
from datasets.vocabulary.units import MOST_DIGITS

#: A printed numeral; thousands separators may be full-width.
#: A full stop before a year is that of a numbering (5．2024年).
#: No number of a list (20,30,100万元) begins with 0, so 1,06,000元 is one amount that lost or gained a digit.
_MISGROUPED_AMOUNT = (
    r"(?<![\d.,，])\d{1,3}(?:,\d{3})*,(?:0\d|0\d{3})(?:(?:,\d{3})+(?!\d)|(?=\.\d))(?=(?:\.\d+)?[ \u3000]*万?元)"
)
_DIGITS = rf"(?:{_MISGROUPED_AMOUNT}|\d{{1,3}}(?:[,，]\d{{3}})+(?!\d)|\d+)(?:[.．](?!(?:19|20)\d\d[ \u3000]*年)\d+)?"
NUMERAL = re.compile(_DIGITS)
#: Digits in groups that are not threes (888,70; 1,06,000): a figure that lost or gained one, where nothing else stands.
_MISGROUPED = r"(?<![\d.,，])(?=[\d,，]{6,})\d{1,3}(?:[,，]\d{2,4})+(?:[.．]\d{1,4})?(?![\d.,，])"
#: A number that is all of a cell, wrongly grouped or not.
NUMBER_IN_CELL = re.compile(rf"{_MISGROUPED}|{_DIGITS}")
_GROUPS = re.compile(r"[,，]")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
#: Measure words; what must not follow makes another word of them (项目, 分钟, 元旦, 人员).
_UNIT = (
    r"万元/家|万元/班次|元/平方米|亿元|万元|千元|万人次|万人(?!员|才)|万户|万亩|个?百分点|平方米|人次|批次|场次|班次|台[（(]套[）)]|公里|千米|课时|个月"
    r"|项(?!目)|个(?!人|体)|家(?!庭|具)|天(?!山|然)|场(?!所|地)|期(?!间|末|初|刊)|份(?!额)|分(?!钟|之|公司|局|别|布|类|配)"
    r"|元(?!旦|月|素)|人(?!员|才|民|社|大|均|力|事)|名(?!称|单|录|义|额)|户(?!外|籍)|批(?!准|示|复)|次(?!要|数)|年(?!度|级|代|初|末|底)"
    r"|[万亿](?![一-鿿]?(?:平方|千瓦|公里|立方|只|头|株|件|个|家|吨|册|人|次))|层(?!级|次|面)|栋|幢|座(?!谈|位|落)|度(?!假|过|量|数)|[%％‰辆台套件篇盏米亩吨岁轮]"
)
#: A numeral with the unit printed behind it; a blank may stand between.
QUANTITY = re.compile(rf"(?P<number>{_DIGITS})(?P<gap>[ \u3000]*[（(]?)(?P<unit>{_UNIT})?")

_BLANK = r"[ \u3000]*"
_YEAR = r"(?:19|20)\d\d"
_RANGE = r"[-－—–~～至到]+"
#: Letters that are a measure, so a number before them is no name.
_LETTER_UNITS = r"(?:KW|KV|KM|KG|MW|GB|MB|TB)(?![A-Za-z])"
#: Not inside a longer number.
_APART = r"(?<![\d.．])(?<!\d[,，])"
_THRESHOLD = r"\d+[ \u3000]*万元(?:[（(]含[）)])?以上(?=[^，。；\d]{0,6}设备)"


def _class_code() -> str:
    """A three-digit code before the name of a class; a longer code before any name; any code of 5 or 7 in brackets."""
    named = {**function_names(), **economic_names()}
    known = "|".join(sorted({re.escape(name[:2]) for code, name in named.items() if not parent_code(code)}))
    separator = r"[ \u3000]*[-－]?[ \u3000]*"
    return (
        rf"{_APART}[23]\d\d(?={separator}(?:{known}|(?![余多几来所])[一-鿿、]{{2,18}}支出))"
        rf"|(?<=支出[（(])[23]\d\d(?=[）)])"
        rf"|{_APART}[23]\d{{4}}(?:\d\d)?(?!\d|[.,，]\d)(?={separator}[一-鿿]|[）)])(?!{separator}(?:{_UNIT}))"
    )


#: What a stretch is, the pattern that finds it, and characters without which it cannot be there, to save the search.
_RECOGNISED: tuple[tuple[Role, re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        Role.REFERENCE,
        re.compile(
            r"(?<=[一-鿿]{2})[〔\[［【(（]\s*\d{4}\s*[〕\]］】)）]\s*(?:第\s*)?\d+\s*号|(?:公开|预算|决算|财决|财预|批复)\s*\d+(?:-\d+)*\s*表"
            r"|(?:https?://|www\.)[\x21-\x7e]+|(?<!\d)(?:0\d{2,3}[-－—]\d{7,8}|1[3-9]\d{9})(?!\d)"
            rf"|(?<![A-Za-z\d])\d+(?!{_LETTER_UNITS})[A-Z](?![a-z])|[A-Za-z]+[-－]?\d+(?:\.\d+)?"
        ),
        re.compile(r"[〔\[［【（(A-Za-z]|\d\s*表|0\d{2,3}[-－—]|\d{11}"),
    ),
    (
        Role.DATE,
        re.compile(
            rf"{_YEAR}{_BLANK}[年./-]{_BLANK}\d{{1,2}}{_BLANK}[月./-]{_BLANK}\d{{1,2}}{_BLANK}日?"
            rf"|{_YEAR}{_BLANK}年{_BLANK}\d{{1,2}}{_BLANK}月|{_YEAR}{_BLANK}年|{_YEAR}(?={_RANGE}{_YEAR}{_BLANK}年)"
            rf"|\d{{1,2}}{_BLANK}月{_BLANK}\d{{1,2}}{_BLANK}日|\d{{1,2}}(?={_RANGE}\d{{1,2}}{_BLANK}月)|\d{{1,2}}{_BLANK}月"
            r"|(?<=[〔\[［])\d{4}(?=[〕\]］])"
        ),
        re.compile(r"[年月〔\[［]|\d[ \u3000]*[./-][ \u3000]*\d"),
    ),
    (
        Role.ORDINAL,
        re.compile(
            rf"(?m:^)[ \t\u3000]*[（(]?\d{{1,2}}(?:[.．、）)](?!\d)|[.．](?={_YEAR}{_BLANK}年)|(?=[一-鿿])(?!{_UNIT}))"
            r"|(?<=[。；：\n])\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)]|第\s*\d+|附?表\s*\d+(?:-\d+)?|附件\s*\d+"
        ),
        None,
    ),
    (Role.REFERENCE, re.compile(_THRESHOLD), re.compile("以上")),
    (Role.CODE, re.compile(_class_code()), re.compile(r"[23]\d\d")),
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral in a text: its position there, its digits as printed, its value, its unit and what it is, if known.

    ``unit_end`` is the position behind the unit, or behind the digits where no unit is printed. ``role`` is UNREAD for
    a numeral that is too long to be a figure (:func:`is_overlong`).
    """

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
    return Decimal(_half_width(printed).replace(",", ""))


def is_overlong(printed: str) -> bool:
    """True where there are more digits than any figure has: a row of digits that ran together, never an amount."""
    return len(printed) > MOST_DIGITS and sum(map(str.isdecimal, printed)) > MOST_DIGITS


def is_misgrouped(printed: str) -> bool:
    """True where thousands separators do not stand before each third digit: 888,70 or 1,06,000."""
    return bool(_GROUPS.search(printed)) and NUMERAL.fullmatch(printed) is None


def decimals_of(printed: str) -> int:
    """Number of printed digits behind the decimal point."""
    return len(_half_width(printed).partition(".")[2])


def _half_width(printed: str) -> str:
    return printed if printed.isascii() else printed.translate(_HALF_WIDTH)


@lru_cache(maxsize=2048)
def numerals(text: str) -> tuple[Numeral, ...]:
    """Every numeral of a text in order; ``role`` is set for dates, codes, ordinals and references."""
    first = NUMERAL.search(text)
    if first is None:
        return ()
    if first.end() - first.start() == len(text):
        return (_numeral(text, 0, "", None, len(text)),)
    known = _recognised(text)
    found = []
    for match in QUANTITY.finditer(text, first.start()):
        start, end = match.span("number")
        role = next((role for low, high, role in known if low <= start and end <= high), None)
        unit = "" if role else (match["unit"] or "")
        unit_end = match.end() if unit else end
        found.append(_numeral(match["number"], start, "%" if unit == "％" else unit, role, unit_end))
    return tuple(found)


def _numeral(printed: str, start: int, unit: str, role: Role | None, unit_end: int) -> Numeral:
    digits = _half_width(printed).replace(",", "")
    decimals = len(digits.partition(".")[2])
    if role is None and is_overlong(printed):
        role, unit, unit_end = Role.UNREAD, "", start + len(printed)
    return Numeral(start, start + len(printed), printed, Decimal(digits), decimals, unit, role, unit_end)


def _recognised(text: str) -> list[tuple[int, int, Role]]:
    """The stretches of a text that are dates, codes, ordinals or references; the first pattern that fits wins."""
    known: list[tuple[int, int, Role]] = []
    for role, pattern, hint in _RECOGNISED:
        if hint is not None and not hint.search(text):
            continue
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < other_end and other_start < end for other_start, other_end, _ in known):
                known.append((start, end, role))
    return known
