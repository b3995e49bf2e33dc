"""Years that do not fit: headings, statements, comparisons, closing dates and performance tables of another year.

Years of document numbers, plans and project names are in none of these slots (``relations/wording.toml``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from checks.model import Instance, Relation, WordEvidence
from checks.wording.lines import Line, broken, cell_words, entry_name, holds, tables_of, words_at
from checks.wording.settings import (
    ClosingDateRule,
    ComparisonYearRule,
    HeaderYearRule,
    HeadingYearRule,
    StatementYearRule,
)
from datasets.model import Kind
from datasets.reading import Reading
from datasets.vocabulary.plain import plain

_TITLE_LINES = 6
#: So many times the right year must be printed for each other one.
_FEWEST_USUAL = 3
_LONGEST_HEADING = 60
_HEADER_ROWS = 3
_OLDEST_BUDGET_STOCK = 2
_OTHER_TOPICS = frozenset({"performance", "duties"})
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "year-in-heading": HeadingYearRule,
    "year-in-statement": StatementYearRule,
    "comparison-year": ComparisonYearRule,
    "closing-date-year": ClosingDateRule,
    "year-in-performance-table": HeaderYearRule,
}


def year_instances(reading: Reading, lines: Sequence[Line], relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """All slots of the template that print a year, against the year of the document."""
    yield from _headings(reading, lines, relations["year-in-heading"])
    yield from _statements(reading, lines, relations["year-in-statement"])
    yield from _comparisons(reading, lines, relations["comparison-year"])
    yield from _closing_dates(reading, lines, relations["closing-date-year"])
    yield from _performance(reading, relations["year-in-performance-table"])


def _outcome(
    relation: Relation, wrong: Sequence[WordEvidence], right: Sequence[WordEvidence], note: tuple[str, str]
) -> Iterator[Instance]:
    """One finding for all places of a document: a year that was not changed in a copied text."""
    if wrong:
        yield broken(relation, wrong, note)
    elif right:
        yield holds(relation, right)


def _shown(words: Sequence[WordEvidence]) -> str:
    return "、".join(dict.fromkeys(f"“{word.printed}”" for word in words))


def _headings(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    """A wrong year is a slip where the title or most headings name the own year, unless its twin has the right one.

    A document that reports two years prints each heading twice.
    """
    year = reading.identity.fiscal_year
    rule = HeadingYearRule.of(relation)
    own_kind = re.compile(rule.budget if reading.identity.kind is Kind.BUDGET else rule.final_accounts)
    found = []
    for line in lines[1:]:  # the first is the title, which says what the year is
        if len(line.text) > _LONGEST_HEADING or line.text.endswith(("。", "；")):
            continue
        name = entry_name(line.text)
        match = re.search(rule.heading, name)
        if match and own_kind.search(match["rest"]):
            shift = line.text.find(name)
            start, end = match.span("year")
            found.append((int(match["year"]), match["rest"], words_at(reading, line, (start + shift, end + shift))))
    right = [words for stated, _, words in found if stated == year]
    twins = {rest for stated, rest, _ in found if stated == year}
    wrong = [words for stated, rest, words in found if stated != year and rest not in twins]
    titled = any(f"{year}年" in line.text for line in lines[:_TITLE_LINES])
    if not titled and len(wrong) >= len(right):
        return
    note = (
        f"标题或表名中的年度印为{_shown(wrong)}年，本文件为{year}年度，应改为{year}年",
        f"a heading or caption says {_shown(wrong)}, the document is of {year}; print {year}",
    )
    yield from _outcome(relation, wrong, right, note)


def _statements(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    """A paragraph that begins with another year, states amounts and never names the own year."""
    rule = StatementYearRule.of(relation)
    year = reading.identity.fiscal_year
    starts = [re.match(rule.statement, line.text) if line.sentence else None for line in lines]
    wrong, right = [], []
    for index, (line, match) in enumerate(zip(lines, starts, strict=True)):
        if match is None or not re.search(rule.amount, line.text):
            continue
        words = words_at(reading, line, match.span("year"))
        if int(match["year"]) == year:
            right.append(words)
            continue
        beside = [starts[i] for i in (index - 1, index + 1) if 0 <= i < len(lines)]
        listed = any(other is not None and other["year"] not in (match["year"], str(year)) for other in beside)
        meant = match["year"] in line.heading or re.search(rule.other_year, line.heading + line.text)
        if not listed and not meant and f"{year}年" not in line.text:
            wrong.append(words)
    if len(wrong) > len(right):
        return
    wrong += _items_of_another_year(reading, lines, relation)
    note = (
        f"说明以{_shown(wrong)}年开头，本文件为{year}年度，应改为{year}年",
        f"a statement is about {_shown(wrong)}, the document is of {year}; print {year}",
    )
    yield from _outcome(relation, wrong, right, note)


def _items_of_another_year(reading: Reading, lines: Sequence[Line], relation: Relation) -> list[WordEvidence]:
    """（项）2022年预算数为8万元 where nearly all items of a budget on 2024 print 2024年预算数."""
    rule = StatementYearRule.of(relation)
    year = reading.identity.fiscal_year
    found = [(line, match) for line in lines if line.sentence for match in re.finditer(rule.item, line.text)]
    usual = Counter(match["base"] for _, match in found if int(match["year"]) == year)
    odd = [(line, match) for line, match in found if int(match["year"]) != year and f"{year}年" not in line.text]
    often = Counter(match["base"] for _, match in odd)
    return [
        words_at(reading, line, match.span("year"))
        for line, match in odd
        if usual[match["base"]] >= _FEWEST_USUAL * often[match["base"]]
    ]


def _comparisons(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    """与2022年相比 in a document of 2022, or of 2024 where nothing else in the section compares with 2023."""
    year = reading.identity.fiscal_year
    wrong, right = [], []
    usual = sum(f"{year - 1}年" in line.text or "上年" in line.text for line in lines if line.sentence)
    found = [
        (line, match)
        for line in lines
        if line.sentence and line.topic != "performance"
        for match in _comparisons_of(relation, line, year)
    ]
    bases = Counter((int(match["year"]), match["base"]) for _, match in found)
    for line, match in found:
        stated = int(match["year"])
        words = words_at(reading, line, match.span("said"))
        if stated == year - 1:
            right.append(words)
        elif (
            _compares_with_itself(reading, line, match, ComparisonYearRule.of(relation))
            or (usual > 1 and _stale(relation, lines, line, match, year))
            or _odd_one(relation, bases, line, match, year)
        ):
            wrong.append(words)
    note = (
        f"与{_shown(wrong)}比较，本文件为{year}年度，比较的应为上一年度（{year - 1}年）",
        f"compared with {_shown(wrong)} in a document of {year}; the base should be {year - 1}",
    )
    yield from _outcome(relation, wrong, right, note)


def _comparisons_of(relation: Relation, line: Line, year: int) -> Iterator[re.Match[str]]:
    """The years that a line compares with, and those whose amount it prints right behind that of the own year."""
    rule = ComparisonYearRule.of(relation)
    yield from re.finditer(rule.comparison, line.text)
    for match in re.finditer(rule.beside, line.text):
        if int(match["own"]) == year != int(match["year"]):
            yield match


def _compares_with_itself(reading: Reading, line: Line, match: re.Match[str], rule: ComparisonYearRule) -> bool:
    """True for the own year as the base of an outturn, or its own budget as the base of a budget."""
    year = reading.identity.fiscal_year
    after = line.text[match.start() :]
    if int(match["year"]) != year or not ("元" in after or "%" in after):
        return False
    own_base = rule.own_budget if reading.identity.kind is Kind.BUDGET else rule.own_final_accounts
    if not re.search(own_base, match["base"]):
        return False
    sentence = line.text[: match.start()].rpartition("。")[2]
    return not any(int(other) != year for other in re.findall(r"20\d\d", sentence))


def _stale(relation: Relation, lines: Sequence[Line], line: Line, match: re.Match[str], year: int) -> bool:
    """True for a comparison with the year before last that stands alone in its section."""
    rule = ComparisonYearRule.of(relation)
    stated = int(match["year"])
    if stated != year - 2 or re.search(rule.second_base, line.text):
        return False
    section = [other.text for other in lines if other.heading == line.heading]
    if any(f"{year - 1}年" in text or "上年" in text or "去年" in text for text in section):
        return False
    return "万元" in line.text and any(f"{year}年" in text for text in (*section, line.heading))


def _odd_one(
    relation: Relation, bases: Mapping[tuple[int, str], int], line: Line, match: re.Match[str], year: int
) -> bool:
    """True for 比2022年预算执行数 where all other items of a budget on 2024 print 比2023年预算执行数."""
    rule = ComparisonYearRule.of(relation)
    stated, base = int(match["year"]), match["base"]
    usual, odd = bases.get((year - 1, base), 0), bases.get((stated, base), 0)
    if stated != year - 2 or not base or re.search(rule.second_base, line.text):
        return False
    return usual >= _FEWEST_USUAL and odd * _FEWEST_USUAL <= usual and f"{year - 1}年" in line.text


def _closing_dates(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    """Final accounts state stocks for the end of their year; a budget cannot state them for an end yet to come."""
    rule = ClosingDateRule.of(relation)
    year, kind = reading.identity.fiscal_year, reading.identity.kind
    wrong, right = [], []
    for line in lines:
        if not line.sentence or line.topic in _OTHER_TOPICS:
            continue
        matches = [
            match for match in re.finditer(rule.closing, line.text) if re.search(rule.stock, line.text[match.end() :])
        ]
        years = {int(match["year"]) for match in matches}
        for match in matches:
            stated = int(match["year"])
            words = words_at(reading, line, match.span("said"))
            if _fits(kind, stated, year):
                right.append(words)
            elif not any(_fits(kind, other, year) for other in years) and not re.compile(rule.forecast).search(
                line.text[match.end() : match.end() + 12]
            ):
                wrong.append(words)
    expected = f"{year}年12月31日" if kind is Kind.FINAL_ACCOUNTS else f"编制时点（{year - 1}年）"
    note = (
        f"时点印为{_shown(wrong)}，本文件为{year}年度，应为{expected}",
        f"stated for {_shown(wrong)} in a document of {year}; "
        + (f"the end of {year} is meant" if kind is Kind.FINAL_ACCOUNTS else f"a date in {year - 1} is meant"),
    )
    yield from _outcome(relation, wrong, right, note)


def _fits(kind: Kind, stated: int, year: int) -> bool:
    if kind is Kind.FINAL_ACCOUNTS:
        return stated == year
    return year - _OLDEST_BUDGET_STOCK <= stated < year


def _performance(reading: Reading, relation: Relation) -> Iterator[Instance]:
    """（2023年度） over one table where all others say 2024; tables of another year throughout are left alone."""
    rule = HeaderYearRule.of(relation)
    year = reading.identity.fiscal_year
    right: dict[str, list[WordEvidence]] = {}
    others: dict[str, list[WordEvidence]] = {}
    for title, table in tables_of(reading):
        for cell in table.cells:
            match = re.match(rule.header, plain(cell.text)) if cell.row <= _HEADER_ROWS else None
            if match:
                words = cell_words(reading, cell, title, match.span("year"))
                (right if int(match["year"]) == year else others).setdefault(title, []).append(words)
    wrong = [word for title, words in others.items() if len(words) <= len(right.get(title, ())) for word in words]
    note = (
        f"绩效表的年度印为{_shown(wrong)}年，其余各表为{year}年，应改为{year}年",
        f"a performance table says {_shown(wrong)}, the others {year}; print {year}",
    )
    yield from _outcome(relation, wrong, [word for words in right.values() for word in words], note)
