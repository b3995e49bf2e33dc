"""Alerts: a digest of errors that no earlier run has sent, through the channels that the user configured.

A channel that fails costs one line in the report and is tried again by the next run; it never fails the audit. Each
channel has its own memory, so one that was down catches up without the others hearing the same twice.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flows.ledger import FindingKey, Ledger
from flows.payload import FindingRecord, Language, Payload, first_suspect
from flows.places import place_words
from flows.settings import Settings

#: Findings told in full; chat services cut or refuse long messages. The rest is counted, and stands in the report.
_TOLD_IN_FULL = 20

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "subject": "勾稽：新增 {count} 处错误（{units}）",
        "more_units": "{names} 等 {count} 个单位",
        "join": "、",
        "values": "所载 {stated}，应为 {expected}，相差 {gap}（{unit}）",
        "repair": "可改：{printed} → {value}",
        "place": "位置：{place}",
        "trace": "规则 {rule}，编号 {id}",
        "rest": "另有 {count} 处，见报告。",
        "unit_unknown": "单位未识别",
    },
    "en": {
        "subject": "Gouji: {count} new errors ({units})",
        "more_units": "{names} and others, {count} units in all",
        "join": ", ",
        "values": "stated {stated}, expected {expected}, gap {gap} ({unit})",
        "repair": "possible repair: {printed} → {value}",
        "place": "at: {place}",
        "trace": "rule {rule}, id {id}",
        "rest": "{count} more in the report.",
        "unit_unknown": "unit not recognised",
    },
}


@dataclass(frozen=True, slots=True)
class AlertOutcome:
    """What became of the alerts: how many findings were news to some channel, and one line for each failed channel."""

    sent: int = 0
    problems: tuple[str, ...] = ()


def send_alerts(
    payload: Payload, settings: Settings, lang: Language = "zh", *, units: Mapping[str, str] | None = None
) -> AlertOutcome:
    """Send the new errors of ``payload`` to every channel of ``settings``; record what was sent. Never raises.

    ``units`` gives the name of the unit of each document by path; without it the entity of the payload stands.
    """
    errors = {key_of(f): f for f in payload["findings"] if f["severity"] == "error"}
    if not settings.alert_urls or not errors:
        return AlertOutcome()
    units = {d["path"]: d.get("entity", "") for d in payload["documents"]} | dict(units or {})
    sent: set[FindingKey] = set()
    problems: list[str] = []
    for address in settings.alert_urls:
        channel = _Channel(address)
        try:
            ledger = Ledger(settings.alert_ledger)
            sent.update(ledger.deliver(address, errors, partial(_tell, channel, errors, units, lang)))
        except Exception as error:  # noqa: BLE001 - whatever a channel or its memory does, the audit stands
            # Only the kind of error: its words may quote the address.
            problems.append(f"告警未送出（{masked(address)}）：{type(error).__name__}；下次运行再试")
        else:
            problems.extend(channel.problems)
    return AlertOutcome(len(sent), tuple(problems))


def _tell(
    channel: _Channel,
    errors: Mapping[FindingKey, FindingRecord],
    units: Mapping[str, str],
    lang: Language,
    new: Sequence[FindingKey],
) -> bool:
    return channel.send(*digest([errors[key] for key in new], units, lang))


def key_of(finding: FindingRecord) -> FindingKey:
    """What makes the finding the same one in a later run."""
    return FindingKey(finding["id"], finding["fingerprint"])


def digest(findings: Sequence[FindingRecord], units: Mapping[str, str], lang: Language) -> tuple[str, str]:
    """Subject and plain text of one message about ``findings``, grouped by unit."""
    words = _WORDS[lang]
    by_unit: dict[str, list[FindingRecord]] = {}
    for finding in findings:
        by_unit.setdefault(_unit_of(finding, units) or words["unit_unknown"], []).append(finding)
    lines: list[str] = []
    told = 0
    left: Counter[str] = Counter()
    for unit, group in by_unit.items():
        room = max(0, _TOLD_IN_FULL - told)
        if group[:room]:
            lines += ["", f"【{unit}】" if lang == "zh" else f"[{unit}]"]
        for finding in group[:room]:
            told += 1
            lines += [f"{told}. {line}" if i == 0 else f"   {line}" for i, line in enumerate(_told(finding, lang))]
        left[unit] += len(group[room:])
    rest = left.total()
    if rest:
        lines += ["", words["rest"].format(count=rest)]
        lines += [
            f"   {unit}：{count}" if lang == "zh" else f"   {unit}: {count}" for unit, count in left.items() if count
        ]
    return _subject(len(findings), list(by_unit), lang), "\n".join(lines).strip()


def masked(address: str) -> str:
    """What may be shown of an address: its scheme."""
    scheme, separator, _ = address.partition("://")
    return f"{scheme}://…" if separator and scheme.replace("+", "").isalnum() else "…"


def _subject(count: int, names: Sequence[str], lang: Language) -> str:
    words = _WORDS[lang]
    shown = words["join"].join(names[:2])
    units = words["more_units"].format(names=shown, count=len(names)) if len(names) > len(names[:2]) else shown
    return words["subject"].format(count=count, units=units)


def _told(finding: FindingRecord, lang: Language) -> list[str]:
    words = _WORDS[lang]
    suspect = first_suspect(finding)
    lines = [finding["title_en"] if lang == "en" else finding["title"]]
    if finding.get("stated") and finding.get("expected"):
        lines.append(
            words["values"].format(
                stated=finding["stated"],
                expected=finding["expected"],
                gap=finding.get("gap") or "–",
                unit=suspect.get("unit") or "–",
            )
        )
    else:
        lines.append(finding["message_en"] if lang == "en" else finding["message"])
    for repair in (finding.get("repairs") or [])[:1]:
        printed = finding["evidence"][repair["evidence"]].get("printed", "")
        lines.append(words["repair"].format(printed=printed, value=repair["value"]))
    if suspect:
        lines.append(words["place"].format(place=place_words(suspect, lang)))
    lines.append(words["trace"].format(rule=finding["rule"], id=finding["id"]))
    return lines


def _unit_of(finding: FindingRecord, units: Mapping[str, str]) -> str:
    return units.get(first_suspect(finding).get("document", ""), "")


class _Channel:
    """One Apprise address."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.problems: list[str] = []

    def send(self, subject: str, text: str) -> bool:
        """Send a message; True when the channel took it, else the reason is in ``problems``."""
        from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType

        # The defaults point every message at images and pages on a foreign host.
        asset = AppriseAsset(
            app_id="Gouji", app_desc="勾稽", app_url="", image_url_mask="", image_url_logo="", async_mode=False
        )
        notifier = Apprise(asset=asset)
        # Apprise logs the host it failed to reach, which for webhooks is half of the secret.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        if not notifier.add(self._address):
            self.problems.append(f"告警地址无法识别（{masked(self._address)}）；请检查 GOUJI_ALERT_URLS")
            return False
        if not notifier.notify(body=text, title=subject, body_format=NotifyFormat.TEXT, notify_type=NotifyType.FAILURE):
            self.problems.append(f"告警未送出（{masked(self._address)}）：对方未接收；下次运行再试")
            return False
        return True
