from __future__ import annotations

import pytest

from datasets.errors import InputError
from datasets.identity.document import identify
from datasets.model import Binding, Identity, Kind, Level
from tests.unit.texts import PATH, document, rows

CODE = "652300-科学技术局"


def identity(*lines: str) -> Identity:
    return identify(document("\n".join(lines)))


def test_the_title_says_name_year_and_kind() -> None:
    found = identity("某县水利局2024年度部门决算公开说明", "收入总计100万元。")
    expected = Identity("某县水利局", "某县水利局", Level.DEPARTMENT, Kind.FINAL_ACCOUNTS, 2024)
    assert found == expected
    assert found.key == "某县水利局/department/final_accounts/2024"


def test_a_title_broken_over_two_lines_is_read() -> None:
    found = identity("某县水利局2024年度部门", "决算公开说明")
    assert (found.kind, found.fiscal_year, found.name) == (Kind.FINAL_ACCOUNTS, 2024, "某县水利局")


@pytest.mark.parametrize(
    ("lines", "name", "level", "year"),
    [
        (("2023年度某市中医医院单位决算",), "某市中医医院", Level.UNIT, 2023),
        (("2022年度某自治区某市商务局(本级)决算公开",), "某自治区某市商务局", Level.HEAD_OFFICE, 2022),
        (("某市公安局人民警察训练支队", "2020年度决算公开报告"), "某市公安局人民警察训练支队", Level.UNIT, 2020),
        (("某区执法局", "(某区城市管理局)", "2021年度部门决算"), "某区执法局", Level.DEPARTMENT, 2021),
        (("中共某县委宣传部2024年度部门决算",), "中共某县委宣传部", Level.DEPARTMENT, 2024),
        (("某县实验幼儿园2024年单位决算",), "某县实验幼儿园", Level.UNIT, 2024),
        (("关于2024年某县统计局部门决算的说明",), "某县统计局", Level.DEPARTMENT, 2024),
    ],
)
def test_titles_of_other_places_and_bodies_are_read(lines: tuple[str, ...], name: str, level: Level, year: int) -> None:
    found = identity(*lines, "正文")
    assert (found.name, found.level, found.kind, found.fiscal_year) == (name, level, Kind.FINAL_ACCOUNTS, year)


def test_a_unit_of_money_is_no_name() -> None:
    table = rows("2024年度收入支出决算总表", "金额单位：人民币万元|编制单位：某县水利局", "项目|决算数", "收入总计|100")
    assert identity(table).name == "某县水利局"


def test_without_a_title_headings_and_table_heads_say_it() -> None:
    found = identity(
        "第一部分 昌吉州科技局概况", "第二部分  2023年部门预算公开表", "编制部门：昌吉州科技局      单位：万元"
    )
    assert (found.entity, found.kind, found.fiscal_year) == (CODE, Kind.BUDGET, 2023)


def test_the_head_of_a_table_alone_says_it() -> None:
    table = rows(
        "2024年度收入支出决算总表", "编制单位：某县水利局|单位：万元", "项目|决算数", "收入总计|100", "支出总计|100"
    )
    found = identity(table)
    assert (found.name, found.kind, found.fiscal_year) == ("某县水利局", Kind.FINAL_ACCOUNTS, 2024)


def test_prior_years_in_the_text_do_not_outvote_the_title() -> None:
    found = identity("某县水利局2024年部门预算", "与2023年预算相比增加。", "2023年预算为5万元。", "较2022年预算减少。")
    assert found.fiscal_year == 2024


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("某县水利局2024年部门预算公开", Level.DEPARTMENT),
        ("某县水利局2024年单位预算公开", Level.UNIT),
        ("某县水利局（本级）2024年单位预算公开", Level.HEAD_OFFICE),
        ("某县水利局本级2024年部门预算公开", Level.HEAD_OFFICE),
        ("某县水利局2024年预算公开", Level.UNIT),
    ],
)
def test_the_level_is_that_of_the_title(title: str, level: Level) -> None:
    found = identity(title, "部门预算和单位预算由本单位编制。")
    assert found.level is level
    assert found.name == "某县水利局"


def test_head_office_and_department_are_one_entity_and_two_documents() -> None:
    department = identity("昌吉州科技局2024年部门预算公开")
    office = identity("昌吉州科技局本级2024年部门预算公开")
    assert department.entity == office.entity
    assert department.key != office.key


def test_an_abbreviated_name_is_shown_as_a_proposal() -> None:
    found = identity("昌吉州科学技术局2024年部门预算公开")
    assert (found.entity, found.binding) == (CODE, Binding.INFERRED)
    assert found.proposal


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (("购物清单", "牛奶2升，面包1个。"), "不是部门预算或部门决算公开文本"),
        (("某县水利局部门预算公开",), "不是部门预算或部门决算公开文本"),
        (("2024年部门预算", "收入总计100万元。"), "没有找到编制部门或单位的名称"),
        (("某市XX局2024年度部门决算", "收入总计XX万元。"), "是没有填写的空白模板（标题“某市XX局2024年度部门决算”"),
        (("×××2024年部门预算", "收入总计   万元。"), "是没有填写的空白模板"),
    ],
    ids=["no budget", "no year", "no name", "template", "crosses"],
)
def test_a_text_that_does_not_say_what_it_is_is_refused_with_file_and_remedy(
    lines: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(InputError) as caught:
        identity(*lines)
    message = str(caught.value)
    assert message.startswith(f"{PATH}：")
    assert problem in message
    assert "；请" in message
