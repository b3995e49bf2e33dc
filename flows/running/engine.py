"""With Prefect or without: the same functions as tasks and flows of a server, or called plainly where there is none.

A server that does not start must not cost the report. :func:`plainly` runs a block without one; what it does without
is told (:attr:`Plain.note`): retries, several processes, the record of the run in Prefect.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

from flows.settings import prepare_environment

prepare_environment()

from prefect import get_run_logger  # noqa: E402 - only after the environment is prepared
from prefect.futures import as_completed  # noqa: E402
from prefect.utilities.annotations import quote  # noqa: E402

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_Batch = TypeVar("_Batch")


@dataclass(frozen=True, slots=True)
class Plain:
    """A run without Prefect, and why; ``resumed`` where it does again what a run with Prefect had begun."""

    reason: str
    resumed: bool = False

    @property
    def note(self) -> str:
        """The line for the report."""
        return (
            f"没有用 Prefect 运行（{self.reason}）；审核照常做完，"
            "只是没有并行、重试、Prefect 里的运行记录和写在 Prefect 块里的告警地址"
        )


_PLAIN: ContextVar[Plain | None] = ContextVar("_PLAIN", default=None)


@contextmanager
def plainly(reason: str, *, resumed: bool = False) -> Iterator[None]:
    """Run the block without Prefect; ``reason`` says why, for the report."""
    token = _PLAIN.set(Plain(reason, resumed))
    try:
        yield
    finally:
        _PLAIN.reset(token)


def plain() -> Plain | None:
    """The run without Prefect that is going on; None where Prefect runs it."""
    return _PLAIN.get()


def call(step: Callable[_Given, _Result], *given: _Given.args, **named: _Given.kwargs) -> _Result:
    """A task or flow called; without Prefect, the function that it is made of."""
    if plain() is None:
        return step(*given, **named)
    function = cast("Callable[_Given, _Result]", getattr(step, "fn", step))
    return function(*given, **named)


def with_options(step: Callable[_Given, _Result], **options: Any) -> Callable[_Given, _Result]:  # noqa: ANN401 - Prefect's own
    """A task or flow with other options; without Prefect there are none."""
    if plain() is not None:
        return step
    return cast("Callable[_Given, _Result]", cast("Any", step).with_options(**options))


def each(
    step: Callable[[_Batch, str], _Result],
    batches: Sequence[tuple[_Batch, str]],
    failed: Callable[[_Batch, Exception], _Result],
) -> Iterator[tuple[_Batch, _Result]]:
    """What a task makes of each batch, in the order in which they are done.

    Args:
        step: the task, called with a batch and its label.
        batches: with their labels.
        failed: the result of a batch whose task failed, or whose process ended.
    """
    if plain() is not None:
        for batch, label in batches:
            yield batch, _tried(partial(call, step, batch, label), batch, failed)
        return
    futures = {cast("Any", step).submit(batch, label): batch for batch, label in batches}
    for future in as_completed(list(futures)):
        yield futures[future], _tried(future.result, futures[future], failed)


def _tried(result: Callable[[], _Result], batch: _Batch, failed: Callable[[_Batch, Exception], _Result]) -> _Result:
    try:
        return result()
    except Exception as error:  # noqa: BLE001 - a process that ends must not cost the other batches
        run_logger().exception("%s", batch)
        return failed(batch, error)


def whole(records: _Result) -> _Result:
    """``records`` for a task, marked so that Prefect does not walk through every figure; the task gets them bare."""
    return records if plain() is not None else cast("_Result", quote(records))


def lost_server(error: BaseException | None) -> bool:
    """Whether an exception, or what caused it, is that Prefect does not reach its server."""
    import httpx

    while error is not None:
        if isinstance(error, httpx.TransportError | httpx.InvalidURL):
            return True
        if isinstance(error, RuntimeError) and "Failed to reach API" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def run_logger() -> Any:  # noqa: ANN401 - Prefect's own, or the standard library's
    """The log of the run."""
    return logging.getLogger("gouji") if plain() is not None else get_run_logger()


__all__ = ["Plain", "call", "each", "lost_server", "plain", "plainly", "run_logger", "whole", "with_options"]
