"""Sessions that are not whole: the second factor is missing, or a first password is still to be
changed. What they open, of all routes."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from broker.memory import MemoryBroker
from broker.messaging.topology import topology
from gateway.access import sessions
from gateway.staff.cookies import SESSION, called
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff.parked_door import parking
from tests.unit.gateway.staff.test_who_may import MAY, address
from tests.unit.gateway.staff_door import Signed, signed_in, staff_door

OPEN = ("GET /berkas", "GET /masuk")
OWN = {"GET /saya/sandi", "POST /saya/sandi", "POST /saya/bahasa", "POST /keluar"} | {
    f"{method} /saya/faktor-kedua" for method in ("GET", "POST")
}
MULTIPART = "multipart/form-data; boundary=x"


@pytest_asyncio.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    async with staff_door() as made:
        parking(made, MemoryBroker(topology(["dlh"], ["web"], broker_version=(4, 0))))
        yield made


async def asked(browser: Signed, route: str, **headers: str) -> tuple[int, str]:
    """Status and the place that one is sent to; forms with the session's own token."""
    method, path = route.split(" ")
    answer = await (
        browser.get(address(path), **headers)
        if method == "GET"
        else browser.post(address(path), {"language": "en"}, **headers)
    )
    place = answer.headers.get("location") or answer.headers.get("hx-redirect") or ""
    return answer.status_code, place


async def test_without_the_second_factor_a_session_opens_nothing(door: MemoryDoor) -> None:
    people = door.world.store.people
    agus = await signed_in(door, "agus", "admin", "agency:dlh")
    person = await people.person("agus")
    assert person is not None
    factors = frozenset({"password", sessions.HALF})
    token = await sessions.begin(people, person, factors, "", NOW)
    held = await sessions.held(people, token, NOW)
    assert held is not None
    form = sessions.form_token(held[0], door.world.forms)
    half = Signed(door, f"{called(SESSION, door.world)}={token}", form)
    wrong = []
    for route in MAY:
        if route.startswith(OPEN):
            continue
        for headers in ({}, {"HX-Request": "true"}, {"X-Form-Token": form}):
            status, place = await asked(half, route, **headers)
            if status not in (303, 401) or not place.startswith("/masuk"):
                wrong.append((route, status, place))
    answer = await half.get("/v1/agencies/dlh/cases", Accept="application/json")
    assert answer.status_code == 401
    assert not wrong, "\n".join(map(str, wrong))
    assert (await agus.get("/saya")).status_code == 200


async def test_before_a_first_password_is_changed_nothing_else_opens(door: MemoryDoor) -> None:
    people = door.world.store.people
    agus = await signed_in(door, "agus", "admin", "agency:dlh")
    person = await people.person("agus")
    assert person is not None
    assert await people.change_person(person, replace(person, must_change=True))
    wrong = []
    for route in MAY:
        if route.startswith(OPEN) or route in OWN:
            continue
        for headers in ({}, {"HX-Request": "true"}):
            status, place = await asked(agus, route, **headers)
            if status not in (303, 401) or place != "/saya/sandi":
                wrong.append((route, status, place))
    answer = await agus.get("/v1/agencies/dlh/cases", Accept="application/json")
    assert not wrong, "\n".join(map(str, wrong))
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (MULTIPART, '--x\r\nContent-Disposition: form-data; name="form"\r\n\r\n{}\r\n--x--\r\n'),
        ("text/plain", "form={}"),
        ("application/json", '{{"form": "{}"}}'),
        ("", "form={}"),
    ],
)
async def test_no_type_of_body_is_a_way_round_the_token(
    door: MemoryDoor, kind: str, body: str
) -> None:
    agus = await signed_in(door, "agus", "admin", "agency:dlh")
    other = await signed_in(door, "sri", "admin", "agency:dlh")
    sent = {"Accept": "text/html", "Cookie": agus.cookie, "Content-Type": kind}
    wrong = []
    for route in MAY:
        method, path = route.split(" ")
        if method != "POST":
            continue
        for token in ("", other.form, "\u00e9"):
            answer = await door.client.post(
                address(path), content=body.format(token).encode(), headers=sent
            )
            if answer.status_code not in (403, 404) or "not of your session" not in answer.text:
                wrong.append((route, token, answer.status_code))
        for name in ("X-HTTP-Method-Override", "X-Method-Override"):
            over = await agus.get(address(path) + "?_method=POST", **{name: "POST"})
            if over.status_code >= 500:
                wrong.append((route, name, over.status_code))
    assert not wrong, "\n".join(map(str, wrong))
    assert not door.sent.said
    assert len(await door.world.store.people.people()) == 2
