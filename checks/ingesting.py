"""Paths to readings: every file read, every problem kept as data, versions of one document settled or reported."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from checks.barrier import NO_RULE, Fault, fault_of
from checks.model import DocumentReport
from datasets.catalog import catalog_documents
from datasets.errors import InputError
from datasets.faults import catching
from datasets.figures import Reading, counts, read_all
from datasets.model import Paragraph
from datasets.readers.detect import MANIFEST
from datasets.units import exactly

#: File names that are taken for documents when a folder is audited; anything else in it is left alone.
DOCUMENT_SUFFIXES = frozenset(
    {".txt", ".docx", ".doc", ".wps", ".rtf", ".odt", ".pdf", ".ofd", ".html", ".htm", ".mht", ".mhtml"}
    | {".xls", ".xlsx", ".et", ".ods", ".zip"}
)
_SIGNED = re.compile(r"^\s*(20\d\d)年(\d{1,2})月(\d{1,2})日\s*$")
_LAST_BLOCKS = 5
_KINDS = {"budget": "部门预算", "final_accounts": "部门决算"}


@dataclass(frozen=True, slots=True)
class Ingested:
    """One file: what was read of it, or the problem; picklable, so that reading can run in another process.

    ``faults`` are what failed in the program itself and was caught.
    """

    report: DocumentReport
    reading: Reading | None = None
    faults: tuple[Fault, ...] = ()


def expand_paths(paths: Iterable[Path]) -> list[Path]:
    """The documents that paths stand for: files as they are, folders as the documents inside them, each file once.

    A folder with a ``bundle.toml`` is one document, wherever it stands.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _documents_inside(path) if path.is_dir() else [path]:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _documents_inside(folder: Path) -> list[Path]:
    """The documents of a folder; the folder itself where it holds none, or is one."""
    if (folder / MANIFEST).is_file():
        return [folder]
    bundles = {manifest.parent for manifest in folder.rglob(MANIFEST)}
    files = (file for file in filter(_is_document, folder.rglob("*")) if bundles.isdisjoint(file.parents))
    outermost = (bundle for bundle in bundles if bundles.isdisjoint(bundle.parents))
    return sorted([*files, *outermost]) or [folder]


def _is_document(path: Path) -> bool:
    return path.suffix.lower() in DOCUMENT_SUFFIXES and not path.name.startswith((".", "~$")) and path.is_file()


def ingest(paths: Iterable[Path]) -> tuple[Ingested, ...]:
    """Read the files; a problem becomes a report with status "unreadable", never an exception."""
    return tuple(item for path in expand_paths(paths) for item in _ingest(path))


@exactly
def _ingest(path: Path) -> list[Ingested]:
    """The documents of one path: one, or those of an archive; the first has what failed in the program itself."""
    with catching() as failed:
        ingested = [
            Ingested(unreadable(found.path, f"{found.problem}；{found.remedy}"))
            if isinstance(found, InputError)
            else Ingested(_report(found), found)
            for found in read_all(path)
        ]
    faults = tuple(fault_of(error, NO_RULE, (str(place),)) for place, error in failed)
    return [replace(item, faults=faults if item is ingested[0] else ()) for item in ingested]


def _report(reading: Reading) -> DocumentReport:
    identity = reading.identity
    bound, recognised, unread = counts(reading.figures)
    return DocumentReport(
        id=f"{identity.key}@{reading.document.sha256[:8]}",
        path=reading.path,
        sha256=reading.document.sha256,
        entity=identity.entity,
        level=identity.level,
        kind=identity.kind,
        fiscal_year=identity.fiscal_year,
        numerals=len(reading.figures),
        bound=bound,
        recognised=recognised,
        unread=unread,
        status="partly read" if reading.document.problems else "read",
        problem="；".join(reading.document.problems),
        entity_name=identity.name,
        key=identity.key,
    )


def unreadable(path: Path, problem: str, sha256: str = "") -> DocumentReport:
    """The report of a file that could not be audited."""
    return DocumentReport(f"unreadable:{path}", str(path), sha256, "", "", "", None, 0, 0, 0, 0, "unreadable", problem)


def settle_versions(ingested: Sequence[Ingested]) -> tuple[Ingested, ...]:
    """Identical bytes count once; of different versions of one document the newest is kept.

    Newest by the order of the catalogue, else by the date at the end of the text; versions that neither can order are
    all reported as unreadable and left out, for auditing the wrong one would be a guess.
    """
    by_key: dict[str, list[Ingested]] = defaultdict(list)
    for item in ingested:
        if item.reading is not None:
            by_key[item.report.key].append(item)
    dropped: dict[int, Ingested] = {}
    for copies in by_key.values():
        unique: dict[str, Ingested] = {}
        for item in copies:
            first = unique.setdefault(item.report.sha256, item)
            if first is not item:
                dropped[id(item)] = _left_out(item, "read", f"与 {first.report.path} 内容完全相同，只审一次")
        versions = list(unique.values())
        dropped.update((id(item), left) for item, left in _superseded(versions))
    return tuple(dropped.get(id(item), item) for item in ingested)


def _left_out(item: Ingested, status: str, reason: str) -> Ingested:
    return replace(item, report=replace(item.report, status=status, problem=reason), reading=None)


def _superseded(versions: Sequence[Ingested]) -> Iterator[tuple[Ingested, Ingested]]:
    """Each version that is not audited, and what is reported of it."""
    if len(versions) == 1:
        return
    report = versions[0].report
    name = f"{report.entity_name}{report.fiscal_year}年{_KINDS[report.kind]}"
    newest = _newest(versions)
    if newest is not None:
        for item in versions:
            if item is not newest:
                yield item, _left_out(item, "read", f"是{name}的旧版本，已用 {newest.report.path}")
        return
    paths = "、".join(item.report.path for item in versions)
    reason = (
        f"有{len(versions)}份不同的文件都是{name}（{paths}），无法判断哪份最新；"
        "请只留一份；若是同一份文件的几个部分，请放进一个文件夹并写 bundle.toml；"
        "或在目录 catalog.toml 的 sha256 中按先后登记"
    )
    for item in versions:
        yield item, _left_out(item, "unreadable", reason)


def _newest(versions: Sequence[Ingested]) -> Ingested | None:
    """The last in the catalogue, else the one signed last; None where neither puts all of them in an order."""
    for rank in (_place_in_catalog, _signed):
        ranks = [known for item in versions if (known := rank(item)) is not None]
        if len(ranks) == len(versions) and ranks.count(max(ranks)) == 1:
            return versions[ranks.index(max(ranks))]
    return None


def _place_in_catalog(item: Ingested) -> tuple[int, ...] | None:
    sha256 = item.report.sha256
    places = [listed.sha256.index(sha256) for listed in catalog_documents() if sha256 in listed.sha256]
    return (places[0],) if places else None


def _signed(item: Ingested) -> tuple[int, ...] | None:
    """Year, month and day of the line that is nothing but a date among the last of the document."""
    blocks = item.reading.document.blocks if item.reading is not None else ()
    for block in reversed(blocks[-_LAST_BLOCKS:]):
        if isinstance(block, Paragraph) and (match := _SIGNED.match(block.text)):
            return tuple(map(int, match.groups()))
    return None
