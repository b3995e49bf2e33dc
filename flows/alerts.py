"""Alerts: a digest for each channel of what is new, worse or back, told exactly once.

What has to be told stands in the ledger before anything is sent, and is ticked off after. A channel that fails costs
one line in the report and is tried again; it never fails the audit, and one that was down catches up without the
others hearing the same twice.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from datasets.errors import GoujiError
from flows.amounts import amounts_of
from flows.channels import Channel
from flows.ledger import outbox
from flows.ledger.connecting import Ledger
from flows.ledger.lives import Change
from flows.ledger.outbox import Message
from flows.payload import Language, first_suspect
from flows.places import place_words

#: Findings told in full; chat services cut or refuse long messages. The rest is counted, and stands in the report.
_TOLD_IN_FULL = 20

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "subject": "勾稽：{told}（{units}）",
        "new": "新增 {count} 处",
        "worse": "加重 {count} 处",
        "reopened": "重现 {count} 处",
        "mark_worse": "（加重）",
        "mark_reopened": "（重现）",
        "error": "【错误】",
        "warning": "【疑点】",
        "info": "【提示】",
        "repeated": "（上次发送时运行中断，以下内容可能已经收到过。）",
        "more_units": "{names} 等 {count} 个单位",
        "join": "、",
        "values": "所载 {stated}，应为 {expected}，相差 {gap}",
        "repair": "可改：{printed} → {value}",
        "place": "位置：{place}",
        "trace": "规则 {rule}，编号 {id}",
        "rest": "另有 {count} 处，见报告。",
        "unit_unknown": "单位未识别",
    },
    "en": {
        "subject": "Gouji: {told} ({units})",
        "new": "{count} new",
        "worse": "{count} worse",
        "reopened": "{count} back",
        "mark_worse": " (worse)",
        "mark_reopened": " (back)",
        "error": "[error]",
        "warning": "[warning]",
        "info": "[info]",
        "repeated": "(The last attempt was cut short; you may have had this message already.)",
        "more_units": "{names} and others, {count} units in all",
        "join": ", ",
        "values": "stated {stated}, expected {expected}, gap {gap}",
        "repair": "possible repair: {printed} → {value}",
        "place": "at: {place}",
        "trace": "rule {rule}, id {id}",
        "rest": "{count} more in the report.",
        "unit_unknown": "unit not recognised",
    },
}


@dataclass(frozen=True, slots=True)
class AlertOutcome:
    """What became of the alerts: how many findings some channel took, and one line for each failed channel."""

    sent: int = 0
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    told: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def send_alerts(ledger: Ledger, channels: Sequence[Channel], lang: Language = "zh") -> AlertOutcome:
    """Send what is queued, of this run and of earlier ones that could not. Never raises."""
    tally = _Tally()
    for channel in channels:
        try:
            _send(ledger, channel, lang, tally)
        except Exception as error:  # noqa: BLE001 - whatever a channel does, the others are told
            tally.problems.append(f"告警未送出（{masked(channel.address)}）：{_reason(error)}；下次运行再试")
    return AlertOutcome(len(tally.told), tuple(tally.problems))


def _send(ledger: Ledger, channel: Channel, lang: Language, tally: _Tally) -> None:
    messages = outbox.claim(ledger, channel.identity)
    if not messages:
        return
    taken = False
    try:
        problem = notify(channel.address, *digest(messages, lang))
        taken = not problem
    finally:
        (outbox.tick_off if taken else outbox.give_back)(ledger, messages)
    if problem:
        tally.problems.append(problem)
    else:
        tally.told.update(message.finding["id"] for message in messages)


def _reason(error: Exception) -> str:
    # Only our own sentences: those of others may quote the address.
    return str(error) if isinstance(error, GoujiError) else type(error).__name__


def digest(messages: Sequence[Message], lang: Language) -> tuple[str, str]:
    """Subject and plain text of one message, grouped by unit."""
    words = _WORDS[lang]
    by_unit: dict[str, list[Message]] = {}
    for message in messages:
        by_unit.setdefault(message.unit or words["unit_unknown"], []).append(message)
    lines: list[str] = [words["repeated"]] if any(message.repeated for message in messages) else []
    told = 0
    left: Counter[str] = Counter()
    for unit, group in by_unit.items():
        room = max(0, _TOLD_IN_FULL - told)
        if group[:room]:
            lines += ["", f"【{unit}】" if lang == "zh" else f"[{unit}]"]
        for message in group[:room]:
            told += 1
            lines += [f"{told}. {line}" if i == 0 else f"   {line}" for i, line in enumerate(_told(message, lang))]
        left[unit] += len(group[room:])
    rest = left.total()
    if rest:
        lines += ["", words["rest"].format(count=rest)]
        lines += [
            f"   {unit}：{count}" if lang == "zh" else f"   {unit}: {count}" for unit, count in left.items() if count
        ]
    return _subject(messages, list(by_unit), lang), "\n".join(lines).strip()


def masked(address: str) -> str:
    """What may be shown of an address: its scheme."""
    scheme, separator, _ = address.partition("://")
    return f"{scheme}://…" if separator and scheme.replace("+", "").isalnum() else "…"


def _subject(messages: Sequence[Message], names: Sequence[str], lang: Language) -> str:
    words = _WORDS[lang]
    shown = words["join"].join(names[:2])
    units = words["more_units"].format(names=shown, count=len(names)) if len(names) > len(names[:2]) else shown
    counts = Counter(message.occasion for message in messages)
    told = words["join"].join(
        words[occasion.value].format(count=counts[occasion])
        for occasion in (Change.NEW, Change.WORSE, Change.REOPENED)
        if counts[occasion]
    )
    return words["subject"].format(told=told, units=units)


def _told(message: Message, lang: Language) -> list[str]:
    words = _WORDS[lang]
    finding = message.finding
    suspect = first_suspect(finding)
    title = finding["title_en"] if lang == "en" else finding["title"]
    mark = "" if message.occasion is Change.NEW else words[f"mark_{message.occasion.value}"]
    lines = [f"{words[finding['severity']]}{mark} {title}"]
    if finding.get("stated") and finding.get("expected"):
        amounts = amounts_of(finding, lang)
        lines.append(words["values"].format(stated=amounts.stated, expected=amounts.expected, gap=amounts.gap))
    else:
        lines.append(finding["message_en"] if lang == "en" else finding["message"])
    for repair in (finding.get("repairs") or [])[:1]:
        printed = finding["evidence"][repair["evidence"]].get("printed", "")
        lines.append(words["repair"].format(printed=printed, value=repair["value"]))
    if suspect:
        lines.append(words["place"].format(place=place_words(suspect, lang)))
    lines.append(words["trace"].format(rule=finding["rule"], id=finding["id"]))
    return lines


def notify(address: str, subject: str, text: str) -> str:
    """Send one message to one Apprise address; empty when it was taken, else one line that says why not."""
    from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType

    # The defaults point every message at images and pages on a foreign host.
    asset = AppriseAsset(
        app_id="Gouji", app_desc="勾稽", app_url="", image_url_mask="", image_url_logo="", async_mode=False
    )
    notifier = Apprise(asset=asset)
    # Apprise logs the host it failed to reach, which for webhooks is half of the secret.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    if not notifier.add(address):
        return f"告警地址无法识别（{masked(address)}）；请检查 GOUJI_ALERT_URLS"
    if not notifier.notify(body=text, title=subject, body_format=NotifyFormat.TEXT, notify_type=NotifyType.FAILURE):
        return f"告警未送出（{masked(address)}）：对方未接收；下次运行再试"
    return ""
