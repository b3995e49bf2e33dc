"""The web app: the static site behind a log-in, a list to review, and the decisions under each finding.

Pages of the site are served as they are; the page of a finding gets a panel with its decisions and a form.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from flows.ledger.connecting import Ledger, LedgerError, shown_time
from flows.ledger.deciding import KnownFinding, Opinion, decide, known_findings
from flows.ledger.lives import DECISION_WORDS, REVIEW_WORDS, Decision, Review
from flows.payload import SEVERITY_WORDS, first_suspect
from flows.places import place_words
from flows.serving.access import Access, form_token, is_our_form
from flows.serving.people import Person, Role

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: Static pages forbid forms; the panel is one.
_NO_FORMS, _OWN_FORMS = "form-action 'none'", "form-action 'self'"
_SESSION_SECONDS = 12 * 3600
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Serving:
    """What the app needs: the ledger, the folder of the site, the rules of log-in, and the names it answers to."""

    ledger: Ledger
    site: Path
    access: Access
    secret: str
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    secure: bool = False


def create_app(serving: Serving) -> FastAPI:
    """The app; nothing of it is public but the page to log in and the style sheet."""
    app = FastAPI(title="Gouji", docs_url=None, redoc_url=None, openapi_url=None)
    pages = _Pages(serving)

    @app.middleware("http")
    async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    app.add_middleware(
        SessionMiddleware,
        secret_key=serving.secret,
        session_cookie="gouji",
        max_age=_SESSION_SECONDS,
        same_site="strict",
        https_only=serving.secure,
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(serving.hosts))
    app.add_exception_handler(LedgerError, pages.trouble)
    app.add_exception_handler(_LogInError, pages.to_log_in)
    app.get("/")(pages.start)
    app.get("/log-in", response_class=HTMLResponse)(pages.log_in_page)
    app.post("/log-in")(pages.log_in)
    app.post("/log-out")(pages.log_out)
    app.get("/style.css")(pages.style)
    app.get("/review", response_class=HTMLResponse)(pages.review)
    app.post("/review/{identity}")(pages.decide)
    app.get("/site/{path:path}")(pages.site)
    return app


class _LogInError(Exception):
    """Somebody who is not known asks for a page."""


class _Pages:
    """The answers; a method for each address."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._site = serving.site.resolve()
        environment = Environment(
            loader=PackageLoader("flows.serving"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        environment.globals.update(
            severity_words=SEVERITY_WORDS,
            review_words=REVIEW_WORDS,
            decision_words=DECISION_WORDS,
            shown=shown_time,
            where=_where,
        )
        self._templates = environment

    def _page(self, name: str, request: Request, **values: Any) -> HTMLResponse:  # noqa: ANN401 - what a template takes
        status = values.pop("status", HTTPStatus.OK)
        values |= {"form_token": form_token(request), "person": self._serving.access.person_of(request)}
        return HTMLResponse(self._templates.get_template(name).render(**values), status_code=status)

    def _person(self, request: Request) -> Person:
        person = self._serving.access.person_of(request)
        if person is None:
            raise _LogInError
        return person

    def _reviewer(self, request: Request, token: str) -> Person:
        person = self._person(request)
        if not is_our_form(request, token):
            raise HTTPException(HTTPStatus.FORBIDDEN, "表单已过期或来自别处；请重新打开页面再提交")
        if person.role is not Role.REVIEWER:
            raise HTTPException(HTTPStatus.FORBIDDEN, "只读人员不能作结论；请联系管理员")
        return person

    async def to_log_in(self, request: Request, _: Exception) -> Response:
        """Whoever is not known is asked to log in, and comes back to where they wanted to go."""
        if request.method != "GET":
            return Response("请先登录", status_code=HTTPStatus.UNAUTHORIZED)
        return RedirectResponse(f"/log-in?to={quote(request.url.path)}", HTTPStatus.SEE_OTHER)

    async def trouble(self, request: Request, error: Exception) -> Response:
        """A ledger that cannot be used, or a decision that was refused."""
        return self._page("trouble.html.jinja", request, problem=str(error), status=HTTPStatus.CONFLICT)

    def start(self, request: Request) -> Response:
        """The first page of the site."""
        self._person(request)
        return RedirectResponse("/site/index.html", HTTPStatus.SEE_OTHER)

    def style(self) -> Response:
        """The style sheet of the site and of these pages."""
        sheets = [
            files("flows.site").joinpath("assets/style.css"),
            files("flows.serving").joinpath("templates/serving.css"),
        ]
        return Response("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets), media_type="text/css")

    def log_in_page(self, request: Request, to: str = "/") -> Response:
        """The form to log in."""
        return self._page("log_in.html.jinja", request, to=_inside(to), failed=False)

    def log_in(
        self, request: Request, token: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "/"
    ) -> Response:
        """Begin a session."""
        if self._serving.access.log_in(request, token) is None:
            return self._page("log_in.html.jinja", request, to=_inside(to), failed=True, status=HTTPStatus.UNAUTHORIZED)
        return RedirectResponse(_inside(to), HTTPStatus.SEE_OTHER)

    def log_out(self, request: Request, form: Annotated[str, Form()] = "") -> Response:
        """End the session."""
        if is_our_form(request, form):
            request.session.clear()
        return RedirectResponse("/log-in", HTTPStatus.SEE_OTHER)

    def review(self, request: Request, state: str = "open", unit: str = "") -> Response:
        """The findings to review, filtered by state and unit."""
        self._person(request)
        wanted = next((review for review in Review if review.value == state), None)
        known = [item for item in known_findings(self._serving.ledger) if item.standing == "open"]
        chosen = [item for item in known if (wanted is None or item.review is wanted) and unit.strip() in item.unit]
        chosen.sort(key=lambda item: (list(SEVERITY_WORDS).index(item.severity), item.unit, item.id))
        return self._page(
            "review.html.jinja",
            request,
            findings=chosen[:_SHOWN],
            more=max(0, len(chosen) - _SHOWN),
            state=state if wanted else "all",
            unit=unit,
            counts={review: sum(1 for item in known if item.review is review) for review in Review},
        )

    def decide(
        self,
        request: Request,
        identity: str,
        form: Annotated[str, Form()] = "",
        decision: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
        on: Annotated[str, Form()] = "",
        after: Annotated[int, Form()] = 0,
    ) -> Response:
        """Keep a decision, and show the finding again."""
        person = self._reviewer(request, form)
        chosen = next((each for each in Decision if each.value == decision), None)
        if chosen is None:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "没有选结论；请选一项再提交")
        statement = Opinion(identity, chosen, person.name, reason, source="page", on=on, after=after)
        decide(self._serving.ledger, statement)
        return RedirectResponse(f"/site/findings/{quote(identity, safe='')}.html#review", HTTPStatus.SEE_OTHER)

    def site(self, request: Request, path: str) -> Response:
        """A file of the site; the page of a finding with its decisions."""
        person = self._person(request)
        file = (self._site / path).resolve()
        if not file.is_relative_to(self._site) or not file.is_file():
            raise HTTPException(HTTPStatus.NOT_FOUND, "没有这一页；报告可能已重新生成，请从首页进入")
        if file.parent == self._site / "findings" and file.suffix == ".html":
            known = known_findings(self._serving.ledger, identity=file.name.partition(".")[0])
            if len(known) == 1:
                return self._with_panel(request, file, known[0], person)
        return FileResponse(file)

    def _with_panel(self, request: Request, file: Path, known: KnownFinding, person: Person) -> Response:
        panel = self._templates.get_template("panel.html.jinja").render(
            known=known,
            last=known.decisions[-1].number if known.decisions else 0,
            may_decide=person.role is Role.REVIEWER,
            person=person,
            form_token=form_token(request),
        )
        before, end, after = file.read_text(encoding="utf-8").replace(_NO_FORMS, _OWN_FORMS).rpartition("</main>")
        return HTMLResponse(f"{before}{panel}{end}{after}")


def _where(known: KnownFinding) -> str:
    """What is printed, and where: titles are those of rules, so many findings share one."""
    suspect = first_suspect(known.record)
    return " · ".join(words for words in (suspect.get("printed", ""), place_words(suspect)) if words)


def _inside(address: str) -> str:
    """``address`` where it is a path of this server, else the first page: nobody is sent elsewhere by a link."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"
