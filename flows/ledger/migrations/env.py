"""Alembic runs this to bring a ledger up to date; the connection is the one that holds the write lock."""

from alembic import context

from flows.ledger.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
