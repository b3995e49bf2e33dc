"""Percentages that mean nothing or say a thing twice: a rate on a base of zero, 下降-5.2%."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from checks.judging.verdicts import value
from checks.model import Instance, Relation, Term, WordEvidence
from datasets.model import Figure, Paragraph
from datasets.narrative.reading import Statement
from datasets.reading import Reading
from datasets.vocabulary.units import factor_between

_DOUBLE = re.compile(
    r"(?:下降|降低|减少|减幅|降幅)(?:率|幅度)?(?:了|为|是|：)?[ \u3000]*(?P<number>[-－−]\d+(?:\.\d+)?)[ \u3000]*[%％]"
)
_MOST_NAMED = 6
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "rate-on-zero-base": Relation,
    "decrease-with-minus": Relation,
}


def zero_base_instances(reading: Reading, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """One instance a document for the rates on a base of zero, and one for the decreases with a minus sign."""
    compared = [s for s in reading.statements if s.rate is not None and s.change is not None and s.level is not None]
    if compared:
        rates = [s.rate for s in compared if s.rate is not None and _from_nothing(s)]
        judged = [s.rate for s in compared if s.rate is not None]
        yield _house_style(reading, rates, judged, relations["rate-on-zero-base"])
    yield from _double_signs(reading, relations["decrease-with-minus"])


def _from_nothing(statement: Statement) -> bool:
    """True for a rate other than 0 of an amount that was nothing before."""
    level, change, rate = statement.level, statement.change, statement.rate
    if level is None or change is None or rate is None or not level.value or not rate.value:
        return False
    factor = factor_between(change.unit, level.unit)
    return factor is not None and value(Term(change, factor=factor)) == value(Term(level))


def _house_style(reading: Reading, rates: Sequence[Figure], judged: Sequence[Figure], relation: Relation) -> Instance:
    named = "、".join(dict.fromkeys(f"{figure.concept_label} {figure.printed}%" for figure in rates[:_MOST_NAMED]))
    return Instance(
        relation,
        "logic",
        tuple(Term(figure) for figure in rates[:1]),
        (),
        holds=not rates,
        note=f"上年数为 0：{named}" if rates else "",
        note_en="the base is zero, so the rate means nothing" if rates else "",
        # Where all is well the first rate stands for the document that the verdict is about.
        words=tuple(_words(reading, figure) for figure in (rates[1:] if rates else judged[:1])),
    )


def _words(reading: Reading, figure: Figure) -> WordEvidence:
    return WordEvidence(reading.path, figure.place, figure.printed, quote=figure.quote)


def _double_signs(reading: Reading, relation: Relation) -> Iterator[Instance]:
    words = [
        WordEvidence(
            reading.path,
            reading.document.within(block.place, *match.span("number")),
            match["number"],
            "evidence",
            quote=match[0],
        )
        for block in reading.document.blocks
        if isinstance(block, Paragraph)
        for match in _DOUBLE.finditer(block.text)
    ]
    falls = [s.rate for s in reading.statements if s.rate is not None and s.rate.value is not None and s.rate.value < 0]
    if falls or words:
        about = words or [_words(reading, falls[0])]
        yield Instance(relation, "logic", (), (), where=reading.path, holds=not words, words=tuple(about))
