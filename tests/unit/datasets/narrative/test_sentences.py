"""Sentences as equations: parts of wholes, lists of subjects, directions of reasons, wrong percentages, cut lines."""

from __future__ import annotations

import pytest

from checks.model import Severity
from checks.sentences.percentages import explained
from datasets.model import Role
from datasets.narrative.reasons import direction_of
from datasets.narrative.sentences import sentences
from datasets.narrative.wholes import Ground, Partition, partitions
from datasets.vocabulary.numerals import numerals
from tests.unit.building import figure, instance
from tests.unit.texts import told

OVERALL = "一、收入支出决算总体情况说明"
THREE_PUBLIC = "九、财政拨款“三公”经费支出决算情况说明"


def parted(text: str) -> list[tuple[Ground, list[str], list[str]]]:
    """Ground, wholes and parts of each partition, as printed."""
    digits = {numeral.start: numeral.printed for numeral in numerals(text)}

    def printed(partition: Partition) -> tuple[Ground, list[str], list[str]]:
        wholes, parts = partition.wholes, partition.parts
        return partition.ground, [digits[w.start] for w in wholes], [digits[p.start] for p in parts]

    return [printed(partition) for partition in partitions(text)]


def test_complements_are_parts_of_what_the_words_refer_to() -> None:
    text = "总建筑面积100平方米，其中地上建筑面积60平方米（其中计容50平方米，不计容10平方米），地下40平方米。"
    assert parted(text)[:2] == [
        (Ground.COMPLEMENT, ["100"], ["60", "40"]),
        (Ground.COMPLEMENT, ["60"], ["50", "10"]),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "占地面积100平方米，地上建筑面积60平方米，地下建筑面积40平方米。",
        "总建筑面积100平方米，其中地上建筑面积60平方米。",
        "比上年增加100人，男60人，女40人。",
    ],
)
def test_nothing_is_a_complement_without_its_whole_and_its_counterpart(text: str) -> None:
    assert Ground.COMPLEMENT not in {ground for ground, _, _ in parted(text)}


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("用房100平方米，其中：办公用房60平方米，其他用房40平方米。", Ground.REST),
        ("资产100万元，其中：房屋60万元，其他资产净值40万元。", Ground.OPEN),
        ("案件100件，分别为民事60件、刑事40件。", Ground.COMPLETE),
        ("学员100人，其中党员60人，女性70人。", Ground.OPEN),
    ],
)
def test_what_the_words_say_of_a_list_being_complete(text: str, ground: Ground) -> None:
    assert [found for found, _, _ in parted(text)] == [ground]


def test_a_change_word_inside_a_name_is_no_change_but_leaves_an_unclear_list_alone() -> None:
    assert parted("预算100万，其中稳增长30万，创新70万，合计100万。")[0] == (Ground.TOTAL, ["100"], ["30", "70"])
    assert parted("预算100万，其中企业增长30万，创新70万，合计100万。") == []


@pytest.mark.parametrize(
    "words", ["收入总计和支出总计分别为5200.00、5020.00万元", "收、支总计各是5200.00万元、5020.00万元"]
)
def test_numbers_of_a_list_are_given_to_its_subjects_in_order(words: str) -> None:
    assert told(OVERALL, f"2024年度{words}。").levels() == {"total_revenue": "5200.00", "total_expenditure": "5020.00"}


def test_a_bare_count_takes_its_unit_from_its_noun() -> None:
    read = told(THREE_PUBLIC, "公务接待费3.00万元，国内公务接待批次25，人次200。")
    assert {f.concept: f.unit for f in read.figures if f.value == 25} == {"hospitality_events": "批次"}


def test_a_line_cut_inside_a_sentence_goes_on_in_the_next() -> None:
    read = told(
        THREE_PUBLIC, "2024年度“三公”经费财政拨款支出预算为", "10.00万元，支出决算为8.50万元，", "完成预算的85%。"
    )
    [statement] = [s for s in read.statements if s.completion]
    assert (read.figure("10.00").scope.stage, read.figure("8.50").scope.stage) == (None, "outturn")
    assert statement.level is read.figure("8.50")
    assert statement.paragraph.text.count("\n") == 2


def test_a_numbered_line_with_an_amount_is_no_heading() -> None:
    assert told(OVERALL, "（一）收入总计4,321.09万元").levels() == {"total_revenue": "4,321.09"}


@pytest.mark.parametrize(
    ("reason", "sign"),
    [
        ("宣传事务经费增加。", 1),
        ("合同进度等原因减少支付。", -1),
        ("一是人员经费增加；二是项目经费减少。", None),
        ("退休人员增加，在职人员经费减少。", None),
        ("退休人员增加。", None),
        ("部分经费转列项目支出，项目支出增加。", None),
        ("人员增加导致经费增加。", None),
        ("上年支出增加。", None),
    ],
)
def test_a_reason_has_a_direction_only_where_its_words_are_plain(reason: str, sign: int | None) -> None:
    found = direction_of(reason)
    assert (found.sign if found else None) == sign


def rate(printed: str, change: str, level: str) -> tuple[Severity | None, str]:
    made = explained(
        instance([figure(printed, "%", role=Role.RATE)], [change, level], "growth_of_change", rule="rate-of-change")
    )
    return made.severity, made.note


def test_a_percentage_that_was_only_cut_off_is_a_warning() -> None:
    assert rate("66.66", "2000.00", "5000.00") == (Severity.WARNING, "数字只截去了尾数，没有四舍五入")


@pytest.mark.parametrize(
    ("printed", "words"),
    [("25.00", "以本年数为基数"), ("0.33", "倍数")],
)
def test_a_wrong_percentage_says_how_it_came_to_be(printed: str, words: str) -> None:
    severity, note = rate(printed, "400.00", "1600.00")
    assert severity is None
    assert words in note


def test_a_right_percentage_says_nothing() -> None:
    assert rate("33.33", "400.00", "1600.00") == (None, "")


def test_a_paragraph_is_read_once_however_often_it_is_asked_for() -> None:
    text = "公务接待费支出22.59万元。"
    assert sentences(text) is sentences(text)
