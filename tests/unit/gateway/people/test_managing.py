"""What administrators do with people, and that nobody else can."""

import re

import pytest

from broker.ports import WebSession
from tests.unit.gateway.door import MemoryDoor
from tests.unit.gateway.people.browser import Browser, add

_GIVEN = re.compile(r"<code>([\w-]{20})</code>")
DEEDS = ("peran", "data", "sandi", "faktor-kedua", "sesi", "nonaktif", "aktif", "hapus")


async def an_admin(door: MemoryDoor) -> Browser:
    await add(door, "sari", "admin")
    browser = Browser(door)
    await browser.sign_in("sari")
    await browser.get("/meja/orang")
    return browser


@pytest.mark.parametrize("role", ["desk", "lead", "auditor", "agency:dlh"])
async def test_only_administrators_see_and_change_people(door: MemoryDoor, role: str) -> None:
    await add(door, "rina", role)
    await add(door, "budi", "desk")
    browser = Browser(door)
    await browser.sign_in("rina")
    for path in ("/meja/orang", "/meja/orang/budi", "/meja/orang/nobody"):
        assert (await browser.get(path)).status_code == 403, path
    for deed in DEEDS:
        answer = await browser.post(f"/meja/orang/budi/{deed}", {"role": "admin"})
        assert answer.status_code == 403, deed
    assert (await browser.post("/meja/orang", {"name": "x", "role": "admin"})).status_code == 403
    assert (await Browser(door).get("/meja/orang")).headers["location"].startswith("/masuk")


async def test_who_is_added_signs_in_with_what_was_shown_once(door: MemoryDoor) -> None:
    admin = await an_admin(door)
    fields = [("name", "budi"), ("shown_name", "Budi <b>S</b>"), ("email", "B@basel.test")]
    answer = await admin.post("/meja/orang", [*fields, ("role", "desk"), ("role", "agency:dlh")])
    found = _GIVEN.search(answer.text)
    assert found is not None, answer.text
    assert "Budi &lt;b&gt;S&lt;/b&gt;" in answer.text
    assert "<b>S" not in answer.text + await admin.page("/meja/orang")
    assert found[1] not in await admin.page("/meja/orang/budi")
    kept = await door.world.store.people.person("budi")
    assert kept is not None
    assert (kept.roles, kept.email) == (frozenset({"desk", "agency:dlh"}), "b@basel.test")
    budi = Browser(door)
    assert (await budi.tries("budi", found[1])).status_code == 303
    assert (await budi.get("/meja")).status_code in (303, 404)
    assert (await budi.get("/saya")).headers["location"] == "/saya/sandi"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Budi Santoso", "role": "desk"},
        {"name": "budi", "role": ""},
        {"name": "budi", "role": "boss"},
        {"name": "budi", "role": "agency:nowhere"},
        {"name": "budi", "role": "desk", "email": "no address"},
        {"name": "sari", "role": "desk"},
        {"name": "budi", "role": "desk", "shown_name": "x" * 81},
    ],
    ids=str,
)
async def test_what_cannot_be_is_told_beside_the_form(
    door: MemoryDoor, fields: dict[str, str]
) -> None:
    admin = await an_admin(door)
    answer = await admin.post("/meja/orang", fields)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert [one.name for one in await door.world.store.people.people()] == ["sari"]


async def test_each_deed_does_what_it_says_and_is_written_down(door: MemoryDoor) -> None:
    admin = await an_admin(door)
    await add(door, "budi", "desk", totp="JBSWY3DPEHPK3PXP", codes=("x",))
    store = door.world.store.people
    budi = Browser(door)
    now = door.world.wall()
    await store.add_session(WebSession(b"b" * 32, "budi", now, now))

    async def does(deed: str, **fields: str) -> str:
        await admin.get("/meja/orang/budi")
        answer = await admin.post(f"/meja/orang/budi/{deed}", fields)
        assert answer.status_code in (200, 303), (deed, answer.text)
        return answer.text

    await does("peran", role="auditor")
    await does("data", shown_name="Budi S", email="budi@basel.test")
    await does("faktor-kedua")
    await does("sesi")
    assert await store.sessions("budi") == []
    given = _GIVEN.search(await does("sandi"))
    assert given is not None
    assert (await budi.tries("budi", given[1])).status_code == 303
    await does("nonaktif")
    assert (await budi.get("/saya/sandi")).status_code == 303
    await does("aktif")
    kept = await store.person("budi")
    assert kept is not None
    assert (kept.roles, kept.shown_name, kept.totp) == (frozenset({"auditor"}), "Budi S", None)
    await does("hapus")
    assert await store.person("budi") is None
    lines = [line for line in await store.people_lines(50) if line.of == "budi"]
    by_admin = [line.what for line in reversed(lines) if line.who == "sari"]
    assert by_admin == [
        *("roles", "shown-name", "email", "second-factor-off", "sessions-ended"),
        *("password-reset", "disabled", "enabled", "removed"),
    ]
    assert next(line.detail for line in lines if line.what == "roles") == "+auditor -desk"
    assert "password reset" in await admin.page("/meja/orang")


@pytest.mark.parametrize("deed", ["sandi", "nonaktif", "hapus", "faktor-kedua", "peran"])
async def test_an_administrator_does_not_lock_themselves_out(door: MemoryDoor, deed: str) -> None:
    admin = await an_admin(door)
    answer = await admin.post(f"/meja/orang/sari/{deed}", {"role": "desk"})
    assert answer.status_code == 403
    assert (await admin.get("/meja/orang")).status_code == 200


async def test_roles_that_changed_hold_from_the_next_request_on(door: MemoryDoor) -> None:
    admin = await an_admin(door)
    await add(door, "budi", "admin")
    budi = Browser(door)
    await budi.sign_in("budi")
    assert (await budi.get("/meja/orang")).status_code == 200
    await admin.get("/meja/orang/budi")
    await admin.post("/meja/orang/budi/peran", {"role": "lead"})
    assert (await budi.get("/meja/orang")).status_code == 403


async def test_a_form_of_another_session_does_nothing(door: MemoryDoor) -> None:
    admin = await an_admin(door)
    await add(door, "budi", "admin")
    other = Browser(door)
    await other.sign_in("budi")
    for form in ("", "0" * 32, other.form):
        for deed in DEEDS:
            answer = await admin.post(f"/meja/orang/budi/{deed}", {"role": "desk"}, form)
            assert answer.status_code == 403, deed
    assert (await other.get("/meja/orang")).status_code == 200


async def test_many_people_come_on_pages_that_stay_small(door: MemoryDoor) -> None:
    admin = await an_admin(door)
    for n in range(120):
        await add(door, f"orang{n:03}", "agency:dlh", shown_name=f"Seorang Petugas Nomor {n}")
    page = await admin.page("/meja/orang")
    assert len(page.encode()) < 30_000
    assert "orang049" in page
    assert "orang050" not in page
    assert "orang050" in await admin.page("/meja/orang?setelah=orang049")


async def test_a_person_or_a_deed_that_is_not_there_is_told_so(door: MemoryDoor) -> None:
    admin = await an_admin(door)
    await add(door, "budi", "desk")
    assert (await admin.get("/meja/orang/nobody")).status_code == 404
    await admin.get("/meja/orang")
    assert (await admin.post("/meja/orang/nobody/sesi")).status_code == 404
    assert (await admin.post("/meja/orang/budi/naik-pangkat")).status_code == 404
