"""The PDF reader: lines to paragraphs, rules to tables, both over page breaks; what is dropped, refused or reported."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from datasets.errors import InputError
from datasets.model import Document, Paragraph, Table
from datasets.readers.detect import read_file
from datasets.readers.pdf.reading import read_pdf
from datasets.register import Register
from datasets.vocabulary.numerals import numerals
from tests.pdf_writer import Sheet, pdf

PATH = Path("某局2024年度部门决算.pdf")
#: A line of text this long, 12 points a character, fills the measure from 60 to 528.
FULL = 39
LEFT = 60.0


def read(*sheets: Sheet) -> Document:
    document = read_pdf(PATH, pdf(*sheets))
    for block in document.blocks:
        for piece in block.cells if isinstance(block, Table) else (block,):
            assert document.text[piece.place.start : piece.place.end] == piece.text
    return document


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in cells] for _, cells in table.by_row()]


def spans(table: Table) -> dict[str, tuple[int, int, int, int]]:
    return {c.text: (c.row, c.column, c.row_span, c.column_span) for c in table.cells if c.text}


def typed(sheet: Sheet, lines: list[str], top: float = 100) -> Sheet:
    """Lines one below the other; two blanks at the start indent a line by two characters."""
    for number, line in enumerate(lines):
        words = line.lstrip("\u3000")
        sheet.text(LEFT + 12 * (len(line) - len(words)), top + 18 * number, words)
    return sheet


def filled(sheet: Sheet, xs: list[float], ys: list[float], texts: list[list[str]], **how: bool) -> Sheet:
    """A full grid with these words."""
    sheet.grid(xs, ys, **how)
    for row, line in enumerate(texts):
        for column, words in enumerate(line):
            sheet.text(xs[column] + 3, ys[row] + 14, words, 10)
    return sheet


def levels(count: int, top: float = 100) -> list[float]:
    return [top + 20.0 * number for number in range(count + 1)]


def prose(length: int, start: str = "") -> str:
    return (start + "预算管理制度执行情况说明" * 10)[:length]


XS = [60.0, 240.0, 360.0, 480.0]
HEADER = ["项目", "预算数", "决算数"]


# Paragraphs


def test_wrapped_lines_are_one_paragraph_and_numerals_come_out_whole() -> None:
    document = read(typed(Sheet(), ["\u3000\u3000" + prose(FULL - 2), prose(FULL - 1, "支出"), "29,381.00万元。"]))
    assert paragraphs(document) == [prose(FULL - 2) + prose(FULL - 1, "支出") + "29,381.00万元。"]


def test_numeral_and_its_unit_on_two_lines_are_joined_without_a_blank() -> None:
    lead = prose(FULL - 6)
    document = read(typed(Sheet(), [prose(FULL), lead + "29381.00万", "元，主要用于支出。"]))
    assert paragraphs(document) == [prose(FULL) + lead + "29381.00万元，主要用于支出。"]


def test_line_with_room_for_the_next_word_ends_its_paragraph() -> None:
    document = read(typed(Sheet(), [prose(FULL), prose(20), prose(FULL, "二"), prose(5)]))
    assert paragraphs(document) == [prose(FULL) + prose(20), prose(FULL, "二") + prose(5)]


def test_indented_line_begins_a_paragraph_even_under_a_full_line() -> None:
    document = read(typed(Sheet(), [prose(FULL), prose(FULL), "\u3000\u3000" + prose(FULL - 2), prose(9)]))
    assert paragraphs(document) == [prose(FULL) * 2, prose(FULL - 2) + prose(9)]


def test_numbered_item_begins_a_paragraph_under_a_full_sentence() -> None:
    sentence = prose(FULL - 1) + "。"
    document = read(typed(Sheet(), [sentence, "1、" + prose(20), sentence, "（二）" + prose(3)]))
    assert paragraphs(document) == [sentence, "1、" + prose(20), sentence, "（二）" + prose(3)]


def test_decimal_at_the_start_of_a_line_is_no_list_number() -> None:
    document = read(typed(Sheet(), [prose(FULL), prose(FULL - 2) + "占", "15.16%；"]))
    assert paragraphs(document) == [prose(FULL) + prose(FULL - 2) + "占15.16%；"]


def test_heading_of_another_size_stands_alone() -> None:
    sheet = typed(Sheet().text(LEFT, 80, prose(26), 18), [prose(FULL), prose(8)])
    assert paragraphs(read(sheet)) == [prose(26), prose(FULL) + prose(8)]


def test_entries_of_a_table_of_contents_stay_apart() -> None:
    entries = [
        f"{number}收入预算总表" + "…" * 30 + str(page) for number, page in (("一、", 3), ("二、", 4), ("三、", 5))
    ]
    assert paragraphs(read(typed(Sheet(), entries))) == entries


def test_words_on_one_line_far_apart_keep_a_blank() -> None:
    assert paragraphs(read(Sheet().text(60, 100, "编制部门：某局").text(400, 100, "单位：元"))) == [
        "编制部门：某局 单位：元"
    ]


def test_paragraph_goes_on_on_the_next_page_and_its_numerals_know_theirs() -> None:
    first = typed(Sheet(), [prose(FULL), prose(FULL), prose(FULL, "收入7.25万元")], top=700)
    second = typed(Sheet(), ["支出8.50万元。", "\u3000\u3000" + prose(30)])
    document = read(first, second)
    joined, other = (block for block in document.blocks if isinstance(block, Paragraph))
    assert joined.text == prose(FULL) * 2 + prose(FULL, "收入7.25万元") + "支出8.50万元。"
    assert (joined.place.page, other.place.page) == (1, 2)
    ledger = Register(document)
    pages = {n.printed: ledger.place_of(joined.place, n).page for n in numerals(joined.text)}
    assert pages == {"7.25": 1, "8.50": 2}
    assert document.page_at(document.text.index("8.50")) == 2


def test_sentence_ended_on_a_page_is_not_continued_on_the_next() -> None:
    first = typed(Sheet(), [prose(FULL), prose(20) + "。"], top=740)
    assert len(paragraphs(read(first, typed(Sheet(), [prose(FULL), prose(3)])))) == 2


def test_box_is_measured_from_the_top_left_of_the_page() -> None:
    [block] = read(Sheet().text(100, 200, "收入")).blocks
    assert block.place.box is not None
    left, top, right, bottom = block.place.box
    assert (left, right) == (100, 124)
    assert 186 <= top < 192
    assert 200 <= bottom <= 204
    assert (block.place.line, block.place.page) == (None, 1)


# Tables


def test_ruled_table_keeps_blank_cells_and_the_lines_around_it() -> None:
    texts = [HEADER, ["一、收入", "1,234.50", ""], ["二、支出", "", "6.20"]]
    sheet = filled(Sheet().text(200, 60, "收入决算表", 16).text(420, 85, "单位：万元"), XS, levels(3), texts)
    document = read(sheet.text(60, 190, "注：本表反映收入。"))
    assert paragraphs(document) == ["收入决算表", "单位：万元", "注：本表反映收入。"]
    assert [type(block) for block in document.blocks] == [Paragraph, Paragraph, Table, Paragraph]
    [table] = tables(document)
    assert rows(table) == texts
    assert table.place.page == 1
    assert table.place.box == (60, 100, 480, 160)


def test_rules_drawn_as_thin_rectangles_make_the_same_table() -> None:
    texts = [HEADER, ["一、收入", "1,234.50", ""]]
    lines, bars = (read(filled(Sheet(), XS, levels(2), texts, bars=bars)) for bars in (False, True))
    assert rows(tables(lines)[0]) == rows(tables(bars)[0]) == texts


def test_merged_heads_span_their_rows_and_columns() -> None:
    sheet = Sheet().grid(XS, levels(2, top=140))
    for x0, y0, x1, y1 in ((60, 100, 60, 140), (240, 100, 240, 140), (480, 100, 480, 140), (60, 100, 480, 100)):
        sheet.rule(x0, y0, x1, y1)
    sheet.rule(240, 120, 480, 120).rule(360, 120, 360, 140)
    sheet.text(70, 124, "项目").text(330, 114, "公务用车").text(250, 134, "购置费").text(370, 134, "运行费")
    sheet.text(65, 154, "合计").text(250, 154, "1.00").text(370, 154, "2.00")
    [table] = tables(read(sheet))
    assert spans(table) == {
        "项目": (1, 1, 2, 1),
        "公务用车": (1, 2, 1, 2),
        "购置费": (2, 2, 1, 1),
        "运行费": (2, 3, 1, 1),
        "合计": (3, 1, 1, 1),
        "1.00": (3, 2, 1, 1),
        "2.00": (3, 3, 1, 1),
    }


def test_numerals_off_the_baseline_of_their_label_stay_in_its_row() -> None:
    sheet = Sheet().grid(XS, levels(2))
    for row, (label, amount) in enumerate((("行政运行", "1,511.89"), ("购房补贴", "258.50"))):
        sheet.text(63, 112 + 20 * row, label, 10).text(250, 119 + 20 * row, amount, 10)
    assert rows(tables(read(sheet))[0]) == [["行政运行", "1,511.89", ""], ["购房补贴", "258.50", ""]]


def test_amount_wider_than_its_cell_is_not_cut_in_two() -> None:
    sheet = Sheet().grid([60.0, 160.0, 220.0, 320.0], levels(2))
    sheet.text(63, 114, "合计", 10).text(151, 114, "371,514,655.00", 10).text(63, 134, "其他", 10)
    assert rows(tables(read(sheet))[0])[0] == ["合计", "371,514,655.00", ""]


def test_wrapped_cell_is_joined_and_lines_ended_on_purpose_are_kept() -> None:
    sheet = Sheet().grid([60.0, 130.0, 300.0], [100.0, 140.0, 160.0])
    sheet.text(63, 114, "基本养老保险", 10).text(63, 130, "缴费支出", 10)
    sheet.text(140, 114, "功能分类", 10).text(140, 130, "科目编码", 10)
    assert rows(tables(read(sheet))[0])[0] == ["基本养老保险缴费支出", "功能分类\n科目编码"]


def test_amount_broken_by_a_narrow_column_is_whole_and_stacked_amounts_are_two() -> None:
    sheet = Sheet().grid([60.0, 160.0, 220.0, 262.0], [100.0, 140.0, 160.0])
    sheet.text(63, 114, "合计", 10).text(163, 114, "371,514,", 10).text(163, 130, "655.00", 10)
    sheet.text(223, 114, "100.00", 10).text(223, 130, "200.00", 10)
    assert rows(tables(read(sheet))[0])[0] == ["合计", "371,514,655.00", "100.00\n200.00"]


def test_rows_ruled_only_between_columns_are_told_apart_by_their_lines() -> None:
    sheet = Sheet().grid(XS, [100.0, 120.0, 180.0])
    for column, words in enumerate(HEADER):
        sheet.text(XS[column] + 3, 114, words, 10)
    for number, line in enumerate((["收入", "1.00", "2.00"], ["支出", "3.00", "4.00"], ["结余", "", "5.00"])):
        for column, words in enumerate(line):
            sheet.text(XS[column] + 3, 134 + 18 * number, words, 10)
    [table] = tables(read(sheet))
    assert rows(table) == [HEADER, ["收入", "1.00", "2.00"], ["支出", "3.00", "4.00"], ["结余", "", "5.00"]]


def test_title_inside_the_grid_stays_a_row() -> None:
    sheet = filled(Sheet(), XS, levels(2, top=120), [HEADER, ["收入", "1.00", "2.00"]])
    sheet.rule(60, 100, 480, 100).rule(60, 100, 60, 120).rule(480, 100, 480, 120).text(200, 114, "收入决算表")
    [table] = tables(read(sheet))
    assert spans(table)["收入决算表"] == (1, 1, 1, 3)
    assert table.rows == 3


def test_table_without_outer_borders_is_complete() -> None:
    sheet = Sheet()
    for y in levels(2):
        sheet.rule(60, y, 480, y)
    sheet.rule(240, 100, 240, 140).rule(360, 100, 360, 140)
    for row, line in enumerate((HEADER, ["收入", "1.00", "2.00"])):
        for column, words in enumerate(line):
            sheet.text(XS[column] + 3, 114 + 20 * row, words, 10)
    assert rows(tables(read(sheet))[0]) == [HEADER, ["收入", "1.00", "2.00"]]


def test_frame_around_text_is_no_table() -> None:
    sheet = typed(Sheet().grid([50.0, 540.0], [80.0, 120.0, 200.0]), [prose(30), prose(FULL), prose(5)])
    document = read(sheet)
    assert tables(document) == []
    assert paragraphs(document) == [prose(30), prose(FULL) + prose(5)]


def test_table_inside_a_cell_of_another_keeps_its_words() -> None:
    sheet = Sheet().grid([40.0, 500.0, 540.0], [80.0, 100.0, 200.0]).text(50, 94, "绩效目标表", 10)
    document = read(filled(sheet, XS, levels(2, top=120), [HEADER, ["收入", "1.00", "2.00"]]))
    assert sorted(rows(table) for table in tables(document)) == [
        [["绩效目标表", ""], ["", ""]],
        [HEADER, ["收入", "1.00", "2.00"]],
    ]


def test_words_printed_twice_for_weight_are_read_once() -> None:
    assert read(Sheet().text(60, 100, "合计1,234.50").text(60.3, 100, "合计1,234.50")).text == "合计1,234.50"


# Tables over page breaks


def test_continuation_without_a_header_is_joined_and_cells_keep_their_page() -> None:
    first = filled(Sheet(), XS, levels(2, top=760), [HEADER, ["收入", "1.00", "2.00"]])
    second = filled(Sheet(), XS, levels(2), [["支出", "3.00", "4.00"], ["合计", "5.00", "6.00"]])
    [table] = tables(read(first, second))
    assert rows(table) == [HEADER, ["收入", "1.00", "2.00"], ["支出", "3.00", "4.00"], ["合计", "5.00", "6.00"]]
    assert [cells[0].place.page for _, cells in table.by_row()] == [1, 1, 2, 2]


def test_header_and_caption_printed_again_are_dropped() -> None:
    def page(label: str, caption: str) -> Sheet:
        sheet = Sheet().text(200, 60, caption, 16).text(420, 85, "单位：元")
        return filled(sheet, XS, levels(2), [HEADER, [label, "1.00", "2.00"]])

    document = read(page("收入", "收入决算表"), page("支出", "收入决算表（续）"), page("结余", "收入决算表"))
    [table] = tables(document)
    assert rows(table) == [HEADER] + [[label, "1.00", "2.00"] for label in ("收入", "支出", "结余")]
    assert paragraphs(document) == ["收入决算表", "单位：元"]


def test_last_row_that_merges_the_columns_of_the_codes_is_joined() -> None:
    xs = [60.0, 90.0, 120.0, 300.0, 480.0]
    first = filled(Sheet(), xs, levels(2), [["类", "款", "科目名称", "合计"], ["201", "06", "财政事务", "1.00"]])
    second = filled(Sheet(), [60.0, 300.0, 480.0], levels(1), [["合计", "1.00"]])
    [table] = tables(read(first, second))
    assert spans(table)["合计"] == (3, 1, 1, 3)
    assert [cell.column for _, cells in table.by_row() for cell in cells if cell.row == 3] == [1, 4]


@pytest.mark.parametrize(
    ("between", "xs"),
    [("支出决算表", XS), ("注：本表反映支出。", XS), ("", [60.0, 200.0, 360.0, 480.0])],
    ids=["another title", "a note", "other columns"],
)
def test_tables_parted_by_words_or_of_other_columns_stay_apart(between: str, xs: list[float]) -> None:
    first = filled(Sheet(), XS, levels(1), [HEADER])
    second = filled(Sheet(), xs, levels(1), [["支出", "3.00", "4.00"]])
    if between:
        second.text(200, 60, between)
    assert len(tables(read(first, second))) == 2


def test_row_cut_by_the_page_break_is_mended() -> None:
    def page(words: list[list[str]], ys: list[float]) -> Sheet:
        sheet = Sheet().grid([60.0, 130.0, 300.0], ys)
        for number, (label, amount) in enumerate(words):
            sheet.text(63, ys[0] + 14 + 16 * number, label, 10).text(140, ys[0] + 14 + 16 * number, amount, 10)
        return sheet

    first = page([["机关事业单位", "160.75"], ["基本养老保险", ""]], [100.0, 140.0])
    second = page([["缴费支出", ""]], [100.0, 120.0])
    [table] = tables(read(first, second))
    assert rows(table) == [["机关事业单位基本养老保险缴费支出", "160.75"]]


def test_row_with_an_amount_is_never_taken_for_the_rest_of_a_row() -> None:
    first = filled(Sheet(), XS, levels(2), [HEADER, ["收入", "1.00", "2.00"]])
    second = filled(Sheet(), XS, levels(1), [["", "3.00", ""]])
    assert rows(tables(read(first, second))[0])[-1] == ["", "3.00", ""]


# Tables without vertical rules


ALIGNED = [("基本支出", "1,234.50", "96.10"), ("项目支出", "200.00", "8.25"), ("合计", "1,434.50", "104.35")]


def aligned(sheet: Sheet, top: float = 100) -> Sheet:
    for column, words in enumerate(("支出项目", "预算数", "决算数")):
        sheet.text(60 + 140 * column, top, words, 10)
    for row, line in enumerate(ALIGNED, start=1):
        for column, words in enumerate(line):
            sheet.text(60 + 140 * column, top + 20 * row, words, 10)
    return sheet


def test_columns_without_rules_are_told_by_their_white() -> None:
    sheet = aligned(Sheet().rule(60, 85, 480, 85).rule(60, 106, 480, 106).rule(60, 170, 480, 170))
    assert rows(tables(read(sheet))[0]) == [["支出项目", "预算数", "决算数"], *map(list, ALIGNED)]


def test_lines_whose_columns_are_in_doubt_stay_text() -> None:
    sheet = aligned(Sheet()).text(150, 180, "其他支出经费合计", 10).text(480, 180, "12.00", 10)
    document = read(sheet)
    assert tables(document) == []
    assert "基本支出 1,234.50 96.10" in paragraphs(document)


def test_table_of_contents_with_page_numbers_is_no_table() -> None:
    sheet = Sheet()
    for row, words in enumerate(("部门概况", "收入预算总表", "支出预算总表", "名词解释")):
        sheet.text(60, 100 + 20 * row, words).text(480, 100 + 20 * row, str(row + 3))
    assert tables(read(sheet)) == []


# What is not printed, and what is printed on every page


def test_text_hidden_by_a_clipping_path_or_off_the_page_is_not_read() -> None:
    sheet = (
        Sheet().text(60, -50, "页外7.00").clipped(50, 80, 550, 150).text(60, 100, "可见1.00").text(60, 300, "隐藏2.00")
    )
    assert read(sheet).text == "可见1.00"


def test_page_numbers_are_dropped_and_do_not_part_a_paragraph() -> None:
    first = typed(Sheet(), [prose(FULL), prose(FULL), prose(FULL)], top=700).text(280, 820, "- 1 -")
    second = typed(Sheet(), [prose(5)]).text(280, 820, "- 2 -")
    assert paragraphs(read(first, second)) == [prose(FULL) * 3 + prose(5)]


def test_bare_numbers_are_page_numbers_only_where_they_count_the_pages() -> None:
    def pages(numbers: tuple[str, ...]) -> list[Sheet]:
        return [typed(Sheet(), ["甲乙丙"[n] + prose(9)]).text(290, 820, number) for n, number in enumerate(numbers)]

    assert paragraphs(read(*pages(("5", "6", "7")))) == ["甲" + prose(9), "乙" + prose(9), "丙" + prose(9)]
    assert paragraphs(read(*pages(("12", "47", "300"))))[1::2] == ["12", "47", "300"]


def test_headers_are_dropped_unless_they_hold_numerals() -> None:
    def pages(header: str) -> list[Sheet]:
        full = [prose(FULL), prose(FULL), prose(FULL)]
        return [typed(Sheet().text(60, 40, header, 9), full, top=700 if n == 1 else 100) for n in (1, 2, 3)]

    assert paragraphs(read(*pages("某某区财政局"))) == [prose(FULL) * 9]
    kept = read(*pages("某局2024年度部门决算"))
    assert paragraphs(kept).count("某局2024年度部门决算") == 3
    assert prose(FULL) * 9 in paragraphs(kept)
    assert [b.place.page for b in kept.blocks if b.place.end - b.place.start < FULL] == [1, 2, 3]


def test_caption_on_every_page_is_no_page_header() -> None:
    pages = [filled(Sheet().text(60, 60, "绩效自评表"), XS, levels(1), [[f"项目{n}", "1.00", ""]]) for n in (1, 2, 3)]
    assert paragraphs(read(*pages))[0] == "绩效自评表"


# What cannot be read


def scan() -> Sheet:
    return Sheet().picture(0, 0, 595, 842)


def test_scan_is_refused_with_a_remedy() -> None:
    with pytest.raises(InputError, match="是扫描图片（共2页），没有文字；请提供可以复制文字的版本，或先做文字识别再试"):
        read(scan(), scan())


def test_scanned_pages_among_others_are_reported() -> None:
    document = read(typed(Sheet(), [prose(10)]), Sheet(), scan().text(290, 820, "- 3 -"), scan(), Sheet(), scan())
    assert document.problems == ("第3-4、6页是扫描图片，没有文字，请提供可以复制文字的版本，或先做文字识别再试",)
    assert paragraphs(document) == [prose(10)]


def test_text_beside_a_picture_is_no_scan() -> None:
    assert read(typed(scan(), [prose(FULL), prose(FULL)])).problems == ()


def test_file_without_any_text_is_refused() -> None:
    with pytest.raises(InputError, match="里面没有文字（共1页）"):
        read(Sheet().rule(0, 0, 100, 100))


def test_encrypted_file_is_refused() -> None:
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"41" * 32, b"42" * 32)
    with pytest.raises(InputError, match="已加密，需要密码才能打开；请提供没有密码的版本"):
        read_pdf(PATH, pdf(typed(Sheet(), [prose(10)]), trailer=lock))


def test_file_cut_short_is_refused() -> None:
    data = pdf(*(typed(Sheet(), [prose(10)]) for _ in range(3)))
    with pytest.raises(InputError, match="PDF 文件不完整（缺少文件结尾），可能没有下载完；请重新下载"):
        read_pdf(PATH, data[: len(data) // 2])


def test_file_without_pages_is_refused() -> None:
    with pytest.raises(InputError, match="没有页面"):
        read()


def test_file_that_is_only_called_a_pdf_is_refused() -> None:
    with pytest.raises(InputError, match="PDF 文件已损坏"):
        read_pdf(PATH, b"%PDF-1.5\nnothing\n%%EOF\n")


def test_file_is_recognised_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "部门决算.docx"
    path.write_bytes(b"\r\n" + pdf(typed(Sheet(), [prose(10)])))
    assert read_file(path).format == "pdf"


def test_files_are_read_in_threads_without_harm() -> None:
    files = [pdf(*(typed(Sheet(), [f"第{n}份收入{n}.25万元"]) for _ in range(20))) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        documents = list(pool.map(lambda data: read_pdf(PATH, data), files))
    assert [document.text.count(f"收入{n}.25万元") for n, document in enumerate(documents)] == [20] * 6


def test_sideways_table_on_an_upright_page_is_turned() -> None:
    upright = filled(Sheet(842, 595), XS, levels(2), [HEADER, ["收入", "1.00", "2.00"]])
    turned = Sheet(595, 842)
    turned.operators = ["q 0 1 -1 0 595 0 cm", *upright.operators, "Q"]
    assert rows(tables(read(turned))[0]) == [HEADER, ["收入", "1.00", "2.00"]]


def test_a_unit_or_a_second_half_that_just_did_not_fit_is_joined_to_its_numeral() -> None:
    sheet = Sheet().grid([60.0, 100.0, 140.0, 240.0], [100.0, 140.0, 160.0])
    sheet.text(63, 114, ">=95", 10).text(63, 130, "%", 10)
    sheet.text(103, 114, "=10", 10).text(103, 130, "0（份）", 10)
    sheet.text(143, 114, "合计5", 10).text(143, 130, "个项目", 10)
    assert rows(tables(read(sheet))[0])[0] == [">=95%", "=100（份）", "合计5\n个项目"]


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ("371,514,", "655.00", "371,514,655.00"),
        ("1234", "5.67", "12345.67"),
        ("123.4", "5", "123.45"),
        ("2023", "2024", "2023\n2024"),
        ("1,234", "5,678", "1,234\n5,678"),
    ],
)
def test_digits_over_two_lines_are_one_numeral_only_where_they_can_be_one(
    above: str, below: str, expected: str
) -> None:
    right = 60.0 + 6 * len(above) + 4
    sheet = Sheet().grid([60.0, right, 300.0], [100.0, 140.0, 160.0])
    sheet.text(62, 114, above, 10).text(62, 130, below, 10).text(right + 3, 114, "合计", 10)
    assert rows(tables(read(sheet))[0])[0][0] == expected


def form(sheet: Sheet, name: str, top: float) -> Sheet:
    sheet.grid([60.0, 160.0, 300.0, 480.0], [top + 20 * number for number in range(1, 4)])
    sheet.rule(60, top, 480, top).rule(60, top, 60, top + 20).rule(480, top, 480, top + 20)
    sheet.text(200, top + 14, "项目绩效表", 10)
    for number, line in enumerate([["项目名称", name, "说明"], ["执行数", "1.00", ""]]):
        for column, words in enumerate(line):
            sheet.text([63, 163, 303][column], top + 34 + 20 * number, words, 10)
    return sheet


def test_forms_of_one_shape_on_following_pages_stay_apart() -> None:
    found = tables(read(form(Sheet(), "甲", 700), form(Sheet(), "乙", 60)))
    assert [table.cells[2].text for table in found] == ["甲", "乙"]


def test_a_row_cut_by_the_page_break_is_mended_with_its_merged_cells() -> None:
    above = Sheet().grid([60.0, 100.0, 140.0, 200.0, 480.0], [700.0, 720.0, 740.0])
    for column, words in enumerate(["指标", "类别", "目标值", "说明"]):
        above.text([63, 103, 143, 203][column], 714, words, 10)
    for column, words in enumerate(["效益指", "甲", "=1558.00", "完成"]):
        above.text([63, 103, 143, 203][column], 734, words, 10)
    below = Sheet().grid([60.0, 100.0, 140.0, 200.0, 480.0], [60.0, 80.0, 100.0])
    below.text(63, 74, "标", 10).text(143, 74, "万元", 10)
    for column, words in enumerate(["满意度", "乙", "=95%", "完成"]):
        below.text([63, 103, 143, 203][column], 94, words, 10)
    [table] = tables(read(above, below))
    assert rows(table)[1] == ["效益指标", "甲", "=1558.00万元", "完成"]
