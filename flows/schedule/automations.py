"""Prefect automations that speak up when an audit failed, crashed, did not start or did not end.

The audit itself can tell nobody that it never ran; the Prefect server can. It needs a notification block of Prefect,
which holds the secret address.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flows.settings import SettingsError, prepare_environment

if TYPE_CHECKING:
    from prefect.automations import Automation
    from prefect.events.schemas.automations import EventTrigger

#: Deployments of ``prefect.yaml`` carry it, and nothing else does.
TAG = "gouji"
#: Longer than the longest audit.
LONGEST_RUN = timedelta(hours=6)
_RUN = "prefect.flow-run."
_ENDED = ("Completed", "Failed", "Crashed", "Cancelled", "TimedOut")


def ensure_automations(block: str) -> tuple[str, ...]:
    """Make the automations, or bring those of an earlier call up to date; return their names.

    Args:
        block: the notification block, ``type/name`` as ``prefect block ls`` shows it.

    Raises:
        SettingsError: there is no such block.
    """
    prepare_environment()
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    kind, _, name = block.partition("/")
    with get_client(sync_client=True) as client:
        try:
            document = client.read_block_document_by_name(name, kind)
        except ObjectNotFound as error:
            raise SettingsError(
                f"--notify：Prefect 中没有 {block} 这个通知块；用 prefect block ls 查看，写成 类型/名称"
            ) from error
        made = list(_automations(document.id))
        present = {automation.name: client.read_automations_by_name(automation.name) for automation in made}
    for automation in made:
        if present[automation.name]:
            automation.id = present[automation.name][0].id
            automation.update()
        else:
            automation.create()
    return tuple(automation.name for automation in made)


def _automations(block: UUID) -> Iterator[Automation]:
    from prefect.automations import Automation
    from prefect.events.actions import SendNotification

    for name, subject, trigger in (
        ("gouji: failed", "勾稽审核失败", _trigger("Failed", "Crashed", "TimedOut")),
        ("gouji: not started", "勾稽审核到时没有开始", _trigger("Late")),
        ("gouji: not ended", "勾稽审核没有结束", _trigger(*_ENDED, after="Running")),
    ):
        body = f"{subject}：{{{{ flow_run.name }}}}，状态 {{{{ flow_run.state.name }}}}。请查看 Prefect 的运行记录。"
        yield Automation(
            name=name, trigger=trigger, actions=[SendNotification(block_document_id=block, subject=subject, body=body)]
        )


def _trigger(*states: str, after: str = "") -> EventTrigger:
    """A run comes into one of ``states``; with ``after``, it does not within the time after it came into that one."""
    from prefect.events.schemas.automations import EventTrigger, Posture

    return EventTrigger(
        match={"prefect.resource.id": f"{_RUN}*"},
        match_related={"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"},
        after={f"{_RUN}{after}"} if after else set(),
        expect={f"{_RUN}{state}" for state in states},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive if after else Posture.Reactive,
        threshold=1,
        within=LONGEST_RUN if after else timedelta(0),
    )
