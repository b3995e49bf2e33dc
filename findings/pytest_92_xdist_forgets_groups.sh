#!/usr/bin/env bash
# pytest 9.2.0 with pytest-xdist 3.8.0: --dist loadgroup and the mark xdist_group do nothing. xdist puts the group behind
# the id of a test by writing the field _nodeid of the item; pytest 9.2 keeps ids elsewhere, so the group is lost without
# a warning and the tests of one group run in several processes. What such a group shares (a server, a database) is started
# once in each. With pytest 9.1.1 all tests of the group run in one process.
#
# Expected output:
#   pytest 9.1.1 + xdist 3.8.0: one group of 8 tests ran in 1 process(es)
#   pytest 9.2.0 + xdist 3.8.0: one group of 8 tests ran in 2 process(es)
set -euo pipefail

python="${PYTHON:-python3.11}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tests"
cat >"$folder/tests/test_group.py" <<'PY'
import os
import time

import pytest


@pytest.mark.xdist_group("shared")
@pytest.mark.parametrize("number", range(8))
def test_one(number):
    time.sleep(0.2)
    with open(os.environ["RAN_IN"], "a", encoding="utf-8") as file:
        print(os.environ["PYTEST_XDIST_WORKER"], file=file)
PY

processes() {
  "$python" -m venv "$folder/$1"
  "$folder/$1/bin/python" -m pip --quiet --disable-pip-version-check --no-input install "pytest==$1" pytest-xdist==3.8.0 2>/dev/null
  (cd "$folder/tests" && RAN_IN="$folder/$1.txt" "$folder/$1/bin/python" -m pytest -q -n 2 --dist loadgroup -p no:cacheprovider >/dev/null)
  count="$(sort -u "$folder/$1.txt" | wc -l)"
  echo "pytest $1 + xdist 3.8.0: one group of 8 tests ran in $((count)) process(es)"
}

found="$(processes 9.1.1; processes 9.2.0)"
echo "$found"
[ "$found" = "pytest 9.1.1 + xdist 3.8.0: one group of 8 tests ran in 1 process(es)
pytest 9.2.0 + xdist 3.8.0: one group of 8 tests ran in 2 process(es)" ]
