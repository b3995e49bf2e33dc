"""The facsimiles of the two Changji documents: they are what their data say, and print what the originals print.

The comparison with the originals needs the environment variable GOUJI_DOCUMENTS: the folder of the two text files.
"""

from __future__ import annotations

import os
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from datasets.facsimile import DOCUMENTS, document_bytes, load_document_data
from datasets.model import Document, Table
from datasets.readers.word.reading import read_word

BUDGET, ACCOUNTS = "652300-kjj-2023-budget", "652300-kjj-2024-final-accounts"
ORIGINALS = {BUDGET: "002_*.txt", ACCOUNTS: "000_*.txt"}
NUMERAL = re.compile(r"\d[\d,，]*(?:\.\d+)?")
#: Editions in Chinese numerals are figures too: one event bears three of them.
NUMBERED = re.compile(r"\d|第[一二三四五六七八九十]+届")
#: Kept without a figure: statements that a table is empty, lists of items, and the attachments by name.
KEPT = re.compile(r"为空表$|本年度无|分别是：|包括：|开支内容包括|主要用于基本工资、|^[一二三四五六七八九]、《.+》$")
LONG = 25

each_facsimile = pytest.mark.parametrize("name", [BUDGET, ACCOUNTS])


def facsimile(name: str) -> Document:
    path = DOCUMENTS / f"{name}.docx"
    return read_word(path, path.read_bytes())


def original(name: str) -> str:
    folder = os.environ.get("GOUJI_DOCUMENTS")
    if not folder:
        pytest.skip("GOUJI_DOCUMENTS names no folder of originals")
    found = list(Path(folder).glob(ORIGINALS[name]))
    if not found:
        pytest.skip(f"GOUJI_DOCUMENTS holds no {ORIGINALS[name]}")
    return found[0].read_text(encoding="utf-8-sig")


def numerals(text: str) -> list[str]:
    return [found.rstrip(",，") for found in NUMERAL.findall(text)]


def table_text(text: str) -> str:
    """The lines of a dump that are cells: those that begin with a tab, and what follows them up to a blank line."""
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        inside = line.startswith("\t") or (inside and bool(line.strip()))
        if inside:
            lines.append(line)
    return "\n".join(lines)


def cells(document: Document) -> list[str]:
    return [cell.text for block in document.blocks if isinstance(block, Table) for cell in block.cells]


def column_under(document: Document, header: str) -> set[str]:
    """The texts of the column below a header cell, in every table that has it."""
    found = set()
    for block in document.blocks:
        if isinstance(block, Table):
            for head in [cell for cell in block.cells if cell.text == header]:
                found |= {c.text for c in block.cells if c.column == head.column and c.row > head.row}
    return found


@each_facsimile
def test_the_committed_file_is_what_its_data_build(name: str) -> None:
    def members(package: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(BytesIO(package)) as archive:
            return {member: archive.read(member) for member in archive.namelist()}

    committed = (DOCUMENTS / f"{name}.docx").read_bytes()
    # The members, not the archive: another build of zlib may pack the same content differently.
    assert members(document_bytes(load_document_data(DOCUMENTS / f"{name}.yaml"))) == members(committed)
