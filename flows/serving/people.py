"""Who may read and who may decide: a file of names, roles and hashes of their tokens.

A token is 32 random bytes, so a plain SHA-256 of it cannot be turned back; the file holds no secret. The token itself
is shown once, when the person is added.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flows.settings import SettingsError


class Role(StrEnum):
    """What a person may do: look, or look and decide."""

    READER = "reader"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Person:
    """One person; ``token_hash`` is the SHA-256 of the token, empty for somebody known by a proxy's header only."""

    name: str
    role: Role
    token_hash: str = ""


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who may come in."""

    people: tuple[Person, ...]

    def by_token(self, token: str) -> Person | None:
        """The owner of a token; every entry is compared, so that the time taken tells nothing."""
        digest = token_hash(token)
        found = [p for p in self.people if p.token_hash and hmac.compare_digest(p.token_hash, digest)]
        return found[0] if found and token else None

    def by_name(self, name: str) -> Person | None:
        """The person of a name."""
        return next((person for person in self.people if person.name == name), None)


def read_people(path: Path) -> People:
    """The people of a file; nobody when there is no such file.

    Raises:
        SettingsError: the file cannot be read or says something impossible.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("person", [])
        people = tuple(Person(str(e["name"]), Role(e["role"]), str(e.get("token_hash", ""))) for e in entries)
    except FileNotFoundError:
        return People(())
    except OSError as error:
        raise SettingsError(f"{path}：读不到（{error.strerror}）；请检查权限") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path}：人员名单的写法不对（{error}）；每人写 [[person]]、name、role、token_hash"
        ) from error
    return People(people)


def add_person(path: Path, name: str, role: Role) -> str:
    """Put a person into the file, or give one who is there a new token and role; return the token.

    Raises:
        SettingsError: the name is empty, or the file cannot be read or written.
    """
    name = " ".join(name.split())
    if not name:
        raise SettingsError("姓名为空；请写明姓名")
    token = secrets.token_urlsafe(32)
    others = [person for person in read_people(path).people if person.name != name]
    _write(path, [*others, Person(name, role, token_hash(token))])
    return token


def remove_person(path: Path, name: str) -> bool:
    """Take a person out of the file; False when nobody has that name.

    Raises:
        SettingsError: the file cannot be read or written.
    """
    people = read_people(path).people
    left = [person for person in people if person.name != name]
    if len(left) == len(people):
        return False
    _write(path, left)
    return True


def _write(path: Path, people: list[Person]) -> None:
    # JSON's strings are TOML's basic strings.
    text = "".join(
        f"[[person]]\nname = {json.dumps(p.name, ensure_ascii=False)}\nrole = {json.dumps(p.role.value)}\n"
        f"token_hash = {json.dumps(p.token_hash)}\n\n"
        for p in people
    )
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.touch(mode=0o600)
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise SettingsError(f"{path}：写不进去（{error.strerror}）；请检查权限") from error
    finally:
        aside.unlink(missing_ok=True)
