"""People who are signed in at a gateway in memory."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from broker.ports import Person
from gateway.access import sessions
from gateway.access.sessions import form_token
from gateway.desk.indexing import Indexing
from gateway.desk.session import DeskSession
from gateway.staff.cookies import SESSION, called
from tests.unit.gateway.door import NOW, MemoryDoor, Time, memory_door


@dataclass
class SignedIn:
    """Somebody's browser, without scripts; ``token``: what each form of their session has."""

    door: MemoryDoor
    cookie: str
    token: str

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.door.client.get(path, headers=self._headers(headers))

    async def page(self, path: str, **headers: str) -> str:
        """A page that is there."""
        answer = await self.get(path, **headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return answer.text

    async def post(
        self,
        path: str,
        fields: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        *,
        token: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """A form of their session, unless ``token`` says otherwise."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        pairs.append(("form", self.token if token is None else token))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        sent = self._headers(kind | headers)
        return await self.door.client.post(path, content=urlencode(pairs), headers=sent)

    async def upload(
        self, path: str, files: Mapping[str, Any], fields: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """A form of their session with files, as httpx has them."""
        sent = {**(fields or {}), "form": self.token}
        headers = self._headers({})
        return await self.door.client.post(path, data=sent, files=files, headers=headers)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"Accept": "text/html", "Cookie": self.cookie, **more}


@asynccontextmanager
async def staff_door(**more: Any) -> AsyncIterator[MemoryDoor]:
    """A gateway with a desk, and an index of its cases."""
    async with memory_door(**more) as door:
        world = door.world
        with_desk(door, door.cases)
        world.forms = b"f" * 32
        assert world.search is not None
        await world.search.look()
        yield door


def with_desk(door: MemoryDoor, cases: Any) -> None:
    """The desk works on these cases."""
    world = door.world

    def nowhere() -> Any:
        raise AssertionError("no RabbitMQ here")

    world.cases = cases
    world.desk = lambda: DeskSession(
        world.config.rules, world.config.clocks, cases, Time(), "", nowhere
    )
    world.search = Indexing(cases, Time())


async def signed_in(
    door: MemoryDoor, name: str, *roles: str, language: str | None = "en"
) -> SignedIn:
    """A new person with these roles, signed in."""
    people = door.world.store.people
    person = Person(name, name.title(), frozenset(roles), NOW, language=language)
    assert await people.add_person(person)
    token = await sessions.begin(people, person, frozenset({"password"}), "", NOW)
    found = await sessions.held(people, token, NOW)
    assert found is not None
    cookie = f"{called(SESSION, door.world)}={token}"
    return SignedIn(door, cookie, form_token(found[0], door.world.forms))
