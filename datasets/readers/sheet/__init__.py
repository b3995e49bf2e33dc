"""Workbooks (.xlsx, .xls) with their number formats as printed.

In: a path. Out: a :class:`~datasets.model.Document`. Door: :mod:`datasets.readers.sheet.reading`.
"""
