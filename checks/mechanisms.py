"""How a wrong figure came to be: two digits swapped, a power of ten, a share pasted as an amount, a neighbour's value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from datasets.model import Figure, Role

_TEN_THOUSAND = Decimal(10000)


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
NEIGHBOUR = Mechanism("neighbour", "与相邻的数相同，疑为串行", "equal to a neighbouring figure, perhaps copied from it")


def mechanism(figure: Figure, repaired: Decimal, neighbours: Iterable[Figure]) -> Mechanism | None:
    """The slip that turns the repaired value into the printed one, None when none is recognised.

    ``neighbours`` are the figures of the same sentence or row.
    """
    printed = figure.value
    if printed is None or printed == repaired:
        return None
    for other in neighbours:
        if other.id == figure.id or other.value is None or abs(other.value) != abs(printed) or printed == 0:
            continue
        if other.role is Role.SHARE and figure.unit != "%" and len(_digits(printed)) >= 3:
            return SHARE
    if printed == -repaired:
        return SIGN
    if repaired != 0 and printed != 0:
        ratio = printed / repaired
        if ratio in (_TEN_THOUSAND, 1 / _TEN_THOUSAND):
            return UNIT
        if ratio in (Decimal(10), Decimal("0.1"), Decimal(100), Decimal("0.01"), Decimal(1000), Decimal("0.001")):
            return TEN
    old, new = _padded(printed, repaired)
    if len(old) == len(new):
        different = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(different) == 2 and different[1] == different[0] + 1:
            first, second = different
            if old[first] == new[second] and old[second] == new[first]:
                return SWAPPED
        if len(different) == 1 and len(old) >= 3:
            return ONE_DIGIT
    elif abs(len(old) - len(new)) == 1 and _one_more(*sorted((old, new), key=len)):
        return LOST
    return None


def _digits(value: Decimal) -> str:
    return "".join(map(str, value.as_tuple().digits)).strip("0")


def _padded(a: Decimal, b: Decimal) -> tuple[str, str]:
    """Digits of both at the same number of decimals."""
    places = max(-int(a.as_tuple().exponent), -int(b.as_tuple().exponent), 0)
    step = Decimal(1).scaleb(-places)
    return str(abs(a.quantize(step))).replace(".", ""), str(abs(b.quantize(step))).replace(".", "")


def _one_more(short: str, long: str) -> bool:
    return len(short) >= 3 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
