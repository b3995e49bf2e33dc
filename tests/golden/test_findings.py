"""The two Changji documents: what is found is what was reviewed, and the facsimiles give the same findings.

The comparison with the originals needs the environment variable GOUJI_DOCUMENTS: the folder of the two text files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.audit import Audit, audit
from checks.model import Severity
from datasets.identity.catalog import shipped_documents
from tests.golden.findings import PATTERNS, listed, originals, reviewed


@pytest.fixture(scope="module")
def of_originals(documents: Path) -> Audit:
    paths = originals(documents)
    if len(paths) != len(PATTERNS):
        pytest.skip(f"GOUJI_DOCUMENTS holds no {' and '.join(PATTERNS.values())}")
    return audit(paths)


def test_what_is_found_in_the_originals_is_what_was_reviewed(of_originals: Audit) -> None:
    assert listed(of_originals) == reviewed()


def test_the_facsimiles_give_the_same_findings_as_the_originals(of_originals: Audit) -> None:
    copies = audit(shipped_documents())
    assert {finding.id: finding.rule for finding in copies.findings} == {
        finding.id: finding.rule for finding in of_originals.findings
    }
    assert {finding.id: finding.fingerprint for finding in copies.findings} == {
        finding.id: finding.fingerprint for finding in of_originals.findings
    }


def test_the_known_errors_of_the_budget_are_found_in_the_facsimiles() -> None:
    loud = [finding for finding in audit(shipped_documents()).findings if finding.severity is not Severity.INFO]
    suspects = {(finding.rule, finding.evidence[0].printed) for finding in loud}
    assert {
        ("veterans-zero", "2.2"),
        ("rate-of-change", "29.44"),
        ("same-fact", "210"),
        ("same-fact", "50"),
        ("economic-tree", "15.29"),
        ("performance-power-of-ten", "16.5"),
        ("performance-text-product", "11.51"),
    } <= suspects
