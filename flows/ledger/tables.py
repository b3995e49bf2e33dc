"""The tables of the ledger.

Runs are ordered by their number, never by a clock, so a clock that jumps changes no story. Times are UTC, ISO 8601.
Nothing is ever overwritten that a person decided: ``decision`` only grows.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RUN = Table(
    "run",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("token", String(32), nullable=False, unique=True),
    Column("status", String(16), nullable=False),  # started | recorded
    Column("started_at", String(32), nullable=False),
    Column("recorded_at", String(32)),
    Column("gouji_version", String(32), nullable=False, server_default=""),
    Column("rules_version", String(64), nullable=False, server_default=""),
    Column("output", Text, nullable=False, server_default=""),
)

#: One row for each content of a document that was ever met. ``document_key`` = entity, level, kind and year.
DOCUMENT = Table(
    "document",
    METADATA,
    Column("document_key", Text, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("entity", Text, nullable=False, server_default=""),
    Column("entity_name", Text, nullable=False, server_default=""),
    Column("level", String(32), nullable=False, server_default=""),
    Column("kind", String(32), nullable=False, server_default=""),
    Column("fiscal_year", Integer),
    Column("status", String(32), nullable=False, server_default=""),
    Column("first_run", ForeignKey("run.number"), nullable=False),
    Column("last_run", ForeignKey("run.number"), nullable=False),
)

#: One row for each finding; what it says is that of the last run that saw it.
FINDING = Table(
    "finding",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("rule", String(120), nullable=False),
    Column("family", String(16), nullable=False, server_default=""),
    Column("severity", String(16), nullable=False),
    Column("unit", Text, nullable=False, server_default=""),
    Column("document_keys", JSON, nullable=False),
    Column("record", JSON, nullable=False),
    Column("standing", String(16), nullable=False),  # open | resolved
    Column("first_run", ForeignKey("run.number"), nullable=False),
    Column("last_run", ForeignKey("run.number"), nullable=False),
    Column("resolved_run", ForeignKey("run.number")),
)

#: What each run saw of each finding; ``change`` is the word of :class:`flows.ledger.lives.Change`.
SIGHTING = Table(
    "sighting",
    METADATA,
    Column("run", ForeignKey("run.number"), primary_key=True),
    Column("finding_id", ForeignKey("finding.id"), primary_key=True),
    Column("change", String(16), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("gap", String(64), nullable=False, server_default=""),
)
Index("ix_sighting_finding_id", SIGHTING.c.finding_id)

DECISION = Table(
    "decision",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("finding_id", ForeignKey("finding.id"), nullable=False, index=True),
    Column("fingerprint", String(64), nullable=False),
    Column("decision", String(16), nullable=False),  # confirm | dismiss | explain | reopen
    Column("reviewer", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("decided_at", String(32), nullable=False),
    Column("source", String(32), nullable=False, server_default=""),  # command | page | workbook
)

#: What has to be told, and what was: one row for each channel, finding and reason to tell it.
DELIVERY = Table(
    "delivery",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(64), nullable=False),
    Column("finding_id", ForeignKey("finding.id"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("occasion", String(16), nullable=False),  # new | worse | reopened
    Column("run", ForeignKey("run.number"), nullable=False),
    Column("state", String(16), nullable=False),  # pending | sending | unsure | sent | dropped
    Column("claimed_by", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("changed_at", String(32), nullable=False),
    UniqueConstraint("channel", "finding_id", "fingerprint", "occasion", "run"),
)
Index("ix_delivery_state", DELIVERY.c.channel, DELIVERY.c.state)
