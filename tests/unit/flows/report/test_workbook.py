"""The working paper and the problem lists: what people work in, inert whatever a document says."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from flows.report.problem_list import write_problem_lists
from flows.report.workbook import Reviewed, WorkbookData, write_workbook
from tests.ledger.payloads import DOCUMENT, UNIT, document, finding, payload

FIGURE = {"figure_id": "x-1", "document": DOCUMENT, "printed": "120.60", "role": "level", "verdict": "contradicted"}
UNREAD = FIGURE | {"figure_id": "x-2", "printed": "7", "role": "unread", "verdict": "unverified"}


def data(**changes: object) -> WorkbookData:
    contents = payload(finding(), finding("f2", severity="warning"), documents=(document(),))
    contents["documents"][0] |= {"numerals": 2, "bound": 1, "recognised": 0, "unread": 1}
    contents["unchecked"] = [{"rule": "r", "reason": "缺少表格", "documents": [DOCUMENT]}]
    values = {
        "payload": contents,
        "figures": [FIGURE, UNREAD],
        "verdicts": [{"relation": "r", "outcome": "broken"}],
        "units": {DOCUMENT: UNIT},
        "finding_link": lambda number: f"site/findings/{number}.html",
        "figure_link": lambda identity: f"site/documents/d.html#{identity}",
    }
    return WorkbookData(**(values | changes))  # type: ignore[arg-type]


def sheets(path: Path) -> dict[str, list[dict[str, object]]]:
    found = {}
    for sheet in load_workbook(path):
        heading, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(heading, row, strict=True)) for row in rows]
    return found


def test_each_finding_has_unit_year_place_and_columns_to_fill_in(tmp_path: Path) -> None:
    write_workbook(data(reviews={"f2": Reviewed("误报（张三）", 7)}), tmp_path / "w.xlsx")
    first, second = sheets(tmp_path / "w.xlsx")["发现"]
    assert (first["级别"], first["单位"], first["年度"], first["原文"]) == ("错误", UNIT, 2024, "120.60")
    assert (first["复核结论"], first["复核人"], first["理由"], first["结论序号"]) == (None, None, None, "0")
    assert (second["复核状态"], second["结论序号"]) == ("误报（张三）", "7")


def test_titles_and_numbers_lead_to_the_site(tmp_path: Path) -> None:
    write_workbook(data(), tmp_path / "w.xlsx")
    book = load_workbook(tmp_path / "w.xlsx")
    assert book["发现"]["F3"].hyperlink.target == "site/findings/1.html"
    assert book["数字"]["C2"].hyperlink.target == "site/documents/d.html#x-1"


def test_coverage_counts_what_was_verified_and_unread_numerals_are_listed(tmp_path: Path) -> None:
    write_workbook(data(), tmp_path / "w.xlsx")
    found = sheets(tmp_path / "w.xlsx")
    [row] = found["覆盖"]
    assert (row["数字"], row["未识读"], row["有矛盾"], row["未核实"]) == (2, 1, 1, 1)
    assert [unread["数字编号"] for unread in found["未识读"]] == ["x-2"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd", "@SUM(A1)", "=HYPERLINK(A1)"])
def test_no_cell_is_a_formula_whatever_a_document_says(tmp_path: Path, text: str) -> None:
    hostile = data(figures=[FIGURE | {"printed": text}])
    hostile.payload["findings"][0]["title"] = text
    write_workbook(hostile, tmp_path / "w.xlsx")
    for sheet in load_workbook(tmp_path / "w.xlsx"):
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert sheets(tmp_path / "w.xlsx")["发现"][0]["问题"] == text


def test_control_characters_and_endless_text_do_not_spoil_the_file(tmp_path: Path) -> None:
    hostile = data()
    hostile.payload["findings"][0]["message"] = "\x00\x0b\ufffe" + "长" * 100_000
    write_workbook(hostile, tmp_path / "w.xlsx")
    text = sheets(tmp_path / "w.xlsx")["发现"][0]["说明"]
    assert isinstance(text, str)
    assert 30_000 < len(text) <= 32_767


def test_a_problem_list_names_the_unit_the_documents_and_each_loud_finding(tmp_path: Path) -> None:
    contents = payload(finding(), finding("f2", severity="warning"), finding("f3", severity="info"), finding("f4"))
    [path] = write_problem_lists(contents, tmp_path, units={DOCUMENT: UNIT}, set_aside=frozenset({"f4"}))
    assert path.name == f"{UNIT}问题清单.docx"
    word = Document(str(path))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert f"单位：{UNIT}" in text
    assert "共 2 项，其中错误 1 项、疑点 1 项。另有 1 项经复核" in text
    rows = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    assert rows[1][0] == "昌吉州2024决算.txt"
    assert [row[:2] for row in rows[2:]] == [["1", "错误"], ["2", "疑点"]]
    assert rows[2][3:] == [
        "120.60",
        "三公经费合计不等于分项之和：印作 120.60 万元，应为 120.50 万元，相差 0.10 万元。",
        "120.50万元",
    ]


def test_a_unit_without_loud_findings_gets_no_list(tmp_path: Path) -> None:
    assert write_problem_lists(payload(finding(severity="info")), tmp_path / "x", units={}, set_aside=frozenset()) == ()
    assert not (tmp_path / "x").exists()


def test_a_unit_with_a_name_no_file_can_have_still_gets_its_list(tmp_path: Path) -> None:
    [path] = write_problem_lists(
        payload(finding()), tmp_path, units={DOCUMENT: '../甲/乙:*?"<>|'}, set_aside=frozenset()
    )
    assert path.parent == tmp_path
    assert path.is_file()
