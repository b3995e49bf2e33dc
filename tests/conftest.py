"""What every test may ask for: the real documents, a browser; and the rule that skips are counted, or forbidden.

``GOUJI_DOCUMENTS`` names the folder of real published documents. With ``GOUJI_NO_SKIP=1`` a skipped test is a failed
one: continuous integration has all that the tests need, so a skip there is a hole.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests import postgres as postgresql

# A busy machine makes no test fail: Hypothesis looks at no clock, neither for an example nor for making one.
settings.register_profile("gouji", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gouji")

#: Milliseconds that a page may take before a test gives up on it.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder of real documents."""
    folder = os.environ.get("GOUJI_DOCUMENTS")
    if not folder:
        pytest.skip("GOUJI_DOCUMENTS names no folder of real documents")
    path = Path(folder)
    if not path.is_dir():
        pytest.fail(f"GOUJI_DOCUMENTS={folder}: no such folder; name the folder of real documents or unset it")
    return path


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser of the operating system; ``GOUJI_CHROMIUM`` names another."""
    named = os.environ.get("GOUJI_CHROMIUM")
    found = next(filter(None, map(shutil.which, (named,) if named else CHROMIUM_NAMES)), None)
    if found is None:
        pytest.skip("no chromium found; install the package chromium")
    return Path(found)


@pytest.fixture(scope="module")
def browser(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser with an empty profile of its own.

    Closed with each module: while the driver lives, its event loop counts as running in this thread, and a test that
    starts one (any Prefect flow) would fail.
    """
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=chromium,
            headless=True,
            args=list(CHROMIUM_FLAGS),
        )
        context.set_default_timeout(PATIENCE)
        yield context
        context.close()


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect server for this session, with its files in a folder of its own."""
    from flows.settings import prepare_environment

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOUJI_STATE", str(tmp_path_factory.mktemp("state")))
        prepare_environment()
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=120):
            yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgresql.Postgres]:
    """A PostgreSQL server for this session."""
    programs = postgresql.commands()
    if programs is None:
        pytest.skip("no PostgreSQL found; install the package postgresql")
    with postgresql.running(programs) as server:
        yield server


#: Folders whose tests are spread over all processes one by one; elsewhere a file shares what it starts.
SPREAD = ("unit", "property")
#: Fixtures by which a test is known to drive a browser or to start a server, and files that take long by themselves.
BROWSER, SERVER = frozenset({"browser", "chromium"}), frozenset({"prefect", "postgres"})
SERVING = ("operations", "serving")
SLOW = frozenset({"test_letters.py", "test_blame.py", "test_rule_cases.py", "test_kill.py", "test_data_docs.py"})


@pytest.hookimpl(tryfirst=True)  # xdist, which is registered later, would otherwise look for the groups before
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, drives a browser or starts a server; keep together what shares something it starts."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        fixtures = frozenset(getattr(item, "fixturenames", ()))
        if folder not in SPREAD:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
        if fixtures & BROWSER:
            item.add_marker("browser")
        if fixtures & SERVER or folder in SERVING:
            item.add_marker("server")
        if item.path.name in SLOW:
            item.add_marker("slow")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are no name: an archive made for a test holds the time, which two processes that collect may read apart."""
    return argname if isinstance(val, bytes) else None


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    # A skip is reported as (file, line, "Skipped: reason").
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("GOUJI_NO_SKIP") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = f"skipped, and GOUJI_NO_SKIP=1 forbids it: {_reason(report)}"
        report.outcome = "failed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one where skips are forbidden."""
    report = yield
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Likewise for a module skipped as a whole."""
    report = yield
    _forbid_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped, and why."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if reasons:
        listed = "; ".join(f"{reason} × {count}" for reason, count in reasons.most_common())
        terminalreporter.write_line(f"skipped: {reasons.total()} ({listed})")
