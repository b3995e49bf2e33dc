"""All data files that an audit rests on, read at once, so that what is wrong is told before any document is read."""

from __future__ import annotations

from collections.abc import Callable

from checks.families import load_rules
from checks.roster import roster_words
from datasets import partitions, performance_words, phrases, reasons, sections, table_words, vocabulary
from datasets.catalog import entities, short_name
from datasets.classification import classification, name_key
from datasets.data_files.loading import collected
from datasets.layouts import layouts
from datasets.listed_units import identity_words
from datasets.units import units

_READ: tuple[Callable[[], object], ...] = (
    units,
    vocabulary.concepts,
    vocabulary.appropriation_funds,
    vocabulary.concepts_of_one_fund,
    *(lambda digit=digit: classification(digit) for digit in "235"),
    lambda: name_key(""),
    lambda: short_name(""),
    entities,
    identity_words,
    layouts,
    table_words.words,
    phrases.change_pattern,
    phrases.companions,
    phrases.contexts,
    sections.all_meanings,
    reasons.giving_reason,
    partitions.worth_reading,
    performance_words.words,
    lambda: roster_words("yes"),
    load_rules,
)


def check_data_files() -> None:
    """Read every data file of vocabulary, layouts and rules.

    Raises:
        DataFileError: with everything that is wrong, a line each; a file that others rest on is told of first.
    """
    collected(_READ)
