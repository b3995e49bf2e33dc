"""Which unit, level, kind and year a document is, out of its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from datasets.errors import InputError
from datasets.identity.catalog import catalog_documents, entity_of
from datasets.identity.listed_units import identity_words
from datasets.model import Binding, Document, Identity, Kind, Level, Paragraph, Table
from datasets.vocabulary.names import KIND_NAMES_EN
from datasets.vocabulary.plain import plain

_OTHER_NAME = r"(?:（[^（）]{4,30}）)?"  # 某区综合行政执法局（某区城市管理局）
_LEVEL_WORDS = r"(?:本级|（本级）|本部|（本部）|机关|（机关）)?"
_FILLED_BY = re.compile(r"(?:编制|填报)?(?:部门|单位)(?:名称)?[：:]\s*([一-鿿（）()]{3,40})")
_PART = re.compile(r"第[一二三四五]部分\s*(.*)")
_PART_WORDS = re.compile(r"^第[一二三四五六]部分")
#: A year that something is compared with (比2024年预算增加) and last year's outturn say nothing about the document.
_KIND_YEAR = re.compile(
    r"(?<![比较与同和对])(20\d\d)年?度?(?:(部门|单位|本级)|收支|财政|收入|支出|整体|所属|拨款)*(预算|决算)(?!执行数|数?相比|数?持平)"
)
_YEAR_ALONE = re.compile(r"(20\d\d)年度?")
_NOT_A_DOCUMENT = "不是部门预算或部门决算公开文本（没有找到“××××年…预算/决算”的标题和报表）"
#: Weights of the places that print name, year and kind, and how far a title may stand from the beginning.
_TITLE_WEIGHT, _PART_WEIGHT = 5, 3
_TITLE_BLOCKS = 40
_LONGEST_TITLE_LINE = 60
_HEAD_CELLS = 12
_HEAD_OFFICE = ("本级", "（本级）", "本部", "（本部）", "机关", "（机关）")
_REMEDY = "请确认文件；若内容正确，请在首页写明单位全称、年度和“部门预算公开”或“部门决算公开”"


@cache
def _office() -> str:
    endings = "|".join(sorted(map(re.escape, identity_words().names.endings), key=len, reverse=True))
    return rf"[一-鿿（）]{{2,30}}?(?:{endings})"


@cache
def _title() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<name>{_office()}{_LEVEL_WORDS}){_OTHER_NAME}(?:部门|单位)?"
        r"(?P<year>20\d\d)年度?(?P<level>部门|单位)?(?P<kind>预算|决算)"
    )


@cache
def _title_year_first() -> re.Pattern[str]:
    """The year may come first (2023年度某市中医医院单位决算); so may anything else, hence the longer name."""
    return re.compile(
        rf"^(?:关于|公开)?(?P<year>20\d\d)年度?(?P<name>[一-鿿（）]{{2}}{_office()}{_LEVEL_WORDS})"
        r"(?P<level>部门|单位)?(?P<kind>预算|决算)"
    )


@cache
def _blank_title() -> re.Pattern[str]:
    return re.compile(rf"[一-鿿]*{identity_words().names.placeholders}[^，。]{{0,20}}(?:预算|决算)")


@cache
def _part_name() -> re.Pattern[str]:
    return re.compile(rf"({_office()})(?:概况|单位概况|部门概况)$")


@dataclass(frozen=True, slots=True)
class _Votes:
    kinds: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)

    def count(self, text: str, weight: int) -> None:
        """Count every “2024年度部门决算” of a plain text."""
        for match in _KIND_YEAR.finditer(text):
            self.years[int(match[1])] += weight
            self.kinds[match[3]] += weight
            if match[2]:
                self.levels[match[2]] += weight


def identify(document: Document) -> Identity:
    """The identity that the document states, checked against the catalogue where it is listed.

    Raises:
        InputError: when the text is no budget or final accounts, or does not say of whom or which year.
    """
    votes = _votes(document)
    if not votes.kinds or not votes.years:
        raise InputError(document.path, _NOT_A_DOCUMENT, _REMEDY)
    kind = Kind.FINAL_ACCOUNTS if votes.kinds["决算"] > votes.kinds["预算"] else Kind.BUDGET
    year = votes.years.most_common(1)[0][0]
    if not votes.names:
        raise _nameless(document)
    name = votes.names.most_common(1)[0][0]
    match = entity_of(name)
    proposal, proposal_en, binding = match.proposal, match.proposal_en, match.binding
    for listed in catalog_documents():
        if document.sha256 in listed.sha256 and (listed.kind, listed.fiscal_year) != (kind, year):
            proposal = f"目录登记为 {listed.fiscal_year} 年 {listed.kind}，正文为 {year} 年 {kind}，以正文为准"
            proposal_en = (
                f"the catalogue lists a {KIND_NAMES_EN[listed.kind]} of {listed.fiscal_year}, the text is a "
                f"{KIND_NAMES_EN[kind]} of {year}, which is believed"
            )
            binding = Binding.INFERRED
    return Identity(match.code, match.name, _level(votes, name), kind, year, binding, proposal, proposal_en)


def _votes(document: Document) -> _Votes:
    """Names, kinds and years by the weight of the places that print them: title first, then table heads, then prose."""
    votes = _Votes()
    for match in _titles(document):
        votes.names[match["name"]] += _TITLE_WEIGHT
        votes.years[int(match["year"])] += _TITLE_WEIGHT
        votes.kinds[match["kind"]] += _TITLE_WEIGHT
        if match["level"]:
            votes.levels[match["level"]] += _TITLE_WEIGHT
    alone: Counter[int] = Counter()
    for block in document.blocks:
        if isinstance(block, Table):
            for cell in block.cells[:_HEAD_CELLS]:
                _filled_by(cell.text, votes.names)
                votes.count(plain(cell.text), 1)
                alone.update(int(year) for year in _YEAR_ALONE.findall(plain(cell.text)))
            continue
        text = plain(block.text)
        _filled_by(block.text, votes.names)
        part = _PART.match(text)
        if part and (name := _part_name().match(part[1])):
            votes.names[name[1]] += _PART_WEIGHT
        votes.count(text, _PART_WEIGHT if part else 1)
    if not votes.years:
        votes.years.update(alone)
    return votes


def _titles(document: Document) -> Iterator[re.Match[str]]:
    """Titles near the beginning, each on one line or broken over two or three."""
    lines = _title_lines(document)
    for title in (_title(), _title_year_first()):
        found = [match for line in lines for match in title.finditer(line)]
        for joined in (map("".join, pairwise(lines)), map("".join, zip(lines, lines[1:], lines[2:], strict=False))):
            found = found or [match for line in joined for match in title.finditer(line)]
        if found:
            yield from found
            return


def _title_lines(document: Document) -> list[str]:
    return [
        _PART_WORDS.sub("", plain(block.text))
        for block in document.blocks[:_TITLE_BLOCKS]
        if isinstance(block, Paragraph) and len(block.text) < _LONGEST_TITLE_LINE
    ]


def _nameless(document: Document) -> InputError:
    """What to say of a document without a name: it may be a template that nobody filled in."""
    for line in _title_lines(document):
        if _blank_title().match(line):
            problem = f"是没有填写的空白模板（标题“{line}”里的单位名称是占位符），没有可以核对的数字"
            return InputError(document.path, problem, "请提供填写好的公开文本；若这就是要公开的文本，请先写上单位全称")
    return InputError(document.path, "没有找到编制部门或单位的名称", "请在首页或表头“编制部门：”处写明单位全称")


def _filled_by(text: str, names: Counter[str]) -> None:
    match = _FILLED_BY.search(re.sub(r"[ \u3000\t]+", " ", text))
    if match and not match[1].endswith("元"):  # 单位：人民币万元
        names[plain(match[1])] += 1


def _level(votes: _Votes, name: str) -> Level:
    """本级 in the name or the title, else 单位预算 against 部门预算; a document that says neither covers the unit."""
    if name.endswith(_HEAD_OFFICE) or votes.levels["本级"] > votes.levels["部门"] + votes.levels["单位"]:
        return Level.HEAD_OFFICE
    return Level.DEPARTMENT if votes.levels["部门"] > votes.levels["单位"] else Level.UNIT
