"""The pages in a real browser, opened from a folder as a reader would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from flows.site.build import build_site
from tests.browser.sample import CELL, DOCUMENTS, MISSING, RELATIONS, SHARE, SampleAudit, SampleSuites

LONG = "某某市某某区人民政府某某街道办事处综合行政执法队及社区事务受理服务中心"
#: Ordinary findings and the widest that documents can make of them.
AUDIT = SampleAudit(
    findings=(SHARE, CELL, MISSING, replace(CELL, id="long", title=LONG, message="1234567890" * 30)),
    documents=(*DOCUMENTS, replace(DOCUMENTS[0], id="doc-3", path=f"{LONG}.pdf", entity_name=LONG)),
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
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the first page, in a folder of its own."""
    folder: Path = tmp_path_factory.mktemp("site")
    return build_site(AUDIT, folder, suites=SampleSuites(), relations=RELATIONS).as_uri()


@pytest.fixture
def watched(browser: BrowserContext) -> Iterator[Watched]:
    """An empty page, closed afterwards."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    yield Watched(page)
    page.close()


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def test_page_opens_from_a_folder_without_complaint_or_request(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    expect(watched.page).to_have_title("勾稽 · 部门预算、决算公开数据核对报告")
    assert watched.complaints == []
    assert watched.requests == [site]


def test_suspect_numeral_is_seen_marked(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    mark = watched.page.locator(f"#f-{SHARE.id} mark.suspect")
    expect(mark).to_be_visible()
    expect(mark).to_have_text("71.73")
    # The content policy names the style by its hash: were it wrong, the browser would drop the style.
    expect(mark).to_have_css("background-color", "rgb(255, 214, 210)")


def test_reader_switches_language_and_back(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    watched.page.get_by_role("link", name="English").click()
    expect(watched.page.locator(f"#f-{SHARE.id} h5")).to_have_text(SHARE.title_en)
    assert watched.page.evaluate("document.documentElement.lang") == "en"
    watched.page.get_by_role("link", name="中文").click()
    expect(watched.page.locator(f"#f-{SHARE.id} h5")).to_have_text(SHARE.title)


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_page_is_never_wider_than_the_window(watched: Watched, site: str, width: int, name: str) -> None:
    watched.page.set_viewport_size({"width": width, "height": 844})
    watched.page.goto(site.replace("index.html", name))
    watched.page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
    assert overflow(watched.page) <= 0


def test_first_tab_stop_leads_to_the_findings(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    watched.page.keyboard.press("Tab")
    expect(watched.page.get_by_role("link", name="跳到问题清单")).to_be_focused()
    watched.page.keyboard.press("Enter")
    expect(watched.page.locator("#findings")).to_be_focused()


def test_unchecked_relations_unfold_by_keyboard(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    relation = watched.page.locator("section[aria-labelledby=unchecked] li").first
    expect(relation).to_be_hidden()
    watched.page.locator("section[aria-labelledby=unchecked] summary").first.focus()
    watched.page.keyboard.press("Enter")
    expect(relation).to_be_visible()


def test_paper_shows_what_the_screen_folds_away(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    watched.page.emulate_media(media="print")
    folded = watched.page.locator("section[aria-labelledby=unchecked] li").first
    assert folded.evaluate("item => item.checkVisibility({contentVisibilityAuto: true})")
    assert folded.bounding_box() is not None


CONTRAST = """() => {
  const channel = value => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const worst = {};
  for (const element of document.querySelectorAll("body *")) {
    if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    const pair = [light(colour(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) worst[element.tagName + "." + element.className] = ratio;
  }
  return worst;
}"""


def test_every_text_has_the_contrast_of_wcag_aa(watched: Watched, site: str) -> None:
    watched.page.goto(site)
    assert watched.page.evaluate(CONTRAST) == {}
