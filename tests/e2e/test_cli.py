"""The command line as a user meets it: exit codes, formats, one clear line for each problem, quick to start."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from checks.results.tabulation import FIGURE_COLUMNS
from checks.rule_cases import CaseResult
from datasets.identity.catalog import shipped_documents
from datasets.model import Figure
from flows.cli import app as cli
from flows.report.files import CSV_COLUMNS

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Call the command line in this process."""
    return lambda *arguments: CliRunner().invoke(cli.app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def document() -> Path:
    """A shipped document, which any clone has."""
    return shipped_documents()[0]


_PROBLEMS = {
    "read": "",
    "partly read": "第2页是扫描图片；请提供文字版",
    "unreadable": "扫描件；请提供文字版",
    "not audited": "是图片，没有审核",
    "second form": "是另一种形式，已审 0.pdf",
}


@dataclass
class FakeAudit:
    """An audit that came out as the test needs it."""

    severities: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ("read",)
    figures: tuple[Figure, ...] = ()
    faults: tuple[()] = ()

    def to_dict(self) -> dict[str, Any]:
        words = {"title": "=题", "title_en": "t", "message": "甲\n乙", "message_en": "m", "rule": "r", "evidence": []}
        return {
            "documents": [
                {"path": f"{i}.pdf", "status": status, "problem": _PROBLEMS[status], "numerals": 2, "unread": 0}
                for i, status in enumerate(self.statuses)
            ],
            "findings": [{"id": f"f{i}", "severity": severity, **words} for i, severity in enumerate(self.severities)],
            "unchecked": [],
        }


@pytest.fixture
def came_out(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeAudit], None]:
    """Let the next audit come out as given."""

    def come_out(audit: FakeAudit) -> None:
        monkeypatch.setattr("checks.audit.audit", lambda *_, **__: audit)
        monkeypatch.setattr("checks.results.tabulation.figure_rows", lambda _: iter(()))

    return come_out


# --- exit codes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severities", "statuses", "code"),
    [
        ((), ("read",), 0),
        (("warning", "info"), ("read",), 0),
        (("info", "error"), ("read",), 1),
        (("error",), ("read", "unreadable"), 2),
        ((), ("partly read",), 0),
        ((), ("read", "second form", "not audited"), 0),
        (("error",), ("read", "not audited"), 1),
        ((), ("not audited",), 2),
        ((), (), 2),
    ],
)
def test_exit_code_of_check_says_what_came_out(
    run: Run,
    came_out: Callable[[FakeAudit], None],
    severities: tuple[str, ...],
    statuses: tuple[str, ...],
    code: int,
) -> None:
    came_out(FakeAudit(severities, statuses))
    assert run("check", "x").exit_code == code


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "x", "--format", "xml"),
        ("check", "x", "--lang", "fr"),
        ("figures", "x", "--format", "parquet"),
        ("audit", "--years", "2024-2023"),
        ("audit", "--years", "last"),
        ("audit", "--fail-on", "info"),
        ("rules", "show"),
        ("nothing",),
    ],
)
def test_wrong_usage_ends_with_two_and_says_so_on_stderr(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(("text", "span"), [("2023-2024", (2023, 2024)), ("2024", (2024, 2024)), (None, None)])
def test_years_are_a_range_or_one_year(text: str | None, span: tuple[int, int] | None) -> None:
    assert cli._years(text) == span


# --- bad input ---------------------------------------------------------------------------------------------------


def test_each_unreadable_file_is_one_line_and_the_others_are_audited(run: Run, document: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_bytes(b"")
    missing = tmp_path / "没有.docx"
    result = run("check", empty, missing, document, "--format", "json")
    assert result.exit_code == 2
    lines = [line for line in result.stderr.splitlines() if line.startswith("gouji: ")]
    assert [sum(str(path) in line for line in lines) for path in (empty, missing)] == [1, 1]
    assert all("；" in line for line in lines)
    statuses = {d["path"]: d["status"] for d in json.loads(result.stdout)["documents"]}
    assert statuses[str(document)] != "unreadable"


def test_an_output_that_cannot_be_written_is_one_line(run: Run, document: Path, tmp_path: Path) -> None:
    result = run("check", document, "--output", tmp_path / "none" / "out.txt")
    assert result.exit_code == 2
    assert "--output" in result.stderr.splitlines()[0]
    assert "Traceback" not in result.output


def test_a_report_folder_that_cannot_be_written_is_one_line_before_any_work(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    result = run("audit", "--output", tmp_path / "file" / "reports")
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert str(tmp_path) in line
    assert "--output" in line


# --- formats -----------------------------------------------------------------------------------------------------


def test_json_is_the_published_findings(run: Run, document: Path) -> None:
    result = run("check", document, "--format", "json")
    payload = json.loads(result.stdout)
    assert payload["schema"] == "gouji.findings/1"
    assert [d["path"] for d in payload["documents"]] == [str(document)]


def test_csv_has_one_row_per_finding_and_no_formula(run: Run, came_out: Callable[[FakeAudit], None]) -> None:
    came_out(FakeAudit(("error", "warning")))
    text = run("check", "x", "--format", "csv").stdout
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [(row["id"], row["title"], row["message"]) for row in rows] == [
        ("f0", "'=题", "甲\n乙"),
        ("f1", "'=题", "甲\n乙"),
    ]


def test_text_tells_errors_first_and_ends_with_totals(run: Run, came_out: Callable[[FakeAudit], None]) -> None:
    came_out(FakeAudit(("info", "error")))
    lines = run("check", "x").stdout.splitlines()
    assert lines[0] == "错误 · =题"
    assert lines[-1].startswith("文件 1 份，数字 2 个：核实")
    assert "错误 1，疑点 0，提示 1" in lines[-1]


@pytest.mark.parametrize(
    ("statuses", "first", "said"),
    [
        (("read", "unreadable"), "未审核 1 份：", "审核了的 1 份文件没有发现。"),
        (("unreadable",), "未审核 1 份：", "没有审核任何文件，有没有问题无从得知。"),
        (("not audited",), "没有作为公开文本审核的文件 1 个：", "没有审核任何文件，有没有问题无从得知。"),
        (("read", "second form"), "同一份文件的另一种形式 1 份，没有另审：", "没有发现。"),
        (("partly read",), "部分读取或另有说明 1 份：", "没有发现。"),
        (("read",), "没有发现。", "没有发现。"),
    ],
)
def test_what_was_not_audited_comes_first_and_nothing_found_is_said_of_the_rest_only(
    run: Run, came_out: Callable[[FakeAudit], None], statuses: tuple[str, ...], first: str, said: str
) -> None:
    came_out(FakeAudit((), statuses))
    lines = run("check", "x").stdout.splitlines()
    assert lines[0] == first
    assert said in lines
    assert [line for line in lines if "没有发现" in line or "没有审核任何" in line] == [said]
    problems = {_PROBLEMS[status] for status in statuses} - {""}
    assert {line.partition("：")[2] for line in lines if line.startswith("  ")} == problems


def test_hundreds_of_files_that_are_no_documents_are_counted(run: Run, came_out: Callable[[FakeAudit], None]) -> None:
    came_out(FakeAudit((), ("read", *["not audited"] * 300)))
    stdout = run("check", "x").stdout
    assert "没有作为公开文本审核的文件 300 个：" in stdout
    assert stdout.count("是图片") == 20
    assert "另有 280 个，见 findings.json" in stdout


def test_findings_json_names_what_was_not_audited_first(run: Run, document: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_bytes(b"")
    documents = json.loads(run("check", document, empty, "--format", "json").stdout)["documents"]
    assert [d["path"] for d in documents] == [str(empty), str(document)]


@pytest.mark.parametrize("wrong", ["没有.docx", "folder"])
def test_a_mistyped_path_ends_an_audit_before_anything_starts(
    run: Run, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("GOUJI_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("flows.schedule.local_server.with_or_without_server", None)
    result = run("audit", tmp_path / wrong, document, "--output", tmp_path / "reports")
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert str(tmp_path / wrong) in line
    assert "请" in line
    assert not (tmp_path / "state").exists()
    assert not (tmp_path / "reports").exists()


def test_a_mistyped_path_is_told_without_importing_what_an_audit_needs(tmp_path: Path) -> None:
    program = (
        "import sys; sys.argv = ['gouji', 'audit', 'no.docx']\n"
        "from flows.cli.app import main\n"
        "try: main()\n"
        "except SystemExit as ended: print(ended.code, sorted({'prefect', 'pandas', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2 []"


def test_english_text_has_no_chinese_of_ours(run: Run, came_out: Callable[[FakeAudit], None]) -> None:
    came_out(FakeAudit(("error",)))
    text = run("check", "x", "--lang", "en").stdout
    assert re.search(r"[\u3000-\u9fff\uff00-\uffef]", text) is None
    assert "1 documents, 2 numerals" in text


def test_output_file_holds_what_would_be_printed(run: Run, document: Path, tmp_path: Path) -> None:
    target = tmp_path / "报告.txt"
    run("check", document, "--output", target)
    assert target.read_text(encoding="utf-8") == run("check", document).stdout


def test_figures_has_a_row_for_every_numeral_of_the_document(run: Run, document: Path, tmp_path: Path) -> None:
    target = tmp_path / "figures.csv"
    assert run("figures", document, "--output", target).exit_code == 0
    with target.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert tuple(rows[0]) == FIGURE_COLUMNS
    [report] = json.loads(run("check", document, "--format", "json").stdout)["documents"]
    assert len(rows) == report["numerals"]
    assert json.loads(run("figures", document, "--format", "json").stdout) == rows


def test_figures_parquet_holds_the_same_numerals(run: Run, document: Path, tmp_path: Path) -> None:
    import pandas as pd

    target = tmp_path / "figures.parquet"
    assert run("figures", document, "--format", "parquet", "--output", target).exit_code == 0
    rows = json.loads(run("figures", document, "--format", "json").stdout)
    assert len(pd.read_parquet(target)) == len(rows)


# --- rules -------------------------------------------------------------------------------------------------------


def test_rules_are_listed_shown_and_tested(run: Run) -> None:
    lines = run("rules", "list").stdout.splitlines()
    assert lines
    identity = lines[0].split("\t")[0]
    shown = run("rules", "show", identity)
    assert shown.exit_code == 0
    assert shown.stdout.startswith(identity)
    assert "依据：" in shown.stdout
    tested = run("rules", "test")
    assert tested.exit_code == 0, tested.stdout
    assert "不符 0 个" in tested.stdout


def test_an_unknown_rule_is_one_line_that_names_the_list(run: Run) -> None:
    result = run("rules", "show", "no-such-rule")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == ["gouji: no-such-rule：没有这个编号的勾稽关系；gouji rules list"]


def test_a_case_that_comes_out_otherwise_ends_with_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CaseResult("r", "c", "holds", "broken", passed=False)
    monkeypatch.setattr("checks.rule_cases.run_cases", lambda *_, **__: [case])
    result = run("rules", "test")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "不符 r · c：应为 holds，得到 broken"


# --- start-up ----------------------------------------------------------------------------------------------------


def test_check_and_figures_load_no_heavy_package(document: Path) -> None:
    script = (
        "import sys; from flows.cli.app import app\n"
        "for command in (['check'], ['figures']):\n"
        "    app([*command, sys.argv[1]], standalone_mode=False)\n"
        "heavy = {'prefect', 'great_expectations', 'pandera', 'pandas', 'scipy', 'sqlalchemy', 'apprise', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, document], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_installed_command_speaks_utf8_where_the_terminal_does_not(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli.app", "check", tmp_path / "没有.txt"],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )
    assert done.returncode == 2
    assert "没有.txt" in done.stderr.decode("utf-8")


def test_output_goes_through_links_and_into_pipes_and_replaces_neither(
    run: Run, document: Path, tmp_path: Path
) -> None:
    target, link, pipe = tmp_path / "真.txt", tmp_path / "链接.txt", tmp_path / "管道"
    target.write_text("旧", encoding="utf-8")
    link.symlink_to(target)
    run("check", document, "--output", link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == run("check", document).stdout
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        run("rules", "list")
        run("check", tmp_path / "没有.txt", "--output", pipe)
        assert "没有.txt" in os.read(reader, 65536).decode()
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_full_disk_behind_standard_output_is_no_fault_of_the_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.cli.app", "check", str(tmp_path / "no.txt")]
    environment = {**os.environ, "GOUJI_STATE": str(tmp_path / "state"), "PYTHONUNBUFFERED": "1"}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "写不进去" in done.stderr
    assert "内部故障" not in done.stderr
