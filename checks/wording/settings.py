"""The settings of the rules of wording; lists and patterns are explained in ``relations/wording*.toml``.

Patterns are searched in plain text, see :func:`datasets.vocabulary.plain.plain`; only a group named "said" is
reported where there is one.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

import msgspec

from checks.model import Relation, Severity
from datasets.data_files.forms import Form, Positive, Sign, SomeWords, Word, WrongWordError, compiled, complete, known

#: Kinds of places by which a name says its level.
Place = Literal["省", "自治区", "自治州", "市", "区", "县", "自治县"]


class OwnLevelRule(Relation, frozen=True, kw_only=True):
    """LEVEL in a slot stands for any of ``levels``; ``own`` are those that a unit of such a place may call itself."""

    levels: SomeWords
    slots: SomeWords
    financed_above: SomeWords
    own: dict[Place, SomeWords]

    def __post_init__(self) -> None:
        super().__post_init__()
        for slot in self.slots:
            compiled("slots", slot, ("said",))
            compiled("slots", slot.replace("LEVEL", f"(?P<level>{'|'.join(map(re.escape, self.levels))})"))
            if "LEVEL" not in slot:
                raise WrongWordError(
                    "slots", slot, "没有 LEVEL（级次词的位置）", "lacks LEVEL, the place of a level word"
                )
        complete("own", self.own, get_args(Place))
        for words in self.own.values():
            known("own", words, self.levels, what="级次词（levels）", what_en="word of levels")


class OwnNameRule(Relation, frozen=True, kw_only=True):
    """How names of bodies end, what a statement speaks of behind a name, and what cannot be in one."""

    offices: SomeWords
    subjects: SomeWords
    bodies: SomeWords
    no_name: SomeWords

    def __post_init__(self) -> None:
        super().__post_init__()
        for pattern in self.no_name:
            compiled("no_name", pattern)


class HeadingYearRule(Relation, frozen=True, kw_only=True):
    """Headings with a year, and what the rest of one says in a document of each kind."""

    heading: Word
    final_accounts: Word
    budget: Word

    def __post_init__(self) -> None:
        super().__post_init__()
        compiled("heading", self.heading, ("before", "year", "rest"))
        compiled("final_accounts", self.final_accounts)
        compiled("budget", self.budget)


class StatementYearRule(Relation, frozen=True, kw_only=True):
    """Statements and items that begin with a year."""

    statement: Word
    amount: Word
    item: Word
    other_year: Word

    def __post_init__(self) -> None:
        super().__post_init__()
        compiled("statement", self.statement, ("year",))
        compiled("amount", self.amount)
        compiled("item", self.item, ("said", "year", "base"))
        compiled("other_year", self.other_year)


class ComparisonYearRule(Relation, frozen=True, kw_only=True):
    """Comparisons with a year; what the own year may not be a base as, by kind of document."""

    comparison: Word
    beside: Word
    own_final_accounts: Word
    own_budget: Word
    second_base: Word

    def __post_init__(self) -> None:
        super().__post_init__()
        compiled("comparison", self.comparison, ("said", "year", "base"))
        compiled("beside", self.beside, ("own", "said", "year", "base"))
        for setting in ("own_final_accounts", "own_budget", "second_base"):
            compiled(setting, getattr(self, setting))


class ClosingDateRule(Relation, frozen=True, kw_only=True):
    """Dates for which stocks are stated, the words of a stock behind one, and of a forecast."""

    closing: Word
    stock: Word
    forecast: Word

    def __post_init__(self) -> None:
        super().__post_init__()
        compiled("closing", self.closing, ("said", "year"))
        compiled("stock", self.stock)
        compiled("forecast", self.forecast)


class HeaderYearRule(Relation, frozen=True, kw_only=True):
    """A cell that holds nothing but a year."""

    header: Word

    def __post_init__(self) -> None:
        super().__post_init__()
        compiled("header", self.header, ("year",))


class RepeatedPassageRule(Relation, frozen=True, kw_only=True):
    """The fewest characters of a passage that is worth telling of."""

    shortest: Positive


class ItemPurposeRule(Relation, frozen=True, kw_only=True):
    """Sentences that say the purpose of an item, or the reason of its change."""

    purpose: Word
    reason: Word

    def __post_init__(self) -> None:
        super().__post_init__()
        compiled("purpose", self.purpose, ("said",))
        compiled("reason", self.reason, ("said",))


class PatternEntry(Form, frozen=True, kw_only=True):
    """What to find, what is said of it in two languages, and how loud where that is not as loud as the rule."""

    find: Sign
    say: Word
    say_en: Word
    severity: Severity | None = None

    def __post_init__(self) -> None:
        compiled("find", self.find, flags=re.MULTILINE)


class PatternsRule(Relation, frozen=True, kw_only=True):
    """Words that no finished document prints; ``cells`` = cells of tables are searched too."""

    patterns: Annotated[tuple[PatternEntry, ...], msgspec.Meta(min_length=1)]
    cells: bool = False


class WrongWordsRule(Relation, frozen=True, kw_only=True):
    """Patterns of wrong words, each with the right one."""

    wrong_words: Annotated[dict[Word, Word], msgspec.Meta(min_length=1)]
    cells: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for pattern in self.wrong_words:
            compiled("wrong_words", pattern, flags=re.MULTILINE)
            if self.wrong_words[pattern] == pattern:
                raise WrongWordError("wrong_words", pattern, "与应写的词相同", "is the right word itself")
