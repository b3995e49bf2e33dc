"""Expectations that judge printed numbers as intervals: value ± half the step of the last printed digit.

Great Expectations compares numbers at face value or with a tolerance chosen by hand; neither holds for printed money.
Columns come in pairs, a value and its quantum, as decimal strings, so that no float enters a judgement. A row in which
any of them is missing is left out: a blank is not zero.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Literal

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

from datasets.vocabulary.units import Interval


def _each_row(columns: pd.DataFrame, holds: Callable[[list[Interval]], bool]) -> pd.Series[bool]:
    """Whether ``holds`` is true of the intervals of each row; a row with a gap is true, it is not judged.

    What is no number fails: a frame that is damaged must not pass, nor end the run.
    """

    def judge(cells: tuple[Any, ...]) -> bool:
        if any(pd.isna(cell) for cell in cells):
            return True
        try:
            numbers = [Decimal(str(cell)) for cell in cells]
        except InvalidOperation:
            return False
        return holds([Interval.printed(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)])

    verdicts = [judge(cells) for cells in columns.itertuples(index=False, name=None)]
    return pd.Series(verdicts, index=columns.index, dtype=bool)


class PrintedSumMatches(MulticolumnMapMetricProvider):
    """The first interval meets the sum of the others."""

    condition_metric_name = "printed_sum.matches"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: object) -> pd.Series[bool]:  # noqa: N805
        zero = Interval(Decimal(0), Decimal(0))
        return _each_row(column_list, lambda numbers: numbers[0].meets(sum(numbers[1:], zero)))


class PrintedValueNotAbove(MulticolumnMapMetricProvider):
    """The first interval can lie at or below the second."""

    condition_metric_name = "printed_value.not_above"
    condition_domain_keys = PrintedSumMatches.condition_domain_keys
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: object) -> pd.Series[bool]:  # noqa: N805
        return _each_row(column_list, lambda numbers: numbers[0].low <= numbers[1].high)


class PrintingsAgree(MulticolumnMapMetricProvider):
    """The two intervals can be one number."""

    condition_metric_name = "printings.agree"
    condition_domain_keys = PrintedSumMatches.condition_domain_keys
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: object) -> pd.Series[bool]:  # noqa: N805
        return _each_row(column_list, lambda numbers: numbers[0].meets(numbers[1]))


class _PrintedNumbers(MulticolumnMapExpectation):
    """What the expectations share: rows with a gap are left out."""

    ignore_row_if: Literal["any_value_is_missing"] = "any_value_is_missing"


class ExpectPrintedSumToMatch(_PrintedNumbers):
    """The total and its parts agree within rounding (合计与各分项之和相符)."""

    map_metric: ClassVar[str] = PrintedSumMatches.condition_metric_name


class ExpectPrintedValueNotAbove(_PrintedNumbers):
    """The first number does not exceed the second but for rounding (前者不大于后者)."""

    map_metric: ClassVar[str] = PrintedValueNotAbove.condition_metric_name


class ExpectPrintingsToAgree(_PrintedNumbers):
    """Two printings of a number agree within rounding (两处印刷一致)."""

    map_metric: ClassVar[str] = PrintingsAgree.condition_metric_name
