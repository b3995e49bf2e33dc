"""What chat services really answer: HTTP 200 for everything, limits in bytes, and endpoints that never come to an end.

The services are no test hosts of ours, so the process that sends has its ``requests.post`` answered from a file.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.identity.catalog import shipped_documents
from flows.alerts.channels import channels
from flows.alerts.delivering import SERVICES, Service, Told, fits, replace_secrets
from flows.alerts.digest import digest
from flows.alerts.sending import AlertOutcome, Manner, send_alerts
from flows.ledger import outbox
from flows.ledger.connecting import Ledger
from flows.ledger.lives import Change, Message
from flows.ledger.recording import begin_run, record_run
from flows.payload import FindingRecord
from flows.settings import Settings
from tests.ledger.payloads import DOCUMENT, UNIT, Sink, finding, payload

ADDRESSES = {
    "wecombot": "wecombot://geheimer-schluessel",
    "dingtalk": "dingtalk://geheimertoken",
    "feishu": "feishu://geheimertoken",
    "lark": "lark://geheimertoken",
}
REFUSALS = {
    "wecombot": {"errcode": 40058, "errmsg": "content exceed max length"},
    "dingtalk": {"errcode": 310000, "errmsg": "keywords not in content"},
    "feishu": {"code": 19024, "msg": "Key Words Not Found"},
    "lark": {"code": 9499, "msg": "Bad Request"},
}
TAKEN = {
    "wecombot": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success", "data": {}},
    "lark": {"StatusCode": 0, "StatusMessage": "success", "code": 0},
}
#: Stands in for the network of the process that sends: answers from a file, one line a request, the last for the rest.
_STUB = """
import json, os, requests

def post(url, data=None, json=None, **_):
    body = data if isinstance(data, bytes) else (data or "").encode()
    with open(os.environ["STUB_SENT"], "a", encoding="utf-8") as log:
        log.write(body.decode() + "\\n")
    with open(os.environ["STUB_SENT"], encoding="utf-8") as log:
        number = sum(1 for _ in log)
    with open(os.environ["STUB_ANSWERS"], encoding="utf-8") as answers:
        lines = answers.read().split("\\n")
    answer = requests.Response()
    answer.status_code = 200
    answer._content = lines[min(number, len(lines)) - 1].encode()
    return answer

requests.post = post
import apprise.plugins.base
apprise.plugins.base.NotifyBase.request_rate_per_sec = 0
"""


class Services:
    """What was sent, and what is answered."""

    def __init__(self, folder: Path) -> None:
        self.answers, self.log = folder / "answers", folder / "sent"

    def answer(self, *answers: object) -> None:
        lines = [each if isinstance(each, str) else json.dumps(each) for each in answers]
        self.answers.write_text("\n".join(lines), encoding="utf-8")
        self.log.unlink(missing_ok=True)

    @property
    def sent(self) -> list[str]:
        """The text of each message, as the service gets it."""
        if not self.log.exists():
            return []
        bodies = map(json.loads, self.log.read_text(encoding="utf-8").splitlines())
        return [body.get("text", body.get("content"))[_KEYS[_kind(body)]] for body in bodies]


_KEYS = {"text": "content", "content": "text"}


def _kind(body: dict[str, Any]) -> str:
    return "text" if "text" in body else "content"


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    place = tmp_path / "stub"
    place.mkdir()
    (place / "sitecustomize.py").write_text(_STUB, encoding="utf-8")
    found = Services(place)
    monkeypatch.setenv("PYTHONPATH", str(place))
    monkeypatch.setenv("STUB_SENT", str(found.log))
    monkeypatch.setenv("STUB_ANSWERS", str(found.answers))
    return found


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def run(ledger: Ledger, address: str, *findings: FindingRecord, patience: float = 60) -> AlertOutcome:
    found = channels(Settings(Path("state"), alert_urls=(address,)))
    rules = {channel.identity: channel.rules for channel in found}
    record_run(ledger, begin_run(ledger), payload(*findings), names={DOCUMENT: UNIT}, channels=rules)
    return send_alerts(ledger, found, Manner(pauses=(), patience=patience))


@pytest.mark.parametrize("scheme", ADDRESSES)
def test_a_refusal_with_http_200_is_kept_named_and_sent_again(scheme: str, services: Services, ledger: Ledger) -> None:
    services.answer(REFUSALS[scheme])
    outcome = run(ledger, ADDRESSES[scheme], finding())
    assert outcome.sent == 0
    [problem] = outcome.problems
    code, words = list(REFUSALS[scheme].values())[:2]
    assert problem == f"告警未送出（{scheme}://…）：对方拒收（{code} {words}）；1 条下次运行再送"
    services.answer(TAKEN[scheme])
    assert run(ledger, ADDRESSES[scheme], finding()) == AlertOutcome(1)
    assert run(ledger, ADDRESSES[scheme], finding()) == AlertOutcome(0)
    assert len(services.sent) == 1


@pytest.mark.parametrize("scheme", ADDRESSES)
@pytest.mark.parametrize("answer", ["<html>请登录</html>", "{}", "[]", '"ok"', ""])
def test_an_answer_that_is_not_that_of_the_service_is_no_delivery(
    scheme: str, answer: str, services: Services, ledger: Ledger
) -> None:
    services.answer(answer)
    [problem] = run(ledger, ADDRESSES[scheme], finding()).problems
    assert "不是这个服务的答复" in problem


def test_no_piece_of_an_address_stands_in_what_is_said_of_a_refusal(services: Services, ledger: Ledger) -> None:
    services.answer({"errcode": 93000, "errmsg": "invalid webhook key geheimer-schluessel"})
    [problem] = run(ledger, ADDRESSES["wecombot"], finding()).problems
    assert "93000" in problem
    assert "geheimer" not in problem
    assert replace_secrets(Told(problem="token abc123456 of x"), "dingtalk://abc123456@x").problem == "token … of x"


def many(count: int) -> list[FindingRecord]:
    return [finding(f"finding-{number:02}", f"p{number}") for number in range(count)]


@pytest.mark.parametrize("scheme", ADDRESSES)
def test_twenty_findings_arrive_in_parts_that_the_service_takes_each_finding_once(
    scheme: str, services: Services, ledger: Ledger
) -> None:
    services.answer(TAKEN[scheme])
    assert run(ledger, ADDRESSES[scheme], *many(20)).sent == 20
    service = SERVICES[scheme]
    assert all(service.size(text) <= service.limit for text in services.sent)
    joined = "\n".join(services.sent)
    named = [number for number in range(20) if f"finding-{number:02}" in joined]
    assert all(joined.count(f"finding-{number:02}") == 1 for number in named)
    if scheme == "wecombot":
        assert 2 <= len(services.sent) <= 6
        assert f"另有 {20 - len(named)} 处" in services.sent[-1] or len(named) == 20
    else:
        assert (len(services.sent), len(named)) == (1, 20)


def test_what_arrived_before_a_refusal_is_not_sent_again(services: Services, ledger: Ledger) -> None:
    services.answer(TAKEN["wecombot"], TAKEN["wecombot"], {"errcode": 45009, "errmsg": "api freq out of limit"})
    outcome = run(ledger, ADDRESSES["wecombot"], *many(20))
    first = "\n".join(services.sent[:2])
    arrived = [number for number in range(20) if f"finding-{number:02}" in first]
    assert outcome.sent == len(arrived) > 0
    [problem] = outcome.problems
    assert f"已送达 {len(arrived)} 条，其余 {20 - len(arrived)} 条下次运行再送" in problem
    services.answer(TAKEN["wecombot"])
    assert run(ledger, ADDRESSES["wecombot"], *many(20)).sent == 20 - len(arrived)
    assert not [number for number in arrived if f"finding-{number:02}" in "\n".join(services.sent)]


TEXT = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=400)


@given(
    st.lists(st.tuples(TEXT, st.sampled_from(["甲局", "乙街道办事处", "丙" * 60])), min_size=1, max_size=40),
    st.sampled_from([*SERVICES.values(), Service(300, len)]),
    st.sampled_from(["", "https://example.org/reports/"]),
)
@settings(max_examples=60)
def test_every_part_fits_and_every_finding_is_told_once(
    told: Sequence[tuple[str, str]], service: Service, link: str
) -> None:
    messages = [
        Message(number, finding(f"f{number}") | {"message": text, "stated": "", "title": text[:80]}, Change.NEW, unit)
        for number, (text, unit) in enumerate(told)
    ]
    takes = fits(service)
    parts = digest(messages, "zh", takes, link)
    assert all(takes(part.subject, part.text) for part in parts)
    assert all(part.text for part in parts)
    assert sorted(number for part in parts for number in part.told) == list(range(len(messages)))


# -- an endpoint that drips --------------------------------------------------------------------------------------------


class Dripping:
    """A web hook that takes a message and answers a byte at a time, without end."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.closing = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()
                while not hook.closing.wait(0.05):
                    try:
                        self.wfile.write(b".")
                        self.wfile.flush()
                    except OSError:
                        return

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"json://127.0.0.1:{self.server.server_port}/geheim"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def test_an_endpoint_that_drips_is_given_up_and_the_other_channels_are_told(ledger: Ledger, sink: Sink) -> None:
    dripping = Dripping()
    try:
        found = channels(Settings(Path("state"), alert_urls=(dripping.address, sink.address)))
        rules = {channel.identity: channel.rules for channel in found}
        record_run(ledger, begin_run(ledger), payload(finding()), channels=rules)
        # Without a deadline this never ends.
        outcome = send_alerts(ledger, found, Manner(patience=15))
    finally:
        dripping.close()
    assert outcome.sent == 1
    assert len(sink.messages) == 1
    [problem] = outcome.problems
    assert problem == "告警未送出（json://…）：对方没有在限定的时间内答完（GOUJI_ALERT_SECONDS）；1 条下次运行再送"


@pytest.mark.usefixtures("prefect")
def test_the_report_is_written_and_its_folder_free_before_anybody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.audit_flow import cross_year_audit

    output = tmp_path / "reports"

    def look() -> tuple[bool, bool]:
        handle = os.open(output, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False, False
        finally:
            os.close(handle)
        return (output / "findings.json").is_file(), (output / "run.json").is_file()

    told = Sink(look)
    monkeypatch.setenv("GOUJI_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("GOUJI_ALERT_URLS", told.address)
    for step in ("suites", "site"):
        monkeypatch.setattr(f"flows.running.tasks.{step}", lambda *_: None)
    try:
        report = cross_year_audit(paths=list(shipped_documents()), output=output)
    finally:
        told.close()
    assert told.seen == [(True, True)]
    assert report.complete
    assert report.alerts_sent > 0


@pytest.mark.parametrize("scheme", ADDRESSES)
@pytest.mark.parametrize("units", [1, 30, 100, 1000])
def test_the_last_words_about_very_many_units_fit_and_keep_the_count_and_the_address(scheme: str, units: int) -> None:
    link = "https://shenji.example.org/reports/2024/index.html"
    messages = [Message(n, finding(f"f{n}"), Change.NEW, f"昌吉回族自治州某某局{n}") for n in range(units)]
    takes = fits(SERVICES[scheme])
    parts = digest(messages, "zh", takes, link)
    assert all(takes(part.subject, part.text) for part in parts)
    assert parts[-1].text.endswith(link)
    told = len({identity for part in parts for identity in re.findall(r"编号 (f\d+)", part.text)})
    if told < units:
        assert f"另有 {units - told} 处，见报告。" in parts[-1].text
    assert sorted(number for part in parts for number in part.told) == list(range(units))


def test_a_last_part_that_tells_no_finding_arrives_too(services: Services, ledger: Ledger) -> None:
    services.answer(TAKEN["wecombot"])
    found = channels(Settings(Path("state"), alert_urls=(ADDRESSES["wecombot"],)))
    rules = {channel.identity: channel.rules for channel in found}
    link = "https://shenji.example.org/" + "a" * 1200
    record_run(ledger, begin_run(ledger), payload(*many(6)), names={DOCUMENT: UNIT}, channels=rules)
    assert send_alerts(ledger, found, Manner(link=link, pauses=())) == AlertOutcome(6)
    assert services.sent[-1].endswith(link)


def test_what_lies_in_the_working_folder_is_not_taken_for_a_module_of_ours(
    services: Services, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("datasets", "flows", "queue"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    services.answer(TAKEN["wecombot"])
    assert run(ledger, ADDRESSES["wecombot"], finding()) == AlertOutcome(1)


def test_what_was_sent_and_never_answered_says_so_the_next_time(ledger: Ledger) -> None:
    dripping = Dripping()
    try:
        for _ in range(2):
            run(ledger, dripping.address, finding(), patience=8)
    finally:
        dripping.close()
    assert ["可能已经收到过" in message["message"] for message in dripping.messages] == [False, True]


def test_only_what_somebody_may_have_taken_says_that_it_may_be_repeated(ledger: Ledger) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        nobody = f"json://127.0.0.1:{silent.getsockname()[1]}"
    # Closed: refused at once, so that nothing was sent.
    run(ledger, nobody, finding())
    [channel] = channels(Settings(Path("state"), alert_urls=(nobody,)))
    assert [message.repeated for message in outbox.claim(ledger, channel.identity)] == [False]
