"""Between the documents of one entity: what must carry over, what stays open, and what would settle it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.audit import Audit, audit
from checks.model import Outcome, Severity, Status, Verdict
from tests.unit.building import blamed, document, of_rule

BUDGET = """
第一部分 部门概况

二、机构设置情况

甲县乙局编制数25人，实有人数{heads}人，其中：在职{active}人，增加{more}人；退休22人，增加0人；离休0人，增加0人。

第二部分 预算说明

九、关于甲县乙局{year}年财政拨款“三公”经费预算情况的说明

甲县乙局{year}年财政拨款“三公”经费数为{public}万元，其中：因公出国（境）费0万元，公务用车购置费0万元，\
公务用车运行费4.30万元，公务接待费0.48万元。

十、其他重要事项的情况说明

（三）国有资产占用使用情况

截至{before}年底，甲县乙局占用使用国有资产总体情况为
1.房屋25平方米，价值{house}。
2.车辆{vehicles}辆，价值46.63万元。
"""
ACCOUNTS = """
第一部分 单位概况

二、机构设置及人员情况

甲县乙局{year}年度，实有人数{heads}人，其中：在职人员{active}人，增加{more}人；离休人员0人，增加0人；退休人员22人，增加0人。

第二部分 {year}年度部门决算情况说明

九、财政拨款“三公”经费支出决算情况说明

{year}年度财政拨款“三公”经费支出4.67万元，比上年{change}万元。其中：因公出国（境）费支出0.00万元；\
公务用车购置及运行维护费支出4.30万元；公务接待费支出0.37万元。

与全年预算相比，财政拨款“三公”经费支出全年预算数{full}万元，决算数4.67万元。

十一、其他重要事项的情况说明

（三）国有资产占用情况说明

截至{year}年12月31日，房屋25.00平方米，价值{house}。车辆{vehicles}辆，价值46.63万元。
"""
BALANCE = """
一、收入支出决算总体情况说明

{year}年度收入总计{total}万元，其中：本年收入合计{revenue}万元，使用非财政拨款结余0.00万元，年初结转和结余{opening}万元。
支出总计{total}万元，其中：本年支出合计{spent}万元，结余分配0.00万元，年末结转和结余{closing}万元。
"""


def budget(folder: Path, year: int = 2023, **given: str) -> Path:
    values = {
        "heads": "45",
        "active": "23",
        "more": "0",
        "public": "4.78",
        "house": "0.25万元",
        "vehicles": "2",
    } | given
    return document(folder, BUDGET.format(year=year, before=year - 1, **values), kind="budget", year=year)


def accounts(folder: Path, year: int = 2024, **given: str) -> Path:
    values = {
        "heads": "45",
        "active": "23",
        "more": "0",
        "change": "减少0.11",
        "full": "4.67",
        "house": "0.25万元",
        "vehicles": "2",
    } | given
    return document(folder, ACCOUNTS.format(year=year, **values), year=year)


def balance(folder: Path, year: int, **given: str) -> Path:
    values = {"total": "100.00", "revenue": "90.00", "opening": "10.00", "spent": "95.00", "closing": "5.00"} | given
    return document(folder, BALANCE.format(year=year, **values), year=year)


def verdicts(result: Audit, rule: str) -> dict[str, Verdict]:
    found = [verdict for verdict in result.verdicts if verdict.instance.relation.id == rule]
    return {verdict.instance.left[0].figure.concept: verdict for verdict in found}


def test_a_chain_over_a_missing_year_is_unresolved_and_names_the_document(tmp_path: Path) -> None:
    result = audit([budget(tmp_path), accounts(tmp_path, active="25", heads="47")])
    open_chains = of_rule(result.findings, "headcount-chain")
    assert {(finding.status, finding.severity) for finding in open_chains} == {(Status.UNRESOLVED, Severity.INFO)}
    active = next(finding for finding in open_chains if finding.message.startswith("在职人员"))
    assert "2022年末 23人，2024年末 25人（当年增减 0 人）；需要2023年部门决算才能核对" in active.message
    assert "the final accounts of 2023 are needed to settle the chain" in active.message_en
    assert {Path(evidence.document).name for evidence in active.evidence} == {
        "budget-2023.txt",
        "final_accounts-2024.txt",
    }


def test_a_chain_whose_change_closes_it_is_settled_even_over_a_missing_year(tmp_path: Path) -> None:
    result = audit([budget(tmp_path), accounts(tmp_path, active="25", more="2", heads="47")])
    assert verdicts(result, "headcount-chain")["active_staff"].outcome is Outcome.EXACT


def test_the_missing_document_settles_the_chain(tmp_path: Path) -> None:
    papers = [budget(tmp_path), accounts(tmp_path, 2023, active="25", more="2", heads="47")]
    result = audit([*papers, accounts(tmp_path, 2024, active="25", heads="47")])
    assert of_rule(result.findings, "headcount-chain") == []
    assert verdicts(result, "headcount-chain")["active_staff"].outcome is Outcome.EXACT


def test_a_chain_of_neighbouring_years_that_does_not_close_is_broken(tmp_path: Path) -> None:
    result = audit([accounts(tmp_path, 2023), accounts(tmp_path, 2024, active="26", more="2", heads="48")])
    [finding] = of_rule(result.findings, "headcount-chain")
    assert finding.status is Status.BROKEN
    assert (finding.stated, finding.expected) == ("2", "3")  # 增加2人 is the first suspect
    assert {"26", "2", "23"} >= set(blamed(finding))


def test_heads_of_one_day_in_two_documents_are_compared(tmp_path: Path) -> None:
    same = audit([accounts(tmp_path, 2023), budget(tmp_path, 2024)])
    assert verdicts(same, "headcount-chain")["active_staff"].outcome is Outcome.EXACT
    other = audit([accounts(tmp_path, 2023), budget(tmp_path, 2024, active="24", heads="46")])
    messages = [finding.message for finding in of_rule(other.findings, "headcount-chain")]
    assert any("在职人员：2023年末 23人，2023年末 24人；需要编制日期的说明才能核对" in text for text in messages)


def test_equal_vehicles_and_houses_hold_and_different_ones_stay_open(tmp_path: Path) -> None:
    same = verdicts(audit([budget(tmp_path), accounts(tmp_path)]), "asset-chain")
    assert {concept: verdict.outcome for concept, verdict in same.items()} == dict.fromkeys(
        ("vehicles", "vehicles_value", "house_area", "house_value"), Outcome.EXACT
    )
    result = audit([budget(tmp_path), accounts(tmp_path, vehicles="3")])
    [finding] = of_rule(result.findings, "asset-chain")
    assert finding.status is Status.UNRESOLVED
    assert "2022-12-31 2辆，2024-12-31 3辆；其间的购置、处置没有可核对的文件" in finding.message
    assert "2022-12-31 2辆, then 2024-12-31 3辆" in finding.message_en


def test_one_value_in_two_units_is_the_same_value(tmp_path: Path) -> None:
    result = audit([budget(tmp_path, house="2500元"), accounts(tmp_path)])
    assert verdicts(result, "asset-chain")["house_value"].outcome is Outcome.EXACT


@pytest.mark.parametrize(("change", "loud"), [("减少0.11", False), ("增加0.11", False), ("减少0.21", True)])
def test_the_outturn_that_next_year_implies_stays_within_the_budget(tmp_path: Path, change: str, loud: bool) -> None:
    result = audit([budget(tmp_path), accounts(tmp_path, change=change)])
    made = verdicts(result, "prior-outturn-within-budget")["three_public_expenses"]
    assert [figure.printed for figure in made.instance.figures] == ["4.67", change[2:], "4.78"]
    found = of_rule(result.findings, "prior-outturn-within-budget")
    assert bool(found) is loud
    assert {finding.severity for finding in found} <= {Severity.WARNING}


def test_the_outturn_stays_within_the_full_year_budget(tmp_path: Path) -> None:
    assert of_rule(audit([accounts(tmp_path)]).findings, "outturn-within-full-year-budget") == []
    [finding] = of_rule(audit([accounts(tmp_path, full="4.50")]).findings, "outturn-within-full-year-budget")
    assert (finding.stated, finding.expected, finding.severity) == ("4.5", "4.67", Severity.WARNING)


def test_the_implied_prior_year_meets_the_document_of_that_year(tmp_path: Path) -> None:
    rule = "implied-prior-year-against-document"
    holds = audit([accounts(tmp_path, 2023, change="减少0.00"), accounts(tmp_path, 2024, change="减少0.00")])
    assert verdicts(holds, rule)["three_public_expenses"].outcome is Outcome.EXACT
    broken = audit([accounts(tmp_path, 2023, change="减少0.00"), accounts(tmp_path, 2024, change="减少0.31")])
    made = verdicts(broken, rule)["three_public_expenses"]
    assert (made.outcome, f"{made.stated}", f"{made.expected}") == (Outcome.BROKEN, "4.98", "4.67")


def test_without_last_years_document_the_implied_prior_year_is_said_to_be_unchecked(tmp_path: Path) -> None:
    result = audit([accounts(tmp_path)])
    assert ("implied-prior-year-against-document", "缺少2023年部门决算，推算的上年数无从核对") in [
        (unchecked.rule, unchecked.reason) for unchecked in result.unchecked
    ]


@pytest.mark.parametrize(("closing", "outcome"), [("10.00", Outcome.EXACT), ("12.00", Outcome.BROKEN)])
def test_opening_carryover_equals_last_years_closing(tmp_path: Path, closing: str, outcome: Outcome) -> None:
    spent = f"{100 - float(closing):.2f}"
    papers = [balance(tmp_path, 2023, closing=closing, spent=spent), balance(tmp_path, 2024)]
    made = verdicts(audit(papers), "opening-equals-closing")["opening_carryover_and_surplus"]
    assert made.outcome is outcome
    assert [figure.printed for figure in made.instance.figures] == ["10.00", closing]


def test_years_that_are_not_neighbours_have_no_opening_to_compare(tmp_path: Path) -> None:
    papers = [balance(tmp_path, 2022, closing="12.00", spent="88.00"), balance(tmp_path, 2024)]
    assert verdicts(audit(papers), "opening-equals-closing") == {}


@pytest.mark.parametrize(("public", "outcome"), [("4.78", Outcome.EXACT), ("5.78", Outcome.BROKEN)])
def test_the_budget_that_final_accounts_quote_is_that_of_the_budget_document(
    tmp_path: Path, public: str, outcome: Outcome
) -> None:
    paper = accounts(tmp_path, 2023)
    text = (
        paper.read_text(encoding="utf-8")
        .replace("全年预算数", "年初预算数")
        .replace("4.67万元，决算数", f"{public}万元，决算数")
    )
    paper.write_text(text, encoding="utf-8")
    made = verdicts(audit([budget(tmp_path), paper]), "same-fact-across-documents")["three_public_expenses"]
    assert made.outcome is outcome
    assert [figure.printed for figure in made.instance.figures] == [public, "4.78"]


def test_documents_of_different_entities_are_not_joined(tmp_path: Path) -> None:
    paper = accounts(tmp_path)
    paper.write_text(paper.read_text(encoding="utf-8").replace("甲县乙局", "丙县丁局"), encoding="utf-8")
    result = audit([budget(tmp_path), paper])
    assert {report.status for report in result.documents} == {"read"}
    documents = [{figure.document for figure in verdict.instance.figures} for verdict in result.verdicts]
    assert all(len(each) <= 1 for each in documents)
    assert result.unresolved == ()
