"""An audit that is killed at a random moment and repeated: nothing lost, nothing doubled, nothing left running.

``GOUJI_KILLS`` says how often (1 in ``make test``, 10 in ``make soak``); every second time the ledger is in PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select

from flows.ledger.connecting import Ledger
from flows.ledger.tables import DELIVERY, FINDING, RUN, SIGHTING
from tests.ledger.payloads import Sink
from tests.waiting import eventually

KILLS = int(os.environ.get("GOUJI_KILLS", "1"))
#: What a digest prints after each finding that it tells.
TOLD = re.compile(r"编号 (\S+)")
REPEATED = "可能已经收到过"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an audit found and told, and how long its flow took."""

    findings: frozenset[str]
    told: Counter[str]
    seconds: float


class House:
    """The state, the report and the ledger of one installation, and the receiver of its alerts."""

    def __init__(self, folder: Path, ledger: str, sink: Sink, prefect: Path) -> None:
        self.folder = folder
        self.sink = sink
        self.environment = os.environ | {
            # Shared: making the database of Prefect would be half of the time.
            "PREFECT_HOME": str(prefect),
            "GOUJI_STATE": str(folder / "state"),
            "GOUJI_LEDGER": ledger,
            "GOUJI_ALERT_URLS": sink.address,
            # Its findings are told in one digest of at most twenty.
            "GOUJI_ALERT_SEVERITY": "error",
        }
        self.environment.pop("PREFECT_API_URL", None)
        self.address = ledger

    def audit(self, killed_after: float = -1) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.operations.audited", str(self.folder / "reports"), str(killed_after)]
        return subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True, timeout=1200)

    def findings(self) -> list[str]:
        payload = json.loads((self.folder / "reports" / "findings.json").read_text(encoding="utf-8"))
        return [finding["id"] for finding in payload["findings"]]

    def told(self) -> Counter[str]:
        """How often each finding was told without saying that it may be a repetition."""
        return Counter(
            identity
            for message in self.sink.messages
            if REPEATED not in message["message"]
            for identity in TOLD.findall(message["message"])
        )

    def repeated(self) -> Counter[str]:
        """How often each finding was told and said to be perhaps a repetition."""
        every = Counter(identity for m in self.sink.messages for identity in TOLD.findall(m["message"]))
        return every - self.told()


@pytest.fixture(scope="module")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, prefect_home: Path) -> Iterator[Outcome]:
    """What an audit comes to that nobody kills."""
    folder, sink = tmp_path_factory.mktemp("undisturbed"), Sink()
    house = House(folder, f"sqlite:///{folder}/ledger.sqlite", sink, prefect_home)
    done = house.audit()
    assert done.returncode == 0, done.stderr
    yield Outcome(frozenset(house.findings()), house.told(), float(done.stdout.split()[-1]))
    sink.close()


def servers(house: House) -> list[int]:
    """The Prefect servers of the installation that are still running."""
    own = str(house.folder / "state")
    found = []
    for process in psutil.process_iter():
        try:
            if "flows.schedule.local_server" in process.cmdline() and process.environ().get("GOUJI_STATE") == own:
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


@pytest.mark.parametrize("number", range(KILLS))
def test_an_audit_that_is_killed_and_repeated_loses_and_doubles_nothing(
    undisturbed: Outcome, prefect_home: Path, tmp_path: Path, sink: Sink, request: pytest.FixtureRequest, number: int
) -> None:
    in_file = f"sqlite:///{tmp_path}/ledger.sqlite"
    address = request.getfixturevalue("postgres").database() if number % 2 else in_file
    house = House(tmp_path, address, sink, prefect_home)
    # Spread over the whole audit; Hypothesis seeds the common generator, so that every run would be the same.
    moment = undisturbed.seconds * (number + random.SystemRandom().random()) / KILLS
    killed = house.audit(moment)
    eventually(lambda: not servers(house))

    repeated = house.audit()
    assert repeated.returncode == 0, repeated.stderr
    ledger = Ledger(address)
    with ledger.reading() as connection:
        statuses = connection.scalars(select(RUN.c.status).order_by(RUN.c.number)).all()
        open_findings = connection.scalars(select(FINDING.c.id).where(FINDING.c.standing == "open")).all()
        sightings = connection.execute(select(SIGHTING.c.run, func.count()).group_by(SIGHTING.c.run)).all()
        waiting = connection.scalar(
            select(func.count()).select_from(DELIVERY).where(DELIVERY.c.state.not_in(["sent", "dropped"]))
        )
    ledger.close()
    print(  # noqa: T201 - the counts that the project promises
        f"killed after {moment:.2f} of {undisturbed.seconds:.2f} s ({address.partition(':')[0]}): "
        f"runs {list(statuses)}, findings {len(open_findings)} of {len(undisturbed.findings)}, "
        f"alerts told {house.told().total()}, told as perhaps repeated {house.repeated().total()}, "
        f"of {undisturbed.told.total()}"
    )
    assert killed.returncode in {-signal.SIGKILL, 0}
    # A run is recorded whole or not at all, and the last one is.
    assert statuses[-1] == "recorded"
    assert {count for _, count in sightings} == {len(undisturbed.findings)}
    assert len(sightings) == list(statuses).count("recorded")
    assert set(open_findings) == set(house.findings()) == undisturbed.findings
    assert len(house.findings()) == len(undisturbed.findings)
    # Every alert arrives; twice only where the second says that it may be a repetition.
    assert waiting == 0
    assert house.told() | house.repeated() == undisturbed.told
    assert set(house.told().values()) <= {1}
    assert set(house.repeated().values()) <= {1}
