from __future__ import annotations

from pathlib import Path

from checks.audit import Audit, audit
from tests.unit.texts import rows

BUDGET = "某县科学技术局2024年部门预算公开\n\n"
TOTAL = "部门支出总表\n\n单位：{}\n"
GENERAL = "财政拨款支出总表\n\n单位：{}\n"
HEAD = "科目编码|科目名称|合计|基本支出|项目支出"
WAN = ("206|科学技术支出|33.50|30.00|3.50", "|合计|33.50|30.00|3.50")
YUAN = ("206|科学技术支出|335000.00|300000.00|35000.00", "|合计|335000.00|300000.00|35000.00")
TEXT = "三、支出预算情况说明\n\n2024年支出预算33.50万元，其中：基本支出30.00万元，项目支出3.50万元。\n"


def audited(tmp_path: Path, *tables: str) -> Audit:
    path = tmp_path / "某局.txt"
    path.write_text(BUDGET + "\n\n".join(tables), encoding="utf-8")
    return audit([path])


def test_a_table_in_yuan_that_says_ten_thousand_yuan_is_one_finding_that_names_the_unit(tmp_path: Path) -> None:
    result = audited(tmp_path, TOTAL.format("万元") + rows(HEAD, *YUAN), TEXT)
    [found] = [finding for finding in result.findings if finding.severity == "error"]
    assert found.rule == "table-unit"
    assert "《部门支出总表》写明单位为万元，3 处与别处相差一万倍，实为元" in found.message
    assert found.evidence[0].printed == "万元"


def test_a_table_that_agrees_with_the_text_anywhere_is_in_its_unit(tmp_path: Path) -> None:
    half = ("206|科学技术支出|335000.00|300000.00|3.50", "|合计|335000.00|300000.00|3.50")
    result = audited(tmp_path, TOTAL.format("万元") + rows(HEAD, *half), TEXT)
    assert "table-unit" not in {finding.rule for finding in result.findings}


def test_tables_in_yuan_and_text_in_ten_thousand_yuan_agree(tmp_path: Path) -> None:
    result = audited(tmp_path, TOTAL.format("元") + rows(HEAD, *YUAN), GENERAL.format("万元") + rows(HEAD, *WAN), TEXT)
    assert [finding.rule for finding in result.findings if finding.severity == "error"] == []


def test_a_count_in_the_text_is_that_of_the_table_whatever_its_measure_word(tmp_path: Path) -> None:
    table = "机构运行信息表\n\n单位：万元\n" + rows(
        "项目|决算数", "国内公务接待批次（个）|31", "公务用车保有量（辆）|7"
    )
    text = "八、财政拨款“三公”经费支出决算情况说明\n\n2024年国内公务接待{}批次。\n"
    path = tmp_path / "某局决算.txt"
    outcomes = []
    for count in (31, 13):
        path.write_text(f"某县科学技术局2024年度部门决算公开\n\n{table}\n\n{text.format(count)}", encoding="utf-8")
        outcomes.append([v.outcome for v in audit([path]).verdicts if v.instance.relation.id == "same-fact"])
    assert outcomes == [["exact"], ["broken"]]
