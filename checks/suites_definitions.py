"""What the suites expect, read from ``suites/expectations.toml`` into records; no Great Expectations, no pandas."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from datasets.errors import DataFileError
from datasets.model import Kind
from datasets.units import units

SEVERITIES = ("critical", "warning", "info")
LANGUAGES = ("zh", "en")
#: The library's pages do not show how bad a failure is, so each sentence begins with it.
SEVERITY_WORDS = {
    "zh": {"critical": "【必须】", "warning": "【应当】", "info": "【提示】"},
    "en": {"critical": "[critical] ", "warning": "[warning] ", "info": "[info] "},
}
QUANTUM = "_quantum"
SOURCE = "checks/suites/expectations.toml"


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation: its Great Expectations type and arguments, how bad a failure is, and what it says."""

    type: str
    arguments: Mapping[str, object]
    severity: str
    text: str
    text_en: str

    def words(self, lang: str) -> str:
        """The sentence in ``zh`` or ``en``, its severity first."""
        return SEVERITY_WORDS[lang][self.severity] + (self.text_en if lang == "en" else self.text)


@dataclass(frozen=True, slots=True)
class SuiteDefinition:
    """A suite: the frame it runs on, the columns that identify a failing row, and what it expects.

    ``kind`` is set for suites of one kind of document and fiscal year; their ``name`` holds ``{year}`` and ``years``
    are those that ship in the committed context.
    """

    name: str
    title: str
    title_en: str
    frame: str
    index: tuple[str, ...]
    expected: tuple[Expected, ...]
    kind: Kind | None = None
    years: tuple[int, ...] = ()

    def named(self, year: int) -> str:
        """The name of the suite for a fiscal year."""
        return self.name.format(year=year)

    def words(self, lang: str, year: int) -> str:
        """What a reader calls the suite, in ``zh`` or ``en``."""
        return (self.title_en if lang == "en" else self.title).format(year=year)


@dataclass(frozen=True, slots=True)
class WideFrame:
    """A frame with one column per concept and a row per group of concepts that stand together.

    Figures need not agree on the ignored axes of scope to share a row.
    """

    name: str
    groups: tuple[tuple[str, ...], ...]
    ignored_axes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything ``expectations.toml`` says; a sum lists its total first.

    ``required`` and ``usual`` are by kind of document, each a tuple of alternatives; they are asked of a document that
    prints at least ``fewest_tables`` tables.
    """

    suites: tuple[SuiteDefinition, ...]
    wide: tuple[WideFrame, ...]
    sums: tuple[tuple[str, ...], ...]
    repeated: frozenset[str]
    required: Mapping[str, tuple[tuple[str, ...], ...]]
    usual: Mapping[str, tuple[tuple[str, ...], ...]]
    fewest_tables: int
    standing: frozenset[str]
    headcount: frozenset[str]
    ceilings: frozenset[str]


def _with_quanta(names: Sequence[str]) -> list[str]:
    return [name + quantum for name in names for quantum in ("", QUANTUM)]


def _argument(value: object) -> object:
    """Spell out ``sum:a,b``, ``pair:a,b`` (columns with their quanta) and ``units:money``."""
    if not isinstance(value, str):
        return value
    word, _, rest = value.partition(":")
    match word:
        case "sum" | "pair":
            return _with_quanta(rest.split(","))
        case "units":
            return [unit.name for unit in units().values() if unit.dimension == rest]
        case _:
            return value


def _expected(raw: Mapping[str, object]) -> Expected:
    kind = str(raw.get("type", ""))
    arguments = raw.get("arguments", {})
    severity, text, text_en = (str(raw.get(name, "")) for name in ("severity", "text", "text_en"))
    if not kind or not isinstance(arguments, dict) or severity not in SEVERITIES or not text or not text_en:
        raise DataFileError(
            f"{SOURCE}：期望 {kind or raw} 不完整；"
            f"须有 type、arguments、severity（{'、'.join(SEVERITIES)}）、text、text_en"
        )
    spelled = {name: _argument(value) for name, value in arguments.items()}
    return Expected(kind, spelled, severity, text, text_en)


def _suite(raw: Mapping[str, object], templates: Mapping[str, Sequence[Mapping[str, object]]]) -> SuiteDefinition:
    names: Sequence[str] = raw.get("templates", [])  # type: ignore[assignment]
    own: Sequence[Mapping[str, object]] = raw.get("expectation", [])  # type: ignore[assignment]
    shared = [entry for name in names for entry in templates[name]]
    return SuiteDefinition(
        name=str(raw["name"]),
        title=str(raw["title"]),
        title_en=str(raw["title_en"]),
        frame=str(raw["frame"]),
        index=tuple(raw["index"]),  # type: ignore[arg-type]
        expected=tuple(_expected(entry) for entry in (*own, *shared)),
        kind=Kind(str(raw["kind"])) if "kind" in raw else None,
        years=tuple(raw.get("years", ())),  # type: ignore[arg-type]
    )


def _alternatives(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.split("|")) for name in names)


@cache
def definitions() -> Definitions:
    """The definitions of the project.

    Raises:
        DataFileError: an expectation lacks its type, severity or words.
    """
    raw = tomllib.loads((files("checks") / "suites" / "expectations.toml").read_text(encoding="utf-8"))
    links = raw["links"]
    return Definitions(
        suites=tuple(_suite(entry, raw["template"]) for entry in raw["suite"]),
        wide=tuple(
            WideFrame(name, tuple(map(tuple, entry["groups"])), tuple(entry.get("ignore_axes", ())))
            for name, entry in raw["frame"].items()
        ),
        sums=tuple(tuple(entry["concepts"]) for entry in raw["sums"]),
        repeated=frozenset(raw["repeated"]["concepts"]),
        required={kind: _alternatives(raw["required"][kind]) for kind in Kind},
        usual={kind: _alternatives(raw["usual"][kind]) for kind in Kind},
        fewest_tables=int(raw["required"]["fewest_tables"]),
        standing=frozenset(links["standing"]),
        headcount=frozenset(links["headcount"]),
        ceilings=frozenset(links["ceilings"]),
    )


def title_of(name: str, lang: str) -> str:
    """What a reader calls the suite of a name; a name that no definition has is its own title."""
    position, year = place_of_suite(name)
    return definitions().suites[position].words(lang, year) if position < len(definitions().suites) else name


def place_of_suite(name: str) -> tuple[int, int]:
    """Where a suite stands among the definitions, and its fiscal year (0 for none): the order to list suites in."""
    suites = definitions().suites
    for position, definition in enumerate(suites):
        year = re.fullmatch(re.escape(definition.name).replace(r"\{year\}", r"(\d{4})"), name)
        if year is not None:
            return position, int(year[1]) if definition.kind else 0
    return len(suites), 0
