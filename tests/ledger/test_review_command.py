"""``gouji review`` and the way back from the filled-in working paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from flows.cli.app import app
from flows.ledger.connecting import Ledger
from flows.ledger.deciding import Opinion, decide, known_findings
from flows.ledger.lives import Decision, Review
from flows.ledger.recording import begin_run, record_run
from flows.payload import FindingRecord
from flows.report.workbook import Reviewed, WorkbookData, write_workbook
from flows.report.workbook_columns import FINDINGS_SHEET
from tests.ledger.payloads import DOCUMENT, UNIT, finding, payload


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The ledger that the command line finds, with two findings in it."""
    monkeypatch.setenv("GOUJI_STATE", str(tmp_path))
    monkeypatch.setenv("GOUJI_REVIEWER", "张三")
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    see(ledger, finding("a1f0"), finding("b2f0", severity="warning"))
    return ledger


def see(ledger: Ledger, *findings: FindingRecord) -> None:
    record_run(ledger, begin_run(ledger), payload(*findings), names={DOCUMENT: UNIT})


def gouji(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def reviews(ledger: Ledger) -> dict[str, Review]:
    return {known.id: known.review for known in known_findings(ledger)}


def test_a_decision_is_kept_with_who_when_and_why(ledger: Ledger) -> None:
    assert gouji("review", "dismiss", "a1", "--why", "口径不同").exit_code == 0
    assert reviews(ledger) == {"a1f0": Review.DISMISSED, "b2f0": Review.OPEN}
    shown = gouji("review", "show", "a1f0").stdout
    assert "张三：误报 口径不同" in shown
    assert "初见于第 1 次运行" in shown


def test_the_list_can_be_narrowed_to_what_is_open_and_to_a_unit(ledger: Ledger) -> None:
    decide(ledger, Opinion("a1f0", Decision.CONFIRM, "李四"))
    assert gouji("review", "list", "--review", "open").stdout.splitlines()[-1] == "共 1 项。"
    assert gouji("review", "list", "--unit", "科学技术").stdout.splitlines()[-1] == "共 2 项。"
    assert gouji("review", "list", "--unit", "别的局").stdout == "共 0 项。\n"


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["dismiss", "a1"], "理由"),
        (["confirm", "zz"], "没有编号以"),
        (["confirm", ""], "没有编号以"),
        (["import", "nosuch.xlsx"], "读不到"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_code_two(arguments: list[str], complaint: str) -> None:
    result = gouji("review", *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


def filled(ledger: Ledger, path: Path, *rows: tuple[str, str, str]) -> Path:
    """The working paper of the present findings with 复核结论, 复核人, 理由 filled in, row by row."""
    known = known_findings(ledger)
    contents = payload(*(item.record for item in known))
    contents["unchecked"] = []
    contents["documents"] = []
    last = {item.id: Reviewed(last_decision=item.decisions[-1].number) for item in known if item.decisions}
    write_workbook(WorkbookData(contents, [], [], reviews=last), path)
    book = load_workbook(path)
    sheet = book[FINDINGS_SHEET]
    heading = [cell.value for cell in sheet[1]]
    first = heading.index("复核结论") + 1
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate(row, start=first):
            sheet.cell(number, column).value = text or None
    book.save(path)
    return path


def test_a_filled_in_working_paper_comes_back_once(ledger: Ledger, tmp_path: Path) -> None:
    path = filled(ledger, tmp_path / "底稿.xlsx", ("误报", "李四", "口径不同"), ("", "", ""))
    assert gouji("review", "import", str(path)).stdout == "导入 1 项，已有 0 项，未导入 0 项。\n"
    assert reviews(ledger) == {"a1f0": Review.DISMISSED, "b2f0": Review.OPEN}
    assert gouji("review", "import", str(path)).stdout == "导入 0 项，已有 1 项，未导入 0 项。\n"


def test_a_row_on_which_somebody_else_decided_since_is_refused_and_the_others_are_taken(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = filled(ledger, tmp_path / "底稿.xlsx", ("误报", "李四", "口径不同"), ("属实", "李四", ""))
    decide(ledger, Opinion("a1f0", Decision.CONFIRM, "王五"))
    result = gouji("review", "import", str(path))
    assert result.exit_code == 2
    assert "第 2 行" in result.stderr
    assert "王五" in result.stderr
    assert reviews(ledger) == {"a1f0": Review.CONFIRMED, "b2f0": Review.CONFIRMED}


def test_a_row_whose_figures_changed_since_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    path = filled(ledger, tmp_path / "底稿.xlsx", ("属实", "李四", ""))
    see(ledger, finding("a1f0", "p2"))
    result = gouji("review", "import", str(path))
    assert "数字已变" in result.stderr
    assert reviews(ledger)["a1f0"] is Review.OPEN


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (("不知道", "李四", ""), "不认识"),
        (("误报", "李四", ""), "理由"),
        (("属实", "", ""), "复核人"),
        (("", "李四", "想一想"), "没有写复核结论"),
    ],
)
def test_a_row_filled_in_wrongly_is_named_with_its_number(
    ledger: Ledger, tmp_path: Path, row: tuple[str, str, str], complaint: str
) -> None:
    result = gouji("review", "import", str(filled(ledger, tmp_path / "底稿.xlsx", row)))
    assert result.exit_code == 2
    assert f"{FINDINGS_SHEET} 第 2 行" in result.stderr
    assert complaint in result.stderr
    assert reviews(ledger)["a1f0"] is Review.OPEN


def test_another_file_than_the_working_paper_is_refused_with_the_remedy(ledger: Ledger, tmp_path: Path) -> None:
    text = tmp_path / "底稿.xlsx"
    text.write_text("no workbook", encoding="utf-8")
    assert "不是 xlsx 文件" in gouji("review", "import", str(text)).stderr
    path = filled(ledger, tmp_path / "缺列.xlsx")
    book = load_workbook(path)
    book[FINDINGS_SHEET]["A1"].value = "别的"
    sheet = book[FINDINGS_SHEET]
    sheet.delete_cols([cell.value for cell in sheet[1]].index("指纹") + 1)
    book.save(path)
    assert "缺少列 指纹" in gouji("review", "import", str(path)).stderr
