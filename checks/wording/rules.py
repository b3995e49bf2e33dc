"""Errors that are no numbers: other names, levels and years, residue of templates, repetition, punctuation, typos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checks.context import Context
from checks.model import Instance, Relation
from checks.wording.completeness import completeness_instances
from checks.wording.duplicates import duplicate_instances
from checks.wording.items import item_instances
from checks.wording.lines import lines_of
from checks.wording.marks import mark_instances
from checks.wording.patterns import is_blank_form, pattern_instances, texts_of
from checks.wording.scope import scope_instances
from checks.wording.settings import PatternsRule
from checks.wording.years import year_instances

_PLACEHOLDERS = "template-placeholder"
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "template-placeholder": PatternsRule,
}


def instances(context: Context) -> Iterator[Instance]:
    """All checks of wording and form of one document; nothing for the blank form of a ministry."""
    reading, relations, guard = context.reading, context.rules, context.guard
    lines = lines_of(reading)
    texts = texts_of(reading, lines)
    if is_blank_form(texts, relations[_PLACEHOLDERS]):
        return
    yield from guard(pattern_instances, texts, relations)
    for check in (scope_instances, year_instances, duplicate_instances, item_instances, mark_instances):
        yield from guard(check, reading, lines, relations)
    yield from guard(completeness_instances, reading, lines, relations)
