"""What is wrong with a record of a data file, for people: the place, what was read, what may stand there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, cast

import msgspec
from msgspec import inspect

from datasets.data_files.forms import WrongWordError
from datasets.data_files.lines import Path

#: More words than a line can name.
_MOST_WORDS = 24
_TYPES: Mapping[type[inspect.Type], tuple[tuple[type, ...], str, str]] = {
    inspect.StrType: ((str,), "文字（写在引号里）", "text in quotation marks"),
    inspect.BoolType: ((bool,), "true 或 false", "true or false"),
    inspect.IntType: ((int,), "整数", "a whole number"),
    inspect.DecimalType: ((int, str, Decimal), "数", "a number"),
}
_LISTS = (inspect.ListType, inspect.VarTupleType, inspect.SetType, inspect.FrozenSetType)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it is, the word by which its line is known, and what to say, in two languages."""

    path: Path
    word: str
    problem: str
    problem_en: str


def unknown(read: str, allowed: Collection[str]) -> tuple[str, str]:
    """The nearest known word and all that are allowed, in two languages; "" where nothing helps."""
    nearest = get_close_matches(read, allowed, n=1, cutoff=0.5)
    listed = sorted(allowed) if len(allowed) <= _MOST_WORDS else []
    chinese = [*(f"最接近的是 {word!r}" for word in nearest), *([f"可用：{'、'.join(listed)}"] if listed else [])]
    english = [*(f"did you mean {word!r}?" for word in nearest), *([f"allowed: {', '.join(listed)}"] if listed else [])]
    return "；".join(chinese), "; ".join(english)


def problems(read: object, form: type, path: Path) -> Iterator[Problem]:
    """Everything that keeps a value from being a record of a form."""
    yield from _of(read, _type_of(form), path)


@cache
def _type_of(form: type) -> inspect.Type:
    return inspect.type_info(form)


def _of(read: object, wanted: inspect.Type, path: Path) -> Iterator[Problem]:
    if isinstance(wanted, inspect.StructType):
        yield from _of_record(read, wanted, path)
    elif isinstance(wanted, inspect.DictType):
        yield from _of_table(read, wanted, path)
    elif isinstance(wanted, _LISTS):
        yield from _of_list(read, [wanted.item_type] * _length(read), path, wanted.min_length or 0)
    elif isinstance(wanted, inspect.TupleType):
        yield from _of_list(read, wanted.item_types, path)
    elif isinstance(wanted, inspect.UnionType):
        if (words := _words_of_any(wanted)) and isinstance(read, str):
            yield from _of_words(read, words, path)
        else:
            yield from _of(read, _likeliest(read, wanted), path)
    elif isinstance(wanted, inspect.EnumType | inspect.LiteralType):
        yield from _of_words(read, _words(wanted), path)
    elif type(wanted) in _TYPES:
        kinds, chinese, english = _TYPES[type(wanted)]
        if not isinstance(read, kinds) or (isinstance(read, bool) and bool not in kinds) or _no_number(read, wanted):
            yield _other_type(read, chinese, english, path)
        elif isinstance(wanted, inspect.IntType) and isinstance(read, int) and read < (wanted.ge or read):
            yield _other_type(read, f"不小于 {wanted.ge} 的整数", f"a whole number of at least {wanted.ge}", path)
        elif isinstance(wanted, inspect.StrType) and wanted.min_length and not read:
            yield Problem(path, "", f"{_named(path)} 是空的", f"{_named_en(path)} is empty")


def _no_number(read: object, wanted: inspect.Type) -> bool:
    """True for text that should be a number and is none."""
    if not isinstance(wanted, inspect.DecimalType) or not isinstance(read, str):
        return False
    try:
        return not Decimal(read).is_finite()
    except InvalidOperation:
        return True


def _likeliest(read: object, wanted: inspect.UnionType) -> inspect.Type:
    """Of several types that a value may have, the one that it is shaped like."""
    kinds = [kind for kind in wanted.types if not isinstance(kind, inspect.NoneType)]
    lists = [kind for kind in kinds if isinstance(kind, (*_LISTS, inspect.TupleType))]
    others = [kind for kind in kinds if kind not in lists]
    return ((lists if isinstance(read, list) else others) or kinds)[0]


def _of_record(read: object, wanted: inspect.StructType, path: Path) -> Iterator[Problem]:
    if not isinstance(read, dict):
        yield _other_type(read, "表（键 = 值）", "a table of keys and values", path)
        return
    fields = {field.encode_name: field for field in wanted.fields}
    found = [_unknown_key(key, fields, path) for key in read if key not in fields]
    found += [_missing(name, path) for name, field in fields.items() if field.required and name not in read]
    for key, value in read.items():
        if key in fields:
            found.extend(_of(value, fields[key].type, (*path, key)))
    yield from found or _impossible(read, wanted.cls, path)


def _impossible(read: dict[str, object], form: type, path: Path) -> Iterator[Problem]:
    """What the record itself says of words that have the right type."""
    try:
        msgspec.convert(read, form)
    except msgspec.ValidationError as error:
        wrong = error.__cause__
        if isinstance(wrong, WrongWordError):
            yield impossible(wrong, path)
        else:
            yield Problem(path, "", f"{_named(path)} 不合格式（{error}）", f"{_named_en(path)}: {error}")


def impossible(wrong: WrongWordError, path: Path) -> Problem:
    """What to say of a word that a record refused."""
    more, more_en = unknown(wrong.read, wrong.allowed)
    named = _named((*path, wrong.setting))
    return Problem(
        (*path, wrong.setting),
        wrong.read,
        f"{named} 写的是 {wrong.read!r}，{wrong.problem}{_behind('；', more)}",
        f"{_named_en((*path, wrong.setting))} is {wrong.read!r}, which {wrong.problem_en}{_behind('; ', more_en)}",
    )


def _of_table(read: object, wanted: inspect.DictType, path: Path) -> Iterator[Problem]:
    if not isinstance(read, dict):
        yield _other_type(read, "表（键 = 值）", "a table of keys and values", path)
        return
    for key, value in read.items():
        for problem in _of(key, wanted.key_type, path):
            yield Problem((*path, key), key, problem.problem, problem.problem_en)
        yield from _of(value, wanted.value_type, (*path, key))


def _of_list(read: object, wanted: Sequence[inspect.Type], path: Path, fewest: int = 0) -> Iterator[Problem]:
    if not isinstance(read, list):
        yield _other_type(read, "列表 [ … ]", "a list [ … ]", path)
    elif len(read) < fewest:
        yield Problem(path, "", f"{_named(path)} 是空的，至少要有一项", f"{_named_en(path)} is empty, it needs an item")
    elif len(read) != len(wanted):
        yield Problem(
            path,
            "",
            f"{_named(path)} 有 {len(read)} 项，应有 {len(wanted)} 项",
            f"{_named_en(path)} has {len(read)} items, not {len(wanted)}",
        )
    else:
        for number, (value, kind) in enumerate(zip(read, wanted, strict=True)):
            yield from _of(value, kind, (*path, number))


def _of_words(read: object, allowed: Collection[str], path: Path) -> Iterator[Problem]:
    if not isinstance(read, str):
        yield _other_type(read, f"{'、'.join(sorted(allowed))} 之一", f"one of {', '.join(sorted(allowed))}", path)
    elif read not in allowed:
        more, more_en = unknown(read, allowed)
        yield Problem(
            path,
            read,
            f"{_named(path)} 写的是 {read!r}，没有这个词；{more}",
            f"{_named_en(path)} is {read!r}, which is no known word; {more_en}",
        )


def _unknown_key(key: str, fields: Iterable[str], path: Path) -> Problem:
    more, more_en = unknown(key, list(fields))
    return Problem((*path, key), key, f"没有 {key!r} 这一项；{more}", f"{key!r} is no setting here; {more_en}")


def _missing(name: str, path: Path) -> Problem:
    return Problem(path, "", f"{_named(path)} 缺少 {name}；请补上", f"{_named_en(path)} lacks {name}; please add it")


def _other_type(read: object, chinese: str, english: str, path: Path) -> Problem:
    shown = "{…}" if isinstance(read, dict) else "[…]" if isinstance(read, list) else str(read)
    word = read if isinstance(read, str) else ""
    return Problem(
        path, word, f"{_named(path)} 写的是 {shown}，应为{chinese}", f"{_named_en(path)} is {shown}, not {english}"
    )


def _words(wanted: inspect.EnumType | inspect.LiteralType) -> list[str]:
    if isinstance(wanted, inspect.EnumType):
        return [cast("Enum", word).value for word in cast("Any", wanted.cls)]
    return [str(word) for word in wanted.values]


def _words_of_any(wanted: inspect.UnionType) -> list[str]:
    """The words of a union of closed sets; [] where one of its types has any text."""
    kinds = [kind for kind in wanted.types if not isinstance(kind, inspect.NoneType)]
    sets = [kind for kind in kinds if isinstance(kind, inspect.EnumType | inspect.LiteralType)]
    open_ended = any(isinstance(kind, inspect.StrType) for kind in kinds)
    return [] if open_ended else [word for kind in sets for word in _words(kind)]


def _length(read: object) -> int:
    return len(read) if isinstance(read, list) else 0


def _named(path: Path) -> str:
    """A path in words: relation 第 3 项 → own → 省."""
    return _joined(path, "第 {} 项") or "文件"


def _named_en(path: Path) -> str:
    return _joined(path, "no. {}") or "the file"


def _joined(path: Path, numbered: str) -> str:
    named: list[str] = []
    for part in path:
        if isinstance(part, int) and named:
            named[-1] = f"{named[-1]} {numbered.format(part + 1)}"
        else:
            named.append(str(part))
    return " → ".join(named)


def _behind(mark: str, text: str) -> str:
    return mark + text if text else ""
