"""The one loader of data files: TOML and CSV in, records of a form out."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO
from typing import Any, TypeVar

import msgspec

from datasets.data_files.forms import Row
from datasets.data_files.lines import Path, line_of, opened_at
from datasets.data_files.problems import Problem, impossible, no_numbers, problems, repeated, unknown
from datasets.errors import DataFileError

_Record = TypeVar("_Record", bound=msgspec.Struct)
_Row = TypeVar("_Row", bound=Row)
_Made = TypeVar("_Made")
#: More than these nobody reads at once.
_MOST_PROBLEMS = 20
_INVISIBLE = re.compile("[\\u200b-\\u200f\\u2060\\u00ad\\ufeff]")
_FULL_WIDTH = "“”‘’＂＝［］｛｝，＃"
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
#: How tomllib begins to tell of what is there twice.
_TWICE = ("Cannot declare", "Cannot overwrite", "Duplicate inline table key")
#: A line that begins a statement: what is wrong there may be that the one above is still open.
_STATEMENT = re.compile(r"\s*(?:\[{1,2}[\w.\"'-]+\]{1,2}\s*(?:#.*)?$|[\w.\"'-]+\s*=)")
_AT_LINE = re.compile(r"\(at line (?P<line>\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A TOML file: its name for messages, its text and what it says, numbers with a point as Decimals."""

    name: str
    text: str
    data: dict[str, Any] = field(repr=False)

    @classmethod
    def parsed(cls, name: str, text: str) -> DataFile:
        """The file of a text.

        Raises:
            DataFileError: it is no TOML; with the line and what to look for.
        """
        try:
            file = cls(name, text, tomllib.loads(text, parse_float=Decimal))
        except tomllib.TOMLDecodeError as error:
            raise _no_toml(name, text, error) from None
        if endless := list(no_numbers(file.data)):
            raise file.error(endless)
        _check_visible(name, text)
        return file

    @classmethod
    def read(cls, file: Traversable, name: str) -> DataFile:
        """The file at a place.

        Raises:
            DataFileError: it is not there, no UTF-8 or no TOML.
        """
        return cls.parsed(name, _text(file, name))

    def record(self, form: type[_Record], path: Path = ()) -> _Record:
        """What stands at a path (nothing: the whole file), as a record.

        Raises:
            DataFileError: with all that is wrong, a line each.
        """
        read: Any = self.data
        for part in path:
            read = read[part]
        try:
            made = msgspec.convert(read, form)
        except msgspec.ValidationError:
            raise self.error(problems(read, form, path)) from None
        if twice := list(repeated(read, path, getattr(form, "REPEATS", frozenset()))):
            raise self.error(twice)
        return made

    def error(self, found: Iterable[Problem]) -> DataFileError:
        """The error that tells of some problems of this file."""
        placed = [(line_of(self.text, problem.path, problem.word), problem) for problem in found]
        return _error([(self.name, line, problem) for line, problem in sorted(placed, key=lambda pair: pair[0])])


def data_file(package: str, folder: str, name: str) -> DataFile:
    """A TOML file of the project: ``data_file("datasets", "data", "phrases.toml")``.

    Raises:
        DataFileError: see :meth:`DataFile.read`.
    """
    return DataFile.read(files(package) / folder / name, f"{package}/{folder}/{name}")


def data_rows(
    package: str,
    folder: str,
    name: str,
    form: type[_Row],
) -> tuple[_Row, ...]:
    """The rows of a CSV file of the project; see :func:`rows`."""
    known_as = f"{package}/{folder}/{name}"
    return rows(known_as, _text(files(package) / folder / name, known_as), form)


def collected(steps: Iterable[Callable[[], _Made]]) -> list[_Made]:
    """What some steps make.

    Raises:
        DataFileError: with what all steps that failed complain of.
    """
    records, errors = [], []
    for step in steps:
        try:
            records.append(step())
        except DataFileError as error:
            errors.append(error)
    if errors:
        raise DataFileError(_lines(map(str, errors)), _lines(error.english for error in errors))
    return records


def rows(name: str, text: str, form: type[_Row]) -> tuple[_Row, ...]:
    """The rows of a CSV file, whose first line names the fields of the form; cells are text, "" for nothing.

    Raises:
        DataFileError: a column is unknown or missing, a row has more or fewer cells, a cell says something impossible,
            or two rows contradict each other; with all lines.
    """
    _check_visible(name, text)
    fields = list(form.__struct_encode_fields__)
    printed = _printed_rows(name, text)
    _, header = next(printed, (1, []))
    if sorted(header) != sorted(fields):
        raise _error([(name, 1, problem) for problem in _wrong_header(header, fields)])
    made: list[_Row] = []
    lines: list[int] = []
    wrong: list[tuple[str, int, Problem]] = []
    for line, row in printed:
        read = dict(zip(header, row, strict=False))
        if len(row) != len(header):
            wrong.append((name, line, _wrong_length(len(row), len(header))))
            continue
        wrong.extend((name, line, problem) for problem in _untidy(read))
        try:
            made.append(msgspec.convert(read, form))
            lines.append(line)
        except msgspec.ValidationError:
            wrong.extend((name, line, problem) for problem in problems(read, form, ()))
    if not made and not wrong:
        wrong.append(
            (
                name,
                1,
                Problem((), "", "表头下面一行也没有；请恢复这个文件", "no row below the header; restore this file"),
            )
        )
    if not wrong:
        wrong.extend((name, lines[number], impossible(error, ())) for number, error in form.between(made))
    if wrong:
        raise _error(wrong)
    return tuple(made)


def _check_visible(name: str, text: str) -> None:
    """Refuse characters that nobody sees, by which a word differs from the one it looks like.

    Raises:
        DataFileError: with the line of each.
    """
    wrong = [
        (
            name,
            number,
            Problem((), "", f"有看不见的字符 {code}；请删去", f"holds the invisible character {code}; remove it"),
        )
        for number, line in enumerate(text.split("\n"), 1)
        if (found := _INVISIBLE.search(line)) and (code := f"U+{ord(found[0]):04X}")
    ]
    if wrong:
        raise _error(wrong)


def _printed_rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line where it begins.

    Raises:
        DataFileError: a quotation mark is where none may be, or never closed.
    """
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    before = 0
    try:
        for row in reader:
            first, before = before + 1, reader.line_num
            if row:
                yield first, row
    except csv.Error as error:
        chinese, english = f"引号不成对或位置不对（{error}）", f"a quotation mark has no partner or its place ({error})"
        raise _error([(name, before + 1, Problem((), "", chinese, english))]) from None


def _untidy(read: Mapping[str, str]) -> Iterator[Problem]:
    """Cells with blanks around what they say."""
    for column, cell in read.items():
        if '"' in cell:
            said, said_en = "引号只能成对放在一格的两端", "which has a quotation mark inside"
            yield Problem((column,), cell, f"{column} 写的是 {cell!r}，{said}", f"{column} is {cell!r}, {said_en}")
        if cell != cell.strip():
            yield Problem(
                (column,),
                cell,
                f"{column} 写的是 {cell!r}，前后有空格或换行；请删去",
                f"{column} is {cell!r}, with blanks around it; remove them",
            )


def _lines(texts: Iterable[str]) -> str:
    """All lines of some texts, each once: a file that is read on behalf of two others is wrong once."""
    return "\n".join(dict.fromkeys(line for text in texts for line in text.splitlines()))


def _wrong_header(header: Sequence[str], fields: Sequence[str]) -> list[Problem]:
    found = []
    for column in header:
        if column not in fields:
            more, more_en = unknown(column, fields)
            found.append(
                Problem((), column, f"没有 {column!r} 这一列；{more}", f"there is no column {column!r}; {more_en}")
            )
    missing = [column for column in fields if column not in header]
    if missing and not found:
        found.append(Problem((), "", f"缺少列 {'、'.join(missing)}", f"columns are missing: {', '.join(missing)}"))
    return found or [Problem((), "", "有的列写了两次", "a column is there twice")]


def _wrong_length(cells: int, columns: int) -> Problem:
    return Problem(
        (),
        "",
        f"有 {cells} 格，应有 {columns} 格；含逗号的文字请写在半角双引号里",
        f"{cells} cells where {columns} belong; put text with commas into quotation marks",
    )


def _error(found: Sequence[tuple[str, int, Problem]]) -> DataFileError:
    shown, more = found[:_MOST_PROBLEMS], len(found) - _MOST_PROBLEMS
    chinese = [f"{name} 第 {line} 行：{problem.problem}" for name, line, problem in shown]
    english = [f"{name}, line {line}: {problem.problem_en}" for name, line, problem in shown]
    if more > 0:
        chinese.append(f"……另有 {more} 处")
        english.append(f"... and {more} more")
    return DataFileError("\n".join(chinese), "\n".join(english))


def _wide_mark(lines: Sequence[str], line: int) -> str:
    """A full-width mark that stands in a line where TOML knows none, "" where all stand in quotation marks."""
    bare = _QUOTED.sub("", lines[line - 1].partition("#")[0]) if line <= len(lines) else ""
    return next((mark for mark in bare if mark in _FULL_WIDTH), "")


def _text(file: Traversable, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataFileError(
            f"{name}：不是 UTF-8 编码；请另存为 UTF-8", f"{name}: not in UTF-8; save it as UTF-8"
        ) from None
    except OSError as error:
        raise DataFileError(
            f"{name}：读不到（{error.strerror}）；请恢复这个文件",
            f"{name}: cannot be read ({error.strerror}); restore this file",
        ) from None


def _no_toml(name: str, text: str, error: tomllib.TOMLDecodeError) -> DataFileError:
    """The error of a text that is no TOML; of a quotation mark or bracket that is never closed the line it opens in."""
    lines = text.split("\n")
    placed = _AT_LINE.search(str(error))
    line = int(placed["line"]) if placed else len(lines)
    if str(error).startswith(_TWICE):
        return _twice(name, line, lines)
    if placed is None or _STATEMENT.match(lines[line - 1]):
        line = opened_at(text, line)
    read = lines[line - 1].strip()
    wide = _wide_mark(lines, line)
    remedy = f"；其中有全角的 {wide}，请改用半角" if wide else "；请检查引号、括号、逗号和等号"
    remedy_en = (
        f"; it holds the full-width {wide}, use the ASCII mark"
        if wide
        else "; check quotation marks, brackets, commas, ="
    )
    return DataFileError(
        f"{name} 第 {line} 行：{read!r} 不是有效的 TOML{remedy}", f"{name}, line {line}: {read!r} is no TOML{remedy_en}"
    )


def _twice(name: str, line: int, lines: Sequence[str]) -> DataFileError:
    read = lines[line - 1].strip()
    return DataFileError(
        f"{name} 第 {line} 行：{read!r} 前面已经写过；请删去一处",
        f"{name}, line {line}: {read!r} is there already; remove one of the two",
    )
