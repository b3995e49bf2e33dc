"""Exceptions of Gouji; each message names the file, the place and the remedy in one line."""

from __future__ import annotations

from pathlib import Path


class GoujiError(Exception):
    """Base of every error that Gouji raises on purpose."""


class InputError(GoujiError):
    """A path that cannot be audited: missing, empty, of another kind, or no budget or final accounts.

    Args:
        path: the file as the user gave it.
        problem: what is wrong, in Chinese, without the file name.
        remedy: what the user can do about it, in Chinese.
    """

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"{path}：{problem}；{remedy}")
        self.path = path
        self.problem = problem
        self.remedy = remedy


class DataFileError(GoujiError):
    """A data file of the project (vocabulary, layout, relation, catalogue) that says something impossible.

    Args:
        problem: file, place, what is wrong and the remedy, a line for each, in Chinese.
        english: the same in English.
    """

    def __init__(self, problem: str, english: str) -> None:
        super().__init__(problem)
        self.english = english


class FacsimileError(GoujiError):
    """A document written as data (``datasets/documents/*.yaml``) that is not one."""
