"""Cases at the desk in a real Chromium, on a program with a real RabbitMQ: axe finds nothing on any
page, wide and narrow; nothing scrolls sideways; what the desk does there becomes of the case."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import NARROWEST, WIDE, Visitor
from tests.acceptance.gateway.pages.conftest import Visiting
from tests.support.eventually import eventually

pytestmark = pytest.mark.long

LARGEST: Final = 100_000
"""Bytes of a page with its files."""
LONG: Final = "Laporantentangjalanberlubangdidepansekolah" * 4
"""A word that no line holds."""


class Desk:
    """An officer, and cases with something said in them."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.rina = Officer(door, "rina", "desk")
        self.triage = door.files("sesuatu yang tidak jelas " + LONG)
        place = {"village": "Rias", "district": "Timur", "latitude": -2.9, "longitude": 106.4}
        self.routed, self.held = (
            door.files("sampah menumpuk", location=place, reporter={"phone": "081234567890"})
            for _ in range(2)
        )
        for filed in (self.routed, self.held):
            door.until(filed, "routed")
        door.until(self.triage, "triage")
        path = f"/v1/agencies/dlh/cases/{self.held['tracking']}/held"
        said = {"note": f"Di mana? {LONG}", "internal_note": "truk rusak"}
        assert door.call("POST", path, said, key="agency:dlh").status == 200

    def there(self, filed: Any, query: str = "") -> str:
        return f"/meja/kasus/{filed['tracking']}{query}"


@pytest.fixture(scope="module")
def desk(door: Door) -> Desk:
    return Desk(door)


@pytest.fixture(params=[("id", WIDE, "light"), ("en", NARROWEST, "dark")], ids=str)
def she(request: pytest.FixtureRequest, visit: Visiting, desk: Desk) -> Iterator[Visitor]:
    """Signed in, in a language, at a width, in the light or in the dark."""
    language, size, scheme = request.param
    with visit(language, size, color_scheme=scheme) as visitor:
        visitor.go("/masuk?ke=/meja/kasus")
        visitor.page.fill("#name", desk.rina.name)
        visitor.page.fill("#password", desk.rina.password)
        visitor.follows("main form button")
        yield visitor


def test_no_page_of_cases_has_a_fault(she: Visitor, desk: Desk) -> None:
    for path in (
        "/meja/kasus",
        "/meja/kasus?q=sampah&tempat=rias",
        "/meja/kasus?telp=1",
        desk.there(desk.triage),
        desk.there(desk.held),
        desk.there(desk.held, "?cetak=1"),
        "/meja/lewat",
        "/meja/kasus/pindah",
        "/meja/kasus/pindah?dari=dlh&ke=dpupr",
    ):
        she.go(path)
        she.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert she.faults() == [], path
        assert she.too_wide() == [], path
        assert she.size() < LARGEST, path


def test_agencies_are_offered_where_one_begins_to_write(she: Visitor, desk: Desk) -> None:
    she.go(desk.there(desk.routed))
    she.page.locator(".acts summary").first.click()
    she.page.locator("#assigned-agency").focus()
    offered = she.page.locator('#assigned-agency-daftar option[value="dpupr"]')
    offered.wait_for(state="attached")


def test_what_is_filed_is_found_by_its_words_at_once(desk: Desk) -> None:
    filed = desk.door.files("jembatan gantung keropos", location={"village": "Rias"})
    desk.door.until(filed, "routed", "triage")
    for query in ("q=keropos", "q=gantung+jembatan", "q=keropos&tempat=rias"):
        assert filed["tracking"] in desk.rina.page(f"/meja/kasus?{query}")
    assert desk.routed["tracking"] in desk.rina.page("/meja/kasus?telp=567890")


def test_what_the_desk_does_becomes_of_the_case(desk: Desk) -> None:
    filed = desk.door.files("entah apa ini")
    desk.door.until(filed, "triage")
    there, rina = desk.there(filed), desk.rina
    assert rina.post(f"{there}/held", {"note": "Di mana?", "id": "a1"}).status == 303
    assert desk.door.state(filed) == "held"
    assert rina.post(f"{there}/resumed", {"id": "a2"}).status == 303
    assert desk.door.state(filed) == "triage"
    told = rina.post(f"{there}/assigned", {"agency": "DLH", "internal_note": "cek", "id": "a3"})
    assert told.headers["location"].endswith("?hasil=assigned")
    assert desk.door.state(filed) == "routed"
    page = rina.page(there)
    assert "cek" in page
    assert "(rina)" in page
    seen = desk.door.call("GET", f"/v1/complaints/{filed['tracking']}", key="web").body.decode()
    assert "rina" not in seen
    assert "cek" not in seen
    assert rina.post(f"{there}/kirim-ulang", {}).headers["location"].endswith("kirim-ulang")
    gone = {"code": "not-ours", "reason": "Bukan wewenang", "id": "a4"}
    assert rina.post(f"{there}/dismissed", gone).status == 303
    assert desk.door.state(filed) == "closed"
    assert rina.post(f"{there}/dismissed", {**gone, "id": "a5"}).status == 409


def test_the_cases_of_an_agency_go_to_another(desk: Desk) -> None:
    filed = [desk.door.files("lampu lalu lintas mati") for _ in range(3)]
    for one in filed:
        desk.door.until(one, "routed", "triage")
        if desk.door.state(one) == "triage":
            desk.rina.post(f"{desk.there(one)}/assigned", {"agency": "dishub"})
    assert "Move 3 cases" in desk.rina.page("/meja/kasus/pindah?dari=dishub&ke=dpupr")
    begun = desk.rina.post("/meja/kasus/pindah", {"dari": "dishub", "ke": "dpupr", "note": "x"})
    assert begun.status == 303
    progress = begun.headers["location"]

    def over() -> bool:
        return "Done: 3 cases are handed over." in desk.rina.page(progress)

    eventually(over, saying="all three are handed over")
    for one in filed:
        assert "Dinas Pekerjaan Umum" in desk.rina.page(desk.there(one))
