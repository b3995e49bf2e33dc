"""Concepts, their printed names and the classification codes, as data that a finance person can extend.

Names are compared after :func:`plain`: blanks gone, brackets and quotation marks of one kind, numbering stripped.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_SAME = str.maketrans(
    {"(": "（", ")": "）", "'": "”", "‘": "“", "’": "”", ":": "：", ",": "，", ";": "；", "［": "[", "］": "]"}
    | dict.fromkeys(" \t\n\r\u3000\xa0\u200b\ufeff", "")
)
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（][一二三四五六七八九十\d]+[）]|\d{1,2}[.．、](?!\d)|其中[：]?|[①-⑳]|加[：]|减[：])+"
)
#: Digits of the code of a 类; a 款 has two more, a 项 four more.
_CLASS_LENGTH = 3


_CLASS_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Concept:
    """What a figure can report; ``dimension`` is that of :mod:`datasets.units`, "any" for indicators.

    ``means`` and ``fund`` say that the name stands for another concept within one fund (一般公共预算财政拨款支出 is
    expenditure of the general public budget). ``fund_scoped`` concepts exist once for each fund; those that are
    ``fund_in_narrow`` carry a fund only in a section about a single one; all others carry none.
    """

    id: str
    label: str
    label_en: str
    dimension: str
    aliases: tuple[str, ...]
    means: str = ""
    fund: str = ""
    fund_scoped: bool = False
    fund_in_narrow: bool = False


@lru_cache(maxsize=1 << 15)
def plain(text: str) -> str:
    """A name without blanks and with one kind of brackets, quotation marks and colons."""
    return text.translate(_SAME)


def unnumbered(text: str) -> str:
    """A plain name without the numbering and 其中 before it and the colon behind it."""
    return _NUMBERING.sub("", plain(text)).strip("：")


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file of ``datasets/data``."""
    text = (files("datasets") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def concepts() -> dict[str, Concept]:
    """All concepts by id."""
    return {
        row["id"]: Concept(
            row["id"],
            row["label"],
            row["label_en"],
            row["dimension"],
            tuple(plain(alias) for alias in (row["label"], *row["aliases"].split("|")) if alias),
            row["means"].partition("@")[0],
            row["means"].partition("@")[2],
            row["fund_scoped"] == "yes",
            row["fund_scoped"] == "narrow",
        )
        for row in rows_of("concepts.csv")
    }


@cache
def names() -> dict[str, str]:
    """Concept id by plain printed name."""
    return {alias: concept.id for concept in concepts().values() for alias in concept.aliases}


@cache
def name_pattern() -> re.Pattern[str]:
    """Finds the longest printed name of a concept at each position of a plain text."""
    return re.compile("|".join(sorted(map(re.escape, names()), key=len, reverse=True)))


@cache
def function_names() -> dict[str, str]:
    """Newest name by functional classification code (3, 5 or 7 digits)."""
    return _newest_names("functional_classification.csv")


def _newest_names(file: str) -> dict[str, str]:
    """One name for each code: that in force, the last in the file where several are, else the last there was."""
    rows = list(rows_of(file))
    ended = {row["code"]: plain(row["name"]) for row in rows if row["until"]}
    return ended | {row["code"]: plain(row["name"]) for row in rows if not row["until"]}


@cache
def function_classes() -> dict[str, str]:
    """Code of a class of expenditure (3 digits) by its plain name."""
    return {name: code for code, name in function_names().items() if len(code) == _CLASS_DIGITS}


@cache
def economic_names() -> dict[str, str]:
    """Newest name by economic classification code of departmental budgets (3 or 5 digits)."""
    return _newest_names("economic_classification.csv")


@cache
def economic_codes() -> dict[str, str]:
    """Economic code in force by plain name; of two codes with one name (房屋建筑物购建) the first in the file."""
    in_force = [row for row in rows_of("economic_classification.csv") if not row["until"]]
    return {plain(row["name"]): row["code"] for row in reversed(in_force)}


def parent_code(code: str) -> str:
    """The code one step up in a classification: 2060101 → 20601 → 206 → "" (the total)."""
    return code[:-2] if len(code) > _CLASS_LENGTH else ""


@cache
def appropriation_funds() -> dict[str, str]:
    """The fund that an appropriation is of, by concept: 政府性基金预算拨款 → government_funds."""
    return {row["concept"]: row["fund"] for row in rows_of("appropriation_funds.csv")}


@cache
def concepts_of_one_fund() -> dict[str, str]:
    """What a concept of all appropriations is called in the column of one fund (年末财政拨款结转 by fund)."""
    return {row["concept"]: row["of_one_fund"] for row in rows_of("fund_concepts.csv")}
