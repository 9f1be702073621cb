"""What a citizen sees where something is not taken in: a page, and nothing of what was written is
lost."""

from collections.abc import Mapping

import httpx
import pytest

from broker.errors import StoreUnavailable
from config.loading.clocks import SHIPPED
from gateway.api.rates import OF_ADDRESS
from tests.unit.gateway.door import MemoryDoor, memory_door

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
REPORT = {"text": "sampah menumpuk", "address": "Pasar", "anonymous": "1"}


async def posted(door: MemoryDoor, path: str, form: Mapping[str, str]) -> httpx.Response:
    return await door.client.post(path, data=form, headers=BROWSER)


async def fails(*_: object) -> bytes:
    raise StoreUnavailable("away")


async def breaks(*_: object) -> bytes:
    raise ZeroDivisionError


@pytest.mark.parametrize("what", ["queue", "store"])
async def test_while_a_part_is_away_the_form_keeps_what_was_written(
    door: MemoryDoor, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.sent.away = what == "queue"
    if what == "store":
        monkeypatch.setattr(door.world.remember, "add", fails)
    answer = await posted(door, "/lapor", {**REPORT, "id": "a" * 32})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "sampah menumpuk</textarea>" in answer.text
    assert f'value="{"a" * 32}"' in answer.text, "sent again it is the same complaint"


async def test_too_many_reports_are_told_as_such(door: MemoryDoor) -> None:
    for _ in range(OF_ADDRESS.most):
        door.world.rates.add(OF_ADDRESS, "203.0.113.9")
    transport = httpx.ASGITransport(app=door.app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        for path, form in (("/lapor", REPORT), ("/lacak", {"code": "1", "pin": "2"})):
            answer = await client.post(path, data=form, headers=BROWSER)
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) >= 1
            assert "</form>" in answer.text


async def test_a_failure_of_the_program_is_a_page_without_its_trace(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.world.cases, "find_tracking", breaks)
    answer = await posted(door, "/lacak", {"code": "0000-0000-0000", "pin": "123456"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-request-id"] in answer.text
    assert "ZeroDivision" not in answer.text


async def test_a_failure_is_told_to_programs_in_their_own_shape(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.world.cases, "find_tracking", breaks)
    problem = await door.client.get("/v1/complaints/0000-0000-0000?pin=123456")
    assert (problem.status_code, problem.json()["title"]) == (500, "internal-error")
    errors = await door.get("/open311/v2/requests/0000-0000-0000.json")
    assert (errors.status_code, errors.json()[0]["code"]) == (500, 500)


async def test_while_the_store_is_away_the_look_up_says_so(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.world.cases, "find_tracking", fails)
    answer = await posted(door, "/lacak", {"code": "0000-0000-0000", "pin": "123456"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("language", ["id", "en"])
async def test_with_all_villages_and_topics_of_a_regency_a_page_is_small(language: str) -> None:
    async with memory_door(SHIPPED) as door:
        whole = await door.client.get(f"/lapor?bahasa={language}")
        files = [await door.client.get(f"/berkas/pintu.{kind}") for kind in ("css", "js")]
        assert sum(len(one.content) for one in (whole, *files)) < 50_000


async def test_an_address_of_something_said_opens_the_look_up(door: MemoryDoor) -> None:
    answer = await door.client.get("/lacak/replied?bahasa=id", headers=BROWSER)
    assert answer.status_code == 200
    assert 'action="/lacak"' in answer.text
