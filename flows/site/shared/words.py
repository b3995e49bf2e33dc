"""The words of the pages in one language, out of ``strings.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import attrgetter
from pathlib import Path

from checks.model import Evidence
from datasets.data_files.languages import same_keys, used_keys
from datasets.data_files.loading import data_file
from datasets.errors import DataFileError

#: In the order they are said, from the large to the small.
_PLACE_PARTS = ("page", "part", "sheet", "cell", "block", "line")
_located = attrgetter(*_PLACE_PARTS)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a page says in one language; ``language`` is the BCP 47 tag of the page."""

    language: str
    strings: Mapping[str, str]
    families: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.strings[key]

    def family(self, family: str) -> str:
        """Name a family of rules; one that ``strings.toml`` does not name keeps its own name."""
        return self.families.get(family, family)

    def place(self, evidence: Evidence, file: str = "") -> str:
        """Say where something is printed: file, page or line, table, row, column; as much as is known."""
        parts = [file] if file else []
        if evidence.place is not None:
            located = zip(_PLACE_PARTS, _located(evidence.place), strict=True)
            parts += [self[name].format(value) for name, value in located if value is not None]
        if evidence.table:
            parts.append(self["table"].format(evidence.table))
        if evidence.row is not None:
            parts.append(self["row"].format(evidence.row))
        if evidence.column is not None:
            parts.append(self["column"].format(evidence.column))
        return self["separator"].join(parts)


@cache
def words(language: str) -> Words:
    """Read the words of a language.

    Raises:
        DataFileError: when the language is missing or says fewer things than the others.
    """
    file = data_file("flows", "site", "strings.toml")
    asked = used_keys(Path(str(files("flows") / "site")), Words.__dataclass_fields__)
    same_keys(file, ("zh", "en"), needed={*asked, "language", "families"})
    if language not in file.data:
        raise DataFileError(
            f"flows/site/strings.toml：没有语言 {language}；可用：{'、'.join(sorted(file.data))}",
            f"flows/site/strings.toml: there is no language {language}; there are: {', '.join(sorted(file.data))}",
        )
    own = dict(file.data[language])
    families = own.pop("families")
    return Words(language=own["language"], strings=own, families=families)
