"""Whose document it is: unit, level, kind and year, and the units it is made up of.

In: an opened document. Out: :class:`~datasets.model.Identity`. Door: :mod:`datasets.identity.document`. Knows no
figure.
"""
