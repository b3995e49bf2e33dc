"""Reading cost against the bare minimum of each format: ``python -m tests.benchmarks.reading FOLDER``.

Text: decoding, finding the numerals and making Decimals of them. Word: unzipping and parsing the XML. PDF:
pdfplumber's own table extraction over the same pages. The best of several runs counts, in processor time.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import process_time

import pdfplumber
from lxml import etree

from datasets.identity.catalog import shipped_documents
from datasets.readers.detect import read_file
from datasets.reading import read_document
from datasets.vocabulary.numerals import NUMERAL

_RUNS = 5


def _best(work: Callable[[], object], runs: int = _RUNS) -> float:
    times = []
    for _ in range(runs):
        begin = process_time()
        work()
        times.append(process_time() - begin)
    return min(times)


def _bare_text(path: Path) -> list[Decimal]:
    text = path.read_bytes().decode("utf-8")
    return [Decimal(match[0].replace(",", "").replace("，", "")) for match in NUMERAL.finditer(text)]


def _bare_word(path: Path) -> object:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
        return etree.fromstring(package.read("word/document.xml"))


def _bare_pdf(path: Path) -> object:
    with pdfplumber.open(path) as pdf:
        return [page.extract_tables() for page in pdf.pages]


def main(folder: Path) -> None:
    """Print what each document costs, its bare minimum, and the ratio."""
    documents: list[tuple[Path, Callable[[Path], object], int]] = [
        *((path, _bare_text, _RUNS) for path in sorted(folder.glob("*.txt"))),
        *((path, _bare_word, _RUNS) for path in shipped_documents()),
        *((path, _bare_pdf, 1) for path in sorted(folder.glob("*.pdf"))),
    ]
    print("opening ms | reading ms | bare ms | opening/bare | reading/bare | document")
    for path, bare, runs in documents:
        minimum = _best(partial(bare, path), runs)
        opening = _best(partial(read_file, path), runs)
        document = read_file(path)
        try:
            reading = opening + _best(partial(read_document, document), runs)
        except Exception as error:  # noqa: BLE001 - a template without a unit is opened, not read
            print(f"{opening * 1000:10.1f} | {type(error).__name__:>10} | {minimum * 1000:7.1f} | {path.name}")
            continue
        ratios = f"{opening / minimum:12.1f} | {reading / minimum:12.1f}"
        print(f"{opening * 1000:10.1f} | {reading * 1000:10.1f} | {minimum * 1000:7.1f} | {ratios} | {path.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
