"""Real documents across: a department and its only unit, and two budgets of one office, give no false alarm."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from checks.audit import Audit, audit
from checks.model import Outcome


def across(result: Audit) -> Counter[tuple[str, Outcome]]:
    """How the relations between documents come out."""
    return Counter(
        (verdict.instance.relation.id, verdict.outcome)
        for verdict in result.verdicts
        if len({figure.document for figure in verdict.instance.figures}) > 1
    )


def pair(documents: Path, words: str) -> Audit:
    found = sorted(documents.glob(f"*{words}*预算.pdf"))
    assert len(found) == 2, words
    return audit(found)


def test_a_department_equals_its_only_unit_in_every_row(documents: Path) -> None:
    result = pair(documents, "商务委员会")
    assert {report.level for report in result.documents} == {"department", "unit"}
    outcomes = across(result)
    assert {rule for rule, _ in outcomes} == {"department-equals-units"}
    assert set(outcomes) == {("department-equals-units", Outcome.EXACT)}
    assert outcomes["department-equals-units", Outcome.EXACT] > 200


def test_the_changes_of_a_budget_lead_to_last_years_document(documents: Path) -> None:
    result = pair(documents, "万里街道")
    outcomes = across(result)
    assert Outcome.BROKEN not in {outcome for _, outcome in outcomes}
    assert outcomes["implied-prior-year-against-document", Outcome.EXACT] >= 6
    # Seven vehicles, one bought in the course of the year, eight a year later.
    assert outcomes["asset-chain", Outcome.EXACT] == 1


def test_documents_of_other_departments_are_not_crossed(documents: Path) -> None:
    result = audit(sorted(documents.glob("*25年预算.pdf")))
    crossed = [v for v in result.verdicts if len({figure.document for figure in v.instance.figures}) > 1]
    assert crossed
    for verdict in crossed:
        assert len({figure.scope.entity for figure in verdict.instance.figures}) == 1
        assert verdict.outcome is not Outcome.BROKEN
