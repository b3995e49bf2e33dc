"""Broken verdicts to findings: one root cause, one finding, with suspects, rivals, evidence, repairs and severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from checks.judging import judge
from checks.localising import Candidate, Cause, causes
from checks.messages import message, printed_number
from checks.model import (
    Evidence,
    Finding,
    Instance,
    Outcome,
    Repair,
    Severity,
    Status,
    Verdict,
    WordEvidence,
)
from checks.residuals import explain
from datasets.model import Binding, Figure, Role
from datasets.units import ZERO

_MOST_BLAMED = 4
_LOUDNESS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_BY_LOUDNESS = {loudness: severity for severity, loudness in _LOUDNESS.items()}


def findings(
    verdicts: Sequence[Verdict],
    unresolved: Sequence[Instance],
    neighbours: Mapping[str, Sequence[Figure]],
    document_keys: Mapping[str, str],
    figures: Sequence[Figure] = (),
) -> tuple[Finding, ...]:
    """All findings, loudest first.

    ``neighbours`` gives the figures around each figure, ``document_keys`` the identity key of each document by path,
    ``figures`` all figures, among which a gap may find its explanation.
    """
    spoken = [v for v in verdicts if not v.instance.relation.settings.get("silent")]
    found = [_of_cause(cause, document_keys, figures) for cause in causes(spoken, neighbours)]
    found.extend(
        _of_cause(Cause((verdict,), ()), document_keys, ())
        for verdict in spoken
        if verdict.outcome is Outcome.BROKEN and verdict.instance.kind == "logic"
    )
    found.extend(_unresolved(instance, document_keys) for instance in unresolved)
    ordered = sorted(found, key=lambda f: (-_LOUDNESS[f.severity], _position(f)))
    return _with_distinct_ids(ordered)


def severity_of(verdict: Verdict) -> Severity:
    """The loudest that the reading allows: an inference makes a warning, a guess an info."""
    instance = verdict.instance
    loudness = _LOUDNESS[instance.severity or instance.relation.severity]
    loudness = min(loudness, _LOUDNESS[instance.relation.severity])
    bindings = {figure.binding for figure in instance.figures}
    if instance.assumptions or Binding.INFERRED in bindings:
        loudness = min(loudness, 1)
    if Binding.GUESSED in bindings:
        loudness = 0
    if loudness == _LOUDNESS[Severity.ERROR] and _rests_on_inferred_quantum(verdict):
        loudness = 1
    return _BY_LOUDNESS[loudness]


def _rests_on_inferred_quantum(verdict: Verdict) -> bool:
    """True when reading each inferred quantum off the literal alone would let the relation hold."""
    from dataclasses import replace

    from datasets.numerals import decimals_of
    from decimal import Decimal

    instance = verdict.instance
    if not any(figure.quantum_inferred for figure in instance.figures):
        return False

    def literal(figure: Figure) -> Figure:
        if not figure.quantum_inferred:
            return figure
        return replace(figure, quantum=Decimal(1).scaleb(-decimals_of(figure.printed)))

    relaxed = replace(
        instance,
        left=tuple(replace(t, figure=literal(t.figure)) for t in instance.left),
        right=tuple(replace(t, figure=literal(t.figure)) for t in instance.right),
    )
    return judge(relaxed).outcome is not Outcome.BROKEN


def _of_cause(cause: Cause, document_keys: Mapping[str, str], figures: Sequence[Figure]) -> Finding:
    primary = max(cause.verdicts, key=lambda v: (_LOUDNESS[severity_of(v)], -len(v.instance.figures)))
    relation = primary.instance.relation
    evidence, blamed = _evidence(cause, primary)
    explained = explain(primary, figures)
    evidence.extend(_of_figure(figure, "evidence") for figure in explained)
    ids = tuple(sorted({_identifier(v.instance, document_keys) for v in cause.verdicts}))
    return Finding(
        id=_identifier(primary.instance, document_keys),
        fingerprint=_fingerprint(cause.verdicts),
        member_ids=ids,
        rule=relation.id,
        family=relation.family,
        severity=max((severity_of(v) for v in cause.verdicts), key=_LOUDNESS.__getitem__),
        status=Status.BROKEN,
        title=relation.title,
        title_en=relation.title_en,
        message=message(cause, primary, explained),
        message_en=message(cause, primary, explained, english=True),
        stated=printed_number(primary.stated) if primary.stated is not None else "",
        expected=printed_number(primary.expected) if primary.expected is not None else "",
        gap=printed_number(primary.gap) if primary.gap is not None else "",
        rounding_slack=printed_number(primary.slack) if primary.slack is not None else "",
        evidence=tuple(evidence),
        repairs=_repairs(cause, blamed),
        relations=tuple(dict.fromkeys(v.instance.relation.id for v in cause.verdicts)),
    )


def _evidence(cause: Cause, primary: Verdict) -> tuple[list[Evidence], dict[str, int]]:
    """Blamed places first (at most four), then all else that the arithmetic used."""
    evidence: list[Evidence] = []
    index: dict[str, int] = {}
    for word in primary.instance.words:
        if word.role == "suspect" and len(evidence) < _MOST_BLAMED:
            evidence.append(_of_word(word))
    for candidate in cause.candidates:
        if len(evidence) >= _MOST_BLAMED:
            break
        if candidate.figure.id not in index:
            role = "suspect" if not evidence else "rival"
            index[candidate.figure.id] = len(evidence)
            evidence.append(_of_figure(candidate.figure, role))
    if not cause.candidates:
        for term in primary.instance.left or primary.instance.right:
            if len(evidence) < _MOST_BLAMED and term.figure.id not in index:
                index[term.figure.id] = len(evidence)
                evidence.append(_of_figure(term.figure, "suspect" if not evidence else "rival"))
        if primary.instance.kind == "zero_implies_zero":
            for term in primary.instance.right[: _MOST_BLAMED - len(evidence)]:
                index[term.figure.id] = len(evidence)
                evidence.append(_of_figure(term.figure, "rival"))
    shown = set(index)
    for verdict in cause.verdicts:
        for figure in verdict.instance.figures:
            if figure.id not in shown:
                shown.add(figure.id)
                evidence.append(_of_figure(figure, "evidence"))
        evidence.extend(_of_word(word) for word in verdict.instance.words if word.role != "suspect")
    return evidence, index


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
            _printed_repair(candidate),
            candidate.slip.name if candidate.slip else "",
            tuple(sorted({rules[identifier] for identifier in candidate.restores if identifier in rules})),
        )
        for candidate in cause.candidates
        if candidate.figure.id in blamed
    )


def _printed_repair(candidate: Candidate) -> str:
    """The repaired value as it would be printed: a decrease is printed without its sign."""
    if candidate.figure.role in (Role.CHANGE, Role.RATE) and candidate.value * (candidate.figure.value or ZERO) >= 0:
        return printed_number(abs(candidate.value))
    return printed_number(candidate.value)


def _unresolved(instance: Instance, document_keys: Mapping[str, str]) -> Finding:
    relation = instance.relation
    return Finding(
        id=_identifier(instance, document_keys),
        fingerprint=sha256("|".join(f.printed for f in instance.figures).encode()).hexdigest()[:16],
        member_ids=(_identifier(instance, document_keys),),
        rule=relation.id,
        family=relation.family,
        severity=Severity.INFO,
        status=Status.UNRESOLVED,
        title=relation.title,
        title_en=relation.title_en,
        message=f"{instance.note}。依据：{relation.source}。",
        message_en=f"{instance.note_en or instance.note}. Source: {relation.source}.",
        stated="",
        expected="",
        gap="",
        rounding_slack="",
        evidence=tuple(_of_figure(figure, "evidence") for figure in instance.figures),
        repairs=(),
        relations=(relation.id,),
    )


def _identifier(instance: Instance, document_keys: Mapping[str, str]) -> str:
    """Rule, document key and the facts of the relation; never values, places or suspects."""
    keys = sorted({document_keys.get(f.document, f.document) for f in instance.figures})
    keys += sorted({document_keys.get(w.document, w.document) for w in instance.words} - set(keys))
    facts = [_fact_key(figure) for figure in instance.figures]
    words = [w.table for w in instance.words]
    return sha256("\n".join((instance.relation.id, *keys, *facts, *words)).encode()).hexdigest()[:16]


def _fact_key(figure: Figure) -> str:
    scope = figure.scope
    axes = (scope.fund, scope.stage, scope.period, scope.carryover, scope.function_code, scope.economic_code, scope.project)
    return "|".join((figure.concept, figure.role, figure.concept_label, *(axis or "" for axis in axes)))


def _fingerprint(verdicts: Iterable[Verdict]) -> str:
    printed = sorted({f"{f.concept}={f.printed}" for v in verdicts for f in v.instance.figures})
    words = sorted({w.printed for v in verdicts for w in v.instance.words})
    return sha256("|".join((*printed, *words)).encode()).hexdigest()[:16]


def _with_distinct_ids(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings of one rule on the same facts, printed in several places, are numbered in the order of the text."""
    from dataclasses import replace

    seen: Counter[str] = Counter()
    distinct = []
    for finding in found:
        seen[finding.id] += 1
        number = seen[finding.id]
        distinct.append(finding if number == 1 else replace(finding, id=f"{finding.id}-{number}"))
    return tuple(distinct)


def _position(finding: Finding) -> tuple[str, int]:
    place = finding.evidence[0].place if finding.evidence else None
    return (finding.evidence[0].document if finding.evidence else "", place.start if place else 0)
