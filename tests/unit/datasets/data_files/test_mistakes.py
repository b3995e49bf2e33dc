"""Single mistakes that people make in data files, each of a kind of its own: refused at its line, in both languages."""

from __future__ import annotations

import re
import tomllib

import pytest

from datasets.data_files.loading import DataFile
from datasets.errors import DataFileError
from tests.data_kinds import CHECKS, HOUSE

MISTAKES = tomllib.loads((HOUSE / "tests" / "data" / "data_file_mistakes.toml").read_text(encoding="utf-8"))["mistake"]


def kind_of(name: str) -> str:
    return next(pattern for pattern in CHECKS if (HOUSE / name) in HOUSE.glob(pattern))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake['file']}: {mistake['said']}")
def test_a_mistake_is_refused_near_its_line_in_both_languages(mistake: dict[str, str]) -> None:
    name, old, new = mistake["file"], mistake["old"], mistake["new"]
    right = (HOUSE / name).read_text(encoding="utf-8")
    assert old in right
    wrong = right.replace(old, new, 1)
    with pytest.raises(DataFileError) as caught:
        CHECKS[kind_of(name)](DataFile.parsed(name, wrong) if name.endswith("toml") else DataFile(name, wrong, {}))
    assert mistake["said"] in str(caught.value)
    first = right[: right.index(old)].count("\n")
    told = [int(number) for number in re.findall(r" 第 (\d+) 行：", str(caught.value))]
    assert any(first <= number <= first + new.count("\n") + 2 for number in told), caught.value
    assert len(str(caught.value).splitlines()) == len(caught.value.english.splitlines())
