"""The scheduled audits: ``prefect.yaml`` says what runs and when, ``gouji schedule serve`` runs it.

``prefect.yaml`` is the one place of the schedule; ``prefect deploy --all`` reads it too, for those who have a work
pool.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import yaml

from datasets.errors import DataFileError, GoujiError
from flows.settings import SettingsError, prepare_environment

if TYPE_CHECKING:
    from prefect import Flow

#: In the folder that the command is started from, as Prefect's own commands expect it.
DEPLOYMENTS_FILE = Path("prefect.yaml")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression and the time zone that it is meant in."""

    cron: str
    timezone: str
    active: bool = True

    def next_runs(self, after: datetime, count: int = 3) -> tuple[datetime, ...]:
        """The next ``count`` times of this schedule later than ``after`` (with a time zone)."""
        import asyncio

        from prefect.server.schemas.schedules import CronSchedule

        # Prefect counts a start that is due itself as the first run.
        start = after + timedelta(microseconds=1)
        return tuple(asyncio.run(CronSchedule(cron=self.cron, timezone=self.timezone).get_dates(count, start)))


@dataclass(frozen=True, slots=True)
class Deployment:
    """One entry of ``prefect.yaml``."""

    name: str
    entrypoint: str
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    schedules: tuple[Schedule, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def from_yaml(cls, entry: dict[str, Any]) -> Self:
        """Take what we use of an entry; Prefect's own command reads the rest."""
        return cls(
            name=entry["name"],
            entrypoint=entry["entrypoint"],
            description=entry.get("description", ""),
            parameters=dict(entry.get("parameters") or {}),
            schedules=tuple(
                Schedule(s["cron"], s["timezone"], s.get("active", True)) for s in entry.get("schedules") or ()
            ),
            tags=tuple(entry.get("tags") or ()),
        )

    def flow(self) -> Flow[..., Any]:
        """Import the flow that the entry point names."""
        prepare_environment()
        from prefect.flows import load_flow_from_entrypoint

        return load_flow_from_entrypoint(self.entrypoint)


def read_deployments(path: Path = DEPLOYMENTS_FILE) -> tuple[Deployment, ...]:
    """The deployments of ``prefect.yaml``.

    Raises:
        DataFileError: the file is missing or an entry lacks its name, entry point, cron expression or time zone.
    """
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["deployments"]
        return tuple(Deployment.from_yaml(entry) for entry in entries)
    except OSError as error:
        raise DataFileError(
            f"{path}：读不到（{error.strerror}）；请在含有 prefect.yaml 的文件夹中运行",
            f"{path}: cannot be read ({error.strerror}); run this in the folder of prefect.yaml",
        ) from error
    except (yaml.YAMLError, KeyError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise DataFileError(
            f"{path}：部署的写法不对（{reason}）；每项要有 name、entrypoint、cron 和 timezone",
            f"{path}: a deployment is wrong ({reason}); each has name, entrypoint, cron and timezone",
        ) from error


def require_server() -> None:
    """Make sure that there is a Prefect server that lasts: one that comes and goes with a run starts nothing on time.

    Raises:
        SettingsError: none is configured.
    """
    prepare_environment(verbose=True)
    from prefect.settings import PREFECT_API_URL

    if not PREFECT_API_URL.value():
        raise SettingsError(
            "PREFECT_API_URL：没有设置，定时运行需要常驻的 Prefect 服务；"
            "请运行 prefect server start，再设为 http://127.0.0.1:4200/api"
        )


def serve_all(path: Path = DEPLOYMENTS_FILE) -> None:
    """Register every deployment of ``path`` and run each when it is due, until stopped.

    Raises:
        DataFileError: see :func:`read_deployments`.
        SettingsError: there is no Prefect server.
    """
    require_server()
    from prefect import serve
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron

    serve(
        *(
            RunnerDeployment.from_flow(
                deployment.flow(),
                name=deployment.name,
                description=deployment.description,
                parameters=deployment.parameters,
                tags=list(deployment.tags),
                schedules=[Cron(s.cron, timezone=s.timezone, active=s.active) for s in deployment.schedules],
                concurrency_limit=1,
            )
            for deployment in read_deployments(path)
        )
    )


if __name__ == "__main__":
    try:
        serve_all()
    except GoujiError as error:
        sys.exit(f"gouji: {error}")
