"""Web pages: the article, its paragraphs and tables.

In: bytes of a page. Out: a :class:`~datasets.model.Document`. Door: :mod:`datasets.readers.html.reading`.
"""
