"""Every role against every route of the pages that people sign in for."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, cast

import pytest
import pytest_asyncio

from broker.memory import MemoryBroker
from broker.messaging.topology import topology
from gateway.api.world import Gateway
from gateway.staff.routes import routes
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff.parked_door import parking
from tests.unit.gateway.staff_door import SignedIn, signed_in, staff_door

ROLES: Final = {
    "rina": ("desk",),
    "sari": ("agency:dlh",),
    "budi": ("agency:dpupr",),
    "tono": ("lead",),
    "wati": ("auditor",),
    "agus": ("admin",),
}
ANYBODY: Final = frozenset({"", *ROLES})
SIGNED_IN: Final = frozenset(ROLES)
READ: Final = frozenset({"rina", "wati", "agus"})
ACT: Final = frozenset({"rina", "agus"})
PEOPLE: Final = frozenset({"agus"})
REPORT: Final = frozenset({"rina", "tono", "wati", "agus"})
WRITE: Final = frozenset({"rina", "tono", "agus"})
DLH: Final = frozenset({"sari"})

MAY: Final = {
    "GET /berkas/staf/{name}": ANYBODY,
    "GET /masuk": ANYBODY,
    "GET /masuk/kode": ANYBODY,
    "GET /masuk/oidc": ANYBODY,
    "GET /masuk/oidc/kembali": ANYBODY,
    "GET /saya": SIGNED_IN,
    "GET /saya/faktor-kedua": SIGNED_IN,
    "GET /saya/sandi": SIGNED_IN,
    "POST /keluar": SIGNED_IN,
    "POST /saya/bahasa": SIGNED_IN,
    "POST /saya/faktor-kedua": SIGNED_IN,
    "POST /saya/faktor-kedua/cabut": SIGNED_IN,
    "POST /saya/faktor-kedua/kode": SIGNED_IN,
    "POST /saya/sandi": SIGNED_IN,
    "POST /saya/sesi": SIGNED_IN,
    "GET /meja": READ,
    "GET /meja/lencana": READ,
    "GET /meja/serentak": ACT,
    "POST /meja/serentak": ACT,
    "POST /meja/putusan/{code}": ACT,
    "POST /meja/hadir/{code}": ACT,
    "GET /meja/kasus": READ,
    "GET /meja/kasus/{code}": READ,
    "GET /meja/kasus/pilihan/{what}": READ,
    "GET /meja/kasus/pindah": ACT,
    "POST /meja/kasus/pindah": ACT,
    "GET /meja/kasus/pindah/{name}": ACT,
    "POST /meja/kasus/{code}/kirim-ulang": ACT,
    "POST /meja/kasus/{code}/{verb}": ACT,
    "GET /meja/lewat": READ,
    "GET /meja/lewat/ekspor": READ,
    "GET /meja/loket": ACT,
    "POST /meja/loket": ACT,
    "GET /meja/parkir": ACT,
    "GET /meja/parkir/kelompok/{key}": ACT,
    "POST /meja/parkir/kelompok/{key}": ACT,
    "GET /meja/parkir/kerja/{id}": ACT,
    "GET /meja/parkir/pesan/{id}": ACT,
    "POST /meja/parkir/pesan/{id}": ACT,
    "GET /meja/parkir/pesan/{id}/isi": ACT,
    "GET /meja/parkir/pesan/{id}/ubah": ACT,
    "POST /meja/parkir/pesan/{id}/ubah": ACT,
    "GET /meja/piket": READ,
    "GET /meja/piket/{id}": ACT,
    "GET /meja/piket/unduh.{kind}": READ,
    "POST /meja/piket": ACT,
    "POST /meja/piket/{id}": ACT,
    "POST /meja/piket/impor": ACT,
    "GET /meja/rekap": READ,
    "GET /meja/rekap/salin.txt": READ,
    "GET /meja/rekap/unduh.{kind}": READ,
    "GET /meja/aturan": READ,
    "POST /meja/aturan": READ,
    "GET /meja/aturan/instansi": READ,
    "GET /meja/aturan/instansi/{code}": READ,
    "GET /meja/aturan/keliru": READ,
    "GET /meja/aturan/layanan-baru": READ,
    "GET /meja/aturan/pembelajaran": READ,
    "GET /meja/aturan/topik": READ,
    "GET /meja/aturan/topik/{code}": READ,
    "GET /meja/aturan/wilayah": READ,
    "GET /laporan": REPORT,
    "GET /laporan/versi": REPORT,
    "GET /laporan/unduh.{form}": REPORT,
    "POST /laporan/tulis": WRITE,
    "GET /meja/orang": PEOPLE,
    "POST /meja/orang": PEOPLE,
    "GET /meja/orang/{name}": PEOPLE,
    "POST /meja/orang/{name}/{deed}": PEOPLE,
    "GET /opd": DLH | {"budi"},
    "GET /opd/{code}": DLH,
    "GET /opd/{code}/dikembalikan/{tracking}": DLH,
    "GET /opd/{code}/kasus/{tracking}": DLH,
    "POST /opd/{code}/kasus/{tracking}/{name}": DLH,
    "GET /opd/{code}/lembar": DLH,
    "GET /opd/{code}/lembar.csv": DLH,
    "GET /opd/{code}/lembar.xlsx": DLH,
    "GET /opd/{code}/nama-opd": DLH,
    "POST /opd/{code}/lembar": DLH,
    "POST /opd/{code}/lembar/kirim": DLH,
}
"""Who may, of each route; ``""``: somebody who is not signed in."""
OPEN: Final = {"POST /masuk", "POST /masuk/kode"}
"""Forms of a browser that is not signed in yet; tests of the sign-in try them."""
_PLACES: Final = {
    "kind": "csv",
    "form": "json",
    "what": "topik",
    "verb": "assigned",
    "deed": "disable",
    "tracking": "AAAA-AAAA-AAAA",
    "key": "0" * 12,
}
_DIGITS: Final = {"/meja/parkir/pesan": 16, "/meja/parkir/kerja": 32, "/meja/piket": 32}
"""Of what stands for ``id``."""


def _flat(found: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for one in found:
        if hasattr(one, "methods"):
            yield from ((method, one.path) for method in one.methods)
        else:
            yield from _flat(one.original_router.routes)


def every_route() -> set[str]:
    nowhere = cast(Gateway, None)
    return {f"{method} {path}" for method, path in _flat(routes(nowhere).routes)}


def address(path: str) -> str:
    """The path with something in each of its places, as of the agency dlh."""
    code = "dlh" if path.startswith("/opd") else "AAAA-AAAA-AAAA"
    digits = next((n for begins, n in _DIGITS.items() if path.startswith(begins)), 1)
    places = {
        "id": "0" * digits,
        "name": "jawab" if path.startswith("/opd") else "rina",
        "code": code,
        **_PLACES,
    }
    return path.format_map(places)


@pytest_asyncio.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    wanted = topology(["dlh", "dpupr"], ["web"], broker_version=(4, 0))
    async with staff_door() as door:
        parking(door, MemoryBroker(wanted))
        yield door


@pytest_asyncio.fixture
async def everybody(door: MemoryDoor) -> dict[str, SignedIn]:
    return {
        "": SignedIn(door, "", ""),
        **{name: await signed_in(door, name, *roles) for name, roles in ROLES.items()},
    }


def test_of_every_route_it_is_said_who_may() -> None:
    assert every_route() - OPEN == set(MAY)


async def test_who_may_not_is_refused_and_who_may_is_not(everybody: dict[str, SignedIn]) -> None:
    wrong = []
    for route, may in MAY.items():
        method, path = route.split(" ")
        for name, browser in everybody.items():
            if method == "GET":
                answer = await browser.get(address(path))
            else:
                answer = await browser.post(address(path), token="0" * 32)  # of nobody's session
            there = answer.headers.get("location", "")
            sign_in_first = answer.status_code == 303 and there.startswith("/masuk")
            sign_in_first = sign_in_first and not path.startswith("/masuk")
            not_for_you = "Your account may not do this" in answer.text
            if name in may:
                foreign = "not of your session" in answer.text or answer.status_code == 404
                good = not sign_in_first and not not_for_you and (method == "GET" or foreign)
            else:
                good = sign_in_first if name == "" else answer.status_code == 403 and not_for_you
            if not good or answer.status_code == 500:
                wrong.append((route, name or "nobody", answer.status_code, there))
    assert not wrong, "\n".join(map(str, wrong))


async def test_somebody_who_was_kept_out_is_out_at_once(
    door: MemoryDoor, everybody: dict[str, SignedIn]
) -> None:
    people = door.world.store.people
    rina = await people.person("rina")
    assert rina is not None and (await everybody["rina"].get("/meja")).status_code == 200
    assert await people.change_person(rina, replace(rina, disabled_at=NOW))
    assert (await everybody["rina"].get("/meja")).status_code == 303


async def test_a_role_that_was_taken_away_counts_no_more(
    door: MemoryDoor, everybody: dict[str, SignedIn]
) -> None:
    people = door.world.store.people
    rina = await people.person("rina")
    assert rina is not None
    assert await people.change_person(rina, replace(rina, roles=frozenset({"lead"})))
    assert (await everybody["rina"].get("/meja")).status_code == 403


async def test_a_form_of_somebody_else_s_session_is_refused(everybody: dict[str, SignedIn]) -> None:
    rina, agus = everybody["rina"], everybody["agus"]
    answer = await agus.post("/saya/bahasa", {"bahasa": "en"}, token=rina.token)
    assert (answer.status_code, "not of your session" in answer.text) == (403, True)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example"])
async def test_a_form_that_another_site_sends_is_refused(
    everybody: dict[str, SignedIn], origin: str
) -> None:
    rina = everybody["rina"]
    answer = await rina.post("/saya/bahasa", {"bahasa": "en"}, Origin=origin)
    assert answer.status_code == 403
    crossed = await rina.post("/saya/bahasa", {"bahasa": "en"}, **{"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403
