"""Data Docs pages that are read offline, in the reader's language: no script, no remote style, no beacon.

The library's own pages link to half a dozen content networks, print cells unescaped, and name neither severity nor
source. Ours are drawn from the same stored results by the same site builder: a *renderer* of this module turns a result
into plain data, a *view* turns that into HTML with every word escaped. What belongs to one run (where the report shows
a figure, which suites had no document) is read from ``about.json`` beside the results.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from great_expectations.core import ExpectationSuite, ExpectationSuiteValidationResult
from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from checks.suites.definitions import QUANTUM, SEVERITIES, SEVERITY_WORDS, place_of_suite, title_of
from checks.suites.page_words import PAGES, page_words
from datasets.vocabulary.concepts import concepts

#: Columns that say what a failing row is; all others were judged.
RECORDS = ("document_id", "verdict_id", "finding_id")
FIGURES = ("figure_id", "figure_ids")
#: From a page of results up to the first page, and of a suite.
UP_FROM_RESULT, UP_FROM_SUITE = "../../../../", "../"
LONGEST_CELL = 300
MOST_FIGURES = 8
MOST_FINDINGS = 4
_KEPT = "\t\n"


def shown(cell: object) -> str:
    """A cell as it was before it was escaped for the library: invisible characters spelt out, what is too long cut."""
    text = html.unescape("" if cell is None else str(cell))
    total = len(text)
    text = "".join(
        f"⟦U+{ord(c):04X}⟧" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in _KEPT else c
        for c in text[:LONGEST_CELL]
    )
    return text if total <= LONGEST_CELL else f"{text}…（{total}）"


class About:
    """What the pages know of the run that the results do not hold."""

    def __init__(self, context: AbstractDataContext) -> None:
        path = Path(str(context.root_directory)) / "uncommitted" / "about.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        self.addresses: Mapping[str, Mapping[str, Any]] = known.get("addresses", {})
        self.skipped: Mapping[str, str] = known.get("skipped", {})

    def link(self, kind: str, identifier: str) -> str:
        """The address of a figure, document or finding as seen from a page of results; "" where it has no page."""
        address = self.addresses.get(kind, {}).get(identifier, "")
        # Quoted and led by dots, an address can neither leave the folder by a scheme nor break out of its attribute.
        return f"{UP_FROM_RESULT}../{quote(address, safe='/#')}" if address else ""


class _Renderer:
    def __init__(self, data_context: AbstractDataContext) -> None:
        self.context = data_context


class ResultRenderer(_Renderer):
    """The result of a suite as plain data."""

    def render(self, result: ExpectationSuiteValidationResult) -> dict[str, Any]:
        """What the page of a result says; failures first, the worst of them first."""
        about = About(self.context)
        outcomes = sorted((_outcome(entry, about) for entry in result.results), key=_rank)
        return {"template": "result.html.jinja", "home": UP_FROM_RESULT, **_summary(result), "outcomes": outcomes}


class SuiteRenderer(_Renderer):
    """A suite as plain data."""

    def render(self, suite: ExpectationSuite) -> dict[str, Any]:
        """What the page of a suite says: its sentences in their order."""
        expected = [(_severity(entry), entry.description or "", entry.expectation_type) for entry in suite.expectations]
        return {"template": "suite.html.jinja", "home": UP_FROM_SUITE, "name": suite.name, "expected": expected}


class IndexRenderer(_Renderer):
    """The first page as plain data."""

    def render(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """All results in the order of the definitions, and the suites that had no document."""
        store = self.context.stores["validation_results_store"]
        results = [
            {"link": quote("/".join(("validations", *key.to_tuple())) + ".html"), **_summary(store.get(key))}
            for key in sorted(store.list_keys(), key=lambda key: place_of_suite(key.expectation_suite_identifier.name))
        ]
        skipped = About(self.context).skipped
        return {"template": "index.html.jinja", "home": "", "results": results, "skipped": skipped}


def _severity(entry: Any) -> str:  # noqa: ANN401 - an expectation or its configuration
    return str(getattr(entry.severity, "value", entry.severity))


def _summary(result: ExpectationSuiteValidationResult) -> dict[str, Any]:
    failed = [_severity(entry.expectation_config) for entry in result.results if not entry.success]
    rows = [entry.result.get("element_count") or 0 for entry in result.results]
    return {
        "name": result.suite_name,
        "severity": min(failed, key=SEVERITIES.index, default=""),
        "success": not set(failed) - {"info"},
        "rows": max(rows, default=0),
        "evaluated": len(result.results),
        "failed": len(failed),
    }


def _rank(outcome: Mapping[str, Any]) -> tuple[bool, int]:
    return (outcome["success"], 0 if outcome["success"] else SEVERITIES.index(outcome["severity"]))


def _outcome(entry: Any, about: About) -> dict[str, Any]:  # noqa: ANN401 - the library's type
    configuration, details = entry.expectation_config, entry.result
    elements = details.get("element_count")
    judged = configuration.kwargs.get("column_list", [configuration.kwargs.get("column")])
    columns = [name for name in judged if name is not None and not name.endswith(QUANTUM)]
    found = details.get("partial_unexpected_index_list") or ()
    rows = [_row(row, columns, about) for row in found]
    observed = details.get("observed_value")
    return {
        "success": bool(entry.success),
        "severity": _severity(configuration),
        "description": configuration.description or "",
        "judged": None if elements is None else elements - (details.get("missing_count") or 0),
        "failed": details.get("unexpected_count") or 0,
        "observed": shown(observed) if observed is not None else "",
        "columns": columns,
        "severities": any("severity" in row for row in found),
        "printed": any("printed" in row for row in found),
        "blamed": any(row["findings"] for row in rows),
        "rows": rows,
    }


def _row(row: Mapping[str, Any], columns: Sequence[str], about: About) -> dict[str, Any]:
    ids = html.unescape(str(next((row[name] for name in FIGURES if row.get(name)), ""))).split()
    record = html.unescape(str(next((row[name] for name in RECORDS if row.get(name)), "")))
    paths = html.unescape(str(row.get("document") or "")).split(" | ")
    blaming = dict.fromkeys(name for figure in ids for name in about.addresses.get("blaming", {}).get(figure, ()))
    return {
        "severity": row.get("severity") or "",
        "records": _linked("findings" if "finding_id" in row else "documents", [record] if record else [], about),
        "figures": _linked("figures", ids[:MOST_FIGURES], about),
        "more_figures": max(0, len(ids) - MOST_FIGURES),
        "printed": shown(row.get("printed")),
        "cells": [shown(row.get(name)) for name in columns],
        "place": shown(row.get("place")),
        "documents": [(shown(PurePath(path).name), about.link("documents", path)) for path in paths if path],
        "findings": [(name, link) for name in blaming if (link := about.link("findings", name))][:MOST_FINDINGS],
    }


def _linked(kind: str, names: Iterable[str], about: About) -> list[tuple[str, str]]:
    return [(shown(name), about.link(kind, name)) for name in names]


class Page:
    """A page in one language."""

    def __init__(self, language: str = "zh") -> None:
        self.language = language
        self.words = page_words()[language]
        self.environment = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, document: Mapping[str, Any], **_: object) -> str:
        """The page as HTML."""
        template = self.environment.get_template(document["template"])
        # The library stores bytes; a lone surrogate of a broken document must not cost the page.
        page = template.render(
            **document,
            language=self.language,
            words=self.words,
            title=lambda name: title_of(name, self.language),
            label=self._label,
            said=self._said,
            sentence=lambda severity, text: text.removeprefix(SEVERITY_WORDS[self.language].get(severity, "")),
        )
        return page.encode("utf-8", "replace").decode("utf-8")

    def _said(self, cell: str) -> str:
        """What our own records say in names and in Chinese, in the words of this language."""
        cell = str(self.words["values"].get(cell, cell))
        for pattern in self.words.get("pattern", ()):
            cell = re.sub(pattern["chinese"], pattern["english"], cell)
        return cell

    def _label(self, column: str) -> str:
        known = concepts().get(column)
        if column in self.words["columns"] or known is None:
            return str(self.words["columns"].get(column, column))
        return known.label_en if self.language == "en" else known.label
