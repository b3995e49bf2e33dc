"""What sentences claim of their own numbers: rates, shares, completions, lists with as many items as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.audit import Audit, audit
from checks.model import Outcome, Severity, Verdict
from tests.unit.building import blamed, document, of_rule

REVENUE = "\n二、收入决算情况说明\n\n{}\n"
THREE_PUBLIC = "\n九、财政拨款“三公”经费支出决算情况说明\n\n{}\n"
STAFF = "\n第一部分 单位概况\n\n二、机构设置及人员情况\n\n{}\n"


def accounts(folder: Path, text: str) -> Audit:
    return audit([document(folder, text)])


def verdict_of(result: Audit, rule: str) -> Verdict:
    [made] = [verdict for verdict in result.verdicts if verdict.instance.relation.id == rule]
    return made


@pytest.mark.parametrize(
    ("rate", "outcome"), [("下降2.09%", Outcome.EXACT), ("下降2.13%", Outcome.BROKEN), ("增长2.09%", Outcome.BROKEN)]
)
def test_a_rate_is_the_change_over_the_implied_prior_year(tmp_path: Path, rate: str, outcome: Outcome) -> None:
    text = REVENUE.format(f"2024年度收入总计2961.68万元，与上年相比，减少63.14万元，{rate}。")
    made = verdict_of(accounts(tmp_path, text), "rate-of-change")
    assert made.outcome is outcome
    assert f"{made.expected}" == "-2.09"


def test_a_rate_belongs_to_the_change_of_its_own_clause(tmp_path: Path) -> None:
    text = REVENUE.format(
        "2024年度收入总计200.00万元，比上年增加100.00万元，增长100.00%；支出总计300.00万元，比上年增加100.00万元，增长50.00%。"
    )
    rates = [v for v in accounts(tmp_path, text).verdicts if v.instance.relation.id == "rate-of-change"]
    assert [v.outcome for v in rates] == [Outcome.EXACT, Outcome.EXACT]


@pytest.mark.parametrize(("share", "outcome"), [("71.65%", Outcome.EXACT), ("71.73%", Outcome.BROKEN)])
def test_a_share_is_the_part_over_the_whole_that_the_sentence_names(
    tmp_path: Path, share: str, outcome: Outcome
) -> None:
    text = REVENUE.format(
        f"2024年度本年支出合计2940.05万元，其中：基本支出2106.66万元，占{share}；项目支出833.39万元，占28.35%。"
    )
    result = accounts(tmp_path, text)
    shares = {
        v.instance.right[0].figure.printed: v for v in result.verdicts if v.instance.relation.id == "share-of-whole"
    }
    assert shares["2106.66"].outcome is outcome
    assert shares["833.39"].outcome is Outcome.EXACT
    if outcome is Outcome.BROKEN:
        [finding] = of_rule(result.findings, "share-of-whole")
        assert blamed(finding)[0] == "71.73"
        assert finding.repairs[0].value == "71.65"


@pytest.mark.parametrize(("rate", "outcome"), [("-6.60%", Outcome.EXACT), ("6.60%", Outcome.BROKEN)])
def test_a_deviation_is_the_outturn_against_the_budget_of_the_same_sentence(
    tmp_path: Path, rate: str, outcome: Outcome
) -> None:
    text = THREE_PUBLIC.format(
        f"与全年预算相比，财政拨款“三公”经费支出全年预算数5.00万元，决算数4.67万元，预决算差异率{rate}。"
    )
    assert verdict_of(accounts(tmp_path, text), "outturn-deviation-rate").outcome is outcome


@pytest.mark.parametrize(("rate", "outcome"), [("93.40%", Outcome.EXACT), ("6.60%", Outcome.BROKEN)])
def test_a_completion_is_the_outturn_over_the_budget(tmp_path: Path, rate: str, outcome: Outcome) -> None:
    text = THREE_PUBLIC.format(
        f"2024年度财政拨款“三公”经费支出年初预算数5.00万元，决算数4.67万元，完成年初预算的{rate}。"
    )
    result = accounts(tmp_path, text)
    assert verdict_of(result, "completion-rate").outcome is outcome
    if outcome is Outcome.BROKEN:
        assert "完成率与增减率混淆" in of_rule(result.findings, "completion-rate")[0].message


@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        ("办公室、规划科、农村科", Outcome.EXACT),
        ("办公室、规划科", Outcome.BROKEN),
        ("办公室（挂法规科、宣传科牌子）、规划科、农村科", Outcome.EXACT),
        ("办公室，规划科和农村科", Outcome.EXACT),
    ],
)
def test_as_many_units_are_listed_as_are_counted(tmp_path: Path, names: str, outcome: Outcome) -> None:
    text = STAFF.format(f"甲县乙局下设3个科室，分别是：{names}。实有人数3人，其中：在职人员3人。")
    result = accounts(tmp_path, text)
    assert verdict_of(result, "listed-units").outcome is outcome
    for finding in of_rule(result.findings, "listed-units"):
        assert finding.severity is Severity.WARNING
        assert "所说 3 个，列出 2 个：办公室、规划科" in finding.message
        assert "3 are counted, 2 are listed" in finding.message_en
        assert blamed(finding) == ["3"]


def test_an_open_list_claims_nothing(tmp_path: Path) -> None:
    text = STAFF.format("甲县乙局下设5个科室，分别是：办公室、规划科、农村科等。实有人数3人，其中：在职人员3人。")
    assert "listed-units" not in {v.instance.relation.id for v in accounts(tmp_path, text).verdicts}


def test_a_share_moved_by_its_last_digit_so_that_all_add_up_to_100_is_no_loud_finding(tmp_path: Path) -> None:
    head = "\n五、一般公共预算财政拨款支出决算情况说明\n\n一般公共预算财政拨款支出30000.00万元，主要用于："
    classes = ("一般公共服务支出", "33.33"), ("教育支出", "33.33"), ("科学技术支出", "33.34")
    text = head + "；".join(f"{name}（类）10000.00万元，占{share}%" for name, share in classes) + "。\n"
    [moved] = [f for f in accounts(tmp_path, text).findings if f.rule == "share-of-whole"]
    assert moved.severity is Severity.INFO
    assert "100%" in moved.message


def test_an_original_budget_above_the_listed_items_leaves_room_for_items_without_an_outturn(tmp_path: Path) -> None:
    path = "{}.教育支出（类）普通教育（款）{}（项）。年初预算为{}万元，支出决算为10.00万元。\n\n"
    items = path.format(1, "小学教育", "10.00") + path.format(2, "初中教育", "12.00")
    head = "\n五、一般公共预算财政拨款支出决算情况说明\n\n一般公共预算财政拨款支出"
    text = head + "年初预算为{}万元，支出决算为20.00万元。其中：\n\n"
    loudness = {}
    for total in ("35.00", "21.00"):
        found = accounts(tmp_path, text.format(total) + items).findings
        loudness[total] = {f.severity for f in found if f.rule == "functional-tree"}
    assert loudness == {"35.00": {Severity.INFO}, "21.00": {Severity.WARNING}}
