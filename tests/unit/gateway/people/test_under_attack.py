"""People who sign in, and somebody who wants to bring that down."""

import asyncio
import threading

import pytest

from gateway.access import hashing, passwords
from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.people.browser import PASSWORD, Browser, add
from tests.unit.gateway.people.test_second_factor import code_of


@pytest.mark.parametrize("ke", ["//[", "/meja?kata=日本", "/\u00e9", "/%0d%0a"])
async def test_an_address_to_go_on_to_that_no_header_can_hold_does_no_harm(
    door: MemoryDoor, ke: str
) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    answer = await browser.tries("rina", ke=ke)
    assert answer.status_code == 303
    assert answer.headers["location"].isascii()
    assert answer.headers["location"].startswith("/")
    again = await browser.get("/masuk?ke=//[")  # who is in already
    assert (again.status_code, again.headers["location"]) == (303, "/meja")


async def test_an_origin_that_is_no_address_is_another_site(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    await browser.sign_in("rina")
    answer = await browser.post("/saya/bahasa", {"language": "id"}, Origin="http://[")
    assert answer.status_code == 403


async def test_a_seal_of_strange_letters_is_no_seal(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    await browser.sign_in("rina")
    secret = "A" * 32
    fields = {"secret": secret, "sealed": "é" * 32, "password": PASSWORD}
    answer = await browser.post(
        "/saya/faktor-kedua", {**fields, "code": code_of(secret, browser.door)}
    )
    assert answer.status_code == 403


async def test_many_who_sign_in_at_once_are_few_in_memory_and_the_rest_are_told_to_wait(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(door, "rina", "desk")
    running, most, go_on, turn = 0, 0, threading.Event(), threading.Lock()
    fits = passwords.fits

    def slow(password: str, kept: str | None) -> bool:
        nonlocal running, most
        with turn:
            running += 1
            most = max(most, running)
        go_on.wait(30)
        with turn:
            running -= 1
        return fits(password, kept)

    monkeypatch.setattr(passwords, "fits", slow)
    many = [Browser(door, f"10.0.{n}.1") for n in range(hashing.MOST + 10)]
    tries = [asyncio.create_task(one.tries(f"nobody-{n}")) for n, one in enumerate(many)]
    told = []
    for done in asyncio.as_completed(tries):
        told.append(await done)
        if len(told) == 10:
            go_on.set()
    refused = [answer for answer in told if answer.status_code == 503]
    assert (len(refused), most) == (10, hashing.AT_ONCE)
    assert all(answer.headers["Retry-After"] == "5" for answer in refused)
    assert "Try again in a few seconds" in refused[0].text
    # Nobody's tries were counted who was not looked at, and the way is free again.
    assert (await Browser(door).tries("rina")).status_code == 303
