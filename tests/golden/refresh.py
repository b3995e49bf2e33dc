"""Writes the reviewed lists of ``tests/golden/data`` as the documents are read and judged now.

``make golden`` after a change that is meant; then ``git diff tests/golden/data``: every line that differs is looked at
before it is committed. ``putuo-finance-2024-cells.csv`` was copied from the printed tables and is never written.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.golden import findings, test_ledger, test_pdf_meanings


def main() -> None:
    """Write all lists from the documents in the folder GOUJI_DOCUMENTS."""
    given = os.environ.get("GOUJI_DOCUMENTS")
    if not given or not Path(given).is_dir():
        sys.exit("GOUJI_DOCUMENTS names no folder of real documents: GOUJI_DOCUMENTS=… make golden")
    for step in (findings, test_ledger, test_pdf_meanings):
        step.refresh(Path(given))


if __name__ == "__main__":
    main()
