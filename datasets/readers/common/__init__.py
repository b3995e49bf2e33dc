"""What readers of several formats share: decoding, containers, blocks of cells, putting a document together.

In: bytes, cells, paragraphs. Out: parts of a :class:`~datasets.model.Document`. Imports no reader.
"""
