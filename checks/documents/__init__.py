"""Which documents take part: paths become readings, forms and copies of one document become one.

In: paths. Out: :class:`~checks.documents.ingesting.Ingested`. Door: :mod:`checks.documents.ingesting`. Knows no rule.
"""
