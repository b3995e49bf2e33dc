"""Reading performance tables: bound by header words in text and Word grids, every numeral in the ledger once."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from datasets.model import Cell, Document, Figure, Place, Role, Scope, Table
from datasets.performance.model import PerformanceTable
from datasets.performance.reading import read_performance
from datasets.performance.words import core_name, is_performance_title, read_value, unit_class
from datasets.readers.text.reading import read_text
from datasets.register import Register
from datasets.vocabulary.numerals import NUMERAL
from datasets.vocabulary.plain import plain
from tests.unit.performance_forms import Form, Row, printed, read, tables_of


def value(figure: Figure | None) -> Decimal | None:
    return figure.value if figure else None


@pytest.mark.parametrize(
    ("text", "operator", "number", "unit", "date"),
    [
        (">=15.68亿元", ">=", "15.68", "亿元", None),
        ("＝2023年5月", "=", None, "", "2023-05"),
        ("2024年12月15日前", "<=", None, "", "2024-12-15"),
        (">=100（份）", ">=", "100", "份", None),
        ("=7.50万元/班次", "=", "7.50", "万元/班次", None),
        ("不低于95%", ">=", "95", "%", None),
        ("95%以上", ">=", "95", "%", None),
        ("≤ 15 天", "<=", "15", "天", None),
        ("=2023.10万元", "=", "2023.10", "万元", None),
        ("2023.13", "", "2023.13", "", None),
        ("达到预期指标", "", None, "", None),
        ("3篇论文、2项专利", "", None, "", None),
    ],
)
def test_a_value_cell_is_taken_apart(text: str, operator: str, number: str | None, unit: str, date: str | None) -> None:
    found = read_value(text)
    shown = None if found.start is None else text[found.start : found.end]
    assert (found.operator, shown, found.unit, found.date) == (operator, number, unit, date)


def test_names_are_compared_without_unit_qualifier_and_closing_words() -> None:
    assert core_name("“一市两区”高新技术企业认定后补助奖励") == "高新技术企业认定后补助奖励"
    assert core_name("培训科技特派员（名）") == core_name("培训科技特派员人数") == "培训科技特派员"
    assert core_name("[bookmark: _GoBack]购置电脑") == "购置电脑"


def test_persons_and_things_are_two_kinds_and_prices_a_third() -> None:
    assert unit_class("人次") == unit_class("名") != unit_class("个")
    assert unit_class("万元/家") == "price"


def test_titles_without_table_are_no_performance_tables() -> None:
    assert is_performance_title("项目支出绩效自评表")
    assert not is_performance_title("预算绩效情况说明")


def test_a_form_is_bound_by_its_words() -> None:
    [table] = tables_of(Form(goal="支持30家企业。", outcome="于2024年8月1日完成，支持31家企业。"))
    assert (table.kind, table.project, table.overall) == ("project_evaluation", "某项目", False)
    assert value(table.amount("fiscal", "full_year_budget")) == Decimal("10.00")
    assert table.execution is not None
    assert value(table.execution.rate) == Decimal("100.00")
    assert value(table.total_score) == Decimal("100.00")
    assert value(table.total_weight) == 100
    [indicator] = table.indicators
    assert (indicator.level1, indicator.level2, indicator.core) == ("产出指标", "数量指标", "开展活动")
    assert indicator.target is not None
    assert (indicator.target.operator, indicator.target.unit) == (">=", "次")
    assert value(indicator.target.figure) == 10
    assert table.goal is not None
    assert [(q.figure.printed, q.figure.unit) for q in table.goal.quantities] == [("30", "家")]
    assert table.outcome is not None
    assert [date.date for date in table.outcome.dates] == ["2024-08-01"]


def test_scope_of_a_figure_names_project_stage_and_year() -> None:
    [table] = tables_of(Form(rows=[Row(prior="8次")]))
    budget = table.amount("total", "original_budget")
    prior = table.indicators[0].prior
    assert budget is not None
    assert budget.scope == Scope("某局", "unit", stage="original_budget", period="2024", project="某项目")
    assert prior is not None
    assert prior.figure is not None
    assert (prior.figure.scope.stage, prior.figure.scope.period) == ("outturn", "2023")


def test_columns_in_another_order_mean_the_same() -> None:
    lines = Form().lines()
    swapped = [
        (*row[:4], row[8], *row[5:8], row[4], *row[9:]) if len(row) == 14 else row for row in lines
    ]  # fmt: skip
    [table] = read(printed([swapped]))[2]
    indicator = table.indicators[0]
    assert indicator.weight is not None
    assert indicator.weight.role is Role.WEIGHT
    assert indicator.weight.column == 9
    assert value(indicator.score) == 90


def test_wordings_of_other_regions_are_known() -> None:
    renamed = {"全年预算数": "调整后预算数（A）", "目标值": "年度指标值(A)", "业绩值": "全年实际值(B)", "权重": "分值"}
    lines = [tuple(renamed.get(cell, cell) for cell in row) for row in Form().lines()]
    [table] = read(printed([lines]))[2]
    assert value(table.amount("total", "full_year_budget")) == Decimal("10.00")
    assert value(table.indicators[0].weight) == 90
    assert table.indicators[0].outcome is not None


def test_a_column_of_measure_words_gives_the_unit() -> None:
    rows = [
        ("部门整体支出绩效目标表",),
        ("一级指标", "二级指标", "三级指标", "指标方向", "指标值", "度量单位", "权重"),
        ("产出指标", "数量指标", "举办培训", "≥", "12", "期", "50"),
        ("", "", "培训人数", "≥", "300", "人", "40"),
    ]
    [table] = read(printed([rows]))[2]
    first, second = table.indicators
    assert table.kind == "target"
    assert table.overall
    assert first.target is not None
    assert (first.target.operator, first.target.unit) == (">=", "期")
    assert (second.level1, second.level2) == ("产出指标", "数量指标")


def test_amounts_of_a_form_in_one_row_stand_behind_their_labels() -> None:
    rows = [
        ("项目支出绩效目标表",),
        ("项目名称", "某项目", "项目负责人", "某人"),
        ("项目资金（万元）", "年度预算总额：", "15", "其中：财政拨款", "15", "其他资金：", ""),
        ("项目总体目标", "培训600名学员。"),
        ("一级指标", "二级指标", "三级指标", "指标值", "上年完成值", "指标分值权重", "指标赋分规则"),
        ("产出指标", "数量指标", "培训人数", ">=500人", "400人", "90", "直接赋分"),
    ]
    [table] = read(printed([rows]))[2]
    assert value(table.amount("total", "original_budget")) == 15
    assert table.amount("other", "original_budget") is None
    assert table.fund("other") is not None
    assert table.goal is not None


def test_missing_decimals_take_the_step_of_the_table_and_say_so() -> None:
    [table] = tables_of(Form(total=("10", "10.00", "10.00"), rows=[Row(score="8", weight="10"), Row(score="7.13")]))
    budget = table.amount("total", "original_budget")
    assert budget is not None
    assert (budget.quantum, budget.quantum_inferred) == (Decimal("0.01"), True)
    score = table.indicators[0].score
    assert score is not None
    assert (score.quantum, score.quantum_inferred) == (Decimal("0.01"), True)
    weight = table.indicators[0].weight
    assert weight is not None
    assert weight.quantum == 0


def test_a_row_of_funds_without_a_known_name_is_counted() -> None:
    [table] = tables_of(Form(extra=[("", "社会捐赠", "1.00", "1.00", "1.00", "—", "—", "—")]))
    assert table.unread_sources == 1


def test_merged_cells_of_word_are_inherited_and_matched_by_overlap() -> None:
    grid: list[list[tuple[str, int, int] | None]] = [
        [("项目支出绩效自评表", 6, 1)],
        [(word, 1, 1) for word in ("一级指标", "二级指标", "三级指标", "指标值", "完成值", "得分")],
        [("产出指标", 1, 2), ("数量指标", 1, 1), ("甲", 1, 1), (">=1个", 1, 1), ("2个", 1, 1), ("5", 1, 1)],
        [None, ("质量指标", 1, 1), ("乙", 1, 1), (">=90%", 1, 1), ("95%", 1, 1), ("4", 1, 1)],
        [("总分", 5, 1), ("9", 1, 1)],
    ]
    table, document = merged(grid)
    [read_table] = read_performance(table, "t", "项目支出绩效自评表", Register(document), Scope(period="2024"))
    first, second = read_table.indicators
    assert (second.level1, second.level2, second.name) == ("产出指标", "质量指标", "乙")
    assert [value(figure) for figure in (first.score, second.score, read_table.total_score)] == [5, 4, 9]


def merged(grid: list[list[tuple[str, int, int] | None]]) -> tuple[Table, Document]:
    cells, texts, position = [], [], 0
    for row, line in enumerate(grid, start=1):
        column = 1
        for cell in line:
            if cell is None:  # covered by the cell above
                column += 1
                continue
            text, columns, rows = cell
            cells.append(Cell(row, column, text, Place(position, position + len(text)), rows, columns))
            texts.append(text)
            position += len(text) + 1
            column += columns
    table = Table(tuple(cells), Place(0, position))
    return table, Document(Path("a.docx"), "0" * 64, "docx", "\n".join(texts), (table,))


def test_a_table_without_any_header_is_read_without_complaint() -> None:
    [table] = read(printed([[("项目支出绩效自评表",), ("无", "3")]]))[2]
    assert table.indicators == ()
    assert table.funds == ()


REAL = [("002_73f2ea0c05946a40.txt", "2023", 5), ("000_eb3973e7ca4e84e1.txt", "2024", 14)]


@pytest.mark.parametrize(("name", "period", "count"), REAL)
def test_real_tables_are_read_to_the_last_numeral(documents: Path, name: str, period: str, count: int) -> None:
    path = documents / name
    document = read_text(path, path.read_bytes())
    ledger = Register(document)
    tables: list[PerformanceTable] = []
    numerals = 0
    for block in document.blocks:
        if isinstance(block, Table) and is_performance_title(plain(block.cells[0].text)):
            tables.extend(read_performance(block, "t", block.cells[0].text, ledger, Scope(period=period)))
            numerals += sum(len(NUMERAL.findall(cell.text)) for cell in block.cells)
    figures = list(ledger.figures())
    assert len(tables) == count
    assert len(figures) == numerals
    assert sum(figure.role is Role.UNREAD for figure in figures) <= numerals * 0.02
    assert all(figure.printed == document.text[figure.place.start : figure.place.end] for figure in figures)
    assert all(table.amount("total", "original_budget") for table in tables)
    with_weight = [i for table in tables for i in table.indicators if i.weight and i.target]
    assert len(with_weight) == sum(len(table.indicators) for table in tables) >= count * 7


def test_a_figure_is_entered_once_even_when_a_table_is_read_twice() -> None:
    document, ledger, tables = read(printed([Form().lines()]))
    before = list(ledger.figures())
    block = next(block for block in document.blocks if isinstance(block, Table))
    [again] = read_performance(block, "t", "项目支出绩效自评表", ledger, Scope(period="2024"))
    assert list(ledger.figures()) == before
    assert replace(again, identifier="") == replace(tables[0], identifier="")


def test_numbers_of_documents_and_years_are_no_quantities() -> None:
    _, ledger, _ = read(printed([Form(project="2023年经费（某州财教〔2023〕97号）").lines()]))
    inside = [figure for figure in ledger.figures() if re.search("财教", figure.quote)]
    assert {figure.role for figure in inside} == {Role.DATE, Role.REFERENCE}
