from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datasets.model import Table
from tests.unit.texts import document

words = st.sampled_from(
    ["", "　", "206", "科学技术支出", "713.33　", "合 计", "一般公共预算支出情况表", "（小计）", "4.3", "表5"]
)
lines = st.one_of(
    words.map(lambda word: f"\t{word}"), st.just(""), st.sampled_from(["单位：万元", "（小计）", "收支总预算。"])
)
dumps = st.lists(lines, max_size=40).map("\n".join)


@given(dumps)
def test_every_piece_of_text_appears_once_and_offsets_slice_back(text: str) -> None:
    read = document(text)
    covered: list[int] = []
    for block in read.blocks:
        for piece in block.cells if isinstance(block, Table) else (block,):
            assert read.text[piece.place.start : piece.place.end] == piece.text
            assert piece.place.line == read.text.count("\n", 0, piece.place.start) + 1
            covered.extend(range(piece.place.start, piece.place.end))
    assert len(covered) == len(set(covered))
    printed = {position for position, character in enumerate(read.text) if not character.isspace()}
    assert printed <= set(covered)


@given(dumps)
def test_cells_of_a_row_lie_side_by_side_without_overlap(text: str) -> None:
    for block in document(text).blocks:
        if not isinstance(block, Table):
            continue
        for _, cells in block.by_row():
            ends = [cell.column + cell.column_span for cell in cells]
            assert all(end <= after.column for end, after in zip(ends, cells[1:], strict=False))
            assert [cell.place.start for cell in cells] == sorted(cell.place.start for cell in cells)
