"""What is handed on of an audit: frames with their schemas, the payload, the dependency graph.

In: an audit. Out: pandas frames, dictionaries, a networkx graph. Door: :mod:`checks.results.tabulation`. Judges
nothing.
"""
