"""Small things that all checks of performance tables share: terms, words as evidence, comparing values, settings."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from checks.model import Term, WordEvidence
from datasets.model import Binding, Cell, Figure
from datasets.performance.model import Indicator, IndicatorValue, PerformanceTable
from datasets.performance.words import unit_class, words
from datasets.vocabulary.units import HUNDRED, Interval, factor_between

ONE = Decimal(1)
PERCENT = ONE / HUNDRED
NAMES_ARE_ALIKE = "按名称和文字对应"
LEARNED = "按本文件多数表格的做法"
STAGE_LABELS = {"original_budget": "年初预算数", "full_year_budget": "全年预算数", "outturn": "全年执行数"}
STAGE_LABELS_EN = {"original_budget": "original budget", "full_year_budget": "full-year budget", "outturn": "outturn"}


def where(table: PerformanceTable, indicator: Indicator | None = None) -> str:
    """The table and indicator in words: 项目支出绩效自评表（引智工作经费）·获批项目执行率."""
    place = f"{table.title}（{table.project}）" if table.project else table.title
    return f"{place}·{indicator.name}" if indicator else place


def terms(figures: Iterable[Figure | None], *, weight: Decimal = ONE, factor: Decimal = ONE) -> tuple[Term, ...]:
    """The figures that are there as terms of one weight and factor."""
    return tuple(Term(figure, weight, factor) for figure in figures if figure is not None)


def value_of(figure: Figure) -> Decimal:
    """The printed value; figures of performance tables always have one."""
    return figure.value if figure.value is not None else Decimal(0)


def shown(figure: Figure) -> str:
    """The number and unit as printed."""
    return f"{'-' if value_of(figure) < 0 else ''}{figure.printed}{figure.unit}"


def plain_number(value: Decimal) -> str:
    """A computed number without superfluous zeros."""
    return f"{value.normalize():f}"


def cell_words(table: PerformanceTable, cell: Cell, role: str = "evidence", printed: str | None = None) -> WordEvidence:
    """The words of a cell, or a part of them, as evidence."""
    text = cell.text.strip()
    start = cell.text.index(text)
    place = cell.place.within(start, start + len(text))
    return WordEvidence(table.document, place, printed or text, role, text, table.title, cell.row, cell.column)


def factor_to(value: IndicatorValue, other: IndicatorValue) -> Decimal | None:
    """What the number of a value is multiplied by to be in the unit of another; None for other things.

    A missing unit is taken to be that of the other, but 0.98 beside 95% may be a fraction of one; measure words of one
    kind (人, 人次) count alike.
    """
    if any(_may_be_fraction(one, two) for one, two in ((value, other), (other, value))):
        return None
    if not value.unit or not other.unit or value.unit == other.unit:
        return ONE
    factor = factor_between(value.unit, other.unit)
    if factor is not None:
        return factor
    kinds = unit_class(value.unit), unit_class(other.unit)
    same = kinds[0] == kinds[1] and kinds[0] not in ("", "price", "money", "length", "area", "mass", "time")
    return ONE if same else None


def _may_be_fraction(value: IndicatorValue, other: IndicatorValue) -> bool:
    return not value.unit and other.unit == "%" and value.figure is not None and value_of(value.figure) <= 1


def numbers(indicator: Indicator) -> tuple[Decimal, Decimal] | None:
    """Target and outcome in the unit of the target, None unless both are numbers of one kind."""
    target, outcome = indicator.target, indicator.outcome
    if target is None or outcome is None or target.figure is None or outcome.figure is None:
        return None
    factor = factor_to(outcome, target)
    return None if factor is None else (value_of(target.figure), value_of(outcome.figure) * factor)


def wants(indicator: Indicator) -> str:
    """What is better: "more", "less", or "" where neither operator nor name tells.

    An operator decides. Without one, or with =, costs and durations are to be small, and a name such as 投诉率 or
    控制率 leaves it open.
    """
    operator = indicator.target.operator if indicator.target else ""
    if operator in (">=", ">"):
        return "more"
    if operator in ("<=", "<") or indicator.is_cost or (indicator.is_timeliness and indicator.unit_class == "time"):
        return "less"
    return "" if any(word in indicator.name for word in words().open_names) else "more"


def is_inverse(indicator: Indicator) -> bool:
    """True when less is better or may be."""
    return wants(indicator) != "more"


def is_met(indicator: Indicator) -> bool | None:
    """Whether the outcome reaches the target; None where words, placeholders or other units leave it open."""
    target, outcome = indicator.target, indicator.outcome
    if target is None or outcome is None:
        return None
    if target.date and outcome.date:
        shared = min(len(target.date), len(outcome.date))
        return outcome.date[:shared] <= target.date[:shared]
    if target.bounds and outcome.figure:
        return _is_within(target, outcome)
    pair = numbers(indicator)
    if pair is None:
        return None
    wanted, reached = pair
    met = {">": reached > wanted, "<": reached < wanted}.get(target.operator)
    if met is not None:
        return met
    if reached == wanted:
        return True
    return {"more": reached > wanted, "less": reached < wanted}.get(wants(indicator))


def _is_within(target: IndicatorValue, outcome: IndicatorValue) -> bool | None:
    """Whether an outcome lies in a range; None for another unit, and outside it, where either side may be better."""
    factor = factor_to(outcome, target)
    if target.bounds is None or outcome.figure is None or factor is None:
        return None
    low, high = map(value_of, target.bounds)
    return True if low <= value_of(outcome.figure) * factor <= high else None


def interval(figure: Figure) -> Interval:
    """The true values behind a printed number."""
    return Interval.printed(value_of(figure), figure.quantum)


def inferred(*figures: Figure | None) -> tuple[str, ...]:
    """The assumption to name when the reading of any figure is not certain."""
    doubtful = any(figure is not None and figure.binding is not Binding.CERTAIN for figure in figures)
    return ("单位或含义由上下文推定",) if doubtful else ()


def line_end(text: str, start: int) -> int:
    """Where the line of a numbered item ends, or the text."""
    end = text.find("\n", start)
    return end if end >= 0 else len(text)
