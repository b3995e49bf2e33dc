"""The pages in one language: their words, and the names of what is on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from checks.localising import mechanisms
from checks.model import Evidence, Finding, Relation
from datasets.model import Figure, Scope
from datasets.vocabulary.concepts import concepts
from flows.site.shared.sitemap import SiteMap, file_name
from flows.site.shared.words import Words


@dataclass(frozen=True, slots=True)
class Edition:
    """One language of the site; ``ending`` and ``other_ending`` end the names of its pages and of the other's.

    ``key`` tells what all its pages are made of, see :mod:`flows.site.shared.versions`; ``said`` remembers how
    meanings are said in it: documents of one form share most of them.
    """

    words: Words
    ending: str
    other_ending: str
    relations: Mapping[str, Relation]
    site: SiteMap
    key: str = ""
    said: dict[tuple[str | None, ...], str] = field(default_factory=dict, compare=False)

    @property
    def chinese(self) -> bool:
        """True for the Chinese pages."""
        return self.words.language.startswith("zh")

    def page(self, stem: str, anchor: str = "") -> str:
        """The address of a page, seen from the first."""
        return f"{stem}{self.ending}{'#' + anchor if anchor else ''}"

    def rule(self, identifier: str) -> str:
        """The title of a rule; one that is not on record keeps its id."""
        relation = self.relations.get(identifier)
        if relation is None:
            return identifier
        return relation.title if self.chinese else relation.title_en

    def cause(self, name: str) -> str:
        """A slip by its name in this language."""
        return name if self.chinese else _slips_in_english().get(name, name)

    def title(self, finding: Finding) -> str:
        """What is wrong, in a line."""
        return finding.title if self.chinese else finding.title_en

    def label(self, concept: str, printed: str = "") -> str:
        """A concept as the document calls it; in English as the vocabulary does."""
        known = concepts().get(concept)
        if known is not None and not self.chinese:
            return known.label_en
        return printed or (known.label if known else concept)

    def evidence_label(self, evidence: Evidence) -> str:
        """What the figure of an evidence reports."""
        figure = self.site.figures.get(evidence.figure_id)
        return self.label(evidence.concept, figure.concept_label if figure else "")

    def link_to(self, evidence: Evidence) -> str:
        """The address of a place in the document as read, "" where that is not shown."""
        found = self.site.place_of(evidence)
        return self.page(*found) if found else ""

    def figure_link(self, figure: Figure) -> str:
        """The address of a figure in the document as read, "" where that is not shown."""
        if figure.document not in self.site.ticked:
            return ""
        return self.page(self.site.documents[figure.document], f"n{figure.place.start}")

    def scope(self, scope: Scope) -> list[str]:
        """The known axes of a scope in words."""
        said = [
            self._said("level", scope.level),
            self._said("fund", scope.fund),
            self._said("stage", scope.stage),
            scope.period or "",
            self._said("carryover", scope.carryover),
            self.words["function_code"].format(scope.function_code) if scope.function_code else "",
            self.words["economic_code"].format(scope.economic_code) if scope.economic_code else "",
            scope.project or "",
        ]
        return [word for word in said if word]

    def _said(self, axis: str, value: str | None) -> str:
        return self.words.strings.get(f"{axis}_{value}", value) if value else ""

    def document_name(self, path: str) -> str:
        """A document by unit, year and kind; one that could not be read by its file."""
        report = self.site.reports.get(path)
        if report is None or not report.kind:
            return file_name(path)
        name = report.entity_name or report.entity
        return self.words["document_name"].format(
            name=name, year=report.fiscal_year, kind=self.words[f"kind_{report.kind}"]
        )


@cache
def _slips_in_english() -> dict[str, str]:
    return {slip.name: slip.name_en for slip in vars(mechanisms).values() if isinstance(slip, mechanisms.Mechanism)}
