"""What a spreadsheet shows of a value under a number format: the printed text decides how exact a figure is.

Covers the format codes that offices use: sections by sign, digits, thousands, percent, scaling, text, dates; one with
anything else (fractions, unknown letters) shows the value as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

Value = str | bool | int | float | Decimal | datetime | date | time | timedelta | None

_GENERAL = "general"
_GENERAL_WIDTH = 11  # characters, the point included, that General gives a number
_NUMERIC = 3  # sections for positive numbers, negative numbers and zero; a fourth is for texts
_SIGNIFICANT = 15  # digits that spreadsheets hold
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<blank>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-]0+)"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|aaaa?|b+)|(?P<digits>[0#?.,]+)|(?P<percent>%)|(?P<text>@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
_COLOUR = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+|[黑蓝青绿红白黄]色?|颜色\s*\d+|洋红)", re.IGNORECASE
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_WEEKDAYS = "一二三四五六日"
_NOON = 12
_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001  (a printed date has no time zone)
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_PARTS: dict[str, Callable[[datetime], str]] = {
    "y": lambda moment: f"{moment.year % 100:02d}",
    "yyy": lambda moment: f"{moment.year:04d}",
    "m": lambda moment: str(moment.month),
    "mm": lambda moment: f"{moment.month:02d}",
    "mmm": lambda moment: f"{moment:%b}",
    "mmmm": lambda moment: f"{moment:%B}",
    "d": lambda moment: str(moment.day),
    "dd": lambda moment: f"{moment.day:02d}",
    "ddd": lambda moment: f"周{_WEEKDAYS[moment.weekday()]}",
    "dddd": lambda moment: f"星期{_WEEKDAYS[moment.weekday()]}",
    "aaa": lambda moment: _WEEKDAYS[moment.weekday()],
    "aaaa": lambda moment: f"星期{_WEEKDAYS[moment.weekday()]}",
    "h": lambda moment: str(moment.hour),
    "hh": lambda moment: f"{moment.hour:02d}",
    "n": lambda moment: str(moment.minute),
    "nn": lambda moment: f"{moment.minute:02d}",
    "s": lambda moment: str(moment.second),
    "ss": lambda moment: f"{moment.second:02d}",
    "am/pm": lambda moment: "AM" if moment.hour < _NOON else "PM",
    "a/p": lambda moment: "A" if moment.hour < _NOON else "P",
    "上午/下午": lambda moment: "上午" if moment.hour < _NOON else "下午",
}
#: Formats 14 and 22 follow the language of the computer, which here is Chinese.
_LOCAL = {"mm-dd-yy": "yyyy/m/d", "m/d/yy": "yyyy/m/d", "m/d/yy h:mm": "yyyy/m/d h:mm"}
_LONGEST = 20  # digits before the point; above them a number is no money and is shown as it is


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None
    coloured: bool

    def has(self, kind: str) -> bool:
        return any(token.kind == kind for token in self.tokens)


def shown(value: Value, code: str) -> str:
    """The text that a cell shows, blanks at its ends left out; "" for an empty cell."""
    if value is None or isinstance(value, str):
        return _text(value or "", code)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    sections = _sections(_LOCAL.get(code, code) or _GENERAL)
    if isinstance(value, (datetime, date, time, timedelta)):
        return _moment(value, sections[0])
    number = Decimal(f"{value:.{_SIGNIFICANT}g}") if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return str(value)
    section, absolute = _section_of(number, sections)
    if section.has("date"):
        return _moment(_from_serial(number), section)
    text = _number(abs(number) if absolute else number, section).strip()
    # A negative number in red, without a sign, is told by its colour alone.
    return f"-{text}" if number < 0 and absolute and section.coloured and text[:1].isdigit() else text


def general(number: Decimal) -> str:
    """A number without a format: as many digits as a cell of ordinary width shows, never with an exponent."""
    if abs(number.adjusted()) > _LONGEST:
        return f"{number:f}"
    whole = len(str(int(abs(number))))
    decimals = max(_GENERAL_WIDTH - 1 - whole, 0)
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[_Section] = []
    tokens: list[_Token] = []
    condition: tuple[str, Decimal] | None = None
    coloured = False
    for match in (*_TOKEN.finditer(code), None):
        kind = (match.lastgroup or "") if match else "end"
        text = match[kind] if match else ""
        if match is None or (kind == "other" and text == ";"):
            sections.append(_Section(_minutes(tokens), condition, coloured))
            tokens, condition, coloured = [], None, False
        elif kind == "bracket":
            if found := _CONDITION.match(text):
                condition = (found[1], Decimal(found[2]))
            elif _COLOUR.fullmatch(text):
                coloured = True
            elif text.startswith("$"):
                tokens.append(_Token("literal", text[1:].partition("-")[0]))
            elif _ELAPSED.fullmatch(text):
                tokens.append(_Token("date", f"[{text.lower()}]"))
        elif kind in ("quoted", "escaped", "other"):
            tokens.append(_Token("literal", text))
        elif kind == "blank":
            tokens.append(_Token("literal", " "))
        elif kind != "fill":
            tokens.append(_Token(kind, text.lower() if kind == "date" else text))
    return tuple(sections)


def _minutes(tokens: list[_Token]) -> tuple[_Token, ...]:
    """Tell minutes from months: m is a minute behind hours or before seconds."""
    moments = [number for number, token in enumerate(tokens) if token.kind == "date"]
    done = list(tokens)
    for position, number in enumerate(moments):
        before = tokens[moments[position - 1]].text if position else ""
        after = tokens[moments[position + 1]].text if position + 1 < len(moments) else ""
        if tokens[number].text.startswith("m") and (before.strip("[").startswith("h") or after.startswith("s")):
            done[number] = _Token("date", "n" * len(tokens[number].text))
    return tuple(done)


def _section_of(number: Decimal, sections: tuple[_Section, ...]) -> tuple[_Section, bool]:
    """The section for a number, and whether it shows the number without its sign."""
    for_text = len(sections) > _NUMERIC or sections[-1].has("text")
    numeric = (sections[:-1] if for_text else sections) or sections
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _meets(number, *section.condition):
                return section, number < 0 and section is not numeric[0]
        return numeric[-1], False
    if number < 0 and len(numeric) > 1:
        return numeric[1], True
    return (numeric[-1], True) if number == 0 and len(numeric) == _NUMERIC else (numeric[0], False)


def _meets(number: Decimal, operator: str, bound: Decimal) -> bool:
    return {
        "<": number < bound,
        "<=": number <= bound,
        ">": number > bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }[operator]


def _text(text: str, code: str) -> str:
    """A text, with what the section for texts puts around it."""
    sections = _sections(code or _GENERAL)
    section = sections[-1]
    if not (len(sections) > _NUMERIC or section.has("text")):
        return text
    return "".join(
        text if token.kind == "text" else token.text for token in section.tokens if token.kind != "date"
    ).strip()


def _number(number: Decimal, section: _Section) -> str:
    if section.has("exponent") or any(token.text == "/" for token in section.tokens):
        return general(number)
    digits = [token.text for token in section.tokens if token.kind == "digits"]
    pattern = "".join(digits)
    scaled = number * Decimal(100) ** sum(token.kind == "percent" for token in section.tokens)
    while pattern.endswith(","):
        pattern, scaled = pattern[:-1], scaled / 1000
    printed = iter([_digits(abs(scaled), pattern), *[""] * len(digits)])
    parts = []
    for token in section.tokens:
        if token.kind == "digits":
            parts.append(next(printed))
        elif token.kind == "general" or (token.kind == "text" and not digits):
            parts.append(general(abs(number)))
        else:
            parts.append(token.text)
    text = "".join(parts)
    return f"-{text.lstrip()}" if number < 0 and any(digit in "123456789" for digit in text) else text


def _digits(number: Decimal, pattern: str) -> str:
    """The digits of a number as 0, #, ? and the separators ask for, with a zero before the point in any case.

    Spreadsheets show 0.50 as ".50" under ``#.00``; without its zero the rest would look like fifty.
    """
    if number.adjusted() > _LONGEST:
        return f"{number:f}"
    whole_pattern, point, decimal_pattern = pattern.partition(".")
    decimal_pattern = decimal_pattern.replace(".", "").replace(",", "")
    rounded = f"{number.quantize(Decimal(1).scaleb(-len(decimal_pattern)), ROUND_HALF_UP):f}"
    whole, _, decimals = rounded.partition(".")
    least = whole_pattern.count("0")
    whole = whole.lstrip("0").rjust(least, "0")
    if "," in whole_pattern:
        whole = f"{int(whole):,}".rjust(least, "0") if whole else ""
    while decimals and decimal_pattern[len(decimals) - 1] != "0" and decimals.endswith("0"):
        decimals = decimals[:-1]
    return f"{whole or '0'}{point}{decimals}" if point else whole


def _from_serial(number: Decimal) -> datetime:
    """A day number of the 1900 calendar; one that has no date is day 0."""
    try:
        return _DAY_0 + timedelta(days=float(number))
    except OverflowError:
        return _DAY_0


def _moment(value: datetime | date | time | timedelta, section: _Section) -> str:
    """A date or time as its format shows it; in the Chinese manner where the format is none for dates."""
    moment = _as_datetime(value)
    if not section.has("date"):
        clock = f"{moment:%H:%M:%S}" if moment.time() != time() or isinstance(value, (time, timedelta)) else ""
        day = "" if isinstance(value, (time, timedelta)) else f"{moment.year}/{moment.month}/{moment.day}"
        return f"{day} {clock}".strip()
    half_day = section.has("half")
    return "".join(
        _part(moment, token.text, half_day=half_day) if token.kind in ("date", "half") else token.text
        for token in section.tokens
        if token.kind != "text"
    ).strip()


def _as_datetime(value: datetime | date | time | timedelta) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    return datetime.combine(_DAY_0, value) if isinstance(value, time) else _DAY_0 + value


def _part(moment: datetime, token: str, *, half_day: bool) -> str:
    """What one part of a date format shows; nothing for a part that is not known."""
    if token.startswith("["):
        return str(int((moment - _DAY_0).total_seconds()) // _SECONDS[token[1]])
    if half_day and token in ("h", "hh"):
        moment = moment.replace(hour=(moment.hour + _NOON - 1) % _NOON + 1)
    name = token.partition(".")[0].casefold()
    part = _PARTS.get(name) or _PARTS.get(name[:-1])
    return part(moment) if part else ""
