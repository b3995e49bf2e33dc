from __future__ import annotations

import io
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from datasets.readers.word.reading import read_word

LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("bullet", "•"))


def package(*paragraphs: tuple[str, int | None]) -> bytes:
    """A Word file whose paragraphs carry automatic numbers of the given level, None for plain ones."""
    word = docx.Document()
    numbering = word.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (style, text) in enumerate(LEVELS)
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="78"><w:abstractNumId w:val="77"/></w:num>'))
    for text, level in paragraphs:
        paragraph = word.add_paragraph(text)
        if level is not None:
            numbers = parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="78"/></w:numPr>')
            paragraph._p.get_or_add_pPr().append(numbers)
            assert paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def lines(*paragraphs: tuple[str, int | None]) -> list[str]:
    return read_word(Path("甲.docx"), package(*paragraphs)).text.split("\n")


def test_automatic_numbers_are_read_as_word_shows_them() -> None:
    assert lines(("概况", 0), ("职能", 1), ("人员", 1), ("决算", 0), ("收入", 1), ("其中", 2)) == [
        "一、概况",
        "（一）职能",
        "（二）人员",
        "二、决算",
        "（一）收入",
        "1.其中",
    ]


def test_numbers_beyond_ten_are_chinese_and_bullets_are_none() -> None:
    read = lines(*[("项", 0)] * 21, ("点", 3), ("无编号", None))
    assert (read[9], read[10], read[19], read[20]) == ("十、项", "十一、项", "二十、项", "二十一、项")
    assert read[21:] == ["点", "无编号"]


def test_cells_and_paragraphs_stay_slices_of_the_text() -> None:
    document = read_word(Path("甲.docx"), package(("概况", 0), ("职能", 1)))
    for block in document.blocks:
        assert document.text[block.place.start : block.place.end] == getattr(block, "text", "")
