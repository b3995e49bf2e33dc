"""The page of a finding in one language, put together from its draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from checks.judging import value
from checks.model import Evidence, Finding, Repair, Term, Verdict
from flows.site.drafts import Draft, Quote
from flows.site.edition import Edition
from flows.site.formulas import formula, plain_number
from flows.site.inert import Html, inert
from flows.site.picture import HEIGHT, WIDTH, Box, Drawing, shortened, written
from flows.site.rendering import NOTHING, Forms
from flows.site.sitemap import file_name

#: What differs between two pages, see ``finding.html.jinja``.
SLOTS = (
    *("other", "title", "crumbs", "badges", "id", "quotes", "message", "arithmetic", "repairs", "graph", "places"),
    *("rule", "rule_id", "rule_source", "members", "suites"),
)
_MOST_TERMS = 40
_SIGNED = frozenset({"sum", "bound", "zero_implies_zero"})
_FORMULAS = {"ratio": "{0} ÷ {1}", "growth": "{0} ÷ {1} － 1", "growth_of_change": "{0} ÷（{1} － {0}）"}
_TWO = 2
#: Pixels above the graph for the heads of its columns.
_HEADS = 24


class FindingPages:
    """Makes the pages of findings in one language.

    Args:
        edition: the language.
        root: from the page to the first.
    """

    def __init__(self, edition: Edition, root: str) -> None:
        self._edition = edition
        self._words = edition.words
        self._forms = Forms("finding_parts", words=edition.words.strings, root=root, box_width=WIDTH, box_height=HEIGHT)
        self._fill = self._forms.fill

    def slots(self, draft: Draft) -> Mapping[str, str]:
        """What fills the slots of the page."""
        edition, words, record = self._edition, self._words, draft.record
        rule = edition.relations.get(record.rule)
        title = edition.rule(record.rule)
        return {
            "other": draft.stem.rpartition("/")[2] + edition.other_ending,
            "title": edition.title(record),
            "crumbs": self._crumbs(draft.document),
            "badges": self._badges(draft),
            "id": record.id,
            "quotes": _joined(self._quote(quote) for quote in draft.quotes),
            "message": record.message if edition.chinese else record.message_en,
            "arithmetic": self._arithmetic(draft),
            "repairs": self._repairs(record),
            "graph": self._graph(draft.drawing) if draft.drawing is not None else NOTHING,
            "places": self._places(record),
            "rule": self._link(edition.page("rules", record.rule) if rule else "", title),
            "rule_id": record.rule,
            "rule_source": rule.source if rule and rule.source else words["rule_source_missing"],
            "members": self._members(record),
            "suites": self._suites(draft),
        }

    def _link(self, address: str, text: str) -> str:
        return self._fill("link", address=address, text=text) if address else text

    def _crumbs(self, path: str) -> Html:
        edition, site = self._edition, self._edition.site
        report = site.reports.get(path)
        link = edition.page(site.documents[path]) if path in site.ticked else ""
        crumbs = [self._link(link, edition.document_name(path))]
        if report and report.entity in site.units:
            address = edition.page(site.units[report.entity])
            crumbs.insert(0, self._fill("crumb", address=address, text=report.entity_name or report.entity))
        return _joined(crumbs)

    def _badges(self, draft: Draft) -> Html:
        words, record = self._words, draft.record
        badges = [(f" {record.severity}", words[f"severity_{record.severity}"]), ("", words[f"status_{record.status}"])]
        if draft.change:
            badges.append(("", words[f"change_{draft.change}"]))
        if draft.review:
            badges.append(("", words[f"review_{draft.review}"]))
        return _joined(self._fill("badge", kind=kind, text=text) for kind, text in badges)

    def _quote(self, quote: Quote) -> Html:
        evidence, crop, words = quote.evidence, quote.crop, self._words
        place = words.place(evidence, file_name(evidence.document))
        link = self._edition.link_to(evidence)
        picture: str = NOTHING
        if crop is not None:
            alt = words["crop_alt"].format(place)
            picture = self._fill("crop", file=crop.file, width=str(crop.width), height=str(crop.height), alt=alt)
        to_document = self._fill("to_document", address=link) if link else NOTHING
        return self._fill("quote", crop=picture, text=quote.html, place=place, to_document=to_document)

    def _arithmetic(self, draft: Draft) -> Html:
        finding, verdicts, words = draft.record, draft.verdicts, self._words
        lines = _joined(self._lines(verdicts[0])) if verdicts else NOTHING
        rows = _numbers(finding, verdicts[:1], words.strings)
        if not lines and not rows:
            return NOTHING
        content: list[str] = []
        if lines:
            content.append(self._fill("sum", lines=lines))
        if rows:
            filled = _joined(self._fill("number", name=name, value=number) for name, number in rows)
            content.append(self._fill("numbers", rows=filled))
        if rounding := _rounding(finding, words.strings):
            content.append(self._fill("rounding", text=rounding))
        if len(verdicts) > 1:
            others = _joined(self._other(verdict) for verdict in verdicts[1:])
            content.append(self._fill("others", count=str(len(verdicts) - 1), rows=others))
        unit: str = verdicts[0].instance.unit if verdicts else ""
        unit = self._fill("in_unit", text=words["in_unit"].format(unit)) if unit else NOTHING
        return self._fill("arithmetic", unit=unit, content=_joined(content))

    def _other(self, verdict: Verdict) -> Html:
        """Another broken relation of the same root cause, as a formula."""
        edition, rule = self._edition, verdict.instance.relation.id
        html = formula(verdict, lambda figure: f"../{link}" if (link := edition.figure_link(figure)) else "")
        address = edition.page("rules", rule)
        return self._fill("other", address=address, rule=edition.rule(rule), formula=Html(html))

    def _lines(self, verdict: Verdict) -> Iterator[Html]:
        """The arithmetic of a relation, term by term, as an auditor sets it out."""
        instance, words = verdict.instance, self._words
        if verdict.stated is None or verdict.expected is None:
            yield from (self._term("", term) for term in (*instance.left, *instance.right)[:_MOST_TERMS])
            return
        yield from (self._term(_sign(term, number), term, "left") for number, term in enumerate(instance.left))
        if len(instance.left) > 1:
            yield self._line("＝", words["subtotal"], plain_number(verdict.stated), kind="total")
        for number, term in enumerate(instance.right[:_MOST_TERMS]):
            if instance.kind in _SIGNED:
                yield self._term(_sign(term, number), term)
            else:
                yield self._term("×" if instance.kind == "product" and number else "", term)
        how = words["reckoned"]
        if instance.kind in _FORMULAS and len(instance.right) == _TWO:
            how = f"{how} {_FORMULAS[instance.kind].format(*(term.figure.printed for term in instance.right))}"
        yield self._line("＝", how, plain_number(verdict.expected), kind="total")
        if verdict.gap is not None:
            yield self._line("", words["gap"], plain_number(verdict.gap), kind="gap")
        if verdict.slack is not None:
            slack = plain_number(verdict.slack.quantize(Decimal("0.0001")))
            yield self._line("±", words["rounding_slack"], slack, kind="slack")

    def _line(self, sign: str, label: str, number: str, place: str = "", kind: str = "") -> Html:
        return self._fill("line", kind=kind, sign=sign, label=label, number=number, place=place)

    def _term(self, sign: str, term: Term, kind: str = "") -> Html:
        figure, edition = term.figure, self._edition
        label = term.label or edition.label(figure.concept, figure.concept_label)
        number = f"{figure.printed} {figure.unit}".strip()
        if term.factor != 1:
            number = f"{number} ＝ {plain_number(abs(value(term)))}"
        place = self._link(edition.figure_link(figure), self._words.place(_as_evidence(term)))
        return self._line(sign, label, number, place, kind)

    def _repairs(self, finding: Finding) -> Html:
        if not finding.repairs:
            return NOTHING
        note = self._words["repair_rivals" if len(finding.repairs) > 1 else "repair_one"]
        return self._fill(
            "repairs", note=note, rows=_joined(self._repair(repair, finding) for repair in finding.repairs)
        )

    def _repair(self, repair: Repair, finding: Finding) -> Html:
        evidence, edition = finding.evidence[repair.evidence], self._edition
        place = self._words.place(evidence, _file_if_several(evidence, finding))
        cause = edition.cause(repair.cause)
        restores = self._words["list_separator"].join(edition.rule(identifier) for identifier in repair.restores)
        return self._fill(
            "repair",
            printed=evidence.printed,
            value=repair.value,
            unit=evidence.unit,
            cause=self._fill("cause", text=cause) if cause else NOTHING,
            place=self._fill("where", text=place) if place else NOTHING,
            restores=self._fill("restores", text=restores) if restores else NOTHING,
        )

    def _graph(self, drawing: Drawing) -> Html:
        edges = (self._fill("edge", kind=" bad" if broken else "", path=path) for path, broken in drawing.edges)
        boxes = (self._box(box) for box in drawing.boxes)
        width, height = str(drawing.width), str(drawing.height + _HEADS)
        return self._fill("graph", width=width, height=height, edges=_joined(edges), boxes=_joined(boxes))

    def _box(self, box: Box) -> Html:
        first, second, link = written(box, self._edition)
        filled = self._fill(
            "box",
            kind=box.kind,
            state=box.state,
            x=str(box.x),
            y=str(box.y),
            whole=f"{first} · {second}",
            first=shortened(first),
            second=shortened(second),
        )
        return self._fill("linked_box", address=link, box=filled) if link else filled

    def _places(self, finding: Finding) -> Html:
        if not finding.evidence:
            return NOTHING
        rows = _joined(self._evidence(evidence, finding) for evidence in finding.evidence)
        return self._fill("places", count=str(len(finding.evidence)), rows=rows)

    def _evidence(self, evidence: Evidence, finding: Finding) -> Html:
        words, edition = self._words, self._edition
        unsure = words[f"binding_{evidence.binding}"] if evidence.binding in {"inferred", "guessed"} else ""
        place, link = words.place(evidence, _file_if_several(evidence, finding)), edition.link_to(evidence)
        return self._fill(
            "evidence",
            role=evidence.role,
            role_name=words[f"role_{evidence.role}"],
            printed=evidence.printed,
            unit=f" {evidence.unit}" if evidence.unit else "",
            meaning=edition.evidence_label(evidence),
            binding=self._fill("binding", text=unsure) if unsure else NOTHING,
            place=self._link(link, place or words["see_in_document"]) if link else place,
        )

    def _members(self, finding: Finding) -> Html:
        if len(finding.member_ids) <= 1:
            return NOTHING
        return self._fill("members", codes=_joined(self._fill("member", code=member) for member in finding.member_ids))

    def _suites(self, draft: Draft) -> Html:
        if not draft.expectations:
            return NOTHING
        links = [self._link(self._edition.page("quality", suite), text) for text, suite in draft.expectations]
        separator = self._words["list_separator"]
        return self._fill("suites", links=Html(inert(separator).join(_joined([link]) for link in links)))


def _joined(pieces: Iterable[str]) -> Html:
    return Html("".join(piece if piece.__class__ is Html else inert(piece) for piece in pieces))


def _numbers(finding: Finding, shown: Sequence[Verdict], words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
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
    """Unit of the arithmetic: that of the figure which prints what is stated or should print what is expected.

    Where no figure does, it is the one that all share.
    """
    for evidence in finding.evidence:
        if finding.stated and evidence.printed.replace(",", "").replace("，", "") == finding.stated:
            return evidence.unit
    for repair in finding.repairs:
        if finding.expected and repair.value.replace(",", "") == finding.expected:
            return finding.evidence[repair.evidence].unit
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


def _sign(term: Term, number: int) -> str:
    return "－" if term.weight < 0 else "＋" if number else ""


def _as_evidence(term: Term) -> Evidence:
    figure = term.figure
    return Evidence(figure.document, figure.printed, "", figure.place, figure.table, figure.row, figure.column)


def _file_if_several(evidence: Evidence, finding: Finding) -> str:
    """Name the file only where a finding joins several: its heading and its quotes name the one."""
    several = any(each.document != evidence.document for each in finding.evidence)
    return file_name(evidence.document) if several else ""
