"""A finding with everything resolved that its page says about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from checks.judging import value
from checks.model import Evidence, Finding, Repair, Severity, Term, Verdict
from flows.site.crops import Crop
from flows.site.edition import Edition
from flows.site.formulas import formula, plain_number
from flows.site.picture import Drawing, draw, verdicts_of
from flows.site.sitemap import file_name, main_document

#: A quote is a sentence or a row; a longer one is a cell that swallowed half a document.
_LONGEST_QUOTE = 600
_MOST_TERMS = 40
_SIGNED = frozenset({"sum", "bound", "zero_implies_zero"})
_FORMULAS = {"ratio": "{0} ÷ {1}", "growth": "{0} ÷ {1} － 1", "growth_of_change": "{0} ÷（{1} － {0}）"}
_TWO = 2

CropOf = Callable[[Evidence], Crop | None]


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One row of the list of places."""

    role: str
    printed: str
    unit: str
    meaning: str
    binding: str
    place: str
    link: str


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quoted sentence, row or cell with its place, and the picture of the printed page where there is one."""

    html: Markup
    place: str
    link: str
    crop: Crop | None


@dataclass(frozen=True, slots=True)
class RepairView:
    """One way to make the relations hold."""

    printed: str
    value: str
    unit: str
    place: str
    cause: str
    restores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the arithmetic: sign, what it is, the number, and where it is printed."""

    sign: str
    label: str
    number: str
    place: str = ""
    link: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Another broken relation of the same root cause, as a formula."""

    rule: str
    link: str
    formula: Markup


@dataclass(frozen=True, slots=True)
class FindingView:
    """Everything on the page of a finding."""

    record: Finding
    stem: str
    title: str
    message: str
    document: str
    document_link: str
    file: str
    unit_link: str
    unit_name: str
    quotes: tuple[QuoteView, ...]
    lines: tuple[Line, ...]
    line_unit: str
    rounding: str
    arithmetic: tuple[tuple[str, str], ...]
    others: tuple[Broken, ...]
    evidence: tuple[EvidenceView, ...]
    places_open: bool
    repairs: tuple[RepairView, ...]
    rule_title: str
    rule_source: str
    rule_link: str
    drawing: Drawing | None
    expectations: tuple[tuple[str, str], ...]


def finding_view(
    number: int,
    finding: Finding,
    edition: Edition,
    crop_of: CropOf,
    failing: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> FindingView:
    """Work out the page of a finding.

    Args:
        number: its place among the findings of the audit.
        finding: the record.
        edition: the language.
        crop_of: gives the picture around a place.
        failing: by figure, the failing expectations that list it, each with the place of its suite on the quality page.
    """
    words, site = edition.words, edition.site
    path = main_document(finding)
    report = site.reports.get(path)
    rule = edition.relations.get(finding.rule)
    verdicts = verdicts_of(finding, site)
    figures = [e.figure_id for e in finding.evidence if e.figure_id]
    return FindingView(
        record=finding,
        stem=site.findings[number],
        title=edition.title(finding),
        message=finding.message if edition.chinese else finding.message_en,
        document=edition.document_name(path),
        document_link=edition.page(site.documents[path]) if path in site.ticked else "",
        file=file_name(path),
        unit_link=edition.page(site.units[report.entity]) if report and report.entity in site.units else "",
        unit_name=(report.entity_name or report.entity) if report else "",
        quotes=_quotes(finding, edition, crop_of),
        lines=_lines(verdicts[0], edition) if verdicts else (),
        line_unit=verdicts[0].instance.unit if verdicts else "",
        rounding=_rounding(finding, words.strings),
        arithmetic=_arithmetic(finding, verdicts[:1], words.strings),
        others=tuple(_broken(verdict, edition) for verdict in verdicts[1:]),
        evidence=tuple(_evidence(evidence, finding, edition) for evidence in finding.evidence),
        places_open=finding.severity is not Severity.INFO,
        repairs=tuple(_repair(repair, finding, edition) for repair in finding.repairs),
        rule_title=edition.rule(finding.rule),
        rule_source=rule.source if rule and rule.source else words["rule_source_missing"],
        rule_link=edition.page("rules", finding.rule) if rule else "",
        drawing=draw(finding, edition),
        expectations=tuple(
            dict.fromkeys(
                (text, edition.page("quality", suite))
                for figure in figures
                for text, suite in (failing or {}).get(figure, ())
            )
        ),
    )


def _arithmetic(finding: Finding, shown: Sequence[Verdict], words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What the suspect prints and should be; nothing where the relation that is shown says the same."""
    if any((_plain(v.stated), _plain(v.expected)) == (finding.stated, finding.expected) for v in shown):
        return ()
    numbers = {
        "stated": finding.stated,
        "expected": finding.expected,
        "gap": finding.gap,
        "rounding_slack": finding.rounding_slack,
    }
    unit = unit_of(finding)
    return tuple((words[key], f"{value} {unit}".strip()) for key, value in numbers.items() if value)


def _plain(number: Decimal | None) -> str:
    return "" if number is None else plain_number(number).replace(",", "")


def unit_of(finding: Finding) -> str:
    """Unit of the arithmetic: that of the figure which prints the stated value, else the one that all figures share."""
    for evidence in finding.evidence:
        if finding.stated and evidence.printed.replace(",", "").replace("，", "") == finding.stated:
            return evidence.unit
    shared = {evidence.unit for evidence in finding.evidence if evidence.unit}
    return shared.pop() if len(shared) == 1 else ""


def _rounding(finding: Finding, words: Mapping[str, str]) -> str:
    """Whether rounding explains the gap, as a sentence."""
    if not finding.gap or not finding.rounding_slack:
        return ""
    gap, slack = abs(Decimal(finding.gap)), Decimal(finding.rounding_slack)
    if slack == 0:
        return words["rounding_exact"]
    key = "rounding_too_small" if gap > slack else "rounding_enough"
    return words[key].format(gap=plain_number(gap), slack=plain_number(slack))


def _lines(verdict: Verdict, edition: Edition) -> tuple[Line, ...]:
    """The arithmetic of a relation, term by term, as an auditor sets it out."""
    instance, words = verdict.instance, edition.words
    if verdict.stated is None or verdict.expected is None:
        return tuple(_line("", term, edition) for term in (*instance.left, *instance.right)[:_MOST_TERMS])
    lines = [_line(_sign(term, number), term, edition, "left") for number, term in enumerate(instance.left)]
    if len(instance.left) > 1:
        lines.append(Line("＝", words["subtotal"], plain_number(verdict.stated), kind="total"))
    lines += [_right_line(verdict, term, number, edition) for number, term in enumerate(instance.right[:_MOST_TERMS])]
    how = words["reckoned"]
    if instance.kind in _FORMULAS and len(instance.right) == _TWO:
        how = f"{how} {_FORMULAS[instance.kind].format(*(term.figure.printed for term in instance.right))}"
    lines.append(Line("＝", how, plain_number(verdict.expected), kind="total"))
    if verdict.gap is not None:
        lines.append(Line("", words["gap"], plain_number(verdict.gap), kind="gap"))
    if verdict.slack is not None:
        slack = plain_number(verdict.slack.quantize(Decimal("0.0001")))
        lines.append(Line("±", words["rounding_slack"], slack, kind="slack"))
    return tuple(lines)


def _right_line(verdict: Verdict, term: Term, number: int, edition: Edition) -> Line:
    kind = verdict.instance.kind
    if kind in _SIGNED:
        return _line(_sign(term, number), term, edition)
    return _line("×" if kind == "product" and number else "", term, edition)


def _sign(term: Term, number: int) -> str:
    return "－" if term.weight < 0 else "＋" if number else ""


def _line(sign: str, term: Term, edition: Edition, kind: str = "") -> Line:
    figure = term.figure
    label = term.label or edition.label(figure.concept, figure.concept_label)
    number = f"{figure.printed} {figure.unit}".strip()
    if term.factor != 1:
        number = f"{number} ＝ {plain_number(abs(value(term)))}"
    evidence = _as_evidence(term)
    return Line(sign, label, number, edition.words.place(evidence), edition.figure_link(figure), kind)


def _as_evidence(term: Term) -> Evidence:
    figure = term.figure
    return Evidence(figure.document, figure.printed, "", figure.place, figure.table, figure.row, figure.column)


def _broken(verdict: Verdict, edition: Edition) -> Broken:
    rule = verdict.instance.relation.id
    html = formula(verdict, lambda figure: f"../{link}" if (link := edition.figure_link(figure)) else "")
    return Broken(edition.rule(rule), edition.page("rules", rule), Markup(html))  # noqa: S704 - formula is inert


def _quotes(finding: Finding, edition: Edition, crop_of: CropOf) -> tuple[QuoteView, ...]:
    """Each place that is blamed once, with every numeral of the finding that stands in the same words marked."""
    together: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for evidence in finding.evidence:
        together[evidence.document, evidence.quote or evidence.printed].append(evidence)
    views = []
    for (document, quote), group in together.items():
        blamed = [evidence for evidence in group if evidence.role != "evidence"]
        if not blamed and finding.evidence[0] not in group:
            continue
        first = (blamed or group)[0]
        shown = _around(quote, first.printed)
        place = edition.words.place(first, file_name(document))
        views.append(QuoteView(edition.site.marked(shown, group), place, edition.link_to(first), crop_of(first)))
    return tuple(views)


def _around(quote: str, printed: str) -> str:
    """A quote cut to the part around what it is about, where it is very long; the document page has the whole."""
    if len(quote) <= _LONGEST_QUOTE:
        return quote
    at = max(0, quote.find(printed) - _LONGEST_QUOTE // 2)
    cut = quote[at : at + max(_LONGEST_QUOTE, min(len(printed), 4 * _LONGEST_QUOTE))]
    return ("…" if at else "") + cut + "…"


def _evidence(evidence: Evidence, finding: Finding, edition: Edition) -> EvidenceView:
    return EvidenceView(
        role=evidence.role,
        printed=evidence.printed,
        unit=evidence.unit,
        meaning=edition.evidence_label(evidence),
        binding=edition.words[f"binding_{evidence.binding}"] if evidence.binding in {"inferred", "guessed"} else "",
        place=edition.words.place(evidence, _file_if_several(evidence, finding)),
        link=edition.link_to(evidence),
    )


def _file_if_several(evidence: Evidence, finding: Finding) -> str:
    """Name the file only where a finding joins several: its heading and its quotes name the one."""
    several = len({each.document for each in finding.evidence}) > 1
    return file_name(evidence.document) if several else ""


def _repair(repair: Repair, finding: Finding, edition: Edition) -> RepairView:
    evidence = finding.evidence[repair.evidence]
    return RepairView(
        printed=evidence.printed,
        value=repair.value,
        unit=evidence.unit,
        place=edition.words.place(evidence, _file_if_several(evidence, finding)),
        cause=edition.cause(repair.cause),
        restores=tuple(edition.rule(identifier) for identifier in repair.restores),
    )
