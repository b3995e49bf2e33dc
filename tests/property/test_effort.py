"""Twice the document is twice the work: in sentences, in rows of tables, in pages, for reading and for judging."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checks.audit import audit
from checks.documents.ingesting import ingest
from datasets.facsimile import document_bytes
from tests.effort import effort
from tests.pdf_writer import Sheet, pdf

TITLE = "甲县乙局2024年部门预算公开"
#: Measured 1.95 to 2.28; what grows with the square of a document takes four times as much.
TWICE = 2.5


def sentences(count: int) -> bytes:
    items = (
        f"{n}.项目{n}支出{n}.25万元，比上年增加{n}.10万元，增长{n % 90}.5%，主要原因是：人员增加。"
        for n in range(1, count + 1)
    )
    return "\n".join((TITLE, "一、一般公共预算支出说明", *items)).encode()


def rows(count: int) -> bytes:
    body = "".join(f"<tr><td>2{n:02}<td>支出{n}<td>{n}.00<td>{n}.00</tr>" for n in range(1, count + 1))
    head = "<tr><td>科目编码<td>科目名称<td>合计<td>基本支出</tr>"
    return f"<p>{TITLE}</p><p>部门支出总体情况表</p><p>单位：万元</p><table>{head}{body}</table>".encode()


def word(count: int) -> bytes:
    lines = sentences(count).decode().splitlines()
    return document_bytes({"title": TITLE, "blocks": [{"paragraph": line} for line in lines]})


def pages(count: int) -> bytes:
    sheets = [Sheet().text(72, 100, f"{n}、项目{n}支出{n}.25万元，比上年增加1.00万元。") for n in range(1, count // 2)]
    return pdf(Sheet().text(72, 100, TITLE), *sheets)


@pytest.mark.parametrize(
    ("make", "suffix"), [(sentences, "txt"), (rows, "html"), (word, "docx"), (pages, "pdf")], ids=lambda x: str(x)[:14]
)
@pytest.mark.parametrize("work", [ingest, audit], ids=["reading", "auditing"])
def test_twice_the_document_is_twice_the_work(
    make: Callable[[int], bytes], suffix: str, work: Callable[[list[Path]], object], tmp_path: Path
) -> None:
    paths = [tmp_path / f"{size}.{suffix}" for size in (100, 200)]
    for path in paths:
        path.write_bytes(make(int(path.stem)))
    work(paths[:1])  # what is read once and kept
    once, twice = (effort(lambda path=path: work([path])) for path in paths)  # type: ignore[misc]
    assert twice <= once * TWICE


def test_effort_is_counted_in_calls_and_does_not_depend_on_the_clock() -> None:
    def square(size: int) -> Callable[[], object]:
        return lambda: [abs(a - b) for a in range(size) for b in range(size)]

    assert effort(square(40)) == effort(square(40))
    assert effort(square(80)) > TWICE * effort(square(40))
