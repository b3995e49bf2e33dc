"""Which figure is wrong: the fewest changes that make all broken relations hold, and what explains each.

In: verdicts. Out: causes with repairs. Door: :mod:`checks.localising.causes`. Imports no family of rules.
"""
