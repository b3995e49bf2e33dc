"""Alerts: each new error reaches each channel once, and no secret leaves the settings."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.alerts import digest, masked, send_alerts
from flows.ledger import FindingKey, Ledger
from flows.payload import FindingRecord, Payload
from flows.settings import Settings

# Apprise imports a module of the standard library that goes with Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

DOCUMENT = "folder/昌吉州2024决算.txt"


class Sink:
    """A loopback web hook that keeps what it gets."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.status = 200
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if sink.status == 200:
                    sink.messages.append(json.loads(body))
                self.send_response(sink.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://user:geheim@127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture
def second_sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


def finding(identity: str = "f1", fingerprint: str = "p1", severity: str = "error") -> FindingRecord:
    return {
        "id": identity,
        "fingerprint": fingerprint,
        "rule": "three-public-total",
        "severity": severity,
        "title": "三公经费合计不等于分项之和",
        "title_en": "Three public expenses do not add up",
        "message": "合计 120.60 ≠ 33.00 + 80.00 + 7.50 = 120.50",
        "message_en": "total 120.60 ≠ 120.50",
        "stated": "120.60",
        "expected": "120.50",
        "gap": "0.10",
        "evidence": [
            {"document": DOCUMENT, "line": 3, "printed": "7.50", "unit": "万元", "role": "evidence"},
            {"document": DOCUMENT, "line": 12, "printed": "120.60", "unit": "万元", "role": "suspect"},
        ],
        "repairs": [{"evidence": 1, "value": "120.50", "cause": "", "restores": []}],
    }


def payload(*findings: FindingRecord) -> Payload:
    return {
        "documents": [{"path": DOCUMENT, "entity": "652300-科学技术局"}],
        "findings": list(findings),
    }


def test_a_new_error_arrives_once_with_unit_title_values_and_place(sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address,))
    assert send_alerts(payload(finding()), settings, units={DOCUMENT: "昌吉州科学技术局"}).sent == 1
    [message] = sink.messages
    text = message["title"] + "\n" + message["message"]
    for expected in (
        "昌吉州科学技术局",
        "三公经费合计不等于分项之和",
        "120.60",
        "120.50",
        "万元",
        "第 12 行",
        "f1",
        "120.60 → 120.50",
    ):
        assert expected in text
    assert "geheim" not in json.dumps(message)
    assert "127.0.0.1" not in json.dumps(message)
    assert "github" not in json.dumps(message)


def test_a_second_run_with_the_same_findings_sends_nothing(sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address,))
    send_alerts(payload(finding()), settings)
    assert send_alerts(payload(finding()), settings).sent == 0
    assert len(sink.messages) == 1


def test_only_the_new_errors_are_told(sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address,))
    send_alerts(payload(finding()), settings)
    changed = finding("f1", "p2")
    assert send_alerts(payload(finding(), changed, finding("f2")), settings).sent == 2
    assert "新增 2 处" in sink.messages[1]["title"]


def test_warnings_and_infos_are_not_told(sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address,))
    send_alerts(payload(finding(severity="warning"), finding(severity="info")), settings)
    assert sink.messages == []


def test_a_channel_that_fails_is_one_masked_line_and_is_tried_again(sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address,))
    sink.status = 500
    outcome = send_alerts(payload(finding()), settings)
    [problem] = outcome.problems
    assert outcome.sent == 0
    assert "json://…" in problem
    assert "geheim" not in problem
    assert "127.0.0.1" not in problem
    assert "\n" not in problem
    sink.status = 200
    assert send_alerts(payload(finding()), settings).sent == 1
    assert len(sink.messages) == 1


def test_a_channel_that_was_down_catches_up_alone(sink: Sink, second_sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address, second_sink.address))
    second_sink.status = 503
    send_alerts(payload(finding()), settings)
    second_sink.status = 200
    send_alerts(payload(finding()), settings)
    assert (len(sink.messages), len(second_sink.messages)) == (1, 1)


def test_an_unknown_scheme_names_the_variable_to_mend(tmp_path: Path) -> None:
    outcome = send_alerts(payload(finding()), Settings(tmp_path, alert_urls=("nosuch://geheim",)))
    assert outcome.problems == ("告警地址无法识别（nosuch://…）；请检查 GOUJI_ALERT_URLS",)


def test_a_damaged_ledger_is_a_line_and_no_crash(sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address,))
    settings.alert_ledger.write_bytes(b"this is no database, and long enough to be looked at" * 20)
    [problem] = send_alerts(payload(finding()), settings).problems
    assert "DatabaseError" in problem
    assert sink.messages == []


def test_without_addresses_no_ledger_is_made(tmp_path: Path) -> None:
    assert send_alerts(payload(finding()), Settings(tmp_path / "state")).sent == 0
    assert not (tmp_path / "state").exists()


def test_two_runs_at_once_send_each_error_once(sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address,))
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: send_alerts(payload(finding()), settings), range(4)))
    assert sorted(o.sent for o in outcomes) == [0, 0, 0, 1]
    assert [o.problems for o in outcomes] == [()] * 4
    assert len(sink.messages) == 1


def test_a_delivery_that_is_interrupted_is_not_remembered(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "alerts.sqlite")

    def interrupted(_: object) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.deliver("json://x", [FindingKey("a", "b")], interrupted)
    assert ledger.deliver("json://x", [FindingKey("a", "b")], lambda _: True) == (FindingKey("a", "b"),)


def test_the_ledger_does_not_hold_the_address(sink: Sink, tmp_path: Path) -> None:
    settings = Settings(tmp_path, alert_urls=(sink.address,))
    send_alerts(payload(finding()), settings)
    content = settings.alert_ledger.read_bytes()
    assert b"f1" in content
    assert b"geheim" not in content
    assert b"127.0.0.1" not in content


def test_a_long_digest_counts_what_it_does_not_tell() -> None:
    subject, text = digest([finding(f"f{i}") for i in range(50)], {DOCUMENT: "甲局"}, "zh")
    assert "50" in subject
    assert text.count("三公经费合计不等于分项之和") == 20
    assert "另有 30 处" in text


def test_a_finding_about_words_tells_its_message() -> None:
    words = finding() | {"stated": "", "expected": ""}
    assert "合计 120.60 ≠" in digest([words], {}, "zh")[1]


def test_an_english_digest_speaks_english() -> None:
    subject, text = digest([finding()], {DOCUMENT: "甲局"}, "en")
    assert "1 new error" in subject
    assert "Three public expenses do not add up" in text


@pytest.mark.parametrize(
    ("address", "shown"),
    [("dingtalk://token@secret", "dingtalk://…"), ("token-without-scheme", "…"), ("p@ss://x", "…")],
)
def test_only_the_scheme_of_an_address_is_shown(address: str, shown: str) -> None:
    assert masked(address) == shown
