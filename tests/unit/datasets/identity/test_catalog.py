from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from datasets.errors import DataFileError
from datasets.identity import catalog
from datasets.identity.catalog import catalog_documents, entities, entity_of, shipped_documents, short_name
from datasets.model import Binding, Kind, Level

CODE = "652300-科学技术局"


@pytest.fixture
def other_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalogue of the test's own, forgotten afterwards."""
    monkeypatch.setattr(catalog, "_folder", lambda: tmp_path)
    catalog._data.cache_clear()
    catalog.entity_of.cache_clear()
    yield tmp_path / "catalog.toml"
    catalog._data.cache_clear()
    catalog.entity_of.cache_clear()


def test_the_catalogue_knows_an_entity_by_each_of_its_names() -> None:
    full, short = entity_of("昌吉回族自治州科学技术局"), entity_of("昌吉州科技局")
    assert full == short
    assert (full.code, full.binding, full.proposal) == (CODE, Binding.CERTAIN, "")


def test_a_name_that_only_abbreviates_a_listed_one_is_a_proposal() -> None:
    match = entity_of("昌吉州科学技术局")
    assert (match.code, match.binding) == (CODE, Binding.INFERRED)
    assert "昌吉州科学技术局" in match.proposal
    assert "请核对" in match.proposal


def test_an_unknown_name_is_its_own_entity() -> None:
    match = entity_of("某县水利局")
    assert (match.name, match.binding) == ("某县水利局", Binding.CERTAIN)
    assert entity_of("某县水务局").code != match.code


def test_a_body_that_succeeded_a_listed_one_is_shown_and_not_taken_for_it(other_catalogue: Path) -> None:
    other_catalogue.write_text('[[entity]]\ncode = "1"\nname = "某县农业局"\n', encoding="utf-8")
    match = entity_of("某县农业农村局")
    assert (match.code, match.name, match.binding) == ("某县农业农村局", "某县农业农村局", Binding.INFERRED)
    assert "没有视同一个单位" in match.proposal


def test_bodies_that_are_two_in_law_keep_their_names_apart() -> None:
    assert entity_of("某县生态环境局").code != entity_of("某县环保局").code
    assert entity_of("某县生态环境局").name == "某县生态环境局"
    assert short_name("某县生态环境局", successors=True) == "某县环保局"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("昌吉回族自治州科学技术局", "昌吉州科技局"),
        ("昌吉州科技局本级", "昌吉州科技局"),
        ("某市人力资源和社会保障局（本级）", "某市人社局"),
        ("某县 住房和城乡建设局", "某县住建局"),
    ],
)
def test_names_are_abbreviated_by_rule(name: str, short: str) -> None:
    assert short_name(name) == short


def test_every_document_of_the_catalogue_is_of_a_known_entity_and_is_shipped() -> None:
    codes = {entity.code for entity in entities()}
    assert {listed.entity for listed in catalog_documents()} <= codes
    assert {listed.kind for listed in catalog_documents()} <= {kind.value for kind in Kind}
    assert {listed.level for listed in catalog_documents()} <= {level.value for level in Level}
    assert [path for path in shipped_documents() if not path.is_file()] == []


def test_another_catalogue_knows_other_entities(other_catalogue: Path) -> None:
    other_catalogue.write_text(
        '[[entity]]\ncode = "1"\nname = "某县水利局"\nnames = ["某县水务局"]\n', encoding="utf-8"
    )
    assert entity_of("某县水务局").code == entity_of("某县水利局").code == "1"
    assert entity_of("昌吉州科技局").code != CODE


def test_a_document_of_an_entity_that_is_not_listed_is_refused_with_file_and_place(other_catalogue: Path) -> None:
    other_catalogue.write_text(
        '[[document]]\nentity = "2"\nlevel = "unit"\nkind = "budget"\nfiscal_year = 2024\n', encoding="utf-8"
    )
    with pytest.raises(DataFileError) as caught:
        entities()
    assert str(other_catalogue) in str(caught.value)
    assert "第 2 行：document 写的是 '2'，不是已有的 [[entity]]" in str(caught.value)
