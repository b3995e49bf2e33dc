"""The library entry: what it takes, what it gives, and what it never needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from checks.audit import Options, audit, audit_ingested, ingest
from checks.model import Severity, Status
from datasets.identity.catalog import shipped_documents
from tests.unit.building import document

TEXT = """
九、财政拨款“三公”经费支出决算情况说明

2024年度财政拨款“三公”经费支出{total}万元，其中：因公出国（境）费支出0.00万元；公务用车购置及运行维护费支出4.30万元；\
公务接待费支出0.90万元。
"""


def test_nothing_in_nothing_out() -> None:
    result = audit([])
    assert (result.documents, result.figures, result.verdicts, result.findings) == ((), (), (), ())


def test_documents_can_be_read_first_and_judged_later(tmp_path: Path) -> None:
    path = document(tmp_path, TEXT.format(total="5.70"))
    later, at_once = audit_ingested(ingest([path])), audit([path])
    assert later.findings == at_once.findings
    assert later.verdicts == at_once.verdicts


def test_only_documents_of_the_chosen_years_are_audited(tmp_path: Path) -> None:
    paths = [document(tmp_path, TEXT.format(total="5.70"), year=year) for year in (2022, 2023, 2024)]
    result = audit(paths, options=Options(years=(2023, 2023)))
    assert [str(report.status) for report in result.documents] == ["not audited", "read", "not audited"]
    assert {figure.document for figure in result.figures} == {str(paths[1])}


def test_an_unusable_file_is_reported_whatever_the_years(tmp_path: Path) -> None:
    result = audit([tmp_path / "没有.txt"], options=Options(years=(2023, 2023)))
    assert [report.status for report in result.documents] == ["unreadable"]


def test_two_runs_find_the_same_in_the_same_order() -> None:
    first, second = audit(shipped_documents()), audit(reversed(shipped_documents()))
    assert {finding.id: finding.message for finding in first.findings} == {
        finding.id: finding.message for finding in second.findings
    }
    assert len({finding.id for finding in first.findings}) == len(first.findings)


def test_no_message_has_an_empty_name_an_exponent_or_a_hole() -> None:
    for finding in audit(shipped_documents()).findings:
        for text in (finding.message, finding.message_en):
            assert text.strip() == text
            assert not [
                hole for hole in ("None", "E+", "E-", "《》", "。。", ". .", "  ", "： ", "； ") if hole in text
            ], text


def test_every_loud_finding_blames_a_place_and_names_its_source() -> None:
    for finding in audit(shipped_documents()).findings:
        assert "依据：" in finding.message
        if finding.severity is not Severity.INFO:
            assert finding.evidence[0].role == "suspect"
            assert finding.status is Status.BROKEN


def test_the_graph_and_the_frames_are_made_when_asked_for(tmp_path: Path) -> None:
    result = audit([document(tmp_path, TEXT.format(total="5.20"))])
    assert result.graph is result.graph
    assert set(result.frames()) == {"documents", "figures", "verdicts", "findings"}


def test_an_audit_imports_no_scheduler_suite_or_frame() -> None:
    code = (
        "import sys; from datasets.identity.catalog import shipped_documents; from checks.audit import audit;"
        "audit(shipped_documents()).to_dict();"
        "print([m for m in ('prefect','great_expectations','pandera','pandas','networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
