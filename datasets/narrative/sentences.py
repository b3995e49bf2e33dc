"""A paragraph as quantities: each number with a unit, the words before it, and whether it stands in a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from datasets.narrative.distribution import distributed
from datasets.narrative.phrases import base_pattern, counted_noun, counted_unit, reason_pattern
from datasets.narrative.quantities import Quantity
from datasets.narrative.subjects import subject_of
from datasets.vocabulary.function_paths import FunctionPaths
from datasets.vocabulary.numerals import Numeral, numerals
from datasets.vocabulary.plain import plain, unnumbered

_NEXT_CLAUSE = re.compile(r"[；。]")
_FURTHER_REASON = re.compile(r"^(?:[一二三四五六七八九]是|其次|另外|同时|此外)")
_NUMBERED = re.compile(r"^[（]?\d{1,2}[）.．、]")
_LOOK_AHEAD = 60
_YEAR_BEFORE = re.compile(r"^(?:19|20)\d\d年度?")
#: A clause with a subject, an amount and what it is compared with: 公务用车支出251万元，比上年…
_COMPARED_AMOUNT = re.compile(r"^[^，。；：\d]{2,25}\d[\d.,]*(?:万元|元)[，、]?(?:比|较|与|占|完成|同比)")
_LONGEST_SUBJECT = 30
_BRACKET = re.compile(r"[（(][^（）()]*[）)]")
_MINUS = re.compile(r"(?<=[一-鿿：])[-－−]$")
#: Words that give each of several subjects its own number, and what stands between such numbers.
_DISTRIBUTING = re.compile(r"分别|各是|各为|依次")
_LISTED = re.compile(r"[ \u3000]*[、，,和及与][ \u3000]*")
_CLOSED = re.compile(r"[ \u3000]*(?:[，。；、,;）)]|$)")
_LONGEST_COUNTED = 12
_NO_PATHS = FunctionPaths({})

_NOUN_BREAK = re.compile(r"[，。；：、]")
_FILLER_BEFORE = re.compile(r"^(?:其中|另有|另|以及|及|和|与|共有|共计|共|全年|每年|累计|分别为|分别)+")
_FILLER_BEHIND = re.compile(r"(?:预计|约|近|共计|共|累计|合计|突破|达到|达|总计|分别|各|[为是至超过到有对])+$")
_KIND_OF = re.compile(r"(?:类|采购|支出|项目|预算|金额|经费)+$")
_LONGEST_NOUN = 20
_SHORTEST_NOUN = 3
_FOLLOWING_NOUN = re.compile(r"[一-鿿]{2,12}")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The quantities of a paragraph, and the plain words behind the last one, up to a reason."""

    quantities: tuple[Quantity, ...]
    tail: str


@lru_cache(maxsize=512)
def sentences(text: str, title: str = "") -> Sentences | None:
    """Read a paragraph; None when it holds no numeral. ``title`` is a plain subject printed on the line before it.

    The subject carries over a full stop (“…。与上年相比，减少…”), so the paragraph is read in one go.
    """
    found = _with_shared_units(text, _with_implied_units(text, numerals(text)))
    if not found:
        return None
    spans = reasons(text)
    brackets = [match.span() for match in _BRACKET.finditer(text)]
    quantities: list[Quantity] = []
    position = 0
    for numeral in found:
        if numeral.role is not None or not numeral.unit:
            continue
        start = numeral.start
        words = plain(text[max(position, max((end for _, end in spans if end <= start), default=0)) : start])
        if not quantities:
            words = f"{title}{words}"
        minus = _MINUS.search(words)
        quantities.append(
            Quantity(
                numeral,
                words[: minus.start()] if minus else words,
                _spoken(text, position, start, spans),
                any(low <= start < high for low, high in spans),
                next((low for low, high in brackets if low < start < high), None),
                minus is not None,
            )
        )
        position = numeral.unit_end
    return Sentences(tuple(distributed(quantities)), _spoken(text, position, len(text), spans))


def _with_implied_units(text: str, found: tuple[Numeral, ...]) -> tuple[Numeral, ...]:
    """“接待批次12，人次96”: a number that closes its clause has the unit that the noun before it says."""
    counted = list(found)
    for index, numeral in enumerate(found):
        if numeral.unit or numeral.role is not None or numeral.decimals:
            continue
        noun = counted_noun().search(text, max(0, numeral.start - _LONGEST_COUNTED), numeral.start)
        if noun and _CLOSED.match(text, numeral.end):
            counted[index] = replace(numeral, unit=counted_unit(noun["noun"]))
    return tuple(counted)


def _with_shared_units(text: str, found: tuple[Numeral, ...]) -> tuple[Numeral, ...]:
    """“分别是5200.00、5020.00万元”: a number without a unit in such a list has that of the next one."""
    if not _DISTRIBUTING.search(text):
        return found
    shared = list(found)
    for index in range(len(found) - 2, -1, -1):
        numeral, behind = shared[index], shared[index + 1]
        alone = numeral.role is None and not numeral.unit and bool(behind.unit)
        if alone and _LISTED.fullmatch(text, numeral.end, behind.start):
            shared[index] = replace(numeral, unit=behind.unit)
    return tuple(shared)


def _spoken(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> str:
    return plain(text[start : min((low for low, _ in spans if start <= low < end), default=end)])


def reasons(text: str) -> list[tuple[int, int]]:
    """Where the reasons of a paragraph begin and end, the words that open them included."""
    found: list[tuple[int, int]] = []
    for match in reason_pattern().finditer(text):
        if not found or match.start() >= found[-1][1]:
            found.append((match.start(), _reason_end(text, match.end())))
    return found


def _reason_end(text: str, position: int) -> int:
    """A reason ends with its sentence, or at a semicolon behind which another subject or base is compared."""
    numbered = bool(_NUMBERED.match(plain(text[position : position + _LONGEST_SUBJECT]).lstrip("是为：")))
    for match in _NEXT_CLAUSE.finditer(text, position):
        rest = plain(text[match.end() : match.end() + _LOOK_AHEAD])
        if _FURTHER_REASON.match(rest) or (numbered and _NUMBERED.match(rest)):
            continue
        if match[0] == "。" or _opens_comparison(rest):
            return match.end()
    return len(text)


def _opens_comparison(rest: str) -> bool:
    """True for words that name a subject, or a base of comparison, and then a number."""
    rest = _YEAR_BEFORE.sub("", rest)
    if _COMPARED_AMOUNT.match(rest):
        return True
    before, digits, _ = re.split(r"(\d)", rest, maxsplit=1) if re.search(r"\d", rest) else (rest, "", "")
    if not digits:
        return False
    return bool(base_pattern().match(rest)) or subject_of(before[:_LONGEST_SUBJECT], "万元", _NO_PATHS) is not None


def noun_before(words: str) -> str:
    """The words right before a number, back to the last punctuation mark outside brackets and quotes, no fillers."""
    depth = 0
    start = len(words)
    while start:
        character = words[start - 1]
        depth += (character in "）”》") - (character in "（“《")
        if depth < 0 or (depth == 0 and _NOUN_BREAK.match(character)):
            break
        start -= 1
    noun = re.split(r"\d+(?:年度?|月|日)?", words[start:])[-1]
    return _FILLER_BEHIND.sub("", _FILLER_BEFORE.sub("", unnumbered(noun)))[-_LONGEST_NOUN:].strip("-－—")


def bare_noun(words: str) -> str:
    """The noun before a number without the words for its kind: 货物类支出 is 货物."""
    return _KIND_OF.sub("", noun_before(words))


def noun_of(words: str, behind: str) -> str:
    """What a number counts: the noun before it, else that behind its unit (填补5项国内空白), else an earlier one."""
    noun = noun_before(words)
    if len(noun) >= _SHORTEST_NOUN and not noun.endswith(("等", "的")):
        return noun
    following = _FOLLOWING_NOUN.match(plain(behind[:_LONGEST_SUBJECT]))
    if following or noun:
        return following[0] if following else noun
    return noun_before(words[: max(words.rfind("，"), 0)])
