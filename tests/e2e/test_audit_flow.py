"""The whole job through Prefect: a complete report, from the cache where nothing changed, whatever fails on the way."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import networkx as nx
import pytest

from checks.results.tabulation import FIGURE_COLUMNS
from datasets.identity.catalog import shipped_documents
from flows.ledger.connecting import Ledger
from flows.ledger.deciding import Opinion, decide, known_findings
from flows.ledger.history import runs
from flows.ledger.lives import Decision
from flows.settings import Settings

pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr' is deprecated:DeprecationWarning",  # Apprise, until Python 3.13
)


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A loopback web hook and the messages it gets."""
    messages: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", messages
    server.shutdown()
    server.server_close()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The documents that were really read, in order."""
    from checks import audit

    read: list[Path] = []
    ingest = audit.ingest

    def counting(paths: list[Path]) -> Any:  # noqa: ANN401
        read.extend(paths)
        return ingest(paths)

    monkeypatch.setattr(audit, "ingest", counting)
    return read


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the slow suites where a test is about something else."""
    monkeypatch.setattr("flows.running.tasks.suites", lambda *_: None)


def artifact(key: str) -> str:
    """What stands in Prefect under ``key``."""
    from prefect.settings import PREFECT_API_URL

    with urlopen(f"{PREFECT_API_URL.value()}/artifacts/{key}/latest") as answer:  # noqa: S310 - our own server
        return str(json.load(answer)["data"])


@pytest.mark.usefixtures("prefect")
def test_the_audit_writes_the_whole_report_and_survives_an_unusable_file(
    tmp_path: Path, counted: list[Path], hook: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.audit_flow import cross_year_audit

    address, messages = hook
    monkeypatch.setenv("GOUJI_ALERT_URLS", address)
    empty = tmp_path / "空.txt"
    empty.write_bytes(b"")
    output = tmp_path / "reports"
    paths = [*shipped_documents(), empty]
    report = cross_year_audit(paths=paths, output=output)

    assert report.problems == ()
    assert len(report.unusable) == 1
    assert str(empty) in report.unusable[0]
    assert not report.complete
    assert {p.name for p in output.iterdir()} == {
        "findings.json",
        "figures.csv",
        "figures.parquet",
        "verdicts.parquet",
        "graph.json",
        "workbook.xlsx",
        "problem_lists",
        "run.json",
        "site",
    }
    assert (output / "site" / "index.html").is_file()
    assert (output / "site" / "data_docs" / "index.html").is_file()
    payload = json.loads((output / "findings.json").read_text(encoding="utf-8"))
    assert [d["path"] for d in payload["documents"] if d["status"] == "unreadable"] == [str(empty)]
    assert len(payload["documents"]) == len(paths)
    with (output / "figures.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert tuple(rows[0]) == FIGURE_COLUMNS
    assert len(rows) == sum(d["numerals"] for d in payload["documents"])
    graph = nx.node_link_graph(json.loads((output / "graph.json").read_text(encoding="utf-8")), edges="edges")
    kinds: set[object] = {kind for _, kind in graph.nodes(data="kind")}
    assert kinds == {"figure", "fact", "relation", "document"}

    errors = [f for f in payload["findings"] if f["severity"] == "error"]
    assert report.alerts_sent == len(errors) > 0
    assert len(messages) == 1

    [unread] = [f for f in payload["findings"] if f["rule"] == "document-unreadable"]
    assert (unread["severity"], unread["status"], unread["evidence"][0]["document"]) == (
        "warning",
        "incomplete",
        str(empty),
    )

    table = artifact("gouji-findings")
    assert [row["编号"] for row in json.loads(table)] == [f["id"] for f in payload["findings"]]
    assert (output / "site" / "index.html").resolve().as_uri() in artifact("gouji-site")
    assert str(output) in artifact("gouji-audit")
    assert float(artifact("gouji-progress")) == 100

    # Nothing changed: nothing is read but what could not be read before, and nobody is told again.
    counted.clear()
    second = cross_year_audit(paths=paths, output=output)
    assert counted == [empty]
    assert second.unchanged_since is not None
    assert second.unusable == report.unusable
    assert second.alerts_sent == 0
    assert len(messages) == 1


@pytest.mark.usefixtures("prefect")
def test_a_second_run_on_unchanged_documents_reads_and_writes_nothing(
    tmp_path: Path, counted: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.audit_flow import cross_year_audit

    monkeypatch.setenv("GOUJI_STATE", str(tmp_path / "state"))
    paths = [Path(shutil.copy(path, tmp_path)) for path in shipped_documents()]
    output = tmp_path / "reports"
    written = []
    for _ in range(2):
        report = cross_year_audit(paths=paths, output=output)
        assert report.complete
        written.append({file: (file.stat().st_ino, file.stat().st_mtime_ns) for file in output.rglob("*")})
    assert sorted(counted) == sorted(paths)
    assert written[1] == written[0]
    [first, second] = runs(Ledger(Settings.from_environment().ledger))
    assert first.recorded_at
    assert second.recorded_at
    assert report.unchanged_since == first.number


@pytest.mark.usefixtures("prefect", "quick")
def test_a_report_is_written_anew_when_a_decision_the_report_or_the_ledger_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.audit_flow import cross_year_audit

    monkeypatch.setenv("GOUJI_STATE", str(tmp_path / "state"))
    output = tmp_path / "reports"
    paths = [shipped_documents()[0]]
    cross_year_audit(paths=paths, output=output)
    ledger = Ledger(Settings.from_environment().ledger)
    decide(ledger, Opinion(known_findings(ledger)[0].id, Decision.DISMISS, "张三", "口径不同"))
    assert cross_year_audit(paths=paths, output=output).unchanged_since is None
    (output / "site" / "index.html").write_text("damaged", encoding="utf-8")
    assert cross_year_audit(paths=paths, output=output).unchanged_since is None
    assert (output / "site" / "index.html").read_text(encoding="utf-8") != "damaged"
    monkeypatch.setenv("GOUJI_LEDGER", f"sqlite:///{tmp_path}/other.sqlite")
    assert cross_year_audit(paths=paths, output=output).unchanged_since is None


@pytest.mark.usefixtures("prefect", "quick")
def test_a_part_that_fails_is_told_and_the_rest_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.audit_flow import cross_year_audit

    def fail(*_: object) -> None:
        raise RuntimeError("内存不足\n第二行")

    monkeypatch.setattr("flows.running.tasks.site", fail)
    report = cross_year_audit(paths=list(shipped_documents()[:1]), output=tmp_path)
    assert report.problems == ("网页未完成：RuntimeError：内存不足",)
    assert not report.complete
    assert (tmp_path / "findings.json").is_file()


@pytest.mark.usefixtures("prefect", "quick")
def test_a_reader_that_crashes_costs_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from checks import audit
    from flows.audit_flow import cross_year_audit

    bad = tmp_path / "坏.txt"
    bad.write_text("坏", encoding="utf-8")
    ingest = audit.ingest

    def crashing(paths: list[Path]) -> Any:  # noqa: ANN401
        if bad in paths:
            raise ZeroDivisionError
        return ingest(paths)

    monkeypatch.setattr(audit, "ingest", crashing)
    report = cross_year_audit(paths=[bad, shipped_documents()[0]], output=tmp_path / "reports")
    [line] = report.unusable
    assert str(bad) in line
    assert "ZeroDivisionError" in line
    assert report.documents == 2
    assert report.figures > 0


@pytest.mark.usefixtures("prefect")
def test_a_year_is_read_apart_and_documents_of_other_years_are_left_out(counted: list[Path], tmp_path: Path) -> None:
    from flows.running.reading_flow import ingest_year, sort_documents

    paths = [Path(shutil.copy(path, tmp_path)) for path in shipped_documents()]
    years = sort_documents(paths)
    assert [year for year in years if year is not None] == sorted(year for year in years if year is not None)
    assert sorted(path for group in years.values() for path in group) == sorted(paths)
    counted.clear()
    year = next(iter(years))
    read = ingest_year(year, paths)
    assert [Path(record.report.path) for record in read] == years[year]
    assert {record.report.fiscal_year for record in read} == {year}
    assert counted == []


@pytest.mark.usefixtures("prefect", "quick")
def test_a_report_on_a_folder_with_all_kinds_of_files_stands_while_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.audit_flow import cross_year_audit

    monkeypatch.setenv("GOUJI_STATE", str(tmp_path / "state"))
    folder = tmp_path / "公开"
    folder.mkdir()
    shutil.copy(shipped_documents()[0], folder)
    (folder / "空.pdf").write_bytes(b"")
    (folder / "说明.md").write_text("说明", encoding="utf-8")
    (folder / "名单.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with zipfile.ZipFile(folder / "附件.zip", "w") as package:
        package.writestr("说明.md", "说明")
        package.writestr("空.docx", b"")
    first = cross_year_audit(paths=[folder], output=tmp_path / "reports")
    assert len(first.unusable) >= 1
    assert {line.partition("：")[0].rpartition("/")[2] for line in first.left_out} >= {"说明.md", "名单.csv"}
    assert cross_year_audit(paths=[folder], output=tmp_path / "reports").unchanged_since is not None
    (folder / "新.md").write_text("新", encoding="utf-8")
    assert cross_year_audit(paths=[folder], output=tmp_path / "reports").unchanged_since is None
