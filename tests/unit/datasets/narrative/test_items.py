from __future__ import annotations

import pytest

from datasets.model import Binding, Role
from tests.unit.texts import compared, only, printed, told

EXPENDITURE = "三、支出决算情况说明"
GENERAL = "五、一般公共预算财政拨款支出决算情况说明"
THREE_PUBLIC = "九、财政拨款“三公”经费支出决算情况说明"
PROCUREMENT = "（二）政府采购情况"
ASSETS = "（三）国有资产占用情况说明"
STAFF = "二、机构设置及人员情况"
PROJECTS = "七、关于某局2024年一般公共预算项目支出情况说明"
PERFORMANCE = "十一、预算绩效的情况说明"


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
        ("20177-数字甲县事务5.5万元。", "5.5", "20177 数字甲县事务（支出）"),
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


def test_the_whole_that_parts_are_taken_from_is_not_what_they_report() -> None:
    read = told(
        "2024年部门预算编制说明",
        "财政拨款支出预算100万元。财政拨款支出预算中，一般公共预算拨款支出预算90万元；政府性基金拨款支出预算10万元，"
        "国有资本经营预算拨款支出预算0万元。",
        stage="original_budget",
    )
    assert [(f.concept, f.scope.fund) for f in read.figures if f.unit] == [
        ("expenditure", "fiscal"),
        ("expenditure", "general"),
        ("expenditure", "government_funds"),
        ("expenditure", "state_capital"),
    ]


def test_the_classes_of_vehicles_to_be_bought_are_no_stock() -> None:
    read = told(ASSETS, "2024年部门预算安排购置车辆1辆，其中：其他用车1辆。", stage="original_budget")
    assert [(f.concept, f.concept_label) for f in read.figures if f.unit] == [
        ("vehicles_purchased", "购置车辆（公务用车购置数）"),
        ("", "其他用车"),
    ]


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


# -- numbers without a concept  --------------------------------------------------------------------------------------


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
        ("平均得分99.43分（其中，绩效评级为“优”的项目4个；绩效评级为“良”的项目0个）。", "4", "绩效评级为“优”的项目"),
        ("平均得分99.43分（其中，绩效评级为“优”的项目4个；绩效评级为“良”的项目0个）。", "0", "绩效评级为“良”的项目"),
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


@pytest.mark.parametrize(
    "between",
    ["主要用于：人员经费及公用经费。", "主要用于事业单位运行所需人员经费。", "主要用于：治理等项目支出，"],
)
def test_what_an_item_is_spent_on_is_not_what_its_budget_and_outturn_report(between: str) -> None:
    path = "科学技术支出（类）科学技术管理事务（款）行政运行（项）"
    read = told(GENERAL, f"1.{path}96.50万元，{between}年初预算为88.25万元，支出决算为96.50万元。")
    known = {(f.concept, f.scope.function_code) for f in read.figures if f.unit == "万元"}
    assert known == {("expenditure", "2060101")}


def test_dashes_may_join_the_levels_of_a_path() -> None:
    read = told(GENERAL, "1.“科学技术支出(类）-科学技术管理事务（款）-行政运行（项）”5.5万元。")
    assert read.figure("5.5").scope.function_code == "2060101"


@pytest.mark.parametrize(
    ("name", "code"), [("一般公共服务", "201"), (".教育支出", "205"), ("文化体育与传媒支出", "207")]
)
def test_a_class_in_quotation_marks_is_known_by_a_short_or_an_old_name(name: str, code: str) -> None:
    figure = told(GENERAL, f"1.“{name}”306.90万元，占1.61%；").figure("306.90")
    assert (figure.concept, figure.scope.function_code) == ("expenditure", code)


@pytest.mark.parametrize("words", ["支出", "支出收入", "支出为"])
def test_a_bare_expenditure_behind_a_revenue_is_of_the_same_fund(words: str) -> None:
    heading = "八、政府性基金预算财政拨款收入支出决算情况说明"
    spent = told(heading, f"政府性基金预算财政拨款收入105.00万元，{words}104.00万元，支出具体情况如下：").figure(
        "104.00"
    )
    assert (spent.concept, spent.scope.fund) == ("expenditure", "government_funds")


def test_each_step_of_performance_management_has_an_amount_of_its_own() -> None:
    step = "的2024年度项目48个，涉及预算金额"
    read = told(
        PERFORMANCE,
        f"编报绩效目标{step}75.10万元；绩效跟踪评价{step}49.20万元；绩效自评{step}49.30万元，平均得分99分。",
    )
    assert read.levels() == {
        "performance_target_amount": "75.10",
        "performance_tracked_amount": "49.20",
        "performance_evaluated_amount": "49.30",
    }


def test_what_small_firms_won_is_told_apart_from_what_was_reserved_for_them() -> None:
    read = told(
        PROCUREMENT,
        "面向中小企业预留政府采购项目预算金额36.10万元。在面向中小企业预留的政府采购项目中，由中小企业供应商中标或成交的，"
        "采购金额19.20万元；在其他政府采购项目中，由中小企业供应商中标或成交的，采购金额4.30万元。",
    )
    assert read.levels() == {
        "procurement_small_medium": "36.10",
        "procurement_awarded_small_medium": "19.20",
        "procurement_awarded_elsewhere": "4.30",
    }


def test_receptions_are_counted_behind_what_they_cost() -> None:
    read = told(THREE_PUBLIC, "国内公务接待支出0.40万元。公务接待2批次、24人次，其中：接待外宾0批次、0人次。")
    assert read.levels() == {
        "domestic_hospitality": "0.40",
        "hospitality_events": "2",
        "hospitality_guests": "24",
        "foreign_hospitality_events": "0",
        "foreign_hospitality_guests": "0",
    }
