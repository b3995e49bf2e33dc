"""What may stand in a data file: records whose fields, types and words are closed, and what is said of a wrong one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Annotated

import msgspec


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the records of data files: an unknown key is an error, and so is a word that its type does not allow."""


#: Text that is not empty; a list of such that is not empty; a whole number above zero.
Word = Annotated[str, msgspec.Meta(min_length=1)]
SomeWords = Annotated[tuple[Word, ...], msgspec.Meta(min_length=1)]
Positive = Annotated[int, msgspec.Meta(ge=1)]


class WrongWordError(ValueError):
    """A value of the right type that says something impossible; a form raises it in ``__post_init__``.

    Args:
        setting: the key.
        read: what stands there.
        problem: what is wrong with it, in Chinese.
        problem_en: the same in English.
        allowed: the words that may stand there; empty where they are not a list.
    """

    def __init__(
        self, setting: str, read: str, problem: str, problem_en: str, allowed: Collection[str] = frozenset()
    ) -> None:
        super().__init__(f"{setting}: {read}")
        self.setting = setting
        self.read = read
        self.problem = problem
        self.problem_en = problem_en
        self.allowed = allowed


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


def share_of_all(setting: str, share: Decimal) -> None:
    """Check that a number is a share: above 0, at most 1.

    Raises:
        WrongWordError: it is none.
    """
    if not 0 < share <= 1:
        raise WrongWordError(setting, str(share), "不是大于 0、不超过 1 的比例", "is no share above 0 and up to 1")
