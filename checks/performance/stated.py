"""What the text says of the performance tables as a whole: how many there are, and how much money they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checks.context import Context
from checks.judging.printings import LEVEL
from checks.model import Instance, Relation, Term
from datasets.model import Figure
from datasets.performance.model import PerformanceTable

#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "performance-project-count": Relation,
    "performance-projects-amount-stated": Relation,
}


def instances(context: Context) -> Iterator[Instance]:
    """Stated number and amount of the projects against their tables."""
    reading, found, relations = context.reading, context.found, context.rules
    tables = [table for table in reading.performance if not table.overall]
    if not tables:
        return
    levels = [printing.figure for printing in found if printing.measure == LEVEL]
    yield from _counts(levels, tables, relations["performance-project-count"])
    yield from _amounts(levels, tables, relations["performance-projects-amount-stated"])


def _of(levels: Sequence[Figure], concept: str) -> list[Figure]:
    return [figure for figure in levels if figure.concept == concept]


def _counts(levels: Sequence[Figure], tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    groups = (
        (_of(levels, "performance_projects"),),
        (
            _of(levels, "performance_projects_fiscal"),
            _of(levels, "performance_projects_nonfiscal"),
        ),
    )
    for group in groups:
        stated = [figures[0] for figures in group if figures]
        if len(stated) != len(group):
            continue
        count = sum(int(figure.value or 0) for figure in stated)
        yield Instance(
            relation,
            "logic",
            tuple(Term(figure) for figure in stated),
            (),
            unit="个",
            holds=count == len(tables),
            note=f"文中说 {count} 个项目，绩效表有 {len(tables)} 张",
            note_en=f"the text counts {count} projects, there are {len(tables)} tables",
        )


def _amounts(levels: Sequence[Figure], tables: Sequence[PerformanceTable], relation: Relation) -> Iterator[Instance]:
    pairs = (
        ("performance_projects_amount", "total", ("full_year_budget", "outturn")),
        ("performance_budget_fiscal", "fiscal", ("original_budget",)),
        ("performance_budget_nonfiscal", "other", ("original_budget",)),
    )
    for concept, source, stages in pairs:
        for stage in stages:
            stated = next((f for f in _of(levels, concept) if f.scope.stage == stage), None)
            parts = [money for table in tables if (money := table.amount(source, stage)) is not None]
            if stated is None or not parts:
                continue
            yield Instance(
                relation,
                "sum",
                (Term(stated),),
                tuple(Term(part, label=part.scope.project or "") for part in parts),
                unit=stated.unit,
            )
