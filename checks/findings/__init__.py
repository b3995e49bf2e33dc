"""A finding in words: what is printed, what it should be, the arithmetic and the source, in two languages.

In: verdicts with their causes. Out: findings. Door: :mod:`checks.findings.making`. Imports no family of rules.
"""
