"""What fails inside one rule or at one document costs that alone, is named, and never looks like a result."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from checks import families
from checks.audit import Audit, audit
from checks.barrier import NO_RULE, Barrier, RulesInHand
from checks.families import Family, load_rules
from checks.model import Instance
from datasets.identity.catalog import shipped_documents
from datasets.model import Document, Role
from datasets.reading import read_document
from datasets.vocabulary.units import EXACT, MOST_DIGITS, exactly
from flows.cli import app as cli

TITLE = "甲县乙局2024年部门预算公开"
LINES = (
    TITLE,
    "一、部门预算收支总体情况说明",
    "2024年收入总计100.00万元，支出总计100.00万元。",
    "2024年一般公共预算支出{}万元，比上年增加10.00万元，增长11.11%。",
    "2024年“三公”经费预算{}万元，其中：因公出国（境）费1.00万元，公务用车购置及运行费3.00万元，公务接待费1.00万元。",
)


def text(expenditure: str = "100.00", three_public: str = "5.00") -> str:
    return "\n".join(LINES).format(expenditure, three_public)


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def boom(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError("secret words of the document")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("GOUJI_STATE", str(folder))
    return folder


def check(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["check", *map(str, arguments)])


def key(result: Audit) -> set[tuple[str, str]]:
    return {(finding.rule, finding.fingerprint) for finding in result.findings}


# -- numerals too long to be figures -----------------------------------------------------------------------------------


@given(st.integers(1, 400), st.sampled_from(["", ".00", ".5", ".1234567890123456789012345"]))
@settings(max_examples=40)
def test_a_numeral_of_any_length_is_in_the_ledger_and_stops_nothing(length: int, decimals: str) -> None:
    printed = "7" * length + decimals
    reading = read_document(_document(text(printed, printed)))
    found = [figure for figure in reading.figures if figure.printed == printed]
    assert len(found) == 2
    digits = sum(map(str.isdecimal, printed))
    for figure in found:
        assert (figure.role is Role.UNREAD) == (digits > MOST_DIGITS)
        if digits > MOST_DIGITS:
            assert (figure.value, figure.concept, figure.unit) == (None, "", "")


@pytest.mark.parametrize("length", [27, 28, 29, 60, 5000])
def test_one_long_numeral_costs_no_finding_of_any_file(tmp_path: Path, length: int) -> None:
    clean = write(tmp_path, "clean.txt", text("100.00", "6.00"))
    bad = write(tmp_path, "bad.txt", text("1" * length, "6.00").replace("甲县乙局", "丙县丁局"))
    result = audit([clean, bad])
    assert result.faults == ()
    errors = [finding for finding in result.findings if finding.severity == "error"]
    blamed = {evidence.document for finding in errors for evidence in finding.evidence}
    assert blamed == {str(clean), str(bad)}
    assert "1" * length in {figure.printed for figure in result.figures if figure.role is Role.UNREAD}


def test_a_sum_over_a_cell_with_a_long_numeral_is_unchecked_and_not_broken(tmp_path: Path) -> None:
    rows = ("项目\t预算数", "一、本年收入\t{}", "二、上年结转结余\t20.00", "收入总计\t120.00")
    body = "\n".join((TITLE, "部门收支总体情况表", "单位：万元", *rows))
    good = audit([write(tmp_path, "good.txt", body.format("100.00"))])
    bad = audit([write(tmp_path, "bad.txt", body.format("1" * 30))])
    assert good.faults == bad.faults == ()
    assert not [finding for finding in bad.findings if finding.severity == "error"]


def test_the_arithmetic_of_the_project_is_exact_where_that_of_python_rounds() -> None:
    largest = Decimal("9" * MOST_DIGITS)

    def cubed() -> Decimal:
        return largest * largest * largest

    assert int(exactly(cubed)()) == int(largest) ** 3
    assert int(cubed()) != int(largest) ** 3
    assert EXACT.prec >= 3 * MOST_DIGITS


# -- rules that fail ---------------------------------------------------------------------------------------------------

#: Every family, and steps inside some of them.
STEPS = [
    *(f"family {family.name}" for family in families.every_family()),
    "checks.audit.printings",
    "checks.totals.rules.same_facts",
    "checks.sentences.claims._rate",
    "checks.crossing.rules.roll_up",
    "checks.wording.rules.completeness_instances",
]


def break_step(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let a family, or a function by its dotted name, raise."""
    name = step.removeprefix("family ")
    if name == step:
        monkeypatch.setattr(step, boom)
        return

    def broken(group: tuple[Family, ...]) -> tuple[Family, ...]:
        return tuple(replace(one, instances=boom) if one.name == name else one for one in group)

    monkeypatch.setattr("checks.audit.WITHIN", tuple(map(broken, families.WITHIN)))
    monkeypatch.setattr("checks.audit.BETWEEN", broken(families.BETWEEN))
    monkeypatch.setattr("checks.audit.AFTERWARDS", broken(families.AFTERWARDS))


@pytest.fixture(scope="module")
def undisturbed() -> Audit:
    return audit(shipped_documents())


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_is_named_with_its_documents_and_the_others_run(
    step: str, undisturbed: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_step(monkeypatch, step)
    result = audit(shipped_documents())
    assert result.faults
    assert key(result) <= key(undisturbed) or step == "checks.audit.printings"
    paths = {str(path) for path in shipped_documents()}
    for fault, entry in zip(result.faults, result.unchecked, strict=False):
        assert set(fault.documents) <= paths
        assert fault.documents
        assert (
            entry.fault
            == fault.error
            == f"ZeroDivisionError（tests/unit/checks/test_barrier.py:{boom.__code__.co_firstlineno + 1}）"
        )
        assert entry.reason.startswith("内部故障：")
        assert "secret" not in entry.reason
        assert "secret" in fault.trace


def test_a_rule_that_cannot_be_judged_is_named_and_the_same_rule_counted(
    undisturbed: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checks.judging import verdicts as judging

    monkeypatch.setitem(judging._KINDS, "growth_of_change", boom)
    result = audit(shipped_documents())
    rules = {fault.rule for fault in result.faults}
    assert "rate-of-change" in rules
    assert NO_RULE not in rules
    grown = {v.instance.relation.id for v in undisturbed.verdicts if v.instance.arithmetic == "growth_of_change"}
    assert rules == grown
    assert sum(fault.times for fault in result.faults) >= len(
        [v for v in undisturbed.verdicts if v.instance.arithmetic == "growth_of_change"]
    )
    others = {finding.rule for finding in undisturbed.findings} - grown
    assert others & {finding.rule for finding in result.findings}


@pytest.mark.parametrize("error", [RecursionError, MemoryError, KeyError])
def test_what_cannot_be_localised_is_still_found(
    error: type[Exception], undisturbed: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr("checks.localising.causes._explained", fail)
    result = audit(shipped_documents())
    assert result.faults
    broken = {finding.rule for finding in undisturbed.findings if finding.status == "broken"}
    assert broken <= {rule for finding in result.findings for rule in finding.relations}


def test_a_finding_that_cannot_be_worded_costs_that_finding(
    monkeypatch: pytest.MonkeyPatch, undisturbed: Audit
) -> None:
    from checks.findings import making as findings
    from checks.findings.messages import message

    lost = undisturbed.findings[0].rule

    def fail_once(cause: Any, primary: Any, explained: Any, **named: Any) -> str:  # noqa: ANN401
        if primary.instance.relation.id == lost:
            raise ValueError
        return message(cause, primary, explained, **named)

    monkeypatch.setattr(findings, "message", fail_once)
    result = audit(shipped_documents())
    assert lost in {fault.rule for fault in result.faults}
    kept = {finding.id for finding in undisturbed.findings if finding.rule != lost}
    assert kept <= {finding.id for finding in result.findings}


def test_the_rule_named_is_the_one_that_was_being_evaluated() -> None:
    rules, barrier = RulesInHand(load_rules()), Barrier()
    guard = barrier.guard(("a.txt",), rules)

    def step(relations: RulesInHand) -> list[Instance]:
        _ = relations["same-fact"]
        _ = relations["rate-of-change"]
        raise KeyError

    def silent() -> list[Instance]:
        raise KeyError

    assert list(guard(step, rules)) == []
    assert list(guard(silent)) == []
    assert [fault.rule for fault in barrier.faults] == ["rate-of-change", NO_RULE]


def test_what_a_step_told_before_it_failed_is_kept() -> None:
    barrier = Barrier()
    guard = barrier.guard(("a.txt",), RulesInHand({}))

    def step() -> Any:  # noqa: ANN401
        yield 1
        raise KeyError

    assert list(guard(step)) == [1]
    assert len(barrier.faults) == 1


# -- documents that fail -----------------------------------------------------------------------------------------------


def _document(content: str) -> Document:
    from datasets.readers.text.reading import read_text

    return read_text(Path("甲.txt"), content.encode())


def fail_at(monkeypatch: pytest.MonkeyPatch, target: str, name: str) -> None:
    from datasets import reading as figures

    genuine = figures.read_document

    def read(document: Document) -> Any:  # noqa: ANN401
        if document.path.name == name:
            raise RecursionError
        return genuine(document)

    monkeypatch.setattr(target, read)


def test_a_document_that_fails_is_unreadable_by_our_fault_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "bad.txt", text())
    write(tmp_path, "good.txt", text().replace("甲县乙局", "丙县丁局"))
    fail_at(monkeypatch, "datasets.reading.read_document", "bad.txt")
    result = audit([tmp_path])
    assert {Path(d.path).name: d.status for d in result.documents} == {"bad.txt": "unreadable", "good.txt": "read"}
    [fault] = result.faults
    assert fault.documents == (str(tmp_path / "bad.txt"),)
    [report] = result.unusable
    assert report.problem.startswith("内部故障：读取时出错（RecursionError）；请")


def test_one_document_of_an_archive_that_fails_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("one/甲.txt", text())
        package.writestr("two/丙.txt", text().replace("甲县乙局", "丙县丁局"))
    names = {Path(d.path).name for d in audit([archive]).documents}
    assert len(names) == 2
    bad = min(names)
    fail_at(monkeypatch, "datasets.reading.read_document", bad)
    result = audit([archive])
    assert {Path(d.path).name: d.status for d in result.documents}[bad] == "unreadable"
    assert [str(d.status) for d in result.documents].count("read") == 1
    assert len(result.faults) == 1


def test_a_reader_that_fails_at_a_member_costs_that_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datasets.readers import detect

    read_bytes = detect.read_bytes

    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("甲.txt", text())
        package.writestr("附件.txt", "附件")

    def read(path: Path, data: bytes) -> Document:
        if path.name == "附件.txt":
            raise RecursionError
        return read_bytes(path, data)

    monkeypatch.setattr(detect, "read_bytes", read)
    result = audit([archive])
    [document] = result.documents
    assert document.status == "partly read"
    assert "内部故障" in document.problem
    assert len(result.faults) == 1


def test_an_html_cell_with_a_span_of_thousands_of_digits_is_read(tmp_path: Path) -> None:
    page = f"<p>{TITLE}</p><table><tr><td rowspan={'9' * 5000}>项目<td>预算数<tr><td>100.00</table>"
    result = audit([write(tmp_path, "a.html", page)])
    assert result.faults == ()
    assert "100.00" in {figure.printed for figure in result.figures}


# -- the command line --------------------------------------------------------------------------------------------------


def test_a_fault_ends_with_three_even_where_errors_were_found(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a.txt", text("100.00", "6.00"))
    assert check(path).exit_code == 1
    assert not (state / "faults.log").exists()
    break_step(monkeypatch, "family wording")
    result = check(path)
    assert result.exit_code == 3
    assert "内部故障：" in result.stdout
    assert "a.txt" in result.stdout
    assert result.stdout.index("内部故障：") < result.stdout.index("错误 · ")
    assert "Traceback" not in result.output
    log = (state / "faults.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    assert "Traceback" in log
    payload = json.loads(check(path, "--format", "json").stdout)
    assert payload["unchecked"][0]["reason"].startswith("内部故障：")
    assert payload["unchecked"][0]["fault"].startswith("ZeroDivisionError")


def test_unusable_input_comes_before_a_fault(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", text())
    break_step(monkeypatch, "family wording")
    assert check(path, tmp_path / "no.txt").exit_code == 2
    assert (state / "faults.log").exists()


def test_a_command_that_crashes_says_so_in_one_line_and_ends_with_three(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "a.txt", text())
    monkeypatch.setattr("checks.audit.audit_ingested", boom)
    monkeypatch.setattr("sys.argv", ["gouji", "check", str(path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert said.startswith("gouji: 内部故障：ZeroDivisionError")
    assert "Traceback" not in said
    assert "secret" in (state / "faults.log").read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_costs_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = write(tmp_path, "file", "")
    monkeypatch.setenv("GOUJI_STATE", str(blocked))
    path = write(tmp_path, "a.txt", text())
    break_step(monkeypatch, "family wording")
    assert check(path).exit_code == 3


def test_a_variable_of_the_environment_that_is_wrong_hides_no_result(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a.txt", text("100.00", "6.00"))
    monkeypatch.setenv("GOUJI_WORKERS", "two")
    assert check(path).exit_code == 1
    assert not state.exists()


@pytest.mark.parametrize(
    "step", ["checks.findings.making.absorbed", "checks.audit.settle_versions", "checks.audit._neighbours"]
)
def test_no_step_of_an_audit_lets_an_exception_out(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    break_step(monkeypatch, step)
    result = audit(shipped_documents())
    assert result.faults
    assert result.findings
