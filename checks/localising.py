"""Which figure is wrong: the cheapest exact repairs of each connected, broken part of the graph.

Printings copied from one another (held together by an exact equality) count as one and change together. A repair
costs one, and one more for every independent relation that holds now and would break; it is cheaper where a known slip
explains the change of digits, and where a broken statement without arithmetic points at the same figure. Sets of up to
three repairs are searched exactly; all arithmetic is on Decimals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from checks.judging import decide
from checks.mechanisms import Mechanism, mechanism, telling
from checks.model import Outcome, Term, Verdict
from checks.solving import holds_with, plausible, solve, substituted
from datasets.model import Figure
from datasets.units import ZERO

_LARGEST_REPAIR = 3
_MOST_CANDIDATES = 24
#: How many neighbouring values, within the rounding of a sum, are tried for one that a slip explains.
_MOST_STEPS = 20
_MECHANISM_BONUS = Decimal("0.5")
_POINTED_AT_BONUS = Decimal(1)
_RATE_BONUS = Decimal("0.1")

#: A rule at a set of classes of copies: printed again in a copy it says nothing new.
Statement = tuple[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure (with its copies), the value that repairs, what that restores and breaks, and what it costs.

    ``plausibility`` is the cost before any harm; ``harmed`` names the relations that hold now and would break.
    """

    root: str
    figures: tuple[Figure, ...]
    value: Decimal
    restores: frozenset[str]
    harmed: frozenset[Statement]
    plausibility: Decimal
    slip: Mechanism | None

    @property
    def figure(self) -> Figure:
        """The printing that stands for its copies."""
        return self.figures[0]

    @property
    def cost(self) -> Decimal:
        """What this change alone costs."""
        return self.plausibility + len(self.harmed)

    @property
    def rank(self) -> tuple[Decimal, int, int]:
        """Cheapest first; of two as cheap, the one that was printed fewer times, then the one that restores more."""
        return self.cost, len(self.figures), -len(self.restores)


@dataclass(frozen=True, slots=True)
class Cause:
    """One root cause: the broken verdicts it explains and the candidate repairs, cheapest first."""

    verdicts: tuple[Verdict, ...]
    candidates: tuple[Candidate, ...]


class Copies:
    """Classes of printings that an exact equality holds together."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._parent: dict[str, str] = {}
        self._figures: dict[str, Figure] = {}
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
        return frozenset(self.root(figure.id) for figure in verdict.instance.figures)

    def members(self, root: str) -> list[Figure]:
        """The printings of a class, in the order of the text."""
        return sorted(self._members[root], key=lambda f: (f.document, f.place.start))


def _is_equality(verdict: Verdict) -> bool:
    """True for one figure equal to one figure: whoever copies prints the same number in the same unit."""
    instance = verdict.instance
    return (
        verdict.outcome is Outcome.EXACT
        and instance.kind == "sum"
        and len(instance.left) == len(instance.right) == 1
        and instance.left[0].figure.value == instance.right[0].figure.value
    )


def causes(verdicts: Sequence[Verdict], neighbours: Mapping[str, Sequence[Figure]]) -> list[Cause]:
    """The root causes of all broken arithmetic; ``neighbours`` gives the figures around each figure."""
    broken = [v for v in verdicts if v.outcome is Outcome.BROKEN and v.instance.kind != "logic"]
    if not broken:
        return []
    search = _Search(verdicts, broken, neighbours)
    return [cause for component in search.components(broken) for cause in search.explained(component)]


class _Search:
    """What a repair needs to know of all verdicts: copies, the relations of each class, and what points at it."""

    def __init__(
        self, verdicts: Sequence[Verdict], broken: Sequence[Verdict], neighbours: Mapping[str, Sequence[Figure]]
    ) -> None:
        self._neighbours = neighbours
        self._copies = Copies(verdicts)
        self._by_class: dict[str, list[Verdict]] = defaultdict(list)
        self._pairs: dict[tuple[str, str], Sequence[Verdict]] = {}
        self._pointed_at: set[str] = set()
        touched = frozenset().union(*map(self._copies.roots, broken))
        for verdict in verdicts:
            for root in self._copies.roots(verdict) & touched:
                self._by_class[root].append(verdict)
                if verdict.instance.kind == "logic" and verdict.outcome is Outcome.BROKEN:
                    self._pointed_at.add(root)

    def components(self, broken: Sequence[Verdict]) -> list[list[Verdict]]:
        """Broken verdicts that share a figure or copies of it."""
        owner: dict[str, int] = {}
        groups: list[list[Verdict]] = []
        for verdict in broken:
            roots = self._copies.roots(verdict)
            joined = sorted({owner[root] for root in roots if root in owner}) or [len(groups)]
            target = joined[0]
            if target == len(groups):
                groups.append([])
            for other in joined[1:]:
                groups[target].extend(groups[other])
                groups[other] = []
                owner.update({root: target for root, index in owner.items() if index == other})
            groups[target].append(verdict)
            owner.update(dict.fromkeys(roots, target))
        return [group for group in groups if group]

    def explained(self, component: Sequence[Verdict]) -> Iterator[Cause]:
        """The cheapest set of repairs that mends the component, one cause each; what none mends stands alone."""
        candidates = self._candidates(component)
        left = {verdict.id for verdict in component}
        chosen, restored = self._cheapest(candidates, left)
        for candidate in chosen:
            touched = {verdict.id for verdict in self._by_class[candidate.root]}
            mine = restored & touched & left
            if not mine:
                continue
            left -= mine
            alone = candidate.restores & mine
            rivals = [c for c in candidates if alone and c.restores >= alone and c.figure.id != candidate.figure.id]
            ordered = sorted([candidate, *rivals], key=lambda c: c.rank)
            yield Cause(tuple(v for v in component if v.id in mine), tuple(ordered))
        for verdict in component:
            if verdict.id in left:
                yield Cause((verdict,), ())

    def _cheapest(
        self, candidates: Sequence[Candidate], broken: set[str]
    ) -> tuple[Sequence[Candidate], frozenset[str]]:
        """The smallest, then cheapest set of repairs that mends all that can be mended, and what it mends."""
        mendable = frozenset().union(*(candidate.restores for candidate in candidates))
        for size in range(1, _LARGEST_REPAIR + 1):
            best: tuple[Decimal, Sequence[Candidate], frozenset[str]] | None = None
            for chosen in combinations(candidates, size):
                if len({candidate.root for candidate in chosen}) < size:
                    continue
                restored, harmed = self._together(chosen, broken)
                if restored >= mendable:
                    cost = sum((c.plausibility for c in chosen), ZERO) + len(harmed)
                    if best is None or cost < best[0]:
                        best = (cost, chosen, restored)
            if best is not None:
                return best[1:]
        return _greedy(candidates), mendable

    def _together(self, chosen: Sequence[Candidate], broken: set[str]) -> tuple[frozenset[str], frozenset[Statement]]:
        """What several changes restore and break when made at once: relations that hold two of them are judged anew."""
        restored = frozenset().union(*(candidate.restores for candidate in chosen))
        harmed = frozenset().union(*(candidate.harmed for candidate in chosen))
        shared = {v.id: v for a, b in combinations(chosen, 2) for v in self._shared(a.root, b.root)}
        values = {member.id: candidate.value for candidate in chosen for member in candidate.figures}
        for verdict in shared.values():
            holds = decide(substituted(verdict.instance, values)).outcome is not Outcome.BROKEN
            statement = self._statement(verdict)
            if verdict.id in broken:
                restored = restored | {verdict.id} if holds else restored - {verdict.id}
            else:
                harmed = harmed - {statement} if holds else harmed | {statement}
        return restored, harmed

    def _shared(self, a: str, b: str) -> Sequence[Verdict]:
        """The relations in which two classes of copies both stand."""
        pair = (min(a, b), max(a, b))
        if pair not in self._pairs:
            others = {verdict.id for verdict in self._by_class[b]}
            self._pairs[pair] = [verdict for verdict in self._by_class[a] if verdict.id in others]
        return self._pairs[pair]

    def _statement(self, verdict: Verdict) -> Statement:
        return verdict.instance.relation.id, self._copies.roots(verdict)

    def _candidates(self, component: Sequence[Verdict]) -> list[Candidate]:
        """Every single change of a class of copies that mends at least one broken verdict."""
        found: dict[tuple[str, Decimal], Candidate] = {}
        broken = {verdict.id for verdict in component}
        for verdict in component:
            for term in (*verdict.instance.left, *verdict.instance.right):
                root = self._copies.root(term.figure.id)
                repaired = self._repair(verdict, term)
                if repaired is None or (root, repaired) in found:
                    continue
                candidate = self._candidate(root, term.figure, repaired, broken)
                if candidate is not None:
                    found[root, repaired] = candidate
        return sorted(found.values(), key=lambda c: c.rank)[:_MOST_CANDIDATES]

    def _repair(self, verdict: Verdict, term: Term) -> Decimal | None:
        """The value that mends the verdict; within its rounding, one that a slip of the pen explains comes first."""
        repaired = solve(verdict, term)
        figure = term.figure
        if repaired is None or not plausible(figure, repaired):
            return None
        if figure.quantum and verdict.instance.kind == "sum" and self._slip(figure, repaired) is None:
            for other in _within_rounding(verdict, term, repaired):
                if self._slip(figure, other) is not None and holds_with(verdict.instance, figure, other):
                    return other
        return repaired

    def _slip(self, figure: Figure, repaired: Decimal) -> Mechanism | None:
        return mechanism(figure, repaired, self._neighbours.get(figure.id, ()))

    def _candidate(self, root: str, figure: Figure, repaired: Decimal, broken: set[str]) -> Candidate | None:
        members = [m for m in self._copies.members(root) if m.unit == figure.unit]
        values = {member.id: repaired for member in members}
        restores: set[str] = set()
        harmed: set[Statement] = set()
        for verdict in self._by_class[root]:
            if verdict.outcome is Outcome.BROKEN and verdict.id not in broken:
                continue
            outcome = decide(substituted(verdict.instance, values)).outcome
            if verdict.id in broken:
                if outcome is not Outcome.BROKEN:
                    restores.add(verdict.id)
            elif outcome is Outcome.BROKEN:
                harmed.add(self._statement(verdict))
        if not restores:
            return None
        slips = [(member, slip) for member in members if (slip := self._slip(member, repaired)) is not None]
        slip = next((slip for member, slip in slips if member.id == figure.id), slips[0][1] if slips else None)
        cost = Decimal(1)
        if slip is not None:
            cost -= _MECHANISM_BONUS
        if root in self._pointed_at:
            cost -= _POINTED_AT_BONUS
        if figure.unit == "%":
            cost -= _RATE_BONUS
        ordered = (figure, *(m for m in members if m.id != figure.id))
        named = slip if telling(figure.value or ZERO, repaired) else None
        return Candidate(root, ordered, repaired, frozenset(restores), frozenset(harmed), cost, named)


def _within_rounding(verdict: Verdict, term: Term, repaired: Decimal) -> Iterator[Decimal]:
    """The other values that may mend a sum, nearest first; the caller tries whether they do."""
    slack = (verdict.slack or ZERO) / abs(term.weight * term.factor)
    steps = min(int(slack / term.figure.quantum), _MOST_STEPS)
    for step in range(1, steps + 1):
        yield repaired - step * term.figure.quantum
        yield repaired + step * term.figure.quantum


def _greedy(candidates: Sequence[Candidate]) -> list[Candidate]:
    """For components too tangled for the exact search: what restores most, then what is cheapest."""
    chosen: list[Candidate] = []
    covered: set[str] = set()
    for candidate in sorted(candidates, key=lambda c: (-len(c.restores), c.cost)):
        if candidate.restores - covered:
            chosen.append(candidate)
            covered |= candidate.restores
    return chosen


__all__ = ["Candidate", "Cause", "Copies", "causes"]
