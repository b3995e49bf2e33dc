from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from datasets.errors import InputError
from datasets.readers.decoding import decode

PATH = Path("某局2024年部门预算.txt")
TEXT = "收入总计\t713.33　万元\n第二行"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("gb18030"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16-le", "utf-16-be", "gb18030"],
)
def test_the_encodings_of_chinese_offices_give_the_same_text(data: bytes) -> None:
    assert decode(PATH, data) == TEXT


def test_rare_characters_of_gb18030_are_read() -> None:
    assert decode(PATH, "㐀镕".encode("gb18030")) == "㐀镕"


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_every_newline_becomes_one_line_feed(newline: str) -> None:
    assert decode(PATH, f"一{newline}二".encode()) == "一\n二"


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
