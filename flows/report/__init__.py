"""What a run leaves as files: JSON, CSV, Excel, plain text, Parquet; and reading a ticked workbook back.

In: the payload of an audit. Out: files. Door: :mod:`flows.report.files`. Knows no Prefect.
"""
