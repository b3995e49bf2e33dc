"""What is wrong with a record of a data file, for people: the place, what was read, what may stand there."""

from __future__ import annotations

import re
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
#: Digits before or behind the point; no amount of money has half as many.
_MOST_PLACES = 30
#: Characters of a text that a line quotes.
_LONGEST_SHOWN = 40
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
        yield from _of_value(read, wanted, path)


def _of_value(read: object, wanted: inspect.Type, path: Path) -> Iterator[Problem]:
    """What is wrong with a text, a number, a yes or no."""
    kinds, chinese, english = _TYPES[type(wanted)]
    if not isinstance(read, kinds) or (isinstance(read, bool) and bool not in kinds) or _no_number(read, wanted):
        yield _other_type(read, chinese, english, path)
    elif isinstance(wanted, inspect.IntType) and isinstance(read, int):
        if wanted.ge is not None and read < wanted.ge:
            yield _other_type(read, f"不小于 {wanted.ge} 的整数", f"a whole number of at least {wanted.ge}", path)
        elif wanted.le is not None and read > wanted.le:
            yield _other_type(read, f"不大于 {wanted.le} 的整数", f"a whole number of at most {wanted.le}", path)
    elif isinstance(wanted, inspect.StrType) and isinstance(read, str) and not _allowed(read, wanted.pattern):
        yield _unfit(read, path)


def _allowed(read: str, pattern: str | None) -> bool:
    return pattern is None or re.search(pattern, read) is not None


def _unfit(read: str, path: Path) -> Problem:
    """Text that is empty, has blanks around it, or is none of the words that may stand there."""
    if not read.strip():
        return Problem(path, "", f"{_named(path)} 是空的", f"{_named_en(path)} is empty")
    if re.search("[一-鿿] +[一-鿿]", read):
        chinese, english = "汉字之间有空格；请删去", "which has blanks between ideographs"
    elif read != read.strip() or "\n" in read:
        chinese, english = "前后有空格或换行；请删去", "which has blanks around it or several lines"
    elif read.isascii() and any(map(str.isalpha, read)):
        chinese, english = "只能是小写字母、数字和连接号，以字母开头", "which is not made of small letters and digits"
    else:
        chinese, english = "没有文字，只有数字或符号", "in which there is no letter"
    return Problem(
        path,
        read,
        f"{_named(path)} 写的是 {_written(read)}，{chinese}",
        f"{_named_en(path)} is {_written(read)}, {english}",
    )


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


def no_numbers(read: object, path: Path = ()) -> Iterator[Problem]:
    """The numbers of a file that are none (nan, inf) or larger than any amount."""
    if isinstance(read, Decimal):
        if not read.is_finite() or abs(read.adjusted()) > _MOST_PLACES:
            said, said_en = (
                f"{_named(path)} 写的是 {read}，不是可用的数",
                f"{_named_en(path)} is {read}, no usable number",
            )
            yield Problem(path, "", said, said_en)
        return
    for key, value in _parts(read):
        yield from no_numbers(value, (*path, key))


def repeated(read: object, path: Path, allowed: frozenset[str]) -> Iterator[Problem]:
    """What stands twice in a list, but for the lists below some keys."""
    if isinstance(read, list) and allowed.isdisjoint(path):
        for number, value in enumerate(read):
            if value in read[:number]:
                shown = _written(value) if isinstance(value, str | int) else "…"
                at = (*path, number)
                yield Problem(
                    at, "", f"{_named(at)} 的 {shown} 前面已经有了", f"{_named_en(at)}: {shown} is there already"
                )
    for key, value in _parts(read):
        yield from repeated(value, (*path, key), allowed)


def _parts(read: object) -> Iterable[tuple[str | int, object]]:
    """What stands in a table or a list, with its key or number."""
    return read.items() if isinstance(read, dict) else enumerate(read) if isinstance(read, list) else ()


def impossible(wrong: WrongWordError, path: Path) -> Problem:
    """What to say of a word that a record refused."""
    more, more_en = unknown(wrong.read, wrong.allowed)
    place = (*path, wrong.setting, *wrong.at)
    read = wrong.read and _written(wrong.read)
    return Problem(
        place,
        wrong.read,
        f"{_named(place)}{_behind(' 写的是 ', read)}，{wrong.problem}{_behind('；', more)}",
        f"{_named_en(place)}{_behind(' is ', read)}, which {wrong.problem_en}{_behind('; ', more_en)}",
    )


def _of_table(read: object, wanted: inspect.DictType, path: Path) -> Iterator[Problem]:
    if not isinstance(read, dict):
        yield _other_type(read, "表（键 = 值）", "a table of keys and values", path)
        return
    if len(read) < (wanted.min_length or 0):
        yield Problem(path, "", f"{_named(path)} 是空的，至少要有一项", f"{_named_en(path)} is empty, it needs an item")
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
            f"{_named(path)} 写的是 {_written(read)}，没有这个词；{more}",
            f"{_named_en(path)} is {_written(read)}, which is no known word; {more_en}",
        )


def _unknown_key(key: str, fields: Iterable[str], path: Path) -> Problem:
    more, more_en = unknown(key, list(fields))
    return Problem((*path, key), key, f"没有 {key!r} 这一项；{more}", f"{key!r} is no setting here; {more_en}")


def _missing(name: str, path: Path) -> Problem:
    return Problem(path, "", f"{_named(path)} 缺少 {name}；请补上", f"{_named_en(path)} lacks {name}; please add it")


def _other_type(read: object, chinese: str, english: str, path: Path) -> Problem:
    shown = "{…}" if isinstance(read, dict) else "[…]" if isinstance(read, list) else _written(read)
    word = read if isinstance(read, str) else ""
    return Problem(
        path, word, f"{_named(path)} 写的是 {shown}，应为{chinese}", f"{_named_en(path)} is {shown}, not {english}"
    )


def _written(read: object) -> str:
    """A value as the file has it."""
    if isinstance(read, str):
        return repr(read if len(read) <= _LONGEST_SHOWN else f"{read[:_LONGEST_SHOWN]}…")
    return str(read).lower() if isinstance(read, bool) else str(read)


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
