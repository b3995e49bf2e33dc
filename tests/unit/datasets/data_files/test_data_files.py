"""Data files that are no TOML or no table: each is refused with file, line, what was read and what belongs there."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets.data_files.forms import Form
from datasets.data_files.languages import same_keys, used_keys
from datasets.data_files.lines import line_of
from datasets.data_files.loading import DataFile, collected, rows
from datasets.errors import DataFileError
from datasets.narrative.sections import SectionsFile
from datasets.vocabulary.concepts import CodeRow, ConceptRow
from datasets.vocabulary.units import UnitRow

GOOD = """# a comment with = and [brackets]
title = "甲"

[[part]]
name = "one"   # behind a value
words = [
  "a",
  "b",
]

[[part]]
name = "two"

[part.inner]
"乙" = { x = 1, y = 2 }
"""


class Inner(Form, frozen=True, kw_only=True):
    x: int
    y: int


class Part(Form, frozen=True, kw_only=True):
    name: str
    words: tuple[str, ...] = ()
    inner: dict[str, Inner] = {}  # noqa: RUF012 - a form copies it


class Whole(Form, frozen=True, kw_only=True):
    title: str
    part: tuple[Part, ...]


def refusal(text: str) -> DataFileError:
    with pytest.raises(DataFileError) as caught:
        DataFile.parsed("甲.toml", text).record(Whole)
    return caught.value


def test_what_a_form_allows_is_read_into_its_record() -> None:
    whole = DataFile.parsed("甲.toml", GOOD).record(Whole)
    assert whole.part[0].words == ("a", "b")
    assert whole.part[1].inner["乙"].y == 2


@pytest.mark.parametrize(
    ("path", "word", "line"),
    [
        (("title",), "", 2),
        (("part", 0), "", 4),
        (("part", 0, "words"), "", 6),
        (("part", 0, "words", 1), "b", 8),
        (("part", 0, "words"), "b", 8),
        (("part", 1), "", 11),
        (("part", 1, "inner"), "", 14),
        (("part", 1, "inner", "乙", "y"), "2", 15),
        (("part", 1, "nothing"), "", 11),
        (("nothing",), "", 1),
    ],
)
def test_what_a_path_leads_to_has_its_own_line(path: tuple[str | int, ...], word: str, line: int) -> None:
    assert line_of(GOOD, path, word) == line


def test_a_word_is_looked_for_as_a_whole_before_it_is_looked_for_in_others() -> None:
    text = 'words = [\n  "budget_expenditure",\n  "-budget",\n  "budget",\n  "a + expenditure",\n]\n'
    assert line_of(text, ("words",), "budget") == 4
    assert line_of(text, ("words",), "expenditure") == 5


def test_the_lines_of_a_text_of_several_lines_are_told_apart() -> None:
    text = 'a = """\n| 甲 |\n| 乙\u2028|\n| 丙 |\n"""\n'
    assert line_of(text, ("a",), "丙") == 4


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title = "甲"', "title = “甲”", 2, ["全角", "“"]),
        ('title = "甲"', 'title ＝ "甲"', 2, ["全角", "＝"]),
        ('title = "甲"', 'title = "甲', 2, ["不是有效的 TOML"]),
        ('title = "甲"', "title =", 2, ["不是有效的 TOML"]),
        ('title = "甲"', 'title = "甲"\ntitle = "乙"', 3, ["前面已经写过"]),
        ("[part.inner]", "[part.inner]\n[part.inner]", 15, ["前面已经写过"]),
        ('title = "甲"', 'title = "甲\u2028丙"\nname = 1', 3, ["'name'"]),
        ('title = "甲"', "title = '''甲", 2, ["不是有效的 TOML"]),
        ('  "a",\n', '  "a"\n', 8, ["不是有效的 TOML", "逗号"]),
        ('[[part]]\nname = "one"', '［［part］］\nname = "one"', 4, ["全角"]),
        ('  "b",\n]', '  "b",', 6, ["不是有效的 TOML"]),
        ('"b"', "“b”", 8, ["全角"]),
        ('name = "two"', "name = 2", 12, ["文字"]),
        ('name = "two"', 'nane = "two"', 12, ["nane", "最接近的是 'name'"]),
        ('name = "two"', "", 11, ["缺少 name"]),
        ("y = 2", 'y = "2"', 15, ["整数"]),
        ("y = 2", "y = true", 15, ["整数"]),
        ("y = 2", "z = 2", 15, ["'z'", "可用：x、y"]),
        ('words = [\n  "a",\n  "b",\n]', 'words = "a"', 6, ["列表"]),
        ('title = "甲"', "title = { a = 1 }", 2, ["文字", "{…}"]),
    ],
)
def test_a_wrong_file_is_refused_at_its_line_in_both_languages(old: str, new: str, line: int, words: list[str]) -> None:
    assert old in GOOD
    error = refusal(GOOD.replace(old, new, 1))
    told = [text for text in str(error).splitlines() if text.startswith(f"甲.toml 第 {line} 行：")]
    assert any(all(word in text for word in words) for text in told)
    assert f"甲.toml, line {line}: " in error.english
    assert len(str(error).splitlines()) == len(error.english.splitlines())


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    error = refusal(GOOD.replace('name = "one"', "name = 1").replace("y = 2", "z = 2"))
    assert [text.partition("：")[0] for text in str(error).splitlines()] == [
        "甲.toml 第 5 行",
        "甲.toml 第 15 行",
        "甲.toml 第 15 行",
    ]


def test_a_file_with_very_many_faults_tells_of_the_first_twenty() -> None:
    parts = "".join(f'[[part]]\nnane = "{number}"\n' for number in range(30))
    lines = str(refusal('title = "甲"\n' + parts)).splitlines()
    assert (len(lines), lines[-1]) == (21, "……另有 40 处")


def test_a_file_that_is_no_utf8_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "甲.toml"
    path.write_bytes('title = "甲"'.encode("gbk"))
    with pytest.raises(DataFileError, match="UTF-8"):
        DataFile.read(path, "甲.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit,dimension,factor\n元,money,1\n", ["第 1 行", "缺少列 exact"]),
        ("unit,dimension,factor,exakt\n元,money,1,no\n", ["第 1 行", "'exakt'", "'exact'"]),
        ("unit,dimension,factor,exact,exact\n元,money,1,no,no\n", ["第 1 行", "写了两次"]),
        ("unit,dimension,factor,exact\n元,money,1\n", ["第 2 行", "3 格", "4 格"]),
        ("unit,dimension,factor,exact\n元,monney,1,no\n", ["第 2 行", "'monney'", "'money'"]),
        ("unit,dimension,factor,exact\n元,money,１万,no\n", ["第 2 行", "factor", "数"]),
        ("", ["第 1 行", "缺少列"]),
        ("unit,dimension,factor,exact\n", ["第 1 行", "一行也没有"]),
        ("unit,dimension,factor,exact\n元,money,1,no\n", ["第 2 行", "缺少 千元、万元"]),
        ("unit,dimension,factor,exact\n 元,money,1,no\n", ["第 2 行", "' 元'", "前后有空格"]),
        ('unit,dimension,factor,exact\n"元\n",money,1,no\n元,monney,1,no\n', ["第 4 行", "'monney'"]),
        ('unit,dimension,factor,exact\n"元,money,1,no\n', ["第 2 行", "引号"]),
        ("unit,dimension,factor,exact\n元\u2028,money,1,no\n元,monney,1,no\n", ["第 3 行", "'monney'"]),
    ],
)
def test_a_wrong_table_is_refused_at_its_line(text: str, words: list[str]) -> None:
    with pytest.raises(DataFileError) as caught:
        rows("units.csv", text, UnitRow)
    assert [word for word in words if word not in str(caught.value)] == []


def test_what_several_files_complain_of_is_told_together_and_once() -> None:
    def fail(text: str) -> str:
        raise DataFileError(text, text.upper())

    with pytest.raises(DataFileError) as caught:
        collected([lambda: fail("a"), lambda: "fine", lambda: fail("b"), lambda: fail("a")])
    assert (str(caught.value), caught.value.english) == ("a\nb", "A\nB")


CONCEPTS = "id,label,label_en,dimension,aliases,means,fund_scoped\na,甲,a,money,甲数,,no\n"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,乙,b,money,,,no", ["第 3 行", "'a'", "前面已经有了"]),
        ("b,乙,b,money,甲 数,,no", ["第 3 行", "'甲 数'", "已是 a 的名称"]),
        ("b,乙,b,money,,c@general,no", ["第 3 行", "'c'", "不是已有的概念"]),
        ("b,乙,b,money,,a@generall,no", ["第 3 行", "'generall'", "'general'"]),
    ],
)
def test_concepts_that_contradict_each_other_are_refused(row: str, words: list[str]) -> None:
    with pytest.raises(DataFileError) as caught:
        rows("concepts.csv", f"{CONCEPTS}{row}\n", ConceptRow)
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("code", "since", "until", "said"),
    [
        ("2010", "", "", "不是 3、5 或 7 位数字"),
        ("20101", "19", "", "不是年份"),
        ("20101", "2020", "2018", "早于 since"),
    ],
)
def test_a_code_with_wrong_digits_or_years_is_refused(code: str, since: str, until: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said):
        rows("a.csv", f"code,name,since,until,source\n{code},甲,{since},{until},乙\n", CodeRow)


def test_a_heading_that_another_above_it_always_takes_is_refused() -> None:
    text = (
        '[[section]]\nwords = ["收入"]\ntopic = "revenue"\n[[section]]\nwords = ["本年", "收入"]\ntopic = "revenue"\n'
    )
    with pytest.raises(DataFileError, match="轮不到它"):
        DataFile.parsed("sections.toml", text).record(SectionsFile)


@pytest.mark.parametrize("words", ["[]", '[""]', '["收入", ""]'])
def test_a_list_of_words_has_words_in_it(words: str) -> None:
    text = f'[[section]]\nwords = {words}\ntopic = "revenue"\n'
    with pytest.raises(DataFileError, match=r"sections.toml 第 2 行：.*是空的"):
        DataFile.parsed("sections.toml", text).record(SectionsFile)


def test_a_value_is_quoted_as_it_stands_in_the_file_and_cut_where_it_is_long() -> None:
    assert "写的是 '2'，应为整数" in str(refusal(GOOD.replace("y = 2", 'y = "2"')))
    assert "写的是 true，应为整数" in str(refusal(GOOD.replace("y = 2", "y = true")))
    assert f"'{'甲' * 40}…'" in str(refusal(GOOD.replace("y = 2", f'y = "{"甲" * 99}"')))


def test_what_stands_twice_in_a_list_is_told_each_time() -> None:
    error = refusal(GOOD.replace('"b",', '"b", "a",\n"b"'))
    assert [line.partition("：")[0] for line in str(error).splitlines()] == ["甲.toml 第 8 行", "甲.toml 第 9 行"]


def test_a_number_that_is_none_is_refused() -> None:
    assert "不是可用的数" in str(refusal(GOOD.replace("y = 2", "y = nan")))


def test_all_doubled_keys_of_words_in_a_table_are_told_and_not_only_the_first() -> None:
    text = "unit,dimension,factor,exact\n" + "元,money,1,no\n" * 3
    with pytest.raises(DataFileError) as caught:
        rows("units.csv", text, UnitRow)
    assert len([line for line in str(caught.value).splitlines() if "前面已经有了" in line]) == 2


def test_a_page_cannot_ask_for_a_word_that_no_language_has(tmp_path: Path) -> None:
    (tmp_path / "a.html.jinja").write_text(
        '{{ words.title }} {{ words["other"] }} {{ words.place(x) }}', encoding="utf-8"
    )
    (tmp_path / "a.py").write_text('words["third"]; words.start', encoding="utf-8")
    assert used_keys(tmp_path) == {"title", "other", "third"}
    file = DataFile.parsed("a.toml", '[zh]\ntitle = "甲"\nother = "乙"\n[en]\ntitle = "a"\nother = "b"\n')
    with pytest.raises(DataFileError, match=r"(?s)a.toml 第 1 行：\[zh\] 缺少网页要用的 'third'.*第 4 行"):
        same_keys(file, ("zh", "en"), needed=used_keys(tmp_path))


def test_a_file_that_is_gone_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"甲\.toml：读不到（.*）；请恢复这个文件"):
        DataFile.read(tmp_path / "甲.toml", "甲.toml")


@pytest.mark.parametrize("factor", ["0", "-1", "x"])
def test_a_unit_has_a_factor_above_zero(factor: str) -> None:
    with pytest.raises(DataFileError, match=r"units.csv 第 2 行：factor"):
        rows("units.csv", f"unit,dimension,factor,exact\n元,money,{factor},no\n", UnitRow)
