"""The second factor: set up, asked for, counted once, taken away."""

import re
from datetime import timedelta

import pyotp
import pytest

from gateway.access import people
from gateway.staff.people.second_factor import picture
from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.people.browser import PASSWORD, WALL, Browser, add, later

STEP = timedelta(seconds=30)
_SECRET = re.compile(r'name="secret" value="([A-Z2-7]{32})"')
_SEALED = re.compile(r'name="sealed" value="([0-9a-f]{32})"')
_CODE = re.compile(r"<li><code>([0-9a-z-]{14})</code></li>")


def code_of(secret: str, door: MemoryDoor, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(door.world.wall() + steps * STEP)


async def set_up(browser: Browser) -> tuple[str, list[str]]:
    """The secret and the recovery codes."""
    page = await browser.page("/saya/faktor-kedua")
    secret, sealed = _SECRET.search(page), _SEALED.search(page)
    assert secret is not None
    assert sealed is not None
    fields = {"secret": secret[1], "sealed": sealed[1], "password": PASSWORD}
    fields["code"] = code_of(secret[1], browser.door)
    answer = await browser.post("/saya/faktor-kedua", fields)
    assert answer.status_code == 200, answer.text
    return secret[1], _CODE.findall(answer.text)


async def rina_with_factor(door: MemoryDoor, *roles: str) -> tuple[str, list[str]]:
    await add(door, "rina", *(roles or ("desk",)))
    browser = Browser(door)
    await browser.sign_in("rina")
    made = await set_up(browser)
    later(door, 2 * STEP)
    return made


async def asked(door: MemoryDoor, address: str = "127.0.0.1") -> Browser:
    """Somebody whose password was right."""
    browser = Browser(door, address)
    answer = await browser.tries("rina", ke="/saya")
    assert (answer.status_code, answer.headers["location"]) == (303, "/masuk/kode?ke=/saya")
    await browser.get("/masuk/kode?ke=/saya")
    return browser


async def test_after_the_password_comes_the_code(door: MemoryDoor) -> None:
    secret, _ = await rina_with_factor(door)
    browser = await asked(door)
    half = browser.session
    for path in ("/saya", "/saya/sandi", "/saya/faktor-kedua", "/meja/orang"):
        assert (await browser.get(path)).headers["location"].startswith("/masuk?ke="), path
    await browser.get("/masuk/kode")
    answer = await browser.post("/masuk/kode", {"code": code_of(secret, door), "ke": "/saya"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/saya")
    assert browser.session != half
    assert (await browser.get("/saya")).status_code == 200
    stolen = Browser(door)
    stolen.cookies = {**browser.cookies, "__Host-pintu_session": half}
    assert (await stolen.get("/masuk/kode")).status_code == 303


async def test_the_password_alone_is_good_for_five_minutes_only(door: MemoryDoor) -> None:
    secret, _ = await rina_with_factor(door)
    browser = await asked(door)
    later(door, timedelta(minutes=6))
    answer = await browser.post("/masuk/kode", {"code": code_of(secret, door)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")


async def test_a_code_counts_once_also_the_one_that_set_it_up(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    first = Browser(door)
    await first.sign_in("rina")
    secret, _ = await set_up(first)
    assert (
        await (await asked(door)).post("/masuk/kode", {"code": code_of(secret, door)})
    ).status_code == 403
    later(door, 2 * STEP)
    code = code_of(secret, door)
    assert (await (await asked(door)).post("/masuk/kode", {"code": code})).status_code == 303
    assert (await (await asked(door)).post("/masuk/kode", {"code": code})).status_code == 403
    earlier = code_of(secret, door, -1)
    assert (await (await asked(door)).post("/masuk/kode", {"code": earlier})).status_code == 403


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 303), (0, 303), (1, 303), (2, 403)])
async def test_a_telephone_may_be_wrong_by_one_step(
    door: MemoryDoor, steps: int, status: int
) -> None:
    secret, _ = await rina_with_factor(door)
    later(door, 4 * STEP)
    browser = await asked(door)
    answer = await browser.post("/masuk/kode", {"code": code_of(secret, door, steps)})
    assert answer.status_code == status


async def test_codes_are_not_guessed(door: MemoryDoor) -> None:
    """Wrong codes count with wrong passwords: a right password does not forget them."""
    secret, _ = await rina_with_factor(door)
    told = []
    for n in range(4):
        if n < 2:
            browser = await asked(door)
        told.append((await browser.post("/masuk/kode", {"code": "000000"})).status_code)
    assert told == [403, 403, 403, 429]
    assert (await Browser(door).tries("rina")).status_code == 429
    answer = await browser.post("/masuk/kode", {"code": code_of(secret, door)})
    assert answer.status_code == 429


async def test_a_recovery_code_opens_once(door: MemoryDoor) -> None:
    _, codes = await rina_with_factor(door)
    assert len(set(codes)) == 8
    typed = codes[3].upper().replace("-", " ")
    assert (await (await asked(door)).post("/masuk/kode", {"code": typed})).status_code == 303
    assert (await (await asked(door)).post("/masuk/kode", {"code": codes[3]})).status_code == 403
    person = await door.world.store.people.person("rina")
    assert person is not None
    assert len(person.codes) == 7
    assert not any(code in repr(person) for code in codes)


async def test_a_secret_that_was_not_made_for_this_session_is_refused(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    one, two = Browser(door), Browser(door)
    await one.sign_in("rina")
    await two.sign_in("rina")
    page = await two.page("/saya/faktor-kedua")
    sealed = _SEALED.search(page)
    assert sealed is not None
    await one.page("/saya/faktor-kedua")
    own = pyotp.random_base32()
    fields = {"secret": own, "sealed": sealed[1], "password": PASSWORD}
    fields["code"] = code_of(own, door)
    assert (await one.post("/saya/faktor-kedua", fields)).status_code == 403


async def test_setting_it_up_ends_the_other_sessions_and_takes_the_password(
    door: MemoryDoor,
) -> None:
    await add(door, "rina", "desk")
    browser, other = Browser(door), Browser(door)
    await browser.sign_in("rina")
    await other.sign_in("rina")
    page = await browser.page("/saya/faktor-kedua")
    secret, sealed = _SECRET.search(page), _SEALED.search(page)
    assert secret is not None
    assert sealed is not None
    fields = {"secret": secret[1], "sealed": sealed[1], "password": "wrong"}
    fields["code"] = code_of(secret[1], door)
    assert (await browser.post("/saya/faktor-kedua", fields)).status_code == 403
    await set_up(browser)
    assert (await other.get("/saya")).status_code == 303


async def test_a_role_can_be_made_to_need_it(door: MemoryDoor) -> None:
    door.world.second_factor = frozenset({"agency", "admin"})
    await add(door, "rina", "agency:dlh")
    await add(door, "budi", "desk")
    rina, budi = Browser(door), Browser(door)
    await rina.sign_in("rina")
    await budi.sign_in("budi")
    assert (await budi.get("/saya")).status_code == 200
    assert (await rina.get("/saya")).headers["location"] == "/saya/faktor-kedua"
    api = await rina.get("/v1/agencies/dlh/cases", Accept="application/json")
    assert api.json()["title"] == "second-factor-first"
    await set_up(rina)
    assert (await rina.get("/saya")).status_code == 200
    await rina.get("/saya/faktor-kedua")
    taken = await rina.post("/saya/faktor-kedua/cabut", {"password": PASSWORD})
    assert taken.status_code == 403
    door.world.second_factor = frozenset()
    await rina.get("/saya/faktor-kedua")
    assert (await rina.post("/saya/faktor-kedua/cabut", {"password": "x"})).status_code == 403
    taken = await rina.post("/saya/faktor-kedua/cabut", {"password": PASSWORD})
    assert taken.status_code == 303
    assert (await Browser(door).tries("rina")).headers["location"] != "/masuk/kode?ke=/"


async def test_who_lost_everything_is_let_in_again(door: MemoryDoor) -> None:
    await rina_with_factor(door)
    await people.reset_second_factor(door.world.store.people, "rina", "pintu user", WALL)
    assert (await Browser(door).tries("rina")).headers["location"] == "/meja"


async def test_the_picture_needs_no_style_and_has_a_border(door: MemoryDoor) -> None:
    await add(door, "rina", "desk")
    browser = Browser(door)
    await browser.sign_in("rina")
    page = await browser.page("/saya/faktor-kedua")
    assert "<svg" in page
    assert " style=" not in page
    size, path = picture("otpauth://totp/x?secret=ABC")
    assert path.startswith("M4 4h7v1h-7z")
    assert size == 8 + 29
