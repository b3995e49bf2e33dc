"""Folders and archives that hold the parts of one document.

In: a path. Out: its documents. Door: :mod:`datasets.readers.bundle.reading`. Opens members by the readers beside it.
"""
