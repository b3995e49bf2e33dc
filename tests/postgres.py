"""A PostgreSQL of our own, in a temporary folder and on loopback, started and stopped by the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pg8000.native  # type: ignore[import-untyped]

_NUMBERS = count(1)
#: Debian keeps the commands of each version apart.
_DEBIAN = Path("/usr/lib/postgresql")
#: The user that the Debian package makes; the server refuses to run as root.
_USER = "postgres"
_QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=40"


def commands() -> Path | None:
    """The folder of initdb and pg_ctl; None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return next(iter(sorted(_DEBIAN.glob("*/bin"), reverse=True)), None)


class Postgres:
    """A running server; ``address`` is that of a new, empty database each time."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._data = folder / "data"
        self._log = folder / "log"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._run("initdb", "--username=gouji", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {_QUICK}"
        self._run("pg_ctl", "--wait", "-l", str(self._log), "-o", options, "start")

    def stop(self) -> None:
        """Stop as a crash would."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def database(self, template: str = "template0") -> str:
        """The address of a new database, empty or like ``template``."""
        name = f"gouji{next(_NUMBERS)}"
        connection = pg8000.native.Connection("gouji", host="127.0.0.1", port=self.port, database="postgres")
        connection.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        connection.close()
        return self.address(name)

    def address(self, name: str) -> str:
        return f"postgresql://gouji:geheim@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups"] if os.geteuid() == 0 else []
        command = [*as_user, str(self._programs / program), "-D", str(self._data), *arguments]
        # Not captured: the server would hold the pipe open after pg_ctl has ended.
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def running(programs: Path) -> Iterator[Postgres]:
    """A server in a folder that its user can reach, gone after the block."""
    with tempfile.TemporaryDirectory(prefix="gouji-postgres-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, _USER, _USER)
        server = Postgres(programs, folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
