"""A repaired document is silent: printing the first repair of a finding removes it and adds no error.

What was broken before may show anew with other companions.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.audit import Audit, Ingested, audit_ingested
from checks.families import load_rules
from checks.model import Finding, Severity
from datasets.reading import read_document
from datasets.vocabulary.numerals import number
from tests.benchmarks.blame import Group, groups
from tests.benchmarks.misprints import Misprint, misprinted


@pytest.fixture(scope="module")
def group() -> Group:
    return groups()[0]


def printed_everywhere(group: Group, finding: Finding) -> Audit:
    """The audit of the documents with the repair of the first suspect printed in its place and in all its copies."""
    repair = next(repair for repair in finding.repairs if repair.evidence == 0)
    suspect = next(f for f in group.audit.figures if f.id == finding.evidence[0].figure_id)
    copies = group.copies.members(group.copies.root(suspect.id)) or [suspect]
    changed: list[Ingested] = []
    for item in group.ingested:
        assert item.reading is not None
        document = item.reading.document
        here = [f for f in copies if f.document == item.report.path and f.unit == suspect.unit]
        for figure in sorted(here, key=lambda f: -f.place.start):
            start, end = figure.place.start, figure.place.end
            misprint = Misprint(figure, "repair", start, end, repair.value, number(repair.value))
            document = misprinted(document, misprint)
        changed.append(Ingested(replace(item.report, sha256=document.sha256), read_document(document)))
    return audit_ingested(changed)


def test_printing_the_first_repair_of_a_finding_removes_it_and_adds_no_error(group: Group) -> None:
    # That there is no veteran and yet an allowance tells that one is wrong, not what either should be.
    mendable = [
        finding
        for finding in group.audit.findings
        if finding.severity is not Severity.INFO
        and any(repair.evidence == 0 for repair in finding.repairs)
        and load_rules()[finding.rule].arithmetic != "zero_implies_zero"
        and "须重核" not in finding.message  # it says itself that it breaks something else
    ]
    assert len(mendable) >= 8
    for finding in mendable:
        after = printed_everywhere(group, finding)
        before = {member for known in group.audit.findings for member in known.member_ids}
        errors_after = [known for known in after.findings if known.severity is Severity.ERROR]
        assert finding.id not in {known.id for known in after.findings}, finding.message
        assert [known.message for known in errors_after if not before.intersection(known.member_ids)] == []
