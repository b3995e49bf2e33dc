"""The Great Expectations context: opened without telemetry, and generated from the definitions of the suites.

``python -m checks.suites.context`` brings the committed JSON of ``great_expectations/`` up to date with
``suites/expectations.toml``. Nothing is written where nothing changed, so the ids in the files stay as they are.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from checks.suites.definitions import LANGUAGES, Expected, SuiteDefinition, definitions
from datasets.errors import DataFileError, GoujiError

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite
    from great_expectations.data_context.data_context.file_data_context import FileDataContext
    from great_expectations.expectations.expectation import Expectation

#: The context that is committed; a run never works in it.
COMMITTED = Path(__file__).resolve().parents[2] / "great_expectations"
DATA_SOURCE = "gouji"
WHOLE_FRAME = "whole_frame"
#: A failing row is listed with our ids up to this many per expectation; beyond it only counts are exact.
MOST_ROWS = 200


def load_library() -> ModuleType:
    """Import Great Expectations (slow: seconds) with analytics off, and our expectations and pages with it.

    Raises:
        GoujiError: the library is not installed; the folder of the same name would then be imported in its place.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ.setdefault("DO_NOT_TRACK", "1")
    try:
        with warnings.catch_warnings():
            # The library's own imports of deprecated standard modules are nothing that we or a user could change.
            warnings.simplefilter("ignore", DeprecationWarning)
            gx = importlib.import_module("great_expectations")
    except ImportError as error:
        raise GoujiError(f"great-expectations 不可用（{error}）；请按 requirements.lock 安装依赖") from error
    if not hasattr(gx, "get_context"):
        raise GoujiError("great-expectations 未安装，导入到的是同名文件夹；请按 requirements.lock 安装依赖")
    plugins = str(COMMITTED / "plugins")
    if plugins not in sys.path:
        sys.path.append(plugins)
    # A suite that is loaded before its expectation classes silently loses those expectations.
    importlib.import_module("gouji_expectations")
    importlib.import_module("gouji_pages")
    return gx


def open_context(directory: Path) -> FileDataContext:
    """The file context in a folder; always by path, or the library would make a folder of its own."""
    gx = load_library()
    before = list(sys.path)
    context = gx.get_context(mode="file", context_root_dir=str(directory))
    sys.path[:] = before
    return context  # type: ignore[no-any-return]


def _expectation(expected: Expected, lang: str) -> Expectation:
    gx = load_library()
    name = "".join(part.capitalize() for part in expected.type.split("_"))
    kind = getattr(gx.expectations, name, None) or getattr(sys.modules["gouji_expectations"], name)
    return kind(**expected.arguments, severity=expected.severity, description=expected.words(lang))  # type: ignore[no-any-return]


def expected_suite(definition: SuiteDefinition, name: str, lang: str = "zh") -> ExpectationSuite:
    """A suite as the definitions have it, not yet stored."""
    gx = load_library()
    return gx.ExpectationSuite(  # type: ignore[no-any-return]
        name=name, expectations=[_expectation(expected, lang) for expected in definition.expected]
    )


def same_expectations(left: ExpectationSuite, right: ExpectationSuite) -> bool:
    """Whether two suites expect the same in the same order and words; ids do not count."""
    if len(left.expectations) != len(right.expectations):
        return False
    return all(
        a.configuration.isEquivalentTo(b.configuration, match_type="runtime")
        and (a.severity, a.description) == (b.severity, b.description)
        for a, b in zip(left.expectations, right.expectations, strict=True)
    )


def stored_count(directory: Path, name: str) -> int:
    """How many expectations the JSON of a suite holds, whether or not they can be loaded."""
    stored = json.loads((directory / "expectations" / f"{name}.json").read_text(encoding="utf-8"))
    return len(stored["expectations"])


def load_suite(context: FileDataContext, directory: Path, name: str) -> ExpectationSuite:
    """A stored suite, complete.

    Raises:
        DataFileError: fewer expectations were loaded than are stored; the library drops what it does not know.
    """
    suite = context.suites.get(name)
    stored = stored_count(directory, name)
    if len(suite.expectations) != stored:
        raise DataFileError(
            f"expectations/{name}.json：存有 {stored} 条期望，只载入 {len(suite.expectations)} 条；"
            "请先导入 great_expectations/plugins",
            f"expectations/{name}.json: {stored} expectations are stored, {len(suite.expectations)} were loaded; "
            "import great_expectations/plugins first",
        )
    return suite


def _batch(context: FileDataContext, frame: str) -> Any:  # noqa: ANN401 - the library's type is not exported
    names = {source["name"] for source in context.list_datasources()}
    source: Any = (
        context.data_sources.get(DATA_SOURCE)
        if DATA_SOURCE in names
        else context.data_sources.add_pandas(name=DATA_SOURCE)
    )
    known = {asset.name for asset in source.assets}
    asset = source.get_asset(frame) if frame in known else source.add_dataframe_asset(name=frame)
    defined = {batch.name for batch in asset.batch_definitions}
    if WHOLE_FRAME in defined:
        return asset.get_batch_definition(WHOLE_FRAME)
    return asset.add_batch_definition_whole_dataframe(WHOLE_FRAME)


def result_format(definition: SuiteDefinition) -> dict[str, object]:
    """The first failing rows with the columns that identify them in our own records, and how many there are.

    A format that lists all of them costs minutes where an expectation fails throughout.
    """
    return {
        "result_format": "SUMMARY",
        "unexpected_index_column_names": list(definition.index),
        "partial_unexpected_count": MOST_ROWS,
        "return_unexpected_index_query": False,
    }


def _store(context: FileDataContext, directory: Path, definition: SuiteDefinition, name: str, lang: str) -> bool:
    """Add or update a suite with its validation definition and checkpoint; True when something was written."""
    gx = load_library()
    wanted = expected_suite(definition, name, lang)
    path = directory / "expectations" / f"{name}.json"
    changed = True
    if not path.is_file():
        suite = context.suites.add(wanted)
    elif same_expectations(stored := context.suites.get(name), wanted) and len(stored.expectations) == stored_count(
        directory, name
    ):
        suite, changed = stored, False
    else:
        suite = context.suites.add_or_update(wanted)
    batch = _batch(context, name)
    if not (directory / "validation_definitions" / f"{name}.json").is_file():
        context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
        changed = True
    validation = context.validation_definitions.get(name)
    wanted_format = result_format(definition)
    if not (directory / "checkpoints" / f"{name}.json").is_file():
        context.checkpoints.add(
            # No action updates the pages: every build renders all of them, so they are built once, at the end.
            gx.Checkpoint(name=name, validation_definitions=[validation], actions=[], result_format=wanted_format)
        )
        changed = True
    elif (checkpoint := context.checkpoints.get(name)).result_format != wanted_format:
        checkpoint.result_format = wanted_format
        checkpoint.save()
        changed = True
    return changed


def suites_for(years: Iterable[tuple[str, int]] = ()) -> dict[str, tuple[SuiteDefinition, int | None]]:
    """Name, definition and fiscal year of the shipped suites and of those for further kinds and years of documents."""
    wanted: dict[str, tuple[SuiteDefinition, int | None]] = {}
    extra = set(years)
    for definition in definitions().suites:
        if definition.kind is None:
            wanted[definition.name] = (definition, None)
            continue
        further = {year for kind, year in extra if kind == definition.kind}
        for year in sorted({*definition.years, *further}):
            wanted[definition.named(year)] = (definition, year)
    return wanted


def build_context(
    directory: Path = COMMITTED, *, years: Iterable[tuple[str, int]] = (), lang: str = "zh"
) -> tuple[str, ...]:
    """Bring the suites, validation definitions and checkpoints of a context into line with the definitions.

    Args:
        directory: folder of ``great_expectations.yml``.
        years: kind ("budget", "final_accounts") and fiscal year of documents beyond those the suites are shipped for.
        lang: language of the sentences, "zh" or "en".

    Returns:
        The names of the suites that were written; empty when everything was up to date.

    Raises:
        GoujiError: the language is unknown or the library is missing.
    """
    if lang not in LANGUAGES:
        raise GoujiError(f"不支持的语言 {lang}；请用 {' 或 '.join(LANGUAGES)}")
    context = open_context(directory)
    written = [
        name
        for name, (definition, _) in suites_for(years).items()
        if _store(context, directory, definition, name, lang)
    ]
    for name in suites_for(years):
        load_suite(context, directory, name)
    return tuple(written)


if __name__ == "__main__":
    for suite_name in build_context():
        sys.stdout.write(f"{suite_name}\n")
