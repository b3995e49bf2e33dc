"""One real run of Great Expectations on sound frames, one on damaged frames, and the pages of both."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from checks.suites import SuiteRun, frame_for, run_suites
from checks.suites_context import (
    COMMITTED,
    build_context,
    expected_suite,
    load_suite,
    open_context,
    same_expectations,
    stored_count,
    suites_for,
)
from checks.suites_definitions import SuiteDefinition, definitions
from checks.suites_frames import figures_frame
from checks.suites_links import COLUMNS, links_frame
from datasets.errors import DataFileError, GoujiError
from tests.changji_frames import changji_frames, figure_changed

SHIPPED = (
    "budget_2023_figures",
    "final_accounts_2024_figures",
    "three_public_expenses",
    "staff_and_assets",
    "cross_document_links",
)
SCRIPT = "<script>alert(1)</script>"
Run = tuple[SuiteRun, Path]


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Run:
    output = tmp_path_factory.mktemp("sound")

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a run opened a network connection")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        return run_suites(changji_frames(), output), output


@pytest.fixture(scope="session")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Figures changed in every suite, without any verdict of ours."""
    frames = changji_frames()
    frames["verdicts"] = frames["verdicts"].iloc[:0]
    frames["figures"]["verdict"] = "unverified"
    for figure_id, changes in {
        "b10": {"value": "0.84", "printed": SCRIPT},
        "b04": {"value": "47.77"},
        "f09": {"value": "920.8"},
        "f16": {"unit": SCRIPT},
        "f20": {"value": "52"},
        "f25": {"value": "3"},
    }.items():
        frames = figure_changed(frames, figure_id, **changes)
    figures = frames["figures"]
    figures["document"] = figures["document"].str.replace("000_final", f"{SCRIPT}000_final")
    output = tmp_path_factory.mktemp("damaged")
    return run_suites(frames, output), output


def pages(run: Run) -> list[Path]:
    return sorted((run[1] / "data_docs").rglob("*.html"))


def test_the_real_figures_meet_every_shipped_suite(sound: Run) -> None:
    run, _ = sound
    assert tuple(suite.name for suite in run.suites) == SHIPPED
    failed = [(s.name, e.text, e.rows) for s in run.suites for e in s.expectations if not e.success]
    assert failed == []
    assert run.success
    assert run.skipped == ()


def test_the_sums_and_links_were_judged_and_not_skipped(sound: Run) -> None:
    run, _ = sound
    judged = {(suite.name, outcome.text): outcome.judged for suite in run.suites for outcome in suite.expectations}

    def of(suite: str, words: str) -> int | None:
        return next(count for (name, text), count in judged.items() if name == suite and words in text)

    assert of("three_public_expenses", "公务用车购置费 + 公务用车运行维护费 + 公务接待费") == 2
    assert of("staff_and_assets", "实有人数 = 在职 + 离休 + 退休") == 2
    assert of("budget_2023_figures", "基本支出 = 人员经费 + 公用经费") == 1
    assert of("final_accounts_2024_figures", "政府采购总额 = 货物 + 工程 + 服务") == 1
    # Vehicles and houses, number and value, side by side in the two documents.
    assert of("cross_document_links", "间隔一年以上") == 4
    assert of("cross_document_links", "已判定的跨文件勾稽关系") == 1


def test_every_suite_has_a_page_and_the_index_links_to_it(sound: Run) -> None:
    run, output = sound
    index = (output / run.index).read_text(encoding="utf-8")
    for suite in run.suites:
        assert (output / suite.page).is_file()
        assert suite.page.removeprefix("data_docs/") in index


def test_pages_refer_to_nothing_outside_the_folder(sound: Run, damaged: Run) -> None:
    for run in (sound, damaged):
        assert len(pages(run)) == 11
        for page in pages(run):
            text = page.read_text(encoding="utf-8")
            assert "<script" not in text
            assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", text), page
            for target in re.findall(r'(?:href|src)="([^"#:]+)"', text):
                if target.endswith("../index.html") and not (page.parent / target).exists():
                    continue  # our own report, one folder up, is written by others
                assert (page.parent / target).is_file(), (page.name, target)


def test_pages_speak_chinese(sound: Run, damaged: Run) -> None:
    run, output = sound
    page = (output / run.suite("staff_and_assets").page).read_text(encoding="utf-8")
    assert "【必须】实有人数 = 在职 + 离休 + 退休（人数必须完全相等）" in page
    for run_of_pages in (sound, damaged):
        for path in pages(run_of_pages):
            words = re.sub(r"<[^>]+>|Great Expectations", "\n", path.read_text(encoding="utf-8"))
            assert not re.search(r"Expectation|Observed|Succeeded|Failed|unexpected|Status", words), path


def test_style_travels_with_its_licence(sound: Run) -> None:
    static = sound[1] / "data_docs" / "static"
    assert sorted(path.name for path in static.iterdir()) == ["bootstrap-LICENSE.txt", "bootstrap.min.css", "gouji.css"]
    assert not re.search(r"@import|url\((?![\"']?data:)", (static / "bootstrap.min.css").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("suite", "words", "figure_ids", "values"),
    [
        ("three_public_expenses", "公务用车购置费 + 公务用车运行维护费 + 公务接待费", "b10", "0.84"),
        ("budget_2023_figures", "基本支出 = 人员经费 + 公用经费", "b02", "47.77"),
        ("budget_2023_figures", "同一文件中同一指标", "b12", "0.84"),
        ("final_accounts_2024_figures", "占比在 0% 与 100% 之间", "f09", "920.8"),
        ("final_accounts_2024_figures", "金额类指标的计量单位", "f16", SCRIPT),
        ("staff_and_assets", "实有人数 = 在职 + 离休 + 退休", "f20", "52"),
        ("cross_document_links", "间隔一年以上", "f25", "3"),
    ],
)
def test_a_damaged_figure_fails_its_suite_without_our_verdicts(
    damaged: Run, suite: str, words: str, figure_ids: str, values: str
) -> None:
    result = damaged[0].suite(suite)
    assert not result.success
    [outcome] = [outcome for outcome in result.expectations if words in outcome.text]
    assert not outcome.success
    [row] = outcome.rows
    assert figure_ids in row.figure_ids
    assert values in row.cells


def test_the_failing_row_is_on_the_page_with_our_id(damaged: Run) -> None:
    run, output = damaged
    page = (output / run.suite("staff_and_assets").page).read_text(encoding="utf-8")
    assert "f19 f20 f21 f22" in page
    assert "1 行不符合" in page


def test_document_text_is_escaped_on_the_pages_and_plain_in_the_results(damaged: Run) -> None:
    run, output = damaged
    text = (output / run.suite("final_accounts_2024_figures").page).read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    rows = [row for outcome in run.suite("final_accounts_2024_figures").expectations for row in outcome.rows]
    assert all(row.document == f"{SCRIPT}000_final_accounts.txt" for row in rows)
    assert rows


def test_a_suite_is_as_bad_as_its_worst_failure(damaged: Run) -> None:
    assert damaged[0].suite("staff_and_assets").severity == "critical"
    assert damaged[0].suite("cross_document_links").severity == "info"
    assert not damaged[0].success


def test_another_year_gets_the_same_expectations_and_missing_years_are_skipped(tmp_path: Path) -> None:
    frames = changji_frames()
    figures = frames["figures"]
    figures["document_key"] = figures["document_key"].str.replace("final_accounts/2024", "final_accounts/2022")
    run = run_suites(frames, tmp_path, lang="en")
    assert "final_accounts_2022_figures" in {suite.name for suite in run.suites}
    assert [name for name, _ in run.skipped] == ["final_accounts_2024_figures"]
    page = (tmp_path / run.suite("final_accounts_2022_figures").page).read_text(encoding="utf-8")
    assert "[critical] Ids of figures are unique" in page
    assert not (COMMITTED / "expectations" / "final_accounts_2022_figures.json").exists()


def test_listing_is_capped_but_the_count_is_exact(tmp_path: Path) -> None:
    frames = changji_frames()
    one = frames["figures"].iloc[[5]]
    many = one.loc[one.index.repeat(250)].assign(unit="辆")
    many["figure_id"] = [f"m{number}" for number in range(250)]
    many["start"] = range(1000, 1250)
    frames["figures"] = type(one)(frames["figures"].to_dict("records") + many.to_dict("records"))
    run = run_suites(frames, tmp_path)
    [outcome] = [e for e in run.suite("budget_2023_figures").expectations if "金额类指标" in e.text]
    assert outcome.failed == 250
    assert len(outcome.rows) == 200
    assert outcome.rows[0].figure_ids == ("m0",)


def test_an_unknown_language_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(GoujiError, match="请用 zh 或 en"):
        run_suites(changji_frames(), tmp_path, lang="fr")


def test_committed_suites_agree_with_the_definitions() -> None:
    context = open_context(COMMITTED)
    for name, (definition, _) in suites_for().items():
        stored = load_suite(context, COMMITTED, name)
        assert same_expectations(stored, expected_suite(definition, name)), (
            f"run python -m checks.suites_context: {name}"
        )
    assert {path.stem for path in (COMMITTED / "expectations").glob("*.json")} == set(SHIPPED)
    assert {path.stem for path in (COMMITTED / "checkpoints").glob("*.json")} == set(SHIPPED)
    assert {path.stem for path in (COMMITTED / "validation_definitions").glob("*.json")} == set(SHIPPED)


def test_building_again_writes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "great_expectations"
    shutil.copytree(COMMITTED, copy, ignore=shutil.ignore_patterns("uncommitted", "__pycache__"))
    before = {path: path.read_bytes() for path in copy.rglob("*.json")}
    assert build_context(copy) == ()
    assert {path: path.read_bytes() for path in copy.rglob("*.json")} == before


def test_a_changed_expectation_is_written_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "great_expectations"
    shutil.copytree(COMMITTED, copy, ignore=shutil.ignore_patterns("uncommitted", "__pycache__"))
    path = copy / "expectations" / "staff_and_assets.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"warning"', '"info"', 1), encoding="utf-8")
    assert build_context(copy) == ("staff_and_assets",)


def test_an_expectation_that_cannot_be_loaded_is_not_lost_in_silence(tmp_path: Path) -> None:
    copy = tmp_path / "great_expectations"
    shutil.copytree(COMMITTED, copy, ignore=shutil.ignore_patterns("uncommitted", "__pycache__"))
    path = copy / "expectations" / "staff_and_assets.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["expectations"][1]["type"] = "expect_something_unheard_of"
    path.write_text(json.dumps(stored), encoding="utf-8")
    assert stored_count(copy, "staff_and_assets") == 10
    with pytest.raises(DataFileError, match="存有 10 条期望，只载入 9 条"):
        load_suite(open_context(copy), copy, "staff_and_assets")


def test_the_committed_context_is_no_package_and_sends_nothing() -> None:
    assert list(COMMITTED.rglob("__init__.py")) == []
    assert "analytics_enabled: false" in (COMMITTED / "great_expectations.yml").read_text(encoding="utf-8")


def test_the_modules_of_the_suites_are_cheap_to_import() -> None:
    code = "import sys, checks.suites; sys.exit('great_expectations' in sys.modules or 'pandera' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=COMMITTED.parent, check=False).returncode == 0


@pytest.mark.parametrize("definition", definitions().suites, ids=lambda definition: definition.name)
def test_the_frame_of_every_suite_has_the_columns_that_it_asks_for(definition: SuiteDefinition) -> None:
    for wanted, year in suites_for().values():
        if wanted is not definition:
            continue
        columns = set(frame_for(wanted, year, changji_frames()).columns)
        for expected in wanted.expected:
            asked = expected.arguments.get("column_list", [expected.arguments.get("column")])
            assert isinstance(asked, list)
            assert {name for name in asked if name} <= columns, expected.text


def links_of(frames: dict[str, pd.DataFrame]) -> list[tuple[object, ...]]:
    """Link, concept, figures, and the two numbers of each pair."""
    frame = links_frame(frames["figures"], frames["verdicts"], definitions())
    return [
        (row["link"], row["concept"], row["figure_ids"], *(row[name] for name in COLUMNS[row["link"]]))
        for row in frame.to_dict("records")
        if row["link"] in COLUMNS
    ]


def with_final_accounts_of(year: int) -> dict[str, pd.DataFrame]:
    """The final accounts as if they were of another year."""
    frames = changji_frames()
    figures = frames["figures"]
    final = figures["figure_id"].str.startswith("f")
    for column in ("document_key", "period"):
        figures.loc[final, column] = figures.loc[final, column].str.replace("2024", str(year))
    return frames


def test_documents_two_years_apart_leave_headcount_open_and_put_assets_side_by_side() -> None:
    assert links_of(changji_frames()) == [
        ("standing_later", "house_area", "f23 b23", "25.00", "25"),
        ("standing_later", "house_value", "f24 b24", "0.25", "0.25"),
        ("standing_later", "vehicles", "f25 b25", "2", "2"),
        ("standing_later", "vehicles_value", "f26 b26", "46.63", "46.63"),
    ]


def test_budget_and_final_accounts_of_one_year_give_ceilings_and_adjacent_assets() -> None:
    links = links_of(with_final_accounts_of(2023))
    assert ("ceiling", "three_public_expenses", "f06 b06", "4.67", "4.78") in links
    assert ("standing", "vehicles", "f25 b25", "2", "2") in links


def test_a_fact_of_one_scope_in_two_documents_is_paired_and_of_two_stages_is_not() -> None:
    frames = with_final_accounts_of(2023)
    assert [link for link in links_of(frames) if link[0] == "same_fact"] == []
    frames = figure_changed(frames, "f06", stage="original_budget", unit="元", value="47800", quantum="100")
    assert ("same_fact", "three_public_expenses", "f06 b06", "47800", "47800.00") in links_of(frames)


def test_the_move_between_adjacent_years_stands_beside_the_stated_change() -> None:
    frames = changji_frames()
    figures = frames["figures"]
    before = figures[figures["figure_id"].isin(["f06", "f20"])].copy()
    before["figure_id"] = ["p06", "p20"]
    before["value"] = ["4.78", "23"]
    before["document"] = "last_year.txt"
    for column in ("document_key", "period"):
        before[column] = before[column].str.replace("2024", "2023")
    change = figures[figures["figure_id"].isin(["f06", "f20"])].copy()
    change["figure_id"] = ["c06", "c20"]
    change["role"] = "change"
    change["value"] = ["-0.11", "2"]
    frames["figures"] = pd.concat([figures, before, change], ignore_index=True)
    moves = [link for link in links_of(frames) if link[0] == "moved"]
    assert moves == [
        ("moved", "three_public_expenses", "f06 p06 c06", "0.11", "0.11"),
        ("moved", "active_staff", "f20 p20 c20", "2", "2"),
    ]


def test_a_part_left_blank_in_a_filled_column_counts_as_zero_and_a_blank_column_is_unknown() -> None:
    frames = changji_frames()
    table = {"b02": 2, "b03": 3, "b04": 4}
    for figure_id, column in table.items():
        frames = figure_changed(frames, figure_id, table="表6", row=9, column=column)
    row = frames["figures"][frames["figures"]["figure_id"].isin(["b02", "b03"])].copy()
    row["figure_id"] = ["t1", "t2"]
    row["economic_code"] = "30101"
    row["value"] = ["10", "9"]
    frames["figures"] = pd.concat([frames["figures"], row], ignore_index=True)

    def parts() -> list[object]:
        figures = frames["figures"]
        frame = figures_frame(figures[figures["document_key"].str.contains("budget")], definitions(), "budget")
        found = frame[frame["figure_id"] == "t1"].iloc[0]
        return [found[name] for name in ("basic_expenditure", "personnel_costs", "operating_costs")]

    assert parts() == ["10", "9", "0"]
    frames["figures"] = frames["figures"][frames["figures"]["figure_id"] != "b04"]
    assert parts() == ["10", "9", None]


def test_the_real_documents_raise_no_false_alarm(documents: Path, tmp_path: Path) -> None:
    audit = pytest.importorskip("checks.audit", reason="the audit is not there yet").audit
    paths = sorted(documents.glob("00*.txt"))
    run = run_suites(audit(paths).frames(), tmp_path)
    for name in ("three_public_expenses", "staff_and_assets"):
        failed = [(outcome.text, outcome.rows) for outcome in run.suite(name).expectations if not outcome.success]
        assert failed == []
