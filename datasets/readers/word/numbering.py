"""Automatic list numbers of Word (一、, （二）, 3.), which a document shows but does not hold as text.

Headings carry the meaning of a section, so their numbers are written into the paragraphs before these are read.
Semantics: ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx.oxml.ns import qn
from lxml import etree

from datasets.vocabulary.whole import whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_PLACEHOLDER = re.compile(r"%(\d)")
_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "koreanDigital2",
        "ideographDigital",
    }
)
_PARAGRAPH, _PROPERTIES, _NUMBER = qn("w:p"), qn("w:pPr"), qn("w:numPr")
_STYLE, _VALUE = qn("w:pStyle"), qn("w:val")
_NUMBER_MARK, _STYLE_NAME = re.compile(rb":numPr\b"), re.compile(rb"styleId\s*=\s*[\"']([^\"']*)")
_NONE = frozenset({"bullet", "none"})
_CLOSED = ("、", "）", ")", ".", "．", "：")
_CIRCLED, _LAST_CIRCLED = 0x2460, 20


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str
    style: str


@dataclass(slots=True)
class _Numbering:
    """Lists by number: the levels of each, the list they share counters with, the levels that start anew."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)


def write_numbers(body: Element, parts: Mapping[str, bytes]) -> None:
    """Put the number that Word shows before each numbered paragraph into its text.

    ``parts`` are the XML of ``word/numbering.xml`` and ``word/styles.xml`` by name, as far as the package has them; a
    damaged one is passed over, for the text itself is whole without it.
    """
    styles = parts.get("word/styles.xml", b"")
    used = {str(style.get(_VALUE)) for style in body.iter(_STYLE)}
    by_style = not used.isdisjoint(_numbered_styles(styles))
    if not by_style and next(body.iter(_NUMBER), None) is None:
        return
    # Parsing the styles costs more than reading a short document, and most have no numbers of their own.
    numbering = _numbering(_parsed(parts.get("word/numbering.xml")), _parsed(styles))
    if not numbering.shared:
        return
    counters: dict[str, dict[int, int]] = {}
    begun: set[tuple[str, int]] = set()
    for properties in list(body.iter(_PROPERTIES)):
        paragraph = properties.getparent()
        which = _list_of(properties, numbering) if paragraph is not None and paragraph.tag == _PARAGRAPH else None
        if which is not None:
            label = _next(which, numbering, counters, begun)
            if label:
                _prepend(paragraph, label)


def _numbered_styles(styles: bytes) -> set[str]:
    """The names of the styles that bear a number, found without parsing the part."""
    found = set()
    for mark in _NUMBER_MARK.finditer(styles):
        name = _STYLE_NAME.search(styles, max(styles.rfind(b":style ", 0, mark.start()), 0), mark.start())
        if name:
            found.add(name[1].decode("utf-8", "replace"))
    return found


def _parsed(xml: bytes | None) -> Element | None:
    try:
        return etree.fromstring(xml, _PARSER) if xml else None
    except SyntaxError:
        return None


def _value(element: Element | None, tag: str, default: str = "") -> str:
    child = element.find(qn(tag)) if element is not None else None
    return str(child.get(qn("w:val"), default)) if child is not None else default


def _numbering(numbers: Element | None, styles: Element | None) -> _Numbering:
    found = _Numbering()
    if numbers is None:
        return found
    abstract = {
        str(each.get(qn("w:abstractNumId"))): _levels(each) for each in numbers.iterchildren(qn("w:abstractNum"))
    }
    for num in numbers.iterchildren(qn("w:num")):
        identifier, shared = str(num.get(qn("w:numId"))), _value(num, "w:abstractNumId")
        found.levels[identifier], found.shared[identifier] = abstract.get(shared, {}), shared
        found.restarts[identifier] = {
            whole(str(override.get(qn("w:ilvl"))), 0): whole(_value(override, "w:startOverride"), 1)
            for override in num.iterchildren(qn("w:lvlOverride"))
            if override.find(qn("w:startOverride")) is not None
        }
    for style in styles.iterchildren(qn("w:style")) if styles is not None else ():
        properties = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        identifier = _value(properties, "w:numId")
        if identifier in found.levels:
            name = str(style.get(qn("w:styleId")))
            own = next((level for level, each in found.levels[identifier].items() if each.style == name), None)
            found.styles[name] = (identifier, own if own is not None else whole(_value(properties, "w:ilvl"), 0))
    return found


def _levels(abstract: Element) -> dict[int, _Level]:
    return {
        whole(str(level.get(qn("w:ilvl"))), 0): _Level(
            whole(_value(level, "w:start", "1"), 1),
            _value(level, "w:numFmt", "decimal"),
            _value(level, "w:lvlText"),
            _value(level, "w:pStyle"),
        )
        for level in abstract.iterchildren(qn("w:lvl"))
    }


def _list_of(properties: Element, numbering: _Numbering) -> tuple[str, int] | None:
    """List and level of a paragraph by its properties or its style; None where it has no number."""
    own = properties.find(_NUMBER)
    of_style = numbering.styles.get(_value(properties, "w:pStyle")) if numbering.styles else None
    if own is None:
        return of_style
    identifier = _value(own, "w:numId") or (of_style[0] if of_style else "")
    level = whole(_value(own, "w:ilvl"), of_style[1] if of_style else 0)
    return (identifier, level) if level in numbering.levels.get(identifier, {}) else None


def _next(
    which: tuple[str, int], numbering: _Numbering, counters: dict[str, dict[int, int]], begun: set[tuple[str, int]]
) -> str:
    """Count the paragraph and give its label."""
    identifier, level = which
    levels = numbering.levels[identifier]
    if level not in levels:
        return ""
    counter = counters.setdefault(numbering.shared[identifier], {})
    restart = numbering.restarts[identifier].get(level)
    if restart is not None and which not in begun:
        counter[level] = restart - 1
    begun.add(which)
    counter[level] = counter.get(level, levels[level].start - 1) + 1
    for deeper in [each for each in counter if each > level]:
        del counter[deeper]
    if levels[level].format in _NONE:
        return ""

    def shown(match: re.Match[str]) -> str:
        position = int(match[1]) - 1
        of_level = levels.get(position, levels[level])
        return _in_format(counter.setdefault(position, of_level.start), of_level.format)

    label = _PLACEHOLDER.sub(shown, levels[level].text)
    return label if label.endswith(_CLOSED) or not label else f"{label} "


def _in_format(number: int, style: str) -> str:
    if style in _CHINESE:
        return _chinese(number, _DIGITS, "十")
    if style == "chineseLegalSimplified":
        return _chinese(number, _LEGAL, "拾")
    if style == "ideographTraditional" and 0 < number <= len(_STEMS):
        return _STEMS[number - 1]
    if style.startswith("decimalEnclosedCircle") and 0 < number <= _LAST_CIRCLED:
        return chr(_CIRCLED + number - 1)
    if style in ("lowerLetter", "upperLetter") and 0 < number <= len("abcdefghijklmnopqrstuvwxyz"):
        letter = chr(ord("a") + number - 1)
        return letter if style == "lowerLetter" else letter.upper()
    return str(number)


def _chinese(number: int, digits: str, ten: str) -> str:
    """十二, 二十; beyond ninety-nine, which no heading reaches, in digits."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    if tens >= len(digits):
        return str(number)
    return ("" if tens == 1 else digits[tens]) + ten + (digits[ones] if ones else "")


def _prepend(paragraph: Element, label: str) -> None:
    run = etree.Element(qn("w:r"))
    text = etree.SubElement(run, qn("w:t"))
    text.text = label
    properties = paragraph.find(qn("w:pPr"))
    paragraph.insert(0 if properties is None else paragraph.index(properties) + 1, run)
