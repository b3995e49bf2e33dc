"""What is found in the two Changji documents, cut down to what a reader reviewed: rule, severity, who is blamed where.

After a change that is meant, look at every line that differs, see :mod:`tests.golden.refresh`.
"""

from __future__ import annotations

import json
from pathlib import Path

from checks.audit import Audit, audit

REVIEWED = Path(__file__).parent / "data" / "changji-findings.json"
PATTERNS = {"budget": "002_*.txt", "final_accounts": "000_*.txt"}
Finding = dict[str, object]


def originals(folder: Path) -> list[Path]:
    """The two published texts; fewer where the folder does not hold them."""
    return [path for pattern in PATTERNS.values() for path in folder.glob(pattern)]


def listed(result: Audit) -> list[Finding]:
    """The findings of an audit: the blamed places by document kind, line and printed text."""
    kinds = {report.path: report.kind for report in result.documents}
    return [
        {
            "rule": finding.rule,
            "severity": str(finding.severity),
            "status": str(finding.status),
            "blamed": [
                f"{kinds[evidence.document]}:{evidence.place.line if evidence.place else ''} {evidence.printed}"
                for evidence in finding.evidence
                if evidence.role in ("suspect", "rival")
            ],
        }
        for finding in result.findings
    ]


def reviewed() -> list[Finding]:
    """The reviewed list."""
    found: list[Finding] = json.loads(REVIEWED.read_text(encoding="utf-8"))
    return found


def refresh(folder: Path) -> None:
    """Write the list of the present findings."""
    findings = listed(audit(originals(folder)))
    lines = ",\n".join(json.dumps(finding, ensure_ascii=False) for finding in findings)
    REVIEWED.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
