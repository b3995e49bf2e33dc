"""The cheapest exact repair of a connected, broken part: which figures change, to what value, at what cost.

A change costs one, and one more for every independent relation that holds now and would break; it is cheaper where a
known slip explains the change of digits, and where a broken statement without arithmetic points at the same figure. The
smallest, then cheapest set of up to three changes is searched by branching on a relation that is still broken, for one
of its figures must change. A branch ends where more relations that share no figure are still broken than changes are
left, or where it costs more than the best set found. Sets of changes that each mend something as printed come first;
where there is none, a value may follow from an equation in which another figure was changed before. All arithmetic is
on Decimals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from checks.judging.verdicts import decide
from checks.localising.copies import Copies
from checks.localising.mechanisms import Mechanism, digits_slipped, heads_slipped, mechanism, telling
from checks.localising.solving import holds_after, plausible, solve, substituted
from checks.model import Outcome, Term, Verdict
from datasets.model import Figure
from datasets.vocabulary.units import ZERO

LARGEST_REPAIR = 3
#: How many neighbouring values, within the rounding of a sum, are tried for one that a slip explains.
_MOST_STEPS = 20
_MECHANISM_BONUS = Decimal("0.5")
_POINTED_AT_BONUS = Decimal(1)
_RATE_BONUS = Decimal("0.1")

#: Kinds that say what must not be, not what a figure is.
_INEXACT = frozenset({"bound", "zero_implies_zero"})

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
class JointChange:
    """Changes made together, the broken verdicts that they mend, and what they cost."""

    changes: tuple[Candidate, ...]
    restored: frozenset[str]
    cost: Decimal


class Repairs:
    """What a repair needs to know of all verdicts: copies, the relations of each class, and what points at it."""

    def __init__(
        self, verdicts: Sequence[Verdict], broken: Sequence[Verdict], neighbours: Mapping[str, Sequence[Figure]]
    ) -> None:
        self._neighbours = neighbours
        self.copies = Copies(verdicts)
        self._by_class: dict[str, list[Verdict]] = defaultdict(list)
        self._slips: dict[tuple[str, Decimal], Mechanism | None] = {}
        self._pointed_at: set[str] = set()
        touched = frozenset().union(*map(self.copies.roots, broken))
        for verdict in verdicts:
            for root in self.copies.roots(verdict) & touched:
                self._by_class[root].append(verdict)
                if verdict.instance.arithmetic == "logic" and verdict.outcome is Outcome.BROKEN:
                    self._pointed_at.add(root)

    def relations_of(self, root: str) -> Sequence[Verdict]:
        """The verdicts in which a class of copies stands."""
        return self._by_class[root]

    def candidates(self, component: Sequence[Verdict]) -> list[Candidate]:
        """Every single change of a class of copies that mends at least one broken verdict, best first."""
        found: dict[tuple[str, Decimal], Candidate] = {}
        broken = {verdict.id for verdict in component}
        for verdict in component:
            for term in chain(verdict.instance.left, verdict.instance.right):
                root = self.copies.root(term.figure.id)
                repaired = self._repaired(verdict, term)
                if repaired is not None and (root, repaired) not in found:
                    candidate = self._candidate(root, term.figure, repaired, broken)
                    if candidate.restores:
                        found[root, repaired] = candidate
        return sorted(found.values(), key=lambda c: c.rank)

    def cheapest(self, component: Sequence[Verdict], candidates: Sequence[Candidate]) -> JointChange:
        """The smallest, then cheapest repair of all that can be mended; greedy where three changes do not suffice."""
        mendable = frozenset().union(*(candidate.restores for candidate in candidates))
        search = _Search(self, [verdict for verdict in component if verdict.id in mendable], candidates)
        for anew in (False, True):
            for size in range(1, LARGEST_REPAIR + 1):
                found = search.of_size(size, anew=anew)
                if found is not None:
                    return found
        return _greedy(candidates, mendable)

    def changed_values(self, candidate: Candidate) -> dict[str, Decimal]:
        """The new value of the figure and of its copies."""
        return {member.id: candidate.value for member in candidate.figures}

    def harmed_by(self, roots: Collection[str], values: Mapping[str, Decimal]) -> frozenset[Statement]:
        """The relations that hold as printed and are broken by the values; ``roots`` are the classes that change."""
        return frozenset(
            self._statement(verdict)
            for root in roots
            for verdict in self._by_class[root]
            if verdict.outcome is not Outcome.BROKEN and not holds_after(verdict, values)
        )

    def solved(
        self, verdict: Verdict, root: str, values: Mapping[str, Decimal], broken: set[str]
    ) -> Iterator[Candidate]:
        """The changes of a class that mend a verdict once other figures have the values."""
        present = decide(substituted(verdict.instance, values))
        for term in chain(present.instance.left, present.instance.right):
            if self.copies.root(term.figure.id) == root:
                repaired = self._repaired(present, term)
                if repaired is not None:
                    yield self._candidate(root, term.figure, repaired, broken)

    def _statement(self, verdict: Verdict) -> Statement:
        return verdict.instance.relation.id, self.copies.roots(verdict)

    def _repaired(self, verdict: Verdict, term: Term) -> Decimal | None:
        """The value that mends the verdict; within its rounding, one that a slip of the pen explains comes first."""
        repaired = solve(verdict, term)
        figure = term.figure
        if repaired is None or not plausible(figure, repaired):
            return None
        if figure.quantum and verdict.instance.arithmetic == "sum" and self._slip(figure, repaired) is None:
            for other in _slipped_within_rounding(verdict, term, repaired):
                if self._slip(figure, other) is not None and holds_after(verdict, {figure.id: other}):
                    return other
        return repaired

    def _slip(self, figure: Figure, repaired: Decimal) -> Mechanism | None:
        key = (figure.id, repaired)
        if key not in self._slips:
            self._slips[key] = mechanism(figure, repaired, self._neighbours.get(figure.id, ()))
        return self._slips[key]

    def _candidate(self, root: str, figure: Figure, repaired: Decimal, broken: Collection[str]) -> Candidate:
        members = [m for m in self.copies.members(root) if m.unit == figure.unit]
        values = {member.id: repaired for member in members}
        restores = frozenset(v.id for v in self._by_class[root] if v.id in broken and holds_after(v, values))
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
        return Candidate(root, ordered, repaired, restores, self.harmed_by((root,), values), cost, named)


class _Search:
    """Branch and bound over the sets of changes that mend ``targets``."""

    def __init__(self, repairs: Repairs, targets: Sequence[Verdict], candidates: Sequence[Candidate]) -> None:
        self._repairs = repairs
        self._copies = repairs.copies
        self._targets = targets
        self._ids = {verdict.id for verdict in targets}
        self._of_class: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            self._of_class[candidate.root].append(candidate)
        self._order = {root: number for number, root in enumerate(self._of_class)}  # best first, as candidates are
        self._equations = {verdict.id for verdict in targets if verdict.instance.arithmetic not in _INEXACT}
        self._anew = False
        self._lowest = min((candidate.plausibility for candidate in candidates), default=ZERO)
        self._best: JointChange | None = None

    def of_size(self, size: int, *, anew: bool) -> JointChange | None:
        """The cheapest repair of exactly so many changes, None where there is none; ``anew`` as told above."""
        self._anew = anew
        self._best = None
        self._extend((), {}, self._targets, size)
        return self._best

    def _extend(
        self, changes: tuple[Candidate, ...], values: dict[str, Decimal], broken: Sequence[Verdict], left: int
    ) -> None:
        if not left:
            if not broken:
                self._settle(changes, values)
            return
        if not broken or _apart(broken, self._copies, left) > left or self._is_too_dear(changes, left):
            return
        for candidate in self._branches(changes, values, broken, left):
            after = values | self._repairs.changed_values(candidate)
            still = [verdict for verdict in self._touched(candidate, broken) if not holds_after(verdict, after)]
            self._extend((*changes, candidate), after, still, left - 1)

    def _touched(self, candidate: Candidate, broken: Sequence[Verdict]) -> list[Verdict]:
        """What may be broken after a change: what was, and targets that an earlier change mended and this one holds."""
        listed = {verdict.id for verdict in broken}
        mended = (v for v in self._repairs.relations_of(candidate.root) if v.id in self._ids and v.id not in listed)
        return [*broken, *mended]

    def _branches(
        self, changes: Sequence[Candidate], values: Mapping[str, Decimal], broken: Sequence[Verdict], left: int
    ) -> Iterator[Candidate]:
        """The changes of one figure of a relation that must still change; the last change must mend all at once."""
        changed = {candidate.root for candidate in changes}
        roots = [self._copies.roots(verdict) for verdict in broken]
        common = frozenset.intersection(*roots) if left == 1 else min(roots, key=len)
        for root in sorted(common - changed, key=lambda root: (self._order.get(root, len(self._order)), root)):
            tried: set[Decimal] = set()
            solved = self._solved_anew(root, changed, values, broken) if self._may_solve(changes) else ()
            for candidate in chain(self._of_class.get(root, ()), solved):
                if candidate.value not in tried:
                    tried.add(candidate.value)
                    yield candidate

    def _may_solve(self, changes: Sequence[Candidate]) -> bool:
        """Only a value that an equation gave is good for solving another one."""
        return self._anew and all(not c.restores or c.restores & self._equations for c in changes)

    def _solved_anew(
        self, root: str, changed: set[str], values: Mapping[str, Decimal], broken: Sequence[Verdict]
    ) -> Iterator[Candidate]:
        """The values of a class for relations that hold a figure changed already."""
        for verdict in broken:
            roots = self._copies.roots(verdict)
            if root in roots and roots & changed and verdict.id in self._equations:
                yield from self._repairs.solved(verdict, root, values, self._ids)

    def _is_too_dear(self, changes: Sequence[Candidate], left: int) -> bool:
        spent = sum((candidate.plausibility for candidate in changes), ZERO)
        return self._best is not None and spent + left * self._lowest >= self._best.cost

    def _settle(self, changes: tuple[Candidate, ...], values: Mapping[str, Decimal]) -> None:
        harmed = self._repairs.harmed_by([candidate.root for candidate in changes], values)
        cost = sum((candidate.plausibility for candidate in changes), ZERO) + len(harmed)
        if self._best is None or cost < self._best.cost:
            self._best = JointChange(changes, frozenset(self._ids), cost)


def _apart(broken: Sequence[Verdict], copies: Copies, enough: int) -> int:
    """How many of the verdicts share no figure: each needs a change of its own; counted to one more than ``enough``."""
    taken: set[str] = set()
    count = 0
    for verdict in sorted(broken, key=lambda v: len(copies.roots(v))):
        roots = copies.roots(verdict)
        if taken.isdisjoint(roots):
            taken |= roots
            count += 1
            if count > enough:
                break
    return count


def _slipped_within_rounding(verdict: Verdict, term: Term, repaired: Decimal) -> Iterator[Decimal]:
    """The other values that may mend a sum and are a slip of digits away, nearest first; the caller tries whether."""
    figure = term.figure
    slack = (verdict.slack or ZERO) / abs(term.weight * term.factor)
    middle, printed = abs(repaired / figure.quantum), abs((figure.value or ZERO) / figure.quantum)
    old = f"{printed:.0f}"
    width = 1 - min(int(figure.quantum.as_tuple().exponent), 0)  # one digit before the point
    steps = min(int(slack / figure.quantum), _MOST_STEPS)
    if not any(heads_slipped(old, f"{end:.0f}") for end in (middle - steps, middle + steps)):
        return
    for step in range(1, steps + 1):
        for moved in (-step, step):
            if digits_slipped(old.zfill(width), f"{middle + moved:.0f}".zfill(width)):
                yield (middle + moved) * figure.quantum * (-1 if repaired < 0 else 1)


def _greedy(candidates: Sequence[Candidate], mendable: frozenset[str]) -> JointChange:
    """For components too tangled for the exact search: what restores most, then what is cheapest."""
    chosen: list[Candidate] = []
    covered: set[str] = set()
    for candidate in sorted(candidates, key=lambda c: (-len(c.restores), c.cost)):
        if candidate.restores - covered:
            chosen.append(candidate)
            covered |= candidate.restores
    return JointChange(tuple(chosen), mendable, sum((c.cost for c in chosen), ZERO))
