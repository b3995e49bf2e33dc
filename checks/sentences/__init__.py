"""What sentences claim of the amounts in them: changes, rates, parts of a whole, reasons, products, empty tables.

In: a reading and the rules. Out: instances. Door: :mod:`checks.sentences.claims`. Imports no other family.
"""
