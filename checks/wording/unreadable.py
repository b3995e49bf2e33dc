"""A document that could not be read, as a finding: it is reviewed, told and resolved like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from checks.context import Context
from checks.findings.making import short_hash
from checks.model import DocumentReport, Evidence, Finding, Relation, Status

#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {"document-unreadable": Relation}


def instances(context: Context) -> Iterator[Finding]:
    """A finding for each document that could not be read; nothing is to be judged."""
    [rule] = RULES
    for document in context.unusable:
        yield _finding(document, context.rules[rule])


def _finding(document: DocumentReport, rule: Relation) -> Finding:
    """Its id rests on the path as given: more is not known of a document that nobody could read."""
    name, problem = PurePath(document.path).name, " ".join(document.problem.split())
    identity = short_hash(rule.id, document.path)
    return Finding(
        id=identity,
        fingerprint=short_hash(document.sha256, problem),
        member_ids=(identity,),
        rule=rule.id,
        family=rule.family,
        severity=rule.severity,
        status=rule.status or Status.INCOMPLETE,
        title=rule.title,
        title_en=rule.title_en,
        message=f"{name}：{problem}。本次没有审核这份文件；读通之后此项自动消除。",
        message_en=f"{name} was not audited: {problem}. This is resolved by the first run that reads it.",
        stated="",
        expected="",
        gap="",
        rounding_slack="",
        unit="",
        evidence=(Evidence(document=document.path, printed=name, role="suspect", quote=problem),),
        repairs=(),
        relations=(rule.id,),
    )
