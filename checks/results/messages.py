"""What is said of a frame that breaks its schema, out of ``suites/schema_messages.toml``; no pandera."""

from __future__ import annotations

from functools import cache

from datasets.data_files.forms import Form, Text, WrongWordError, known
from datasets.data_files.languages import fields_of
from datasets.data_files.loading import data_file

#: What the sentences of ``schema_messages.toml`` are filled in with.
_FILLED_IN = ("frame", "column", "count", "examples", "check")


class Said(Form, frozen=True, kw_only=True):
    """A sentence in both languages."""

    zh: Text
    en: Text

    def __post_init__(self) -> None:
        for setting, sentence in (("zh", self.zh), ("en", self.en)):
            try:
                filled_in = fields_of(sentence)
            except ValueError:
                raise WrongWordError(setting, sentence, "花括号不成对", "has a brace without its partner") from None
            known(setting, filled_in, _FILLED_IN, what="可填入的词", what_en="word that is filled in")


class MessagesFile(Form, frozen=True, kw_only=True):
    """``schema_messages.toml``: a sentence for each check, ``other`` for one of pandera's own."""

    frame_missing: Said
    column_missing: Said
    filled: Said
    unique: Said
    text: Said
    whole_number: Said
    boolean: Said
    decimal: Said
    not_negative: Said
    allowed: Said
    unit: Said
    pattern: Said
    yes_or_no: Said
    calendar_date: Said
    document_kind: Said
    start_before_end: Said
    place_known: Said
    concept_has_value: Said
    value_has_quantum: Said
    undecided_has_reason: Said
    numerals_accounted_for: Said
    reference: Said
    other: Said


@cache
def messages() -> dict[str, Said]:
    """The sentence of each check.

    Raises:
        DataFileError: a sentence is missing or unknown, or is filled in with what there is not.
    """
    file = data_file("checks", "suites", "schema_messages.toml").record(MessagesFile)
    return {check: getattr(file, check) for check in MessagesFile.__struct_fields__}
