"""The Prefect server of one run, where none is configured: started with the run, and gone when the run is gone.

The server that Prefect would start by itself outlives a run that is killed. This one holds the other end of a pipe of
the run; when the run ends, however it ends, the pipe closes and the server with it.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.request import ProxyHandler, build_opener

from datasets.errors import GoujiError
from flows.settings import prepare_environment

_ASKING_SECONDS = 0.1


class ServerError(GoujiError):
    """The Prefect server of a run does not start; the message names the remedy."""


@contextmanager
def prefect_server() -> Iterator[None]:
    """A Prefect server while the block runs: the one of ``PREFECT_API_URL``, else one of our own on loopback.

    Raises:
        ServerError: our own does not start.
    """
    prepare_environment()
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    if PREFECT_API_URL.value():
        yield
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.local_server"],
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


def _stop(process: subprocess.Popen[bytes]) -> None:
    with process:
        process.terminate()


def _address(process: subprocess.Popen[bytes], patience: float) -> str:
    """The address of the server once it answers."""
    until = time.monotonic() + patience
    line = process.stdout.readline().strip() if process.stdout is not None else b""
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


def main() -> None:
    """Serve on a free port of loopback, which is printed, until standard input ends."""
    Thread(target=_end_with_the_run, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        import uvicorn
        from prefect.server.api.server import create_app

        application = create_app(ephemeral=True, final=True)
        config = uvicorn.Config(application, log_level="critical", lifespan="on")
        uvicorn.Server(config).run(sockets=[listening])


def _end_with_the_run() -> None:
    # Not sys.stdin: its lock, held here, would keep the interpreter from closing down.
    while os.read(0, 1):
        pass
    # As a terminal would end it: the server closes its database; one that is not up yet just ends.
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
