"""The ledger as one run uses it: opened when the run begins, written once, asked for what has to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from flows.channels import Channel, channels
from flows.ledger.connecting import Ledger
from flows.ledger.lives import RunRecord
from flows.ledger.recording import RunHandle, begin_run, record_run
from flows.payload import Payload
from flows.settings import Settings


@dataclass(slots=True)
class Memory:
    """An open ledger with the run that is going on; ``told`` counts what its alerts have reached so far."""

    ledger: Ledger
    run: RunHandle
    channels: tuple[Channel, ...]
    told: int = 0

    @classmethod
    def opened(cls, settings: Settings, output: Path) -> Self:
        """Open the ledger of ``settings`` and note that a run into ``output`` has begun.

        Raises:
            SettingsError: the channels of ``settings`` are not to be understood.
            LedgerError: the ledger cannot be opened or written.
        """
        found = channels(settings)
        ledger = Ledger(settings.ledger)
        return cls(ledger, begin_run(ledger, str(output)), found)

    def record(self, payload: Payload, names: Mapping[str, str]) -> RunRecord:
        """Write the run; see :func:`flows.ledger.recording.record_run`."""
        rules = {channel.identity: channel.rules for channel in self.channels}
        return record_run(self.ledger, self.run, payload, names=names, channels=rules)
