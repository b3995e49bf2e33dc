"""Reading of web pages: no figure is lost, merged cells span as they do, menus stay out where that is safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets.errors import InputError
from datasets.model import Document, Paragraph, Table
from datasets.readers.detect import read_bytes
from datasets.readers.html.reading import read_html

PATH = Path("某局2024年部门决算.html")
PROSE = "<p>2024年度收入总计100.00万元，支出总计100.00万元，与上年相比增加5.00万元，主要原因是工作任务增加。</p>" * 5


def read(body: str, head: str = "") -> Document:
    return read_html(PATH, f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode())


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def cells(table: Table) -> list[tuple[int, int, str, int, int]]:
    return [(c.row, c.column, c.text, c.row_span, c.column_span) for c in table.cells]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", ""),
        ("utf-16", "utf-16"),  # with a byte order mark
        ("utf-16-le", ""),
        ("gb18030", "gb2312"),
        ("gb18030", "GBK"),
        ("gb18030", ""),
        ("utf-8", "gb2312"),  # declared wrongly
        ("gb18030", "utf-8"),
        ("big5", "big5"),
    ],
)
def test_the_bytes_tell_the_encoding_whatever_the_page_declares(encoding: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    text = "收支㙍總表" if encoding == "gb18030" else "收入總表"
    page = f"<html><head>{meta}</head><body><p>{text}100.00</p></body></html>"
    document = read_bytes(PATH, page.encode(encoding))
    assert (document.format, lines(document), document.problems) == ("html", [f"{text}100.00"], ())


def test_a_few_broken_bytes_are_reported_and_cost_nothing_else() -> None:
    page = f"<html><body>\n<p>合计</p>{PROSE}</body></html>".encode().replace("合计".encode(), b"\xff\xfe\xff")
    document = read_html(PATH, page)
    assert lines(document)[1].startswith("2024年度收入总计100.00万元")
    assert document.problems == (
        "网页源文件第 2 行有字节无法识别，以“\ufffd”代替；请对照原文核对这些行的数字，或另存为 UTF-8 后再试",
    )


def test_an_unknown_encoding_names_the_line_and_the_remedy() -> None:
    with pytest.raises(InputError, match=r"决算\.html：文字编码无法识别（第 2 行起有乱码）；请另存为 UTF-8"):
        read_html(PATH, b"<html><body>\n<p>" + bytes(range(0x80, 0x100)) * 4 + b"</p></body></html>")


def test_blocks_and_line_breaks_end_paragraphs_and_blanks_collapse() -> None:
    document = read("<div>收入<b>100</b>.00\n 万元，<br>支出&nbsp;&nbsp;20<span>0</span></div>尾<ul><li>甲<li>乙</ul>")
    assert lines(document) == ["收入100.00 万元，", "支出  200", "尾", "甲", "乙"]
    assert document.text == "收入100.00 万元，\n支出  200\n尾\n甲\n乙"


def test_preformatted_text_keeps_its_lines() -> None:
    assert lines(read("<pre>收入  100.00\n支出  90.00</pre>")) == ["收入 100.00", "支出 90.00"]


def test_what_no_browser_prints_is_not_read() -> None:
    page = "<script>var a=1.5;</script><style>p{width:2.5px}</style><!-- 3.5 --><p>4.5"
    document = read(
        f"{page}<span style='mso-hide:all'>9.9</span></p><del>5.5</del><p>6.5\u200b7</p>", "<title>8.5</title>"
    )
    assert document.text == "4.5\n6.57"


def test_spans_are_true_and_cells_stand_where_spans_leave_room() -> None:
    [table] = tables(
        read(
            "<table><tr><th rowspan=2>项目<th colspan=2>金额<tr><td>本年<td>上年"
            "<tr><td rowspan=0>合计<td>1<p>2</p><td>&nbsp;<tr><td colspan='x'>3<td>4</table>"
        )
    )
    assert cells(table) == [
        (1, 1, "项目", 2, 1),
        (1, 2, "金额", 1, 2),
        (2, 2, "本年", 1, 1),
        (2, 3, "上年", 1, 1),
        (3, 1, "合计", 2, 1),
        (3, 2, "1\n2", 1, 1),
        (3, 3, "", 1, 1),
        (4, 2, "3", 1, 1),
        (4, 3, "4", 1, 1),
    ]


def test_a_span_never_reaches_below_the_last_row() -> None:
    [table] = tables(read("<table><tr><td rowspan=99>甲<td>1<td>2</tr><tr><td>3<td>4</tr></table>"))
    assert (table.rows, table.columns) == (2, 3)


def test_every_block_and_cell_is_a_slice_of_the_text_and_numbered() -> None:
    document = read("<p>甲</p><table><tr><td>1<td>2<tr><td>3<td></table><p>乙</p>")
    for number, block in enumerate(document.blocks, start=1):
        assert block.place.block == number
        for part in block.cells if isinstance(block, Table) else [block]:
            assert document.text[part.place.start : part.place.end] == part.text


def test_layout_tables_are_read_through_in_order() -> None:
    inner = "<table><tr><td>项目<td>金额<td>比例<tr><td>合计<td>1.00<td>100%</table>"
    page = f"<table><tr><td><a>菜单</a><td><p>收支总表</p><p>单位：万元</p>{inner}<p>注：略</p></table>"
    document = read(page)
    assert [type(block).__name__ for block in document.blocks] == ["Paragraph"] * 2 + ["Table"] + ["Paragraph"]
    assert lines(document) == ["收支总表", "单位：万元", "注：略"]


def test_a_table_inside_a_data_table_follows_it() -> None:
    inner = "<table><tr><td>2.00<td>3.00<td>4.00<tr><td>5<td>6<td>7</table>"
    rows = f"<tr><td>甲<td>乙<td>丙<td>{inner}<tr><td>丁<td>戊<td>1.00<td>己"
    outer, nested = tables(read(f"<table>{rows}</table>"))
    assert [cell.text for cell in outer.cells] == ["甲", "乙", "丙", "", "丁", "戊", "1.00", "己"]
    assert nested.cells[0].text == "2.00"


def test_text_between_rows_is_kept_before_the_table() -> None:
    document = read("<table><caption>收支总表</caption>误放<tr><td>1<td>2<tr><td>3<td>4</table>")
    assert document.text.startswith("收支总表\n误放\n1")


def test_menus_and_footers_around_the_article_are_left_out() -> None:
    menu = '<div class="nav"><a href="/">首页</a></div><div><a>政务公开</a> <a>互动交流</a></div>'
    foot = "<div>版权所有 某某政府网 网站标识码6523000001 新ICP备05001234号 电话0994-2345678</div>"
    document = read(f"{menu}<div><div>当前位置：首页 &gt; 公开</div><div id=zoom>{PROSE}</div></div>{foot}")
    assert all(line.startswith("2024年度收入总计") for line in lines(document))
    assert len(lines(document)) == 5


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="header">其中：项目支出12.30万元</div>',
        '<div class="footer">单位：万元</div>',
        '<div class="nav"><table><tr><td>项目<td>金额<tr><td>合计<td>12.30</table></div>',
        '<div class="top">某局2024年部门决算</div>',
    ],
)
def test_nothing_with_a_figure_a_title_or_a_unit_is_left_out(beside: str) -> None:
    document = read(f"{beside}<div>{PROSE}</div>")
    assert any(mark in document.text for mark in ("12.30", "单位：万元", "某局2024年部门决算"))


def test_hidden_figures_are_read_and_said_to_be_hidden() -> None:
    document = read(f'<div style="display: none">合计 8.80</div><div style="display:none">提示</div>{PROSE}')
    assert document.text.startswith("合计 8.80\n2024")
    assert document.problems == ("网页有隐藏的内容，也已读入；请在浏览器中核对",)


def test_attachments_and_pictures_that_stay_unread_are_named() -> None:
    document = read(f'{PROSE}<img src="1.png"><a href="/u/2024.xls?v=1">附件1</a><a href="/x.pdf"></a>')
    assert document.problems == (
        "网页的附件没有随网页读入（附件1、x.pdf）；请下载后与网页一起检查",
        "网页里没有表格，有 1 张图片，图片里的数字没有读；请提供可以复制文字的文件",
    )


def test_a_page_without_tables_is_its_paragraphs() -> None:
    document = read(PROSE)
    assert len(document.blocks) == 5
    assert document.problems == ()


@pytest.mark.parametrize("body", ["", "<script>render()</script>", "<iframe src=a.htm></iframe>"])
def test_a_page_without_text_names_the_remedy(body: str) -> None:
    with pytest.raises(InputError, match=r"决算\.html：网页里没有正文文字.*；请下载页面上的附件"):
        read(body)


def test_thousands_of_elements_left_open_are_read_to_the_end() -> None:
    document = read("<span>甲<font>" * 6000 + "<p>合计 12.50</p>")
    assert lines(document)[-1] == "合计 12.50"


def test_a_page_too_deep_to_parse_is_refused_and_not_cut() -> None:
    with pytest.raises(InputError, match=r"嵌套过深.*；请"):
        read("<div>甲" * 6000 + "合计 12.50")


def test_a_web_archive_is_read_whatever_its_name() -> None:
    page = "<html><body><table><tr><td>项目<td>金额<tr><td>合计<td>1.00</table></body></html>"
    archive = (
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n--B\n'
        b'Content-Type: text/html; charset="gb2312"\nContent-Transfer-Encoding: 8bit\n\n'
    ) + f"{page}\n\n--B--\n".encode("gb18030")
    document = read_bytes(Path("决算.doc"), archive)
    assert (document.format, document.text) == ("mht", "项目\n金额\n合计\n1.00")


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.docx", "a.txt", "a"])
def test_a_page_is_known_by_its_content_under_any_name(name: str) -> None:
    page = "\ufeff<!-- x -->\n<table><tr><td>项目<td>金额<tr><td>合计<td>1.00</table>"
    assert read_bytes(Path(name), page.encode()).format == "html"


def test_a_large_page_is_read_to_the_last_cell() -> None:
    row = "<tr>" + "<td><p>12.50</p></td>" * 12 + "</tr>"
    [table] = tables(read(f"<table>{row * 3000}</table>"))
    assert len(table.cells) == 36000
