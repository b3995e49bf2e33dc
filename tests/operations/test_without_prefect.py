"""Misspelt proxies and a Prefect server that does not come: the report is written all the same, and says so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from datasets.identity.catalog import shipped_documents
from flows import proxies
from flows.ledger.connecting import Ledger
from flows.ledger.history import runs
from flows.running.engine import plainly
from flows.running.summary import RunReport
from flows.settings import Settings
from tests.ledger.payloads import Sink

DOCUMENT = shipped_documents()[0]


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "_said", [])
    monkeypatch.setattr(proxies, "_taken_out", {})


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("socks5://127.0.0.1:9", "socks"),
        ("socks5h://user:geheim@proxy:1080", "socks"),
        ("ftp://proxy:1", "不是代理地址"),
        ("http://proxy:port", "不是代理地址"),
    ],
)
def test_a_proxy_that_no_client_can_use_is_taken_out_and_named_without_its_address(address: str, said: str) -> None:
    environment = {"ALL_PROXY": address, "PATH": "/bin"}
    [line] = proxies.set_proxies(environment)
    assert "ALL_PROXY" not in environment
    assert line.startswith("环境变量 ALL_PROXY：")
    assert said in line
    assert "geheim" not in line
    assert "proxy:1" not in line
    # What goes out to others fails at it and does not go round it.
    assert proxies.environment_as_given()["ALL_PROXY"] == address


@pytest.mark.usefixtures("fresh")
def test_a_proxy_that_can_be_used_stays_and_is_never_asked_for_loopback() -> None:
    environment = {"HTTP_PROXY": "http://proxy:8080", "https_proxy": "proxy:8080", "no_proxy": "intern.example"}
    assert proxies.set_proxies(environment) == ()
    assert environment["HTTP_PROXY"] == "http://proxy:8080"
    assert environment["no_proxy"] == "intern.example,127.0.0.1,localhost,::1"
    assert environment["NO_PROXY"] == "127.0.0.1,localhost,::1"
    again = dict(environment)
    proxies.set_proxies(again)
    assert again == environment


@pytest.mark.usefixtures("fresh")
def test_an_environment_without_proxies_is_left_alone() -> None:
    environment = {"PATH": "/bin", "http_proxy": ""}
    assert proxies.set_proxies(environment) == ()
    assert environment == {"PATH": "/bin", "http_proxy": ""}


def audit(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """An audit as a user starts it, without the slow parts of a report."""
    program = (
        "import sys, flows.settings; flows.settings.prepare_environment()\n"
        "from flows.running import tasks; tasks.suites = lambda *_: None\n"
        "from flows.cli.app import main; main()"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"GOUJI_STATE": str(tmp_path / "state"), **variables}
    return subprocess.run(
        [sys.executable, "-c", program, "audit", str(DOCUMENT), "--output", str(tmp_path / "reports")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def written(tmp_path: Path) -> int:
    findings = json.loads((tmp_path / "reports" / "findings.json").read_text(encoding="utf-8"))["findings"]
    return len(findings)


def test_a_misspelt_proxy_costs_no_report(tmp_path: Path) -> None:
    done = audit(tmp_path, ALL_PROXY="socks5://127.0.0.1:9", HTTP_PROXY="htpp://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "环境变量 ALL_PROXY" in done.stderr
    assert "环境变量 HTTP_PROXY" in done.stderr
    assert written(tmp_path) > 0
    page = (tmp_path / "reports" / "site" / "index.html").read_text(encoding="utf-8")
    assert "环境变量 ALL_PROXY" in page


class Proxy:
    """A proxy on loopback that notes whom it is asked for, and refuses."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def refuse(self) -> None:
                proxy.asked.append(self.path)
                self.send_error(502)

            do_GET = do_POST = do_CONNECT = refuse  # noqa: N815 - named by http.server

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    proxy = Proxy()
    yield proxy
    proxy.server.shutdown()
    proxy.server.server_close()


def test_nothing_of_a_run_asks_a_proxy_for_this_machine(tmp_path: Path, proxy: Proxy, sink: Sink) -> None:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    done = audit(tmp_path, GOUJI_ALERT_URLS=sink.address, **dict.fromkeys(names, proxy.address))
    assert done.returncode == 0, done.stderr
    assert proxy.asked == []
    assert len(sink.messages) == 1


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"PREFECT_API_URL": "http://127.0.0.1:9/api"}, "PREFECT_API_URL"),
        ({"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "1"}, "没有在 1 秒内启动"),
    ],
)
def test_without_a_server_the_same_report_is_written_and_says_so(
    tmp_path: Path, sink: Sink, variables: dict[str, str], reason: str
) -> None:
    done = audit(tmp_path, GOUJI_ALERT_URLS=sink.address, **variables)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    [line] = [line for line in done.stderr.splitlines() if "没有用 Prefect 运行" in line]
    assert reason in line
    assert "没有用 Prefect 运行" in (tmp_path / "reports" / "site" / "index.html").read_text(encoding="utf-8")
    assert written(tmp_path) > 0
    assert len(sink.messages) == 1
    # The next run finds the report standing, and tells nobody twice.
    again = audit(tmp_path, GOUJI_ALERT_URLS=sink.address, **variables)
    assert "没有变化" in again.stdout
    assert len(sink.messages) == 1


def test_a_server_that_prints_nothing_is_not_waited_for_beyond_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.schedule import local_server

    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf-8")
    silent.chmod(0o755)
    monkeypatch.setattr("flows.schedule.local_server.sys.executable", str(silent))
    monkeypatch.setattr("flows.schedule.local_server._ASKING_SECONDS", 0.01)
    with (
        temporary_settings({PREFECT_API_URL: None, "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": 1}),
        pytest.raises(local_server.ServerError, match="没有在 1 秒内启动"),
        local_server.prefect_server(),
    ):
        pytest.fail("there is no server")


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state of its own, and no suites and pages; the folder of the report."""
    monkeypatch.setenv("GOUJI_STATE", str(tmp_path / "state"))
    from flows.running import tasks

    for step in ("suites", "site"):
        monkeypatch.setattr(tasks, step, lambda *_: None)
    return tmp_path / "reports"


def run(**given: Any) -> RunReport:  # noqa: ANN401 - what the flow is given
    """An audit without Prefect, in this process."""
    from flows.audit_flow import cross_year_audit

    with plainly("测试"):
        return cross_year_audit.fn(**given)


def test_every_document_of_an_archive_of_several_years_is_audited_and_named(tmp_path: Path, quick: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("0/坏.docx", b"PK\x03\x04")
        for number, document in enumerate(shipped_documents(), start=1):
            package.write(document, f"{number}/{document.name}")
    report = run(paths=[archive], output=quick)
    assert report.documents == len(shipped_documents()) + 1
    assert [line.partition("：")[0] for line in report.unusable] == [str(archive / "0/坏.docx")]
    assert not report.complete


def test_files_of_an_inbox_that_are_no_documents_are_named_and_cost_nothing(
    tmp_path: Path, quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.running import inbox

    monkeypatch.setattr(inbox.Inbox.__init__, "__defaults__", (0.0,))
    box = tmp_path / "inbox"
    box.mkdir()
    shutil.copy(DOCUMENT, box)
    for name, content in (("LICENSE", "MIT"), ("data.csv", "a,b"), ("数字.csv", "figure_id,document"), ("x.md", "x")):
        (box / name).write_text(content, encoding="utf-8")
    report = run(inbox=str(box), output=quick)
    assert report.complete
    assert report.unusable == ()
    told = "\n".join((*report.left_out, *report.notes))
    assert all(name in told for name in ("LICENSE", "data.csv", "数字.csv", "x.md"))


def test_a_report_that_a_fault_has_cut_does_not_stand(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("checks.wording.rules.completeness_instances", fail)
        first = run(paths=[DOCUMENT], output=quick)
    assert first.faults
    assert any("faults.log" in note for note in first.notes)
    second = run(paths=[DOCUMENT], output=quick)
    assert second.unchanged_since is None
    assert second.faults == ()


def test_a_run_that_cannot_know_its_channels_is_not_recorded_and_loses_no_news(
    quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_ALERT_URLS", "block:none")
    monkeypatch.setattr(
        "flows.alerts.channels._from_block", lambda _: (_ for _ in ()).throw(ConnectionError("no server"))
    )
    report = run(paths=[DOCUMENT], output=quick)
    assert [line.partition("：")[0] for line in report.problems] == ["台账未完成"]
    assert not report.complete
    # What it found is news to the first run that can tell it.
    assert runs(Ledger(Settings.from_environment().ledger)) == ()


def test_a_run_that_loses_its_server_is_done_again_as_the_same_run(
    quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    from flows.audit_flow import cross_year_audit
    from flows.running import tasks
    from flows.running.engine import plain
    from flows.schedule.local_server import with_or_without_server

    write = tasks.write.fn

    def lost(*given: Any) -> None:  # noqa: ANN401
        if plain() is None or not getattr(plain(), "resumed", False):
            raise httpx.ConnectError("gone")
        write(*given)

    monkeypatch.setattr(tasks, "write", lost)
    monkeypatch.setattr("flows.schedule.local_server.prefect_server", lambda: plainly("仿佛有服务"))
    report = with_or_without_server(cross_year_audit.fn, paths=[DOCUMENT], output=quick)
    assert any("运行中连不上 Prefect 服务" in note for note in report.notes)
    ledger = Ledger(Settings.from_environment().ledger)
    [recorded] = runs(ledger)
    assert recorded.recorded_at
