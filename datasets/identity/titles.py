"""Titles of documents: whose they are, of which year, budget or final accounts; words of a title in any usual order.

A title is read whole: name, year and kind with nothing between and behind them but words that titles are made of
(``[titles]`` of ``identity.toml``), so that a sentence that holds all three is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from datasets.identity.listed_units import identity_words
from datasets.vocabulary.plain import unnumbered

_YEAR = r"(?P<year>20\d\d)(?:年度?+)?"
#: Letters stand for names that are withheld: XX区第二幼儿园, 某局.
_LETTERS = "[一-鿿A-Za-z×（）、]"
_LEVEL = re.compile(r"（?(?:本级|本部|机关)）?$")
_OTHER_NAME = re.compile(r"（(?P<other>[^（）]{3,30})）$")
#: What may stand between a name and the rest of a title: another name, the level, 及所属单位.
_BELOW = "(?:及|和|与|含)(?:其)?(?:所属|下属|直属)(?:各)?(?:预算)?单位"
_BEHIND_NAME = rf"(?:（[^（）]{{2,30}}）)?(?:本级|本部|机关|汇总|{_BELOW})?"
_PART = re.compile(r"^第[一二三四五六七八九十]+部分[：]?")
_ALL_UNITS = re.compile(rf"（?(?:汇总|合计)）?$|{_BELOW}$")
_KINDS = {"预算": "预算", "决算": "决算", "自评": "决算", "绩效评价": "决算", "绩效目标": "预算", "预决算": ""}
HEAD_OFFICE, ALL_UNITS = "本级", "部门"


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says; "" and 0 for what it leaves out.

    ``kind`` is 预算 or 决算, ``level`` 部门, 单位 or 本级, ``name`` that of the body, as printed but for the level.
    """

    name: str
    year: int
    kind: str
    level: str


def title_in(line: str) -> Title | None:
    """The title that a plain line is, None where it is none."""
    line = _PART.sub("", unnumbered(line.rstrip("：:。")))
    for order in _orders():
        match = order.fullmatch(line)
        if match is not None:
            found = match.groupdict()
            name, level = named(found.get("name") or "")
            if name or not found.get("name"):
                words = f"{found.get('words') or ''}{found.get('more') or ''}"
                level = level or next((word for word in ("本级", "部门", "单位") if word in words), "")
                return Title(name, int(found.get("year") or 0), _KINDS[found["kind"]], level)
    return None


def named(printed: str) -> tuple[str, str]:
    """The name of a body without words for its level, and that level; "" for words that are no name."""
    name, level = printed.removeprefix("关于").removeprefix("公开"), ""
    if behind := _LEVEL.search(name):
        name, level = name[: behind.start()], HEAD_OFFICE
    elif behind := _ALL_UNITS.search(name):
        name, level = name[: behind.start()], ALL_UNITS
    other = _OTHER_NAME.search(name)
    if other is not None and _body().search(other["other"]):
        name = name[: other.start()]  # 某区综合行政执法局（某区城市管理局）
    bare = _OTHER_NAME.sub("", name)
    if _is_blank(bare):
        return "", ""
    return name, level or ("" if _body().search(bare) else ALL_UNITS)


def _is_blank(name: str) -> bool:
    """True for a name that somebody is to fill in: 某市XX局; XX区第二幼儿园 withholds no more than the place."""
    placeholder = re.search(identity_words().names.placeholders, name)
    return placeholder is not None and len(name) - placeholder.end() <= _LONGEST_ENDING


_LONGEST_ENDING = 3


def name_alone(line: str) -> str:
    """The name that a plain line is, "" where it is more or less."""
    return named(line)[0] if _name_alone().fullmatch(line) else ""


@cache
def _name_alone() -> re.Pattern[str]:
    return re.compile(_name_pattern())


def _name_pattern() -> str:
    words = (*identity_words().names.endings, *identity_words().titles.places)
    return f"(?P<name>{_LETTERS}{{0,38}}?(?:{_either(words)}){_BEHIND_NAME})"


@cache
def _orders() -> tuple[re.Pattern[str], ...]:
    """Name, year, kind; year, name, kind; name, kind, year; kind and year, or name and kind, alone."""
    words = identity_words().titles
    filler = f"(?:{_either(words.fillers)})"
    kind = f"(?P<kind>{_either(_KINDS)})"
    between, behind = f"(?P<words>{filler}*)", f"(?P<more>(?:{filler}|预算|决算)*)"
    name = _name_pattern()
    return tuple(
        re.compile(order)
        for order in (
            f"{name}(?:关于)?{_YEAR}{between}{kind}{behind}",
            f"(?:关于|公开)?{_YEAR}{name}{between}{kind}{behind}",
            f"{name}{between}{kind}{_YEAR}{behind}",
            f"(?:关于|公开)?{_YEAR}{between}{kind}{behind}",
            f"{name}{between}{kind}{behind}",
        )
    )


@cache
def _body() -> re.Pattern[str]:
    return re.compile(f"(?:{_either(identity_words().names.endings)})$")


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
