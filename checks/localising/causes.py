"""Which figure is wrong: root causes of the broken arithmetic, each with its candidate repairs.

Broken verdicts that share a figure, or copies of one, are explained together by the cheapest exact repair
(:mod:`checks.localising.repairs`): one cause for each change in it, with the rivals that explain the same verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from checks.barrier import NO_BARRIER, NO_RULE, Barrier
from checks.localising.copies import Copies
from checks.localising.repairs import Candidate, JointChange, Repairs
from checks.model import Outcome, Verdict
from datasets.model import Figure


@dataclass(frozen=True, slots=True)
class Cause:
    """One root cause: the broken verdicts it explains and the candidate repairs, cheapest first.

    ``leading`` is the verdict that explains all others, where there is one.
    """

    verdicts: tuple[Verdict, ...]
    candidates: tuple[Candidate, ...]
    leading: Verdict | None = None


def absorbed(verdicts: Sequence[Verdict]) -> list[Cause]:
    """The causes of rules that explain whatever else is broken at their figures (``absorbs``), such as slid rows."""
    broken = [verdict for verdict in verdicts if verdict.outcome is Outcome.BROKEN]
    found: list[Cause] = []
    taken: set[str] = set()
    for leading in broken:
        if leading.instance.relation.absorbs:
            figures = {figure.id for figure in leading.instance.figures}
            mine = [
                verdict
                for verdict in broken
                if verdict.id not in taken and not figures.isdisjoint(f.id for f in verdict.instance.figures)
            ]
            taken.update(verdict.id for verdict in mine)
            found.append(Cause(tuple(mine), (), leading))
    return found


def causes(
    verdicts: Sequence[Verdict], neighbours: Mapping[str, Sequence[Figure]], barrier: Barrier = NO_BARRIER
) -> list[Cause]:
    """The root causes of all broken arithmetic; ``neighbours`` gives the figures around each figure.

    Broken verdicts whose cause cannot be computed stand alone, without a repair; the ``barrier`` has the reason.
    """
    broken = [v for v in verdicts if v.outcome is Outcome.BROKEN and v.instance.arithmetic != "logic"]
    if not broken:
        return []

    def localised() -> list[Cause]:
        repairs = Repairs(verdicts, broken, neighbours)
        found: list[Cause] = []
        for component in components(broken, repairs.copies):
            explained = partial(_explained, component, repairs)
            found.extend(_attempted(component, component[0].instance.relation.id, explained, barrier))
        return found

    return _attempted(broken, NO_RULE, localised, barrier)


def _attempted(
    verdicts: Sequence[Verdict], rule: str, explained: Callable[[], Iterable[Cause]], barrier: Barrier
) -> list[Cause]:
    documents = sorted({figure.document for verdict in verdicts for figure in verdict.instance.figures})
    alone = [Cause((verdict,), ()) for verdict in verdicts]
    return barrier.attempt(documents, rule, alone, lambda: list(explained()))


def components(broken: Sequence[Verdict], copies: Copies) -> list[list[Verdict]]:
    """Broken verdicts that share a figure or copies of it."""
    owner: dict[str, int] = {}
    groups: list[list[Verdict]] = []
    for verdict in broken:
        roots = copies.roots(verdict)
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


def _explained(component: Sequence[Verdict], repairs: Repairs) -> Iterator[Cause]:
    """The cheapest set of repairs that mends the component, one cause each; what none mends stands alone."""
    candidates = repairs.candidates(component)
    left = {verdict.id for verdict in component}
    repair = repairs.cheapest(component, candidates)
    for candidate, mine in _shared_out(repair, repairs):
        alone = candidate.restores & mine
        rivals = [c for c in candidates if alone and c.restores >= alone and c.figure.id != candidate.figure.id]
        ordered = sorted([candidate, *rivals], key=lambda c: c.rank)
        yield Cause(tuple(v for v in component if v.id in mine), tuple(ordered))
        left -= mine
    for verdict in component:
        if verdict.id in left:
            yield Cause((verdict,), ())


def _shared_out(repair: JointChange, repairs: Repairs) -> Iterator[tuple[Candidate, set[str]]]:
    """Each change with the verdicts that it explains: first those that it mends alone, then those it only touches."""
    left = set(repair.restored)
    shares: list[set[str]] = []
    for candidate in repair.changes:
        shares.append(left & candidate.restores)
        left -= shares[-1]
    for candidate, alone in zip(repair.changes, shares, strict=True):
        mine = alone | left & {verdict.id for verdict in repairs.relations_of(candidate.root)}
        left -= mine
        if mine:
            yield candidate, mine


__all__ = ["Candidate", "Cause", "Copies", "absorbed", "causes", "components"]
