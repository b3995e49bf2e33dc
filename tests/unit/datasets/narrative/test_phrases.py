from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from datasets.narrative.phrases import (
    Base,
    base_of,
    change_pattern,
    last_base,
    percent_patterns,
    reason_pattern,
    stage_of,
    stage_pattern,
    unchanged_pattern,
)
from datasets.narrative.sections import section_meaning
from datasets.vocabulary.concepts import concepts

STAGES = {"", "original_budget", "full_year_budget", "outturn", "budget"}


@pytest.mark.parametrize(
    "word", ["增加", "增长", "上升", "提高", "调增", "增幅为", "增长率为", "增加额为", "增", "增长了", "上涨约"]
)
def test_words_of_increase(word: str) -> None:
    match = change_pattern().search(f"比上年{word}")
    assert match
    assert match["up"]


@pytest.mark.parametrize(
    "word", ["减少", "下降", "降低", "压减", "调减", "核减", "节约", "减幅", "降幅达", "减少率", "减", "缩减"]
)
def test_words_of_decrease(word: str) -> None:
    match = change_pattern().search(f"比上年{word}")
    assert match
    assert match["down"]


@pytest.mark.parametrize("words", ["增加（减少）", "减少微观管理", "增长点", "增减幅度不大"])
def test_a_change_word_must_stand_right_before_the_number(words: str) -> None:
    assert change_pattern().search(words) is None


@pytest.mark.parametrize(
    ("words", "base"),
    [
        ("比上年", Base("prior_year", "")),
        ("较上年度决算数", Base("prior_year", "outturn")),
        ("与本单位2023年上年预算数相比", Base("prior_year", "original_budget")),
        ("与2023年度相比", Base("prior_year", "")),
        ("较2023年度决算数", Base("prior_year", "outturn")),
        ("比2023年年初预算数", Base("prior_year", "original_budget")),
        ("比2023年预算数", Base("prior_year", "original_budget")),
        ("较2024年年初预算数", Base("budget", "original_budget")),
        ("较2024年预算数", Base("budget", "budget")),
        ("比2019年", Base("year:2019", "")),
        ("对比上年同期", Base("prior_year", "")),
        ("同比", Base("prior_year", "")),
        ("与年初预算相比", Base("budget", "original_budget")),
        ("比调整预算数", Base("budget", "full_year_budget")),
        ("与预算数相比", Base("budget", "budget")),
        ("比上年，较年初预算", Base("budget", "original_budget")),
    ],
)
def test_bases_of_comparison(words: str, base: Base) -> None:
    match = last_base(words)
    assert match
    assert base_of(match, "2024") == base


@pytest.mark.parametrize("words", ["上年结转", "占比", "完成预算", "比例", "同时"])
def test_what_is_no_base_of_comparison(words: str) -> None:
    assert last_base(words) is None


@pytest.mark.parametrize(
    ("base", "period"),
    [(Base("prior_year", ""), "2023"), (Base("budget", ""), "2024"), (Base("year:2019", ""), "2019")],
)
def test_the_year_of_a_base(base: Base, period: str) -> None:
    assert base.period("2024") == period


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("年初预算为", "original_budget"),
        ("公务接待费全年预算数", "full_year_budget"),
        ("支出决算数为", "outturn"),
        ("执行数是", "outturn"),
        ("支出预算为", "budget"),
    ],
)
def test_stages_of_a_level(words: str, stage: str) -> None:
    match = stage_pattern().search(words)
    assert match
    assert stage_of(match) == stage


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("，占", "share"),
        ("，占收入合计的", "share"),
        ("占比达到", "share"),
        ("占营业收入比重", "share"),
        ("，完成年初预算的", "completion"),
        ("，完成预算", "completion"),
        ("，为调整预算数的", "completion"),
        ("预决算差异率为", "deviation"),
        ("总预算执行率为", "execution"),
        ("参训人员满意度", ""),
    ],
)
def test_what_a_percentage_is(words: str, kind: str) -> None:
    assert next((name for name, pattern in percent_patterns() if pattern.search(words)), "") == kind


@pytest.mark.parametrize("words", ["主要原因是", "主要原因：", "原因为", "主要是由于", "差异原因", "主要情况是"])
def test_words_that_open_a_reason(words: str) -> None:
    assert reason_pattern().search(f"下降5%，{words}人员减少")


@pytest.mark.parametrize("words", ["主要用于", "主要包括", "主要职能"])
def test_words_that_open_no_reason(words: str) -> None:
    assert reason_pattern().search(words) is None


@pytest.mark.parametrize(
    "words", ["与上年持平", "与上年预算一致", "较上年无变化", "无增减变化", "保持不变", "与上年相同"]
)
def test_words_of_no_change(words: str) -> None:
    assert unchanged_pattern().search(words)


def test_stages_and_bases_of_the_data_are_known_ones() -> None:
    data = tomllib.loads((files("datasets") / "data" / "phrases.toml").read_text(encoding="utf-8"))
    assert {entry["stage"] for entry in (*data["base"], *data["stage"])} <= STAGES
    assert {entry["base"] for entry in data["base"]} == {"prior_year", "budget"}


def test_no_word_is_an_increase_and_a_decrease() -> None:
    data = tomllib.loads((files("datasets") / "data" / "phrases.toml").read_text(encoding="utf-8"))
    assert set(data["increase"]).isdisjoint(data["decrease"])


def test_sections_report_known_concepts_in_known_funds() -> None:
    data = tomllib.loads((files("datasets") / "data" / "sections.toml").read_text(encoding="utf-8"))
    funds = {"", "all", "fiscal", "general", "government_funds", "state_capital", "special_account", "own_funds"}
    for entry in data["section"]:
        assert entry.get("fund", "") in funds
        turns = entry.get("turns", {})
        named = {entry.get("concept", ""), *entry.get("names", {}).values(), *turns, *turns.values()} - {""}
        assert named <= set(concepts())
        assert section_meaning("".join(entry["words"])) is not None
