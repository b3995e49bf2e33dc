"""The pages in a real browser, opened from a folder as a reader would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from flows.site.build import build_site
from tests.browser.sample import (
    ALONE,
    CELL,
    DOCUMENTS,
    MISSING,
    RELATIONS,
    SENTENCE,
    SHARE,
    SHARE_FIGURE,
    TITLE,
    WHOLE,
    SampleAudit,
    SampleSuites,
    document,
)

LONG = "某某市某某区人民政府某某街道办事处综合行政执法队及社区事务受理服务中心"
#: Enough rows for the tools of a table to show, and the widest words that documents can make of them.
AUDIT = SampleAudit(
    findings=(
        SHARE,
        CELL,
        MISSING,
        replace(CELL, id="long", title=LONG, message="1234567890" * 30),
        *(replace(CELL, id=f"more{number}", title=f"第{number}项") for number in range(4)),
    ),
    documents=(
        *DOCUMENTS,
        replace(DOCUMENTS[0], id="doc-3", path=f"{LONG}.pdf", entity="other", entity_name=LONG, key="other/2024"),
    ),
)
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
#: Each kind of page once.
PAGES = (
    "index.html",
    "findings.html",
    f"findings/{SHARE.id}.html",
    "findings/long.html",
    "documents",
    "units/310107-101.html",
    "rules.html",
    "quality.html",
    "unchecked.html",
    "index.en.html",
    f"findings/{SHARE.id}.en.html",
)


class Watched:
    """A page, and what it said to the console or asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, in a folder of its own."""
    made: Path = tmp_path_factory.mktemp("site")
    build_site(AUDIT, made, texts=[document()], suites=SampleSuites(), relations=RELATIONS)
    return made


@pytest.fixture(scope="module")
def site(folder: Path) -> str:
    """The address of the first page."""
    return (folder / "index.html").as_uri()


@pytest.fixture
def watched(browser: BrowserContext) -> Iterator[Watched]:
    """An empty page, closed afterwards."""
    page = browser.new_page()
    yield Watched(page)
    page.close()


def address(folder: Path, name: str) -> str:
    """The address of a page; of the only document by its folder."""
    if name == "documents":
        [path] = [p for p in (folder / name).iterdir() if p.name.count(".") == 1]
        return path.as_uri()
    return (folder / name).as_uri()


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def visible_rows(page: Page) -> int:
    """Rows of the list of findings that the filters leave."""
    return page.locator("#findings-table tbody tr:not([hidden])").count()


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_from_a_folder_without_complaint_and_asks_for_nothing_outside(
    watched: Watched, folder: Path, name: str
) -> None:
    watched.page.goto(address(folder, name))
    assert watched.complaints == []
    assert watched.requests
    assert all(request.startswith(folder.as_uri()) for request in watched.requests), watched.requests


@pytest.mark.parametrize("name", PAGES)
def test_page_passes_the_accessibility_check(watched: Watched, folder: Path, name: str) -> None:
    watched.page.goto(address(folder, name))
    watched.page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
    watched.page.evaluate(AXE)
    found = watched.page.evaluate("axe.run({resultTypes: ['violations']})")
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found["violations"]] == []


def test_marked_figure_is_two_clicks_from_the_first_page(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    watched.page.get_by_role("link", name=SHARE.title).click()
    mark = watched.page.locator("mark.suspect")
    expect(mark).to_have_text("71.73")
    expect(mark).to_have_css("background-color", "rgb(251, 227, 224)")  # the style is let through by the page's policy
    watched.page.get_by_role("link", name="在文件中查看").first.click()
    figure = watched.page.locator(f"#n{SHARE_FIGURE.place.start}")
    expect(figure).to_be_in_viewport()
    expect(figure).to_have_class("bad current")
    expect(watched.page.locator("#panel")).to_contain_text("71.73 不符")


def test_marked_figure_is_reached_without_scripts(browser: BrowserContext, site: str) -> None:
    plain = browser.browser
    if plain is None:  # a persistent context has none of its own
        page = browser.new_page()
        page.route("**/gouji.js", lambda route: route.abort())
    else:
        page = plain.new_context(java_script_enabled=False).new_page()
    page.goto(site)
    expect(page.locator(".tools").first).to_be_hidden()
    page.get_by_role("link", name=SHARE.title).click()
    page.get_by_role("link", name="在文件中查看").first.click()
    expect(page.locator(f"#n{SHARE_FIGURE.place.start}")).to_be_in_viewport()
    page.locator(f"#n{WHOLE.place.start}").click()
    expect(page.locator(".relations li:target")).to_be_in_viewport()
    page.close()


def test_list_is_filtered_by_words_and_severity(watched: Watched, folder: Path) -> None:
    watched.page.goto(address(folder, "findings.html"))
    assert visible_rows(watched.page) == 8
    watched.page.get_by_label("查找").fill("占比 2106.66")
    assert visible_rows(watched.page) == 1
    expect(watched.page.locator("output").first).to_have_text("显示 1 / 8")
    watched.page.get_by_label("查找").fill("")
    watched.page.get_by_label("疑点").uncheck()
    assert visible_rows(watched.page) == 2


def test_list_is_sorted_by_a_column(watched: Watched, folder: Path) -> None:
    watched.page.goto(address(folder, "findings.html"))
    heading = watched.page.get_by_role("button", name="原文印作")
    heading.click()
    first = watched.page.locator("#findings-table tbody tr").first
    expect(first).to_contain_text("2940.05")
    heading.click()
    expect(first).to_contain_text("71.73")
    expect(watched.page.get_by_role("columnheader", name="原文印作")).to_have_attribute("aria-sort", "ascending")


def test_reader_switches_language_on_the_page_at_hand_and_back(watched: Watched, folder: Path) -> None:
    watched.page.goto(address(folder, f"findings/{SHARE.id}.html"))
    watched.page.get_by_role("link", name="English").click()
    expect(watched.page.locator("h1")).to_have_text(SHARE.title_en)
    assert watched.page.evaluate("document.documentElement.lang") == "en"
    watched.page.get_by_role("link", name="中文").click()
    expect(watched.page.locator("h1")).to_have_text(SHARE.title)


def test_numeral_explains_itself_on_hover_focus_and_tap(watched: Watched, folder: Path) -> None:
    watched.page.goto(address(folder, "documents"))
    panel = watched.page.locator("#panel")
    expect(panel).to_be_hidden()
    watched.page.locator(f"#n{ALONE.place.start}").hover()
    expect(panel).to_contain_text("5.00 不在任何勾稽关系中")
    expect(panel).to_contain_text("其他支出")
    watched.page.locator(f"#n{ALONE.place.start}").focus()
    watched.page.keyboard.press("Shift+Tab")
    expect(panel).to_contain_text("2940.05 勾稽相符")
    watched.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    watched.page.locator(f"#n{WHOLE.place.start}").click()
    expect(panel).to_contain_text("勾稽关系 2")
    panel.get_by_role("button", name="关闭").click()
    expect(panel).to_be_hidden()


def test_buttons_step_through_the_contradictions(watched: Watched, folder: Path) -> None:
    watched.page.goto(address(folder, "documents"))
    watched.page.get_by_role("button", name="下一处不符").click()
    expect(watched.page.locator("[data-steps]")).to_have_text("1 / 2")
    watched.page.get_by_role("button", name="上一处不符").click()
    expect(watched.page.locator("[data-steps]")).to_have_text("2 / 2")
    expect(watched.page.locator("#panel")).to_contain_text("71.73")


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_never_wider_than_the_window(watched: Watched, folder: Path, width: int, name: str) -> None:
    watched.page.set_viewport_size({"width": width, "height": 844})
    watched.page.goto(address(folder, name))
    watched.page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
    assert overflow(watched.page) <= 0


def test_first_tab_stop_leads_past_the_navigation(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    watched.page.keyboard.press("Tab")
    expect(watched.page.get_by_role("link", name="跳到正文")).to_be_focused()
    watched.page.keyboard.press("Enter")
    expect(watched.page.locator("#main")).to_be_focused()


def test_unchecked_relations_unfold_by_keyboard(watched: Watched, folder: Path) -> None:
    watched.page.goto(address(folder, "unchecked.html"))
    relation = watched.page.locator("main li").first
    expect(relation).to_be_hidden()
    watched.page.locator("main summary").first.focus()
    watched.page.keyboard.press("Enter")
    expect(relation).to_be_visible()


def test_paper_shows_what_the_screen_folds_away_and_no_controls(watched: Watched, folder: Path) -> None:
    watched.page.goto(address(folder, "unchecked.html"))
    watched.page.emulate_media(media="print")
    folded = watched.page.locator("main li").first
    assert folded.evaluate("item => item.checkVisibility({contentVisibilityAuto: true})")
    assert folded.bounding_box() is not None
    watched.page.goto(address(folder, "findings.html"))
    expect(watched.page.locator(".tools").first).to_be_hidden()
    expect(watched.page.locator(".top nav")).to_be_hidden()
    expect(watched.page.get_by_role("link", name=SHARE.title)).to_be_visible()


def test_five_thousand_findings_stay_usable(browser: BrowserContext, tmp_path: Path) -> None:
    many = replace(AUDIT, findings=tuple(replace(CELL, id=f"x{n}", title=f"第{n}项") for n in range(5_000)))
    build_site(many, tmp_path, relations=RELATIONS)
    page = browser.new_page()
    page.goto((tmp_path / "findings.html").as_uri())
    page.get_by_label("查找").fill("第4990项")  # on the last of ten pages
    expect(page.locator("output").first).to_have_text("显示 1 / 5000")
    expect(page.locator("#findings-table tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="第4990项")).to_have_attribute("href", "findings/x4990.html")
    page.get_by_label("查找").fill("")
    expect(page.locator("#findings-table tbody tr")).to_have_count(500)
    page.get_by_label("疑点").uncheck()
    expect(page.locator("output").first).to_have_text("显示 0 / 5000")
    page.goto((tmp_path / "units" / "310107-101.html").as_uri())
    page.get_by_label("查找").fill("第4999项")
    assert visible_rows(page) == 1
    page.close()


def test_hostile_document_stays_text(browser: BrowserContext, tmp_path: Path) -> None:
    spoiled = "\n".join(
        (TITLE, SENTENCE, "<script>document.title='x'</script>", "\u202e<img src=x onerror=alert(1)>", "长" * 100_000)
    )
    audit = SampleAudit(figures=(), verdicts=(), findings=())
    build_site(audit, tmp_path, texts=[document(spoiled)], relations=RELATIONS)
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(address(tmp_path, "documents"))
    expect(page.locator(".ticked")).to_contain_text("<script>document.title='x'</script>")
    expect(page.locator(".ticked")).to_contain_text("⟦U+202E⟧<img src=x onerror=alert(1)>")
    assert page.title() != "x"
    assert said == []
    page.close()
