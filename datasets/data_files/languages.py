"""Words in several languages: what one language says, all say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path as Folder
from string import Formatter

from datasets.data_files.forms import Form, Sign, Text, WrongWordError, compiled
from datasets.data_files.lines import Path
from datasets.data_files.loading import DataFile
from datasets.data_files.problems import Problem, unknown

#: How code asks for a word, and how a template does too.
_BY_KEY = re.compile(r"\bwords\[[\"']([a-z_]+)[\"']\]")
_BY_NAME = re.compile(r"\bwords\.([a-z_]+)\b(?!\()")


class Translation(Form, frozen=True, kw_only=True):
    """Words that are said in Chinese, as a pattern, and what stands for them in English."""

    chinese: Sign
    english: Text

    def __post_init__(self) -> None:
        found = compiled("chinese", self.chinese)
        if found.search(""):
            raise WrongWordError("chinese", self.chinese, "什么也没有的地方也符合", "fits where nothing stands")
        try:
            found.sub(self.english, "")
        except (re.error, IndexError) as error:
            said, said_en = f"与 chinese 的组不合（{error}）", f"does not go with the groups of chinese ({error})"
            raise WrongWordError("english", self.english, said, said_en) from None


def same_keys(
    file: DataFile,
    languages: Sequence[str],
    alone: Collection[str] = frozenset(),
    needed: Collection[str] = frozenset(),
) -> None:
    """Check that a file has a table for each language, and all tables the same keys.

    Args:
        file: the file.
        languages: the names of the tables.
        alone: keys that one language may have alone.
        needed: keys that all must have.

    Raises:
        DataFileError: with the line of each key that the other languages do not have, and the nearest that they have.
    """
    no_tables = [
        Problem((language,), "", f"应写作 [{language}]，下面是 键 = 值", f"is written as [{language}] with keys below")
        for language, table in file.data.items()
        if not isinstance(table, dict)
    ]
    if no_tables:
        raise file.error(no_tables)
    data = {
        language: {key: value for key, value in table.items() if key not in alone}
        for language, table in file.data.items()
    }
    found = [*_differences(data, languages), *_lacking(file.data, languages, needed)]
    if found:
        raise file.error(found)


def used_keys(folder: Folder, names: Collection[str] = frozenset()) -> frozenset[str]:
    """The keys by which templates and code below a folder ask for words; ``names`` are attributes and no keys."""
    keys: set[str] = set()
    for file in folder.rglob("*.[jp]*"):
        if file.suffix in (".jinja", ".py"):
            text = file.read_text(encoding="utf-8")
            keys.update(_BY_KEY.findall(text), _BY_NAME.findall(text) if file.suffix == ".jinja" else ())
    return frozenset(keys - set(names))


def _lacking(
    data: Mapping[str, Mapping[str, object]], languages: Sequence[str], needed: Collection[str]
) -> Iterator[Problem]:
    for language in languages:
        for key in sorted(set(needed) - set(data.get(language, needed))):
            more, more_en = unknown(key, [*data[language]])
            yield Problem(
                (language,),
                "",
                f"[{language}] 缺少网页要用的 {key!r}；{more}",
                f"[{language}] lacks {key!r}, which pages use; {more_en}",
            )


def _differences(data: Mapping[str, Mapping[str, object]], languages: Sequence[str]) -> Iterator[Problem]:
    for language in data:
        if language not in languages:
            more, more_en = unknown(language, languages)
            yield Problem(
                (language,), language, f"没有语言 {language!r}；{more}", f"no language {language!r}; {more_en}"
            )
    for language in languages:
        if language not in data:
            yield Problem((), "", f"缺少语言 [{language}]", f"the language [{language}] is missing")
    if set(data) != set(languages):
        return
    tables = {language: data[language] for language in languages}
    for language, table in tables.items():
        others = [other for name, other in tables.items() if name != language]
        yield from _keys_of_one((language,), table, others)


def _keys_of_one(path: Path, table: Mapping[str, object], others: Sequence[Mapping[str, object]]) -> Iterator[Problem]:
    for key, value in table.items():
        lacking = [other for other in others if key not in other]
        if lacking:
            more, more_en = unknown(key, [name for other in lacking for name in other if name not in table])
            yield Problem(
                (*path, key),
                key,
                f"{key!r} 在另一种语言中没有；{more}",
                f"{key!r} is not in the other language; {more_en}",
            )
        elif any(type(value) is not type(other[key]) for other in others):
            yield Problem(
                (*path, key),
                key,
                f"{key!r} 与另一种语言中的不是一类值",
                f"{key!r} is of another type in the other language",
            )
        elif isinstance(value, str):
            yield from _other_fields((*path, key), value, [str(other[key]) for other in others])
        elif isinstance(value, dict):
            yield from _keys_of_one(
                (*path, key), value, [inner for other in others if isinstance(inner := other[key], dict)]
            )


def fields_of(sentence: str) -> list[str]:
    """What is filled into a sentence, in order of the alphabet: {name}, or {} = "".

    Raises:
        ValueError: a brace has no partner, or says how to print what is filled in, which no sentence may.
    """
    parts = list(Formatter().parse(sentence))
    if any(spec or conversion for _, name, spec, conversion in parts if name is not None):
        raise ValueError(sentence)
    return sorted(name for _, name, _, _ in parts if name is not None)


def _other_fields(path: Path, sentence: str, others: Sequence[str]) -> Iterator[Problem]:
    """A sentence into which something else is filled than into the same one in another language."""
    if not sentence.strip():
        yield Problem(path, "", f"{path[-1]!r} 是空的", f"{path[-1]!r} is empty")
        return
    try:
        mine, theirs = Counter(fields_of(sentence)), Counter(fields_of(others[0]))
    except ValueError:
        yield Problem(path, sentence, "花括号不成对，或带有格式说明", "a brace has no partner or holds a format")
        return
    differing = sorted(((mine - theirs) + (theirs - mine)).elements())
    if differing:
        shown = "、".join(f"{{{field}}}" for field in differing)
        yield Problem(
            path,
            sentence,
            f"填入的 {shown} 与另一种语言的同一句不同",
            f"{shown} is filled in here or in the same sentence of the other language, not in both",
        )
