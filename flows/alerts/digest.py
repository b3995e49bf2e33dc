"""What a channel is told: the findings grouped by unit, in as many parts as the channel takes.

Chat services refuse long messages, each by a measure of its own, so what fits is asked for. The first findings are told
in full; the rest is counted, and stands in the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from flows.amounts import amounts_of
from flows.ledger.lives import Change, Message
from flows.payload import Language, first_suspect
from flows.places import place_words

#: Findings told in full, and parts at most, the last words aside: services let a robot say some twenty things a minute.
_TOLD_IN_FULL, _MOST_PARTS = 20, 5
#: A line is shortened to so many characters, a name of a unit in the subject likewise.
_SHORTEST, _LONGEST_NAME = 40, 24
#: Whether a service takes a message of this subject and text.
Fits = Callable[[str, str], bool]

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
        "report": "报告：{link}",
        "part": "（{number}/{count}）",
        "cut": "……（全文见报告）",
        "more_left": "   另有 {count} 个单位",
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
        "report": "Report: {link}",
        "part": " ({number}/{count})",
        "cut": "… (in full in the report)",
        "more_left": "   and {count} more units",
        "unit_unknown": "unit not recognised",
    },
}


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a digest; ``told`` are the numbers of the findings that have been told when it has arrived."""

    subject: str
    text: str
    told: tuple[int, ...]


@dataclass(slots=True)
class _Page:
    """A part in the making: its lines, the unit that the last of them is about, and the findings told in it."""

    lines: list[str] = field(default_factory=list)
    unit: str = ""
    told: list[int] = field(default_factory=list)

    def with_lines(self, unit: str, heading: str, lines: Sequence[str]) -> list[str]:
        """Its lines with those of one more finding, below the name of its unit where that is another one."""
        return [*self.lines, *(["", heading] if unit != self.unit else []), *lines]

    @property
    def text(self) -> str:
        """What is sent."""
        return _joined(self.lines)


def anything_fits(subject: str, text: str) -> bool:  # noqa: ARG001 - see Fits
    """For a channel without a limit, such as a mailbox."""
    return True


def digest(messages: Sequence[Message], lang: Language, fits: Fits = anything_fits, link: str = "") -> tuple[Part, ...]:
    """The parts of a digest, grouped by unit, each of a size that the channel takes.

    Args:
        messages: what has to be told; at least one.
        lang: the language.
        fits: whether the channel takes a message of some subject and text.
        link: address of the report, "" where it has none that others can open.
    """
    words = _WORDS[lang]
    by_unit: dict[str, list[Message]] = {}
    for message in messages:
        by_unit.setdefault(message.unit or words["unit_unknown"], []).append(message)
    subject = _subject(messages, list(by_unit), lang)
    # As long as the subject of any part may become.
    longest = subject + words["part"].format(number=_MOST_PARTS + 1, count=_MOST_PARTS + 1)

    def takes(lines: Sequence[str]) -> bool:
        return fits(longest, _joined(lines))

    pages = [_Page([words["repeated"]] if any(message.repeated for message in messages) else [])]
    left: Counter[str] = Counter()
    for unit, group in by_unit.items():
        for message in group:
            told = sum(len(page.told) for page in pages)
            if left or told == _TOLD_IN_FULL or not _put(pages, message, (unit, told + 1), lang, takes):
                left[unit] += 1
    _close(pages, _ending(left, link, lang), takes)
    counted = {message.number for message in messages} - {number for page in pages for number in page.told}
    pages[-1].told.extend(sorted(counted))
    return tuple(
        Part(_numbered(subject, number, len(pages), words["part"]), page.text, tuple(page.told))
        for number, page in enumerate(pages, start=1)
    )


def _put(
    pages: list[_Page], message: Message, where: tuple[str, int], lang: Language, takes: Callable[[Sequence[str]], bool]
) -> bool:
    """Tell a finding on the last page, or on one more; False where no more are allowed."""
    words = _WORDS[lang]
    unit, number = where
    heading = f"【{unit}】" if lang == "zh" else f"[{unit}]"
    told = [f"{number}. {line}" if i == 0 else f"   {line}" for i, line in enumerate(_told(message, lang))]
    if not takes(pages[-1].with_lines(unit, heading, told)) and pages[-1].told:
        if len(pages) == _MOST_PARTS:
            return False
        pages.append(_Page())
    page = pages[-1]
    page.lines = _cut(page.with_lines(unit, heading, told), words["cut"], takes)
    page.unit = unit
    page.told.append(message.number)
    return True


def _close(pages: list[_Page], ending: _Ending, takes: Callable[[Sequence[str]], bool]) -> None:
    """Put the last words on the last page, or where they do not fit there, on one of their own."""
    if not ending.said:
        return
    lines = [*pages[-1].lines, "", *ending.said]
    if takes(lines):
        pages[-1].lines = lines
        return
    # The number of findings and the address of the report before the number of each unit.
    shortened = next((said for said in ending.shorter() if takes(said)), None)
    if shortened is not None:
        pages.append(_Page(shortened))


@dataclass(frozen=True, slots=True)
class _Ending:
    """The last words: how many findings are only counted, how many of each unit, and where the report is."""

    rest: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    more: str = ""

    @property
    def said(self) -> list[str]:
        """All of it."""
        return [*self.rest, *self.units, *self.link]

    def shorter(self) -> Iterator[list[str]]:
        """All of it, then with fewer and fewer units, then without the address."""
        yield self.said
        for kept in range(len(self.units) - 1, -1, -1):
            left = self.more.format(count=len(self.units) - kept)
            yield [*self.rest, *self.units[:kept], left, *self.link]
        yield list(self.link)
        yield list(self.rest)


def _ending(left: Counter[str], link: str, lang: Language) -> _Ending:
    words = _WORDS[lang]
    pattern = "   {}：{}" if lang == "zh" else "   {}: {}"
    return _Ending(
        rest=(words["rest"].format(count=left.total()),) if left else (),
        units=tuple(pattern.format(unit, count) for unit, count in left.items()),
        link=(words["report"].format(link=link),) if link else (),
        more=words["more_left"],
    )


def _cut(lines: list[str], mark: str, takes: Callable[[Sequence[str]], bool]) -> list[str]:
    """The lines with the longest shortened, and then the last left out, until the channel takes them."""
    while lines and not takes(lines):
        longest = max(range(len(lines)), key=lambda index: len(lines[index]))
        kept = lines[longest].removesuffix(mark)
        if len(kept) > _SHORTEST:
            lines = [*lines[:longest], kept[: len(kept) * 3 // 4] + mark, *lines[longest + 1 :]]
        else:
            lines = lines[:-1]
    return lines


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip()


def _numbered(subject: str, number: int, count: int, pattern: str) -> str:
    return subject + pattern.format(number=number, count=count) if count > 1 else subject


def _subject(messages: Sequence[Message], names: Sequence[str], lang: Language) -> str:
    words = _WORDS[lang]
    shown = words["join"].join(
        name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…" for name in names[:2]
    )
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
