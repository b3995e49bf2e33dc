"""The frames of an audit of the two Changji documents, cut down to the figures that the suites and schemas need.

The numbers are those printed in the 2023 budget and the 2024 final accounts of the science and technology bureau.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent / "data"
ENTITY = "652300-科学技术局"
ABSENT = (
    "page", "part", "block", "sheet", "cell", "concept_label", "function_code", "economic_code", "project",
)  # fmt: skip
WHOLE = ("line", "start", "end", "row", "column")


def _figures() -> pd.DataFrame:
    figures = pd.read_csv(DATA / "changji_figures.csv", dtype=str).astype(object)
    figures = figures.where(figures.notna(), None)
    for name in WHOLE:
        figures[name] = [None if text is None else int(text) for text in figures[name]]
    for name in ABSENT:
        figures[name] = None
    for name in ("unit", "concept", "table"):
        figures[name] = [text or "" for text in figures[name]]
    figures["entity"] = ENTITY
    return figures


def _document(path: str, kind: str, year: int, numerals: int) -> dict[str, object]:
    return {
        "id": f"{ENTITY}/department/{kind}/{year}",
        "path": path,
        "sha256": "0" * 64,
        "entity": ENTITY,
        "level": "department",
        "kind": kind,
        "fiscal_year": year,
        "numerals": numerals,
        "bound": numerals,
        "recognised": 0,
        "unread": 0,
        "status": "read",
        "problem": "",
    }


def changji_frames() -> dict[str, pd.DataFrame]:
    """Fresh frames as ``Audit.frames()`` gives them; a test may change them."""
    figures = _figures()
    counts = figures["document"].value_counts()
    verdicts = pd.DataFrame(
        [
            {
                "verdict_id": "v1",
                "relation": "vehicles-kept-and-held",
                "family": "assets",
                "outcome": "exact",
                "stated": "2",
                "expected": "2",
                "gap": "0",
                "slack": "0",
                "unit": "辆",
                "severity": "warning",
                "documents": "002_budget.txt | 000_final_accounts.txt",
                "figure_ids": "b25 f25",
                "crosses_documents": True,
                "reason": "",
            }
        ]
    )
    findings = pd.DataFrame(
        [
            {
                "id": "x1",
                "fingerprint": "y1",
                "rule": "same-fact",
                "family": "text",
                "severity": "info",
                "status": "broken",
                "title": "机关运行经费与公用经费不一致",
                "title_en": "Agency operating costs differ from operating costs",
                "message": "机关运行经费 40.78 万元，公用经费 40.77 万元",
                "message_en": "40.78 against 40.77",
                "stated": "40.78",
                "expected": "40.77",
                "gap": "0.01",
                "rounding_slack": "0",
                "documents": "002_budget.txt",
            }
        ]
    )
    documents = pd.DataFrame(
        [
            _document("002_budget.txt", "budget", 2023, int(counts["002_budget.txt"])),
            _document("000_final_accounts.txt", "final_accounts", 2024, int(counts["000_final_accounts.txt"])),
        ]
    )
    return {"documents": documents, "figures": figures, "verdicts": verdicts, "findings": findings}


def figure_changed(
    frames: dict[str, pd.DataFrame], which: str, /, **changes: str | int | None
) -> dict[str, pd.DataFrame]:
    """The same frames with some columns of one figure changed."""
    figures = frames["figures"].copy()
    for column, value in changes.items():
        figures.loc[figures["figure_id"] == which, column] = value
    return frames | {"figures": figures}
