"""What Gouji remembers between runs: runs, documents, findings, decisions of reviewers, and alerts.

``tables`` says what is kept, ``connecting`` opens it (SQLite file or PostgreSQL) and brings it up to date,
``recording`` writes a run, ``lives`` says what became of a finding, ``deciding`` keeps what reviewers decided and
``outbox`` what alerts have to go out.
"""
