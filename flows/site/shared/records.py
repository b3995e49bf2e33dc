"""What the pages need of an audit and of a run of the suites; :class:`checks.audit.Audit` has the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class FailingRow(Protocol):
    """A row of a frame that an expectation does not hold for."""

    @property
    def figure_ids(self) -> Sequence[str]:
        """The figures in it."""
        ...


class Expectation(Protocol):
    """How an expectation of a suite came out."""

    @property
    def text(self) -> str:
        """What is expected, in the language of the run."""
        ...

    @property
    def success(self) -> bool:
        """Whether it holds."""
        ...

    @property
    def severity(self) -> str:
        """critical, warning or info."""
        ...

    @property
    def failed(self) -> int:
        """Number of rows that it does not hold for."""
        ...

    @property
    def rows(self) -> Sequence[FailingRow]:
        """Those rows, or the first of them."""
        ...


class SuiteResult(Protocol):
    """A suite of expectations as run."""

    @property
    def name(self) -> str:
        """Name of the suite."""
        ...

    @property
    def success(self) -> bool:
        """Whether all its expectations hold."""
        ...

    @property
    def evaluated(self) -> int:
        """Number of its expectations."""
        ...

    @property
    def successful(self) -> int:
        """Number of those that hold."""
        ...

    @property
    def rows(self) -> int:
        """Number of rows of the frame."""
        ...

    @property
    def expectations(self) -> Sequence[Expectation]:
        """Each of them."""
        ...

    @property
    def page(self) -> str:
        """Its page of Data Docs, as a path relative to the site."""
        ...


class SuiteResults(Protocol):
    """All suites of a run; :class:`checks.suites.running.SuiteRun` is one."""

    @property
    def suites(self) -> Sequence[SuiteResult]:
        """The suites in the order they ran."""
        ...

    @property
    def skipped(self) -> Sequence[tuple[str, str]]:
        """Names of the suites that had nothing to run on, with the reason."""
        ...
