"""What the text says of tables: the items it lists against the filled rows, and 空表 statements against the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from checks.context import Context
from checks.model import Instance, Relation, WordEvidence
from datasets.model import Paragraph, Place
from datasets.reading import Reading
from datasets.tables.reading import TableReading
from datasets.vocabulary.concepts import economic_codes, economic_names
from datasets.vocabulary.plain import plain

_LIST = re.compile(r"(人员经费|公用经费)[^。；]*?万?元[，,]?(?:主要)?(?:用于|包括)[：:]?(?P<items>[^。；\n]+)")
_OPEN_LIST = re.compile(r"等(?:支出|费用|经费|方面)?$")
#: The last of the items may be joined by 和 instead of 、.
_JOINED = re.compile(r"[和及与]")
_EMPTY = re.compile(r"(?P<table>[一-鿿“”]{4,40}?表)(?:为|是)空表|本表(?:为空表|无数据)|故本表无数据")
#: Words that explain an empty table without naming it.
_NOTHING_OF = re.compile(
    r"(?:没有|无|未安排|未发生|不涉及|未使用|未收到)[^。；]{0,16}?(政府性基金|国有资本经营|“三公”经费|项目支出|政府采购)"
)
_COLUMNS = {"人员经费": "personnel_costs", "公用经费": "operating_costs"}
_PERSONNEL_CLASSES = ("301", "303")
_FEWEST_ITEMS = 3
_ITEM_DIGITS = 5  # 款 of the economic classification
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "listed-economic-items": Relation,
    "empty-table-statement": Relation,
    "empty-table-unstated": Relation,
}


def instances(context: Context) -> Iterator[Instance]:
    """Lists of economic items and 空表 statements of one document."""
    reading, relations, guard = context.reading, context.rules, context.guard
    yield from guard(_listed_items, reading, relations["listed-economic-items"])
    yield from guard(_empty_tables, reading, relations)


def _listed_items(reading: Reading, relation: Relation) -> Iterator[Instance]:
    filled = _filled_items(reading)
    for block in reading.document.blocks:
        if not isinstance(block, Paragraph):
            continue
        for match in _LIST.finditer(block.text):
            rows = filled.get(_COLUMNS[match[1]])
            listed = _items(reading, block, match)
            if not rows or len(listed) < _FEWEST_ITEMS:
                continue
            known = {code: place for name, place in listed if (code := economic_codes().get(plain(name)))}
            loose = [name for name, _ in listed if plain(name) not in economic_codes()]
            # A list with 等, or with names of its own (社保, 公积金), does not claim to name every row.
            complete = not loose and not _OPEN_LIST.search(match["items"].strip())
            surplus = [code for code in known if not any(code in column for column in filled.values())]
            absent = [code for code in rows if code not in known] if complete else []
            if complete or surplus:
                yield _list_instance(reading, relation, match, known, surplus, absent)


def _list_instance(
    reading: Reading,
    relation: Relation,
    match: re.Match[str],
    known: Mapping[str, Place],
    surplus: list[str],
    absent: list[str],
) -> Instance:
    """Holds when no item is without an amount in the table and none of its items is left out."""
    names = economic_names()
    said = []
    if surplus:
        said.append(f"文中列出而表中无数：{'、'.join(names[code] for code in surplus)}")
    if absent:
        said.append(f"表中有数而文中未列：{'、'.join(names.get(code, code) for code in absent)}")
    words = [
        WordEvidence(reading.path, known[code], names[code], role="suspect", quote=match[0]) for code in surplus[:2]
    ]
    if not words:
        first = next(iter(known.values()), None)
        if first is not None:
            words = [WordEvidence(reading.path, first, match["items"], role="suspect", quote=match[0])]
    return Instance(
        relation,
        "logic",
        (),
        (),
        where=match[1],
        holds=not said,
        note=f"{match[1]}：{'；'.join(said)}" if said else "",
        note_en=f"listed but blank in the table: {len(surplus)}; filled in the table but not listed: {len(absent)}",
        words=tuple(words),
    )


def _items(reading: Reading, block: Paragraph, match: re.Match[str]) -> list[tuple[str, Place]]:
    """The listed names with their places; a 、 inside brackets does not separate."""
    found = []
    start = match.start("items")
    for item in re.finditer(r"[^、，,（(]+(?:[（(][^）)]*[）)][^、，,（(]*)*", match["items"]):
        for begin, end in _names_in(item[0]):
            name = item[0][begin:end].strip()
            first = start + item.start() + item[0].index(name, begin)
            if name:
                found.append((name, reading.document.within(block.place, first, first + len(name))))
    return found


def _names_in(item: str) -> list[tuple[int, int]]:
    """Where the names of an item stand: without 等 at its end, and both of A和B where the list knows A."""
    end = len(_OPEN_LIST.sub("", item.rstrip()))
    joined = next((m for m in _JOINED.finditer(item, 0, end) if plain(item[: m.start()]) in economic_codes()), None)
    if plain(item[:end]) in economic_codes() or joined is None:
        return [(0, end)]
    return [(0, joined.start()), (joined.end(), end)]


def _filled_items(reading: Reading) -> dict[str, list[str]]:
    """Economic codes (款) with a non-zero amount under 人员经费 and 公用经费.

    By the columns of that name; a table without them is split by class: 301 and 303 are paid to persons.
    """
    by_column: dict[str, list[str]] = {}
    by_class: dict[str, list[str]] = {}
    for figure in reading.cells.values():
        code = figure.scope.economic_code or ""
        if len(code) != _ITEM_DIGITS or not figure.value:
            continue
        if figure.concept in _COLUMNS.values():
            by_column.setdefault(figure.concept, []).append(code)
        elif figure.concept == "basic_expenditure":
            column = "人员经费" if code.startswith(_PERSONNEL_CLASSES) else "公用经费"
            by_class.setdefault(_COLUMNS[column], []).append(code)
    return by_column or by_class


def _empty_tables(reading: Reading, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """A table said to be empty must be empty; an empty table must be said to be so."""
    said: dict[str, WordEvidence] = {}
    titles = {table.table.place.start: table.title for table in reading.tables}
    nothing_of: set[str] = set()
    above = ""  # 本表无数据 is said of the table right above
    for block in reading.document.blocks:
        if isinstance(block, Paragraph):
            nothing_of.update(_NOTHING_OF.findall(plain(block.text)))
            for match in _EMPTY.finditer(block.text):
                place = reading.document.within(block.place, *match.span())
                title = plain(match["table"]) if match["table"] else above
                if title:
                    said[title] = WordEvidence(reading.path, place, match[0], role="suspect", quote=block.text)
        else:
            above = titles.get(block.place.start, "")
    amounts: dict[str, int] = {}
    for table, _, _ in reading.cells:
        amounts[table] = amounts.get(table, 0) + 1
    for read in reading.tables:
        said_of_it = _said_of(read.title, said, set(titles.values()))
        if said_of_it is not None:
            yield _said_empty(relations["empty-table-statement"], read, said_of_it, amounts.get(read.id, 0))
        elif not amounts.get(read.id) and not any(words in read.title for words in nothing_of):
            yield _unsaid(reading, relations["empty-table-unstated"], read)


def _said_of(title: str, said: Mapping[str, WordEvidence], titles: set[str]) -> WordEvidence | None:
    """What is said of the table with this title; a name that is the whole title of another table is said of that."""
    if title in said:
        return said[title]
    named = (
        words
        for name, words in said.items()
        if name not in titles
        and (name.endswith(title) or title.endswith(name))
        and not any(len(other) > len(title) and name.endswith(other) for other in titles)
    )
    return next(named, None)


def _said_empty(relation: Relation, table: TableReading, words: WordEvidence, count: int) -> Instance:
    return Instance(
        relation,
        "logic",
        (),
        (),
        where=table.title,
        holds=count == 0,
        note=f"文字说《{table.title}》为空表，表中有 {count} 个数" if count else "",
        note_en=f"the text calls the table empty, it holds {count} figures",
        words=(words,),
    )


def _unsaid(reading: Reading, relation: Relation, table: TableReading) -> Instance:
    words = WordEvidence(reading.path, table.table.place, table.title, role="suspect", table=table.title)
    return Instance(
        relation,
        "logic",
        (),
        (),
        holds=False,
        note=f"《{table.title}》没有数，也没有空表说明",
        note_en="the table is empty and nothing says so",
        words=(words,),
    )
