"""Great Expectations: the frames of a run, the expectations as data, and running them.

In: the frames of an audit. Out: results by suite. Door: :mod:`checks.suites.running`. Judges no figure itself.
"""
