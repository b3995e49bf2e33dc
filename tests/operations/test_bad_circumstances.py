"""Disk, database and neighbours that fail: a clear message, a safe state, and the next run completes."""

from __future__ import annotations

import errno
import gc
import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from datasets.identity.catalog import shipped_documents
from flows.alerts.channels import channels
from flows.alerts.sending import Manner, send_alerts
from flows.cli import app as cli
from flows.ledger.connecting import Ledger
from flows.ledger.history import runs
from flows.ledger.recording import begin_run, record_run
from flows.running.one_writer import one_writer
from flows.settings import Settings
from tests.ledger.payloads import finding, payload
from tests.postgres import Postgres

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the parts that take long and that these tests are not about."""
    monkeypatch.setattr("flows.running.tasks.suites", lambda *_: None)
    monkeypatch.setattr("flows.running.tasks.site", lambda *_: None)


def audit(output: Path) -> Any:  # noqa: ANN401 - typer's result
    return CliRunner().invoke(cli.app, ["audit", str(shipped_documents()[0]), "--output", str(output)])


# The driver leaves the socket of a broken connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("prefect", "quick")
def test_a_database_that_goes_away_costs_the_ledger_and_not_the_report(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.running import tasks

    address = postgres.database()
    monkeypatch.setenv("GOUJI_LEDGER", address)
    judge = tasks.judge

    def judge_while_it_stops(*arguments: Any) -> Any:  # noqa: ANN401 - as the task
        postgres.stop()
        return judge(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "judge", judge_while_it_stops)
        try:
            result = audit(tmp_path)
        finally:
            postgres.start()
    assert result.exit_code == 2, result.output
    [line] = [line for line in result.stderr.splitlines() if "台账未完成" in line]
    assert "台账数据库连不上" in line
    assert "geheim" not in result.output
    assert json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))["findings"]
    again = audit(tmp_path)
    assert again.exit_code == 0, again.output
    ledger = Ledger(address)
    assert [bool(run.recorded_at) for run in runs(ledger)] == [False, True]
    ledger.close()
    gc.collect()


@pytest.mark.usefixtures("prefect", "quick")
def test_a_disk_that_is_full_leaves_the_older_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_STATE", str(tmp_path / "state"))
    output = tmp_path / "reports"
    output.mkdir()
    (output / "findings.json").write_text("older", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("flows.report.files.write_report", fail)
        result = audit(output)
    assert result.exit_code == 2
    [line] = [line for line in result.stderr.splitlines() if "写不进去" in line]
    assert str(output) in line
    assert "No space left on device" in line
    assert [path.name for path in output.iterdir()] == ["findings.json"]
    assert (output / "findings.json").read_text(encoding="utf-8") == "older"
    assert audit(output).exit_code == 0


def test_a_second_audit_into_one_folder_waits_and_says_so(tmp_path: Path) -> None:
    order: list[str] = []
    waiting = threading.Event()

    def second() -> None:
        with one_writer(tmp_path, waiting.set):
            order.append("second")

    with one_writer(tmp_path, lambda: order.append("never")):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert list(tmp_path.iterdir()) == []


def test_a_prefect_server_that_does_not_start_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_STATE", str(tmp_path))
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.schedule import local_server

    monkeypatch.setattr("flows.schedule.local_server.sys.executable", "false")
    with (
        temporary_settings({PREFECT_API_URL: None}),
        pytest.raises(local_server.ServerError, match="GOUJI_STATE"),
        local_server.prefect_server(),
    ):
        pytest.fail("there is no server")


def test_an_alert_endpoint_that_never_answers_is_given_up(tmp_path: Path) -> None:
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = Settings(tmp_path, alert_urls=(f"json://127.0.0.1:{silent.getsockname()[1]}",))
        found = channels(settings)
        rules = {channel.identity: channel.rules for channel in found}
        record_run(ledger, begin_run(ledger), payload(finding()), channels=rules)
        outcome = send_alerts(ledger, found, Manner(pauses=(), patience=3))
    assert outcome.sent == 0
    assert "下次运行再送" in outcome.problems[0]
