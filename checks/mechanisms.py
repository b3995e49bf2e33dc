"""How a wrong figure came to be: two digits swapped, a power of ten, a share pasted as an amount, and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from datasets.model import Figure, Role
from datasets.units import HUNDRED

_UNIT_RATIOS = frozenset({Decimal(10000), Decimal("0.0001")})
_TEN_RATIOS = frozenset({Decimal(10) ** power for power in (1, 2, 3)} | {Decimal(10) ** -power for power in (1, 2, 3)})
#: Shorter numbers are one slip apart too easily for the slip to be worth a word.
_TELLING_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A named slip, in Chinese and English."""

    id: str
    name: str
    name_en: str


SWAPPED = Mechanism("digits-swapped", "相邻两位数字颠倒", "two digits swapped")
TEN = Mechanism("power-of-ten", "小数点错位（10 的倍数）", "decimal point misplaced")
UNIT = Mechanism("unit-slip", "元与万元混用", "yuan and ten thousand yuan mixed up")
LOST = Mechanism("digit-lost", "漏写或多写一位数字", "a digit lost or added")
ONE_DIGIT = Mechanism("digit-changed", "一位数字写错", "one digit is wrong")
SIGN = Mechanism("sign", "正负号或增减方向相反", "sign reversed")
SHARE = Mechanism("share-as-amount", "把占比数当作金额填入", "the share was pasted as the amount")
COMPLEMENT = Mechanism("complement", "完成率与增减率混淆", "completion and change mixed up")


def mechanism(figure: Figure, repaired: Decimal, neighbours: Sequence[Figure]) -> Mechanism | None:
    """The slip that turns the repaired value into the printed one, None when none is recognised.

    ``neighbours`` are the figures of the same sentence or row.
    """
    printed = figure.value
    if printed is None or printed == repaired:
        return None
    if _is_pasted_share(figure, printed, neighbours):
        return SHARE
    if printed == -repaired:
        return SIGN
    if figure.unit == "%" and abs(printed) in (HUNDRED + repaired, HUNDRED - repaired, repaired - HUNDRED):
        return COMPLEMENT
    return _of_magnitude(printed, repaired) or _of_digits(*_padded(printed, repaired))


def telling(printed: Decimal, repaired: Decimal) -> bool:
    """True when a slip between the two is worth a word: any number of two digits is nearly one slip from any other."""
    return max(map(len, _padded(printed, repaired))) >= _TELLING_DIGITS


def _is_pasted_share(figure: Figure, printed: Decimal, neighbours: Sequence[Figure]) -> bool:
    return (
        figure.unit != "%"
        and len(_digits(printed)) >= _TELLING_DIGITS
        and any(
            other.role is Role.SHARE and other.id != figure.id and other.value == abs(printed) for other in neighbours
        )
    )


def _of_magnitude(printed: Decimal, repaired: Decimal) -> Mechanism | None:
    if repaired == 0 or printed == 0:
        return None
    ratio = printed / repaired
    if ratio in _UNIT_RATIOS:
        return UNIT
    return TEN if ratio in _TEN_RATIOS else None


def _of_digits(old: str, new: str) -> Mechanism | None:
    """The slip between two rows of digits; the digits themselves must nearly all agree."""
    if len(old) != len(new):
        return LOST if abs(len(old) - len(new)) == 1 and _one_more(*sorted((old, new), key=len)) else None
    different = [index for index, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(different) == 1:
        return ONE_DIGIT
    first, last = different[0], different[-1]
    is_swap = last == first + 1 and (old[first], old[last]) == (new[last], new[first])
    return SWAPPED if is_swap else None


def _digits(value: Decimal) -> str:
    return "".join(map(str, value.as_tuple().digits)).strip("0")


def _padded(a: Decimal, b: Decimal) -> tuple[str, str]:
    """Digits of both at the same number of decimals."""
    places = max(-int(a.as_tuple().exponent), -int(b.as_tuple().exponent), 0)
    step = Decimal(1).scaleb(-places)
    return f"{abs(a.quantize(step)):f}".replace(".", ""), f"{abs(b.quantize(step)):f}".replace(".", "")


def _one_more(short: str, long: str) -> bool:
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
