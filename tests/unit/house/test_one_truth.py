"""What several places say of one thing is the same everywhere: words, colours, columns, axes."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

from checks.model import DocumentStatus, Finding, Severity, Status
from checks.results.tabulation import FINDING_COLUMNS, finding_dict
from checks.suites.definitions import definitions
from datasets.model import Kind, Level, Scope
from datasets.vocabulary.names import KIND_NAMES, KIND_NAMES_EN
from flows.payload import SEVERITIES, SEVERITY_WORDS
from flows.report.files import CSV_COLUMNS
from flows.site.shared.words import words
from tests.browser.sample import SHARE

HOUSE = Path(__file__).parents[3]
PAGES = HOUSE / "great_expectations" / "plugins"
#: Columns of the csv that are made of a finding's first suspect or of its repairs.
OF_EVIDENCE = {"document", "place", "printed", "quote", "repair"}


def colours(path: Path) -> dict[str, str]:
    found = re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,6})", path.read_text(encoding="utf-8"))
    return {name: colour.lower() for name, colour in reversed(found)}


def test_severities_are_called_alike_in_reports_site_and_data_pages() -> None:
    pages = tomllib.loads((PAGES / "pages" / "words.toml").read_text(encoding="utf-8"))
    assert set(SEVERITIES) == set(Severity)
    for severity in Severity:
        assert SEVERITY_WORDS[severity] == words("zh")[f"severity_{severity}"] == pages["zh"]["severities"][severity]
        assert words("en")[f"severity_{severity}"] == pages["en"]["severities"][severity]
    assert pages["zh"]["severities"]["critical"] == SEVERITY_WORDS["error"]


def test_kinds_levels_and_states_of_documents_all_have_words_in_both_languages() -> None:
    for kind in Kind:
        assert words("zh")[f"kind_{kind}"] == KIND_NAMES[kind]
        assert words("en")[f"kind_{kind}"].lower() == KIND_NAMES_EN[kind]
        assert words("zh")[f"short_{kind}"]
    for language in ("zh", "en"):
        assert all(words(language)[f"level_{level}"] for level in Level)
        assert all(words(language)[f"status_{status}"] for status in Status)
        assert all(words(language)[f"status_{status.replace(' ', '_')}"] for status in DocumentStatus)


def test_colours_of_one_name_are_one_colour_on_both_sites() -> None:
    site, pages = colours(HOUSE / "flows/site/assets/style.css"), colours(PAGES / "assets" / "gouji.css")
    shared = site.keys() & pages.keys()
    assert len(shared) > 4
    assert {name: (site[name], pages[name]) for name in shared if site[name] != pages[name]} == {}


def test_the_fields_of_a_finding_are_those_of_its_record_its_schema_and_its_tables() -> None:
    record = {field.name for field in fields(Finding)}
    schema = json.loads((HOUSE / "docs" / "findings.schema.json").read_text(encoding="utf-8"))
    published = set(schema["$defs"]["finding"]["properties"])
    assert set(finding_dict(SHARE)) == published
    assert published <= record
    assert set(FINDING_COLUMNS) - {"documents"} <= record
    assert set(CSV_COLUMNS) - OF_EVIDENCE <= record


def test_only_the_record_of_a_scope_lists_its_axes() -> None:
    axes = [field.name for field in fields(Scope)]
    listing = [
        path.relative_to(HOUSE).as_posix()
        for package in ("checks", "flows", "datasets")
        for path in (HOUSE / package).rglob("*.py")
        if len([axis for axis in axes if f'"{axis}"' in path.read_text(encoding="utf-8")]) == len(axes)
    ]
    # The published columns of figures are a contract of their own.
    assert listing in ([], ["checks/results/tabulation.py"])


def test_what_is_said_of_an_instance_in_chinese_is_said_in_english_too() -> None:
    lacking = [
        (path.relative_to(HOUSE).as_posix(), call.lineno)
        for path in (HOUSE / "checks").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("Instance", "scaled")
        if {"note"} == {keyword.arg for keyword in call.keywords} & {"note", "note_en"}
    ]
    assert lacking == []


def test_no_text_falls_back_from_one_language_to_the_other() -> None:
    falling = re.compile(r"_en\w*\)? or |\benglish or |\.get\(\"\w+_en\"\) or ")
    found = [
        path.relative_to(HOUSE).as_posix()
        for package in ("datasets", "checks", "flows")
        for path in (HOUSE / package).rglob("*.py")
        if falling.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_expectation_adds_or_bounds_money_which_the_library_does_in_floats() -> None:
    counted = {"expect_table_row_count_to_be_between"}
    arithmetic = re.compile(r"sum|between|mean|stdev|quantile|median|min|max|increasing|decreasing")
    ours = {"expect_printed_sum_to_match"}  # intervals of Decimals, see great_expectations/plugins
    used = {expected.type for suite in definitions().suites for expected in suite.expected}
    assert {name for name in used - counted - ours if arithmetic.search(name)} == set()
