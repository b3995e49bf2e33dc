"""Why a rule said nothing: the term that is not printed, the axis that differs, the places that lie apart."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from checks.documents.ingesting import ingest
from checks.families import load_rules
from checks.relations.settings import TermsRule
from checks.rule_cases import load_cases, run_cases
from checks.totals.silence import why_silent

APART = (
    "一、支出决算情况说明\n\n2024年度支出合计100.00万元。\n\n二、基本支出决算情况说明\n\n"
    "2024年度基本支出60.00万元，其中：人员经费50.00万元，公用经费10.00万元。\n"
)
HEAD = "甲县乙局2024年度部门决算公开说明\n\n"


def reasons(tmp_path: Path, text: str, rule: str) -> tuple[str, str]:
    path = tmp_path / "甲.txt"
    path.write_text(HEAD + text, encoding="utf-8")
    [item] = ingest([path])
    assert item.reading is not None
    found = why_silent(item.reading, load_rules()[rule])
    return "\n".join(each.text for each in found), "\n".join(each.text_en for each in found)


@pytest.mark.parametrize(
    ("text", "rule", "said", "said_en"),
    [
        (
            "一、支出决算情况说明\n\n2024年度支出合计100.00万元，其中：基本支出60.00万元。\n",
            "expenditure-by-type",
            "没有读到 “项目支出”（project_expenditure）",
            "not printed: project_expenditure",
        ),
        (
            "一、支出决算情况说明\n\n2024年度支出合计100.00万元，其中：基本支出60.00万元。\n",
            "budget-expenditure-total",
            "规则只核对 budget，这份是 final_accounts",
            "it speaks of budget only, this is final_accounts",
        ),
        (
            APART,
            "expenditure-by-type",
            "不在同一处（within = table、section）",
            "do not stand together (within = table, section)",
        ),
        ("一、支出决算情况说明\n\n2024年度支出合计100.00万元。\n", "item-purpose", "由程序核对", "bound by code"),
    ],
)
def test_a_silent_rule_says_why(tmp_path: Path, text: str, rule: str, said: str, said_en: str) -> None:
    chinese, english = reasons(tmp_path, text, rule)
    assert said in chinese
    assert said_en in english


def test_what_is_printed_beside_the_terms_is_named_where_the_rule_does_not_speak_then() -> None:
    [result] = [one for one in run_cases("budget-revenue-by-source", explain=True) if one.outcome == "silent"]
    assert any("第 1 张表 处还印有 “单位资金”（own_funds）（unless）" in reason.text for reason in result.why)


def test_a_rule_that_is_not_in_force_says_which_years_it_is(tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    path.write_text(HEAD + APART, encoding="utf-8")
    [item] = ingest([path])
    assert item.reading is not None
    rule = msgspec.structs.replace(load_rules()["expenditure-by-type"], valid_until=2020)
    assert why_silent(item.reading, rule)[0].text == "规则适用于 …—2020 年度，这份是 2024 年度"


def test_a_term_that_leaves_open_what_others_fix_must_be_unknown_there(tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    text = "五、一般公共预算财政拨款支出决算情况说明\n\n一般公共预算财政拨款支出9.00万元，其中：基本支出6.00万元。\n"
    path.write_text(HEAD + text, encoding="utf-8")
    [item] = ingest([path])
    assert item.reading is not None
    rule = load_rules()["expenditure-by-type"]
    fixed = msgspec.structs.replace(rule, left=("expenditure@fund=general",), right=("basic_expenditure",))
    said = why_silent(item.reading, fixed)
    assert said[0].text == "“基本支出”（basic_expenditure）：资金 应为 未知，印的是 general"
    assert said[0].text_en == "basic_expenditure: fund should be unknown, is general"


def test_in_text_all_terms_are_required_where_the_rule_does_not_say_how_many(tmp_path: Path) -> None:
    text = "一、支出决算情况说明\n\n2024年度支出合计100.00万元，其中：基本支出60.00万元。\n"
    rule = load_rules()["expenditure-by-type"]
    assert isinstance(rule, TermsRule)
    path = tmp_path / "甲.txt"
    path.write_text(HEAD + text, encoding="utf-8")
    [item] = ingest([path])
    assert item.reading is not None
    open_rule = msgspec.structs.replace(rule, required=None)
    said = [reason.text for reason in why_silent(item.reading, open_rule)]
    assert f"除第一项外要有 {len(rule.right)} 项，同一处只读到 1 项（required）" in said


def test_an_axis_that_differs_is_named_with_both_words() -> None:
    [result] = [one for one in run_cases("three-public-by-fund", explain=True) if one.outcome == "silent"]
    assert "资金 应为 general，印的是 fiscal" in result.why[0].text


def test_only_the_cases_of_one_rule_are_run_and_every_silent_one_is_explained() -> None:
    results = run_cases("non-fiscal-flow", explain=True)
    assert {result.relation for result in results} == {"non-fiscal-flow"}
    assert len(results) == sum(case.relation == "non-fiscal-flow" for case in load_cases())
    assert [bool(result.why) for result in results] == [result.outcome == "silent" for result in results]
