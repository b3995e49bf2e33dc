"""What makes figures comparable, and how a comparison comes out; all families stand on it.

In: instances. Out: verdicts. Door: :mod:`checks.judging.verdicts`. Imports no family, no finding, no report.
"""
