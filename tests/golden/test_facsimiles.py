"""The facsimiles of the two Changji documents: they are what their data say, and print what the originals print.

The comparison with the originals needs the environment variable GOUJI_DOCUMENTS: the folder of the two text files.
"""

from __future__ import annotations

import os
import re
import time
import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from datasets.model import Document, Table
from datasets.readers.word import read_word
from datasets.writer import DOCUMENTS, document_bytes, load_document_data

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


@each_facsimile
def test_reading_is_fast(name: str) -> None:
    path = DOCUMENTS / f"{name}.docx"
    data = path.read_bytes()
    seconds = []
    for _ in range(5):
        start = time.process_time()
        read_word(path, data)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.2  # measured 0.03 to 0.05; the margin is for busy machines


def test_the_budget_has_its_ten_tables_and_five_performance_tables() -> None:
    shapes = [(b.rows, b.columns) for b in facsimile(BUDGET).blocks if isinstance(b, Table)]
    ten = [(34, 4), (13, 16), (14, 7), (34, 7), (25, 7), (36, 6), (10, 16), (17, 7), (18, 7), (8, 5)]
    assert shapes[:10] == ten
    assert shapes[10:] == [(17, 9), (16, 9), (16, 9), (15, 9), (15, 9)]


def test_the_final_accounts_have_one_overall_and_thirteen_project_tables() -> None:
    shapes = [(b.rows, b.columns) for b in facsimile(ACCOUNTS).blocks if isinstance(b, Table)]
    assert shapes[0] == (18, 8)
    assert len(shapes[1:]) == 13
    assert {columns for _, columns in shapes[1:]} == {14}


def test_headers_span_what_they_head() -> None:
    table = next(b for b in facsimile(BUDGET).blocks if isinstance(b, Table) and b.columns == 16)
    heads = {c.text: (c.row, c.column, c.row_span, c.column_span) for c in table.cells if c.row <= 2}
    assert heads["功能分类科目编码"] == (1, 1, 1, 3)
    assert heads["总  计"] == (1, 5, 2, 1)
    assert heads["财  政  拨  款  (  补  助  )"] == (1, 6, 1, 7)
    assert heads["非财政拨款结转结余"] == (1, 16, 2, 1)


def test_known_errors_of_the_originals_are_kept() -> None:
    budget, accounts = facsimile(BUDGET), facsimile(ACCOUNTS)
    assert "比上年预算增加29.44  万元，增长100%" in budget.text
    assert {"2.2", "19.43", "15.29", "1.97"} <= set(cells(budget))
    assert "培训学员600名" in budget.text
    assert "道路总长度16.5公里，需要安装路灯33盏，每盏造价3500元，共需资金11.51万元" in accounts.text
    assert ">=165000米" in cells(accounts)
    assert "=41人" in cells(accounts)


def test_persons_in_charge_are_left_blank() -> None:
    found = 0
    for block in facsimile(BUDGET).blocks:
        if isinstance(block, Table):
            for head in [cell for cell in block.cells if cell.text == "项目负责人"]:
                beside = [c for c in block.cells if c.row == head.row and c.column == head.column + head.column_span]
                assert [c.text for c in beside] == [""]
                found += 1
    assert found == 5


@each_facsimile
def test_tables_print_the_numerals_of_the_original_in_order(name: str) -> None:
    expected = numerals(table_text(original(name)))
    assert len(expected) > 400
    assert numerals("\n".join(cells(facsimile(name)))) == expected


@each_facsimile
def test_the_whole_prints_the_numerals_of_the_original_in_order(name: str) -> None:
    assert numerals(facsimile(name).text) == numerals(original(name))


@each_facsimile
def test_no_person_is_named(name: str) -> None:
    lines = original(name).split("\n")
    names = {after.strip() for line, after in pairwise(lines) if line.strip() == "项目负责人"}
    assert bool(names) == (name == BUDGET)
    text = facsimile(name).text
    assert [person for person in names if person in text] == []


@each_facsimile
def test_no_long_clause_without_a_figure_is_copied(name: str) -> None:
    headings = {
        block["heading"] for block in load_document_data(DOCUMENTS / f"{name}.yaml")["blocks"] if "heading" in block
    }
    printed = squeezed(facsimile(name).text)
    allowed = {squeezed(text) for text in headings | column_under(facsimile(name), "三级指标")}
    clauses = {squeezed(clause) for clause in re.split(r"[，。；;！？\n]", original(name))}
    prose = {
        clause for clause in clauses if len(clause) >= LONG and not NUMBERED.search(clause) and not KEPT.search(clause)
    }
    assert len(prose) > 20
    assert [clause for clause in prose if clause in printed and not any(clause in text for text in allowed)] == []


def squeezed(text: str) -> str:
    return re.sub(r"[ \t\u3000]", "", text)
