"""What the words before a number talk about: a concept, a functional path, an economic item."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from datasets.narrative.phrases import companions, contexts, lone_item, lone_items, stage_pattern
from datasets.vocabulary.concepts import (
    CLASS_LENGTH,
    appropriation_funds,
    concepts,
    economic_items,
    name_pattern,
    named_in,
    names,
)
from datasets.vocabulary.function_paths import FunctionPaths
from datasets.vocabulary.units import exact_dimensions, units

_NAME = r"[^；。，：\d（）“”]+(?:（[^类款项）]+）)?[^（）；。，：\d“”]*"
_FIRST_NAME = _NAME.replace("：", "：、.．")
_PATH = re.compile(
    rf"(?P<c>[^（）；。，、：:\d.．“”]+)（类）(?:(?P<s>{_NAME})（款）)?(?:(?P<i>{_NAME})（项）)?"
    rf"|(?P<s2>{_FIRST_NAME})（款）(?:(?P<i2>{_NAME})（项）)?|(?P<i3>{_FIRST_NAME})（项）"
)
_CODE_NAME = re.compile(r"(?P<code>[23]\d{2}(?:\d{2}){0,2})[-－]?(?P<name>[一-鿿、（）]+)")
#: 财政拨款支出预算中，… names the whole of what follows, not what follows.
_AMONG = re.compile(r"[^，。；：]{0,4}中[，：]")
_PURPOSE_START = re.compile(r"[，。；：、]|用于|其中|包括")
#: Concepts so general that any other name before the number takes precedence.
_GENERAL = frozenset({"expenditure"})
_TITLE = re.compile(r"^[^，；。]{1,80}（[款项]）[。：]?$")
_CLAUSE = re.compile(r"[，。；：、（）]")
_COST_BEHIND = re.compile(r"[一-鿿]{1,6}(?<!经)费(?:支出)?(?:预算|决算|年初预算)?数?(?:为|是)?$")
#: What stands before an economic item: 水电费 is not 电费.
_ITEM_START = re.compile(r"(?:^|[^一-鿿]|其中|包括|用于|安排|列支|财政拨款|预算|为|和|及)$")
_LONE_START = re.compile(r"(?:^|[^一-鿿]|其中|安排|列支|开支|财政拨款|预算|支出|为|和|及|[部单]?[门位级]|[年度])$")
_PURPOSE_CLAUSE = re.compile(r"(?:主要)?用于[^。；]*[。；，]$")
_BARE_STAGE = re.compile(r"^(?:其中|本年|当年|\d{4}年度?)*$")
_QUOTED = re.compile(r"“[.．、]?([^“”（）]+)”$")
#: 项目支出结转和结余 is no 项目支出.
_CARRIED = re.compile("(?:资金)?结[转余]")
_DEFINITION = re.compile(r"^[，；：](?:为|是指|系指|指|主要用于|用于)[^。]*。(?=[^。]*$)")
_CLAUSE_START = re.compile(r"(?:^|[，。；：、（]|其中|包括)$")
_STAGE_BEHIND = re.compile(r"(?:预算|决算)?数?(?:为|是|：)?$")
_COST_BEFORE = re.compile(r"(?<!经)费$")
_SEVERAL_THINGS = ("count", "items", "devices")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number reports; empty fields are left to the section. ``dimension`` is that of the concept.

    ``said`` is the name as printed, which labels show where it differs from that of the concept.
    """

    concept: str
    dimension: str
    fund: str = ""
    function_code: str = ""
    economic_code: str = ""
    said: str = field(default="", compare=False)

    @property
    def general(self) -> bool:
        """True for 支出 without any code: the words may have meant no more than the stage."""
        return self.concept in _GENERAL and not self.function_code and not self.economic_code

    @property
    def revenue(self) -> bool:
        """True for revenue: a 支出决算 behind it is no stage of it but another subject."""
        return self.concept in concepts() and "收入" in concepts()[self.concept].label


def subject_of(words: str, unit: str, paths: FunctionPaths, *, economic: str = "") -> Subject | None:
    """The subject that plain ``words`` name for a number in ``unit``; None when they name none of that dimension.

    ``economic`` is the concept that an economic item (商品和服务支出) reports here; without it such names are not read.
    """
    known_unit = units().get(unit)
    dimension = known_unit.dimension if known_unit else ""
    money = dimension == "money"
    if money and (code := _path_code(words, paths)):
        return Subject("expenditure", "money", function_code=code)
    found = _named(words, dimension)
    if money:
        found.extend(_classes(words, paths, found))
        item = _economic_item(words)
        if item is not None and economic:
            found.append((len(words), replace(item, concept=economic)))
        elif item is not None and len(item.economic_code) == CLASS_LENGTH and item.said not in names():
            found = []  # 工资福利支出 is no 支出 of the whole, but of what is not said
        if not economic:
            found.extend(_lone_items(words))
    found = [item for item in found if not _another_cost(words, item)]
    if not found:
        return None
    best = max(found, key=lambda item: (not item[1].general, item[0]))
    fund = best[1].fund or next((s.fund for _, s in sorted(found, key=lambda item: -item[0]) if s.fund), "")
    return replace(best[1], fund=fund or _fund_before(best, found))


def _economic_item(words: str) -> Subject | None:
    """The economic item that stands right before a number, with a stage or without: 工资福利支出预算."""
    bare = _STAGE_BEHIND.sub("", words)
    best = max((name for name in economic_items() if bare.endswith(name)), key=len, default="")
    before = bare[: -len(best)] if best else ""
    if not best or not (_ITEM_START.search(before) or before.endswith(("年", "年度"))):
        return None
    return Subject("", "money", economic_code=economic_items()[best], said=best)


def _lone_items(words: str) -> list[tuple[int, Subject]]:
    """Costs that a short name tells where nothing stands before it: 会议费, but not 国际会议费."""
    return [
        (match.end(), Subject(lone_item(match[0]), "money", said=match[0]))
        for match in lone_items().finditer(words)
        if _LONE_START.search(words[: match.start()])
    ]


def _fund_before(best: tuple[int, Subject], found: list[tuple[int, Subject]]) -> str:
    """The fund whose appropriation is named right before basic or project expenditure: 政府性基金预算项目支出."""
    end, subject = best
    if subject.concept not in ("basic_expenditure", "project_expenditure"):
        return ""
    start = end - len(subject.said)
    return next((appropriation_funds().get(item.concept, "") for stop, item in found if stop == start), "")


def _another_cost(words: str, item: tuple[int, Subject]) -> bool:
    """True where a name is only part of the name of a cost that no list knows: 财政拨款会议费, 国内接待费支出决算."""
    end, subject = item
    behind = _CLAUSE.split(words[end:])[0]
    if subject.function_code or subject.economic_code or not subject.said or subject.dimension != "money":
        return False
    before = words[: end - len(subject.said)]
    return bool(_COST_BEHIND.match(behind)) or (subject.concept in _GENERAL and bool(_COST_BEFORE.search(before)))


def without_definition(words: str) -> str:
    """“190.89万元，为以前年度支出预算…的资金。较上年减少”: what an amount is, is not what changed."""
    return _DEFINITION.sub("", words)


def without_purpose(words: str) -> str:
    """“主要用于：人员经费。年初预算为”: what an item is spent on is not what its budget behind it reports."""
    stage = stage_pattern().search(words)
    if stage is None:
        return words
    clause = _CLAUSE.split(words[: stage.start()])[-1]
    before = words[: stage.start() - len(clause)]
    purpose = _PURPOSE_CLAUSE.search(before)
    return before[: purpose.start()] + words[len(before) :] if purpose and _BARE_STAGE.match(clause) else words


def title_of(squeezed: str) -> str:
    """A functional path that stands alone on its line (1、教育支出（类）普通教育（款）小学教育（项）。), else ""."""
    return squeezed.rstrip("。：") if _TITLE.search(squeezed) else ""


def in_context(subject: Subject, before: str, turns: tuple[tuple[str, str], ...]) -> Subject | None:
    """The concept that the section, or the earlier words of the sentence, turn the subject into; None: none known."""
    for concept, turned in turns:
        if subject.concept == concept:
            return replace(subject, concept=turned) if turned else None
    sentence = before.rpartition("。")[2]
    for words, concept, turned in contexts():
        if subject.concept == concept and words in sentence:
            return replace(subject, concept=turned) if turned else None
    return None if _names_a_purpose(subject, sentence) else subject


def _names_a_purpose(subject: Subject, sentence: str) -> bool:
    """“主要用于：道路维护项目支出150万元”: behind 用于, a concept with words before it names a purpose, not a total."""
    if not subject.said or subject.function_code or "用于" not in sentence:
        return False
    tail = _PURPOSE_START.split(sentence)[-1]
    return subject.said in tail and not tail.startswith(subject.said)


def _path_code(words: str, paths: FunctionPaths) -> str:
    """The code of the last functional path: A（类）B（款）C（项）, or its lower end alone."""
    path = None
    for path in _PATH.finditer(words):  # noqa: B007 - the last one counts
        pass
    if path is None:
        return ""
    if path["c"]:
        return paths.code(tuple(part for part in (path["c"], path["s"], path["i"]) if part))
    if path["s2"]:
        return paths.code_below("s", tuple(part for part in (path["s2"], path["i2"]) if part))
    return paths.code_below("i", (path["i3"],))


def _named(words: str, dimension: str) -> list[tuple[int, Subject]]:
    """Concepts that the words name, with the position behind the name; those of another dimension by companion."""
    found: list[tuple[int, Subject]] = []
    for match in name_pattern().finditer(words):
        if match[0] == "支出" or _AMONG.match(words, match.end()) or _CARRIED.match(words, match.end()):
            continue
        if match[0] == "财政拨款" and not _CLAUSE_START.search(words[: match.start()]):
            continue  # “三公”经费财政拨款: of what funds, not what
        concept = concepts()[named_in(match[0], dimension)]
        companion = companions().get((concept.id, dimension))
        if fits(concept.dimension, dimension):
            found.append((match.end(), _meaning(concept.id, concept.dimension, match[0])))
        elif companion is not None and companion.fits(words[match.end() :]):
            found.append((match.end(), Subject(companion.concept, dimension)))
    return found


def fits(concept_dimension: str, dimension: str) -> bool:
    """True when a number of a dimension can report a concept: 个, 批次 and 次 all count events."""
    if concept_dimension == dimension:
        return True
    several = concept_dimension in _SEVERAL_THINGS and dimension in exact_dimensions()
    return several and dimension not in ("persons", "vehicles")


def _meaning(concept: str, dimension: str, said: str) -> Subject:
    entry = concepts()[concept]
    return Subject(entry.means or concept, dimension, fund=entry.fund, said=said)


def _classes(words: str, paths: FunctionPaths, found: list[tuple[int, Subject]]) -> list[tuple[int, Subject]]:
    """Functional items named without （类）: 科学技术支出713.33万元, 206-科学技术支出, 2010301行政运行."""
    classes = []
    for match in _CODE_NAME.finditer(words):
        code = match["code"]
        known = paths.names.get(code) == match["name"]
        if known or (len(code) > CLASS_LENGTH and match.end() == len(words)):
            paths.learn(code, match["name"])
            classes.append((match.end(), Subject("expenditure", "money", function_code=code)))
    stage = stage_pattern().search(words)
    named = (words[: stage.start()] if stage else words).replace("与就业", "和就业")
    if quoted := _QUOTED.search(named):  # 1.“一般公共服务”306.90万元
        known_class = paths.code((quoted[1],))
        if known_class.isdecimal():
            return [*classes, (len(words), Subject("expenditure", "money", function_code=known_class))]
    taken = {end for end, subject in (*found, *classes) if not subject.general}
    if not taken & {len(words), len(named)}:
        classes.extend(
            (len(words), Subject("expenditure", "money", function_code=code))
            for name, code in paths.classes.items()
            if named.endswith(name)
        )
    return classes
