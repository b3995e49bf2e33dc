"""The files of a report, written aside and moved into place at the end.

A report is complete when its ``findings.json`` stands: an older one is taken away first and the new one moved in last,
so a run that is killed leaves an older whole report, or none, never half of one.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from flows.amounts import unit_of
from flows.payload import Language, Payload, first_suspect, payload_of, unit_names
from flows.places import place_words

if TYPE_CHECKING:
    from checks.audit import Audit
    from flows.report.workbook import Reviewed

FINDINGS = "findings.json"
GRAPH = "graph.json"

#: Columns of ``gouji check --format csv``: a finding with its first suspect, one line each.
CSV_COLUMNS = (
    "id",
    "fingerprint",
    "severity",
    "status",
    "rule",
    "family",
    "title",
    "message",
    "stated",
    "expected",
    "gap",
    "rounding_slack",
    "document",
    "place",
    "printed",
    "unit",
    "quote",
    "repair",
)
_UNFINISHED = ".unfinished-"
#: What a killed run left is cleared away once no run can still be writing it.
_LONGEST_RUN_SECONDS = 24 * 3600
#: What a spreadsheet would take for a formula. A plain signed number is none.
_FORMULA = re.compile(r"[=+\-@\t\r](?![\d.,]+%?$)")


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """A folder to write the report in; what stands there at the end of the block is moved into ``output``.

    After an error the folder is removed and ``output`` is as it was.

    Raises:
        OSError: ``output`` cannot be made or written.
    """
    output.mkdir(parents=True, exist_ok=True)
    for left in output.glob(f"{_UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > _LONGEST_RUN_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    # Inside the target: a move within one file system is a rename, which a kill cannot split.
    staging = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=output))
    try:
        yield staging
        _move_into_place(staging, output)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_into_place(staging: Path, output: Path) -> None:
    (output / FINDINGS).unlink(missing_ok=True)
    entries = sorted(staging.iterdir(), key=lambda path: path.name == FINDINGS)
    for entry in entries:
        target = output / entry.name
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        entry.replace(target)


def write_report(
    audit: Audit, folder: Path, *, reviews: Mapping[str, Reviewed] | None = None, lang: Language = "zh"
) -> None:
    """Write the data files of the public contract, the working paper and the problem lists, but not the site.

    ``reviews``: what the ledger says of findings, by id.
    """
    from checks.results.tabulation import FIGURE_COLUMNS, figure_rows
    from flows.report.problem_list import write_problem_lists
    from flows.report.workbook import WorkbookData, write_workbook

    payload = payload_of(audit)
    rows = list(figure_rows(audit))
    frames = audit.frames()
    write_json(payload, folder / FINDINGS)
    write_json(graph_data(audit), folder / GRAPH)
    with (folder / "figures.csv").open("w", encoding="utf-8-sig", newline="") as handle:
        write_rows(rows, FIGURE_COLUMNS, handle)
    frames["figures"].to_parquet(folder / "figures.parquet", index=False)
    frames["verdicts"].to_parquet(folder / "verdicts.parquet", index=False)
    reviews = reviews or {}
    units = unit_names(audit)
    finding_link, figure_link = _links(audit)
    paper = WorkbookData(
        payload,
        rows,
        ({str(name): value for name, value in row.items()} for row in frames["verdicts"].to_dict("records")),
        units=units,
        reviews=reviews,
        finding_link=finding_link,
        figure_link=figure_link,
        lang=lang,
    )
    write_workbook(paper, folder / "workbook.xlsx")
    set_aside = frozenset(identity for identity, reviewed in reviews.items() if reviewed.set_aside)
    write_problem_lists(payload, folder / "problem_lists", units=units, set_aside=set_aside, lang=lang)


def _links(audit: Audit) -> tuple[Callable[[int], str], Callable[[str], str]]:
    """The address of a finding by its number, and of a figure by its id, as seen from the folder of the report."""
    from flows.site.shared.addresses import ENDING
    from flows.site.shared.sitemap import map_site

    site = map_site(audit)
    figures = {f.id: f"site/{site.documents[f.document]}{ENDING}#n{f.place.start}" for f in audit.figures}
    return (lambda number: f"site/{site.findings[number]}{ENDING}"), (lambda identity: figures.get(identity, ""))


def write_json(data: Mapping[str, Any], path: Path) -> None:
    """Write ``data`` as UTF-8 JSON that a person can read and diff."""
    path.write_text(to_json(data), encoding="utf-8")


def to_json(data: object) -> str:
    """``data`` as JSON, Chinese as Chinese; Decimals and paths as their text, never as floats."""
    return json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n"


def graph_data(audit: Audit) -> dict[str, Any]:
    """The dependency graph as networkx node-link data; edges under ``edges``."""
    import networkx as nx

    data: dict[str, Any] = nx.node_link_data(audit.graph, edges="edges")
    return data


def write_rows(rows: Iterable[Mapping[str, str]], columns: Sequence[str], handle: TextIO) -> None:
    """Write CSV with exactly ``columns``; text that a spreadsheet would run is made inert, paths stay as given."""
    writer = csv.writer(handle)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row[c] if c == "document" else inert(row[c]) for c in columns])


def csv_text(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """The same as text, without a byte order mark."""
    handle = StringIO()
    write_rows(rows, columns, handle)
    return handle.getvalue()


def inert(text: str) -> str:
    """``text``, behind an apostrophe where a spreadsheet would take it for a formula; signed numbers stay numbers."""
    return f"'{text}" if _FORMULA.match(text) else text


def finding_rows(payload: Payload, *, english: bool) -> Iterator[dict[str, str]]:
    """One row per finding with :data:`CSV_COLUMNS`."""
    for finding in payload["findings"]:
        suspect = first_suspect(finding)
        repairs = finding.get("repairs") or []
        row = {column: str(finding.get(column) or "") for column in CSV_COLUMNS}
        row |= {
            "title": finding["title_en"] if english else finding["title"],
            "message": finding["message_en"] if english else finding["message"],
            "document": suspect.get("document", ""),
            "place": place_words({**suspect, "document": ""}, "en" if english else "zh"),
            "printed": suspect.get("printed", ""),
            "unit": unit_of(finding) or suspect.get("unit") or "",
            "quote": suspect.get("quote") or "",
            "repair": repairs[0].get("value", "") if repairs else "",
        }
        yield row


def write_text(text: str, path: Path) -> None:
    """Write ``text`` whole or not at all; through a link, and into a pipe or device as it is.

    Raises:
        OSError: the folder does not exist or cannot be written.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as handle:
            handle.write(text)
        return
    path = path.resolve()
    aside = path.with_name(f".{path.name}.unfinished-{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8", newline="") as handle:
            handle.write(text)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def digest_of(file: Path) -> str:
    """The sha256 of what a file holds."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
