"""The page of a finding in one language, put together from its draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from checks.findings.messages import gap_unit, shown_slack
from checks.judging.verdicts import value
from checks.model import PERCENTAGES, Evidence, Finding, Instance, Repair, Term, Verdict
from flows.site.pages.drafts import Draft, Quote
from flows.site.pictures.formulas import formula, plain_number
from flows.site.pictures.picture import HEIGHT, WIDTH, Box, Drawing, shortened, written
from flows.site.shared.edition import Edition
from flows.site.shared.inert import Html, inert
from flows.site.shared.rendering import NOTHING, Forms
from flows.site.shared.sitemap import file_name

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
        finding, verdicts = draft.record, draft.verdicts
        lines = _joined(self._lines(verdicts[0])) if verdicts else NOTHING
        rows = self._numbers(finding, verdicts[:1])
        if not lines and not rows:
            return NOTHING
        content: list[str] = []
        if lines:
            content.append(self._fill("sum", lines=lines))
        if rows:
            filled = _joined(self._fill("number", name=name, value=number) for name, number in rows)
            content.append(self._fill("numbers", rows=filled))
        if rounding := self._rounding(finding, verdicts[:1]):
            content.append(self._fill("rounding", text=rounding))
        if len(verdicts) > 1:
            others = _joined(self._other(verdict) for verdict in verdicts[1:])
            content.append(self._fill("others", count=str(len(verdicts) - 1), rows=others))
        return self._fill("arithmetic", content=_joined(content))

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
            yield from (self._term("", term, instance.unit) for term in (*instance.left, *instance.right)[:_MOST_TERMS])
            return
        yield from (
            self._term(_sign(term, number), term, instance.unit, "left") for number, term in enumerate(instance.left)
        )
        if len(instance.left) > 1:
            yield self._line("＝", words["subtotal"], _measured(verdict.stated, verdict.unit), kind="total")
        for number, term in enumerate(instance.right[:_MOST_TERMS]):
            if instance.arithmetic in _SIGNED:
                yield self._term(_sign(term, number), term, instance.unit)
            else:
                yield self._term(
                    "×" if instance.arithmetic == "product" and number else "", term, self._base_unit(instance)
                )
        how = words["reckoned"]
        if instance.arithmetic in _FORMULAS and len(instance.right) == _TWO:
            terms = (f"{term.figure.printed} {term.figure.unit}".strip() for term in instance.right)
            how = f"{how} {_FORMULAS[instance.arithmetic].format(*terms)}"
        yield self._line("＝", how, _measured(verdict.expected, verdict.unit), kind="total")
        unit = self._gap_unit(verdict.unit)
        if verdict.gap is not None:
            yield self._line("", words["gap"], _measured(verdict.gap, unit), kind="gap")
        if verdict.slack is not None:
            yield self._line("±", words["rounding_slack"], _measured(shown_slack(verdict.slack), unit), kind="slack")

    def _base_unit(self, instance: Instance) -> str:
        """The unit that the two numbers of a quotient are brought to: that of the one that is left as it is."""
        as_printed = (term.figure.unit for term in instance.right if term.factor == 1)
        return next(as_printed, "") if instance.arithmetic in PERCENTAGES else instance.unit

    def _gap_unit(self, unit: str) -> str:
        return gap_unit(unit, english=not self._edition.chinese)

    def _numbers(self, finding: Finding, shown: Sequence[Verdict]) -> tuple[tuple[str, str], ...]:
        """What the suspect prints and should be; nothing where the relation that is shown says the same."""
        if any((_plain(v.stated), _plain(v.expected)) == (finding.stated, finding.expected) for v in shown):
            return ()
        difference = self._gap_unit(finding.unit)
        numbers = (
            ("stated", finding.stated, finding.unit),
            ("expected", finding.expected, finding.unit),
            ("gap", finding.gap, difference),
            ("rounding_slack", finding.rounding_slack, difference),
        )
        return tuple((self._words[key], f"{number} {unit}".strip()) for key, number, unit in numbers if number)

    def _rounding(self, finding: Finding, shown: Sequence[Verdict]) -> str:
        """Whether rounding explains the gap of the relation that is shown, as a sentence.

        The gap at the suspect may be smaller: a repair need only bring the relation within its rounding.
        """
        numbers = next(((v.gap, v.slack, v.unit) for v in shown if v.gap is not None and v.slack is not None), None)
        if numbers is None and finding.gap and finding.rounding_slack:
            numbers = (Decimal(finding.gap), Decimal(finding.rounding_slack), finding.unit)
        if numbers is None:
            return ""
        gap, slack, unit = abs(numbers[0]), shown_slack(numbers[1]), self._gap_unit(numbers[2])
        if slack == 0:
            return self._words["rounding_exact"]
        key = "rounding_too_small" if gap > slack else "rounding_enough"
        return self._words[key].format(gap=_measured(gap, unit), slack=_measured(slack, unit))

    def _line(self, sign: str, label: str, number: str, place: str = "", kind: str = "") -> Html:
        return self._fill("line", kind=kind, sign=sign, label=label, number=number, place=place)

    def _term(self, sign: str, term: Term, unit: str, kind: str = "") -> Html:
        """A term; ``unit`` is the one that its factor brings it to."""
        figure, edition = term.figure, self._edition
        label = term.label or edition.label(figure.concept, figure.concept_label)
        number = f"{figure.printed} {figure.unit}".strip()
        if term.factor != 1:
            number = f"{number} ＝ {_measured(abs(value(term)), unit)}"
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


def _measured(number: Decimal, unit: str) -> str:
    """A number with its unit."""
    return f"{plain_number(number)} {unit}".strip()


def _plain(number: Decimal | None) -> str:
    return "" if number is None else plain_number(number).replace(",", "")


def _sign(term: Term, number: int) -> str:
    return "－" if term.weight < 0 else "＋" if number else ""


def _as_evidence(term: Term) -> Evidence:
    figure = term.figure
    return Evidence(figure.document, figure.printed, "", figure.place, figure.table, figure.row, figure.column)


def _file_if_several(evidence: Evidence, finding: Finding) -> str:
    """Name the file only where a finding joins several: its heading and its quotes name the one."""
    several = any(each.document != evidence.document for each in finding.evidence)
    return file_name(evidence.document) if several else ""
