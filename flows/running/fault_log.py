"""The log of what failed in the program itself: one file in the state folder, for whoever maintains the program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checks.barrier import Fault

_LOG = "faults.log"
#: A log that has grown beyond this is begun anew; the last one is kept beside it.
_LARGEST = 5_000_000


def log_faults(faults: Iterable[Fault], state: Path) -> Path | None:
    """Append the faults with their tracebacks; the log, None where there was nothing to write or it cannot be."""
    entries = [
        f"{datetime.now(UTC).isoformat(timespec='seconds')} {fault.rule} × {fault.times}: {fault.error}\n"
        + "".join(f"  {document}\n" for document in fault.documents)
        + fault.trace
        for fault in faults
    ]
    if not entries:
        return None
    log = state / _LOG
    try:
        state.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > _LARGEST:
            log.replace(log.with_suffix(".old.log"))
        with log.open("a", encoding="utf-8", errors="backslashreplace") as handle:
            handle.write("\n".join(entries) + "\n")
    except OSError:
        return None
    return log
