"""Data Docs pages that are read offline, in the reader's language: no script, no remote style, no beacon.

The library's own templates link to half a dozen content networks. Ours take their place by standing first in line; the
rest of the library's templates is used as it is. What the library says in English goes through ``phrases.toml``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader

from datasets.vocabulary import concepts

PAGES = Path(__file__).resolve().parent / "pages"
BETWEEN_TAGS = re.compile(r">([^<>]+)<")


@cache
def _phrases() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    raw = tomllib.loads((PAGES / "phrases.toml").read_text(encoding="utf-8"))
    return raw["exact"], tuple((re.compile(entry["english"]), entry["chinese"]) for entry in raw["pattern"])


def _in_chinese(found: re.Match[str]) -> str:
    exact, patterns = _phrases()
    words = found[1].strip()
    if not words:
        return found[0]
    said = exact.get(words)
    if said is None and words in concepts():
        said = concepts()[words].label
    for pattern, chinese in patterns if said is None else ():
        if pattern.fullmatch(words):
            said = pattern.sub(chinese, words)
            break
    return found[0] if said is None else f">{said}<"


class _OfflinePage:
    """What both kinds of page share: our templates first, then the reader's language."""

    env: Any

    def __init__(self, language: str = "zh", **settings: Any) -> None:  # noqa: ANN401 - the library's settings
        super().__init__(**settings)
        self.language = language
        self.env.loader = ChoiceLoader([FileSystemLoader(PAGES), self.env.loader])
        self.env.globals["language"] = language

    def render(self, document: Any, template: str | None = None, **settings: Any) -> str:  # noqa: ANN401
        """The page as HTML."""
        page: str = super().render(document, template, **settings)  # type: ignore[misc]
        return BETWEEN_TAGS.sub(_in_chinese, page) if self.language == "zh" else page


class ResultPage(_OfflinePage, DefaultJinjaPageView):
    """A suite, or the result of a suite."""


class IndexPage(_OfflinePage, DefaultJinjaIndexPageView):
    """The list of results and suites."""
