"""Files that are one document: copies, versions, forms (the same text as .docx and .pdf); one of them is audited."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from checks.documents.ingesting import Ingested
from checks.model import DocumentStatus
from datasets.identity.catalog import catalog_documents
from datasets.model import RECOGNISED_ROLES, Paragraph
from datasets.vocabulary.names import KIND_NAMES

#: Concept, role, axes of scope, value and unit of a figure.
_Said = tuple[str, str, tuple[str, ...], Decimal | None, str]
_SIGNED = re.compile(r"^\s*(20\d\d)年(\d{1,2})月(\d{1,2})日\s*$")
_LAST_BLOCKS = 5
#: What one form must share with another of its figures, in hundredths, to be meant for the same text.
_SAME_TEXT = 80
#: What a form may lack of the figures that another yields, in hundredths, and still be the one that is audited.
_AS_COMPLETE = 98
_NAMED = 3
#: The forms in the order in which they are audited where they yield as much: the fewer guesses reading takes first.
_FORMS = (".docx", ".html", ".htm", ".xlsx", ".txt", ".wps", ".doc", ".rtf", ".xls", ".pdf")


def settle_versions(ingested: Sequence[Ingested]) -> tuple[Ingested, ...]:
    """Identical texts count once; of versions of one document the newest is kept, of its forms the most complete.

    Newest by the order of the catalogue, else by the date at the end of the text; versions that neither can order are
    all reported as unreadable and left out, for auditing the wrong one would be a guess.
    """
    by_key: dict[str, list[Ingested]] = defaultdict(list)
    for item in ingested:
        if item.reading is not None:
            by_key[item.report.key].append(item)
    dropped: dict[int, Ingested] = {}
    for copies in by_key.values():
        # Nearly every document stands alone, and what it says in numbers need not be gathered.
        if len(copies) == 1:
            continue
        filled = [item for item in copies if _signature(item)] or copies
        first: dict[object, Ingested] = {}
        for item in filled:
            first.setdefault(_content(item), item)
        versions = list(first.values())
        dropped.update((id(item), left) for item, left in _superseded(versions))
        settled = {id(item) for item in versions}
        for item in copies:
            if id(item) not in settled:
                dropped[id(item)] = _beside(item, first.get(_content(item)), dropped)
    return tuple(dropped.get(id(item), item) for item in ingested)


def _beside(item: Ingested, original: Ingested | None, dropped: Mapping[int, Ingested]) -> Ingested:
    """What is said of a copy of ``original``, or of a text without a figure beside the document itself."""
    if original is None:
        return _left_out(item, DocumentStatus.NOT_AUDITED, "里面没有可以核对的数字，同一单位同一年的另一份有")
    became = dropped.get(id(original))
    if became is not None:
        return _left_out(item, became.report.status, f"与 {original.report.path} 内容完全相同：{became.report.problem}")
    return _left_out(item, DocumentStatus.READ, f"与 {original.report.path} 内容完全相同，只审一次")


def _left_out(item: Ingested, status: DocumentStatus, reason: str) -> Ingested:
    """Its figures are those of the one that is audited: they count there."""
    own = item.report
    report = replace(
        own,
        id=f"{status}:{own.path}",
        status=status,
        problem=reason,
        numerals=0,
        bound=0,
        recognised=0,
        unread=0,
    )
    return replace(item, report=report, reading=None)


def _superseded(versions: Sequence[Ingested]) -> Iterator[tuple[Ingested, Ingested]]:
    """Each version or form that is not audited, and what is reported of it."""
    if len(versions) == 1:
        return
    report = versions[0].report
    name = f"{report.entity_name}{report.fiscal_year}年{KIND_NAMES[report.kind]}"
    newest = _newest(versions)
    if newest is not None:
        for item in versions:
            if item is not newest:
                reason = f"是{name}的旧版本，已用 {newest.report.path}"
                yield item, _left_out(item, DocumentStatus.READ, reason)
        return
    audited = _form_to_audit(versions)
    if audited is not None:
        for item in versions:
            if item is not audited:
                yield item, _second_form(item, audited, name)
        return
    more = f" 等 {len(versions)} 份" if len(versions) > _NAMED else ""
    paths = "、".join(item.report.path for item in versions[:_NAMED]) + more
    reason = (
        f"有{len(versions)}份不同的文件都是{name}（{paths}），无法判断哪份最新；"
        "请只留一份；若是同一份文件的几个部分，请放进一个文件夹并写 bundle.toml；"
        "或在目录 catalog.toml 的 sha256 中按先后登记"
    )
    for item in versions:
        yield item, _left_out(item, DocumentStatus.UNREADABLE, reason)


def _second_form(item: Ingested, audited: Ingested, name: str) -> Ingested:
    """A form that says the same is named; one that does not has not been audited, and that comes first."""
    mine, other = _signature(item), _signature(audited)
    more, less = mine - other, other - mine
    form = f"是{name}的另一种形式"
    if not more and not less:
        return _left_out(item, DocumentStatus.SECOND_FORM, f"{form}，已审 {audited.report.path}；两份的数字相同")
    shown = "、".join(f"{value}{unit}" for _, _, _, value, unit in [*more, *less][:_NAMED])
    reason = (
        f"{form}，但与已审的 {audited.report.path} 有 {max(more.total(), less.total())} 处数字不同（如 {shown}），"
        "没有审核；请核对哪份有效，只留一份，或分开审核"
    )
    return _left_out(item, DocumentStatus.UNREADABLE, reason)


def _form_to_audit(versions: Sequence[Ingested]) -> Ingested | None:
    """The form to audit; None where two are of one format, or they are not the same text.

    The parts of one document (text and tables apart) share few figures, so they are no forms of each other.
    """
    if len({_form(item) for item in versions}) < len(versions):
        return None
    most = max(item.report.bound for item in versions)
    complete = [item for item in versions if item.report.bound * 100 >= most * _AS_COMPLETE]
    audited = min(complete, key=_rank)
    figures = _amounts(audited)
    for item in versions:
        mine = _amounts(item)
        fewer = min(mine.total(), figures.total())
        if not fewer or (mine & figures).total() * 100 < fewer * _SAME_TEXT:
            return None
    return audited


def _form(item: Ingested) -> str:
    return Path(item.report.path).suffix.lower()


def _rank(item: Ingested) -> tuple[int, str]:
    form = _form(item)
    return (_FORMS.index(form) if form in _FORMS else len(_FORMS), item.report.path)


def _signature(item: Ingested) -> Counter[_Said]:
    """What a document says in numbers, whatever its form: what each is about, its value and its unit."""
    figures = item.reading.figures if item.reading is not None else ()
    return Counter(
        (figure.concept, str(figure.role), figure.scope.axes, figure.value, figure.unit)
        for figure in figures
        if figure.role not in RECOGNISED_ROLES
    )


def _amounts(item: Ingested) -> Counter[Decimal | None]:
    """How often each value stands in a document."""
    amounts: Counter[Decimal | None] = Counter()
    for said, times in _signature(item).items():
        amounts[said[3]] += times
    return amounts


def _content(item: Ingested) -> object:
    """What copies share: format, figures, and the text but for blanks at the ends of lines, which saving anew changes.

    Inside lines and between them blanks part cells: a number in the next column is another document.
    """
    text = item.reading.document.text if item.reading is not None else item.report.sha256
    lines = tuple(line.strip(" \u3000\r") for line in text.split("\n"))
    return (_form(item), lines, frozenset(_signature(item).items()))


def _newest(versions: Sequence[Ingested]) -> Ingested | None:
    """The last in the catalogue, else the one signed last; None where neither puts all of them in an order."""
    for rank in (_place_in_catalog, _signed):
        ranks = [known for item in versions if (known := rank(item)) is not None]
        if len(ranks) == len(versions) and ranks.count(max(ranks)) == 1:
            return versions[ranks.index(max(ranks))]
    return None


def _place_in_catalog(item: Ingested) -> tuple[int, ...] | None:
    sha256 = item.report.sha256
    places = [listed.sha256.index(sha256) for listed in catalog_documents() if sha256 in listed.sha256]
    return (places[0],) if places else None


def _signed(item: Ingested) -> tuple[int, ...] | None:
    """Year, month and day of the line that is nothing but a date among the last of the document."""
    blocks = item.reading.document.blocks if item.reading is not None else ()
    for block in reversed(blocks[-_LAST_BLOCKS:]):
        if isinstance(block, Paragraph) and (match := _SIGNED.match(block.text)):
            return tuple(map(int, match.groups()))
    return None
