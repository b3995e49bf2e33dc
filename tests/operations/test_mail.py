"""The digest by e-mail, received by a real SMTP server on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from flows.alerts.channels import channels
from flows.alerts.sending import send_alerts
from flows.ledger.connecting import Ledger
from flows.ledger.recording import begin_run, record_run
from flows.settings import Settings
from tests.ledger.payloads import DOCUMENT, UNIT, finding, payload

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Mailbox:
    """What aiosmtpd hands to its handler."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 - named by aiosmtpd
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, port
    controller.stop()


def test_the_digest_arrives_by_mail_with_unit_values_and_place(post: tuple[Mailbox, int], tmp_path: Path) -> None:
    mailbox, port = post
    address = f"mailto://127.0.0.1:{port}?from=gouji@example.org&to=shenji@example.org&mode=insecure"
    found = channels(Settings(tmp_path, alert_urls=(address,)))
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    rules = {channel.identity: channel.rules for channel in found}
    for _ in range(2):
        record_run(ledger, begin_run(ledger), payload(finding()), names={DOCUMENT: UNIT}, channels=rules)
        assert send_alerts(ledger, found).problems == ()
    [message] = mailbox.messages
    assert message["To"] == "shenji@example.org"
    assert message["Subject"] == f"勾稽：新增 1 处（{UNIT}）"
    body = message.get_body(("plain", "html"))
    assert body is not None
    for expected in (UNIT, "三公经费合计不等于分项之和", "120.60", "第 12 行", "f1"):
        assert expected in body.get_content()
