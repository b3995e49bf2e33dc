"""Titles in the orders and words that provinces print: whose, of which year, budget or final accounts, which level."""

from __future__ import annotations

import pytest

from datasets.identity.document import identify
from datasets.identity.titles import Title, title_in
from datasets.model import Kind, Level
from datasets.vocabulary.plain import plain
from tests.unit.texts import document


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("某县水利局2024年度部门决算公开说明", Title("某县水利局", 2024, "决算", "部门")),
        ("2023年度某市中医医院单位决算", Title("某市中医医院", 2023, "决算", "单位")),
        (
            "某县人民法院 2021 年度一般公共预算财政拨款“三公”经费支出决算情况说明",
            Title("某县人民法院", 2021, "决算", ""),
        ),
        ("某县司法局2022年“三公”经费预算情况", Title("某县司法局", 2022, "预算", "")),
        ("某市人民检察院财政拨款“三公”经费预算2015年情况如下：", Title("某市人民检察院", 2015, "预算", "")),
        ("某区统计局（汇总）2021年度部门决算", Title("某区统计局", 2021, "决算", "部门")),
        ("某区教育局2021年部门综合预算说明", Title("某区教育局", 2021, "预算", "部门")),
        ("某区文化和旅游局及所属单位2024年预算情况说明", Title("某区文化和旅游局", 2024, "预算", "部门")),
        ("某县林业局（本级） 2024 年度决算公开说明", Title("某县林业局", 2024, "决算", "本级")),
        ("2021年度关市镇人民政府部门决算", Title("关市镇人民政府", 2021, "决算", "部门")),
        ("某州数据中心2024年度项目支出绩效单位自评报告", Title("某州数据中心", 2024, "决算", "单位")),
        ("2018年某市“三公”经费决算公开", Title("某市", 2018, "决算", "部门")),
        ("某县2016年“三公”经费决算情况统计表", Title("某县", 2016, "决算", "部门")),
        ("某新区2022年政府预决算相关重要事项说明", Title("某新区", 2022, "", "部门")),
        ("二、某市幼儿园2017年度部门决算情况说明", Title("某市幼儿园", 2017, "决算", "部门")),
        ("XX区第二幼儿园2017年度部门决算", Title("XX区第二幼儿园", 2017, "决算", "部门")),
        ("某区政府办2021年度“三公”经费支出决算公开", Title("某区政府办", 2021, "决算", "")),
        ("教育部2024年度部门决算", Title("教育部", 2024, "决算", "部门")),
        ("关于2024年某县统计局部门决算的说明", Title("某县统计局", 2024, "决算", "部门")),
        ("某区财政局关于2023年部门预算编制情况的说明", Title("某区财政局", 2023, "预算", "部门")),
        ("2024年部门预算", Title("", 2024, "预算", "部门")),
        ("关市镇人民政府部门决算", Title("关市镇人民政府", 0, "决算", "部门")),
    ],
)
def test_a_title_says_whose_it_is_of_which_year_and_what(line: str, title: Title) -> None:
    assert title_in(plain(line)) == title


@pytest.mark.parametrize(
    "line",
    [
        "某县水利局2024年预算支出增加了",
        "与某县水利局2023年部门预算相比，增加5万元",
        "某市XX局2024年度部门决算",
        "×××2024年部门预算",
        "购物清单",
    ],
)
def test_a_sentence_or_a_form_to_be_filled_in_is_no_title(line: str) -> None:
    assert title_in(plain(line)) is None


@pytest.mark.parametrize(
    ("lines", "name", "kind", "year"),
    [
        (("县直某单位部门决算情况说明", "2020年度", "某县林业局"), "某县林业局", Kind.FINAL_ACCOUNTS, 2020),
        (("2021年度", "关市镇人民政府部门决算"), "关市镇人民政府", Kind.FINAL_ACCOUNTS, 2021),
        (
            ("某县人民法院 2017 年一般公共预算财政", "拨款“三公”经费支出决算情况说明"),
            "某县人民法院",
            Kind.FINAL_ACCOUNTS,
            2017,
        ),
        (
            ("2022年政府预决算重要事项说明", "一、支出决算说明", "某县财政局2022年支出决算数为5万元。"),
            "某县财政局",
            Kind.FINAL_ACCOUNTS,
            2022,
        ),
    ],
)
def test_a_title_on_several_lines_is_put_together(lines: tuple[str, ...], name: str, kind: Kind, year: int) -> None:
    found = identify(document("\n".join((*lines, "收入总计100万元。"))))
    assert (found.name, found.kind, found.fiscal_year) == (name, kind, year)


def test_a_form_on_one_project_says_whose_it_is() -> None:
    text = (
        "项目支出绩效自评表\n（2022年度）\n项目名称\t委托业务项目\n"
        "主管部门\t219-某区某镇人民政府\t实施单位\t219001-某区某镇人民政府\n年度资金总额\t10\t10\n"
    )
    found = identify(document(text))
    assert (found.name, found.kind, found.fiscal_year, found.level) == (
        "某区某镇人民政府",
        Kind.FINAL_ACCOUNTS,
        2022,
        Level.UNIT,
    )
