"""The rules as data (``*.toml`` and ``cases/`` in this folder), and how they are read.

In: data files and the forms that the families give. Out: relations by id. Door: :mod:`checks.relations.loading`; all
rules are had from :mod:`checks.families`. Imports no family.
"""
