"""What ``gouji check`` prints besides its findings: every numeral that nothing was made of, with its place."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from checks.audit import audit
from checks.families import load_rules
from datasets.model import Role
from flows.cli.text import relation_text, report_text, unread_lines
from flows.payload import payload_of
from tests.unit.building import document


def test_every_unread_numeral_is_listed_with_its_place(tmp_path: Path) -> None:
    path = document(tmp_path, "\n十、其他说明\n\n本单位登记簿内页共列示77.125，另行备查。\n")
    result = audit([path])
    unread = [figure for figure in result.figures if figure.role is Role.UNREAD]
    assert [figure.printed for figure in unread] == ["77.125"]
    head, line = unread_lines(result, "zh")
    assert head == "未识读的数字 1 个："
    assert line == f"  {path.name}，第 {unread[0].place.line} 行：77.125（本单位登记簿内页共列示77.125，另行备查）"
    assert line in report_text(result, payload_of(result), "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_all_is_read_nothing_is_listed(tmp_path: Path, lang: str) -> None:
    result = audit([document(tmp_path, "\n九、支出说明\n\n2024年度支出5.20万元。\n")])
    assert unread_lines(result, "zh" if lang == "zh" else "en") == []


def test_a_rule_is_shown_with_where_its_source_can_be_read_and_the_years_it_is_in_force() -> None:
    rule = msgspec.structs.replace(load_rules()["fund-flow"], source_url="https://example.gov.cn/1", valid_from=2019)
    assert "https://example.gov.cn/1" in relation_text(rule, "zh")
    assert "适用年度：2019—…" in relation_text(rule, "zh")
    assert "in force for the fiscal years 2019 to …" in relation_text(rule, "en")
    plain = relation_text(load_rules()["fund-flow"], "zh")
    assert "适用年度" not in plain
    assert "required = 3" in plain
