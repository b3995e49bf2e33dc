"""Where a piece of evidence stands, in words a reader can follow on paper."""

from __future__ import annotations

from pathlib import PurePath

from flows.payload import EvidenceRecord, Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "part": "{}",
        "page": "第 {} 页",
        "line": "第 {} 行",
        "block": "第 {} 段",
        "sheet": "工作表 {}",
        "cell": "单元格 {}",
        "table": "《{}》",
        "row": "表内第 {} 行",
        "column": "第 {} 列",
    },
    "en": {
        "part": "{}",
        "page": "page {}",
        "line": "line {}",
        "block": "block {}",
        "sheet": "sheet {}",
        "cell": "cell {}",
        "table": "table {}",
        "row": "row {}",
        "column": "column {}",
    },
}


def place_words(evidence: EvidenceRecord, lang: Language = "zh", *, whole_path: bool = False) -> str:
    """File, page or line, and table position, as far as the format has them; the file by name or by path."""
    document = evidence.get("document", "")
    parts = [document if whole_path else PurePath(document).name]
    for name, pattern in _WORDS[lang].items():
        value = evidence.get(name)
        if value not in (None, ""):
            parts.append(pattern.format(value))
    return ("，" if lang == "zh" else ", ").join(part for part in parts if part)
