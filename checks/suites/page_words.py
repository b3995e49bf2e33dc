"""The words of the data pages, out of ``great_expectations/plugins/pages/words.toml``; no Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from datasets.data_files.languages import Translation, same_keys, used_keys
from datasets.data_files.loading import DataFile

#: The folder of the templates of the pages.
PAGES = Path(__file__).resolve().parents[2] / "great_expectations" / "plugins" / "pages"


@cache
def page_words() -> Mapping[str, Mapping[str, Any]]:
    """The words by language, ``zh`` and ``en``; "pattern" holds what is said in Chinese and what stands for it.

    Raises:
        DataFileError: a language lacks what another or a template says, or a pattern is none.
    """
    file = DataFile.read(PAGES / "words.toml", "great_expectations/plugins/pages/words.toml")
    same_keys(file, ("zh", "en"), alone={"pattern", "values"}, needed=used_keys(PAGES))
    for number in range(len(file.data["en"].get("pattern", ()))):
        file.record(Translation, ("en", "pattern", number))
    return file.data
