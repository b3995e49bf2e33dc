"""The Prefect server of one run, where none is configured: started with the run, and gone when the run is gone.

The server that Prefect would start by itself outlives a run that is killed. This one holds the other end of a pipe of
the run; when the run ends, however it ends, the pipe closes and the server with it.
"""

from __future__ import annotations

import atexit
import os
import queue
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from ssl import SSLError
from threading import Thread
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from datasets.errors import GoujiError
from flows.ending import when_the_parent_ends
from flows.settings import prepare_environment

_Result = TypeVar("_Result")
_ASKING_SECONDS = 0.1
_ANSWERING_SECONDS = 10


class ServerError(GoujiError):
    """The Prefect server of a run does not start; the message names the remedy."""


@contextmanager
def prefect_server() -> Iterator[None]:
    """A Prefect server while the block runs: the one of ``PREFECT_API_URL``, else one of our own on loopback.

    Raises:
        ServerError: that one does not answer, or our own does not start.
    """
    prepare_environment()
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    configured = PREFECT_API_URL.value()
    if configured:
        _require_answer(configured)
        yield
        return
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows.schedule.local_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Ctrl-C is for the run, which ends its server when it has told it how it ended.
        start_new_session=True,
    )
    # Not with the block: Prefect tells its server the last of the log when the interpreter ends.
    atexit.register(_stop, process)
    patience = get_current_settings().server.ephemeral.startup_timeout_seconds
    with temporary_settings({PREFECT_API_URL: _address(process, patience)}):
        yield


def with_or_without_server(function: Callable[..., _Result], **given: Any) -> _Result:  # noqa: ANN401 - whatever a flow is given
    """The result of a flow; where there is no server for it, of the function that it is made of.

    Also where the server goes away while it runs: what was read is kept, so little is done twice.
    """
    from flows.running.engine import call, lost_server, plainly

    resumed = False
    try:
        with prefect_server():
            return function(**given)
    except ServerError as error:
        reason = str(error)
    except Exception as error:
        if not lost_server(error):
            raise
        reason, resumed = f"运行中连不上 Prefect 服务（{type(error).__name__}）", True
    with plainly(reason, resumed=resumed):
        return call(function, **given)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with process:
        process.terminate()


def _address(process: subprocess.Popen[bytes], patience: float) -> str:
    """The address of the server once it answers."""
    until = time.monotonic() + patience
    line = _first_line(process, patience)
    address = f"http://127.0.0.1:{line.decode()}/api"
    # What is on loopback is never asked for through a proxy.
    opener = build_opener(ProxyHandler({}))
    # No line: it ended before it could listen.
    while line and process.poll() is None and time.monotonic() < until:
        try:
            with opener.open(f"{address}/health", timeout=patience):
                return address
        except OSError:
            time.sleep(_ASKING_SECONDS)
    process.kill()
    raise ServerError(
        f"Prefect 服务没有在 {patience} 秒内启动；请确认 GOUJI_STATE 所在的磁盘可写、未满，"
        "或先运行 prefect server start 并设置 PREFECT_API_URL"
    )


def _first_line(process: subprocess.Popen[bytes], patience: float) -> bytes:
    """The port that the server prints; nothing where it ends before, or prints nothing in time."""
    if process.stdout is None:
        return b""
    # A pipe can be waited for on every system only by reading it.
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    stdout = process.stdout
    Thread(target=lambda: lines.put(stdout.readline().strip()), daemon=True).start()
    try:
        return lines.get(timeout=patience)
    except queue.Empty:
        return b""


def _require_answer(address: str) -> None:
    """Make sure that a server which others run answers at all.

    Raises:
        ServerError: it does not.
    """
    until = time.monotonic() + _ANSWERING_SECONDS
    opener = build_opener()
    while True:
        try:
            with opener.open(f"{address.rstrip('/')}/health", timeout=_ANSWERING_SECONDS):
                return
        except HTTPError:
            return  # it wants a key, which Prefect has
        except (OSError, ValueError, HTTPException) as error:
            if isinstance(getattr(error, "reason", None), SSLError):
                return  # whom to trust is for Prefect to say
            if time.monotonic() > until:
                raise ServerError(
                    f"PREFECT_API_URL 所指的 Prefect 服务 {_ANSWERING_SECONDS} 秒内没有回答；"
                    "请检查地址，或取消 PREFECT_API_URL"
                ) from error
            time.sleep(_ASKING_SECONDS)


def main() -> None:
    """Serve on a free port of loopback, which is printed, until standard input ends."""
    # As a terminal would end it: the server closes its database; one that is not up yet just ends.
    when_the_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        import uvicorn
        from prefect.server.api.server import create_app

        application = create_app(ephemeral=True, final=True)
        config = uvicorn.Config(application, log_level="critical", lifespan="on")
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
