"""The ledger: lives of findings, decisions, two writers at once, and what is said when it cannot be used."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flows.ledger.connecting import Ledger, LedgerError
from flows.ledger.deciding import ConflictError, Opinion, decide, known_findings
from flows.ledger.history import runs
from flows.ledger.lives import Change, Decision, Review
from flows.ledger.recording import begin_run, record_run
from flows.ledger.tables import DOCUMENT, FINDING, RUN, SIGHTING
from flows.payload import Payload
from tests.ledger.payloads import DOCUMENT as PATH
from tests.ledger.payloads import document, finding, payload


def run(ledger: Ledger, contents: Payload) -> dict[str, Change]:
    return {item.id: item.change for item in record_run(ledger, begin_run(ledger), contents).changes}


def test_a_finding_is_new_then_persists_then_is_resolved_then_comes_back(ledger: Ledger) -> None:
    assert run(ledger, payload(finding())) == {"f1": Change.NEW}
    assert run(ledger, payload(finding())) == {"f1": Change.PERSISTING}
    assert run(ledger, payload()) == {"f1": Change.RESOLVED}
    assert run(ledger, payload()) == {}
    assert run(ledger, payload(finding())) == {"f1": Change.REOPENED}


@pytest.mark.parametrize(
    ("severity", "gap", "change"),
    [
        ("error", "0.10", Change.WORSE),
        ("warning", "0.20", Change.WORSE),
        ("warning", "-0.20", Change.WORSE),
        ("warning", "0.05", Change.CHANGED),
        ("warning", "", Change.CHANGED),
        ("info", "9", Change.CHANGED),
    ],
)
def test_a_graver_finding_or_a_larger_gap_is_worse(ledger: Ledger, severity: str, gap: str, change: Change) -> None:
    run(ledger, payload(finding(severity="warning", gap="0.10")))
    assert run(ledger, payload(finding("f1", "p2", severity, gap))) == {"f1": change}


def test_nothing_is_resolved_by_a_run_that_did_not_read_its_document(ledger: Ledger) -> None:
    run(ledger, payload(finding()))
    other = document("folder/其他.txt", "b" * 64, 2023)
    assert run(ledger, payload(documents=(other,))) == {}
    assert run(ledger, payload(documents=(document(status="unreadable"),))) == {}


def test_a_republished_document_is_a_new_version_and_its_finding_keeps_its_life(ledger: Ledger) -> None:
    run(ledger, payload(finding()))
    newer = document("folder/昌吉州2024决算（更正）.txt", "c" * 64)
    again = finding(path="folder/昌吉州2024决算（更正）.txt")
    assert run(ledger, payload(again, documents=(newer,))) == {"f1": Change.PERSISTING}
    with ledger.reading() as connection:
        versions = connection.execute(select(DOCUMENT.c.version, DOCUMENT.c.sha256).order_by(DOCUMENT.c.version)).all()
    assert [tuple(row) for row in versions] == [(1, "a" * 64), (2, "c" * 64)]


def test_a_document_that_could_not_be_read_is_a_finding_until_a_run_reads_it(ledger: Ledger) -> None:
    unread = document(status="unreadable") | {"entity": "", "level": "", "kind": "", "fiscal_year": None, "sha256": ""}
    assert run(ledger, payload(finding("unreadable"), documents=(unread,))) == {"unreadable": Change.NEW}
    assert run(ledger, payload(finding("unreadable"), documents=(unread,))) == {"unreadable": Change.PERSISTING}
    assert run(ledger, payload()) == {"unreadable": Change.RESOLVED}


def test_runs_are_ordered_by_number_when_the_clock_jumps(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(["2026-03-01T00:00:00+00:00", "2031-01-01T00:00:00+00:00", "1999-01-01T00:00:00+00:00"] * 9)
    for module in ("recording", "deciding", "outbox"):
        monkeypatch.setattr(f"flows.ledger.{module}.now_text", lambda: next(times))
    assert [run(ledger, contents) for contents in (payload(finding()), payload(), payload(finding()))] == [
        {"f1": Change.NEW},
        {"f1": Change.RESOLVED},
        {"f1": Change.REOPENED},
    ]
    decide(ledger, Opinion("f1", Decision.CONFIRM, "张三"))
    decide(ledger, Opinion("f1", Decision.DISMISS, "李四", "口径不同"))
    assert [line.number for line in runs(ledger)] == [1, 2, 3]
    assert [d.reviewer for d in known_findings(ledger)[0].decisions] == ["张三", "李四"]


def test_the_same_run_is_recorded_once_however_often_it_is_written(ledger: Ledger) -> None:
    handle = begin_run(ledger)
    first = record_run(ledger, handle, payload(finding()))
    assert record_run(ledger, handle, payload(finding(), finding("f2"))) == first
    with ledger.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(SIGHTING)) == 1


def test_two_audits_at_once_double_and_lose_nothing(ledger: Ledger) -> None:
    contents = payload(*(finding(f"f{i}") for i in range(40)))
    with ThreadPoolExecutor(4) as pool:
        changes = list(pool.map(lambda _: list(run(ledger, contents).values()), range(4)))
    assert sorted(found.count(Change.NEW) for found in changes) == [0, 0, 0, 40]
    with ledger.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(FINDING)) == 40
        assert connection.scalar(select(func.count()).select_from(SIGHTING)) == 160


def test_a_run_that_fails_half_way_leaves_nothing_but_that_it_began(ledger: Ledger) -> None:
    broken = finding("f2")
    del broken["rule"]
    with pytest.raises(KeyError):
        record_run(ledger, begin_run(ledger), payload(finding(), broken))
    with ledger.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(FINDING)) == 0
        assert connection.scalars(select(RUN.c.status)).all() == ["started"]


def test_a_decision_holds_for_the_figures_it_was_taken_on(ledger: Ledger) -> None:
    run(ledger, payload(finding()))
    decide(ledger, Opinion("f1", Decision.DISMISS, "张三", "口径不同"))
    assert known_findings(ledger)[0].review is Review.DISMISSED
    assert run(ledger, payload(finding())) == {"f1": Change.PERSISTING}
    assert run(ledger, payload(finding("f1", "p2"))) == {"f1": Change.REOPENED}
    [known] = known_findings(ledger)
    assert known.review is Review.OPEN
    assert [(d.reviewer, d.reason) for d in known.decisions] == [("张三", "口径不同")]


def test_decisions_are_only_ever_added(ledger: Ledger) -> None:
    run(ledger, payload(finding()))
    decide(ledger, Opinion("f1", Decision.CONFIRM, "张三"))
    decide(ledger, Opinion("f1", Decision.REOPEN, "李四"))
    [known] = known_findings(ledger)
    assert [d.decision for d in known.decisions] == [Decision.CONFIRM, Decision.REOPEN]
    assert known.review is Review.OPEN


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        (Opinion("f1", Decision.DISMISS, "张三"), "理由"),
        (Opinion("f1", Decision.CONFIRM, "  "), "复核人"),
        (Opinion("nosuch", Decision.CONFIRM, "张三"), "nosuch"),
    ],
)
def test_a_decision_without_reviewer_reason_or_finding_is_refused(
    ledger: Ledger, statement: Opinion, complaint: str
) -> None:
    run(ledger, payload(finding()))
    with pytest.raises(LedgerError, match=complaint):
        decide(ledger, statement)
    assert known_findings(ledger)[0].decisions == ()


def test_a_decision_on_other_figures_or_after_another_reviewer_is_a_conflict(ledger: Ledger) -> None:
    run(ledger, payload(finding("f1", "p2")))
    with pytest.raises(ConflictError, match="数字已变"):
        decide(ledger, Opinion("f1", Decision.CONFIRM, "张三", on="p1"))
    first = decide(ledger, Opinion("f1", Decision.CONFIRM, "张三", on="p2", after=0))
    with pytest.raises(ConflictError, match="张三"):
        decide(ledger, Opinion("f1", Decision.CONFIRM, "李四", after=0))
    decide(ledger, Opinion("f1", Decision.CONFIRM, "李四", after=first.number))


def test_a_ledger_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger.at(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="更新版本"):
        Ledger.at(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_ledger_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is no database, and long enough to be looked at" * 20)
    with pytest.raises(LedgerError, match=r"ledger\.sqlite：不是台账文件"):
        Ledger.at(path)


def write_behind(ledger: Ledger, pragma: str) -> None:
    """Write two megabytes after telling SQLite what the disk would have told it."""
    with ledger.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(pragma.format(pages=pages))
        rows = [
            {"token": f"t{number}", "status": "started", "started_at": "", "output": "y" * 2000}
            for number in range(1000)
        ]
        connection.execute(RUN.insert(), rows)


@pytest.mark.parametrize(
    ("pragma", "complaint"),
    [
        ("PRAGMA max_page_count = {pages}", r"ledger\.sqlite：磁盘已满"),
        ("PRAGMA query_only = ON", r"ledger\.sqlite：台账是只读的"),
    ],
)
def test_a_full_or_read_only_disk_leaves_the_ledger_as_it_was(
    sqlite_ledger: Ledger, pragma: str, complaint: str
) -> None:
    run(sqlite_ledger, payload(finding()))
    with pytest.raises(LedgerError, match=complaint):
        write_behind(sqlite_ledger, pragma)
    with sqlite_ledger.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(RUN)) == 1


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("no address at all", "不是数据库地址"),
        ("sqlite://", "没有写明文件"),
        ("oracle://user:geheim@host/x", "不认识"),
        ("postgresql://user:geheim@127.0.0.1:1/x", "连不上"),
    ],
)
def test_an_address_that_leads_nowhere_is_explained_without_its_password(address: str, complaint: str) -> None:
    with pytest.raises(LedgerError, match=complaint) as caught:
        Ledger(address)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("documents", [[PATH], []])
def test_nothing_is_resolved_where_the_program_itself_failed(ledger: Ledger, documents: list[str]) -> None:
    assert run(ledger, payload(finding())) == {"f1": Change.NEW}
    faulty = payload()
    faulty["unchecked"] = [{"rule": "r", "reason": "内部故障", "documents": documents, "fault": "KeyError"}]
    assert run(ledger, faulty) == {}
    assert run(ledger, payload(finding())) == {"f1": Change.PERSISTING}
    assert run(ledger, payload()) == {"f1": Change.RESOLVED}
