"""Word: paragraphs with their list numbers, tables with merged cells.

In: a path. Out: a :class:`~datasets.model.Document`. Door: :mod:`datasets.readers.word.reading`.
"""
