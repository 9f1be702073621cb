"""A signed-in person of an agency over ``/v1/agencies``: as its key, and no further."""

import json
from datetime import timedelta

import pytest

from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.open311.test_listing import case
from tests.unit.gateway.people.browser import Browser, add

CASES = "/v1/agencies/dlh/cases"
JSON = {"Accept": "application/json", "Content-Type": "application/json"}


async def budi(door: MemoryDoor, *roles: str) -> Browser:
    await add(door, "budi", *(roles or ("agency:dlh",)))
    browser = Browser(door)
    await browser.sign_in("budi")
    return browser


async def test_its_person_reads_the_cases_and_speaks_with_the_token_of_the_session(
    door: MemoryDoor,
) -> None:
    kept = await door.keep(case(NOW - timedelta(minutes=5)))
    browser = await budi(door)
    page = (await browser.get(CASES, **JSON)).json()
    assert [one["tracking"] for one in page["cases"]] == [kept.tracking]
    path = f"{CASES}/{kept.tracking}/responded"
    body = json.dumps({"note": "Tim menuju lokasi."})
    for token in (None, "0" * 32):
        headers = {**JSON, **({"X-Form-Token": token} if token else {})}
        answer = await browser._ask("POST", path, body, headers)
        assert (answer.status_code, answer.json()["title"]) == (403, "foreign-form")
    headers = {**JSON, "X-Form-Token": browser.form}
    elsewhere = await browser._ask("POST", path, body, {**headers, "Origin": "https://evil.test"})
    assert elsewhere.status_code == 403
    answer = await browser._ask("POST", path, body, headers)
    assert answer.status_code == 200, answer.text
    [said] = door.sent.said
    assert (said["speaker"], said["person"]) == ("agency.dlh", "budi")


@pytest.mark.parametrize("path", ["/v1/agencies/pln/cases", "/v1/agencies/nowhere/cases"])
async def test_another_agency_and_none_get_the_same_answer(door: MemoryDoor, path: str) -> None:
    browser = await budi(door)
    answer = await browser.get(path, **JSON)
    assert (answer.status_code, answer.json()["title"]) == (403, "not-for-you")


@pytest.mark.parametrize("role", ["desk", "admin", "auditor", "lead"])
async def test_other_roles_are_not_the_agency(door: MemoryDoor, role: str) -> None:
    browser = await budi(door, role)
    assert (await browser.get(CASES, **JSON)).status_code == 403


async def test_without_a_session_a_key_is_asked_for(door: MemoryDoor) -> None:
    answer = await Browser(door).get(CASES, **JSON)
    assert (answer.status_code, answer.json()["title"]) == (401, "no-key")


async def test_a_key_goes_before_a_session(door: MemoryDoor) -> None:
    browser = await budi(door, "agency:pln")
    headers = {**JSON, "Authorization": f"Bearer {door.keys['agency']}"}
    assert (await browser.get(CASES, **headers)).status_code == 200
    answer = await browser.get(CASES, **{**JSON, "Authorization": "Bearer pintu_wrong"})
    assert answer.status_code == 401
