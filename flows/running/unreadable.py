"""A document that could not be read, as a finding of the run: it is reviewed, told and resolved like any other."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING

from checks.model import DocumentReport, Evidence, Finding, Severity, Status

if TYPE_CHECKING:
    from checks.audit import Audit

RULE = "document-unreadable"
#: The family of completeness, see ``strings.toml``.
_FAMILY = "L"


def with_unreadable(audit: Audit) -> Audit:
    """``audit`` with a finding for each of its documents that could not be read, after those about what is printed."""
    return replace(audit, findings=(*audit.findings, *map(_finding, audit.unusable)))


def _finding(document: DocumentReport) -> Finding:
    """Its id rests on the path as given: more is not known of a document that nobody could read."""
    name, problem = PurePath(document.path).name, " ".join(document.problem.split())
    identity = _short_hash(RULE, document.path)
    return Finding(
        id=identity,
        fingerprint=_short_hash(document.sha256, problem),
        member_ids=(identity,),
        rule=RULE,
        family=_FAMILY,
        severity=Severity.WARNING,
        status=Status.INCOMPLETE,
        title="文件未能审核",
        title_en="a document could not be audited",
        message=f"{name}：{problem}。本次没有审核这份文件；读通之后此项自动消除。",
        message_en=f"{name} was not audited: {problem}. This is resolved by the first run that reads it.",
        stated="",
        expected="",
        gap="",
        rounding_slack="",
        unit="",
        evidence=(Evidence(document=document.path, printed=name, role="suspect", quote=problem),),
        repairs=(),
        relations=(RULE,),
    )


def _short_hash(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
