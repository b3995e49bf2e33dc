"""Every relation against its own small documents; and what a case file may not say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from checks.families import load_rules
from checks.model import Outcome
from checks.rule_cases import (
    HOLDING,
    SILENT,
    Case,
    CaseResult,
    case_folder,
    load_cases,
    load_never,
    run_case,
)
from datasets.errors import DataFileError

CASES = load_cases()
TEXT = """
九、财政拨款“三公”经费支出决算情况说明

2024年度财政拨款“三公”经费支出5.20万元，其中：因公出国（境）费支出0.00万元；公务用车购置及运行维护费支出4.30万元；公务接待费支出{hospitality}万元。
"""


def write(folder: Path, text: str) -> Path:
    (folder / "totals.toml").write_text(text, encoding="utf-8")
    return folder


def case(*, relation: str = "three-public-total", more: str = "", text: str = TEXT.format(hospitality="0.90")) -> str:
    return f"[[case]]\nrelation = \"{relation}\"\nname = \"n\"\nexpect = \"exact\"\n{more}\ntexts = ['''{text}''']\n"


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.relation}-{one.name}")
def test_case(one: Case) -> None:
    assert run_case(one) == CaseResult(one.relation, one.name, one.expect, one.expect, passed=True)


def outcomes_of(relation: str) -> set[str]:
    found = {one.expect for one in CASES if one.relation == relation}
    never = {one.outcome for one in load_never() if one.relation == relation}
    return found | ({*HOLDING} if "holding" in never else set()) | ({Outcome.BROKEN} if "broken" in never else set())


@pytest.mark.parametrize("relation", load_rules())
def test_every_relation_has_a_case_that_holds_and_one_that_is_broken(relation: str) -> None:
    assert {one.relation for one in CASES} >= {relation}
    assert outcomes_of(relation) & {*HOLDING}
    assert Outcome.BROKEN in outcomes_of(relation)


@pytest.mark.parametrize("relation", load_rules())
def test_every_relation_has_a_case_that_it_leaves_open_or_alone(relation: str) -> None:
    assert outcomes_of(relation) & {Outcome.UNDECIDED, SILENT}


def test_an_outcome_that_a_relation_can_never_have_is_in_no_case() -> None:
    for never in load_never():
        excluded = {*HOLDING} if never.outcome == "holding" else {Outcome.BROKEN}
        assert not excluded & {one.expect for one in CASES if one.relation == never.relation}


def test_cases_stand_in_the_file_named_like_that_of_their_relation() -> None:
    relations = Path(str(case_folder())).parent
    home = {
        entry["id"]: path.name
        for path in relations.glob("*.toml")
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["relation"]
    }
    assert {one.relation: Path(one.source).name for one in CASES}.items() <= home.items()


def test_a_case_that_comes_out_otherwise_has_not_passed(tmp_path: Path) -> None:
    [one] = load_cases(write(tmp_path, case(text=TEXT.format(hospitality="0.09"))))
    assert run_case(one) == CaseResult("three-public-total", "n", "exact", "broken", passed=False)


def test_rows_between_bars_and_cells_behind_tabs_are_one_document(tmp_path: Path) -> None:
    bars = "\n| 合计 | 4.78 |\n| 公务接待费 | |\n"
    tabs = "\n\t合计\n\t4.78\n\n\t公务接待费\n\t\n"
    texts = [load_cases(write(tmp_path, case(text=text)))[0].documents[0].text for text in (bars, tabs)]
    assert texts[0] == texts[1]


def test_pieces_are_put_in_and_may_use_those_above(tmp_path: Path) -> None:
    pieces = "[pieces]\none = '''first'''\ntwo = '''\n{{one}}\nsecond'''\n"
    [one] = load_cases(write(tmp_path, pieces + case(text="\n{{two}}\n")))
    assert one.documents[0].text.endswith("\nfirst\nsecond\n")


def test_kind_year_and_entity_may_be_given_text_by_text(tmp_path: Path) -> None:
    more = 'kind = ["budget", "final_accounts"]\nyear = [2023, 2024]\nentity = "丙县丁局"'
    text = case(more=more).replace("texts = [", "texts = ['''一''', ")
    first, second = load_cases(write(tmp_path, text))[0].documents
    assert first.text.startswith("丙县丁局2023年部门预算公开\n")
    assert second.text.startswith("丙县丁局2024年度部门决算公开说明\n")


def test_a_file_of_cases_that_is_gone_is_missed_by_its_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "totals.toml").write_text(case(), encoding="utf-8")
    monkeypatch.setattr("checks.rule_cases.case_folder", lambda: tmp_path)
    with pytest.raises(DataFileError, match=r"checks/relations/cases/narrative\.toml：没有这个文件"):
        load_cases(tmp_path)


def test_a_file_without_a_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"没有任何 \[\[case\]\]"):
        load_cases(write(tmp_path, "# 例子都删去了\n"))


def test_a_rule_whose_code_does_another_arithmetic_fails_its_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = dict(load_rules())
    rules["rate-of-change"] = msgspec.structs.replace(rules["rate-of-change"], arithmetic="logic")
    monkeypatch.setattr("checks.rule_cases.load_rules", lambda: rules)
    broken = next(case for case in load_cases() if (case.relation, case.expect) == ("rate-of-change", "broken"))
    result = run_case(broken)
    assert (result.passed, result.outcome) == (False, "broken")
    assert "写的是 logic，程序核对的是 growth" in result.why[0].text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (case(relation="no-such-relation"), ["totals.toml", "第 ", "'no-such-relation'"]),
        (case(more='expected = "exact"'), ["totals.toml", "第 ", "expected"]),
        (case().replace('"exact"', '"holds"'), ["totals.toml", "第 ", "'holds'", "within_rounding"]),
        (case().replace('expect = "exact"', ""), ["totals.toml", "第 ", "expect"]),
        (case(more='kind = "plan"'), ["totals.toml", "第 ", "'plan'", "budget"]),
        (case(more="year = [2023, 2024]"), ["totals.toml", "第 ", "year", "有 2 个值"]),
        (case(text="\n{{nothing}}\n"), ["totals.toml", "第 7 行", "'nothing'"]),
        (case() + case(more="year = 2023"), ["totals.toml", "第 ", "'n'", "已有同名的例子"]),
        (case() + case(), ["totals.toml", "第 ", "前面已经有了"]),
        ("[[case]", ["totals.toml", "TOML"]),
    ],
    ids=lambda value: None if isinstance(value, str) else value[-1],
)
def test_a_wrong_case_is_named_with_its_file(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(DataFileError) as caught:
        load_cases(write(tmp_path, text))
    assert [word for word in words if word not in str(caught.value)] == []
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "entry",
    ['relation = "no-such-relation"\noutcome = "broken"\nbecause = "b"', 'relation = "same-fact"\noutcome = "broken"'],
)
def test_a_wrong_never_is_named_with_its_file(tmp_path: Path, entry: str) -> None:
    with pytest.raises(DataFileError, match=r"totals\.toml"):
        load_never(write(tmp_path, f"[[never]]\n{entry}\n"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n没有数字的一句话。\n", "识别出 0 个数"),
        ("\n" + "本年支出与2023年预算、2023年预算、2023年预算相比。" * 5, "应为 2024 年"),
    ],
    ids=["nothing bound", "another year"],
)
def test_a_text_that_is_not_read_as_meant_is_no_silent_pass(tmp_path: Path, text: str, words: str) -> None:
    [one] = load_cases(write(tmp_path, case(text=text).replace('"exact"', '"silent"')))
    with pytest.raises(DataFileError, match=words):
        run_case(one)
