"""Intervals and units: a printed number stands for value ± half its quantum, a count is exact.

The arithmetic follows XBRL Calculations 1.1: closed intervals, exact Decimals, no tolerance chosen by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import cache, wraps
from typing import Literal, ParamSpec, Self, TypeVar

from datasets.data_files.forms import Row, Sign, WrongWordError, complete, doubled, number_within
from datasets.data_files.loading import data_rows

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

#: The arithmetic of the project. Python's own context has 28 digits: longer sums would be rounded without a word, and
#: quantize would raise. A figure has at most :data:`MOST_DIGITS`, so products of three of them are still exact.
EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
#: More digits than any amount of money has, in 分 and for a whole country (16 in 2025); longer numerals are no figures.
MOST_DIGITS = 20
_DOWN = Context(prec=40, rounding=ROUND_FLOOR)
_UP = Context(prec=40, rounding=ROUND_CEILING)
HUNDRED = Decimal(100)
ZERO = Decimal(0)


def exactly(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Run a function, which must not be a generator, in the arithmetic of the project, whatever that of its caller."""

    @wraps(function)
    def run(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return run


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of Decimals."""

    low: Decimal
    high: Decimal

    @classmethod
    def printed(cls, value: Decimal, quantum: Decimal) -> Interval:
        """All true values that are printed as ``value`` when rounding to ``quantum``."""
        half = quantum / 2
        return cls(value - half, value + half)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def scaled(self, factor: Decimal) -> Interval:
        """The interval times an exact factor."""
        ends = (self.low * factor, self.high * factor)
        return Interval(min(ends), max(ends))

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval | None:
        """The quotient, rounded outwards; None where the divisor may be zero."""
        if other.low <= 0 <= other.high:
            return None
        pairs = [(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(_DOWN.divide(a, b) for a, b in pairs), max(_UP.divide(a, b) for a, b in pairs))

    def meets(self, other: Interval) -> bool:
        """True when both can be the same number."""
        return self.low <= other.high and other.low <= self.high

    @property
    def width(self) -> Decimal:
        """High minus low."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Unit:
    """A printed unit: its dimension, the factor to the base unit of that dimension, and whether it counts things."""

    name: str
    dimension: str
    factor: Decimal
    exact: bool


#: Units that the program itself brings numbers to, or takes where none is printed.
_NEEDED = ("元", "千元", "万元", "亿元", "%", "个百分点", "分", "人", "人次", "批次", "辆", "个", "台", "年", "平方米")
_PREFIXES = {"千": 10**3, "万": 10**4, "亿": 10**8}
#: More than from 分 to all the money there is.
_LARGEST_FACTOR = 10**15
#: What units measure; units of one dimension can be brought to one another.
Dimension = Literal[
    "area", "articles", "batches", "buildings", "classes", "copies", "counties", "days", "degrees", "devices", "firms",
    "households", "issues", "items", "lamps", "land", "length", "lessons", "mass", "money", "percentage_points",
    "person_times", "persons", "points", "ratio", "sessions", "storeys", "times", "vehicles", "years",
]  # fmt: skip


class UnitRow(Row, frozen=True, kw_only=True):
    """A row of ``data/units.csv``: ``factor`` leads to the smallest unit of the dimension, ``exact`` = is counted."""

    unit: Sign
    dimension: Dimension
    factor: Decimal
    exact: Literal["yes", "no"]

    def __post_init__(self) -> None:
        number_within("factor", self.factor, 0, _LARGEST_FACTOR)
        if not self.factor:
            raise WrongWordError("factor", str(self.factor), "不是大于 0 的数", "is no number above 0")

    @classmethod
    def between(cls, rows: Sequence[Self]) -> Iterator[tuple[int, WrongWordError]]:
        """Units that are there twice, are counted where others of their dimension are not, or are missing."""
        yield from doubled(rows, "unit", lambda row: row.unit)
        exact: dict[tuple[str, Decimal], str] = {}
        for number, row in enumerate(rows):
            if exact.setdefault((row.dimension, row.factor), row.exact) != row.exact:
                said, said_en = f"与前面的 {row.dimension} 不同", f"differs from that of {row.dimension} above"
                yield number, WrongWordError("exact", row.exact, said, said_en)
        by_name = {row.unit: row for row in rows}
        for number, row in enumerate(rows):
            base = by_name.get(row.unit[1:])
            if row.unit[0] in _PREFIXES and base is not None and base.dimension == row.dimension:
                wanted = _PREFIXES[row.unit[0]] * base.factor
                if row.factor != wanted:
                    said, said_en = f"应为 {wanted}（{row.unit[0]}＋{base.unit}）", f"should be {wanted}"
                    yield number, WrongWordError("factor", str(row.factor), said, said_en)
        try:
            complete("unit", [row.unit for row in rows], _NEEDED)
        except WrongWordError as error:
            yield 0, error


@cache
def units() -> dict[str, Unit]:
    """The units of ``data/units.csv`` by printed name.

    Raises:
        DataFileError: a row says something impossible.
    """
    rows = data_rows("datasets", "data", "units.csv", UnitRow)
    return {row.unit: Unit(row.unit, row.dimension, row.factor, row.exact == "yes") for row in rows}


def dimension_of(unit: str) -> str:
    """What a unit measures, "" for one that the list does not have."""
    known = units().get(unit)
    return known.dimension if known else ""


@cache
def exact_dimensions() -> frozenset[str]:
    """The dimensions that are counted: persons, vehicles, batches, ..."""
    return frozenset(unit.dimension for unit in units().values() if unit.exact)


def factor_between(unit: str, other: str) -> Decimal | None:
    """What a number in ``unit`` is multiplied by to be in ``other``; None where they measure different things."""
    if unit == other:
        return Decimal(1)
    a, b = units().get(unit), units().get(other)
    if a is None or b is None or a.dimension != b.dimension:
        return None
    return a.factor / b.factor
