"""A Prefect server that lasts: it tells when an audit crashed, which the audit itself cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import SettingsError
from tests.ledger.payloads import Sink
from tests.waiting import eventually


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server with all its services."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    yield f"http://127.0.0.1:{port}/api"
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(30)


def test_an_audit_that_crashes_is_told_by_the_server(server: str, sink: Sink) -> None:
    from prefect.blocks.notifications import CustomWebhookNotificationBlock
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings
    from prefect.states import Crashed

    from flows.audit_flow import cross_year_audit
    from flows.schedule.automations import TAG, ensure_automations

    with temporary_settings({PREFECT_API_URL: server}):
        with get_client(sync_client=True) as client:
            eventually(lambda: client.api_healthcheck() is None)
        with pytest.raises(SettingsError, match="prefect block ls"):
            ensure_automations("custom-webhook/none")
        address = f"http://127.0.0.1:{sink.server.server_port}/hook"
        CustomWebhookNotificationBlock(
            name="Gouji",
            url=address,
            headers=None,
            cookies=None,
            json_data={"title": "{{subject}}", "message": "{{body}}"},
        ).save("gouji")
        names = ensure_automations("custom-webhook/gouji")
        assert ensure_automations("custom-webhook/gouji") == names
        with get_client(sync_client=True) as client:
            assert [len(client.read_automations_by_name(name)) for name in names] == [1] * 3
            run = client.create_flow_run(cross_year_audit, name="夜间审核", tags=[TAG])
            other = client.create_flow_run(cross_year_audit, name="别的运行")

            def told() -> bool:
                # The server learns of automations a moment after they are made, on a busy machine a long one.
                for flow_run in (other, run):
                    client.set_flow_run_state(flow_run.id, Crashed(), force=True)
                return bool(sink.messages)

            eventually(told, every=2)
    for message in sink.messages:
        assert message["title"] == "勾稽审核失败"
        assert "夜间审核" in message["message"]
