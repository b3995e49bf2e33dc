"""Rules between documents: budget and final accounts, one year and the next, department and units, the roster.

In: all readings with what each prints. Out: instances, and what is unresolved because a document is missing. Door:
:mod:`checks.crossing.rules`. Of other families it imports performance alone.
"""
