"""Where the pages of a report show figures, documents and findings, for the links out of the Data Docs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from checks.suites.running import Addresses
from flows.site.shared.sitemap import SiteMap, map_site

if TYPE_CHECKING:
    from checks.audit import Audit, Ingested

#: How the pages in the language of the run end; those of the other language link to them.
ENDING = ".html"


def addresses_of(audit: Audit, documents: Iterable[Ingested]) -> Addresses:
    """The addresses as seen from the folder of the pages; ``documents`` are those that get a page of their own text."""
    texts = {str(r.reading.document.path): r.reading.document.text for r in documents if r.reading is not None}
    site = map_site(audit, texts)
    names = _finding_names(audit)
    return Addresses(
        figures=_Figures(site),
        documents={path: site.documents[path] + ENDING for path in texts if path in site.documents},
        findings={name: stem + ENDING for name, stem in zip(names, site.findings, strict=True)},
        blaming={figure: [names[number] for number in numbers] for figure, numbers in site.blaming.items()},
    )


def _finding_names(audit: Audit) -> Sequence[str]:
    seen: Counter[str] = Counter()
    names = []
    for finding in audit.findings:
        seen[finding.id] += 1
        names.append(finding.id if seen[finding.id] == 1 else f"{finding.id}_{seen[finding.id]}")
    return names


class _Figures(Mapping[str, str]):
    """The address of each figure of a document that is shown, made when it is asked for: few of them ever are."""

    def __init__(self, site: SiteMap) -> None:
        self._site = site

    def __getitem__(self, identifier: str) -> str:
        figure = self._site.figures[identifier]
        if figure.document not in self._site.ticked:
            raise KeyError(identifier)
        return f"{self._site.documents[figure.document]}{ENDING}#n{figure.place.start}"

    def __iter__(self) -> Iterator[str]:
        return (name for name, figure in self._site.figures.items() if figure.document in self._site.ticked)

    def __len__(self) -> int:
        return sum(1 for _ in self)
