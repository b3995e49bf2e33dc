#!/usr/bin/env bash
# Prefect 3.9.1 with whenever 0.10.5, the lowest version that its own metadata allows, on Python 3.11 or 3.12: no cron
# schedule has a next run. Prefect hands whenever a time in pendulum's zone; whenever 0.10.5 takes only the standard
# library's ZoneInfo itself, no subclass, and raises. whenever 0.11.0 takes it. A lock that holds 0.10.5 and in which
# prefect alone is upgraded keeps it, and installs without a complaint.
#
# Expected output (Python 3.11):
#   prefect 3.9.1, whenever 0.10.5: ValueError: tzinfo must be of type ZoneInfo (exactly), got Timezone('Asia/Shanghai')
#   prefect 3.9.1, whenever 0.11.0: 2025-02-01T02:00:00+08:00
set -euo pipefail

python="${PYTHON:-python3.11}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
install=("$folder/venv/bin/python" -m pip --quiet --disable-pip-version-check --no-input install)

cat >"$folder/next_run.py" <<'PY'
import asyncio
from datetime import datetime, timezone
from importlib.metadata import version

from prefect.server.schemas.schedules import CronSchedule

schedule = CronSchedule(cron="0 2 1 * *", timezone="Asia/Shanghai")
try:
    [run] = asyncio.run(schedule.get_dates(1, datetime(2025, 1, 15, tzinfo=timezone.utc)))
    said = run.isoformat()
except ValueError as error:
    said = f"ValueError: {error}"
print(f"prefect {version('prefect')}, whenever {version('whenever')}: {said}")
PY

export DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false PREFECT_HOME="$folder/home"
"${install[@]}" prefect==3.9.1 whenever==0.10.5 2>/dev/null
older="$("$folder/venv/bin/python" "$folder/next_run.py")"
"${install[@]}" whenever==0.11.0 2>/dev/null
newer="$("$folder/venv/bin/python" "$folder/next_run.py")"
printf '%s\n' "$older" "$newer"

[[ "$older" == "prefect 3.9.1, whenever 0.10.5: ValueError: tzinfo must be of type ZoneInfo (exactly), got Timezone('Asia/Shanghai')" ]]
[[ "$newer" == "prefect 3.9.1, whenever 0.11.0: 2025-02-01T02:00:00+08:00" ]]
