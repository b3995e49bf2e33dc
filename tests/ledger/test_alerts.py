"""Alerts: each news reaches each channel once, and no secret leaves the settings."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.alerts.channels import channels
from flows.alerts.digest import digest
from flows.alerts.sending import AlertOutcome, Manner, masked, send_alerts
from flows.ledger import outbox
from flows.ledger.connecting import Ledger
from flows.ledger.deciding import Opinion, decide
from flows.ledger.lives import Change, Decision, Message
from flows.ledger.recording import begin_run, record_run
from flows.payload import FindingRecord, Payload
from flows.settings import Settings, SettingsError
from tests.ledger.payloads import DOCUMENT, UNIT, Sink, finding, payload

#: Without trying again.
AT_ONCE = Manner(pauses=())
# Apprise imports a module of the standard library that goes with Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def run(ledger: Ledger, settings: Settings, contents: Payload) -> AlertOutcome:
    """Record a run and send what it has to tell, as an audit does."""
    found = channels(settings)
    rules = {channel.identity: channel.rules for channel in found}
    record_run(ledger, begin_run(ledger), contents, names={DOCUMENT: UNIT}, channels=rules)
    return send_alerts(ledger, found, AT_ONCE)


def to(tmp_path: Path, *sinks: Sink, severity: str = "error") -> Settings:
    return Settings(tmp_path, alert_urls=tuple(sink.address for sink in sinks), alert_severity=severity)


def messages(findings: Sequence[FindingRecord], occasion: Change = Change.NEW) -> list[Message]:
    return [Message(number, item, occasion, UNIT) for number, item in enumerate(findings)]


def test_a_new_error_arrives_once_with_unit_title_values_and_place(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    assert run(ledger, to(tmp_path, sink), payload(finding())).sent == 1
    [message] = sink.messages
    text = message["title"] + "\n" + message["message"]
    for expected in (
        UNIT,
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


def test_a_second_run_with_the_same_findings_sends_nothing(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    run(ledger, to(tmp_path, sink), payload(finding()))
    assert run(ledger, to(tmp_path, sink), payload(finding())).sent == 0
    assert len(sink.messages) == 1


def test_a_graver_finding_is_told_again_and_a_merely_changed_one_is_not(
    ledger: Ledger, sink: Sink, tmp_path: Path
) -> None:
    settings = to(tmp_path, sink, severity="warning")
    run(ledger, settings, payload(finding(severity="warning"), finding("f2", gap="0.5")))
    run(ledger, settings, payload(finding(severity="error"), finding("f2", "p2", gap="0.4")))
    assert [message["title"] for message in sink.messages] == [
        f"勾稽：新增 2 处（{UNIT}）",
        f"勾稽：加重 1 处（{UNIT}）",
    ]


def test_a_finding_that_comes_back_is_told_again(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    for contents in (payload(finding()), payload(), payload(finding())):
        run(ledger, to(tmp_path, sink), contents)
    assert [message["title"] for message in sink.messages] == [
        f"勾稽：新增 1 处（{UNIT}）",
        f"勾稽：重现 1 处（{UNIT}）",
    ]


def test_a_dismissed_finding_is_told_again_only_when_its_figures_change(
    ledger: Ledger, sink: Sink, tmp_path: Path
) -> None:
    run(ledger, to(tmp_path, sink), payload(finding()))
    decide(ledger, Opinion("f1", Decision.DISMISS, "张三", "口径不同"))
    assert run(ledger, to(tmp_path, sink), payload(finding())).sent == 0
    assert run(ledger, to(tmp_path, sink), payload(finding("f1", "p2"))).sent == 1


def test_milder_findings_than_asked_for_are_not_told(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    run(ledger, to(tmp_path, sink), payload(finding(severity="warning"), finding("f2", severity="info")))
    assert sink.messages == []


def test_a_route_hears_of_its_units_only(
    ledger: Ledger, sink: Sink, second_sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_ALERT_OURS", sink.address)
    monkeypatch.setenv("GOUJI_ALERT_THEIRS", second_sink.address)
    routes = tmp_path / "routes.toml"
    routes.write_text(
        f'[[route]]\nunits = ["{UNIT}"]\naddresses = "env:GOUJI_ALERT_OURS"\n'
        '[[route]]\nunits = ["别的局"]\naddresses = "env:GOUJI_ALERT_THEIRS"\n',
        encoding="utf-8",
    )
    run(ledger, Settings(tmp_path, alert_routes=routes), payload(finding()))
    assert (len(sink.messages), len(second_sink.messages)) == (1, 0)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[route]]\naddresses = "mailto://x"', "地址本身不写在文件里"),
        ('[[route]]\nseverity = "grave"\naddresses = "env:X"', "severity"),
        ('[[route]]\nunits = "甲局"\naddresses = "env:X"', "units"),
        ('[[route]]\naddresses = "env:GOUJI_NOT_SET"', "GOUJI_NOT_SET"),
        ("route = 3", "[[route]]"),
        ("[[route", "不是 TOML"),
    ],
)
def test_a_route_that_says_something_impossible_is_named_with_the_remedy(
    text: str, complaint: str, tmp_path: Path
) -> None:
    routes = tmp_path / "routes.toml"
    routes.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=complaint.replace("[[", r"\[\[").replace("]]", r"\]\]")):
        channels(Settings(tmp_path, alert_routes=routes))


def test_a_channel_that_fails_is_one_masked_line_and_is_tried_again(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    sink.status = 500
    outcome = run(ledger, to(tmp_path, sink), payload(finding()))
    [problem] = outcome.problems
    assert outcome.sent == 0
    assert "json://…" in problem
    assert "geheim" not in problem
    assert "127.0.0.1" not in problem
    assert "\n" not in problem
    sink.status = 200
    assert run(ledger, to(tmp_path, sink), payload(finding())).sent == 1
    assert len(sink.messages) == 1


def test_a_finding_resolved_before_it_could_be_told_is_not_told(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    sink.status = 500
    run(ledger, to(tmp_path, sink), payload(finding()))
    sink.status = 200
    assert run(ledger, to(tmp_path, sink), payload()).sent == 0
    assert sink.messages == []


def test_a_channel_that_was_down_catches_up_alone(
    ledger: Ledger, sink: Sink, second_sink: Sink, tmp_path: Path
) -> None:
    settings = to(tmp_path, sink, second_sink)
    second_sink.status = 503
    run(ledger, settings, payload(finding()))
    second_sink.status = 200
    run(ledger, settings, payload(finding()))
    assert (len(sink.messages), len(second_sink.messages)) == (1, 1)


def test_a_channel_that_is_new_learns_of_what_is_open(
    ledger: Ledger, sink: Sink, second_sink: Sink, tmp_path: Path
) -> None:
    run(ledger, to(tmp_path, sink), payload(finding()))
    run(ledger, to(tmp_path, sink, second_sink), payload(finding()))
    assert (len(sink.messages), len(second_sink.messages)) == (1, 1)


def test_an_unknown_scheme_names_the_variable_to_mend(ledger: Ledger, tmp_path: Path) -> None:
    outcome = run(ledger, Settings(tmp_path, alert_urls=("nosuch://geheim",)), payload(finding()))
    assert outcome.problems == ("告警未送出（nosuch://…）：地址无法识别，请检查 GOUJI_ALERT_URLS；1 条下次运行再送",)


def test_two_runs_at_once_send_each_error_once(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: run(ledger, to(tmp_path, sink), payload(finding())), range(4)))
    assert sorted(o.sent for o in outcomes) == [0, 0, 0, 1]
    assert [o.problems for o in outcomes] == [()] * 4
    assert len(sink.messages) == 1


def test_what_a_dead_process_had_claimed_is_sent_again_and_says_that_it_may_be_repeated(
    ledger: Ledger, sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.status = 500
    run(ledger, to(tmp_path, sink), payload(finding()))
    sink.status = 200
    [channel] = channels(to(tmp_path, sink))
    with monkeypatch.context() as other:
        other.setattr(outbox, "_owner", lambda: f"{socket.gethostname()} 999999999 0.00")
        assert len(outbox.claim(ledger, channel.identity)) == 1
    assert send_alerts(ledger, [channel]).sent == 1
    assert "可能已经收到过" in sink.messages[0]["message"]


def test_what_a_living_process_has_claimed_is_left_to_it(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    sink.status = 500
    run(ledger, to(tmp_path, sink), payload(finding()))
    [channel] = channels(to(tmp_path, sink))
    assert len(outbox.claim(ledger, channel.identity)) == 1
    assert outbox.claim(ledger, channel.identity) == ()


def test_the_ledger_does_not_hold_the_address(sqlite_ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    run(sqlite_ledger, to(tmp_path, sink), payload(finding()))
    content = (tmp_path / "ledger.sqlite").read_bytes()
    assert b"f1" in content
    assert b"geheim" not in content
    assert b"127.0.0.1" not in content


def test_a_long_digest_counts_what_it_does_not_tell() -> None:
    [part] = digest(messages([finding(f"f{i}") for i in range(50)]), "zh")
    assert "50" in part.subject
    assert part.text.count("三公经费合计不等于分项之和") == 20
    assert "另有 30 处" in part.text
    assert sorted(part.told) == list(range(50))


def test_a_finding_about_words_tells_its_message() -> None:
    words = finding() | {"stated": "", "expected": ""}
    assert "合计 120.60 ≠" in digest(messages([words]), "zh")[0].text


def test_an_english_digest_speaks_english() -> None:
    [part] = digest(messages([finding()]), "en")
    assert "1 new" in part.subject
    assert "Three public expenses do not add up" in part.text


@pytest.mark.parametrize(
    ("address", "shown"),
    [("dingtalk://token@secret", "dingtalk://…"), ("token-without-scheme", "…"), ("p@ss://x", "…")],
)
def test_only_the_scheme_of_an_address_is_shown(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_what_may_have_arrived_says_so_when_it_comes_again(ledger: Ledger, sink: Sink, tmp_path: Path) -> None:
    sink.status = 500
    run(ledger, to(tmp_path, sink), payload(finding(), finding("f2")))
    [channel] = channels(to(tmp_path, sink))
    first, second = outbox.claim(ledger, channel.identity)
    outbox.give_back(ledger, [first, second], unsure={first.number})
    assert [message.repeated for message in outbox.claim(ledger, channel.identity)] == [True, False]


def test_what_is_given_back_is_told_once_where_a_later_run_has_queued_it_anew(
    ledger: Ledger, sink: Sink, tmp_path: Path
) -> None:
    settings = to(tmp_path, sink, severity="warning")
    sink.status = 500
    run(ledger, settings, payload(finding(severity="warning")))
    [channel] = channels(settings)
    given = outbox.claim(ledger, channel.identity)
    # Meanwhile another run finds it graver.
    rules = {channel.identity: channel.rules}
    record_run(ledger, begin_run(ledger), payload(finding()), names={DOCUMENT: UNIT}, channels=rules)
    outbox.give_back(ledger, given)
    [message] = outbox.claim(ledger, channel.identity)
    assert message.finding["severity"] == "error"
