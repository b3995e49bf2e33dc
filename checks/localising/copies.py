"""Printings copied from one another: an exact equality holds them together, so they vouch once and change together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from checks.model import Outcome, Verdict
from datasets.model import Figure


class Copies:
    """Classes of printings that an exact equality holds together."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._parent: dict[str, str] = {}
        self._figures: dict[str, Figure] = {}
        self._roots: dict[str, frozenset[str]] = {}
        for verdict in verdicts:
            for figure in verdict.instance.figures:
                self._figures.setdefault(figure.id, figure)
            if _is_equality(verdict):
                self._join(verdict.instance.left[0].figure.id, verdict.instance.right[0].figure.id)
        self._members: dict[str, list[Figure]] = defaultdict(list)
        for identifier, figure in self._figures.items():
            self._members[self.root(identifier)].append(figure)

    def root(self, identifier: str) -> str:
        """The class of a figure."""
        while (parent := self._parent.get(identifier, identifier)) != identifier:
            identifier = parent
        return identifier

    def _join(self, a: str, b: str) -> None:
        first, second = sorted((self.root(a), self.root(b)))
        if first != second:
            self._parent[second] = first

    def roots(self, verdict: Verdict) -> frozenset[str]:
        """The classes of the figures of a verdict."""
        known = self._roots.get(verdict.id)
        if known is None:
            known = frozenset(self.root(figure.id) for figure in verdict.instance.figures)
            if verdict.id:
                self._roots[verdict.id] = known
        return known

    def members(self, root: str) -> list[Figure]:
        """The printings of a class, in the order of the text."""
        return sorted(self._members[root], key=lambda f: (f.document, f.place.start))


def _is_equality(verdict: Verdict) -> bool:
    """True for one figure equal to one figure: whoever copies prints the same number in the same unit."""
    instance = verdict.instance
    return (
        verdict.outcome is Outcome.EXACT
        and instance.arithmetic == "sum"
        and len(instance.left) == len(instance.right) == 1
        and instance.left[0].figure.value == instance.right[0].figure.value
    )
