"""Figures and verdicts of a report as Parquet, partitioned for questions across units and years.

``figures/fiscal_year=2024/document_entity=…/`` and ``verdicts/…`` below a folder or any address that fsspec
understands; pandas, DuckDB and Spark read each as one table. The store mirrors the last report that was written to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasets.errors import GoujiError
from flows.report.files import digest_of

if TYPE_CHECKING:
    import pandas as pd

#: The unit where a figure belongs to none that is known, and where a verdict spans several.
UNKNOWN, SEVERAL = "unknown", "several"
#: Says, when all else is written, which report stands in the store; readers of Parquet pass over such a name.
MARK = "_gouji.json"
_TABLES = ("figures", "verdicts")
#: Units times years; pyarrow's own bound of 1024 is meant to catch a mistake that we cannot make.
_MOST_PARTITIONS = 1_000_000
_BETWEEN_DOCUMENTS = " | "


class ParquetError(GoujiError):
    """The store cannot be written; the message names it and the remedy."""


def store(report: Path, address: str) -> None:
    """Write the figures and the verdicts of the report in ``report`` below ``address``, unless they stand there.

    Raises:
        ParquetError: ``address`` is not to be understood or cannot be written; the next run writes it whole.
    """
    import fsspec

    mark = json.dumps({name: digest_of(report / f"{name}.parquet") for name in _TABLES})
    try:
        system, root = fsspec.core.url_to_fs(address)
        where = f"{str(root).rstrip('/')}/{MARK}"
        if system.exists(where) and system.cat_file(where).decode() == mark:
            return
        system.makedirs(str(root), exist_ok=True)
        if system.exists(where):
            system.rm_file(where)
        _write_tables(report, system, str(root).rstrip("/"))
        system.pipe_file(where, mark.encode())
    except (OSError, ImportError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ParquetError(
            f"Parquet 写不进去（{reason}）；请检查 --parquet 的地址、权限和空间，云存储还要装 fsspec 的插件"
        ) from error


def _write_tables(report: Path, system: Any, root: str) -> None:  # noqa: ANN401 - fsspec ships no types
    import pandas as pd

    figures = pd.read_parquet(report / "figures.parquet")
    verdicts = pd.read_parquet(report / "verdicts.parquet")
    keys = figures[["document", "document_key"]].drop_duplicates("document")
    about = {document: _about(key) for document, key in keys.itertuples(index=False)}
    _write(figures, [about[document] for document in figures["document"]], system, f"{root}/figures")
    spans = [_spanned(str(documents).split(_BETWEEN_DOCUMENTS), about) for documents in verdicts["documents"]]
    _write(verdicts, spans, system, f"{root}/verdicts")


def _about(key: object) -> tuple[int, str]:
    """Year and unit of a document by its key: entity, level, kind and year."""
    entity, _, _, year = key.rsplit("/", 3) if isinstance(key, str) and key.count("/") >= 3 else ("", "", "", "")  # noqa: PLR2004
    return int(year) if year.isdecimal() else 0, entity or UNKNOWN


def _spanned(documents: Iterable[str], about: dict[str, tuple[int, str]]) -> tuple[int, str]:
    """The newest year and the unit of some documents."""
    found = [about[document] for document in documents if document in about]
    units = {unit for _, unit in found}
    unit = units.pop() if len(units) == 1 else SEVERAL if units else UNKNOWN
    return max((year for year, _ in found), default=0), unit


def _write(frame: pd.DataFrame, about: list[tuple[int, str]], system: Any, folder: str) -> None:  # noqa: ANN401 - as above
    import pyarrow as pa
    import pyarrow.dataset as ds

    frame = frame.assign(fiscal_year=[year for year, _ in about], document_entity=[unit for _, unit in about])
    keys = pa.schema([("fiscal_year", pa.int32()), ("document_entity", pa.string())])
    table = pa.Table.from_pandas(frame, preserve_index=False).sort_by([(name, "ascending") for name in keys.names])
    written: set[str] = set()
    ds.write_dataset(
        table,
        folder,
        filesystem=system,
        format="parquet",
        partitioning=ds.partitioning(keys, flavor="hive"),
        existing_data_behavior="delete_matching",
        max_partitions=_MOST_PARTITIONS,
        file_visitor=lambda file: written.add(file.path.lstrip("/")),
    )
    for left in system.find(folder):
        if str(left).lstrip("/") not in written:
            system.rm_file(left)
