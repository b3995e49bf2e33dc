from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from datasets.errors import InputError
from datasets.readers.common.decoding import Decoded, decode
from datasets.readers.detect import read_bytes

PATH = Path("某局2024年部门预算.txt")
TEXT = "收入总计\t713.33　万元\n第二行"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("gb18030"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16-le", "utf-16-be", "utf-16-le no mark", "utf-16-be no mark", "gb18030"],
)
def test_the_encodings_of_chinese_offices_give_the_same_text(data: bytes) -> None:
    assert decode(PATH, data) == Decoded(TEXT)


def test_rare_characters_of_gb18030_are_read() -> None:
    assert decode(PATH, "㐀镕".encode("gb18030")).text == "㐀镕"


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_every_newline_becomes_one_line_feed(newline: str) -> None:
    assert decode(PATH, f"一{newline}二".encode()).text == "一\n二"


@pytest.mark.parametrize(
    "data",
    [b"\x00\x01\x02\x03", codecs.BOM_UTF8 + b"\xff\xfe\xfd", b"\xff\xff\xff\xff", codecs.BOM_UTF16_LE + b"\x00\xd8"],
    ids=["binary", "broken utf-8", "no encoding at all", "broken utf-16"],
)
def test_bytes_that_are_no_text_are_refused_with_file_and_remedy(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        decode(PATH, data)
    message = str(caught.value)
    assert message.startswith(f"{PATH}：")
    assert "请" in message
    assert "\n" not in message


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_one_broken_byte_is_replaced_and_its_line_named(encoding: str) -> None:
    marks = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE}
    broken = b"\x00\xd8" if encoding == "utf-16-le" else b"\xff"
    lines = ["收入总计100.00万元。", "支出", "合计90.00万元，结转10.00万元。"]
    data = "\n".join(lines).encode(encoding).replace("支出".encode(encoding), "支出".encode(encoding) + broken)
    found = decode(PATH, marks.get(encoding, b"") + data)
    assert found.text == "\n".join([lines[0], "支出\ufffd", lines[2]])
    assert found.broken == (2,)


def test_a_document_with_a_broken_byte_is_read_and_says_where() -> None:
    data = "收入总计100.00万元。\n结转".encode() + b"\xff" + "10.00万元。\n支出总计110.00万元。".encode()
    document = read_bytes(PATH, data)
    assert "支出总计110.00万元" in document.text
    assert document.problems == (
        "第 2 行有字节无法识别，以“\ufffd”代替；请对照原文核对这些行的数字，或另存为 UTF-8 后再试",
    )
