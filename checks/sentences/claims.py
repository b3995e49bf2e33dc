"""What sentences claim of their own numbers: rates, shares, deviations, completions, enumerations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from checks.context import Context
from checks.judging.printings import LEVEL, Printing, level_of
from checks.judging.verdicts import decide
from checks.model import Instance, Outcome, Relation, Severity, Term, WordEvidence
from checks.relations.settings import RateRule
from checks.sentences.comparisons import comparison_instances
from checks.sentences.percentages import explained
from checks.sentences.products import product_instances
from checks.sentences.reasons import reason_instances
from checks.sentences.wholes import partition_instances
from checks.sentences.zero_base import zero_base_instances
from datasets.model import Figure, Paragraph, Role
from datasets.narrative.reading import Statement
from datasets.reading import Reading
from datasets.vocabulary.units import HUNDRED, ZERO, factor_between
from datasets.vocabulary.whole import whole

_ENUMERATION = re.compile(
    r"(?P<count>\d+)\s*个(?:内设)?(?P<kind>科室|处室|部门|单位|机构|内设机构|股室|预算单位|二级单位)[，,]?"
    r"(?:分别|具体|包括)(?:是|为)?[：:]?(?P<items>[^。；\n]+)[。；\n]?"
)
_SENTENCE_ENDS = ("。", "；")
_TELLING_DIGITS = 3
_SEVERAL_SHARES = 3
_BUDGETS = ("original_budget", "full_year_budget")
_AND_OTHERS = re.compile(r"等\d*个?(?:科室|处室|部门|单位|机构|内设机构|股室)?$")
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "rate-of-change": Relation,
    "share-of-whole": Relation,
    "outturn-deviation-rate": Relation,
    "completion-rate": RateRule,
    "growth-against-indicator": Relation,
    "listed-units": Relation,
}


def instances(context: Context) -> Iterator[Instance]:
    """Every claim of the narrative as an instance."""
    reading, found, relations, guard = context.reading, context.found, context.rules, context.guard
    percentages = _percentages(reading)
    for statement in reading.statements:
        level = level_of(statement, found)
        around = percentages.get(statement.paragraph.place.start, [])
        yield from guard(_rate, statement, level, around, relations)
        yield from guard(_share, statement, around, relations, reading)
        yield from guard(_against_budget, statement, found, relations)
        yield from guard(_growth_against_indicator, statement, reading, relations)
    for block in reading.document.blocks:
        if isinstance(block, Paragraph):
            yield from guard(_enumerations, reading, block, relations)
    for step in (
        comparison_instances,
        partition_instances,
        product_instances,
        reason_instances,
        zero_base_instances,
    ):
        yield from guard(step, reading, relations)


def _percentages(reading: Reading) -> Mapping[int, list[Figure]]:
    """The percentages that each paragraph prints, by the place of the paragraph."""
    found: dict[int, list[Figure]] = defaultdict(list)
    for statement in reading.statements:
        figures = (statement.rate, statement.share, statement.completion, statement.deviation)
        found[statement.paragraph.place.start].extend(figure for figure in figures if figure is not None)
    return found


def _rate(
    statement: Statement, level: Figure | None, around: Sequence[Figure], relations: Mapping[str, Relation]
) -> Iterator[Instance]:
    change, rate = statement.change, statement.rate
    if change is None or rate is None or level is None:
        return
    factor = factor_between(change.unit, level.unit)
    if factor is None:
        return
    instance = Instance(
        relations["rate-of-change"],
        "growth_of_change",
        (Term(rate, label="增减幅度"),),
        (Term(change, factor=factor, label="增减额"), Term(level, label="本年数")),
        unit="%",
    )
    yield explained(instance, neighbours=around)


def _share(
    statement: Statement, around: Sequence[Figure], relations: Mapping[str, Relation], reading: Reading
) -> Iterator[Instance]:
    share, whole, level = statement.share, statement.whole, statement.level
    if share is None or whole is None or level is None or whole is level:
        return
    factor = factor_between(level.unit, whole.unit)
    if factor is None:
        return
    instance = Instance(
        relations["share-of-whole"],
        "ratio",
        (Term(share, label="占比"),),
        (Term(level, factor=factor, label="部分"), Term(whole, label="总体")),
        unit="%",
    )
    told = explained(instance, neighbours=around)
    yield _made_up(told, share, whole, reading) if decide(instance).outcome is Outcome.BROKEN else told


def _made_up(told: Instance, share: Figure, whole: Figure, reading: Reading) -> Instance:
    """A share that was moved by its last digit so that all shares of the whole add up to 100 is no error."""
    statements = [s for s in reading.statements if s.whole is whole and s.share is not None and s.level is not None]
    printed = sum((s.share.value or ZERO for s in statements if s.share is not None), start=ZERO)
    moved = abs(decide(told).gap or ZERO)
    if len(statements) < _SEVERAL_SHARES or printed != HUNDRED or moved > share.quantum:
        return told
    return replace(
        told,
        severity=Severity.INFO,
        note="末位调整了一个单位，使各项占比之和为 100%",
        note_en="the last digit was moved by one so that all shares add up to 100",
    )


def _against_budget(
    statement: Statement, found: Sequence[Printing], relations: Mapping[str, Relation]
) -> Iterator[Instance]:
    """预决算差异率 and 完成预算: the final figure of the clause against the budget printed before it."""
    level = statement.level
    percent = statement.deviation or statement.completion
    if level is None or percent is None:
        return
    if level.scope.stage in _BUDGETS:  # 决算数4.67万元，完成年初预算5.00万元的93.40%
        budget: Figure | None = level
        outturn = _printed_before(statement, level, percent, found, outturn=True)
    else:
        budget = _printed_before(statement, level, percent, found, outturn=False)
        outturn = level
    if budget is None or outturn is None:
        return
    factor = factor_between(budget.unit, outturn.unit)
    if factor is None:
        return
    is_deviation = statement.deviation is not None
    others = (
        Term(figure, factor=scale, label="另一预算数")
        for figure in _budgets_of(outturn, found)
        if figure is not budget and (scale := factor_between(figure.unit, outturn.unit)) is not None
    )
    instance = Instance(
        relations["outturn-deviation-rate" if is_deviation else "completion-rate"],
        "growth" if is_deviation else "ratio",
        (Term(percent, label="预决算差异率" if is_deviation else "完成率"),),
        (Term(outturn, label="决算数"), Term(budget, factor=factor, label="预算数")),
        unit="%",
    )
    yield explained(instance, other_bases=others)


def _budgets_of(outturn: Figure, found: Sequence[Printing]) -> list[Figure]:
    """The budgets that the document prints for the same item."""
    scope = outturn.scope
    return [
        figure
        for printing in found
        if printing.measure == LEVEL
        and (figure := printing.figure).concept == outturn.concept
        and figure.scope.stage in _BUDGETS
        and (figure.scope.fund, figure.scope.function_code) == (scope.fund, scope.function_code)
    ]


def _printed_before(
    statement: Statement, level: Figure, percent: Figure, found: Sequence[Printing], *, outturn: bool
) -> Figure | None:
    """The nearest outturn, or budget of the stage that is named, of the same fact before the percentage.

    A budget of a stage that is not said counts: it can only be the one that the percentage refers to.
    """
    budgets = (statement.completed, None) if statement.completed in _BUDGETS else (*_BUDGETS, None)
    stages = ("outturn",) if outturn else budgets
    before = [
        printing.figure
        for printing in found
        if printing.measure == LEVEL
        and printing.concept == level.concept
        and printing.figure.scope.fund == level.scope.fund
        and printing.figure.scope.function_code == level.scope.function_code
        and printing.figure.scope.stage in stages
        and printing.figure.place.start < percent.place.start
        and printing.figure.place.start >= statement.paragraph.place.start
        and printing.figure is not level
    ]
    return before[-1] if before else None


def _growth_against_indicator(
    statement: Statement, reading: Reading, relations: Mapping[str, Relation]
) -> Iterator[Instance]:
    """“研发投入15.68亿元，较上年增长11%” against the indicator with that outcome and a 上年完成 of the same unit.

    The names of text and indicator differ, so the outcome itself must tell: three significant digits, and all
    indicators with that outcome print one prior value.
    """
    level, rate = statement.level, statement.rate
    if level is None or rate is None or statement.change is not None or level.value is None or level.concept:
        return
    if statement.base is None or statement.base.base != "prior_year":
        return
    if len(level.value.normalize().as_tuple().digits) < _TELLING_DIGITS:
        return
    priors = {}
    for table in reading.performance:
        for indicator in table.indicators:
            outcome = indicator.outcome.figure if indicator.outcome else None
            prior = indicator.prior.figure if indicator.prior else None
            if outcome is None or prior is None or not prior.value or outcome.value != level.value:
                continue
            if outcome.unit == prior.unit == level.unit:
                priors[prior.value] = (indicator.name, prior)
    if len(priors) != 1:
        return
    [(name, prior)] = priors.values()
    yield Instance(
        relations["growth-against-indicator"],
        "growth",
        (Term(rate, label=f"{statement.noun}增长率"),),
        (Term(level, label=statement.noun), Term(prior, label=f"{name}上年完成")),
        unit="%",
        assumptions=(f"文中“{statement.noun}”与指标“{name}”同指一数（完成值相同：{level.printed}{level.unit}）",),
    )


def _enumerations(reading: Reading, block: Paragraph, relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """“下设7个科室，分别是：…”: as many names as counted; a list that ends in 等 is open and claims nothing."""
    for match in _ENUMERATION.finditer(block.text):
        items = match["items"]
        closed = block.text[match.end("items") : match.end("items") + 1] in _SENTENCE_ENDS
        if _AND_OTHERS.search(items.strip()) or not closed or items.count("（") != items.count("）"):
            continue
        listed = _split_outside_brackets(items)
        count = whole(match["count"])
        start = block.place.start + match.start("count")
        figure = next((f for f in reading.figures if f.place.start == start), None)
        if figure is None or figure.role is Role.CODE:
            continue
        yield Instance(
            relations["listed-units"],
            "logic",
            (Term(figure),),
            (),
            unit="个",
            holds=len(listed) == count,
            note=f"所说 {count} 个，列出 {len(listed)} 个：{'、'.join(listed)}",
            note_en=f"{count} are counted, {len(listed)} are listed",
            words=(
                WordEvidence(
                    reading.path,
                    reading.document.within(block.place, *match.span("items")),
                    items,
                    quote=match[0],
                ),
            ),
        )


def _split_outside_brackets(items: str) -> list[str]:
    depth, current, found = 0, "", []
    for character in items:
        depth += (character in "（(") - (character in "）)")
        if depth == 0 and character in "、，,和及":
            if character in "和及" and not current.endswith(("室", "科", "处", "局", "中心", "站", "队", "所", "院")):
                current += character
                continue
            found.append(current)
            current = ""
        else:
            current += character
    found.append(current)
    return [item.strip() for item in found if item.strip()]
