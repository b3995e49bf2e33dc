from __future__ import annotations

from decimal import Decimal

import pytest

from datasets.model import Binding, Figure, Role
from datasets.narrative import Statement
from tests.unit.texts import Told, told

OVERALL = "一、收入支出决算总体情况说明"
REVENUE = "二、收入决算情况说明"
EXPENDITURE = "三、支出决算情况说明"
GENERAL = "五、一般公共预算财政拨款支出决算情况说明"
THREE_PUBLIC = "九、财政拨款“三公”经费支出决算情况说明"
PROCUREMENT = "（二）政府采购情况"
ASSETS = "（三）国有资产占用情况说明"
STAFF = "二、机构设置及人员情况"
PROJECTS = "七、关于某局2024年一般公共预算项目支出情况说明"
PERFORMANCE = "十一、预算绩效的情况说明"


def printed(figure: Figure | None) -> str:
    return figure.printed if figure else ""


def compared(statement: Statement) -> tuple[str, str, str, str]:
    """Base, its stage, change and rate with their signs."""
    assert statement.base is not None
    change, rate = statement.change, statement.rate
    return (
        statement.base.base,
        statement.base.stage,
        str(change.value) if change else "",
        str(rate.value) if rate else "",
    )


def only(read: Told) -> Statement:
    [statement] = read.statements
    return statement


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


def test_a_change_of_both_totals_is_read_once_with_its_rate() -> None:
    statement = only(told(OVERALL, "收、支总计1,234.56万元，与2023年度相比，收、支总计各增加34.56万元，增长2.88%。"))
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


def test_percentage_points_are_no_money_and_no_rate() -> None:
    read = told(EXPENDITURE, "基本支出60万元，占60%，比上年提高5个百分点。")
    statement = only(read)
    assert statement.change is None
    assert (read.figure("5").role, read.figure("5").unit) == (Role.CHANGE, "个百分点")


def test_a_change_in_persons_is_none_of_money() -> None:
    statement = told(EXPENDITURE, "人员经费60万元，在职人员增加2人。").statement("personnel_costs")
    assert statement.change is None


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


# -- functional paths, economic items, projects ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("科学技术支出（类）", "206"),
        ("科学技术支出(类)科学技术管理事务(款)行政运行(项)", "2060101"),
        ("科学技术支出（类）科学技术管理事务（款）一般行政管理事务（项）：支出决算数为", "2060102"),
        ("科学技术支出 （类） 科技条件与服务 (款) 其他科技条件与服务支出（项）", "2060599"),
        ("科学技术支出（类）某新事务（款）行政运行（项）", "206~某新事务~行政运行"),
        ("科技成果转化与扩散（项）", "2060404"),
        ("机构运行（项）", "~机构运行"),
        ("206科学技术支出", "206"),
        ("206-科学技术支出", "206"),
        ("2010301行政运行", "2010301"),
        ("科学技术支出", "206"),
    ],
)
def test_a_functional_item_is_known_by_its_path_its_code_or_its_class(path: str, code: str) -> None:
    figure = told(GENERAL, f"1.{path}527.54万元。").figure("527.54")
    assert (figure.concept, figure.scope.function_code, figure.scope.fund) == ("expenditure", code, "general")


def test_budget_and_outturn_of_an_item_share_its_path() -> None:
    read = told(GENERAL, "1.科学技术支出（类）基础研究（款）。年初预算为50万元，支出决算为55万元，完成年初预算的110%。")
    assert {f.scope.function_code for f in read.figures if f.concept} == {"20602"}


@pytest.mark.parametrize(
    ("sentence", "number", "label"),
    [
        ("1.科学技术支出（类）科学技术管理事务（款）行政运行（项）5.5万元。", "5.5", "2060101 行政运行（支出）"),
        ("1.科学技术支出（类）某新事务（款）5.5万元。", "5.5", "某新事务（支出）"),
        ("20103-政府办公厅及相关机构事务5.5万元。", "5.5", "20103 政府办公厅及相关机构事务（支出）"),
        ("一般公共预算财政拨款支出5.5万元。", "5.5", "支出"),
    ],
)
def test_the_label_names_the_item(sentence: str, number: str, label: str) -> None:
    assert told(GENERAL, sentence).figure(number).concept_label == label


@pytest.mark.parametrize(
    "heading", ["（一）项目名称：引智工作经费", "1.项目名称：引智工作经费", "项目名称：引智工作经费"]
)
def test_amounts_below_a_project_heading_are_of_the_project(heading: str) -> None:
    read = told(PROJECTS, heading, "预算安排规模：10万元", "资金分配情况：商品和服务支出8万元、资本性支出2万元。")
    items = [(f.printed, f.concept, f.scope.project, f.scope.economic_code) for f in read.figures if f.concept]
    assert items == [
        ("10", "project_expenditure", "引智工作经费", None),
        ("8", "project_expenditure", "引智工作经费", "302"),
        ("2", "project_expenditure", "引智工作经费", "310"),
    ]
    assert read.figure("8").concept_label == "引智工作经费·商品和服务支出（项目支出）"


def test_economic_items_of_the_basic_expenditure_are_read_in_its_section() -> None:
    read = told(
        "六、一般公共预算财政拨款基本支出决算情况说明", "人员经费60万元，主要包括：基本工资40万元、津贴补贴20万元。"
    )
    assert [(f.concept, f.scope.economic_code, f.concept_label) for f in read.figures[1:]] == [
        ("basic_expenditure", "30101", "30101 基本工资（基本支出）"),
        ("basic_expenditure", "30102", "30102 津贴补贴（基本支出）"),
    ]


# -- reasons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reason",
    [
        "主要原因是：本年增加项目2个，支出20万元。",
        "主要原因：一是人员增加2人；二是项目支出增加20万元。",
        "主要是增加项目支出20万元",
        "变动原因是项目支出20万元。三是公用经费增加2万元。",
        "决算数大于预算数的主要情况是：1.项目支出20万元；2.公用经费2万元。",
    ],
)
def test_numbers_in_a_reason_report_nothing(reason: str) -> None:
    read = told(EXPENDITURE, f"基本支出60万元，比上年增加22万元，{reason}")
    inside = [f for f in read.figures if f.printed in {"2", "20"} and f.unit]
    assert inside
    assert {(f.role, f.concept, f.binding) for f in inside} == {(Role.COUNT, "", Binding.GUESSED)}
    assert only(read).subject.concept == "basic_expenditure"


@pytest.mark.parametrize(
    "behind",
    ["。项目支出40万元。", "；项目支出40万元。", "。其中：项目支出40万元，占40%。"],
    ids=["stop", "semicolon", "among"],
)
def test_a_reason_ends_where_another_subject_is_reported(behind: str) -> None:
    read = told(EXPENDITURE, f"基本支出60万元，主要原因是：人员增加2人{behind}")
    assert read.levels() == {"basic_expenditure": "60", "project_expenditure": "40"}


def test_a_reason_ends_where_another_base_is_compared() -> None:
    _, second = told(
        EXPENDITURE, "基本支出60万元，比上年增加2万元，主要原因是：人员增加；比年初预算减少3万元，下降4.8%。"
    ).statements
    assert compared(second) == ("budget", "original_budget", "-3", "-4.8")


# -- companions, counts and contexts -----------------------------------------------------------------------------------


def test_a_value_behind_a_count_of_vehicles_is_theirs() -> None:
    read = told(ASSETS, "截至2024年12月31日，房屋25.00平方米，价值0.25万元。车辆2辆，账面价值46.63万元。")
    assert read.levels() == {
        "house_area": "25.00",
        "house_value": "0.25",
        "vehicles": "2",
        "vehicles_value": "46.63",
    }


def test_stocks_are_of_an_instant_and_planned_purchases_of_the_year() -> None:
    read = told(
        ASSETS,
        "截至2022年底，单位价值50万元以上大型设备1台（套）。",
        "2023年安排购置50万元以上大型设备0台（套）。",
        stage="original_budget",
        period="2023",
    )
    periods = {f.concept: f.scope.period for f in read.figures if f.concept}
    assert periods == {"large_equipment_50": "2022-12-31", "large_equipment_50_purchases": "2023"}


def test_an_amount_of_something_else_behind_vehicles_is_not_their_value() -> None:
    read = told(THREE_PUBLIC, "购置车辆0辆；公务用车运行支出4.3万元，公务用车保有量为2辆。")
    assert read.levels() == {"vehicles_purchased": "0", "official_vehicle_upkeep": "4.3", "vehicles_kept": "2"}


def test_guests_follow_the_events_they_came_for() -> None:
    read = told(
        THREE_PUBLIC, "国内公务接待4批次、47人次。国（境）外公务接待1批次5人次。因公出国（境）团组0个，累计3人次。"
    )
    assert read.levels() == {
        "hospitality_events": "4",
        "hospitality_guests": "47",
        "foreign_hospitality_events": "1",
        "foreign_hospitality_guests": "5",
        "overseas_delegations": "0",
        "overseas_travellers": "3",
    }


def test_the_seven_classes_of_vehicles_are_told_apart() -> None:
    read = told(
        ASSETS,
        "共有车辆9辆，其中：副部（省）级及以上领导用车0辆、主要负责人用车1辆、机要通信用车2辆、应急保障用车3辆、执法执勤用车4辆、"
        "特种专业技术用车5辆、离退休干部服务用车6辆、其他用车7辆，单价100万元（含）以上设备（不含车辆）8台（套）。",
    )
    assert list(read.levels().values()) == ["9", "0", "1", "2", "3", "4", "5", "6", "7", "8"]
    assert len(read.levels()) == 10


def test_details_in_brackets_do_not_cut_the_sentence() -> None:
    read = told(STAFF, "在职人员23人（行政编制20人、事业编制3人），增加2人；退休人员22人，减少1人。")
    assert printed(read.statement("active_staff").change) == "2"
    assert printed(read.statement("active_staff").level) == "23"
    assert read.levels()["authorised_institution_posts"] == "3"


def test_changes_in_brackets_belong_to_the_level_before_them() -> None:
    statement = only(told(EXPENDITURE, "基本支出60万元（比上年增加2万元，增长3.45%）。"))
    assert compared(statement) == ("prior_year", "", "2", "3.45")


def test_goods_works_and_services_need_no_more_than_their_word_below_procurement() -> None:
    read = told(PROCUREMENT, "政府采购支出总金额100万元，其中货物类20万元、工程类30万元、服务类50万元。")
    assert read.levels() == {
        "government_procurement": "100",
        "government_procurement_goods": "20",
        "government_procurement_works": "30",
        "government_procurement_services": "50",
    }
    assert told(EXPENDITURE, "购买服务50万元。").figure("50").concept != "government_procurement_services"


# -- numbers without a concept  -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "number", "label"),
    [
        ("昌吉州全社会研发投入15.68亿元，较上年增长11%。", "15.68", "昌吉州全社会研发投入"),
        ("昌吉州全社会研发投入15.68亿元，较上年增长11%。", "11", "昌吉州全社会研发投入"),
        ("2024年财政科技支出预计为4.06亿元。", "4.06", "财政科技支出"),
        ("攻克装备制造、棉花生物育种等24项关键核心技术。", "24", "关键核心技术"),
        ("填补5项国内空白。", "5", "国内空白"),
        ("其中：国（境）外专家约20名。", "20", "国（境）外专家"),
        ("组织培训2期，培训共计300人次。", "300", "培训"),
        ("建成平台172家（国家级39家）。", "39", "国家级"),
        ("设立引智工作专项经费，每年10万元。", "10", "设立引智工作专项经费"),
    ],
)
def test_the_label_is_the_noun_that_is_counted(sentence: str, number: str, label: str) -> None:
    figure = told(PERFORMANCE, sentence).figure(number)
    assert (figure.concept, figure.concept_label, figure.binding) == ("", label, Binding.INFERRED)


def test_a_share_of_a_count_is_one_of_the_count_it_is_taken_from() -> None:
    read = told(PERFORMANCE, "规上企业582家，高企280家；高企中规上高企158家，占比达57%。")
    [statement] = [s for s in read.statements if s.share]
    assert (printed(statement.level), printed(statement.whole)) == ("158", "280")
