"""The words of the command line: findings, totals, relations and their cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datasets.model import RECOGNISED_ROLES, Role
from flows.payload import EvidenceRecord, FindingRecord, Language, Payload, first_suspect
from flows.places import place_words
from flows.summary import SEVERITY_WORDS, RunReport, severity_counts

if TYPE_CHECKING:
    from checks.audit import Audit
    from checks.model import Relation
    from checks.relation_cases import CaseResult

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
        "unread": "未识读的数字 {count} 个：",
        "unread_place": "  {place}：{printed}（{quote}）",
        "source": "依据：{}",
        "severity": "最高级别：{}",
        "settings": "设置：",
        "case": "不符 {relation} · {case}：应为 {expected}，得到 {outcome}",
        "cases": "例子 {count} 个，不符 {failed} 个。",
        "run": "报告：{output}（文件 {documents} 份，数字 {figures} 个；{findings}；新告警 {alerts} 条）{state}",
        "incomplete": "——不完整",
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
        "unread": "Numerals not read: {count}",
        "unread_place": "  {place}: {printed} ({quote})",
        "source": "source: {}",
        "severity": "loudest: {}",
        "settings": "settings:",
        "case": "FAILED {relation} · {case}: expected {expected}, got {outcome}",
        "cases": "{count} cases, {failed} failed.",
        "run": "report: {output} ({documents} documents, {figures} numerals; {findings}; {alerts} new alerts){state}",
        "incomplete": " - incomplete",
        "unchanged": ", unchanged since run {}",
    },
}


def report_text(audit: Audit, payload: Payload, lang: Language) -> str:
    """All findings, loudest first, each unread numeral, then one line of totals; ``payload`` is ``audit.to_dict()``."""
    order = list(SEVERITY_WORDS)
    findings = sorted(payload["findings"], key=lambda f: order.index(f["severity"]))
    blocks = ["\n".join(finding_lines(finding, lang)) for finding in findings] or [_WORDS[lang]["none"]]
    unread = unread_lines(audit, lang)
    return "\n\n".join([*blocks, *(["\n".join(unread)] if unread else []), _summary(audit, payload, lang)]) + "\n"


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
    return _WORDS[lang]["summary"].format(
        documents=len(payload["documents"]),
        numerals=numerals,
        verified=_share(verified, figures),
        unread=_share(sum(d["unread"] for d in payload["documents"]), numerals),
        findings=counts_text(severity_counts(payload), lang),
        unchecked=len(payload["unchecked"]),
    )


def verified_figures(audit: Audit) -> tuple[int, int]:
    """How many figures at least one relation vouches for, and how many figures there are to vouch for."""
    from checks.tabulation import figure_rows

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
    """One line: where the report of ``gouji audit`` stands and what it came to."""
    words = _WORDS[lang]
    unchanged = "" if report.unchanged_since is None else words["unchanged"].format(report.unchanged_since)
    return words["run"].format(
        output=report.output,
        documents=report.documents,
        figures=report.figures,
        findings=counts_text(report.findings, lang),
        alerts=report.alerts_sent,
        state=unchanged + ("" if report.complete else words["incomplete"]),
    )


def relation_line(relation: Relation, lang: Language) -> str:
    """A relation in one line: id, kind, title."""
    return f"{relation.id}\t{relation.kind}\t{relation.title_en if lang == 'en' else relation.title}"


def relation_text(relation: Relation, lang: Language) -> str:
    """A relation in full: what must hold, where it comes from, how it is set."""
    words = _WORDS[lang]
    lines = [
        relation_line(relation, lang).replace("\t", " · "),
        words["source"].format(relation.source),
        words["severity"].format(relation.severity if lang == "en" else SEVERITY_WORDS[relation.severity]),
    ]
    if relation.settings:
        lines.append(words["settings"])
        lines += [f"  {name} = {value}" for name, value in relation.settings.items()]
    return "\n".join(lines)


def cases_text(results: Sequence[CaseResult], lang: Language) -> str:
    """The cases that came out otherwise than they say, and the total."""
    words = _WORDS[lang]
    failed = [r for r in results if not r.passed]
    lines = [
        words["case"].format(relation=r.relation, case=r.case, expected=r.expected, outcome=r.outcome) for r in failed
    ]
    return "\n".join([*lines, words["cases"].format(count=len(results), failed=len(failed))])


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    # Rounded down: 100 % is said only when it is so.
    permille = part * 1000 // whole
    return f"{part}/{whole} ({permille // 10}.{permille % 10}%)"
