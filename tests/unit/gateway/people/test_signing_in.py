"""Who gets in, who has to wait, and what a browser is given."""

import re
from datetime import timedelta

import pytest

from gateway.access import passwords, people
from tests.unit.gateway.door import MemoryDoor, memory_door
from tests.unit.gateway.people.browser import OTHER, PASSWORD, WALL, Browser, add, at, later

MINUTE = timedelta(minutes=1)


async def lines(door: MemoryDoor) -> list[str]:
    """What was written down, oldest first."""
    kept = await door.world.store.people.people_lines(100)
    return [line.what for line in reversed(kept)]


async def test_who_signs_in_gets_a_session_that_no_script_and_no_other_host_sees(
    door: MemoryDoor,
) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    answer = await browser.tries("rina")
    assert (answer.status_code, answer.headers["location"]) == (303, "/meja")
    [given] = [one for one in browser.set if "pintu_session=" in one]
    assert given.startswith("__Host-pintu_session=")
    flags = {flag.strip().lower() for flag in given.split(";")[1:]}
    assert flags == {"httponly", "path=/", "samesite=lax", "secure"}
    assert "Rina" in await browser.page("/saya")
    assert await lines(door) == ["signed-in"]


async def test_without_https_the_cookie_has_its_plain_name(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    door.world.public_url = None
    browser = Browser(door)
    await browser.tries("rina")
    [given] = [one for one in browser.set if one.startswith("pintu_session=")]
    assert "HttpOnly" in given
    assert "Secure" not in given


async def test_the_form_has_to_be_one_that_this_browser_asked_for(door: MemoryDoor) -> None:
    """Else another site could sign somebody in as somebody else."""
    await add(door, "rina", "desk")
    mine, foreign = Browser(door), Browser(door)
    await mine.get("/masuk")
    await foreign.get("/masuk")
    fields = {"name": "rina", "password": PASSWORD}
    for form in ("", "0" * 32, foreign.form):
        answer = await mine.post("/masuk", fields, form)
        assert (answer.status_code, mine.session) == (403, ""), form
    without = Browser(door)
    assert (await without.post("/masuk", fields, mine.form)).status_code == 403
    for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await mine.post("/masuk", fields, mine.form, **headers)
        assert answer.status_code == 403, headers
    await mine.get("/masuk")
    assert (await mine.post("/masuk", fields)).status_code == 303


async def test_a_session_that_the_browser_had_before_is_not_the_one_it_gets(
    door: MemoryDoor,
) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    browser.cookies["__Host-pintu_session"] = "a" * 43
    await browser.tries("rina")
    first = browser.session
    assert first != "a" * 43
    browser.cookies.pop("__Host-pintu_masuk", None)
    await browser.get("/keluar")
    again = Browser(door)
    again.cookies = {"__Host-pintu_session": first}
    # Signed in already, one is sent on; by the form all the same it is a new session.
    again.cookies["__Host-pintu_masuk"] = "b" * 43
    other = Browser(door)
    other.cookies["__Host-pintu_masuk"] = "b" * 43
    await other.get("/masuk")
    answer = await again.post("/masuk", {"name": "rina", "password": PASSWORD}, other.form)
    assert (answer.status_code, again.session != first) == (303, True)
    stolen = Browser(door)
    stolen.cookies = {"__Host-pintu_session": first}
    assert (await stolen.get("/saya")).status_code == 303


@pytest.mark.parametrize(
    "ke",
    [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
        "///evil.test",
        "/%0d%0aSet-Cookie:a=b\r\nX: y",
        "http:evil.test",
        " //evil.test",
    ],
)
async def test_nobody_is_sent_to_another_site(door: MemoryDoor, ke: str) -> None:
    await add(door, "rina", "desk")
    answer = await Browser(door).tries("rina", ke=ke)
    place = answer.headers["location"]
    assert answer.status_code == 303
    assert place == "/meja" or (place.startswith("/") and not place.startswith(("//", "/\\")))
    assert "evil" not in place


async def test_somebody_goes_on_to_the_page_that_they_wanted(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    answer = await Browser(door).tries("rina", ke="/meja/kasus?q=sampah")
    assert answer.headers["location"] == "/meja/kasus?q=sampah"


@pytest.mark.parametrize("name", ["rina", "nobody"])
async def test_after_five_wrong_tries_in_a_row_one_waits_and_is_told(
    door: MemoryDoor, name: str
) -> None:
    """The same for a name that nobody has."""
    await add(door, "rina", "desk")
    browser = Browser(door)
    told = [(await browser.tries(name, "wrong")).status_code for _ in range(5)]
    assert told == [403] * 5
    answer = await browser.tries(name, PASSWORD)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert "Try again in a minute" in answer.text
    later(door, timedelta(seconds=31))
    wrong = await browser.tries(name, "wrong")
    assert (wrong.status_code, "in a minute" in wrong.text) == (403, True)
    assert (await browser.tries(name, PASSWORD)).headers["retry-after"] == "60"
    later(door, 2 * MINUTE)
    right = await browser.tries(name, PASSWORD)
    assert right.status_code == (303 if name == "rina" else 403)
    who = name if name == "rina" else "-"
    assert {line.of for line in await door.world.store.people.people_lines(100)} == {who}


async def test_a_wrong_name_costs_and_says_the_same_as_a_wrong_password(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(door, "rina", "desk")
    await add(door, "budi", "desk", disabled_at=WALL)
    passwords.fits("x", None)
    looked = list[bool]()
    fits = passwords._HASHER.verify

    class Counted:
        def verify(self, kept: str, shown: str) -> bool:
            looked.append(True)
            return fits(kept, shown)

    monkeypatch.setattr(passwords, "_HASHER", Counted())
    answers = [await Browser(door).tries(name, "wrong") for name in ("rina", "budi", "nobody")]
    pages = {
        re.sub(r'value="([0-9a-f]{32}|rina|budi|nobody)"', "", answer.text) for answer in answers
    }
    assert (len(pages), len(looked)) == (1, 3)


async def test_a_right_one_forgets_the_wrong_ones(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    for _ in range(3):
        for _ in range(4):
            assert (await browser.tries("rina", "wrong")).status_code == 403
        assert (await Browser(door).tries("rina")).status_code == 303


async def test_an_address_that_tries_many_names_waits_too(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    away = Browser(door, "203.0.113.5")
    told = [(await away.tries(f"name{n}", "wrong")).status_code for n in range(51)]
    assert told == [403] * 50 + [429]
    assert (await away.tries("rina")).status_code == 429
    assert (await Browser(door, "203.0.113.6").tries("rina")).status_code == 303


async def test_another_process_counts_on(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    async with memory_door() as other:
        other.world.store = door.world.store
        at(other, WALL)
        for n in range(5):
            await Browser((door, other)[n % 2]).tries("rina", "wrong")
        assert (await Browser(door).tries("rina")).status_code == 429
        assert (await Browser(other).tries("rina")).status_code == 429


async def test_who_is_disabled_is_out_at_once_and_cannot_come_back(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    await browser.sign_in("rina")
    await people.disable(door.world.store.people, "rina", "admin", WALL)
    assert (await browser.get("/saya")).status_code == 303
    assert (await browser.tries("rina")).status_code == 403


async def test_a_session_ends_by_age_and_when_nobody_uses_it(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    idle, used = Browser(door), Browser(door)
    await idle.sign_in("rina")
    await used.sign_in("rina")
    for _ in range(11):
        later(door, timedelta(minutes=65))
        assert (await used.get("/saya")).status_code == 200
    assert (await idle.get("/saya")).status_code == 303
    later(door, timedelta(minutes=10))
    assert (await used.get("/saya")).status_code == 303


async def test_who_signs_out_is_out_with_a_copy_of_the_cookie_too(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser, copy = Browser(door), Browser(door)
    await browser.sign_in("rina")
    copy.cookies = dict(browser.cookies)
    answer = await browser.post("/keluar")
    assert (answer.status_code, browser.session) == (303, "")
    assert (await copy.get("/saya")).status_code == 303


async def test_a_password_that_somebody_gave_has_to_be_changed_before_anything_else(
    door: MemoryDoor,
) -> None:
    await add(door, "rina", "desk", "agency:dlh", must_change=True)
    browser = Browser(door)
    await browser.sign_in("rina")
    for path in ("/saya", "/meja", "/meja/orang"):
        answer = await browser.get(path)
        if answer.status_code != 404:
            assert answer.headers["location"] == "/saya/sandi", path
    api = await browser.get("/v1/agencies/dlh/cases", Accept="application/json")
    assert (api.status_code, api.json()["title"]) == (403, "change-password-first")
    fields = {"password": PASSWORD, "new": OTHER, "again": OTHER}
    await browser.get("/saya/sandi")
    assert (await browser.post("/saya/sandi", fields)).status_code == 303
    assert (await browser.get("/saya")).status_code == 200
    assert (await Browser(door).tries("rina", OTHER)).status_code == 303


async def test_what_counts_is_counted(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    await browser.tries("rina")
    for _ in range(6):
        await Browser(door).tries("rina", "wrong")
    told = {
        sample.labels["outcome"]: sample.value
        for family in door.world.metrics._sign_ins.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
    }
    assert told == {"ok": 1, "wrong": 5, "locked": 1, "busy": 0}
    assert (await lines(door))[-2:] == ["wrong-password", "locked"]
