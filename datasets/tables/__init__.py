"""Tables of amounts: which layout, what heads, columns and rows mean, and the figures of their cells.

In: the tables of a document. Out: table readings, and figures in the register. Door: :mod:`datasets.tables.reading`.
Imports no narrative.
"""
