"""Broken verdicts to findings: one root cause, one finding, with suspects, rivals, evidence, repairs and severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from hashlib import sha256

from checks.barrier import NO_BARRIER, NO_RULE, Barrier
from checks.findings.messages import message, printed_number, printed_repair, shown_slack
from checks.judging.verdicts import decide, value
from checks.localising.causes import Cause, absorbed, causes
from checks.localising.residuals import Residual, explain
from checks.localising.solving import slack_at
from checks.model import (
    Evidence,
    Finding,
    Instance,
    Outcome,
    Repair,
    Severity,
    Status,
    Term,
    Verdict,
    WordEvidence,
)
from datasets.model import Binding, Figure
from datasets.vocabulary.concepts import concepts
from datasets.vocabulary.numerals import decimals_of

_MOST_BLAMED = 4
_LOUDNESS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


def findings(
    verdicts: Sequence[Verdict],
    unresolved: Sequence[Instance],
    neighbours: Mapping[str, Sequence[Figure]],
    document_keys: Mapping[str, str],
    figures: Sequence[Figure] = (),
    barrier: Barrier = NO_BARRIER,
) -> tuple[Finding, ...]:
    """All findings, loudest first; one that cannot be put into words is left out, and the ``barrier`` has the reason.

    ``neighbours`` gives the figures around each figure, ``document_keys`` the identity key of each document by path,
    ``figures`` all figures, among which a gap may find its explanation.
    """
    spoken = [v for v in verdicts if not v.instance.relation.silent]
    none: list[Cause] = []
    leading = barrier.attempt((), NO_RULE, none, lambda: absorbed(spoken))
    explained = {verdict.id for cause in leading for verdict in cause.verdicts}
    spoken = [verdict for verdict in spoken if verdict.id not in explained]
    stated = [
        Cause((verdict,), ())
        for verdict in spoken
        if verdict.outcome is Outcome.BROKEN and verdict.instance.arithmetic == "logic"
    ]
    told: list[tuple[Instance, Callable[[], Finding]]] = [
        *(_telling(cause, document_keys, ()) for cause in leading),
        *(_telling(cause, document_keys, figures) for cause in causes(spoken, neighbours, barrier)),
        *(_telling(cause, document_keys, ()) for cause in stated),
        *((instance, partial(_unresolved, instance, document_keys)) for instance in unresolved),
    ]
    made = [barrier.attempt(instance.documents, instance.relation.id, None, tell) for instance, tell in told]
    found = [finding for finding in made if finding is not None]
    ordered = sorted(found, key=lambda f: (-_LOUDNESS[f.severity], _position(f)))
    return _with_distinct_ids(ordered)


def _telling(
    cause: Cause, document_keys: Mapping[str, str], figures: Sequence[Figure]
) -> tuple[Instance, Callable[[], Finding]]:
    return cause.verdicts[0].instance, partial(_of_cause, cause, document_keys, figures)


def severity_of(verdict: Verdict) -> Severity:
    """The loudest that the reading allows: an inference makes a warning, a guess an info."""
    instance = verdict.instance
    allowed = [instance.severity or instance.relation.severity, instance.relation.severity]
    bindings = {figure.binding for figure in instance.figures}
    if instance.assumptions or Binding.INFERRED in bindings:
        allowed.append(Severity.WARNING)
    if Binding.GUESSED in bindings or _cut_off(verdict):
        allowed.append(Severity.INFO)
    if _rests_on_inferred_quantum(verdict):
        # Numbers that all print no decimals may well be rounded to whole ones, whatever else their column prints.
        is_whole = all(figure.quantum_inferred for figure in instance.figures)
        allowed.append(Severity.INFO if is_whole else Severity.WARNING)
    return min(allowed, key=_LOUDNESS.__getitem__)


def _cut_off(verdict: Verdict) -> bool:
    """True for an amount brought to a larger unit whose further digits were cut off instead of rounded.

    328,661 万元 beside 3,286,618,082.20 元: a custom of the house, not another amount.
    """
    instance = verdict.instance
    terms = (*instance.left, *instance.right)
    if instance.arithmetic != "sum" or (len(instance.left), len(instance.right)) != (1, 1):
        return False
    coarse, fine = sorted(terms, key=lambda term: -term.figure.quantum * abs(term.factor))
    step = coarse.figure.quantum * abs(coarse.factor)
    same_unit = coarse.figure.unit == fine.figure.unit
    return not same_unit and bool(step) and value(coarse) == value(fine) // step * step


def _rests_on_inferred_quantum(verdict: Verdict) -> bool:
    """True when reading each inferred quantum off the literal alone would let the relation hold."""
    instance = verdict.instance
    if not any(figure.quantum_inferred for figure in instance.figures):
        return False
    relaxed = replace(
        instance, left=tuple(map(_by_its_literal, instance.left)), right=tuple(map(_by_its_literal, instance.right))
    )
    return decide(relaxed).outcome is not Outcome.BROKEN


def _by_its_literal(term: Term) -> Term:
    figure = term.figure
    if not figure.quantum_inferred:
        return term
    return replace(term, figure=replace(figure, quantum=Decimal(1).scaleb(-decimals_of(figure.printed))))


def _of_cause(cause: Cause, document_keys: Mapping[str, str], figures: Sequence[Figure]) -> Finding:
    severities = {verdict.id: severity_of(verdict) for verdict in cause.verdicts}
    loudness = {identifier: _LOUDNESS[severity] for identifier, severity in severities.items()}
    primary = cause.leading or max(cause.verdicts, key=lambda v: (loudness[v.id], -len(v.instance.figures)))
    relation = primary.instance.relation
    blamed = _blamed(cause, primary)
    index = {evidence.figure_id: number for number, evidence in enumerate(blamed) if evidence.figure_id}
    explained = explain(primary, figures)
    supporting = _supporting(cause, explained, set(index))
    ids = tuple(sorted({_identifier(v.instance, document_keys) for v in cause.verdicts}))
    stated, expected, slack, unit = _of_suspect(cause, primary)
    return Finding(
        id=_identifier(primary.instance, document_keys),
        fingerprint=_fingerprint(v.instance for v in cause.verdicts),
        member_ids=ids,
        rule=relation.id,
        family=relation.family,
        severity=severities[primary.id],
        status=Status.BROKEN,
        title=relation.title,
        title_en=relation.title_en,
        message=message(cause, primary, explained),
        message_en=message(cause, primary, explained, english=True),
        stated=_number(stated),
        expected=_number(expected),
        gap=_number(stated - expected) if stated is not None and expected is not None else "",
        rounding_slack="" if slack is None else _number(shown_slack(slack)),
        unit=unit if stated is not None or expected is not None else "",
        evidence=(*blamed, *supporting),
        repairs=_repairs(cause, index),
        relations=tuple(dict.fromkeys(v.instance.relation.id for v in cause.verdicts)),
    )


def _of_suspect(cause: Cause, primary: Verdict) -> tuple[Decimal | None, Decimal | None, Decimal | None, str]:
    """What the first suspect prints, what it should be, what rounding explains of the difference, and their unit.

    Without a repair, the two sides of the relation. The slack is that of the suspect in the relation that is shown:
    of a wrong amount in 万元, not of the percentage that it is held against.
    """
    suspect = cause.candidates[0] if cause.candidates else None
    if suspect is None or suspect.figure.value is None or any(w.role == "suspect" for w in primary.instance.words):
        return primary.stated, primary.expected, primary.slack, primary.unit
    sign = -1 if suspect.figure.value < 0 and suspect.value <= 0 else 1
    own = {figure.id for figure in suspect.figures}
    terms = (*primary.instance.left, *primary.instance.right)
    slack = next((slack_at(primary, term) for term in terms if term.figure.id in own), None)
    return suspect.figure.value * sign, suspect.value * sign, slack, suspect.figure.unit


def _number(number: Decimal | None) -> str:
    return printed_number(number) if number is not None else ""


def _blamed(cause: Cause, primary: Verdict) -> list[Evidence]:
    """The places at fault, best guess first, at most four; figures that nothing tells apart are rivals."""
    words = [_of_word(word) for word in primary.instance.words if word.role == "suspect"][:_MOST_BLAMED]
    figures = dict.fromkeys(candidate.figure for candidate in cause.candidates)
    if not figures:
        figures = dict.fromkeys(term.figure for term in _contradicting(primary.instance))
    named = list(figures)[: _MOST_BLAMED - len(words)]
    roles = ["rival"] * len(named) if words else ["suspect", *["rival"] * len(named)]
    return [*words, *(_of_figure(figure, role) for figure, role in zip(named, roles, strict=False))]


def _contradicting(instance: Instance) -> Sequence[Term]:
    """The terms of which any may be wrong where no repair can be computed."""
    if instance.arithmetic not in ("logic", "zero_implies_zero"):
        return instance.left
    if instance.left or not instance.words:
        return (*instance.left, *instance.right)
    return ()


def _supporting(cause: Cause, explained: Residual | None, blamed: set[str]) -> list[Evidence]:
    """All else that the arithmetic used, and what explains the gap."""
    used = [figure for verdict in cause.verdicts for figure in verdict.instance.figures]
    items = explained.figures if explained else ()
    rest = {figure.id: figure for figure in (*used, *items) if figure.id not in blamed}
    words = dict.fromkeys(word for verdict in cause.verdicts for word in verdict.instance.words)
    return [
        *(_of_figure(figure, "evidence") for figure in rest.values()),
        *(_of_word(word) for word in words if word.role != "suspect"),
    ]


def _of_figure(figure: Figure, role: str) -> Evidence:
    return Evidence(
        document=figure.document,
        printed=figure.printed,
        role=role,
        place=figure.place,
        table=figure.table,
        row=figure.row,
        column=figure.column,
        unit=figure.unit,
        concept=figure.concept,
        figure_id=figure.id,
        binding=figure.binding,
        quote=figure.quote,
    )


def _of_word(word: WordEvidence) -> Evidence:
    return Evidence(
        document=word.document,
        printed=word.printed,
        role=word.role,
        place=word.place,
        table=word.table,
        row=word.row,
        column=word.column,
        binding=Binding.CERTAIN,
        quote=word.quote,
    )


def _repairs(cause: Cause, blamed: Mapping[str, int]) -> tuple[Repair, ...]:
    rules = {verdict.id: verdict.instance.relation.id for verdict in cause.verdicts}
    return tuple(
        Repair(
            blamed[candidate.figure.id],
            printed_repair(candidate),
            candidate.slip.name if candidate.slip else "",
            tuple(sorted({rules[identifier] for identifier in candidate.restores if identifier in rules})),
        )
        for candidate in cause.candidates
        if candidate.figure.id in blamed
    )


def _unresolved(instance: Instance, document_keys: Mapping[str, str]) -> Finding:
    relation = instance.relation
    return Finding(
        id=(identifier := _identifier(instance, document_keys)),
        fingerprint=_fingerprint((instance,)),
        member_ids=(identifier,),
        rule=relation.id,
        family=relation.family,
        severity=Severity.INFO,
        status=relation.status or Status.UNRESOLVED,
        title=relation.title,
        title_en=relation.title_en,
        message=f"{instance.note}。依据：{relation.source}。",
        message_en=f"{instance.note_en}. Source: {relation.source}.",
        stated="",
        expected="",
        gap="",
        rounding_slack="",
        unit="",
        evidence=tuple(_of_figure(figure, "evidence") for figure in instance.figures),
        repairs=(),
        relations=(relation.id,),
    )


def _identifier(instance: Instance, document_keys: Mapping[str, str]) -> str:
    """Rule, document keys and the facts of the relation (for wording what it is about); never values or places."""
    keys = sorted({document_keys.get(document, document) for document in instance.documents})
    facts = [_fact_key(figure) for figure in instance.figures]
    about = [instance.where, *(word.table for word in instance.words)] if not facts else []
    return short_hash(instance.relation.id, *keys, *facts, *about)


def _fact_key(figure: Figure) -> str:
    # An indicator is known by its name, a number without concept by the words before it; all else by concept and scope.
    named = (
        not figure.concept or concepts()[figure.concept].dimension == "any" or figure.concept == "indicator_completion"
    )
    label = figure.concept_label if named else ""
    return "|".join((figure.concept, figure.role, label, *figure.scope.axes))


def _fingerprint(instances: Iterable[Instance]) -> str:
    every = list(instances)
    printed = sorted({f"{_fact_key(figure)}={figure.printed}" for each in every for figure in each.figures})
    words = sorted({word.printed for each in every for word in each.words})
    return short_hash(*printed, *words)


def short_hash(*parts: str) -> str:
    """The sixteen hex digits that stand for some words as the id or the fingerprint of a finding."""
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _with_distinct_ids(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings of one rule on the same facts, printed in several places, are numbered in the order of the text."""
    seen: Counter[str] = Counter()
    distinct: dict[int, Finding] = {}
    for index in sorted(range(len(found)), key=lambda i: _position(found[i])):
        finding = found[index]
        seen[finding.id] += 1
        number = seen[finding.id]
        distinct[index] = finding if number == 1 else replace(finding, id=f"{finding.id}-{number}")
    return tuple(distinct[index] for index in range(len(found)))


def _position(finding: Finding) -> tuple[str, int]:
    place = finding.evidence[0].place if finding.evidence else None
    return (finding.evidence[0].document if finding.evidence else "", place.start if place else 0)
