"""Where documents are read: in the run itself, in several processes, or on a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
from threading import Thread
from typing import Any

from datasets.errors import GoujiError
from flows.settings import Settings, prepare_environment

prepare_environment()

from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner  # noqa: E402

_CONNECTING_SECONDS = 15


class ClusterError(GoujiError):
    """A Dask cluster that cannot be used; the message names it and the remedy."""


def reading_runner(settings: Settings, cluster: str | None = None) -> TaskRunner[Any]:
    """What runs the reading of documents.

    Args:
        settings: ``workers`` = number of processes.
        cluster: address of a Dask scheduler, ``tcp://host:port``.

    Raises:
        ClusterError: the scheduler does not answer, has no worker, or a worker has another version of the rules.
    """
    if cluster is not None:
        from prefect_dask.task_runners import DaskTaskRunner

        inspect_cluster(cluster)
        return DaskTaskRunner(address=cluster)
    # One thread, not several: reading keeps a processor busy, and the library that opens PDF is not thread-safe.
    if settings.workers == 1:
        return ThreadPoolTaskRunner(max_workers=1)
    return ProcessPoolTaskRunner(max_workers=settings.workers, initializer=end_with_parent)


def inspect_cluster(address: str) -> None:
    """Make sure that a cluster is fit to read documents.

    Raises:
        ClusterError: see :func:`reading_runner`.
    """
    from distributed import Client

    from flows.running.fingerprint import rules_fingerprint

    try:
        with Client(address, timeout=_CONNECTING_SECONDS, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            has_workers = bool(client.nthreads())
            others = [where for where, rules in client.run(rules_fingerprint).items() if rules != rules_fingerprint()]
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"{address}：连不上 Dask 调度器（{type(error).__name__}）；请先运行 dask scheduler，地址写成 tcp://主机:端口"
        ) from error
    except ImportError as error:
        raise ClusterError(f"{address}：有 worker 没有安装勾稽（{error.name}）；每个 worker 都要装同一版本") from error
    if not has_workers:
        raise ClusterError(f"{address}：集群没有 worker；请先运行 dask worker {address}")
    if others:
        raise ClusterError(
            f"{address}：{'、'.join(others)} 上的勾稽与本机版本不同，结果会不一致；请在每个 worker 上安装同一版本"
        )


def end_with_parent() -> None:
    """End this worker process when the process that started it is gone: one that is killed cannot say goodbye."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:  # noqa: ANN401 - the class of a parent process has no public name
    parent.join()
    os._exit(1)
