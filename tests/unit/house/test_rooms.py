"""The floor plan: folders that can be taken in at a glance, a door to each room, no circles."""

from __future__ import annotations

import ast
from pathlib import Path

import grimp
import networkx as nx
import pytest

HOUSE = Path(__file__).parents[3]
PACKAGES = ("datasets", "checks", "flows")
#: Modules in one folder; ``checks`` itself holds only what stands above or below all rooms.
MOST, MOST_IN_CHECKS = 20, 10
LONGEST = 410


def folders() -> list[Path]:
    return sorted({path.parent for package in PACKAGES for path in (HOUSE / package).rglob("*.py")})


def name_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def test_no_folder_holds_more_modules_than_can_be_taken_in() -> None:
    counts = {name_of(folder): len([p for p in folder.glob("*.py") if p.name != "__init__.py"]) for folder in folders()}
    assert {name: count for name, count in counts.items() if count > MOST} == {}
    assert counts["checks"] <= MOST_IN_CHECKS


@pytest.mark.parametrize("folder", [name_of(folder) for folder in folders() if "migrations" not in folder.parts])
def test_every_room_says_what_it_is_for_and_names_a_door_that_is_there(folder: str) -> None:
    said = ast.get_docstring(ast.parse((HOUSE / folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert len(said) > 30
    doors = [word.split("`")[1] for word in said.split(":mod:")[1:]]
    assert [door for door in doors if not (HOUSE / Path(*door.split("."))).with_suffix(".py").is_file()
            and not (HOUSE / Path(*door.split("."))).is_dir()] == []  # fmt: skip


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    lengths = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for f in folders() for p in f.glob("*.py")}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_module_and_no_room_imports_itself_in_a_circle_types_included() -> None:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=False, cache_dir=None)
    modules: nx.DiGraph[str] = nx.DiGraph()
    rooms: nx.DiGraph[str] = nx.DiGraph()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            modules.add_edge(module, other)
            if room_of(module) != room_of(other):
                rooms.add_edge(room_of(module), room_of(other))
    assert [sorted(ring) for ring in nx.strongly_connected_components(modules) if len(ring) > 1] == []
    assert [sorted(ring) for ring in nx.strongly_connected_components(rooms) if len(ring) > 1] == []


def room_of(module: str) -> str:
    """The folder of a module; what stands above or below all rooms of a package is a room of its own."""
    folder = module.rpartition(".")[0]
    return folder if "." in folder and (HOUSE / Path(*module.split("."))).with_suffix(".py").is_file() else module
