"""The ground of all reading: concepts and their names, classifications, units and intervals, numerals, labels.

In: the data files of ``datasets/data``. Out: records by name. Door: :mod:`datasets.vocabulary.concepts`. Imports
nothing of the project but the model and the data files.
"""
