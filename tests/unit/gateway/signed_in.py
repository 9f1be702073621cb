"""People who are signed in at a gateway in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from broker.ports import Person
from gateway.access import sessions
from gateway.staff.cookies import SESSION, called
from tests.unit.gateway.door import NOW, MemoryDoor, Time


@dataclass
class SignedIn:
    """Somebody with a session; ``token``: what each of their forms brings along."""

    door: MemoryDoor
    cookie: str
    token: str

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.door.client.get(path, headers=self._headers(headers))

    async def page(self, path: str) -> str:
        """A page that is there."""
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-600:])
        return answer.text

    async def post(
        self,
        path: str,
        fields: Mapping[str, str] | Sequence[tuple[str, str]],
        *,
        token: str | None = None,
    ) -> httpx.Response:
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        pairs.append(("form", self.token if token is None else token))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        headers = self._headers(kind)
        return await self.door.client.post(path, content=urlencode(pairs), headers=headers)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"Accept": "text/html", "Cookie": self.cookie, **more}


async def signed_in(door: MemoryDoor, name: str, *roles: str) -> SignedIn:
    """A new person of these roles, signed in."""
    door.world.wall = Time().now
    person = Person(name, name.title(), frozenset(roles), NOW, language="en")
    people = door.world.store.people
    assert await people.add_person(person)
    shown = await sessions.begin(people, person, frozenset({"password"}), "", NOW)
    held = await sessions.held(people, shown, NOW)
    assert held is not None
    form = sessions.form_token(held[0], door.world.forms)
    return SignedIn(door, f"{called(SESSION, door.world)}={shown}", form)
