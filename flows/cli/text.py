"""The words of the command line: findings, totals, relations and their cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checks.model import DocumentStatus
from datasets.model import RECOGNISED_ROLES, Role
from flows.payload import (
    SEVERITY_WORDS,
    EvidenceRecord,
    FindingRecord,
    Language,
    Payload,
    first_suspect,
    severity_counts,
)
from flows.places import place_words
from flows.running.summary import AUDITED, LEFT_OUT, MOST_LEFT_OUT, RunReport, fault_lines, problem_lines

if TYPE_CHECKING:
    from checks.audit import Audit
    from checks.model import Relation
    from checks.rule_cases import CaseResult

_LONGEST_QUOTE = 60
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "repair": "{place} 的 {printed} 改为 {value}{cause}",
        "best": "  修正：",
        "cause": "（{}）",
        "rival": "  或修正：",
        "summary": "文件 {documents} 份，数字 {numerals} 个：核实 {verified}，未识读 {unread}。"
        "发现：{findings}。未核关系 {unchecked} 项。",
        "count": "{word} {count}",
        "join": "，",
        "trace": "  规则 {rule}，编号 {id}",
        "none": "没有发现。",
        "none_of_some": "审核了的 {audited} 份文件没有发现。",
        "none_audited": "没有审核任何文件，有没有问题无从得知。",
        "unusable": "未审核 {count} 份：",
        "faults": "程序内部故障 {count} 处：",
        "forms": "同一份文件的另一种形式 {count} 份，没有另审：",
        "left_out": "没有作为公开文本审核的文件 {count} 个：",
        "partly": "部分读取或另有说明 {count} 份：",
        "more": "  另有 {count} 个，见 findings.json（--format json）",
        "unaudited": "未审核 {count} 份。",
        "unread": "未识读的数字 {count} 个：",
        "unread_place": "  {place}：{printed}（{quote}）",
        "source": "依据：{}",
        "severity": "最高级别：{}",
        "settings": "设置：",
        "in_force": "适用年度：{}—{}",
        "case": "不符 {relation} · {case}：应为 {expected}，得到 {outcome}",
        "silent": "没有说话 {relation} · {case}：",
        "cases": "例子 {count} 个，不符 {failed} 个。",
        "run": "报告：{output}（文件 {documents} 份，数字 {figures} 个；{findings}；新告警 {alerts} 条）{state}",
        "incomplete": "——不完整",
        "unsent": "；告警有 {} 个渠道没有送到，下次运行再送",
        "unchanged": "，自第 {} 次运行以来没有变化",
    },
    "en": {
        "repair": "{printed} at {place} to {value}{cause}",
        "best": "  repair: ",
        "cause": " ({})",
        "rival": "  or repair: ",
        "summary": "{documents} documents, {numerals} numerals: verified {verified}, unread {unread}. "
        "Findings: {findings}. Relations not checked: {unchecked}.",
        "count": "{word} {count}",
        "join": ", ",
        "trace": "  rule {rule}, id {id}",
        "none": "No findings.",
        "none_of_some": "No findings in the {audited} documents that were audited.",
        "none_audited": "No document was audited: nothing can be said of what is right or wrong.",
        "unusable": "Not audited: {count}",
        "faults": "Failures of the program itself: {count}",
        "forms": "Other forms of documents that were audited: {count}",
        "left_out": "Files that were not taken for documents: {count}",
        "partly": "Partly read, or with a remark: {count}",
        "more": "  and {count} more, see findings.json (--format json)",
        "unaudited": "Not audited: {count}. ",
        "unread": "Numerals not read: {count}",
        "unread_place": "  {place}: {printed} ({quote})",
        "source": "source: {}",
        "severity": "loudest: {}",
        "settings": "settings:",
        "in_force": "in force for the fiscal years {} to {}",
        "case": "FAILED {relation} · {case}: expected {expected}, got {outcome}",
        "silent": "silent {relation} · {case}:",
        "cases": "{count} cases, {failed} failed.",
        "run": "report: {output} ({documents} documents, {figures} numerals; {findings}; {alerts} new alerts){state}",
        "incomplete": " - incomplete",
        "unsent": "; {} channels did not take their alerts, which are sent again by the next run",
        "unchanged": ", unchanged since run {}",
    },
}


def report_text(audit: Audit, payload: Payload, lang: Language) -> str:
    """What was not audited, all findings, loudest first, each unread numeral, then one line of totals.

    ``payload`` is ``audit.to_dict()``.
    """
    order = list(SEVERITY_WORDS)
    findings = sorted(payload["findings"], key=lambda f: order.index(f["severity"]))
    blocks = ["\n".join(finding_lines(finding, lang)) for finding in findings] or [_nothing_found(payload, lang)]
    unread = unread_lines(audit, lang)
    rest = ["\n".join(unread)] if unread else []
    return "\n\n".join([*first_blocks(payload, lang), *blocks, *rest, _summary(audit, payload, lang)]) + "\n"


def first_blocks(payload: Payload, lang: Language) -> list[str]:
    """What a reader must know before any finding: what was not audited, where the program failed, what is cut."""
    documents = payload["documents"]
    said = {
        "unusable": problem_lines(documents, DocumentStatus.UNREADABLE),
        "faults": fault_lines(payload),
        "forms": problem_lines(documents, DocumentStatus.SECOND_FORM),
        "left_out": problem_lines(documents, DocumentStatus.NOT_AUDITED),
        "partly": problem_lines(documents, *AUDITED),
    }
    return [block(word, lines, lang) for word, lines in said.items() if lines]


def block(word: str, lines: Sequence[str], lang: Language) -> str:
    """A line with the number of ``lines``, then these; very many files that are no documents are counted."""
    most = MOST_LEFT_OUT if word == "left_out" else len(lines)
    more = [_WORDS[lang]["more"].format(count=len(lines) - most)] if len(lines) > most else []
    head = _WORDS[lang][word].format(count=len(lines))
    return "\n".join([head, *(f"  {line}" for line in lines[:most]), *more])


def _nothing_found(payload: Payload, lang: Language) -> str:
    """That nothing was found is said only of what was audited."""
    audited = sum(document["status"] in AUDITED for document in payload["documents"])
    unusable = any(document["status"] == DocumentStatus.UNREADABLE for document in payload["documents"])
    word = "none_audited" if not audited else "none_of_some" if unusable or fault_lines(payload) else "none"
    return _WORDS[lang][word].format(audited=audited)


def unread_lines(audit: Audit, lang: Language) -> list[str]:
    """Every numeral that nothing was made of, with its place; [] where all were read."""
    words = _WORDS[lang]
    unread = [figure for figure in audit.figures if figure.role is Role.UNREAD]
    lines = [words["unread"].format(count=len(unread))] if unread else []
    for figure in unread:
        place = figure.place
        where: EvidenceRecord = {
            "document": figure.document,
            "part": place.part,
            "page": place.page,
            "line": place.line,
            "block": place.block,
            "sheet": place.sheet,
            "cell": place.cell,
            "table": figure.table,
            "row": figure.row,
            "column": figure.column,
        }
        quote = " ".join(figure.quote.split())[:_LONGEST_QUOTE]
        lines.append(words["unread_place"].format(place=place_words(where, lang), printed=figure.printed, quote=quote))
    return lines


def finding_lines(finding: FindingRecord, lang: Language) -> list[str]:
    """Severity and title; where; the arithmetic; the repairs."""
    words = _WORDS[lang]
    english = lang == "en"
    severity = finding["severity"] if english else SEVERITY_WORDS[finding["severity"]]
    lines = [f"{severity} · {finding['title_en'] if english else finding['title']}"]
    suspect = first_suspect(finding)
    if suspect:
        lines.append(f"  {place_words(suspect, lang, whole_path=True)}")
    lines += [f"  {line}" for line in (finding["message_en"] if english else finding["message"]).splitlines()]
    lines += repair_lines(finding, lang)
    lines.append(words["trace"].format(rule=finding["rule"], id=finding["id"]))
    return lines


def repair_lines(finding: FindingRecord, lang: Language) -> list[str]:
    """One line per repair; the first is the best guess, the others are its rivals."""
    words = _WORDS[lang]
    lines: list[str] = []
    for repair in finding.get("repairs") or []:
        place = finding["evidence"][repair["evidence"]]
        line = words["repair"].format(
            place=place_words(place, lang),
            printed=place.get("printed", ""),
            value=repair["value"],
            cause=words["cause"].format(repair["cause"]) if repair.get("cause") else "",
        )
        lines.append((words["rival"] if lines else words["best"]) + line)
    return lines


def _summary(audit: Audit, payload: Payload, lang: Language) -> str:
    numerals = sum(d["numerals"] for d in payload["documents"])
    verified, figures = verified_figures(audit)
    unaudited = sum(d["status"] == DocumentStatus.UNREADABLE for d in payload["documents"])
    said = _WORDS[lang]["unaudited"].format(count=unaudited) if unaudited else ""
    return said + _WORDS[lang]["summary"].format(
        documents=sum(d["status"] not in LEFT_OUT for d in payload["documents"]),
        numerals=numerals,
        verified=_share(verified, figures),
        unread=_share(sum(d["unread"] for d in payload["documents"]), numerals),
        findings=counts_text(severity_counts(payload), lang),
        unchecked=len(payload["unchecked"]),
    )


def verified_figures(audit: Audit) -> tuple[int, int]:
    """How many figures at least one relation vouches for, and how many figures there are to vouch for."""
    from checks.results.tabulation import figure_rows

    without = RECOGNISED_ROLES | {Role.UNREAD}
    verdicts = [row["verdict"] for row in figure_rows(audit) if row["role"] not in without]
    return verdicts.count("verified"), len(verdicts)


def counts_text(counts: dict[str, int], lang: Language) -> str:
    """Findings by severity, in words."""
    words = _WORDS[lang]
    return words["join"].join(
        words["count"].format(word=severity if lang == "en" else SEVERITY_WORDS[severity], count=count)
        for severity, count in counts.items()
    )


def run_text(report: RunReport, lang: Language) -> str:
    """What was not audited, then one line: where the report of ``gouji audit`` stands and what it came to."""
    words = _WORDS[lang]
    first = [
        block(word, lines, lang)
        for word, lines in (
            ("unusable", report.unusable),
            ("faults", report.faults),
            ("forms", report.forms),
            ("left_out", report.left_out),
        )
        if lines
    ]
    unchanged = "" if report.unchanged_since is None else words["unchanged"].format(report.unchanged_since)
    unsent = words["unsent"].format(len(report.alert_problems)) if report.alert_problems else ""
    last = words["run"].format(
        output=report.output,
        documents=report.documents,
        figures=report.figures,
        findings=counts_text(report.findings, lang),
        alerts=report.alerts_sent,
        state=unsent + unchanged + ("" if report.complete and not report.faults else words["incomplete"]),
    )
    return "\n".join([*first, last])


def relation_line(relation: Relation, lang: Language) -> str:
    """A relation in one line: id, kind, title."""
    return f"{relation.id}\t{relation.arithmetic}\t{relation.title_en if lang == 'en' else relation.title}"


def relation_text(relation: Relation, lang: Language) -> str:
    """A relation in full: what must hold, where it comes from, how it is set."""
    words = _WORDS[lang]
    lines = [
        relation_line(relation, lang).replace("\t", " · "),
        words["source"].format(relation.source),
        words["severity"].format(relation.severity if lang == "en" else SEVERITY_WORDS[relation.severity]),
    ]
    if relation.source_url:
        lines.append(relation.source_url)
    if relation.valid_from is not None or relation.valid_until is not None:
        lines.append(words["in_force"].format(relation.valid_from or "…", relation.valid_until or "…"))
    settings = relation.settings()
    if settings:
        lines.append(words["settings"])
        lines += [f"  {name} = {value}" for name, value in settings.items()]
    return "\n".join(lines)


def cases_text(results: Sequence[CaseResult], lang: Language) -> str:
    """The cases that came out otherwise than they say, why a rule was silent where that was asked, and the total."""
    words = _WORDS[lang]
    failed = [r for r in results if not r.passed]
    lines: list[str] = []
    for result in results:
        if not result.passed or result.why:
            name = "case" if not result.passed else "silent"
            said = {"relation": result.relation, "case": result.case}
            lines.append(words[name].format(**said, expected=result.expected, outcome=result.outcome))
        lines += [f"    {reason.text_en if lang == 'en' else reason.text}" for reason in result.why]
    return "\n".join([*lines, words["cases"].format(count=len(results), failed=len(failed))])


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    # Rounded down: 100 % is said only when it is so.
    permille = part * 1000 // whole
    return f"{part}/{whole} ({permille // 10}.{permille % 10}%)"
