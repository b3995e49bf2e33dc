"""How fast the site is built, and how much of it a run that changes one unit writes anew.

``python -m tests.benchmarks.site [UNITS]`` multiplies the shipped documents through the document writer: each unit gets
its own name and four documents, a budget and final accounts for each of two years. Beside it stands what Great
Expectations needs for Data Docs of as many validation results.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from checks.audit import Audit, Ingested, audit_ingested, ingest
from datasets.facsimile import DOCUMENTS, DocumentData, load_document_data, write_document
from flows.site.build import build_site
from flows.site.pages.history import LastRun

_UNITS = 200
_NAMES = ("昌吉回族自治州科学技术局", "昌吉州科学技术局", "昌吉州科技局", "科学技术局", "科技局")
_DIGITS = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")
_SHIFTS = (0, 1)
#: Enough results for a rate; all are rendered in every build, one after the other.
_RESULTS = 40
_COLUMNS, _FAILING = 10, 2


def renamed(data: DocumentData, number: int, shift: int, numbers: Sequence[tuple[str, str]] = ()) -> DocumentData:
    """The document of another unit and other years, with some numbers changed."""

    def said(text: str) -> str:
        for name in _NAMES:
            text = text.replace(name, f"昌吉州{str(number).translate(_DIGITS)}局")
        for year in range(2026, 2018, -1) if shift else ():
            text = text.replace(str(year), str(year + shift))
        for old, new in numbers:
            text = text.replace(old, new)
        return text

    def walked(value: Any) -> Any:  # noqa: ANN401 - what YAML holds
        if isinstance(value, str):
            return said(value)
        if isinstance(value, list):
            return [walked(item) for item in value]
        if isinstance(value, dict):
            return {key: walked(item) for key, item in value.items()}
        return value

    return cast("DocumentData", walked(data))


def documents(folder: Path, units: int) -> Iterator[Path]:
    """Write the documents of all units."""
    sources = [load_document_data(path) for path in sorted(DOCUMENTS.glob("*.yaml"))]
    for number in range(1, units + 1):
        for shift in _SHIFTS:
            for kind, data in enumerate(sources):
                path = folder / f"{number}-{shift}-{kind}.docx"
                write_document(renamed(data, number, shift), path)
                yield path


def built(audit: Audit, records: tuple[Ingested, ...], output: Path, last: Path | None = None) -> float:
    """Build the site and give the seconds of processor time it took."""
    texts = [record.reading.document for record in records if record.reading is not None]
    start = time.process_time()
    build_site(audit, output, texts=texts, last_run=LastRun(last))
    return time.process_time() - start


def changed(output: Path, since: float) -> list[Path]:
    """The files written after a moment."""
    return [file for file in output.rglob("*") if file.is_file() and file.stat().st_mtime >= since]


def data_docs(results: int) -> float:
    """Seconds of processor time in which Great Expectations builds its stock Data Docs for so many results.

    Each result is one run of a suite of 20 expectations, of which two fail, on a frame of 20 rows; ours have 19.
    """
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
    from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull

    frame = pd.DataFrame({f"column_{number}": range(20) for number in range(_COLUMNS)})
    with tempfile.TemporaryDirectory() as folder:
        context = gx.get_context(mode="file", context_root_dir=folder)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        suite = gx.ExpectationSuite(name="figures")
        for number in range(_COLUMNS):
            column, highest = f"column_{number}", 10 if number < _FAILING else 20
            suite.add_expectation(ExpectColumnValuesToNotBeNull(column=column))
            suite.add_expectation(ExpectColumnValuesToBeBetween(column=column, min_value=0, max_value=highest))
        context.suites.add(suite)
        asset = context.data_sources.add_pandas("frames").add_dataframe_asset("figures")
        definition = gx.ValidationDefinition(
            name="figures", data=asset.add_batch_definition_whole_dataframe("whole"), suite=suite
        )
        context.validation_definitions.add(definition)
        for _ in range(results):
            definition.run(batch_parameters={"dataframe": frame})
        start = time.process_time()
        context.build_data_docs()
        seconds = time.process_time() - start
        pages = len(list(Path(folder).rglob("validations/**/*.html")))
    if pages != results:
        raise RuntimeError(f"{pages} pages for {results} results")
    return seconds


def main() -> None:
    """Print what was measured."""
    units = int(sys.argv[1]) if len(sys.argv) > 1 else _UNITS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.process_time()
        records = ingest(documents(folder, units))
        audit = audit_ingested(records)
        print(
            f"{units} units, {len(audit.documents)} documents, {len(audit.figures)} numerals,"
            f" {len(audit.verdicts)} verdicts,"
            f" {len(audit.findings)} findings; read, judged in {time.process_time() - start:.0f} s"
        )
        output = folder / "site"
        print(f"site built in {built(audit, records, output):.1f} s")
        files = [file for file in output.rglob("*") if file.is_file()]
        print(f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.0f} MB")
        time.sleep(1)
        now = time.time()
        print(
            f"again, nothing changed: {built(audit, records, output):.1f} s, {len(changed(output, now))} files written"
        )
        sources = [load_document_data(path) for path in sorted(DOCUMENTS.glob("*.yaml"))]
        touched = folder / "1-0-0.docx"
        write_document(renamed(sources[0], 1, 0, (("713.33", "713.34"),)), touched)
        records = tuple(ingest([touched])[0] if record.report.path == str(touched) else record for record in records)
        audit = audit_ingested(records)
        now = time.time()
        seconds = built(audit, records, output)
        names = sorted(str(file.relative_to(output)) for file in changed(output, now))
        print(f"one number of one unit changed: {seconds:.1f} s, {len(names)} files written")
        print("  " + ", ".join(names[:12]))
    print(
        f"Great Expectations: {1000 * data_docs(_RESULTS) / _RESULTS:.0f} ms for the Data Docs of a validation result"
    )
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
