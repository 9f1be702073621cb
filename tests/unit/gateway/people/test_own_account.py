"""One's own account: password, language, sessions; and that nobody else's can be touched."""

from datetime import timedelta

import pytest

from gateway.access.passwords import refusal_of
from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.people.browser import OTHER, PASSWORD, Browser, add, later


@pytest.mark.parametrize(
    "password",
    [
        *("short", "elevenchars", "x" * 201),
        *("Password123456", "P@ssw0rd!!2026", "rahasia-2026-2026", "katasandi12345"),
        *("aaaaaaaaaaaaaa", "abcabcabcabc", "123456789012", "abcdefghijklm", "210987654321"),
        *("admin@bangkaselatan", "dlh-toboali-2026", "rina-rina-rina", "rinawati.123"),
    ],
)
def test_a_password_that_is_short_or_guessed_first_is_refused(password: str) -> None:
    assert refusal_of(password, "rina") is not None


@pytest.mark.parametrize(
    "password",
    ["kuda tiang pisang biru", "x7Kq_93kdLsoqj3", "Sungai-Nyireh lewat pasar", "éàüöñ ☂ 雨 kata"],
)
def test_one_that_nobody_guesses_is_taken(password: str) -> None:
    assert refusal_of(password, "rina") is None


async def test_a_new_password_ends_all_other_sessions(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    here, there = Browser(door), Browser(door)
    await here.sign_in("rina")
    await there.sign_in("rina")
    fields = {"password": PASSWORD, "new": OTHER, "again": OTHER}
    assert (await here.post("/saya/sandi", fields)).status_code == 303
    assert (await here.get("/saya")).status_code == 200
    assert (await there.get("/saya")).status_code == 303
    assert (await Browser(door).tries("rina")).status_code == 403
    assert (await Browser(door).tries("rina", OTHER)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"password": "wrong", "new": OTHER, "again": OTHER}, 403, "is wrong"),
        ({"password": PASSWORD, "new": OTHER, "again": "else"}, 422, "not the same"),
        (
            {"password": PASSWORD, "new": "rinarinarina", "again": "rinarinarina"},
            422,
            "hold your name",
        ),
        ({"password": PASSWORD, "new": PASSWORD, "again": PASSWORD}, 422, "that you have now"),
    ],
)
async def test_why_it_was_not_changed_is_told(
    door: MemoryDoor, fields: dict[str, str], status: int, told: str
) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    await browser.sign_in("rina")
    answer = await browser.post("/saya/sandi", fields)
    assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert (await Browser(door).tries("rina")).status_code == 303


async def test_an_open_session_is_no_way_to_guess_the_password(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    await browser.sign_in("rina")
    fields = {"password": "wrong", "new": OTHER, "again": OTHER}
    told = [(await browser.post("/saya/sandi", fields)).status_code for _ in range(6)]
    assert told == [403] * 5 + [429]


async def test_people_see_their_sessions_and_end_them(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    here, there, third = Browser(door, "10.0.0.1"), Browser(door, "10.0.0.2"), Browser(door)
    for browser in (here, there, third):
        await browser.sign_in("rina")
    page = await here.page("/saya")
    assert "10.0.0.2" in page
    kept = await door.world.store.people.sessions("rina")
    [theirs] = [one for one in kept if one.place.startswith("10.0.0.2")]
    answer = await here.post("/saya/sesi", {"session": theirs.digest.hex()})
    assert answer.status_code == 303
    assert (await there.get("/saya")).status_code == 303
    assert (await third.get("/saya")).status_code == 200
    await here.get("/saya")
    await here.post("/saya/sesi", {"session": "others"})
    assert (await third.get("/saya")).status_code == 303
    assert (await here.get("/saya")).status_code == 200


@pytest.mark.parametrize("asked", ["theirs", "", "zz", "00" * 32, "others"])
async def test_nobody_ends_somebody_elses_session(door: MemoryDoor, asked: str) -> None:
    await add(door, "rina", "desk")
    await add(door, "budi", "admin")
    rina, budi = Browser(door), Browser(door)
    await rina.sign_in("rina")
    await budi.sign_in("budi")
    [session] = await door.world.store.people.sessions("rina")
    named = session.digest.hex() if asked == "theirs" else asked
    assert (await budi.post("/saya/sesi", {"session": named})).status_code == 303
    assert (await rina.get("/saya")).status_code == 200
    assert (await budi.get("/saya")).status_code == 200


async def test_a_form_without_the_token_of_this_session_changes_nothing(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    await add(door, "budi", "desk")
    rina, budi, before = Browser(door), Browser(door), Browser(door)
    await rina.sign_in("rina")
    await budi.sign_in("budi")
    await before.sign_in("rina")
    fields = {"password": PASSWORD, "new": OTHER, "again": OTHER}
    for form in ("", "0" * 32, budi.form, before.form):
        for path in ("/saya/sandi", "/saya/sesi", "/saya/bahasa", "/keluar", "/saya/faktor-kedua"):
            assert (await rina.post(path, fields, form)).status_code == 403, (path, form)
    for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await rina.post("/saya/sandi", fields, rina.form, **headers)).status_code == 403
    assert (await Browser(door).tries("rina")).status_code == 303


async def test_the_language_that_somebody_chose_is_kept_with_them(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    await browser.sign_in("rina")
    assert "Sign out" in await browser.page("/saya")
    await browser.post("/saya/bahasa", {"language": "id"})
    other = Browser(door)
    await other.sign_in("rina")
    assert 'lang="id"' in await other.page("/saya")
    await browser.get("/saya")
    await browser.post("/saya/bahasa", {"language": "xx"})
    assert 'lang="en"' in await browser.page("/saya")


async def test_sessions_that_are_over_are_not_shown(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    old = Browser(door, "10.9.9.9")
    await old.sign_in("rina")
    later(door, timedelta(hours=3))
    browser = Browser(door)
    await browser.sign_in("rina")
    assert "10.9.9.9" not in await browser.page("/saya")
