"""Alerts: a digest for each channel of what is new, worse or back, told exactly once.

What has to be told stands in the ledger before anything is sent, and is ticked off when the service itself says that it
has taken it (:mod:`flows.alerts.delivering`). A channel that fails costs one line in the report and is tried again;
it never fails the audit, and one that was down catches up without the others hearing the same twice. A channel has a
total time, whatever its endpoint does.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import IO

from datasets.errors import GoujiError
from flows.alerts.channels import Channel
from flows.alerts.delivering import Job, Told
from flows.ledger import outbox
from flows.ledger.connecting import Ledger
from flows.ledger.lives import Message
from flows.payload import Language
from flows.proxies import environment_as_given

#: Seconds for all parts of a digest to one channel; Apprise waits 5.5 s between two messages to one service.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class AlertOutcome:
    """What became of the alerts: how many findings some channel took, and one line for each failed channel."""

    sent: int = 0
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    told: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Manner:
    """How alerts are sent.

    ``link`` is the address of the report for its readers, "" for none; ``patience`` the seconds for one channel, all
    parts and tries together; ``pauses`` those before an endpoint that could not be reached is tried again.
    """

    lang: Language = "zh"
    link: str = ""
    patience: float = PATIENCE
    pauses: tuple[float, ...] = (2.0, 10.0)


_USUAL = Manner()


def send_alerts(ledger: Ledger, channels: Sequence[Channel], manner: Manner = _USUAL) -> AlertOutcome:
    """Send what is queued, of this run and of earlier ones that could not. Never raises."""
    tally = _Tally()
    for channel in channels:
        try:
            _send(ledger, channel, tally, manner)
        except Exception as error:  # noqa: BLE001 - whatever a channel does, the others are told
            tally.problems.append(f"告警未送出（{masked(channel.address)}）：{_reason(error)}；下次运行再送")
    return AlertOutcome(len(tally.told), tuple(tally.problems))


def _send(ledger: Ledger, channel: Channel, tally: _Tally, manner: Manner) -> None:
    messages = outbox.claim(ledger, channel.identity)
    if not messages:
        return
    until = time.monotonic() + manner.patience
    left = {message.number: message for message in messages}
    in_flight: set[int] = set()
    unsure: set[int] = set()
    problem = ""
    try:
        for pause in (*manner.pauses, None):
            # What may have arrived says so when it comes again.
            job = Job(channel.address, tuple(_marked(left.values(), unsure)), manner.lang, manner.link)
            for told in deliver(job, until):
                if told.begun:
                    in_flight = set(told.begun)
                    continue
                taken = [left.pop(number) for number in told.numbers]
                if taken:
                    outbox.tick_off(ledger, taken)
                tally.told.update(message.finding["id"] for message in taken)
                unsure |= in_flight if told.unsure else set()
                in_flight = set()
                problem, again = told.problem, told.again
            if not left or not problem or not again or pause is None or time.monotonic() + pause >= until:
                break
            time.sleep(pause)
    finally:
        if left:
            outbox.give_back(ledger, left.values(), unsure=unsure | in_flight)
    if problem and not left:
        tally.problems.append(f"告警的结尾（报告的地址）没有送到（{masked(channel.address)}）：{problem}；各条都已送达")
    elif problem:
        sent = len(messages) - len(left)
        part = f"已送达 {sent} 条，其余 {len(left)} 条" if sent else f"{len(left)} 条"
        tally.problems.append(f"告警未送出（{masked(channel.address)}）：{problem}；{part}下次运行再送")


def _marked(messages: Iterable[Message], unsure: Collection[int]) -> Iterator[Message]:
    for message in messages:
        yield replace(message, repeated=True) if message.number in unsure else message


def deliver(job: Job, until: float) -> Iterator[Told]:
    """Send a digest in a process of its own, which is ended when the clock (``time.monotonic``) shows ``until``."""
    process = subprocess.Popen(
        # -P: what lies in the working folder is none of its modules.
        [sys.executable, "-P", "-m", "flows.alerts.delivering"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment_as_given(),
        # Ctrl-C is for the run, which ends its child with its pipe.
        start_new_session=True,
    )
    try:
        yield from _said(process, job, until)
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()


def _said(process: subprocess.Popen[bytes], job: Job, until: float) -> Iterator[Told]:
    if process.stdin is None or process.stdout is None:  # never, with two pipes asked for
        return
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    Thread(target=_listen, args=(process.stdout, lines), daemon=True).start()
    with suppress(BrokenPipeError):
        process.stdin.write(job.to_json().encode() + b"\n")
        process.stdin.flush()
    waiting = {message.number for message in job.messages}
    while True:
        try:
            line = lines.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            if waiting:
                yield Told(problem="对方没有在限定的时间内答完（GOUJI_ALERT_SECONDS）", unsure=True)
            return
        if not line:
            if waiting:
                yield Told(problem="发送进程中断", again=True, unsure=True)
            return
        told = Told.from_json(line)
        waiting -= set(told.numbers)
        yield told
        if told.problem:
            return


def _listen(stdout: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    """Hand on each line; an empty one at the end."""
    with suppress(ValueError, OSError):  # closed meanwhile
        for line in stdout:
            lines.put(line)
    lines.put(b"")


def _reason(error: Exception) -> str:
    # Only our own sentences: those of others may quote the address.
    return str(error) if isinstance(error, GoujiError) else type(error).__name__


def masked(address: str) -> str:
    """What may be shown of an address: its scheme."""
    scheme, separator, _ = address.partition("://")
    return f"{scheme}://…" if separator and scheme.replace("+", "").isalnum() else "…"
