"""Forms of other provinces: subtotals, lists of projects, two periods, ranges, pairs, weights beside names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checks.families import load_rules
from checks.judging.verdicts import judge
from checks.model import Outcome
from checks.performance.rules import document_instances
from checks.performance.shared import is_met, wants
from datasets.model import Figure, Role
from datasets.performance.model import PerformanceTable
from datasets.performance.words import is_subtotal, is_total, read_range, weight_in_brackets
from tests.unit.performance_forms import IDENTITY, Form, Row, printed, read, tables_of

HEADER = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")


def tables(*rows: tuple[str, ...], title: str = "项目支出绩效自评表") -> list[PerformanceTable]:
    return read(printed([[(title,), *rows]]))[2]


def broken(read_tables: list[PerformanceTable]) -> list[str]:
    found = map(judge, document_instances(read_tables, IDENTITY, load_rules()))
    return sorted(verdict.instance.relation.id for verdict in found if verdict.outcome is Outcome.BROKEN)


def value(figure: Figure | None) -> Decimal | None:
    return figure.value if figure else None


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("10-15次", "10", "15", "次"),
        ("5%—8%", "5", "8", "%"),
        ("3 至 4 期", "3", "4", "期"),
        ("1.5～2", "1.5", "2", ""),
    ],
)
def test_a_range_is_taken_apart(text: str, low: str, high: str, unit: str) -> None:
    found = read_range(text)
    assert found is not None
    assert (text[slice(*found.low)], text[slice(*found.high)], found.unit) == (low, high, unit)


@pytest.mark.parametrize(
    "text", ["1-12月", "2023-2024年", "15-10次", "2024-05-01", "10次", "5个-8万元", "010-12345678号"]
)
def test_periods_dates_and_falling_pairs_are_no_ranges(text: str) -> None:
    assert read_range(text) is None


def test_a_range_is_met_inside_and_open_outside_it() -> None:
    rows = [Row(target="10-15次", outcome=outcome, completion="-") for outcome in ("12次", "15次", "20次", "12万元")]
    [table] = tables_of(Form(rows=rows))
    assert [is_met(indicator) for indicator in table.indicators] == [True, True, None, None]
    assert table.indicators[0].target is not None
    assert table.indicators[0].target.bounds is not None


def test_without_an_operator_the_name_tells_what_is_better() -> None:
    rows = [Row(name, "5%", "4%") for name in ("项目参与率", "群众投诉率")]
    rows.append(Row("办结时限", "5天", "4天", level2="时效指标"))
    [table] = tables_of(Form(rows=rows))
    assert [wants(indicator) for indicator in table.indicators] == ["more", "", "less"]
    assert [is_met(indicator) for indicator in table.indicators] == [False, None, True]


def test_a_subtotal_is_no_indicator_and_a_total_may_carry_its_weight() -> None:
    assert is_subtotal("小计")
    assert is_total("总分（100分）")
    assert not is_total("小计")
    [table] = tables(
        HEADER,
        ("产出指标", "数量指标", "举办培训", "≥10期", "10期", "60", "60"),
        ("小计", "", "", "", "", "60", "60"),
        ("效益指标", "社会效益指标", "覆盖面", "≥5个", "5个", "40", "40"),
        ("总分", "", "", "", "", "100", "100"),
    )
    assert [indicator.name for indicator in table.indicators] == ["举办培训", "覆盖面"]
    assert value(table.total_score) == 100
    assert broken([table]) == []


def test_a_total_that_plain_text_ran_into_a_subtotal_is_found() -> None:
    [table] = tables(
        HEADER,
        ("产出指标", "数量指标", "举办培训", "≥10期", "10期", "100", "100"),
        ("小计", "100", "100"),
        ("", "总计", "100", "100"),
    )
    assert [indicator.name for indicator in table.indicators] == ["举办培训"]
    assert value(table.total_weight) == 100


def test_a_header_printed_again_on_the_next_page_is_no_indicator() -> None:
    row = ("产出指标", "数量指标", "举办培训", "≥10期", "10期", "50", "50")
    [table] = tables(HEADER, row, HEADER, ("", "", "编印资料", "≥10份", "10份", "50", "50"))
    assert [indicator.name for indicator in table.indicators] == ["举办培训", "编印资料"]


def test_the_weight_of_an_indicator_is_the_one_behind_its_name() -> None:
    [table] = tables(
        ("一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "评分标准", "得分"),
        ("投入", "20", "目标设定", "8", "目标合理性", "4", "符合得4分，每缺1项扣0.5分", "4"),
        ("", "", "", "", "指标明确性", "16", "清晰得16分", "15"),
        title="部门整体支出绩效自评表",
    )
    assert [value(indicator.weight) for indicator in table.indicators] == [4, 16]
    assert [(block.level1, block.weight.printed) for block in table.blocks] == [("投入", "20")]
    assert broken([table]) == ["performance-weights"]  # 20 are no hundred; the block itself adds up


def test_a_scoring_standard_reports_nothing() -> None:
    _, ledger, _ = read(
        printed(
            [
                [
                    ("部门整体支出绩效自评表",),
                    ("一级指标", "三级指标", "分值", "评分标准", "得分"),
                    ("过程", "预算控制率", "5", "0-10%（含）计4分", "5"),
                ]
            ]
        )
    )
    assert [f.role for f in ledger.figures() if f.quote.startswith("0-10")] == [Role.REFERENCE] * 3


def test_weights_behind_names_are_weights() -> None:
    assert weight_in_brackets("产出指标（50分）") == (5, 7)
    assert weight_in_brackets("满意度（%）") is None
    [table] = tables(
        ("一级指标", "二级指标", "三级指标", "年初目标值", "实际完成值", "得分"),
        ("产出指标（20分）", "数量指标", "举办培训（12分）", "≥10期", "10期", "12"),
        ("", "", "编印资料（8分）", "≥10份", "10份", "8"),
    )
    assert [value(indicator.weight) for indicator in table.indicators] == [12, 8]
    assert "performance-block-sum" not in broken([table])


def test_a_list_of_several_projects_is_one_record_for_each() -> None:
    first, second = tables(
        ("项目名称", "年度目标", "一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重"),
        ("甲项目", "举办培训班10期。", "产出指标", "数量指标", "举办培训班", "≥", "10", "期", "90"),
        ("乙项目", "编印资料8份。", "产出指标", "数量指标", "编印资料", "≥", "8", "份", "50"),
        ("", "", "", "质量指标", "合格率", "≥", "95", "%", "40"),
        title="部门预算项目绩效目标表",
    )
    assert (first.project, second.project) == ("甲项目", "乙项目")
    assert (len(first.indicators), len(second.indicators)) == (1, 2)
    assert second.goal is not None
    assert second.goal.text == "编印资料8份。"
    assert first.identifier != second.identifier
    target = second.indicators[0].target
    assert target is not None
    assert target.figure is not None
    assert target.figure.scope.project == "乙项目"
    assert broken([first, second]) == []


def test_of_two_periods_the_year_stands_under_its_total() -> None:
    [table] = tables(
        ("项目资金（万元）", "中期资金总额：", "300.00", "年度资金总额：", "100.00"),
        ("", "其中：财政拨款", "240.00", "其中：财政拨款", "80.00"),
        ("", "其他资金", "60.00", "其他资金", "20.00"),
        ("一级指标", "二级指标", "三级指标", "中期指标值", "年度指标值"),
        ("产出指标", "数量指标", "举办培训", "≥30期", "≥10期"),
        title="项目绩效目标申报表",
    )
    amounts = [value(table.amount(source, "original_budget")) for source in ("total", "fiscal", "other")]
    assert amounts == [100, 80, 20]
    target = table.indicators[0].target
    assert target is not None
    assert value(target.figure) == 10
    assert broken([table]) == []


def test_funds_in_pairs_of_label_and_amount() -> None:
    [table] = tables(
        ("预算执行情况（万元）", "预算数：", "100.00", "执行数：", "90.00"),
        ("", "其中：财政拨款", "80.00", "其中：财政拨款", "75.00"),
        ("", "其他资金", "20.00", "其他资金", "15.00"),
        ("一级指标", "二级指标", "三级指标", "预期指标值", "实际完成指标值"),
        ("产出指标", "数量指标", "举办培训", "≥10期", "10期"),
        title="项目绩效目标完成情况表",
    )
    read_amounts = [
        value(table.amount(source, stage))
        for source in ("total", "fiscal", "other")
        for stage in ("full_year_budget", "outturn")
    ]
    assert read_amounts == [100, 90, 80, 75, 20, 15]


def test_an_execution_rate_among_the_indicators_counts_once() -> None:
    [table] = tables(
        ("项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "执行率"),
        ("年度资金总额", "100.00", "100.00", "90.00", "90.00%"),
        HEADER,
        ("预算执行指标", "预算执行率", "预算执行率", "≥100%", "90%", "10", "9"),
        ("产出指标", "数量指标", "举办培训", "≥10期", "10期", "90", "90"),
        ("总分", "", "", "", "", "100", "99"),
    )
    assert broken([table]) == []


def test_a_rate_printed_as_a_fraction_is_not_taken_for_a_percentage() -> None:
    assert "performance-execution-rate" not in broken(tables_of(Form(rate="1", execution_score="10.00")))


def test_an_unknown_source_hides_the_execution_rate_and_leaves_the_totals_alone() -> None:
    [table] = tables(
        ("项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
        ("本年安排", "100.00", "100.00", "90.00", "10", "90.00%", "9.00"),
        HEADER,
        ("产出指标", "数量指标", "举办培训", "≥10期", "10期", "90", "90"),
        ("总分", "", "", "", "", "100", "99"),
    )
    assert table.unread_sources == 1
    assert broken([table]) == []


def test_extra_points_are_cut_off_at_a_hundred() -> None:
    [table] = tables(
        HEADER,
        ("产出指标", "数量指标", "举办培训", "≥10期", "10期", "100", "100"),
        ("加分项", "加分项", "获得表彰", "≥1次", "1次", "10", "5"),
        ("总分", "", "", "", "", "110", "100"),
    )
    assert broken([table]) == []


@pytest.mark.parametrize(
    ("target", "outcome"),
    [("≤300元/人", "280元"), ("≥12次/年", "12次"), ("≥95%", "0.98"), ("≤2万元/公里", "1.8万元")],
)
def test_a_price_printed_as_money_and_a_fraction_are_no_other_units(target: str, outcome: str) -> None:
    rows = [Row(f"活动{number}", ">=10次", "=10次", weight="15", score="15") for number in range(5)]
    odd = Row("活动标准", target, outcome, "100%", weight="15", score="15")
    assert broken(tables_of(Form(rows=[*rows, odd]))) == []


def test_points_to_be_subtracted_leave_the_total_alone() -> None:
    [table] = tables(
        HEADER,
        ("产出指标", "数量指标", "举办培训", "≥10期", "10期", "100", "100"),
        ("扣分项", "扣分项", "信息报送迟延", "≤0次", "1次", "5", "2"),
        ("总分", "", "", "", "", "105", "98"),
    )
    assert "performance-total-score" not in broken([table])


def test_words_for_numbers_are_a_habit_where_many_indicators_have_them() -> None:
    one = Form(rows=[Row(outcome="已完成", weight="90", score="90")])
    [verdict] = [
        verdict
        for verdict in map(judge, document_instances(tables_of(one), IDENTITY, load_rules()))
        if verdict.instance.relation.id == "performance-outcome-in-words"
    ]
    assert (verdict.outcome, str(verdict.instance.severity)) == (Outcome.BROKEN, "info")
