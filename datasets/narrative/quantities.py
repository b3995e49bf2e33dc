"""A number of a sentence with the words before it."""

from __future__ import annotations

from dataclasses import dataclass

from datasets.vocabulary.numerals import Numeral


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and the plain words that give it a meaning.

    ``words`` are those since the number before, or since the reason before; ``spoken`` are those since the number
    before, up to a reason. ``bracket`` is the position of the bracket that the number stands in, None outside.
    ``negative`` is True for a printed minus sign.
    """

    numeral: Numeral
    words: str
    spoken: str
    in_reason: bool
    bracket: int | None
    negative: bool
