"""Rules of performance tables: within a table, within a document, to the year before, and what the text says of them.

In: performance tables and the rules. Out: instances. Door: :mod:`checks.performance.rules`. Imports no other family.
"""
