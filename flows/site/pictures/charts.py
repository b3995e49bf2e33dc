"""Pictures of a unit over the years, drawn from what the documents print; every chart has its table of numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from checks.model import DocumentReport
from datasets.model import Figure, Level, Role
from flows.site.pictures.formulas import plain_number
from flows.site.shared.edition import Edition
from flows.site.shared.sitemap import SiteMap

_WIDTH, _HEIGHT, _TOP, _FOOT = 340, 180, 30, 26
_WIDEST_BAR = 40
_MONEY = {"万元": Decimal(1), "元": Decimal("0.0001"), "亿元": Decimal(10_000), "千元": Decimal("0.1")}
_BUDGET_STAGES = ("original_budget", "full_year_budget")
_OUTTURN_STAGES = ("outturn",)
_PEOPLE = ("authorised_posts", "actual_headcount", "active_staff")
_VEHICLES = ("vehicles_kept", "vehicles")
_THREE = ("three_public_expenses", "official_vehicles", "official_hospitality", "official_overseas_visits")
_LEVELS = (Level.DEPARTMENT, Level.UNIT, Level.HEAD_OFFICE)


@dataclass(frozen=True, slots=True)
class Value:
    """A number that a document prints; ``disputed`` where it prints several or a finding blames it."""

    number: Decimal
    link: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label, in pixels of the drawing."""

    x: float
    y: float
    width: float
    height: float
    text: str
    series: int
    value: Value


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart; ``rows`` are the numbers of each category by series, for the table under it."""

    title: str
    unit: str
    categories: tuple[tuple[str, float], ...]
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    rows: tuple[tuple[str, tuple[Value | None, ...]], ...]
    width: int = _WIDTH
    height: int = _HEIGHT
    base: int = _HEIGHT - _FOOT


def unit_charts(entity: str, edition: Edition) -> tuple[Chart, ...]:
    """三公 budget against outturn by year, persons and vehicles by document; a chart without numbers is left out."""
    documents = _documents(entity, edition.site)
    charts = (_three_public(documents, edition), *_counts(documents, edition))
    return tuple(chart for chart in charts if chart is not None)


def _documents(entity: str, site: SiteMap) -> list[DocumentReport]:
    """The documents of an entity by year: the consolidated ones where there are any."""
    mine = [d for d in site.reports.values() if d.entity == entity and d.fiscal_year is not None and d.numerals]
    level = next((level for level in _LEVELS if any(d.level == level for d in mine)), None)
    return sorted((d for d in mine if d.level == level), key=lambda d: (d.fiscal_year or 0, d.kind != "budget"))


def _three_public(documents: Sequence[DocumentReport], edition: Edition) -> Chart | None:
    words = edition.words
    rows = []
    for year in dict.fromkeys(document.fiscal_year for document in documents):
        of_year = [document for document in documents if document.fiscal_year == year]
        budget = next((v for s in _BUDGET_STAGES if (v := _money(of_year, _THREE[0], s, edition))), None)
        outturn = next((v for s in _OUTTURN_STAGES if (v := _money(of_year, _THREE[0], s, edition))), None)
        if budget or outturn:
            rows.append((str(year), (budget, outturn)))
    return _chart(words["chart_three_public"], "万元", (words["budget"], words["outturn"]), rows)


def _counts(documents: Sequence[DocumentReport], edition: Edition) -> Iterable[Chart | None]:
    words = edition.words
    for title, unit, wanted in (("chart_people", "人", _PEOPLE), ("chart_vehicles", "辆", _VEHICLES)):
        rows = []
        for document in documents:
            values = tuple(_count(document, concept, unit, edition) for concept in wanted)
            if any(values):
                rows.append((f"{document.fiscal_year} {words[f'short_{document.kind}']}", values))
        shown = [n for n in range(len(wanted)) if any(values[n] for _, values in rows)]
        names = tuple(edition.label(wanted[n]) for n in shown)
        yield _chart(words[title], unit, names, [(name, tuple(v[n] for n in shown)) for name, v in rows])


def _money(documents: Iterable[DocumentReport], concept: str, stage: str, edition: Edition) -> Value | None:
    found = [
        (figure.value * _MONEY[figure.unit], figure)
        for document in documents
        for figure in edition.site.by_document.get(document.path, ())
        if figure.concept == concept
        and figure.role is Role.LEVEL
        and figure.scope.stage == stage
        and figure.scope.period == str(document.fiscal_year)
        and figure.value is not None
        and figure.unit in _MONEY
    ]
    return _settled(found, edition)


def _count(document: DocumentReport, concept: str, unit: str, edition: Edition) -> Value | None:
    found = [
        (figure.value, figure)
        for figure in edition.site.by_document.get(document.path, ())
        if figure.concept == concept
        and figure.unit == unit
        and figure.value is not None
        and figure.role in (Role.LEVEL, Role.COUNT)
        and not figure.scope.project
    ]
    return _settled(found, edition)


def _settled(found: Sequence[tuple[Decimal, Figure]], edition: Edition) -> Value | None:
    """What most printings say, a table before a sentence; disputed where a printing says otherwise."""
    if not found:
        return None
    counts = Counter(number.normalize() for number, _ in found)
    number, figure = max(found, key=lambda pair: (counts[pair[0].normalize()], bool(pair[1].table)))
    others = [other for other, _ in found if abs(other - number) > _coarsest(found)]
    blamed = figure.id in edition.site.blaming
    return Value(number, edition.figure_link(figure), bool(others) or blamed)


def _coarsest(found: Iterable[tuple[Decimal, Figure]]) -> Decimal:
    return max(figure.quantum * _MONEY.get(figure.unit, Decimal(1)) for _, figure in found)


def _chart(
    title: str, unit: str, series: tuple[str, ...], rows: Sequence[tuple[str, tuple[Value | None, ...]]]
) -> Chart | None:
    if not rows:
        return None
    highest = max((v.number for _, values in rows for v in values if v), default=Decimal(0))
    base, slot = _HEIGHT - _FOOT, _WIDTH / len(rows)
    width = min(_WIDEST_BAR, slot / (len(series) + 1))
    bars = []
    for at, (_, values) in enumerate(rows):
        start = at * slot + (slot - width * len(series)) / 2
        for number, value in enumerate(values):
            if value is not None:
                share = float(value.number / highest) if highest else 0.0
                height = max(1.0, share * (base - _TOP))
                text = plain_number(value.number)
                bars.append(
                    Bar(round(start + number * width, 1), round(base - height, 1), round(width - 4, 1),
                        round(height, 1), text, number, value)
                )  # fmt: skip
    categories = tuple((name, round((at + 0.5) * slot, 1)) for at, (name, _) in enumerate(rows))
    return Chart(title, unit, categories, series, tuple(bars), tuple(rows))
