"""Running text: headings, sentences, what each number in them reports.

In: the paragraphs of a document. Out: figures in the register, and statements. Door: :mod:`datasets.narrative.reading`.
Imports neither tables nor performance tables.
"""
