"""How a wrong figure came to be: two digits swapped, a power of ten, a share pasted as an amount, and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from datasets.model import Figure, Role
from datasets.vocabulary.units import HUNDRED

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

_RATIOS = {Decimal(10) ** power: TEN for power in (-3, -2, -1, 1, 2, 3)} | {
    Decimal(10) ** power: UNIT for power in (-4, 4)
}


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
    shares = [other for other in neighbours if other.role is Role.SHARE and other.id != figure.id]
    return (
        bool(shares)
        and figure.unit != "%"
        and len(_digits(printed)) >= _TELLING_DIGITS
        and any(other.value == abs(printed) for other in shares)
    )


def _of_magnitude(printed: Decimal, repaired: Decimal) -> Mechanism | None:
    if repaired == 0 or printed == 0:
        return None
    return _RATIOS.get(printed / repaired)


def digits_slipped(old: str, new: str) -> bool:
    """Whether a slip of digits or of the decimal point lies between two numbers in the same decimals: a quick test."""
    return _of_digits(old, new) is not None or old.strip("0") == new.strip("0")


def heads_slipped(old: str, new: str) -> bool:
    """False where no slip can lie between the numbers whatever the last two digits of the new one are."""
    shorter, longer = sorted((old, new), key=len)
    if len(longer) - len(shorter) > 1:  # only the decimal point can have moved that far
        return longer.startswith(shorter.strip("0")[:-2])
    return old[:-2] == new[:-2] or _of_digits(old[:-2], new[:-2]) is not None


def _of_digits(old: str, new: str) -> Mechanism | None:
    """The slip between two rows of digits; the digits themselves must nearly all agree."""
    if len(old) != len(new):
        return LOST if abs(len(old) - len(new)) == 1 and _one_more(*sorted((old, new), key=len)) else None
    first = next((index for index, (a, b) in enumerate(zip(old, new, strict=True)) if a != b), None)
    if first is None:
        return None
    if old[first + 1 :] == new[first + 1 :]:
        return ONE_DIGIT
    swapped = old[first + 1 : first + 2] + old[first]
    return SWAPPED if new[first : first + 2] == swapped and new[first + 2 :] == old[first + 2 :] else None


def _digits(value: Decimal) -> str:
    return "".join(map(str, value.as_tuple().digits)).strip("0")


def _padded(a: Decimal, b: Decimal) -> tuple[str, str]:
    """Digits of both at the same number of decimals, at least one before the point."""
    first, other = a.as_tuple(), b.as_tuple()
    power, power_of_other = int(first.exponent), int(other.exponent)
    places = max(-power, -power_of_other, 0)
    return _written(first.digits, places + power, places), _written(other.digits, places + power_of_other, places)


def _written(digits: tuple[int, ...], zeros: int, places: int) -> str:
    return ("".join(map(str, digits)) + "0" * zeros).lstrip("0").rjust(places + 1, "0")


def _one_more(short: str, long: str) -> bool:
    same = next((index for index, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[same:] == long[same + 1 :]
