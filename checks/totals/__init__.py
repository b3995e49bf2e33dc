"""Sums of concepts and along classifications, bounds, facts printed twice, blank totals, units and rows of tables.

In: a reading with what it prints, and the rules. Out: instances. Door: :mod:`checks.totals.rules`. Imports no other
family.
"""
