"""The problem list (问题清单) of each unit: a Word file that can be sent to the unit as it is.

Errors and warnings only; each with its place, what is printed, what should hold and why. What a reviewer set aside is
left out, and the list says how many that were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table

from flows.amounts import amounts_of
from flows.payload import SEVERITY_WORDS, FindingRecord, Language, Payload, first_suspect
from flows.places import place_words
from flows.report.plain_text import storable

_TOLD = ("error", "warning")
_WIDTHS = (Cm(1.0), Cm(1.4), Cm(5.6), Cm(2.8), Cm(12.0), Cm(2.5))
#: What a file name cannot hold on one system or another.
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_NAME = 60
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "预决算公开问题清单",
        "unit": "单位：{}",
        "count": "共 {count} 项，其中错误 {error} 项、疑点 {warning} 项。{aside}",
        "aside": "另有 {} 项经复核为误报或已说明，未列入。",
        "headings": "序号|级别|位置|原文|问题|建议改为",
        "values": "{title}：印作 {stated}，应为 {expected}，相差 {gap}。",
        "footer": "单位反馈（属实并已更正／说明）：______________________    经办人：__________    日期：__________",
        "unknown": "未识别单位",
        "file": "问题清单",
    },
    "en": {
        "title": "Problems in the published budget and final accounts",
        "unit": "Unit: {}",
        "count": "{count} in all: {error} errors, {warning} warnings. {aside}",
        "aside": "{} more were set aside in review and are not listed.",
        "headings": "No.|Severity|Place|Printed|Problem|Repair",
        "values": "{title}: stated {stated}, expected {expected}, gap {gap}.",
        "footer": "Answer (corrected / explanation): ______________________    Name: __________    Date: __________",
        "unknown": "unit not recognised",
        "file": "problems",
    },
}


@dataclass(frozen=True, slots=True)
class UnitProblems:
    """The findings of one unit, loudest first, and how many a reviewer set aside."""

    unit: str
    findings: list[FindingRecord] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)


def write_problem_lists(
    payload: Payload, folder: Path, *, units: Mapping[str, str], set_aside: frozenset[str], lang: Language = "zh"
) -> tuple[Path, ...]:
    """Write one file for each unit that has something to answer for.

    Args:
        payload: the contents of findings.json.
        folder: where the files go; made when there is something to write.
        units: the name of the unit by the path of its documents.
        set_aside: ids of findings that a reviewer called false alarms or explained.
        lang: the language of headings and messages.

    Raises:
        OSError: ``folder`` cannot be written.
    """
    written: list[Path] = []
    for problems in _by_unit(payload, units, set_aside, _WORDS[lang]["unknown"]):
        if not problems.findings:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        name = _UNSAFE.sub("_", problems.unit).strip(". ")[:_LONGEST_NAME] or "_"
        path = _free(folder, f"{name}{_WORDS[lang]['file'] if lang == 'zh' else '-' + _WORDS[lang]['file']}", written)
        _document(problems, lang).save(str(path))
        written.append(path)
    return tuple(written)


def _free(folder: Path, stem: str, taken: Sequence[Path]) -> Path:
    path, number = folder / f"{stem}.docx", 2
    while path in taken:
        path, number = folder / f"{stem}（{number}）.docx", number + 1
    return path


def _by_unit(
    payload: Payload, units: Mapping[str, str], set_aside: frozenset[str], unknown: str
) -> Iterator[UnitProblems]:
    entities = {document["path"]: document.get("entity") or "" for document in payload["documents"]}
    found: dict[str, UnitProblems] = {}
    for severity in _TOLD:
        for finding in payload["findings"]:
            if finding["severity"] != severity:
                continue
            path = first_suspect(finding).get("document", "")
            # Two units may share a name; what tells them apart is the entity.
            key = entities.get(path) or path
            problems = found.setdefault(key, UnitProblems(units.get(path) or entities.get(path) or unknown))
            if finding["id"] in set_aside:
                problems.set_aside.append(finding["id"])
            else:
                problems.findings.append(finding)
    yield from found.values()


def _document(problems: UnitProblems, lang: Language) -> WordDocument:
    words = _WORDS[lang]
    document = Document()
    _lay_out(document)
    document.add_heading(words["title"], level=1)
    counts = {severity: sum(1 for f in problems.findings if f["severity"] == severity) for severity in _TOLD}
    aside = words["aside"].format(len(problems.set_aside)) if problems.set_aside else ""
    document.add_paragraph(storable(words["unit"].format(problems.unit)))
    document.add_paragraph(words["count"].format(count=len(problems.findings), aside=aside, **counts))
    table = document.add_table(rows=1, cols=len(_WIDTHS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    _fill(table, words["headings"].split("|"), bold=True)
    # The heading is printed again on the next page.
    properties = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no word for it
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))
    by_document: dict[str, list[FindingRecord]] = {}
    for finding in problems.findings:
        by_document.setdefault(first_suspect(finding).get("document", ""), []).append(finding)
    number = 0
    for path, findings in by_document.items():
        cells = table.add_row().cells
        cells[0].merge(cells[-1]).text = storable(PurePath(path).name)
        for finding in findings:
            number += 1
            table.add_row()
            _fill(table, _cells(number, finding, lang))
    document.add_paragraph()
    document.add_paragraph(words["footer"])
    return document


def _lay_out(document: WordDocument) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Heading 1"):
        style = document.styles[name]
        style.font.name = "宋体"
        style.font.size = Pt(16 if name == "Heading 1" else 9)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")


def _cells(number: int, finding: FindingRecord, lang: Language) -> tuple[str, ...]:
    suspect = first_suspect(finding)
    repairs = finding.get("repairs") or []
    return (
        str(number),
        finding["severity"] if lang == "en" else SEVERITY_WORDS[finding["severity"]],
        place_words({**suspect, "document": ""}, lang),
        suspect.get("printed") or "–",
        _problem(finding, lang),
        f"{repairs[0]['value']}{finding['evidence'][repairs[0]['evidence']].get('unit') or ''}" if repairs else "–",
    )


def _problem(finding: FindingRecord, lang: Language) -> str:
    """What is wrong in a line; a finding about words has only its message."""
    title, message = (
        (finding["title_en"], finding["message_en"]) if lang == "en" else (finding["title"], finding["message"])
    )
    if not (finding.get("stated") and finding.get("expected")):
        return message
    amounts = amounts_of(finding, lang)
    return _WORDS[lang]["values"].format(title=title, stated=amounts.stated, expected=amounts.expected, gap=amounts.gap)


def _fill(table: Table, texts: Sequence[str], *, bold: bool = False) -> None:
    """Write into the last row."""
    for cell, text in zip(table.rows[-1].cells, texts, strict=True):
        cell.text = storable(text)
        for paragraph in cell.paragraphs:
            for run in paragraph.runs:
                run.bold = bold
