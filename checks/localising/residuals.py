"""Gaps explained: a difference that equals a sum of known items of the same scope is named, unless that is cheap.

Every sum of up to four items is compared with the gap, on integers of the finest printed step, by meeting in the
middle: sums of two pairs. How many hits chance alone would give is estimated from the sums themselves: as many as lie
between half the gap and one and a half times the gap, spread evenly over that stretch, at the step of the printed gap.
Where that is more than one in twenty, nothing is said, and nothing either where more than two sets of items fit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from checks.model import Verdict
from datasets.model import Figure, Role
from datasets.vocabulary.units import ZERO

_SIGNIFICANT = 3
_MOST_RIVALS = 2
_LARGEST = 4
#: More items than this are no known few among which one was forgotten.
_MOST_ITEMS = 100
_CHEAP = Decimal("0.05")

Indexes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Residual:
    """Sets of items that each add up to the gap: rivals of one another.

    ``known`` items of the same scope were compared, and ``chance`` is the number of sets that would fit by accident.
    """

    sets: tuple[tuple[Figure, ...], ...]
    known: int
    chance: Decimal

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All items, each once."""
        return tuple({figure.id: figure for items in self.sets for figure in items}.values())


def explain(verdict: Verdict, figures: Sequence[Figure]) -> Residual | None:
    """The items whose sum is exactly the gap; None where there are none, too many, or the coincidence is cheap."""
    gap, instance = verdict.gap, verdict.instance
    if not gap or instance.arithmetic != "sum":
        return None
    step = max((figure.quantum for figure in instance.figures if figure.unit == instance.unit), default=ZERO)
    used = {figure.id for figure in instance.figures}
    siblings = {_sibling(figure) for figure in instance.figures}
    scopes = {_outer(figure) for figure in instance.figures}
    is_round = len(gap.normalize().as_tuple().digits) < _SIGNIFICANT
    close: dict[object, Figure] = {}
    known: dict[object, Figure] = {}
    documents = {figure.document for figure in instance.figures}
    for figure in figures:
        if figure.role is not Role.LEVEL or figure.unit != instance.unit or figure.document not in documents:
            continue
        if figure.id in used or not figure.concept or not figure.value:
            continue
        fact = (figure.concept, figure.scope, figure.concept_label if not figure.concept else "")
        if _sibling(figure) in siblings:
            close.setdefault(fact, figure)
        elif _outer(figure) in scopes and not is_round:
            known.setdefault(fact, figure)
    return _among(tuple(close.values()), abs(gap), step) or _among((*close.values(), *known.values()), abs(gap), step)


def _sibling(figure: Figure) -> tuple[str | None, ...]:
    """Facts that differ only in fund, stage or carry-over are siblings: one may contain the other."""
    scope = figure.scope
    return (figure.concept, scope.function_code, scope.economic_code, scope.project)


def _outer(figure: Figure) -> tuple[str | None, ...]:
    """What items of one total have in common: the document and all but codes and project."""
    scope = figure.scope
    return (figure.document, scope.entity, scope.level, scope.fund, scope.stage, scope.period, scope.carryover)


def _among(items: Sequence[Figure], gap: Decimal, step: Decimal) -> Residual | None:
    """The smallest sets of items that add up to the gap, unless chance would give as much."""
    smaller = [figure for figure in items if figure.value is not None and ZERO < figure.value <= gap]
    if not smaller or len(smaller) > _MOST_ITEMS:
        return None
    scale = min(int(number.as_tuple().exponent) for number in (gap, *(f.value for f in smaller if f.value is not None)))
    sums = _Sums([int(f.value.scaleb(-scale)) for f in smaller if f.value is not None])
    target = int(gap.scaleb(-scale))
    width = max(step.scaleb(-scale), Decimal(1))
    chance = ZERO
    for size in range(1, min(_LARGEST, len(smaller)) + 1):
        chance += sums.near(target, size) * width / target
        if chance > _CHEAP:
            return None
        found = sums.equal(target, size)
        if found:
            sets = tuple(tuple(smaller[index] for index in chosen) for chosen in found)
            return Residual(sets, len(smaller), chance) if len(sets) <= _MOST_RIVALS else None
    return None


class _Sums:
    """The sums of up to four of the given integers."""

    def __init__(self, values: Sequence[int]) -> None:
        self._values = values
        self._pairs: dict[int, list[Indexes]] = defaultdict(list)
        for first, second in combinations(range(len(values)), 2):
            self._pairs[values[first] + values[second]].append((first, second))
        self._ones = sorted(values)
        self._twos = sorted(total for total, pairs in self._pairs.items() for _ in pairs)

    def equal(self, target: int, size: int) -> list[Indexes]:
        """Every set of so many values that adds up to the target."""
        found = {tuple(sorted(chosen)) for chosen in self._meeting(target, size) if len(set(chosen)) == size}
        return sorted(found)

    def _meeting(self, target: int, size: int) -> Iterator[Indexes]:
        if size == 1:
            yield from ((index,) for index, value in enumerate(self._values) if value == target)
        elif size == 2:  # noqa: PLR2004 - a pair
            yield from self._pairs.get(target, ())
        else:
            halves: Iterable[tuple[int, Iterable[Indexes]]] = (
                ((value, ((index,),)) for index, value in enumerate(self._values))
                if size == 3  # noqa: PLR2004 - one and a pair
                else self._pairs.items()
            )
            for total, chosen in halves:
                yield from ((*one, *other) for other in self._pairs.get(target - total, ()) for one in chosen)

    def near(self, target: int, size: int) -> Decimal:
        """How many sums of so many values lie between half the target and one and a half times it, at most."""
        low, high = -(-target // 2), target * 3 // 2
        if size == 1:
            return Decimal(_between(self._ones, low, high))
        if size == 2:  # noqa: PLR2004
            return Decimal(_between(self._twos, low, high))
        # Every set of three is met three times, every set of four six times, by what it is put together from.
        halves, times = (self._ones, 3) if size == 3 else (self._twos, 6)  # noqa: PLR2004
        return Decimal(sum(_between(self._twos, low - half, high - half) for half in halves)) / times


def _between(ordered: Sequence[int], low: int, high: int) -> int:
    return bisect_right(ordered, high) - bisect_left(ordered, low)
