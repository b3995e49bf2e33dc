"""Which figure is wrong: the cheapest exact repairs of each connected, broken part of the graph.

Printings copied from one another (held together by an exact equality) count as one and change together. A repair
costs one, and one more for every independent relation that holds now and would break; a change of digits that a known
slip explains is cheaper. Sets of up to three repairs are searched exactly; all arithmetic is on Decimals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from itertools import combinations

from checks.judging import judge, value
from checks.mechanisms import Mechanism, mechanism
from checks.model import Instance, Outcome, Term, Verdict
from datasets.model import Figure, Role
from datasets.units import HUNDRED, ZERO

_LARGEST_REPAIR = 3
_MOST_CANDIDATES = 24
_MECHANISM_BONUS = Decimal("0.5")
_RATE_BONUS = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure (with its copies), the value that repairs, what that restores and breaks, and what it costs."""

    figures: tuple[Figure, ...]
    value: Decimal
    restores: frozenset[str]
    harms: int
    cost: Decimal
    slip: Mechanism | None

    @property
    def figure(self) -> Figure:
        """The printing that stands for its copies."""
        return self.figures[0]


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
            instance = verdict.instance
            for figure in instance.figures:
                self._figures.setdefault(figure.id, figure)
            if (
                verdict.outcome is Outcome.EXACT
                and instance.kind == "sum"
                and len(instance.left) == len(instance.right) == 1
                and instance.left[0].figure.value == instance.right[0].figure.value
            ):
                self._join(instance.left[0].figure.id, instance.right[0].figure.id)
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

    def members(self, root: str) -> list[Figure]:
        """The printings of a class, in the order of the text."""
        return sorted(self._members[root], key=lambda f: (f.document, f.place.start))


def causes(verdicts: Sequence[Verdict], neighbours: Mapping[str, Sequence[Figure]]) -> list[Cause]:
    """The root causes of all broken arithmetic; ``neighbours`` gives the figures around each figure."""
    broken = [v for v in verdicts if v.outcome is Outcome.BROKEN and v.instance.kind != "logic"]
    copies = Copies(verdicts)
    by_class: dict[str, list[Verdict]] = defaultdict(list)
    if broken:
        touched = {copies.root(f.id) for v in broken for f in v.instance.figures}
        for verdict in verdicts:
            for root in {copies.root(f.id) for f in verdict.instance.figures} & touched:
                by_class[root].append(verdict)
    found: list[Cause] = []
    for component in _components(broken, copies):
        candidates = _candidates(component, copies, by_class, neighbours)
        found.extend(_explained(component, candidates))
    return found


def _components(broken: Sequence[Verdict], copies: Copies) -> list[list[Verdict]]:
    """Broken verdicts that share a figure or copies of it."""
    owner: dict[str, int] = {}
    groups: list[list[Verdict]] = []
    for verdict in broken:
        roots = {copies.root(f.id) for f in verdict.instance.figures}
        joined = sorted({owner[root] for root in roots if root in owner})
        if joined:
            target = joined[0]
            for other in joined[1:]:
                groups[target].extend(groups[other])
                groups[other] = []
                owner.update({root: target for root, index in owner.items() if index == other})
        else:
            target = len(groups)
            groups.append([])
        groups[target].append(verdict)
        owner.update(dict.fromkeys(roots, target))
    return [group for group in groups if group]


def _candidates(
    component: Sequence[Verdict],
    copies: Copies,
    by_class: Mapping[str, Sequence[Verdict]],
    neighbours: Mapping[str, Sequence[Figure]],
) -> list[Candidate]:
    """Every single change of a class of copies that mends at least one broken verdict."""
    found: dict[tuple[str, Decimal], Candidate] = {}
    for verdict in component:
        for term in (*verdict.instance.left, *verdict.instance.right):
            repaired = solve(verdict, term)
            root = copies.root(term.figure.id)
            if repaired is None or (root, repaired) in found or repaired == term.figure.value:
                continue
            if repaired < 0 and term.figure.role is Role.LEVEL:
                continue
            candidate = _candidate(root, term.figure, repaired, component, copies, by_class, neighbours)
            if candidate is not None:
                found[root, repaired] = candidate
    ordered = sorted(found.values(), key=lambda c: (c.cost, -len(c.restores)))
    return ordered[:_MOST_CANDIDATES]


def _candidate(
    root: str,
    figure: Figure,
    repaired: Decimal,
    component: Sequence[Verdict],
    copies: Copies,
    by_class: Mapping[str, Sequence[Verdict]],
    neighbours: Mapping[str, Sequence[Figure]],
) -> Candidate | None:
    members = [m for m in copies.members(root) if m.unit == figure.unit]
    values = {member.id: repaired for member in members}
    restores, harmed = set(), set()
    broken = {verdict.id for verdict in component}
    for verdict in by_class[root]:
        outcome = judge(substituted(verdict.instance, values)).outcome
        if verdict.id in broken:
            if outcome is not Outcome.BROKEN:
                restores.add(verdict.id)
        elif verdict.outcome is not Outcome.BROKEN and outcome is Outcome.BROKEN:
            harmed.add((verdict.instance.relation.id, frozenset(copies.root(f.id) for f in verdict.instance.figures)))
    if not restores:
        return None
    around = [other for member in members for other in neighbours.get(member.id, ())]
    slip = mechanism(figure, repaired, around)
    cost = Decimal(1 + len(harmed)) - (_MECHANISM_BONUS if slip else ZERO) - (_RATE_BONUS if figure.unit == "%" else ZERO)
    ordered = [figure, *(m for m in members if m.id != figure.id)]
    return Candidate(tuple(ordered), repaired, frozenset(restores), len(harmed), cost, slip)


def _explained(component: Sequence[Verdict], candidates: Sequence[Candidate]) -> list[Cause]:
    """The cheapest set of repairs that mends the component, as one cause each; what none mends stands alone."""
    verdicts = {verdict.id: verdict for verdict in component}
    mendable = frozenset().union(*(candidate.restores for candidate in candidates))
    best: tuple[Decimal, tuple[Candidate, ...]] | None = None
    for size in range(1, _LARGEST_REPAIR + 1):
        for chosen in combinations(candidates, size):
            if len({c.figure.id for c in chosen}) < size:
                continue
            if frozenset().union(*(c.restores for c in chosen)) >= mendable:
                cost = sum((c.cost for c in chosen), ZERO)
                if best is None or cost < best[0]:
                    best = (cost, chosen)
        if best is not None:
            break
    found: list[Cause] = []
    left = set(verdicts)
    for candidate in best[1] if best else _greedy(candidates):
        mine = candidate.restores & left
        if not mine:
            continue
        left -= mine
        rivals = [c for c in candidates if c is not candidate and c.restores >= mine and c.figure.id != candidate.figure.id]
        ordered = sorted([candidate, *rivals], key=lambda c: (c.cost, c is not candidate))
        found.append(Cause(tuple(v for v in component if v.id in mine), tuple(ordered)))
    found.extend(Cause((verdicts[identifier],), ()) for identifier in verdicts if identifier in left)
    return found


def _greedy(candidates: Sequence[Candidate]) -> list[Candidate]:
    """For components too tangled for the exact search: cheapest first, which is said by the rivals that remain."""
    chosen: list[Candidate] = []
    covered: set[str] = set()
    for candidate in sorted(candidates, key=lambda c: (-len(c.restores), c.cost)):
        if candidate.restores - covered:
            chosen.append(candidate)
            covered |= candidate.restores
    return chosen


def substituted(instance: Instance, values: Mapping[str, Decimal]) -> Instance:
    """The instance with other values for some figures."""

    def changed(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(
            replace(t, figure=replace(t.figure, value=values[t.figure.id])) if t.figure.id in values else t for t in terms
        )

    return replace(instance, left=changed(instance.left), right=changed(instance.right))


def solve(verdict: Verdict, term: Term) -> Decimal | None:
    """The value of a term's figure that makes the verdict hold, at the figure's own decimals; None if there is none."""
    instance = verdict.instance
    try:
        exact = _solved(instance, verdict, term)
    except (DivisionByZero, InvalidOperation):
        return None
    if exact is None:
        return None
    quantum = term.figure.quantum or Decimal(1)
    rounded = exact.quantize(quantum, ROUND_HALF_UP)
    if term.figure.quantum == 0 and rounded != exact:
        return None
    holds = judge(substituted(instance, {term.figure.id: rounded})).outcome
    return rounded if holds is not Outcome.BROKEN else None


def _solved(instance: Instance, verdict: Verdict, term: Term) -> Decimal | None:
    figure_value = term.figure.value
    if figure_value is None:
        return None
    scale = term.weight * term.factor
    is_left = term in instance.left
    if instance.kind in ("sum", "bound"):
        gap = verdict.gap or ZERO
        return figure_value - gap / scale if is_left else figure_value + gap / scale
    if instance.kind == "zero_implies_zero":
        return None if is_left else ZERO
    if is_left:
        return verdict.expected
    stated = value(instance.left[0])
    if instance.kind == "product":
        others = Decimal(1)
        for other in instance.right:
            if other is not term:
                others *= value(other)
        return stated / others / scale
    first, second = (value(t) for t in instance.right)
    is_first = term is instance.right[0]
    if instance.kind == "ratio":
        solved = stated * second / HUNDRED if is_first else first * HUNDRED / stated
    elif instance.kind == "growth":
        solved = second * (1 + stated / HUNDRED) if is_first else first / (1 + stated / HUNDRED)
    elif instance.kind == "growth_of_change":
        solved = second * stated / (HUNDRED + stated) if is_first else first * (HUNDRED + stated) / stated
    else:
        return None
    return solved / scale
