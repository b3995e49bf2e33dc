"""What a page draws: charts, formulas, crops and facsimiles of documents.

In: numbers, or a document and a place. Out: SVG and images as text. Imports no page.
"""
