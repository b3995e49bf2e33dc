from __future__ import annotations

from decimal import Decimal

import pytest

from datasets.model import Binding, Role
from tests.unit.texts import compared, only, printed, told

OVERALL = "一、收入支出决算总体情况说明"
REVENUE = "二、收入决算情况说明"
EXPENDITURE = "三、支出决算情况说明"
GENERAL = "五、一般公共预算财政拨款支出决算情况说明"
THREE_PUBLIC = "九、财政拨款“三公”经费支出决算情况说明"
PROCUREMENT = "（二）政府采购情况"
PERFORMANCE = "十一、预算绩效的情况说明"


# -- levels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "concept", "value", "unit"),
    [
        ("2024年度收、支总计1,234.56万元。", "total_revenue", "1234.56", "万元"),
        ("本单位2024年度总收入1234.56 万元。", "total_revenue", "1234.56", "万元"),
        ("收支总预算713.33万元。", "total_revenue", "713.33", "万元"),
        ("支出总计各是100万元。", "total_expenditure", "100", "万元"),
        ("总支出1,234.56万。", "total_expenditure", "1234.56", "万"),
        ("本年收入合计12,345,678.90元。", "current_year_revenue", "12345678.90", "元"),
        ("年初结转和结余0.00万元。", "opening_carryover_and_surplus", "0.00", "万元"),
    ],
)
def test_a_level_is_bound_by_the_words_before_it(sentence: str, concept: str, value: str, unit: str) -> None:
    [figure] = [f for f in told(OVERALL, sentence).figures if f.role is Role.LEVEL]
    assert (figure.concept, figure.value, figure.unit) == (concept, Decimal(value), unit)
    assert figure.binding is Binding.CERTAIN


def test_fund_stage_and_period_come_from_the_section_and_the_document() -> None:
    scope = told(GENERAL, "2024年度一般公共预算财政拨款支出7,850.84万元。").figure("7,850.84").scope
    assert (scope.fund, scope.stage, scope.period) == ("general", "outturn", "2024")


def test_a_bare_amount_at_the_head_of_a_section_is_what_the_section_is_about() -> None:
    assert told(GENERAL, "2024年共计100万元。").figure("100").concept == "expenditure"


def test_only_in_the_section_of_one_fund_does_a_carryover_belong_to_it() -> None:
    sentence = "年初结转和结余0.50万元，本年收入30万元。"
    funds = told("八、政府性基金预算财政拨款收入支出决算情况说明", sentence)
    general, wide = told(GENERAL, sentence), told(OVERALL, sentence)
    assert funds.levels() == {"fund_opening_carryover": "0.50", "fund_revenue": "30"}
    assert {f.scope.fund for f in funds.figures} == {"government_funds"}
    assert general.levels() == wide.levels() == {"opening_carryover_and_surplus": "0.50", "current_year_revenue": "30"}
    assert {f.scope.fund for f in general.figures} == {"general"}
    assert {f.scope.fund for f in wide.figures} == {None}


def test_headings_without_numbers_are_headings_when_their_words_are_known() -> None:
    read = told(
        "2024年部门预算编制说明",
        "2024年，某局收入预算100万元，支出预算100万元。",
        "财政拨款支出主要内容如下：",
        "1.“科学技术支出（类）科学技术管理事务（款）行政运行（项）”90万元。2023年当年预算执行数为80万元，2024年预算安排90万元，"
        "比2023年预算执行数增加12.5%。",
        "名词解释",
        "机关运行经费指5万元以下的支出。",
        stage="original_budget",
    )
    assert [(f.concept, f.scope.fund, f.scope.period) for f in read.figures if f.concept and f.role is Role.LEVEL] == [
        ("total_revenue", "all", "2024"),
        ("expenditure", "all", "2024"),
        ("expenditure", "fiscal", "2024"),
        ("expenditure", "fiscal", "2023"),
        ("expenditure", "fiscal", "2024"),
    ]
    [rate] = [s for s in read.statements if s.rate is not None]
    assert rate.base is not None
    assert (rate.base.base, rate.base.stage, printed(rate.level)) == ("prior_year", "outturn", "90")
    assert read.figure("5").role is Role.UNREAD


@pytest.mark.parametrize("heading", ["一、主要职能", "第三部分 专业名词解释"])
def test_duties_and_terms_report_no_figures(heading: str) -> None:
    figure = told(heading, "机关运行经费10万元。").figure("10")
    assert (figure.role, figure.concept) == (Role.UNREAD, "")


def test_a_page_number_on_its_own_line_is_an_ordinal() -> None:
    assert told(OVERALL, "— 12 —").figure("12").role is Role.ORDINAL


# -- comparisons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("比上年增加2.86万元，增长5.01%", ("prior_year", "", "2.86", "5.01")),
        ("与2023年度相比，减少2.86万元，下降4.55%", ("prior_year", "", "-2.86", "-4.55")),
        ("较2023年度决算数减少2.86万元，降低4.55%", ("prior_year", "outturn", "-2.86", "-4.55")),
        ("与上年决算数相比，增2.86万元，增幅5.01%", ("prior_year", "outturn", "2.86", "5.01")),
        ("比上年预算数调增2.86万元，增长率5.01%", ("prior_year", "original_budget", "2.86", "5.01")),
        ("较去年同期压减2.86万元，减少率4.55%", ("prior_year", "", "-2.86", "-4.55")),
        ("同比上升5.01%，增加2.86万元", ("prior_year", "", "2.86", "5.01")),
        ("比年初预算数减少2.86万元，减幅4.55%", ("budget", "original_budget", "-2.86", "-4.55")),
        ("与全年预算相比，节约2.86万元，下降4.55%", ("budget", "full_year_budget", "-2.86", "-4.55")),
        ("较调整预算数核减2.86万元", ("budget", "full_year_budget", "-2.86", "")),
        ("较上年下降4.55%", ("prior_year", "", "", "-4.55")),
        ("比上年增加0.00万元，增长0.00%", ("prior_year", "", "0.00", "0.00")),
        ("比上年减少0万元，下降0.0%", ("prior_year", "", "0", "0.0")),
        ("与2019年相比，增加2.86万元，增长5.01%", ("year:2019", "", "2.86", "5.01")),
        ("比上年增加-2.86万元，增长-4.55%", ("prior_year", "", "-2.86", "-4.55")),
    ],
)
def test_a_change_has_a_base_a_sign_and_a_rate(words: str, expected: tuple[str, str, str, str]) -> None:
    statement = only(told(EXPENDITURE, f"基本支出60万元，{words}。"))
    assert (statement.subject.concept, printed(statement.level)) == ("basic_expenditure", "60")
    assert compared(statement) == expected


def test_two_comparisons_of_one_level_are_two_statements() -> None:
    first, second = told(
        EXPENDITURE, "基本支出60万元，比年初预算增加5万元，增长9.09%；比上年减少1万元，下降1.64%。"
    ).statements
    assert compared(first) == ("budget", "original_budget", "5", "9.09")
    assert compared(second) == ("prior_year", "", "-1", "-1.64")
    assert first.level is second.level is not None


def test_the_subject_carries_over_a_full_stop() -> None:
    statement = only(told(EXPENDITURE, "基本支出60万元。与上年对比，增加3万元，增长5.26%。"))
    assert (printed(statement.level), printed(statement.change)) == ("60", "3")


def test_a_change_of_both_totals_is_read_for_each_of_them() -> None:
    statement, twin = told(
        OVERALL, "收、支总计1,234.56万元，与2023年度相比，收、支总计各增加34.56万元，增长2.88%。"
    ).statements
    assert (statement.subject.concept, twin.subject.concept) == ("total_revenue", "total_expenditure")
    assert [twin.level and twin.level.id, twin.change and twin.change.id] == [
        statement.level and statement.level.id,
        statement.change and statement.change.id,
    ]
    assert (printed(statement.change), printed(statement.rate)) == ("34.56", "2.88")


@pytest.mark.parametrize("words", ["与上年持平", "与上年一致", "较上年无变化", "比上年预算保持不变", "与上年相同"])
@pytest.mark.parametrize("behind", ["。", "，主要原因是：厉行节约。", "。项目支出40万元，比上年增加1万元。"])
def test_no_change_is_a_comparison_wherever_the_sentence_goes_on(words: str, behind: str) -> None:
    statement = told(EXPENDITURE, f"基本支出60万元，{words}{behind}").statement("basic_expenditure")
    assert statement.unchanged
    assert statement.base is not None
    assert statement.base.base == "prior_year"


def test_no_change_of_another_subject_says_nothing_of_the_open_one() -> None:
    read = told(THREE_PUBLIC, "公务接待费0.37万元，比上年减少0.11万元，下降22.92%。因公出国（境）费与上年持平。")
    assert not read.statement("official_hospitality").unchanged


def test_the_base_of_a_comparison_is_no_level_of_the_year() -> None:
    read = told(OVERALL, "收入总计100万元，与上年决算数105.82万元相比，减少5.82万元，下降5.5%。")
    assert read.figure("105.82").scope.period == "2023"
    assert [(printed(s.level), printed(s.change)) for s in read.statements] == [("105.82", ""), ("100", "5.82")]


def test_last_years_budget_between_a_level_and_its_change_is_the_base() -> None:
    read = told(EXPENDITURE, "基本支出511.01万元，上年预算503.54万元，增加7.47万元，增长1.48%。")
    assert read.figure("503.54").scope.period == "2023"
    assert [(printed(s.level), printed(s.change)) for s in read.statements] == [("503.54", ""), ("511.01", "7.47")]


def test_percentage_points_are_no_money_and_no_rate() -> None:
    read = told(EXPENDITURE, "基本支出60万元，占60%，比上年提高5个百分点。")
    statement = only(read)
    assert statement.change is None
    assert (read.figure("5").role, read.figure("5").unit) == (Role.CHANGE, "个百分点")


def test_a_change_in_persons_is_none_of_money() -> None:
    statement = told(EXPENDITURE, "人员经费60万元，在职人员增加2人。").statement("personnel_costs")
    assert statement.change is None


def test_a_change_word_at_the_end_of_a_name_is_no_change() -> None:
    read = told(
        PERFORMANCE, "支持外贸发展370万元，支持商销稳增长30万元。登记金额8.22亿元，增加2亿元，较上年增长32.2%。"
    )
    assert (read.figure("30").role, read.figure("2").role) == (Role.LEVEL, Role.CHANGE)
    assert read.figure("30").concept_label == "支持商销稳增长"


# -- shares ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "share",
    ["占60%", "占本年支出的60%", "占比60%", "占支出合计的比重为60%", "占60.00%"],
)
def test_a_share_knows_its_whole(share: str) -> None:
    read = told(EXPENDITURE, f"本年支出100万元，其中：基本支出60万元，{share}。")
    assert printed(read.statement("basic_expenditure").whole) == "100"


def test_a_share_in_brackets_is_one() -> None:
    read = told(REVENUE, "本年收入合计100万元，其中：财政拨款收入90万元（90%），其他收入10万元（10%）。")
    shares = {s.subject.concept: (printed(s.share), printed(s.whole)) for s in read.statements if s.share}
    assert shares == {"fiscal_appropriation": ("90", "100"), "other_revenue": ("10", "100")}


def test_a_named_whole_precedes_the_head_of_the_section() -> None:
    read = told(
        PROCUREMENT,
        "政府采购支出总额100万元，授予中小企业合同金额80万元，占政府采购支出总额的80%，其中：授予小微企业合同金额60万元，"
        "占授予中小企业合同金额的75%。",
    )
    assert printed(read.statement("procurement_small_micro").whole) == "80"


def test_a_sibling_is_no_whole() -> None:
    by_class = told(GENERAL, "教育支出（类）10万元，占5.5%；科学技术支出（类）171.82万元，占94.5%。")
    by_kind = told(EXPENDITURE, "1.基本支出60万元，占60%。", "2.项目支出40万元，占40%。")
    assert [s.whole for s in (*by_class.statements, *by_kind.statements)] == [None] * 4


def test_a_whole_not_printed_is_unknown() -> None:
    read = told(EXPENDITURE, "本年支出100万元，其中：项目支出40万元，占上级补助收入的40%。")
    assert read.statement("project_expenditure").whole is None


def test_a_second_share_in_a_clause_belongs_to_something_else() -> None:
    read = told(
        PROCUREMENT,
        "政府采购支出总额100万元，授予中小企业合同金额80万元，占政府采购支出总额的80%，工程采购占工程支出金额的90%。",
    )
    assert read.figure("90").concept == ""
    assert printed(read.statement("procurement_small_medium").share) == "80"


# -- completion and deviation ----------------------------------------------------------------------------------------


def test_completion_of_a_budget_printed_before() -> None:
    budget, final = told(
        GENERAL, "一般公共预算财政拨款支出年初预算为80万元，支出决算为100万元，完成年初预算的125%。"
    ).statements
    assert budget.level is not None
    assert final.level is not None
    assert (budget.level.scope.stage, final.level.scope.stage) == ("original_budget", "outturn")
    assert printed(final.completion) == "125"


@pytest.mark.parametrize(
    ("words", "stage"), [("年初预算", "original_budget"), ("全年预算", "full_year_budget"), ("预算", None)]
)
def test_completion_of_a_budget_printed_within(words: str, stage: str | None) -> None:
    read = told(GENERAL, f"一般公共预算财政拨款支出100万元，完成{words}80万元的125%。")
    assert read.figure("80").scope.stage == stage
    assert [(printed(s.level), printed(s.completion)) for s in read.statements] == [("80", ""), ("100", "125")]


def test_a_budget_that_does_not_say_which_has_no_stage_in_final_accounts() -> None:
    sentence = "“三公”经费财政拨款支出预算为5万元，支出决算为4.67万元，完成预算的93.4%。"
    read = told(THREE_PUBLIC, sentence)
    assert read.figure("5").scope.stage is None
    assert read.figure("4.67").concept == "three_public_expenses"
    assert read.figure("4.67").scope.stage == "outturn"


def test_the_bare_budget_of_a_budget_is_its_own() -> None:
    read = told(GENERAL, "行政运行（项）：2023年预算数为423.53万元。", stage="original_budget", period="2023")
    assert read.figure("423.53").scope.stage == "original_budget"


@pytest.mark.parametrize(("words", "value"), [("1341.39%", "1341.39"), ("为-10%", "-10"), ("－10.5%", "-10.5")])
def test_the_deviation_rate_keeps_its_sign(words: str, value: str) -> None:
    read = told(GENERAL, f"与年初预算相比，年初预算数544.67万元，决算数7,850.84万元，预决算差异率{words}。")
    [statement] = [s for s in read.statements if s.deviation is not None]
    assert statement.deviation is not None
    assert statement.deviation.value == Decimal(value)
    assert printed(statement.level) == "7,850.84"
