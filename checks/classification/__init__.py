"""Codes and names of the classifications, in tables and in text, against each other and the list of the year.

In: a reading and the rules. Out: instances. Door: :mod:`checks.classification.rules`. Imports no other family.
"""
