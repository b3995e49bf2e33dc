from __future__ import annotations

from decimal import Decimal

import pytest

from datasets.vocabulary.numerals import Numeral, decimals_of, number, numerals


def only(text: str) -> Numeral:
    [found] = numerals(text)
    return found


def roles(text: str) -> list[tuple[str, str]]:
    return [(n.printed, n.role.value if n.role else n.unit) for n in numerals(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,234.56万元", "1234.56", "万元"),
        ("1，234.56 万元", "1234.56", "万元"),
        ("1234.5　万元", "1234.5", "万元"),
        ("12,345,678.90元", "12345678.90", "元"),
        ("３．５０万元", "3.50", "万元"),
        ("99.9％", "99.9", "%"),
        ("８％", "8", "%"),
        ("3台（套）", "3", "台（套）"),
        ("100（份）", "100", "份"),
        ("2.5亿", "2.5", "亿"),
        ("3万人", "3", "万人"),
        ("7.50万元/班次", "7.50", "万元/班次"),
        ("提高5个百分点", "5", "个百分点"),
        ("连续3年", "3", "年"),
    ],
)
def test_value_and_unit_are_read_as_printed(text: str, value: str, unit: str) -> None:
    found = only(text)
    assert (found.value, found.unit, found.role) == (Decimal(value), unit, None)


@pytest.mark.parametrize("text", ["10分钟", "3项目名称", "5人员经费", "2元旦", "20年度", "12期间", "6名称"])
def test_the_beginning_of_another_word_is_no_unit(text: str) -> None:
    assert only(text).unit == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年12月31日", [("2024", "date"), ("12", "date"), ("31", "date")]),
        ("截至 2024 年 12 月 31 日", [("2024", "date"), ("12", "date"), ("31", "date")]),
        (
            "2023年1月1日-2023年12月31日",
            [("2023", "date"), ("1", "date"), ("1", "date"), ("2023", "date"), ("12", "date"), ("31", "date")],
        ),
        ("2022-2024年", [("2022", "date"), ("2024", "date")]),
        ("1-6月", [("1", "date"), ("6", "date")]),
        ("12月15日前", [("12", "date"), ("15", "date")]),
        ("昌州财教〔2023〕97号", [("2023", "reference"), ("97", "reference")]),
        ("财预[2016]第143号", [("2016", "reference"), ("143", "reference")]),
        ("单价50万元以上设备", [("50", "reference")]),
        ("单位价值100万元（含）以上大型设备0台（套）", [("100", "reference"), ("0", "台（套）")]),
        ("206 科学技术支出", [("206", "code")]),
        ("210卫生健康支出", [("210", "code")]),
        ("20103-政府办公厅及相关机构事务", [("20103", "code")]),
        ("（2010301）", [("2010301", "code")]),
        (
            "其中：205教育支出10万元，206科学技术支出5万元",
            [("205", "code"), ("10", "万元"), ("206", "code"), ("5", "万元")],
        ),
        ("1.科学技术支出", [("1", "ordinal")]),
        ("（2）公务接待费", [("2", "ordinal")]),
        ("5．2024年部门预算表", [("5", "ordinal"), ("2024", "date")]),
        ("沪府规【2016】168号", [("2016", "reference"), ("168", "reference")]),
        ("第1名，第10位", [("1", "ordinal"), ("10", "ordinal")]),
        ("附表2-1", [("2", "ordinal"), ("1", "ordinal")]),
        ("双30A早熟棉与T5型", [("30", "reference"), ("5", "reference")]),
        ("电话0994-2345678", [("0994", "reference"), ("2345678", "reference")]),
        ("见https://example.cn/2024/1.html", [("2024", "reference"), ("1", "reference")]),
    ],
)
def test_dates_codes_ordinals_and_references_are_told_apart(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize("text", ["230所学校", "300余人", "210多家企业", "234人", "206万元"])
def test_a_count_is_no_code(text: str) -> None:
    assert only(text).role is None


def test_a_count_at_the_beginning_of_a_line_is_no_ordinal() -> None:
    assert roles("2期\n5天") == [("2", "期"), ("5", "天")]
    assert roles("1引导技术转移机构") == [("1", "ordinal")]


def test_a_bare_number_has_neither_role_nor_unit() -> None:
    assert only("2023") == Numeral(0, 4, "2023", Decimal(2023), 0, "", None, 4)


def test_a_text_without_digits_has_no_numerals() -> None:
    assert list(numerals("一般公共预算拨款")) == []


def test_a_recognised_numeral_has_no_unit() -> None:
    assert [n.unit for n in numerals("2024年增加2人")] == ["", "人"]


def test_positions_end_behind_digits_and_behind_the_unit() -> None:
    text = "支出 1,234.50 万元"
    found = only(text)
    assert text[found.start : found.end] == found.printed == "1,234.50"
    assert text[found.start : found.unit_end] == "1,234.50 万元"


@pytest.mark.parametrize(("printed", "decimals"), [("5", 0), ("5.0", 1), ("1,234.567", 3), ("１．２５", 2)])
def test_decimals_are_those_printed(printed: str, decimals: int) -> None:
    assert decimals_of(printed) == decimals
    assert number(printed).as_tuple().exponent == -decimals


def test_an_amount_with_a_group_of_two_digits_is_one_number_and_a_list_is_several() -> None:
    assert [n.printed for n in numerals("预算1,06,000元")] == ["1,06,000"]
    assert [n.printed for n in numerals("分别为20,30,400万元")] == ["20", "30,400"]
