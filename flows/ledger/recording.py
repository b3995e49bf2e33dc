"""Writing a run into the ledger: one transaction, so a run is recorded whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from flows.ledger.connecting import Ledger, now_text
from flows.ledger.deciding import DecisionRecord, last_decisions, review_after
from flows.ledger.lives import Change, FindingChange, Review, RunRecord, Seen, change_of
from flows.ledger.outbox import ChannelRule, queue
from flows.ledger.tables import DOCUMENT, FINDING, RUN, SIGHTING
from flows.payload import DocumentRecord, FindingRecord, Payload, first_suspect

#: SQLite and PostgreSQL both bound the number of values in one statement.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RunHandle:
    """A run that has begun; ``number`` orders runs."""

    number: int
    token: str


def begin_run(ledger: Ledger, output: str = "") -> RunHandle:
    """Note that a run has begun; one that is killed stays noted as started and never recorded."""
    token = uuid.uuid4().hex
    with ledger.writing() as connection:
        number = connection.execute(
            insert(RUN)
            .values(token=token, status="started", started_at=now_text(), output=output)
            .returning(RUN.c.number)
        ).scalar_one()
    return RunHandle(int(number), token)


def document_key(document: DocumentRecord) -> str:
    """Entity, level, kind and year; for a document that says none of them, the place where it lies."""
    entity = document.get("entity") or ""
    if not entity:
        return f"path:{document['path']}"
    return "/".join((entity, document.get("level") or "", document.get("kind") or "", str(document.get("fiscal_year"))))


def record_run(
    ledger: Ledger,
    run: RunHandle,
    payload: Payload,
    *,
    names: Mapping[str, str] | None = None,
    channels: Mapping[str, Sequence[ChannelRule]] | None = None,
) -> RunRecord:
    """Write what a run read and found; the same run is recorded once, however often this is called.

    Args:
        ledger: the open ledger.
        run: what :func:`begin_run` gave.
        payload: the contents of findings.json.
        names: the name of the unit of each document, by path.
        channels: who is to be told what; it is queued with the run, so that no news is lost between the two.

    Raises:
        LedgerError: the ledger cannot be written; it is as it was.
    """
    keys = {document["path"]: document_key(document) for document in payload["documents"]}
    names = names or {}
    with ledger.writing() as connection:
        if connection.scalar(select(RUN.c.status).where(RUN.c.number == run.number)) == "recorded":
            return _recorded(connection, run)
        _write_documents(connection, run, payload["documents"], names)
        seen = {finding["id"]: finding for finding in payload["findings"]}
        stored = {row.id: row for row in _rows(connection, list(seen))}
        decided = last_decisions(connection, list(seen))
        changes = [_change(finding, stored.get(identity), decided.get(identity)) for identity, finding in seen.items()]
        _write_findings(connection, run, payload, keys, names, stored)
        changes += _resolve(connection, run, _covered(payload, keys), set(seen))
        _write_sightings(connection, run, changes, seen)
        connection.execute(
            update(RUN)
            .where(RUN.c.number == run.number)
            .values(
                status="recorded",
                recorded_at=now_text(),
                gouji_version=payload.get("gouji_version", ""),
                rules_version=payload.get("rules_version", ""),
            )
        )
        record = RunRecord(run.number, tuple(changes))
        queue(connection, record, channels or {})
    return record


def _change(finding: FindingRecord, row: Row[Any] | None, decision: DecisionRecord | None) -> FindingChange:
    if row is None:
        return FindingChange(finding["id"], Change.NEW, Review.OPEN)
    change = change_of(
        Seen(row.fingerprint, row.severity, row.record.get("gap") or ""),
        Seen.of(finding),
        resolved=row.standing == "resolved",
        review=review_after(decision, row.fingerprint),
    )
    return FindingChange(finding["id"], change, review_after(decision, finding["fingerprint"]))


def _rows(connection: Connection, identities: Sequence[str]) -> Iterable[Row[Any]]:
    for start in range(0, len(identities), _CHUNK):
        yield from connection.execute(select(FINDING).where(FINDING.c.id.in_(identities[start : start + _CHUNK])))


def _write_documents(
    connection: Connection, run: RunHandle, documents: Sequence[DocumentRecord], names: Mapping[str, str]
) -> None:
    for document in documents:
        # The other form of a document is no version of it.
        if not document.get("sha256") or document["status"] == "second form":
            continue
        key = document_key(document)
        here = (DOCUMENT.c.document_key == key) & (DOCUMENT.c.sha256 == document["sha256"])
        values = {"last_run": run.number, "path": document["path"], "status": document["status"]}
        if connection.execute(update(DOCUMENT).where(here).values(**values)).rowcount:
            continue
        versions = connection.scalar(select(func.max(DOCUMENT.c.version)).where(DOCUMENT.c.document_key == key))
        connection.execute(
            insert(DOCUMENT).values(
                document_key=key,
                sha256=document["sha256"],
                version=(versions or 0) + 1,
                entity=document.get("entity") or "",
                entity_name=names.get(document["path"], ""),
                level=document.get("level") or "",
                kind=document.get("kind") or "",
                fiscal_year=document.get("fiscal_year"),
                first_run=run.number,
                **values,
            )
        )


def _write_findings(
    connection: Connection,
    run: RunHandle,
    payload: Payload,
    keys: Mapping[str, str],
    names: Mapping[str, str],
    stored: Mapping[str, Row[Any]],
) -> None:
    entities = {document["path"]: document.get("entity") or "" for document in payload["documents"]}
    for finding in payload["findings"]:
        path = first_suspect(finding).get("document", "")
        documents = sorted({keys[e["document"]] for e in finding["evidence"] if e.get("document") in keys})
        values = {
            "fingerprint": finding["fingerprint"],
            "rule": finding["rule"],
            "family": finding.get("family") or "",
            "severity": finding["severity"],
            "unit": names.get(path) or entities.get(path, ""),
            "document_keys": documents,
            "record": dict(finding),
            "standing": "open",
            "last_run": run.number,
            "resolved_run": None,
        }
        if finding["id"] in stored:
            connection.execute(update(FINDING).where(FINDING.c.id == finding["id"]).values(**values))
        else:
            connection.execute(insert(FINDING).values(id=finding["id"], first_run=run.number, **values))


def _covered(payload: Payload, keys: Mapping[str, str]) -> set[str]:
    """The documents that this run has read, also by their place: that they could not be read was said of the place.

    Nothing is resolved about a document that it could not read, or at which the program itself failed: what is not
    found there may only not have been looked for.
    """
    faults = [unchecked for unchecked in payload.get("unchecked", []) if unchecked.get("fault")]
    if any(not fault["documents"] for fault in faults):
        return set()
    faulty = {path for fault in faults for path in fault["documents"]}
    read = {document["path"] for document in payload["documents"] if document["status"] != "unreadable"} - faulty
    unread = {keys[path] for path in keys.keys() - read}
    return ({keys[path] for path in read} | {f"path:{path}" for path in read}) - unread


def _resolve(connection: Connection, run: RunHandle, covered: set[str], seen: set[str]) -> list[FindingChange]:
    """Close the open findings that this run did not see though it read every document they rest on."""
    still_open = connection.execute(
        select(FINDING.c.id, FINDING.c.document_keys).where(FINDING.c.standing == "open")
    ).all()
    gone = [
        row.id
        for row in still_open
        if row.id not in seen and row.document_keys and covered.issuperset(row.document_keys)
    ]
    for start in range(0, len(gone), _CHUNK):
        connection.execute(
            update(FINDING)
            .where(FINDING.c.id.in_(gone[start : start + _CHUNK]))
            .values(standing="resolved", resolved_run=run.number)
        )
    return [FindingChange(identity, Change.RESOLVED, Review.OPEN) for identity in gone]


def _write_sightings(
    connection: Connection, run: RunHandle, changes: Sequence[FindingChange], seen: Mapping[str, FindingRecord]
) -> None:
    rows = []
    for item in changes:
        finding = seen.get(item.id)
        values = Seen("", "") if finding is None else Seen.of(finding)
        rows.append(
            {
                "run": run.number,
                "finding_id": item.id,
                "change": item.change.value,
                "fingerprint": values.fingerprint,
                "severity": values.severity,
                "gap": values.gap,
            }
        )
    if rows:
        connection.execute(insert(SIGHTING), rows)


def _recorded(connection: Connection, run: RunHandle) -> RunRecord:
    rows = connection.execute(
        select(SIGHTING, FINDING.c.fingerprint.label("current"))
        .join(FINDING, FINDING.c.id == SIGHTING.c.finding_id)
        .where(SIGHTING.c.run == run.number)
        .order_by(SIGHTING.c.finding_id)
    ).all()
    decided = last_decisions(connection, [row.finding_id for row in rows])
    return RunRecord(
        run.number,
        tuple(
            FindingChange(
                row.finding_id,
                Change(row.change),
                review_after(decided.get(row.finding_id), row.current),
            )
            for row in rows
        ),
    )
