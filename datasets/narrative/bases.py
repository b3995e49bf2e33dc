"""An amount that is only the base of a comparison: 比2023年度“三公”经费年初预算10万元减少2万元."""

from __future__ import annotations

import re

from datasets.narrative.phrases import Base, base_of, last_base, stage_of, stage_pattern
from datasets.narrative.subjects import Subject, subject_of
from datasets.vocabulary.function_paths import FunctionPaths

_CLAUSE_END = re.compile(r"[，。；：]")
_FILLER = "的为数："
#: 比上年累计支出433万元减少2万元.
_SPENT = re.compile(r"(?:同期|全年|累计|实际)+(?:支出|安排)?数?(?:为|是)?")


def only_base(behind: str, subject: Subject, paths: FunctionPaths) -> bool:
    """True when the words between a base of comparison and an amount say no more than whose amount it is."""
    if not behind.strip(_FILLER) or _SPENT.fullmatch(behind):
        return True
    if _CLAUSE_END.search(behind) or "相比" in behind:
        return False
    stage = stage_pattern().search(behind)
    named = subject_of(behind[: stage.start()] if stage else behind, "万元", paths)
    if stage is None:  # 比2017年度总收入1058.51万元增加
        return (
            named is not None and bool(named.said) and named.concept == subject.concept and behind.endswith(named.said)
        )
    return named is None or named.concept == subject.concept


def base_behind(compared: re.Match[str], behind: str, period: str) -> Base:
    """The base of comparison in a document on the year ``period``, its stage said behind the subject."""
    base = base_of(compared, period)
    stage = stage_pattern().search(behind)
    if stage is None or base.stage or not behind.strip(_FILLER):
        return base
    of_year = base.base == f"year:{period}" and stage_of(stage) != "outturn"
    return Base("budget" if of_year else base.base, stage_of(stage))


def bare_base(words: str, period: str) -> Base | None:
    """The base that the last clause is, without a word of comparison: 行政运行511万元，上年预算503万元，增加8万元."""
    clause = f"比{_CLAUSE_END.split(words)[-1].rstrip('为是')}"
    found = last_base(clause)
    if found is None or found.span() != (0, len(clause)) or not found["words"]:
        return None
    base = base_of(found, period)
    return base if base.base == "prior_year" and base.stage else None
