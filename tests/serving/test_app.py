"""The review page: nothing without log-in, decisions by reviewers only, forms of our own pages only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows.ledger.connecting import Ledger
from flows.ledger.deciding import Opinion, decide, known_findings
from flows.ledger.lives import Decision, Review
from flows.ledger.recording import begin_run, record_run
from flows.serving.access import Access, session_secret
from flows.serving.app import Serving, create_app
from flows.serving.people import Role, add_person, read_people, remove_person
from flows.settings import SettingsError
from tests.ledger.payloads import DOCUMENT, UNIT, finding, payload

PAGE = """<!DOCTYPE html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; form-action 'none'">
</head><body><main id="main"><p>发现的页面</p></main></body></html>"""


class House:
    """A served report with one finding, and people with their tokens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people = folder / "people.toml"
        self.tokens = {
            "张三": add_person(self.people, "张三", Role.REVIEWER),
            "李四": add_person(self.people, "李四", Role.READER),
        }
        site = folder / "reports" / "site"
        (site / "findings").mkdir(parents=True)
        (site / "index.html").write_text("<main>总览</main>", encoding="utf-8")
        (site / "findings" / "f1.html").write_text(PAGE, encoding="utf-8")
        (folder / "reports" / "findings.json").write_text("secret", encoding="utf-8")
        self.site = site
        self.ledger = Ledger.at(folder / "ledger.sqlite")
        self.see("p1")

    def see(self, fingerprint: str) -> None:
        record_run(self.ledger, begin_run(self.ledger), payload(finding("f1", fingerprint)), names={DOCUMENT: UNIT})

    def client(self, name: str = "", *, header: str = "", peer: str = "testclient") -> TestClient:
        access = Access(self.people, None, header, frozenset({"10.0.0.1"}))
        app = create_app(Serving(self.ledger, self.site, access, "secret", ("testserver",)))
        client = TestClient(app, client=(peer, 1), follow_redirects=False)
        if name:
            assert client.post("/log-in", data={"token": self.tokens[name]}).status_code == 303
        return client

    def review(self) -> Review:
        return known_findings(self.ledger)[0].review


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.partition("<main")[2]))


@pytest.mark.parametrize("address", ["/", "/review", "/site/index.html", "/site/findings/f1.html"])
def test_nothing_is_shown_before_log_in(house: House, address: str) -> None:
    answer = house.client().get(address)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/log-in")


def test_a_wrong_token_is_refused_and_a_right_one_leads_on(house: House) -> None:
    client = house.client()
    assert client.post("/log-in", data={"token": "wrong", "to": "/review"}).status_code == 401
    assert client.get("/review").status_code == 303
    answer = client.post("/log-in", data={"token": house.tokens["张三"], "to": "/review"})
    assert answer.headers["location"] == "/review"
    assert client.get("/review").status_code == 200


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_log_in_never_leads_to_another_server(house: House, to: str) -> None:
    answer = house.client().post("/log-in", data={"token": house.tokens["张三"], "to": to})
    assert answer.headers["location"] == "/"


def test_a_reviewer_decides_on_the_page_of_the_finding(house: House) -> None:
    client = house.client("张三")
    page = client.get("/site/findings/f1.html").text
    assert "发现的页面" in page
    answer = client.post("/review/f1", data=hidden(page) | {"decision": "dismiss", "reason": "口径不同"})
    assert answer.headers["location"] == "/site/findings/f1.html#review"
    [known] = known_findings(house.ledger)
    assert (known.review, known.decisions[0].reviewer, known.decisions[0].source) == (Review.DISMISSED, "张三", "page")
    assert "口径不同" in client.get("/site/findings/f1.html").text
    assert "没有符合条件的发现" in client.get("/review").text
    assert UNIT in client.get("/review?state=dismissed").text


def test_a_reader_sees_but_does_not_decide(house: House) -> None:
    client = house.client("李四")
    page = client.get("/site/findings/f1.html").text
    assert "只读人员不能作结论" in page
    form = re.search(r'name="form" value="([^"]*)"', client.get("/review").text)
    assert form
    answer = client.post("/review/f1", data={"form": form[1], "decision": "confirm"})
    assert answer.status_code == 403
    assert house.review() is Review.OPEN


def test_a_form_of_another_site_or_session_is_refused(house: House) -> None:
    client = house.client("张三")
    right = hidden(client.get("/site/findings/f1.html").text) | {"decision": "confirm"}
    assert client.post("/review/f1", data=right | {"form": "forged"}).status_code == 403
    assert client.post("/review/f1", data=right, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert house.client("张三").post("/review/f1", data=right).status_code == 403
    assert house.review() is Review.OPEN


def test_figures_that_changed_or_another_decision_since_are_a_conflict(house: House) -> None:
    client = house.client("张三")
    old = hidden(client.get("/site/findings/f1.html").text) | {"decision": "confirm"}
    decide(house.ledger, Opinion("f1", Decision.EXPLAIN, "王五", "已更正"))
    answer = client.post("/review/f1", data=old)
    assert answer.status_code == 409
    assert "王五" in answer.text
    house.see("p2")
    assert "数字已变" in client.post("/review/f1", data=old).text
    assert house.review() is Review.OPEN


def test_a_person_taken_out_is_out_at_once_and_a_new_token_ends_old_sessions(house: House) -> None:
    client = house.client("张三")
    assert client.get("/review").status_code == 200
    add_person(house.people, "张三", Role.REVIEWER)
    assert client.get("/review").status_code == 303
    other = house.client("李四")
    remove_person(house.people, "李四")
    assert other.get("/review").status_code == 303


def test_the_header_of_a_proxy_is_believed_from_the_proxy_only(house: House) -> None:
    name = {b"X-User": "张三".encode()}
    assert house.client(header="X-User", peer="10.0.0.1").get("/review", headers=name).status_code == 200
    assert house.client(header="X-User", peer="10.0.0.2").get("/review", headers=name).status_code == 303
    stranger = {"X-User": "nobody"}
    assert house.client(header="X-User", peer="10.0.0.1").get("/review", headers=stranger).status_code == 303


def test_nothing_outside_the_site_is_served(house: House) -> None:
    client = house.client("张三")
    for path in ("..%2ffindings.json", "%2e%2e/findings.json", "findings/../../findings.json", "nosuch.html"):
        assert client.get(f"/site/{path}").status_code == 404


def test_text_of_documents_and_reviewers_is_shown_as_text(house: House) -> None:
    decide(house.ledger, Opinion("f1", Decision.EXPLAIN, "<b>王五", "<script>alert(1)</script>"))
    page = house.client("张三").get("/site/findings/f1.html").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_pages_forbid_frames_scripts_of_others_and_storing(house: House) -> None:
    headers = house.client("张三").get("/review").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    cookie = house.client().post("/log-in", data={"token": house.tokens["张三"]}).headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()


def test_another_host_name_is_refused(house: House) -> None:
    assert house.client("张三").get("/review", headers={"Host": "evil.example"}).status_code == 400


def test_the_file_of_people_holds_no_token_and_is_readable_by_its_owner_only(house: House) -> None:
    text = house.people.read_text(encoding="utf-8")
    assert all(token not in text for token in house.tokens.values())
    assert house.people.stat().st_mode & 0o077 == 0
    assert session_secret(house.folder / "s") == session_secret(house.folder / "s")
    assert (house.folder / "s").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text", ["[[person]]\nname = '甲'", "[[person]]\nname='甲'\nrole='king'", "person = 3", "[[", "\x00"]
)
def test_a_file_of_people_that_says_something_impossible_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"people\.toml"):
        read_people(path)
