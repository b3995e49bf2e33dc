"""Errors that are no numbers: names, levels and years of others, residue of templates, repetition, what is missing.

In: a reading and the rules. Out: instances. Door: :mod:`checks.wording.rules`. Imports no other family.
"""
