"""From paths to readings: every problem is data that names its file; of one document only one version is audited."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from checks.audit import Audit, Options, audit
from checks.documents.folders import expand
from checks.documents.ingesting import ingest
from checks.documents.versions import settle_versions
from datasets.facsimile import DocumentData, document_bytes
from datasets.identity.catalog import CatalogDocument
from tests.pdf_writer import Sheet, pdf
from tests.unit.building import document
from tests.variants import xlsx_bytes

TEXT = """
九、财政拨款“三公”经费支出决算情况说明

2024年度财政拨款“三公”经费支出{total}万元，其中：因公出国（境）费支出0.00万元；公务用车购置及运行维护费支出4.30万元；\
公务接待费支出0.90万元。
"""


def paper(folder: Path, total: str = "5.20", name: str = "", signed: str = "", year: int = 2024) -> Path:
    text = TEXT.format(total=total) + (f"\n{signed}\n" if signed else "")
    return document(folder, text, name=name, year=year)


def statuses(result: Audit) -> dict[str, tuple[str, str]]:
    return {Path(report.path).name: (report.status, report.problem) for report in result.documents}


def problem_of(path: Path) -> str:
    [item] = ingest([path])
    assert item.reading is None
    assert item.report.status == "unreadable"
    assert item.report.path == str(path)
    assert item.report.numerals == 0
    return item.report.problem


def test_a_readable_document_is_reported_with_its_identity_and_its_numerals(tmp_path: Path) -> None:
    [item] = ingest([paper(tmp_path)])
    report = item.report
    assert (report.status, report.problem, report.kind, report.fiscal_year) == ("read", "", "final_accounts", 2024)
    assert report.entity_name == "甲县乙局"
    assert report.id == f"{report.key}@{report.sha256[:8]}"
    assert report.numerals == report.bound + report.recognised + report.unread > 4


def test_a_missing_path_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    assert "；" in problem_of(tmp_path / "没有.txt")


def test_an_empty_file_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "空.txt"
    path.write_bytes(b"")
    assert "空" in problem_of(path)


@pytest.mark.parametrize("name", ["图片.png", "表格.csv", "程序.exe"])
def test_a_file_of_another_kind_is_a_problem(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert problem_of(path)


def test_a_text_that_is_no_budget_and_no_final_accounts_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "通知.txt"
    path.write_text("关于召开2024年工作会议的通知\n\n会议定于2024年3月1日召开，参会50人。\n", encoding="utf-8")
    assert problem_of(path)


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "空文件夹").mkdir()
    assert problem_of(tmp_path / "空文件夹")


def test_a_problem_leaves_the_other_documents_audited(tmp_path: Path) -> None:
    result = audit([paper(tmp_path, "5.70"), tmp_path / "没有.txt"])
    assert [report.status for report in result.documents] == ["read", "unreadable"]
    assert [report.path for report in result.unusable] == [str(tmp_path / "没有.txt")]
    assert [finding.rule for finding in result.findings] == ["three-public-total", "document-unreadable"]


def test_a_folder_stands_for_the_documents_inside_it(tmp_path: Path) -> None:
    inside = tmp_path / "2024"
    inside.mkdir()
    found = [paper(tmp_path, name="乙.txt"), paper(inside, name="甲.TXT")]
    for name in ("说明.md", ".隐藏.txt", "~$甲.docx"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert set(expand([tmp_path]).documents) == set(found)


#: Every file of a folder with what becomes of it; only what programs hide for themselves is passed over.
FOLDER = {
    "预算.txt": ("read", ""),
    "空.docm": ("unreadable", "文件是空的"),
    "空.xlsm": ("unreadable", "文件是空的"),
    "附件.rar": ("unreadable", "是 RAR 压缩包"),
    "附件.7z": ("unreadable", "是 7z 压缩包"),
    "名单.csv": ("not audited", "不是部门预算"),
    "无后缀": ("not audited", "不是部门预算"),
    "扫描.JPG": ("not audited", "是图片"),
    "说明.md": ("not audited", "后缀 .md 不是公开文本的格式"),
    "程序.py": ("not audited", "后缀 .py 不是公开文本的格式"),
    "~$预算.docx": ("not audited", "临时文件"),
    "导出.csv": ("not audited", "是勾稽自己的报告"),
    "findings.json": ("not audited", "是勾稽自己的报告"),
    ".隐藏.docx": ("not audited", "是隐藏文件"),
}
CONTENT = {
    "附件.rar": b"Rar!\x1a\x07\x00",
    "附件.7z": b"7z\xbc\xaf\x27\x1c\0\x04",
    "导出.csv": b"\xef\xbb\xbffigure_id,document\n",
}


def test_every_file_of_a_folder_is_read_or_named_with_the_reason(tmp_path: Path) -> None:
    for name in FOLDER:
        if name == "findings.json":
            (tmp_path / "reports" / "site").mkdir(parents=True)
            for inner in ("findings.json", "figures.csv", "workbook.xlsx", "site/index.html"):
                (tmp_path / "reports" / inner).write_text("部门预算", encoding="utf-8")
        elif name == "预算.txt":
            paper(tmp_path, "5.70", name=name)
        elif name.startswith("空"):
            (tmp_path / name).write_bytes(b"")
        else:
            (tmp_path / name).write_bytes(CONTENT.get(name, "甲、乙\n".encode()))
    (tmp_path / ".隐藏").write_text("x", encoding="utf-8")
    result = audit([tmp_path])
    told = {Path(report.path).name: (str(report.status), report.problem) for report in result.documents}
    assert told.keys() == FOLDER.keys()
    for name, (status, words) in FOLDER.items():
        assert told[name][0] == status, name
        assert words in told[name][1], name


def test_a_document_under_a_strange_name_is_read_out_of_a_folder(tmp_path: Path) -> None:
    paper(tmp_path, "5.70", name="预算")
    with zipfile.ZipFile(tmp_path / "预算.zip.bak", "w") as package:
        package.writestr("丙.txt", (tmp_path / "预算").read_text(encoding="utf-8").replace("甲县", "丙县"))
    assert {Path(d.path).name: str(d.status) for d in audit([tmp_path]).documents} == {
        "预算": "read",
        "预算.zip.bak": "read",
    }


def test_a_file_that_is_named_is_unusable_where_one_that_is_found_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert [str(d.status) for d in audit([path]).documents] == ["unreadable"]
    assert [str(d.status) for d in audit([tmp_path]).documents] == ["not audited"]
    assert [str(d.status) for d in audit([tmp_path, path]).documents] == ["unreadable"]


TITLE = "甲县乙局2024年部门预算公开"


def word(folder: Path, *texts: str) -> Path:
    """A Word file of paragraphs."""
    path = folder / "公开.docx"
    data: DocumentData = {"title": TITLE, "blocks": [{"paragraph": text} for text in (TITLE, *texts)]}
    path.write_bytes(document_bytes(data))
    return path


def page(folder: Path, *texts: str) -> Path:
    """A PDF of the same paragraphs."""
    path = folder / "公开.pdf"
    sheet = Sheet()
    for number, text in enumerate((TITLE, *texts)):
        sheet.text(72, 60 + 20 * number, text)
    path.write_bytes(pdf(sheet))
    return path


ITEMS = [f"第{number}项支出预算{number}.25万元。" for number in range(1, 25)]


def test_the_same_document_in_two_forms_is_audited_once_and_both_are_named(tmp_path: Path) -> None:
    first = word(tmp_path, "支出总计5.70万元。", *ITEMS)
    page(tmp_path, "支出总计5.70万元。", *ITEMS)
    result = audit([tmp_path])
    told = {Path(d.path).name: (str(d.status), d.problem) for d in result.documents}
    assert told["公开.docx"] == ("read", "")
    assert told["公开.pdf"] == ("second form", f"是甲县乙局2024年部门预算的另一种形式，已审 {first}；两份的数字相同")
    assert {figure.document for figure in result.figures} == {str(first)}
    assert result.unusable == ()


@pytest.mark.parametrize(
    "other",
    [
        "支出总计6.70万元。",
        "支出总计5.70元。",
        "支出总计5.70万元，另有900万元。",
    ],
)
def test_a_form_that_says_other_figures_has_not_been_audited(tmp_path: Path, other: str) -> None:
    first = word(tmp_path, "支出总计5.70万元。", *ITEMS)
    second = page(tmp_path, other, *ITEMS)
    result = audit([tmp_path])
    [report] = result.unusable
    assert report.path == str(second)
    assert f"但与已审的 {first} 有 " in report.problem
    assert "请核对哪份有效" in report.problem
    assert {figure.document for figure in result.figures} == {str(first)}


def test_a_page_that_only_leads_to_the_document_is_no_version_of_it(tmp_path: Path) -> None:
    word(tmp_path, *ITEMS)
    (tmp_path / "网页.txt").write_text(f"{TITLE}\n详见附件。\n", encoding="utf-8")
    told = {Path(d.path).name: (str(d.status), d.problem) for d in audit([tmp_path]).documents}
    assert told["公开.docx"] == ("read", "")
    assert told["网页.txt"] == ("not audited", "里面没有可以核对的数字，同一单位同一年的另一份有")


def test_an_archive_beside_its_own_files_and_a_copy_saved_anew_are_audited_once(tmp_path: Path) -> None:
    first = paper(tmp_path, "5.70", name="甲.txt")
    (tmp_path / "另存.txt").write_text(first.read_text(encoding="utf-8").replace("\n", " \n"), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "全部.zip", "w") as package:
        package.write(first, "甲.txt")
    result = audit([tmp_path])
    assert result.unusable == ()
    assert len({figure.document for figure in result.figures}) == 1
    assert len({d.id for d in result.documents}) == len(result.documents)


def test_a_report_written_into_the_folder_of_the_documents_hides_none_of_them(tmp_path: Path) -> None:
    paper(tmp_path, "5.70", name="甲.txt")
    (tmp_path / "site").mkdir()
    for inner in ("findings.json", "figures.csv", "workbook.xlsx", "site/index.html"):
        (tmp_path / inner).write_text("部门预算", encoding="utf-8")
    told = {Path(d.path).name: str(d.status) for d in audit([tmp_path]).documents}
    assert told == {"甲.txt": "read", "findings.json": "not audited"}


def test_documents_of_other_years_than_asked_for_are_named(tmp_path: Path) -> None:
    paper(tmp_path, "5.70", name="甲.txt")
    [report] = audit([tmp_path], options=Options(years=(2030, 2030))).documents
    assert (str(report.status), report.problem) == ("not audited", "是 2024 年的文件，不在所选的年度之内")


def test_text_and_tables_apart_are_no_two_forms(tmp_path: Path) -> None:
    first = word(tmp_path, *ITEMS)
    rows = [["项目", "预算数"], *([f"项目{number}", f"{number}.75"] for number in range(20, 40))]
    book = tmp_path / "附表.xlsx"
    book.write_bytes(xlsx_bytes([([TITLE, "部门收支总体情况表", "单位：万元"], rows)]))
    assert {d.path for d in audit([tmp_path]).unusable} == {str(first), str(book)}


def test_a_path_named_twice_is_read_once(tmp_path: Path) -> None:
    path = paper(tmp_path)
    assert list(expand([path, tmp_path, path.parent / "." / path.name]).documents) == [path]


def test_a_file_that_is_named_is_tried_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "无后缀"
    path.write_text("x", encoding="utf-8")
    assert list(expand([path]).documents) == [path]


def test_identical_bytes_are_audited_once(tmp_path: Path) -> None:
    first, again = paper(tmp_path, "5.70", name="甲.txt"), paper(tmp_path, "5.70", name="甲的副本.txt")
    result = audit([first, again])
    assert statuses(result) == {
        "甲.txt": ("read", ""),
        "甲的副本.txt": ("read", f"与 {first} 内容完全相同，只审一次"),
    }
    assert len(result.findings) == 1
    assert {figure.document for figure in result.figures} == {str(first)}


def test_two_documents_of_one_identity_are_both_named_and_left_out_while_the_others_are_audited(tmp_path: Path) -> None:
    one, two = paper(tmp_path, "5.70", name="甲.txt"), paper(tmp_path, "5.80", name="乙.txt")
    other = paper(tmp_path, "5.90", name="上年.txt", year=2023)
    result = audit([one, two, other])
    assert [report.path for report in result.unusable] == [str(one), str(two)]
    for report in result.unusable:
        assert f"有2份不同的文件都是甲县乙局2024年部门决算（{one}、{two}），无法判断哪份最新" in report.problem
        assert "请只留一份" in report.problem
    assert {figure.document for figure in result.figures} == {str(other)}
    assert [finding.stated for finding in result.findings] == ["5.9", "", ""]


def test_a_file_name_does_not_decide_what_is_usable(tmp_path: Path) -> None:
    one, two = paper(tmp_path, "5.70", name="旧版本.txt"), paper(tmp_path, "5.80", name="只审一次.txt")
    assert len(audit([one, two]).unusable) == 2


def test_of_two_signed_versions_the_later_one_is_audited(tmp_path: Path) -> None:
    old = paper(tmp_path, "5.70", name="甲.txt", signed="2025年9月2日")
    new = paper(tmp_path, "5.80", name="乙.txt", signed="2025年10月1日")
    result = audit([new, old])
    assert statuses(result) == {
        "乙.txt": ("read", ""),
        "甲.txt": ("read", f"是甲县乙局2024年部门决算的旧版本，已用 {new}"),
    }
    assert [finding.stated for finding in result.findings] == ["5.8"]
    assert result.unusable == ()


def test_versions_signed_on_one_day_or_not_at_all_have_no_order(tmp_path: Path) -> None:
    day = "2025年9月2日"
    one, two = paper(tmp_path, "5.70", name="甲.txt", signed=day), paper(tmp_path, "5.80", name="乙.txt", signed=day)
    assert len(audit([one, two]).unusable) == 2
    unsigned = paper(tmp_path, "5.90", name="丙.txt")
    assert len(audit([one, unsigned]).unusable) == 2


def test_the_catalogue_puts_versions_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = paper(tmp_path, "5.80", name="乙.txt", signed="2025年10月1日")
    new = paper(tmp_path, "5.70", name="甲.txt", signed="2025年9月2日")
    items = ingest([old, new])
    listed = CatalogDocument("甲", "department", "final_accounts", 2024, "", "", tuple(i.report.sha256 for i in items))
    monkeypatch.setattr("checks.documents.versions.catalog_documents", lambda: (listed,))
    kept = [item for item in settle_versions(items) if item.reading is not None]
    assert [item.report.path for item in kept] == [str(new)]


def test_a_folder_with_links_pipes_and_circles_is_named_and_never_waited_for(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "公开", tmp_path / "别处"
    folder.mkdir()
    elsewhere.mkdir()
    paper(elsewhere, name="乙.txt")
    paper(folder, name="甲.txt")
    os.mkfifo(folder / "管道.txt")
    (folder / "圈.txt").symlink_to(folder / "圈.txt")
    (folder / "上级").symlink_to(tmp_path)
    (folder / "别处").symlink_to(elsewhere)
    told = {Path(d.path).name: (str(d.status), d.problem) for d in audit([folder]).documents}
    assert told["甲.txt"] == ("read", "")
    assert told["管道.txt"][0] == "not audited"
    assert told["圈.txt"][0] == "unreadable"
    for name in ("上级", "别处"):
        assert told[name][0] == "not audited"
        assert "请直接给出那个文件夹" in told[name][1]
    assert "乙.txt" not in told


def test_a_path_that_is_too_long_is_a_problem_of_that_path(tmp_path: Path) -> None:
    good = paper(tmp_path, name="甲.txt")
    result = audit([good, tmp_path / ("长" * 300)])
    assert [str(d.status) for d in result.documents] == ["read", "unreadable"]


def test_two_formats_that_print_many_other_amounts_are_two_versions(tmp_path: Path) -> None:
    first = word(tmp_path, "支出总计5.70万元。", *ITEMS)
    second = page(tmp_path, "支出总计5.70万元。", *[item.replace(".25", ".75") for item in ITEMS])
    assert {d.path for d in audit([tmp_path]).unusable} == {str(first), str(second)}


def test_a_number_in_the_next_column_makes_no_copy(tmp_path: Path) -> None:
    rows = ("项目\t预算数\t决算数", "一、本年收入\t{}", "收入总计\t100.00\t90.00")
    for name, cells in (("甲.txt", "100.00\t"), ("乙.txt", "\t100.00")):
        text = "\n".join((TITLE, "部门收支总体情况表", "单位：万元", *rows)).format(cells)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert len(audit([tmp_path]).unusable) == 2


def test_a_copy_of_what_was_not_audited_was_not_audited_either(tmp_path: Path) -> None:
    one, two = paper(tmp_path, "5.70", name="甲.txt"), paper(tmp_path, "5.80", name="乙.txt")
    (tmp_path / "甲的副本.txt").write_bytes(one.read_bytes())
    assert {Path(d.path).name for d in audit([tmp_path]).unusable} == {one.name, two.name, "甲的副本.txt"}


def test_a_name_that_is_no_utf8_is_named_and_costs_no_other_file(tmp_path: Path) -> None:
    good = paper(tmp_path, name="甲.txt")
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "预算.txt".encode("gbk")))
    strange.write_bytes(good.read_bytes())
    result = audit([tmp_path])
    assert json.dumps(result.to_dict(), ensure_ascii=False).encode()
    told = {str(d.status): d for d in result.documents}
    assert told["read"].path == str(good)
    assert "文件名的编码不是 UTF-8" in told["unreadable"].problem
    assert told["unreadable"].path.endswith(r"\xcb\xe3.txt")


def test_a_link_to_what_is_audited_anyway_is_not_complained_of(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    paper(tmp_path / "2024", name="甲.txt")
    (tmp_path / "最新").symlink_to(tmp_path / "2024")
    assert [Path(d.path).name for d in audit([tmp_path]).documents] == ["甲.txt"]


def test_a_folder_that_cannot_be_opened_is_unusable_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper(tmp_path, name="甲.txt")
    closed = tmp_path / "闭"
    closed.mkdir()
    scan = os.scandir

    def refusing(path: str | os.PathLike[str]) -> Any:  # noqa: ANN401
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    [report] = audit([tmp_path]).unusable
    assert report.path == str(closed)
    assert report.problem == "文件夹打不开（Permission denied），其中的文件没有审核；请检查权限"
