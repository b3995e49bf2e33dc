"""The roster of units: what it may say, how bad rows are told, and what it asks of the documents."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from checks.audit import Audit, Options, audit
from checks.model import Severity, Status
from checks.results.schemas import validate_roster
from datasets.errors import InputError
from datasets.model import Kind
from datasets.roster import ROSTER_COLUMNS, RosterError, load_roster, read_rows
from flows.cli.app import app
from tests.unit.building import document, of_rule

HEADER = "entity,parent,exempt,approved_on,published_on"
TEXT = "\n九、财政拨款“三公”经费支出决算情况说明\n\n公务接待费支出0.37万元。\n"


def roster(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "units.csv"
    path.write_bytes("\n".join((header, *rows, "")).encode(encoding))
    return path


def audited(folder: Path, *rows: str, header: str = HEADER, years: tuple[int, int] | None = None) -> Audit:
    units = load_roster(roster(folder, *rows, header=header))
    return audit([document(folder, TEXT)], options=Options(years=years, roster=units))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_roster_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    path = roster(
        tmp_path,
        "甲县丙站（本级）,甲县乙局,是,2024/3/1,2024年3月9日",
        header="单位名称,主管部门,是否涉密,批复时间,公开时间",
        encoding=encoding,
    )
    [entry] = load_roster(path).entries
    assert (entry.entity, entry.parent, entry.exempt, entry.is_head_office) == ("甲县丙站", "甲县乙局", True, True)
    assert (entry.approved_on, entry.published_on) == (date(2024, 3, 1), date(2024, 3, 9))
    assert entry.row.line == 2


def test_a_row_may_be_about_one_document(tmp_path: Path) -> None:
    path = roster(tmp_path, "甲县乙局,,否,,,预算,2024年度", header=f"{HEADER},文件,年度")
    [entry] = load_roster(path).entries
    assert (entry.kind, entry.fiscal_year) == (Kind.BUDGET, 2024)


def test_all_bad_rows_are_named_with_line_and_remedy(tmp_path: Path) -> None:
    path = roster(
        tmp_path, "甲县乙局,,也许,2024-13-01,", "", ",,否,,", '"甲县\n丁局",,否,,', "甲县己局,,否,,", "甲县己局,,否,,"
    )
    with pytest.raises(RosterError) as caught:
        load_roster(path)
    message = str(caught.value)
    assert message.startswith(f"{path}：第 2 行的 exempt 应为 是 或 否，写的是 '也许'")
    assert "第 2 行的 approved_on 不是日期：'2024-13-01'，应写成 2024-03-01" in message
    assert "第 4 行没有单位名称（entity）" in message
    assert "第 8 行与第 7 行重复（甲县己局）" in message
    assert message.endswith("请改正后再试；列名和写法见 docs/roster.md")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "第 1 行没有列 entity、parent、exempt、approved_on、published_on；第一行请写"),
        ("entity,parent\n甲县乙局,\n", "第 1 行没有列 exempt、approved_on、published_on"),
        (f"{HEADER}\n", "没有任何单位"),
    ],
)
def test_a_roster_without_columns_or_rows_is_refused(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RosterError, match=words):
        load_roster(path)


def test_a_missing_file_and_a_file_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="请检查 --roster 的路径"):
        load_roster(tmp_path / "没有.csv")
    path = tmp_path / "units.xlsx"
    path.write_bytes(b"PK\0\0")
    with pytest.raises(InputError):
        load_roster(path)


def test_a_unit_that_published_nothing_is_a_warning_that_points_at_its_row(tmp_path: Path) -> None:
    result = audited(tmp_path, "甲县乙局,,否,,", "甲县丙站,甲县乙局,否,,", "甲县丁队,甲县乙局,是,,")
    [finding] = of_rule(result.findings, "roster-completeness")
    assert (finding.severity, finding.status) == (Severity.WARNING, Status.BROKEN)
    assert "甲县丙站2024年部门决算" in finding.message
    [evidence] = finding.evidence
    assert (Path(evidence.document).name, evidence.printed) == ("units.csv", "甲县丙站")
    assert evidence.place is not None
    assert evidence.place.line == 3
    row = (tmp_path / "units.csv").read_text(encoding="utf-8")[evidence.place.start : evidence.place.end]
    assert row == "甲县丙站,甲县乙局,否,,"


def test_a_document_that_is_known_to_be_published_was_only_not_supplied(tmp_path: Path) -> None:
    rows = "甲县丙站,,否,2025-08-01,2025-08-09,决算,2024"
    [finding] = of_rule(audited(tmp_path, rows, header=f"{HEADER},kind,fiscal_year").findings, "roster-completeness")
    assert finding.severity is Severity.INFO
    assert "已于 2025-08-09 公开，但没有提供文件" in finding.message


def test_the_department_does_not_stand_for_its_head_office(tmp_path: Path) -> None:
    result = audited(tmp_path, "甲县乙局,,否,,", "甲县乙局（本级）,甲县乙局,否,,")
    [finding] = of_rule(result.findings, "roster-completeness")
    assert finding.evidence[0].printed == "甲县乙局（本级）"


def test_years_that_are_not_audited_are_not_asked_for(tmp_path: Path) -> None:
    row = "甲县丙站,,否,2025-01-01,2025-03-01,决算,2023"
    result = audited(tmp_path, row, header=f"{HEADER},kind,fiscal_year", years=(2024, 2024))
    assert result.findings == ()


@pytest.mark.parametrize(
    ("published", "severity"),
    [("2025-01-30", None), ("2025-02-19", None), ("2025-02-20", Severity.ERROR), ("2025-01-29", Severity.WARNING)],
)
def test_twenty_days_run_from_the_approval(tmp_path: Path, published: str, severity: Severity | None) -> None:
    result = audited(tmp_path, f"甲县乙局,,否,2025-01-30,{published}")
    found = of_rule(result.findings, "publication-within-twenty-days")
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_findings_of_a_roster_do_not_depend_on_where_it_lies(tmp_path: Path) -> None:
    ids = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        ids.append([finding.id for finding in audited(folder, "甲县乙局,,否,,", "甲县丙站,,否,,").findings])
    assert ids[0] == ids[1] != []


def test_the_schema_refuses_what_the_reader_refuses(tmp_path: Path) -> None:
    path = roster(tmp_path, "甲县乙局,,也许,2024-13-01,", ",,否,,", "甲县丁局,,否,2024-03-01,")
    rows = [{"line": f"第 {row.line} 行", **row.cells} for row in read_rows(path)]
    frame = pd.DataFrame(rows, columns=["line", *ROSTER_COLUMNS], dtype=object).fillna("")
    problems = {(problem.column, problem.check): problem.ids for problem in validate_roster(frame)}
    assert problems == {
        ("exempt", "yes_or_no"): ("第 2 行",),
        ("approved_on", "calendar_date"): ("第 2 行",),
        ("entity", "filled"): ("第 3 行",),
    }
    good = frame[frame["line"] == "第 4 行"]
    assert validate_roster(good) == ()


def test_check_takes_a_roster_and_refuses_a_bad_one_in_one_line(tmp_path: Path) -> None:
    paper = document(tmp_path, TEXT)
    late = roster(tmp_path, "甲县乙局,,否,2025-01-30,2025-03-20")
    found = CliRunner().invoke(app, ["check", str(paper), "--roster", str(late)])
    assert found.exit_code == 1
    assert "相隔 49 天" in found.stdout
    refused = CliRunner().invoke(app, ["check", str(paper), "--roster", str(roster(tmp_path, ",,否,,"))])
    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1
    assert "第 2 行没有单位名称" in refused.stderr
