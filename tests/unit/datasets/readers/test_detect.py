from __future__ import annotations

from pathlib import Path

import pytest

from datasets.errors import InputError
from datasets.readers.detect import read_file


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_file(path)
    return str(caught.value)


def test_a_dump_is_read_whatever_its_name_ends_in(tmp_path: Path) -> None:
    path = tmp_path / "某局.docx"
    path.write_text("收支总预算713.33万元。", encoding="utf-8")
    assert read_file(path).format == "txt"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空"),
        (b" \n\t\r\n", "空"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "图片"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "图片"),
        (b"%PDF-1.7\n%broken", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "请"),
        (b"PK\x03\x04" + bytes(40), "请"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (bytes(range(256)) * 4, "文本"),
    ],
    ids=["empty", "blank", "png", "jpeg", "broken pdf", "broken ole", "broken zip", "rar", "binary"],
)
def test_what_cannot_be_read_is_refused_in_one_line_with_file_and_remedy(
    tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "某局.docx"
    path.write_bytes(data)
    message = refusal(path)
    assert message.startswith(f"{path}：")
    assert words in message
    assert "；请" in message
    assert "\n" not in message


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "文件不存在" in refusal(tmp_path / "没有.docx")


def test_a_folder_without_documents_is_said_to_be_one(tmp_path: Path) -> None:
    assert "文件夹" in refusal(tmp_path)
