"""``gouji diff``: two versions of a document, two reports, or two runs of the ledger, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import cast

from datasets.errors import GoujiError, InputError
from flows.ledger.lives import Change, Review, Seen, change_of
from flows.payload import SEVERITY_WORDS, EvidenceRecord, FindingRecord, Language, Payload, first_suspect
from flows.places import place_words
from flows.report.files import FINDINGS

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "new": "新增",
        "resolved": "消失",
        "worse": "加重",
        "changed": "数字有变",
        "persisting": "仍在",
        "figure_changed": "数字",
        "figure_new": "新数字",
        "figure_gone": "少了数字",
        "arrow": "{old} → {new}",
        "none": "没有变化。",
        "total": "发现：新增 {new}，消失 {resolved}，加重 {worse}，数字有变 {changed}，仍在 {persisting}；"
        "数字变动 {figures} 处。",
    },
    "en": {
        "new": "new",
        "resolved": "resolved",
        "worse": "worse",
        "changed": "figures changed",
        "persisting": "persisting",
        "figure_changed": "figure",
        "figure_new": "new figure",
        "figure_gone": "figure gone",
        "arrow": "{old} → {new}",
        "none": "No change.",
        "total": "findings: {new} new, {resolved} resolved, {worse} worse, {changed} with other figures, "
        "{persisting} persisting; {figures} figures changed.",
    },
}
#: What a figure is about: two versions are compared by it, not by place, since lines move.
_MEANING = (
    "concept_label",
    "concept",
    "role",
    "entity",
    "level",
    "fund",
    "stage",
    "period",
    "function_code",
    "economic_code",
    "project",
    "table",
    "unit",
)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of one meaning that is printed otherwise, or in one version only; ``where`` is that of the newer one."""

    meaning: str
    old: str
    new: str
    where: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed: each finding with what became of it, and the figures that differ."""

    findings: tuple[tuple[Change, FindingRecord], ...] = ()
    figures: tuple[FigureChange, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.figures) or any(change is not Change.PERSISTING for change, _ in self.findings)


def differences(old: str, new: str) -> Differences:
    """Compare two documents, two report folders (or their findings.json), or two runs of the ledger by number.

    Raises:
        InputError: a path is no document and no report.
        GoujiError: one side is a run and the other is not, or there is no such run.
    """
    if old.isdigit() and new.isdigit() and not Path(old).exists() and not Path(new).exists():
        return _between_runs(int(old), int(new))
    before, after = _side(Path(old)), _side(Path(new))
    return Differences(tuple(_findings(before[0], after[0])), tuple(_figures(before[1], after[1])))


def diff_text(found: Differences, lang: Language) -> str:
    """The differences in words, loudest first."""
    words = _WORDS[lang]
    if not found:
        return words["none"]
    order = [Change.NEW, Change.WORSE, Change.CHANGED, Change.RESOLVED]
    shown = sorted((item for item in found.findings if item[0] in order), key=lambda item: order.index(item[0]))
    lines = [_finding_line(change, finding, lang) for change, finding in shown]
    for figure in found.figures:
        kind = "figure_changed" if figure.old and figure.new else "figure_new" if figure.new else "figure_gone"
        values = words["arrow"].format(old=figure.old or "–", new=figure.new or "–")
        lines.append(f"{words[kind]}\t{figure.meaning}\t{values}\t{figure.where}")
    counts = {change.value: sum(1 for item in found.findings if item[0] is change) for change in Change}
    lines.append(words["total"].format(figures=len(found.figures), **counts))
    return "\n".join(lines)


def _finding_line(change: Change, finding: FindingRecord, lang: Language) -> str:
    severity = finding["severity"] if lang == "en" else SEVERITY_WORDS[finding["severity"]]
    title = finding["title_en"] if lang == "en" else finding["title"]
    place = place_words(first_suspect(finding), lang)
    return "\t".join((_WORDS[lang][change.value], severity, title, place, finding["id"]))


def _side(path: Path) -> tuple[Payload, list[Mapping[str, str]]]:
    """The findings and the figures of a report or of a document."""
    report = path / FINDINGS if path.is_dir() else path
    if report.name.endswith(".json") and report.is_file():
        return _report(report)
    from checks.audit import audit
    from checks.results.tabulation import figure_rows

    result = audit([path])
    if result.unusable:
        raise GoujiError(f"{result.unusable[0].path}：{result.unusable[0].problem}")
    return cast("Payload", result.to_dict()), list(figure_rows(result))


def _report(path: Path) -> tuple[Payload, list[Mapping[str, str]]]:
    import csv

    try:
        payload = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(path, "读不了", "请给出 gouji audit 写出的报告文件夹") from error
    if not isinstance(payload, dict) or payload.get("schema") != "gouji.findings/1":
        raise InputError(path, "不是勾稽的报告", "请给出 gouji audit 写出的报告文件夹")
    table = path.with_name("figures.csv")
    if not table.is_file():
        return cast("Payload", payload), []
    with table.open(encoding="utf-8-sig", newline="") as handle:
        return cast("Payload", payload), list(csv.DictReader(handle))


def _findings(old: Payload, new: Payload) -> Iterable[tuple[Change, FindingRecord]]:
    before = {finding["id"]: finding for finding in old["findings"]}
    for finding in new["findings"]:
        earlier = before.pop(finding["id"], None)
        yield (
            change_of(
                None if earlier is None else Seen.of(earlier), Seen.of(finding), resolved=False, review=Review.OPEN
            ),
            finding,
        )
    for finding in before.values():
        yield Change.RESOLVED, finding


def _figures(old: Iterable[Mapping[str, str]], new: Iterable[Mapping[str, str]]) -> Iterable[FigureChange]:
    before, after = _by_meaning(old), _by_meaning(new)
    for meaning in dict.fromkeys([*before, *after]):
        was, now = before.get(meaning, []), after.get(meaning, [])
        # Printings of one meaning that stayed are taken out, in their order; what is left changed.
        left = [row["printed"] for row in was]
        changed = []
        for row in now:
            if row["printed"] in left:
                left.remove(row["printed"])
            else:
                changed.append(row)
        label = "，".join(part for part in (meaning[0] or meaning[1], *meaning[3:-1]) if part)
        for printed, row in zip_longest(left, changed):
            where = "" if row is None else place_words(cast("EvidenceRecord", row))
            yield FigureChange(label, printed or "", "" if row is None else row["printed"], where)


def _by_meaning(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, ...], list[Mapping[str, str]]]:
    found: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in rows:
        if row["concept"]:
            found.setdefault(tuple(row[name] for name in _MEANING), []).append(row)
    return found


def _between_runs(old: int, new: int) -> Differences:
    from flows.ledger.connecting import Ledger
    from flows.ledger.history import between
    from flows.settings import Settings

    return Differences(tuple(between(Ledger(Settings.from_environment().ledger), old, new)))
