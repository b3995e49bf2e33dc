"""One real run of Great Expectations on sound frames, one on damaged frames, and the pages of both."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from checks.suites.context import (
    COMMITTED,
    build_context,
    expected_suite,
    load_library,
    load_suite,
    open_context,
    same_expectations,
    stored_count,
    suites_for,
)
from checks.suites.definitions import SuiteDefinition, definitions
from checks.suites.frames import figures_frame
from checks.suites.links import COLUMNS, links_frame
from checks.suites.running import Addresses, SuiteRun, frame_for, run_suites
from datasets.errors import DataFileError, GoujiError
from tests.changji_frames import changji_frames, figure_changed

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.file_data_context import FileDataContext

SHIPPED = (
    "documents",
    "budget_2023_figures",
    "final_accounts_2024_figures",
    "three_public_expenses",
    "staff_and_assets",
    "cross_document_links",
    "performance",
    "verdicts",
    "findings",
)
SCRIPT = "<script>alert(1)</script>"
#: Foreign text as bad as it comes: markup, controls, a character that turns the reading round, 100 kB.
HOSTILE = f"{SCRIPT}\x07\u202e\u200b'\"&amp;{{{{7*7}}}}" + "长" * 100_000
ADDRESSES = Addresses(
    figures={"f20": "documents/ab12.html#n250", "b10": 'javascript:alert(1)"><script>'},
    documents={"000_final_accounts.txt": "documents/ab12.html"},
    findings={"x1": "findings/x1.html", "x1_2": "findings/x1_2.html"},
    blaming={"f20": ["x1", "x1_2"]},
)
Run = tuple[SuiteRun, Path]
Frames = dict[str, pd.DataFrame]


def committed_files() -> dict[Path, bytes]:
    """Every file of the committed context, but for compiled code."""
    files = (path for path in COMMITTED.rglob("*") if path.is_file())
    left_out = {"__pycache__", ".mypy_cache", "uncommitted"}  # git knows none of them
    return {path: path.read_bytes() for path in files if not left_out & set(path.parts)}


@pytest.fixture(scope="session")
def committed_before() -> dict[Path, bytes]:
    return committed_files()


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory, committed_before: dict[Path, bytes]) -> Run:
    assert committed_before
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
    return run_suites(frames, output, addresses=ADDRESSES), output


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
    assert of("performance", "得分不大于权重") == 3
    assert of("performance", "总分 = 各指标得分") == 1
    assert of("performance", "总分值 = 各指标权重") == 1
    assert of("performance", "财政拨款不大于资金总额") == 1
    assert of("verdicts", "成立的比例不低于 95%") == 1
    assert of("findings", "没有“错误”级问题") == 1


def test_every_suite_has_a_page_and_the_index_links_to_it(sound: Run) -> None:
    run, output = sound
    index = (output / run.index).read_text(encoding="utf-8")
    for suite in run.suites:
        assert (output / suite.page).is_file()
        assert suite.page.removeprefix("data_docs/") in index


def test_pages_refer_to_nothing_outside_the_folder(sound: Run, damaged: Run) -> None:
    for run in (sound, damaged):
        assert len(pages(run)) == 1 + 2 * len(SHIPPED)
        for page in pages(run):
            text = page.read_text(encoding="utf-8")
            assert "<script" not in text
            assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", text), page
            for target in re.findall(r'(?:href|src)="([^"]+)"', text):
                inside = (page.parent / target).resolve().is_relative_to(run[1] / "data_docs")
                # Our own report, one folder up, is written by others.
                assert target == "data:," or (page.parent / target).is_file() or not inside, (page.name, target)


def test_pages_speak_chinese(sound: Run, damaged: Run) -> None:
    run, output = sound
    page = (output / run.suite("staff_and_assets").page).read_text(encoding="utf-8")
    assert '<span class="badge critical">错误</span></td><td>实有人数 = 在职 + 离休 + 退休（人数必须完全相等）' in page
    for run_of_pages in (sound, damaged):
        for path in pages(run_of_pages):
            words = re.sub(r"<[^>]+>|Great Expectations", "\n", path.read_text(encoding="utf-8"))
            words = re.sub(r"expect_[a-z_]+|f\d\d|b\d\d", "", words)
            assert not re.search(
                r"Expectation|Observed|Succeeded|Failed|[Uu]nexpected|Status|Rows|contradicted", words
            ), path


def test_the_style_is_in_the_folder_and_loads_nothing(sound: Run) -> None:
    static = sound[1] / "data_docs" / "static"
    assert sorted(path.name for path in static.iterdir()) == ["gouji.css"]
    assert not re.search(r"@import|url\(", (static / "gouji.css").read_text(encoding="utf-8"))


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
    [outcome] = [outcome for outcome in result.expectations if words in outcome.text]
    assert not outcome.success
    [row] = outcome.rows
    assert figure_ids in row.figure_ids
    assert values in row.cells


def test_the_failing_row_is_on_the_page_with_our_id(damaged: Run) -> None:
    run, output = damaged
    page = (output / run.suite("staff_and_assets").page).read_text(encoding="utf-8")
    assert "判定 2 行，1 行不符合" in page
    assert all(f">{name}</" in page for name in ("f19", "f20", "f21", "f22"))
    assert ">52</bdi>" in page


def test_a_failing_row_links_to_its_figure_its_document_and_the_findings_that_blame_it(damaged: Run) -> None:
    run, output = damaged
    page = (output / run.suite("staff_and_assets").page).read_text(encoding="utf-8")
    home = "../../../../../"
    assert f'<a href="{home}documents/ab12.html#n250">f20</a>' in page
    assert f'<a href="{home}findings/x1.html" class="finding">x1</a>' in page
    assert f'<a href="{home}findings/x1_2.html" class="finding">x1_2</a>' in page
    assert (output / run.suite("staff_and_assets").page).parents[5] == output


def test_an_address_can_neither_run_nor_leave_the_folder(damaged: Run) -> None:
    run, output = damaged
    page = (output / run.suite("three_public_expenses").page).read_text(encoding="utf-8")
    assert '<a href="../../../../../javascript%3Aalert%281%29%22%3E%3Cscript%3E">b10</a>' in page


def test_document_text_is_escaped_on_the_pages_and_plain_in_the_results(damaged: Run) -> None:
    run, output = damaged
    text = (output / run.suite("final_accounts_2024_figures").page).read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    rows = [row for outcome in run.suite("final_accounts_2024_figures").expectations for row in outcome.rows]
    assert all(row.document == f"{SCRIPT}000_final_accounts.txt" for row in rows)
    assert rows


def test_a_suite_is_as_bad_as_its_worst_failure(damaged: Run) -> None:
    assert damaged[0].suite("staff_and_assets").severity == "critical"
    assert not damaged[0].success


def test_a_note_fails_no_suite_and_is_said_all_the_same(damaged: Run) -> None:
    run, output = damaged
    assert run.suite("cross_document_links").severity == "info"
    assert run.suite("cross_document_links").success
    assert "✔ 通过，有提示" in (output / run.suite("cross_document_links").page).read_text(encoding="utf-8")
    index = (output / run.index).read_text(encoding="utf-8")
    assert index.count("✔ 通过，有提示") == 1
    assert index.count("✘ 未通过") == sum(not suite.success for suite in run.suites)


def overstated(frames: Frames, name: str, **changes: str | int) -> Frames:
    """The frames with every row of one of them changed."""
    return frames | {name: frames[name].assign(**changes)}


def budget_of_the_same_year(value: str) -> Frames:
    frames = with_final_accounts_of(2023)
    frames["figures"]["verdict"] = "unverified"
    return figure_changed(frames, "f06", stage="original_budget", value=value)


@pytest.mark.parametrize(
    ("suite", "damage"),
    [
        ("documents", lambda frames: overstated(frames, "documents", unread=1)),
        ("documents", lambda frames: overstated(frames, "documents", status="unreadable", problem="加密")),
        ("documents", lambda frames: overstated(frames, "documents", kind="")),
        ("budget_2023_figures", lambda frames: figure_changed(frames, "b01", unit="辆")),
        ("budget_2023_figures", lambda frames: figure_changed(frames, "b01", value="七百")),
        ("final_accounts_2024_figures", lambda frames: figure_changed(frames, "f09", value="920.8")),
        ("final_accounts_2024_figures", lambda frames: figure_changed(frames, "f16", value="32.18")),
        ("three_public_expenses", lambda frames: figure_changed(frames, "f12", value="4.90")),
        ("staff_and_assets", lambda frames: figure_changed(frames, "f20", value="52")),
        ("cross_document_links", lambda _: budget_of_the_same_year("7.48")),
        ("performance", lambda frames: figure_changed(frames, "p08", value="95.90")),
        ("performance", lambda frames: figure_changed(frames, "p05", value="30")),
        ("verdicts", lambda frames: overstated(frames, "verdicts", relation="no-such-rule")),
        ("verdicts", lambda frames: overstated(frames, "verdicts", outcome="within_rounding", gap="1", stated="3")),
        ("verdicts", lambda frames: overstated(frames, "verdicts", documents="")),
        ("findings", lambda frames: overstated(frames, "findings", severity="error")),
        ("findings", lambda frames: overstated(frames, "findings", message_en="")),
        ("findings", lambda frames: overstated(frames, "findings", gap="0.02")),
    ],
)
def test_a_damaged_frame_fails_its_suite_and_no_other(
    suite: str, damage: Callable[[Frames], Frames], kept_context: FileDataContext
) -> None:
    """None of our own checks takes part: the verdict on every figure is taken away."""
    frames = changji_frames()
    frames["figures"]["verdict"] = "unverified"
    assert failing_suites(kept_context, damage(frames)) == {suite}


def test_the_frames_that_were_damaged_are_sound(kept_context: FileDataContext) -> None:
    assert failing_suites(kept_context, changji_frames(), all_of_them=True) == set()
    assert failing_suites(kept_context, budget_of_the_same_year("4.78"), all_of_them=True) == set()


@pytest.fixture(scope="session")
def kept_context(tmp_path_factory: pytest.TempPathFactory) -> FileDataContext:
    """A private copy of the context with a suite for one more year."""
    copy = tmp_path_factory.mktemp("context") / "great_expectations"
    shutil.copytree(COMMITTED, copy, ignore=shutil.ignore_patterns("uncommitted", "__pycache__"))
    build_context(copy, years=[("final_accounts", 2023)])
    return open_context(copy)


def failing_suites(context: FileDataContext, frames: Frames, *, all_of_them: bool = False) -> set[str]:
    """The suites that fail, for more than a note."""
    years = {(key.split("/")[-2], int(key.split("/")[-1])) for key in frames["figures"]["document_key"]}
    failed = set()
    for name, (definition, year) in suites_for(years).items():
        if definition.kind is not None and (definition.kind, year) not in years:
            continue
        frame = frame_for(definition, year, frames)
        if not all_of_them and frame.equals(frame_for(definition, year, changji_frames())):
            continue  # Another test holds the sound frames against every suite.
        validation = context.validation_definitions.get(name)
        batch = validation.batch_definition.get_batch({"dataframe": frame})
        results = batch.validate(context.suites.get(name), result_format="BOOLEAN_ONLY").results
        if any(not r.success and getattr(r.expectation_config, "severity", "") != "info" for r in results):
            failed.add(name)
    return failed


def test_another_year_gets_the_same_expectations_and_missing_years_are_skipped(tmp_path: Path) -> None:
    frames = changji_frames()
    figures = frames["figures"]
    figures["document_key"] = figures["document_key"].str.replace("final_accounts/2024", "final_accounts/2022")
    run = run_suites(frames, tmp_path, lang="en")
    assert "final_accounts_2022_figures" in {suite.name for suite in run.suites}
    assert [name for name, _ in run.skipped] == ["final_accounts_2024_figures"]
    page = (tmp_path / run.suite("final_accounts_2022_figures").page).read_text(encoding="utf-8")
    assert '<span class="badge critical">Error</span></td><td>Ids of figures are unique' in page
    for path in (tmp_path / "data_docs").rglob("*.html"):
        words = re.sub(r"<[^>]+>|002_budget.txt", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"[一-鿿]", words), path
    assert not (COMMITTED / "expectations" / "final_accounts_2022_figures.json").exists()


def test_listing_is_capped_and_says_so_but_the_count_is_exact(tmp_path: Path) -> None:
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
    page = (tmp_path / run.suite("budget_2023_figures").page).read_text(encoding="utf-8")
    assert "只列出前 200 行，共 250 行不符合。" in page
    assert ">m199<" in page
    assert ">m200<" not in page


def test_hostile_text_stays_text_and_short(tmp_path: Path) -> None:
    frames = figure_changed(changji_frames(), "f16", unit=HOSTILE, table=HOSTILE)
    frames = overstated(frames, "findings", severity="error", title=HOSTILE, message=HOSTILE, documents=HOSTILE)
    run = run_suites(frames, tmp_path)
    for name in ("final_accounts_2024_figures", "findings"):
        page = (tmp_path / run.suite(name).page).read_text(encoding="utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;⟦U+0007⟧⟦U+202E⟧⟦U+200B⟧&#39;&#34;&amp;amp;{{7*7}}长" in page
        assert not re.search(r"[\x07\u202e\u200b]", page)
        assert len(page) < 40_000
    [row] = next(e for e in run.suite("findings").expectations if "错误" in e.text).rows
    assert row.document == HOSTILE


def test_a_run_writes_nothing_into_the_committed_context(
    committed_before: dict[Path, bytes], sound: Run, damaged: Run
) -> None:
    assert sound[0].suites
    assert damaged[0].suites
    assert committed_files() == committed_before


def test_a_page_that_could_not_be_drawn_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_library()
    page = sys.modules["gouji_pages"].Page
    monkeypatch.setattr(page, "_label", lambda *_: 1 / 0)
    frames = figure_changed(changji_frames(), "f20", value="52")
    with pytest.raises(GoujiError, match="未能生成"):
        run_suites(frames, tmp_path)


def test_an_unknown_language_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(GoujiError, match="请用 zh 或 en"):
        run_suites(changji_frames(), tmp_path, lang="fr")


def test_committed_suites_agree_with_the_definitions() -> None:
    context = open_context(COMMITTED)
    for name, (definition, _) in suites_for().items():
        stored = load_suite(context, COMMITTED, name)
        assert same_expectations(stored, expected_suite(definition, name)), (
            f"run python -m checks.suites.context: {name}"
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
    path.write_text(path.read_text(encoding="utf-8").replace('"critical"', '"info"', 1), encoding="utf-8")
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
    code = (
        "import sys, checks.suites.running; sys.exit('great_expectations' in sys.modules or 'pandera' in sys.modules)"
    )
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
    failed = {suite.name: [e.text for e in suite.expectations if not e.success] for suite in run.suites}
    # The documents have errors, and everything else that is expected of them holds.
    assert {suite.name for suite in run.suites if not suite.success} == {"findings"}
    assert failed["findings"] == ["没有“错误”级问题", "没有“疑点”级问题"]
