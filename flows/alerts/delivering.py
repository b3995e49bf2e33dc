"""Sending to one channel, in a process of its own: ``python -m flows.alerts.delivering``.

Of its own, because only a process can be ended while an endpoint drips a byte now and then, and because the answers of
the services have to be seen: 企业微信, 钉钉, 飞书 and Lark answer HTTP 200 whatever they make of a message, and say in
the body whether they took it. Apprise looks at the status alone, so the answer is read on its way to Apprise.

The job is one line of JSON on standard input; each line of standard output says what became of a part. The process ends
with its parent: when standard input closes.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from flows.alerts.digest import Fits, Part, digest
from flows.ending import when_the_parent_ends
from flows.ledger.lives import Change, Message
from flows.payload import Language

if TYPE_CHECKING:
    from apprise import Apprise

#: An answer is a few words; more of one is not looked at.
_LONGEST_ANSWER, _LONGEST_REASON = 65_536, 120
#: Pieces of an address shorter than this are words such as "chat", not secrets.
_SHORTEST_SECRET = 6
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Service:
    """How a service measures a message, what it takes of it, and under which of ``codes`` its answer says 0 for taken.

    ``size`` is that of the text that counts against ``limit``.
    """

    limit: int
    size: Callable[[str], int]
    codes: tuple[str, ...] = ()


def _in_bytes(text: str) -> int:
    return len(text.encode())


def _in_json(text: str) -> int:
    """As Apprise writes it into a request: six bytes for a Chinese character."""
    return len(json.dumps(text))


#: By the scheme of Apprise. 企业微信 counts the UTF-8 bytes of the text, the others those of the whole request; some
#: room is left in that for what is around the text.
SERVICES = {
    "wecombot": Service(2048, _in_bytes, ("errcode",)),
    "dingtalk": Service(19_000, _in_json, ("errcode",)),
    "feishu": Service(19_000, _in_json, ("code", "StatusCode")),
    "lark": Service(19_000, _in_json, ("code", "StatusCode")),
}


@dataclass(frozen=True, slots=True)
class Job:
    """What one channel has to be told; ``link`` is the address of the report, or ""."""

    address: str
    messages: tuple[Message, ...]
    lang: Language = "zh"
    link: str = ""

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Job:
        """The job of such a line."""
        said = json.loads(line)
        messages = tuple(Message(**{**each, "occasion": Change(each["occasion"])}) for each in said.pop("messages"))
        return cls(messages=messages, **said)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a part: the findings in it, or why it did not arrive and whether trying at once may help.

    ``begun`` are the findings of a part that is about to be sent; until the next line nobody knows whether it arrived.
    ``unsure`` says the same of one that was sent and to which no answer came.
    """

    numbers: tuple[int, ...] = ()
    problem: str = ""
    again: bool = False
    begun: tuple[int, ...] = ()
    unsure: bool = False

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str | bytes) -> Told:
        """What such a line says."""
        said = json.loads(line)
        return cls(**said | {"numbers": tuple(said["numbers"]), "begun": tuple(said["begun"])})


class Answers:
    """The answers of services to the requests that Apprise sends, newest last."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, bytes]] = []
        self.unsure = False

    def watch(self) -> None:
        """From now on, note each answer; in this process alone."""
        import requests

        self._watch_connections()
        send = requests.post

        def post(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever requests takes and gives
            response = send(*given, **named)
            self.unsure = False
            self.seen.append((response.status_code, (response.content or b"")[:_LONGEST_ANSWER]))
            return response

        requests.post = post

    def _watch_connections(self) -> None:
        """Note of each request whether it may have arrived without an answer: not where nobody was there to take it."""
        from requests import RequestException, Session
        from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

        request = Session.request
        never_sent = (ConnectTimeoutError, NewConnectionError, SSLError)

        def watched(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
            try:
                response = request(*given, **named)
            except RequestException as error:
                cause = error.args[0] if error.args else None
                self.unsure = not isinstance(getattr(cause, "reason", cause), never_sent)
                raise
            self.unsure = False
            return response

        Session.request = watched  # type: ignore[method-assign]


def deliver(job: Job, answers: Answers) -> Iterator[Told]:
    """Send the parts of a digest one after the other; the first that is not taken is the last that is tried."""
    from apprise import Apprise, AppriseAsset

    # The defaults point every message at images and pages on a foreign host.
    asset = AppriseAsset(
        app_id="Gouji", app_desc="勾稽", app_url="", image_url_mask="", image_url_logo="", async_mode=False
    )
    notifier = Apprise(asset=asset)
    # Apprise logs the host it failed to reach, which for webhooks is half of the secret.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    if not notifier.add(job.address) or not len(notifier):
        yield Told(problem="地址无法识别，请检查 GOUJI_ALERT_URLS")
        return
    service = service_of(notifier[0])
    for part in digest(job.messages, job.lang, fits(service), job.link):
        yield Told(begun=part.told)
        told = _send(notifier, part, service, answers)
        yield replace_secrets(told, job.address)
        if told.problem:
            return


def service_of(plugin: Any) -> Service:  # noqa: ANN401 - the classes of Apprise's plugins have no common public type
    """How the service behind a plugin of Apprise takes messages."""
    scheme = plugin.secure_protocol or plugin.protocol
    names = (scheme,) if isinstance(scheme, str) else tuple(scheme or ())
    known = next((SERVICES[name] for name in names if name in SERVICES), None)
    return known or Service(int(plugin.body_maxlen) or sys.maxsize, _in_bytes)


def fits(service: Service) -> Fits:
    """Whether a service takes a message; one without a subject line gets the subject before the text."""

    def takes(subject: str, text: str) -> bool:
        return service.size(f"{subject}\r\n{text}") <= service.limit

    return takes


def _send(notifier: Apprise, part: Part, service: Service, answers: Answers) -> Told:
    from apprise import NotifyFormat, NotifyType

    answers.seen.clear()
    # A channel that is no web service is not watched: nobody knows.
    answers.unsure = True
    taken = notifier.notify(
        body=part.text, title=part.subject, body_format=NotifyFormat.TEXT, notify_type=NotifyType.FAILURE
    )
    if not taken:
        status = answers.seen[-1][0] if answers.seen else 0
        reason = f"对方未接收（HTTP {status}）" if status else "对方未接收"
        return Told(problem=reason, again=not status or status >= _SERVER_ERROR, unsure=answers.unsure)
    refusal = refused(service, answers)
    return Told(problem=refusal) if refusal else Told(part.told)


def refused(service: Service, answers: Answers) -> str:
    """Why a service that answers 200 to everything did not take a message; "" where it did."""
    if not service.codes:
        return ""
    body = answers.seen[-1][1] if answers.seen else b""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    code = next((said[name] for name in service.codes if name in said), None) if isinstance(said, dict) else None
    if code is None:
        return "对方的答复不是这个服务的答复，消息没有送到；请检查地址和代理"
    if code == 0:
        return ""
    words = next((str(said[name]) for name in ("errmsg", "msg", "StatusMessage") if said.get(name)), "")
    return f"对方拒收（{code} {' '.join(words.split())[:_LONGEST_REASON]}）".replace(" ）", "）")


def replace_secrets(told: Told, address: str) -> Told:
    """``told`` without any piece of the address that an answer may have quoted."""
    problem = told.problem
    for separator in "/@?&=:,":
        address = address.replace(separator, " ")
    for piece in address.split():
        if len(piece) >= _SHORTEST_SECRET:
            problem = problem.replace(piece, "…")
    return replace(told, problem=problem)


def main() -> None:
    """Do the job of standard input."""
    job = Job.from_json(sys.stdin.readline())
    when_the_parent_ends(lambda: os._exit(1))
    answers = Answers()
    answers.watch()
    for told in deliver(job, answers):
        sys.stdout.write(told.to_json() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
