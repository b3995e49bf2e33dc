"""How far a run is: a line on a terminal, silence on anything else, and a progress artifact in Prefect."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import Self
from uuid import UUID

_KEY = "gouji-progress"


def say(text: str) -> None:
    """Replace the progress line by ``text``; an empty text wipes it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


@dataclass(slots=True)
class Progress:
    """The progress of one flow run; ``artifact`` is None where Prefect did not take it."""

    artifact: UUID | None = None

    @classmethod
    def published(cls) -> Self:
        """A progress of 0 in the flow run that is going on."""
        from prefect.artifacts import create_progress_artifact

        from flows.running.engine import plain

        if plain() is not None:
            return cls()
        try:
            return cls(create_progress_artifact(0.0, key=_KEY, description="勾稽审核进度"))  # type: ignore[arg-type]
        except Exception:
            logging.getLogger(__name__).debug("progress artifact", exc_info=True)
            return cls()

    def show(self, text: str) -> None:
        """Say what is being done."""
        say(text)

    def reach(self, share: float) -> None:
        """``share`` of the run, from 0 to 1, is done."""
        from prefect.artifacts import update_progress_artifact

        if self.artifact is None:
            return
        try:
            update_progress_artifact(self.artifact, min(100.0, share * 100))
        except Exception:  # noqa: BLE001 - as above
            self.artifact = None

    def end(self) -> None:
        """The run is done."""
        self.reach(1.0)
        say("")
