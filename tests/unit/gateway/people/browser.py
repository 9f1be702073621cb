"""Browsers of people who sign in, at an application in memory."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import urlencode

import httpx

from broker.ports import Person
from gateway.access.passwords import hashed
from tests.unit.gateway.door import MemoryDoor

WALL: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASSWORD: Final = "kuda tiang pisang biru"
OTHER: Final = "gajah lima payung hijau"
_FORM: Final = re.compile(r'name="form" value="([0-9a-f]{32})"')
_HEADER: Final = re.compile(r'"X-Form-Token": "([0-9a-f]{32})"')
kept: Final = cache(hashed)
"""What is kept of a password; it takes long."""


async def add(door: MemoryDoor, name: str, *roles: str, **others: object) -> Person:
    """Somebody who can sign in with PASSWORD."""
    person = Person(name, name.title(), frozenset(roles), WALL, kept(PASSWORD))
    person = replace(person, **others)  # type: ignore[arg-type]  # fields of a person
    assert await door.world.store.people.add_person(person)
    return person


def at(door: MemoryDoor, moment: datetime) -> None:
    """It is that late, for sign-ins."""
    door.world.wall = lambda: moment


def later(door: MemoryDoor, by: timedelta) -> None:
    at(door, door.world.wall() + by)


class Browser:
    """One browser with its cookies; ``address``: where it is."""

    def __init__(self, door: MemoryDoor, address: str = "127.0.0.1") -> None:
        transport = httpx.ASGITransport(app=door.app, client=(address, 1))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://gateway.test")
        self.door = door
        self.cookies: dict[str, str] = {}
        self.set: list[str] = []
        """Every `Set-Cookie` of the last answer."""
        self.form = ""
        """Of the page that it saw last."""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._ask("GET", path, None, headers)

    async def page(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.headers)
        return answer.text

    async def post(
        self,
        path: str,
        fields: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        form: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """A form; its token is that of the page seen last, unless ``form`` says otherwise."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        pairs.append(("form", self.form if form is None else form))
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return await self._ask("POST", path, urlencode(pairs), sent)

    async def tries(self, name: str, password: str = PASSWORD, ke: str = "/") -> httpx.Response:
        """Asks for the form, and sends it."""
        await self.get("/masuk")
        return await self.post("/masuk", {"name": name, "password": password, "ke": ke})

    async def sign_in(self, name: str) -> None:
        answer = await self.tries(name)
        assert answer.status_code == 303, answer.text
        await self.get("/saya/sandi")

    @property
    def session(self) -> str:
        return next((v for k, v in self.cookies.items() if k.endswith("pintu_session")), "")

    async def _ask(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> httpx.Response:
        sent = {"Accept": "text/html", "Accept-Language": "en", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._client.cookies.clear()
        answer = await self._client.request(method, path, content=body, headers=sent)
        self.set = answer.headers.get_list("set-cookie")
        for each in self.set:
            for name, morsel in SimpleCookie(each).items():
                self.cookies[name] = morsel.value
                if not morsel.value or morsel["max-age"] == "0":
                    del self.cookies[name]
        for found in (_HEADER.search(answer.text), _FORM.search(answer.text)):
            if found is not None:
                self.form = found[1]
                break
        return answer
