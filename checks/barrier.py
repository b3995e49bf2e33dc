"""The walls between rules: what fails inside one costs that rule at that document, is named, and stops nothing else.

A family of rules runs its steps through a :class:`Guard`. :data:`UNGUARDED` lets exceptions through, for tests and
tools that want to see them; the audit uses the guards of a :class:`Barrier`, which records a :class:`Fault` and goes
on.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import ParamSpec, Protocol, TypeVar

from checks.model import Relation, Unchecked
from datasets.errors import DataFileError

_Given = ParamSpec("_Given")
_Item = TypeVar("_Item")
_HOUSE = Path(__file__).parent.parent
#: Frames shown of an error that came out of very many, such as an endless recursion.
_MOST_FRAMES = 40
_MOST_NAMES = 5
#: The rule of a fault that no single rule is to blame for.
NO_RULE = "internal-fault"


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception that was caught: at which rule and documents, what it was and where in the program.

    ``rule`` is :data:`NO_RULE` where no single rule was being evaluated; ``error`` names the class and the place in the
    program, never its text, which may quote anything; ``trace`` is the whole traceback, for a log. ``times`` counts
    the same fault at the same documents.
    """

    rule: str
    documents: tuple[str, ...]
    error: str
    trace: str
    times: int = 1

    @property
    def reason(self) -> str:
        """One sentence for the report, in Chinese."""
        where = f"规则 {self.rule}，" if self.rule != NO_RULE else ""
        names = [PurePath(document).name for document in self.documents]
        more = f" 等 {len(names)} 份" if len(names) > _MOST_NAMES else ""
        files = "、".join(names[:_MOST_NAMES]) + more or "全部文件"
        often = f"，共 {self.times} 次" if self.times > 1 else ""
        return (
            f"内部故障：{where}文件 {files}：{self.error}{often}；这一步没有做完，其余照常；请把 faults.log 发给维护者"
        )

    def unchecked(self) -> Unchecked:
        """The entry of findings.json."""
        return Unchecked(self.rule, self.reason, self.documents, fault=self.error)


def fault_of(error: Exception, rule: str, documents: Iterable[str]) -> Fault:
    """What is to be told of an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_HOUSE)]
    last = (own or frames)[-1:]
    place = "".join(f"（{_module(frame.filename)}:{frame.lineno}）" for frame in last)
    lines = traceback.format_exception(error, limit=-_MOST_FRAMES)
    return Fault(rule, tuple(dict.fromkeys(documents)), type(error).__name__ + place, "".join(lines))


def _module(filename: str) -> str:
    path = Path(filename)
    return path.relative_to(_HOUSE).as_posix() if path.is_relative_to(_HOUSE) else path.name


class Guard(Protocol):
    """Runs one step of a family of rules."""

    def __call__(
        self, step: Callable[_Given, Iterable[_Item]], /, *given: _Given.args, **named: _Given.kwargs
    ) -> Iterator[_Item]:
        """What the step yields, as far as it comes."""


def unguarded(
    step: Callable[_Given, Iterable[_Item]], /, *given: _Given.args, **named: _Given.kwargs
) -> Iterator[_Item]:
    """What the step yields; its exceptions pass."""
    yield from step(*given, **named)


#: Makes the guard for steps that look at some documents, given by their paths.
GuardOf = Callable[[Sequence[str]], Guard]


def anywhere(documents: Sequence[str]) -> Guard:  # noqa: ARG001 - a guard that records nothing need not know
    """The guard that guards nothing, for any documents."""
    return unguarded


class RulesInHand(Mapping[str, Relation]):
    """The relations by id, which remembers the one that was asked for last: the one that is being evaluated."""

    def __init__(self, relations: Mapping[str, Relation]) -> None:
        self._relations = relations
        self.last = NO_RULE

    def __getitem__(self, identity: str) -> Relation:
        relation = self._relations[identity]
        self.last = identity
        return relation

    def __iter__(self) -> Iterator[str]:
        return iter(self._relations)

    def __len__(self) -> int:
        return len(self._relations)

    def __contains__(self, identity: object) -> bool:
        return identity in self._relations


class Barrier:
    """Catches what fails in the course of one audit and keeps it to be told."""

    def __init__(self) -> None:
        self._faults: dict[tuple[str, tuple[str, ...], str], Fault] = {}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was caught, in the order in which it first happened."""
        return tuple(self._faults.values())

    def record(self, error: Exception, rule: str, documents: Iterable[str]) -> None:
        """Keep an exception; the same one again is counted.

        Raises:
            DataFileError: it is one; with such a file nothing that an audit says can be relied on.
        """
        if isinstance(error, DataFileError):
            raise error
        fault = fault_of(error, rule, documents)
        key = (fault.rule, fault.documents, fault.error)
        known = self._faults.get(key)
        self._faults[key] = fault if known is None else replace(known, times=known.times + 1)

    def guard(self, documents: Sequence[str], rules: RulesInHand) -> Guard:
        """A guard for steps that evaluate ``rules`` at ``documents``."""

        def guarded(
            step: Callable[_Given, Iterable[_Item]], /, *given: _Given.args, **named: _Given.kwargs
        ) -> Iterator[_Item]:
            # A step that is given its rule is at that one; any other is at the one that it asked for last.
            rules.last = next((item.id for item in given if isinstance(item, Relation)), NO_RULE)
            try:
                yield from step(*given, **named)
            except Exception as error:  # noqa: BLE001 - whatever a rule raises, the others are evaluated
                self.record(error, rules.last, documents)
            rules.last = NO_RULE

        return guarded

    def attempt(self, documents: Sequence[str], rule: str, default: _Item, step: Callable[[], _Item]) -> _Item:
        """The result of one step; ``default`` where it fails."""
        try:
            return step()
        except Exception as error:  # noqa: BLE001 - as above
            self.record(error, rule, documents)
            return default


class _NoBarrier(Barrier):
    """Lets everything through: for tests and tools that want to see what fails."""

    def record(self, error: Exception, rule: str, documents: Iterable[str]) -> None:  # noqa: ARG002 - as in the base
        """Raise it."""
        raise error


NO_BARRIER = _NoBarrier()
