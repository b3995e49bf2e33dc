"""Codes of the classifications beside their names: in tables and in text, against each other and against the list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.classification.paths import old_name_instances, path_instances
from checks.context import Context
from checks.model import Instance, Relation, Severity, WordEvidence
from datasets.model import Cell, Paragraph
from datasets.reading import Reading
from datasets.tables.heads import LABEL_CODE
from datasets.tables.reading import RowReading, TableReading
from datasets.vocabulary.classification import (
    classification,
    classification_of,
    is_code,
    name_key,
    names_alike,
    one_character_apart,
    parents,
    transposed,
    with_lost_zero,
)
from datasets.vocabulary.concepts import CLASS_LENGTH
from datasets.vocabulary.plain import plain, unnumbered

_PIECE = re.compile(r"\d{1,7}")
#: A code of 款 or 项 before its name in a sentence; the code of a 类 only with a dash between (206-科学技术支出).
_CODE_IN_TEXT = re.compile(
    r"(?<![\d.,，．])(?P<code>[2-3]\d{4}(?:\d\d)?|[2-3]\d\d(?=[-－—]))[ \u3000]*[-－—]?[ \u3000]*"
    r"(?P<name>[“”‘’、（）()一-鿿]{2,40})"
)
_MOST_PLACES = 4
#: As many tables must print a name for a code that no list has before the name counts as learned.
_FEWEST_TABLES = 2
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "one-name-per-code": Relation,
    "subject-code-digits": Relation,
    "subject-path": Relation,
    "renamed-subject": Relation,
    "listed-subject-name": Relation,
}


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code with the name printed beside it; ``filled`` where an amount other than 0 stands in its row.

    ``table`` is the id of the table, "" in text.
    """

    code: str
    name: str
    words: WordEvidence
    table: str
    filled: bool


def instances(context: Context) -> Iterator[Instance]:
    """What one document prints of codes and names of subjects."""
    reading, relations = context.reading, context.rules
    subjects = [subject for table in reading.tables for subject in _in_table(reading, table)]
    trusted = _of_lists(subjects, reading.identity.fiscal_year)
    printed = [*trusted, *_in_text(reading, subjects)]
    yield from _against_list(reading, printed, relations)
    yield from _against_each_other(reading, printed, relations["one-name-per-code"])
    for table in reading.tables:
        yield from _digits(reading, table, relations["subject-code-digits"])
    yield from path_instances(reading, relations["subject-path"])
    yield from old_name_instances(reading, relations["renamed-subject"])


# -- reading -----------------------------------------------------------------------------------------------------------


def _in_table(reading: Reading, table: TableReading) -> Iterator[PrintedCode]:
    """The rows that print a code and a name; a code that was inferred from the name says nothing."""
    for panel in table.panels:
        for row in panel.rows:
            code = row.function_code or row.economic_code
            cell = _name_cell(table, row)
            if not is_code(code) or cell is None or not _prints_its_code(table, row):
                continue
            figures = (reading.cells.get((table.id, row.row, column.column)) for column in panel.columns)
            filled = any(figure is not None and figure.value for figure in figures)
            yield PrintedCode(code, plain(row.label), _cell_words(reading, table, cell, row.label), table.id, filled)


def _label_cells(table: TableReading, row: RowReading) -> list[Cell]:
    cells = (table.grid.get((row.row, column)) for column in sorted(table.labels))
    return [cell for cell in cells if cell is not None and plain(cell.text)]


def _name_cell(table: TableReading, row: RowReading) -> Cell | None:
    cells = _label_cells(table, row)
    return next((cell for cell in cells if row.label and unnumbered(cell.text).endswith(row.label)), None)


def _prints_its_code(table: TableReading, row: RowReading) -> bool:
    """True when digits of a code stand in the row, in cells of their own or before the name."""
    texts = [plain(cell.text) for cell in _label_cells(table, row)]
    return any(_PIECE.fullmatch(text) or LABEL_CODE.match(text) for text in texts)


def _cell_words(reading: Reading, table: TableReading, cell: Cell, name: str) -> WordEvidence:
    printed = cell.text.strip()
    start = cell.text.index(printed)
    if printed.endswith(name):
        start, printed = start + len(printed) - len(name), name
    place = reading.document.within(cell.place, start, start + len(printed))
    return WordEvidence(
        reading.path,
        place,
        printed,
        role="suspect",
        quote=cell.text.strip(),
        table=table.title,
        row=cell.row,
        column=cell.column,
    )


def _of_lists(subjects: Sequence[PrintedCode], year: int) -> list[PrintedCode]:
    """The subjects of tables whose names mostly fit the list: others list projects or units beside codes."""
    fits: dict[str, list[bool]] = {}
    for subject in subjects:
        if classification_of(subject.code).listed(subject.code):
            fits.setdefault(subject.table, []).append(_is_name(subject.name, subject.code, year))
    good = {table for table, found in fits.items() if sum(found) * 2 > len(found)}
    return [subject for subject in subjects if subject.table in good]


def _in_text(reading: Reading, subjects: Sequence[PrintedCode]) -> Iterator[PrintedCode]:
    """Codes with names in sentences; the name is the longest one that is known, right behind the code."""
    known = {subject.name for subject in subjects}
    for block in reading.document.blocks:
        if not isinstance(block, Paragraph):
            continue
        for match in _CODE_IN_TEXT.finditer(block.text):
            name = _known_start(plain(match["name"]), match["code"], known)
            if name is None:
                continue
            start = match.start("name")
            place = reading.document.within(block.place, start, start + len(name))
            words = WordEvidence(reading.path, place, match["name"][: len(name)], role="suspect", quote=match[0])
            yield PrintedCode(match["code"], name, words, "", filled=True)


def _known_start(text: str, code: str, known: set[str]) -> str | None:
    """The longest known name that ``text`` begins with; None where the words behind the code are no name."""
    lengths = range(len(text), 1, -1)
    listed = classification_of(code)
    found = next((text[:n] for n in lengths if text[:n] in known or listed.codes(text[:n])), None)
    garbled = (text[: len(name)] for name in known if transposed(text[: len(name)], name))
    return found or next(garbled, None)


# -- against the list --------------------------------------------------------------------------------------------------


def _is_name(name: str, code: str, year: int) -> bool:
    return any(names_alike(name, listed) for listed in classification_of(code).names(code, year))


def _another(subject: PrintedCode, year: int) -> tuple[str, ...]:
    """The codes that the printed name belongs to instead; none where the name fits, or no list knows it or the code.

    The name of a 类 or 款 beside a code below it is a column of its own, not a wrong name.
    """
    listed = classification_of(subject.code)
    if not listed.names(subject.code, year) or _is_any_name(subject):
        return ()
    others = listed.codes(subject.name)
    related = {subject.code, *parents(subject.code)}
    return () if related & set(others) else others


def _is_any_name(subject: PrintedCode) -> bool:
    entries = classification_of(subject.code).entries(subject.code)
    return any(names_alike(subject.name, entry.name) for entry in entries)


def _against_list(
    reading: Reading, printed: Sequence[PrintedCode], relations: Mapping[str, Relation]
) -> Iterator[Instance]:
    year = reading.identity.fiscal_year
    wrong, old = relations["listed-subject-name"], relations["renamed-subject"]
    checked: dict[str, PrintedCode] = {}
    for (code, name), places in _grouped(printed).items():
        others = _another(places[0], year)
        newer = classification_of(code).renamed(code, name, year)
        if others:
            yield _wrong_name(wrong, places, others, printed, year)
        elif newer is not None:
            yield _old_name(old, places, newer.name, newer.since)
        elif _is_name(name, code, year):
            checked.setdefault(places[0].table, places[0])
    for subject in checked.values():
        for relation in (wrong, old):
            yield Instance(relation, "logic", (), (), where=subject.code, holds=True, words=(subject.words,))


def _grouped(printed: Sequence[PrintedCode]) -> dict[tuple[str, str], list[PrintedCode]]:
    groups: dict[tuple[str, str], list[PrintedCode]] = {}
    for subject in printed:
        groups.setdefault((subject.code, subject.name), []).append(subject)
    return groups


def _wrong_name(
    relation: Relation,
    places: Sequence[PrintedCode],
    others: Sequence[str],
    printed: Sequence[PrintedCode],
    year: int,
) -> Instance:
    """Certain where the document itself prints the listed name beside the same code elsewhere."""
    code, name = places[0].code, places[0].name
    expected = classification_of(code).names(code, year)[-1]  # the list has the newest last
    vouched = any(s.code == code and _is_name(s.name, code, year) for s in printed)
    severity = Severity.ERROR if vouched else Severity.WARNING
    return Instance(
        relation,
        "logic",
        (),
        (),
        where=f"{code} {name}",
        holds=False,
        severity=severity if any(place.filled for place in places) else Severity.INFO,
        note=f"{code} 应为“{expected}”，印作“{name}”，后者是 {'、'.join(others[:3])} 的名称",
        note_en=f"{code} is “{expected}”; the name printed, “{name}”, is that of {', '.join(others[:3])}",
        words=_at_fault(places),
    )


def _old_name(relation: Relation, places: Sequence[PrintedCode], newer: str, since: int | None) -> Instance:
    code, name = places[0].code, places[0].name
    return Instance(
        relation,
        "logic",
        (),
        (),
        where=f"{code} {name}",
        holds=False,
        severity=Severity.WARNING if any(place.filled for place in places) else Severity.INFO,
        note=f"{code} “{name}”自 {since} 年起称“{newer}”",
        note_en=f"{code} “{name}” has been “{newer}” since {since}",
        words=_at_fault(places),
    )


def _at_fault(places: Sequence[PrintedCode]) -> tuple[WordEvidence, ...]:
    """The places of one wrong name, the filled rows first."""
    ordered = sorted(places, key=lambda place: not place.filled)
    return tuple(place.words for place in ordered[:_MOST_PLACES])


# -- against each other ------------------------------------------------------------------------------------------------


def _against_each_other(reading: Reading, printed: Sequence[PrintedCode], relation: Relation) -> Iterator[Instance]:
    """Two names for one code that differ like a misprint: a name that is learned, and one that is not."""
    year = reading.identity.fiscal_year
    by_code: dict[str, dict[str, list[PrintedCode]]] = {}
    for (code, name), places in _grouped(printed).items():
        by_code.setdefault(code, {})[name] = places
    for code, names in by_code.items():
        learned = [name for name, places in names.items() if _learned(code, places, year)]
        odd = [(name, right) for name in names if name not in learned for right in learned if _misprint(name, right)]
        for name, right in odd:
            evidence = [place.words for place in names[right][:1]]
            yield Instance(
                relation,
                "logic",
                (),
                (),
                where=f"{code} {name}",
                holds=False,
                note=f"{code} 印作“{name}”，别处为“{right}”",
                note_en=f"{code} is printed “{name}” here and “{right}” elsewhere",
                words=(*_at_fault(names[name]), *map(_as_evidence, evidence)),
            )
        if learned and not odd and sum(map(len, names.values())) > 1:
            yield Instance(relation, "logic", (), (), where=code, holds=True, words=(names[learned[0]][0].words,))


def _learned(code: str, places: Sequence[PrintedCode], year: int) -> bool:
    if classification_of(code).listed(code):
        return any(name_key(places[0].name) == name_key(name) for name in classification_of(code).names(code, year))
    return len({place.table for place in places}) >= _FEWEST_TABLES


def _misprint(name: str, right: str) -> bool:
    known = any(classification(digit).codes(name) for digit in "23")
    return not known and (one_character_apart(name, right) or transposed(name, right))


def _as_evidence(words: WordEvidence) -> WordEvidence:
    return WordEvidence(
        words.document, words.place, words.printed, "evidence", words.quote, words.table, words.row, words.column
    )


# -- digits ------------------------------------------------------------------------------------------------------------


def _digits(reading: Reading, table: TableReading, relation: Relation) -> Iterator[Instance]:
    """Codes that lack the zero of a 款 or 项; where the whole table drops the zeros, a custom of the spreadsheet."""
    year = reading.identity.fiscal_year
    short: list[WordEvidence] = []
    padded: list[WordEvidence] = []
    for panel in table.panels:
        for row in panel.rows:
            code = row.function_code or row.economic_code
            cells = _label_cells(table, row)
            pieces = [text for cell in cells if _PIECE.fullmatch(text := plain(cell.text))]
            if not is_code(code) or len(code) == CLASS_LENGTH or not _is_printed_as(code, pieces, row.label):
                continue
            if len("".join(pieces)) < len(code):
                # Only the name says surely that it is the zero that is missing.
                short.extend([_row_words(reading, table, cells, row)] if _is_name(row.label, code, year) else ())
            elif "0" in (code[-2], code[CLASS_LENGTH]):
                padded.append(_row_words(reading, table, cells, row))
    if not short and not padded:
        return
    yield Instance(
        relation,
        "logic",
        (),
        (),
        where=table.title,
        holds=not short,
        severity=Severity.WARNING if padded else Severity.INFO,
        note=f"款、项编码缺前导零，按补零后的编码读：{'、'.join(words.quote for words in short)}" if short else "",
        note_en=f"{len(short)} codes lack a leading zero; they were read with it" if short else "",
        words=tuple(short[:_MOST_PLACES] or padded[:1]),
    )


def _is_printed_as(code: str, pieces: Sequence[str], name: str) -> bool:
    """True when the digits of the row are the code and nothing else, but for zeros before a 款 or 项."""
    if len(pieces) == 1:
        return code in (pieces[0], with_lost_zero(pieces[0], name))
    return bool(pieces) and pieces[0] + "".join(piece.zfill(2) for piece in pieces[1:]) == code


def _row_words(reading: Reading, table: TableReading, cells: Sequence[Cell], row: RowReading) -> WordEvidence:
    """Code and name of a row as they stand in the text."""
    start, end = cells[0].place.start, cells[-1].place.end
    code = row.function_code or row.economic_code
    return WordEvidence(
        reading.path,
        reading.document.within(cells[0].place, 0, end - start),
        reading.document.text[start:end],
        role="suspect",
        quote=f"{' '.join(plain(cell.text) for cell in cells)}（{code}）",
        table=table.title,
        row=row.row,
        column=cells[0].column,
    )
