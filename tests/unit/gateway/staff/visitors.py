"""People who are signed in at a gateway in memory."""

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlencode

import httpx

from broker.ports import Person
from gateway.access.sessions import begin, form_token
from gateway.staff.cookies import SESSION, called
from tests.unit.gateway.door import NOW, MemoryDoor


class MemoryVisitor:
    """Somebody with these roles, and their browser."""

    def __init__(self, door: MemoryDoor, cookie: str, token: str) -> None:
        self.door, self.cookie, self.token = door, cookie, token

    @classmethod
    async def signed_in(cls, door: MemoryDoor, name: str, *roles: str) -> Self:
        people = door.world.store.people
        person = Person(name, name.capitalize(), frozenset(roles), NOW, language="en")
        await people.add_person(person)
        token = await begin(people, person, frozenset({"password"}), "a test", NOW)
        (session,) = await people.sessions(name)
        cookie = f"{called(SESSION, door.world)}={token}"
        return cls(door, cookie, form_token(session, door.world.forms))

    async def get(self, path: str) -> httpx.Response:
        return await self.door.client.get(path, headers=self._headers)

    async def page(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    async def post(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        """A form of this session, unless it says otherwise."""
        body = urlencode({"form": self.token, **fields})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.door.client.post(path, content=body, headers=self._headers | kind)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Accept": "text/html", "Cookie": self.cookie}
