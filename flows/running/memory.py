"""The ledger as one run uses it: opened when the run begins, written once, asked for what has to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from flows.alerts.channels import Channel
from flows.ledger.connecting import Ledger, shown_time
from flows.ledger.deciding import KnownFinding, known_findings
from flows.ledger.history import is_recorded
from flows.ledger.lives import DECISION_WORDS, REVIEW_WORDS, Review, RunRecord
from flows.ledger.recording import RunHandle, begin_run, record_run
from flows.payload import Payload
from flows.report.workbook import Reviewed
from flows.settings import Settings

#: The last run that this process has begun, by ledger.
_begun: dict[str, RunHandle] = {}


@dataclass(slots=True)
class Memory:
    """An open ledger with the run that is going on, and who is to be told of it."""

    ledger: Ledger
    run: RunHandle
    channels: tuple[Channel, ...]

    @classmethod
    def opened(cls, settings: Settings, output: Path, channels: tuple[Channel, ...], *, resumed: bool = False) -> Self:
        """Open the ledger of ``settings`` and note that a run into ``output`` has begun.

        Args:
            settings: where the ledger is.
            output: the folder of the report.
            channels: who is to be told.
            resumed: whether this does again what the last run of this process had begun: it stays the same run.

        Raises:
            LedgerError: the ledger cannot be opened or written.
        """
        ledger = Ledger(settings.ledger)
        run = _begun.get(settings.ledger) if resumed else None
        _begun[settings.ledger] = run or begin_run(ledger, str(output))
        return cls(ledger, _begun[settings.ledger], channels)

    def knows(self, number: int, token: str) -> bool:
        """Whether this ledger recorded that run."""
        return is_recorded(self.ledger, number, token)

    def reviews(self) -> dict[str, Reviewed]:
        """What reviewers have said of each finding, for the working paper and the problem lists."""
        return {known.id: _reviewed(known) for known in known_findings(self.ledger)}

    def record(self, payload: Payload, names: Mapping[str, str]) -> RunRecord:
        """Write the run; see :func:`flows.ledger.recording.record_run`."""
        rules = {channel.identity: channel.rules for channel in self.channels}
        return record_run(self.ledger, self.run, payload, names=names, channels=rules)


def _reviewed(known: KnownFinding) -> Reviewed:
    if not known.decisions:
        return Reviewed()
    last = known.decisions[-1]
    words = REVIEW_WORDS[known.review]
    who = f"（{last.reviewer}，{shown_time(last.decided_at)}：{last.reason or DECISION_WORDS[last.decision]}）"
    changed = "" if last.fingerprint == known.fingerprint else "，其后数字已变"
    return Reviewed(words + who + changed, last.number, known.review in {Review.DISMISSED, Review.EXPLAINED})
