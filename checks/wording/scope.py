"""Whose document it is: level words and names that belong to another level, place or bureau.

Only slots of the template that stand for the document's own level or name are read (``relations/wording.toml``); money
from above, regulations and duties name other levels and bodies as they must.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from checks.model import Instance, Relation, WordEvidence
from checks.wording.lines import Line, broken, holds, words_at
from checks.wording.settings import OwnLevelRule, OwnNameRule
from datasets.identity.catalog import short_name
from datasets.model import Table
from datasets.reading import Reading
from datasets.vocabulary.plain import plain

_DEFINITION = re.compile(r"^[^，。；]{2,30}?[：:]?(?:是指|指|是|反映)")
_PLACE = re.compile(
    r"[一-鿿]{1,8}?(?P<kind>自治区|自治州|自治县|省|市(?!场|政|容|监)|县|"
    r"(?<![社景园灾库校院片辖新税能护合验术发林矿牧渔地示])区)"
)
_TITLE_LINES = 12
_OWN_STATED = r"20\d\d年度?(?P<level>{levels})(?:部门|单位)(?:预算|决算)"
_TERMS = "terms"
_OVERVIEW_TOPICS = frozenset({"duties", "staff"})
_SAME_STEM = 2
#: Copied from another unit's text, its name is left standing in so many places; an own unit is named more often.
_MOST_STRANGE = 2
#: The rules of this module and what settings they have.
RULES: Mapping[str, type[Relation]] = {
    "own-level": OwnLevelRule,
    "own-name": OwnNameRule,
}


def scope_instances(reading: Reading, lines: Sequence[Line], relations: Mapping[str, Relation]) -> Iterator[Instance]:
    """Level words in definitions, and names of others as the subject of statements or captions."""
    yield from _levels(reading, lines, relations["own-level"])
    yield from _names(reading, lines, relations["own-name"])


# -- levels ------------------------------------------------------------------------------------------------------------


@cache
def _slots(levels: tuple[str, ...], slots: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    level = f"(?P<level>{'|'.join(map(re.escape, levels))})"
    return tuple(re.compile(slot.replace("LEVEL", level)) for slot in slots)


def own_levels(name: str, lines: Sequence[Line], rule: OwnLevelRule) -> tuple[str, ...]:
    """The level words that a document of this unit may use for itself; none where that is not known.

    Read from the lowest place in the name (上海市普陀区… is 区级) and from titles like 2024年区级部门预算; names of
    bodies that another level may finance say nothing, and a title that contradicts the name leaves it open.
    """
    stated = _stated_level(lines, rule)
    places = [match["kind"] for match in _PLACE.finditer(plain(name))]
    allowed: Mapping[str, tuple[str, ...]] = dict(rule.own.items())
    by_name = allowed.get(places[-1], ()) if places else ()
    if any(word in name for word in rule.financed_above):
        by_name = ()
    if stated and by_name and stated not in by_name:
        return ()
    of_town = ("镇级", "乡级") if re.search("镇|乡|街道", name) else ()
    own = (*([stated] if stated else ()), *by_name)
    return tuple(dict.fromkeys((*own, *of_town))) if own else ()


def _stated_level(lines: Sequence[Line], rule: OwnLevelRule) -> str:
    pattern = re.compile(_OWN_STATED.format(levels="|".join(map(re.escape, rule.levels))))
    return next((match["level"] for line in lines[:_TITLE_LINES] if (match := pattern.search(line.text))), "")


def _levels(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    rule = OwnLevelRule.of(relation)
    own = own_levels(reading.identity.name, lines, rule)
    if not own:
        return
    wrong: list[WordEvidence] = []
    right: list[WordEvidence] = []
    for line in lines:
        if line.topic != _TERMS and "名词解释" not in line.heading and not _DEFINITION.match(line.text):
            continue
        term = re.split(r"[：:]|是指", line.text, maxsplit=1)[0]
        for slot in _slots(rule.levels, rule.slots):
            for match in slot.finditer(line.text):
                if match["level"] not in term:
                    fits = match["level"] in own
                    (right if fits else wrong).append(words_at(reading, line, match.span("said")))
    if wrong:
        shown = "、".join(dict.fromkeys(f"“{word.printed}”" for word in wrong))
        yield broken(
            relation,
            wrong,
            (
                f"名词解释印为{shown}（共{len(wrong)}处），本文件是{own[0]}的公开文本，应改为{own[0]}",
                f"printed {shown} ({len(wrong)} places) in a document of the level {own[0]}; name that level",
            ),
            where="名词解释",
        )
    elif right:
        yield holds(relation, right, where="名词解释")


# -- names -------------------------------------------------------------------------------------------------------------


def _subject_pattern(rule: OwnNameRule) -> re.Pattern[str]:
    """A name right before year and subject of a template statement: 甲县乙局2024年度收入总计."""
    offices = "|".join(map(re.escape, (*rule.offices, *rule.bodies)))
    subjects = "|".join(map(re.escape, rule.subjects))
    return re.compile(
        rf"(?:^|[。；“]|关于|部分|、|[）])(?P<name>[一-鿿（）]{{2,40}}?(?:{offices}))(?:（[^）]{{1,8}}）|本级)?"
        rf"20\d\d年度?(?:部门|单位|本级)?(?:{subjects})"
    )


def _caption_pattern(rule: OwnNameRule) -> re.Pattern[str]:
    offices = "|".join(map(re.escape, rule.offices))
    return re.compile(
        rf"^(?:编制|填报)(?:部门|单位)(?:名称)?：(?P<name>[一-鿿（）]{{3,40}}?(?:{offices}))(?=$|单位|金额|日期|20)"
    )


def _names(reading: Reading, lines: Sequence[Line], relation: Relation) -> Iterator[Instance]:
    """A name that stands as the subject where the own name should, and that the overview does not list."""
    own = plain(reading.identity.name)
    known = _overview(lines, reading)
    rule = OwnNameRule.of(relation)
    subject, caption, no_name = _subject_pattern(rule), _caption_pattern(rule), re.compile("|".join(rule.no_name))
    found: dict[str, list[WordEvidence]] = {}
    fitting: list[WordEvidence] = []
    for line in lines:
        for match in (*subject.finditer(line.text), *caption.finditer(line.text)):
            name = match["name"]
            if name != own and no_name.search(name):  # 和静县 begins like a conjunction
                continue
            words = words_at(reading, line, match.span("name"))
            if same_body(own, name):
                fitting.append(words)
            elif name not in known:
                found.setdefault(name, []).append(words)
    found = {
        name: places
        for name, places in found.items()
        if not name.endswith(rule.bodies) or _is_strange(reading, lines, name, len(fitting), rule)
    }
    for name, places in found.items():
        if len(places) > len(fitting):  # more often than the own name: a part of another unit's, or a misread title
            continue
        yield broken(
            relation,
            places,
            (
                f"这里以“{name}”为主语，本文件的单位是“{own}”，机构设置中也没有“{name}”，应改为本单位名称",
                f"the subject here is {name}, the document is that of {own} and lists no such unit; name the own unit",
            ),
            where=name,
        )
    if fitting and not found:
        yield holds(relation, fitting, where=own)


def _is_strange(reading: Reading, lines: Sequence[Line], name: str, fitting: int, rule: OwnNameRule) -> bool:
    """True for a body that surely is none of the document's own: printed once or twice, with its place.

    A department may have such a body below it without listing it; then only its list of units can say so.
    """
    own = reading.identity.name
    told_apart = own.endswith(rule.bodies) or reading.units
    printed = sum(line.text.count(name) for line in lines)
    return bool(told_apart and fitting and _PLACE.search(name)) and printed <= _MOST_STRANGE


def _overview(lines: Sequence[Line], reading: Reading) -> str:
    """What the document says of its own units, joined: duties, organisation, lists of units, titles."""
    told = [line.text for line in lines if line.topic in _OVERVIEW_TOPICS or "构成" in line.heading]
    told += [line.text for line in lines if re.search(r"加挂|更名|原名|合并|并入|下属|所属|下设|挂牌", line.text)]
    cells = [
        plain(cell.text)
        for block in reading.document.blocks
        if isinstance(block, Table) and any("单位名称" in plain(cell.text) for cell in block.cells[:12])
        for cell in block.cells
    ]
    return "\n".join((*told, *cells))


def same_body(own: str, other: str) -> bool:
    """True unless the names are surely those of two bodies.

    One contains the other, one abbreviates the other (科技局 for 科学技术局), or an abbreviation list says so.
    """
    first, second = plain(own), plain(other)
    pairs = ((first, second), (short_name(first, successors=True), short_name(second, successors=True)))
    if any(a in b or b in a for a, b in pairs):
        return True
    core, other_core = _without_place(first), _without_place(second)
    if not core or not other_core:
        return True
    alike = abbreviates(other_core, core) or abbreviates(core, other_core)
    return alike and _places_agree(first, second)


def _places_agree(first: str, second: str) -> bool:
    """Lowest places by their first two characters: 昌吉州 is 昌吉回族自治州."""
    mine, yours = (_lowest_place(name) for name in (first, second))
    if not mine or not yours:
        return True
    return mine[:_SAME_STEM] == yours[:_SAME_STEM] or mine in second or yours in first


def _lowest_place(name: str) -> str:
    matches = list(_PLACE.finditer(name))
    return matches[-1][0] if matches else ""


def _without_place(name: str) -> str:
    matches = list(_PLACE.finditer(name))
    return name[matches[-1].end() :] if matches else name


def abbreviates(short: str, long: str) -> bool:
    """True when all characters of the short name stand in the long one in this order."""
    left = Counter(short)
    if left - Counter(long):
        return False
    position = -1
    for character in short:
        position = long.find(character, position + 1)
        if position < 0:
            return False
    return True
