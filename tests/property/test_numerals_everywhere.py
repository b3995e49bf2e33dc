from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datasets.model import Place
from datasets.register import Register
from datasets.vocabulary.numerals import decimals_of, number, numerals
from tests.unit.texts import document

characters = st.sampled_from("0123456789０９.．,，%％ 　年月日万元人个项号〔〕[]（）()第-－支出科学技术A\n增加占比")
texts = st.text(characters, max_size=60)


def digits(text: str) -> list[int]:
    return [position for position, character in enumerate(text) if character.isdecimal()]


@given(texts)
def test_every_digit_belongs_to_exactly_one_numeral(text: str) -> None:
    covered = [position for n in numerals(text) for position in range(n.start, n.end) if text[position].isdecimal()]
    assert covered == digits(text)


@given(texts)
def test_positions_slice_back_to_the_printed_digits(text: str) -> None:
    for found in numerals(text):
        assert text[found.start : found.end] == found.printed
        assert found.value == number(found.printed)
        assert found.decimals == decimals_of(found.printed)
        assert found.end <= found.unit_end <= len(text)


@given(st.text(max_size=80))
def test_any_text_at_all_can_be_read(text: str) -> None:
    covered = [position for n in numerals(text) for position in range(n.start, n.end) if text[position].isdecimal()]
    assert covered == digits(text)


@given(texts)
def test_the_ledger_holds_each_numeral_once_however_often_a_text_is_entered(text: str) -> None:
    read = document(text)
    ledger = Register(read)
    place = Place(0, len(read.text), line=1)
    ledger.add_text(read.text, place)
    ledger.add_text(read.text, place)
    figures = list(ledger.figures())
    assert [f.place.start for f in figures] == [n.start for n in numerals(read.text)]
    assert all(read.text[f.place.start : f.place.end] == f.printed for f in figures)
    assert len({f.id for f in figures}) == len(figures)
