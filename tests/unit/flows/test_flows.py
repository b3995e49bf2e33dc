"""The parts of the flows that need no Prefect server: files of a report, words, cache keys, the schedule."""

from __future__ import annotations

import csv
import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import networkx as nx
import pandas as pd
import pytest

from checks.audit import audit, ingest
from checks.results.tabulation import FIGURE_COLUMNS
from datasets.errors import DataFileError, InputError
from datasets.identity.catalog import shipped_documents
from flows.cli import trace as cli_trace
from flows.cli.schedule import chinese_time
from flows.cli.text import finding_lines
from flows.cli.trace import UnknownIdError, the_one, trace_text
from flows.payload import DocumentRecord, FindingRecord, Payload
from flows.places import place_words
from flows.report import files as report_files
from flows.report.files import csv_text, inert, staged, write_text
from flows.running.fingerprint import sources
from flows.running.readings import Packed, Readings, reading_key
from flows.running.standing import report_key
from flows.running.summary import RunReport, markdown_summary, problem_lines
from flows.schedule.automations import TAG
from flows.schedule.deployments import Schedule, read_deployments, require_server
from flows.settings import SettingsError

PREFECT_YAML = Path(__file__).parents[3] / "prefect.yaml"


@pytest.fixture(autouse=True, scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Importing Prefect makes its folder in the state folder: not in the one of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOUJI_STATE", str(tmp_path_factory.mktemp("state")))
        yield


def finding(**changes: object) -> FindingRecord:
    record: FindingRecord = {
        "id": "abc123",
        "fingerprint": "p1",
        "rule": "three-public-total",
        "family": "sum",
        "severity": "error",
        "status": "broken",
        "title": "三公经费合计不等于分项之和",
        "title_en": "Three public expenses do not add up",
        "message": "合计 120.60 ≠ 33.00 + 80.00 + 7.50 = 120.50",
        "message_en": "total 120.60 ≠ 33.00 + 80.00 + 7.50 = 120.50",
        "stated": "120.60",
        "expected": "120.50",
        "gap": "0.10",
        "rounding_slack": "0.02",
        "evidence": [
            {"document": "a/决算.pdf", "page": 3, "printed": "7.50", "unit": "万元", "role": "evidence"},
            {
                "document": "a/决算.pdf",
                "page": 3,
                "table": "表7",
                "row": 2,
                "column": 5,
                "printed": "120.60",
                "unit": "万元",
                "role": "suspect",
                "figure_id": "fig-total",
            },
        ],
        "repairs": [{"evidence": 1, "value": "120.50", "cause": "抄错一位", "restores": ["three-public-total"]}],
        "relations": ["three-public-total"],
    }
    return record | changes  # type: ignore[return-value]


def document(**changes: object) -> DocumentRecord:
    record: DocumentRecord = {"path": "a/决算.pdf", "status": "read", "problem": "", "numerals": 4, "unread": 0}
    return record | changes  # type: ignore[return-value]


def payload(*findings: FindingRecord) -> Payload:
    return {"documents": [document()], "findings": list(findings), "unchecked": []}


# --- files of a report -------------------------------------------------------------------------------------------


def test_a_report_stands_only_when_it_is_whole(tmp_path: Path) -> None:
    output = tmp_path / "reports"
    with staged(output) as folder:
        (folder / "findings.json").write_text("{}")
        (folder / "site").mkdir()
        (folder / "site" / "index.html").write_text("new")
        assert not (output / "findings.json").exists()
    assert sorted(p.name for p in output.iterdir()) == ["findings.json", "site"]


def test_a_run_that_fails_leaves_the_older_report_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "findings.json").write_text("old")

    def fail() -> None:
        with staged(tmp_path) as folder:
            (folder / "findings.json").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [p.name for p in tmp_path.iterdir()] == ["findings.json"]
    assert (tmp_path / "findings.json").read_text() == "old"


def test_a_run_killed_while_moving_leaves_no_findings_beside_foreign_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "findings.json").write_text("old")
    moved: list[str] = []
    rename = Path.replace

    def killed_at_second(self: Path, target: Path) -> Path:
        if moved:
            raise KeyboardInterrupt
        moved.append(self.name)
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", killed_at_second)

    def run() -> None:
        with staged(tmp_path) as folder:
            for name in ("findings.json", "graph.json", "figures.csv"):
                (folder / name).write_text("new")

    with pytest.raises(KeyboardInterrupt):
        run()
    assert moved == ["figures.csv"]
    assert not (tmp_path / "findings.json").exists()


def test_what_a_killed_run_left_is_cleared_after_a_day_and_not_before(tmp_path: Path) -> None:
    old, young = tmp_path / ".unfinished-old", tmp_path / ".unfinished-young"
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (0, 0))
    with staged(tmp_path) as folder:
        (folder / "findings.json").write_text("{}")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".unfinished-young", "findings.json"]


def test_a_new_report_replaces_pages_and_spares_foreign_files(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "stale.html").write_text("old")
    (tmp_path / "mine.txt").write_text("keep")
    with staged(tmp_path) as folder:
        (folder / "site").mkdir()
        (folder / "site" / "index.html").write_text("new")
        (folder / "findings.json").write_text("{}")
    assert [p.name for p in (tmp_path / "site").iterdir()] == ["index.html"]
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_text("x" * 100_000 + "\ud800", target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_report_holds_the_files_of_the_contract(tmp_path: Path) -> None:
    result = audit([shipped_documents()[0]])
    report_files.write_report(result, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} - {"problem_lists"} == {
        "figures.csv",
        "figures.parquet",
        "findings.json",
        "graph.json",
        "verdicts.parquet",
        "workbook.xlsx",
    }
    content = (tmp_path / "figures.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert tuple(rows[0]) == FIGURE_COLUMNS
    assert len(rows) == len(result.figures) == len(pd.read_parquet(tmp_path / "figures.parquet"))
    assert json.loads((tmp_path / "findings.json").read_text(encoding="utf-8")) == result.to_dict()
    graph = nx.node_link_graph(json.loads((tmp_path / "graph.json").read_text(encoding="utf-8")), edges="edges")
    assert set(graph.edges) == set(result.graph.edges)
    assert len(pd.read_parquet(tmp_path / "verdicts.parquet")) == len(result.verdicts)


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1"])
def test_a_formula_in_text_is_inert_in_csv(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert csv_text([{"title": text}], ["title"]).splitlines()[1].lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["-12.30", "+3", "-1,234.5", "-3.5%", "", "合计", "12=12"])
def test_numbers_and_plain_text_stay_as_printed_in_csv(text: str) -> None:
    assert inert(text) == text


# --- words -------------------------------------------------------------------------------------------------------


def test_a_finding_is_told_with_severity_place_arithmetic_and_repair() -> None:
    assert finding_lines(finding(), "zh") == [
        "错误 · 三公经费合计不等于分项之和",
        "  a/决算.pdf，第 3 页，《表7》，表内第 2 行，第 5 列",
        "  合计 120.60 ≠ 33.00 + 80.00 + 7.50 = 120.50",
        "  修正：决算.pdf，第 3 页，《表7》，表内第 2 行，第 5 列 的 120.60 改为 120.50（抄错一位）",
        "  规则 three-public-total，编号 abc123",
    ]


def test_a_place_names_only_what_its_format_has() -> None:
    assert place_words({"document": "x/a.txt", "line": 12, "page": None, "table": ""}) == "a.txt，第 12 行"
    assert place_words({"document": "a.xlsx", "sheet": "表1", "cell": "B7"}, "en") == "a.xlsx, sheet 表1, cell B7"


def test_a_problem_is_one_line_that_names_the_file_once() -> None:
    documents = [
        document(path="x.pdf", status="unreadable", problem="扫描件\n没有文字；请提供文字版"),
        document(path="y.pdf", status="unreadable", problem="y.pdf：空文件；请重新下载"),
        document(path="z.pdf", problem="与 y.pdf 内容完全相同，只审一次"),
        document(path="ok.pdf"),
    ]
    assert problem_lines(documents, "read", "partly read") == ("z.pdf：与 y.pdf 内容完全相同，只审一次",)
    assert problem_lines(documents, "unreadable") == (
        "x.pdf：扫描件 没有文字；请提供文字版",
        "y.pdf：空文件；请重新下载",
    )


def test_the_summary_shows_text_of_documents_as_text() -> None:
    hostile = finding(title="[点我](http://x) | <script>")
    report = RunReport(Path("reports"), 1, 4, {"error": 1, "warning": 0, "info": 0})
    text = markdown_summary(payload(hostile), report)
    assert r"\[点我\](http://x) \| \<script\>" in text
    assert "错误 1" in text


def test_a_report_without_documents_is_not_complete() -> None:
    assert not RunReport(Path("r"), documents=0, figures=0).complete
    assert not RunReport(Path("r"), documents=2, figures=0, unusable=("x",)).complete
    assert not RunReport(Path("r"), documents=2, figures=0, problems=("x",)).complete
    assert RunReport(Path("r"), documents=2, figures=0, alert_problems=("x",), notes=("y",)).complete


# --- trace -------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "findings.json").write_text(json.dumps(payload(finding(), finding(id="abd999"))), encoding="utf-8")
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node("doc", kind="document", path="a/决算.pdf", label="昌吉州科学技术局")
    graph.add_node("figure:fig-total", kind="figure", printed="120.60", unit="万元", label="三公经费合计 120.60万元")
    graph.add_node("fact-total", kind="fact", label="三公经费合计 2024")
    graph.add_node("three-public-total#1", kind="relation", label="三公经费合计 = 分项之和")
    nx.add_path(graph, ["doc", "figure:fig-total", "fact-total", "three-public-total#1"])
    (tmp_path / "graph.json").write_text(json.dumps(nx.node_link_data(graph, edges="edges")), encoding="utf-8")
    return tmp_path


def test_trace_of_a_finding_tells_the_arithmetic_and_the_path(report: Path) -> None:
    text = trace_text("abc", report, "zh")
    assert "所载 120.60 万元，应为 120.50 万元，相差 0.10 万元；四舍五入至多可解释 0.02 万元。" in text
    assert "[疑错] 120.60万元" in text
    assert text.index("三公经费合计 120.60万元") < text.index("三公经费合计 2024") < text.index("合计 = 分项之和")


def test_trace_of_a_figure_tells_what_it_rests_on_what_it_feeds_and_who_blames_it(report: Path) -> None:
    text = trace_text("fig-", report, "zh")
    assert (
        text.index("依据：") < text.index("昌吉州科学技术局") < text.index("支持：") < text.index("三公经费合计 2024")
    )
    assert "abc123" in text.partition("被以下发现指认")[2]


def test_an_id_that_begins_two_things_asks_for_more_of_it(report: Path) -> None:
    with pytest.raises(UnknownIdError, match=r"有 2 个.*abc123、abd999.*请多写几位"):
        trace_text("ab", report, "zh")


def test_an_unknown_id_says_where_to_look(report: Path) -> None:
    with pytest.raises(UnknownIdError, match=r"zzz：没有这个编号"):
        trace_text("zzz", report, "zh")


def test_a_whole_id_wins_over_longer_ones() -> None:
    assert the_one("sum", ["sum", "sum-2"], "x", "y") == "sum"


def test_trace_without_a_report_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gouji audit"):
        trace_text("x", tmp_path, "zh")


def test_a_wide_graph_is_cut_and_says_so(report: Path) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node("figure:fig-total", kind="figure", label="1")
    for number in range(30):
        graph.add_node(f"fact{number}", kind="fact", label="f")
        graph.add_edge("figure:fig-total", f"fact{number}")
    (report / "graph.json").write_text(json.dumps(nx.node_link_data(graph, edges="edges")), encoding="utf-8")
    lines = trace_text("fig-total", report, "zh").splitlines()
    assert sum("→" in line for line in lines) == cli_trace._BRANCHES
    assert any("另有 18 项" in line for line in lines)


# --- schedule ----------------------------------------------------------------------------------------------------


def test_the_cross_year_audit_runs_on_the_first_of_the_month_at_two_in_shanghai() -> None:
    [deployment] = [d for d in read_deployments(PREFECT_YAML) if d.name == "cross-year-audit"]
    [schedule] = deployment.schedules
    shanghai = ZoneInfo("Asia/Shanghai")
    # The 31st, 18:00 in Greenwich, is the hour itself in Shanghai: the run that is due is not the next one.
    runs = schedule.next_runs(datetime(2024, 12, 31, 18, tzinfo=UTC), 2)
    assert [run.astimezone(shanghai) for run in runs] == [
        datetime(2025, 2, 1, 2, tzinfo=shanghai),
        datetime(2025, 3, 1, 2, tzinfo=shanghai),
    ]
    assert [run.astimezone(UTC).hour for run in runs] == [18, 18]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("weekly-intake", "2026-01-05 06:00 周一", "2026-12-28 06:00 周一"),
        ("budget-season", "2026-02-02 20:00 周一", "2026-04-30 20:00 周四"),
        ("final-accounts-season", "2026-08-03 20:00 周一", "2026-10-30 20:00 周五"),
    ],
)
def test_each_season_runs_on_its_working_days_in_chinese_time(name: str, first: str, last: str) -> None:
    [deployment] = [d for d in read_deployments(PREFECT_YAML) if d.name == name]
    times = deployment.schedules[0].next_runs(datetime(2025, 12, 31, 16, tzinfo=UTC), 80)
    year = [chinese_time(run) for run in times if run.astimezone(ZoneInfo("Asia/Shanghai")).year == 2026]
    assert (year[0], year[-1]) == (first, last)


def test_the_entry_point_of_each_schedule_is_the_audit_and_takes_its_parameters() -> None:
    for deployment in read_deployments(PREFECT_YAML):
        scheduled = deployment.flow()
        assert scheduled.name == "cross-year-audit"
        assert scheduled.validate_parameters(deployment.parameters)["output"] == Path("reports")
        assert deployment.tags == (TAG,)


def test_serving_the_schedule_without_a_lasting_server_is_refused() -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: None}), pytest.raises(SettingsError, match="prefect server start"):
        require_server()


def test_a_deployment_without_time_zone_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "prefect.yaml"
    path.write_text('deployments: [{name: x, entrypoint: "a.py:f", schedules: [{cron: "0 2 * * *"}]}]')
    with pytest.raises(DataFileError, match=r"prefect\.yaml.*timezone"):
        read_deployments(path)


def test_a_missing_deployments_file_names_the_folder_to_start_from(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"含有 prefect\.yaml 的文件夹"):
        read_deployments(tmp_path / "prefect.yaml")


def test_a_schedule_keeps_its_hour_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    runs = Schedule("0 2 1 * *", "Europe/Berlin").next_runs(datetime(2025, 2, 15, tzinfo=UTC), 2)
    assert [run.astimezone(berlin).hour for run in runs] == [2, 2]


# --- cache -------------------------------------------------------------------------------------------------------


def test_a_document_is_read_again_when_content_path_or_rules_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "a.txt"
    first.write_text("一")
    second = Path(shutil.copy(first, tmp_path / "b.txt"))

    def key(path: Path) -> str:
        return reading_key(path)

    before = key(first)
    assert key(first) == before
    assert key(second) != before
    first.write_text("二")
    assert key(first) != before
    first.write_text("一")
    assert key(first) == before
    monkeypatch.setattr("flows.running.readings.rules_fingerprint", lambda: "other rules")
    assert key(first) != before


def test_what_a_report_rests_on_is_documents_in_order_options_and_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text(path.name)
    key = report_key(paths, lang="zh")
    assert report_key(paths, lang="zh") == key
    others = [report_key(paths, lang="en"), report_key(paths[::-1], lang="zh"), report_key(paths[:1], lang="zh")]
    with monkeypatch.context() as patch:
        patch.setattr("flows.running.standing.report_fingerprint", lambda: "other pages")
        others.append(report_key(paths, lang="zh"))
    paths[0].write_text("changed")
    others.append(report_key(paths, lang="zh"))
    assert len({key, *others}) == 6


def test_a_bundle_is_read_again_when_one_of_its_files_changes(tmp_path: Path) -> None:
    (tmp_path / "bundle.toml").write_text("")
    (tmp_path / "a.txt").write_text("一")
    before = reading_key(tmp_path)
    (tmp_path / "a.txt").write_text("二")
    assert reading_key(tmp_path) != before


def test_readings_of_other_rules_are_thrown_away_after_a_month_and_not_before(tmp_path: Path) -> None:
    for name, age in (("old", 31), ("young", 29)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age * 86400,) * 2)
    Readings(tmp_path).forget_old()
    assert not (tmp_path / "old").exists()
    assert (tmp_path / "young").exists()


def test_a_document_that_is_missing_has_a_key_too(tmp_path: Path) -> None:
    assert reading_key(tmp_path / "none.txt")


def test_what_cannot_be_read_is_not_kept_and_a_damaged_reading_is_read_again(tmp_path: Path) -> None:
    path, readings = shipped_documents()[0], Readings(tmp_path)
    [unread] = ingest([tmp_path / "none.txt"])
    readings.put(tmp_path / "none.txt", Packed.of((unread,)))
    assert readings.get(tmp_path / "none.txt") is None
    assert readings.get(path) is None
    records = ingest([path])
    readings.put(path, Packed.of(records))
    kept = readings.get(path)
    assert kept is not None
    assert (kept.year, kept.unpacked()) == (records[0].report.fiscal_year, records)
    [file] = [file for file in tmp_path.rglob("*") if file.is_file()]
    file.write_bytes(file.read_bytes()[:-100])
    assert readings.get(path) is None


def test_the_rules_fingerprint_sees_code_and_data() -> None:
    names = {name for name, _ in sources(files("datasets"), "datasets")}
    assert {"datasets/vocabulary/units.py", "datasets/data/units.csv"} <= names
    assert not any("__pycache__" in name for name in names)
