"""One letter of every key and of every word in every data file is changed, one at a time: each change is refused.

Open words (names, sentences, patterns, printed words) are listed here by their place; nothing else may be changed
unnoticed. What is refused is refused at its own line, in Chinese and English.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from io import StringIO
from typing import Any

import pytest

from datasets.data_files.loading import DataFile
from datasets.errors import DataFileError
from tests.data_kinds import CHECKS, HOUSE

#: Strings, comments, bare keys, in this order: what is in a string or a comment is neither.
TOKEN = re.compile(
    r"(?P<long>'''.*?'''|\"\"\".*?\"\"\")|(?P<string>\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')|(?P<comment>#[^\n]*)"
    r"|(?P<key>(?<=[.\[])[\w-]+(?=[.\]])|\b[A-Za-z_][\w-]*(?=\s*=))",
    re.DOTALL,
)
#: Files that are checked table by table, since each table stands for itself.
BY_TABLE = ("relation", "layout", "case")
#: Tables whose keys are printed words, or names that the file itself gives.
OPEN_KEYS = frozenset(
    [
        "layout.columns",
        "layout.row_names",
        "same_words",
        "section.names",
        "lone_items",
        "counted",
        "relation.wrong_words",
        "relation.lowest",
        "relation.phrases",
        "pieces",
        "en.values",
        "zh.values",
    ]
)
#: Words of the language that documents are written in, sentences, patterns, and names that the file itself gives.
OPEN_WORDS = {
    "checks/relations/*.toml": (
        "relation.id relation.title* relation.source relation.wrong_words.* relation.patterns.find "
        "relation.patterns.say* "
        "relation.restated relation.moved relation.compared relation.closing relation.merged "
        "relation.actions relation.connectors relation.excused relation.floors_* relation.general "
        "relation.grades.words "
        "relation.less relation.more relation.names relation.not_before relation.not_in relation.nothing relation.sums "
        "relation.qualitative relation.reached relation.verbs relation.rules.id relation.rules.source "
        "relation.rules.title* relation.amount relation.bodies relation.budget relation.final_accounts "
        "relation.comparison relation.financed_above relation.forecast relation.header relation.heading relation.item "
        "relation.levels relation.no_name relation.offices relation.other_year relation.own_* relation.reason "
        "relation.second_base relation.slots relation.statement relation.stock relation.subjects relation.beside "
        "relation.closing relation.purpose"
    ),
    "checks/relations/cases/*.toml": "case.name case.texts case.entity case.roster never.because pieces.*",
    "checks/suites/expectations.toml": "suite.name suite.title* *.text *.text_en *.arguments.regex",
    "checks/suites/schema_messages.toml": "*.zh *.en",
    "datasets/data/layouts*.toml": "layout.id layout.titles excluded.words same_words.*",
    "datasets/data/phrases.toml": (
        "*.words increase decrease no_change_behind unchanged reason share deviation completion execution greater less "
        "equal"
    ),
    "datasets/data/sections.toml": "section.words",
    "datasets/data/reasons.toml": "*",
    "datasets/data/partitions.toml": "complement.names opening complete sides total rest",
    "datasets/data/performance.toml": (
        "title overall totals subtotals money_labels head_scores grades headers.* stages.* sources.* prose.* units.* "
        "names.* values.*"
    ),
    "datasets/data/code_names.toml": "*",
    "datasets/data/table_words.toml": "*.words periods.* stages.* comparisons.* labels.*",
    "datasets/data/roster.toml": "columns.*",
    "datasets/data/identity.toml": (
        "names.* units.opening units.columns units.notes units.head_office units.count.pattern titles.*"
    ),
    "datasets/documents/catalog.toml": "entity.* document.title",
    "flows/site/strings.toml": "*",
    "great_expectations/plugins/pages/words.toml": "*",
}
#: Words that others in the file refer to: the reference is refused, at its own line.
DEFINING = frozenset({"relation.levels", "entity.code"})


@dataclass(frozen=True)
class Change:
    """A file with one letter changed: where, and what it is now."""

    line: int
    place: str
    is_key: bool
    before: str
    after: str
    text: str
    data: dict[str, Any]


def other_letter(word: str) -> str:
    """The word with one letter changed, near its middle."""
    letters = [index for index, character in enumerate(word) if character.isalnum() or character == "_"]
    if not letters:
        return word + "q"
    middle = letters[len(letters) // 2]
    return word[:middle] + ("q" if word[middle] != "q" else "z") + word[middle + 1 :]


def tables(text: str) -> Iterator[tuple[str, int, int]]:
    """Parts of a file that can be checked alone, blank lines before each, and the stretch to change in each."""
    marks = [m.start() for m in re.finditer(rf"^\[\[(?:{'|'.join(BY_TABLE)})\]\]", text, re.MULTILINE)]
    yield text, 0, marks[0] if marks else len(text)
    for start, end in zip(marks, [*marks[1:], len(text)][: len(marks)], strict=True):
        above = text[:start].count("\n")
        yield "\n" * above + text[start:end], above, above + end - start


def place_of(before: Any, after: Any, path: tuple[str, ...] = ()) -> tuple[str, ...]:  # noqa: ANN401 - out of TOML
    """The keys down to where two parsed files differ; numbers are left out."""
    if isinstance(before, dict) and isinstance(after, dict):
        if before.keys() != after.keys():
            return path
        return next(
            (place_of(before[key], after[key], (*path, key)) for key in before if before[key] != after[key]), path
        )
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return next((place_of(a, b, path) for a, b in zip(before, after, strict=True) if a != b), path)
    return path


def changes(text: str) -> Iterator[Change]:
    for part, begin, finish in tables(text):
        before = tomllib.loads(part, parse_float=Decimal)
        for token in TOKEN.finditer(part, begin, finish):
            if token["comment"]:
                continue
            quote = 3 if token["long"] else 1 if token["string"] else 0
            start, end = token.start() + quote, token.end() - quote
            word = part[start:end]
            changed = part[:start] + other_letter(word) + part[end:]
            try:
                after = tomllib.loads(changed, parse_float=Decimal)
            except tomllib.TOMLDecodeError:
                continue  # two letters of an escape: no such file can be saved
            is_key = bool(token["key"]) or bool(re.match(r"\s*=", part[token.end() :]))
            line = part[:start].count("\n") + 1
            yield Change(line, ".".join(place_of(before, after)), is_key, word, other_letter(word), changed, after)


def files_of(pattern: str) -> list[str]:
    return sorted(path.relative_to(HOUSE).as_posix() for path in HOUSE.glob(pattern))


ALL_FILES = [(pattern, name) for pattern in CHECKS for name in files_of(pattern)]


def test_every_data_file_of_the_project_is_checked() -> None:
    found = {
        path.relative_to(HOUSE).as_posix()
        for folder in ("datasets", "checks", "flows", "great_expectations")
        for ending in ("toml", "csv")
        for path in (HOUSE / folder).rglob(f"*.{ending}")
        if "uncommitted" not in path.parts
    }
    assert found == {name for _, name in ALL_FILES}


def is_open(pattern: str, change: Change) -> bool:
    if change.is_key:
        return change.place in OPEN_KEYS
    return any(fnmatchcase(change.place, place) for place in OPEN_WORDS[pattern].split())


def refusal_of(pattern: str, file: DataFile) -> DataFileError | None:
    try:
        CHECKS[pattern](file)
    except DataFileError as error:
        return error
    return None


def fault_of(pattern: str, name: str, change: Change) -> str:
    """What is wrong with how a change is taken; "" where it is refused as it should be, or may be made."""
    error = refusal_of(pattern, DataFile(name, change.text, change.data))
    if error is not None:
        at_line = f"{name} 第 {change.line} 行：" in str(error) and f"{name}, line {change.line}: " in error.english
        return "" if at_line or change.place in DEFINING else f"not at its line: {error}"
    return "" if is_open(pattern, change) else "taken"


@pytest.mark.parametrize(("pattern", "name"), [pair for pair in ALL_FILES if pair[1].endswith(".toml")])
def test_one_wrong_letter_in_a_toml_file_is_refused_at_its_line(pattern: str, name: str) -> None:
    made = list(changes((HOUSE / name).read_text(encoding="utf-8")))
    assert any(not is_open(pattern, change) for change in made)
    faults = [(c.line, c.place, c.after, fault) for c in made if (fault := fault_of(pattern, name, c))]
    assert faults == []


#: Columns whose cells are printed words, names or sources.
OPEN_COLUMNS = frozenset(["label", "label_en", "aliases", "unit", "words", "long", "short", "name", "source"])


@pytest.mark.parametrize(("pattern", "name"), [pair for pair in ALL_FILES if pair[1].endswith(".csv")])
def test_one_wrong_letter_in_a_csv_file_is_refused_at_its_line(pattern: str, name: str) -> None:
    header, *cells = list(csv.reader((HOUSE / name).read_text(encoding="utf-8").splitlines()))
    faults = []
    for number, column in enumerate(header):
        faults += csv_faults(pattern, name, [replaced(header, number), *cells[:1]], 1, column)
    for row in cells:
        for number, column in enumerate(header):
            if row[number] and column not in OPEN_COLUMNS and (column, name) != ("id", "datasets/data/concepts.csv"):
                faults += csv_faults(pattern, name, [header, replaced(row, number)], 2, row[number])
    assert faults == []


def replaced(row: list[str], number: int) -> list[str]:
    return [other_letter(cell) if index == number else cell for index, cell in enumerate(row)]


def csv_faults(pattern: str, name: str, lines: list[list[str]], line: int, what: str) -> list[str]:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    error = refusal_of(pattern, DataFile(name, text.getvalue(), {}))
    if error is None:
        return [f"{what}: taken"]
    return [] if f"{name} 第 {line} 行：" in str(error) else [f"{what}: {error}"]


#: Kinds of places tried in one file; a file of words has hundreds that are all alike.
MOST_PLACES = 30
WRONG_VALUES = ("-1.5", '"x"', "[]", "{ x = 1 }")


@pytest.mark.parametrize(("pattern", "name"), [pair for pair in ALL_FILES if pair[1].endswith(".toml")])
def test_a_value_of_another_type_is_refused_at_its_line_or_fits(pattern: str, name: str) -> None:
    text = (HOUSE / name).read_text(encoding="utf-8")
    tried: set[str] = set()
    refused = 0
    for part, begin, finish in tables(text):
        before = tomllib.loads(part)
        for match in re.finditer(
            r"^([\w-]+) = (?:(?P<value>\"[^\"\n]*\"|\d+|true|false)|\[[^\n]*\])$", part[:finish], re.MULTILINE
        ):
            changed = {
                value: f"{part[: match.start()]}{match[1]} = {value}{part[match.end() :]}" for value in WRONG_VALUES
            }
            place = ".".join(place_of(before, tomllib.loads(changed["-1.5"])))
            if match.start() < begin or place in tried or len(tried) > MOST_PLACES:
                continue
            tried.add(place)
            line = part[: match.start()].count("\n") + 1
            for made in changed.values():
                error = refusal_of(pattern, DataFile.parsed(name, made))
                refused += error is not None
                assert error is None or f"{name} 第 {line} 行：" in str(error) or place in DEFINING
    assert refused > len(tried)
