"""Reading performance tables: every column and row bound by its header words, every numeral into the register once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise

from datasets.model import Cell, Role, Scope, Table
from datasets.performance.entering import Entries, Meaning
from datasets.performance.funds import FundsReader, money_of
from datasets.performance.grid import Form
from datasets.performance.indicators import IndicatorReader, Row
from datasets.performance.model import PerformanceTable
from datasets.performance.prose import goal_and_outcome, read_prose
from datasets.performance.words import meaning, words
from datasets.register import Register
from datasets.vocabulary.plain import plain, unnumbered


def read_performance(
    table: Table, identifier: str, title: str, register: Register, scope: Scope
) -> tuple[PerformanceTable, ...]:
    """Read a table whose title says 绩效 and 表: one record, or one for each project of a form that lists several.

    Args:
        table: the grid as printed, from text or with true merged cells.
        identifier: how findings call the table.
        title: the printed title; it tells evaluations of projects and of the whole unit from target tables.
        register: takes every numeral of the table, each once; amounts are in the unit of the label 项目资金（万元）.
        scope: entity, level and period of the document; project and stage are set here.
    """
    title = plain(title)
    form = Form(table)
    project_cell = _project_cell(form)
    overall = any(word in title for word in words().overall)
    project = plain(project_cell.text) if project_cell else ""
    entries = Entries(title, register, replace(scope, project=project or None))
    evaluation = bool(form.structure.funds_header) or bool({"outcome", "score"} & set(form.roles.values()))
    kind = ("overall_evaluation" if overall else "project_evaluation") if evaluation else "target"
    money = money_of(form)
    funds, unread = FundsReader(form, entries, money, overall=overall).read()
    goal, outcome = goal_and_outcome(form, entries)
    reader = IndicatorReader(form, entries, money, None if evaluation else "original_budget")
    rows = tuple(reader.rows())
    total_weight, total_score = reader.totals()
    record = PerformanceTable(
        identifier=identifier,
        title=title,
        kind=kind,
        document=str(register.document.path),
        place=table.place,
        overall=overall,
        project=project,
        project_cell=project_cell,
        funds=funds,
        unread_sources=unread,
        goal=goal,
        outcome=outcome,
        indicators=tuple(row.indicator for row in rows),
        total_weight=total_weight,
        total_score=total_score,
        blocks=tuple(reader.blocks.values()),
        head_score=entries.number(_behind(form, words().head_scores), Meaning(Role.SCORE, "total_score")),
        grade=_behind(form, words().grade_labels),
    )
    records = tuple(_by_project(record, rows, entries)) if "project" in form.roles.values() and rows else (record,)
    for cell in table.cells:
        entries.rest(cell)
    return records


def _by_project(record: PerformanceTable, rows: tuple[Row, ...], entries: Entries) -> Iterator[PerformanceTable]:
    """One record for each run of rows with one project; the totals of such a list belong to none of them."""
    for number, (cell, run) in enumerate(groupby(rows, key=lambda row: row.project), start=1):
        listed = tuple(run)
        goal = next((row.goal for row in listed if row.goal is not None), None)
        yield replace(
            record,
            identifier=f"{record.identifier}-{number}",
            project=plain(cell.text) if cell else "",
            project_cell=cell,
            goal=read_prose(goal, entries) if goal else None,
            indicators=tuple(row.indicator for row in listed),
            total_weight=None,
            total_score=None,
            blocks=(),
        )


def _project_cell(form: Form) -> Cell | None:
    """The cell behind 项目名称, outside the header of the indicators, where that is the head of a column."""
    for row, cells in form.rows.items():
        for label, value in pairwise(cells):
            if row != form.structure.indicator_header and meaning("headers", label.text) == "project":
                return value if value.text.strip() else None
    return None


def _behind(form: Form, labels: frozenset[str]) -> Cell | None:
    """The cell behind a label in the rows that are neither funds nor indicators."""
    for row, cells in form.rows.items():
        if row in form.structured_rows():
            continue
        for label, value in pairwise(cells):
            if unnumbered(label.text) in labels and value.text.strip():
                return value
    return None


__all__ = ["read_performance"]
