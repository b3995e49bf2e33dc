"""Reading of documents in pieces: one document of all members, each block with its member, nothing lost in silence."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from checks.documents.folders import expand
from checks.documents.ingesting import ingest
from datasets.errors import InputError
from datasets.facsimile import DocumentData, document_bytes
from datasets.model import Document, Paragraph, Table
from datasets.readers.bundle import members as bundle_members
from datasets.readers.detect import read_bytes, read_file
from datasets.reading import read_document
from tests.pdf_writer import Sheet, pdf
from tests.variants import xlsx_bytes

PATH = Path("某局2024年部门预算.zip")


def word(*paragraphs: str) -> bytes:
    data: DocumentData = {"title": "", "blocks": [{"paragraph": text} for text in paragraphs]}
    return document_bytes(data)


NARRATIVE = word("昌吉州科技局2024年部门预算公开", "第一部分 昌吉州科技局概况", "收入预算100.00万元。")
SHEET = xlsx_bytes([(["收支总表", "单位：万元"], [["项目", "预算"], ["合计", "100.00"]])])


def packed(members: dict[str, bytes], *, encoding: str = "utf-8") -> bytes:
    """A zip archive; in another encoding than UTF-8 the names are written as Windows does, without saying so."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (name, data) in enumerate(members.items()):
            archive.writestr(name if encoding == "utf-8" else f"{number:03d}", data)
    result = stream.getvalue()
    if encoding != "utf-8":
        for number, name in enumerate(members):
            raw = name.encode(encoding)
            assert len(raw) == 3, "the names must be as long as the numbers that they replace"
            result = result.replace(f"{number:03d}".encode(), raw)
    return result


def read(members: dict[str, bytes]) -> Document:
    return read_bytes(PATH, packed(members))


def parts(document: Document) -> list[str | None]:
    return list(dict.fromkeys(block.place.part for block in document.blocks))


def test_texts_come_before_sheets_and_then_by_name_with_numbers_counted() -> None:
    members = {"附表10.xlsx": SHEET, "附表2.xlsx": SHEET, "b.docx": word("乙"), "a.txt": "甲".encode()}
    assert parts(read(members)) == ["a.txt", "b.docx", "附表2.xlsx", "附表10.xlsx"]


def test_every_block_and_cell_is_a_slice_of_the_joined_text() -> None:
    document = read({"说明.docx": NARRATIVE, "附表.xlsx": SHEET})
    assert document.format == "bundle"
    for block in document.blocks:
        for part in block.cells if isinstance(block, Table) else [block]:
            assert document.text[part.place.start : part.place.end] == part.text
    table = document.blocks[-1]
    assert isinstance(table, Table)
    assert (table.cells[3].text, table.cells[3].place.part, table.cells[3].place.cell) == ("100.00", "附表.xlsx", "B4")


def test_the_manifest_decides_order_and_members() -> None:
    members = {"a.txt": "甲".encode(), "b.txt": "乙".encode(), "c.txt": "丙".encode()}
    manifest = b'files = ["c.txt", "a.txt"]'
    assert read({**members, "bundle.toml": manifest}).text == "丙\n甲"


def test_names_in_gbk_are_read_rightly() -> None:
    members = {"表1": "甲".encode(), "表2": "乙".encode()}
    assert parts(read_bytes(PATH, packed(members, encoding="gb18030"))) == ["表1", "表2"]


def test_a_member_that_cannot_be_read_is_named_and_the_rest_read() -> None:
    document = read({"说明.docx": NARRATIVE, "扫描.png": b"\x89PNG....", "坏.xlsx": SHEET[: len(SHEET) // 2]})
    assert parts(document) == ["说明.docx"]
    assert document.problems == (
        "「扫描.png」是图片，没有文字，没有读；请提供可以复制文字的文件",
        "「坏.xlsx」Excel 文件损坏或不完整（可能没有下载完），没有读；请重新下载后再试",
    )


def test_problems_inside_a_member_are_those_of_the_bundle() -> None:
    page = '<html><body><p>预算</p><a href="/a.xls">附表</a></body></html>'.encode()
    assert read({"a.html": page}).problems == ("「a.html」网页的附件没有随网页读入（附表）；请下载后与网页一起检查",)


def test_files_of_the_operating_system_are_passed_over() -> None:
    junk = {"__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "~$a.docx": b"x", "目录/Thumbs.db": b"x"}
    document = read({"a.txt": "甲".encode(), **junk})
    assert (document.text, document.problems) == ("甲", ())


def test_an_archive_in_an_archive_is_opened_once() -> None:
    inner = packed({"b.txt": "乙".encode(), "c.zip": packed({"d.txt": "丁".encode()})})
    document = read({"a.txt": "甲".encode(), "内.zip": inner})
    assert parts(document) == ["a.txt", "内.zip/b.txt"]
    assert document.problems == (
        "「内.zip/c.zip」是压缩包里的压缩包里的压缩包，没有读；请重新打包，或把文件解压后放在一个文件夹里再试",
    )


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "x/../../a.txt", "C:/a.txt", "..\\a.txt"])
def test_names_that_lead_outside_are_not_read(name: str) -> None:
    document = read({"a.txt": "甲".encode(), name: "乙".encode()})
    assert document.text == "甲"
    assert "的名称指向压缩包之外，没有读；请重新打包" in document.problems[0]


def test_a_member_with_a_password_is_named() -> None:
    data = bytearray(packed({"甲.txt": b"1", "乙.txt": b"2"}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    document = read_bytes(PATH, bytes(data))
    assert document.problems == ("「甲.txt」有密码，没有读；请取消压缩包密码后重新打包",)


def test_an_empty_archive_names_the_remedy() -> None:
    with pytest.raises(InputError, match=r"预算\.zip：压缩包是空的；请重新打包"):
        read({})


def test_an_archive_without_anything_to_read_names_why() -> None:
    with pytest.raises(InputError, match=r"预算\.zip：没有可读的文件（「a\.png」是图片.*；请放入"):
        read({"a.png": b"\x89PNG"})


def test_an_archive_cut_short_names_the_remedy() -> None:
    with pytest.raises(InputError, match=r"预算\.zip：压缩包损坏或不完整（可能没有下载完）；请重新下载"):
        read_bytes(PATH, packed({"a.txt": b"1" * 99})[:60])


def test_a_member_that_is_damaged_is_named() -> None:
    data = packed({"a.txt": b"1" * 99, "b.txt": "乙".encode()}).replace(b"1" * 99, b"1" * 98 + b"2")
    document = read_bytes(PATH, data)
    assert (document.text, document.problems) == ("乙", ("「a.txt」在压缩包里已损坏，没有读；请重新下载或重新打包",))


def test_too_many_members_are_refused() -> None:
    with pytest.raises(InputError, match=r"文件过多或过大（最多 200 个文件、解压后 300 MB）；请只打包"):
        read({f"{number}.txt": b"1" for number in range(201)})


def test_too_much_to_unpack_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_members, "_LARGEST", 1000)
    inner = packed({"b.txt": b"1" * 600})
    with pytest.raises(InputError, match="文件过多或过大"):
        read({"a.zip": inner, "c.txt": b"1" * 600})


def test_several_documents_in_one_archive_are_refused() -> None:
    other = word("昌吉州科技局2023年部门预算公开", "第一部分 昌吉州科技局概况", "收入预算90.00万元。")
    with pytest.raises(InputError, match=r"里面是 2 份不同的公开文件（「2024\.docx」、「2023\.docx」|「2023.*；请解压"):
        read({"2024.docx": NARRATIVE, "2023.docx": other})


def budget(entity: str, year: int = 2024, amount: str = "100.00") -> bytes:
    return word(f"{entity}{year}年部门预算公开", f"第一部分 {entity}概况", f"收入预算{amount}万元。")


def tables(entity: str) -> bytes:
    head = [f"编制单位：{entity}", "2024年部门预算收支总表", "单位：万元"]
    return xlsx_bytes([(head, [["项目", "预算"], ["合计", "100.00"]])])


def many(members: dict[str, bytes], folder: Path) -> tuple[dict[str, list[str | None]], dict[str, str]]:
    """The parts of each document of an archive by its name, and the problem of each path that was not read."""
    path = folder / "各单位.zip"
    path.write_bytes(packed(members))
    items = ingest([path])
    read = {item.report.path: item for item in items if item.reading is not None}
    names = {str(Path(name).relative_to(path)): item for name, item in read.items()}
    return (
        {name: parts(item.reading.document) for name, item in names.items() if item.reading is not None},
        {str(Path(item.report.path).relative_to(path)): item.report.problem for item in items if item.reading is None},
    )


def test_the_disclosures_of_several_units_and_years_in_one_archive_are_documents_of_their_own(tmp_path: Path) -> None:
    members = {"甲.docx": budget("某县甲局"), "乙.docx": budget("某县乙局"), "去年.docx": budget("某县甲局", 2023)}
    read, refused = many(members, tmp_path)
    assert read == {"甲.docx": ["甲.docx"], "乙.docx": ["乙.docx"], "去年.docx": ["去年.docx"]}
    assert refused == {}


def test_attachments_go_with_the_document_of_their_unit_their_folder_or_their_name(tmp_path: Path) -> None:
    plain_table = xlsx_bytes([(["附表", "单位：万元"], [["项目", "预算"], ["合计", "100.00"]])])
    members = {
        "甲/说明.docx": budget("某县甲局"),
        "甲/附表.xlsx": plain_table,
        "说明.docx": budget("某县乙局"),
        "附表1.xlsx": tables("某县丙局"),
        "丙/正文.docx": budget("某县丙局"),
        "表/某县乙局附表.xlsx": plain_table,
    }
    read, refused = many(members, tmp_path)
    assert read == {
        "甲/说明.docx": ["甲/说明.docx", "甲/附表.xlsx"],
        "说明.docx": ["说明.docx", "表/某县乙局附表.xlsx"],
        "丙/正文.docx": ["丙/正文.docx", "附表1.xlsx"],
    }
    assert refused == {}


def test_an_attachment_that_could_belong_to_several_documents_is_named_and_given_to_none(tmp_path: Path) -> None:
    loose = xlsx_bytes([(["附表", "单位：万元"], [["项目", "预算"], ["合计", "100.00"]])])
    members = {"甲.docx": budget("某县甲局"), "乙.docx": budget("某县乙局"), "附表.xlsx": loose, "图.png": b"\x89PNG"}
    read, refused = many(members, tmp_path)
    assert read == {"甲.docx": ["甲.docx"], "乙.docx": ["乙.docx"]}
    assert set(refused) == {"附表.xlsx", "图.png"}
    assert refused["附表.xlsx"].startswith(
        "说不清属于压缩包里的哪一份公开文件（有 2 份：「甲.docx」、「乙.docx」），没有读；"
    )
    assert refused["图.png"] == "是图片，没有文字，没有读；请提供可以复制文字的文件"


def test_workbooks_of_several_units_are_documents_of_their_own(tmp_path: Path) -> None:
    read, refused = many({"甲.xlsx": tables("某县甲局"), "乙.xlsx": tables("某县乙局")}, tmp_path)
    assert (sorted(read), refused) == (["乙.xlsx", "甲.xlsx"], {})


def test_a_figure_of_a_pdf_in_a_bundle_keeps_part_page_and_box() -> None:
    sheets = [Sheet().text(72, 100, f"{page}、收入预算{page}23.45万元。") for page in (1, 2)]
    document = read(
        {"a.txt": "昌吉州科技局2024年部门预算公开".encode(), "b.pdf": pdf(*sheets), "c.txt": "支出9.5万元。".encode()}
    )
    places = {figure.printed: figure.place for figure in read_document(document).figures}
    assert [(places[n].part, places[n].page) for n in ("123.45", "223.45", "9.5")] == [
        ("b.pdf", 1),
        ("b.pdf", 2),
        ("c.txt", None),
    ]
    box = places["223.45"].box
    assert box is not None
    assert box[1] < 100 < box[3] + 5
    assert places["9.5"].box is None
    for printed, place in places.items():
        assert document.text[place.start : place.end] == printed


def test_a_folder_with_a_manifest_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "说明.docx").write_bytes(NARRATIVE)
    (tmp_path / "附表.xlsx").write_bytes(SHEET)
    (tmp_path / "bundle.toml").write_text('files = ["附表.xlsx", "说明.docx", "缺.docx"]', encoding="utf-8")
    document = read_file(tmp_path)
    assert parts(document) == ["附表.xlsx", "说明.docx"]
    assert document.problems == ("「缺.docx」不在文件夹里，没有读；请补上文件，或改正 bundle.toml 的 files",)


def test_the_digest_of_a_folder_follows_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲", encoding="utf-8")
    (tmp_path / "bundle.toml").write_text("", encoding="utf-8")
    first = read_file(tmp_path).sha256
    assert read_file(tmp_path).sha256 == first
    (tmp_path / "a.txt").write_text("乙", encoding="utf-8")
    assert read_file(tmp_path).sha256 != first


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("files = [", r"bundle\.toml：不是有效的 TOML（.+）；请写成"),
        ("files = 'a.txt'", r"bundle\.toml：files 不是文件名的列表；请写成"),
        ("files = ['../a.txt']", r"bundle\.toml：files 里的「\.\./a\.txt」在文件夹之外；请把文件放进"),
    ],
)
def test_a_wrong_manifest_names_the_remedy(manifest: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲", encoding="utf-8")
    (tmp_path / "bundle.toml").write_text(manifest, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_file(tmp_path)


def test_a_folder_of_documents_counts_a_bundle_inside_it_once(tmp_path: Path) -> None:
    pieces = tmp_path / "某局"
    pieces.mkdir()
    for name in ("bundle.toml", "a.txt", "b.txt"):
        (pieces / name).write_bytes(b"")
    (tmp_path / "c.txt").write_bytes(b"")
    assert list(expand([tmp_path]).documents) == [tmp_path / "c.txt", pieces]
    assert list(expand([pieces]).documents) == [pieces]


def test_a_document_with_problems_is_reported_as_partly_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"说明.docx": NARRATIVE, "附表.xlsx": SHEET, "a.png": b"\x89PNG", "b.png": b"\x89PNG"}))
    [item] = ingest([path])
    assert (item.report.status, item.report.problem) == (
        "partly read",
        "「a.png」是图片，没有文字，没有读；请提供可以复制文字的文件；「b.png」是图片，没有文字，没有读；请提供可以复制文字的文件",
    )
    assert item.reading is not None
    assert {block.text for block in item.reading.document.blocks if isinstance(block, Paragraph)} >= {"收支总表"}
