"""Every kind of data file of the project, and how one of it is checked by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from checks.families import DATA_FORMS, coded_rules
from checks.relations.loading import relations_of
from checks.results.messages import MessagesFile
from checks.rule_cases import CasesFile
from checks.suites.definitions import ExpectationsFile
from datasets.data_files.languages import Translation, same_keys
from datasets.data_files.loading import DataFile, rows
from datasets.identity.catalog import AbbreviationRow, CatalogFile, check_facsimiles
from datasets.identity.listed_units import IdentityFile
from datasets.narrative.phrases import CompanionRow, ContextRow, PhrasesFile
from datasets.narrative.reasons import ReasonsFile
from datasets.narrative.sections import SectionsFile
from datasets.narrative.wholes import PartitionsFile
from datasets.performance.words import PerformanceFile
from datasets.roster import RosterFile
from datasets.tables.layouts import LayoutFile
from datasets.tables.words import TableWordsFile
from datasets.vocabulary.classification import CodeNamesFile
from datasets.vocabulary.concepts import (
    AppropriationRow,
    CodeRow,
    ConceptRow,
    EconomicRow,
    FundConceptRow,
    NameRow,
)
from datasets.vocabulary.units import UnitRow

HOUSE = Path(__file__).parents[1]


def check_relations(file: DataFile) -> None:
    relations_of([file], coded_rules(), DATA_FORMS)


def of_form(form: Any) -> Callable[[DataFile], None]:  # noqa: ANN401 - a form
    def check(file: DataFile) -> None:
        file.record(form)

    return check


def of_rows(form: Any) -> Callable[[DataFile], None]:  # noqa: ANN401 - a form
    def check(file: DataFile) -> None:
        rows(file.name, file.text, form)

    return check


def check_strings(file: DataFile) -> None:
    same_keys(file, ("zh", "en"), needed={"language", "families"})


def check_words_of_pages(file: DataFile) -> None:
    same_keys(file, ("zh", "en"), alone={"pattern", "values"})
    for number in range(len(file.data["en"].get("pattern", ()))):
        file.record(Translation, ("en", "pattern", number))


def check_catalog(file: DataFile) -> None:
    check_facsimiles(file, file.record(CatalogFile))


CHECKS: dict[str, Callable[[DataFile], None]] = {
    "checks/relations/*.toml": check_relations,
    "checks/relations/cases/*.toml": of_form(CasesFile),
    "checks/suites/expectations.toml": of_form(ExpectationsFile),
    "checks/suites/schema_messages.toml": of_form(MessagesFile),
    "datasets/data/layouts*.toml": of_form(LayoutFile),
    "datasets/data/phrases.toml": of_form(PhrasesFile),
    "datasets/data/sections.toml": of_form(SectionsFile),
    "datasets/data/reasons.toml": of_form(ReasonsFile),
    "datasets/data/partitions.toml": of_form(PartitionsFile),
    "datasets/data/performance.toml": of_form(PerformanceFile),
    "datasets/data/code_names.toml": of_form(CodeNamesFile),
    "datasets/data/table_words.toml": of_form(TableWordsFile),
    "datasets/data/roster.toml": of_form(RosterFile),
    "datasets/data/identity.toml": of_form(IdentityFile),
    "datasets/documents/catalog.toml": check_catalog,
    "datasets/data/concepts.csv": of_rows(ConceptRow),
    "datasets/data/units.csv": of_rows(UnitRow),
    "datasets/data/names_by_dimension.csv": of_rows(NameRow),
    "datasets/data/companions.csv": of_rows(CompanionRow),
    "datasets/data/contexts.csv": of_rows(ContextRow),
    "datasets/data/appropriation_funds.csv": of_rows(AppropriationRow),
    "datasets/data/fund_concepts.csv": of_rows(FundConceptRow),
    "datasets/data/name_abbreviations.csv": of_rows(AbbreviationRow),
    "datasets/data/economic_classification.csv": of_rows(EconomicRow),
    "datasets/data/functional_classification.csv": of_rows(CodeRow),
    "datasets/data/government_economic_classification.csv": of_rows(CodeRow),
    "flows/site/strings.toml": check_strings,
    "great_expectations/plugins/pages/words.toml": check_words_of_pages,
}
