from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from datasets.model import Kind
from datasets.narrative.phrases import companions, contexts
from datasets.narrative.sections import section_meaning
from datasets.tables.layouts import layout_of, layouts
from datasets.vocabulary.concepts import concepts, economic_names, function_names, name_pattern, names, parent_code
from datasets.vocabulary.plain import plain, unnumbered
from datasets.vocabulary.units import units

DIMENSIONS = {unit.dimension for unit in units().values()}


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files("datasets") / "data" / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    ("printed", "same"),
    [
        ("收  入　总 计", "收入总计"),
        ("因公出国(境)费", "因公出国（境）费"),
        ("‘三公’经费", "“三公”经费"),
        ("单位:万元", "单位：万元"),
    ],
)
def test_blanks_and_kinds_of_brackets_quotes_and_colons_make_no_difference(printed: str, same: str) -> None:
    assert plain(printed) == plain(same)


@pytest.mark.parametrize(
    "printed",
    [
        "一、其他收入",
        "（二）其他收入",
        "1.其他收入",
        "其中：其他收入",
        "其中:1.其他收入",
        "①其他收入：",
        "减：其他收入",
    ],
)
def test_numbering_and_among_which_are_no_part_of_a_name(printed: str) -> None:
    assert unnumbered(printed) == "其他收入"


def test_a_decimal_number_is_no_numbering() -> None:
    assert unnumbered("1.5万元") == "1.5万元"


def test_the_longest_name_wins() -> None:
    assert name_pattern().findall("公务用车购置及运行维护费支出和公务用车购置费") == [
        "公务用车购置及运行维护费支出",
        "公务用车购置费",
    ]


def test_codes_are_nested() -> None:
    assert [parent_code(code) for code in ("2060101", "20601", "206")] == ["20601", "206", ""]


def test_every_name_stands_for_one_concept() -> None:
    seen: dict[str, str] = {}
    twice = [
        (alias, concept.id)
        for concept in concepts().values()
        for alias in set(concept.aliases)
        if seen.setdefault(alias, concept.id) != concept.id
    ]
    assert twice == []


def test_concept_ids_are_unique_and_complete() -> None:
    printed = rows("concepts.csv")
    assert len({row["id"] for row in printed}) == len(printed)
    assert [row["id"] for row in printed if not (row["label"] and row["label_en"] and row["dimension"])] == []


def test_concepts_report_dimensions_that_units_have() -> None:
    known = DIMENSIONS | {"any", "count"}
    assert {concept.dimension for concept in concepts().values()} <= known


def test_a_concept_that_means_another_names_an_existing_one() -> None:
    assert {concept.means for concept in concepts().values() if concept.means} <= set(concepts())


def test_whether_a_concept_has_a_fund_is_yes_no_or_narrow() -> None:
    assert {row["fund_scoped"] for row in rows("concepts.csv")} == {"yes", "no", "narrow"}


@pytest.mark.parametrize("codes", [function_names(), economic_names()], ids=["functional", "economic"])
def test_every_classification_code_has_its_parent(codes: dict[str, str]) -> None:
    assert {code for code in codes if parent_code(code) not in {"", *codes}} == set()
    assert {len(code) for code in codes} <= {3, 5, 7}


def test_companions_and_contexts_turn_known_concepts_into_known_concepts() -> None:
    for (concept, dimension), companion in companions().items():
        assert {concept, companion.concept} <= set(concepts())
        assert dimension in DIMENSIONS
    for _, concept, turned in contexts():
        assert {concept, turned} <= {"", *concepts()}  # turned into "": it reports nothing that is known
        assert concept


def test_every_column_of_every_layout_reports_a_known_concept() -> None:
    named = {meaning.concept for layout in layouts() for meaning in layout.columns.values()} - {"", "?"}
    totals = {concept for layout in layouts() for concept in (layout.concept, layout.total)} - {""}
    assert named | totals <= set(concepts())


def test_the_longest_title_words_choose_the_layout() -> None:
    fiscal = layout_of("表4 财政拨款收支预算总体情况表", Kind.BUDGET)
    overall = layout_of("部门收支总体情况表", Kind.BUDGET)
    assert fiscal is not None
    assert overall is not None
    assert (fiscal.id, overall.id) == ("fiscal_revenue_and_expenditure_budget", "revenue_and_expenditure_budget")


def test_an_unknown_title_has_no_layout() -> None:
    assert layout_of("人员花名册", Kind.BUDGET) is None


@pytest.mark.parametrize(
    ("heading", "topic", "fund"),
    [
        ("九、财政拨款“三公”经费支出决算情况说明", "three_public_expenses", "fiscal"),
        ("六、一般公共预算财政拨款基本支出决算情况说明", "general_basic_expenditure", "general"),
        ("七、政府性基金预算财政拨款收入支出决算情况说明", "government_funds", "government_funds"),
        ("（二） 政府采购 情况", "procurement", "all"),
    ],
)
def test_headings_say_what_is_below_them(heading: str, topic: str, fund: str) -> None:
    meaning = section_meaning(heading)
    assert meaning is not None
    assert (meaning.topic, meaning.fund) == (topic, fund)


def test_a_heading_without_known_words_means_nothing() -> None:
    assert section_meaning("十二、其他需说明的事项") is None


def test_names_lead_back_to_their_concept() -> None:
    assert names()["人员经费"] == "personnel_costs"
    assert all(names()[plain(concept.label)] == concept.id for concept in concepts().values())


def test_every_concept_says_whether_it_exists_once_for_each_fund() -> None:
    for row in rows("concepts.csv"):
        assert row["fund_scoped"] in ("yes", "no", "narrow"), row["id"]
        assert len(row) == 7, row["id"]
