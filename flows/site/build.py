"""Write the pages of an audit: one HTML file in each language, readable without a network and without a script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checks.model import Relation
from checks.relations import load_relations
from flows.site.inert import visible
from flows.site.records import AuditRecords, SuiteResults
from flows.site.view import page
from flows.site.words import words

LANGUAGES = ("zh", "en")


def build_site(
    audit: AuditRecords,
    output: Path,
    *,
    suites: SuiteResults | None = None,
    lang: str = "zh",
    relations: Mapping[str, Relation] | None = None,
) -> Path:
    """Write the pages and return the path of the first.

    Args:
        audit: what was read, judged and found.
        output: folder of the pages, made when it is missing; other files in it stay.
        suites: the Great Expectations suites as run, whose Data Docs are in ``output``; None when none ran.
        lang: language of ``index.html``, "zh" or "en"; the other one is in ``index.en.html`` or ``index.zh.html``.
        relations: the rules by id, for their titles and sources; by default those shipped.

    Raises:
        DataFileError: when ``lang`` is no language of ``strings.toml``.
    """
    words(lang)  # an unknown language must fail before anything is written
    rules = load_relations() if relations is None else relations
    output.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        other = next(name for name in LANGUAGES if name != language)
        html = _render(audit, rules, suites, language, _file(other, lang))
        (output / _file(language, lang)).write_text(html, encoding="utf-8", newline="\n")
    return output / _file(lang, lang)


def _file(language: str, first: str) -> str:
    return "index.html" if language == first else f"index.{language}.html"


def _render(
    audit: AuditRecords, rules: Mapping[str, Relation], suites: SuiteResults | None, language: str, other: str
) -> str:
    said = words(language)
    style = (files("flows.site") / "templates" / "style.css").read_text(encoding="utf-8")
    # The hash lets exactly this style through the content policy of the page, and nothing else.
    style_hash = b64encode(sha256(style.encode()).digest()).decode()
    template = _environment().get_template("page.html.jinja")
    return template.render(
        page=page(audit, said, rules, suites),
        words=said.strings,
        language=said.language,
        other=other,
        other_language=words("en" if language == "zh" else "zh").language,
        style=Markup(style),  # noqa: S704 - our own file, no foreign text
        style_hash=style_hash,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("flows.site"),
        autoescape=True,
        finalize=_spelled_out,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _spelled_out(value: object) -> object:
    """Spell out what is invisible in whatever the template prints; what is markup already went through this."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
