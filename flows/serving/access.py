"""Who is asking, and whether the question comes from our own page.

Log-in is by token, kept in a signed cookie that scripts and other sites cannot use; or by the header of a reverse proxy
that has checked the user, taken only from the addresses of that proxy. Every change carries a token of the session.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request

from flows.serving.people import People, Person, Role, read_people, token_hash
from flows.settings import SettingsError


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of log-in.

    ``people`` is the file of people, read at each question so that a person taken out is out at once; ``guest`` comes
    in by the token made at the start when there is no such file. ``user_header`` is believed from ``proxies`` only.
    """

    people: Path
    guest: Person | None = None
    user_header: str = ""
    proxies: frozenset[str] = field(default=frozenset())

    def known(self) -> People:
        """Everybody who may come in now."""
        found = read_people(self.people).people
        return People((*found, self.guest) if self.guest else found)

    def person_of(self, request: Request) -> Person | None:
        """Who is asking; None when that is not known."""
        if self.user_header and request.client and request.client.host in self.proxies:
            name = request.headers.get(self.user_header, "")
            if name:
                # Headers are Latin-1 on the wire; proxies send names in UTF-8.
                return self.known().by_name(name.encode("latin-1", "replace").decode("utf-8", "replace"))
        name, proof = request.session.get("name", ""), request.session.get("proof", "")
        person = self.known().by_name(str(name))
        # A new token for the person ends the sessions of the old one.
        return person if person and proof and hmac.compare_digest(_proof(person), str(proof)) else None

    def log_in(self, request: Request, token: str) -> Person | None:
        """Begin a session for the owner of a token."""
        person = self.known().by_token(token.strip())
        request.session.clear()
        if person is not None:
            request.session.update(name=person.name, proof=_proof(person), form=secrets.token_urlsafe(32))
        return person


def form_token(request: Request) -> str:
    """The token that the forms of this session carry."""
    if "form" not in request.session:
        request.session["form"] = secrets.token_urlsafe(32)
    return str(request.session["form"])


def is_our_form(request: Request, token: str) -> bool:
    """Whether a form comes from a page that this session was shown."""
    return hmac.compare_digest(form_token(request), token) and request.headers.get("sec-fetch-site", "same-origin") in {
        "same-origin",
        "none",
    }


def session_secret(path: Path) -> str:
    """The secret that signs cookies, made once and readable by its owner only.

    Raises:
        SettingsError: it cannot be read or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        secret = secrets.token_urlsafe(48)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret)
    except OSError as error:
        raise SettingsError(f"{path}：读写不了（{error.strerror}）；请检查权限或用 GOUJI_STATE 另指文件夹") from error
    return secret


def one_time_guest(name: str) -> tuple[Person, str]:
    """Somebody who may review until the server stops, with the token; for one who reviews alone on this machine."""
    token = secrets.token_urlsafe(32)
    return Person(name, Role.REVIEWER, token_hash(token)), token


def _proof(person: Person) -> str:
    return token_hash(f"session {person.token_hash}")
