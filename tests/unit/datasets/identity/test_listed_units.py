"""The units that a document says it covers, from tables, numbered lines and sentences; and how many it counts."""

from __future__ import annotations

import pytest

from datasets.identity.listed_units import listed_units, unit_counts
from datasets.model import Level
from tests.unit.texts import document, reading, rows

TITLE = "某县水利局2024年部门预算公开"


def names(*lines: str) -> list[tuple[str, Level]]:
    return [(unit.name, unit.level) for unit in listed_units(document("\n".join(lines)))]


def counts(line: str) -> list[tuple[int, str]]:
    return [(each.count, each.counts) for each in unit_counts(document(line))]


def test_a_table_of_units_is_read_with_its_notes_and_places() -> None:
    table = rows(
        "序号|单位名称|备注", "1|某县水利局（本级）|", "2|某县水利局水文站|预算不单列，并入本级", "3|某县河道管理所|"
    )
    read = document(f"纳入某县水利局2024年度部门决算编制范围的单位包括：\n{table}")
    office, station, river = listed_units(read)
    assert (office.name, office.level, office.note) == ("某县水利局", Level.HEAD_OFFICE, "")
    assert (station.name, station.level, station.note) == ("某县水利局水文站", Level.UNIT, "预算不单列，并入本级")
    assert read.text[river.place.start : river.place.end] == "某县河道管理所"


@pytest.mark.parametrize(
    "lines",
    [
        ("纳入2024年部门预算编制范围的二级预算单位包括：", "1.某县水利局本级", "2.某县河道管理所", "二、其他"),
        ("纳入某县水利局2024年部门预算编制范围的预算单位共2个，包括：1.某县水利局本级；2.某县河道管理所。",),
        ("列入部门决算编报范围的单位有：某县水利局本级、某县河道管理所。",),
        ("纳入决算汇编范围的独立核算单位分别为：（一）某县水利局本级；（二）某县河道管理所。",),
    ],
    ids=["numbered lines", "numbered in a sentence", "a sentence", "bracketed"],
)
def test_units_in_lines_and_sentences_are_read(lines: tuple[str, ...]) -> None:
    assert names(*lines) == [("某县水利局", Level.HEAD_OFFICE), ("某县河道管理所", Level.UNIT)]


def test_units_named_twice_are_listed_once() -> None:
    line = "列入部门决算编报范围的单位有：某县水利局本级、某县河道管理所。"
    assert len(names(line, line)) == 2


@pytest.mark.parametrize(
    "lines",
    [
        ("从预算单位构成看，某县水利局部门决算包括：局本级决算、下属行政事业单位决算。",),
        ("纳入2024年部门预算管理的项目支出开展了绩效自评，共3个项目，包括：水库、河道。",),
        ("某县水利局机关设9个内设机构，包括：办公室、综合科、工程科。",),
        ("按照预算编制要求，纳入范围的单位是按规定确定的，包括财政拨款收入、事业收入。",),
    ],
)
def test_what_is_no_list_of_units_is_not_read_as_one(lines: tuple[str, ...]) -> None:
    assert names(*lines) == []


def test_a_table_with_amounts_is_no_list_of_units() -> None:
    table = rows("单位名称|预算数", "某县水利局|100.00", "某县河道管理所|20.00")
    assert names("纳入预算编制范围的单位如下：", table) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("部门预算是包括本部以及下属5家预算单位的综合收支计划。", [(5, "subordinate")]),
        ("某县水利局无下属预算单位，下设7个科室。", [(0, "subordinate")]),
        ("所属二级预算单位共有十二个。", [(12, "subordinate")]),
        ("纳入2024年部门预算编制范围的预算单位共6个。", [(6, "in_scope")]),
        ("下属1家机关和1家参公事业单位财政拨款的机关运行经费预算为443.18万元。", []),
        ("本级及下属2家行政单位、0家参公管理事业单位和1家事业单位的机关运行经费30.00万元。", []),
        ("开展绩效评价的项目5个。", []),
    ],
)
def test_the_number_of_units_is_read_where_it_counts_all_of_them(line: str, expected: list[tuple[int, str]]) -> None:
    assert counts(line) == expected


def test_a_reading_brings_the_units_of_its_document() -> None:
    read = reading(TITLE, "列入部门预算编报范围的单位有：某县水利局本级、某县河道管理所。", "下属1家预算单位。")
    assert [unit.name for unit in read.units] == ["某县水利局", "某县河道管理所"]
    assert [each.count for each in read.unit_counts] == [1]
