"""The numbers of a finding as a reader is told them, each with the unit it has."""

from __future__ import annotations

from dataclasses import dataclass

from checks.findings.messages import gap_unit
from flows.payload import FindingRecord, Language, first_suspect

_NONE = "–"


@dataclass(frozen=True, slots=True)
class Amounts:
    """Numbers with their units, "–" for one that there is not; gap and slack of percentages in percentage points."""

    stated: str
    expected: str
    gap: str
    slack: str


def amounts_of(finding: FindingRecord, lang: Language = "zh") -> Amounts:
    """What a finding says is printed, should be, differs, and is explained by rounding."""
    unit = unit_of(finding)
    difference = gap_unit(unit, english=lang == "en")
    return Amounts(
        stated=_with(finding.get("stated"), unit),
        expected=_with(finding.get("expected"), unit),
        gap=_with(finding.get("gap"), difference),
        slack=_with(finding.get("rounding_slack"), difference),
    )


def unit_of(finding: FindingRecord) -> str:
    """The unit of these numbers; findings of old reports do not say it, they had that of the suspect."""
    return finding["unit"] if "unit" in finding else first_suspect(finding).get("unit") or ""


def _with(number: str | None, unit: str) -> str:
    return f"{number} {unit}".strip() if number else _NONE
