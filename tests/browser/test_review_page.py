"""The review page in a real browser: log in, open a finding, dismiss it with a reason, see it in the list."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, expect

from checks.audit import audit
from datasets.identity.catalog import shipped_documents
from flows.ledger.connecting import Ledger
from flows.ledger.deciding import KnownFinding, known_findings
from flows.ledger.lives import Review
from flows.ledger.recording import begin_run, record_run
from flows.payload import payload_of
from flows.serving.access import Access
from flows.serving.app import Serving, create_app
from flows.serving.people import Role, add_person
from flows.site.build import build_site


class Served:
    """A served report, the token of a reviewer and the ledger behind it."""

    def __init__(self, folder: Path) -> None:
        result = audit(shipped_documents())
        self.ledger = Ledger.at(folder / "ledger.sqlite")
        names = {document.path: document.entity_name for document in result.documents}
        record_run(self.ledger, begin_run(self.ledger), payload_of(result), names=names)
        build_site(result, folder / "site")
        people = folder / "people.toml"
        self.token = add_person(people, "张三", Role.REVIEWER)
        access = Access(people, None, "", frozenset())
        app = create_app(Serving(self.ledger, folder / "site", access, "secret", ("127.0.0.1",)))
        self.server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical"))
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.05)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"

    def finding(self) -> KnownFinding:
        return next(known for known in known_findings(self.ledger) if known.severity == "error")

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    served.close()


def test_a_reviewer_logs_in_dismisses_a_finding_and_sees_it_in_the_list(
    served: Served, browser: BrowserContext
) -> None:
    page = browser.new_page()
    known = served.finding()
    page.goto(f"{served.address}/site/findings/{known.id}.html")
    page.locator("input[name=token]").fill(served.token)
    page.locator("main button.main").click()
    expect(page).to_have_url(f"{served.address}/site/findings/{known.id}.html")
    review = page.locator("#review")
    review.locator("input[value=dismiss]").check()
    review.locator("[name=reason]").fill("口径不同，已向单位核实")
    review.locator("button.main").click()
    expect(page.locator("#review")).to_contain_text("口径不同，已向单位核实")
    expect(page.locator("#review")).to_contain_text("张三")
    page.goto(f"{served.address}/review?state=dismissed")
    expect(page.locator("main")).to_contain_text(known.record["title"])
    page.goto(f"{served.address}/review")
    expect(page.locator(f"main a[href*='{known.id}']")).to_have_count(0)
    [now] = [item for item in known_findings(served.ledger) if item.id == known.id]
    assert (now.review, now.decisions[0].reviewer, now.decisions[0].source) == (Review.DISMISSED, "张三", "page")
    page.close()
