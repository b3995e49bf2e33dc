"""A comparison against the amount that it is compared with, where the same paragraph prints both.

2023年执行数60.13万元，2024年预算安排25.77万元，比2023年执行数减少34.36万元，下降57.14%: the change, the rate and
the words (持平, 决算数小于预算数) must fit the two amounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from checks.judging.verdicts import interval, value
from checks.model import Instance, Relation, Severity, Term, WordEvidence
from checks.sentences.percentages import explained
from datasets.model import Figure, Paragraph, Role
from datasets.narrative.phrases import Base, comparison_pattern, comparison_sign
from datasets.narrative.reading import Statement
from datasets.narrative.subjects import subject_of
from datasets.reading import Reading
from datasets.vocabulary.function_paths import FunctionPaths
from datasets.vocabulary.plain import plain
from datasets.vocabulary.units import factor_between

_MINUS = Decimal(-1)
_BUDGETS = ("original_budget", "full_year_budget", None)
#: Where a text says 财政拨款 and the table 一般公共预算财政拨款, they mean one thing; so does a text that says neither.
_OF_APPROPRIATIONS = frozenset({"fiscal", "general", None})
_NO_PATHS = FunctionPaths({})
_LONGEST_SUBJECT = 60
_WORDS = {1: "大于", 0: "等于", -1: "小于"}
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "compared-in-words": Relation,
    "change-between-levels": Relation,
    "rate-between-levels": Relation,
    "unchanged-between-levels": Relation,
}


def comparison_instances(reading: Reading, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """Changes, rates and words of comparison against the two amounts of their paragraph."""
    by_paragraph: dict[int, list[Statement]] = defaultdict(list)
    for statement in reading.statements:
        by_paragraph[statement.paragraph.place.start].append(statement)
    for statements in by_paragraph.values():
        for statement in statements:
            yield from _of_statement(statement, statements, reading, relations)
        yield from _of_words(reading, statements, relations["compared-in-words"])


def _of_statement(
    statement: Statement, around: Sequence[Statement], reading: Reading, relations: Mapping[str, Relation]
) -> Iterator[Instance]:
    level, base = statement.level, statement.base
    if level is None or base is None or not level.concept:
        return
    compared = _compared(statement, base, around) or _budget_elsewhere(statement, base, reading)
    factor = factor_between(compared.unit, level.unit) if compared is not None else None
    if compared is None or factor is None:
        return
    now, then = Term(level, label="本年数"), Term(compared, factor=factor, label="对比的数")
    if statement.change is not None and (scale := factor_between(level.unit, statement.change.unit)) is not None:
        yield Instance(
            relations["change-between-levels"],
            "sum",
            (Term(statement.change, label="增减额"),),
            (
                Term(level, factor=scale, label="本年数"),
                Term(compared, weight=_MINUS, factor=factor * scale, label="对比的数"),
            ),
            unit=statement.change.unit,
        )
    if statement.rate is not None:
        rate = Term(statement.rate, label="增减幅度")
        yield explained(Instance(relations["rate-between-levels"], "growth", (rate,), (now, then), unit="%"))
    if statement.unchanged:
        yield Instance(relations["unchanged-between-levels"], "sum", (now,), (then,), unit=level.unit)


def _compared(statement: Statement, base: Base, around: Sequence[Statement]) -> Figure | None:
    """The printed amount of the base; None where none, or several different ones, are printed in the paragraph."""
    period = base.period(statement.scope.period or "")
    found = {
        figure.value: figure
        for other in around
        if (figure := other.level) is not None
        and figure is not statement.level
        and _same_item(figure, statement)
        and figure.scope.period == period
        and _at_base(figure, base)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _budget_elsewhere(statement: Statement, base: Base, reading: Reading) -> Figure | None:
    """The budget that “与预算相比” means where the paragraph prints none: the only one that the document has of it.

    公务接待费支出5.21万元，与2021年度预算相比减少0.1万元, beside a table with 预算数 14.9.
    """
    level = statement.level
    if base.base != "budget" or level is None or level.scope.stage != "outturn":
        return None
    found = {
        figure.value: figure
        for figure in reading.figures
        if figure.role is Role.LEVEL
        and figure.scope.stage in _BUDGETS[:2]
        and (base.stage in ("", "budget") or figure.scope.stage == base.stage)
        and figure.scope.period == level.scope.period
        and _same_item(figure, statement, funds=_OF_APPROPRIATIONS)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _same_item(figure: Figure, statement: Statement, funds: frozenset[str | None] = frozenset()) -> bool:
    """True for a figure of the same item; two of ``funds`` count as one."""
    level = statement.level
    if level is None or figure.concept != level.concept:
        return False
    fund = figure.scope.fund == level.scope.fund or {figure.scope.fund, level.scope.fund} <= funds
    return fund and all(
        getattr(figure.scope, axis) == getattr(level.scope, axis)
        for axis in ("carryover", "function_code", "economic_code", "project")
    )


def _at_base(figure: Figure, base: Base) -> bool:
    stage = figure.scope.stage
    if base.base == "budget":
        return stage in _BUDGETS and (base.stage in (stage, "budget") or stage is None)
    return not base.stage or stage is None or stage == base.stage


# -- 决算数大于预算数 -----------------------------------------------------------------------------------------------


def _of_words(reading: Reading, statements: Sequence[Statement], relation: Relation) -> Iterator[Instance]:
    """“决算数小于预算数” against the last outturn and budget before it, of the item that the clause names."""
    paragraph = statements[-1].paragraph
    for match in comparison_pattern().finditer(paragraph.text):
        clause = plain(paragraph.text[max(0, match.start() - _LONGEST_SUBJECT) : match.start()])
        named = subject_of(clause.rpartition("。")[2], "万元", _NO_PATHS)
        concept = named.concept if named is not None and not named.general else ""
        pair = _outturn_and_budget(statements, paragraph, match.start(), concept)
        if pair is None:
            continue
        outturn, budget, factor = pair
        difference = value(Term(outturn)) - value(Term(budget, factor=factor))
        said = comparison_sign(match["words"])
        real = (difference > 0) - (difference < 0)
        met = interval(Term(outturn)).meets(interval(Term(budget, factor=factor)))
        yield Instance(
            relation,
            "logic",
            (Term(outturn),),
            (Term(budget, factor=factor),),
            unit=outturn.unit,
            holds=said == real or (said == 0 and met),
            severity=Severity.WARNING if met else None,
            note=(
                f"文字为“{match[0]}”，决算数 {outturn.printed}{outturn.unit} "
                f"实际{_WORDS[real]}预算数 {budget.printed}{budget.unit}"
            ),
            note_en=f"the words say otherwise than the outturn {outturn.printed} and the budget {budget.printed}",
            words=(
                WordEvidence(
                    reading.path,
                    reading.document.within(paragraph.place, *match.span("words")),
                    match["words"],
                    "suspect",
                    quote=match[0],
                ),
            ),
        )


def _outturn_and_budget(
    statements: Sequence[Statement], paragraph: Paragraph, before: int, concept: str
) -> tuple[Figure, Figure, Decimal] | None:
    """The last outturn of the concept before a position, and the budget of the same item nearest to it."""
    levels = [
        statement
        for statement in statements
        if statement.level is not None
        and statement.level.concept
        and statement.level.scope.period == statement.scope.period
        and statement.level.place.end <= paragraph.place.start + before
        and (not concept or statement.level.concept == concept)
    ]
    outturns = [s for s in levels if s.level is not None and s.level.scope.stage == "outturn"]
    items = {(s.subject.concept, s.scope.function_code, s.scope.fund) for s in outturns}
    if len(items) > 1 and not concept:
        return None  # behind several items, a bare 决算数 may be the total's as well as the last one's
    if not outturns or (levels[-1].level is not None and not _same_item(levels[-1].level, outturns[-1])):
        return None
    outturn = outturns[-1].level
    budgets = {
        s.level.value: s.level
        for s in levels
        if s.level is not None and s.level.scope.stage in _BUDGETS and _same_item(s.level, outturns[-1])
    }
    if outturn is None or len(budgets) != 1:
        return None
    [budget] = budgets.values()
    factor = factor_between(budget.unit, outturn.unit)
    return (outturn, budget, factor) if factor is not None else None
