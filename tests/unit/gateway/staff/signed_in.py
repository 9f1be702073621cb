"""People who are signed in at a gateway in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlencode

import httpx

from broker.ports import Person
from gateway.access import sessions
from gateway.access.sessions import form_token
from gateway.desk.session import DeskSession
from tests.unit.gateway.door import NOW, MemoryDoor


@dataclass
class SignedIn:
    """A person with a session, as their browser has it."""

    door: MemoryDoor
    cookie: str
    token: str

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.door.client.get(path, headers={"Cookie": self.cookie, **headers})

    async def post(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx.Response:
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
            **headers,
        }
        body = urlencode({"form": self.token, **fields})
        return await self.door.client.post(path, content=body, headers=sent)


async def signed_in(door: MemoryDoor, name: str, *roles: str, language: str = "en") -> SignedIn:
    """Somebody new; the gateway gets its desk."""
    world = door.world
    config = world.config
    world.desk = lambda: DeskSession(
        config.rules, config.clocks, door.cases, world.clock, "memory", _nowhere
    )
    person = Person(name, name.capitalize(), frozenset(roles), NOW, language=language)
    assert await world.store.people.add_person(person)
    token = await sessions.begin(world.store.people, person, frozenset(), "", NOW)
    session, _ = await sessions.held(world.store.people, token, NOW) or (None, None)
    assert session is not None
    name_of_cookie = "__Host-pintu_session"
    return SignedIn(door, f"{name_of_cookie}={token}", form_token(session, world.forms))


def _nowhere() -> NoReturn:
    raise AssertionError("these pages publish through the gateway's own way")
