"""An officer of an agency at the application on stores in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from broker.domain.case import Case, CaseClock, Entry, State, Supporting
from broker.ports import Person
from gateway.access import sessions
from tests.contract.keeping import a_case
from tests.unit.gateway.door import NOW, MemoryDoor

DAY = timedelta(days=1)
FORM = "application/x-www-form-urlencoded"


@dataclass
class MemoryOfficer:
    """Somebody who is signed in."""

    door: MemoryDoor
    cookie: str
    token: str

    async def get(self, path: str, language: str = "en") -> httpx.Response:
        headers = {"Cookie": self.cookie, "Accept": "text/html", "Accept-Language": language}
        return await self.door.client.get(path, headers=headers)

    async def page(self, path: str, language: str = "en") -> str:
        """A page that is there."""
        answer = await self.get(path, language)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-500:])
        return answer.text

    async def post(
        self, path: str, fields: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """A form of theirs; `files` as httpx takes them."""
        sent = {"form": self.token, **(fields or {})}
        headers = {"Cookie": self.cookie, "Accept": "text/html", **more.pop("headers", {})}
        if more:
            return await self.door.client.post(path, data=sent, headers=headers, **more)
        headers["Content-Type"] = FORM
        return await self.door.client.post(path, content=urlencode(sent), headers=headers)


async def an_officer(door: MemoryDoor, name: str = "siti", *roles: str) -> MemoryOfficer:
    """Signed in, with these roles."""
    people = door.world.store.people
    person = Person(name, name.title(), frozenset(roles or ("agency:dlh",)), NOW)
    assert await people.add_person(person)
    token = await sessions.begin(people, person, frozenset({"password"}), "test", NOW)
    held = await sessions.held(people, token, NOW)
    assert held is not None
    form = sessions.form_token(held[0], door.world.forms)
    return MemoryOfficer(door, f"__Host-pintu_session={token}", form)


def a_report(
    agency: str = "dlh",
    state: State = State.ROUTED,
    due_in: int = 4,
    also: str | None = None,
    **complaint: Any,
) -> Case:
    """With an agency, with clocks as the case consumer sets them."""
    start, due = NOW - 3 * DAY, NOW + due_in * DAY
    clocks = [
        CaseClock("response", 1, agency, start, due),
        CaseClock("resolution", 1, agency, start, due + 9 * DAY),
    ]
    if also:
        clocks.append(CaseClock("response", 2, also, start, due))
    case = a_case(agency=agency, state=state, opened_at=start, clocks=tuple(clocks))
    written: Any = {"text": "Sampah menumpuk di pasar", "location": {"village": "Rias"}}
    return replace(
        case,
        complaint=written | complaint,
        supporting=(Supporting(also),) if also else (),
    )


def a_line_of(case: Case, who: str, what: str, **detail: object) -> Entry:
    """A line of its history."""
    agency = case.agency
    return Entry(NOW, NOW, who, what, case.state, case.state, agency, agency, detail)
