"""The same content in every format gives the same facts: concept, scope, value, unit, precision, all but the places."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest

from datasets.facsimile import DOCUMENTS, DocumentData, document_bytes, load_document_data
from datasets.model import Scope
from datasets.readers import legacy
from datasets.readers.detect import read_bytes
from datasets.reading import read_document
from tests.pdf_variant import pdf_bytes
from tests.variants import html_bytes, text_bytes, zip_bytes

BUDGET, ACCOUNTS = "652300-kjj-2023-budget", "652300-kjj-2024-final-accounts"
#: Role, concept, scope, value, unit, quantum and binding of a figure.
Fact = tuple[str, str, Scope, Decimal | None, str, Decimal, str]

needs_office = pytest.mark.skipif(legacy.program() is None, reason="LibreOffice (soffice) is not installed")
each_facsimile = pytest.mark.parametrize("name", [BUDGET, ACCOUNTS])


def facts(data: bytes) -> Counter[Fact]:
    figures = read_document(read_bytes(Path("文件"), data)).figures
    return Counter((f.role, f.concept, f.scope, f.value, f.unit, f.quantum, f.binding) for f in figures)


@cache
def data_of(name: str) -> DocumentData:
    return load_document_data(DOCUMENTS / f"{name}.yaml")


@cache
def facts_in_word(name: str) -> Counter[Fact]:
    return facts(document_bytes(data_of(name)))


def assert_same(name: str, data: bytes) -> None:
    found, expected = facts(data), facts_in_word(name)
    assert sum(fact[1] != "" for fact in expected) > 100, "too little was read to compare anything"
    assert (sorted(map(str, expected - found)), sorted(map(str, found - expected))) == ([], [])


def old_page(data: DocumentData) -> bytes:
    return html_bytes(data, "gb2312")


@each_facsimile
@pytest.mark.parametrize("variant", [html_bytes, old_page, text_bytes, zip_bytes, pdf_bytes])
def test_a_format_changes_no_fact(name: str, variant: Callable[[DocumentData], bytes]) -> None:
    assert_same(name, variant(data_of(name)))


@each_facsimile
@pytest.mark.parametrize("height", [500, 620, 842])
def test_a_page_break_elsewhere_changes_no_fact(name: str, height: float) -> None:
    assert_same(name, pdf_bytes(data_of(name), height))


@needs_office
@each_facsimile
def test_a_pdf_made_by_an_office_program_changes_no_fact(name: str) -> None:
    assert_same(name, legacy.converted(Path(name), document_bytes(data_of(name)), "docx", "pdf"))


@needs_office
@pytest.mark.parametrize(("name", "suffix"), [(BUDGET, "doc"), (BUDGET, "html"), (ACCOUNTS, "rtf")])
def test_a_conversion_by_an_office_program_changes_no_fact(name: str, suffix: str) -> None:
    assert_same(name, legacy.converted(Path(name), document_bytes(data_of(name)), "docx", suffix))


@needs_office
@pytest.mark.parametrize(("name", "words", "cells"), [(ACCOUNTS, "doc", "xls"), (BUDGET, "odt", "ods")])
def test_a_bundle_of_old_formats_changes_no_fact(name: str, words: str, cells: str) -> None:
    with zipfile.ZipFile(BytesIO(zip_bytes(data_of(name)))) as source:
        text, tables = source.read("说明.docx"), source.read("附表.xlsx")
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        target.writestr("附表", legacy.converted(Path(name), tables, "xlsx", cells))
        target.writestr("说明", legacy.converted(Path(name), text, "docx", words))
    assert_same(name, stream.getvalue())
