"""Performance tables and forms: funds, indicators, scores, and the numbers in their prose.

In: tables of a document. Out: :class:`~datasets.performance.model.PerformanceTable` and figures in the register. Door:
:mod:`datasets.performance.reading`. Imports no narrative.
"""
