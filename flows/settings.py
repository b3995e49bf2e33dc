"""What a run takes from its environment, and the environment that Prefect must find before it is imported.

=======================  =============================================================================================
``GOUJI_ALERT_URLS``     Apprise addresses for alerts, separated by commas or newlines; ``block:NAME`` takes them from
                         the Prefect Secret block of that name. Secret: never printed.
``GOUJI_ALERT_SEVERITY`` The mildest severity that is told: error (the default), warning or info.
``GOUJI_ALERT_SECONDS``  Seconds for one channel, all parts and tries together (default 60); then the run goes on.
``GOUJI_ALERT_ROUTES``   TOML file that says which addresses hear of which units; see docs/operations.md.
``GOUJI_LEDGER``         Address of the ledger, sqlite:///file or postgresql://…; default: a file in the state folder.
``GOUJI_STATE``          Folder for what Gouji remembers between runs: the ledger, Prefect's own files.
``GOUJI_WORKERS``        Processes that read documents; 1 (the default) reads them inside the run itself.
``GOUJI_SITE_URL``       Address at which the pages are served, for links to them; default: the files themselves.
=======================  =============================================================================================
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from datasets.errors import GoujiError
from flows.proxies import set_proxies

#: Addresses may hold commas themselves (a list of receivers), so a comma separates only before a new scheme.
_SEPARATOR = re.compile(r"[\r\n]+|,\s*(?=[A-Za-z][A-Za-z0-9+.\-]*://|block:)")


class SettingsError(GoujiError):
    """An environment variable that says something impossible."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run; ``alert_urls`` hold secrets and are left out of ``repr``."""

    state: Path
    workers: int = 1
    alert_urls: tuple[str, ...] = field(default=(), repr=False)
    alert_severity: str = "error"
    alert_seconds: int = 60
    alert_routes: Path | None = None
    ledger_address: str = field(default="", repr=False)
    site_url: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the settings out of ``environment`` (default: that of the process).

        Raises:
            SettingsError: a variable cannot be understood; the message names it and the remedy.
        """
        environment = os.environ if environment is None else environment
        state = environment.get("GOUJI_STATE", "").strip()
        return cls(
            state=Path(state) if state else default_state(),
            workers=_whole("GOUJI_WORKERS", environment, 1, "读取文件的进程数，例如 2"),
            alert_urls=split_addresses(environment.get("GOUJI_ALERT_URLS", "")),
            alert_severity=_severity(environment.get("GOUJI_ALERT_SEVERITY", "")),
            alert_seconds=_whole("GOUJI_ALERT_SECONDS", environment, 60, "每个告警渠道的总秒数，例如 60", most=600),
            alert_routes=Path(routes) if (routes := environment.get("GOUJI_ALERT_ROUTES", "").strip()) else None,
            ledger_address=environment.get("GOUJI_LEDGER", "").strip(),
            site_url=environment.get("GOUJI_SITE_URL", "").strip(),
        )

    @property
    def ledger(self) -> str:
        """The address of the ledger of runs, findings and decisions; it may hold a password."""
        return self.ledger_address or sqlite_address(self.state / "ledger.sqlite")


def split_addresses(text: str) -> tuple[str, ...]:
    """The addresses in ``text``, in order, each once."""
    return tuple(dict.fromkeys(part for part in map(str.strip, _SEPARATOR.split(text)) if part))


def default_state() -> Path:
    """The user's state folder of the platform where platformdirs knows it, else ``.gouji`` in the working folder."""
    if importlib.util.find_spec("platformdirs") is None:
        return Path(".gouji")
    return Path(importlib.import_module("platformdirs").user_state_path("gouji", appauthor=False))


def prepare_environment(settings: Settings | None = None, *, verbose: bool = False) -> None:
    """Set what Prefect reads at import: no telemetry, its files in our state folder, its log off the terminal.

    A variable that the user has set stays as it is. Once Prefect is imported only the switches against telemetry are
    set, for the processes that it may start: moving its folder under a running worker would tear the two apart.

    Raises:
        SettingsError: the state folder cannot be made.
    """
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    set_proxies()
    if "prefect" in sys.modules:
        return
    settings = Settings.from_environment() if settings is None else settings
    if "PREFECT_HOME" not in os.environ:
        home = (settings.state / "prefect").resolve()
        # Prefect makes the last folder only; without its home its server does not start, and says so two minutes later.
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"{home}：建不了文件夹（{error.strerror}）；请用 GOUJI_STATE 指定可写的文件夹"
            ) from error
        os.environ["PREFECT_HOME"] = str(home)
    # The embedded server takes more than the default 20 s to start on a busy machine with two cores.
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    console = "INFO" if verbose else "CRITICAL"
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", console)
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "WARNING" if verbose else "CRITICAL")


def sqlite_address(path: Path) -> str:
    """The address of a ledger in a file."""
    return f"sqlite:///{path}"


def _severity(text: str) -> str:
    severity = text.strip().lower() or "error"
    if severity not in {"error", "warning", "info"}:
        raise SettingsError(f"GOUJI_ALERT_SEVERITY：{text.strip()!r} 不是级别；请设为 error、warning 或 info")
    return severity


def _whole(name: str, environment: Mapping[str, str], default: int, meaning: str, most: int | None = None) -> int:
    text = environment.get(name, "").strip()
    try:
        number = int(text or default)
    except ValueError:
        number = 0
    if number < 1:
        raise SettingsError(f"{name}：{text!r} 不是正整数；请设为{meaning}")
    if most is not None and number > most:
        raise SettingsError(f"{name}：{text!r} 太大；请设为{meaning}，至多 {most}")
    return number
