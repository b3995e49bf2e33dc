"""The first ledger: runs, documents, findings, sightings, decisions, deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "run",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=True),
        sa.Column("gouji_version", sa.String(length=32), server_default="", nullable=False),
        sa.Column("rules_version", sa.String(length=64), server_default="", nullable=False),
        sa.Column("output", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_run")),
        sa.UniqueConstraint("token", name=op.f("uq_run_token")),
    )
    op.create_table(
        "document",
        sa.Column("document_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), server_default="", nullable=False),
        sa.Column("entity_name", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.String(length=32), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), server_default="", nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=32), server_default="", nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=False),
        sa.Column("last_run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["first_run"], ["run.number"], name=op.f("fk_document_first_run")),
        sa.ForeignKeyConstraint(["last_run"], ["run.number"], name=op.f("fk_document_last_run")),
        sa.PrimaryKeyConstraint("document_key", "sha256", name=op.f("pk_document")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=120), nullable=False),
        sa.Column("family", sa.String(length=16), server_default="", nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("document_keys", sa.JSON(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=False),
        sa.Column("last_run", sa.Integer(), nullable=False),
        sa.Column("resolved_run", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["first_run"], ["run.number"], name=op.f("fk_finding_first_run")),
        sa.ForeignKeyConstraint(["last_run"], ["run.number"], name=op.f("fk_finding_last_run")),
        sa.ForeignKeyConstraint(["resolved_run"], ["run.number"], name=op.f("fk_finding_resolved_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("finding_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_decision_finding_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_finding_id"), "decision", ["finding_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("finding_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("claimed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_delivery_finding_id")),
        sa.ForeignKeyConstraint(["run"], ["run.number"], name=op.f("fk_delivery_run")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "channel", "finding_id", "fingerprint", "occasion", "run", name=op.f("uq_delivery_channel")
        ),
    )
    op.create_index("ix_delivery_state", "delivery", ["channel", "state"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.String(length=64), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("gap", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_sighting_finding_id")),
        sa.ForeignKeyConstraint(["run"], ["run.number"], name=op.f("fk_sighting_run")),
        sa.PrimaryKeyConstraint("run", "finding_id", name=op.f("pk_sighting")),
    )
    op.create_index("ix_sighting_finding_id", "sighting", ["finding_id"], unique=False)


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index("ix_sighting_finding_id", table_name="sighting")
    op.drop_table("sighting")
    op.drop_index("ix_delivery_state", table_name="delivery")
    op.drop_table("delivery")
    op.drop_index(op.f("ix_decision_finding_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_table("finding")
    op.drop_table("document")
    op.drop_table("run")
