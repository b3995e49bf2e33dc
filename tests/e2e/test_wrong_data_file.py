"""A data file that is wrong stops every command with one line for each fault, code 2 and no traceback."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in ("datasets", "checks", "flows", "great_expectations"):
        shutil.copytree(HOUSE / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "uncommitted"))
    return folder


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows.cli.app", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (
            "checks/relations/totals.toml",
            'kind = "sum"',
            'kind = "summ"',
            "第 8 行：relation 第 1 项 → kind 写的是 'summ'",
        ),
        (
            "checks/relations/totals.toml",
            "required = 3",
            "requierd = 3",
            "没有 'requierd' 这一项；最接近的是 'required'",
        ),
        ("datasets/data/layouts.toml", 'rows = "panels"\nconcept = "expenditure"', 'rows = "panels"', "缺少 concept"),
        ("datasets/data/phrases.toml", 'share = ["占"]', "share = [“占”]", "全角的 “"),
        ("datasets/data/units.csv", "万元,money", "万元,monney", "最接近的是 'money'"),
    ],
)
def test_a_wrong_data_file_stops_a_command_before_it_reads_anything(
    copied: Path, name: str, old: str, new: str, line: str
) -> None:
    path = copied / name
    right = path.read_text(encoding="utf-8")
    assert old in right
    path.write_text(right.replace(old, new, 1), encoding="utf-8")
    try:
        for words in (["check", "甲.txt"], ["rules", "check"], ["audit", str(HOUSE / "datasets" / "documents")]):
            result = run(copied, *words)
            assert result.returncode == 2, result
            assert "Traceback" not in result.stderr
            assert all(each.startswith("gouji: ") for each in result.stderr.splitlines())
            assert line in result.stderr
            assert name in result.stderr
        english = run(copied, "rules", "check", "--lang", "en").stderr
        assert f"{name}, line " in english
    finally:
        path.write_text(right, encoding="utf-8")
