"""Plain text: its encoding, the tables that text holds, delimited files.

In: bytes. Out: a :class:`~datasets.model.Document`. Door: :mod:`datasets.readers.text.reading`.
"""
