"""One audit in a process of its own, which kills itself at a given moment: ``python -m tests.operations.audited``.

Arguments: the folder of the report, and the seconds after which the process is killed, counted from when the flow
begins; negative for never. Prints the seconds that the flow took. The suites are left out: their start-up would be most
of the time, and they touch neither the ledger nor the alerts.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from threading import Timer


def main(output: Path, killed_after: float) -> None:
    from flows.settings import prepare_environment

    prepare_environment()
    from flows.audit_flow import cross_year_audit
    from flows.running import tasks
    from flows.schedule.local_server import prefect_server

    tasks.suites = lambda *_: None  # type: ignore[assignment]
    with prefect_server():
        if killed_after >= 0:
            Timer(killed_after, os.kill, (os.getpid(), signal.SIGKILL)).start()
        begun = time.perf_counter()
        report = cross_year_audit(output=output)
        sys.stdout.write(f"{time.perf_counter() - begun:.3f}\n")
        sys.exit(0 if report.complete else 2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
