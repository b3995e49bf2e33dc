"""What people really hand in: each bad file is one clear line with file, place and remedy, and each odd one is read."""

from __future__ import annotations

import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from checks.documents.ingesting import ingest
from checks.documents.versions import settle_versions
from checks.model import DocumentReport
from datasets.facsimile import DocumentData, document_bytes
from tests.pdf_writer import Sheet, pdf
from tests.variants import html_bytes, text_bytes, xlsx_bytes

TITLE = "某县水利局2024年部门预算公开"
DATA: DocumentData = {
    "title": TITLE,
    "blocks": [
        {"paragraph": TITLE},
        {"paragraph": "部门收支总体情况表"},
        {"paragraph": "单位：万元"},
        {"table": [["项目", "预算数"], ["一、本年收入", "100.00"], ["收入总计", "100.00"]]},
    ],
}
CSV = f"{TITLE},\n项目,预算数\n一、本年收入,100.00\n收入总计,100.00\n"


def package(members: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def report(path: Path, data: bytes) -> DocumentReport:
    path.write_bytes(data)
    [item] = ingest([path])
    return item.report


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("网页.doc", html_bytes(DATA)),
        ("网页.xls", html_bytes(DATA, "gb2312")),
        ("逗号.xls", CSV.encode("gb18030")),
        ("制表符.xls", CSV.replace(",", "\t").encode("utf-16")),
        ("文档.pdf", document_bytes(DATA)),
        ("文本.docx", text_bytes(DATA)),
    ],
)
def test_a_file_under_another_name_is_read_for_what_it_is(tmp_path: Path, name: str, data: bytes) -> None:
    found = report(tmp_path / name, data)
    assert (found.status, found.problem) == ("read", "")
    assert found.numerals >= 3


@pytest.mark.parametrize(
    ("data", "problem", "remedy"),
    [
        (document_bytes(DATA)[:3000], "Word 文件损坏或不完整", "请重新下载后再试"),
        (pdf(), "PDF 文件里没有页面", "请重新下载"),
        (pdf(Sheet().text(72, 100, TITLE))[:300], "PDF 文件不完整", "请重新下载"),
        (pdf(Sheet().picture(0, 0, 595, 842)), "是扫描图片（共1页），没有文字", "请提供可以复制文字的版本"),
        (package({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<x/>"}), "是 OFD 版式文件", "请用 OFD 阅读器导出"),
        (b"", "文件是空的", "请重新导出"),
        (b"\x00\x01\x02" * 100, "不是文本文件（含有二进制内容）", "请另存为"),
    ],
    ids=["cut docx", "no page", "cut pdf", "scan", "ofd", "empty", "binary"],
)
def test_what_cannot_be_read_is_said_with_the_remedy(tmp_path: Path, data: bytes, problem: str, remedy: str) -> None:
    path = tmp_path / "某局.docx"
    found = report(path, data)
    assert (found.status, found.path) == ("unreadable", str(path))
    assert problem in found.problem
    assert remedy in found.problem
    assert "\n" not in found.problem


def test_scanned_pages_are_named_and_the_others_read(tmp_path: Path) -> None:
    scan = Sheet().picture(0, 0, 595, 842)
    pages = [Sheet().text(72, 100, TITLE), scan, scan, Sheet().text(72, 100, "支出预算100.00万元。")]
    found = report(tmp_path / "a.pdf", pdf(*pages))
    assert (found.status, found.numerals) == ("partly read", 2)
    assert found.problem.startswith("第2-3页是扫描图片，没有文字，请")


@pytest.mark.parametrize("part", ["word/document.xml", "xl/worksheets/sheet1.xml"])
def test_a_part_that_unpacks_to_far_too_much_is_refused_unread(tmp_path: Path, part: str) -> None:
    with zipfile.ZipFile(BytesIO(xlsx_bytes([(["表"], [["甲", "1"]])]))) as workbook:
        members = {name: workbook.read(name) for name in workbook.namelist()} if part.startswith("xl/") else {}
    members[part] = members.get(part, b"<w:document>") + b" " * 210_000_000
    bomb = package(members)
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    try:
        found = report(tmp_path / "a.docx", bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "过大；请" in found.problem
    assert peak < 100_000_000


def test_a_row_with_fewer_cells_than_columns_leaves_the_others_blank(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
        for row in (["项目", "预算数", "决算数"], ["一、本年收入", "100.00"], ["收入总计", "100.00", "90.00"])
    )
    page = f"<html><body><p>{TITLE}</p><p>部门收支总体情况表</p><table>{rows}</table></body></html>"
    path = tmp_path / "a.html"
    path.write_text(page, encoding="utf-8")
    [item] = ingest([path])
    assert item.reading is not None
    places = {figure.printed: (figure.row, figure.column) for figure in item.reading.figures if figure.row}
    assert places["90.00"] == (3, 3)
    assert item.report.status == "read"


def test_links_are_followed_to_files_once_and_never_in_circles(tmp_path: Path) -> None:
    folder = tmp_path / "公开"
    folder.mkdir()
    (folder / "a.txt").write_bytes(text_bytes(DATA))
    (folder / "b.txt").symlink_to(folder / "a.txt")
    (folder / "circle").symlink_to(folder)
    (folder / "gone.txt").symlink_to(tmp_path / "没有.txt")
    found = {Path(item.report.path).name: item.report for item in ingest([folder])}
    assert {name: str(report.status) for name, report in found.items()} == {
        "a.txt": "read",
        "gone.txt": "unreadable",
        "circle": "not audited",
    }
    assert found["gone.txt"].problem == "文件不存在；请检查路径"


def test_the_same_file_twice_is_audited_once_and_said_to_be_the_same(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(text_bytes(DATA))
    first, second = settle_versions(ingest([tmp_path]))
    assert first.reading is not None
    assert (second.reading, second.report.problem) == (None, f"与 {tmp_path / 'a.txt'} 内容完全相同，只审一次")


def test_five_hundred_pages_are_read_to_the_last(tmp_path: Path) -> None:
    pages = [
        Sheet().text(72, 100, f"{number}、支出预算{number}.25万元，比上年增加1.00万元。") for number in range(1, 501)
    ]
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(Sheet().text(72, 100, TITLE), *pages))
    [item] = ingest([path])
    assert item.reading is not None
    assert {figure.place.page for figure in item.reading.figures} == set(range(1, 502))
