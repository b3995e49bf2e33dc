"""The lists of classification codes, and when a printed name is a listed one."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from datasets.vocabulary.classification import (
    classification,
    classification_of,
    is_code,
    name_key,
    names_alike,
    one_character_apart,
    parents,
    with_lost_zero,
)

LISTS = {
    "functional_classification.csv": "2",
    "economic_classification.csv": "3",
    "government_economic_classification.csv": "5",
}


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files("datasets") / "data" / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("name", LISTS)
def test_every_listed_code_has_the_form_of_its_list_and_its_parents(name: str) -> None:
    codes = {row["code"] for row in rows(name)}
    assert {code[0] for code in codes} == {LISTS[name]}
    assert [code for code in codes if not is_code(code) or not {*parents(code)} <= codes] == []


@pytest.mark.parametrize("name", LISTS)
def test_every_row_has_a_name_a_source_and_years_in_order(name: str) -> None:
    for row in rows(name):
        assert row["name"], row
        assert row["source"] in ("政府收支分类科目", "公开文件所印"), row
        assert (row["since"] or "0000") <= (row["until"] or "9999"), row


@pytest.mark.parametrize("name", LISTS)
def test_no_code_has_one_name_twice(name: str) -> None:
    printed = [(row["code"], row["name"]) for row in rows(name)]
    assert len({*printed}) == len(printed)


@pytest.mark.parametrize("name", LISTS)
def test_a_name_that_ended_is_not_valid_beside_its_successor(name: str) -> None:
    listed = classification(LISTS[name])
    for row in rows(name):
        if row["until"]:
            assert row["name"] not in listed.names(row["code"], int(row["until"]) + 1), row


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("210", 2018, "医疗卫生与计划生育支出"),
        ("210", 2019, "卫生健康支出"),
        ("207", 2018, "文化体育与传媒支出"),
        ("215", 2019, "资源勘探信息等支出"),
        ("215", 2020, "资源勘探工业信息等支出"),
        ("20805", 2019, "行政事业单位离退休"),
        ("20805", 2020, "行政事业单位养老支出"),
        ("20115", 2018, "工商行政管理事务"),
        ("20138", 2019, "市场监督管理事务"),
        ("30307", 2024, "医疗费补助"),
        ("50101", 2024, "工资奖金津补贴"),
    ],
)
def test_the_year_decides_the_name(code: str, year: int, name: str) -> None:
    assert classification_of(code).names(code, year) == (name,)


def test_an_office_that_was_dissolved_has_no_name_afterwards() -> None:
    assert classification("2").names("20115", 2019) == ()
    assert classification("2").listed("20115")


def test_the_new_name_is_told_from_the_year_after_it_came_in() -> None:
    renamed = classification("2").renamed("210", "医疗卫生与计划生育支出", 2020)
    assert renamed is not None
    assert (renamed.name, renamed.since) == ("卫生健康支出", 2019)
    assert classification("2").renamed("210", "医疗卫生与计划生育支出", 2019) is None
    assert classification("2").renamed("210", "卫生健康支出", 2024) is None


def test_a_name_leads_to_all_codes_that_have_it() -> None:
    assert classification("2").codes("计划生育服务") == ("2100717",)
    assert {"2010101", "2060101"} <= {*classification("2").codes("行政运行")}
    assert classification("2").codes("健康甲县建设") == ()


def test_the_parents_of_a_code_are_nearest_first() -> None:
    assert parents("2060101") == ("20601", "206")
    assert parents("206") == ()


@pytest.mark.parametrize("text", ["206", "20601", "2060101", "301", "30102", "501"])
def test_codes_are_told_by_their_length(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize("text", ["", "2", "2060", "206010", "3010201", "101", "901", "２０６", "2a6"])
def test_other_digits_are_no_codes(text: str) -> None:
    assert not is_code(text)


@pytest.mark.parametrize(
    ("printed", "listed"),
    [
        ("农林水", "农林水支出"),
        ("社会保障与就业支出", "社会保障和就业支出"),
        ("因公出国费用", "因公出国（境）费用"),
        ("政府办公厅及相关机构事务", "政府办公厅（室）及相关机构事务"),
        ("机关事业单位基本养老保险", "机关事业单位基本养老保险缴费支出"),
        ("城镇职工基本医疗保险缴费", "职工基本医疗保险缴费"),
        ("其它 交通费用", "其他交通费用"),
    ],
)
def test_spelling_endings_and_shortening_make_no_other_name(printed: str, listed: str) -> None:
    assert names_alike(printed, listed)


@pytest.mark.parametrize(
    ("printed", "listed"),
    [("计划生育事务", "计划生育服务"), ("行政单位医疗", "事业单位医疗"), ("电费", "水费"), ("费", "水费")],
)
def test_another_word_makes_another_name(printed: str, listed: str) -> None:
    assert not names_alike(printed, listed)


def test_the_ending_is_no_part_of_the_key_unless_it_is_all_there_is() -> None:
    assert name_key("教育支出") == name_key("教育")
    assert name_key("支出") == "支出"


def test_a_misprint_is_one_character_in_its_place() -> None:
    assert one_character_apart("行政单位医疗", "行政单位医辽")
    assert not one_character_apart("行政单位医疗", "行政单位医疗")
    assert not one_character_apart("行政单位医疗", "事业单位医疗")
    assert not one_character_apart("行政单位医疗", "行政单位")


@pytest.mark.parametrize(
    ("code", "name", "mended"),
    [
        ("3012", "津贴补贴", "30102"),
        ("206011", "行政运行", "2060101"),
        ("206110", "行政运行", "206110"),
        ("3012", "社区建设", "3012"),
        ("30102", "津贴补贴", "30102"),
        ("", "津贴补贴", ""),
    ],
)
def test_the_name_tells_which_zero_was_lost(code: str, name: str, mended: str) -> None:
    assert with_lost_zero(code, name) == mended
