"""What must hold in performance tables: each rule with cases that hold, break, or are none of its business."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from checks.families import load_rules
from checks.judging.verdicts import judge
from checks.model import Outcome, Severity
from checks.performance.rules import DOCUMENT_RULES, LABELS, PRIOR, TABLE_RULES, document_instances
from checks.performance.years import last_year
from datasets.model import Kind, Scope, Table
from datasets.performance.reading import read_performance
from datasets.performance.words import is_performance_title
from datasets.readers.text.reading import read_text
from datasets.register import Register
from datasets.vocabulary.plain import plain
from tests.unit.performance_forms import IDENTITY, Form, Row, broken, broken_rules, tables_of, verdicts


def halves(**second: str) -> tuple[Row, Row]:
    """Two indicators of 45 each, the second changed."""
    return Row(weight="45", score="45"), replace(Row(name="印发资料", weight="45", score="45"), **second)


def test_every_rule_has_its_relation_in_the_data_files() -> None:
    assert {*TABLE_RULES, *DOCUMENT_RULES, LABELS, PRIOR} <= set(load_rules())


def test_a_flawless_form_breaks_nothing_and_verifies_its_figures() -> None:
    outcomes = Counter(verdict.outcome for verdict in verdicts(Form()))
    assert set(outcomes) == {Outcome.EXACT}
    assert outcomes.total() >= 10


@pytest.mark.parametrize(
    ("form", "rules"),
    [
        (Form(fiscal=("10.00", "9.00", "10.00")), ["performance-funds-total"]),
        (Form(rate="98.00%", execution_score="9.80", total_score="99.80分"), ["performance-execution-rate"]),
        (Form(execution_score="9.00", total_score="99.00分"), ["performance-execution-score"]),
        (Form(total_score="99.00分"), ["performance-total-score"]),
        (Form(rows=halves(weight="40", score="40"), total_score="95.00分"), ["performance-weights"]),
        (
            Form(rows=halves(weight="40"), total_weight="95"),
            ["performance-score-within-weight"],
        ),
        (
            Form(rows=halves(outcome="=9次", completion="95%", reason="会议合并")),
            ["performance-completion-rate"],
        ),
        (Form(rows=halves(outcome="=9次", completion="90%")), ["performance-reason-missing"]),
        (
            Form(rows=halves(target="<=10天", outcome="=12天", reason="审批延后")),
            ["performance-inverse-completion", "performance-unmet-but-full"],
        ),
        (Form(rows=halves(score="0"), total_score="55.00分"), ["performance-met-but-zero"]),
        (Form(rows=halves(outcome="达到预期")), ["performance-outcome-in-words"]),
        (Form(rows=halves(target=">=10个", outcome="=10人")), ["performance-unit"]),
        (Form(rows=halves(target="有效", outcome="有效", completion="110%")), ["performance-words-completion"]),
        (Form(goal="2024年全年预算数12.00万元。"), ["performance-text-funds"]),
    ],
)
def test_one_slip_breaks_its_own_rule_alone(form: Form, rules: list[str]) -> None:
    assert broken_rules(form) == rules


@pytest.mark.parametrize(
    "second",
    [
        {"target": "<=10天", "outcome": "=3天"},  # inverse, met
        {"target": "<=10万元", "outcome": "=8万元", "level1": "效益指标"},
        {"target": "2024年12月15日前", "outcome": "=2024年12月11日"},
        {"target": "=2024年5月", "outcome": "=2024年5月20日"},
        {"target": "有效提升", "outcome": "达到预期指标"},
        {"target": "有效提升", "outcome": "100%"},
        {"target": ">=10人", "outcome": "=10人次"},
        {"target": ">=10个", "outcome": "=10家"},
        {"target": ">=1.5万元", "outcome": "=15000元"},
        {"target": ">=10次", "outcome": "=12次"},  # capped at 100 %: no rule of this document says otherwise
        {"prior": "/", "outcome": "-", "completion": "-", "score": "45"},
        {"target": "优（定性）", "outcome": "优"},
    ],
)
def test_legal_indicators_are_silent(second: dict[str, str]) -> None:
    assert broken_rules(Form(rows=halves(**second))) == []


def test_rounding_of_scores_and_rates_is_no_break() -> None:
    form = Form(
        total=("8.00", "3.00", "2.00"),
        fiscal=("8.00", "3.00", "2.00"),
        rate="66.67%",
        execution_score="6.67",
        total_score="96.67分",
    )
    assert broken_rules(form) == []


def test_an_unknown_source_of_funds_leaves_the_total_unchecked() -> None:
    form = Form(fiscal=("9.00", "9.00", "9.00"), extra=[("", "社会捐赠", "1.00", "1.00", "1.00", "—", "—", "—")])
    assert broken_rules(form) == []


def test_a_truncated_rate_is_a_warning_that_says_so() -> None:
    rows = halves(target=">=1500万元", outcome="=1558万元", completion="103%", level1="效益指标")
    [verdict] = broken(Form(rows=rows))
    assert verdict.instance.relation.id == "performance-completion-rate"
    assert verdict.instance.severity is Severity.WARNING
    assert "截断" in verdict.instance.note


def test_a_rate_that_is_off_by_more_than_the_cut_is_as_loud_as_its_relation() -> None:
    [verdict] = broken(Form(rows=halves(outcome="=9次", completion="95%", reason="会议合并")))
    assert verdict.instance.severity is None
    assert verdict.instance.relation.severity is Severity.ERROR


def test_where_a_document_does_not_cap_a_capped_rate_is_reported() -> None:
    over = [Row(f"指标{n}的数量", ">=10次", f"=1{n}次", f"1{n}0%", weight="15", score="15") for n in (1, 2, 3, 4)]
    capped = Row("第五指标数量", ">=10次", "=15次", "100%", weight="30", score="30")
    assert broken_rules(Form(rows=[*over, capped])) == ["performance-completion-rate"]


@pytest.mark.parametrize(
    ("goal", "outcome", "rules"),
    [
        ("开展活动10次。", "共开展活动10次。", []),
        ("开展活动12次。", "", ["performance-text-indicator"]),
        ("", "截至 2024 年 12 月 31 日，开展活动达到11次。", ["performance-text-indicator"]),
        ("开展活动9次以上。", "", []),
        ("", "2023年开展活动8次，2024年开展活动10次。", []),
        ("", "上半年开展活动6次，下半年开展活动4次。", []),
        ("", "开展活动经费12万元。", []),
        ("", "计划开展活动的场所12个。", []),
    ],
)
def test_the_text_repeats_the_indicator_that_it_names(goal: str, outcome: str, rules: list[str]) -> None:
    assert broken_rules(Form(goal=goal or "无。", outcome=outcome or "无。")) == rules


def test_a_list_behind_an_amount_adds_up_to_the_indicator() -> None:
    goal = "\n1.高新企业奖励170万元。其中新认定2家，每家奖励50万元；再认定7家，每家奖励10万元。"
    row = Row(name="“全州”高新企业奖励", target=">=9家", outcome="=9家")
    assert broken_rules(Form(goal=goal, rows=[row])) == []
    row = replace(row, target=">=8家", outcome="=8家")
    [verdict] = broken(Form(goal=goal, rows=[row]))
    assert [term.figure.printed for term in verdict.instance.left] == ["8"]
    assert "2＋7＝9" in verdict.instance.note


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("安装路灯33盏，每盏造价3500元，共需资金11.55万元。", []),
        ("安装路灯33盏，每盏造价3500元，共需资金11.51万元。", ["performance-text-product"]),
        ("安装路灯33盏，每盏造价约3500元，共需资金11.51万元。", []),
        ("安装路灯33盏，每盏造价3500元。其他设备共11.51万元。", []),
        ("奖励100万元。对5家成功组建的企业，每家给予20万元奖励。", []),
        ("奖励90万元。对5家成功组建的企业，每家给予20万元奖励。", ["performance-text-products"]),
        ("奖励120万元。其中4家企业获得20万元奖励，8家企业获得5万元奖励。", []),
        ("奖励130万元。其中4家企业获得20万元奖励，8家企业获得5万元奖励。", ["performance-text-products"]),
        ("奖励25万元。其中4家企业获得20万元奖励，8家企业获得5万元奖励。", []),
        ("修路16.5公里，合16500米。", []),
        ("修路16.5公里，合165000米。", ["performance-power-of-ten"]),
        ("修路1.65公里，共10段，每段165米。", []),
    ],
)
def test_the_arithmetic_in_a_text(text: str, rules: list[str]) -> None:
    assert broken_rules(Form(goal=text)) == rules


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        (Row("线上线下培训人数", ">=600人", "=600人"), []),
        (Row("线上线下培训人数", ">=500人", "=500人"), ["performance-text-action"]),
        (Row("培训乡镇教师人数", ">=500人", "=500人"), []),  # may be a part of all
        (Row("培训班数量", ">=2期", "=2期"), []),
    ],
)
def test_the_persons_of_an_activity(row: Row, rules: list[str]) -> None:
    assert broken_rules(Form(goal="举办培训班2期，培训学员600名。", rows=[row])) == rules


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("于2024年12月31日按时完成培训。", ["performance-text-date"]),
        ("于2024年12月30日按时完成培训。", []),
        ("截至2024年12月31日，按时完成培训。", []),
        ("2024年12月31日收到通知。", []),
    ],
)
def test_the_date_of_completion(text: str, rules: list[str]) -> None:
    rows = halves(target="2024年12月30日", outcome="=2024年12月30日", level2="时效指标")
    assert broken_rules(Form(outcome=text, rows=rows)) == rules


def test_items_of_the_goal_are_not_summed_up_to_less() -> None:
    goal = "支持联动项目3项，实施科技培训项目1项。"
    row = Row("实施课题", ">=3项", "=3项")
    told = "支持联动项目和科技培训项目共{}项。"
    assert broken_rules(Form(goal=goal, outcome=told.format(4), rows=[row])) == []
    assert broken_rules(Form(goal=goal, outcome=told.format(3), rows=[row])) == ["performance-text-list"]


def cost_form(name: str, target: str, funds: str) -> Form:
    rows = halves(
        name="经费", target=f"<={target}万元", outcome=f"={target}万元", level1="成本指标", level2="经济成本指标"
    )
    amounts = (funds, funds, funds)
    return Form(project=name, rows=rows, total=amounts, fiscal=amounts)


def test_cost_indicators_are_held_to_the_funds_where_the_document_does_so() -> None:
    forms = [cost_form(name, "20", "20.00") for name in "甲乙丙"]
    assert broken_rules(*forms, cost_form("丁", "20", "20.00")) == []
    [verdict] = broken(*forms, cost_form("丁", "11.51", "21.51"))
    assert verdict.instance.relation.id == "performance-cost-funds"
    assert [words.printed for words in verdict.instance.words if words.role == "suspect"] == ["<=11.51万元"]
    assert broken_rules(*forms[:2], cost_form("丁", "11.51", "21.51")) == []  # two tables teach nothing


def satisfaction(score: str, label: str, outcome: str = "=100%", completion: str = "111.11%") -> Form:
    row = Row("满意度", ">=90%", outcome, completion, score, "10", "满意度指标", "满意度指标", label=label)
    total = f"{90 + float(score):.2f}分"
    return Form(rows=[Row(weight="80", score="80"), row], total_score=total)


def test_another_label_in_a_category_is_reported_when_it_changes_the_score() -> None:
    usual = [satisfaction("10", "满意度赋分") for _ in range(6)]
    odd = satisfaction("8.89", "按照完成比例赋分")
    assert broken_rules(*usual, odd) == ["performance-scoring-label"]
    assert broken_rules(*usual, satisfaction("10", "按照完成比例赋分")) == []
    assert broken_rules(*usual[:4], odd) == []


def test_a_score_that_leaves_the_rule_of_its_label_is_reported() -> None:
    usual = [satisfaction("8.89", "按照完成比例赋分") for _ in range(6)]
    assert broken_rules(*usual) == []
    assert broken_rules(*usual, satisfaction("10", "按照完成比例赋分")) == ["performance-scoring-rule"]


def overall(original_budget: str = "10.00") -> Form:
    amounts = (original_budget, "10.00", "10.00")
    return Form(title="单位整体支出绩效自评表", project="", total=amounts, fiscal=amounts)


def test_projects_do_not_exceed_the_whole() -> None:
    assert broken_rules(overall(), Form()) == []
    small = overall(original_budget="9.00")
    [verdict] = broken(small, Form())
    assert verdict.instance.relation.id == "performance-projects-within-overall"
    assert "年初预算数" in verdict.instance.where
    assert broken_rules(small, small, Form()) == []  # two units: which project is whose is not printed


def test_one_outcome_has_one_target() -> None:
    first = Form(rows=halves(name="研发投入", target=">=15.68亿元", outcome="=15.68亿元"))
    other = Form(rows=halves(name="带动研发支出", target=">=15.60亿元", outcome="=15.68亿元", completion="100.51%"))
    assert broken_rules(first, first) == []
    assert broken_rules(first, other) == ["performance-same-outcome"]


def test_last_years_value_is_that_of_the_earlier_project_in_the_same_document() -> None:
    earlier = Form("2023年专项资金（97号培训补助经费）", [Row("培训技术员（名）", "=100名", "=102名", "102%")])
    later = Form("培训补助经费", [Row("培训技术员人数", "=60名", "=60名", prior="102名")])
    assert broken_rules(earlier, later) == []
    [verdict] = broken(earlier, replace(later, rows=[replace(later.rows[0], prior="100名")]))
    assert verdict.instance.relation.id == "performance-prior-year"


def test_last_years_value_is_that_of_last_years_document() -> None:
    earlier = tables_of(Form("2023年培训经费", [Row(outcome="=12次", completion="120%")]))
    relation = load_rules()[PRIOR]
    [kept] = last_year(tables_of(Form("2024年培训经费", [Row(prior="12次")])), earlier, relation)
    [changed] = last_year(tables_of(Form("培训经费", [Row(prior="10次")])), earlier, relation)
    assert (judge(kept).outcome, judge(changed).outcome) == (Outcome.EXACT, Outcome.BROKEN)
    assert list(last_year(tables_of(Form("会议经费", [Row(prior="10次")])), earlier, relation)) == []


def test_weights_of_a_lone_form_without_a_total_add_up_to_what_is_usual() -> None:
    form = Form(total_weight="", total_score="")
    assert broken_rules(form) == []
    assert broken_rules(replace(form, rows=halves(weight="40", score="40"))) == ["performance-weights"]


REAL = [
    (
        "002_73f2ea0c05946a40.txt",
        Kind.BUDGET,
        2023,
        {"performance-text-action": 1},
    ),
    (
        "000_eb3973e7ca4e84e1.txt",
        Kind.FINAL_ACCOUNTS,
        2024,
        {
            "performance-completion-rate": 1,
            "performance-cost-funds": 1,
            "performance-met-but-zero": 2,
            "performance-outcome-in-words": 1,
            "performance-power-of-ten": 1,
            "performance-prior-year": 1,
            "performance-projects-within-overall": 3,
            "performance-same-outcome": 1,
            "performance-scoring-label": 1,
            "performance-text-date": 1,
            "performance-text-indicator": 3,
            "performance-text-list": 1,
            "performance-text-product": 1,
            "performance-unit": 1,
        },
    ),
]


@pytest.mark.parametrize(("name", "kind", "year", "rules"), REAL)
def test_real_documents_break_what_was_found_wrong_by_hand_and_nothing_else(
    documents: Path, name: str, kind: Kind, year: int, rules: dict[str, int]
) -> None:
    path = documents / name
    document = read_text(path, path.read_bytes())
    ledger, scope = Register(document), Scope(period=str(year))
    tables = [
        record
        for block in document.blocks
        if isinstance(block, Table) and is_performance_title(plain(block.cells[0].text))
        for record in read_performance(block, "t", block.cells[0].text, ledger, scope)
    ]
    identity = replace(IDENTITY, kind=kind, fiscal_year=year)
    found = [judge(instance) for instance in document_instances(tables, identity, load_rules())]
    assert Counter(v.instance.relation.id for v in found if v.outcome is Outcome.BROKEN) == rules
