"""What may stand in a data file: records whose fields, types and words are closed, and what is said of a wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, ClassVar, Self, TypeVar

import msgspec


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the records of data files: an unknown key is an error, and so is a word that its type does not allow.

    ``REPEATS`` are keys, anywhere in the file, below which a list may hold something twice.
    """

    REPEATS: ClassVar[frozenset[str]] = frozenset()


_Record = TypeVar("_Record")
#: Text that says something; on one line without blanks around it; with a letter in it, so that
#: no sign or number alone, and no blank between ideographs, which no text is searched for.
Text = Annotated[str, msgspec.Meta(pattern=r"\S")]
Sign = Annotated[str, msgspec.Meta(pattern=r"\A\S(?:[^\n]*\S)?\Z")]
Word = Annotated[str, msgspec.Meta(pattern=r"\A(?=[^\n]*[^\W\d_])(?![^\n]*[一-鿿] +[一-鿿])\S(?:[^\n]*\S)?\Z")]
#: Lists that are not empty; what stands in one twice is refused, see :attr:`Form.REPEATS`.
SomeWords = Annotated[tuple[Word, ...], msgspec.Meta(min_length=1)]
SomeSigns = Annotated[tuple[Sign, ...], msgspec.Meta(min_length=1)]
#: The name that a record of a data file has in the project.
Identifier = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9_]*\Z")]
Slug = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*\Z")]
Positive = Annotated[int, msgspec.Meta(ge=1, le=1000)]
FiscalYear = Annotated[int, msgspec.Meta(ge=1949, le=2199)]


class WrongWordError(ValueError):
    """A value of the right type that says something impossible; a form raises it in ``__post_init__``.

    Args:
        setting: the key.
        read: what stands there.
        problem: what is wrong with it, in Chinese.
        problem_en: the same in English.
        allowed: the words that may stand there; empty where they are not a list.
        at: numbers and keys below the setting that lead to the place.
    """

    def __init__(
        self,
        setting: str,
        read: str,
        problem: str,
        problem_en: str,
        allowed: Collection[str] = frozenset(),
        at: tuple[str | int, ...] = (),
    ) -> None:
        super().__init__(f"{setting}: {read}")
        self.setting = setting
        self.read = read
        self.problem = problem
        self.problem_en = problem_en
        self.allowed = allowed
        self.at = at


def doubled(
    records: Sequence[_Record], setting: str, key: Callable[[_Record], str]
) -> Iterator[tuple[int, WrongWordError]]:
    """The records whose key another before them has."""
    seen: set[str] = set()
    for number, record in enumerate(records):
        if key(record) in seen:
            yield number, WrongWordError(setting, key(record), "前面已经有了", "is there already")
        seen.add(key(record))


class Row(Form, frozen=True, kw_only=True):
    """Base of the rows of tables; ``KEY`` are the columns in which no two rows may say the same, the first is named."""

    KEY: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def between(cls, rows: Sequence[Self]) -> Iterator[tuple[int, WrongWordError]]:
        """What is wrong between rows: the number of the row, and what to say of it."""
        if cls.KEY:
            yield from doubled(rows, cls.KEY[0], lambda row: ",".join(str(getattr(row, key)) for key in cls.KEY))


def first_doubled(setting: str, records: Sequence[object], key: str) -> None:
    """Check that no two records of a list say the same under a key.

    Raises:
        WrongWordError: at the first that says what one before it says.
    """
    for number, wrong in doubled(records, setting, lambda record: str(getattr(record, key))):
        raise WrongWordError(setting, wrong.read, wrong.problem, wrong.problem_en, at=(number, key))


def known(setting: str, words: Iterable[str], allowed: Collection[str], *, what: str, what_en: str) -> None:
    """Check that all words are out of a list.

    Args:
        setting: the key that they stand behind.
        words: what stands there.
        allowed: the list.
        what: what the list holds, in Chinese: 概念.
        what_en: the same in English.

    Raises:
        WrongWordError: at the first that is not.
    """
    for word in words:
        if word not in allowed:
            raise WrongWordError(setting, word, f"不是已有的{what}", f"is no known {what_en}", allowed)


def compiled(
    setting: str, pattern: str, groups: Iterable[str] = (), flags: re.RegexFlag = re.NOFLAG
) -> re.Pattern[str]:
    """A regular expression out of a data file.

    Args:
        setting: the key it stands behind.
        pattern: the expression.
        groups: the names of groups that it must have.
        flags: those it is used with, so that it is compiled once.

    Raises:
        WrongWordError: it is none, or lacks a group.
    """
    try:
        found = re.compile(pattern, flags)
    except re.error as error:
        raise WrongWordError(
            setting, pattern, f"不是有效的正则表达式（{error}）", f"is no regular expression ({error})"
        ) from error
    for group in groups:
        if group not in found.groupindex:
            raise WrongWordError(
                setting, pattern, f"缺少名为 {group} 的组 (?P<{group}>…)", f"lacks the group (?P<{group}>…)"
            )
    return found


def complete(setting: str, given: Collection[str], wanted: Collection[str]) -> None:
    """Check that a table has all keys.

    Raises:
        WrongWordError: with those that are missing.
    """
    missing = [key for key in wanted if key not in given]
    if missing:
        raise WrongWordError(
            setting, "", f"缺少 {'、'.join(missing)}；请补上", f"lacks {', '.join(missing)}; please add it"
        )


def one_meaning(setting: str, words: Mapping[str, Iterable[str]], key: Callable[[str], str]) -> None:
    """Check that no word stands for two things.

    Args:
        setting: the key that the words stand behind, "" where what they stand for is the key.
        words: the words by what they stand for.
        key: the form in which words are compared.

    Raises:
        WrongWordError: at the first that does.
    """
    seen: dict[str, str] = {}
    for meaning, printed in words.items():
        for word in printed:
            other = seen.setdefault(key(word), meaning)
            if other != meaning:
                raise WrongWordError(
                    setting or meaning,
                    word,
                    f"同时写在 {other} 和 {meaning} 两处",
                    f"stands for both {other} and {meaning}",
                )


def number_within(setting: str, number: Decimal, low: int, high: int) -> None:
    """Check that a number is one, and neither too small nor too large.

    Raises:
        WrongWordError: it is not.
    """
    if not number.is_finite() or not low <= number <= high:
        raise WrongWordError(
            setting, str(number), f"不是 {low} 到 {high} 之间的数", f"is no number from {low} to {high}"
        )


def share_of_all(setting: str, share: Decimal) -> None:
    """Check that a number is a share: above 0, at most 1.

    Raises:
        WrongWordError: it is none.
    """
    if not share.is_finite() or not 0 < share <= 1:
        raise WrongWordError(setting, str(share), "不是大于 0、不超过 1 的比例", "is no share above 0 and up to 1")
