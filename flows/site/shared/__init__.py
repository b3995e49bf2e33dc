"""What all pages and pictures share: words, addresses, templates, what is remembered of an edition, writing.

In: records and settings. Out: text, names of pages. Imports no page and no picture.
"""
