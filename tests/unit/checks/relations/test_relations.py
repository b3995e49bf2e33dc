"""The relations as data: what a rule must say, and the little language of its terms."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from checks.families import DATA_FORMS, load_rules
from checks.model import Relation, Severity
from checks.relations.loading import _check_files, relations_of, version_of
from checks.relations.settings import TermsRule
from checks.relations.terms import AXES, parse_alternatives, parse_term
from datasets.data_files.forms import WrongWordError
from datasets.data_files.loading import DataFile
from datasets.errors import DataFileError

RULE = """
[[relation]]
id = "{id}"
family = "A"
kind = "sum"
title = "甲＝乙"
title_en = "a = b"
source = "某某办法"
severity = "error"
left = ["{left}"]
right = ["basic_expenditure", "project_expenditure"]
required = 2
"""
SUM = RULE.format(id="total", left="expenditure")


def loaded(*texts: str) -> dict[str, Relation]:
    return relations_of([DataFile.parsed("规则.toml", text) for text in texts], {}, DATA_FORMS)


def test_all_rules_of_the_project_load_and_say_where_they_come_from() -> None:
    rules = load_rules().values()
    assert len(rules) > 60
    assert {rule.severity for rule in rules} == set(Severity)
    assert all(rule.source and rule.title and rule.title_en for rule in rules)
    assert not [rule.id for rule in rules if rule.title_en == rule.title or not rule.title_en.isascii()]


def test_what_only_some_rules_have_is_a_setting() -> None:
    rule = TermsRule.of(loaded(RULE.format(id="total", left="expenditure"))["total"])
    assert (rule.left, rule.required, rule.severity) == (("expenditure",), 2, Severity.ERROR)
    assert rule.settings()["left"] == ["expenditure"]
    assert "title" not in rule.settings()


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ((RULE.format(id="total", left="支出"),), ["规则.toml 第 10 行", "left", "支出"]),
        ((RULE.format(id="total", left="expenditure@colour=red"),), ["规则.toml 第 10 行", "@colour", "@fund"]),
        ((RULE.format(id="total", left="expenditure@fund"),), ["规则.toml 第 10 行", "@fund"]),
        (
            (SUM.replace('source = "某某办法"\n', ""),),
            ["规则.toml 第 2 行", "source"],
        ),
        (
            (SUM.replace("required = 2", "required = 9"),),
            ["第 12 行", "多于", "3 项"],
        ),
        (
            (SUM.replace("required = 2", "required = 0"),),
            ["第 12 行", "不小于 1"],
        ),
        ((RULE.format(id="total", left="*@fund=general"),), ["each", "*"]),
        ((RULE.format(id="total", left="expenditure@fund=generall"),), ["第 10 行", "'generall'", "'general'"]),
        ((RULE.format(id="total", left="expenditure@economic_code=30199999"),), ["第 10 行", "30199999"]),
        ((SUM.replace('["expenditure"]', "[]"),), ["第 10 行", "是空的"]),
        ((SUM + "valid_from = 20233\n",), ["第 13 行", "20233", "2199"]),
        ((RULE.format(id="total", left="a") + "valid_from = 2024\nvalid_until = 2020\n",), ["第 14 行", "早于"]),
        (
            (SUM.replace('kind = "sum"', 'kind = "growth"'),),
            ["第 5 行", "需要程序"],
        ),
        ((SUM + "patterns = []\n",), ["第 13 行", "'patterns'"]),
        (("[relation]\nid = 'a'\n",), ["[[relation]]"]),
        (("# 规则都删去了\n",), ["规则.toml 第 1 行", "没有任何 [[relation]]"]),
        ((SUM,) * 2, ["规则.toml 第 3 行", "total", "前面已经有了"]),
    ],
)
def test_a_wrong_rule_is_refused_with_file_line_and_fault(texts: tuple[str, ...], words: list[str]) -> None:
    with pytest.raises(DataFileError) as caught:
        loaded(*texts)
    assert [word for word in words if word not in str(caught.value)] == []


def test_a_term_has_a_concept_a_weight_and_fixed_axes() -> None:
    term = parse_term(" -expenditure@fund=fiscal@stage=outturn ", "规则")
    assert (term.concept, term.weight) == ("expenditure", Decimal(-1))
    assert term.axes == (("fund", "fiscal"), ("stage", "outturn"))


def test_alternatives_are_tried_in_the_order_they_are_written() -> None:
    first, second = parse_alternatives(
        "official_vehicles | official_vehicle_purchases + official_vehicle_upkeep", "规则"
    )
    assert [term.concept for term in first] == ["official_vehicles"]
    assert [term.concept for term in second] == ["official_vehicle_purchases", "official_vehicle_upkeep"]


def test_a_rule_names_no_entity() -> None:
    assert "entity" not in AXES
    assert "level" not in AXES
    with pytest.raises(WrongWordError, match="entity"):
        parse_term("expenditure@entity=甲", "规则")


def test_a_file_of_rules_that_is_gone_is_missed_by_its_cases() -> None:
    with pytest.raises(DataFileError, match=r"checks/relations/totals\.toml：没有这个文件"):
        _check_files(["narrative.toml"])


def rules(folder: Path, text: str, name: str = "a.toml") -> str:
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / name).write_text(text, encoding="utf-8")
    return version_of([folder / "rules"])


def test_the_version_of_the_rules_is_that_of_what_they_say(tmp_path: Path) -> None:
    version = rules(tmp_path, '[[relation]]\nid = "a"\nkind = "sum"\n')
    assert rules(tmp_path, '# why\n[[relation]]\nkind = "sum"   # how\n\nid = "a"\n') == version
    (tmp_path / "rules" / "README.md").write_text("words", encoding="utf-8")
    (tmp_path / "rules" / "cases").mkdir()
    (tmp_path / "rules" / "cases" / "a.toml").write_text("x = 1", encoding="utf-8")
    assert version_of([tmp_path / "rules"]) == version
    (tmp_path / "rules" / "a.toml").rename(tmp_path / "rules" / "b.toml")
    assert version_of([tmp_path / "rules"]) == version
    assert rules(tmp_path, '[[relation]]\nid = "a"\nkind = "summ"\n', "b.toml") != version


def test_the_order_in_which_words_are_put_in_place_of_others_is_part_of_the_version(tmp_path: Path) -> None:
    version = rules(tmp_path, '[same_words]\n"甲乙" = "丙"\n"甲" = "乙"\n')
    assert rules(tmp_path, '[same_words]\n"甲" = "乙"\n"甲乙" = "丙"\n') != version


def test_a_table_of_words_below_a_folder_is_part_of_the_version(tmp_path: Path) -> None:
    version = rules(tmp_path, "word,meaning\n甲,乙\n", "words.csv")
    (tmp_path / "rules" / "deep").mkdir()
    (tmp_path / "rules" / "words.csv").rename(tmp_path / "rules" / "deep" / "words.csv")
    assert version_of([tmp_path / "rules"]) == version
    (tmp_path / "rules" / "deep" / "words.csv").write_text("word,meaning\n甲,丙\n", encoding="utf-8")
    assert version_of([tmp_path / "rules"]) != version
