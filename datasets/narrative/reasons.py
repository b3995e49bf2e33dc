"""What a stated reason says: which way it moves the money, or that its words do not plainly say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from datasets.data_files.forms import Form, SomeWords, Word, WrongWordError, one_meaning
from datasets.data_files.loading import data_file
from datasets.vocabulary.plain import plain

_LONGEST_REASON = 120


class ReasonsFile(Form, frozen=True, kw_only=True):
    """``reasons.toml``; ``any_up`` and ``any_down`` are single characters that hint at a direction."""

    heads: SomeWords
    up: SomeWords
    down: SomeWords
    any_up: Word
    any_down: Word
    policy: SomeWords
    open: SomeWords
    giving: SomeWords

    def __post_init__(self) -> None:
        one_meaning("", {"up": self.up, "down": self.down}, plain)
        for setting in ("any_up", "any_down"):
            characters: str = getattr(self, setting)
            if not re.fullmatch("[一-鿿]+", characters) or len(set(characters)) < len(characters):
                raise WrongWordError(setting, characters, "应为一串各不相同的汉字", "is no row of different ideographs")
        one_meaning("", {"any_up": self.any_up, "any_down": self.any_down}, plain)


@cache
def _data() -> ReasonsFile:
    return data_file("datasets", "data", "reasons.toml").record(ReasonsFile)


@cache
def _said(directions: tuple[str, ...]) -> re.Pattern[str]:
    """经费有所增加, or 减少了办公支出: a direction word right beside what it is said of."""
    heads, words = ("|".join(map(re.escape, said)) for said in (_data().heads, directions))
    between = "(?:预算|规模|总额|数额|额|数|均|也|都|略|大幅|有所|略有|明显|进一步)*"
    return re.compile(
        rf"(?:{heads}){between}(?:{words})|(?:{words})(?:了|部分|有关|相关|安排)*[一-鿿]{{0,6}}?(?:{heads})"
    )


@cache
def _open() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _data().open)))


@cache
def _policy() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _data().policy)))


@cache
def giving_reason() -> re.Pattern[str]:
    """The words that give a reason, in whatever form."""
    return re.compile("|".join(map(re.escape, _data().giving)))


@dataclass(frozen=True, slots=True)
class Direction:
    """1 for more money, -1 for less, and where in the reason the words stand that say so."""

    sign: int
    start: int
    end: int


def direction_of(reason: str) -> Direction | None:
    """What a reason plainly says of the money; None where it says both, something else, or nothing plainly."""
    said = plain(reason)
    if len(said) > _LONGEST_REASON or _open().search(said):
        return None
    up, down = _said(_data().up).search(reason), _said(_data().down).search(reason)
    if up and not down and not set(said) & set(_data().any_down):
        return Direction(1, *up.span())
    if down and not up and not set(said) & set(_data().any_up):
        return Direction(-1, *down.span())
    return None


def is_policy(reason: str) -> bool:
    """True for a saving that is a standing policy (厉行节约), said also where nothing changed."""
    return bool(_policy().search(plain(reason)))


def direction_words(words: str) -> int | None:
    """The direction that words before a reason name themselves (减少的主要原因): 1, -1, 0 for none, None for both."""
    up = any(word in words for word in _data().up)
    down = any(word in words for word in _data().down)
    if up and down:
        return None
    return 1 if up else -1 if down else 0
