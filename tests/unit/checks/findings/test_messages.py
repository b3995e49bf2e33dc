"""The words of a finding, in both languages: place, printed numbers, gap, slack, repair, source."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from checks.findings.messages import message, place_words, printed_number
from checks.judging.verdicts import judge
from checks.localising.causes import Cause, causes
from checks.localising.residuals import Residual
from checks.model import Instance, Term, Verdict, WordEvidence
from datasets.model import Place, Role, Scope
from tests.unit.building import figure, instance, relation


def words(made: Instance, *more: Instance, explained: Residual | None = None, english: bool = False) -> str:
    verdicts = [judge(each) for each in (made, *more)]
    found = causes(verdicts, {}) or [Cause((verdicts[0],), ())]
    primary: Verdict = next(v for v in found[0].verdicts if v.id == verdicts[0].id)
    return message(found[0], primary, explained, english=english)


def three_public() -> Instance:
    cell: dict[str, Any] = {"table": "“三公”经费支出表", "row": 5}
    return instance(
        [figure("120.60", concept="three_public_expenses", concept_label="“三公”经费", column=2, line=77, **cell)],
        [
            figure("33.00", concept="official_overseas_visits", concept_label="因公出国（境）费", column=3, **cell),
            figure("80.00", concept="official_vehicles", concept_label="公务用车购置及运行维护费", column=4, **cell),
            figure("7.50", concept="official_hospitality", concept_label="公务接待费", column=5, **cell),
        ],
        rule=relation("three-public-total", source="财预〔2016〕143号第十四条"),
    )


def test_a_broken_sum_in_chinese() -> None:
    text = words(three_public())
    assert text.startswith("《“三公”经费支出表》第5行第2列，第77行。")
    assert (
        "“三公”经费 120.60 ≠ 因公出国（境）费 33.00 ＋ 公务用车购置及运行维护费 80.00 ＋ 公务接待费 7.50 = 120.5 万元"
        in text
    )
    assert "相差 0.1 万元，4 个数的四舍五入最多解释 0.02" in text
    assert "“三公”经费 120.60 应为 120.5万元（一位数字写错）" in text
    assert text.endswith("依据：财预〔2016〕143号第十四条。")


def test_a_broken_sum_in_english_names_concepts_in_english() -> None:
    text = words(three_public(), english=True)
    assert text.startswith("“三公”经费支出表 row 5 column 2, line 77. ")
    assert "official hospitality 7.50 = 120.5 万元" in text
    assert "Gap 0.1 万元; rounding of 4 figures explains at most 0.02" in text
    assert "official hospitality 7.50 → 7.6万元 (one digit is wrong)" in text
    assert text.endswith("Source: 财预〔2016〕143号第十四条.")


def test_a_lone_sum_says_that_any_one_change_repairs_it() -> None:
    made = instance(["57.77"], ["12.50", "20.25"])
    assert (
        "改其中任何一处即可：支出 57.77 应为 32.75万元；支出 12.50 应为 37.52万元；支出 20.25 应为 45.27万元"
        in words(made)
    )
    assert "Any one of these repairs it: expenditure 57.77 → 32.75万元; " in words(made, english=True)


def test_where_one_figure_is_likelier_only_that_is_said() -> None:
    shared = figure("52.00")
    text = words(instance(["30.00"], ["10.00", shared], rule="one"), instance([shared], ["5.00", "15.00"], rule="two"))
    assert "最可能：支出 52.00 应为 20万元" in text
    assert "改其中任何一处" not in text
    assert "同一原因还使 1 处勾稽不符：two应当成立" in text


def test_a_rate_shows_the_quotient_and_percentage_points() -> None:
    rate = Term(figure("29.44", "%", role=Role.RATE), label="增减幅度")
    right = (Term(figure("-63.14", role=Role.CHANGE), label="增减额"), Term(figure("2961.68"), label="本年数"))
    made = Instance(relation("rate-of-change"), "growth_of_change", (rate,), right, unit="%")
    text = words(made)
    assert "增减幅度（支出） 29.44% ≠ 增减额 -63.14 ÷ （本年数 2961.68 ＋ 63.14） = -2.09%" in text
    assert "个百分点" in text
    english = words(made, english=True)
    assert "rate of change (expenditure) 29.44% ≠ change -63.14 ÷ (current year 2961.68 ＋ 63.14) = -2.09%" in english
    assert "percentage points" in english


def test_growth_shows_both_years() -> None:
    made = instance([figure("11", "%")], ["15.68", "13.9"], "growth", unit="%")
    assert "支出 11% ≠ （支出 15.68 － 支出 13.9） ÷ 13.9 = 13%" in words(made)


def test_a_share_shows_part_over_whole() -> None:
    made = instance([figure("57", "%")], ["158", "280"], "ratio", unit="%")
    assert "支出 57% ≠ 支出 158 ÷ 支出 280 = 56%" in words(made)


def test_a_bound_says_greater_than() -> None:
    assert "支出 6.00 ＞ 支出 5.00 万元" in words(instance(["6.00"], ["5.00"], "bound"))


def test_zero_implies_zero_says_what_stands_against_it() -> None:
    none = figure("0", "人", concept_label="离休人员")
    allowance = figure("2.2", concept_label="30301 离休费")
    text = words(instance([none], [allowance], "zero_implies_zero"))
    assert "离休人员 0 人，而 30301 离休费 2.2 万元" in text
    assert "相差 2.2 万元" in text
    english = words(instance([none], [allowance], "zero_implies_zero"), english=True)
    assert "离休人员 0 人, yet 30301 离休费 2.2 万元" in english


def test_a_product_is_written_out_in_the_unit_of_the_result() -> None:
    lamps, price = figure("33", "个", concept_label="路灯"), figure("3500", "元", concept_label="每盏")
    right = (Term(lamps), Term(price, factor=Decimal("0.0001")))
    made = Instance(relation(), "product", (Term(figure("11.51")),), right, unit="万元")
    assert "支出 11.51 ≠ 路灯 33 × 每盏 0.35 = 11.55 万元" in words(made)


def test_what_is_subtracted_carries_its_own_sign_once() -> None:
    change = Term(figure("-0.11", role=Role.CHANGE, concept_label="R-D支出"), weight=Decimal(-1))
    made = Instance(relation(), "sum", (Term(figure("4.67")), change), (Term(figure("4.50")),), unit="万元")
    assert "支出 4.67 － R-D支出的增减额 -0.11 = 4.78 ≠ 支出 4.50 万元" in words(made)


def test_a_decrease_is_repaired_without_its_sign() -> None:
    rate = figure("-3.09", "%", role=Role.RATE)
    made = instance([rate], [figure("-63.14", role=Role.CHANGE), "2961.68"], "growth_of_change", unit="%")
    assert "支出的增减幅度 3.09 应为 2.09%" in words(made)
    assert "rate of change of expenditure 3.09 → 2.09%" in words(made, english=True)


def test_a_long_sum_is_cut_and_says_how_many_terms_it_has() -> None:
    made = instance(["99.00"], [f"{number}.00" for number in range(1, 12)])
    assert "支出 8.00 …（共11项） = 66 万元" in words(made)
    assert "支出 9.00" not in words(made).partition("≠")[2].partition("=")[0]
    assert "… (11 terms) = 66 万元" in words(made, english=True)


def test_a_statement_without_arithmetic_gives_its_note() -> None:
    made = instance(
        [figure("7", "个", line=12)],
        [],
        "logic",
        holds=False,
        note="所说 7 个，列出 6 个",
        note_en="7 are counted, 6 are listed",
    )
    assert words(made) == "第12行。test-relation应当成立。所说 7 个，列出 6 个。依据：某某办法第一条。"
    assert words(made, english=True).startswith("line 12. test-relation must hold. 7 are counted, 6 are listed. ")


def test_words_at_fault_are_placed_like_figures() -> None:
    word = WordEvidence("甲.txt", Place(5, 7, line=4), "空表", table="收支总表")
    made = Instance(relation(), "logic", (), (), holds=False, words=(word,))
    assert words(made).startswith("《收支总表》，第4行。")


def test_assumptions_are_named() -> None:
    made = replace(instance(["35.00"], ["10.00"]), assumptions=("文中未列出的项按 0 计",))
    assert "前提假设：文中未列出的项按 0 计" in words(made)
    assert "Assumed: items that the text does not list count as 0" in words(made, english=True)


def test_an_explained_gap_names_the_item_and_its_place() -> None:
    item = figure("180", concept="own_funds", concept_label="单位资金", line=177)
    residual = Residual(((item,),), 3, Decimal("0.0055"))
    text = words(instance(["210"], ["30"]), explained=residual)
    assert "差额恰等于单位资金 180万元（第177行）（在已知的 3 项中，碰巧相等的期望次数为 0.006）" in text
    english = words(instance(["210"], ["30"]), explained=residual, english=True)
    assert "The gap equals unit's own funds 180万元 (line 177) (among 3 known items, " in english


def test_a_gap_that_several_items_make_up_together_names_them_all() -> None:
    items = tuple(figure(printed, concept_label=f"项目{printed}", line=7) for printed in ("112.17", "68.17"))
    text = words(instance(["210"], ["30"]), explained=Residual((items,), 5, Decimal("0.01")))
    assert "差额恰等于项目112.17 112.17万元（第7行） ＋ 项目68.17 68.17万元（第7行）（在已知的 5 项中" in text
    rivals = words(instance(["210"], ["30"]), explained=Residual(((items[0],), (items[1],)), 5, Decimal("0.01")))
    assert "项目112.17 112.17万元（第7行），或项目68.17 68.17万元（第7行）" in rivals


def test_two_figures_that_are_compared_are_both_placed() -> None:
    made = instance([figure("352.67", line=9)], [figure("350.35", line=12)])
    assert words(made).startswith("第9行 与 第12行。")
    assert words(made, english=True).startswith("line 9 and line 12. ")
    assert words(instance([figure("352.67", line=9)], [figure("350.35", line=9)])).startswith("第9行。")


def test_a_label_that_fits_any_item_is_given_with_the_item() -> None:
    share = Term(figure("57.00", "%", role=Role.SHARE, concept_label="201 一般公共服务支出"), label="占比")
    right = (
        Term(figure("31.00", concept_label="201 一般公共服务支出"), label="部分"),
        Term(figure("70.00"), label="总体"),
    )
    made = Instance(relation(), "ratio", (share,), right, unit="%")
    assert "占比（201 一般公共服务支出） 57.00% ≠ 部分（201 一般公共服务支出） 31.00 ÷ 总体（支出） 70.00" in words(
        made
    )


def test_items_of_one_name_are_told_apart_by_their_projects() -> None:
    parts = [figure(f"{number}.00", scope=Scope(project=f"项目{name}")) for number, name in ((3, "甲"), (4, "乙"))]
    assert "支出（项目甲） 3.00 ＋ 支出（项目乙） 4.00 = 7" in words(instance(["9.00"], parts))


def test_of_many_tied_figures_it_is_said_how_many_there_are() -> None:
    text = words(instance(["600.17"], [f"{number}.00" for number in range(81, 88)]))
    assert "；或其余 " in text
    assert "; or one of " in words(instance(["600.17"], [f"{number}.00" for number in range(81, 88)]), english=True)


def test_a_composed_label_names_its_concept_in_english() -> None:
    item = figure("57.77", concept_label="2210201 住房公积金（支出）")
    assert "2210201 住房公积金 (expenditure) 57.77" in words(instance([item], ["12.50"]), english=True)
    of_services = figure("57.77", concept_label="201 一般公共服务支出（支出）")
    assert "201 一般公共服务支出 (expenditure) 57.77" in words(instance([of_services], ["12.50"]), english=True)


def test_between_documents_both_files_are_named() -> None:
    far = figure("22", "人", document="/somewhere/2023.txt", line=38)
    made = instance([figure("19", "人", document="/somewhere/2024.txt", line=77)], [far])
    assert words(made).startswith("2024.txt 第77行 与 2023.txt 第38行。")
    assert words(made, english=True).startswith("2024.txt line 77 and 2023.txt line 38. ")


@pytest.mark.parametrize(
    ("quote", "name"),
    [
        ("其中规模以上工业企业16家，其他20家", "其中规模以上工业企业 16"),
        ("新增16家，累计16家", "此数 16"),
        ("", "此数 16"),
        ("16家", "此数 16"),
    ],
)
def test_no_figure_goes_without_a_name(quote: str, name: str) -> None:
    nameless = figure("16", "个", concept="", concept_label="", quote=quote)
    text = words(instance([nameless], [figure("18", "个")]))
    assert f"{name} ≠" in text
    assert f"{name} 应为 18个" in text


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E+3", "1000"), ("0.10", "0.1"), ("1E-7", "0.0000001"), ("-5.00", "-5"), ("0", "0"), ("100", "100")],
)
def test_numbers_are_printed_without_exponent_and_superfluous_zeros(number: str, text: str) -> None:
    assert printed_number(Decimal(number)) == text


def test_huge_and_tiny_gaps_have_no_exponent() -> None:
    text = words(instance(["123456789012.00"], ["0.01"])) + words(instance(["0.00"], ["1.00"]), english=True)
    assert "E+" not in text
    assert "E-" not in text


@pytest.mark.parametrize(
    ("place", "table", "zh", "en"),
    [
        (Place(0, 1, line=7), "", "第7行", "line 7"),
        (Place(0, 1, page=3), "表一", "《表一》第2行第3列，第3页", "表一 row 2 column 3, p.3"),
        (Place(0, 1, block=9), "", "第9段", "block 9"),
        (Place(0, 1, block=9), "表一", "《表一》第2行第3列", "表一 row 2 column 3"),
    ],
)
def test_a_place_is_said_in_what_its_format_has(place: Place, table: str, zh: str, en: str) -> None:
    at = figure("1.00", place=place, table=table, row=2, column=3)
    assert place_words(at) == zh
    assert place_words(at, english=True) == en


def test_a_repair_says_what_else_prints_the_number_and_what_it_would_break() -> None:
    wrong, copy = figure("27.00"), figure("27.00")
    made = (
        instance([copy], ["20.00", "17.00"], rule="one"),
        instance([wrong], [copy], rule="copy"),
        instance([wrong], ["30.00", "7.00"], rule="two"),
        instance([copy], ["26.00", "1.00"], rule="holds"),
    )
    assert "应为 37万元（一位数字写错；另有 1 处同印此数，应一并更正；改后现已相符的 1 处勾稽须重核）" in words(*made)
    assert "→ 37万元 (one digit is wrong; likewise in 1 more places that print it; " in words(*made, english=True)
