"""All data files that an audit rests on, read at once, so that what is wrong is told before any document is read."""

from __future__ import annotations

from collections.abc import Callable

from checks.families import load_rules
from datasets.data_files.loading import collected
from datasets.identity.catalog import entities, short_name
from datasets.identity.listed_units import identity_words
from datasets.narrative import phrases, reasons, sections
from datasets.narrative import wholes as partitions
from datasets.performance.words import words as performance_words
from datasets.roster import roster_words
from datasets.tables.layouts import layouts
from datasets.tables.words import words as table_words
from datasets.vocabulary.classification import classification, name_key
from datasets.vocabulary.concepts import appropriation_funds, concepts, concepts_of_one_fund, named_in
from datasets.vocabulary.units import units

_READ: tuple[Callable[[], object], ...] = (
    units,
    concepts,
    appropriation_funds,
    concepts_of_one_fund,
    lambda: named_in("", ""),
    *(lambda digit=digit: classification(digit) for digit in "235"),
    lambda: name_key(""),
    lambda: short_name(""),
    entities,
    identity_words,
    layouts,
    table_words,
    phrases.change_pattern,
    phrases.companions,
    phrases.contexts,
    sections.all_meanings,
    reasons.giving_reason,
    partitions.worth_reading,
    performance_words,
    lambda: roster_words("yes"),
    load_rules,
)


def check_data_files() -> None:
    """Read every data file of vocabulary, layouts and rules.

    Raises:
        DataFileError: with everything that is wrong, a line each; a file that others rest on is told of first.
    """
    collected(_READ)
