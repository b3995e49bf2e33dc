"""Which unit, level, kind and year a document is, out of its own words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from datasets.errors import InputError
from datasets.identity.catalog import catalog_documents, entity_of
from datasets.identity.listed_units import identity_words
from datasets.identity.titles import HEAD_OFFICE, Title, name_alone, named, title_in
from datasets.model import Binding, Document, Identity, Kind, Level, Paragraph, Table
from datasets.vocabulary.names import KIND_NAMES_EN
from datasets.vocabulary.plain import plain

_LEVEL_WORDS = r"(?:本级|（本级）|本部|（本部）|机关|（机关）)?"
_FILLED_BY = re.compile(r"(?:编制|填报)?(?:部门|单位)(?:名称)?[：:]\s*([一-鿿（）()]{3,40})")
_PART = re.compile(r"第[一二三四五]部分\s*(.*)")
#: A year that something is compared with (比2024年预算增加) and last year's outturn say nothing about the document.
_KIND_YEAR = re.compile(
    r"(?<![比较与同和对])(20\d\d)年?度?(?:(部门|单位|本级)|收支|财政|收入|支出|整体|所属|拨款)*(预算|决算)(?!执行数|数?相比|数?持平)"
)
_YEAR_ALONE = re.compile(r"(20\d\d)年度?")
_NOT_A_DOCUMENT = "不是部门预算或部门决算公开文本（没有找到“××××年…预算/决算”的标题和报表）"
#: Weights of the places that print name, year and kind, and how far a title may stand from the beginning.
_TITLE_WEIGHT, _PART_WEIGHT, _OWN_LEVEL_WEIGHT = 5, 3, 20
_TITLE_BLOCKS = 40
_LONGEST_TITLE_LINE = 80
#: Lines at the top on which a year or a name may stand alone, and cells of a form that may say whose it is.
_FIRST_LINES, _FORM_CELLS = 12, 40
_ONLY_YEAR = re.compile(r"（?(20\d\d)年?度?）?")
_SELF_EVALUATION, _OBJECTIVES = re.compile("绩效(?:单位)?自评"), re.compile("绩效目标")
_FORM_LABELS = ("主管部门", "预算部门", "实施单位", "项目单位", "填报单位", "项目实施单位", "主管部门名称", "主管单位")
_CODE_BEFORE = re.compile(r"^\d{3,6}[-－—]?")
_FUND_NAMES = re.compile("一般公共预算|公共财政预算|政府性基金预算|国有资本经营预算|预算(?:单位|部门|管理|绩效|法)")
_HEAD_CELLS = 12
_HEAD_OFFICE = ("本级", "（本级）", "本部", "（本部）", "机关", "（机关）")
_REMEDY = "请确认文件；若内容正确，请在首页写明单位全称、年度和“部门预算公开”或“部门决算公开”"


@cache
def _office() -> str:
    endings = "|".join(sorted(map(re.escape, identity_words().names.endings), key=len, reverse=True))
    return rf"[一-鿿（）]{{2,30}}?(?:{endings})"


@cache
def _blank_title() -> re.Pattern[str]:
    return re.compile(rf"[一-鿿]*{identity_words().names.placeholders}[^，。]{{0,20}}(?:预算|决算)")


@cache
def _part_name() -> re.Pattern[str]:
    return re.compile(rf"({_office()})(?:概况|单位概况|部门概况)$")


@dataclass(frozen=True, slots=True)
class _Votes:
    """What is said of the document, by how often and how plainly: by its titles, and by all else."""

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

    def title(self, title: Title) -> None:
        """Count what a title says; one that says all of it counts more."""
        weight = _TITLE_WEIGHT if title.name and title.year else _PART_WEIGHT
        for counter, said in ((self.names, title.name), (self.kinds, title.kind)):
            if said:
                counter[said] += weight
        if title.level:  # parts of any document are called 部门决算…: only beside the name the word means the level
            self.levels[title.level] += _OWN_LEVEL_WEIGHT if title.name else 1
        if title.year:
            self.years[title.year] += weight


def identify(document: Document) -> Identity:
    """The identity that the document states, checked against the catalogue where it is listed.

    Raises:
        InputError: when the text is no budget or final accounts, or does not say of whom or which year.
    """
    titled, told = _of_titles(document), _of_text(document)
    kinds, years = titled.kinds or told.kinds, titled.years or told.years
    if not kinds and titled.years:
        kinds = _mentioned(document)
    if not kinds or not years:
        raise InputError(document.path, _NOT_A_DOCUMENT, _REMEDY)
    kind = Kind.FINAL_ACCOUNTS if kinds["决算"] > kinds["预算"] else Kind.BUDGET
    year = years.most_common(1)[0][0]
    names = titled.names or told.names or _speaking(document)
    if not names:
        raise _nameless(document)
    name = names.most_common(1)[0][0]
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
    level = _level(titled.levels or told.levels, name)
    return Identity(match.code, match.name, level, kind, year, binding, proposal, proposal_en)


def _of_titles(document: Document) -> _Votes:
    """What the titles near the beginning say, each on one line or broken over two or three."""
    votes = _Votes()
    lines = _title_lines(document)
    broken = (*map("".join, pairwise(lines)), *map("".join, zip(lines, lines[1:], lines[2:], strict=False)))
    whole = [title for line in lines if (title := title_in(line)) is not None]
    if not any(title.name and title.year for title in whole):
        joined = [title for line in broken if (title := title_in(line)) is not None and title.name and title.year]
        whole = joined or whole
    for title in whole:
        votes.title(title)
    for line in lines[:_FIRST_LINES]:
        if (alone := _ONLY_YEAR.fullmatch(line)) is not None and not votes.years:
            votes.years[int(alone[1])] += 1
        if not votes.names and (name := name_alone(line)):
            votes.names[name] += 1
    return votes


def _of_text(document: Document) -> _Votes:
    """What the heads of tables, the names of parts and the sentences say."""
    votes = _Votes()
    alone: Counter[int] = Counter()
    for block in document.blocks:
        if isinstance(block, Table):
            for cell in block.cells[:_HEAD_CELLS]:
                _filled_by(cell.text, votes.names)
                votes.count(plain(cell.text), 1)
                alone.update(int(year) for year in _YEAR_ALONE.findall(plain(cell.text)))
            _of_form(block, votes)
            continue
        text = plain(block.text)
        _filled_by(block.text, votes.names)
        part = _PART.match(text)
        if part and (name := _part_name().match(part[1])):
            votes.names[name[1]] += _PART_WEIGHT
        votes.count(text, _PART_WEIGHT if part else 1)
        if alone_on_line := _ONLY_YEAR.fullmatch(text):
            alone[int(alone_on_line[1])] += 1
        if _SELF_EVALUATION.search(text):
            votes.kinds["决算"] += 1
        elif _OBJECTIVES.search(text):
            votes.kinds["预算"] += 1
    if not votes.years:
        votes.years.update(alone)
    return votes


def _of_form(table: Table, votes: _Votes) -> None:
    """主管部门 and 实施单位 of a form on one project, each in the cell behind: 219-某市某镇人民政府."""
    for cell in table.cells[:_FORM_CELLS]:
        if plain(cell.text) in _FORM_LABELS:
            behind = next(
                (c for c in table.cells if c.row == cell.row and c.column > cell.column and c.text.strip()), None
            )
            name = _CODE_BEFORE.sub("", plain(behind.text)) if behind is not None else ""
            if name_alone(name):
                votes.names[name_alone(name)] += 1


def _mentioned(document: Document) -> Counter[str]:
    """预算 and 决算 in the text, for a title that says 预决算; names of funds (一般公共预算) are no mention."""
    mentioned: Counter[str] = Counter()
    for block in document.blocks:
        if isinstance(block, Paragraph):
            mentioned.update(re.findall("预算|决算", _FUND_NAMES.sub("", plain(block.text)).replace("预决算", "")))
    return mentioned


def _speaking(document: Document) -> Counter[str]:
    """Bodies that sentences begin with, before a year: 某县水利局2024年度收入总计…."""
    spoken: Counter[str] = Counter()
    for block in document.blocks:
        if isinstance(block, Paragraph):
            for match in _speaker().finditer(plain(block.text)):
                if name := named(match["name"])[0]:
                    spoken[name] += 1
    return spoken


@cache
def _speaker() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[。；])(?P<name>{_office()}{_LEVEL_WORDS})20\d\d年")


def _title_lines(document: Document) -> list[str]:
    return [
        plain(block.text)
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


def _level(said: Counter[str], name: str) -> Level:
    """本级 in the name or the title, else 单位预算 against 部门预算; a document that says neither covers the unit."""
    if name.endswith(_HEAD_OFFICE) or said[HEAD_OFFICE] > said["部门"] + said["单位"]:
        return Level.HEAD_OFFICE
    return Level.DEPARTMENT if said["部门"] > said["单位"] else Level.UNIT
