"""Scale-out: the same findings, byte for byte, wherever documents are read; and questions across units."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from datasets.identity.catalog import shipped_documents
from flows.settings import Settings
from tests.waiting import eventually

pytestmark = pytest.mark.filterwarnings(
    # Dask, while it closes its connections.
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore:'imghdr' is deprecated:DeprecationWarning",
)


@pytest.fixture
def cluster() -> Iterator[str]:
    """A Dask scheduler with two workers, started as the manual says."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    worker = [*dask, "worker", address, "--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    commands = [[*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], worker, worker]
    processes = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands
    ]
    yield address
    for process in reversed(processes):
        process.terminate()
        process.wait(20)


def work_done(address: str) -> int:
    """How many steps of tasks the scheduler has seen."""
    from distributed import Client

    with Client(address, timeout=5, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        return int(client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter))


def wait_for(address: str, workers: int) -> None:
    from distributed import Client

    def there() -> bool:
        try:
            with Client(address, timeout=5, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(workers, timeout=600)
                return True
        except OSError:
            return False

    eventually(there)


@pytest.mark.usefixtures("prefect")
def test_one_process_many_processes_and_a_cluster_find_the_same_in_any_time_zone(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.audit_flow import cross_year_audit

    monkeypatch.setattr("flows.running.tasks.suites", lambda *_: None)
    monkeypatch.setattr("flows.running.tasks.site", lambda *_: None)
    paths = [Path(shutil.copy(path, tmp_path)) for path in shipped_documents()]
    found = {}
    for name, workers, scheduler, zone in (
        ("one", "1", None, "Asia/Shanghai"),
        ("many", "2", None, "America/New_York"),
        ("cluster", "1", cluster, "Asia/Shanghai"),
    ):
        with monkeypatch.context() as patch:
            # A state of its own: nothing may come out of what another has read.
            patch.setenv("GOUJI_STATE", str(tmp_path / name))
            patch.setenv("GOUJI_WORKERS", workers)
            patch.setenv("TZ", zone)
            time.tzset()
            if scheduler is not None:
                wait_for(scheduler, 2)
            store = f"file://{tmp_path}/store" if name == "one" else None
            report = cross_year_audit(
                paths=paths, output=tmp_path / f"reports-{name}", cluster=scheduler, parquet=store
            )
        time.tzset()
        assert report.complete, report
        text = (tmp_path / f"reports-{name}" / "findings.json").read_text(encoding="utf-8")
        found[name] = text.replace(json.loads(text)["generated_at"], "")
    assert work_done(cluster) > 0
    assert found["many"] == found["one"]
    assert found["cluster"] == found["one"]

    # The other half of the same run: pandas and DuckDB answer one question across units and years.
    store_folder = tmp_path / "store"
    figures = pd.read_parquet(store_folder / "figures")
    report_figures = pd.read_parquet(tmp_path / "reports-one" / "figures.parquet")
    assert sorted(figures["figure_id"]) == sorted(report_figures["figure_id"])
    assert len(pd.read_parquet(store_folder / "verdicts")) == len(
        pd.read_parquet(tmp_path / "reports-one" / "verdicts.parquet")
    )
    asked = figures[(figures["concept"] == "three_public_expenses") & (figures["unit"] == "万元")]
    by_pandas = asked.groupby(["document_entity", "fiscal_year"], observed=True).size()
    answer = duckdb.sql(
        f"""
        SELECT document_entity, fiscal_year, count(*)
        FROM read_parquet('{store_folder}/figures/**/*.parquet', hive_partitioning = true)
        WHERE concept = 'three_public_expenses' AND unit = '万元'
        GROUP BY ALL ORDER BY ALL
        """  # noqa: S608 - a path of the test
    )
    assert answer is not None
    by_duckdb = answer.fetchall()
    rows = by_pandas.rename("count").reset_index().itertuples(index=False)
    assert [tuple(row) for row in rows] == by_duckdb
    assert len(by_duckdb) == 2


def test_the_store_mirrors_the_last_report_and_is_left_alone_when_it_does(tmp_path: Path) -> None:
    from checks.audit import audit
    from flows.report.files import write_report
    from flows.report.parquet_store import store

    files: list[dict[Path, int]] = []
    for number, paths in enumerate((shipped_documents(), shipped_documents(), shipped_documents()[:1])):
        report = tmp_path / str(number)
        report.mkdir()
        write_report(audit(paths), report)
        store(report, str(tmp_path / "store"))
        files.append({file: file.stat().st_mtime_ns for file in (tmp_path / "store").rglob("*.parquet")})
        kept = pd.read_parquet(tmp_path / "store" / "figures")["figure_id"]
        assert sorted(kept) == sorted(pd.read_parquet(report / "figures.parquet")["figure_id"])
    assert files[0] == files[1]
    assert len(files[2]) < len(files[0])


def test_a_store_that_cannot_be_written_names_the_remedy(tmp_path: Path) -> None:
    from flows.report.parquet_store import ParquetError, store

    for name in ("figures", "verdicts"):
        pd.DataFrame({"document": ["a"], "documents": ["a"], "document_key": [""]}).to_parquet(
            tmp_path / f"{name}.parquet"
        )
    (tmp_path / "file").write_text("")
    with pytest.raises(ParquetError, match="--parquet"):
        store(tmp_path, str(tmp_path / "file" / "store"))


@pytest.mark.usefixtures("prefect")
def test_a_cluster_that_does_not_answer_names_the_command_that_starts_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.running import runners

    monkeypatch.setattr(runners, "_CONNECTING_SECONDS", 1)
    with pytest.raises(runners.ClusterError, match="dask scheduler"):
        runners.reading_runner(Settings(Path()), "tcp://127.0.0.1:1")
