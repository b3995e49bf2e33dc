#!/usr/bin/env bash
# openpyxl 3.1.5, read_only=True, workbook opened by path: Workbook.close() returns and the file stays open as long as the
# rows of a sheet were begun and not read to the end, for the archive waits for its open member. Where the generator of
# the rows is kept (a variable, an exception's traceback), so is the file: on Windows it cannot be replaced or deleted, and
# with warnings as errors the ResourceWarning fails whatever happens to run when it is collected. Opened from BytesIO there
# is nothing to keep open. Seen where a form lacks a column and reading stops at its first row.
#
# Expected output:
#   openpyxl 3.1.5: rows begun, then close(): the file is open
#   openpyxl 3.1.5: rows read to the end, then close(): the file is closed
set -euo pipefail

python="${PYTHON:-python3.11}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip --quiet --disable-pip-version-check --no-input install openpyxl==3.1.5 psutil==7.1.0 2>/dev/null

cat >"$folder/close.py" <<'PY'
import sys
from pathlib import Path

import openpyxl
import psutil

path = Path(sys.argv[1], "form.xlsx")
book = openpyxl.Workbook()
for row in (["unit", "amount"], ["A", 1], ["B", 2]):
    book.active.append(row)
book.save(path)


def state():
    return "open" if str(path) in {each.path for each in psutil.Process().open_files()} else "closed"


for how in ("begun", "read to the end"):
    book = openpyxl.load_workbook(path, read_only=True)
    rows = book.active.iter_rows(values_only=True)
    next(rows)
    if how != "begun":
        list(rows)
    book.close()
    print(f"openpyxl {openpyxl.__version__}: rows {how}, then close(): the file is {state()}")
    del rows
PY

said="$("$folder/venv/bin/python" "$folder/close.py" "$folder")"
printf '%s\n' "$said"
[[ "$said" == "openpyxl 3.1.5: rows begun, then close(): the file is open
openpyxl 3.1.5: rows read to the end, then close(): the file is closed" ]]
