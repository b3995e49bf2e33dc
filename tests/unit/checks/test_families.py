"""The registry of families: every rule has code or settings that bind it, and every id is spelled in one module."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from checks import families
from checks.audit import Options, audit
from checks.families import DATA_FORMS, coded_rules, every_family, load_rules
from datasets.identity.catalog import shipped_documents
from datasets.roster import load_roster

HOUSE = Path(__file__).parents[3]


def strings_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_rule_of_the_data_is_bound_by_code_or_by_its_settings() -> None:
    bound = coded_rules()
    assert [
        rule.id for rule in load_rules().values() if rule.id not in bound and not isinstance(rule, DATA_FORMS)
    ] == []


def test_every_rule_that_code_binds_is_in_the_data_with_the_settings_of_its_family() -> None:
    rules = load_rules()
    assert [rule for rule in coded_rules() if rule not in rules] == []
    assert [rule for rule, form in coded_rules().items() if not isinstance(rules[rule], form)] == []


def test_no_rule_is_bound_by_two_families_and_no_two_have_one_name() -> None:
    named = [rule for family in every_family() for rule in family.rules]
    assert len(named) == len(set(named))
    names = [family.name for family in every_family()]
    assert len(names) == len(set(names))


def test_the_id_of_a_rule_is_spelled_in_one_module() -> None:
    ids = set(load_rules())
    found: dict[str, list[str]] = defaultdict(list)
    for package in ("datasets", "checks", "flows"):
        for path in (HOUSE / package).rglob("*.py"):
            for word in strings_of(path) & ids:
                found[word].append(path.relative_to(HOUSE).as_posix())
    assert {rule: paths for rule, paths in found.items() if len(paths) > 1} == {}
    assert set(coded_rules()) <= set(found)


def test_no_family_loads_rules_again() -> None:
    rooms = {Path(str(family.instances.__code__.co_filename)).parent for family in every_family()}  # type: ignore[attr-defined]
    loading = [path for room in rooms for path in room.glob("*.py") if "load_rules" in path.read_text(encoding="utf-8")]
    assert loading == []


@pytest.mark.parametrize(
    ("settings", "speaks"),
    [
        ({}, True),
        ({"valid_from": 2023, "valid_until": 2023}, True),
        ({"valid_from": 2024}, False),
        ({"valid_until": 2022}, False),
        ({"valid_until": 2023}, True),
    ],
)
@pytest.mark.parametrize("rule", ["total-of-terms", "functional-tree", "one-name-per-code"])
def test_a_rule_out_of_force_in_the_year_of_the_document_does_not_speak(
    rule: str, settings: dict[str, int], speaks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = "expenditure-by-type" if rule == "total-of-terms" else rule
    rules = {**load_rules(), rule: msgspec.structs.replace(load_rules()[rule], **settings)}
    monkeypatch.setattr("checks.audit.load_rules", lambda: rules)
    budget = next(path for path in shipped_documents() if "2023" in path.name)
    result = audit([budget])
    assert any(verdict.instance.relation.id == rule for verdict in result.verdicts) is speaks


def test_between_documents_a_rule_must_be_in_force_in_all_their_years(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = {verdict.instance.relation.id for verdict in audit(shipped_documents()).verdicts}
    across = sorted(spoken & set(next(f for f in families.BETWEEN if f.name == "crossing").rules))
    assert across
    rule = across[0]
    rules = {**load_rules(), rule: msgspec.structs.replace(load_rules()[rule], valid_from=2024)}
    monkeypatch.setattr("checks.audit.load_rules", lambda: rules)
    assert rule not in {verdict.instance.relation.id for verdict in audit(shipped_documents()).verdicts}


def test_a_rule_limited_to_years_does_not_fail_where_no_document_could_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, unread = tmp_path / "units.csv", tmp_path / "bad.txt"
    listed.write_text(
        "entity,parent,exempt,approved_on,published_on\n甲县乙局,,否,2025-01-01,2025-03-01\n", encoding="utf-8"
    )
    unread.write_text("没有内容", encoding="utf-8")
    rule = "publication-within-twenty-days"
    rules = {**load_rules(), rule: msgspec.structs.replace(load_rules()[rule], valid_from=2015)}
    monkeypatch.setattr("checks.audit.load_rules", lambda: rules)
    result = audit([unread], options=Options(roster=load_roster(listed)))
    assert rule in {verdict.instance.relation.id for verdict in result.verdicts}
