from __future__ import annotations

from decimal import Decimal

import pytest

from datasets.errors import InputError
from datasets.model import Binding, Figure, Kind, Role
from datasets.reading import Reading, counts
from datasets.vocabulary.numerals import numerals
from tests.unit.texts import BUDGET_TITLE, reading, rows

TABLES = (
    "表3",
    "",
    "部门支出总体情况表",
    "",
    "编制部门：某县科学技术局        单位：万元",
    rows(
        "功能分类科目编码|功能分类科目名称|合计|基本支出|项目支出",
        "206|科学技术支出|713.33|433.5|279.8",
        "20601|科学技术管理事务|713.33|433.5|279.8",
        "2060198|新设的科目|-1.20||279.8",
        "|合 计|713.33|433.5|279.8",
    ),
)
PROJECTS = (
    "表7",
    "",
    "一般公共预算项目支出情况表",
    "",
    "单位：万元",
    rows(
        "科目编码|科目名称|项目名称|项目支出合计|商品和服务支出|资本性支出",
        "2060102|一般行政管理事务|引智工作经费|10.5|10|0.5",
        "||合 计|10.5|10|0.5",
    ),
)
NARRATIVE = (
    "第三部分 2024年部门预算情况说明",
    "五、关于某县科学技术局2024年一般公共预算当年拨款情况说明",
    "1.科学技术支出（类）科学技术管理事务（款）新设的科目（项）：2024年预算数为1.2万元，比上年预算增加0.2万元，增长20%。",
)


@pytest.fixture(scope="module")
def budget() -> Reading:
    return reading(BUDGET_TITLE, *TABLES, *PROJECTS, *NARRATIVE)


def cell(read: Reading, row: int, column: int, table: int = 0) -> Figure:
    return read.cells[read.tables[table].id, row, column]


def test_an_amount_says_what_its_row_and_column_say(budget: Reading) -> None:
    figure = cell(budget, 2, 5)
    scope = figure.scope
    assert (figure.concept, figure.value, figure.unit) == ("project_expenditure", Decimal("279.8"), "万元")
    assert (scope.fund, scope.stage, scope.period, scope.function_code) == ("all", "original_budget", "2024", "206")
    assert (figure.table, figure.row, figure.column) == ("部门支出总体情况表", 2, 5)
    assert figure.quote == "科学技术支出｜项目支出｜279.8"
    assert figure.binding is Binding.CERTAIN


def test_a_minus_sign_makes_an_amount_negative(budget: Reading) -> None:
    figure = cell(budget, 4, 3)
    assert (figure.printed, figure.value) == ("1.20", Decimal("-1.20"))


def test_the_quantum_is_that_of_the_column(budget: Reading) -> None:
    assert cell(budget, 2, 3).quantum == Decimal("0.01")
    assert cell(budget, 2, 4).quantum == Decimal("0.1")


def test_a_blank_cell_is_no_figure(budget: Reading) -> None:
    assert (budget.tables[0].id, 4, 4) not in budget.cells


@pytest.mark.parametrize(
    ("row", "column", "table", "label"),
    [
        (2, 3, 0, "206 科学技术支出（支出）"),
        (4, 3, 0, "2060198 新设的科目（支出）"),
        (5, 3, 0, "支出"),
        (2, 5, 1, "2060102 一般行政管理事务·引智工作经费·商品和服务支出（项目支出）"),
        (3, 5, 1, "302 商品和服务支出（项目支出）"),
    ],
)
def test_the_label_of_an_amount_names_its_item(budget: Reading, row: int, column: int, table: int, label: str) -> None:
    assert cell(budget, row, column, table).concept_label == label


def test_codes_and_table_numbers_are_recognised(budget: Reading) -> None:
    roles = {f.printed: f.role for f in budget.figures if f.printed in {"206", "20601", "2060198", "3", "7"}}
    assert roles == {"206": Role.CODE, "20601": Role.CODE, "2060198": Role.CODE, "3": Role.ORDINAL, "7": Role.ORDINAL}


def test_the_text_knows_the_items_that_the_tables_print(budget: Reading) -> None:
    [level] = [f for f in budget.figures if f.printed == "1.2"]
    assert level.scope.function_code == "2060198"
    assert level.concept_label == "2060198 新设的科目（支出）"


def test_every_numeral_of_the_document_has_exactly_one_figure(budget: Reading) -> None:
    starts = [f.place.start for f in budget.figures]
    assert len(starts) == len(set(starts)) == len(list(numerals(budget.document.text)))
    assert all(budget.document.text[f.place.start : f.place.end] == f.printed for f in budget.figures)


def test_the_counts_add_up_to_all_numerals(budget: Reading) -> None:
    bound, recognised, unread = counts(budget.figures)
    assert bound + recognised + unread == len(budget.figures)
    assert bound == sum(bool(f.concept) for f in budget.figures) > 10
    assert unread == 0


def test_a_table_without_a_known_title_is_listed_but_not_bound() -> None:
    read = reading(BUDGET_TITLE, "人员花名册", rows("姓名|工资", "甲|5000.5", "乙|6000.5"))
    assert read.tables == ()
    assert [(f.printed, f.concept, f.role) for f in read.figures[1:]] == [
        ("5000.5", "", Role.UNREAD),
        ("6000.5", "", Role.UNREAD),
    ]


def test_a_table_without_a_unit_is_inferred_at_best() -> None:
    read = reading(BUDGET_TITLE, "部门支出总体情况表", *TABLES[5:])
    assert {f.binding for f in read.cells.values()} == {Binding.INFERRED}
    assert {f.unit for f in read.cells.values()} == {""}


def test_amounts_in_yuan_keep_their_unit() -> None:
    read = reading(
        BUDGET_TITLE, "部门支出总体情况表", "单位：元", rows("科目编码|科目名称|合计", "206|科学技术支出|7,133,300.00")
    )
    [figure] = read.cells.values()
    assert (figure.value, figure.unit, figure.quantum) == (Decimal("7133300.00"), "元", Decimal("0.01"))


def test_figures_stand_in_the_order_of_the_text(budget: Reading) -> None:
    starts = [f.place.start for f in budget.figures]
    assert starts == sorted(starts)


def test_the_kind_of_document_is_the_stage_of_its_figures() -> None:
    read = reading("某县科学技术局2024年度部门决算公开", "三、支出决算情况说明", "本年支出100万元。")
    assert read.identity.kind is Kind.FINAL_ACCOUNTS
    assert [f.scope.stage for f in read.figures if f.concept] == ["outturn"]


def test_a_text_that_is_no_budget_is_refused() -> None:
    with pytest.raises(InputError, match="不是部门预算或部门决算"):
        reading("购物清单", "牛奶2升。")
