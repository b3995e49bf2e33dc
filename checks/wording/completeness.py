"""Whether a document holds what it must: contents against headings and tables, and the tables required of its kind.

Tables that are handed in as files of their own are not missing: with too few tables in the document the question stays
open and is told as unchecked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from checks.model import Instance, Relation
from checks.wording.lines import Line, broken, entry_name, holds, words_at
from checks.wording.scope import abbreviates
from datasets.data_files.forms import Positive, SomeWords, WrongWordError, known
from datasets.model import Kind, Table
from datasets.reading import Reading
from datasets.tables.layouts import layout_of, layouts
from datasets.vocabulary.plain import plain

_PART = re.compile(r"^第[一二三四五六七八九十]+部分")
_COMMON = re.compile(r"20\d\d年度?|部门|预算单位|单位|关于|情况|说明|总体|专业|主要|其他|事项|[的（）《》“”]")
_NUMBER = re.compile(r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、)")
_ALIKE = 0.6
_LONGEST_HEADING = 80
#: Of a contents page of which more than this share is not found, the reading is at fault rather than the document.
_MOST_ABSENT = 0.25
_FEWEST_TABLES = 3
_ATTACHED = "公开表不在本文件中（可能另附），是否齐全未核"
_ATTACHED_EN = "the tables are not in this document and may be attached elsewhere; not checked"


class RequiredTablesRule(Relation, frozen=True, kw_only=True):
    """The layouts that each kind of document must hold, alternatives joined by "|"; see ``completeness.toml``."""

    fewest_present: Positive
    final_accounts: SomeWords
    budget: SomeWords

    def __post_init__(self) -> None:
        super().__post_init__()
        ids = {layout.id for layout in layouts()}
        for setting, wanted in (("final_accounts", self.final_accounts), ("budget", self.budget)):
            names = (name for alternatives in wanted for name in alternatives.split("|"))
            known(setting, names, ids, what="表式（datasets/data/layouts*.toml）", what_en="layout of layouts*.toml")
            if self.fewest_present > len(wanted):
                raise WrongWordError(
                    "fewest_present",
                    str(self.fewest_present),
                    f"多于 {setting} 的 {len(wanted)} 张表",
                    f"is more than the {len(wanted)} tables of {setting}",
                )


#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "listed-table": Relation,
    "listed-section": Relation,
    "unlisted-part": Relation,
    "required-tables": RequiredTablesRule,
}


def completeness_instances(
    reading: Reading, lines: Sequence[Line], relations: Mapping[str, Relation]
) -> Iterator[Instance]:
    """Contents, headings and tables of one document."""
    entries = [line for line in lines if line.in_contents and entry_name(line.text) not in ("", "目录")]
    yield from _listed_tables(reading, lines, entries, relations["listed-table"])
    yield from _listed_sections(reading, lines, entries, relations["listed-section"])
    yield from _unlisted_parts(reading, lines, entries, relations["unlisted-part"])
    yield from _required(reading, lines, relations["required-tables"])


def _listed_tables(
    reading: Reading, lines: Sequence[Line], entries: Sequence[Line], relation: Relation
) -> Iterator[Instance]:
    present = {table.layout.id for table in reading.tables}
    printed = _printed_names(reading, lines)
    absent: list[Line] = []
    found: list[Line] = []
    for entry in entries:
        name = entry_name(entry.text)
        layout = layout_of(name, reading.identity.kind) if name.endswith("表") else None
        if layout is not None:
            there = layout.id in present or _bare(name) in printed
            (found if there else absent).append(entry)
    if len(found) < _FEWEST_TABLES:
        return
    for entry in absent:
        name = entry_name(entry.text)
        yield broken(
            relation,
            [words_at(reading, entry, _span(entry, name))],
            (
                f"目录列有《{name}》，文中没有这张表，请补上或从目录删去",
                f"the contents list {name}, the document has no such table; add it or take it off the contents",
            ),
            where=name,
        )
    if not absent:
        yield holds(relation, [words_at(reading, found[0], (0, len(found[0].text)), "evidence")])


def _printed_names(reading: Reading, lines: Sequence[Line]) -> str:
    """Every short line and cell below the contents, joined: an image of a table still has its caption."""
    texts = [_bare(line.text) for line in lines if not line.in_contents and len(line.text) < _LONGEST_HEADING]
    for block in reading.document.blocks:
        if isinstance(block, Table):
            texts.extend(_bare(cell.text) for cell in block.cells[:12])
    return "\n".join(texts)


def _bare(name: str) -> str:
    return _COMMON.sub("", entry_name(plain(name)))


def _listed_sections(
    reading: Reading, lines: Sequence[Line], entries: Sequence[Line], relation: Relation
) -> Iterator[Instance]:
    """An entry is there when a line below the contents has its name, or one much like it.

    It is surely absent only where the text numbers its headings as the contents do, and its number is missing there or
    stands before another entry.
    """
    own = plain(reading.identity.name)
    below = [(line, _bare(line.text[:_LONGEST_HEADING].replace(own, ""))) for line in lines if not line.in_contents]
    asked = [(entry, _bare(entry.text.replace(own, ""))) for entry in entries if not _names_table(entry)]
    names = [name for _, name in below]
    absent = [(entry, name) for entry, name in asked if not _is_among(name, names)]
    if len(absent) > max(1, len(asked) * _MOST_ABSENT):
        return
    for entry, bare in absent:
        others = [name for other, name in asked if other is not entry and name != bare]
        if not _number_is_free(entry, asked, below, others):
            continue
        name = entry_name(entry.text)
        yield broken(
            relation,
            [words_at(reading, entry, _span(entry, name))],
            (
                f"目录列有“{name}”，正文没有这一部分，请补上或从目录删去",
                f"the contents list {name}, the text has no such section; add it or take it off the contents",
            ),
            where=name,
        )
    if asked and not absent:
        first = asked[0][0]
        yield holds(relation, [words_at(reading, first, (0, len(first.text)), "evidence")])


def _names_table(entry: Line) -> bool:
    return entry_name(entry.text).endswith("表")


def _number_is_free(
    entry: Line, asked: Sequence[tuple[Line, str]], below: Sequence[tuple[Line, str]], others: Sequence[str]
) -> bool:
    number = _NUMBER.match(entry.text)
    if number is None:
        return False
    printed = {match[0] for line, _ in below if (match := _NUMBER.match(line.text))}
    siblings = {match[0] for other, _ in asked if other is not entry and (match := _NUMBER.match(other.text))}
    if len(siblings & printed) < max(_FEWEST_TABLES, len(siblings) - 1):
        return False
    bearing = [name for line, name in below if line.text.startswith(number[0])]
    return all(_is_among(name, others) for name in bearing)


def _is_among(name: str, names: Sequence[str]) -> bool:
    if not name:
        return True
    for other in names:
        if other and (name in other or other in name or abbreviates(name, other)):
            return True
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(name)
    for other in names:
        matcher.set_seq1(other[: 2 * len(name) + 4])
        if matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
            return True
    return False


def _span(line: Line, name: str) -> tuple[int, int]:
    start = max(0, line.text.find(name))
    return start, start + len(name)


def _unlisted_parts(
    reading: Reading, lines: Sequence[Line], entries: Sequence[Line], relation: Relation
) -> Iterator[Instance]:
    """第五部分 below the contents that the contents do not list; only where the contents list parts at all."""
    listed = {match[0] for entry in entries if (match := _PART.match(entry.text))}
    if not listed:
        return
    parts = [(line, match[0]) for line in lines if line.is_heading and (match := _PART.match(line.text))]
    for line, part in parts:
        if part not in listed:
            yield broken(
                relation,
                [words_at(reading, line, (0, len(line.text)))],
                (
                    f"正文有“{line.text}”，目录没有列出，请补入目录",
                    f"the text has {line.text}, the contents do not list it; add it to the contents",
                ),
                where=part,
            )
    fitting = [line for line, part in parts if part in listed]
    if fitting and len(fitting) == len(parts):
        yield holds(relation, [words_at(reading, fitting[0], (0, len(fitting[0].text)))])


def _required(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    """The tables required of the kind; open where the document holds so few that they must be attached elsewhere."""
    rule = RequiredTablesRule.of(relation)
    of_kind = rule.budget if reading.identity.kind is Kind.BUDGET else rule.final_accounts
    wanted = [names.split("|") for names in of_kind]
    present = {table.layout.id for table in reading.tables}
    absent = [names for names in wanted if not present & set(names)]
    if not lines:
        return
    words = [words_at(reading, lines[0], (0, len(lines[0].text)))]
    if len(wanted) - len(absent) < rule.fewest_present:
        yield Instance(relation, "logic", (), (), words=tuple(words), holds=None, note=_ATTACHED, note_en=_ATTACHED_EN)
        return
    titles = {layout.id: layout.titles[0] for layout in layouts()}
    printed = _printed_names(reading, lines)
    for names in absent:
        title = titles[names[0]]
        if _bare(title) in printed:
            continue
        yield broken(
            relation,
            words,
            (
                f"文中没有《{title}》（或同类名称的表）；如另附，请一并提供",
                f"the document has no table {title}; if it is an attachment, supply it too",
            ),
            where=title,
        )
    if not absent:
        yield holds(relation, words)
