"""PDF: glyphs to lines, lines to paragraphs, ruled and unruled tables, pages joined.

In: a path. Out: a :class:`~datasets.model.Document`. Door: :mod:`datasets.readers.pdf.reading`.
"""
