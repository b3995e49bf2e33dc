"""``gouji diff``: what changed between two versions of a document, two reports, two runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datasets.errors import GoujiError
from flows.cli.diff import diff_text, differences
from flows.ledger.connecting import Ledger
from flows.ledger.lives import Change
from flows.ledger.recording import begin_run, record_run
from flows.payload import Payload
from tests.ledger.payloads import finding, payload

TEXT = """某县水利局2024年部门决算公开
一、财政拨款“三公”经费支出决算情况说明
2024年度“三公”经费财政拨款支出决算为{total}万元，其中：因公出国（境）费支出0.00万元；公务用车购置及运行维护费支出80.00万元；公务接待费支出7.50万元。
"""


def report(folder: Path, contents: Payload) -> Path:
    folder.mkdir()
    (folder / "findings.json").write_text(
        json.dumps(contents | {"schema": "gouji.findings/1"}, ensure_ascii=False), encoding="utf-8"
    )
    return folder


def test_two_versions_of_a_document_differ_in_figures_and_findings(tmp_path: Path) -> None:
    old, new = tmp_path / "旧.txt", tmp_path / "新.txt"
    old.write_text(TEXT.format(total="88.50"), encoding="utf-8")
    new.write_text(TEXT.format(total="87.50"), encoding="utf-8")
    found = differences(str(old), str(new))
    assert {change for change, _ in found.findings if change is not Change.PERSISTING} == {Change.RESOLVED}
    [figure] = found.figures
    assert (figure.old, figure.new) == ("88.50", "87.50")
    assert "新.txt" in figure.where
    text = diff_text(found, "zh")
    assert "88.50 → 87.50" in text
    assert text.splitlines()[-1].endswith("数字变动 1 处。")


def test_a_document_and_itself_differ_in_nothing(tmp_path: Path) -> None:
    path = tmp_path / "文.txt"
    path.write_text(TEXT.format(total="87.50"), encoding="utf-8")
    assert not differences(str(path), str(path))
    assert diff_text(differences(str(path), str(path)), "zh") == "没有变化。"


def test_two_reports_tell_what_is_new_worse_and_gone(tmp_path: Path) -> None:
    old = report(tmp_path / "old", payload(finding("a"), finding("b", severity="warning"), finding("c")))
    new = report(tmp_path / "new", payload(finding("a"), finding("b", severity="error"), finding("d")))
    changes = {item["id"]: change for change, item in differences(str(old), str(new)).findings}
    assert changes == {"a": Change.PERSISTING, "b": Change.WORSE, "c": Change.RESOLVED, "d": Change.NEW}


def test_two_runs_of_the_ledger_are_compared_by_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_STATE", str(tmp_path))
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    for contents in (payload(finding("a")), payload(finding("a"), finding("b"))):
        record_run(ledger, begin_run(ledger), contents)
    changes = {item["id"]: change for change, item in differences("1", "2").findings}
    assert changes == {"a": Change.PERSISTING, "b": Change.NEW}
    with pytest.raises(GoujiError, match="没有第 9 次运行"):
        differences("1", "9")


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": "something else"}'])
def test_a_json_that_is_no_report_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "findings.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoujiError, match=r"findings\.json"):
        differences(str(path), str(path))
